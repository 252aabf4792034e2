/* signalr-invocation.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "signalr-invocation-private.h"

#include "signalr-error.h"

/**
 * SignalrInvocation:
 *
 * One call of a hub method, or the start of a connection, to be answered.
 *
 * It is answered exactly once, in the method or at any time later, by
 * signalr_invocation_return_value (), signalr_invocation_return_error () or
 * signalr_invocation_return_gerror (); a method that answers later holds a
 * reference. The answer does not consume the reference. Where the last
 * reference goes without an answer, the client is told that the method failed.
 *
 * An answer to a client that is gone goes nowhere.
 *
 * Since: 1.0
 */
struct _SignalrInvocation {
  GObject            parent_instance;

  SignalrCaller     *caller;
  char              *method;
  JsonArray         *args;
  GPtrArray         *uploads;      /* NULL for none */
  GCancellable      *cancellable;  /* made when first asked for */
  gboolean           cancelled;
  JsonObject        *state;        /* NULL for none */
  JsonObject        *changes;      /* NULL for none */

  const SignalrInvocationFuncs *funcs;   /* NULL once it is answered */
  gpointer           user_data;
  GDestroyNotify     destroy;
};

G_DEFINE_FINAL_TYPE (SignalrInvocation, signalr_invocation, G_TYPE_OBJECT)

static void
signalr_invocation_answer (SignalrInvocation   *self,
                           const SignalrAnswer *answer)
{
  const SignalrInvocationFuncs *funcs = g_steal_pointer (&self->funcs);

  funcs->answered (self, answer, self->user_data);

  if (self->destroy != NULL)
    self->destroy (self->user_data);
  self->user_data = NULL;
}

static void
signalr_invocation_dispose (GObject *object)
{
  SignalrInvocation *self = SIGNALR_INVOCATION (object);

  if (self->funcs != NULL)
    {
      g_autoptr (GError) error = NULL;

      error = g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_CANCELLED, "The method gave no answer");
      signalr_invocation_answer (self, &(SignalrAnswer) { .failure = error });
    }

  G_OBJECT_CLASS (signalr_invocation_parent_class)->dispose (object);
}

static void
signalr_invocation_clear (SignalrInvocation *self)
{
  g_clear_object (&self->caller);
  g_clear_pointer (&self->method, g_free);
  g_clear_pointer (&self->args, json_array_unref);
  g_clear_pointer (&self->uploads, g_ptr_array_unref);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->state, json_object_unref);
  g_clear_pointer (&self->changes, json_object_unref);
  self->cancelled = FALSE;
}

static void
signalr_invocation_finalize (GObject *object)
{
  signalr_invocation_clear (SIGNALR_INVOCATION (object));

  G_OBJECT_CLASS (signalr_invocation_parent_class)->finalize (object);
}

static void
signalr_invocation_class_init (SignalrInvocationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = signalr_invocation_dispose;
  object_class->finalize = signalr_invocation_finalize;
}

static void
signalr_invocation_init (SignalrInvocation *self)
{
}

/*< private >
 * signalr_invocation_new:
 * @spare: one that signalr_invocation_retire () left, or %NULL
 * @method: (nullable) (transfer full): as the client spelled it; %NULL for a start
 * @args: (nullable): %NULL for none
 */
SignalrInvocation *
signalr_invocation_new (SignalrInvocation           **spare,
                        SignalrCaller                *caller,
                        char                         *method,
                        JsonArray                    *args,
                        const SignalrInvocationFuncs *funcs,
                        gpointer                      user_data,
                        GDestroyNotify                destroy)
{
  SignalrInvocation *self = g_steal_pointer (spare);

  if (self == NULL)
    self = g_object_new (SIGNALR_TYPE_INVOCATION, NULL);

  self->caller = g_object_ref (caller);
  self->method = method;
  self->args = args != NULL ? json_array_ref (args) : json_array_new ();
  self->funcs = funcs;
  self->user_data = user_data;
  self->destroy = destroy;

  return self;
}

/*< private >
 * signalr_invocation_retire:
 * @self: (transfer full): whose method has run
 * @spare: where one may wait for the next call
 *
 * To make and to destroy an object is much of what a short call costs. One that has
 * been answered, that nobody else has kept, and that has nothing attached to it (data,
 * a weak reference, a wrapper of a language binding) nobody can tell from a new one.
 */
void
signalr_invocation_retire (SignalrInvocation  *self,
                           SignalrInvocation **spare)
{
  GObject *object = G_OBJECT (self);

  if (*spare != NULL || self->funcs != NULL || object->ref_count != 1 || object->qdata != NULL)
    {
      g_object_unref (self);
      return;
    }

  g_signal_handlers_destroy (self);
  signalr_invocation_clear (self);
  *spare = self;
}

void
signalr_invocation_set_uploads (SignalrInvocation *self,
                                GPtrArray         *uploads)
{
  self->uploads = g_ptr_array_ref (uploads);
}

void
signalr_invocation_load_state (SignalrInvocation *self,
                               JsonNode          *state)
{
  if (state != NULL && JSON_NODE_HOLDS_OBJECT (state))
    self->state = json_object_ref (json_node_get_object (state));
}

JsonNode *
signalr_invocation_dup_changes (SignalrInvocation *self)
{
  JsonNode *node;

  if (self->changes == NULL)
    return NULL;

  node = json_node_new (JSON_NODE_OBJECT);
  json_node_set_object (node, self->changes);

  return node;
}

void
signalr_invocation_cancel (SignalrInvocation *self)
{
  self->cancelled = TRUE;
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
}

/**
 * signalr_invocation_get_caller:
 *
 * Whose call it is. The object is the same for all calls of a connection, and stays
 * valid behind its end for as long as the invocation is kept.
 *
 * Returns: (transfer none): whose call it is
 *
 * Since: 1.0
 */
SignalrCaller *
signalr_invocation_get_caller (SignalrInvocation *self)
{
  g_return_val_if_fail (SIGNALR_IS_INVOCATION (self), NULL);

  return self->caller;
}

/**
 * signalr_invocation_get_method:
 *
 * What was called. One function can be the method of several names, and the start of a
 * connection is an invocation too.
 *
 * Returns: (nullable): the method's name as the client spelled it, or %NULL
 *   where this is the start of a connection
 *
 * Since: 1.0
 */
const char *
signalr_invocation_get_method (SignalrInvocation *self)
{
  g_return_val_if_fail (SIGNALR_IS_INVOCATION (self), NULL);

  return self->method;
}

/**
 * signalr_invocation_get_args:
 *
 * What the client sent along. Their number is one that the method was added with; of
 * what type they are nobody has looked at, so a method has to.
 *
 * Returns: (transfer none): the arguments; an empty array where there are none.
 *   They are what the client sent: of any type
 *
 * Since: 1.0
 */
JsonArray *
signalr_invocation_get_args (SignalrInvocation *self)
{
  g_return_val_if_fail (SIGNALR_IS_INVOCATION (self), NULL);

  return self->args;
}

/**
 * signalr_invocation_return_value:
 * @value: (transfer full) (nullable): what the client gets; %NULL is nothing
 *
 * Answers the call. For a start it lets the connection in, and @value is not
 * looked at. A method that streams has sent what it has: a value is an error. One
 * that cannot be written, such as a value of too many levels, is a mistake of the
 * program, and ends the connection.
 *
 * Since: 1.0
 */
void
signalr_invocation_return_value (SignalrInvocation *self,
                                 JsonNode          *value)
{
  g_autoptr (JsonNode) owned = value;

  g_return_if_fail (SIGNALR_IS_INVOCATION (self));
  g_return_if_fail (self->funcs != NULL);

  signalr_invocation_answer (self, &(SignalrAnswer) { .value = owned });
}

/**
 * signalr_invocation_return_error:
 * @message: what the client is told
 * @data: (transfer full) (nullable): and what its program gets beside it, over
 *   classic SignalR; ASP.NET Core has no place for it
 *
 * Answers the call with an error that is meant for the client (what .NET calls
 * a HubException). For a start it refuses the connection.
 *
 * Since: 1.0
 */
void
signalr_invocation_return_error (SignalrInvocation *self,
                                 const char        *message,
                                 JsonNode          *data)
{
  g_autoptr (JsonNode) owned = data;

  g_return_if_fail (SIGNALR_IS_INVOCATION (self));
  g_return_if_fail (message != NULL);
  g_return_if_fail (self->funcs != NULL);

  signalr_invocation_answer (self, &(SignalrAnswer) { .error = (char *) message, .data = owned });
}

/**
 * signalr_invocation_return_gerror:
 * @error: (transfer full): what went wrong
 *
 * Answers the call with a failure that is nobody's business: the client is told
 * that the method failed, and what @error says only where the mapping has
 * detailed errors. For a start it refuses the connection.
 *
 * Since: 1.0
 */
void
signalr_invocation_return_gerror (SignalrInvocation *self,
                                  GError            *error)
{
  g_autoptr (GError) owned = error;

  g_return_if_fail (SIGNALR_IS_INVOCATION (self));
  g_return_if_fail (error != NULL);
  g_return_if_fail (self->funcs != NULL);

  signalr_invocation_answer (self, &(SignalrAnswer) { .failure = owned });
}

/**
 * signalr_invocation_get_cancellable:
 *
 * For a method that streams, or takes long: tells it when its work is for nobody.
 *
 * Returns: (transfer none): cancelled when the client cancels the stream, or is gone
 *
 * Since: 1.0
 */
GCancellable *
signalr_invocation_get_cancellable (SignalrInvocation *self)
{
  g_return_val_if_fail (SIGNALR_IS_INVOCATION (self), NULL);

  if (self->cancellable == NULL)
    {
      self->cancellable = g_cancellable_new ();
      if (self->cancelled)
        g_cancellable_cancel (self->cancellable);
    }

  return self->cancellable;
}

/**
 * signalr_invocation_send_item:
 * @item: (transfer full): the next item of the stream
 *
 * For a method that was added with %SIGNALR_METHOD_FLAGS_STREAMS. The stream ends
 * with the answer: signalr_invocation_return_value () with %NULL, or an error.
 *
 * Returns: whether anybody still listens
 *
 * Since: 1.0
 */
gboolean
signalr_invocation_send_item (SignalrInvocation *self,
                              JsonNode          *item)
{
  g_autoptr (JsonNode) owned = item;

  g_return_val_if_fail (SIGNALR_IS_INVOCATION (self), FALSE);
  g_return_val_if_fail (item != NULL, FALSE);
  g_return_val_if_fail (self->funcs != NULL, FALSE);
  g_return_val_if_fail (self->funcs->item != NULL, FALSE);

  return !self->cancelled && self->funcs->item (self, owned, self->user_data);
}

/**
 * signalr_invocation_read_async:
 * @stream: which of the streams that the method was added with, from 0
 * @cancellable: (nullable): ends the waiting
 * @callback: called when there is an item, or none will come
 * @user_data: for @callback
 *
 * Waits for the next item of what the client streams up. One at a time for each
 * stream. A client that is not read from is not listened to either, after ten items.
 *
 * Since: 1.0
 */
void
signalr_invocation_read_async (SignalrInvocation   *self,
                               guint                stream,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (SIGNALR_IS_INVOCATION (self));
  g_return_if_fail (self->uploads != NULL && stream < self->uploads->len);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, signalr_invocation_read_async);
  signalr_server_upload_read (g_ptr_array_index (self->uploads, stream), g_steal_pointer (&task));
}

/**
 * signalr_invocation_read_finish:
 * @result: what the callback was given
 *
 * Ends signalr_invocation_read_async (). Items come in the order in which the client
 * sent them.
 *
 * Returns: (transfer full) (nullable): an item; %NULL without an error at the end of
 *   the stream. @error is `SIGNALR_ERROR_HUB` with the client's text where the client
 *   ended it with an error, `SIGNALR_ERROR_NOT_CONNECTED` where it is gone,
 *   `SIGNALR_ERROR_BUSY` where somebody waits already, or %G_IO_ERROR_CANCELLED
 *
 * Since: 1.0
 */
JsonNode *
signalr_invocation_read_finish (SignalrInvocation  *self,
                                GAsyncResult       *result,
                                GError            **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * signalr_invocation_report_progress:
 * @value: (transfer full) (nullable): how far it is; %NULL is null
 *
 * Tells a classic client how far its call has come, before the answer. Clients of
 * ASP.NET Core SignalR have no place for it.
 *
 * Since: 1.0
 */
void
signalr_invocation_report_progress (SignalrInvocation *self,
                                    JsonNode          *value)
{
  g_autoptr (JsonNode) owned = value;

  g_return_if_fail (SIGNALR_IS_INVOCATION (self));
  g_return_if_fail (self->funcs != NULL);

  if (self->funcs->progress != NULL)
    self->funcs->progress (self, owned, self->user_data);
}

/**
 * signalr_invocation_get_state:
 * @name: of a value
 *
 * What a classic client keeps for its calls of this hub, and what the method has
 * set of it.
 *
 * Returns: (transfer none) (nullable): the value
 *
 * Since: 1.0
 */
JsonNode *
signalr_invocation_get_state (SignalrInvocation *self,
                              const char        *name)
{
  g_return_val_if_fail (SIGNALR_IS_INVOCATION (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  if (self->changes != NULL && json_object_has_member (self->changes, name))
    return json_object_get_member (self->changes, name);

  return self->state != NULL ? json_object_get_member (self->state, name) : NULL;
}

/**
 * signalr_invocation_set_state:
 * @name: of a value
 * @value: (transfer full): the value
 *
 * Changes what a classic client keeps: it hears of it with the answer. Clients of
 * ASP.NET Core SignalR keep nothing.
 *
 * Since: 1.0
 */
void
signalr_invocation_set_state (SignalrInvocation *self,
                              const char        *name,
                              JsonNode          *value)
{
  g_autoptr (JsonNode) owned = value;

  g_return_if_fail (SIGNALR_IS_INVOCATION (self));
  g_return_if_fail (name != NULL);
  g_return_if_fail (value != NULL);
  g_return_if_fail (self->funcs != NULL);

  if (self->changes == NULL)
    self->changes = json_object_new ();

  json_object_set_member (self->changes, name, g_steal_pointer (&owned));
}
