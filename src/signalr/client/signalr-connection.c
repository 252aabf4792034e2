/* signalr-connection.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "connection-private.h"

#include "hub-proxy-private.h"
#include "line-private.h"

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

guint signalr_connection_signals[SIGNALR_N_SIGNALS];

/* Two connections at a time for each host, libsoup's default, would be taken by
 * one event stream and one request. Silence is ours to judge, so there is no time
 * limit on a socket. Cookies keep a client on its server behind a load balancer.
 */
static SoupSession *
make_session (void)
{
  g_autoptr (SoupCookieJar) cookies = soup_cookie_jar_new ();
  SoupSession *session;

  session = soup_session_new_with_options ("max-conns", 256,
                                           "max-conns-per-host", 64,
                                           "timeout", 0,
                                           "user-agent", "signalr-glib ",
                                           NULL);
  soup_session_add_feature (session, SOUP_SESSION_FEATURE (cookies));

  return session;
}

static void
signalr_connection_constructed (GObject *object)
{
  SignalrConnection *self = SIGNALR_CONNECTION (object);

  G_OBJECT_CLASS (signalr_connection_parent_class)->constructed (object);

  if (self->settings.session == NULL)
    self->settings.session = make_session ();
  signalr_connection_lifetime_init (self);
}

static void
signalr_connection_dispose (GObject *object)
{
  SignalrConnection *self = SIGNALR_CONNECTION (object);
  GHashTableIter iter;
  gpointer proxy;

  signalr_connection_lifetime_clear (self);
  if (self->calls != NULL)
    signalr_connection_fail_calls (self, SIGNALR_ERROR_CANCELLED, "the connection is gone");
  g_clear_pointer (&self->calls, g_hash_table_unref);

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

  object_class->constructed = signalr_connection_constructed;
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
  signalr_connection_signals[SIGNALR_SIGNAL_SLOW] =
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
  signalr_connection_signals[SIGNALR_SIGNAL_RECOVERED] =
    g_signal_new ("recovered", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL,
                  G_TYPE_NONE, 0);

  /**
   * SignalrConnection::reconnecting:
   * @self: the connection
   * @error: why the transport was lost
   *
   * The transport is lost, and being re-established.
   *
   * Since: 1.0
   */
  signalr_connection_signals[SIGNALR_SIGNAL_RECONNECTING] =
    g_signal_new ("reconnecting", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_ERROR);

  /**
   * SignalrConnection::reconnected:
   * @self: the connection
   * @connection_id: (nullable): the connection's name
   * @resumed: whether it is the same SignalR connection: the server knows the
   *   client and its groups, and sends what it missed
   *
   * The transport is re-established.
   *
   * Since: 1.0
   */
  signalr_connection_signals[SIGNALR_SIGNAL_RECONNECTED] =
    g_signal_new ("reconnected", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL,
                  G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_BOOLEAN);

  /**
   * SignalrConnection::disconnected:
   * @self: the connection
   * @reason: how it ended
   * @error: (nullable): why
   *
   * The connection has ended: exactly once for each start. The next signals
   * belong to the next one.
   *
   * Since: 1.0
   */
  signalr_connection_signals[SIGNALR_SIGNAL_DISCONNECTED] =
    g_signal_new ("disconnected", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL,
                  G_TYPE_NONE, 2, SIGNALR_TYPE_DISCONNECT_REASON, G_TYPE_ERROR);

  /**
   * SignalrConnection::retrying:
   * @self: the connection
   * @attempt: which try comes next, from 1
   * @delay: in how many milliseconds
   *
   * The wait before the next start has begun.
   *
   * Since: 1.0
   */
  signalr_connection_signals[SIGNALR_SIGNAL_RETRYING] =
    g_signal_new ("retrying", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL,
                  G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_INT64);

  /**
   * SignalrConnection::received:
   * @self: the connection
   * @data: what came
   *
   * A message came on a raw connection, one that asked for no hub (classic only).
   *
   * Since: 1.0
   */
  signalr_connection_signals[SIGNALR_SIGNAL_RECEIVED] =
    g_signal_new ("received", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL,
                  G_TYPE_NONE, 1, JSON_TYPE_NODE);

  /**
   * SignalrConnection::send-lost:
   * @self: the connection
   * @method: the name of the method
   * @args: an array of its arguments
   * @delivery: `SIGNALR_DELIVERY_NOT_SENT`, or `SIGNALR_DELIVERY_UNKNOWN`
   *
   * A call that [method@HubProxy.send] took may not have arrived: it was made, or not
   * acknowledged, when the transport of a stateful connection was lost, and that
   * connection could not be taken up again. Told before what ends it, and nothing is
   * told of what was on its way when the connection is stopped; other connections do
   * not know what arrives.
   *
   * Since: 1.0
   */
  signalr_connection_signals[SIGNALR_SIGNAL_SEND_LOST] =
    g_signal_new ("send-lost", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL,
                  G_TYPE_NONE, 3, G_TYPE_STRING, JSON_TYPE_NODE, SIGNALR_TYPE_DELIVERY);
}

static void
signalr_connection_init (SignalrConnection *self)
{
  self->context = g_main_context_ref_thread_default ();
  self->hubs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->calls = signalr_connection_calls_new ();
  g_queue_init (&self->waiting);
  signalr_connection_settings_init (&self->settings);
}

/**
 * signalr_connection_new:
 * @url: where the server is, without `/negotiate` and without query
 *
 * A connection with an HTTP session of its own. It lives on the thread-default main
 * context of now.
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
 * A connection that speaks HTTP through a session of the application: its proxy,
 * TLS database, client certificate, cookies and logger count for every transport.
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

/* Another start may be under way by now, which nobody cancelled. */
static void
start_cancelled_cb (SignalrPending *pending,
                    gpointer        user_data)
{
  SignalrConnection *self = user_data;

  if (self->start == pending)
    signalr_connection_handle (self, SIGNALR_LIFETIME_STOP);
}

/**
 * signalr_connection_start_async:
 * @cancellable: (nullable): stops the connection while it is being made
 * @callback: called when the connection is made, or could not be
 * @user_data: for @callback
 *
 * Makes the connection.
 *
 * The callback hears of the first try. Where the retry policy goes on after it
 * failed, the signals and the state tell of the others.
 *
 * While the connection is being stopped a start waits for the end of that. While
 * it is there already, or somebody else's start is under way, it fails with
 * `SIGNALR_ERROR_BUSY` and changes nothing.
 *
 * Since: 1.0
 */
void
signalr_connection_start_async (SignalrConnection   *self,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  SignalrPending *pending;

  g_return_if_fail (SIGNALR_IS_CONNECTION (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, signalr_connection_start_async);
  if (g_task_return_error_if_cancelled (task))
    return;

  pending = signalr_pending_new (g_steal_pointer (&task), self->context, start_cancelled_cb, self);
  if (self->line == NULL || self->start != NULL ||
      self->state == SIGNALR_CONNECTION_STATE_CONNECTED ||
      self->state == SIGNALR_CONNECTION_STATE_RECONNECTING)
    {
      signalr_pending_return_error (pending,
                                    g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_BUSY,
                                                         "The connection is started already"));
      return;
    }

  self->start = pending;
  signalr_connection_handle (self, SIGNALR_LIFETIME_START);
}

/**
 * signalr_connection_start_finish:
 * @result: what the callback was given
 *
 * Ends [method@Connection.start_async].
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

static void
stop_cancelled_cb (SignalrPending *pending,
                   gpointer        user_data)
{
  SignalrConnection *self = user_data;

  g_ptr_array_remove (self->stops, pending);
  signalr_pending_return_boolean (pending, TRUE);
}

/**
 * signalr_connection_stop_async:
 * @cancellable: (nullable): gives up waiting; the connection is stopped all the same
 * @callback: called when the connection has ended
 * @user_data: for @callback
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
  SignalrPending *pending;

  g_return_if_fail (SIGNALR_IS_CONNECTION (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, signalr_connection_stop_async);
  if (self->line == NULL)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  pending = signalr_pending_new (g_steal_pointer (&task), self->context, stop_cancelled_cb, self);
  g_ptr_array_add (self->stops, pending);
  signalr_connection_handle (self, SIGNALR_LIFETIME_STOP);
}

/**
 * signalr_connection_stop_finish:
 * @result: what the callback was given
 *
 * Ends [method@Connection.stop_async].
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

/* It is answered before anybody can cancel it. */
static void
send_cancelled_cb (SignalrPending *pending,
                   gpointer        user_data)
{
  g_assert_not_reached ();
}

/**
 * signalr_connection_send_async:
 * @data: (transfer none): what to send
 * @cancellable: (nullable): gives up waiting
 * @callback: called when it was handed to the transport, or could not be
 * @user_data: for @callback
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
  SignalrOutgoing outgoing = { .kind = SIGNALR_OUTGOING_MESSAGE, .value = data };
  SignalrPending *pending;
  GError *error = NULL;
  GTask *task;

  g_return_if_fail (SIGNALR_IS_CONNECTION (self));
  g_return_if_fail (data != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, signalr_connection_send_async);
  pending = signalr_pending_new (task, self->context, send_cancelled_cb, NULL);

  if (signalr_connection_check_connected (self, &error) &&
      signalr_line_send (self->line, &outgoing, NULL, &error))
    signalr_pending_return_boolean (pending, TRUE);
  else
    signalr_pending_return_error (pending, error);
}

/**
 * signalr_connection_send_finish:
 * @result: what the callback was given
 *
 * Ends [method@Connection.send_async].
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

static gboolean
retry_now_cb (gpointer user_data)
{
  signalr_connection_handle (user_data, SIGNALR_LIFETIME_RETRY_NOW);

  return G_SOURCE_REMOVE;
}

static gboolean
check_now_cb (gpointer user_data)
{
  signalr_connection_handle (user_data, SIGNALR_LIFETIME_CHECK_NOW);

  return G_SOURCE_REMOVE;
}

/* What comes of it is told by signals: not inside the call of the application. */
static void
post (SignalrConnection *self,
      const char        *name,
      GSourceFunc        func)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_static_name (source, name);
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, func, g_object_ref (self), g_object_unref);
  g_source_attach (source, self->context);
}

/**
 * signalr_connection_retry_now:
 *
 * Tries at once, whatever is being waited for: the user knows better.
 *
 * A wait is cut short, an attempt begun anew, a connection that ended started
 * again; one that is slow is dropped and re-established; of one that seems well
 * a sign of life is wanted, as by [method@Connection.check_now].
 *
 * Since: 1.0
 */
void
signalr_connection_retry_now (SignalrConnection *self)
{
  g_return_if_fail (SIGNALR_IS_CONNECTION (self));

  post (self, "[signalr] retry now", retry_now_cb);
}

/**
 * signalr_connection_check_now:
 *
 * Asks the server for a sign of life, with a limit of 3 seconds, instead of
 * waiting for the timeouts: for after a sleep, or when the network changed. What
 * waits for its next try tries at once.
 *
 * Once a connection was made, or waits for its next try, it does so by itself when
 * the machine wakes up, its clock is set, or its network changes.
 *
 * Since: 1.0
 */
void
signalr_connection_check_now (SignalrConnection *self)
{
  g_return_if_fail (SIGNALR_IS_CONNECTION (self));

  post (self, "[signalr] check now", check_now_cb);
}
