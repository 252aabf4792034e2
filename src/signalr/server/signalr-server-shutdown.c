/* signalr-server-shutdown.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "signalr-server-private.h"

#include "signalr-error.h"

#define SHUTDOWN_LIMIT (5 * G_USEC_PER_SEC)

void
signalr_server_shutdown_cb (SignalrTask *task)
{
  SignalrServer *self = (SignalrServer *) ((guint8 *) task - G_STRUCT_OFFSET (SignalrServer, shutdown));
  g_autoptr (GTask) shutdown_task = NULL;

  if (!signalr_host_is_quiet (self->host) && !self->is_cut_off)
    return;

  if (self->cut_off != NULL)
    g_source_destroy (self->cut_off);
  g_clear_pointer (&self->cut_off, g_source_unref);

  signalr_heartbeat_set (self->host->loop->heartbeat, &self->shutdown_limit, SIGNALR_NEVER);
  shutdown_task = g_steal_pointer (&self->shutdown_task);
  signalr_server_close (self);
  g_task_return_boolean (shutdown_task, TRUE);
}

static void
signalr_server_cut_off (SignalrServer *self)
{
  signalr_host_stop (self->host);
  self->is_cut_off = TRUE;
  signalr_turn_add (self->host->loop->turn, &self->shutdown);
}

void
signalr_server_shutdown_limit_cb (SignalrTimer *timer,
                                  gint64        now)
{
  signalr_server_cut_off ((SignalrServer *) ((guint8 *) timer - G_STRUCT_OFFSET (SignalrServer, shutdown_limit)));
}

static gboolean
signalr_server_cut_off_cb (GCancellable *cancellable,
                           gpointer      user_data)
{
  signalr_server_cut_off (user_data);

  return G_SOURCE_REMOVE;
}

/**
 * signalr_server_shutdown_async:
 * @cancellable: (nullable): cuts off who has not answered the goodbye yet
 * @callback: called when everybody is gone
 * @user_data: for @callback
 *
 * Ends the server in good order. It takes no new connections any more, and so nobody
 * comes back to it. Then it tells every client that it may come back, ten of them at
 * once, ten more a twentieth of a second later, and so on, so that the next server
 * does not get all of them at one blow (see signalr_server_set_shutdown_spread ()).
 * Who has not been told yet is served as before. In the end it waits up to five
 * seconds for the answers to its goodbyes.
 *
 * Hubs hear `disconnected` of the clients of ASP.NET Core SignalR; a classic
 * connection is not at its end, but goes on with the next server.
 *
 * Since: 1.0
 */
void
signalr_server_shutdown_async (SignalrServer       *self,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  gint64 lasts;

  g_return_if_fail (SIGNALR_IS_SERVER (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, signalr_server_shutdown_async);

  if (self->shutdown_task != NULL)
    {
      g_task_return_new_error (task, SIGNALR_ERROR, SIGNALR_ERROR_BUSY, "The server is shutting down already");
      return;
    }

  if (self->front == NULL)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  self->shutdown_task = g_steal_pointer (&task);
  signalr_front_unlisten (self->front);
  lasts = signalr_host_say_goodbye (self->host, (gint64) self->shutdown_spread * 1000);

  if (cancellable != NULL)
    {
      self->cut_off = g_cancellable_source_new (cancellable);
      g_source_set_static_name (self->cut_off, "[signalr] shutdown cancelled");
      g_source_set_callback (self->cut_off, G_SOURCE_FUNC (signalr_server_cut_off_cb), self, NULL);
      g_source_attach (self->cut_off, self->context);
    }

  self->host->loop->quiet = &self->shutdown;
  signalr_heartbeat_set (self->host->loop->heartbeat, &self->shutdown_limit,
                         signalr_heartbeat_now (self->host->loop->heartbeat) + lasts + SHUTDOWN_LIMIT);
  signalr_turn_add (self->host->loop->turn, &self->shutdown);
}

/**
 * signalr_server_shutdown_finish:
 * @result: what the callback was given
 *
 * Ends signalr_server_shutdown_async (). Cancelling it shuts the server down all the
 * same, only without waiting for anybody; the error tells that it came to that.
 *
 * Returns: %TRUE when the server is shut down; otherwise %FALSE, and @error is
 *   `SIGNALR_ERROR_BUSY` or %G_IO_ERROR_CANCELLED
 *
 * Since: 1.0
 */
gboolean
signalr_server_shutdown_finish (SignalrServer  *self,
                                GAsyncResult   *result,
                                GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
