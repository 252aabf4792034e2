/* classic-hubs.c: the hubs of part 1
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "host-hub.h"
#include "host-parts.h"

#include <string.h>

/* DemoHub */

static void
overload_nothing_cb (SignalrHub        *hub,
                     SignalrInvocation *invocation,
                     gpointer           user_data)
{
  signalr_invocation_return_value (invocation, NULL);
}

static void
overload_number_cb (SignalrHub        *hub,
                    SignalrInvocation *invocation,
                    gpointer           user_data)
{
  gint64 number;

  if (host_arg_int (invocation, 0, &number))
    signalr_invocation_return_value (invocation, host_int (number));
}

static void
get_value_cb (SignalrHub        *hub,
              SignalrInvocation *invocation,
              gpointer           user_data)
{
  host_return_after (invocation, 5000, host_int (10));
}

static void
synchronous_exception_cb (SignalrHub        *hub,
                          SignalrInvocation *invocation,
                          gpointer           user_data)
{
  host_throw (invocation, "Exception of type 'System.Exception' was thrown.");
}

static void
hub_exception_cb (SignalrHub        *hub,
                  SignalrInvocation *invocation,
                  gpointer           user_data)
{
  signalr_invocation_return_error (invocation, "message", host_string ("errorData"));
}

static void
hub_exception_without_data_cb (SignalrHub        *hub,
                               SignalrInvocation *invocation,
                               gpointer           user_data)
{
  signalr_invocation_return_error (invocation, "message", NULL);
}

static void
do_something_and_call_error_cb (SignalrHub        *hub,
                                SignalrInvocation *invocation,
                                gpointer           user_data)
{
  host_call (hub, invocation, "errorInCallback", host_args (""));
  signalr_invocation_return_value (invocation, NULL);
}

static void
test_guid_cb (SignalrHub        *hub,
              SignalrInvocation *invocation,
              gpointer           user_data)
{
  host_call (hub, invocation, "TestGuid", host_args ("s", "00000000-0000-0000-0000-000000000000"));
  signalr_invocation_return_value (invocation, NULL);
}

static const HostMethod demo_methods[] = {
  { "Overload", 0, overload_nothing_cb },
  { "Overload", 1, overload_number_cb },
  { "GetValue", 0, get_value_cb },
  { "SynchronousException", 0, synchronous_exception_cb },
  { "HubException", 0, hub_exception_cb },
  { "HubExceptionWithoutErrorData", 0, hub_exception_without_data_cb },
  { "DoSomethingAndCallError", 0, do_something_and_call_error_cb },
  { "TestGuid", 0, test_guid_cb },
};

/* Status */

static void
tell_all (SignalrHub    *hub,
          SignalrCaller *caller,
          const char    *method)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *time = g_date_time_format_iso8601 (now);
  g_autoptr (JsonNode) args = host_args ("ss", signalr_caller_get_connection_id (caller), time);

  signalr_hub_call_all (hub, method, args, NULL);
}

static void
status_connected (SignalrHub        *hub,
                  SignalrInvocation *start)
{
  tell_all (hub, signalr_invocation_get_caller (start), "joined");
  signalr_invocation_return_value (start, NULL);
}

static void
status_reconnected (SignalrHub    *hub,
                    SignalrCaller *caller)
{
  tell_all (hub, caller, "rejoined");
}

static void
status_disconnected (SignalrHub    *hub,
                     SignalrCaller *caller,
                     gboolean       stop_called,
                     const GError  *error)
{
  tell_all (hub, caller, "leave");
}

static void
ping_cb (SignalrHub        *hub,
         SignalrInvocation *invocation,
         gpointer           user_data)
{
  host_call (hub, invocation, "pong", host_args (""));
  signalr_invocation_return_value (invocation, NULL);
}

static const HostEvents status_events = { status_connected, status_reconnected, status_disconnected };
static const HostMethod ping_methods[] = { { "Ping", 0, ping_cb } };

/* EchoHub */

static void
echo_callback_cb (SignalrHub        *hub,
                  SignalrInvocation *invocation,
                  gpointer           user_data)
{
  host_call (hub, invocation, "echo", host_args ("s", host_arg_string (invocation, 0)));
  signalr_invocation_return_value (invocation, NULL);
}

static void
echo_return_cb (SignalrHub        *hub,
                SignalrInvocation *invocation,
                gpointer           user_data)
{
  signalr_invocation_return_value (invocation, host_string (host_arg_string (invocation, 0)));
}

static void
echo_and_delay_callback_cb (SignalrHub        *hub,
                            SignalrInvocation *invocation,
                            gpointer           user_data)
{
  host_call (hub, invocation, "echo", host_args ("s", host_arg_string (invocation, 0)));
  host_return_after (invocation, 2000, NULL);
}

static void
send_to_user_cb (SignalrHub        *hub,
                 SignalrInvocation *invocation,
                 gpointer           user_data)
{
  const char *user = host_arg_string (invocation, 0);
  g_autoptr (JsonNode) args = host_args ("s", host_arg_string (invocation, 1));

  if (user != NULL)
    signalr_hub_call_users (hub, (const char *[]) { user, NULL }, "echo", args);
  signalr_invocation_return_value (invocation, NULL);
}

static const HostMethod echo_methods[] = {
  { "EchoCallback", 1, echo_callback_cb },
  { "EchoReturn", 1, echo_return_cb },
  { "EchoAndDelayCallback", 1, echo_and_delay_callback_cb },
  { "SendToUser", 2, send_to_user_cb },
};

/* ChatWithGroups */

static void
join_cb (SignalrHub        *hub,
         SignalrInvocation *invocation,
         gpointer           user_data)
{
  const char *id = signalr_caller_get_connection_id (signalr_invocation_get_caller (invocation));
  const char *group = host_arg_string (invocation, 0);

  if (group != NULL)
    signalr_hub_add_to_group (hub, id, group);
  signalr_invocation_return_value (invocation, NULL);
}

static void
leave_cb (SignalrHub        *hub,
          SignalrInvocation *invocation,
          gpointer           user_data)
{
  const char *id = signalr_caller_get_connection_id (signalr_invocation_get_caller (invocation));
  const char *group = host_arg_string (invocation, 0);

  if (group != NULL)
    signalr_hub_remove_from_group (hub, id, group);
  signalr_invocation_return_value (invocation, NULL);
}

static void
send_cb (SignalrHub        *hub,
         SignalrInvocation *invocation,
         gpointer           user_data)
{
  const char *group = host_arg_string (invocation, 0);
  g_autoptr (JsonNode) args = host_args ("s", host_arg_string (invocation, 1));

  if (group != NULL)
    signalr_hub_call_groups (hub, (const char *[]) { group, NULL }, "send", args, NULL);
  signalr_invocation_return_value (invocation, NULL);
}

static const HostMethod group_chat_methods[] = {
  { "Join", 1, join_cb },
  { "Leave", 1, leave_cb },
  { "Send", 2, send_cb },
};

/* GroupJoiningHub */

static void
ping_group_cb (SignalrHub        *hub,
               SignalrInvocation *invocation,
               gpointer           user_data)
{
  const char *id = signalr_caller_get_connection_id (signalr_invocation_get_caller (invocation));

  signalr_hub_call_groups (hub, (const char *[]) { id, NULL }, "ping", NULL, NULL);
  signalr_invocation_return_value (invocation, NULL);
}

static void
group_joining_connected (SignalrHub        *hub,
                         SignalrInvocation *start)
{
  const char *id = signalr_caller_get_connection_id (signalr_invocation_get_caller (start));

  signalr_hub_add_to_group (hub, id, id);
  ping_group_cb (hub, start, NULL);
}

static const HostEvents group_joining_events = { .connected = group_joining_connected };
static const HostMethod group_joining_methods[] = { { "PingGroup", 0, ping_group_cb } };

/* OnConnectedBufferHub */

static void
buffer_connected (SignalrHub        *hub,
                  SignalrInvocation *start)
{
  host_call (hub, start, "bufferMe", host_args ("i", 0));
  host_call (hub, start, "bufferMe", host_args ("i", 1));
  host_return_after (start, 5000, NULL);
}

static const HostEvents buffer_events = { .connected = buffer_connected };

/* ConnectionDataVerifierHub */

static gboolean
verify (SignalrHub    *hub,
        SignalrCaller *caller)
{
  const char *data = signalr_caller_get_query (caller, "connectionData");
  g_autofree char *lower = g_ascii_strdown (data != NULL ? data : "", -1);
  g_autoptr (JsonNode) args = NULL;

  if (strstr (lower, "connectiondataverifierhub") != NULL)
    return TRUE;

  args = host_args ("s", data);
  signalr_hub_call_caller (hub, caller, "fail", args);

  return FALSE;
}

static void
verifier_connected (SignalrHub        *hub,
                    SignalrInvocation *start)
{
  verify (hub, signalr_invocation_get_caller (start));
  signalr_invocation_return_value (start, NULL);
}

static void
verifier_reconnected (SignalrHub    *hub,
                      SignalrCaller *caller)
{
  verify (hub, caller);
}

static void
verifier_disconnected (SignalrHub    *hub,
                       SignalrCaller *caller,
                       gboolean       stop_called,
                       const GError  *error)
{
  verify (hub, caller);
}

static void
verifier_ping_cb (SignalrHub        *hub,
                  SignalrInvocation *invocation,
                  gpointer           user_data)
{
  if (verify (hub, signalr_invocation_get_caller (invocation)))
    host_call (hub, invocation, "pong", host_args (""));
  signalr_invocation_return_value (invocation, NULL);
}

static const HostEvents verifier_events = { verifier_connected, verifier_reconnected, verifier_disconnected };
static const HostMethod verifier_methods[] = { { "Ping", 0, verifier_ping_cb } };

/* RedirectTestHub */

static void
get_query_string_value_cb (SignalrHub        *hub,
                           SignalrInvocation *invocation,
                           gpointer           user_data)
{
  const char *key = host_arg_string (invocation, 0);
  const char *value = NULL;

  if (key != NULL)
    value = signalr_caller_get_query (signalr_invocation_get_caller (invocation), key);
  signalr_invocation_return_value (invocation, host_string (value));
}

static void
get_access_token_cb (SignalrHub        *hub,
                     SignalrInvocation *invocation,
                     gpointer           user_data)
{
  SignalrCaller *caller = signalr_invocation_get_caller (invocation);
  const char *token = signalr_caller_get_query (caller, "access_token");
  const char *header = soup_message_headers_get_one (signalr_caller_get_headers (caller), "Authorization");

  if (token == NULL && header != NULL && g_str_has_prefix (header, "Bearer "))
    token = header + strlen ("Bearer ");
  signalr_invocation_return_value (invocation, host_string (token));
}

static const HostMethod redirect_methods[] = {
  { "EchoReturn", 1, echo_return_cb },
  { "GetQueryStringValue", 1, get_query_string_value_cb },
  { "GetAccessToken", 0, get_access_token_cb },
};

void
classic_add_hubs (SignalrServer *server)
{
  const struct {
    const char       *name;
    const HostEvents *events;
    const HostMethod *methods;
    gsize             n_methods;
  } hubs[] = {
    { "demo", NULL, demo_methods, G_N_ELEMENTS (demo_methods) },
    { "StatusHub", &status_events, ping_methods, G_N_ELEMENTS (ping_methods) },
    { "echoHub", NULL, echo_methods, G_N_ELEMENTS (echo_methods) },
    { "groupChat", NULL, group_chat_methods, G_N_ELEMENTS (group_chat_methods) },
    { "groupJoiningHub", &group_joining_events, group_joining_methods, G_N_ELEMENTS (group_joining_methods) },
    { "onConnectedBufferHub", &buffer_events, ping_methods, G_N_ELEMENTS (ping_methods) },
    { "connectionDataVerifierHub", &verifier_events, verifier_methods, G_N_ELEMENTS (verifier_methods) },
    { "redirectTestHub", NULL, redirect_methods, G_N_ELEMENTS (redirect_methods) },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (hubs); i++)
    {
      g_autoptr (SignalrHub) hub = host_hub_new (hubs[i].events, hubs[i].methods, hubs[i].n_methods);

      signalr_hub_set_proxy_name (hub, hubs[i].name);
      signalr_server_add_hub (server, hubs[i].name, hub);
    }
}
