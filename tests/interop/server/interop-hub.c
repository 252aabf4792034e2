/* interop-hub.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "interop-hub.h"

#include <stdio.h>

struct _InteropHub {
  SignalrHub parent_instance;
};

G_DEFINE_FINAL_TYPE (InteropHub, interop_hub, SIGNALR_TYPE_HUB)

void
interop_tell (JsonNode *line)
{
  g_autofree char *text = json_to_string (line, FALSE);

  json_node_unref (line);
  puts (text);
  fflush (stdout);
}

static JsonNode *
integer_new (gint64 value)
{
  return json_node_init_int (json_node_alloc (), value);
}

static JsonNode *
string_new (const char *value)
{
  return json_node_init_string (json_node_alloc (), value);
}

/* The lifetime of the clients. */

static void
tell_event (const char    *event,
            SignalrCaller *caller,
            const gboolean *stop_called)
{
  SignalrTransport transport = signalr_caller_get_transport (caller);
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "event");
  json_builder_add_string_value (builder, event);
  json_builder_set_member_name (builder, "id");
  json_builder_add_string_value (builder, signalr_caller_get_connection_id (caller));
  json_builder_set_member_name (builder, "transport");
  json_builder_add_string_value (builder, signalr_transport_to_string (transport));
  if (stop_called != NULL)
    {
      json_builder_set_member_name (builder, "stopCalled");
      json_builder_add_boolean_value (builder, *stop_called);
    }
  json_builder_end_object (builder);

  interop_tell (json_builder_get_root (builder));
}

static void
interop_hub_connected (SignalrHub        *hub,
                       SignalrInvocation *start)
{
  tell_event ("connected", signalr_invocation_get_caller (start), NULL);
  signalr_invocation_return_value (start, NULL);
}

static void
interop_hub_reconnected (SignalrHub    *hub,
                         SignalrCaller *caller)
{
  tell_event ("reconnected", caller, NULL);
}

static void
interop_hub_disconnected (SignalrHub    *hub,
                          SignalrCaller *caller,
                          gboolean       stop_called,
                          const GError  *error)
{
  tell_event ("disconnected", caller, &stop_called);
}

/* Calls, with an answer and without. */

static JsonNode *
first_arg (SignalrInvocation *invocation)
{
  return json_array_get_element (signalr_invocation_get_args (invocation), 0);
}

static const char *
string_arg (SignalrInvocation *invocation,
            guint              i)
{
  JsonNode *node = json_array_get_element (signalr_invocation_get_args (invocation), i);

  return json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : "";
}

static const char *
caller_id (SignalrInvocation *invocation)
{
  return signalr_caller_get_connection_id (signalr_invocation_get_caller (invocation));
}

static void
echo_cb (SignalrHub        *hub,
         SignalrInvocation *invocation,
         gpointer           user_data)
{
  signalr_invocation_return_value (invocation, json_node_copy (first_arg (invocation)));
}

static void
fail_cb (SignalrHub        *hub,
         SignalrInvocation *invocation,
         gpointer           user_data)
{
  g_autoptr (JsonObject) data = json_object_new ();

  json_object_set_int_member (data, "code", 42);
  signalr_invocation_return_error (invocation, "for clients",
                                   json_node_init_object (json_node_alloc (), data));
}

static void
throw_cb (SignalrHub        *hub,
          SignalrInvocation *invocation,
          gpointer           user_data)
{
  signalr_invocation_return_gerror (invocation,
                                    g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED,
                                                         "not for clients"));
}

/* Say (to, who, text): calls Heard (text) of those clients. */
static void
say_cb (SignalrHub        *hub,
        SignalrInvocation *invocation,
        gpointer           user_data)
{
  const char *to = string_arg (invocation, 0);
  const char *who[] = { string_arg (invocation, 1), NULL };
  SignalrCaller *caller = signalr_invocation_get_caller (invocation);
  g_autoptr (JsonArray) args = json_array_new ();
  g_autoptr (JsonNode) node = json_node_init_array (json_node_alloc (), args);

  json_array_add_string_element (args, string_arg (invocation, 2));
  if (g_str_equal (to, "all"))
    signalr_hub_call_all (hub, "Heard", node, NULL);
  else if (g_str_equal (to, "except"))
    signalr_hub_call_all (hub, "Heard", node, who);
  else if (g_str_equal (to, "others"))
    signalr_hub_call_others (hub, caller, "Heard", node);
  else if (g_str_equal (to, "caller"))
    signalr_hub_call_caller (hub, caller, "Heard", node);
  else if (g_str_equal (to, "client"))
    signalr_hub_call_clients (hub, who, "Heard", node);
  else if (g_str_equal (to, "group"))
    signalr_hub_call_groups (hub, who, "Heard", node, NULL);
  else if (g_str_equal (to, "user"))
    signalr_hub_call_users (hub, who, "Heard", node);
  else
    {
      signalr_invocation_return_error (invocation, "nobody is called that", NULL);
      return;
    }

  signalr_invocation_return_value (invocation, NULL);
}

static void
joined_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (SignalrInvocation) invocation = user_data;
  GError *error = NULL;

  if (signalr_hub_add_to_group_finish (SIGNALR_HUB (source), result, &error))
    signalr_invocation_return_value (invocation, NULL);
  else
    signalr_invocation_return_gerror (invocation, error);
}

static void
left_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (SignalrInvocation) invocation = user_data;
  GError *error = NULL;

  if (signalr_hub_remove_from_group_finish (SIGNALR_HUB (source), result, &error))
    signalr_invocation_return_value (invocation, NULL);
  else
    signalr_invocation_return_gerror (invocation, error);
}

/* Join (group), or Join (group, id) for somebody else; and so does Leave. */
static const char *
member_arg (SignalrInvocation *invocation)
{
  return json_array_get_length (signalr_invocation_get_args (invocation)) > 1 ? string_arg (invocation, 1)
                                                                                : caller_id (invocation);
}

static void
join_cb (SignalrHub        *hub,
         SignalrInvocation *invocation,
         gpointer           user_data)
{
  signalr_hub_add_to_group_async (hub, member_arg (invocation), string_arg (invocation, 0), NULL,
                                  joined_cb, g_object_ref (invocation));
}

static void
leave_cb (SignalrHub        *hub,
          SignalrInvocation *invocation,
          gpointer           user_data)
{
  signalr_hub_remove_from_group_async (hub, member_arg (invocation), string_arg (invocation, 0), NULL,
                                       left_cb, g_object_ref (invocation));
}

/* Ends whoever calls it. */
static void
end_cb (SignalrHub        *hub,
        SignalrInvocation *invocation,
        gpointer           user_data)
{
  signalr_invocation_return_value (invocation, NULL);
  signalr_hub_close_client (hub, caller_id (invocation), NULL);
}

/* A call that goes on, of which a client has one. */
static void
keep (SignalrHub        *hub,
      SignalrInvocation *invocation)
{
  g_object_set_data_full (G_OBJECT (hub), caller_id (invocation),
                          g_object_ref (invocation), g_object_unref);
}

/* Classic: progress and the caller's state. */

/* Work (n): reports 1 to n, and is done when somebody says Done (id). Progress and
 * results come on different ways, so whoever did not wait might miss some.
 */
static void
work_cb (SignalrHub        *hub,
         SignalrInvocation *invocation,
         gpointer           user_data)
{
  gint64 n = json_node_get_int (first_arg (invocation));

  for (gint64 i = 1; i <= n; i++)
    signalr_invocation_report_progress (invocation, integer_new (i));
  keep (hub, invocation);
}

static void
done_cb (SignalrHub        *hub,
         SignalrInvocation *invocation,
         gpointer           user_data)
{
  SignalrInvocation *work = g_object_get_data (G_OBJECT (hub), string_arg (invocation, 0));

  signalr_invocation_return_value (work, string_new ("done"));
  g_object_set_data (G_OBJECT (hub), string_arg (invocation, 0), NULL);
  signalr_invocation_return_value (invocation, NULL);
}

/* Adds one to the caller's state `tally`. */
static void
tally_cb (SignalrHub        *hub,
          SignalrInvocation *invocation,
          gpointer           user_data)
{
  g_autoptr (JsonNode) tally = signalr_invocation_get_state (invocation, "tally");
  gint64 before = tally != NULL && JSON_NODE_HOLDS_VALUE (tally) ? json_node_get_int (tally) : 0;

  signalr_invocation_set_state (invocation, "tally", integer_new (before + 1));
  signalr_invocation_return_value (invocation, integer_new (before));
}

/* ASP.NET Core: streams and client results. */

static void
count_cb (SignalrHub        *hub,
          SignalrInvocation *invocation,
          gpointer           user_data)
{
  gint64 n = json_node_get_int (first_arg (invocation));

  for (gint64 i = 1; i <= n; i++)
    signalr_invocation_send_item (invocation, integer_new (i));
  signalr_invocation_return_value (invocation, NULL);
}

static void
cancelled_cb (GCancellable      *cancellable,
              SignalrInvocation *invocation)
{
  tell_event ("cancelled", signalr_invocation_get_caller (invocation), NULL);
  signalr_invocation_return_value (invocation, NULL);
}

/* One item, and then nothing until the client cancels. */
static void
endless_cb (SignalrHub        *hub,
            SignalrInvocation *invocation,
            gpointer           user_data)
{
  signalr_invocation_send_item (invocation, integer_new (1));
  g_signal_connect_object (signalr_invocation_get_cancellable (invocation), "cancelled",
                           G_CALLBACK (cancelled_cb), invocation, G_CONNECT_DEFAULT);
  keep (hub, invocation);
}

typedef void (*InteropItemFunc) (SignalrInvocation *invocation,
                                 gint64             item,
                                 gint64            *sum);

static void
add_item (SignalrInvocation *invocation,
          gint64             item,
          gint64            *sum)
{
  *sum += item;
}

static void
send_twice (SignalrInvocation *invocation,
            gint64             item,
            gint64            *sum)
{
  signalr_invocation_send_item (invocation, integer_new (2 * item));
}

typedef struct {
  InteropItemFunc func;
  gint64          sum;
} InteropRead;

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  SignalrInvocation *invocation = SIGNALR_INVOCATION (source);
  InteropRead *reading = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) item = signalr_invocation_read_finish (invocation, result, &error);

  if (item != NULL)
    {
      reading->func (invocation, json_node_get_int (item), &reading->sum);
      signalr_invocation_read_async (invocation, 0, NULL, read_cb, reading);
      return;
    }

  if (error != NULL)
    signalr_invocation_return_gerror (invocation, g_steal_pointer (&error));
  else
    signalr_invocation_return_value (invocation,
                                     reading->func == add_item ? integer_new (reading->sum) : NULL);
  g_free (reading);
}

static void
read_stream_cb (SignalrHub        *hub,
                SignalrInvocation *invocation,
                gpointer           user_data)
{
  InteropRead *reading = g_new0 (InteropRead, 1);

  reading->func = user_data;
  signalr_invocation_read_async (invocation, 0, NULL, read_cb, reading);
}

static void
asked_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  SignalrInvocation *invocation = user_data;
  g_autoptr (GError) error = NULL;
  JsonNode *answer = signalr_hub_invoke_client_finish (SIGNALR_HUB (source), result, &error);

  if (answer != NULL)
    signalr_invocation_return_value (invocation, answer);
  else
    signalr_invocation_return_error (invocation, error->message, NULL);
  g_object_unref (invocation);
}

/* Ask (question): what the caller's own Ask (question) answers. */
static void
ask_cb (SignalrHub        *hub,
        SignalrInvocation *invocation,
        gpointer           user_data)
{
  g_autoptr (JsonArray) args = json_array_new ();
  g_autoptr (JsonNode) node = json_node_init_array (json_node_alloc (), args);

  json_array_add_element (args, json_node_copy (first_arg (invocation)));
  signalr_hub_invoke_client_async (hub, caller_id (invocation), "Ask", node, NULL,
                                   asked_cb, g_object_ref (invocation));
}

static void
interop_hub_class_init (InteropHubClass *klass)
{
  SignalrHubClass *hub_class = SIGNALR_HUB_CLASS (klass);

  hub_class->connected = interop_hub_connected;
  hub_class->reconnected = interop_hub_reconnected;
  hub_class->disconnected = interop_hub_disconnected;
}

static void
interop_hub_init (InteropHub *self)
{
  static const struct {
    const char        *name;
    int                n_args;
    guint              n_streams;
    SignalrMethodFlags flags;
    SignalrMethodFunc  func;
    gpointer           data;
  } methods[] = {
    { "Echo", 1, 0, SIGNALR_METHOD_FLAGS_NONE, echo_cb, NULL },
    { "Fail", 0, 0, SIGNALR_METHOD_FLAGS_NONE, fail_cb, NULL },
    { "Throw", 0, 0, SIGNALR_METHOD_FLAGS_NONE, throw_cb, NULL },
    { "Say", 3, 0, SIGNALR_METHOD_FLAGS_NONE, say_cb, NULL },
    { "Join", 1, 0, SIGNALR_METHOD_FLAGS_NONE, join_cb, NULL },
    { "Join", 2, 0, SIGNALR_METHOD_FLAGS_NONE, join_cb, NULL },
    { "Leave", 1, 0, SIGNALR_METHOD_FLAGS_NONE, leave_cb, NULL },
    { "Leave", 2, 0, SIGNALR_METHOD_FLAGS_NONE, leave_cb, NULL },
    { "End", 0, 0, SIGNALR_METHOD_FLAGS_NONE, end_cb, NULL },
    { "Work", 1, 0, SIGNALR_METHOD_FLAGS_NONE, work_cb, NULL },
    { "Done", 1, 0, SIGNALR_METHOD_FLAGS_NONE, done_cb, NULL },
    { "Tally", 0, 0, SIGNALR_METHOD_FLAGS_NONE, tally_cb, NULL },
    { "Count", 1, 0, SIGNALR_METHOD_FLAGS_STREAMS, count_cb, NULL },
    { "Endless", 0, 0, SIGNALR_METHOD_FLAGS_STREAMS, endless_cb, NULL },
    { "Sum", 0, 1, SIGNALR_METHOD_FLAGS_NONE, read_stream_cb, add_item },
    { "Twice", 0, 1, SIGNALR_METHOD_FLAGS_STREAMS, read_stream_cb, send_twice },
    { "Ask", 1, 0, SIGNALR_METHOD_FLAGS_NONE, ask_cb, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    signalr_hub_add_method_full (SIGNALR_HUB (self), methods[i].name, methods[i].n_args,
                                 methods[i].n_streams, methods[i].flags,
                                 methods[i].func, methods[i].data, NULL);
}

SignalrHub *
interop_hub_new (void)
{
  return g_object_new (interop_hub_get_type (), NULL);
}
