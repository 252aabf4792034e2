/* signalr-hub-proxy.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "hub-proxy-private.h"

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
   * The server calls a method of the client. The detail is the name of the
   * method in lower case, since names are compared without regard to case:
   * `invocation::broadcastmessage`.
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
  g_return_if_fail (SIGNALR_IS_HUB_PROXY (self));
  g_return_if_fail (method != NULL);
  g_return_if_fail (args == NULL || JSON_NODE_HOLDS_ARRAY (args));

  g_task_report_new_error (self, callback, user_data, signalr_hub_proxy_invoke_async,
                           SIGNALR_ERROR, SIGNALR_ERROR_NOT_CONNECTED,
                           "There is no connection to call %s on", method);
}

/**
 * signalr_hub_proxy_invoke_finish:
 * @delivery: (out) (optional): where there is an error, how far the call came
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
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  if (delivery != NULL)
    *delivery = SIGNALR_DELIVERY_NOT_SENT;

  return g_task_propagate_pointer (G_TASK (result), error);
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

  g_set_error (error, SIGNALR_ERROR, SIGNALR_ERROR_NOT_CONNECTED,
               "There is no connection to call %s on", method);

  return FALSE;
}
