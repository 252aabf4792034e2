/* aspnet-dispatch.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aspnet-connection-private.h"

#include <string.h>

#include "protocol/json-scan-private.h"
#include "protocol/json-write-private.h"
#include "signalr-error.h"
#include "signalr-hub-private.h"
#include "signalr-invocation-private.h"

#define MAX_STATE 4096

/* The texts are those of the official servers, which applications match on. */

/* A call whose answer is waited for. */
typedef struct {
  SignalrAspnetConnection *connection;
  SignalrRequest          *request;   /* NULL where it came through the carrier */
  char                    *id;
  char                    *hub;       /* as the client spelled it */
  char                    *method;
} Call;

static void
call_free (gpointer data)
{
  Call *call = data;

  call->connection->n_calls--;
  signalr_server_connection_unref (call->connection);
  g_clear_pointer (&call->request, signalr_request_unref);
  g_free (call->id);
  g_free (call->hub);
  g_free (call->method);
  g_free (call);
}

/* What only detailed errors tell, or else that something went wrong. */
static void
answer_failure (Call       *call,
                const char *detail)
{
  g_autofree char *generic = NULL;
  SignalrHubResult result = { .id = call->id };

  generic = g_strdup_printf ("There was an error invoking Hub method '%s.%s'.", call->hub, call->method);
  result.error = signalr_aspnet_connection_detailed (call->connection) ? (char *) detail : generic;
  signalr_aspnet_connection_send_result (call->connection, &result, call->request);
}

static void
call_answered_cb (SignalrInvocation   *invocation,
                  const SignalrAnswer *answer,
                  gpointer             user_data)
{
  Call *call = user_data;
  g_autoptr (JsonNode) changes = signalr_invocation_dup_changes (invocation);
  SignalrHubResult result = { .id = call->id, .state = changes };

  if (answer->failure != NULL && !g_error_matches (answer->failure, SIGNALR_ERROR, SIGNALR_ERROR_HUB))
    {
      answer_failure (call, answer->failure->message);
      return;
    }

  if (answer->failure != NULL)
    {
      result.error = answer->failure->message;
      result.data = signalr_error_get_data (answer->failure);
      result.hub_error = TRUE;
    }
  else if (answer->error != NULL)
    {
      result.error = answer->error;
      result.data = answer->data;
      result.hub_error = TRUE;
    }
  else
    {
      result.result = answer->value;
    }

  signalr_aspnet_connection_send_result (call->connection, &result, call->request);
}

/* It takes the way of messages to the client, so that it stays in their order. */
static void
call_progress_cb (SignalrInvocation *invocation,
                  JsonNode          *value,
                  gpointer           user_data)
{
  Call *call = user_data;
  g_autoptr (JsonNode) changes = signalr_invocation_dup_changes (invocation);
  g_autoptr (JsonNode) none = json_node_new (JSON_NODE_NULL);
  g_autofree char *id = g_strconcat ("P|", call->id, NULL);
  SignalrHubResult result = {
    .id = id,
    .progress_id = call->id,
    .progress = value != NULL ? value : none,
    .state = changes,
  };
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (SignalrMessage) message = NULL;

  if (signalr_server_connection_is_ended (&call->connection->base) ||
      !signalr_hub_result_encode (&result, text, NULL))
    return;

  bytes = g_bytes_new (text->str, text->len);
  message = signalr_message_new_bytes (bytes, NULL);
  call->connection->base.klass->send (&call->connection->base, message);
}

static const SignalrInvocationFuncs call_funcs = {
  .answered = call_answered_cb,
  .progress = call_progress_cb,
};

/* Takes @call. */
static void
invoke (Call       *call,
        SignalrHub *hub,
        JsonArray  *args,
        JsonNode   *state)
{
  g_autoptr (SignalrHost) host = signalr_host_ref (call->connection->base.host);
  SignalrInvocation *invocation;
  const SignalrMethod *method;
  SignalrMethodLookup lookup;
  int n_wanted = 0;

  lookup = signalr_hub_find_method (hub, call->method, json_array_get_length (args), &method, &n_wanted);
  if (lookup == SIGNALR_METHOD_FOUND && (method->n_streams > 0 || method->flags != SIGNALR_METHOD_FLAGS_NONE))
    {
      answer_failure (call, "A method that streams cannot be called from here.");
      call_free (call);
      return;
    }

  if (lookup != SIGNALR_METHOD_FOUND)
    {
      g_autofree char *detail = NULL;

      detail = lookup == SIGNALR_METHOD_UNKNOWN
               ? g_strdup_printf ("'%s' method could not be resolved. No method found with that name.", call->method)
               : g_strdup_printf ("'%s' method could not be resolved. It takes %d argument(s).", call->method, n_wanted);
      answer_failure (call, detail);
      call_free (call);
      return;
    }

  invocation = signalr_invocation_new (&host->spare, call->connection->base.caller, g_strdup (call->method), args,
                                       &call_funcs, call, call_free);
  signalr_invocation_load_state (invocation, state);
  signalr_hub_run_method (hub, method, invocation);
  signalr_invocation_retire (invocation, &host->spare);
}

/* What is no call has nobody to answer, but in a request. */
static void
refuse (SignalrRequest *request,
        const char     *text)
{
  g_debug ("What a client sent is no call: %s", text);
  if (request != NULL)
    signalr_request_answer (request, SOUP_STATUS_INTERNAL_SERVER_ERROR, NULL, text);
}

/* Counted as the original counts: in the units of UTF-16. */
static gboolean
is_state_too_long (JsonNode *state)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gsize n_units = 0;

  if (state == NULL || !signalr_json_write (text, state, NULL))
    return FALSE;

  for (const char *at = text->str; *at != '\0'; at = g_utf8_next_char (at))
    n_units += g_utf8_get_char (at) > 0xffff ? 2 : 1;

  return n_units > MAX_STATE;
}

/*< private >
 * signalr_aspnet_dispatch:
 * @request: (nullable): held, where @text came in one
 *
 * Any hub may be called, not only those that the client listens to; and calls
 * run side by side.
 */
void
signalr_aspnet_dispatch (SignalrAspnetConnection *self,
                         const char              *text,
                         gsize                    length,
                         SignalrRequest          *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (SignalrHubCall) asked = NULL;
  g_autofree char *unknown = NULL;
  SignalrHub *hub;
  Call *call;

  node = signalr_json_parse (text, length, &error);
  if (node != NULL)
    asked = signalr_hub_call_decode (node, &error);
  if (asked == NULL)
    {
      refuse (request, error->message);
      return;
    }

  if (is_state_too_long (asked->state))
    {
      refuse (request, "State has exceeded the maximum length of 4096 bytes.");
      return;
    }

  hub = signalr_host_find_hub (self->base.host, asked->hub);
  unknown = g_strdup_printf ("'%s' Hub could not be resolved.", asked->hub);
  if (hub == NULL && request != NULL)
    {
      refuse (request, unknown);
      return;
    }

  call = g_new0 (Call, 1);
  call->connection = signalr_server_connection_ref (self);
  call->connection->n_calls++;
  call->request = request != NULL ? signalr_request_ref (request) : NULL;
  call->id = g_strdup (asked->id);
  call->hub = g_strdup (asked->hub);
  call->method = g_strdup (asked->method);

  if (self->n_calls > self->base.host->max_calls)
    {
      answer_failure (call, SIGNALR_TOO_MANY_CALLS);
      call_free (call);
    }
  else if (hub != NULL)
    {
      invoke (call, hub, json_node_get_array (asked->args), asked->state);
    }
  else
    {
      answer_failure (call, unknown);
      call_free (call);
    }
}
