/* aspnetcore-dispatch.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aspnetcore-connection-private.h"

#include "signalr-error.h"
#include "signalr-hub-private.h"
#include "signalr-invocation-private.h"

/* The texts are those of the official servers, which applications match on. */

/* .NET names the type of an exception; an error of a domain of its own is named
 * by the domain.
 */
static const char *
type_name (const GError *error)
{
  if (error->domain != SIGNALR_ERROR)
    return g_quark_to_string (error->domain);

  switch ((SignalrError) error->code)
    {
    case SIGNALR_ERROR_HUB:
      return "HubException";

    case SIGNALR_ERROR_INVALID_DATA:
    case SIGNALR_ERROR_TOO_LARGE:
    case SIGNALR_ERROR_PROTOCOL:
      return "InvalidDataException";

    case SIGNALR_ERROR_TIMED_OUT:
    case SIGNALR_ERROR_CANCELLED:
      return "OperationCanceledException";

    case SIGNALR_ERROR_NAME_NOT_RESOLVED:
    case SIGNALR_ERROR_REFUSED:
    case SIGNALR_ERROR_UNREACHABLE:
    case SIGNALR_ERROR_TLS:
    case SIGNALR_ERROR_UNAUTHORIZED:
    case SIGNALR_ERROR_FORBIDDEN:
    case SIGNALR_ERROR_NOT_FOUND:
    case SIGNALR_ERROR_NOT_SIGNALR:
    case SIGNALR_ERROR_CLOSED_BY_SERVER:
    case SIGNALR_ERROR_NOT_CONNECTED:
    case SIGNALR_ERROR_QUEUE_FULL:
    case SIGNALR_ERROR_BUSY:
    default:
      return "InvalidOperationException";
    }
}

/*< private >
 * signalr_aspnetcore_describe:
 * @error: (nullable): what happened
 *
 * What was meant for the client it always sees; the rest only where errors are
 * detailed.
 */
char *
signalr_aspnetcore_describe (const char   *text,
                             const GError *error,
                             gboolean      detailed)
{
  if (error == NULL || (!detailed && !g_error_matches (error, SIGNALR_ERROR, SIGNALR_ERROR_HUB)))
    return g_strdup (text);

  return g_strdup_printf ("%s %s: %s", text, type_name (error), error->message);
}

/* A call whose answer is waited for. */
typedef struct {
  SignalrAspnetcoreConnection *connection;
  char                        *id;        /* NULL where the client wants no answer */
  char                        *target;
} Call;

static void
call_free (gpointer data)
{
  Call *call = data;

  signalr_server_connection_unref (call->connection);
  g_free (call->id);
  g_free (call->target);
  g_free (call);
}

static void
complete (SignalrAspnetcoreConnection *self,
          const char                  *id,
          JsonNode                    *result,
          const char                  *error)
{
  SignalrRecord record = {
    .type = SIGNALR_RECORD_COMPLETION,
    .invocation_id = (char *) id,
    .item = result,
    .has_result = error == NULL,
    .error = (char *) error,
  };

  if (id != NULL && id[0] != '\0' && !signalr_server_connection_is_ended (&self->base))
    signalr_aspnetcore_connection_send (self, &record);
}

static char *
failure_text (Call                *call,
              const SignalrAnswer *answer)
{
  gboolean detailed = signalr_aspnetcore_connection_detailed (call->connection);
  gboolean binding = g_error_matches (answer->failure, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
  g_autofree char *text = NULL;

  /* Arguments of the wrong kind never reach a .NET method, so that is told apart. */
  if (binding)
    text = g_strdup_printf ("Failed to invoke '%s' due to an error on the server.", call->target);
  else
    text = g_strdup_printf ("An unexpected error occurred invoking '%s' on the server.", call->target);

  if (answer->error != NULL)
    return g_strdup_printf ("%s HubException: %s", text, answer->error);

  return signalr_aspnetcore_describe (text, answer->failure, detailed);
}

static void
call_answered_cb (const SignalrAnswer *answer,
                  gpointer             user_data)
{
  Call *call = user_data;
  SignalrAspnetcoreConnection *self = call->connection;
  g_autofree char *error = NULL;

  if (answer->error != NULL || answer->failure != NULL)
    error = failure_text (call, answer);
  complete (self, call->id, answer->value, error);

  self->busy = FALSE;
  if (self->stalled != NULL && !signalr_server_connection_is_ended (&self->base))
    signalr_turn_add (self->base.host->loop->turn, &self->resumption);
}

static void
refuse_call (SignalrAspnetcoreConnection *self,
             SignalrRecord               *record,
             SignalrMethodLookup          lookup,
             int                          n_wanted)
{
  guint n_args = json_array_get_length (json_node_get_array (record->arguments));
  g_autofree char *text = NULL;
  g_autofree char *described = NULL;
  g_autoptr (GError) error = NULL;

  text = g_strdup_printf ("Failed to invoke '%s' due to an error on the server.", record->target);
  if (lookup == SIGNALR_METHOD_UNKNOWN)
    error = g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_HUB, "Method does not exist.");
  else
    error = g_error_new (SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA,
                         "Invocation provides %u argument(s) but target expects %d.", n_args, n_wanted);

  described = signalr_aspnetcore_describe (text, error, signalr_aspnetcore_connection_detailed (self));
  complete (self, record->invocation_id, NULL, described);
}

static void
invoke (SignalrAspnetcoreConnection *self,
        SignalrRecord               *record)
{
  JsonArray *args = json_node_get_array (record->arguments);
  g_autoptr (SignalrInvocation) invocation = NULL;
  const SignalrMethod *method;
  SignalrMethodLookup lookup;
  int n_wanted = 0;
  Call *call;

  lookup = signalr_hub_find_method (self->hub, record->target, json_array_get_length (args), &method, &n_wanted);
  if (lookup != SIGNALR_METHOD_FOUND)
    {
      refuse_call (self, record, lookup, n_wanted);
      return;
    }

  if (record->type == SIGNALR_RECORD_STREAM_INVOCATION)
    {
      g_autofree char *text = NULL;

      text = g_strdup_printf ("The client attempted to invoke the non-streaming '%s' method with a streaming invocation.",
                              record->target);
      complete (self, record->invocation_id, NULL, text);
      return;
    }

  call = g_new (Call, 1);
  call->connection = signalr_server_connection_ref (self);
  call->id = g_strdup (record->invocation_id);
  call->target = g_strdup (record->target);

  self->busy = TRUE;
  invocation = signalr_invocation_new (self->base.caller, record->target, args,
                                       call_answered_cb, call, call_free);
  signalr_hub_run_method (self->hub, method, invocation);
}

/*< private >
 * signalr_aspnetcore_dispatch:
 * @record: (transfer full)
 *
 * One client's calls run one after the other, in the order it made them.
 */
gboolean
signalr_aspnetcore_dispatch (SignalrAspnetcoreConnection *self,
                             SignalrRecord               *record)
{
  g_autoptr (SignalrRecord) owned = record;

  switch (record->type)
    {
    case SIGNALR_RECORD_INVOCATION:
      if (self->busy)
        {
          self->stalled = g_steal_pointer (&owned);
          return FALSE;
        }
      invoke (self, record);
      return TRUE;

    case SIGNALR_RECORD_STREAM_INVOCATION:
      invoke (self, record);
      return TRUE;

    case SIGNALR_RECORD_CLOSE:
      signalr_aspnetcore_connection_say_close (self, NULL, FALSE);
      signalr_server_connection_handle (&self->base, SIGNALR_SERVER_LIFETIME_STOP);
      return FALSE;

    /* Of streams and of calls to the client: none is under way. */
    case SIGNALR_RECORD_STREAM_ITEM:
    case SIGNALR_RECORD_COMPLETION:
    case SIGNALR_RECORD_CANCEL_INVOCATION:
    case SIGNALR_RECORD_PING:
    case SIGNALR_RECORD_ACK:
    case SIGNALR_RECORD_SEQUENCE:
    default:
      return TRUE;
    }
}
