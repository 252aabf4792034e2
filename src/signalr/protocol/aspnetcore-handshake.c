/* aspnetcore-handshake.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aspnetcore-records-private.h"
#include "json-read-private.h"
#include "json-scan-private.h"
#include "json-write-private.h"

#define RS '\x1e'

GBytes *
signalr_handshake_request_encode (SignalrEncoding encoding,
                                  guint           version)
{
  char *text;

  text = g_strdup_printf ("{\"protocol\":\"%s\",\"version\":%u}%c",
                          signalr_encoding_get_name (encoding), version, RS);

  return g_bytes_new_take (text, strlen (text));
}

static JsonNode *
handshake_parse (GBytes  *record,
                 GError **error)
{
  g_autoptr (JsonNode) root = NULL;
  gconstpointer data;
  gsize length;

  data = g_bytes_get_data (record, &length);
  root = signalr_json_parse (data, length, error);
  if (root == NULL)
    return NULL;

  if (!JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA,
                           "The handshake is not an object");
      return NULL;
    }

  return g_steal_pointer (&root);
}

static gboolean
encoding_from_name (const char       *name,
                    SignalrEncoding  *encoding)
{
  if (g_ascii_strcasecmp (name, "json") == 0)
    *encoding = SIGNALR_ENCODING_JSON;
  else if (g_ascii_strcasecmp (name, "messagepack") == 0)
    *encoding = SIGNALR_ENCODING_MESSAGEPACK;
  else
    return FALSE;

  return TRUE;
}

/*< private >
 * signalr_handshake_request_decode:
 * @version: (out): the version asked for, at most 2
 *
 * Returns: %TRUE where the request can be granted. Otherwise the error is of
 *   code PROTOCOL and its message is what the client is to be answered, or of
 *   code INVALID_DATA where it is no handshake.
 */
gboolean
signalr_handshake_request_decode (GBytes           *record,
                                  guint             max_version,
                                  SignalrEncoding  *encoding,
                                  guint            *version,
                                  GError          **error)
{
  g_autoptr (JsonNode) root = handshake_parse (record, error);
  g_autofree char *protocol = NULL;
  gint64 number = G_MAXINT64;
  JsonObject *object;

  if (root == NULL)
    return FALSE;

  object = json_node_get_object (root);
  if (!signalr_json_read_string (object, "protocol", &protocol, error) ||
      !signalr_json_read_int (object, "version", &number, error))
    return FALSE;

  if (protocol == NULL || number == G_MAXINT64)
    {
      g_set_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA,
                   "Missing required property '%s'.", protocol == NULL ? "protocol" : "version");
      return FALSE;
    }

  if (number > G_MAXINT32 || number < G_MININT32)
    {
      g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA, "The version is out of bounds.");
      return FALSE;
    }

  if (!encoding_from_name (protocol, encoding))
    {
      g_set_error (error, SIGNALR_ERROR, SIGNALR_ERROR_PROTOCOL,
                   "The protocol '%s' is not supported.", protocol);
      return FALSE;
    }

  /* The official server takes every number up to its own, also 0 and -1. */
  if (number > max_version)
    {
      g_set_error (error, SIGNALR_ERROR, SIGNALR_ERROR_PROTOCOL,
                   "The server does not support version %" G_GINT64_FORMAT " of the '%s' protocol.",
                   number, signalr_encoding_get_name (*encoding));
      return FALSE;
    }

  *version = number < 0 ? 0 : number;

  return TRUE;
}

GBytes *
signalr_handshake_response_encode (const char *error_text)
{
  g_autoptr (GString) out = g_string_new ("{");

  if (error_text != NULL)
    {
      g_string_append (out, "\"error\":");
      signalr_json_write_string (out, error_text);
    }
  g_string_append_c (out, '}');
  g_string_append_c (out, RS);

  return g_string_free_to_bytes (g_steal_pointer (&out));
}

gboolean
signalr_handshake_response_decode (GBytes  *record,
                                   GError **error)
{
  g_autoptr (JsonNode) root = handshake_parse (record, error);
  g_autofree char *text = NULL;
  JsonObject *object;

  if (root == NULL)
    return FALSE;

  object = json_node_get_object (root);
  if (json_object_has_member (object, "type"))
    {
      g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_PROTOCOL,
                           "The server spoke before it answered the handshake");
      return FALSE;
    }

  if (!signalr_json_read_string (object, "error", &text, error))
    return FALSE;

  if (text != NULL)
    {
      g_set_error (error, SIGNALR_ERROR, SIGNALR_ERROR_PROTOCOL,
                   "The server refused the handshake: %s", text);
      return FALSE;
    }

  return TRUE;
}
