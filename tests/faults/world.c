/* world.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "world.h"

#include "server/signalr-server-private.h"

const Way world_ways[] = {
  { "classic/webSockets", SIGNALR_DIALECT_ASPNET, "/signalr", "webSockets", SIGNALR_ENCODING_JSON, TRUE },
  { "classic/serverSentEvents", SIGNALR_DIALECT_ASPNET, "/signalr", "serverSentEvents", SIGNALR_ENCODING_JSON, TRUE },
  { "classic/foreverFrame", SIGNALR_DIALECT_ASPNET, "/signalr", "foreverFrame", SIGNALR_ENCODING_JSON, TRUE },
  { "classic/longPolling", SIGNALR_DIALECT_ASPNET, "/signalr", "longPolling", SIGNALR_ENCODING_JSON, TRUE },
  { "core/webSockets", SIGNALR_DIALECT_ASPNETCORE, "/hub", "webSockets", SIGNALR_ENCODING_JSON, FALSE },
  { "core/serverSentEvents", SIGNALR_DIALECT_ASPNETCORE, "/hub", "serverSentEvents", SIGNALR_ENCODING_JSON, FALSE },
  { "core/longPolling", SIGNALR_DIALECT_ASPNETCORE, "/hub", "longPolling", SIGNALR_ENCODING_JSON, FALSE },
  { "core/stateful", SIGNALR_DIALECT_ASPNETCORE, "/stateful", "webSockets", SIGNALR_ENCODING_JSON, TRUE },
};

const guint world_n_ways = G_N_ELEMENTS (world_ways);

void
world_begin (World     *world,
             const Way *way)
{
  g_autoptr (SignalrMapOptions) stateful = NULL;
  g_autoptr (GUri) uri = NULL;
  g_autoptr (GError) error = NULL;

  *world = (World) { .way = way, .server = signalr_server_new (), .hub = fault_hub_new () };
  signalr_server_add_hub (world->server, "FaultHub", SIGNALR_HUB (world->hub));
  g_assert_true (signalr_server_map_hubs (world->server, "/signalr", NULL, NULL));
  g_assert_true (signalr_server_map_hub (world->server, "/hub", "FaultHub", NULL, NULL));
  stateful = g_object_new (SIGNALR_TYPE_MAP_OPTIONS, "stateful-reconnect", TRUE, NULL);
  g_assert_true (signalr_server_map_hub (world->server, "/stateful", "FaultHub", stateful, NULL));
  signalr_server_listen (world->server, "127.0.0.1", 0, &error);
  g_assert_no_error (error);
  signalr_heartbeat_freeze (signalr_server_get_host (world->server)->loop->heartbeat);
  uri = g_uri_parse (signalr_server_get_uri (world->server), G_URI_FLAGS_NONE, NULL);
  world->link = fault_link_new (g_uri_get_port (uri));
}

void
world_end (World *world)
{
  fault_link_free (world->link);
  g_assert_finalize_object (world->server);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (world->hub);
}

SignalrConnection *
world_connection_new (World     *world,
                      const Way *way)
{
  const char *transports[] = { way->transport, NULL };
  g_autofree char *url = NULL;
  SignalrConnection *connection;

  url = g_strdup_printf ("http://127.0.0.1:%u%s", fault_link_port (world->link), way->path);
  connection = signalr_connection_new (url);
  signalr_connection_get_hub (connection, "FaultHub");
  signalr_connection_set_dialect (connection, way->dialect);
  signalr_connection_set_encoding (connection, way->encoding);
  signalr_connection_set_transports (connection, transports);
  signalr_connection_set_stateful_reconnect (connection, way->resumes);

  return connection;
}

guint
world_count_descriptors (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;

  return n;
}
