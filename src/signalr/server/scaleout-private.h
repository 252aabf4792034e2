/* scaleout-private.h: servers of classic SignalR that are one for their clients
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "bus-private.h"

G_BEGIN_DECLS

/* Everything is said to all servers, our own among them, over a backplane that gives
 * it a number; and whatever comes from there goes to the bus. Nothing is delivered
 * without having been there.
 *
 * A client's groups belong to the server that has its transport, wherever the hub is
 * that changes them: a command goes to the topic of the client, and whoever has it
 * acknowledges.
 */
typedef struct _SignalrScaleout SignalrScaleout;

/* How it went: @error is NULL where it went well. */
typedef void (*SignalrScaleoutFunc) (gpointer      user_data,
                                     const GError *error);

/* What a backplane does. @func is called once, not in the call, and also where the
 * backplane ends.
 */
typedef struct {
  /* Numbers @body and says it to all. */
  void (*send)   (gpointer             backplane,
                  GBytes              *body,
                  SignalrScaleoutFunc  func,
                  gpointer             user_data);
  /* Tells when whatever is said is heard, or that it is not. */
  void (*settle) (gpointer             backplane,
                  SignalrScaleoutFunc  func,
                  gpointer             user_data);
} SignalrScaleoutFuncs;

/* @bus is shared from now on. */
SignalrScaleout *signalr_scaleout_new         (SignalrBus                 *bus,
                                               SignalrHeartbeat           *heartbeat,
                                               const SignalrScaleoutFuncs *funcs,
                                               gpointer                    backplane);
/* After @backplane has ended. Who waits for an acknowledgement gets SIGNALR_ERROR_CANCELLED. */
void             signalr_scaleout_free        (SignalrScaleout         *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignalrScaleout, signalr_scaleout_free)

/* What has come over the backplane, with its number. */
void             signalr_scaleout_hear        (SignalrScaleout         *self,
                                               GBytes                  *bytes);
/* The highest number heard; 0 for none. */
guint64          signalr_scaleout_get_newest  (SignalrScaleout         *self);
/* What comes will have a higher number than @number. */
void             signalr_scaleout_begin_at    (SignalrScaleout         *self,
                                               guint64                  number);

/* Whoever begins now hears everything from then on that @func is called, if it is
 * without an error.
 */
void             signalr_scaleout_settle      (SignalrScaleout         *self,
                                               SignalrScaleoutFunc      func,
                                               gpointer                 user_data);

void             signalr_scaleout_publish     (SignalrScaleout         *self,
                                               const char              *topic,
                                               SignalrMessage          *message);
/* @func (nullable) is called when the server that has the client has done it; with
 * SIGNALR_ERROR_TIMED_OUT where none has it.
 */
void             signalr_scaleout_regroup     (SignalrScaleout         *self,
                                               const char              *connection_id,
                                               const char              *group_topic,
                                               gboolean                 join,
                                               SignalrScaleoutFunc      func,
                                               gpointer                 user_data);
/* The same for a start of the client: it is done when the hubs have let it in. */
void             signalr_scaleout_start       (SignalrScaleout         *self,
                                               const char              *connection_id,
                                               SignalrScaleoutFunc      func,
                                               gpointer                 user_data);
/* The client has stopped; whoever has it is to know. */
void             signalr_scaleout_abort       (SignalrScaleout         *self,
                                               const char              *connection_id);
/* It is done. */
void             signalr_scaleout_acknowledge (SignalrScaleout              *self,
                                               const SignalrScaleoutCommand *command);

G_END_DECLS
