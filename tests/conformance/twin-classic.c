/* twin-classic.c: the classic hubs of part 4
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "twin.h"

Twin twin;

void
twin_print (JsonObject *line)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *text = NULL;

  json_node_take_object (node, line);
  text = json_to_string (node, FALSE);
  g_print ("%s\n", text);
}

void
twin_log (const char *event,
          JsonObject *details)
{
  static gint64 begin;
  JsonObject *line = json_object_new ();

  if (begin == 0)
    begin = g_get_monotonic_time ();

  json_object_set_int_member (line, "t", (g_get_monotonic_time () - begin) / 1000);
  json_object_set_string_member (line, "ev", event);
  json_object_set_object_member (line, "d", details);
  twin_print (line);
}

static const char *
transport_of (SignalrCaller *caller)
{
  return signalr_transport_to_string (signalr_caller_get_transport (caller));
}

static JsonObject *
describe (const char    *hub_name,
          SignalrCaller *caller)
{
  JsonObject *details = json_object_new ();

  if (hub_name != NULL)
    json_object_set_string_member (details, "hub", hub_name);
  json_object_set_string_member (details, "id", signalr_caller_get_connection_id (caller));

  return details;
}

static void
log_hub (SignalrHub    *hub,
         const char    *event,
         SignalrCaller *caller)
{
  JsonObject *details = describe (hub == twin.chat_hub ? "ChatHub" : "TestHub", caller);

  json_object_set_string_member (details, "transport", transport_of (caller));
  json_object_set_string_member (details, "path", signalr_caller_get_path (caller));
  twin_log (event, details);
}

static void
know (SignalrCaller *caller)
{
  g_hash_table_insert (twin.callers, g_strdup (signalr_caller_get_connection_id (caller)), g_object_ref (caller));
}

static void
hub_connected (SignalrHub        *hub,
               SignalrInvocation *start)
{
  SignalrCaller *caller = signalr_invocation_get_caller (start);

  log_hub (hub, "OnConnected", caller);
  know (caller);
  if (twin.refuses)
    host_throw (start, "start refused");
  else if (twin.start_delay > 0)
    host_return_after (start, twin.start_delay, NULL);
  else
    signalr_invocation_return_value (start, NULL);
}

static void
hub_reconnected (SignalrHub    *hub,
                 SignalrCaller *caller)
{
  log_hub (hub, "OnReconnected", caller);
  know (caller);
}

static void
hub_disconnected (SignalrHub    *hub,
                  SignalrCaller *caller,
                  gboolean       stop_called,
                  const GError  *error)
{
  JsonObject *details = describe (hub == twin.chat_hub ? "ChatHub" : "TestHub", caller);

  json_object_set_boolean_member (details, "stopCalled", stop_called);
  twin_log ("OnDisconnected", details);
  g_hash_table_remove (twin.callers, signalr_caller_get_connection_id (caller));
}

static const HostEvents hub_events = { hub_connected, hub_reconnected, hub_disconnected };

static const char *
caller_id (SignalrInvocation *invocation)
{
  return signalr_caller_get_connection_id (signalr_invocation_get_caller (invocation));
}

static void
nothing_cb (SignalrHub        *hub,
            SignalrInvocation *invocation,
            gpointer           user_data)
{
  signalr_invocation_return_value (invocation, NULL);
}

static void
chat_send_cb (SignalrHub        *hub,
              SignalrInvocation *invocation,
              gpointer           user_data)
{
  g_autoptr (JsonNode) args = host_args ("ss", host_arg_string (invocation, 0), host_arg_string (invocation, 1));

  signalr_hub_call_all (hub, "broadcastMessage", args, NULL);
  signalr_invocation_return_value (invocation, NULL);
}

static void
chat_send_to_cb (SignalrHub        *hub,
                 SignalrInvocation *invocation,
                 gpointer           user_data)
{
  g_autoptr (JsonNode) args = host_args ("ss", host_arg_string (invocation, 1), host_arg_string (invocation, 2));
  const char *room = host_arg_string (invocation, 0);

  if (room != NULL)
    signalr_hub_call_groups (hub, (const char *[]) { room, NULL }, "broadcastMessage", args, NULL);
  signalr_invocation_return_value (invocation, NULL);
}

static void
join_cb (SignalrHub        *hub,
         SignalrInvocation *invocation,
         gpointer           user_data)
{
  const char *group = host_arg_string (invocation, 0);

  if (group != NULL)
    signalr_hub_add_to_group (hub, caller_id (invocation), group);
  signalr_invocation_return_value (invocation, NULL);
}

static void
leave_cb (SignalrHub        *hub,
          SignalrInvocation *invocation,
          gpointer           user_data)
{
  const char *group = host_arg_string (invocation, 0);

  if (group != NULL)
    signalr_hub_remove_from_group (hub, caller_id (invocation), group);
  signalr_invocation_return_value (invocation, NULL);
}

static void
echo_cb (SignalrHub        *hub,
         SignalrInvocation *invocation,
         gpointer           user_data)
{
  JsonNode *value = json_array_get_element (signalr_invocation_get_args (invocation), 0);

  signalr_invocation_return_value (invocation, json_node_ref (value));
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

/* Only what a person has comes back. */
static void
echo_person_cb (SignalrHub        *hub,
                SignalrInvocation *invocation,
                gpointer           user_data)
{
  JsonNode *value = json_array_get_element (signalr_invocation_get_args (invocation), 0);
  JsonObject *given = JSON_NODE_HOLDS_OBJECT (value) ? json_node_get_object (value) : NULL;
  g_autoptr (JsonObject) person = json_object_new ();

  if (given == NULL)
    {
      signalr_invocation_return_value (invocation, NULL);
      return;
    }

  json_object_set_member (person, "Name",
                          host_string (json_object_get_string_member_with_default (given, "Name", NULL)));
  json_object_set_int_member (person, "Age", json_object_get_int_member_with_default (given, "Age", 0));
  signalr_invocation_return_value (invocation, json_node_init_object (json_node_alloc (), person));
}

static void
throw_cb (SignalrHub        *hub,
          SignalrInvocation *invocation,
          gpointer           user_data)
{
  host_throw (invocation, "This is a secret");
}

static void
throw_hub_cb (SignalrHub        *hub,
              SignalrInvocation *invocation,
              gpointer           user_data)
{
  signalr_invocation_return_error (invocation, "For everybody", NULL);
}

static void
throw_hub_data_cb (SignalrHub        *hub,
                   SignalrInvocation *invocation,
                   gpointer           user_data)
{
  g_autoptr (JsonObject) data = json_object_new ();

  json_object_set_int_member (data, "code", 42);
  json_object_set_string_member (data, "text", "more");
  signalr_invocation_return_error (invocation, "With data", json_node_init_object (json_node_alloc (), data));
}

static void
slow_cb (SignalrHub        *hub,
         SignalrInvocation *invocation,
         gpointer           user_data)
{
  g_autofree char *text = NULL;
  gint64 milliseconds;

  if (!host_arg_int (invocation, 0, &milliseconds))
    return;

  text = g_strdup_printf ("slept %" G_GINT64_FORMAT, milliseconds);
  host_return_after (invocation, CLAMP (milliseconds, 0, G_MAXINT), host_string (text));
}

/* Some steps, with a pause behind each. */
typedef struct {
  SignalrInvocation *invocation;
  gint64             step;
  gint64             n_steps;
} Progress;

static void
progress_free (gpointer user_data)
{
  Progress *progress = user_data;

  g_object_unref (progress->invocation);
  g_free (progress);
}

static gboolean
progress_step_cb (gpointer user_data)
{
  Progress *progress = user_data;

  if (progress->step < progress->n_steps)
    {
      progress->step++;
      signalr_invocation_report_progress (progress->invocation,
                                          host_int (progress->step * 100 / progress->n_steps));
      return G_SOURCE_CONTINUE;
    }

  signalr_invocation_return_value (progress->invocation, host_string ("done"));

  return G_SOURCE_REMOVE;
}

static void
progress_cb (SignalrHub        *hub,
             SignalrInvocation *invocation,
             gpointer           user_data)
{
  gint64 n_steps, milliseconds;
  Progress *progress;

  if (!host_arg_int (invocation, 0, &n_steps) || !host_arg_int (invocation, 1, &milliseconds))
    return;

  progress = g_new (Progress, 1);
  *progress = (Progress) { g_object_ref (invocation), 0, n_steps };
  g_timeout_add_full (G_PRIORITY_DEFAULT, CLAMP (milliseconds, 0, G_MAXINT), progress_step_cb, progress, progress_free);
}

static void
read_state_cb (SignalrHub        *hub,
               SignalrInvocation *invocation,
               gpointer           user_data)
{
  JsonNode *name = signalr_invocation_get_state (invocation, "name");

  signalr_invocation_return_value (invocation, name != NULL ? json_node_ref (name) : NULL);
}

static void
set_state_cb (SignalrHub        *hub,
              SignalrInvocation *invocation,
              gpointer           user_data)
{
  JsonNode *count = signalr_invocation_get_state (invocation, "count");
  gint64 before = count != NULL && JSON_NODE_HOLDS_VALUE (count) ? json_node_get_int (count) : 0;

  signalr_invocation_set_state (invocation, "name", host_string (host_arg_string (invocation, 0)));
  signalr_invocation_set_state (invocation, "count", host_int (before + 1));
  signalr_invocation_return_value (invocation, NULL);
}

static void
to_group_cb (SignalrHub        *hub,
             SignalrInvocation *invocation,
             gpointer           user_data)
{
  const char *group = host_arg_string (invocation, 0);
  g_autoptr (JsonNode) args = host_args ("s", host_arg_string (invocation, 1));

  if (group != NULL)
    signalr_hub_call_groups (hub, (const char *[]) { group, NULL }, "message", args, NULL);
  signalr_invocation_return_value (invocation, NULL);
}

static void
to_caller_cb (SignalrHub        *hub,
              SignalrInvocation *invocation,
              gpointer           user_data)
{
  host_call (hub, invocation, "message", host_args ("s", host_arg_string (invocation, 0)));
  signalr_invocation_return_value (invocation, NULL);
}

static void
to_others_cb (SignalrHub        *hub,
              SignalrInvocation *invocation,
              gpointer           user_data)
{
  g_autoptr (JsonNode) args = host_args ("s", host_arg_string (invocation, 0));

  signalr_hub_call_others (hub, signalr_invocation_get_caller (invocation), "message", args);
  signalr_invocation_return_value (invocation, NULL);
}

static void
to_all_cb (SignalrHub        *hub,
           SignalrInvocation *invocation,
           gpointer           user_data)
{
  g_autoptr (JsonNode) args = host_args ("s", host_arg_string (invocation, 0));

  signalr_hub_call_all (hub, "message", args, NULL);
  signalr_invocation_return_value (invocation, NULL);
}

static void
burst_cb (SignalrHub        *hub,
          SignalrInvocation *invocation,
          gpointer           user_data)
{
  gint64 count;

  if (!host_arg_int (invocation, 0, &count))
    return;

  for (int i = 0; i < count; i++)
    host_call (hub, invocation, "message", host_args ("i", i));
  signalr_invocation_return_value (invocation, NULL);
}

static void
big_cb (SignalrHub        *hub,
        SignalrInvocation *invocation,
        gpointer           user_data)
{
  gint64 length;
  g_autofree char *text = NULL;

  if (!host_arg_int (invocation, 0, &length))
    return;

  text = g_strnfill (CLAMP (length, 0, 16 * 1024 * 1024), 'x');
  signalr_invocation_return_value (invocation, host_string (text));
}

static void
connection_id_cb (SignalrHub        *hub,
                  SignalrInvocation *invocation,
                  gpointer           user_data)
{
  signalr_invocation_return_value (invocation, host_string (caller_id (invocation)));
}

static void
server_end_cb (SignalrHub        *hub,
               SignalrInvocation *invocation,
               gpointer           user_data)
{
  signalr_hub_renew_transport (hub, caller_id (invocation));
  signalr_invocation_return_value (invocation, NULL);
}

static const HostMethod chat_methods[] = {
  { "Send", 2, chat_send_cb },
  { "Join", 1, join_cb },
  { "Leave", 1, leave_cb },
  { "SendTo", 3, chat_send_to_cb },
};

static const HostMethod test_methods[] = {
  { "Echo", 1, echo_cb },
  { "Add", 2, add_cb },
  { "EchoAny", 1, echo_cb },
  { "EchoPerson", 1, echo_person_cb },
  { "Nothing", 0, nothing_cb },
  { "Throw", 0, throw_cb },
  { "ThrowHub", 0, throw_hub_cb },
  { "ThrowHubData", 0, throw_hub_data_cb },
  { "Slow", 1, slow_cb },
  { "Progress", 2, progress_cb },
  { "ReadState", 0, read_state_cb },
  { "SetState", 1, set_state_cb },
  { "JoinGroup", 1, join_cb },
  { "LeaveGroup", 1, leave_cb },
  { "ToGroup", 2, to_group_cb },
  { "ToCaller", 1, to_caller_cb },
  { "ToOthers", 1, to_others_cb },
  { "ToAll", 1, to_all_cb },
  { "Burst", 1, burst_cb },
  { "Big", 1, big_cb },
  { "ConnectionId", 0, connection_id_cb },
  { "ServerEnd", 0, server_end_cb },
};

SignalrHub *
twin_chat_hub_new (void)
{
  return host_hub_new (&hub_events, chat_methods, G_N_ELEMENTS (chat_methods));
}

SignalrHub *
twin_test_hub_new (void)
{
  return host_hub_new (&hub_events, test_methods, G_N_ELEMENTS (test_methods));
}

static void
echo_connected (SignalrHub        *hub,
                SignalrInvocation *start)
{
  SignalrCaller *caller = signalr_invocation_get_caller (start);

  twin_log ("raw OnConnected", describe (NULL, caller));
  know (caller);
  signalr_invocation_return_value (start, NULL);
}

static void
echo_reconnected (SignalrHub    *hub,
                  SignalrCaller *caller)
{
  twin_log ("raw OnReconnected", describe (NULL, caller));
  know (caller);
}

static void
echo_disconnected (SignalrHub    *hub,
                   SignalrCaller *caller,
                   gboolean       stop_called,
                   const GError  *error)
{
  JsonObject *details = describe (NULL, caller);

  json_object_set_boolean_member (details, "stopCalled", stop_called);
  twin_log ("raw OnDisconnected", details);
  g_hash_table_remove (twin.callers, signalr_caller_get_connection_id (caller));
}

static void
echo_received (SignalrEndpoint *endpoint,
               SignalrCaller   *caller,
               GBytes          *data)
{
  JsonObject *details = describe (NULL, caller);
  g_autofree char *text = NULL;
  g_autoptr (JsonNode) value = NULL;

  if (data != NULL)
    text = g_strdup_printf ("%.*s", (int) g_bytes_get_size (data),
                            g_bytes_get_size (data) > 0 ? (const char *) g_bytes_get_data (data, NULL) : "");
  value = host_string (text);
  json_object_set_member (details, "data", json_node_ref (value));
  twin_log ("raw OnReceived", details);
  signalr_endpoint_send_json (endpoint, signalr_caller_get_connection_id (caller), value);
}

static const HostEvents echo_events = { echo_connected, echo_reconnected, echo_disconnected, echo_received };

SignalrEndpoint *
twin_echo_new (void)
{
  return host_endpoint_new (&echo_events);
}
