/* signalr-client-call.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "client-call-private.h"

#include "connection-private.h"

/* What the official clients answer. */
#define NO_RESULT "Client didn't provide a result."

/**
 * SignalrClientCall:
 *
 * A call of the server that wants an answer of the client (ASP.NET Core only),
 * for the function given to [method@HubProxy.set_result_func].
 *
 * It is answered once. One that is dropped without an answer is answered with an
 * error.
 *
 * Since: 1.0
 */
struct _SignalrClientCall {
  GObject   parent_instance;

  GWeakRef  connection;
  guint     n_renewed;       /* which SignalR connection asked */
  char     *id;              /* NULL once answered */
  char     *method;
  JsonNode *args;
};

G_DEFINE_FINAL_TYPE (SignalrClientCall, signalr_client_call, G_TYPE_OBJECT)

/* The one that asked may be gone, and its successor knows nothing of the call. */
static void
answer (SignalrClientCall *self,
        JsonNode          *result,
        const char        *message)
{
  g_autoptr (SignalrConnection) connection = g_weak_ref_get (&self->connection);
  g_autofree char *id = g_steal_pointer (&self->id);
  SignalrOutgoing outgoing = {
    .kind = SIGNALR_OUTGOING_RESULT,
    .id = id,
    .value = result,
    .error = message,
  };

  if (connection != NULL && connection->n_renewed == self->n_renewed)
    signalr_connection_send_outgoing (connection, &outgoing, NULL);
}

static void
signalr_client_call_dispose (GObject *object)
{
  SignalrClientCall *self = SIGNALR_CLIENT_CALL (object);

  if (self->id != NULL)
    answer (self, NULL, NO_RESULT);

  G_OBJECT_CLASS (signalr_client_call_parent_class)->dispose (object);
}

static void
signalr_client_call_finalize (GObject *object)
{
  SignalrClientCall *self = SIGNALR_CLIENT_CALL (object);

  g_weak_ref_clear (&self->connection);
  g_free (self->method);
  json_node_unref (self->args);

  G_OBJECT_CLASS (signalr_client_call_parent_class)->finalize (object);
}

static void
signalr_client_call_class_init (SignalrClientCallClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = signalr_client_call_dispose;
  object_class->finalize = signalr_client_call_finalize;
}

static void
signalr_client_call_init (SignalrClientCall *self)
{
}

SignalrClientCall *
signalr_client_call_new (SignalrConnection *connection,
                         const char        *id,
                         const char        *method,
                         JsonNode          *args)
{
  SignalrClientCall *self = g_object_new (SIGNALR_TYPE_CLIENT_CALL, NULL);

  g_weak_ref_init (&self->connection, connection);
  self->n_renewed = connection->n_renewed;
  self->id = g_strdup (id);
  self->method = g_strdup (method);
  self->args = json_node_ref (args);

  return self;
}

/**
 * signalr_client_call_get_id:
 *
 * Gets the invocation id, by which the server knows the answer.
 *
 * Returns: (nullable): what the server calls this call; %NULL once it is answered
 *
 * Since: 1.0
 */
const char *
signalr_client_call_get_id (SignalrClientCall *self)
{
  g_return_val_if_fail (SIGNALR_IS_CLIENT_CALL (self), NULL);

  return self->id;
}

/**
 * signalr_client_call_get_method:
 *
 * Gets which method of the client is called.
 *
 * Returns: the name of the method, as the server wrote it
 *
 * Since: 1.0
 */
const char *
signalr_client_call_get_method (SignalrClientCall *self)
{
  g_return_val_if_fail (SIGNALR_IS_CLIENT_CALL (self), NULL);

  return self->method;
}

/**
 * signalr_client_call_get_args:
 *
 * Gets what the server gives the method.
 *
 * Returns: (transfer none): an array of the arguments
 *
 * Since: 1.0
 */
JsonNode *
signalr_client_call_get_args (SignalrClientCall *self)
{
  g_return_val_if_fail (SIGNALR_IS_CLIENT_CALL (self), NULL);

  return self->args;
}

/**
 * signalr_client_call_return:
 * @result: (nullable) (transfer none): the answer; %NULL is null
 *
 * Answers the call. Where the connection that asked is gone the answer goes
 * nowhere: the server has given up waiting for it.
 *
 * Since: 1.0
 */
void
signalr_client_call_return (SignalrClientCall *self,
                            JsonNode          *result)
{
  g_autoptr (JsonNode) null = NULL;

  g_return_if_fail (SIGNALR_IS_CLIENT_CALL (self));
  g_return_if_fail (self->id != NULL);

  if (result == NULL)
    result = null = json_node_new (JSON_NODE_NULL);
  answer (self, result, NULL);
}

/**
 * signalr_client_call_return_error:
 * @message: what went wrong, not empty
 *
 * Answers the call with an error.
 *
 * Since: 1.0
 */
void
signalr_client_call_return_error (SignalrClientCall *self,
                                  const char        *message)
{
  g_return_if_fail (SIGNALR_IS_CLIENT_CALL (self));
  g_return_if_fail (message != NULL && *message != '\0');
  g_return_if_fail (self->id != NULL);

  answer (self, NULL, message);
}
