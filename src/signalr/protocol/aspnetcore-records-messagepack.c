/* aspnetcore-records-messagepack.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aspnetcore-codec-private.h"
#include "messagepack-private.h"
#include "signalr-node-private.h"

/* How a Completion ends. */
enum {
  RESULT_ERROR = 1,
  RESULT_VOID  = 2,
  RESULT_VALUE = 3,
};

static void
write_text (msgpack_packer *packer,
            const char     *text)
{
  if (text != NULL)
    signalr_messagepack_write_string (packer, text);
  else
    msgpack_pack_nil (packer);
}

/* The first items, which are the same for types 1 to 5: we send no headers. */
static void
write_start (msgpack_packer      *packer,
             const SignalrRecord *record,
             guint                n_items)
{
  msgpack_pack_array (packer, n_items);
  msgpack_pack_int (packer, record->type);
  msgpack_pack_map (packer, 0);
  write_text (packer, record->invocation_id);
}

static gboolean
write_call (msgpack_packer       *packer,
            const SignalrRecord  *record,
            GError              **error)
{
  guint n_ids = record->stream_ids != NULL ? g_strv_length (record->stream_ids) : 0;

  write_start (packer, record, 6);
  write_text (packer, record->target);

  if (record->arguments == NULL)
    msgpack_pack_array (packer, 0);
  else if (!signalr_messagepack_write (packer, record->arguments, error))
    return FALSE;

  msgpack_pack_array (packer, n_ids);
  for (guint i = 0; i < n_ids; i++)
    write_text (packer, record->stream_ids[i]);

  return TRUE;
}

static gboolean
write_completion (msgpack_packer       *packer,
                  const SignalrRecord  *record,
                  GError              **error)
{
  if (record->error != NULL)
    {
      write_start (packer, record, 5);
      msgpack_pack_int (packer, RESULT_ERROR);
      write_text (packer, record->error);
      return TRUE;
    }

  if (record->has_result)
    {
      write_start (packer, record, 5);
      msgpack_pack_int (packer, RESULT_VALUE);
      return signalr_messagepack_write (packer, record->item, error);
    }

  write_start (packer, record, 4);
  msgpack_pack_int (packer, RESULT_VOID);

  return TRUE;
}

static gboolean
write_record (msgpack_packer       *packer,
              const SignalrRecord  *record,
              GError              **error)
{
  switch (record->type)
    {
    case SIGNALR_RECORD_INVOCATION:
    case SIGNALR_RECORD_STREAM_INVOCATION:
      return write_call (packer, record, error);

    case SIGNALR_RECORD_STREAM_ITEM:
      write_start (packer, record, 4);
      return signalr_messagepack_write (packer, record->item, error);

    case SIGNALR_RECORD_COMPLETION:
      return write_completion (packer, record, error);

    case SIGNALR_RECORD_CANCEL_INVOCATION:
      write_start (packer, record, 3);
      return TRUE;

    case SIGNALR_RECORD_PING:
      msgpack_pack_array (packer, 1);
      msgpack_pack_int (packer, record->type);
      return TRUE;

    case SIGNALR_RECORD_CLOSE:
      msgpack_pack_array (packer, 3);
      msgpack_pack_int (packer, record->type);
      write_text (packer, record->error);
      if (record->allow_reconnect)
        msgpack_pack_true (packer);
      else
        msgpack_pack_false (packer);
      return TRUE;

    case SIGNALR_RECORD_ACK:
    case SIGNALR_RECORD_SEQUENCE:
      msgpack_pack_array (packer, 2);
      msgpack_pack_int (packer, record->type);
      msgpack_pack_int64 (packer, record->sequence_id);
      return TRUE;

    default:
      g_return_val_if_reached (FALSE);
    }
}

gboolean
signalr_record_messagepack_encode (const SignalrRecord  *record,
                                   GByteArray           *out,
                                   GError              **error)
{
  msgpack_packer packer;

  signalr_messagepack_packer_init (&packer, out);

  return write_record (&packer, record, error);
}

static gboolean
read_fail (GError     **error,
           const char  *text)
{
  g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA, text);

  return FALSE;
}

/* The item at @index, or NULL where there are not so many. */
static JsonNode *
get_item (JsonArray *items,
          guint      index)
{
  return index < json_array_get_length (items) ? json_array_get_element (items, index) : NULL;
}

static gboolean
read_text (JsonArray   *items,
           guint        index,
           char       **text,
           GError     **error)
{
  JsonNode *item = get_item (items, index);

  if (item == NULL || json_node_get_value_type (item) != G_TYPE_STRING)
    return read_fail (error, "An item of a record is not text");

  *text = json_node_dup_string (item);

  return TRUE;
}

static gboolean
read_optional_text (JsonArray   *items,
                    guint        index,
                    char       **text,
                    GError     **error)
{
  JsonNode *item = get_item (items, index);

  if (item != NULL && JSON_NODE_HOLDS_NULL (item))
    return TRUE;

  return read_text (items, index, text, error);
}

static gboolean
read_int (JsonArray  *items,
          guint       index,
          gint64     *number,
          GError    **error)
{
  JsonNode *item = get_item (items, index);

  if (item == NULL || json_node_get_value_type (item) != G_TYPE_INT64)
    return read_fail (error, "An item of a record is not an integer");

  *number = json_node_get_int (item);

  return TRUE;
}

/* A map of text to text. Bytes and timestamps are objects too. */
static gboolean
read_headers (JsonArray  *items,
              GError    **error)
{
  JsonNode *item = get_item (items, 1);
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  if (item == NULL || !JSON_NODE_HOLDS_OBJECT (item) ||
      signalr_node_peek_bytes (item) != NULL || signalr_node_peek_timestamp (item) != NULL)
    return read_fail (error, "The headers of a record are not a map");

  json_object_iter_init (&iter, json_node_get_object (item));
  while (json_object_iter_next (&iter, &name, &value))
    {
      if (*name == '\0' || json_node_get_value_type (value) != G_TYPE_STRING ||
          *json_node_get_string (value) == '\0')
        return read_fail (error, "A header of a record is empty or not text");
    }

  return TRUE;
}

static gboolean
read_stream_ids (SignalrRecord  *record,
                 JsonArray      *items,
                 GError        **error)
{
  g_autoptr (GStrvBuilder) ids = g_strv_builder_new ();
  JsonNode *item = get_item (items, 5);
  JsonArray *array;

  if (item == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_ARRAY (item))
    return read_fail (error, "The stream ids of a record are not an array");

  array = json_node_get_array (item);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      g_autofree char *id = NULL;

      if (!read_text (array, i, &id, error))
        return FALSE;

      g_strv_builder_add (ids, id);
    }

  if (json_array_get_length (array) > 0)
    record->stream_ids = g_strv_builder_end (ids);

  return TRUE;
}

static gboolean
read_call (SignalrRecord  *record,
           JsonArray      *items,
           GError        **error)
{
  JsonNode *arguments = get_item (items, 4);

  if (!read_text (items, 3, &record->target, error) || !read_stream_ids (record, items, error))
    return FALSE;

  /* In JSON the official servers do not mind. */
  if (g_strcmp0 (record->target, "") == 0)
    return read_fail (error, "A call has no target");

  if (arguments == NULL || !JSON_NODE_HOLDS_ARRAY (arguments))
    return read_fail (error, "The arguments of a call are not an array");

  record->arguments = json_node_ref (arguments);

  /* An id without letters wants no answer, like none at all. */
  if (record->type == SIGNALR_RECORD_INVOCATION && g_strcmp0 (record->invocation_id, "") == 0)
    g_clear_pointer (&record->invocation_id, g_free);

  return TRUE;
}

static gboolean
read_item (SignalrRecord  *record,
           JsonArray      *items,
           guint           index,
           GError        **error)
{
  JsonNode *item = get_item (items, index);

  if (item == NULL)
    return read_fail (error, "A record has too few items");

  record->item = json_node_ref (item);

  return TRUE;
}

static gboolean
read_completion (SignalrRecord  *record,
                 JsonArray      *items,
                 GError        **error)
{
  gint64 kind;

  if (!read_int (items, 3, &kind, error))
    return FALSE;

  switch (kind)
    {
    case RESULT_ERROR:
      return read_text (items, 4, &record->error, error);

    case RESULT_VOID:
      return TRUE;

    case RESULT_VALUE:
      record->has_result = TRUE;
      return read_item (record, items, 4, error);

    default:
      return read_fail (error, "A Completion has a result of an unknown kind");
    }
}

static gboolean
read_close (SignalrRecord  *record,
            JsonArray      *items,
            GError        **error)
{
  JsonNode *item = get_item (items, 2);

  if (!read_optional_text (items, 1, &record->error, error))
    return FALSE;

  if (item == NULL)
    return TRUE;
  if (json_node_get_value_type (item) != G_TYPE_BOOLEAN)
    return read_fail (error, "“allowReconnect” of a Close is not a boolean");

  record->allow_reconnect = json_node_get_boolean (item);

  return TRUE;
}

static gboolean
read_record (SignalrRecord  *record,
             JsonArray      *items,
             GError        **error)
{
  switch (record->type)
    {
    case SIGNALR_RECORD_PING:
      return TRUE;

    case SIGNALR_RECORD_CLOSE:
      return read_close (record, items, error);

    case SIGNALR_RECORD_ACK:
    case SIGNALR_RECORD_SEQUENCE:
      return read_int (items, 1, &record->sequence_id, error);

    case SIGNALR_RECORD_INVOCATION:
    case SIGNALR_RECORD_STREAM_INVOCATION:
    case SIGNALR_RECORD_STREAM_ITEM:
    case SIGNALR_RECORD_COMPLETION:
    case SIGNALR_RECORD_CANCEL_INVOCATION:
    default:
      break;
    }

  if (!read_headers (items, error) || !read_optional_text (items, 2, &record->invocation_id, error))
    return FALSE;

  switch (record->type)
    {
    case SIGNALR_RECORD_STREAM_ITEM:
      return read_item (record, items, 3, error);

    case SIGNALR_RECORD_COMPLETION:
      return read_completion (record, items, error);

    case SIGNALR_RECORD_CANCEL_INVOCATION:
      return TRUE;

    default:
      return read_call (record, items, error);
    }
}

/* Takes @root, which may be NULL behind an error. */
static SignalrRecord *
decode_root (JsonNode  *root_node,
             GError   **error)
{
  g_autoptr (JsonNode) root = root_node;
  g_autoptr (SignalrRecord) record = NULL;
  gint64 type;

  if (root == NULL)
    return NULL;

  if (!JSON_NODE_HOLDS_ARRAY (root))
    {
      read_fail (error, "A record is not an array");
      return NULL;
    }

  if (!read_int (json_node_get_array (root), 0, &type, error))
    return NULL;

  if (type < SIGNALR_RECORD_INVOCATION || type > SIGNALR_RECORD_SEQUENCE)
    return NULL;

  record = signalr_record_new (type);
  if (!read_record (record, json_node_get_array (root), error) ||
      !signalr_record_check (record, error))
    return NULL;

  return g_steal_pointer (&record);
}

SignalrRecord *
signalr_record_messagepack_decode (const guint8  *data,
                                   gsize          size,
                                   GError       **error)
{
  return decode_root (signalr_messagepack_parse (data, size, error), error);
}

SignalrRecord *
signalr_record_messagepack_mend (const guint8 *data,
                                 gsize         size)
{
  return decode_root (signalr_messagepack_parse_mended (data, size), NULL);
}

/*< private >
 * signalr_record_messagepack_salvage:
 *
 * Reads no more of a record that is no good than its type and its id; of one with
 * headers, which no official end sends, its type alone.
 *
 * Returns: (transfer full) (nullable): those; %NULL where it is no record at all
 */
SignalrRecord *
signalr_record_messagepack_salvage (const guint8 *data,
                                    gsize         size)
{
  g_autoptr (SignalrRecord) record = NULL;
  gsize at = 3;
  gsize length;

  /* An array of up to 15 values: the type, the headers, and so on. */
  if (!signalr_messagepack_scan (data, size, NULL) || size < 4 || (data[0] & 0xf0) != 0x90 ||
      (data[0] & 0x0f) < 3 ||
      data[1] < SIGNALR_RECORD_INVOCATION || data[1] > SIGNALR_RECORD_SEQUENCE)
    return NULL;

  record = signalr_record_new (data[1]);
  if (data[2] != 0x80)
    return g_steal_pointer (&record);

  if ((data[at] & 0xe0) == 0xa0)
    length = data[at++] & 0x1f;
  else if (data[at] == 0xd9)
    length = data[at + 1], at += 2;
  else
    return g_steal_pointer (&record);

  if (memchr (data + at, '\0', length) == NULL)
    record->invocation_id = g_utf8_make_valid ((const char *) data + at, length);

  return g_steal_pointer (&record);
}

JsonNode *
signalr_record_messagepack_parse (const guint8  *data,
                                  gsize          size,
                                  GError       **error)
{
  return signalr_messagepack_parse (data, size, error);
}
