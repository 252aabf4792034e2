/* test-losses.c: a connection that is lost and comes back, or does not, in both dialects
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fixture.h"

static void
test_cut (Fixture       *fixture,
          gconstpointer  core)
{
  g_auto (Answer) hang = { 0 };
  g_auto (Answer) echo = { 0 };
  g_autofree char *id = NULL;

  start (fixture);
  id = g_strdup (signalr_connection_get_connection_id (fixture->connection));
  invoke (fixture, "Hang", &hang);
  if (!core)
    {
      peer_send (fixture->peer, "{\"C\":\"d-5,|\",\"G\":\"groups+/\",\"M\":[]}");
      push (fixture, "marker");
      peer_wait (&fixture->n_invocations, 1);
    }

  peer_cut (fixture->peer);
  peer_wait (&fixture->n_reconnected, 1);
  assert_log (fixture, "reconnecting RECONNECTING connected RECONNECTED ");
  g_assert_nonnull (strstr (signalr_connection_get_last_error (fixture->connection)->message, "/hub"));
  g_assert_cmpint (fixture->resumed, ==, !core);
  g_assert_cmpint (g_strcmp0 (fixture->id, id) == 0, ==, !core);

  peer_wait (&hang.n_answers, 1);
  g_assert_error (hang.error, SIGNALR_ERROR, SIGNALR_ERROR_NOT_CONNECTED);
  g_assert_cmpint (hang.delivery, ==, SIGNALR_DELIVERY_UNKNOWN);

  if (!core)
    {
      g_assert_cmpstr (peer_get_query (fixture->peer, "GET /hub/reconnect", "messageId"), ==, "d-9");
      g_assert_cmpstr (peer_get_query (fixture->peer, "GET /hub/reconnect", "groupsToken"), ==,
                       "groups+/");
      g_assert_cmpuint (peer_count (fixture->peer, "GET /hub/start"), ==, 1);
    }

  invoke (fixture, "Echo", &echo);
  peer_wait (&echo.n_answers, 1);
  g_assert_no_error (echo.error);
  stop (fixture);
}

/* Silence for two thirds of the timeout, for all of it, and in between a byte. */
static void
test_silence (Fixture       *fixture,
              gconstpointer  core)
{
  start (fixture);
  signalr_connection_set_keep_alive_timeout (fixture->connection, 1200);
  push (fixture, "first");
  peer_wait (&fixture->n_slow, 1);
  push (fixture, "second");
  peer_wait (&fixture->n_slow, 2);
  peer_wait (&fixture->n_reconnected, 1);
  g_assert_true (g_str_has_prefix (fixture->log->str,
                                   "SLOW RECOVERED SLOW reconnecting RECONNECTING connected RECONNECTED "));
  g_assert_error (signalr_connection_get_last_error (fixture->connection),
                  SIGNALR_ERROR, SIGNALR_ERROR_TIMED_OUT);
  stop (fixture);
}

static void
test_server_closes_socket (Fixture       *fixture,
                           gconstpointer  core)
{
  start (fixture);
  soup_websocket_connection_close (fixture->peer->socket, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
  peer_wait (&fixture->n_reconnected, 1);
  assert_log (fixture, "reconnecting RECONNECTING connected RECONNECTED ");
  stop (fixture);
}

static void
test_server_ends (Fixture       *fixture,
                  gconstpointer  core)
{
  g_auto (Answer) hang = { 0 };

  start (fixture);
  invoke (fixture, "Hang", &hang);
  peer_send (fixture->peer, core ? "{\"type\":7,\"error\":\"so long\"}" : "{\"E\":\"so long\"}");
  peer_wait (&hang.n_answers, 1);
  assert_log (fixture, "disconnected DISCONNECTED ");
  g_assert_cmpint (fixture->reason, ==, SIGNALR_DISCONNECT_REASON_CLOSED_BY_SERVER);
  g_assert_nonnull (strstr (fixture->error->message, "so long"));
  g_assert_error (hang.error, SIGNALR_ERROR, SIGNALR_ERROR_CLOSED_BY_SERVER);

  peer_settle ();
  g_assert_cmpuint (fixture->peer->n_sockets, ==, 1);
}

static void
test_server_shuts_down (Fixture       *fixture,
                        gconstpointer  core)
{
  gint64 before;

  start (fixture);
  before = g_get_monotonic_time ();
  peer_send (fixture->peer, core ? "{\"type\":7,\"allowReconnect\":true}"
                                 : "{\"C\":\"d-2\",\"T\":1,\"M\":[]}");
  peer_wait (&fixture->n_reconnected, 1);
  assert_log (fixture, "reconnecting RECONNECTING connected RECONNECTED ");

  /* Not before the successor had a chance to take the address. */
  g_assert_cmpint (g_get_monotonic_time () - before, >=, G_USEC_PER_SEC / 2);
  stop (fixture);
}

/* The server is gone for longer than the disconnect timeout. */
static void
test_disconnect_timeout (Fixture       *fixture,
                         gconstpointer  core)
{
  g_autoptr (SignalrRetryPolicy) policy = signalr_retry_policy_new_forever ();

  signalr_connection_set_disconnect_timeout (fixture->connection, 100);
  signalr_connection_set_retry_policy (fixture->connection, policy);
  start (fixture);

  peer_stop_listening (fixture->peer);
  peer_cut (fixture->peer);
  peer_wait (&fixture->n_retrying, 1);
  assert_log (fixture, "reconnecting RECONNECTING disconnected DISCONNECTED RETRYING-1 ");
  g_assert_cmpint (fixture->reason, ==, SIGNALR_DISCONNECT_REASON_TIMEOUT);
  g_assert_error (fixture->error, SIGNALR_ERROR, SIGNALR_ERROR_TIMED_OUT);

  signalr_connection_retry_now (fixture->connection);
  peer_wait (&fixture->n_retrying, 2);
  assert_log (fixture, "connecting disconnected DISCONNECTED RETRYING-2 ");
  g_assert_error (fixture->error, SIGNALR_ERROR, SIGNALR_ERROR_REFUSED);

  stop (fixture);
  g_assert_cmpint (signalr_connection_get_retry_at (fixture->connection), ==, 0);
  assert_log (fixture, "");
}

/* A classic server that refuses to take a connection up again is tried for as
 * long as one that is away; and then a new connection is made.
 */
static void
test_resume_refused (Fixture       *fixture,
                     gconstpointer  core)
{
  g_autoptr (SignalrRetryPolicy) policy = signalr_retry_policy_new_forever ();

  signalr_connection_set_disconnect_timeout (fixture->connection, 100);
  signalr_connection_set_retry_policy (fixture->connection, policy);
  start (fixture);
  fixture->peer->status = SOUP_STATUS_FORBIDDEN;
  peer_cut (fixture->peer);
  peer_wait (&fixture->n_retrying, 1);
  g_assert_cmpint (fixture->reason, ==, SIGNALR_DISCONNECT_REASON_TIMEOUT);
  g_assert_error (signalr_error_get_cause (fixture->error), SIGNALR_ERROR, SIGNALR_ERROR_FORBIDDEN);
  stop (fixture);
}

/* An ASP.NET Core server is asked for a new connection: no is no. */
static void
test_new_connection_refused (Fixture       *fixture,
                             gconstpointer  core)
{
  g_autoptr (SignalrRetryPolicy) policy = signalr_retry_policy_new_forever ();

  signalr_connection_set_retry_policy (fixture->connection, policy);
  start (fixture);
  fixture->peer->status = SOUP_STATUS_UNAUTHORIZED;
  peer_cut (fixture->peer);
  peer_wait (&fixture->n_disconnected, 1);
  assert_log (fixture, "reconnecting RECONNECTING disconnected DISCONNECTED ");
  g_assert_cmpint (fixture->reason, ==, SIGNALR_DISCONNECT_REASON_FAILED);
  g_assert_error (fixture->error, SIGNALR_ERROR, SIGNALR_ERROR_UNAUTHORIZED);
}

/* The loss may be found out by sending: who called is told once, and not meanwhile. */
static void
test_loss_by_sending (Fixture       *fixture,
                      gconstpointer  core)
{
  Answer calls[8] = { 0 };

  start (fixture);
  peer_cut (fixture->peer);
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      invoke (fixture, "Echo", &calls[i]);
      g_assert_cmpuint (fixture->n_reconnecting, ==, 0);

      /* The socket notices by itself in between, or not. */
      if (i == 3)
        g_usleep (1000);
    }

  peer_wait (&fixture->n_reconnected, 1);
  peer_settle ();
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      g_assert_cmpuint (calls[i].n_answers, ==, 1);
      g_assert_error (calls[i].error, SIGNALR_ERROR, SIGNALR_ERROR_NOT_CONNECTED);
      g_assert_cmpint (calls[i].delivery, ==, SIGNALR_DELIVERY_UNKNOWN);
      answer_clear (&calls[i]);
    }
  assert_log (fixture, "reconnecting RECONNECTING connected RECONNECTED ");
  stop (fixture);
}

static void
test_retry_now (Fixture       *fixture,
                gconstpointer  core)
{
  signalr_connection_retry_now (fixture->connection);
  while (signalr_connection_get_state (fixture->connection) != SIGNALR_CONNECTION_STATE_CONNECTED)
    g_main_context_iteration (NULL, TRUE);
  assert_log (fixture, "connecting connected ");

  /* When slow it makes the connection anew, without waiting for the timeout. */
  signalr_connection_set_slow_after (fixture->connection, 50);
  push (fixture, "hello");
  peer_wait (&fixture->n_slow, 1);
  signalr_connection_retry_now (fixture->connection);
  g_assert_cmpuint (fixture->n_reconnecting, ==, 0);
  peer_wait (&fixture->n_reconnected, 1);
  g_assert_true (g_str_has_prefix (fixture->log->str,
                                   "SLOW reconnecting RECONNECTING connected RECONNECTED "));
  stop (fixture);
}

/* A living server answers the probe: nothing is told. */
static void
test_check_now (Fixture       *fixture,
                gconstpointer  core)
{
  gint64 before;

  start (fixture);
  before = signalr_connection_get_last_received (fixture->connection);
  signalr_connection_check_now (fixture->connection);
  while (signalr_connection_get_last_received (fixture->connection) == before)
    g_main_context_iteration (NULL, TRUE);
  assert_log (fixture, "");
  stop (fixture);
}

#define ADD(path, core, func)                                                 \
  g_test_add (path, Fixture, core, fixture_set_up, func, fixture_tear_down)
#define ADD_BOTH(name, func)                                                  \
  ADD ("/client/losses/classic/" name, CLASSIC, func);                        \
  ADD ("/client/losses/core/" name, CORE, func)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD_BOTH ("cut", test_cut);
  ADD_BOTH ("silence", test_silence);
  ADD_BOTH ("server-closes-socket", test_server_closes_socket);
  ADD_BOTH ("server-ends", test_server_ends);
  ADD_BOTH ("server-shuts-down", test_server_shuts_down);
  ADD_BOTH ("disconnect-timeout", test_disconnect_timeout);
  ADD ("/client/losses/classic/resume-refused", CLASSIC, test_resume_refused);
  ADD ("/client/losses/core/new-connection-refused", CORE, test_new_connection_refused);
  ADD_BOTH ("loss-by-sending", test_loss_by_sending);
  ADD_BOTH ("retry-now", test_retry_now);
  ADD_BOTH ("check-now", test_check_now);

  return g_test_run ();
}
