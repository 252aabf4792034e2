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

  SignalrAnswerFunc  func;         /* NULL once it is answered */
  gpointer           user_data;
  GDestroyNotify     destroy;
};

G_DEFINE_FINAL_TYPE (SignalrInvocation, signalr_invocation, G_TYPE_OBJECT)

static void
signalr_invocation_answer (SignalrInvocation   *self,
                           const SignalrAnswer *answer)
{
  SignalrAnswerFunc func = g_steal_pointer (&self->func);

  func (answer, self->user_data);

  if (self->destroy != NULL)
    self->destroy (self->user_data);
  self->user_data = NULL;
}

static void
signalr_invocation_dispose (GObject *object)
{
  SignalrInvocation *self = SIGNALR_INVOCATION (object);

  if (self->func != NULL)
    {
      g_autoptr (GError) error = NULL;

      error = g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_CANCELLED, "The method gave no answer");
      signalr_invocation_answer (self, &(SignalrAnswer) { .failure = error });
    }

  G_OBJECT_CLASS (signalr_invocation_parent_class)->dispose (object);
}

static void
signalr_invocation_finalize (GObject *object)
{
  SignalrInvocation *self = SIGNALR_INVOCATION (object);

  g_clear_object (&self->caller);
  g_free (self->method);
  g_clear_pointer (&self->args, json_array_unref);

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
 * @method: (nullable): as the client spelled it; %NULL for a start
 * @args: (nullable): %NULL for none
 */
SignalrInvocation *
signalr_invocation_new (SignalrCaller     *caller,
                        const char        *method,
                        JsonArray         *args,
                        SignalrAnswerFunc  func,
                        gpointer           user_data,
                        GDestroyNotify     destroy)
{
  SignalrInvocation *self = g_object_new (SIGNALR_TYPE_INVOCATION, NULL);

  self->caller = g_object_ref (caller);
  self->method = g_strdup (method);
  self->args = args != NULL ? json_array_ref (args) : json_array_new ();
  self->func = func;
  self->user_data = user_data;
  self->destroy = destroy;

  return self;
}

/**
 * signalr_invocation_get_caller:
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
 * looked at.
 *
 * Since: 1.0
 */
void
signalr_invocation_return_value (SignalrInvocation *self,
                                 JsonNode          *value)
{
  g_autoptr (JsonNode) owned = value;

  g_return_if_fail (SIGNALR_IS_INVOCATION (self));
  g_return_if_fail (self->func != NULL);

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
  g_return_if_fail (self->func != NULL);

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
  g_return_if_fail (self->func != NULL);

  signalr_invocation_answer (self, &(SignalrAnswer) { .failure = owned });
}
