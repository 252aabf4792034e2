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
  GQueue            closing;    /* SignalrWebSockets that wait for the peer's goodbye */
  SignalrTask      *quiet;      /* (nullable) what is done when the last of them is gone */
} SignalrLoop;

SignalrLoop *signalr_loop_new    (GMainContext  *context,
                                  GError       **error);
SignalrLoop *signalr_loop_ref    (SignalrLoop   *self);
void         signalr_loop_unref  (SignalrLoop   *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignalrLoop, signalr_loop_unref)

G_END_DECLS
