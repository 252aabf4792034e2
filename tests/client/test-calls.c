/* test-calls.c: calls that want more than an answer, and calls of the server
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "tertulia-config.h"

#include "fixture.h"

/* A call, what came of it before its answer, and the answer. */
typedef struct {
  SignalrCall *call;
  GString     *told;
  guint        n_told;
  Answer       answer;
} Made;

static void
item_cb (SignalrCall *call,
         JsonNode    *item,
         Made        *made)
{
  g_autofree char *text = json_to_string (item, FALSE);

  g_string_append_printf (made->told, "%s ", text);
  made->n_told++;
}

static void
called_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Made *made = user_data;

  made->answer.n_answers++;
  made->answer.node = signalr_hub_proxy_call_finish (SIGNALR_HUB_PROXY (source), result,
                                                     &made->answer.delivery, &made->answer.error);
}

static void
made_init (Made       *made,
           const char *method,
           const char *arg)
{
  g_autoptr (JsonNode) args = arg != NULL ? array_of_text (arg) : NULL;

  *made = (Made) { .call = signalr_call_new (method, args), .told = g_string_new (NULL) };
  g_signal_connect (made->call, "item", G_CALLBACK (item_cb), made);
  g_signal_connect (made->call, "progress", G_CALLBACK (item_cb), made);
}

static void
made_clear (Made *made)
{
  g_assert_finalize_object (made->call);
  g_string_free (made->told, TRUE);
  answer_clear (&made->answer);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Made, made_clear)

static void
make (Fixture      *fixture,
      Made         *made,
      GCancellable *cancellable)
{
  signalr_hub_proxy_call_async (fixture->hub, made->call, cancellable, called_cb, made);
  g_assert_cmpuint (made->answer.n_answers, ==, 0);
}

static const char *
last_frame (Fixture *fixture)
{
  return g_ptr_array_index (fixture->peer->frames, fixture->peer->frames->len - 1);
}

static void
wait_for_frame (Fixture    *fixture,
                const char *text)
{
  while (fixture->peer->frames->len == 0 || strstr (last_frame (fixture), text) == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_stream (Fixture       *fixture,
             gconstpointer  core)
{
  g_auto (Made) made = { 0 };

  start (fixture);
  made_init (&made, "Count", NULL);
  signalr_call_set_streams (made.call, TRUE);
  make (fixture, &made, NULL);
  peer_wait (&made.answer.n_answers, 1);
  g_assert_no_error (made.answer.error);
  g_assert_cmpstr (made.told->str, ==, "1 2 ");
  g_assert_true (json_node_is_null (made.answer.node));
  stop (fixture);
}

static void
test_stream_cancelled (Fixture       *fixture,
                       gconstpointer  core)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (Made) made = { 0 };

  start (fixture);
  made_init (&made, "Endless", NULL);
  signalr_call_set_streams (made.call, TRUE);
  make (fixture, &made, cancellable);
  peer_send (fixture->peer, "{\"type\":2,\"invocationId\":\"0\",\"item\":{\"x\":1}}");
  peer_wait (&made.n_told, 1);

  g_cancellable_cancel (cancellable);
  peer_wait (&made.answer.n_answers, 1);
  g_assert_error (made.answer.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  wait_for_frame (fixture, "{\"type\":5,\"invocationId\":\"0\"}");

  /* What still comes is for nobody. */
  peer_send (fixture->peer, "{\"type\":2,\"invocationId\":\"0\",\"item\":2}");
  peer_settle ();
  g_assert_cmpstr (made.told->str, ==, "{\"x\":1} ");
  stop (fixture);
}

static void
ended_cb (SignalrUpload *upload,
          guint         *count)
{
  (*count)++;
}

static void
push_number (SignalrUpload *upload,
             gint64         number)
{
  g_autoptr (JsonNode) item = json_node_new (JSON_NODE_VALUE);
  g_autoptr (GError) error = NULL;

  json_node_set_int (item, number);
  signalr_upload_push (upload, item, &error);
  g_assert_no_error (error);
}

static void
test_upload (Fixture       *fixture,
             gconstpointer  core)
{
  g_autoptr (SignalrUpload) upload = signalr_upload_new ();
  g_autoptr (JsonNode) item = json_node_new (JSON_NODE_NULL);
  g_autoptr (GError) error = NULL;
  g_auto (Made) made = { 0 };
  g_auto (Made) again = { 0 };
  guint n_ended = 0;

  g_signal_connect (upload, "ended", G_CALLBACK (ended_cb), &n_ended);
  start (fixture);
  made_init (&made, "Sum", NULL);
  signalr_call_add_upload (made.call, upload);

  /* Before the call is made, and after. */
  push_number (upload, 20);
  make (fixture, &made, NULL);
  push_number (upload, 22);
  signalr_upload_complete (upload);
  peer_wait (&made.answer.n_answers, 1);
  g_assert_no_error (made.answer.error);
  g_assert_cmpint (json_node_get_int (made.answer.node), ==, 42);
  g_assert_cmpuint (n_ended, ==, 1);

  /* A stream serves one call. */
  made_init (&again, "Sum", NULL);
  signalr_call_add_upload (again.call, upload);
  make (fixture, &again, NULL);
  peer_wait (&again.answer.n_answers, 1);
  g_assert_error (again.answer.error, SIGNALR_ERROR, SIGNALR_ERROR_BUSY);
  stop (fixture);
}

static void
test_upload_ends (Fixture       *fixture,
                  gconstpointer  core)
{
  g_autoptr (SignalrUpload) upload = signalr_upload_new ();
  g_autoptr (JsonNode) item = json_node_new (JSON_NODE_NULL);
  g_autoptr (GError) error = NULL;
  g_auto (Made) made = { 0 };
  guint n_ended = 0;

  g_signal_connect (upload, "ended", G_CALLBACK (ended_cb), &n_ended);
  start (fixture);
  made_init (&made, "Sum", NULL);
  signalr_call_add_upload (made.call, upload);
  make (fixture, &made, NULL);
  peer_cut (fixture->peer);
  peer_wait (&made.answer.n_answers, 1);
  g_assert_error (made.answer.error, SIGNALR_ERROR, SIGNALR_ERROR_NOT_CONNECTED);
  g_assert_cmpuint (n_ended, ==, 1);
  g_assert_false (signalr_upload_push (upload, item, &error));
  g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_NOT_CONNECTED);
  peer_wait (&fixture->n_reconnected, 1);
  stop (fixture);
}

static void
test_upload_fails (Fixture       *fixture,
                   gconstpointer  core)
{
  g_autoptr (SignalrUpload) upload = signalr_upload_new ();
  g_auto (Made) made = { 0 };

  start (fixture);
  made_init (&made, "Sum", NULL);
  signalr_call_add_upload (made.call, upload);
  signalr_upload_fail (upload, "no more");
  make (fixture, &made, NULL);
  wait_for_frame (fixture, "{\"type\":3,\"invocationId\":\"1\",\"error\":\"no more\"}");
  peer_wait (&made.answer.n_answers, 1);
  stop (fixture);
}

static void
pushed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Answer *answer = user_data;

  answer->n_answers++;
  signalr_upload_push_finish (SIGNALR_UPLOAD (source), result, &answer->error);
}

/* A stream is no faster than its way: an item waits for room, and can be taken back. */
static void
test_upload_waits (Fixture       *fixture,
                   gconstpointer  core)
{
  g_autoptr (SignalrUpload) upload = signalr_upload_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (JsonNode) item = json_node_new (JSON_NODE_VALUE);
  g_auto (Answer) back = { 0 };
  g_auto (Answer) waits = { 0 };
  g_auto (Answer) busy = { 0 };
  g_auto (Made) made = { 0 };
  gint64 sum = 0;

  json_node_set_int (item, 1000);
  start (fixture);
  for (; sum < 1000; sum++)
    push_number (upload, 1);

  signalr_upload_push_async (upload, item, cancellable, pushed_cb, &back);
  signalr_upload_push_async (upload, item, NULL, pushed_cb, &busy);
  peer_wait (&busy.n_answers, 1);
  g_assert_error (busy.error, SIGNALR_ERROR, SIGNALR_ERROR_BUSY);
  g_assert_cmpuint (back.n_answers, ==, 0);
  g_cancellable_cancel (cancellable);
  peer_wait (&back.n_answers, 1);
  g_assert_error (back.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  /* There is room when the call is made. */
  signalr_upload_push_async (upload, item, NULL, pushed_cb, &waits);
  peer_settle ();
  g_assert_cmpuint (waits.n_answers, ==, 0);
  made_init (&made, "Sum", NULL);
  signalr_call_add_upload (made.call, upload);
  make (fixture, &made, NULL);
  peer_wait (&waits.n_answers, 1);
  g_assert_no_error (waits.error);
  signalr_upload_complete (upload);
  peer_wait (&made.answer.n_answers, 1);
  g_assert_no_error (made.answer.error);
  g_assert_cmpint (json_node_get_int (made.answer.node), ==, 2000);
  stop (fixture);
}

/* Who cancels a call ends its streams: the method does not wait for them for ever. */
static void
test_upload_cancelled (Fixture       *fixture,
                       gconstpointer  core)
{
  g_autoptr (SignalrUpload) upload = signalr_upload_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (Made) made = { 0 };

  start (fixture);
  made_init (&made, "Sum", NULL);
  signalr_call_add_upload (made.call, upload);
  make (fixture, &made, cancellable);
  push_number (upload, 1);
  g_cancellable_cancel (cancellable);
  peer_wait (&made.answer.n_answers, 1);
  g_assert_error (made.answer.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  wait_for_frame (fixture, "{\"type\":3,\"invocationId\":\"1\",\"error\":\"The call was cancelled\"}");
  stop (fixture);
}

static void
answer_cb (SignalrClientCall *call,
           gpointer           user_data)
{
  JsonArray *args = json_node_get_array (signalr_client_call_get_args (call));

  if (json_array_get_length (args) == 0)
    signalr_client_call_return_error (call, "no question");
  else
    signalr_client_call_return (call, json_array_get_element (args, 0));
}

static void
keep_cb (SignalrClientCall *call,
         gpointer           user_data)
{
  SignalrClientCall **kept = user_data;

  g_set_object (kept, call);
}

static void
test_client_results (Fixture       *fixture,
                     gconstpointer  core)
{
  g_autoptr (SignalrClientCall) kept = NULL;

  signalr_hub_proxy_set_result_func (fixture->hub, "Ask", answer_cb, NULL, NULL);
  start (fixture);

  peer_send (fixture->peer, "{\"type\":1,\"invocationId\":\"s1\",\"target\":\"ask\",\"arguments\":[7]}");
  wait_for_frame (fixture, "{\"type\":3,\"invocationId\":\"s1\",\"result\":7}");
  peer_send (fixture->peer, "{\"type\":1,\"invocationId\":\"s2\",\"target\":\"ask\",\"arguments\":[]}");
  wait_for_frame (fixture, "{\"type\":3,\"invocationId\":\"s2\",\"error\":\"no question\"}");
  peer_send (fixture->peer, "{\"type\":1,\"invocationId\":\"s3\",\"target\":\"other\",\"arguments\":[]}");
  wait_for_frame (fixture,
                  "{\"type\":3,\"invocationId\":\"s3\",\"error\":\"Client didn't provide a result.\"}");

  /* One for all, that answers later; or not at all. */
  signalr_hub_proxy_set_result_func (fixture->hub, NULL, keep_cb, &kept, NULL);
  peer_send (fixture->peer, "{\"type\":1,\"invocationId\":\"s4\",\"target\":\"other\",\"arguments\":[]}");
  peer_wait (&fixture->n_invocations, 4);
  g_assert_cmpstr (signalr_client_call_get_method (kept), ==, "other");
  g_assert_cmpstr (signalr_client_call_get_id (kept), ==, "s4");
  signalr_client_call_return (kept, NULL);
  g_assert_null (signalr_client_call_get_id (kept));
  wait_for_frame (fixture, "{\"type\":3,\"invocationId\":\"s4\",\"result\":null}");

  peer_send (fixture->peer, "{\"type\":1,\"invocationId\":\"s5\",\"target\":\"other\",\"arguments\":[]}");
  peer_wait (&fixture->n_invocations, 5);
  g_clear_object (&kept);
  wait_for_frame (fixture, "\"s5\",\"error\":");

  /* The connection that asked is gone, and its successor did not. */
  peer_send (fixture->peer, "{\"type\":1,\"invocationId\":\"s6\",\"target\":\"other\",\"arguments\":[]}");
  peer_wait (&fixture->n_invocations, 6);
  peer_cut (fixture->peer);
  peer_wait (&fixture->n_reconnected, 1);
  peer_settle ();
  signalr_client_call_return (kept, NULL);
  peer_settle ();
  g_assert_null (strstr (last_frame (fixture), "s6"));
  stop (fixture);
}

static void
test_progress (Fixture       *fixture,
               gconstpointer  core)
{
  g_auto (Made) made = { 0 };

  start (fixture);
  made_init (&made, "Hang", NULL);
  make (fixture, &made, NULL);
  peer_send (fixture->peer, "{\"C\":\"d-2\",\"M\":[{\"I\":\"P|0\",\"P\":{\"I\":\"0\",\"D\":33}},"
                            "{\"I\":\"P|9\",\"P\":{\"I\":\"9\",\"D\":1}}]}");
  peer_wait (&made.n_told, 1);
  peer_send (fixture->peer, "{\"I\":\"0\",\"R\":true}");
  peer_wait (&made.answer.n_answers, 1);
  g_assert_cmpstr (made.told->str, ==, "33 ");
  g_assert_true (json_node_get_boolean (made.answer.node));
  stop (fixture);
}

static void
test_state (Fixture       *fixture,
            gconstpointer  core)
{
  g_autoptr (JsonNode) state = json_from_string ("{\"name\":\"bob\",\"n\":1}", NULL);
  g_autofree char *text = NULL;
  g_auto (Answer) hang = { 0 };

  signalr_hub_proxy_set_state (fixture->hub, state);
  start (fixture);
  invoke (fixture, "Hang", &hang);
  wait_for_frame (fixture, "\"S\":{\"name\":\"bob\",\"n\":1}");
  peer_send (fixture->peer, "{\"S\":{\"n\":2,\"more\":true},\"I\":\"0\"}");
  peer_wait (&hang.n_answers, 1);
  text = json_to_string (signalr_hub_proxy_get_state (fixture->hub), FALSE);
  g_assert_cmpstr (text, ==, "{\"name\":\"bob\",\"n\":2,\"more\":true}");
  stop (fixture);
}

static void
test_no_streams (Fixture       *fixture,
                 gconstpointer  core)
{
  g_auto (Made) made = { 0 };

  start (fixture);
  made_init (&made, "Count", NULL);
  signalr_call_set_streams (made.call, TRUE);
  make (fixture, &made, NULL);
  peer_wait (&made.answer.n_answers, 1);
  g_assert_error (made.answer.error, SIGNALR_ERROR, SIGNALR_ERROR_PROTOCOL);
  g_assert_cmpint (made.answer.delivery, ==, SIGNALR_DELIVERY_NOT_SENT);
  stop (fixture);
}

/* A call made while the connection is being made, or lost, waits for it. */
static void
test_policy_wait (Fixture       *fixture,
                  gconstpointer  core)
{
  g_auto (Made) idle = { 0 };
  g_auto (Made) early = { 0 };
  g_auto (Made) lost = { 0 };

  made_init (&idle, "Echo", "a");
  signalr_call_set_policy (idle.call, SIGNALR_CALL_POLICY_WAIT);
  make (fixture, &idle, NULL);
  peer_wait (&idle.answer.n_answers, 1);
  g_assert_error (idle.answer.error, SIGNALR_ERROR, SIGNALR_ERROR_NOT_CONNECTED);

  signalr_connection_start_async (fixture->connection, NULL, NULL, NULL);
  made_init (&early, "Echo", "b");
  signalr_call_set_policy (early.call, SIGNALR_CALL_POLICY_WAIT);
  make (fixture, &early, NULL);
  peer_wait (&early.answer.n_answers, 1);
  g_assert_cmpstr (json_node_get_string (early.answer.node), ==, "b");

  peer_cut (fixture->peer);
  peer_wait (&fixture->n_reconnecting, 1);
  made_init (&lost, "Echo", "c");
  signalr_call_set_policy (lost.call, SIGNALR_CALL_POLICY_WAIT);
  make (fixture, &lost, NULL);
  peer_wait (&lost.answer.n_answers, 1);
  g_assert_cmpstr (json_node_get_string (lost.answer.node), ==, "c");
  g_assert_cmpuint (fixture->n_reconnected, ==, 1);
  stop (fixture);
}

/* A call that was lost with its answer is made again, before those that waited. */
static void
test_policy_repeat (Fixture       *fixture,
                    gconstpointer  core)
{
  g_auto (Made) repeated = { 0 };
  g_auto (Made) failed = { 0 };
  guint n_frames;

  start (fixture);
  made_init (&repeated, "Hang", NULL);
  signalr_call_set_policy (repeated.call, SIGNALR_CALL_POLICY_REPEAT);
  make (fixture, &repeated, NULL);
  made_init (&failed, "Hang", NULL);
  signalr_call_set_policy (failed.call, SIGNALR_CALL_POLICY_WAIT);
  make (fixture, &failed, NULL);
  wait_for_frame (fixture, "Hang");
  peer_settle ();

  n_frames = fixture->peer->frames->len;
  peer_cut (fixture->peer);
  peer_wait (&failed.answer.n_answers, 1);
  g_assert_cmpint (failed.answer.delivery, ==, SIGNALR_DELIVERY_UNKNOWN);
  peer_wait (&fixture->n_reconnected, 1);
  while (fixture->peer->frames->len == n_frames || strstr (last_frame (fixture), "Hang") == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (repeated.answer.n_answers, ==, 0);

  stop (fixture);
  peer_wait (&repeated.answer.n_answers, 1);
  g_assert_error (repeated.answer.error, SIGNALR_ERROR, SIGNALR_ERROR_CANCELLED);
}

static void
test_timeout (Fixture       *fixture,
              gconstpointer  core)
{
  g_auto (Made) sent = { 0 };
  g_auto (Made) waits = { 0 };

  start (fixture);
  made_init (&sent, "Hang", NULL);
  signalr_call_set_timeout (sent.call, 50);
  make (fixture, &sent, NULL);
  peer_wait (&sent.answer.n_answers, 1);
  g_assert_error (sent.answer.error, SIGNALR_ERROR, SIGNALR_ERROR_TIMED_OUT);
  g_assert_cmpint (sent.answer.delivery, ==, SIGNALR_DELIVERY_UNKNOWN);

  fixture->peer->hang = TRUE;
  peer_cut (fixture->peer);
  peer_wait (&fixture->n_reconnecting, 1);
  made_init (&waits, "Echo", "x");
  signalr_call_set_policy (waits.call, SIGNALR_CALL_POLICY_WAIT);
  signalr_call_set_timeout (waits.call, 50);
  make (fixture, &waits, NULL);
  peer_wait (&waits.answer.n_answers, 1);
  g_assert_error (waits.answer.error, SIGNALR_ERROR, SIGNALR_ERROR_TIMED_OUT);
  g_assert_cmpint (waits.answer.delivery, ==, SIGNALR_DELIVERY_NOT_SENT);
}

/* The other encoding: the same, in bytes. */
static void
test_messagepack (Fixture       *fixture,
                  gconstpointer  core)
{
  g_autoptr (GBytes) bytes = g_bytes_new ("\0\1\2", 3);
  g_autoptr (JsonNode) args = json_node_new (JSON_NODE_ARRAY);
  g_auto (Made) made = { 0 };
  g_auto (Answer) echo = { 0 };
  g_auto (Answer) fail = { 0 };

  signalr_connection_set_encoding (fixture->connection, SIGNALR_ENCODING_MESSAGEPACK);
  start (fixture);
  g_assert_nonnull (fixture->peer->binary);
  g_assert_cmpint (signalr_connection_get_transport (fixture->connection), ==,
                   SIGNALR_TRANSPORT_WEB_SOCKETS);

  push (fixture, "hello");
  peer_wait (&fixture->n_invocations, 1);
  g_assert_cmpstr (fixture->args, ==, "hello[1,\"two\"]");
  invoke (fixture, "Echo", &echo);
  invoke (fixture, "Fail", &fail);
  peer_wait (&fail.n_answers, 1);
  g_assert_cmpstr (json_node_get_string (echo.node), ==, "hi");
  g_assert_error (fail.error, SIGNALR_ERROR, SIGNALR_ERROR_HUB);

  json_node_take_array (args, json_array_new ());
  json_array_add_element (json_node_get_array (args), signalr_node_new_bytes (bytes));
  g_assert_true (signalr_hub_proxy_send (fixture->hub, "Take", args, NULL));
  wait_for_frame (fixture, "\"arguments\":[\"AAEC\"]");

  made_init (&made, "Count", NULL);
  signalr_call_set_streams (made.call, TRUE);
  make (fixture, &made, NULL);
  peer_wait (&made.answer.n_answers, 1);
  g_assert_cmpstr (made.told->str, ==, "1 2 ");
  stop (fixture);
}

#define ADD(name, core, func)                                                 \
  g_test_add ("/client/calls/" name, Fixture, core, fixture_set_up, func, fixture_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("core/stream", CORE, test_stream);
  ADD ("core/stream-cancelled", CORE, test_stream_cancelled);
  ADD ("core/upload", CORE, test_upload);
  ADD ("core/upload-ends", CORE, test_upload_ends);
  ADD ("core/upload-fails", CORE, test_upload_fails);
  ADD ("core/upload-waits", CORE, test_upload_waits);
  ADD ("core/upload-cancelled", CORE, test_upload_cancelled);
  ADD ("core/client-results", CORE, test_client_results);
  ADD ("core/policy-wait", CORE, test_policy_wait);
  ADD ("core/policy-repeat", CORE, test_policy_repeat);
  ADD ("core/timeout", CORE, test_timeout);
#if SIGNALR_HAVE_MSGPACK
  ADD ("core/messagepack", CORE, test_messagepack);
#endif
  ADD ("classic/progress", CLASSIC, test_progress);
  ADD ("classic/state", CLASSIC, test_state);
  ADD ("classic/no-streams", CLASSIC, test_no_streams);
  ADD ("classic/policy-wait", CLASSIC, test_policy_wait);
  ADD ("classic/policy-repeat", CLASSIC, test_policy_repeat);

  return g_test_run ();
}
