/* twin-part.c: part 4 as a server
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "host-http.h"
#include "host-parts.h"
#include "twin.h"

#define CORE_MAX_MESSAGE 32768

static gboolean
take (SignalrServer     *server,
      SoupServerMessage *request,
      gpointer           user_data)
{
  g_autofree char *path = host_path (request);

  return twin_control (server, request, path);
}

#define EXPIRES "expires:"

/* `good` is alice, and so is `expires:SECONDS`; only /secure needs it. */
static gboolean
authenticate (SignalrServer      *server,
              SoupServerMessage  *request,
              const char         *token,
              gpointer            user_data,
              char              **user)
{
  g_autofree char *path = host_path (request);
  gboolean expires = token != NULL && g_str_has_prefix (token, EXPIRES);
  gboolean known = expires || g_strcmp0 (token, "good") == 0;

  if (known)
    *user = g_strdup ("alice");
  if (expires && GPOINTER_TO_INT (user_data))
    signalr_server_expire_request (server, request, g_ascii_strtod (token + strlen (EXPIRES), NULL) * 1000);

  return known || !host_path_is_below (path, "/secure");
}

static gboolean
set_times (SignalrServer      *server,
           const HostOptions  *options,
           GError            **error)
{
  return (options->disconnect_ms < 0 ||
          signalr_server_set_disconnect_timeout (server, options->disconnect_ms, error)) &&
         (options->keep_alive_ms < 0 ||
          signalr_server_set_keep_alive (server, options->keep_alive_ms, error)) &&
         (options->timeout_ms < 0 ||
          signalr_server_set_connection_timeout (server, options->timeout_ms, error)) &&
         (options->ping_ms < 0 || signalr_server_set_ping_interval (server, options->ping_ms, error)) &&
         (options->client_timeout_ms < 0 ||
          signalr_server_set_client_timeout (server, options->client_timeout_ms, error)) &&
         (options->handshake_ms < 0 ||
          signalr_server_set_handshake_timeout (server, options->handshake_ms, error));
}

static gboolean
map_classic (SignalrServer      *server,
             const HostOptions  *options,
             GError            **error)
{
  g_autoptr (SignalrMapOptions) map_options = signalr_map_options_new ();
  g_autoptr (SignalrHub) test_hub = twin_test_hub_new ();

  twin.callers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  twin.chat_hub = twin_chat_hub_new ();
  twin.echo = twin_echo_new ();
  g_object_set (map_options, "detailed-errors", options->detailed, "keep-requests", TRUE, NULL);
  signalr_server_add_hub (server, "ChatHub", twin.chat_hub);
  signalr_server_add_hub (server, "TestHub", test_hub);

  return signalr_server_map_hubs (server, "/signalr", map_options, error) &&
         signalr_server_map_connection (server, "/echo", twin.echo, map_options, error);
}

/* A hub of each half of the same name: these have longer ones, that no client sees. */
static gboolean
map_core (SignalrServer      *server,
          const HostOptions  *options,
          GError            **error)
{
  g_autoptr (SignalrMapOptions) map_options = signalr_map_options_new ();
  g_autoptr (SignalrHub) chat_hub = twin_core_chat_hub_new ();
  g_autoptr (SignalrHub) test_hub = twin_core_test_hub_new ();
  g_autoptr (SignalrHub) secure_hub = twin_core_secure_hub_new ();
  guint max_message = CORE_MAX_MESSAGE;

  /* 0 is no limit, as there. */
  if (options->max_receive >= 0)
    max_message = options->max_receive > 0 ? options->max_receive : G_MAXINT32;

  g_object_set (map_options, "stateful-reconnect", options->stateful, "detailed-errors", options->detailed,
                "max-message-size", max_message, NULL);
  signalr_server_add_hub (server, "CoreChatHub", chat_hub);
  signalr_server_add_hub (server, "CoreTestHub", test_hub);
  signalr_server_add_hub (server, "SecureHub", secure_hub);

  return signalr_server_map_hub (server, "/chat", "CoreChatHub", map_options, error) &&
         signalr_server_map_hub (server, "/test", "CoreTestHub", map_options, error) &&
         signalr_server_map_hub (server, "/secure", "SecureHub", map_options, error);
}

SignalrServer *
host_twin_new (const HostOptions  *options,
               GError            **error)
{
  static const char * const anybody[] = { "*", NULL };
  g_autoptr (SignalrServer) server = signalr_server_new ();

  if (!set_times (server, options, error) ||
      !map_classic (server, options, error) ||
      !map_core (server, options, error) ||
      !signalr_server_set_allowed_origins (server, anybody, error) ||
      !signalr_server_set_request_func (server, take, NULL, NULL, error) ||
      !signalr_server_set_authenticate_func (server, authenticate, GINT_TO_POINTER (options->close_on_expiry), NULL, error))
    return NULL;

  return g_steal_pointer (&server);
}
