/* aspnet-scaleout.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aspnet-scaleout-private.h"

#include <string.h>

/* Of 100 ns, from the year 1 to 1970. */
#define TICKS_TO_1970 G_GINT64_CONSTANT (621355968000000000)

/* Strings are empty at least, the length of the value and two flags are fixed. */
#define MIN_MESSAGE_SIZE (4 * 1 + 4 + 2)

typedef struct {
  const guint8  *data;
  gsize          size;
  gsize          offset;
  GError       **error;
} Reader;

void
signalr_scaleout_message_free (SignalrScaleoutMessage *self)
{
  g_free (self->source);
  g_free (self->key);
  g_clear_pointer (&self->value, g_bytes_unref);
  g_free (self->command_id);
  g_free (self->filter);
  g_free (self);
}

void
signalr_scaleout_payload_free (SignalrScaleoutPayload *self)
{
  g_ptr_array_unref (self->messages);
  g_free (self);
}

static void
append_int32 (GByteArray *out,
              guint32     value)
{
  value = GUINT32_TO_LE (value);
  g_byte_array_append (out, (const guint8 *) &value, sizeof value);
}

static void
append_int64 (GByteArray *out,
              gint64      value)
{
  value = GINT64_TO_LE (value);
  g_byte_array_append (out, (const guint8 *) &value, sizeof value);
}

static void
append_byte (GByteArray *out,
             guint8      value)
{
  g_byte_array_append (out, &value, 1);
}

/* As .NET's BinaryWriter does: the length in groups of seven bits, lowest first. */
static void
append_string (GByteArray *out,
               const char *text)
{
  gsize length = text != NULL ? strlen (text) : 0;
  gsize rest = length;

  for (; rest >= 0x80; rest >>= 7)
    append_byte (out, 0x80 | (rest & 0x7f));
  append_byte (out, rest);
  g_byte_array_append (out, (const guint8 *) text, length);
}

static void
append_message (GByteArray                   *out,
                const SignalrScaleoutMessage *message)
{
  gsize size = 0;
  gconstpointer value = message->value != NULL ? g_bytes_get_data (message->value, &size) : NULL;

  append_string (out, message->source);
  append_string (out, message->key);
  append_int32 (out, size);
  g_byte_array_append (out, value, size);
  append_string (out, message->command_id);
  append_byte (out, message->wait_for_ack);
  append_byte (out, message->is_ack);
  append_string (out, message->filter);
}

gint64
signalr_scaleout_ticks (gint64 real_time)
{
  return TICKS_TO_1970 + real_time * 10;
}

GBytes *
signalr_scaleout_encode (const SignalrScaleoutMessage *message,
                         gint64                        ticks)
{
  GByteArray *out = g_byte_array_new ();
  guint32 length;

  append_int32 (out, 0);
  append_int32 (out, 1);
  append_message (out, message);
  append_int64 (out, ticks);

  length = GUINT32_TO_LE (out->len - sizeof length);
  memcpy (out->data, &length, sizeof length);

  return g_byte_array_free_to_bytes (out);
}

static gboolean
reader_fail (Reader     *self,
             const char *what)
{
  g_set_error (self->error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA,
               "A message of another server is broken at byte %" G_GSIZE_FORMAT ": %s", self->offset, what);

  return FALSE;
}

static gboolean
reader_take (Reader        *self,
             gsize          n,
             const guint8 **data)
{
  if (n > self->size - self->offset)
    return reader_fail (self, "it ends too early");

  *data = self->data + self->offset;
  self->offset += n;

  return TRUE;
}

static gboolean
reader_take_byte (Reader *self,
                  guint8 *value)
{
  const guint8 *data;

  if (!reader_take (self, 1, &data))
    return FALSE;

  *value = *data;

  return TRUE;
}

static gboolean
reader_take_int32 (Reader *self,
                   gint32 *value)
{
  const guint8 *data;

  if (!reader_take (self, sizeof *value, &data))
    return FALSE;

  memcpy (value, data, sizeof *value);
  *value = GINT32_FROM_LE (*value);

  return *value >= 0 || reader_fail (self, "a length is negative");
}

static gboolean
reader_take_int64 (Reader *self,
                   gint64 *value)
{
  const guint8 *data;

  if (!reader_take (self, sizeof *value, &data))
    return FALSE;

  memcpy (value, data, sizeof *value);
  *value = GINT64_FROM_LE (*value);

  return TRUE;
}

static gboolean
reader_take_length (Reader *self,
                    gsize  *length)
{
  guint8 byte;

  *length = 0;
  for (guint shift = 0; shift < 35; shift += 7)
    {
      if (!reader_take_byte (self, &byte))
        return FALSE;

      *length |= (gsize) (byte & 0x7f) << shift;
      if ((byte & 0x80) == 0)
        return TRUE;
    }

  return reader_fail (self, "the length of a string has too many bytes");
}

/* @text (out): NULL for an empty one */
static gboolean
reader_take_string (Reader  *self,
                    char   **text)
{
  const guint8 *data;
  gsize length;

  if (!reader_take_length (self, &length) || !reader_take (self, length, &data))
    return FALSE;

  if (!g_utf8_validate_len ((const char *) data, length, NULL))
    return reader_fail (self, "a string is not UTF-8");

  *text = length > 0 ? g_strndup ((const char *) data, length) : NULL;

  return TRUE;
}

static gboolean
reader_take_value (Reader  *self,
                   GBytes **value)
{
  const guint8 *data;
  gint32 length;

  if (!reader_take_int32 (self, &length) || !reader_take (self, length, &data))
    return FALSE;

  *value = g_bytes_new (data, length);

  return TRUE;
}

static gboolean
reader_take_flag (Reader   *self,
                  gboolean *flag)
{
  guint8 byte;

  if (!reader_take_byte (self, &byte))
    return FALSE;

  *flag = byte != 0;

  return TRUE;
}

static gboolean
reader_take_message (Reader    *self,
                     GPtrArray *messages)
{
  g_autoptr (SignalrScaleoutMessage) message = g_new0 (SignalrScaleoutMessage, 1);

  if (!reader_take_string (self, &message->source) ||
      !reader_take_string (self, &message->key) ||
      !reader_take_value (self, &message->value) ||
      !reader_take_string (self, &message->command_id) ||
      !reader_take_flag (self, &message->wait_for_ack) ||
      !reader_take_flag (self, &message->is_ack) ||
      !reader_take_string (self, &message->filter))
    return FALSE;

  if (message->key == NULL)
    return reader_fail (self, "a message has no key");

  g_ptr_array_add (messages, g_steal_pointer (&message));

  return TRUE;
}

/* Ends at the first space; no sign, and nothing before it. */
static gboolean
reader_take_id (Reader  *self,
                guint64 *id)
{
  guint8 byte;

  *id = 0;
  for (guint n = 0; ; n++)
    {
      if (!reader_take_byte (self, &byte))
        return FALSE;

      if (byte == ' ' && n > 0)
        return TRUE;

      if (!g_ascii_isdigit (byte) ||
          !g_uint64_checked_mul (id, *id, 10) || !g_uint64_checked_add (id, *id, byte - '0'))
        return reader_fail (self, "its number is none");
    }
}

/* What lies behind the stated length is passed over, as the original does. */
static gboolean
reader_take_body (Reader                 *self,
                  SignalrScaleoutPayload *payload)
{
  gint32 length, count;

  if (!reader_take_int32 (self, &length))
    return FALSE;
  if ((gsize) length > self->size - self->offset)
    return reader_fail (self, "it is shorter than it says");
  self->size = self->offset + length;

  if (!reader_take_int32 (self, &count))
    return FALSE;
  if ((gsize) count > (self->size - self->offset) / MIN_MESSAGE_SIZE)
    return reader_fail (self, "it cannot hold as many messages as it says");

  for (gint32 i = 0; i < count; i++)
    {
      if (!reader_take_message (self, payload->messages))
        return FALSE;
    }

  return reader_take_int64 (self, &payload->ticks);
}

/*< private >
 * signalr_scaleout_decode:
 *
 * Values are as they came: whether they are JSON is not looked at.
 */
SignalrScaleoutPayload *
signalr_scaleout_decode (GBytes  *bytes,
                         GError **error)
{
  g_autoptr (SignalrScaleoutPayload) payload = g_new0 (SignalrScaleoutPayload, 1);
  Reader reader = { .error = error };

  reader.data = g_bytes_get_data (bytes, &reader.size);
  payload->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) signalr_scaleout_message_free);

  if (!reader_take_id (&reader, &payload->id) || !reader_take_body (&reader, payload))
    return NULL;

  return g_steal_pointer (&payload);
}
