/* signalr-server-private.h
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "server-front-private.h"
#include "signalr-server.h"

G_BEGIN_DECLS

/* For its own files. */
struct _SignalrServer {
  GObject                  parent_instance;

  SignalrHost             *host;
  SignalrFront            *front;         /* while it listens */
  GMainContext            *context;
  GTlsCertificate         *certificate;
  char                    *uri;

  SignalrAuthenticateFunc  authenticate;
  gpointer                 authenticate_data;
  GDestroyNotify           authenticate_destroy;

  guint                    shutdown_spread; /* milliseconds */
  SignalrTask              shutdown;
  SignalrTimer             shutdown_limit;
  GTask                   *shutdown_task;
  GSource                 *cut_off;         /* when that is cancelled */
  gboolean                 is_cut_off;
};

/* Connections that are left are cut off. */
void         signalr_server_close              (SignalrServer *self);
void         signalr_server_shutdown_cb        (SignalrTask   *task);
void         signalr_server_shutdown_limit_cb  (SignalrTimer  *timer,
                                                gint64         now);

/* Of the farm. */
void         signalr_server_redis_changed      (gpointer       user_data,
                                                gboolean       up,
                                                const GError  *error);

/* What its connections share. For tests, which stop its clock and look inside. */
SignalrHost *signalr_server_get_host (SignalrServer  *self);
/* Whether it can still be set up; else BUSY. */
gboolean     signalr_server_is_open  (SignalrServer  *self,
                                      GError        **error);

G_END_DECLS
