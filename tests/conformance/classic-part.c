/* classic-part.c: part 1, for the functional tests of ASP.NET SignalR
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "host-hub.h"
#include "host-parts.h"

static void
send_text (SignalrEndpoint *endpoint,
           SignalrCaller   *caller,
           const char      *text)
{
  g_autoptr (JsonNode) value = host_string (text);

  signalr_endpoint_send_json (endpoint, signalr_caller_get_connection_id (caller), value);
}

static void
multisend_connected (SignalrHub        *hub,
                     SignalrInvocation *start)
{
  SignalrCaller *caller = signalr_invocation_get_caller (start);

  send_text (SIGNALR_ENDPOINT (hub), caller, "OnConnectedAsync1");
  send_text (SIGNALR_ENDPOINT (hub), caller, "OnConnectedAsync2");
  signalr_invocation_return_value (start, NULL);
}

static void
multisend_received (SignalrEndpoint *endpoint,
                    SignalrCaller   *caller,
                    GBytes          *data)
{
  send_text (endpoint, caller, "OnReceivedAsync1");
  send_text (endpoint, caller, "OnReceivedAsync2");
}

static void
echo_received (SignalrEndpoint *endpoint,
               SignalrCaller   *caller,
               GBytes          *data)
{
  g_autofree char *text = NULL;

  if (data != NULL && g_bytes_get_size (data) > 0)
    text = g_strndup (g_bytes_get_data (data, NULL), g_bytes_get_size (data));
  else if (data != NULL)
    text = g_strdup ("");
  send_text (endpoint, caller, text);
}

static const HostEvents multisend_events = { .connected = multisend_connected, .received = multisend_received };
static const HostEvents echo_events = { .received = echo_received };

static gboolean
map_connections (SignalrServer  *server,
                 GError        **error)
{
  static const struct {
    const char       *path;
    const HostEvents *events;
    gboolean          jsonp;
  } connections[] = {
    { "/multisend", &multisend_events, FALSE },
    { "/echo", &echo_events, FALSE },
    { "/redirectionConnection", NULL, FALSE },
    { "/statusCodeConnection", NULL, FALSE },
    { "/jsonp/echo", &echo_events, TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (connections); i++)
    {
      g_autoptr (SignalrEndpoint) endpoint = host_endpoint_new (connections[i].events);
      g_autoptr (SignalrMapOptions) options = signalr_map_options_new ();

      g_object_set (options, "jsonp", connections[i].jsonp, NULL);
      if (!signalr_server_map_connection (server, connections[i].path, endpoint, options, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
map_hubs (SignalrServer  *server,
          GError        **error)
{
  static const struct {
    const char *path;
    gboolean    detailed;
    gboolean    jsonp;
  } mounts[] = {
    { "/signalr", TRUE, FALSE },
    { "/signalr2/test", FALSE, FALSE },
    { "/jsonp/signalr", TRUE, TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (mounts); i++)
    {
      g_autoptr (SignalrMapOptions) options = signalr_map_options_new ();

      g_object_set (options,
                    "detailed-errors", mounts[i].detailed,
                    "jsonp", mounts[i].jsonp,
                    "keep-requests", TRUE,
                    NULL);
      if (!signalr_server_map_hubs (server, mounts[i].path, options, error))
        return FALSE;
    }

  return TRUE;
}

SignalrServer *
host_classic_new (const HostOptions  *options,
                  GError            **error)
{
  static const char * const anybody[] = { "*", NULL };
  g_autoptr (SignalrServer) server = signalr_server_new ();

  classic_add_hubs (server);
  if (!map_hubs (server, error) ||
      !map_connections (server, error) ||
      !signalr_server_set_allowed_origins (server, anybody, error) ||
      !signalr_server_set_request_func (server, classic_take, g_strdup (options->web_root), g_free, error))
    return NULL;

  return g_steal_pointer (&server);
}
