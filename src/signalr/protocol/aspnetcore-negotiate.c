/* aspnetcore-negotiate.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aspnetcore-negotiate-private.h"
#include "json-read-private.h"
#include "json-write-private.h"

/* The names and the order of the official server. */
static const struct {
  SignalrTransport  transport;
  const char       *name;
} transports[] = {
  { SIGNALR_TRANSPORT_WEB_SOCKETS,        "WebSockets" },
  { SIGNALR_TRANSPORT_SERVER_SENT_EVENTS, "ServerSentEvents" },
  { SIGNALR_TRANSPORT_LONG_POLLING,       "LongPolling" },
};

void
signalr_aspnetcore_negotiate_free (SignalrAspnetcoreNegotiate *self)
{
  g_free (self->connection_id);
  g_free (self->connection_token);
  g_free (self->url);
  g_free (self->access_token);
  g_free (self->error);
  g_free (self);
}

gboolean
signalr_aspnetcore_negotiate_fits (JsonNode *root)
{
  JsonObject *object;

  if (!JSON_NODE_HOLDS_OBJECT (root))
    return FALSE;

  object = json_node_get_object (root);

  return !json_object_has_member (object, "ProtocolVersion") &&
         (json_object_has_member (object, "availableTransports") ||
          json_object_has_member (object, "url") ||
          json_object_has_member (object, "error"));
}

static gboolean
negotiate_fail (GError     **error,
                const char  *text)
{
  g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_PROTOCOL, text);

  return FALSE;
}

static SignalrTransport
transport_from_name (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (transports); i++)
    {
      if (g_strcmp0 (transports[i].name, name) == 0)
        return transports[i].transport;
    }

  return SIGNALR_TRANSPORT_NONE;
}

/* Names and formats that are not known are no error: they are for others. */
static gboolean
read_transport (SignalrAspnetcoreNegotiate  *self,
                JsonNode                    *node,
                GError                     **error)
{
  g_autofree char *name = NULL;
  JsonArray *formats = NULL;
  SignalrTransport transport;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return negotiate_fail (error, "The server’s answer to negotiate lists a transport that is no object");

  if (!signalr_json_read_string (json_node_get_object (node), "transport", &name, error) ||
      !signalr_json_read_array (json_node_get_object (node), "transferFormats", &formats, error))
    return FALSE;

  if (name == NULL || formats == NULL)
    return negotiate_fail (error, "The server’s answer to negotiate lists a transport without name or formats");

  transport = transport_from_name (name);
  if (transport == SIGNALR_TRANSPORT_NONE)
    return TRUE;

  self->transports |= 1 << transport;
  for (guint i = 0; i < json_array_get_length (formats); i++)
    {
      JsonNode *format = json_array_get_element (formats, i);

      if (json_node_get_value_type (format) == G_TYPE_STRING &&
          g_strcmp0 (json_node_get_string (format), "Binary") == 0)
        self->binary_transports |= 1 << transport;
    }

  return TRUE;
}

static gboolean
read_transports (SignalrAspnetcoreNegotiate  *self,
                 JsonObject                  *object,
                 GError                     **error)
{
  JsonArray *array = NULL;
  guint n_transports;

  if (!signalr_json_read_array (object, "availableTransports", &array, error))
    return FALSE;

  n_transports = array != NULL ? json_array_get_length (array) : 0;
  for (guint i = 0; i < n_transports; i++)
    {
      if (!read_transport (self, json_array_get_element (array, i), error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
read_negotiate (SignalrAspnetcoreNegotiate  *self,
                JsonObject                  *object,
                GError                     **error)
{
  gint64 version = 0;

  if (!signalr_json_read_string (object, "error", &self->error, error) ||
      !signalr_json_read_string (object, "url", &self->url, error) ||
      !signalr_json_read_string (object, "accessToken", &self->access_token, error) ||
      !signalr_json_read_int (object, "negotiateVersion", &version, error) ||
      !signalr_json_read_boolean (object, "useStatefulReconnect", &self->stateful, error) ||
      !signalr_json_read_string (object, "connectionId", &self->connection_id, error) ||
      !signalr_json_read_string (object, "connectionToken", &self->connection_token, error) ||
      !read_transports (self, object, error))
    return FALSE;

  if (self->error != NULL || self->url != NULL)
    return TRUE;

  self->version = CLAMP (version, 0, G_MAXINT32);

  if (self->connection_id == NULL)
    return negotiate_fail (error, "The server’s answer to negotiate has no “connectionId”");

  if (self->version == 0)
    {
      g_free (self->connection_token);
      self->connection_token = g_strdup (self->connection_id);
    }

  if (self->connection_token == NULL)
    return negotiate_fail (error, "The server’s answer to negotiate has no “connectionToken”");

  return TRUE;
}

SignalrAspnetcoreNegotiate *
signalr_aspnetcore_negotiate_decode (JsonNode  *root,
                                     GError   **error)
{
  g_autoptr (SignalrAspnetcoreNegotiate) self = NULL;

  if (!JSON_NODE_HOLDS_OBJECT (root))
    {
      negotiate_fail (error, "The server’s answer to negotiate is no object");
      return NULL;
    }

  self = g_new0 (SignalrAspnetcoreNegotiate, 1);
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

  g_string_append_printf (out, ",\"%s\":", name);
  signalr_json_write_string (out, text);
}

static void
write_transports (const SignalrAspnetcoreNegotiate *self,
                  GString                          *out)
{
  const char *separator = "";

  g_string_append (out, ",\"availableTransports\":[");

  for (guint i = 0; i < G_N_ELEMENTS (transports); i++)
    {
      guint bit = 1 << transports[i].transport;

      if ((self->transports & bit) == 0)
        continue;

      g_string_append_printf (out, "%s{\"transport\":\"%s\",\"transferFormats\":[\"Text\"%s]}",
                              separator, transports[i].name,
                              (self->binary_transports & bit) != 0 ? ",\"Binary\"" : "");
      separator = ",";
    }

  g_string_append (out, "]}");
}

/*< private >
 * signalr_aspnetcore_negotiate_encode:
 *
 * A refusal where there is an error, a redirect where there is a URL.
 *
 * Returns: (transfer full): the text, with the keys in the order of the official
 *   server
 */
char *
signalr_aspnetcore_negotiate_encode (const SignalrAspnetcoreNegotiate *self)
{
  GString *out = g_string_new ("{");

  if (self->error != NULL)
    {
      g_string_append (out, "\"error\":");
      signalr_json_write_string (out, self->error);
      g_string_append_c (out, '}');

      return g_string_free (out, FALSE);
    }

  if (self->stateful)
    g_string_append (out, "\"useStatefulReconnect\":true,");
  g_string_append_printf (out, "\"negotiateVersion\":%u", self->version);
  write_text (out, "url", self->url);
  write_text (out, "accessToken", self->access_token);
  if (self->url == NULL)
    {
      write_text (out, "connectionId", self->connection_id);
      write_text (out, "connectionToken", self->version > 0 ? self->connection_token : NULL);
    }
  write_transports (self, out);

  return g_string_free (out, FALSE);
}
