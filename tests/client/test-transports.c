/* test-transports.c: what each transport does, how one is chosen, and tokens
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fixture.h"

/* Of a test: the dialect, and the transport as it calls itself. */
typedef struct {
  gboolean    core;
  const char *name;
} Way;

static const Way ways[] = {
  { FALSE, "webSockets" },
  { FALSE, "serverSentEvents" },
  { FALSE, "foreverFrame" },
  { FALSE, "longPolling" },
  { TRUE,  "webSockets" },
  { TRUE,  "serverSentEvents" },
  { TRUE,  "longPolling" },
};

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  const Way *way = data;

  fixture_set_up (fixture, GINT_TO_POINTER (way->core));
  use_transport (fixture, way->name);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  const Way *way = data;

  fixture_tear_down (fixture, GINT_TO_POINTER (way->core));
}

static gboolean
polls (const Way *way)
{
  return g_str_equal (way->name, "longPolling");
}

static void
test_talk (Fixture       *fixture,
           gconstpointer  data)
{
  const Way *way = data;
  g_auto (Answer) echo = { 0 };
  g_auto (Answer) fail = { 0 };

  start (fixture);
  g_assert_cmpstr (signalr_transport_to_string (signalr_connection_get_transport (fixture->connection)),
                   ==, way->name);

  push (fixture, "one");
  push (fixture, "two");
  peer_wait (&fixture->n_invocations, 2);
  g_assert_cmpstr (fixture->args, ==, "two[1,\"two\"]");

  invoke (fixture, "Echo", &echo);
  invoke (fixture, "Fail", &fail);
  peer_wait (&fail.n_answers, 1);
  peer_wait (&echo.n_answers, 1);
  g_assert_cmpstr (json_node_get_string (echo.node), ==, "hi");
  g_assert_error (fail.error, SIGNALR_ERROR, SIGNALR_ERROR_HUB);

  stop (fixture);
  assert_log (fixture, "disconnecting disconnected DISCONNECTED ");
  if (!way->core)
    g_assert_cmpuint (peer_count (fixture->peer, "POST /hub/abort"), ==, 1);
  else if (polls (way))
    g_assert_cmpuint (peer_count (fixture->peer, "DELETE /hub"), ==, 1);
  else
    g_assert_cmpstr (g_ptr_array_index (fixture->peer->frames, fixture->peer->frames->len - 1), ==,
                     "{\"type\":7}");
}

static void
test_cut (Fixture       *fixture,
          gconstpointer  data)
{
  const Way *way = data;
  g_auto (Answer) echo = { 0 };

  start (fixture);
  push (fixture, "marker");
  peer_wait (&fixture->n_invocations, 1);

  /* A poll has to be waiting before it can be cut. */
  while (polls (way) && fixture->peer->poll == NULL)
    g_main_context_iteration (NULL, TRUE);
  peer_cut (fixture->peer);
  peer_wait (&fixture->n_reconnected, 1);
  assert_log (fixture, "reconnecting RECONNECTING connected RECONNECTED ");
  g_assert_cmpint (fixture->resumed, ==, !way->core);
  if (!way->core && !polls (way))
    g_assert_cmpstr (peer_get_query (fixture->peer, "GET /hub/reconnect", "messageId"), ==, "d-9");
  if (!way->core)
    g_assert_cmpuint (peer_count (fixture->peer, polls (way) ? "POST /hub/reconnect"
                                                             : "GET /hub/reconnect"), ==, 1);

  invoke (fixture, "Echo", &echo);
  peer_wait (&echo.n_answers, 1);
  g_assert_no_error (echo.error);
  stop (fixture);
}

/* A host that stops says so to everybody who comes back, until it is gone: that is
 * no connection, and what it still delivers is not lost.
 */
static void
test_dying_host (Fixture       *fixture,
                 gconstpointer  data)
{
  const Way *way = data;

  start (fixture);
  while (polls (way) && fixture->peer->poll == NULL)
    g_main_context_iteration (NULL, TRUE);

  fixture->peer->n_dying = 1;
  peer_send (fixture->peer, way->core ? "{\"type\":7,\"allowReconnect\":true}"
                                      : "{\"C\":\"d-2\",\"T\":1,\"M\":[]}");
  peer_wait (&fixture->n_reconnected, 1);
  g_assert_cmpuint (fixture->peer->n_dying, ==, 0);
  assert_log (fixture, "reconnecting RECONNECTING connected RECONNECTED ");

  /* What the dying host said reached the application. */
  if (!way->core)
    {
      g_assert_cmpuint (fixture->n_invocations, ==, 1);
      g_assert_cmpstr (fixture->args, ==, "last[]");
    }
  stop (fixture);
}

/* The same of a host that ends each transport connection in good order. */
static void
test_ending_host (Fixture       *fixture,
                  gconstpointer  data)
{
  start (fixture);
  fixture->peer->dies_silently = TRUE;
  fixture->peer->n_dying = 2;
  peer_end (fixture->peer);
  peer_wait (&fixture->n_reconnected, 1);
  g_assert_cmpuint (fixture->peer->n_dying, ==, 0);
  assert_log (fixture, "reconnecting RECONNECTING connected RECONNECTED ");
  g_assert_cmpuint (peer_count (fixture->peer, "GET /hub/reconnect"), ==, 3);
  stop (fixture);
}

/* A server that takes the request and says nothing is no connection yet. */
static void
test_not_reconnected_early (Fixture       *fixture,
                            gconstpointer  data)
{
  const Way *way = data;
  guint n_requests;

  start (fixture);
  while (polls (way) && fixture->peer->poll == NULL)
    g_main_context_iteration (NULL, TRUE);
  signalr_connection_set_attempt_timeout (fixture->connection, 100);
  fixture->peer->hang = TRUE;
  n_requests = fixture->peer->requests->len;
  peer_cut (fixture->peer);
  peer_wait (&fixture->peer->requests->len, n_requests + 2);
  peer_settle ();
  assert_log (fixture, "reconnecting RECONNECTING ");

  fixture->peer->hang = FALSE;
  signalr_connection_set_attempt_timeout (fixture->connection, SIGNALR_TIMEOUT_DEFAULT);
  peer_wait (&fixture->n_reconnected, 1);
  assert_log (fixture, "connected RECONNECTED ");
  stop (fixture);
}

/* The server ends it: nobody tries again, and a session of polls is freed. */
static void
test_server_ends (Fixture       *fixture,
                  gconstpointer  data)
{
  const Way *way = data;

  start (fixture);
  peer_send (fixture->peer, way->core ? "{\"type\":7,\"error\":\"so long\"}" : "{\"D\":1}");
  peer_wait (&fixture->n_disconnected, 1);
  assert_log (fixture, "disconnected DISCONNECTED ");
  g_assert_cmpint (fixture->reason, ==, SIGNALR_DISCONNECT_REASON_CLOSED_BY_SERVER);
  peer_settle ();
  g_assert_cmpuint (peer_count (fixture->peer, "POST /hub/abort"), ==, 0);
  g_assert_cmpuint (peer_count (fixture->peer, "DELETE /hub"), ==, way->core && polls (way));
}

/* Silence is noticed, but for a poll that waits, which may be silent. */
static void
test_silence (Fixture       *fixture,
              gconstpointer  data)
{
  const Way *way = data;

  start (fixture);
  signalr_connection_set_keep_alive_timeout (fixture->connection, 1200);
  if (polls (way))
    {
      g_assert_cmpuint (signalr_connection_get_slow_after (fixture->connection), ==,
                        SIGNALR_TIMEOUT_NONE);
      g_assert_cmpuint (signalr_connection_get_keep_alive_timeout (fixture->connection), ==,
                        way->core ? 100000 : 120000);
    }
  else
    {
      push (fixture, "first");
      peer_wait (&fixture->n_slow, 1);
      push (fixture, "second");
      peer_wait (&fixture->n_slow, 2);
      peer_wait (&fixture->n_reconnected, 1);
    }
  stop (fixture);
}

static void
test_dispose (Fixture       *fixture,
              gconstpointer  data)
{
  for (guint n_iterations = 0; n_iterations < 60; n_iterations++)
    {
      g_autoptr (SignalrConnection) connection = signalr_connection_new (fixture->peer->url);
      g_auto (Answer) answer = { 0 };

      signalr_connection_get_hub (connection, "ChatHub");
      signalr_connection_set_transports (connection,
                                         signalr_connection_get_transports (fixture->connection));
      signalr_connection_start_async (connection, NULL, start_cb, &answer);
      for (guint i = 0; i < n_iterations && answer.n_answers == 0; i++)
        g_main_context_iteration (NULL, FALSE);

      g_object_run_dispose (G_OBJECT (connection));
      peer_wait (&answer.n_answers, 1);
      g_assert_finalize_object (g_steal_pointer (&connection));
    }
}

static void
test_stop_when_hung (Fixture       *fixture,
                     gconstpointer  data)
{
  const Way *way = data;
  gint64 before;

  start (fixture);
  fixture->peer->hang = TRUE;
  before = g_get_monotonic_time ();
  stop (fixture);

  /* WebSockets of Core say goodbye without a request. */
  if (!way->core || !g_str_equal (way->name, "webSockets"))
    g_assert_cmpint (g_get_monotonic_time () - before, >=, 4 * G_USEC_PER_SEC);
}

static void
test_poll_beats (Fixture       *fixture,
                 gconstpointer  core)
{
  use_transport (fixture, "longPolling");
  start (fixture);
  while (fixture->peer->poll == NULL)
    g_main_context_iteration (NULL, TRUE);

  /* A server that gives signs of life on a poll is missed when they stop. */
  peer_beat (fixture->peer);
  signalr_connection_set_keep_alive_timeout (fixture->connection, 300);
  peer_settle ();
  g_assert_cmpuint (signalr_connection_get_keep_alive_timeout (fixture->connection), ==, 300);
  peer_beat (fixture->peer);
  peer_wait (&fixture->n_reconnected, 1);
  assert_log (fixture, "reconnecting RECONNECTING connected RECONNECTED ");

  /* White space before the answer is no part of it. */
  while (fixture->peer->poll == NULL)
    g_main_context_iteration (NULL, TRUE);
  peer_beat (fixture->peer);
  push (fixture, "hello");
  peer_wait (&fixture->n_invocations, 1);
  stop (fixture);
}

/* The way up is open while the way down is lost: a call is made, and answered. One
 * socket for both is lost for both.
 */
static void
test_call_while_reconnecting (Fixture       *fixture,
                              gconstpointer  data)
{
  const Way *way = data;
  gboolean posts = !way->core && !g_str_equal (way->name, "webSockets");
  g_auto (Answer) echo = { 0 };

  start (fixture);
  while (polls (way) && fixture->peer->poll == NULL)
    g_main_context_iteration (NULL, TRUE);
  fixture->peer->refuse_streams = fixture->peer->refuse_polls = fixture->peer->refuse_sockets = TRUE;
  peer_cut (fixture->peer);
  peer_wait (&fixture->n_reconnecting, 1);

  invoke (fixture, "Echo", &echo);
  peer_wait (&echo.n_answers, 1);
  if (posts)
    g_assert_no_error (echo.error);
  else
    g_assert_error (echo.error, SIGNALR_ERROR, SIGNALR_ERROR_NOT_CONNECTED);
  g_assert_true (posts || echo.delivery == SIGNALR_DELIVERY_NOT_SENT);
  g_assert_cmpint (signalr_connection_get_state (fixture->connection), ==,
                   SIGNALR_CONNECTION_STATE_RECONNECTING);

  fixture->peer->refuse_streams = fixture->peer->refuse_polls = fixture->peer->refuse_sockets = FALSE;
  if (!way->core)
    peer_wait (&fixture->n_reconnected, 1);
  stop (fixture);
}

static void
test_send_refused (Fixture       *fixture,
                   gconstpointer  core)
{
  g_auto (Answer) echo = { 0 };

  use_transport (fixture, "serverSentEvents");
  start (fixture);
  fixture->peer->status = SOUP_STATUS_INTERNAL_SERVER_ERROR;
  invoke (fixture, "Echo", &echo);
  peer_wait (core ? &fixture->n_reconnecting : &echo.n_answers, 1);

  /* Classic loses the call, Core the connection: it cannot tell what was lost. */
  if (!core)
    {
      g_assert_error (echo.error, SIGNALR_ERROR, SIGNALR_ERROR_UNREACHABLE);
      g_assert_cmpint (echo.delivery, ==, SIGNALR_DELIVERY_FAILED);
      assert_log (fixture, "");
    }
  else
    {
      peer_wait (&echo.n_answers, 1);
      g_assert_cmpint (echo.delivery, ==, SIGNALR_DELIVERY_UNKNOWN);
    }

  fixture->peer->status = 0;
  stop (fixture);
}

/* The official order; what does not work is told to nobody. */
static void
test_fallback (Fixture       *fixture,
               gconstpointer  core)
{
  guint n_negotiated;

  fixture->peer->refuse_sockets = TRUE;
  start (fixture);
  g_assert_cmpint (signalr_connection_get_transport (fixture->connection), ==,
                   SIGNALR_TRANSPORT_SERVER_SENT_EVENTS);
  n_negotiated = peer_count (fixture->peer, core ? "POST /hub/negotiate" : "GET /hub/negotiate");
  g_assert_cmpuint (n_negotiated, ==, core ? 2 : 1);
  stop (fixture);

  g_string_truncate (fixture->log, 0);
  fixture->peer->refuse_streams = TRUE;
  start (fixture);
  g_assert_cmpint (signalr_connection_get_transport (fixture->connection), ==,
                   SIGNALR_TRANSPORT_LONG_POLLING);
  stop (fixture);
}

/* A stream that a proxy holds back is open, and nothing comes. */
static void
test_fallback_from_silence (Fixture       *fixture,
                            gconstpointer  core)
{
  static const char * const transports[] = { "serverSentEvents", "longPolling", NULL };

  signalr_connection_set_transports (fixture->connection, transports);
  signalr_connection_set_attempt_timeout (fixture->connection, 300);
  fixture->peer->silent_streams = TRUE;
  start (fixture);
  g_assert_cmpint (signalr_connection_get_transport (fixture->connection), ==,
                   SIGNALR_TRANSPORT_LONG_POLLING);
  stop (fixture);
}

/* Nor is there a fallback once the server counts the connection as started. */
static void
test_no_fallback_after_start (Fixture       *fixture,
                              gconstpointer  core)
{
  fixture->peer->start_status = SOUP_STATUS_INTERNAL_SERVER_ERROR;
  start_and_fail (fixture, SIGNALR_ERROR_UNREACHABLE, "500");
  g_assert_cmpuint (peer_count (fixture->peer, "GET /hub/connect"), ==, 1);
}

/* What worked last comes first when the connection is made again by itself. */
static void
test_prefers_what_worked (Fixture       *fixture,
                          gconstpointer  core)
{
  guint n_upgrades;

  fixture->peer->refuse_sockets = TRUE;
  start (fixture);
  n_upgrades = peer_count (fixture->peer, "GET /hub");
  fixture->peer->refuse_sockets = FALSE;
  peer_cut (fixture->peer);
  peer_wait (&fixture->n_reconnected, 1);
  g_assert_cmpint (signalr_connection_get_transport (fixture->connection), ==,
                   SIGNALR_TRANSPORT_SERVER_SENT_EVENTS);
  g_assert_cmpuint (peer_count (fixture->peer, "GET /hub"), ==, n_upgrades + 1);
  stop (fixture);
}

/* An application that gives tokens when asked. */
typedef struct {
  const char          *token;      /* the next */
  guint                n_asked;
  SignalrTokenRequest *kept;
  gboolean             keep;
  gboolean             fail;
} Giver;

static void
give_token (SignalrTokenRequest *request,
            gpointer             user_data)
{
  Giver *giver = user_data;
  g_autoptr (GError) error = NULL;

  giver->n_asked++;
  if (giver->keep)
    {
      g_set_object (&giver->kept, request);
    }
  else if (giver->fail)
    {
      error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "the token server is away");
      signalr_token_request_return_error (request, error);
    }
  else if (giver->token != NULL)
    {
      signalr_token_request_return (request, giver->token);
    }
}

static void
test_token (Fixture       *fixture,
            gconstpointer  data)
{
  const Way *way = data;
  Giver giver = { .token = "first" };
  g_auto (Answer) echo = { 0 };

  signalr_connection_set_token_func (fixture->connection, give_token, &giver, NULL);
  fixture->peer->token = "first";
  start (fixture);
  g_assert_cmpuint (giver.n_asked, ==, 1);
  push (fixture, "hello");
  peer_wait (&fixture->n_invocations, 1);
  while (polls (way) && fixture->peer->poll == NULL)
    g_main_context_iteration (NULL, TRUE);

  /* It has run out, and the next request is refused: another one is got. */
  fixture->peer->token = giver.token = "second";
  if (!g_str_equal (way->name, "webSockets"))
    {
      invoke (fixture, "Echo", &echo);
      peer_wait (&echo.n_answers, 1);
      g_assert_no_error (echo.error);
      push (fixture, "again");
      peer_wait (&fixture->n_invocations, 2);
      assert_log (fixture, "");
    }
  else
    {
      peer_cut (fixture->peer);
      peer_wait (&fixture->n_reconnected, 1);
    }

  g_assert_cmpuint (giver.n_asked, >=, 2);
  stop (fixture);
}

/* Each negotiate is asked with a token of its own, also that for the next transport. */
static void
test_token_for_fallback (Fixture       *fixture,
                         gconstpointer  core)
{
  Giver giver = { .token = "first" };

  signalr_connection_set_token_func (fixture->connection, give_token, &giver, NULL);
  fixture->peer->refuse_sockets = TRUE;
  start (fixture);
  g_assert_cmpuint (giver.n_asked, ==, core ? 2 : 1);
  g_assert_cmpuint (peer_count (fixture->peer, core ? "POST /hub/negotiate" : "GET /hub/negotiate"),
                    ==, giver.n_asked);
  stop (fixture);
}

static void
test_token_refused (Fixture       *fixture,
                    gconstpointer  core)
{
  Giver giver = { .token = "wrong" };
  g_autoptr (SignalrRetryPolicy) policy = signalr_retry_policy_new_forever ();

  signalr_retry_policy_set_retry_initial (policy, TRUE);
  signalr_connection_set_retry_policy (fixture->connection, policy);
  signalr_connection_set_token_func (fixture->connection, give_token, &giver, NULL);
  fixture->peer->token = "right";
  start_and_fail (fixture, SIGNALR_ERROR_UNAUTHORIZED, "401");

  /* Once for the attempt, and once more. */
  g_assert_cmpuint (giver.n_asked, ==, 2);
}

static void
test_token_later (Fixture       *fixture,
                  gconstpointer  core)
{
  Giver giver = { .keep = TRUE };
  g_auto (Answer) answer = { 0 };

  signalr_connection_set_token_func (fixture->connection, give_token, &giver, NULL);
  fixture->peer->token = "late";
  signalr_connection_start_async (fixture->connection, NULL, start_cb, &answer);
  peer_wait (&giver.n_asked, 1);
  peer_settle ();
  g_assert_cmpuint (fixture->peer->requests->len, ==, 0);

  signalr_token_request_return (giver.kept, "late");
  g_clear_object (&giver.kept);
  peer_wait (&answer.n_answers, 1);
  g_assert_no_error (answer.error);
  stop (fixture);

  /* One that comes when nobody waits any more is forgotten. */
  signalr_connection_start_async (fixture->connection, NULL, NULL, NULL);
  peer_wait (&giver.n_asked, 2);
  stop (fixture);
  signalr_token_request_return (giver.kept, "too late");
  g_clear_object (&giver.kept);
}

static void
test_no_token (Fixture       *fixture,
               gconstpointer  core)
{
  Giver giver = { .fail = TRUE };

  signalr_connection_set_token_func (fixture->connection, give_token, &giver, NULL);
  start_and_fail (fixture, SIGNALR_ERROR_UNREACHABLE, "the token server is away");

  giver.fail = FALSE;
  start_and_fail (fixture, SIGNALR_ERROR_UNAUTHORIZED, "gave no access token");
}

static void
add_ways (const char *name,
          void (*func) (Fixture *, gconstpointer))
{
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autofree char *path = g_strdup_printf ("/client/transports/%s/%s/%s",
                                               ways[i].core ? "core" : "classic",
                                               ways[i].name, name);

      g_test_add (path, Fixture, &ways[i], set_up, func, tear_down);
    }
}

#define ADD_BOTH(name, func)                                                             \
  g_test_add ("/client/transports/classic/" name, Fixture, CLASSIC, fixture_set_up, func, \
              fixture_tear_down);                                                        \
  g_test_add ("/client/transports/core/" name, Fixture, CORE, fixture_set_up, func,       \
              fixture_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add_ways ("talk", test_talk);
  add_ways ("cut", test_cut);
  add_ways ("call-while-reconnecting", test_call_while_reconnecting);
  add_ways ("not-reconnected-early", test_not_reconnected_early);
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *path = g_strdup_printf ("/client/transports/classic/%s/ending-host",
                                               ways[i].name);

      g_test_add (path, Fixture, &ways[i], set_up, test_ending_host, tear_down);
    }
  add_ways ("server-ends", test_server_ends);
  add_ways ("dying-host", test_dying_host);
  add_ways ("silence", test_silence);
  add_ways ("dispose", test_dispose);
  add_ways ("token", test_token);
  if (g_test_slow ())
    add_ways ("stop-when-hung", test_stop_when_hung);
  ADD_BOTH ("send-refused", test_send_refused);
  ADD_BOTH ("fallback", test_fallback);
  ADD_BOTH ("token-for-fallback", test_token_for_fallback);
  ADD_BOTH ("token-refused", test_token_refused);
  ADD_BOTH ("token-later", test_token_later);
  ADD_BOTH ("no-token", test_no_token);
  g_test_add ("/client/transports/classic/poll-beats", Fixture, CLASSIC,
              fixture_set_up, test_poll_beats, fixture_tear_down);
  g_test_add ("/client/transports/classic/no-fallback-after-start", Fixture, CLASSIC,
              fixture_set_up, test_no_fallback_after_start, fixture_tear_down);
  g_test_add ("/client/transports/classic/fallback-from-silence", Fixture, CLASSIC,
              fixture_set_up, test_fallback_from_silence, fixture_tear_down);
  g_test_add ("/client/transports/core/prefers-what-worked", Fixture, CORE,
              fixture_set_up, test_prefers_what_worked, fixture_tear_down);

  return g_test_run ();
}
