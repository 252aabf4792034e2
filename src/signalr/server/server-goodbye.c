/* server-goodbye.c: how a server that stops sends its clients to the next one
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "carrier-private.h"
#include "server-connection-private.h"

#define MIN_BATCH 10
#define PAUSE (G_USEC_PER_SEC / 20)

static void
signalr_host_tell_some (SignalrHost *self)
{
  SignalrGoodbye *goodbye = &self->goodbye;

  for (guint i = 0; i < goodbye->batch && goodbye->left->len > 0; i++)
    {
      SignalrServerConnection *connection = g_ptr_array_steal_index_fast (goodbye->left, goodbye->left->len - 1);

      signalr_server_connection_send_away (connection);
      signalr_server_connection_unref (connection);
    }

  if (goodbye->left->len > 0)
    {
      signalr_heartbeat_set (self->loop->heartbeat, &goodbye->timer,
                             signalr_heartbeat_now (self->loop->heartbeat) + PAUSE);
      return;
    }

  signalr_host_end_goodbye (self);
  signalr_host_look_around (self);
}

static void
signalr_host_goodbye_cb (SignalrTimer *timer,
                         gint64        now)
{
  signalr_host_tell_some ((SignalrHost *) ((guint8 *) timer - G_STRUCT_OFFSET (SignalrHost, goodbye.timer)));
}

/* The last are told first: those whose transport is requests, which do not get
 * through any more when they come on a connection that is new.
 */
static int
compare_transports (gconstpointer one,
                    gconstpointer other)
{
  return (int) signalr_caller_get_transport ((*(SignalrServerConnection **) one)->caller) -
         (int) signalr_caller_get_transport ((*(SignalrServerConnection **) other)->caller);
}

gint64
signalr_host_say_goodbye (SignalrHost *self,
                          gint64       spread)
{
  SignalrGoodbye *goodbye = &self->goodbye;
  GHashTableIter iter;
  gpointer connection;
  guint n_pauses;

  self->stopping = TRUE;
  goodbye->left = g_ptr_array_new_with_free_func (signalr_server_connection_unref);
  goodbye->timer.func = signalr_host_goodbye_cb;

  g_hash_table_iter_init (&iter, self->connections);
  while (g_hash_table_iter_next (&iter, NULL, &connection))
    g_ptr_array_add (goodbye->left, signalr_server_connection_ref (connection));
  g_ptr_array_sort (goodbye->left, compare_transports);

  n_pauses = spread / PAUSE;
  goodbye->batch = MAX (MIN_BATCH, goodbye->left->len / (n_pauses + 1) + 1);
  n_pauses = goodbye->left->len / goodbye->batch;
  signalr_host_tell_some (self);

  return n_pauses * PAUSE;
}

void
signalr_host_end_goodbye (SignalrHost *self)
{
  if (self->goodbye.left == NULL)
    return;

  signalr_heartbeat_set (self->loop->heartbeat, &self->goodbye.timer, SIGNALR_NEVER);
  g_clear_pointer (&self->goodbye.left, g_ptr_array_unref);
}

void
signalr_host_look_around (SignalrHost *self)
{
  if (self->loop->quiet != NULL)
    signalr_turn_add (self->loop->turn, self->loop->quiet);
}

/* One that is between two polls has yet to come for its goodbye. */
static gboolean
signalr_host_has_unread_polls (SignalrHost *self)
{
  GHashTableIter iter;
  gpointer poll;

  g_hash_table_iter_init (&iter, self->polls);
  while (g_hash_table_iter_next (&iter, NULL, &poll))
    {
      if (signalr_carrier_get_unsent (poll) > 0)
        return TRUE;
    }

  return FALSE;
}

gboolean
signalr_host_is_quiet (SignalrHost *self)
{
  return self->goodbye.left == NULL && g_queue_is_empty (&self->loop->closing) &&
         self->n_requests == 0 && !signalr_host_has_unread_polls (self);
}
