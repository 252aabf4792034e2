/* server-times-private.h: the time limits of a server, and their rules
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* In µs; 0 is none. */
typedef struct {
  gint64 connection_timeout;
  gint64 disconnect_timeout;
  gint64 keep_alive;
  gint64 transport_connect_timeout;
  gint64 long_poll_delay;

  gint64 ping_interval;
  gint64 client_timeout;
  gint64 handshake_timeout;
  gint64 unconnected_timeout;
  gint64 poll_timeout;
} SignalrServerTimes;

#define SIGNALR_SERVER_TIMES_DEFAULT ((SignalrServerTimes) { \
  .connection_timeout = 110 * G_USEC_PER_SEC, \
  .disconnect_timeout = 30 * G_USEC_PER_SEC, \
  .keep_alive = 10 * G_USEC_PER_SEC, \
  .transport_connect_timeout = 5 * G_USEC_PER_SEC, \
  .ping_interval = 15 * G_USEC_PER_SEC, \
  .client_timeout = 30 * G_USEC_PER_SEC, \
  .handshake_timeout = 15 * G_USEC_PER_SEC, \
  .unconnected_timeout = 15 * G_USEC_PER_SEC, \
  .poll_timeout = 90 * G_USEC_PER_SEC, \
})

gboolean signalr_server_times_set_disconnect_timeout (SignalrServerTimes  *self,
                                                      guint                milliseconds,
                                                      GError             **error);
gboolean signalr_server_times_set_keep_alive         (SignalrServerTimes  *self,
                                                      guint                milliseconds,
                                                      GError             **error);
gboolean signalr_server_times_set_positive           (gint64              *time,
                                                      const char          *name,
                                                      guint                milliseconds,
                                                      GError             **error);

G_END_DECLS
