/* aspnetcore-farm.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aspnetcore-farm-private.h"

#include <string.h>

#include "messagepack-private.h"

#define RS 0x1e

/* What is written. */

static void
write_record (msgpack_packer *packer,
              const char     *protocol,
              GBytes         *record)
{
  gsize size;
  gconstpointer data;

  if (record == NULL)
    return;

  data = g_bytes_get_data (record, &size);
  signalr_messagepack_write_string (packer, protocol);
  msgpack_pack_bin_with_body (packer, data, size);
}

GBytes *
signalr_farm_call_encode (const SignalrFarmCall *call)
{
  GByteArray *out = g_byte_array_new ();
  guint n_excluded = call->excluded != NULL ? g_strv_length (call->excluded) : 0;
  msgpack_packer packer;

  signalr_messagepack_packer_init (&packer, out);
  msgpack_pack_array (&packer, call->invocation_id != NULL ? 4 : 2);
  msgpack_pack_array (&packer, n_excluded);
  for (guint i = 0; i < n_excluded; i++)
    signalr_messagepack_write_string (&packer, call->excluded[i]);

  msgpack_pack_map (&packer, (call->json != NULL) + (call->messagepack != NULL));
  write_record (&packer, "json", call->json);
  write_record (&packer, "messagepack", call->messagepack);

  if (call->invocation_id != NULL)
    {
      signalr_messagepack_write_string (&packer, call->invocation_id);
      signalr_messagepack_write_string (&packer, call->return_channel);
    }

  return g_byte_array_free_to_bytes (out);
}

GBytes *
signalr_farm_command_encode (const SignalrFarmCommand *command)
{
  GByteArray *out = g_byte_array_new ();
  msgpack_packer packer;

  signalr_messagepack_packer_init (&packer, out);
  msgpack_pack_array (&packer, 5);
  msgpack_pack_int32 (&packer, command->id);
  signalr_messagepack_write_string (&packer, command->server);
  msgpack_pack_uint8 (&packer, command->action);
  signalr_messagepack_write_string (&packer, command->group);
  signalr_messagepack_write_string (&packer, command->connection_id);

  return g_byte_array_free_to_bytes (out);
}

GBytes *
signalr_farm_ack_encode (gint32 id)
{
  GByteArray *out = g_byte_array_new ();
  msgpack_packer packer;

  signalr_messagepack_packer_init (&packer, out);
  msgpack_pack_array (&packer, 1);
  msgpack_pack_int32 (&packer, id);

  return g_byte_array_free_to_bytes (out);
}

GBytes *
signalr_farm_result_encode (const SignalrFarmResult *result)
{
  GByteArray *out = g_byte_array_new ();
  msgpack_packer packer;

  signalr_messagepack_packer_init (&packer, out);
  msgpack_pack_array (&packer, 2);
  write_record (&packer, result->protocol, result->record);

  return g_byte_array_free_to_bytes (out);
}

/* What is read. */

typedef struct {
  msgpack_unpacked            unpacked;
  GBytes                     *payload;
  const msgpack_object_array *items;
} Reader;

static gboolean
fail (GError     **error,
      const char  *text)
{
  g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA, text);

  return FALSE;
}

static void
reader_clear (Reader *reader)
{
  msgpack_unpacked_destroy (&reader->unpacked);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reader, reader_clear)

/* An array of @n_items or more. */
static gboolean
reader_begin (Reader  *reader,
              GBytes  *payload,
              guint    n_items,
              GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (payload, &size);
  gsize at = 0;

  msgpack_unpacked_init (&reader->unpacked);
  reader->payload = payload;

  if (!signalr_messagepack_scan_first (data, size, error))
    return FALSE;

  if (msgpack_unpack_next (&reader->unpacked, (const char *) data, size, &at) < MSGPACK_UNPACK_SUCCESS)
    return fail (error, "MessagePack that cannot be read");

  if (reader->unpacked.data.type != MSGPACK_OBJECT_ARRAY)
    return fail (error, "A payload is not an array");

  reader->items = &reader->unpacked.data.via.array;
  if (reader->items->size < n_items)
    return fail (error, "A payload has too few items");

  return TRUE;
}

/* NULL where it is no text that C can hold. */
static char *
dup_text (const msgpack_object *object)
{
  const msgpack_object_str *str = &object->via.str;

  if (object->type != MSGPACK_OBJECT_STR)
    return NULL;

  if (str->size == 0)
    return g_strdup ("");

  if (memchr (str->ptr, '\0', str->size) != NULL || !g_utf8_validate_len (str->ptr, str->size, NULL))
    return NULL;

  return g_strndup (str->ptr, str->size);
}

static gboolean
read_text (Reader  *reader,
           guint    place,
           char   **text,
           GError **error)
{
  *text = dup_text (&reader->items->ptr[place]);

  return *text != NULL || fail (error, "An item of a payload is not text");
}

static gboolean
read_integer (Reader  *reader,
              guint    place,
              gint64   minimum,
              gint64   maximum,
              gint64  *number,
              GError **error)
{
  const msgpack_object *object = &reader->items->ptr[place];

  if (object->type == MSGPACK_OBJECT_POSITIVE_INTEGER && object->via.u64 <= (guint64) maximum)
    *number = object->via.u64;
  else if (object->type == MSGPACK_OBJECT_NEGATIVE_INTEGER && object->via.i64 >= minimum)
    *number = object->via.i64;
  else
    return fail (error, "An item of a payload is not an integer, or too large");

  return TRUE;
}

/* Part of the payload, not copied. */
static GBytes *
slice_bin (Reader               *reader,
           const msgpack_object *object)
{
  const char *start = g_bytes_get_data (reader->payload, NULL);

  if (object->type != MSGPACK_OBJECT_BIN || object->via.bin.size == 0)
    return NULL;

  return g_bytes_new_from_bytes (reader->payload, object->via.bin.ptr - start, object->via.bin.size);
}

static gboolean
read_excluded (Reader           *reader,
               SignalrFarmCall  *call,
               GError          **error)
{
  const msgpack_object *object = &reader->items->ptr[0];
  g_auto (GStrv) excluded = NULL;

  if (object->type != MSGPACK_OBJECT_ARRAY)
    return fail (error, "The connections that are left out are not an array");

  if (object->via.array.size == 0)
    return TRUE;

  excluded = g_new0 (char *, object->via.array.size + 1);
  for (guint i = 0; i < object->via.array.size; i++)
    {
      excluded[i] = dup_text (&object->via.array.ptr[i]);
      if (excluded[i] == NULL)
        return fail (error, "A connection that is left out is not text");
    }

  call->excluded = g_steal_pointer (&excluded);

  return TRUE;
}

/* Clients would break over a record that is cut off. */
static gboolean
is_framed_json (GBytes *record)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (record, &size);

  return memchr (data, RS, size) == data + size - 1;
}

static gboolean
is_framed_messagepack (GBytes *record)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (record, &size);
  guint64 length = 0;
  gsize at = 0;

  do
    {
      if (at == size || at == 5)
        return FALSE;
      length |= (guint64) (data[at] & 0x7f) << (7 * at);
    }
  while ((data[at++] & 0x80) != 0);

  return length == size - at;
}

static gboolean
is_key (const msgpack_object_str *key,
        const char               *name)
{
  return key->size == strlen (name) && memcmp (key->ptr, name, key->size) == 0;
}

/* Other protocols than ours are passed over. */
static gboolean
read_records (Reader           *reader,
              SignalrFarmCall  *call,
              GError          **error)
{
  const msgpack_object *object = &reader->items->ptr[1];

  if (object->type != MSGPACK_OBJECT_MAP)
    return fail (error, "The records of a call are not a map");

  for (guint i = 0; i < object->via.map.size; i++)
    {
      const msgpack_object_kv *pair = &object->via.map.ptr[i];
      GBytes **place;

      if (pair->key.type != MSGPACK_OBJECT_STR)
        return fail (error, "The name of a protocol is not text");

      if (is_key (&pair->key.via.str, "json"))
        place = &call->json;
      else if (is_key (&pair->key.via.str, "messagepack"))
        place = &call->messagepack;
      else
        continue;

      g_clear_pointer (place, g_bytes_unref);
      *place = slice_bin (reader, &pair->val);
    }

  if ((call->json != NULL && !is_framed_json (call->json)) ||
      (call->messagepack != NULL && !is_framed_messagepack (call->messagepack)))
    return fail (error, "A record of a call is not whole");

  return TRUE;
}

gboolean
signalr_farm_call_decode (GBytes           *payload,
                          SignalrFarmCall  *call,
                          GError          **error)
{
  g_auto (Reader) reader = { 0 };
  g_autofree char *id = NULL;

  *call = (SignalrFarmCall) { 0 };
  if (!reader_begin (&reader, payload, 2, error) || !read_excluded (&reader, call, error) ||
      !read_records (&reader, call, error))
    goto failed;

  if (reader.items->size < 4)
    return TRUE;

  id = dup_text (&reader.items->ptr[2]);
  if (id == NULL || id[0] == '\0')
    return TRUE;

  if (!read_text (&reader, 3, &call->return_channel, error))
    goto failed;

  call->invocation_id = g_steal_pointer (&id);

  return TRUE;

failed:
  signalr_farm_call_clear (call);

  return FALSE;
}

void
signalr_farm_call_clear (SignalrFarmCall *call)
{
  g_clear_pointer (&call->excluded, g_strfreev);
  g_clear_pointer (&call->json, g_bytes_unref);
  g_clear_pointer (&call->messagepack, g_bytes_unref);
  g_clear_pointer (&call->invocation_id, g_free);
  g_clear_pointer (&call->return_channel, g_free);
}

gboolean
signalr_farm_command_decode (GBytes              *payload,
                             SignalrFarmCommand  *command,
                             GError             **error)
{
  g_auto (Reader) reader = { 0 };
  gint64 id, action;

  *command = (SignalrFarmCommand) { 0 };
  if (!reader_begin (&reader, payload, 5, error) ||
      !read_integer (&reader, 0, G_MININT32, G_MAXINT32, &id, error) ||
      !read_text (&reader, 1, &command->server, error) ||
      !read_integer (&reader, 2, 0, G_MAXUINT8, &action, error) ||
      !read_text (&reader, 3, &command->group, error) ||
      !read_text (&reader, 4, &command->connection_id, error))
    {
      signalr_farm_command_clear (command);
      return FALSE;
    }

  command->id = id;
  command->action = action;

  return TRUE;
}

void
signalr_farm_command_clear (SignalrFarmCommand *command)
{
  g_clear_pointer (&command->server, g_free);
  g_clear_pointer (&command->group, g_free);
  g_clear_pointer (&command->connection_id, g_free);
}

gboolean
signalr_farm_ack_decode (GBytes  *payload,
                         gint32  *id,
                         GError **error)
{
  g_auto (Reader) reader = { 0 };
  gint64 number;

  if (!reader_begin (&reader, payload, 1, error) ||
      !read_integer (&reader, 0, G_MININT32, G_MAXINT32, &number, error))
    return FALSE;

  *id = number;

  return TRUE;
}

gboolean
signalr_farm_result_decode (GBytes             *payload,
                            SignalrFarmResult  *result,
                            GError            **error)
{
  g_auto (Reader) reader = { 0 };

  *result = (SignalrFarmResult) { 0 };
  if (!reader_begin (&reader, payload, 2, error) || !read_text (&reader, 0, &result->protocol, error))
    return FALSE;

  result->record = slice_bin (&reader, &reader.items->ptr[1]);
  if (result->record != NULL)
    return TRUE;

  signalr_farm_result_clear (result);

  return fail (error, "A result is not bytes");
}

void
signalr_farm_result_clear (SignalrFarmResult *result)
{
  g_clear_pointer (&result->protocol, g_free);
  g_clear_pointer (&result->record, g_bytes_unref);
}
