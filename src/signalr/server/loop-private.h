/* loop-private.h: what the connections of a server run on
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "heartbeat-private.h"
#include "poller-private.h"
#include "turn-private.h"

G_BEGIN_DECLS

typedef struct {
  GMainContext     *context;
  SignalrTurn      *turn;
  SignalrPoller    *poller;
  SignalrHeartbeat *heartbeat;
  GQueue            closing;    /* SignalrCarriers on their way out */
  SignalrTask      *quiet;      /* (nullable) what is done when the last of them is gone */
} SignalrLoop;

SignalrLoop *signalr_loop_new    (GMainContext  *context,
                                  GError       **error);
SignalrLoop *signalr_loop_ref    (SignalrLoop   *self);
void         signalr_loop_unref  (SignalrLoop   *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignalrLoop, signalr_loop_unref)

/* @link is part of @carrier, whose owner has let go of it. */
void         signalr_loop_linger (SignalrLoop   *self,
                                  GList         *link,
                                  gpointer       carrier);
void         signalr_loop_leave  (SignalrLoop   *self,
                                  GList         *link);

G_END_DECLS
