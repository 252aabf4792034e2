/* host-parts.h: the parts of the host, each a server
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <signalr.h>

G_BEGIN_DECLS

typedef struct {
  char     *web_root;         /* part 1; NULL for none */

  /* Part 4. */
  int       keep_alive_ms;    /* of classic; 0 off, -1 as it is */
  int       disconnect_ms;    /* -1 as it is, like all below */
  int       timeout_ms;
  gboolean  detailed;
  int       ping_ms;
  int       client_timeout_ms;
  int       handshake_ms;
  gboolean  stateful;
  gboolean  close_on_expiry;
  int       max_receive;
} HostOptions;

typedef SignalrServer *(*HostPartFunc) (const HostOptions  *options,
                                        GError            **error);

SignalrServer *host_classic_new (const HostOptions  *options,
                                 GError            **error);
SignalrServer *host_core_new    (const HostOptions  *options,
                                 GError            **error);
SignalrServer *host_core2_new   (const HostOptions  *options,
                                 GError            **error);
SignalrServer *host_versions_new (const HostOptions *options,
                                 GError            **error);
SignalrServer *host_twin_new    (const HostOptions  *options,
                                 GError            **error);
SignalrServer *host_socket_echo_new (const HostOptions *options,
                                 GError            **error);

/* Part 1 in two halves. */
void           classic_add_hubs (SignalrServer      *server);
gboolean       classic_take     (SignalrServer      *server,
                                 SoupServerMessage  *request,
                                 gpointer            web_root);

G_END_DECLS
