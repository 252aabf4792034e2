/* host-hub.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "host-hub.h"

struct _HostHub {
  SignalrHub         parent_instance;

  const HostEvents  *events;
};

struct _HostEndpoint {
  SignalrEndpoint    parent_instance;

  const HostEvents  *events;
};

G_DEFINE_FINAL_TYPE (HostHub, host_hub, SIGNALR_TYPE_HUB)
G_DEFINE_FINAL_TYPE (HostEndpoint, host_endpoint, SIGNALR_TYPE_ENDPOINT)

static const HostEvents *
events_of (SignalrHub *hub)
{
  return HOST_IS_HUB (hub) ? HOST_HUB (hub)->events : HOST_ENDPOINT (hub)->events;
}

static void
host_connected (SignalrHub        *hub,
                SignalrInvocation *start)
{
  if (events_of (hub)->connected != NULL)
    events_of (hub)->connected (hub, start);
  else
    signalr_invocation_return_value (start, NULL);
}

static void
host_reconnected (SignalrHub    *hub,
                  SignalrCaller *caller)
{
  if (events_of (hub)->reconnected != NULL)
    events_of (hub)->reconnected (hub, caller);
}

static void
host_disconnected (SignalrHub    *hub,
                   SignalrCaller *caller,
                   gboolean       stop_called,
                   const GError  *error)
{
  if (events_of (hub)->disconnected != NULL)
    events_of (hub)->disconnected (hub, caller, stop_called, error);
}

static void
host_received (SignalrEndpoint *endpoint,
               SignalrCaller   *caller,
               GBytes          *data)
{
  if (events_of (SIGNALR_HUB (endpoint))->received != NULL)
    events_of (SIGNALR_HUB (endpoint))->received (endpoint, caller, data);
}

static void
host_record (SignalrHub    *hub,
             SignalrCaller *caller,
             JsonNode      *record)
{
  if (events_of (hub)->record != NULL)
    events_of (hub)->record (hub, caller, record);
}

static void
host_hub_class_init (HostHubClass *klass)
{
  SignalrHubClass *hub_class = SIGNALR_HUB_CLASS (klass);

  hub_class->connected = host_connected;
  hub_class->reconnected = host_reconnected;
  hub_class->disconnected = host_disconnected;
  hub_class->record = host_record;
}

static void
host_hub_init (HostHub *self)
{
}

static void
host_endpoint_class_init (HostEndpointClass *klass)
{
  SignalrHubClass *hub_class = SIGNALR_HUB_CLASS (klass);

  hub_class->connected = host_connected;
  hub_class->reconnected = host_reconnected;
  hub_class->disconnected = host_disconnected;
  SIGNALR_ENDPOINT_CLASS (klass)->received = host_received;
}

static void
host_endpoint_init (HostEndpoint *self)
{
}

static const HostEvents no_events;

SignalrHub *
host_hub_new (const HostEvents *events,
              const HostMethod *methods,
              gsize             n_methods)
{
  HostHub *self = g_object_new (HOST_TYPE_HUB, NULL);

  self->events = events != NULL ? events : &no_events;
  for (gsize i = 0; i < n_methods; i++)
    signalr_hub_add_method_full (SIGNALR_HUB (self), methods[i].name, methods[i].n_args, methods[i].n_streams,
                                 methods[i].flags, methods[i].func, NULL, NULL);

  return SIGNALR_HUB (self);
}

SignalrEndpoint *
host_endpoint_new (const HostEvents *events)
{
  HostEndpoint *self = g_object_new (HOST_TYPE_ENDPOINT, NULL);

  self->events = events != NULL ? events : &no_events;

  return SIGNALR_ENDPOINT (self);
}

JsonNode *
host_args (const char *types,
           ...)
{
  g_autoptr (JsonArray) array = json_array_new ();
  va_list list;

  va_start (list, types);
  for (; *types != '\0'; types++)
    json_array_add_element (array, *types == 's' ? host_string (va_arg (list, const char *))
                                                 : host_int (va_arg (list, int)));
  va_end (list);

  return json_node_init_array (json_node_alloc (), array);
}

JsonNode *
host_string (const char *text)
{
  return text != NULL ? json_node_init_string (json_node_alloc (), text) : json_node_new (JSON_NODE_NULL);
}

JsonNode *
host_int (gint64 number)
{
  return json_node_init_int (json_node_alloc (), number);
}

const char *
host_arg_string (SignalrInvocation *invocation,
                 guint              index)
{
  JsonNode *node = json_array_get_element (signalr_invocation_get_args (invocation), index);

  return JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
}

gboolean
host_node_int (JsonNode *node,
               gint64   *number)
{
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64)
    return FALSE;

  *number = json_node_get_int (node);

  return *number >= G_MININT32 && *number <= G_MAXINT32;
}

static gboolean
refuse_args (SignalrInvocation *invocation)
{
  signalr_invocation_return_gerror (invocation,
    g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA,
                         "Error binding arguments. Make sure that the types of the provided values match "
                         "the types of the hub method being invoked."));

  return FALSE;
}

gboolean
host_arg_int (SignalrInvocation *invocation,
              guint              index,
              gint64            *number)
{
  JsonNode *node = json_array_get_element (signalr_invocation_get_args (invocation), index);

  return host_node_int (node, number) || refuse_args (invocation);
}

gboolean
host_arg_is_string (SignalrInvocation *invocation,
                    guint              index)
{
  JsonNode *node = json_array_get_element (signalr_invocation_get_args (invocation), index);

  return JSON_NODE_HOLDS_NULL (node) || host_arg_string (invocation, index) != NULL || refuse_args (invocation);
}

void
host_call (SignalrHub        *hub,
           SignalrInvocation *invocation,
           const char        *method,
           JsonNode          *args)
{
  g_autoptr (JsonNode) owned = args;

  signalr_hub_call_caller (hub, signalr_invocation_get_caller (invocation), method, owned);
}

typedef struct {
  SignalrInvocation *invocation;
  JsonNode          *value;
} Answer;

static gboolean
answer_cb (gpointer user_data)
{
  Answer *answer = user_data;

  signalr_invocation_return_value (answer->invocation, g_steal_pointer (&answer->value));

  return G_SOURCE_REMOVE;
}

static void
answer_free (gpointer user_data)
{
  Answer *answer = user_data;

  g_object_unref (answer->invocation);
  g_clear_pointer (&answer->value, json_node_unref);
  g_free (answer);
}

void
host_return_after (SignalrInvocation *invocation,
                   guint              milliseconds,
                   JsonNode          *value)
{
  Answer *answer = g_new (Answer, 1);

  answer->invocation = g_object_ref (invocation);
  answer->value = value;
  g_timeout_add_full (G_PRIORITY_DEFAULT, milliseconds, answer_cb, answer, answer_free);
}

void
host_throw (SignalrInvocation *invocation,
            const char        *message)
{
  signalr_invocation_return_gerror (invocation, g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_NOT_FOUND, message));
}
