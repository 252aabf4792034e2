/* test-calls.c: streams, client results and progress, as signalr-cli tells them
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "program.h"

#define CALL_TYPE_HUB (call_hub_get_type ())
G_DECLARE_FINAL_TYPE (CallHub, call_hub, CALL, HUB, SignalrHub)

struct _CallHub {
  SignalrHub parent_instance;
};

G_DEFINE_FINAL_TYPE (CallHub, call_hub, SIGNALR_TYPE_HUB)

static void
call_hub_class_init (CallHubClass *klass)
{
}

static JsonNode *
number (gint64 value)
{
  JsonNode *node = json_node_new (JSON_NODE_VALUE);

  json_node_set_int (node, value);

  return node;
}

static void
count_cb (SignalrHub        *hub,
          SignalrInvocation *invocation,
          gpointer           user_data)
{
  gint64 n = json_array_get_int_element (signalr_invocation_get_args (invocation), 0);

  for (gint64 i = 1; i <= n; i++)
    signalr_invocation_send_item (invocation, number (i));
  signalr_invocation_return_value (invocation, NULL);
}

/* An item, and no end: until somebody cancels it. */
static void
endless_cb (SignalrHub        *hub,
            SignalrInvocation *invocation,
            gpointer           user_data)
{
  SignalrInvocation **kept = user_data;

  signalr_invocation_send_item (invocation, number (1));
  g_set_object (kept, invocation);
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  SignalrInvocation *invocation = SIGNALR_INVOCATION (source);
  g_autoptr (GError) error = NULL;
  JsonNode *item = signalr_invocation_read_finish (invocation, result, &error);
  gint64 *sum = user_data;

  if (item != NULL)
    {
      *sum += json_node_get_int (item);
      json_node_unref (item);
      signalr_invocation_read_async (invocation, 0, NULL, read_cb, sum);
      return;
    }

  if (error != NULL)
    signalr_invocation_return_error (invocation, error->message, NULL);
  else
    signalr_invocation_return_value (invocation, number (*sum));
  g_free (sum);
}

static void
sum_cb (SignalrHub        *hub,
        SignalrInvocation *invocation,
        gpointer           user_data)
{
  signalr_invocation_read_async (invocation, 0, NULL, read_cb, g_new0 (gint64, 1));
}

static void
echo_read_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  SignalrInvocation *invocation = SIGNALR_INVOCATION (source);
  JsonNode *item = signalr_invocation_read_finish (invocation, result, NULL);

  if (item == NULL)
    {
      signalr_invocation_return_value (invocation, NULL);
      return;
    }

  signalr_invocation_send_item (invocation, item);
  signalr_invocation_read_async (invocation, 0, NULL, echo_read_cb, NULL);
}

/* What is streamed to it, as a stream. */
static void
echo_cb (SignalrHub        *hub,
         SignalrInvocation *invocation,
         gpointer           user_data)
{
  signalr_invocation_read_async (invocation, 0, NULL, echo_read_cb, NULL);
}

/* Greets who the state of the hub names, and counts there. */
static void
greet_cb (SignalrHub        *hub,
          SignalrInvocation *invocation,
          gpointer           user_data)
{
  JsonNode *name = signalr_invocation_get_state (invocation, "name");

  signalr_invocation_set_state (invocation, "greeted", number (1));
  signalr_invocation_return_value (invocation, name != NULL ? json_node_ref (name) : NULL);
}

static void
asked_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (SignalrInvocation) invocation = user_data;
  g_autoptr (GError) error = NULL;
  JsonNode *answer = signalr_hub_invoke_client_finish (SIGNALR_HUB (source), result, &error);

  if (answer != NULL)
    signalr_invocation_return_value (invocation, answer);
  else
    signalr_invocation_return_error (invocation, error->message, NULL);
}

/* Asks its caller. */
static void
ask_cb (SignalrHub        *hub,
        SignalrInvocation *invocation,
        gpointer           user_data)
{
  g_autoptr (JsonNode) args = signalr_node_parse ("[\"sure?\"]", -1, NULL);

  signalr_hub_invoke_client_async (hub,
                                   signalr_caller_get_connection_id (signalr_invocation_get_caller (invocation)),
                                   "Confirm", args, NULL, asked_cb, g_object_ref (invocation));
}

static void
work_cb (SignalrHub        *hub,
         SignalrInvocation *invocation,
         gpointer           user_data)
{
  signalr_invocation_report_progress (invocation, number (50));
  signalr_invocation_return_value (invocation, number (100));
}

static void
call_hub_init (CallHub *self)
{
}

typedef struct {
  SignalrServer     *server;
  SignalrInvocation *kept;
  Program           *client;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  core)
{
  g_autoptr (SignalrHub) hub = g_object_new (CALL_TYPE_HUB, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *address = NULL;

  signalr_hub_add_method_full (hub, "Count", 1, 0, SIGNALR_METHOD_FLAGS_STREAMS, count_cb, NULL, NULL);
  signalr_hub_add_method_full (hub, "Endless", 0, 0, SIGNALR_METHOD_FLAGS_STREAMS, endless_cb,
                               &fixture->kept, NULL);
  signalr_hub_add_method_full (hub, "Sum", 0, 1, SIGNALR_METHOD_FLAGS_NONE, sum_cb, NULL, NULL);
  signalr_hub_add_method_full (hub, "EchoStream", 0, 1, SIGNALR_METHOD_FLAGS_STREAMS, echo_cb, NULL, NULL);
  signalr_hub_add_method (hub, "Greet", 0, greet_cb, NULL, NULL);
  signalr_hub_add_method (hub, "Ask", 0, ask_cb, NULL, NULL);
  signalr_hub_add_method (hub, "Work", 0, work_cb, NULL, NULL);

  fixture->server = signalr_server_new ();
  signalr_server_add_hub (fixture->server, "calls", hub);
  signalr_server_map_hub (fixture->server, "/core", "calls", NULL, &error);
  g_assert_no_error (error);
  signalr_server_map_hubs (fixture->server, "/classic", NULL, &error);
  g_assert_no_error (error);
  signalr_server_listen (fixture->server, "127.0.0.1", 0, &error);
  g_assert_no_error (error);

  address = g_strconcat (signalr_server_get_uri (fixture->server), core != NULL ? "/core" : "/classic", NULL);
  fixture->client = program_start ("signalr-cli", "connect", address, "--hub", "calls", NULL);
  program_expect (fixture->client, "connected");
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  core)
{
  program_end_input (fixture->client);
  program_expect (fixture->client, "disconnected");
  g_assert_cmpint (program_wait_end (fixture->client), ==, 0);
  program_free (fixture->client);
  g_clear_object (&fixture->kept);
  g_object_unref (fixture->server);
}

static void
test_stream (Fixture       *fixture,
             gconstpointer  core)
{
  JsonObject *event;

  program_do (fixture->client, "{\"do\":\"stream\",\"id\":7,\"method\":\"Count\",\"args\":[3]}");
  for (gint64 i = 1; i <= 3; i++)
    {
      event = program_expect (fixture->client, "item");
      g_assert_cmpint (json_object_get_int_member (event, "id"), ==, 7);
      g_assert_cmpint (json_object_get_int_member (event, "item"), ==, i);
    }
  event = program_expect (fixture->client, "result");
  g_assert_cmpint (json_object_get_int_member (event, "id"), ==, 7);
  g_assert_true (json_object_get_null_member (event, "result"));

  /* One that does not end is cancelled, and so the server hears. */
  program_do (fixture->client, "{\"do\":\"stream\",\"id\":\"e\",\"method\":\"Endless\"}");
  program_expect (fixture->client, "item");
  program_do (fixture->client, "{\"do\":\"cancel\",\"id\":\"e\"}");
  event = program_expect (fixture->client, "result");
  g_assert_cmpstr (event_string (event, "code"), ==, "CANCELLED");
  g_assert_cmpstr (event_string (event, "sent"), ==, "unknown");
  while (!g_cancellable_is_cancelled (signalr_invocation_get_cancellable (fixture->kept)))
    g_main_context_iteration (NULL, TRUE);

  program_do (fixture->client, "{\"do\":\"cancel\",\"id\":\"e\"}");
  g_assert_nonnull (strstr (event_string (program_expect (fixture->client, "error"), "error"), "\"e\""));
}

static void
test_upload (Fixture       *fixture,
             gconstpointer  core)
{
  JsonObject *event;

  program_do (fixture->client, "{\"do\":\"upload\",\"id\":\"u\",\"method\":\"Sum\"}");
  program_do (fixture->client, "{\"do\":\"item\",\"id\":\"u\",\"item\":20}");
  program_do (fixture->client, "{\"do\":\"item\",\"id\":\"u\",\"item\":22}");
  program_do (fixture->client, "{\"do\":\"complete\",\"id\":\"u\"}");
  event = program_expect (fixture->client, "result");
  g_assert_cmpint (json_object_get_int_member (event, "result"), ==, 42);

  program_do (fixture->client, "{\"do\":\"upload\",\"id\":\"v\",\"method\":\"Sum\"}");
  program_do (fixture->client, "{\"do\":\"complete\",\"id\":\"v\",\"error\":\"no more\"}");
  event = program_expect (fixture->client, "result");
  g_assert_nonnull (strstr (event_string (event, "error"), "no more"));

  program_do (fixture->client, "{\"do\":\"item\",\"id\":\"v\",\"item\":1}");
  program_expect (fixture->client, "error");
}

static void
test_both_ways (Fixture       *fixture,
                gconstpointer  core)
{
  JsonObject *event;

  program_do (fixture->client, "{\"do\":\"upload\",\"id\":\"b\",\"method\":\"EchoStream\",\"stream\":true}");
  for (gint64 i = 1; i <= 3; i++)
    {
      program_do (fixture->client, "{\"do\":\"item\",\"id\":\"b\",\"item\":%d}", (int) i);
      event = program_expect (fixture->client, "item");
      g_assert_cmpint (json_object_get_int_member (event, "item"), ==, i);
    }
  program_do (fixture->client, "{\"do\":\"complete\",\"id\":\"b\"}");
  event = program_expect (fixture->client, "result");
  g_assert_true (json_object_get_null_member (event, "result"));

  program_do (fixture->client, "{\"do\":\"upload\",\"id\":\"b\",\"method\":\"EchoStream\",\"stream\":1}");
  program_expect (fixture->client, "error");
}

static void
test_hub_state (Fixture       *fixture,
                gconstpointer  core)
{
  JsonObject *event;

  program_do (fixture->client, "{\"do\":\"hub-state\",\"state\":{\"name\":\"Ana\"}}");
  event = program_expect (fixture->client, "hub-state");
  g_assert_cmpstr (event_string (event, "hub"), ==, "calls");
  program_do (fixture->client, "{\"do\":\"invoke\",\"id\":\"1\",\"method\":\"Greet\"}");
  event = program_expect (fixture->client, "result");
  g_assert_cmpstr (event_string (event, "result"), ==, "Ana");

  program_do (fixture->client, "{\"do\":\"hub-state\"}");
  event = json_object_get_object_member (program_expect (fixture->client, "hub-state"), "state");
  g_assert_cmpstr (event_string (event, "name"), ==, "Ana");
  g_assert_cmpint (json_object_get_int_member (event, "greeted"), ==, 1);

  program_do (fixture->client, "{\"do\":\"hub-state\",\"state\":null}");
  program_expect (fixture->client, "hub-state");
  program_do (fixture->client, "{\"do\":\"invoke\",\"id\":\"2\",\"method\":\"Greet\"}");
  g_assert_true (json_object_get_null_member (program_expect (fixture->client, "result"), "result"));

  program_do (fixture->client, "{\"do\":\"hub-state\",\"state\":7}");
  program_expect (fixture->client, "error");
}

static void
test_return (Fixture       *fixture,
             gconstpointer  core)
{
  JsonObject *event;

  program_do (fixture->client, "{\"do\":\"invoke\",\"id\":\"1\",\"method\":\"Ask\"}");
  event = program_expect (fixture->client, "invocation");
  g_assert_cmpstr (event_string (event, "method"), ==, "Confirm");
  program_do (fixture->client, "{\"do\":\"return\",\"id\":\"%s\",\"result\":[\"yes\"]}",
              event_string (event, "id"));
  event = program_expect (fixture->client, "result");
  g_assert_cmpstr (event_string (event, "id"), ==, "1");
  g_assert_cmpstr (json_array_get_string_element (json_object_get_array_member (event, "result"), 0),
                   ==, "yes");

  program_do (fixture->client, "{\"do\":\"invoke\",\"id\":\"2\",\"method\":\"Ask\"}");
  event = program_expect (fixture->client, "invocation");
  program_do (fixture->client, "{\"do\":\"return\",\"id\":\"%s\",\"error\":\"never\"}",
              event_string (event, "id"));
  event = program_expect (fixture->client, "result");
  g_assert_nonnull (strstr (event_string (event, "error"), "never"));

  program_do (fixture->client, "{\"do\":\"return\",\"id\":\"nobody\",\"result\":1}");
  program_expect (fixture->client, "error");
}

static void
test_progress (Fixture       *fixture,
               gconstpointer  core)
{
  JsonObject *event;

  program_do (fixture->client, "{\"do\":\"invoke\",\"id\":\"1\",\"method\":\"Work\"}");
  event = program_expect (fixture->client, "progress");
  g_assert_cmpstr (event_string (event, "id"), ==, "1");
  g_assert_cmpint (json_object_get_int_member (event, "progress"), ==, 50);
  event = program_expect (fixture->client, "result");
  g_assert_cmpint (json_object_get_int_member (event, "result"), ==, 100);
}

#define ADD(name, core, func)                                                 \
  g_test_add ("/tools/calls/" name, Fixture, GINT_TO_POINTER (core), set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("stream", TRUE, test_stream);
  ADD ("upload", TRUE, test_upload);
  ADD ("both-ways", TRUE, test_both_ways);
  ADD ("return", TRUE, test_return);
  ADD ("progress", FALSE, test_progress);
  ADD ("hub-state", FALSE, test_hub_state);

  return g_test_run ();
}
