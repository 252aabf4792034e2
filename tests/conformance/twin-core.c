/* twin-core.c: the hubs of ASP.NET Core SignalR of part 4
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "core-methods.h"
#include "twin.h"

static JsonObject *
event_new (const char    *event,
           const char    *hub_name,
           SignalrCaller *caller)
{
  JsonObject *line = json_object_new ();

  json_object_set_string_member (line, "event", event);
  json_object_set_string_member (line, "hub", hub_name);
  json_object_set_string_member (line, "id", signalr_caller_get_connection_id (caller));

  return line;
}

static void
print_now (JsonObject *line)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *text = g_date_time_format_iso8601 (now);

  json_object_set_string_member (line, "t", text);
  twin_print (line);
}

static void
log_connected (const char        *hub_name,
               SignalrInvocation *start)
{
  SignalrCaller *caller = signalr_invocation_get_caller (start);
  JsonObject *line = event_new ("connected", hub_name, caller);

  twin.n_core++;
  json_object_set_member (line, "user", host_string (signalr_caller_get_user (caller)));
  json_object_set_string_member (line, "transport", core_transport_name (caller));
  print_now (line);
  signalr_invocation_return_value (start, NULL);
}

/* The types are those that the original mostly has. */
static void
log_disconnected (const char    *hub_name,
                  SignalrCaller *caller,
                  const GError  *error)
{
  JsonObject *line = event_new ("disconnected", hub_name, caller);
  const char *type = NULL;

  if (g_error_matches (error, SIGNALR_ERROR, SIGNALR_ERROR_TIMED_OUT))
    type = "OperationCanceledException";
  else if (g_error_matches (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA))
    type = "InvalidDataException";
  else if (error != NULL)
    type = "IOException";

  twin.n_core--;
  json_object_set_member (line, "exception", host_string (type));
  json_object_set_member (line, "message", host_string (error != NULL ? error->message : NULL));
  print_now (line);
}

#define EVENTS(hub, name) \
  static void \
  hub##_connected (SignalrHub        *self, \
                   SignalrInvocation *start) \
  { \
    log_connected (name, start); \
  } \
  \
  static void \
  hub##_disconnected (SignalrHub    *self, \
                      SignalrCaller *caller, \
                      gboolean       stop_called, \
                      const GError  *error) \
  { \
    log_disconnected (name, caller, error); \
  } \
  \
  static const HostEvents hub##_events = { hub##_connected, NULL, hub##_disconnected };

EVENTS (chat, "ChatHub")
EVENTS (test, "TestHub")
EVENTS (secure, "SecureHub")

static void
send_message_cb (SignalrHub        *hub,
                 SignalrInvocation *invocation,
                 gpointer           user_data)
{
  g_autoptr (JsonNode) args = host_args ("ss", host_arg_string (invocation, 0), host_arg_string (invocation, 1));

  signalr_hub_call_all (hub, "ReceiveMessage", args, NULL);
  signalr_invocation_return_value (invocation, NULL);
}

static void
add_cb (SignalrHub        *hub,
        SignalrInvocation *invocation,
        gpointer           user_data)
{
  gint64 one, other;

  if (host_arg_int (invocation, 0, &one) && host_arg_int (invocation, 1, &other))
    signalr_invocation_return_value (invocation, host_int (one + other));
}

static void
throw_cb (SignalrHub        *hub,
          SignalrInvocation *invocation,
          gpointer           user_data)
{
  host_throw (invocation, "secret detail");
}

static void
throw_hub_exception_cb (SignalrHub        *hub,
                        SignalrInvocation *invocation,
                        gpointer           user_data)
{
  signalr_invocation_return_error (invocation, "public detail", NULL);
}

static void
delay_cb (SignalrHub        *hub,
          SignalrInvocation *invocation,
          gpointer           user_data)
{
  gint64 milliseconds;

  if (host_arg_int (invocation, 0, &milliseconds))
    host_return_after (invocation, CLAMP (milliseconds, 0, G_MAXINT), host_int (milliseconds));
}

static void
counter_cb (SignalrHub        *hub,
            SignalrInvocation *invocation,
            gpointer           user_data)
{
  gint64 count, milliseconds;

  if (host_arg_int (invocation, 0, &count) && host_arg_int (invocation, 1, &milliseconds))
    core_stream_numbers (invocation, count, CLAMP (milliseconds, 0, G_MAXINT));
}

typedef struct {
  gint64   sum;
  gboolean broken;     /* an item was no number */
} Sum;

static void
upload_item (SignalrInvocation *invocation,
             JsonNode          *item,
             gpointer           data)
{
  Sum *sum = data;
  gint64 number = 0;

  sum->broken |= !host_node_int (item, &number);
  sum->sum += number;
}

static void
upload_end (SignalrInvocation *invocation,
            GError            *error,
            gpointer           data)
{
  Sum *sum = data;

  if (sum->broken)
    signalr_invocation_return_error (invocation, "Failed to bind Stream message.", NULL);
  else if (error != NULL)
    signalr_invocation_return_gerror (invocation, g_steal_pointer (&error));
  else
    signalr_invocation_return_value (invocation, host_int (sum->sum));

  g_clear_error (&error);
}

static void
upload_cb (SignalrHub        *hub,
           SignalrInvocation *invocation,
           gpointer           user_data)
{
  core_read_upload (invocation, upload_item, upload_end, g_new0 (Sum, 1), g_free);
}

static void
broadcast_cb (SignalrHub        *hub,
              SignalrInvocation *invocation,
              gpointer           user_data)
{
  g_autoptr (JsonNode) args = host_args ("s", host_arg_string (invocation, 0));

  if (!host_arg_is_string (invocation, 0))
    return;

  signalr_hub_call_all (hub, "Broadcast", args, NULL);
  signalr_invocation_return_value (invocation, NULL);
}

static void
asked_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (SignalrInvocation) invocation = user_data;
  GError *error = NULL;
  JsonNode *value = signalr_hub_invoke_client_finish (SIGNALR_HUB (source), result, &error);

  if (error != NULL)
    signalr_invocation_return_gerror (invocation, error);
  else
    signalr_invocation_return_value (invocation, value);
}

static void
ask_client_cb (SignalrHub        *hub,
               SignalrInvocation *invocation,
               gpointer           user_data)
{
  SignalrCaller *caller = signalr_invocation_get_caller (invocation);
  g_autoptr (JsonArray) array = json_array_new ();
  g_autoptr (JsonNode) args = json_node_new (JSON_NODE_ARRAY);

  json_array_add_element (array, json_node_ref (json_array_get_element (signalr_invocation_get_args (invocation), 0)));
  json_node_set_array (args, array);
  signalr_hub_invoke_client_async (hub, signalr_caller_get_connection_id (caller), "Ask", args, NULL,
                                   asked_cb, g_object_ref (invocation));
}

static void
join_cb (SignalrHub        *hub,
         SignalrInvocation *invocation,
         gpointer           user_data)
{
  SignalrCaller *caller = signalr_invocation_get_caller (invocation);
  const char *group = host_arg_string (invocation, 0);

  if (!host_arg_is_string (invocation, 0))
    return;

  if (group == NULL)
    {
      host_throw (invocation, "A group needs a name");
      return;
    }

  signalr_hub_add_to_group (hub, signalr_caller_get_connection_id (caller), group);
  signalr_invocation_return_value (invocation, NULL);
}

static void
leave_cb (SignalrHub        *hub,
          SignalrInvocation *invocation,
          gpointer           user_data)
{
  SignalrCaller *caller = signalr_invocation_get_caller (invocation);
  const char *group = host_arg_string (invocation, 0);

  if (!host_arg_is_string (invocation, 0))
    return;

  if (group == NULL)
    {
      host_throw (invocation, "A group needs a name");
      return;
    }

  signalr_hub_remove_from_group (hub, signalr_caller_get_connection_id (caller), group);
  signalr_invocation_return_value (invocation, NULL);
}

static void
send_to_group_cb (SignalrHub        *hub,
                  SignalrInvocation *invocation,
                  gpointer           user_data)
{
  const char *group = host_arg_string (invocation, 0);
  g_autoptr (JsonNode) args = host_args ("ss", group, host_arg_string (invocation, 1));

  if (group != NULL)
    signalr_hub_call_groups (hub, (const char *[]) { group, NULL }, "Group", args, NULL);
  signalr_invocation_return_value (invocation, NULL);
}

static void
abort_cb (SignalrHub        *hub,
          SignalrInvocation *invocation,
          gpointer           user_data)
{
  SignalrCaller *caller = signalr_invocation_get_caller (invocation);

  signalr_hub_close_client (hub, signalr_caller_get_connection_id (caller), NULL);
  signalr_invocation_return_value (invocation, NULL);
}

static void
user_cb (SignalrHub        *hub,
         SignalrInvocation *invocation,
         gpointer           user_data)
{
  SignalrCaller *caller = signalr_invocation_get_caller (invocation);

  signalr_invocation_return_value (invocation, host_string (signalr_caller_get_user (caller)));
}

static const HostMethod chat_methods[] = {
  { "SendMessage", 2, send_message_cb },
  { "Send", 2, send_message_cb },
};

static const HostMethod test_methods[] = {
  { "Echo", 1, core_echo_cb },
  { "Add", 2, add_cb },
  { "Throw", 0, throw_cb },
  { "ThrowHubException", 0, throw_hub_exception_cb },
  { "Delay", 1, delay_cb },
  { "Counter", 2, counter_cb, SIGNALR_METHOD_FLAGS_STREAMS },
  { "Upload", 0, upload_cb, SIGNALR_METHOD_FLAGS_NONE, 1 },
  { "Broadcast", 1, broadcast_cb },
  { "AskClient", 1, ask_client_cb },
  { "Join", 1, join_cb },
  { "Leave", 1, leave_cb },
  { "SendToGroup", 2, send_to_group_cb },
  { "WhoAmI", 0, core_get_caller_id_cb },
  { "Abort", 0, abort_cb },
};

static const HostMethod secure_methods[] = { { "User", 0, user_cb } };

SignalrHub *
twin_core_chat_hub_new (void)
{
  return host_hub_new (&chat_events, chat_methods, G_N_ELEMENTS (chat_methods));
}

SignalrHub *
twin_core_test_hub_new (void)
{
  return host_hub_new (&test_events, test_methods, G_N_ELEMENTS (test_methods));
}

SignalrHub *
twin_core_secure_hub_new (void)
{
  return host_hub_new (&secure_events, secure_methods, G_N_ELEMENTS (secure_methods));
}
