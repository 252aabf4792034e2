/* socket-echo-part.c: part 5, WebSockets alone
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "core-hubs.h"
#include "host-parts.h"

#define MAX_MESSAGE (16 * 1024 * 1024)

SignalrServer *
host_socket_echo_new (const HostOptions  *options,
                      GError            **error)
{
  static const char * const web_sockets[] = { "webSockets", NULL };
  g_autoptr (SignalrServer) server = signalr_server_new ();
  g_autoptr (SignalrEndpoint) echo = core_raw_echo_new ();
  g_autoptr (SignalrMapOptions) map_options = signalr_map_options_new ();

  g_object_set (map_options, "max-message-size", MAX_MESSAGE, "transports", web_sockets, NULL);
  if (!signalr_server_map_connection (server, "/", echo, map_options, error))
    return NULL;

  return g_steal_pointer (&server);
}
