/* connection-calls.c: what is said over a connection
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "connection-private.h"

#include "hub-proxy-private.h"
#include "line-private.h"
#include "signalr-error-private.h"

typedef struct {
  SignalrConnection *connection;   /* which the task keeps alive */
  SignalrPending    *pending;
  char              *id;
  char              *method;
} Call;

static void
call_free (Call *call)
{
  g_free (call->id);
  g_free (call->method);
  g_free (call);
}

/* The answer may still come, and is for nobody then. */
static void
call_cancelled_cb (SignalrPending *pending,
                   gpointer        user_data)
{
  Call *call = user_data;
  GHashTable *calls = call->connection->calls;

  g_hash_table_remove (calls, call->id);
  signalr_pending_return_error (pending,
                                g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED,
                                                     "The call was cancelled"));
}

/* Whether anything may be sent. Where messages are posted they have a way of
 * their own, which may be open while the one down is not.
 */
gboolean
signalr_connection_check_connected (SignalrConnection  *self,
                                    GError            **error)
{
  gboolean is_lost = self->lifetime.state == SIGNALR_LIFETIME_TRYING ||
                     self->lifetime.state == SIGNALR_LIFETIME_WAITING;

  if (self->lifetime.state == SIGNALR_LIFETIME_CONNECTED ||
      self->lifetime.state == SIGNALR_LIFETIME_SLOW ||
      (is_lost && signalr_line_keeps_calls (self->line)))
    return TRUE;

  g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_NOT_CONNECTED,
                       self->state == SIGNALR_CONNECTION_STATE_RECONNECTING
                       ? "The connection is lost, and not re-established yet"
                       : "The connection is not made");

  return FALSE;
}

static gboolean
send_call (SignalrConnection  *self,
           const char         *hub,
           const char         *method,
           const char         *id,
           JsonNode           *args,
           GError            **error)
{
  g_autoptr (JsonNode) no_args = NULL;
  SignalrOutgoing outgoing = {
    .kind = SIGNALR_OUTGOING_CALL,
    .hub = hub,
    .method = method,
    .id = id,
    .value = args,
  };

  if (!signalr_connection_check_connected (self, error))
    return FALSE;

  if (args == NULL)
    {
      no_args = json_node_new (JSON_NODE_ARRAY);
      json_node_take_array (no_args, json_array_new ());
      outgoing.value = no_args;
    }

  return signalr_line_send (self->line, &outgoing, error);
}

void
signalr_connection_invoke (SignalrConnection *self,
                           const char        *hub,
                           const char        *method,
                           JsonNode          *args,
                           GTask             *task)
{
  g_autofree char *id = g_strdup_printf ("%" G_GUINT64_FORMAT, self->last_call++);
  g_autoptr (GError) error = NULL;
  Call *call = g_new0 (Call, 1);

  call->connection = self;
  call->method = g_strdup (method);
  call->id = g_strdup (id);
  call->pending = signalr_pending_new (task, self->context, call_cancelled_cb, call);

  /* Before it is sent: sending may be how the loss of the connection is noticed,
   * and then it is one of the calls whose answer will not come.
   */
  g_hash_table_insert (self->calls, call->id, call);
  if (send_call (self, hub, method, id, args, &error) || g_hash_table_lookup (self->calls, id) != call)
    return;

  signalr_pending_return_error (call->pending, g_steal_pointer (&error));
  g_hash_table_remove (self->calls, id);
}

gboolean
signalr_connection_send_call (SignalrConnection  *self,
                              const char         *hub,
                              const char         *method,
                              JsonNode           *args,
                              GError            **error)
{
  return send_call (self, hub, method, NULL, args, error);
}

GHashTable *
signalr_connection_calls_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) call_free);
}

/* @why: the end of a sentence */
void
signalr_connection_fail_calls (SignalrConnection *self,
                               SignalrError       code,
                               const char        *why)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->calls);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Call *call = value;
      GError *error = g_error_new (SIGNALR_ERROR, code,
                                   "The answer to %s will not come: %s", call->method, why);

      signalr_error_set_delivery (error, SIGNALR_DELIVERY_UNKNOWN);
      signalr_pending_return_error (call->pending, error);
      g_hash_table_iter_remove (&iter);
    }
}

/* A classic server answers a call that wanted no answer, too: without an id. */
static Call *
find_call (SignalrConnection *self,
           SignalrIncoming   *incoming)
{
  return incoming->id != NULL ? g_hash_table_lookup (self->calls, incoming->id) : NULL;
}

static void
take_result (SignalrConnection *self,
             SignalrIncoming   *incoming)
{
  Call *call = find_call (self, incoming);

  if (call == NULL)
    return;

  if (incoming->error != NULL)
    signalr_pending_return_error (call->pending, g_steal_pointer (&incoming->error));
  else
    signalr_pending_return_pointer (call->pending,
                                    incoming->value != NULL ? g_steal_pointer (&incoming->value)
                                                            : json_node_new (JSON_NODE_NULL),
                                    (GDestroyNotify) json_node_unref);
  g_hash_table_remove (self->calls, incoming->id);
}

static void
take_progress (SignalrConnection *self,
               SignalrIncoming   *incoming)
{
  Call *call = find_call (self, incoming);

  if (call != NULL)
    signalr_hub_proxy_take_progress (g_task_get_source_object (signalr_pending_get_task (call->pending)),
                                     incoming->id, incoming->value);
}

/* ASP.NET Core has one hub behind an address, whatever the client calls it. */
static void
take_invocation (SignalrConnection *self,
                 SignalrIncoming   *incoming)
{
  g_autoptr (GPtrArray) proxies = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer proxy;

  g_hash_table_iter_init (&iter, self->hubs);
  while (g_hash_table_iter_next (&iter, NULL, &proxy))
    {
      if (incoming->hub == NULL ||
          g_ascii_strcasecmp (incoming->hub, signalr_hub_proxy_get_name (proxy)) == 0)
        g_ptr_array_add (proxies, g_object_ref (proxy));
    }

  for (guint i = 0; i < proxies->len; i++)
    signalr_hub_proxy_take_invocation (proxies->pdata[i], incoming->method, incoming->value);

  if (incoming->id != NULL && signalr_connection_check_connected (self, NULL))
    {
      SignalrOutgoing outgoing = {
        .kind = SIGNALR_OUTGOING_RESULT,
        .id = incoming->id,
        .error = "Client didn't provide a result.",
      };

      signalr_line_send (self->line, &outgoing, NULL);
    }
}

void
signalr_connection_take (SignalrConnection *self,
                         SignalrIncoming   *incoming)
{
  switch (incoming->kind)
    {
    case SIGNALR_INCOMING_INVOCATION:
      take_invocation (self, incoming);
      break;

    case SIGNALR_INCOMING_RESULT:
      take_result (self, incoming);
      break;

    case SIGNALR_INCOMING_PROGRESS:
      take_progress (self, incoming);
      break;

    case SIGNALR_INCOMING_MESSAGE:
      g_signal_emit (self, signalr_connection_signals[SIGNALR_SIGNAL_RECEIVED], 0,
                     incoming->value);
      break;

    case SIGNALR_INCOMING_ITEM:
    case SIGNALR_INCOMING_REPLY:
    case SIGNALR_INCOMING_START:
    case SIGNALR_INCOMING_READY:
    case SIGNALR_INCOMING_SHUTDOWN:
    case SIGNALR_INCOMING_END:
    default:
      break;
    }
}
