/* signalr-token-request.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "token-request-private.h"

#include "pending-private.h"
#include "signalr-error-private.h"

/**
 * SignalrTokenRequest:
 *
 * What a [class@Connection] wants an access token for, from the function given
 * to [method@Connection.set_token_func].
 *
 * It is answered once. One that is dropped without an answer fails the attempt
 * that waits for it.
 *
 * Since: 1.0
 */
struct _SignalrTokenRequest {
  GObject         parent_instance;

  SignalrPending *pending;   /* NULL once answered, or not wanted any more */
};

G_DEFINE_FINAL_TYPE (SignalrTokenRequest, signalr_token_request, G_TYPE_OBJECT)

static void
answer_error (SignalrTokenRequest *self,
              GError              *error)
{
  signalr_pending_return_error (g_steal_pointer (&self->pending), error);
}

static void
cancelled_cb (SignalrPending *pending,
              gpointer        user_data)
{
  answer_error (user_data, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED,
                                                "The token is not wanted any more"));
}

static void
signalr_token_request_dispose (GObject *object)
{
  SignalrTokenRequest *self = SIGNALR_TOKEN_REQUEST (object);

  if (self->pending != NULL)
    answer_error (self, g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_UNAUTHORIZED,
                                             "The application gave no access token"));

  G_OBJECT_CLASS (signalr_token_request_parent_class)->dispose (object);
}

static void
signalr_token_request_class_init (SignalrTokenRequestClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = signalr_token_request_dispose;
}

static void
signalr_token_request_init (SignalrTokenRequest *self)
{
}

SignalrTokenRequest *
signalr_token_request_new (GTask *task)
{
  SignalrTokenRequest *self = g_object_new (SIGNALR_TYPE_TOKEN_REQUEST, NULL);

  self->pending = signalr_pending_new (task, g_task_get_context (task), cancelled_cb, self);

  return self;
}

/**
 * signalr_token_request_return:
 * @token: a bearer token; empty for none
 *
 * Gives the connection its token. It is never logged. A token that is not wanted
 * any more, since the connection was stopped, is forgotten.
 *
 * Since: 1.0
 */
void
signalr_token_request_return (SignalrTokenRequest *self,
                              const char          *token)
{
  g_return_if_fail (SIGNALR_IS_TOKEN_REQUEST (self));
  g_return_if_fail (token != NULL);

  if (self->pending != NULL)
    signalr_pending_return_pointer (g_steal_pointer (&self->pending), g_strdup (token), g_free);
}

/**
 * signalr_token_request_return_error:
 * @error: why there is no token
 *
 * Fails the attempt that waits for the token. An error of `SIGNALR_ERROR` is
 * told as it is; `UNAUTHORIZED` ends the retries of the policies. With any other
 * they go on, and it becomes the cause of an `UNREACHABLE`.
 *
 * Since: 1.0
 */
void
signalr_token_request_return_error (SignalrTokenRequest *self,
                                    const GError        *error)
{
  GError *told;

  g_return_if_fail (SIGNALR_IS_TOKEN_REQUEST (self));
  g_return_if_fail (error != NULL);

  if (self->pending == NULL)
    return;

  if (error->domain == SIGNALR_ERROR)
    {
      answer_error (self, g_error_copy (error));
      return;
    }

  told = g_error_new (SIGNALR_ERROR, SIGNALR_ERROR_UNREACHABLE,
                      "The application could not get an access token: %s", error->message);
  signalr_error_set_cause (told, g_error_copy (error));
  answer_error (self, told);
}
