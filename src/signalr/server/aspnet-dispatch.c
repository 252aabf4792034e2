/* aspnet-dispatch.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aspnet-connection-private.h"

#include <string.h>

#include "protocol/json-scan-private.h"
#include "signalr-error.h"
#include "signalr-hub-private.h"
#include "signalr-invocation-private.h"

/* The texts are those of the official servers, which applications match on. */

/* A call whose answer is waited for. */
typedef struct {
  SignalrAspnetConnection *connection;
  char                    *id;
  char                    *hub;       /* as the client spelled it */
  char                    *method;
} Call;

static void
call_free (gpointer data)
{
  Call *call = data;

  signalr_server_connection_unref (call->connection);
  g_free (call->id);
  g_free (call->hub);
  g_free (call->method);
  g_free (call);
}

/* What only detailed errors tell, or else that something went wrong. */
static void
answer_failure (SignalrAspnetConnection *self,
                const char              *id,
                const char              *hub,
                const char              *method,
                const char              *detail)
{
  g_autofree char *generic = NULL;
  SignalrHubResult result = { .id = (char *) id };

  generic = g_strdup_printf ("There was an error invoking Hub method '%s.%s'.", hub, method);
  result.error = signalr_aspnet_connection_detailed (self) ? (char *) detail : generic;
  signalr_aspnet_connection_send_result (self, &result);
}

static void
call_answered_cb (const SignalrAnswer *answer,
                  gpointer             user_data)
{
  Call *call = user_data;
  SignalrHubResult result = { .id = call->id };

  if (answer->failure != NULL && !g_error_matches (answer->failure, SIGNALR_ERROR, SIGNALR_ERROR_HUB))
    {
      answer_failure (call->connection, call->id, call->hub, call->method, answer->failure->message);
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

  signalr_aspnet_connection_send_result (call->connection, &result);
}

static void
invoke (SignalrAspnetConnection *self,
        SignalrHub              *hub,
        SignalrHubCall          *asked)
{
  JsonArray *args = json_node_get_array (asked->args);
  g_autoptr (SignalrInvocation) invocation = NULL;
  const SignalrMethod *method;
  SignalrMethodLookup lookup;
  int n_wanted = 0;
  Call *call;

  lookup = signalr_hub_find_method (hub, asked->method, json_array_get_length (args), &method, &n_wanted);
  if (lookup != SIGNALR_METHOD_FOUND)
    {
      g_autofree char *detail = NULL;

      detail = lookup == SIGNALR_METHOD_UNKNOWN
               ? g_strdup_printf ("'%s' method could not be resolved. No method found with that name.", asked->method)
               : g_strdup_printf ("'%s' method could not be resolved. It takes %d argument(s).", asked->method, n_wanted);
      answer_failure (self, asked->id, asked->hub, asked->method, detail);
      return;
    }

  call = g_new (Call, 1);
  call->connection = signalr_server_connection_ref (self);
  call->id = g_strdup (asked->id);
  call->hub = g_strdup (asked->hub);
  call->method = g_strdup (asked->method);
  invocation = signalr_invocation_new (self->base.caller, asked->method, args,
                                       call_answered_cb, call, call_free);
  signalr_hub_run_method (hub, method, invocation);
}

/*< private >
 * signalr_aspnet_dispatch:
 *
 * Any hub may be called, not only those that the client listens to; and calls
 * run side by side. What is no call is passed over: there is nobody to answer.
 */
void
signalr_aspnet_dispatch (SignalrAspnetConnection *self,
                         const char              *text,
                         gsize                    length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (SignalrHubCall) call = NULL;
  SignalrHub *hub;

  node = signalr_json_parse (text, length, &error);
  if (node != NULL)
    call = signalr_hub_call_decode (node, &error);
  if (call == NULL)
    {
      g_debug ("What a client sent is no call: %s", error->message);
      return;
    }

  hub = signalr_host_find_hub (self->base.host, call->hub);
  if (hub != NULL)
    {
      invoke (self, hub, call);
    }
  else
    {
      g_autofree char *detail = g_strdup_printf ("'%s' Hub could not be resolved.", call->hub);

      answer_failure (self, call->id, call->hub, call->method, detail);
    }
}
