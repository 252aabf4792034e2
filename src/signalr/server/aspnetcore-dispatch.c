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
  char                        *id;           /* NULL where the client wants no answer */
  GStrv                        upload_ids;   /* NULL for none */
  gboolean                     streams;
  gboolean                     streamed;     /* an item has been sent */
} Call;

static void
call_free (gpointer data)
{
  Call *call = data;

  signalr_server_connection_unref (call->connection);
  g_free (call->id);
  g_strfreev (call->upload_ids);
  g_free (call);
}

static gboolean
wants_answer (const char *id)
{
  return id != NULL && id[0] != '\0';
}

/* A method that closes its own client has no answer: the client hears that alone. */
static void
complete (SignalrAspnetcoreConnection *self,
          const SignalrRecord         *completion)
{
  if (wants_answer (completion->invocation_id) && !self->base.dismissed && !signalr_server_connection_is_ended (&self->base))
    signalr_aspnetcore_connection_send (self, completion);
}

static void
refuse_call (SignalrAspnetcoreConnection *self,
             SignalrRecord               *call,
             const char                  *text)
{
  complete (self, &(SignalrRecord) {
    .type = SIGNALR_RECORD_COMPLETION,
    .invocation_id = call->invocation_id,
    .error = (char *) text,
  });
}

/* Arguments of the wrong kind never reach a .NET method, so that is told apart; and
 * so is what happens behind the first item of a stream.
 */
static char *
failure_text (SignalrInvocation   *invocation,
              Call                *call,
              const SignalrAnswer *answer)
{
  const char *method = signalr_invocation_get_method (invocation);
  gboolean detailed = signalr_aspnetcore_connection_detailed (call->connection);
  gboolean binding = g_error_matches (answer->failure, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
  g_autofree char *text = NULL;

  if (call->streamed)
    text = g_strdup ("An error occurred on the server while streaming results.");
  else if (binding)
    text = g_strdup_printf ("Failed to invoke '%s' due to an error on the server.", method);
  else
    text = g_strdup_printf ("An unexpected error occurred invoking '%s' on the server.", method);

  if (answer->error != NULL)
    return g_strdup_printf ("%s HubException: %s", text, answer->error);

  return signalr_aspnetcore_describe (text, answer->failure, detailed);
}

static void
call_answered_cb (SignalrInvocation   *invocation,
                  const SignalrAnswer *answer,
                  gpointer             user_data)
{
  Call *call = user_data;
  SignalrAspnetcoreConnection *self = call->connection;
  g_autofree char *error = NULL;

  if (answer->error != NULL || answer->failure != NULL)
    error = failure_text (invocation, call, answer);
  else if (call->streams && answer->value != NULL)
    error = g_strdup_printf ("The value returned by the streaming method '%s' is not a ChannelReader<> or IAsyncEnumerable<>.",
                             signalr_invocation_get_method (invocation));
  complete (self, &(SignalrRecord) {
    .type = SIGNALR_RECORD_COMPLETION,
    .invocation_id = call->id,
    .item = call->streams ? NULL : answer->value,
    .has_result = error == NULL && !call->streams,
    .error = error,
  });

  g_ptr_array_remove_fast (self->calls, invocation);
  if (call->streams)
    g_hash_table_remove (self->streams, call->id);
  if (call->upload_ids != NULL)
    signalr_aspnetcore_end_uploads (self, (const char * const *) call->upload_ids);
  if (self->slot == call)
    self->slot = NULL;

  if (self->stalled != NULL && !signalr_server_connection_is_ended (&self->base))
    signalr_turn_add (self->base.host->loop->turn, &self->resumption);
}

static gboolean
call_item_cb (SignalrInvocation *invocation,
              JsonNode          *item,
              gpointer           user_data)
{
  Call *call = user_data;
  SignalrRecord record = {
    .type = SIGNALR_RECORD_STREAM_ITEM,
    .invocation_id = call->id,
    .item = item,
  };

  if (signalr_server_connection_is_ended (&call->connection->base))
    return FALSE;

  call->streamed = TRUE;
  signalr_aspnetcore_connection_send (call->connection, &record);

  return TRUE;
}

static const SignalrInvocationFuncs call_funcs = { .answered = call_answered_cb };
static const SignalrInvocationFuncs stream_funcs = { .answered = call_answered_cb, .item = call_item_cb };

/* Why the method cannot be called like that, (transfer full), or NULL. */
static char *
check_call (SignalrAspnetcoreConnection *self,
            SignalrRecord               *record,
            const SignalrMethod         *method)
{
  gboolean streams = (method->flags & SIGNALR_METHOD_FLAGS_STREAMS) != 0;
  guint n_streams = record->stream_ids != NULL ? g_strv_length (record->stream_ids) : 0;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  if (streams && record->type == SIGNALR_RECORD_INVOCATION)
    return g_strdup_printf ("The client attempted to invoke the streaming '%s' method with a non-streaming invocation.",
                            record->target);

  if (!streams && record->type == SIGNALR_RECORD_STREAM_INVOCATION)
    return g_strdup_printf ("The client attempted to invoke the non-streaming '%s' method with a streaming invocation.",
                            record->target);

  if (streams && self->streams != NULL && g_hash_table_contains (self->streams, record->invocation_id))
    return g_strdup_printf ("Invocation ID '%s' is already in use.", record->invocation_id);

  if (n_streams == method->n_streams)
    return NULL;

  text = g_strdup_printf ("An unexpected error occurred invoking '%s' on the server.", record->target);
  error = g_error_new (SIGNALR_ERROR, SIGNALR_ERROR_HUB,
                       "Client sent %u stream(s), Hub method expects %u.", n_streams, method->n_streams);

  return signalr_aspnetcore_describe (text, error, TRUE);
}

/* Why there is no such method, (transfer full), or NULL. */
static char *
find_method (SignalrAspnetcoreConnection  *self,
             SignalrRecord                *record,
             const SignalrMethod         **method)
{
  guint n_args = json_array_get_length (json_node_get_array (record->arguments));
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  int n_wanted = 0;

  switch (signalr_hub_find_method (self->hub, record->target, n_args, method, &n_wanted))
    {
    case SIGNALR_METHOD_FOUND:
      return check_call (self, record, *method);

    case SIGNALR_METHOD_UNKNOWN:
      error = g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_HUB, "Method does not exist.");
      break;

    case SIGNALR_METHOD_NO_OVERLOAD:
    default:
      error = g_error_new (SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA,
                           "Invocation provides %u argument(s) but target expects %d.", n_args, n_wanted);
      break;
    }

  text = g_strdup_printf ("Failed to invoke '%s' due to an error on the server.", record->target);

  return signalr_aspnetcore_describe (text, error, signalr_aspnetcore_connection_detailed (self));
}

/* Why the call is not for the method, (transfer full), or NULL. */
static char *
check_arguments (SignalrAspnetcoreConnection *self,
                 SignalrRecord               *record)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  if (!record->mended)
    return NULL;

  text = g_strdup_printf ("Failed to invoke '%s' due to an error on the server.", record->target);
  error = g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA,
                               "Error binding arguments. A value of them cannot be held.");

  return signalr_aspnetcore_describe (text, error, signalr_aspnetcore_connection_detailed (self));
}

/* An ordinary call has the next one wait; one that streams runs beside. */
static void
invoke (SignalrAspnetcoreConnection *self,
        SignalrRecord               *record)
{
  JsonArray *args = json_node_get_array (record->arguments);
  SignalrInvocation **spare = &self->base.host->spare;
  SignalrInvocation *invocation;
  const SignalrMethod *method;
  g_autofree char *problem = find_method (self, record, &method);
  Call *call;

  if (problem == NULL)
    problem = check_arguments (self, record);
  if (problem != NULL)
    {
      refuse_call (self, record, problem);
      return;
    }

  if (self->calls != NULL && self->calls->len >= self->base.host->max_calls)
    {
      refuse_call (self, record, SIGNALR_TOO_MANY_CALLS);
      return;
    }

  call = g_new0 (Call, 1);
  call->connection = signalr_server_connection_ref (self);
  call->id = g_steal_pointer (&record->invocation_id);
  call->streams = record->type == SIGNALR_RECORD_STREAM_INVOCATION;
  invocation = signalr_invocation_new (spare, self->base.caller, g_steal_pointer (&record->target), args,
                                       call->streams ? &stream_funcs : &call_funcs, call, call_free);

  if (self->calls == NULL)
    self->calls = g_ptr_array_new ();
  g_ptr_array_add (self->calls, invocation);

  if (call->streams)
    {
      if (self->streams == NULL)
        self->streams = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_hash_table_insert (self->streams, g_strdup (call->id), invocation);
    }

  if (method->n_streams > 0)
    {
      g_autoptr (GPtrArray) uploads = NULL;

      call->upload_ids = g_strdupv (record->stream_ids);
      uploads = signalr_aspnetcore_begin_uploads (self, (const char * const *) call->upload_ids);
      signalr_invocation_set_uploads (invocation, uploads);
    }

  if (!call->streams && method->n_streams == 0)
    self->slot = call;

  signalr_hub_run_method (self->hub, method, invocation);
  signalr_invocation_retire (invocation, spare);
}

static void
cancel (SignalrAspnetcoreConnection *self,
        SignalrRecord               *record)
{
  SignalrInvocation *invocation = NULL;

  if (self->streams != NULL)
    invocation = g_hash_table_lookup (self->streams, record->invocation_id);
  if (invocation != NULL)
    signalr_invocation_cancel (invocation);
}

/* Whether @record may go on while a call is under way: a streaming one, or one that
 * the client streams to, runs beside.
 */
static gboolean
has_to_wait (SignalrAspnetcoreConnection *self,
             SignalrRecord               *record)
{
  return self->slot != NULL && record->type == SIGNALR_RECORD_INVOCATION &&
         (record->stream_ids == NULL || record->stream_ids[0] == NULL);
}

/* FALSE where there is no room for it. */
static gboolean
handle (SignalrAspnetcoreConnection *self,
        SignalrRecord               *record)
{
  switch (record->type)
    {
    case SIGNALR_RECORD_INVOCATION:
    case SIGNALR_RECORD_STREAM_INVOCATION:
      if (has_to_wait (self, record))
        return FALSE;
      invoke (self, record);
      return TRUE;

    case SIGNALR_RECORD_STREAM_ITEM:
      return signalr_aspnetcore_take_item (self, record);

    case SIGNALR_RECORD_COMPLETION:
      signalr_aspnetcore_take_completion (self, record);
      return TRUE;

    case SIGNALR_RECORD_CANCEL_INVOCATION:
      cancel (self, record);
      return TRUE;

    case SIGNALR_RECORD_CLOSE:
      signalr_aspnetcore_connection_say_close (self, NULL, FALSE);
      signalr_server_connection_handle (&self->base, SIGNALR_SERVER_LIFETIME_STOP);
      return TRUE;

    case SIGNALR_RECORD_OTHER:
      SIGNALR_HUB_GET_CLASS (self->hub)->record (self->hub, self->base.caller, record->item);
      return TRUE;

    case SIGNALR_RECORD_PING:
    case SIGNALR_RECORD_ACK:
    case SIGNALR_RECORD_SEQUENCE:
    default:
      return TRUE;
    }
}

/*< private >
 * signalr_aspnetcore_dispatch:
 * @record: (transfer full)
 *
 * One client's calls run one after the other, in the order it made them; what has
 * to wait is tried again by the resumption.
 */
gboolean
signalr_aspnetcore_dispatch (SignalrAspnetcoreConnection *self,
                             SignalrRecord               *record)
{
  g_autoptr (SignalrRecord) owned = record;

  if (handle (self, record))
    return TRUE;

  self->stalled = g_steal_pointer (&owned);

  return FALSE;
}
