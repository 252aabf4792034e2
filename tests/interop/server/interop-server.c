/* interop-server.c: InteropHub at /signalr and /open (classic), /interop and /stateful (ASP.NET Core); /echo, /open-echo
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib-unix.h>
#include <stdlib.h>

#include "interop-echo.h"
#include "interop-hub.h"

#define HUB_NAME "InteropHub"

static int port;
static char *key;
static int keep_alive = 10;
static int disconnect_timeout = 30;
static int connection_timeout = 110;
static gboolean admit_late;
static char *redis;

static const GOptionEntry entries[] = {
  { "port", 0, 0, G_OPTION_ARG_INT, &port, "The port; 0 is any", "N" },
  { "key", 0, 0, G_OPTION_ARG_FILENAME, &key, "Where the key for tokens is", "FILE" },
  { "keep-alive", 0, 0, G_OPTION_ARG_INT, &keep_alive, "Of both protocols; 0 is none in the classic one", "S" },
  { "disconnect-timeout", 0, 0, G_OPTION_ARG_INT, &disconnect_timeout,
    "For how long to wait for a lost client of either protocol", "S" },
  { "connection-timeout", 0, 0, G_OPTION_ARG_INT, &connection_timeout, "Of a poll", "S" },
  { "redis", 0, 0, G_OPTION_ARG_STRING, &redis, "Behind which it is one with others", "URI" },
  { "admit-late", 0, 0, G_OPTION_ARG_NONE, &admit_late, "Let clients back in after their end", NULL },
  { NULL }
};

static void
redis_changed_cb (SignalrServer *server,
                  gboolean       up,
                  const GError  *error,
                  gpointer       user_data)
{
  JsonObject *event = json_object_new ();

  json_object_set_string_member (event, "event", "redis");
  json_object_set_string_member (event, "state", up ? "up" : "down");
  if (error != NULL)
    json_object_set_string_member (event, "error", error->message);
  interop_tell (json_node_init_object (json_node_alloc (), event));
  json_object_unref (event);
}

/* Whoever shows a token is called so; others may come in as well. */
static gboolean
authenticate_cb (SignalrServer      *server,
                 SoupServerMessage  *request,
                 const char         *token,
                 gpointer            user_data,
                 char              **user)
{
  *user = g_strdup (token);

  return TRUE;
}

static gboolean
apply (SignalrServer  *server,
       GError        **error)
{
  return signalr_server_set_disconnect_timeout (server, disconnect_timeout * 1000, error) &&
         signalr_server_set_client_timeout (server, disconnect_timeout * 1000, error) &&
         signalr_server_set_keep_alive (server, keep_alive * 1000, error) &&
         (keep_alive == 0 || signalr_server_set_ping_interval (server, keep_alive * 1000, error)) &&
         signalr_server_set_connection_timeout (server, connection_timeout * 1000, error) &&
         signalr_server_set_admit_late_clients (server, admit_late, error) &&
         (key == NULL || signalr_server_set_key_file (server, key, error)) &&
         (redis == NULL || signalr_server_set_redis (server, redis, error)) &&
         signalr_server_set_authenticate_func (server, authenticate_cb, NULL, NULL, error);
}

static gboolean
serve (SignalrServer  *server,
       GError        **error)
{
  g_autoptr (SignalrMapOptions) stateful = signalr_map_options_new ();
  g_autoptr (SignalrMapOptions) open = signalr_map_options_new ();
  g_autoptr (SignalrHub) hub = interop_hub_new ();
  g_autoptr (SignalrEndpoint) echo = interop_echo_new ();
  g_autoptr (SignalrEndpoint) open_echo = interop_echo_new ();

  g_object_set (stateful, "stateful-reconnect", TRUE, NULL);
  g_object_set (open, "detailed-errors", TRUE, "jsonp", TRUE, NULL);
  signalr_hub_set_type_name (SIGNALR_HUB (echo), "Classic.EchoConnection");
  signalr_server_add_hub (server, HUB_NAME, hub);

  return signalr_server_map_hubs (server, "/signalr", NULL, error) &&
         signalr_server_map_hub (server, "/interop", HUB_NAME, NULL, error) &&
         signalr_server_map_hub (server, "/stateful", HUB_NAME, stateful, error) &&
         signalr_server_map_connection (server, "/echo", echo, NULL, error) &&
         signalr_server_map_hubs (server, "/open", open, error) &&
         signalr_server_map_connection (server, "/open-echo", open_echo, open, error) &&
         signalr_server_listen (server, "127.0.0.1", port, error);
}

static void
shutdown_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  signalr_server_shutdown_finish (SIGNALR_SERVER (source), result, NULL);
  g_main_loop_quit (user_data);
}

typedef struct {
  SignalrServer *server;
  GMainLoop     *loop;
} Ending;

static gboolean
signal_cb (gpointer user_data)
{
  Ending *ending = user_data;

  signalr_server_shutdown_async (ending->server, NULL, shutdown_cb, ending->loop);

  return G_SOURCE_REMOVE;
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (SignalrServer) server = signalr_server_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;
  Ending ending = { server, loop };
  JsonObject *first;

  g_signal_connect (server, "redis-changed", G_CALLBACK (redis_changed_cb), NULL);
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || !apply (server, &error) ||
      !serve (server, &error))
    {
      g_printerr ("%s\n", error->message);
      return EXIT_FAILURE;
    }

  first = json_object_new ();
  json_object_set_string_member (first, "listening", signalr_server_get_uri (server));
  interop_tell (json_node_init_object (json_node_alloc (), first));
  json_object_unref (first);

  g_unix_signal_add (SIGTERM, signal_cb, &ending);
  g_main_loop_run (loop);

  return EXIT_SUCCESS;
}
