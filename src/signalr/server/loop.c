/* loop.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "loop-private.h"

SignalrLoop *
signalr_loop_new (GMainContext  *context,
                  GError       **error)
{
  g_autoptr (SignalrTurn) turn = signalr_turn_new (context);
  g_autoptr (SignalrPoller) poller = NULL;
  SignalrLoop *self;

  poller = signalr_poller_new (context, turn, error);
  if (poller == NULL)
    return NULL;

  self = g_rc_box_new0 (SignalrLoop);
  self->context = g_main_context_ref (context);
  self->turn = g_steal_pointer (&turn);
  self->poller = g_steal_pointer (&poller);
  self->heartbeat = signalr_heartbeat_new (context);
  g_queue_init (&self->closing);

  return self;
}

SignalrLoop *
signalr_loop_ref (SignalrLoop *self)
{
  return g_rc_box_acquire (self);
}

static void
signalr_loop_clear (gpointer data)
{
  SignalrLoop *self = data;

  signalr_heartbeat_stop (self->heartbeat);
  signalr_heartbeat_unref (self->heartbeat);
  signalr_poller_unref (self->poller);
  signalr_turn_unref (self->turn);
  g_main_context_unref (self->context);
}

void
signalr_loop_unref (SignalrLoop *self)
{
  g_rc_box_release_full (self, signalr_loop_clear);
}

void
signalr_loop_linger (SignalrLoop *self,
                     GList       *link,
                     gpointer     carrier)
{
  link->data = carrier;
  g_queue_push_tail_link (&self->closing, link);
}

/* Nothing where it does not linger. */
void
signalr_loop_leave (SignalrLoop *self,
                    GList       *link)
{
  if (link->data == NULL)
    return;

  g_queue_unlink (&self->closing, link);
  link->data = NULL;

  if (self->quiet != NULL)
    signalr_turn_add (self->turn, self->quiet);
}
