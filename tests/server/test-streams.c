/* test-streams.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "server-fixture.h"

/* What the methods below work with. */
static SignalrInvocation *kept;
static GError *read_error;
static gboolean read_ended;

static JsonNode *
number (gint64 value)
{
  JsonNode *node = json_node_new (JSON_NODE_VALUE);

  json_node_set_int (node, value);

  return node;
}

/* Count (n): 1 to n, then the end. */
static void
count_cb (SignalrHub        *hub,
          SignalrInvocation *invocation,
          gpointer           user_data)
{
  gint64 n = json_array_get_int_element (signalr_invocation_get_args (invocation), 0);

  for (gint64 i = 1; i <= n; i++)
    g_assert_true (signalr_invocation_send_item (invocation, number (i)));
  signalr_invocation_return_value (invocation, NULL);
}

static void
keep_cb (SignalrHub        *hub,
         SignalrInvocation *invocation,
         gpointer           user_data)
{
  g_set_object (&kept, invocation);
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
    }
  else if (error != NULL)
    {
      g_free (sum);
      signalr_invocation_return_gerror (invocation, g_steal_pointer (&error));
    }
  else
    {
      signalr_invocation_return_value (invocation, number (*sum));
      g_free (sum);
    }
}

/* Sum (a stream up): what its items come to. */
static void
sum_cb (SignalrHub        *hub,
        SignalrInvocation *invocation,
        gpointer           user_data)
{
  signalr_invocation_read_async (invocation, 0, NULL, read_cb, g_new0 (gint64, 1));
}

static void
set_up (ServerFixture *fixture,
        gconstpointer  data)
{
  SignalrHub *hub;

  server_fixture_set_up (fixture, data);
  hub = SIGNALR_HUB (fixture->hub);
  signalr_hub_add_method_full (hub, "Count", 1, 0, SIGNALR_METHOD_FLAGS_STREAMS, count_cb, NULL, NULL);
  signalr_hub_add_method_full (hub, "Forever", 0, 0, SIGNALR_METHOD_FLAGS_STREAMS, keep_cb, NULL, NULL);
  signalr_hub_add_method_full (hub, "Sum", 0, 1, SIGNALR_METHOD_FLAGS_NONE, sum_cb, NULL, NULL);
  signalr_hub_add_method_full (hub, "Deaf", 0, 1, SIGNALR_METHOD_FLAGS_NONE, keep_cb, NULL, NULL);
}

static void
tear_down (ServerFixture *fixture,
           gconstpointer  data)
{
  g_clear_object (&kept);
  g_clear_error (&read_error);
  read_ended = FALSE;
  server_fixture_tear_down (fixture, data);
}

static void
test_down (ServerFixture *fixture,
           gconstpointer  data)
{
  g_autoptr (RawPeer) peer = aspnetcore_connect (fixture);

  aspnetcore_send (peer, "{\"type\":4,\"invocationId\":\"3\",\"target\":\"Count\",\"arguments\":[2]}");
  aspnetcore_assert_record (peer, "{\"type\":2,\"invocationId\":\"3\",\"item\":1}");
  aspnetcore_assert_record (peer, "{\"type\":2,\"invocationId\":\"3\",\"item\":2}");
  aspnetcore_assert_record (peer, "{\"type\":3,\"invocationId\":\"3\"}");

  aspnetcore_send (peer, "{\"type\":1,\"invocationId\":\"4\",\"target\":\"Count\",\"arguments\":[2]}");
  aspnetcore_assert_record (peer, "{\"type\":3,\"invocationId\":\"4\",\"error\":\"The client attempted to invoke the streaming 'Count' method with a non-streaming invocation.\"}");
  aspnetcore_send (peer, "{\"type\":4,\"invocationId\":\"5\",\"target\":\"Count\",\"arguments\":[]}");
  aspnetcore_assert_record (peer, "{\"type\":3,\"invocationId\":\"5\",\"error\":\"Failed to invoke 'Count' due to an error on the server.\"}");
}

static void
test_down_cancelled (ServerFixture *fixture,
                     gconstpointer  data)
{
  g_autoptr (RawPeer) peer = aspnetcore_connect (fixture);

  aspnetcore_send (peer, "{\"type\":4,\"invocationId\":\"3\",\"target\":\"Forever\",\"arguments\":[]}");
  raw_wait_until (kept != NULL);
  g_assert_true (signalr_invocation_send_item (kept, number (1)));
  aspnetcore_assert_record (peer, "{\"type\":2,\"invocationId\":\"3\",\"item\":1}");

  /* Others go on beside it, but not under its id. */
  aspnetcore_send (peer, "{\"type\":1,\"invocationId\":\"1\",\"target\":\"Add\",\"arguments\":[1,2]}");
  aspnetcore_assert_record (peer, "{\"type\":3,\"invocationId\":\"1\",\"result\":3}");
  aspnetcore_send (peer, "{\"type\":4,\"invocationId\":\"3\",\"target\":\"Forever\",\"arguments\":[]}");
  aspnetcore_assert_record (peer, "{\"type\":3,\"invocationId\":\"3\",\"error\":\"Invocation ID '3' is already in use.\"}");

  aspnetcore_send (peer, "{\"type\":5,\"invocationId\":\"nobody\"}");
  aspnetcore_send (peer, "{\"type\":5,\"invocationId\":\"3\"}");
  raw_wait_until (g_cancellable_is_cancelled (signalr_invocation_get_cancellable (kept)));
  g_assert_false (signalr_invocation_send_item (kept, number (2)));
  signalr_invocation_return_value (kept, NULL);
  aspnetcore_assert_record (peer, "{\"type\":3,\"invocationId\":\"3\"}");
}

static void
test_down_fails (ServerFixture *fixture,
                 gconstpointer  data)
{
  g_autoptr (RawPeer) peer = aspnetcore_connect (fixture);

  aspnetcore_send (peer, "{\"type\":4,\"invocationId\":\"3\",\"target\":\"Forever\",\"arguments\":[]}");
  raw_wait_until (kept != NULL);
  signalr_invocation_return_error (kept, "no", NULL);
  aspnetcore_assert_record (peer, "{\"type\":3,\"invocationId\":\"3\",\"error\":\"An unexpected error occurred invoking 'Forever' on the server. HubException: no\"}");

  g_clear_object (&kept);
  aspnetcore_send (peer, "{\"type\":4,\"invocationId\":\"4\",\"target\":\"Forever\",\"arguments\":[]}");
  raw_wait_until (kept != NULL);
  signalr_invocation_send_item (kept, number (1));
  aspnetcore_assert_record (peer, "{\"type\":2,\"invocationId\":\"4\",\"item\":1}");
  signalr_invocation_return_gerror (kept, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "detail"));
  aspnetcore_assert_record (peer, "{\"type\":3,\"invocationId\":\"4\",\"error\":\"An error occurred on the server while streaming results.\"}");
}

static void
answer_cancelled_cb (GCancellable *cancellable,
                     gpointer      user_data)
{
  signalr_invocation_return_value (kept, NULL);
}

static void
test_down_lost (ServerFixture *fixture,
                gconstpointer  data)
{
  RawPeer *peer = aspnetcore_connect (fixture);

  aspnetcore_send (peer, "{\"type\":4,\"invocationId\":\"3\",\"target\":\"Forever\",\"arguments\":[]}");
  raw_wait_until (kept != NULL);
  g_cancellable_connect (signalr_invocation_get_cancellable (kept), G_CALLBACK (answer_cancelled_cb), NULL, NULL);
  raw_peer_free (peer);
  raw_wait_until (test_hub_count (fixture->hub, "disconnected(false)") == 1);
  g_assert_true (g_cancellable_is_cancelled (signalr_invocation_get_cancellable (kept)));
}

static void
test_up (ServerFixture *fixture,
         gconstpointer  data)
{
  g_autoptr (RawPeer) peer = aspnetcore_connect (fixture);

  aspnetcore_send (peer, "{\"type\":1,\"invocationId\":\"2\",\"target\":\"Sum\",\"arguments\":[],\"streamIds\":[\"1\"]}");
  for (guint i = 1; i <= 50; i++)
    {
      g_autofree char *item = g_strdup_printf ("{\"type\":2,\"invocationId\":\"1\",\"item\":%u}", i);

      aspnetcore_send (peer, item);
    }
  aspnetcore_send (peer, "{\"type\":3,\"invocationId\":\"1\"}");
  aspnetcore_assert_record (peer, "{\"type\":3,\"invocationId\":\"2\",\"result\":1275}");

  /* What comes behind the end is for nobody. */
  aspnetcore_send (peer, "{\"type\":2,\"invocationId\":\"1\",\"item\":1}");
  aspnetcore_send (peer, "{\"type\":3,\"invocationId\":\"1\"}");

  aspnetcore_send (peer, "{\"type\":1,\"invocationId\":\"3\",\"target\":\"Sum\",\"arguments\":[],\"streamIds\":[\"4\"]}");
  aspnetcore_send (peer, "{\"type\":3,\"invocationId\":\"4\",\"error\":\"Something bad\"}");
  aspnetcore_assert_record (peer, "{\"type\":3,\"invocationId\":\"3\",\"error\":\"An unexpected error occurred invoking 'Sum' on the server. HubException: Something bad\"}");

  /* One item that cannot be held ends its stream, and nothing else. */
  aspnetcore_send (peer, "{\"type\":1,\"invocationId\":\"7\",\"target\":\"Sum\",\"arguments\":[],\"streamIds\":[\"8\"]}");
  aspnetcore_send (peer, "{\"type\":2,\"invocationId\":\"8\",\"item\":1}");
  aspnetcore_send (peer, "{\"type\":2,\"invocationId\":\"8\",\"item\":\"\\u0000\"}");
  aspnetcore_send (peer, "{\"type\":2,\"invocationId\":\"8\",\"item\":1}");
  aspnetcore_assert_record (peer, "{\"type\":3,\"invocationId\":\"7\",\"error\":\"An unexpected error occurred invoking 'Sum' on the server. HubException: Failed to bind Stream message.\"}");

  aspnetcore_send (peer, "{\"type\":1,\"invocationId\":\"5\",\"target\":\"Sum\",\"arguments\":[]}");
  aspnetcore_assert_record (peer, "{\"type\":3,\"invocationId\":\"5\",\"error\":\"An unexpected error occurred invoking 'Sum' on the server. HubException: Client sent 0 stream(s), Hub method expects 1.\"}");
  aspnetcore_send (peer, "{\"type\":1,\"invocationId\":\"6\",\"target\":\"Add\",\"arguments\":[1,2],\"streamIds\":[\"9\"]}");
  aspnetcore_assert_record (peer, "{\"type\":3,\"invocationId\":\"6\",\"error\":\"An unexpected error occurred invoking 'Add' on the server. HubException: Client sent 1 stream(s), Hub method expects 0.\"}");
}

/* A method that does not read has the client wait, and a method that ends lets it go on. */
static void
test_up_unread (ServerFixture *fixture,
                gconstpointer  data)
{
  g_autoptr (RawPeer) peer = aspnetcore_connect (fixture);

  aspnetcore_send (peer, "{\"type\":1,\"invocationId\":\"2\",\"target\":\"Deaf\",\"arguments\":[],\"streamIds\":[\"1\"]}");
  for (guint i = 0; i < 11; i++)
    aspnetcore_send (peer, "{\"type\":2,\"invocationId\":\"1\",\"item\":1}");
  aspnetcore_send (peer, "{\"type\":1,\"invocationId\":\"3\",\"target\":\"Add\",\"arguments\":[1,2]}");
  g_assert_true (raw_peer_is_silent (peer));

  signalr_invocation_return_value (kept, NULL);
  aspnetcore_assert_record (peer, "{\"type\":3,\"invocationId\":\"2\",\"result\":null}");
  aspnetcore_assert_record (peer, "{\"type\":3,\"invocationId\":\"3\",\"result\":3}");
}

static void
one_read_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  GError **error = user_data;
  JsonNode *item = signalr_invocation_read_finish (SIGNALR_INVOCATION (source), result, error);

  g_assert_null (item);
  read_ended = TRUE;
}

static void
test_up_errors (ServerFixture *fixture,
                gconstpointer  data)
{
  RawPeer *peer = aspnetcore_connect (fixture);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) busy = NULL;

  aspnetcore_send (peer, "{\"type\":1,\"invocationId\":\"2\",\"target\":\"Deaf\",\"arguments\":[],\"streamIds\":[\"1\"]}");
  raw_wait_until (kept != NULL);

  signalr_invocation_read_async (kept, 0, cancellable, one_read_cb, &read_error);
  signalr_invocation_read_async (kept, 0, NULL, one_read_cb, &busy);
  raw_wait_until (read_ended);
  g_assert_error (busy, SIGNALR_ERROR, SIGNALR_ERROR_BUSY);

  read_ended = FALSE;
  g_cancellable_cancel (cancellable);
  g_assert_false (read_ended);
  raw_wait_until (read_ended);
  g_assert_error (read_error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&read_error);

  read_ended = FALSE;
  signalr_invocation_read_async (kept, 0, NULL, one_read_cb, &read_error);
  raw_peer_free (peer);
  raw_wait_until (read_ended);
  g_assert_error (read_error, SIGNALR_ERROR, SIGNALR_ERROR_NOT_CONNECTED);
}

typedef struct {
  JsonNode *result;
  GError   *error;
  gboolean  answered;
} Asked;

static void
asked_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  Asked *asked = user_data;

  g_assert_false (asked->answered);
  asked->answered = TRUE;
  asked->result = signalr_hub_invoke_client_finish (SIGNALR_HUB (source), result, &asked->error);
}

static void
asked_clear (Asked *asked)
{
  g_clear_pointer (&asked->result, json_node_unref);
  g_clear_error (&asked->error);
  asked->answered = FALSE;
}

static void
test_client_results (ServerFixture *fixture,
                     gconstpointer  data)
{
  RawPeer *peer = aspnetcore_connect (fixture);
  SignalrHub *hub = SIGNALR_HUB (fixture->hub);
  g_autoptr (JsonNode) args = json_from_string ("[\"ok?\"]", NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Asked asked = { 0 };
  const char *id;

  raw_wait_until (fixture->hub->ids->len == 1);
  id = g_ptr_array_index (fixture->hub->ids, 0);

  signalr_hub_invoke_client_async (hub, id, "ask", args, NULL, asked_cb, &asked);
  aspnetcore_assert_record (peer, "{\"type\":1,\"invocationId\":\"s1\",\"target\":\"ask\",\"arguments\":[\"ok?\"]}");
  aspnetcore_send (peer, "{\"type\":3,\"invocationId\":\"s99\",\"result\":1}");
  aspnetcore_send (peer, "{\"type\":3,\"invocationId\":\"s1\",\"result\":true}");
  raw_wait_until (asked.answered);
  g_assert_true (json_node_get_boolean (asked.result));
  asked_clear (&asked);

  signalr_hub_invoke_client_async (hub, id, "ask", NULL, NULL, asked_cb, &asked);
  aspnetcore_assert_record (peer, "{\"type\":1,\"invocationId\":\"s2\",\"target\":\"ask\",\"arguments\":[]}");
  aspnetcore_send (peer, "{\"type\":3,\"invocationId\":\"s2\",\"error\":\"Client didn't provide a result.\"}");
  raw_wait_until (asked.answered);
  g_assert_error (asked.error, SIGNALR_ERROR, SIGNALR_ERROR_HUB);
  g_assert_cmpstr (asked.error->message, ==, "Client didn't provide a result.");
  asked_clear (&asked);

  signalr_hub_invoke_client_async (hub, id, "ask", NULL, NULL, asked_cb, &asked);
  aspnetcore_assert_record (peer, "{\"type\":1,\"invocationId\":\"s3\",\"target\":\"ask\",\"arguments\":[]}");
  aspnetcore_send (peer, "{\"type\":3,\"invocationId\":\"s3\",\"result\":1e999}");
  raw_wait_until (asked.answered);
  g_assert_error (asked.error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
  asked_clear (&asked);

  signalr_hub_invoke_client_async (hub, id, "ask", NULL, cancellable, asked_cb, &asked);
  aspnetcore_assert_record (peer, "{\"type\":1,\"invocationId\":\"s4\",\"target\":\"ask\",\"arguments\":[]}");
  g_cancellable_cancel (cancellable);
  raw_wait_until (asked.answered);
  g_assert_error (asked.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  asked_clear (&asked);
  aspnetcore_send (peer, "{\"type\":3,\"invocationId\":\"s4\",\"result\":1}");

  /* What one was asked is not for another to answer. */
  signalr_hub_invoke_client_async (hub, id, "ask", NULL, NULL, asked_cb, &asked);
  aspnetcore_assert_record (peer, "{\"type\":1,\"invocationId\":\"s5\",\"target\":\"ask\",\"arguments\":[]}");
  {
    g_autoptr (RawPeer) other = aspnetcore_connect (fixture);

    aspnetcore_send (other, "{\"type\":3,\"invocationId\":\"s5\",\"result\":1}");
    aspnetcore_assert_record (other, "{\"type\":7,\"error\":\"Connection closed with an error.\",\"allowReconnect\":true}");
  }
  g_assert_false (asked.answered);
  aspnetcore_send (peer, "{\"type\":3,\"invocationId\":\"s5\",\"result\":2}");
  raw_wait_until (asked.answered);
  g_assert_cmpint (json_node_get_int (asked.result), ==, 2);
  asked_clear (&asked);

  signalr_hub_invoke_client_async (hub, "nobody", "ask", NULL, NULL, asked_cb, &asked);
  raw_wait_until (asked.answered);
  g_assert_error (asked.error, SIGNALR_ERROR, SIGNALR_ERROR_NOT_CONNECTED);
  g_assert_cmpstr (asked.error->message, ==, "Connection 'nobody' does not exist.");
  asked_clear (&asked);

  signalr_hub_invoke_client_async (hub, id, "ask", NULL, NULL, asked_cb, &asked);
  raw_settle ();
  raw_peer_free (peer);
  raw_wait_until (asked.answered);
  g_assert_error (asked.error, SIGNALR_ERROR, SIGNALR_ERROR_NOT_CONNECTED);
  asked_clear (&asked);
}

static void
asked_in_call_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (SignalrInvocation) invocation = user_data;

  signalr_invocation_return_value (invocation, signalr_hub_invoke_client_finish (SIGNALR_HUB (source), result, NULL));
}

static void
ask_caller_cb (SignalrHub        *hub,
               SignalrInvocation *invocation,
               gpointer           user_data)
{
  const char *id = signalr_caller_get_connection_id (signalr_invocation_get_caller (invocation));

  signalr_hub_invoke_client_async (hub, id, "ask", NULL, NULL, asked_in_call_cb, g_object_ref (invocation));
}

/* What the client was asked within its own call is read although that call is not over. */
static void
test_client_result_in_call (ServerFixture *fixture,
                            gconstpointer  data)
{
  g_autoptr (RawPeer) peer = aspnetcore_connect (fixture);

  signalr_hub_add_method (SIGNALR_HUB (fixture->hub), "AskCaller", 0, ask_caller_cb, NULL, NULL);
  aspnetcore_send (peer, "{\"type\":1,\"invocationId\":\"1\",\"target\":\"AskCaller\",\"arguments\":[]}");
  aspnetcore_send (peer, "{\"type\":1,\"invocationId\":\"2\",\"target\":\"Add\",\"arguments\":[1,2]}");
  aspnetcore_assert_record (peer, "{\"type\":1,\"invocationId\":\"s1\",\"target\":\"ask\",\"arguments\":[]}");
  aspnetcore_assert_record (peer, "{\"type\":3,\"invocationId\":\"2\",\"result\":3}");
  aspnetcore_send (peer, "{\"type\":3,\"invocationId\":\"s1\",\"result\":\"yes\"}");
  aspnetcore_assert_record (peer, "{\"type\":3,\"invocationId\":\"1\",\"result\":\"yes\"}");
}

static void
progress_cb (SignalrHub        *hub,
             SignalrInvocation *invocation,
             gpointer           user_data)
{
  signalr_invocation_report_progress (invocation, number (50));
  signalr_invocation_report_progress (invocation, NULL);
  signalr_invocation_return_value (invocation, number (100));
}

static void
state_cb (SignalrHub        *hub,
          SignalrInvocation *invocation,
          gpointer           user_data)
{
  JsonNode *name = signalr_invocation_get_state (invocation, "name");
  JsonNode *greeting = json_node_new (JSON_NODE_VALUE);

  g_assert_null (signalr_invocation_get_state (invocation, "nothing"));
  json_node_set_string (greeting, name != NULL ? json_node_get_string (name) : "nobody");
  signalr_invocation_set_state (invocation, "greeted", greeting);
  g_assert_true (signalr_invocation_get_state (invocation, "greeted") == greeting);
  signalr_invocation_return_value (invocation, NULL);
}

/* Before and behind a change. */
static void
state_and_call_cb (SignalrHub        *hub,
                   SignalrInvocation *invocation,
                   gpointer           user_data)
{
  SignalrCaller *caller = signalr_invocation_get_caller (invocation);

  signalr_hub_call_caller (hub, caller, "before", NULL);
  signalr_invocation_set_state (invocation, "n", number (1));
  signalr_hub_call_caller (hub, caller, "behind", NULL);
  signalr_invocation_set_state (invocation, "n", number (2));
  signalr_invocation_return_value (invocation, NULL);
}

static void
test_classic (ServerFixture *fixture,
              gconstpointer  data)
{
  SignalrHub *hub = SIGNALR_HUB (fixture->hub);
  g_autofree char *token = aspnet_negotiate (fixture);
  g_autoptr (RawPeer) peer = aspnet_connect (fixture, token);
  g_autofree char *progress = NULL;
  g_autofree char *calls = NULL;
  g_autofree char *long_state = g_strnfill (4100, 'x');
  g_autofree char *call = NULL;

  signalr_hub_add_method (hub, "Progress", 0, progress_cb, NULL, NULL);
  signalr_hub_add_method (hub, "State", 0, state_cb, NULL, NULL);

  raw_peer_send_text (peer, "{\"H\":\"testhub\",\"M\":\"Progress\",\"A\":[],\"I\":0}");
  progress = raw_peer_read_text (peer);
  g_assert_true (g_str_has_suffix (progress, "\"M\":[{\"I\":\"P|0\",\"P\":{\"I\":\"0\",\"D\":50}},{\"I\":\"P|0\",\"P\":{\"I\":\"0\",\"D\":null}}]}"));
  raw_peer_assert_text (peer, "{\"R\":100,\"I\":\"0\"}");

  raw_peer_send_text (peer, "{\"H\":\"testhub\",\"M\":\"State\",\"A\":[],\"I\":1,\"S\":{\"name\":\"ana\"}}");
  raw_peer_assert_text (peer, "{\"S\":{\"greeted\":\"ana\"},\"I\":\"1\"}");
  raw_peer_send_text (peer, "{\"H\":\"testhub\",\"M\":\"State\",\"A\":[],\"I\":2}");
  raw_peer_assert_text (peer, "{\"S\":{\"greeted\":\"nobody\"},\"I\":\"2\"}");

  signalr_hub_add_method (hub, "StateAndCall", 0, state_and_call_cb, NULL, NULL);
  raw_peer_send_text (peer, "{\"H\":\"testhub\",\"M\":\"StateAndCall\",\"A\":[],\"I\":5}");
  calls = raw_peer_read_text (peer);
  g_assert_true (g_str_has_suffix (calls, "\"M\":[{\"H\":\"TestHub\",\"M\":\"before\",\"A\":[]},"
                                          "{\"H\":\"TestHub\",\"M\":\"behind\",\"A\":[],\"S\":{\"n\":1}}]}"));
  raw_peer_assert_text (peer, "{\"S\":{\"n\":2},\"I\":\"5\"}");

  call = g_strdup_printf ("{\"H\":\"testhub\",\"M\":\"State\",\"A\":[],\"I\":3,\"S\":{\"name\":\"%s\"}}", long_state);
  raw_peer_send_text (peer, call);
  g_assert_true (raw_peer_is_silent (peer));

  /* Streams are nothing for it. */
  raw_peer_send_text (peer, "{\"H\":\"testhub\",\"M\":\"Count\",\"A\":[2],\"I\":4}");
  raw_peer_assert_text (peer, "{\"I\":\"4\",\"E\":\"There was an error invoking Hub method 'testhub.Count'.\"}");
}

static void
test_classic_cannot_answer (ServerFixture *fixture,
                            gconstpointer  data)
{
  g_autofree char *token = aspnet_negotiate (fixture);
  g_autoptr (RawPeer) peer = aspnet_connect (fixture, token);
  Asked asked = { 0 };

  signalr_hub_invoke_client_async (SIGNALR_HUB (fixture->hub), g_ptr_array_index (fixture->hub->ids, 0),
                                   "ask", NULL, NULL, asked_cb, &asked);
  raw_wait_until (asked.answered);
  g_assert_error (asked.error, SIGNALR_ERROR, SIGNALR_ERROR_NOT_CONNECTED);
  asked_clear (&asked);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add ("/streams/" path, ServerFixture, NULL, set_up, func, tear_down)

  ADD ("down", test_down);
  ADD ("down-cancelled", test_down_cancelled);
  ADD ("down-fails", test_down_fails);
  ADD ("down-lost", test_down_lost);
  ADD ("up", test_up);
  ADD ("up-unread", test_up_unread);
  ADD ("up-errors", test_up_errors);
  ADD ("client-results", test_client_results);
  ADD ("client-result-in-call", test_client_result_in_call);
  ADD ("classic", test_classic);
  ADD ("classic-cannot-answer", test_classic_cannot_answer);

  return g_test_run ();
}
