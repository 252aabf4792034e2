/* test-connection.c: the real object against a scripted server, in both dialects
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fixture.h"

static void
send_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Answer *answer = user_data;

  answer->n_answers++;
  signalr_connection_send_finish (SIGNALR_CONNECTION (source), result, &answer->error);
}

static void
test_start_and_stop (Fixture       *fixture,
                     gconstpointer  core)
{
  start (fixture);
  g_assert_cmpint (signalr_connection_get_dialect (fixture->connection), ==,
                   core ? SIGNALR_DIALECT_ASPNETCORE : SIGNALR_DIALECT_ASPNET);
  g_assert_cmpint (signalr_connection_get_transport (fixture->connection), ==,
                   SIGNALR_TRANSPORT_WEB_SOCKETS);
  g_assert_nonnull (signalr_connection_get_connection_id (fixture->connection));
  g_assert_cmpint (signalr_connection_get_last_received (fixture->connection), >, 0);
  g_assert_cmpint (signalr_connection_get_keep_alive_timeout (fixture->connection), ==,
                   core ? 30000 : 20000);
  g_assert_cmpint (signalr_connection_get_slow_after (fixture->connection), ==,
                   core ? 20000 : 13333);

  stop (fixture);
  assert_log (fixture, "disconnecting disconnected DISCONNECTED ");
  g_assert_cmpint (fixture->reason, ==, SIGNALR_DISCONNECT_REASON_STOPPED);
  g_assert_no_error (fixture->error);
  g_assert_null (signalr_connection_get_connection_id (fixture->connection));
  g_assert_cmpint (peer_count (fixture->peer, "POST /hub/abort"), ==, core ? 0 : 1);
  if (core)
    g_assert_cmpstr (g_ptr_array_index (fixture->peer->frames, fixture->peer->frames->len - 1), ==,
                     "{\"type\":7}");

  /* And once more, with the same object. */
  start (fixture);
  stop (fixture);
  stop (fixture);
  assert_log (fixture, "disconnecting disconnected DISCONNECTED ");
}

static void
test_requests (Fixture       *fixture,
               gconstpointer  core)
{
  Peer *peer = fixture->peer;

  signalr_connection_set_access_token (fixture->connection, "secret");
  signalr_connection_set_header (fixture->connection, "X-Test", "yes");
  signalr_connection_set_query (fixture->connection, "room", "a b&c");
  start (fixture);

  if (core)
    {
      g_assert_cmpint (peer_count (peer, "GET /hub/negotiate"), ==, 0);
      g_assert_cmpstr (peer_get_query (peer, "POST /hub/negotiate", "negotiateVersion"), ==, "1");
      g_assert_cmpstr (peer_get_query (peer, "GET /hub", "id"), ==, "token+1");
      g_assert_cmpstr (peer_get_query (peer, "GET /hub", "room"), ==, "a b&c");
      g_assert_cmpstr (peer_get_header (peer, "GET /hub", "Authorization"), ==, "Bearer secret");
      g_assert_cmpstr (g_ptr_array_index (peer->frames, 0), ==,
                       "{\"protocol\":\"json\",\"version\":1}");
    }
  else
    {
      static const char * const requests[] = {
        "GET /hub/negotiate", "GET /hub/connect", "GET /hub/start"
      };

      for (guint i = 0; i < G_N_ELEMENTS (requests); i++)
        {
          g_assert_cmpint (peer_count (peer, requests[i]), ==, 1);
          g_assert_cmpstr (peer_get_query (peer, requests[i], "clientProtocol"), ==, "2.1");
          g_assert_cmpstr (peer_get_query (peer, requests[i], "connectionData"), ==,
                           "[{\"name\":\"chathub\"}]");
          g_assert_cmpstr (peer_get_query (peer, requests[i], "room"), ==, "a b&c");
          g_assert_cmpstr (peer_get_header (peer, requests[i], "Authorization"), ==,
                           "Bearer secret");
          g_assert_cmpstr (peer_get_header (peer, requests[i], "X-Test"), ==, "yes");
        }

      g_assert_cmpstr (peer_get_query (peer, "GET /hub/start", "transport"), ==, "webSockets");
      g_assert_cmpstr (peer_get_query (peer, "GET /hub/start", "connectionToken"), ==, "token+1");
    }

  stop (fixture);
}

static void
test_invoke (Fixture       *fixture,
             gconstpointer  core)
{
  g_auto (Answer) echo = { 0 };
  g_auto (Answer) fail = { 0 };
  g_auto (Answer) hang = { 0 };
  g_auto (Answer) early = { 0 };

  invoke (fixture, "Echo", &early);
  peer_wait (&early.n_answers, 1);
  g_assert_error (early.error, SIGNALR_ERROR, SIGNALR_ERROR_NOT_CONNECTED);
  g_assert_cmpint (early.delivery, ==, SIGNALR_DELIVERY_NOT_SENT);

  start (fixture);
  invoke (fixture, "Hang", &hang);
  invoke (fixture, "Echo", &echo);
  invoke (fixture, "Fail", &fail);
  peer_wait (&fail.n_answers, 1);

  g_assert_cmpint (echo.n_answers, ==, 1);
  g_assert_cmpstr (json_node_get_string (echo.node), ==, "hi");

  g_assert_error (fail.error, SIGNALR_ERROR, SIGNALR_ERROR_HUB);
  g_assert_cmpstr (fail.error->message, ==, "no");
  g_assert_cmpint (fail.delivery, ==, SIGNALR_DELIVERY_FAILED);
  if (!core)
    g_assert_cmpint (json_object_get_int_member (json_node_get_object (signalr_error_get_data (fail.error)),
                                                 "n"), ==, 7);

  g_assert_cmpint (hang.n_answers, ==, 0);
  stop (fixture);
  peer_wait (&hang.n_answers, 1);
  g_assert_error (hang.error, SIGNALR_ERROR, SIGNALR_ERROR_CANCELLED);
  g_assert_cmpint (hang.delivery, ==, SIGNALR_DELIVERY_UNKNOWN);
}

static void
test_invoke_cancelled (Fixture       *fixture,
                       gconstpointer  core)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (Answer) hang = { 0 };

  start (fixture);
  signalr_hub_proxy_invoke_async (fixture->hub, "Hang", NULL, cancellable, invoke_cb, &hang);
  g_cancellable_cancel (cancellable);
  g_assert_cmpint (hang.n_answers, ==, 0);
  peer_wait (&hang.n_answers, 1);
  g_assert_error (hang.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  /* Its late answer is for nobody. */
  peer_send (fixture->peer, core ? "{\"type\":3,\"invocationId\":\"0\",\"result\":1}"
                                 : "{\"I\":\"0\",\"R\":1}");
  peer_settle ();
  g_assert_cmpint (hang.n_answers, ==, 1);
  stop (fixture);
}

static void
test_send (Fixture       *fixture,
           gconstpointer  core)
{
  g_autoptr (JsonNode) args = array_of_text ("x");
  g_autoptr (GError) error = NULL;
  guint before;

  g_assert_false (signalr_hub_proxy_send (fixture->hub, "Say", args, &error));
  g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_NOT_CONNECTED);

  start (fixture);
  before = fixture->peer->frames->len;
  g_clear_error (&error);
  g_assert_true (signalr_hub_proxy_send (fixture->hub, "Say", args, &error));
  peer_wait (&fixture->peer->frames->len, before + 1);
  stop (fixture);
}

static void
invoked_by_name_cb (SignalrHubProxy *hub,
                    const char      *method,
                    JsonNode        *args,
                    guint           *count)
{
  (*count)++;
}

static void
test_invocation (Fixture       *fixture,
                 gconstpointer  core)
{
  guint n_exact = 0, n_lower = 0;

  g_signal_connect (fixture->hub, "invocation::addMessage", G_CALLBACK (invoked_by_name_cb), &n_exact);
  g_signal_connect (fixture->hub, "invocation::gone", G_CALLBACK (invoked_by_name_cb), &n_lower);
  start (fixture);

  push (fixture, "addMessage");
  peer_wait (&fixture->n_invocations, 1);
  g_assert_cmpstr (fixture->args, ==, "addMessage[1,\"two\"]");
  g_assert_cmpuint (n_exact, ==, 1);

  push (fixture, "Gone");
  push (fixture, "nobodyListens");
  peer_wait (&fixture->n_invocations, 3);
  g_assert_cmpuint (n_exact, ==, 1);
  g_assert_cmpuint (n_lower, ==, 1);
  stop (fixture);
}

static void
stop_from_handler_cb (SignalrHubProxy *hub,
                      const char      *method,
                      JsonNode        *args,
                      Fixture         *fixture)
{
  signalr_connection_stop_async (fixture->connection, NULL, NULL, NULL);
  g_assert_cmpint (signalr_connection_get_state (fixture->connection), ==,
                   SIGNALR_CONNECTION_STATE_DISCONNECTING);
}

/* What came in the same message is for nobody any more. */
static void
test_stop_from_handler (Fixture       *fixture,
                        gconstpointer  core)
{
  start (fixture);
  g_signal_connect (fixture->hub, "invocation::stop", G_CALLBACK (stop_from_handler_cb), fixture);
  peer_send (fixture->peer,
             core ? "{\"type\":1,\"target\":\"stop\",\"arguments\":[]}\x1e"
                    "{\"type\":1,\"target\":\"more\",\"arguments\":[]}"
                  : "{\"C\":\"d-9\",\"M\":[{\"H\":\"ChatHub\",\"M\":\"stop\",\"A\":[]},"
                    "{\"H\":\"ChatHub\",\"M\":\"more\",\"A\":[]}]}");
  peer_wait (&fixture->n_disconnected, 1);
  assert_log (fixture, "disconnecting disconnected DISCONNECTED ");
  g_assert_cmpuint (fixture->n_invocations, ==, 1);
}

static void
restart_cb (SignalrConnection       *connection,
            SignalrDisconnectReason  reason,
            GError                  *error,
            Answer                  *answer)
{
  if (answer->n_answers == 0)
    signalr_connection_start_async (connection, NULL, start_cb, answer);
}

static void
test_start_from_disconnected (Fixture       *fixture,
                              gconstpointer  core)
{
  g_auto (Answer) answer = { 0 };

  start (fixture);
  g_signal_connect (fixture->connection, "disconnected", G_CALLBACK (restart_cb), &answer);
  signalr_connection_stop_async (fixture->connection, NULL, NULL, NULL);
  peer_wait (&answer.n_answers, 1);
  g_assert_no_error (answer.error);
  assert_log (fixture, "disconnecting disconnected DISCONNECTED connecting connected ");

  g_signal_handlers_disconnect_by_data (fixture->connection, &answer);
  stop (fixture);
}

/* Garbage loses the transport, not the program. */
static void
test_garbage (Fixture       *fixture,
              gconstpointer  core)
{
  static const char * const garbage[] = { "<html>", "{\"C\":", "[]", "{\"type\":\"x\"}" };

  start (fixture);
  for (guint i = 0; i < 2; i++)
    {
      peer_send (fixture->peer, garbage[i]);
      peer_wait (&fixture->n_reconnected, i + 1);
    }

  g_assert_error (signalr_connection_get_last_error (fixture->connection),
                  SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
  stop (fixture);
}

/* What is wrong with one message loses neither the others nor the transport. */
static void
test_bad_message (Fixture       *fixture,
                  gconstpointer  core)
{
  g_auto (Answer) hang = { 0 };

  start (fixture);
  invoke (fixture, "Hang", &hang);
  peer_send (fixture->peer,
             core ? "{\"type\":1,\"target\":\"a\",\"arguments\":[\"\\u0000\"]}\x1e"
                    "{\"arguments\":[1e999,{\"type\":7}],\"target\":\"b\",\"type\":1}\x1e"
                    "{\"type\":1,\"target\":7,\"arguments\":[]}\x1e"
                    "{\"type\":3,\"invocationId\":\"0\",\"result\":1e999}\x1e"
                    "{\"type\":1,\"target\":\"good\",\"arguments\":[]}"
                  : "{\"C\":\"d-2\",\"M\":[{\"H\":\"ChatHub\",\"M\":\"a\",\"A\":[\"\\u0000\"]},"
                    "{\"H\":\"ChatHub\",\"M\":\"b\",\"A\":[1e999]},{\"H\":7},"
                    "{\"H\":\"ChatHub\",\"M\":\"good\",\"A\":[]}]}");
  peer_wait (&fixture->n_invocations, 1);
  g_assert_cmpstr (fixture->args, ==, "good[]");
  assert_log (fixture, "");

  /* The call whose answer it was is told. */
  if (core)
    {
      peer_wait (&hang.n_answers, 1);
      g_assert_error (hang.error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
      g_assert_cmpint (hang.delivery, ==, SIGNALR_DELIVERY_FAILED);
    }
  stop (fixture);
  peer_wait (&hang.n_answers, 1);
}

/* Of bytes and times, as properties. */
static void
test_facts (Fixture       *fixture,
            gconstpointer  core)
{
  g_auto (Answer) echo = { 0 };
  guint64 received, sent;
  gint64 last_received, round_trip;

  g_assert_cmpint (signalr_connection_get_round_trip_time (fixture->connection), ==, 0);
  start (fixture);
  g_object_get (fixture->connection, "bytes-received", &received, "bytes-sent", &sent,
                "round-trip-time", &round_trip, NULL);
  g_assert_cmpint (round_trip, ==, 0);

  invoke (fixture, "Echo", &echo);
  peer_wait (&echo.n_answers, 1);
  last_received = signalr_connection_get_last_received (fixture->connection);
  g_object_get (fixture->connection, "round-trip-time", &round_trip, NULL);
  g_assert_cmpint (round_trip, >, 0);
  g_assert_cmpint (round_trip, <=, last_received + 20 * G_USEC_PER_SEC);
  g_assert_cmpint (signalr_connection_get_round_trip_time (fixture->connection), ==, round_trip);
  g_assert_cmpuint (signalr_connection_get_bytes_received (fixture->connection), >, received);
  g_assert_cmpuint (signalr_connection_get_bytes_sent (fixture->connection), >, sent);

  /* Another way takes its own time. */
  peer_cut (fixture->peer);
  peer_wait (&fixture->n_reconnected, 1);
  g_assert_cmpint (signalr_connection_get_round_trip_time (fixture->connection), ==, 0);
  stop (fixture);
}

static void
wait_until_heard (Fixture *fixture)
{
  gint64 before = signalr_connection_get_last_received (fixture->connection);

  while (signalr_connection_get_last_received (fixture->connection) == before)
    g_main_context_iteration (NULL, TRUE);
  peer_settle ();
}

static gboolean
count_cb (gpointer user_data)
{
  (*(guint *) user_data)++;

  return G_SOURCE_CONTINUE;
}

/* A server that pings more seldom than others is not slow between two pings. */
static void
test_rhythm (Fixture       *fixture,
             gconstpointer  core)
{
  guint n_ticks = 0;
  guint id;

  start (fixture);
  signalr_connection_set_keep_alive_timeout (fixture->connection, 6000);
  g_assert_cmpuint (signalr_connection_get_slow_after (fixture->connection), ==, 4000);

  peer_send (fixture->peer, "{\"type\":6}");
  wait_until_heard (fixture);
  id = g_timeout_add (3500, count_cb, &n_ticks);
  peer_wait (&n_ticks, 1);
  peer_send (fixture->peer, "{\"type\":6}");
  wait_until_heard (fixture);
  g_source_remove (id);
  g_assert_cmpuint (signalr_connection_get_slow_after (fixture->connection), >, 4200);
  g_assert_cmpuint (signalr_connection_get_slow_after (fixture->connection), <, 6000);

  /* It is heard more often again. */
  peer_send (fixture->peer, "{\"type\":6}");
  wait_until_heard (fixture);
  g_assert_cmpuint (signalr_connection_get_slow_after (fixture->connection), ==, 4000);
  stop (fixture);
}

/* Who sends nothing pings, so that the server does not miss the client. */
static void
test_client_pings (Fixture       *fixture,
                   gconstpointer  core)
{
  guint n_frames;

  signalr_connection_set_ping_interval (fixture->connection, 20);
  start (fixture);
  n_frames = fixture->peer->frames->len;
  peer_wait (&fixture->peer->frames->len, n_frames + 3);
  g_assert_cmpstr (g_ptr_array_index (fixture->peer->frames, n_frames + 2), ==, "{\"type\":6}");
  stop (fixture);
}

static void
test_busy (Fixture       *fixture,
           gconstpointer  core)
{
  g_auto (Answer) first = { 0 };
  g_auto (Answer) second = { 0 };

  signalr_connection_start_async (fixture->connection, NULL, start_cb, &first);
  signalr_connection_start_async (fixture->connection, NULL, start_cb, &second);
  peer_wait (&first.n_answers, 1);
  g_assert_no_error (first.error);
  g_assert_cmpuint (second.n_answers, ==, 1);
  g_assert_error (second.error, SIGNALR_ERROR, SIGNALR_ERROR_BUSY);
  stop (fixture);
}

static void
test_start_stop_start (Fixture       *fixture,
                       gconstpointer  core)
{
  g_auto (Answer) first = { 0 };
  g_auto (Answer) second = { 0 };

  signalr_connection_start_async (fixture->connection, NULL, start_cb, &first);
  signalr_connection_stop_async (fixture->connection, NULL, NULL, NULL);
  signalr_connection_start_async (fixture->connection, NULL, start_cb, &second);
  peer_wait (&second.n_answers, 1);
  g_assert_error (first.error, SIGNALR_ERROR, SIGNALR_ERROR_CANCELLED);
  g_assert_no_error (second.error);
  assert_log (fixture, "connecting disconnecting disconnected DISCONNECTED connecting connected ");
  stop (fixture);
}

static void
test_start_cancelled (Fixture       *fixture,
                      gconstpointer  core)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (Answer) answer = { 0 };

  signalr_connection_start_async (fixture->connection, cancellable, start_cb, &answer);
  g_cancellable_cancel (cancellable);
  peer_wait (&answer.n_answers, 1);
  g_assert_error (answer.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  peer_wait (&fixture->n_disconnected, 1);
  assert_log (fixture, "connecting disconnecting disconnected DISCONNECTED ");
}

/* However far a start has come, the object can go. */
static void
test_dispose_at_each_step (Fixture       *fixture,
                           gconstpointer  core)
{
  for (guint n_iterations = 0; n_iterations < 60; n_iterations++)
    {
      g_autoptr (SignalrConnection) connection = signalr_connection_new (fixture->peer->url);
      g_auto (Answer) answer = { 0 };

      signalr_connection_get_hub (connection, "ChatHub");
      signalr_connection_start_async (connection, NULL, start_cb, &answer);
      for (guint i = 0; i < n_iterations && answer.n_answers == 0; i++)
        g_main_context_iteration (NULL, FALSE);

      g_object_run_dispose (G_OBJECT (connection));
      peer_wait (&answer.n_answers, 1);
      if (answer.error != NULL)
        g_assert_error (answer.error, SIGNALR_ERROR, SIGNALR_ERROR_CANCELLED);
      g_assert_finalize_object (g_steal_pointer (&connection));
    }
}

static void
test_dispose_with_calls (Fixture       *fixture,
                         gconstpointer  core)
{
  g_autoptr (SignalrHubProxy) hub = g_object_ref (fixture->hub);
  g_auto (Answer) hang = { 0 };
  g_auto (Answer) late = { 0 };

  start (fixture);
  invoke (fixture, "Hang", &hang);
  g_assert_finalize_object (g_steal_pointer (&fixture->connection));
  peer_wait (&hang.n_answers, 1);
  g_assert_error (hang.error, SIGNALR_ERROR, SIGNALR_ERROR_CANCELLED);

  /* A proxy may outlive its connection. */
  invoke (fixture, "Echo", &late);
  peer_wait (&late.n_answers, 1);
  g_assert_error (late.error, SIGNALR_ERROR, SIGNALR_ERROR_NOT_CONNECTED);
  g_assert_true (g_str_has_prefix (fixture->log->str, ""));
}

static void
received_cb (SignalrConnection *connection,
             JsonNode          *data,
             Fixture           *fixture)
{
  g_free (fixture->args);
  fixture->args = json_to_string (data, FALSE);
  fixture->n_invocations++;
}

static void
test_raw (void)
{
  Fixture fixture = { 0 };
  g_autoptr (JsonNode) text = json_node_new (JSON_NODE_VALUE);
  g_auto (Answer) answer = { 0 };
  g_auto (Answer) early = { 0 };
  guint before;

  fixture_set_up (&fixture, CLASSIC);
  g_clear_object (&fixture.connection);
  fixture.connection = signalr_connection_new (fixture.peer->url);
  g_signal_connect (fixture.connection, "received", G_CALLBACK (received_cb), &fixture);
  json_node_set_string (text, "to you");

  signalr_connection_send_async (fixture.connection, text, NULL, send_cb, &early);
  peer_wait (&early.n_answers, 1);
  g_assert_error (early.error, SIGNALR_ERROR, SIGNALR_ERROR_NOT_CONNECTED);

  signalr_connection_start_async (fixture.connection, NULL, start_cb, &answer);
  peer_wait (&answer.n_answers, 1);
  g_assert_no_error (answer.error);
  g_assert_null (peer_get_query (fixture.peer, "GET /hub/connect", "connectionData"));

  peer_send (fixture.peer, "{\"C\":\"d-2\",\"M\":[\"to me\"]}");
  peer_wait (&fixture.n_invocations, 1);
  g_assert_cmpstr (fixture.args, ==, "\"to me\"");

  before = fixture.peer->frames->len;
  signalr_connection_send_async (fixture.connection, text, NULL, send_cb, &answer);
  peer_wait (&answer.n_answers, 2);
  g_assert_no_error (answer.error);
  peer_wait (&fixture.peer->frames->len, before + 1);
  g_assert_cmpstr (g_ptr_array_index (fixture.peer->frames, before), ==, "to you");

  stop (&fixture);
  fixture_tear_down (&fixture, CLASSIC);
}

#define ADD(path, core, func)                                                 \
  g_test_add (path, Fixture, core, fixture_set_up, func, fixture_tear_down)
#define ADD_BOTH(name, func)                                                  \
  ADD ("/client/connection/classic/" name, CLASSIC, func);                    \
  ADD ("/client/connection/core/" name, CORE, func)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD_BOTH ("start-and-stop", test_start_and_stop);
  ADD_BOTH ("requests", test_requests);
  ADD_BOTH ("invoke", test_invoke);
  ADD_BOTH ("invoke-cancelled", test_invoke_cancelled);
  ADD_BOTH ("send", test_send);
  ADD_BOTH ("invocation", test_invocation);
  ADD_BOTH ("stop-from-handler", test_stop_from_handler);
  ADD_BOTH ("start-from-disconnected", test_start_from_disconnected);
  ADD_BOTH ("garbage", test_garbage);
  ADD_BOTH ("bad-message", test_bad_message);
  ADD_BOTH ("facts", test_facts);
  ADD ("/client/connection/core/rhythm", CORE, test_rhythm);
  ADD ("/client/connection/core/client-pings", CORE, test_client_pings);
  ADD_BOTH ("busy", test_busy);
  ADD_BOTH ("start-stop-start", test_start_stop_start);
  ADD_BOTH ("start-cancelled", test_start_cancelled);
  ADD_BOTH ("dispose-at-each-step", test_dispose_at_each_step);
  ADD_BOTH ("dispose-with-calls", test_dispose_with_calls);
  g_test_add_func ("/client/connection/classic/raw", test_raw);

  return g_test_run ();
}
