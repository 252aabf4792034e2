/* aspnetcore-records.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aspnetcore-codec-private.h"

#define RS '\x1e'
/* Room for most records without asking for more. */
#define FIRST_SIZE 256

const char *
signalr_encoding_get_name (SignalrEncoding encoding)
{
  return encoding == SIGNALR_ENCODING_MESSAGEPACK ? "messagepack" : "json";
}

SignalrRecord *
signalr_record_new (SignalrRecordType type)
{
  SignalrRecord *record = g_new0 (SignalrRecord, 1);

  record->type = type;

  return record;
}

void
signalr_record_free (SignalrRecord *record)
{
  g_free (record->invocation_id);
  g_free (record->target);
  g_clear_pointer (&record->arguments, json_node_unref);
  g_clear_pointer (&record->item, json_node_unref);
  g_free (record->error);
  g_strfreev (record->stream_ids);
  g_free (record);
}

static gboolean
check_there (gboolean     there,
             const char  *name,
             GError     **error)
{
  if (!there)
    g_set_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA, "Missing required property '%s'.", name);

  return there;
}

/* A method without a name is asked for like any other that there is not, but nobody
 * is to write such a call: it ends a connection with a JavaScript client. An id has
 * letters.
 */
static gboolean
check_target (const SignalrRecord  *record,
              GError              **error)
{
  return check_there (record->target != NULL, "target", error);
}

static gboolean
check_id (const SignalrRecord  *record,
          GError              **error)
{
  return check_there (record->invocation_id != NULL && record->invocation_id[0] != '\0', "invocationId", error);
}

gboolean
signalr_record_check (const SignalrRecord  *record,
                      GError              **error)
{
  switch (record->type)
    {
    case SIGNALR_RECORD_INVOCATION:
      return check_target (record, error);

    case SIGNALR_RECORD_STREAM_INVOCATION:
      return check_id (record, error) && check_target (record, error);

    case SIGNALR_RECORD_STREAM_ITEM:
    case SIGNALR_RECORD_CANCEL_INVOCATION:
      return check_id (record, error);

    case SIGNALR_RECORD_COMPLETION:
      if (record->error != NULL && record->has_result)
        {
          g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA,
                               "The 'error' and 'result' properties are mutually exclusive.");
          return FALSE;
        }
      return check_id (record, error);

    case SIGNALR_RECORD_PING:
    case SIGNALR_RECORD_CLOSE:
    case SIGNALR_RECORD_ACK:
    case SIGNALR_RECORD_SEQUENCE:
      return TRUE;

    default:
      g_return_val_if_reached (FALSE);
    }
}

static gboolean
write_json (const SignalrRecord  *record,
            GString              *out,
            GError              **error)
{
  if (!signalr_record_json_encode (record, out, error))
    return FALSE;

  g_string_append_c (out, RS);

  return TRUE;
}

/* The length goes first, in groups of 7 bits, the lowest first. */
static gboolean
write_messagepack (const SignalrRecord  *record,
                   GString              *out,
                   GError              **error)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();

  if (!signalr_record_messagepack_encode (record, body, error))
    return FALSE;

  for (guint length = body->len; ; length >>= 7)
    {
      g_string_append_c (out, (length & 0x7f) | (length > 0x7f ? 0x80 : 0));
      if (length <= 0x7f)
        break;
    }

  g_string_append_len (out, (const char *) body->data, body->len);

  return TRUE;
}

gboolean
signalr_record_write (const SignalrRecord  *record,
                      SignalrEncoding       encoding,
                      GString              *out,
                      GError              **error)
{
  if (!signalr_record_check (record, error) ||
      !check_there (g_strcmp0 (record->target, "") != 0, "target", error))
    return FALSE;

  if (encoding == SIGNALR_ENCODING_MESSAGEPACK)
    return write_messagepack (record, out, error);

  return write_json (record, out, error);
}

GBytes *
signalr_record_encode (const SignalrRecord  *record,
                       SignalrEncoding       encoding,
                       GError              **error)
{
  g_autoptr (GString) out = g_string_sized_new (FIRST_SIZE);

  if (!signalr_record_write (record, encoding, out, error))
    return NULL;

  return g_string_free_to_bytes (g_steal_pointer (&out));
}
