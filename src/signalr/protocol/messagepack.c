/* messagepack.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "messagepack-private.h"

#include <math.h>
#include <string.h>

#include "signalr-node-private.h"

#define TIMESTAMP_EXTENSION (-1)

/* Whole numbers up to here are the same as doubles and as integers. */
#define MAX_SAFE_INTEGER 9007199254740991.0

static JsonNode *parse_object (const msgpack_object  *object,
                               GError               **error);

static gpointer
parse_fail (GError     **error,
            const char  *text)
{
  g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA, text);

  return NULL;
}

static char *
parse_text (const msgpack_object_str  *str,
            GError                   **error)
{
  /* msgpack-c may give no pointer with a size of 0. */
  if (str->size == 0)
    return g_strdup ("");

  if (memchr (str->ptr, '\0', str->size) != NULL || !g_utf8_validate_len (str->ptr, str->size, NULL))
    return parse_fail (error, "Text in MessagePack is not UTF-8 or holds a NUL");

  return g_strndup (str->ptr, str->size);
}

static JsonNode *
parse_str (const msgpack_object_str  *str,
           GError                   **error)
{
  g_autofree char *text = parse_text (str, error);

  return text != NULL ? json_node_init_string (json_node_alloc (), text) : NULL;
}

static JsonNode *
parse_unsigned (guint64 number)
{
  if (number > G_MAXINT64)
    return json_node_init_double (json_node_alloc (), number);

  return json_node_init_int (json_node_alloc (), number);
}

static JsonNode *
parse_extension (const msgpack_object  *object,
                 GError               **error)
{
  g_autoptr (GDateTime) second = NULL;
  g_autoptr (GDateTime) time = NULL;
  msgpack_timestamp timestamp;

  if (object->via.ext.type != TIMESTAMP_EXTENSION || !msgpack_object_to_timestamp (object, &timestamp))
    return parse_fail (error, "An extension type of MessagePack that is no timestamp");

  if (timestamp.tv_nsec < 1000000000)
    second = g_date_time_new_from_unix_utc (timestamp.tv_sec);
  if (second != NULL)
    time = g_date_time_add (second, timestamp.tv_nsec / 1000);
  if (time == NULL)
    return parse_fail (error, "A timestamp of MessagePack is out of range");

  return signalr_node_new_timestamp (time);
}

static JsonNode *
parse_bin (const msgpack_object_bin *bin)
{
  g_autoptr (GBytes) bytes = g_bytes_new (bin->ptr, bin->size);

  return signalr_node_new_bytes (bytes);
}

static JsonNode *
parse_array (const msgpack_object_array  *array,
             GError                     **error)
{
  g_autoptr (JsonArray) elements = json_array_sized_new (array->size);

  for (guint32 i = 0; i < array->size; i++)
    {
      JsonNode *element = parse_object (&array->ptr[i], error);

      if (element == NULL)
        return NULL;

      json_array_add_element (elements, element);
    }

  return json_node_init_array (json_node_alloc (), elements);
}

static char *
parse_key (const msgpack_object  *key,
           GError               **error)
{
  switch (key->type)
    {
    case MSGPACK_OBJECT_STR:
      return parse_text (&key->via.str, error);

    case MSGPACK_OBJECT_POSITIVE_INTEGER:
      return g_strdup_printf ("%" G_GUINT64_FORMAT, (guint64) key->via.u64);

    case MSGPACK_OBJECT_NEGATIVE_INTEGER:
      return g_strdup_printf ("%" G_GINT64_FORMAT, (gint64) key->via.i64);

    default:
      return parse_fail (error, "A key in MessagePack is neither text nor an integer");
    }
}

static JsonNode *
parse_map (const msgpack_object_map  *map,
           GError                   **error)
{
  g_autoptr (JsonObject) members = json_object_new ();

  for (guint32 i = 0; i < map->size; i++)
    {
      g_autofree char *key = parse_key (&map->ptr[i].key, error);
      JsonNode *value;

      if (key == NULL)
        return NULL;

      value = parse_object (&map->ptr[i].val, error);
      if (value == NULL)
        return NULL;

      json_object_set_member (members, key, value);
    }

  return json_node_init_object (json_node_alloc (), members);
}

static JsonNode *
parse_object (const msgpack_object  *object,
              GError               **error)
{
  switch (object->type)
    {
    case MSGPACK_OBJECT_NIL:
      return json_node_init_null (json_node_alloc ());

    case MSGPACK_OBJECT_BOOLEAN:
      return json_node_init_boolean (json_node_alloc (), object->via.boolean);

    case MSGPACK_OBJECT_POSITIVE_INTEGER:
      return parse_unsigned (object->via.u64);

    case MSGPACK_OBJECT_NEGATIVE_INTEGER:
      return json_node_init_int (json_node_alloc (), object->via.i64);

    case MSGPACK_OBJECT_FLOAT32:
    case MSGPACK_OBJECT_FLOAT64:
      return json_node_init_double (json_node_alloc (), object->via.f64);

    case MSGPACK_OBJECT_STR:
      return parse_str (&object->via.str, error);

    case MSGPACK_OBJECT_BIN:
      return parse_bin (&object->via.bin);

    case MSGPACK_OBJECT_ARRAY:
      return parse_array (&object->via.array, error);

    case MSGPACK_OBJECT_MAP:
      return parse_map (&object->via.map, error);

    case MSGPACK_OBJECT_EXT:
    default:
      return parse_extension (object, error);
    }
}

JsonNode *
signalr_messagepack_parse (const guint8  *data,
                           gsize          size,
                           GError       **error)
{
  msgpack_unpacked unpacked;
  JsonNode *node;
  gsize at = 0;

  if (!signalr_messagepack_scan (data, size, error))
    return NULL;

  msgpack_unpacked_init (&unpacked);
  if (msgpack_unpack_next (&unpacked, (const char *) data, size, &at) == MSGPACK_UNPACK_SUCCESS)
    node = parse_object (&unpacked.data, error);
  else
    node = parse_fail (error, "MessagePack that cannot be read");
  msgpack_unpacked_destroy (&unpacked);

  return node;
}

/* @str points into memory that may be changed. */
static void
mend_text (msgpack_object_str *str)
{
  char *at = (char *) str->ptr;
  gsize size = str->size;

  /* An empty one may be NULL. */
  while (size > 0)
    {
      const char *bad;

      if (g_utf8_validate_len (at, size, &bad))
        return;

      size -= bad + 1 - at;
      at = (char *) bad;
      *at++ = '?';
    }
}

/* The scan before has seen to it that this does not go deep. */
static void
mend_object (msgpack_object *object)
{
  switch (object->type)
    {
    case MSGPACK_OBJECT_STR:
      mend_text (&object->via.str);
      break;

    case MSGPACK_OBJECT_ARRAY:
      for (guint32 i = 0; i < object->via.array.size; i++)
        mend_object (&object->via.array.ptr[i]);
      break;

    case MSGPACK_OBJECT_MAP:
      for (guint32 i = 0; i < object->via.map.size; i++)
        {
          mend_object (&object->via.map.ptr[i].key);
          mend_object (&object->via.map.ptr[i].val);
        }
      break;

    case MSGPACK_OBJECT_EXT:
      object->type = MSGPACK_OBJECT_NIL;
      break;

    default:
      break;
    }
}

JsonNode *
signalr_messagepack_parse_mended (const guint8 *data,
                                  gsize         size)
{
  g_autofree char *copy = g_memdup2 (data, size);
  msgpack_unpacked unpacked;
  JsonNode *node = NULL;
  gsize at = 0;

  if (!signalr_messagepack_scan (data, size, NULL))
    return NULL;

  msgpack_unpacked_init (&unpacked);
  if (msgpack_unpack_next (&unpacked, copy, size, &at) == MSGPACK_UNPACK_SUCCESS)
    {
      mend_object (&unpacked.data);
      node = parse_object (&unpacked.data, NULL);
    }
  msgpack_unpacked_destroy (&unpacked);

  return node;
}

static int
append_cb (void       *data,
           const char *bytes,
           size_t      size)
{
  g_byte_array_append (data, (const guint8 *) bytes, size);

  return 0;
}

void
signalr_messagepack_packer_init (msgpack_packer *packer,
                                 GByteArray     *out)
{
  msgpack_packer_init (packer, out, append_cb);
}

/* Text that is not UTF-8 is repaired, as in JSON. */
void
signalr_messagepack_write_string (msgpack_packer *packer,
                                  const char     *text)
{
  g_autofree char *repaired = NULL;

  if (!g_utf8_validate (text, -1, NULL))
    text = repaired = g_utf8_make_valid (text, -1);

  msgpack_pack_str_with_body (packer, text, strlen (text));
}

static gboolean write_node (msgpack_packer  *packer,
                            JsonNode        *node,
                            guint            depth,
                            GError         **error);

static gboolean
write_object (msgpack_packer  *packer,
              JsonObject      *object,
              guint            depth,
              GError         **error)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  msgpack_pack_map (packer, json_object_get_size (object));

  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &value))
    {
      signalr_messagepack_write_string (packer, name);
      if (!write_node (packer, value, depth, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
write_array (msgpack_packer  *packer,
             JsonArray       *array,
             guint            depth,
             GError         **error)
{
  guint n_elements = json_array_get_length (array);

  msgpack_pack_array (packer, n_elements);

  for (guint i = 0; i < n_elements; i++)
    {
      if (!write_node (packer, json_array_get_element (array, i), depth, error))
        return FALSE;
    }

  return TRUE;
}

static void
write_bytes (msgpack_packer *packer,
             JsonNode       *node)
{
  g_autoptr (GBytes) bytes = signalr_node_get_bytes (node);

  msgpack_pack_bin_with_body (packer, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
write_timestamp (msgpack_packer *packer,
                 JsonNode       *node)
{
  g_autoptr (GDateTime) time = signalr_node_get_timestamp (node);
  msgpack_timestamp timestamp = {
    .tv_sec = g_date_time_to_unix (time),
    .tv_nsec = g_date_time_get_microsecond (time) * 1000,
  };

  msgpack_pack_timestamp (packer, &timestamp);
}

static gboolean
write_value (msgpack_packer  *packer,
             JsonNode        *node,
             GError         **error)
{
  GType type = json_node_get_value_type (node);

  if (type == G_TYPE_STRING)
    {
      signalr_messagepack_write_string (packer, json_node_get_string (node));
    }
  else if (type == G_TYPE_INT64)
    {
      msgpack_pack_int64 (packer, json_node_get_int (node));
    }
  else if (type == G_TYPE_BOOLEAN)
    {
      if (json_node_get_boolean (node))
        msgpack_pack_true (packer);
      else
        msgpack_pack_false (packer);
    }
  else if (type == G_TYPE_DOUBLE)
    {
      double value = json_node_get_double (node);

      if (value == trunc (value) && fabs (value) <= MAX_SAFE_INTEGER)
        msgpack_pack_int64 (packer, value);
      else
        msgpack_pack_double (packer, value);
    }
  else
    {
      g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA,
                           "A node without a value cannot be written");
      return FALSE;
    }

  return TRUE;
}

static gboolean
write_nested (msgpack_packer  *packer,
              JsonNode        *node,
              guint            depth,
              GError         **error)
{
  if (signalr_node_peek_bytes (node) != NULL)
    {
      write_bytes (packer, node);
      return TRUE;
    }

  if (signalr_node_peek_timestamp (node) != NULL)
    {
      write_timestamp (packer, node);
      return TRUE;
    }

  if (depth == MESSAGEPACK_MAX_DEPTH)
    {
      g_set_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA,
                   "A value of more than %d levels cannot be written", MESSAGEPACK_MAX_DEPTH);
      return FALSE;
    }

  if (JSON_NODE_HOLDS_OBJECT (node))
    return write_object (packer, json_node_get_object (node), depth + 1, error);

  return write_array (packer, json_node_get_array (node), depth + 1, error);
}

static gboolean
write_node (msgpack_packer  *packer,
            JsonNode        *node,
            guint            depth,
            GError         **error)
{
  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    {
      msgpack_pack_nil (packer);
      return TRUE;
    }

  if (JSON_NODE_HOLDS_VALUE (node))
    return write_value (packer, node, error);

  return write_nested (packer, node, depth, error);
}

gboolean
signalr_messagepack_write (msgpack_packer  *packer,
                           JsonNode        *node,
                           GError         **error)
{
  return write_node (packer, node, 0, error);
}
