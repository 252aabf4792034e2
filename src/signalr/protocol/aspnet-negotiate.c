/* aspnet-negotiate.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aspnet-negotiate-private.h"
#include "json-read-private.h"
#include "json-write-private.h"

#include <math.h>

/* What a server of the 1.x generation leaves out. */
#define DEFAULT_CONNECTION_TIMEOUT        110.0
#define DEFAULT_DISCONNECT_TIMEOUT         30.0
#define DEFAULT_TRANSPORT_CONNECT_TIMEOUT   5.0

/* No server means longer; and as microseconds it still is a gint64. */
#define MAX_SECONDS 1e9

void
signalr_aspnet_negotiate_free (SignalrAspnetNegotiate *self)
{
  g_free (self->url);
  g_free (self->connection_token);
  g_free (self->connection_id);
  g_free (self->protocol_version);
  g_free (self->redirect_url);
  g_free (self->access_token);
  g_free (self->error);
  g_free (self);
}

gboolean
signalr_aspnet_negotiate_fits (JsonNode *root)
{
  JsonObject *object;

  if (!JSON_NODE_HOLDS_OBJECT (root))
    return FALSE;

  object = json_node_get_object (root);

  return json_object_has_member (object, "ProtocolVersion") ||
         json_object_has_member (object, "ConnectionToken");
}

static gboolean
negotiate_fail (GError     **error,
                const char  *text,
                const char  *name)
{
  g_set_error (error, SIGNALR_ERROR, SIGNALR_ERROR_PROTOCOL,
               "The server’s answer to negotiate has no %s“%s”", text, name);

  return FALSE;
}

static gboolean
read_seconds (JsonObject  *object,
              const char  *name,
              double      *seconds,
              GError     **error)
{
  double value = *seconds;

  if (!signalr_json_read_double (object, name, &value, error))
    return FALSE;

  if (value == *seconds)
    return TRUE;

  if (value < 0 || value > MAX_SECONDS)
    return negotiate_fail (error, "sensible ", name);

  *seconds = value;

  return TRUE;
}

/* A version of two to four numbers: 100 * major + minor, and whether there are
 * more than two. 0 where @text is none.
 */
static guint
version_parse (const char *text,
               gboolean   *is_longer)
{
  g_auto (GStrv) parts = g_strsplit (text, ".", 5);
  guint n_parts = g_strv_length (parts);
  guint64 numbers[4];

  if (n_parts < 2 || n_parts > 4)
    return 0;

  for (guint i = 0; i < n_parts; i++)
    {
      if (!g_ascii_string_to_unsigned (parts[i], 10, 0, G_MAXINT32, &numbers[i], NULL))
        return 0;
    }

  *is_longer = n_parts > 2;

  return 100 * MIN (numbers[0], 1000000) + MIN (numbers[1], 99);
}

static gboolean
read_version (SignalrAspnetNegotiate  *self,
              JsonObject              *object,
              GError                 **error)
{
  gboolean is_longer;

  if (!signalr_json_read_string (object, "ProtocolVersion", &self->protocol_version, error))
    return FALSE;

  if (self->protocol_version == NULL)
    return negotiate_fail (error, "", "ProtocolVersion");

  self->version = version_parse (self->protocol_version, &is_longer);
  if (self->version == 0)
    return negotiate_fail (error, "sensible ", "ProtocolVersion");

  return TRUE;
}

static gboolean
read_times (SignalrAspnetNegotiate  *self,
            JsonObject              *object,
            GError                 **error)
{
  self->keep_alive_timeout = -1;
  self->disconnect_timeout = DEFAULT_DISCONNECT_TIMEOUT;
  self->connection_timeout = DEFAULT_CONNECTION_TIMEOUT;
  self->transport_connect_timeout = DEFAULT_TRANSPORT_CONNECT_TIMEOUT;

  if (!read_seconds (object, "KeepAliveTimeout", &self->keep_alive_timeout, error) ||
      !read_seconds (object, "DisconnectTimeout", &self->disconnect_timeout, error) ||
      !read_seconds (object, "ConnectionTimeout", &self->connection_timeout, error) ||
      !read_seconds (object, "TransportConnectTimeout", &self->transport_connect_timeout, error) ||
      !read_seconds (object, "LongPollDelay", &self->long_poll_delay, error))
    return FALSE;

  /* The official clients take 0 for off as well. */
  if (self->keep_alive_timeout == 0)
    self->keep_alive_timeout = -1;

  return TRUE;
}

static gboolean
read_negotiate (SignalrAspnetNegotiate  *self,
                JsonObject              *object,
                GError                 **error)
{
  if (!read_version (self, object, error) ||
      !read_times (self, object, error) ||
      !signalr_json_read_string (object, "Error", &self->error, error) ||
      !signalr_json_read_string (object, "RedirectUrl", &self->redirect_url, error) ||
      !signalr_json_read_string (object, "AccessToken", &self->access_token, error) ||
      !signalr_json_read_string (object, "Url", &self->url, error) ||
      !signalr_json_read_string (object, "ConnectionToken", &self->connection_token, error) ||
      !signalr_json_read_string (object, "ConnectionId", &self->connection_id, error) ||
      !signalr_json_read_boolean (object, "TryWebSockets", &self->try_web_sockets, error))
    return FALSE;

  if (self->error != NULL || self->redirect_url != NULL)
    return TRUE;

  if (self->connection_token == NULL)
    return negotiate_fail (error, "", "ConnectionToken");
  if (self->connection_id == NULL)
    return negotiate_fail (error, "", "ConnectionId");

  return TRUE;
}

SignalrAspnetNegotiate *
signalr_aspnet_negotiate_decode (JsonNode  *root,
                                 GError   **error)
{
  g_autoptr (SignalrAspnetNegotiate) self = NULL;

  if (!JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_PROTOCOL,
                           "The server’s answer to negotiate is no object");
      return NULL;
    }

  self = g_new0 (SignalrAspnetNegotiate, 1);
  if (!read_negotiate (self, json_node_get_object (root), error))
    return NULL;

  return g_steal_pointer (&self);
}

static void
write_text (GString    *out,
            const char *name,
            const char *text)
{
  if (text == NULL)
    return;

  g_string_append_printf (out, "%s\"%s\":", out->len > 1 ? "," : "", name);
  signalr_json_write_string (out, text);
}

/* With a fraction always, like the official server. */
static void
write_seconds (GString    *out,
               const char *name,
               double      seconds)
{
  g_autoptr (JsonNode) node = json_node_init_double (json_node_alloc (), seconds);

  g_string_append_printf (out, ",\"%s\":", name);

  if (seconds < 0)
    {
      g_string_append (out, "null");
      return;
    }

  signalr_json_write (out, node, NULL);
  if (seconds == trunc (seconds))
    g_string_append (out, ".0");
}

/*< private >
 * signalr_aspnet_negotiate_encode:
 *
 * Returns: (transfer full): the text, with the keys in the order of the official
 *   server
 */
char *
signalr_aspnet_negotiate_encode (const SignalrAspnetNegotiate *self)
{
  GString *out = g_string_new ("{");

  write_text (out, "Url", self->url);
  write_text (out, "ConnectionToken", self->connection_token);
  write_text (out, "ConnectionId", self->connection_id);
  write_seconds (out, "KeepAliveTimeout", self->keep_alive_timeout);
  write_seconds (out, "DisconnectTimeout", self->disconnect_timeout);
  write_seconds (out, "ConnectionTimeout", self->connection_timeout);
  g_string_append_printf (out, ",\"TryWebSockets\":%s", self->try_web_sockets ? "true" : "false");
  write_text (out, "ProtocolVersion", self->protocol_version);
  write_seconds (out, "TransportConnectTimeout", self->transport_connect_timeout);
  write_seconds (out, "LongPollDelay", self->long_poll_delay);
  write_text (out, "RedirectUrl", self->redirect_url);
  write_text (out, "AccessToken", self->access_token);
  write_text (out, "Error", self->error);
  g_string_append_c (out, '}');

  return g_string_free (out, FALSE);
}

guint
signalr_aspnet_version_resolve (const char  *client_protocol,
                                char       **text)
{
  gboolean is_longer = FALSE;
  guint version = client_protocol != NULL ? version_parse (client_protocol, &is_longer) : 0;

  if (version < 102)
    {
      *text = g_strdup ("1.2");
      return 102;
    }

  /* 2.0.0 is more than 2.0. */
  if (version > 200 || (version == 200 && is_longer))
    {
      *text = g_strdup ("2.0");
      return 200;
    }

  *text = g_strdup (client_protocol);

  return version;
}
