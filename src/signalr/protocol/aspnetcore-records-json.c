/* aspnetcore-records-json.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aspnetcore-codec-private.h"
#include "json-read-private.h"
#include "json-scan-private.h"
#include "json-write-private.h"

static void
write_text (GString    *out,
            const char *name,
            const char *text)
{
  if (text == NULL)
    return;

  g_string_append_printf (out, ",\"%s\":", name);
  signalr_json_write_string (out, text);
}

static gboolean
write_call (const SignalrRecord  *record,
            GString              *out,
            GError              **error)
{
  write_text (out, "target", record->target);

  g_string_append (out, ",\"arguments\":");
  if (record->arguments == NULL)
    g_string_append (out, "[]");
  else if (!signalr_json_write (out, record->arguments, error))
    return FALSE;

  if (record->stream_ids == NULL)
    return TRUE;

  g_string_append (out, ",\"streamIds\":[");
  for (guint i = 0; record->stream_ids[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      signalr_json_write_string (out, record->stream_ids[i]);
    }
  g_string_append_c (out, ']');

  return TRUE;
}

/* `type` first and ids before what they are for: the official server can then
 * read a record in one pass. What is not there is left out; null would end the
 * connection.
 */
gboolean
signalr_record_json_encode (const SignalrRecord  *record,
                            GString              *out,
                            GError              **error)
{
  g_string_append_printf (out, "{\"type\":%d", record->type);
  write_text (out, "invocationId", record->invocation_id);

  switch (record->type)
    {
    case SIGNALR_RECORD_INVOCATION:
    case SIGNALR_RECORD_STREAM_INVOCATION:
      if (!write_call (record, out, error))
        return FALSE;
      break;

    case SIGNALR_RECORD_STREAM_ITEM:
      g_string_append (out, ",\"item\":");
      if (!signalr_json_write (out, record->item, error))
        return FALSE;
      break;

    case SIGNALR_RECORD_COMPLETION:
      write_text (out, "error", record->error);
      if (record->has_result)
        {
          g_string_append (out, ",\"result\":");
          if (!signalr_json_write (out, record->item, error))
            return FALSE;
        }
      break;

    case SIGNALR_RECORD_CLOSE:
      write_text (out, "error", record->error);
      if (record->allow_reconnect)
        g_string_append (out, ",\"allowReconnect\":true");
      break;

    case SIGNALR_RECORD_ACK:
    case SIGNALR_RECORD_SEQUENCE:
      g_string_append_printf (out, ",\"sequenceId\":%" G_GINT64_FORMAT, record->sequence_id);
      break;

    case SIGNALR_RECORD_CANCEL_INVOCATION:
    case SIGNALR_RECORD_PING:
    default:
      break;
    }

  g_string_append_c (out, '}');

  return TRUE;
}

static gboolean
read_fail (GError     **error,
           const char  *text)
{
  g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA, text);

  return FALSE;
}

static gboolean
read_headers (JsonObject  *object,
              GError     **error)
{
  JsonNode *headers = json_object_get_member (object, "headers");
  JsonObjectIter iter;
  JsonNode *value;

  if (headers == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_OBJECT (headers))
    return read_fail (error, "“headers” is not an object");

  json_object_iter_init (&iter, json_node_get_object (headers));
  while (json_object_iter_next (&iter, NULL, &value))
    {
      if (json_node_get_value_type (value) != G_TYPE_STRING)
        return read_fail (error, "A header is not a string");
    }

  return TRUE;
}

static gboolean
read_stream_ids (SignalrRecord  *record,
                 JsonObject     *object,
                 GError        **error)
{
  g_autoptr (GStrvBuilder) ids = g_strv_builder_new ();
  JsonArray *array = NULL;
  guint n_ids;

  if (!signalr_json_read_array (object, "streamIds", &array, error))
    return FALSE;

  n_ids = array != NULL ? json_array_get_length (array) : 0;
  for (guint i = 0; i < n_ids; i++)
    {
      JsonNode *id = json_array_get_element (array, i);

      if (json_node_get_value_type (id) != G_TYPE_STRING)
        return read_fail (error, "A stream id is not a string");

      g_strv_builder_add (ids, json_node_get_string (id));
    }

  if (n_ids > 0)
    record->stream_ids = g_strv_builder_end (ids);

  return TRUE;
}

static gboolean
read_call (SignalrRecord  *record,
           JsonObject     *object,
           GError        **error)
{
  JsonArray *arguments = NULL;

  if (!signalr_json_read_string (object, "target", &record->target, error) ||
      !signalr_json_read_array (object, "arguments", &arguments, error) ||
      !read_stream_ids (record, object, error))
    return FALSE;

  if (arguments == NULL)
    return read_fail (error, "A call has no “arguments”");

  record->arguments = json_node_ref (json_object_get_member (object, "arguments"));

  /* An id without letters wants no answer, like none at all. */
  if (record->type == SIGNALR_RECORD_INVOCATION && g_strcmp0 (record->invocation_id, "") == 0)
    g_clear_pointer (&record->invocation_id, g_free);

  return TRUE;
}

static gboolean
read_item (SignalrRecord  *record,
           JsonObject     *object,
           const char     *name)
{
  JsonNode *item = json_object_get_member (object, name);

  if (item == NULL)
    return FALSE;

  record->item = json_node_ref (item);

  return TRUE;
}

static gboolean
read_sequence (SignalrRecord  *record,
               JsonObject     *object,
               GError        **error)
{
  if (!json_object_has_member (object, "sequenceId"))
    return read_fail (error, "An Ack or Sequence has no “sequenceId”");

  return signalr_json_read_int (object, "sequenceId", &record->sequence_id, error);
}

static gboolean
read_record (SignalrRecord  *record,
             JsonObject     *object,
             GError        **error)
{
  switch (record->type)
    {
    case SIGNALR_RECORD_INVOCATION:
    case SIGNALR_RECORD_STREAM_INVOCATION:
      return read_call (record, object, error);

    case SIGNALR_RECORD_STREAM_ITEM:
      return read_item (record, object, "item") ||
             read_fail (error, "A StreamItem has no “item”");

    case SIGNALR_RECORD_COMPLETION:
      record->has_result = read_item (record, object, "result");
      return signalr_json_read_string (object, "error", &record->error, error);

    case SIGNALR_RECORD_CLOSE:
      return signalr_json_read_string (object, "error", &record->error, error) &&
             signalr_json_read_boolean (object, "allowReconnect", &record->allow_reconnect, error);

    case SIGNALR_RECORD_ACK:
    case SIGNALR_RECORD_SEQUENCE:
      return read_sequence (record, object, error);

    case SIGNALR_RECORD_CANCEL_INVOCATION:
    case SIGNALR_RECORD_PING:
    default:
      return TRUE;
    }
}

/* Only what an application gave may be null. */
static gboolean
refuse_null (JsonObject  *object,
             GError     **error)
{
  static const char * const names[] = {
    "type", "headers", "invocationId", "target", "arguments",
    "streamIds", "error", "allowReconnect", "sequenceId",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      JsonNode *node = json_object_get_member (object, names[i]);

      if (node != NULL && JSON_NODE_HOLDS_NULL (node))
        {
          g_set_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA,
                       "“%s” of a record is null", names[i]);
          return FALSE;
        }
    }

  return TRUE;
}

SignalrRecord *
signalr_record_json_decode (const char  *text,
                            gsize        length,
                            GError     **error)
{
  g_autoptr (JsonNode) root = signalr_json_parse (text, length, error);
  g_autoptr (SignalrRecord) record = NULL;
  JsonObject *object;
  gint64 type = G_MININT64;

  if (root == NULL)
    return NULL;

  if (!JSON_NODE_HOLDS_OBJECT (root))
    {
      read_fail (error, "A record is not an object");
      return NULL;
    }

  object = json_node_get_object (root);
  if (!refuse_null (object, error) || !signalr_json_read_int (object, "type", &type, error))
    return NULL;

  if (!json_object_has_member (object, "type"))
    {
      read_fail (error, "A record has no “type”");
      return NULL;
    }

  if (type < SIGNALR_RECORD_INVOCATION || type > SIGNALR_RECORD_SEQUENCE)
    return NULL;

  record = signalr_record_new (type);
  if (!read_headers (object, error) ||
      !signalr_json_read_string (object, "invocationId", &record->invocation_id, error) ||
      !read_record (record, object, error) ||
      !signalr_record_check (record, error))
    return NULL;

  return g_steal_pointer (&record);
}
