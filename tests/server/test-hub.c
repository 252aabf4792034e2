/* test-hub.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "test-hub.h"

G_DEFINE_FINAL_TYPE (TestHub, test_hub, SIGNALR_TYPE_HUB)

static void
test_hub_remember (TestHub       *self,
                   SignalrCaller *caller,
                   const char    *event)
{
  const char *id = signalr_caller_get_connection_id (caller);

  g_ptr_array_add (self->events, g_strdup (event));
  if (!g_ptr_array_find_with_equal_func (self->ids, id, g_str_equal, NULL))
    g_ptr_array_add (self->ids, g_strdup (id));
}

static void
test_hub_connected (SignalrHub        *hub,
                    SignalrInvocation *start)
{
  TestHub *self = TEST_HUB (hub);

  test_hub_remember (self, signalr_invocation_get_caller (start), "connected");
  g_assert_null (signalr_invocation_get_method (start));

  if (self->keep_starts)
    g_set_object (&self->kept, start);
  else if (self->refusal != NULL)
    signalr_invocation_return_error (start, self->refusal, NULL);
  else
    signalr_invocation_return_value (start, NULL);
}

static void
test_hub_reconnected (SignalrHub    *hub,
                      SignalrCaller *caller)
{
  test_hub_remember (TEST_HUB (hub), caller, "reconnected");
}

static void
test_hub_disconnected (SignalrHub    *hub,
                       SignalrCaller *caller,
                       gboolean       stop_called,
                       const GError  *error)
{
  TestHub *self = TEST_HUB (hub);

  test_hub_remember (self, caller, stop_called ? "disconnected(true)" : "disconnected(false)");
  g_clear_error (&self->last_error);
  if (error != NULL)
    self->last_error = g_error_copy (error);
}

static void
test_hub_finalize (GObject *object)
{
  TestHub *self = TEST_HUB (object);

  g_ptr_array_unref (self->events);
  g_ptr_array_unref (self->ids);
  g_clear_object (&self->kept);
  g_clear_error (&self->last_error);
  g_free (self->refusal);

  G_OBJECT_CLASS (test_hub_parent_class)->finalize (object);
}

static void
test_hub_class_init (TestHubClass *klass)
{
  SignalrHubClass *hub_class = SIGNALR_HUB_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = test_hub_finalize;
  hub_class->connected = test_hub_connected;
  hub_class->reconnected = test_hub_reconnected;
  hub_class->disconnected = test_hub_disconnected;
}

static const char *
text_arg (SignalrInvocation *invocation,
          guint              place)
{
  return json_array_get_string_element (signalr_invocation_get_args (invocation), place);
}

static JsonNode *
message_of (const char *text)
{
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);
  JsonArray *array = json_array_new ();

  json_array_add_string_element (array, text);
  json_node_take_array (node, array);

  return node;
}

static void
add_cb (SignalrHub        *hub,
        SignalrInvocation *invocation,
        gpointer           user_data)
{
  JsonArray *args = signalr_invocation_get_args (invocation);
  JsonNode *sum = json_node_new (JSON_NODE_VALUE);

  json_node_set_int (sum, json_array_get_int_element (args, 0) + json_array_get_int_element (args, 1));
  signalr_invocation_return_value (invocation, sum);
}

static void
many_cb (SignalrHub        *hub,
         SignalrInvocation *invocation,
         gpointer           user_data)
{
  JsonNode *count = json_node_new (JSON_NODE_VALUE);

  json_node_set_int (count, json_array_get_length (signalr_invocation_get_args (invocation)));
  signalr_invocation_return_value (invocation, count);
}

static void
fail_cb (SignalrHub        *hub,
         SignalrInvocation *invocation,
         gpointer           user_data)
{
  signalr_invocation_return_gerror (invocation,
                                    g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "internal detail"));
}

static void
refuse_cb (SignalrHub        *hub,
           SignalrInvocation *invocation,
           gpointer           user_data)
{
  JsonNode *data = json_node_new (JSON_NODE_VALUE);

  json_node_set_string (data, "data");
  signalr_invocation_return_error (invocation, text_arg (invocation, 0), data);
}

static void
nothing_cb (SignalrHub        *hub,
            SignalrInvocation *invocation,
            gpointer           user_data)
{
  signalr_invocation_return_value (invocation, NULL);
}

static void
keep_cb (SignalrHub        *hub,
         SignalrInvocation *invocation,
         gpointer           user_data)
{
  g_set_object (&TEST_HUB (hub)->kept, invocation);
}

static void
drop_cb (SignalrHub        *hub,
         SignalrInvocation *invocation,
         gpointer           user_data)
{
}

static void
caller_cb (SignalrHub        *hub,
           SignalrInvocation *invocation,
           gpointer           user_data)
{
  g_autoptr (JsonNode) args = message_of (text_arg (invocation, 0));

  signalr_hub_call_caller (hub, signalr_invocation_get_caller (invocation), "message", args);
  signalr_invocation_return_value (invocation, NULL);
}

static void
all_cb (SignalrHub        *hub,
        SignalrInvocation *invocation,
        gpointer           user_data)
{
  g_autoptr (JsonNode) args = message_of (text_arg (invocation, 0));

  signalr_hub_call_all (hub, "message", args, NULL);
  signalr_invocation_return_value (invocation, NULL);
}

static void
others_cb (SignalrHub        *hub,
           SignalrInvocation *invocation,
           gpointer           user_data)
{
  g_autoptr (JsonNode) args = message_of (text_arg (invocation, 0));

  signalr_hub_call_others (hub, signalr_invocation_get_caller (invocation), "message", args);
  signalr_invocation_return_value (invocation, NULL);
}

static void
join_cb (SignalrHub        *hub,
         SignalrInvocation *invocation,
         gpointer           user_data)
{
  SignalrCaller *caller = signalr_invocation_get_caller (invocation);

  signalr_hub_add_to_group (hub, signalr_caller_get_connection_id (caller), text_arg (invocation, 0));
  signalr_invocation_return_value (invocation, NULL);
}

static void
leave_cb (SignalrHub        *hub,
          SignalrInvocation *invocation,
          gpointer           user_data)
{
  SignalrCaller *caller = signalr_invocation_get_caller (invocation);

  signalr_hub_remove_from_group (hub, signalr_caller_get_connection_id (caller), text_arg (invocation, 0));
  signalr_invocation_return_value (invocation, NULL);
}

static void
to_group_cb (SignalrHub        *hub,
             SignalrInvocation *invocation,
             gpointer           user_data)
{
  g_autoptr (JsonNode) args = message_of (text_arg (invocation, 1));

  signalr_hub_call_groups (hub, (const char *[]) { text_arg (invocation, 0), NULL }, "message", args, NULL);
  signalr_invocation_return_value (invocation, NULL);
}

static void
to_user_cb (SignalrHub        *hub,
            SignalrInvocation *invocation,
            gpointer           user_data)
{
  g_autoptr (JsonNode) args = message_of (text_arg (invocation, 1));

  signalr_hub_call_users (hub, (const char *[]) { text_arg (invocation, 0), NULL }, "message", args);
  signalr_invocation_return_value (invocation, NULL);
}

static void
close_cb (SignalrHub        *hub,
          SignalrInvocation *invocation,
          gpointer           user_data)
{
  signalr_hub_close_client (hub, text_arg (invocation, 0), "Enough.");
  signalr_invocation_return_value (invocation, NULL);
}

static void
test_hub_init (TestHub *self)
{
  static const struct {
    const char        *name;
    int                n_args;
    SignalrMethodFunc  func;
  } methods[] = {
    { "Add", 2, add_cb },
    { "Many", -1, many_cb },
    { "Fail", 0, fail_cb },
    { "Refuse", 1, refuse_cb },
    { "Nothing", 0, nothing_cb },
    { "Keep", 0, keep_cb },
    { "Drop", 0, drop_cb },
    { "Caller", 1, caller_cb },
    { "All", 1, all_cb },
    { "Others", 1, others_cb },
    { "Join", 1, join_cb },
    { "Leave", 1, leave_cb },
    { "ToGroup", 2, to_group_cb },
    { "ToUser", 2, to_user_cb },
    { "Close", 1, close_cb },
  };

  self->events = g_ptr_array_new_with_free_func (g_free);
  self->ids = g_ptr_array_new_with_free_func (g_free);

  for (gsize i = 0; i < G_N_ELEMENTS (methods); i++)
    signalr_hub_add_method (SIGNALR_HUB (self), methods[i].name, methods[i].n_args, methods[i].func, NULL, NULL);
}

TestHub *
test_hub_new (void)
{
  return g_object_new (TEST_TYPE_HUB, NULL);
}

guint
test_hub_count (TestHub    *self,
                const char *event)
{
  guint count = 0;

  for (guint i = 0; i < self->events->len; i++)
    count += g_str_equal (g_ptr_array_index (self->events, i), event);

  return count;
}

char *
test_hub_story (TestHub *self)
{
  g_autoptr (GString) story = g_string_new (NULL);

  for (guint i = 0; i < self->events->len; i++)
    g_string_append_printf (story, "%s%s", i > 0 ? " " : "", (char *) g_ptr_array_index (self->events, i));

  return g_strdup (story->str);
}
