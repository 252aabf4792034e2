/* signalr-connection.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "connection-private.h"
#include "hub-proxy-private.h"

/**
 * SignalrConnection:
 *
 * A SignalR connection to one URL.
 *
 * The object may be started and stopped any number of times. It belongs to the
 * thread-default main context it was made on: all its callbacks and signals
 * arrive there, and no callback inside the call that caused it.
 *
 * Since: 1.0
 */

G_DEFINE_FINAL_TYPE (SignalrConnection, signalr_connection, G_TYPE_OBJECT)

enum {
  SIGNAL_SLOW,
  SIGNAL_RECOVERED,
  SIGNAL_RECONNECTING,
  SIGNAL_RECONNECTED,
  SIGNAL_DISCONNECTED,
  SIGNAL_RETRYING,
  SIGNAL_RECEIVED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
signalr_connection_dispose (GObject *object)
{
  SignalrConnection *self = SIGNALR_CONNECTION (object);
  GHashTableIter iter;
  gpointer proxy;

  if (self->hubs != NULL)
    {
      g_hash_table_iter_init (&iter, self->hubs);
      while (g_hash_table_iter_next (&iter, NULL, &proxy))
        signalr_hub_proxy_connection_gone (proxy);
    }
  g_clear_pointer (&self->hubs, g_hash_table_unref);

  G_OBJECT_CLASS (signalr_connection_parent_class)->dispose (object);
}

static void
signalr_connection_finalize (GObject *object)
{
  SignalrConnection *self = SIGNALR_CONNECTION (object);

  signalr_connection_settings_clear (&self->settings);
  g_clear_pointer (&self->connection_id, g_free);
  g_clear_error (&self->last_error);
  g_clear_pointer (&self->context, g_main_context_unref);

  G_OBJECT_CLASS (signalr_connection_parent_class)->finalize (object);
}

static void
signalr_connection_class_init (SignalrConnectionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = signalr_connection_dispose;
  object_class->finalize = signalr_connection_finalize;
  signalr_connection_class_init_properties (object_class);

  /**
   * SignalrConnection::slow:
   *
   * The server has been silent for [property@Connection:slow-after].
   *
   * Since: 1.0
   */
  signals[SIGNAL_SLOW] =
    g_signal_new ("slow", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL,
                  G_TYPE_NONE, 0);

  /**
   * SignalrConnection::recovered:
   *
   * The server was heard again after `slow`, before the transport was lost.
   *
   * Since: 1.0
   */
  signals[SIGNAL_RECOVERED] =
    g_signal_new ("recovered", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL,
                  G_TYPE_NONE, 0);

  /**
   * SignalrConnection::reconnecting:
   * @error: why the transport was lost
   *
   * The transport is lost, and being re-established.
   *
   * Since: 1.0
   */
  signals[SIGNAL_RECONNECTING] =
    g_signal_new ("reconnecting", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_ERROR);

  /**
   * SignalrConnection::reconnected:
   * @connection_id: (nullable): the connection's name
   * @resumed: whether it is the same SignalR connection: the server knows the
   *   client and its groups, and sends what it missed
   *
   * The transport is re-established.
   *
   * Since: 1.0
   */
  signals[SIGNAL_RECONNECTED] =
    g_signal_new ("reconnected", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL,
                  G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_BOOLEAN);

  /**
   * SignalrConnection::disconnected:
   * @reason: how it ended
   * @error: (nullable): why
   *
   * The connection has ended: exactly once for each start. The next signals
   * belong to the next one.
   *
   * Since: 1.0
   */
  signals[SIGNAL_DISCONNECTED] =
    g_signal_new ("disconnected", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL,
                  G_TYPE_NONE, 2, SIGNALR_TYPE_DISCONNECT_REASON, G_TYPE_ERROR);

  /**
   * SignalrConnection::retrying:
   * @attempt: which try comes next, from 1
   * @delay: in how many milliseconds
   *
   * The wait before the next start has begun.
   *
   * Since: 1.0
   */
  signals[SIGNAL_RETRYING] =
    g_signal_new ("retrying", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL,
                  G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_INT64);

  /**
   * SignalrConnection::received:
   * @data: what came
   *
   * A message came on a raw connection, one that asked for no hub (classic only).
   *
   * Since: 1.0
   */
  signals[SIGNAL_RECEIVED] =
    g_signal_new ("received", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL,
                  G_TYPE_NONE, 1, JSON_TYPE_NODE);
}

static void
signalr_connection_init (SignalrConnection *self)
{
  self->context = g_main_context_ref_thread_default ();
  self->hubs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  signalr_connection_settings_init (&self->settings);
}

/**
 * signalr_connection_new:
 * @url: where the server is, without `/negotiate` and without query
 *
 * Returns: (transfer full): a connection that is not started
 *
 * Since: 1.0
 */
SignalrConnection *
signalr_connection_new (const char *url)
{
  g_return_val_if_fail (url != NULL, NULL);

  return g_object_new (SIGNALR_TYPE_CONNECTION, "url", url, NULL);
}

/**
 * signalr_connection_new_with_session:
 * @url: where the server is, without `/negotiate` and without query
 * @session: what to speak HTTP with; of the same main context
 *
 * Returns: (transfer full): a connection that is not started
 *
 * Since: 1.0
 */
SignalrConnection *
signalr_connection_new_with_session (const char  *url,
                                     SoupSession *session)
{
  g_return_val_if_fail (url != NULL, NULL);
  g_return_val_if_fail (SOUP_IS_SESSION (session), NULL);

  return g_object_new (SIGNALR_TYPE_CONNECTION, "url", url, "session", session, NULL);
}

/**
 * signalr_connection_get_hub:
 * @name: the name of a hub, in any case
 *
 * The proxy of a hub. With classic SignalR the server must be told of all hubs
 * when the connection is made: ask for them before the start.
 *
 * Returns: (transfer none): the one proxy of that hub
 *
 * Since: 1.0
 */
SignalrHubProxy *
signalr_connection_get_hub (SignalrConnection *self,
                            const char        *name)
{
  g_autofree char *key = NULL;
  SignalrHubProxy *proxy;

  g_return_val_if_fail (SIGNALR_IS_CONNECTION (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  key = g_ascii_strdown (name, -1);
  proxy = g_hash_table_lookup (self->hubs, key);
  if (proxy == NULL)
    {
      proxy = signalr_hub_proxy_new (self, name);
      g_hash_table_insert (self->hubs, g_steal_pointer (&key), proxy);
    }

  return proxy;
}

/**
 * signalr_connection_start_async:
 * @cancellable: (nullable): stops the connection while it is being made
 * @callback: called when the connection is made, or could not be
 *
 * Makes the connection.
 *
 * Since: 1.0
 */
void
signalr_connection_start_async (SignalrConnection   *self,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  g_return_if_fail (SIGNALR_IS_CONNECTION (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  g_task_report_new_error (self, callback, user_data, signalr_connection_start_async,
                           SIGNALR_ERROR, SIGNALR_ERROR_NOT_CONNECTED,
                           "The client side is not built yet");
}

/**
 * signalr_connection_start_finish:
 *
 * Returns: %TRUE when the connection is made; otherwise %FALSE, and @error is of
 *   `SIGNALR_ERROR`, or `G_IO_ERROR_CANCELLED`
 *
 * Since: 1.0
 */
gboolean
signalr_connection_start_finish (SignalrConnection  *self,
                                 GAsyncResult       *result,
                                 GError            **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * signalr_connection_stop_async:
 * @cancellable: (nullable): gives up waiting; the connection is stopped all the same
 * @callback: called when the connection has ended
 *
 * Ends the connection and tells the server. It takes 5 seconds at most, may be
 * called at any time and from any handler, and does nothing to a connection
 * that has ended.
 *
 * Since: 1.0
 */
void
signalr_connection_stop_async (SignalrConnection   *self,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (SIGNALR_IS_CONNECTION (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, signalr_connection_stop_async);
  g_task_return_boolean (task, TRUE);
}

/**
 * signalr_connection_stop_finish:
 *
 * Returns: %TRUE when the connection has ended; %FALSE with
 *   `G_IO_ERROR_CANCELLED` where nobody waited for it
 *
 * Since: 1.0
 */
gboolean
signalr_connection_stop_finish (SignalrConnection  *self,
                                GAsyncResult       *result,
                                GError            **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * signalr_connection_send_async:
 * @data: (transfer none): what to send
 * @cancellable: (nullable): gives up waiting
 * @callback: called when it was handed to the transport, or could not be
 *
 * Sends a message on a raw connection (classic only).
 *
 * Since: 1.0
 */
void
signalr_connection_send_async (SignalrConnection   *self,
                               JsonNode            *data,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_return_if_fail (SIGNALR_IS_CONNECTION (self));
  g_return_if_fail (data != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  g_task_report_new_error (self, callback, user_data, signalr_connection_send_async,
                           SIGNALR_ERROR, SIGNALR_ERROR_NOT_CONNECTED,
                           "There is no connection to send on");
}

/**
 * signalr_connection_send_finish:
 *
 * Returns: whether the message was handed to the transport
 *
 * Since: 1.0
 */
gboolean
signalr_connection_send_finish (SignalrConnection  *self,
                                GAsyncResult       *result,
                                GError            **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * signalr_connection_retry_now:
 *
 * Tries at once, whatever is being waited for: the user knows better.
 *
 * Since: 1.0
 */
void
signalr_connection_retry_now (SignalrConnection *self)
{
  g_return_if_fail (SIGNALR_IS_CONNECTION (self));
}

/**
 * signalr_connection_check_now:
 *
 * Asks the server for a sign of life, with a short limit, instead of waiting for
 * the timeouts: for after a sleep, or when the network changed.
 *
 * Since: 1.0
 */
void
signalr_connection_check_now (SignalrConnection *self)
{
  g_return_if_fail (SIGNALR_IS_CONNECTION (self));
}
