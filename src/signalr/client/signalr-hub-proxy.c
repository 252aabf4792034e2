/* signalr-hub-proxy.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "hub-proxy-private.h"

#include "client-call-private.h"
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

  SignalrConnection *connection;    /* not owned; NULL once it is gone */
  char              *name;
  JsonNode          *state;         /* (nullable): an object (classic) */
  GHashTable        *result_funcs;  /* lower case name, empty for any, to ResultFunc */
};

typedef struct {
  SignalrClientCallFunc  func;
  gpointer               user_data;
  GDestroyNotify         destroy;
} ResultFunc;

static void
result_func_free (ResultFunc *self)
{
  if (self->destroy != NULL)
    self->destroy (self->user_data);
  g_free (self);
}

G_DEFINE_FINAL_TYPE (SignalrHubProxy, signalr_hub_proxy, G_TYPE_OBJECT)

enum {
  SIGNAL_INVOCATION,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
signalr_hub_proxy_finalize (GObject *object)
{
  SignalrHubProxy *self = SIGNALR_HUB_PROXY (object);

  g_free (self->name);
  g_clear_pointer (&self->state, json_node_unref);
  g_hash_table_unref (self->result_funcs);

  G_OBJECT_CLASS (signalr_hub_proxy_parent_class)->finalize (object);
}

static void
signalr_hub_proxy_class_init (SignalrHubProxyClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = signalr_hub_proxy_finalize;

  /**
   * SignalrHubProxy::invocation:
   * @self: the hub
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
}

static void
signalr_hub_proxy_init (SignalrHubProxy *self)
{
  self->result_funcs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                              (GDestroyNotify) result_func_free);
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

gboolean
signalr_hub_proxy_take_client_call (SignalrHubProxy *self,
                                    const char      *id,
                                    const char      *method,
                                    JsonNode        *args)
{
  g_autofree char *key = g_ascii_strdown (method, -1);
  g_autoptr (SignalrClientCall) call = NULL;
  ResultFunc *result_func;

  result_func = g_hash_table_lookup (self->result_funcs, key);
  if (result_func == NULL)
    result_func = g_hash_table_lookup (self->result_funcs, "");
  if (result_func == NULL || self->connection == NULL)
    return FALSE;

  call = signalr_client_call_new (self->connection, id, method, args);
  result_func->func (call, result_func->user_data);

  return TRUE;
}

static void
merge_member_cb (JsonObject *object,
                 const char *name,
                 JsonNode   *value,
                 gpointer    user_data)
{
  json_object_set_member (user_data, name, json_node_copy (value));
}

void
signalr_hub_proxy_merge_state (SignalrHubProxy *self,
                               JsonNode        *state)
{
  if (!JSON_NODE_HOLDS_OBJECT (state))
    return;

  if (self->state == NULL)
    {
      self->state = json_node_new (JSON_NODE_OBJECT);
      json_node_take_object (self->state, json_object_new ());
    }

  json_object_foreach_member (json_node_get_object (state), merge_member_cb,
                              json_node_get_object (self->state));
}

/**
 * signalr_hub_proxy_get_name:
 *
 * Gets the name of the hub. On ASP.NET Core the address names the hub, and this
 * name is not sent.
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
 * @user_data: for @callback
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
  g_autoptr (SignalrCall) call = NULL;

  g_return_if_fail (SIGNALR_IS_HUB_PROXY (self));
  g_return_if_fail (method != NULL);
  g_return_if_fail (args == NULL || JSON_NODE_HOLDS_ARRAY (args));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  call = signalr_call_new (method, args);
  signalr_hub_proxy_call_async (self, call, cancellable, callback, user_data);
}

/**
 * signalr_hub_proxy_invoke_finish:
 * @result: what the callback was given
 * @delivery: (out) (optional): where there is an error, how far the call came:
 *   whether it is safe to repeat it
 *
 * Ends [method@HubProxy.invoke_async].
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
  return signalr_hub_proxy_call_finish (self, result, delivery, error);
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
    return signalr_connection_send_call (self->connection, self, method, args, error);

  g_set_error (error, SIGNALR_ERROR, SIGNALR_ERROR_NOT_CONNECTED,
               "The connection of the hub %s is gone", self->name);

  return FALSE;
}

/**
 * signalr_hub_proxy_call_async:
 * @call: what to call, and how
 * @cancellable: (nullable): gives up waiting for the answer; a stream is ended
 * @callback: called with the answer, behind the last item of a stream
 * @user_data: for @callback
 *
 * Makes a call that wants more than [method@HubProxy.invoke_async] offers.
 *
 * Since: 1.0
 */
void
signalr_hub_proxy_call_async (SignalrHubProxy     *self,
                              SignalrCall         *call,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (SIGNALR_IS_HUB_PROXY (self));
  g_return_if_fail (SIGNALR_IS_CALL (call));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, signalr_hub_proxy_call_async);

  if (self->connection == NULL)
    {
      g_task_return_new_error (task, SIGNALR_ERROR, SIGNALR_ERROR_NOT_CONNECTED,
                               "The connection of the hub %s is gone", self->name);
      return;
    }

  signalr_connection_call (self->connection, call, g_steal_pointer (&task));
}

/**
 * signalr_hub_proxy_call_finish:
 * @result: what the callback was given
 * @delivery: (out) (optional): where there is an error, how far the call came:
 *   whether it is safe to repeat it
 *
 * Ends [method@HubProxy.call_async].
 *
 * Returns: (transfer full): what the method returned, a null node for nothing and
 *   for the end of a stream; %NULL with @error of `SIGNALR_ERROR`, or
 *   `G_IO_ERROR_CANCELLED`
 *
 * Since: 1.0
 */
JsonNode *
signalr_hub_proxy_call_finish (SignalrHubProxy  *self,
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
 * signalr_hub_proxy_set_result_func:
 * @method: (nullable): the name of a method of the client, in any case; %NULL for
 *   all that have no function of their own
 * @func: (nullable) (scope notified) (closure user_data) (destroy destroy):
 *   answers; %NULL takes it away
 * @user_data: for @func
 * @destroy: (nullable): frees @user_data
 *
 * Answers calls of the server that want an answer (ASP.NET Core only). They are
 * told by [signal@HubProxy::invocation] too, after @func was called.
 *
 * Since: 1.0
 */
void
signalr_hub_proxy_set_result_func (SignalrHubProxy       *self,
                                   const char            *method,
                                   SignalrClientCallFunc  func,
                                   gpointer               user_data,
                                   GDestroyNotify         destroy)
{
  g_autofree char *key = NULL;
  ResultFunc *result_func;

  g_return_if_fail (SIGNALR_IS_HUB_PROXY (self));

  key = g_ascii_strdown (method != NULL ? method : "", -1);
  if (func == NULL)
    {
      g_hash_table_remove (self->result_funcs, key);
      return;
    }

  result_func = g_new (ResultFunc, 1);
  *result_func = (ResultFunc) { func, user_data, destroy };
  g_hash_table_replace (self->result_funcs, g_steal_pointer (&key), result_func);
}

/**
 * signalr_hub_proxy_get_state:
 *
 * What travels with each call, and comes back as the hub changed it (classic
 * only).
 *
 * Returns: (transfer none) (nullable): an object
 *
 * Since: 1.0
 */
JsonNode *
signalr_hub_proxy_get_state (SignalrHubProxy *self)
{
  g_return_val_if_fail (SIGNALR_IS_HUB_PROXY (self), NULL);

  return self->state;
}

/**
 * signalr_hub_proxy_set_state:
 * @state: (nullable) (transfer none): an object; %NULL for none
 *
 * Sets what travels with each call (classic only). A server takes up to 4,096
 * characters of it.
 *
 * Since: 1.0
 */
void
signalr_hub_proxy_set_state (SignalrHubProxy *self,
                             JsonNode        *state)
{
  JsonNode *copy;

  g_return_if_fail (SIGNALR_IS_HUB_PROXY (self));
  g_return_if_fail (state == NULL || JSON_NODE_HOLDS_OBJECT (state));

  copy = state != NULL ? json_node_copy (state) : NULL;
  g_clear_pointer (&self->state, json_node_unref);
  self->state = copy;
}
