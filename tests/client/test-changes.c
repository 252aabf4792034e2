/* test-changes.c: the machine slept, its clock was set, its network changed
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "client/vigil-private.h"

#include "client/lifetime-private.h"
#include "fixture.h"
#include "test-monitor.h"

#define SECOND ((gint64) G_USEC_PER_SEC)

/* What GIO takes for the machine's network. */
static void
change_network (gboolean available)
{
  GNetworkMonitor *monitor = g_network_monitor_get_default ();

  g_assert_true (TEST_IS_MONITOR (monitor));
  test_monitor_set (TEST_MONITOR (monitor), available, G_NETWORK_CONNECTIVITY_FULL);
}

/* The decision. */

static void
test_outlook (void)
{
  SignalrOutlook outlook;

  signalr_outlook_init (&outlook, 7 * SECOND);
  g_assert_false (signalr_outlook_take (&outlook, 10 * SECOND));

  /* The first change at once, the others of a burst together, a second later. */
  signalr_outlook_network (&outlook, 10 * SECOND);
  g_assert_cmpint (outlook.due, ==, 10 * SECOND);
  g_assert_true (signalr_outlook_take (&outlook, 10 * SECOND));
  g_assert_false (signalr_outlook_take (&outlook, 10 * SECOND));
  signalr_outlook_network (&outlook, 10 * SECOND + 1);
  signalr_outlook_network (&outlook, 10 * SECOND + 2);
  g_assert_cmpint (outlook.due, ==, 11 * SECOND);
  g_assert_false (signalr_outlook_take (&outlook, 11 * SECOND - 1));
  g_assert_true (signalr_outlook_take (&outlook, 11 * SECOND));
  g_assert_cmpint (outlook.due, ==, SIGNALR_NEVER);

  /* A clock that is set is like a network that changed; a sleep is no such thing. */
  signalr_outlook_clock (&outlook, 7 * SECOND + 5, 11 * SECOND + 1);
  g_assert_cmpint (outlook.due, ==, 12 * SECOND);
  signalr_outlook_clock (&outlook, 9 * SECOND, 11 * SECOND + 2);
  g_assert_cmpint (outlook.due, ==, 11 * SECOND + 2);
  g_assert_true (signalr_outlook_take (&outlook, 11 * SECOND + 2));
  signalr_outlook_clock (&outlook, 9 * SECOND, 20 * SECOND);
  g_assert_cmpint (outlook.due, ==, 20 * SECOND);
}

/* And what follows. */

static void
looked_cb (gboolean online,
           gpointer user_data)
{
  guint *n_looks = user_data;

  (*n_looks)++;
}

static gint64
next_hour_cb (guint         attempt,
              gint64        elapsed,
              const GError *error,
              gpointer      user_data)
{
  return 3600 * 1000;
}

static void
start_to_wait (Fixture *fixture)
{
  g_autoptr (SignalrRetryPolicy) policy = signalr_retry_policy_new_custom (next_hour_cb, NULL, NULL);
  g_auto (Answer) answer = { 0 };

  signalr_retry_policy_set_retry_initial (policy, TRUE);
  signalr_connection_set_retry_policy (fixture->connection, policy);
  fixture->peer->status = 503;
  signalr_connection_start_async (fixture->connection, NULL, start_cb, &answer);
  peer_wait (&fixture->n_retrying, 1);
  peer_wait (&answer.n_answers, 1);
  g_assert_cmpint (signalr_connection_get_retry_at (fixture->connection), >,
                   g_get_monotonic_time () + 3000 * SECOND);
  fixture->peer->status = 0;
}

static void
wait_for_state (Fixture                *fixture,
                SignalrConnectionState  state)
{
  while (signalr_connection_get_state (fixture->connection) != state)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_network_returns (Fixture       *fixture,
                      gconstpointer  core)
{
  guint n_looks = 0;
  SignalrVigil *vigil;

  start_to_wait (fixture);
  vigil = signalr_vigil_join (g_main_context_default (), looked_cb, &n_looks);

  /* There is none: the wait goes on. */
  change_network (FALSE);
  peer_wait (&n_looks, 1);
  peer_settle ();
  g_assert_cmpint (signalr_connection_get_state (fixture->connection), ==,
                   SIGNALR_CONNECTION_STATE_DISCONNECTED);

  change_network (TRUE);
  wait_for_state (fixture, SIGNALR_CONNECTION_STATE_CONNECTED);
  signalr_vigil_leave (vigil, &n_looks);
}

static void
test_wakes_up (Fixture       *fixture,
               gconstpointer  core)
{
  guint n_looks = 0;
  SignalrVigil *vigil = signalr_vigil_join (g_main_context_default (), looked_cb, &n_looks);

  start_to_wait (fixture);
  signalr_vigil_clock_was_set (vigil, 3600 * SECOND);
  wait_for_state (fixture, SIGNALR_CONNECTION_STATE_CONNECTED);
  g_assert_cmpuint (n_looks, ==, 1);
  signalr_vigil_leave (vigil, &n_looks);
}

/* A server that answers is none the worse for being asked. */
static void
test_still_there (Fixture       *fixture,
                  gconstpointer  core)
{
  guint n_looks = 0;
  SignalrVigil *vigil = signalr_vigil_join (g_main_context_default (), looked_cb, &n_looks);
  g_auto (Answer) answer = { 0 };
  gint64 heard;

  start (fixture);
  heard = signalr_connection_get_last_received (fixture->connection);
  signalr_vigil_clock_was_set (vigil, 3600 * SECOND);
  peer_wait (&n_looks, 1);
  if (core != NULL)
    peer_send (fixture->peer, "{\"type\":6}");
  while (signalr_connection_get_last_received (fixture->connection) == heard)
    g_main_context_iteration (NULL, TRUE);
  invoke (fixture, "Echo", &answer);
  peer_wait (&answer.n_answers, 1);
  g_assert_no_error (answer.error);
  assert_log (fixture, "");
  signalr_vigil_leave (vigil, &n_looks);
}

int
main (int   argc,
      char *argv[])
{
  GIOExtensionPoint *point;

  g_setenv ("GIO_USE_NETWORK_MONITOR", "test", TRUE);
  g_test_init (&argc, &argv, NULL);
  point = g_io_extension_point_register (G_NETWORK_MONITOR_EXTENSION_POINT_NAME);
  g_io_extension_point_set_required_type (point, G_TYPE_NETWORK_MONITOR);
  g_io_extension_point_implement (G_NETWORK_MONITOR_EXTENSION_POINT_NAME, TEST_TYPE_MONITOR,
                                  "test", 1000);

#define ADD(name, core, func) \
  g_test_add ("/client/changes/" name, Fixture, core, fixture_set_up, func, fixture_tear_down)

  g_test_add_func ("/client/changes/outlook", test_outlook);
  ADD ("classic/network-returns", CLASSIC, test_network_returns);
  ADD ("core/network-returns", CORE, test_network_returns);
  ADD ("classic/wakes-up", CLASSIC, test_wakes_up);
  ADD ("core/wakes-up", CORE, test_wakes_up);
  ADD ("classic/still-there", CLASSIC, test_still_there);
  ADD ("core/still-there", CORE, test_still_there);

  return g_test_run ();
}
