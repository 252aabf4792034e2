/* signalr-hub-proxy.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "hub-proxy-private.h"

#include "connection-private.h"

/**
 * SignalrHubProxy:
 *
 * A hub of the server, as a client sees it: methods to call, and calls that come.
 *
 * A proxy comes from [method@Connection.get_hub] and lives as long as its
 * connection. Handlers connected to it survive every reconnect and restart.
 *
 * Since: 1.0
 */
struct _SignalrHubProxy {
  GObject            parent_instance;

  SignalrConnection *connection;   /* not owned; NULL once it is gone */
  char              *name;
};

G_DEFINE_FINAL_TYPE (SignalrHubProxy, signalr_hub_proxy, G_TYPE_OBJECT)

enum {
  SIGNAL_INVOCATION,
  SIGNAL_PROGRESS,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
signalr_hub_proxy_finalize (GObject *object)
{
  SignalrHubProxy *self = SIGNALR_HUB_PROXY (object);

  g_free (self->name);

  G_OBJECT_CLASS (signalr_hub_proxy_parent_class)->finalize (object);
}

static void
signalr_hub_proxy_class_init (SignalrHubProxyClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = signalr_hub_proxy_finalize;

  /**
   * SignalrHubProxy::invocation:
   * @method: the name of the method, as the server wrote it
   * @args: an array of its arguments
   *
   * The server calls a method of the client.
   *
   * The detail is the name of the method as the server writes it,
   * `invocation::broadcastMessage`; where no handler waits for exactly that, it
   * is the name in lower case, so that a handler of
   * `invocation::broadcastmessage` is called however it is written.
   *
   * Since: 1.0
   */
  signals[SIGNAL_INVOCATION] =
    g_signal_new ("invocation",
                  G_TYPE_FROM_CLASS (klass),
                  G_SIGNAL_RUN_LAST | G_SIGNAL_DETAILED,
                  0,
                  NULL, NULL,
                  NULL,
                  G_TYPE_NONE, 2, G_TYPE_STRING, JSON_TYPE_NODE);

  /**
   * SignalrHubProxy::progress:
   * @invocation_id: which call
   * @value: what the method reports
   *
   * A method that is under way reports how far it has come (classic only).
   *
   * Since: 1.0
   */
  signals[SIGNAL_PROGRESS] =
    g_signal_new ("progress",
                  G_TYPE_FROM_CLASS (klass),
                  G_SIGNAL_RUN_LAST,
                  0,
                  NULL, NULL,
                  NULL,
                  G_TYPE_NONE, 2, G_TYPE_STRING, JSON_TYPE_NODE);
}

static void
signalr_hub_proxy_init (SignalrHubProxy *self)
{
}

SignalrHubProxy *
signalr_hub_proxy_new (SignalrConnection *connection,
                       const char        *name)
{
  SignalrHubProxy *self = g_object_new (SIGNALR_TYPE_HUB_PROXY, NULL);

  self->connection = connection;
  self->name = g_strdup (name);

  return self;
}

void
signalr_hub_proxy_connection_gone (SignalrHubProxy *self)
{
  self->connection = NULL;
}

/* A name that no handler was connected with has no quark, and gets none: the
 * server could fill the memory with them.
 */
void
signalr_hub_proxy_take_invocation (SignalrHubProxy *self,
                                   const char      *method,
                                   JsonNode        *args)
{
  GQuark detail = g_quark_try_string (method);

  if (detail == 0 ||
      !g_signal_has_handler_pending (self, signals[SIGNAL_INVOCATION], detail, FALSE))
    {
      g_autofree char *lower = g_ascii_strdown (method, -1);

      detail = g_quark_try_string (lower);
    }

  g_signal_emit (self, signals[SIGNAL_INVOCATION], detail, method, args);
}

void
signalr_hub_proxy_take_progress (SignalrHubProxy *self,
                                 const char      *invocation_id,
                                 JsonNode        *value)
{
  g_signal_emit (self, signals[SIGNAL_PROGRESS], 0, invocation_id, value);
}

/**
 * signalr_hub_proxy_get_name:
 *
 * Returns: the name of the hub, as it was asked for
 *
 * Since: 1.0
 */
const char *
signalr_hub_proxy_get_name (SignalrHubProxy *self)
{
  g_return_val_if_fail (SIGNALR_IS_HUB_PROXY (self), NULL);

  return self->name;
}

/**
 * signalr_hub_proxy_invoke_async:
 * @method: the name of a method of the hub
 * @args: (nullable) (transfer none): an array of arguments; %NULL is none
 * @cancellable: (nullable): gives up waiting for the answer
 * @callback: called with the answer
 *
 * Calls a method of the hub and waits for its answer.
 *
 * A call that is under way when the transport is lost fails with
 * `SIGNALR_ERROR_NOT_CONNECTED`: the protocol cannot say whether the method ran.
 *
 * Since: 1.0
 */
void
signalr_hub_proxy_invoke_async (SignalrHubProxy     *self,
                                const char          *method,
                                JsonNode            *args,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (SIGNALR_IS_HUB_PROXY (self));
  g_return_if_fail (method != NULL);
  g_return_if_fail (args == NULL || JSON_NODE_HOLDS_ARRAY (args));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, signalr_hub_proxy_invoke_async);

  if (self->connection == NULL)
    {
      g_task_return_new_error (task, SIGNALR_ERROR, SIGNALR_ERROR_NOT_CONNECTED,
                               "The connection of the hub %s is gone", self->name);
      return;
    }

  signalr_connection_invoke (self->connection, self->name, method, args, g_steal_pointer (&task));
}

/**
 * signalr_hub_proxy_invoke_finish:
 * @delivery: (out) (optional): where there is an error, how far the call came:
 *   whether it is safe to repeat it
 *
 * Returns: (transfer full): what the method returned, a null node for nothing;
 *   %NULL with @error of `SIGNALR_ERROR`, or `G_IO_ERROR_CANCELLED`
 *
 * Since: 1.0
 */
JsonNode *
signalr_hub_proxy_invoke_finish (SignalrHubProxy  *self,
                                 GAsyncResult     *result,
                                 SignalrDelivery  *delivery,
                                 GError          **error)
{
  g_autoptr (GError) local_error = NULL;
  JsonNode *answer;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  answer = g_task_propagate_pointer (G_TASK (result), &local_error);
  if (delivery != NULL)
    *delivery = local_error != NULL ? signalr_error_get_delivery (local_error)
                                    : SIGNALR_DELIVERY_UNKNOWN;
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));

  return answer;
}

/**
 * signalr_hub_proxy_send:
 * @method: the name of a method of the hub
 * @args: (nullable) (transfer none): an array of arguments; %NULL is none
 *
 * Calls a method of the hub without wanting an answer.
 *
 * Returns: whether the call could be handed to the transport
 *
 * Since: 1.0
 */
gboolean
signalr_hub_proxy_send (SignalrHubProxy  *self,
                        const char       *method,
                        JsonNode         *args,
                        GError          **error)
{
  g_return_val_if_fail (SIGNALR_IS_HUB_PROXY (self), FALSE);
  g_return_val_if_fail (method != NULL, FALSE);
  g_return_val_if_fail (args == NULL || JSON_NODE_HOLDS_ARRAY (args), FALSE);

  if (self->connection != NULL)
    return signalr_connection_send_call (self->connection, self->name, method, args, error);

  g_set_error (error, SIGNALR_ERROR, SIGNALR_ERROR_NOT_CONNECTED,
               "The connection of the hub %s is gone", self->name);

  return FALSE;
}
