/* test-lifetime.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "client/retry-policy-private.h"
#include "lifetime-fixture.h"

/* Where each event leads from each state, in the order of SignalrLifetimeState:
 * Idle, Connecting, coNnected, Slow, Trying, Waiting, stoPping, Retrying. R where
 * the policy goes on after an end, I where it does not.
 */
static const char * const pairs[SIGNALR_LIFETIME_N_EVENTS] = {
  [SIGNALR_LIFETIME_START]          = "CCNSTWPC",
  [SIGNALR_LIFETIME_STOP]           = "IPPPPPPI",
  [SIGNALR_LIFETIME_RETRY_NOW]      = "CCNTTTPC",
  [SIGNALR_LIFETIME_CHECK_NOW]      = "ICNSTTPC",
  [SIGNALR_LIFETIME_RETIMED]        = "ICNSTWPR",
  [SIGNALR_LIFETIME_RENEWED]        = "ICNSTWPR",
  [SIGNALR_LIFETIME_STEP]           = "ICNSTWPR",
  [SIGNALR_LIFETIME_READY]          = "INNSNWPR",
  [SIGNALR_LIFETIME_FAILED]         = "IETTWWPR",
  [SIGNALR_LIFETIME_REFUSED]        = "IETTEWPR",
  [SIGNALR_LIFETIME_SHUTDOWN]       = "IEWWWWPR",
  [SIGNALR_LIFETIME_ENDED]          = "IEEEEEPR",
  [SIGNALR_LIFETIME_RECEIVED]       = "ICNNTWPR",
  [SIGNALR_LIFETIME_PROBED]         = "ICNSTWPR",
  [SIGNALR_LIFETIME_SENT]           = "ICNSTWPR",
  [SIGNALR_LIFETIME_SAID_GOODBYE]   = "ICNSTWIR",
  [SIGNALR_LIFETIME_ANNOUNCE]       = "ICNSTWPR",
  [SIGNALR_LIFETIME_ATTEMPT_DUE]    = "ICNSTWPR",
  [SIGNALR_LIFETIME_SLOW_DUE]       = "ICSSTWPR",
  [SIGNALR_LIFETIME_SILENCE_DUE]    = "ICTTTWPR",
  [SIGNALR_LIFETIME_PROBE_DUE]      = "ICTTTWPR",
  [SIGNALR_LIFETIME_PING_DUE]       = "ICNSTWPR",
  [SIGNALR_LIFETIME_STABLE_DUE]     = "ICNSTWPR",
  [SIGNALR_LIFETIME_DELAY_DUE]      = "ICNSTTPC",
  [SIGNALR_LIFETIME_DISCONNECT_DUE] = "ICNSEEPR",
  [SIGNALR_LIFETIME_FAREWELL_DUE]   = "ICNSTWIR",
};

#define TELLS (SIGNALR_TELL_CONNECTED | SIGNALR_TELL_SLOW | SIGNALR_TELL_RECOVERED |             \
               SIGNALR_TELL_RECONNECTING | SIGNALR_TELL_RECONNECTED | SIGNALR_TELL_DISCONNECTED)

static gboolean
is_connected (SignalrLifetimeState state)
{
  return state == SIGNALR_LIFETIME_CONNECTED || state == SIGNALR_LIFETIME_SLOW;
}

static gboolean
is_lost (SignalrLifetimeState state)
{
  return state == SIGNALR_LIFETIME_TRYING || state == SIGNALR_LIFETIME_WAITING;
}

static gboolean
is_over (SignalrLifetimeState state)
{
  return state == SIGNALR_LIFETIME_IDLE || state == SIGNALR_LIFETIME_RETRYING;
}

/* What the application hears of the way from one state to the next. */
static SignalrLifetimeActions
tells_between (SignalrLifetimeState before,
               SignalrLifetimeState after)
{
  if (is_over (after) && !is_over (before))
    return SIGNALR_TELL_DISCONNECTED;
  if (is_connected (before) && is_lost (after))
    return SIGNALR_TELL_RECONNECTING;
  if (is_lost (before) && is_connected (after))
    return SIGNALR_TELL_RECONNECTED;
  if (before == SIGNALR_LIFETIME_CONNECTING && is_connected (after))
    return SIGNALR_TELL_CONNECTED;
  if (before == SIGNALR_LIFETIME_CONNECTED && after == SIGNALR_LIFETIME_SLOW)
    return SIGNALR_TELL_SLOW;
  if (before == SIGNALR_LIFETIME_SLOW && after == SIGNALR_LIFETIME_CONNECTED)
    return SIGNALR_TELL_RECOVERED;

  return 0;
}

static SignalrLifetimeState
state_from_letter (char     letter,
                   gboolean goes_on)
{
  static const char letters[] = "ICNSTWPR";

  if (letter == 'E')
    return goes_on ? SIGNALR_LIFETIME_RETRYING : SIGNALR_LIFETIME_IDLE;

  return strchr (letters, letter) - letters;
}

static void
test_every_pair (void)
{
  for (SignalrLifetimeState state = 0; state < SIGNALR_LIFETIME_N_STATES; state++)
    {
      for (SignalrLifetimeEvent event = 0; event < SIGNALR_LIFETIME_N_EVENTS; event++)
        {
          for (gint64 delay = SIGNALR_RETRY_STOP; delay <= 0; delay++)
            {
              Fixture fixture;

              g_assert_cmpuint (strlen (pairs[event]), ==, SIGNALR_LIFETIME_N_STATES);
              enter (&fixture, state);
              fixture.delay = delay;
              happen (&fixture, event);
              g_assert_cmpint (fixture.output.event, ==, event);
              g_assert_cmpint (fixture.machine.state, ==,
                               state_from_letter (pairs[event][state], delay != SIGNALR_RETRY_STOP));
              g_assert_cmpint (fixture.output.actions & TELLS, ==,
                               tells_between (state, fixture.machine.state));
              check_timers (&fixture);
            }
        }
    }
}

static void
test_slow_and_lost (void)
{
  Fixture fixture;

  connect_for_long (&fixture);

  g_assert_cmpint (wait_until_due (&fixture, 40 * SECOND / 3), ==, SIGNALR_TELL_SLOW);
  g_assert_cmpint (fixture.machine.state, ==, SIGNALR_LIFETIME_SLOW);

  g_assert_cmpint (wait_until_due (&fixture, 20 * SECOND - 40 * SECOND / 3), ==,
                   SIGNALR_DO_DROP | SIGNALR_DO_REDIAL | SIGNALR_TELL_RECONNECTING);
  g_assert_cmpint (fixture.output.event, ==, SIGNALR_LIFETIME_SILENCE_DUE);
}

static void
test_recovered (void)
{
  Fixture fixture;

  connect_for_long (&fixture);
  wait_until_due (&fixture, 40 * SECOND / 3);

  fixture.now += 5 * SECOND;
  g_assert_cmpint (happen (&fixture, SIGNALR_LIFETIME_RECEIVED), ==, SIGNALR_TELL_RECOVERED);

  /* Silence counts from that byte on. */
  g_assert_cmpint (wait_until_due (&fixture, 40 * SECOND / 3), ==, SIGNALR_TELL_SLOW);
}

static void
test_reconnects_once_a_second (void)
{
  Fixture fixture;

  lose (&fixture);
  for (guint i = 0; i < 3; i++)
    {
      fixture.random = 0;
      g_assert_cmpint (happen (&fixture, SIGNALR_LIFETIME_FAILED), ==, SIGNALR_DO_DROP);
      g_assert_cmpint (wait_until_due (&fixture, 8 * SECOND / 10), ==,
                       SIGNALR_DO_DROP | SIGNALR_DO_REDIAL);
    }

  fixture.random = 0.5;
  happen (&fixture, SIGNALR_LIFETIME_FAILED);
  wait_until_due (&fixture, SECOND);

  g_assert_cmpint (happen (&fixture, SIGNALR_LIFETIME_READY), ==, SIGNALR_TELL_RECONNECTED);
}

static void
test_disconnect_timeout (void)
{
  Fixture fixture;
  gint64 lost_at;

  lose (&fixture);
  lost_at = fixture.now;
  while (!(happen (&fixture, SIGNALR_LIFETIME_FAILED) & SIGNALR_TELL_DISCONNECTED))
    {
      fixture.now = signalr_lifetime_get_deadline (&fixture.machine);
      if (happen (&fixture, SIGNALR_LIFETIME_DEADLINE) & SIGNALR_TELL_DISCONNECTED)
        break;
    }

  g_assert_cmpint (fixture.now - lost_at, ==, 30 * SECOND);
  g_assert_cmpint (fixture.output.reason, ==, SIGNALR_DISCONNECT_REASON_TIMEOUT);
  g_assert_cmpint (fixture.elapsed, ==, 30000);
  g_assert_cmpint (fixture.machine.state, ==, SIGNALR_LIFETIME_IDLE);
}

static void
test_disconnect_timeout_cuts_an_attempt (void)
{
  Fixture fixture;

  lose (&fixture);
  fixture.machine.limits.attempt = SIGNALR_NEVER;
  happen (&fixture, SIGNALR_LIFETIME_RETRY_NOW);

  g_assert_true (wait_until_due (&fixture, 30 * SECOND) & SIGNALR_TELL_DISCONNECTED);
  g_assert_cmpint (fixture.output.reason, ==, SIGNALR_DISCONNECT_REASON_TIMEOUT);
}

static void
test_attempt_limits (void)
{
  Fixture fixture;

  enter (&fixture, SIGNALR_LIFETIME_CONNECTING);

  /* Each step has its own. */
  fixture.now += 9 * SECOND;
  happen (&fixture, SIGNALR_LIFETIME_STEP);
  g_assert_cmpint (wait_until_due (&fixture, 15 * SECOND), ==, SIGNALR_DO_CUT_STEP_SHORT);
  g_assert_cmpint (fixture.machine.state, ==, SIGNALR_LIFETIME_CONNECTING);

  happen (&fixture, SIGNALR_LIFETIME_FAILED);
  g_assert_cmpint (fixture.output.reason, ==, SIGNALR_DISCONNECT_REASON_FAILED);
  g_assert_true (fixture.first);
}

static void
test_retries (void)
{
  Fixture fixture;

  lose (&fixture);
  fixture.delay = 1500;
  happen (&fixture, SIGNALR_LIFETIME_ENDED);
  g_assert_cmpint (fixture.output.reason, ==, SIGNALR_DISCONNECT_REASON_CLOSED_BY_SERVER);
  g_assert_cmpint (happen (&fixture, SIGNALR_LIFETIME_ANNOUNCE), ==, SIGNALR_TELL_RETRYING);
  g_assert_cmpint (fixture.machine.attempt, ==, 1);
  g_assert_cmpint (fixture.machine.delay, ==, 1500);
  g_assert_cmpint (wait_until_due (&fixture, 1500000), ==, SIGNALR_DO_DIAL);

  fixture.delay = 2500;
  happen (&fixture, SIGNALR_LIFETIME_FAILED);
  g_assert_cmpint (fixture.attempt, ==, 2);
  g_assert_cmpint (fixture.elapsed, ==, 1500);
  g_assert_false (fixture.first);
  g_assert_cmpint (wait_until_due (&fixture, 2500000), ==, SIGNALR_DO_DIAL);
  g_assert_cmpint (happen (&fixture, SIGNALR_LIFETIME_READY), ==, SIGNALR_TELL_CONNECTED);
}

/* A connection that comes and goes is not tried ever faster. */
static void
test_back_off_lasts_until_stable (void)
{
  Fixture fixture;

  lose (&fixture);
  happen (&fixture, SIGNALR_LIFETIME_READY);

  fixture.now += 9 * SECOND;
  happen (&fixture, SIGNALR_LIFETIME_RECEIVED);
  g_assert_cmpint (happen (&fixture, SIGNALR_LIFETIME_FAILED), ==,
                   SIGNALR_DO_DROP | SIGNALR_TELL_RECONNECTING);
  wait_until_due (&fixture, SECOND);
  happen (&fixture, SIGNALR_LIFETIME_READY);

  g_assert_cmpint (wait_until_due (&fixture, 10 * SECOND), ==, 0);
  g_assert_true (happen (&fixture, SIGNALR_LIFETIME_FAILED) & SIGNALR_DO_REDIAL);
}

static void
test_gentle_after_shutdown (void)
{
  Fixture fixture;

  connect_for_long (&fixture);
  fixture.random = 0;
  g_assert_cmpint (happen (&fixture, SIGNALR_LIFETIME_SHUTDOWN), ==,
                   SIGNALR_DO_DROP | SIGNALR_TELL_RECONNECTING);
  g_assert_cmpint (signalr_lifetime_get_deadline (&fixture.machine) - fixture.now, ==, SECOND / 2);

  connect_for_long (&fixture);
  fixture.random = 0.999999;
  happen (&fixture, SIGNALR_LIFETIME_SHUTDOWN);
  g_assert_cmpint (signalr_lifetime_get_deadline (&fixture.machine) - fixture.now, <=, SECOND);
}

/* A limit that is set during a silence counts from its beginning. */
static void
test_retimed (void)
{
  Fixture fixture;

  connect_for_long (&fixture);
  fixture.now += 5 * SECOND;
  fixture.machine.limits.slow = 6 * SECOND;
  fixture.machine.limits.keep_alive = 9 * SECOND;
  g_assert_cmpint (happen (&fixture, SIGNALR_LIFETIME_RETIMED), ==, 0);
  g_assert_cmpint (wait_until_due (&fixture, SECOND), ==, SIGNALR_TELL_SLOW);

  /* Slow it stays until something is heard. */
  fixture.machine.limits.slow = 15 * SECOND;
  fixture.machine.limits.keep_alive = 20 * SECOND;
  g_assert_cmpint (happen (&fixture, SIGNALR_LIFETIME_RETIMED), ==, 0);
  g_assert_cmpint (fixture.machine.state, ==, SIGNALR_LIFETIME_SLOW);
  g_assert_true (wait_until_due (&fixture, 14 * SECOND) & SIGNALR_TELL_RECONNECTING);

  /* So does the time for which a loss may last. */
  fixture.now += SECOND;
  fixture.machine.limits.disconnect = 2 * SECOND;
  happen (&fixture, SIGNALR_LIFETIME_RETIMED);
  g_assert_true (wait_until_due (&fixture, SECOND) & SIGNALR_TELL_DISCONNECTED);

  /* One that has passed already is due at once, which is not to be late. */
  connect_for_long (&fixture);
  fixture.now += 12 * SECOND;
  fixture.machine.limits.keep_alive = 5 * SECOND;
  fixture.machine.limits.slow = SIGNALR_NEVER;
  happen (&fixture, SIGNALR_LIFETIME_RETIMED);
  g_assert_true (wait_until_due (&fixture, 0) & SIGNALR_TELL_RECONNECTING);
}

/* A server that says when it wants to be asked again is not asked before. */
static void
test_retry_after (void)
{
  Fixture fixture;

  lose (&fixture);
  fixture.least = 7 * SECOND;
  happen (&fixture, SIGNALR_LIFETIME_FAILED);
  wait_until_due (&fixture, 7 * SECOND);

  /* It is no more than a wish: there may be less time. */
  fixture.least = 100 * SECOND;
  happen (&fixture, SIGNALR_LIFETIME_FAILED);
  g_assert_true (wait_until_due (&fixture, 23 * SECOND) & SIGNALR_TELL_DISCONNECTED);
}

/* A name that does not resolve yet is no try of the server: it is not counted. */
static void
test_spared (void)
{
  Fixture fixture;

  enter (&fixture, SIGNALR_LIFETIME_RETRYING);
  g_assert_cmpint (fixture.attempt, ==, 1);
  fixture.spared = TRUE;
  fixture.delay = 0;
  for (guint i = 0; i < 10; i++)
    {
      static const gint64 waits[] = { 1, 2, 5, 10, 20, 30 };

      happen (&fixture, SIGNALR_LIFETIME_RETRY_NOW);
      happen (&fixture, SIGNALR_LIFETIME_FAILED);
      g_assert_cmpint (fixture.attempt, ==, 1);
      g_assert_cmpint (fixture.machine.attempt, ==, 1);
      g_assert_cmpint (fixture.machine.delay, ==, 1000 * waits[MIN (i, 5)]);
    }

  fixture.spared = FALSE;
  happen (&fixture, SIGNALR_LIFETIME_RETRY_NOW);
  happen (&fixture, SIGNALR_LIFETIME_FAILED);
  g_assert_cmpint (fixture.attempt, ==, 2);
  g_assert_cmpint (fixture.machine.delay, ==, 0);

  /* Nor does it make the next loss wait longer. */
  lose (&fixture);
  fixture.spared = TRUE;
  g_assert_cmpuint (fixture.machine.losses, ==, 1);
  happen (&fixture, SIGNALR_LIFETIME_FAILED);
  g_assert_cmpuint (fixture.machine.losses, ==, 1);
}

static void
test_ping (void)
{
  Fixture fixture;

  fixture_init (&fixture);
  fixture.machine.limits.ping = 5 * SECOND;
  happen (&fixture, SIGNALR_LIFETIME_START);
  happen (&fixture, SIGNALR_LIFETIME_READY);

  fixture.now += 3 * SECOND;
  happen (&fixture, SIGNALR_LIFETIME_SENT);
  g_assert_cmpint (wait_until_due (&fixture, 5 * SECOND), ==, SIGNALR_DO_PING);
}

static void
test_probe (void)
{
  Fixture fixture;

  connect_for_long (&fixture);
  g_assert_cmpint (happen (&fixture, SIGNALR_LIFETIME_CHECK_NOW), ==, SIGNALR_DO_PROBE);
  g_assert_cmpint (happen (&fixture, SIGNALR_LIFETIME_CHECK_NOW), ==, 0);
  g_assert_cmpint (happen (&fixture, SIGNALR_LIFETIME_RECEIVED), ==, 0);
  g_assert_cmpint (signalr_lifetime_get_deadline (&fixture.machine) - fixture.now, ==,
                   40 * SECOND / 3);

  happen (&fixture, SIGNALR_LIFETIME_CHECK_NOW);
  g_assert_true (wait_until_due (&fixture, 3 * SECOND) & SIGNALR_TELL_RECONNECTING);
  g_assert_cmpint (fixture.output.event, ==, SIGNALR_LIFETIME_PROBE_DUE);
}

/* An answer on another way says that the server is there, not that it is heard. */
static void
test_probed (void)
{
  Fixture fixture;
  gint64 deadline;

  connect_for_long (&fixture);
  deadline = signalr_lifetime_get_deadline (&fixture.machine);
  happen (&fixture, SIGNALR_LIFETIME_CHECK_NOW);
  g_assert_cmpint (happen (&fixture, SIGNALR_LIFETIME_PROBED), ==, 0);
  g_assert_cmpint (signalr_lifetime_get_deadline (&fixture.machine), ==, deadline);
}

/* A process that was suspended asks before it blames the server. */
static void
test_late (void)
{
  Fixture fixture;

  connect_for_long (&fixture);
  fixture.now += 60 * SECOND;
  g_assert_cmpint (happen (&fixture, SIGNALR_LIFETIME_DEADLINE), ==, SIGNALR_DO_PROBE);
  g_assert_cmpint (fixture.machine.state, ==, SIGNALR_LIFETIME_CONNECTED);
  g_assert_true (wait_until_due (&fixture, 3 * SECOND) & SIGNALR_TELL_RECONNECTING);

  fixture.now += 60 * SECOND;
  while (signalr_lifetime_get_deadline (&fixture.machine) <= fixture.now)
    g_assert_cmpint (happen (&fixture, SIGNALR_LIFETIME_DEADLINE), ==, 0);
  g_assert_cmpint (happen (&fixture, SIGNALR_LIFETIME_READY), ==, SIGNALR_TELL_RECONNECTED);
}

static void
test_retry_now (void)
{
  Fixture fixture;

  enter (&fixture, SIGNALR_LIFETIME_IDLE);
  g_assert_cmpint (happen (&fixture, SIGNALR_LIFETIME_RETRY_NOW), ==, SIGNALR_DO_DIAL);
  g_assert_cmpint (happen (&fixture, SIGNALR_LIFETIME_RETRY_NOW), ==,
                   SIGNALR_DO_DROP | SIGNALR_DO_FORGET | SIGNALR_DO_DIAL);

  enter (&fixture, SIGNALR_LIFETIME_CONNECTED);
  g_assert_cmpint (happen (&fixture, SIGNALR_LIFETIME_RETRY_NOW), ==, SIGNALR_DO_PROBE);

  enter (&fixture, SIGNALR_LIFETIME_SLOW);
  g_assert_cmpint (happen (&fixture, SIGNALR_LIFETIME_RETRY_NOW), ==,
                   SIGNALR_DO_DROP | SIGNALR_DO_REDIAL | SIGNALR_TELL_RECONNECTING);

  enter (&fixture, SIGNALR_LIFETIME_WAITING);
  g_assert_cmpint (happen (&fixture, SIGNALR_LIFETIME_RETRY_NOW), ==,
                   SIGNALR_DO_DROP | SIGNALR_DO_REDIAL);

  enter (&fixture, SIGNALR_LIFETIME_RETRYING);
  g_assert_cmpint (happen (&fixture, SIGNALR_LIFETIME_RETRY_NOW), ==, SIGNALR_DO_DIAL);

  enter (&fixture, SIGNALR_LIFETIME_STOPPING);
  happen (&fixture, SIGNALR_LIFETIME_RETRY_NOW);
  g_assert_true (happen (&fixture, SIGNALR_LIFETIME_SAID_GOODBYE) & SIGNALR_DO_START_AGAIN);
}

static void
test_stop (void)
{
  for (SignalrLifetimeState state = 0; state < SIGNALR_LIFETIME_N_STATES; state++)
    {
      gboolean lives = state != SIGNALR_LIFETIME_IDLE && state != SIGNALR_LIFETIME_RETRYING;
      Fixture fixture;

      enter (&fixture, state);
      happen (&fixture, SIGNALR_LIFETIME_STOP);
      if (lives)
        {
          g_assert_cmpint (fixture.machine.state, ==, SIGNALR_LIFETIME_STOPPING);
          g_assert_true (wait_until_due (&fixture, 5 * SECOND) & SIGNALR_TELL_DISCONNECTED);
          g_assert_cmpint (fixture.output.reason, ==, SIGNALR_DISCONNECT_REASON_STOPPED);
        }

      g_assert_cmpint (fixture.machine.state, ==, SIGNALR_LIFETIME_IDLE);
      check_timers (&fixture);
    }
}

/* What an application has heard, and may hear next. */
typedef struct {
  gboolean started;
  gboolean is_connected;
  gboolean slow;
  gboolean reconnecting;
} Heard;

static void
check_tells (Heard   *heard,
             Fixture *fixture)
{
  SignalrLifetimeActions actions = fixture->output.actions;

  if (actions & SIGNALR_DO_DIAL && !(actions & SIGNALR_DO_FORGET))
    {
      g_assert_false (heard->started);
      *heard = (Heard) { .started = TRUE };
    }

  if (actions & SIGNALR_TELL_CONNECTED)
    {
      g_assert_true (heard->started && !heard->is_connected && !heard->reconnecting);
      heard->is_connected = TRUE;
    }

  if (actions & SIGNALR_TELL_SLOW)
    {
      g_assert_true (heard->is_connected && !heard->slow);
      heard->slow = TRUE;
    }

  if (actions & SIGNALR_TELL_RECOVERED)
    {
      g_assert_true (heard->is_connected && heard->slow);
      heard->slow = FALSE;
    }

  if (actions & SIGNALR_TELL_RECONNECTING)
    {
      g_assert_true (heard->is_connected);
      heard->is_connected = heard->slow = FALSE;
      heard->reconnecting = TRUE;
    }

  if (actions & SIGNALR_TELL_RECONNECTED)
    {
      g_assert_true (heard->reconnecting);
      heard->reconnecting = FALSE;
      heard->is_connected = TRUE;
    }

  if (actions & SIGNALR_TELL_DISCONNECTED)
    {
      g_assert_true (heard->started);
      *heard = (Heard) { FALSE };
    }

  g_assert_cmpint (heard->started, ==,
                   fixture->machine.state != SIGNALR_LIFETIME_IDLE &&
                   fixture->machine.state != SIGNALR_LIFETIME_RETRYING);
}

/* Whatever comes, in whatever order. */
static void
test_random (void)
{
  for (guint sequence = 0; sequence < 100000; sequence++)
    {
      Fixture fixture;
      Heard heard = { FALSE };

      fixture_init (&fixture);
      fixture.machine.limits.ping = 15 * SECOND;
      for (guint i = 0; i < 30; i++)
        {
          SignalrLifetimeEvent event = g_test_rand_int_range (0, SIGNALR_LIFETIME_ATTEMPT_DUE + 8);
          gint64 deadline = signalr_lifetime_get_deadline (&fixture.machine);

          fixture.random = g_test_rand_double ();
          fixture.spared = g_test_rand_bit ();
          fixture.least = g_test_rand_int_range (0, 3 * SECOND);
          fixture.delay = g_test_rand_int_range (SIGNALR_RETRY_STOP, 5000);
          if (event >= SIGNALR_LIFETIME_ATTEMPT_DUE)
            {
              event = SIGNALR_LIFETIME_DEADLINE;
              if (deadline != SIGNALR_NEVER)
                fixture.now = MAX (fixture.now, deadline + g_test_rand_int_range (0, 2 * SECOND));
            }
          else
            {
              fixture.now += g_test_rand_int_range (0, 2 * SECOND);
            }

          happen (&fixture, event);
          check_tells (&heard, &fixture);
          check_timers (&fixture);
        }

      /* However it was left, a stop ends it, within its time. */
      happen (&fixture, SIGNALR_LIFETIME_STOP);
      check_tells (&heard, &fixture);
      if (fixture.machine.state == SIGNALR_LIFETIME_STOPPING)
        wait_until_due (&fixture, signalr_lifetime_get_deadline (&fixture.machine) - fixture.now);
      check_tells (&heard, &fixture);
      check_timers (&fixture);
      g_assert_cmpint (fixture.machine.state, ==, SIGNALR_LIFETIME_IDLE);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/client/lifetime/every-pair", test_every_pair);
  g_test_add_func ("/client/lifetime/slow-and-lost", test_slow_and_lost);
  g_test_add_func ("/client/lifetime/recovered", test_recovered);
  g_test_add_func ("/client/lifetime/reconnects-once-a-second", test_reconnects_once_a_second);
  g_test_add_func ("/client/lifetime/disconnect-timeout", test_disconnect_timeout);
  g_test_add_func ("/client/lifetime/disconnect-timeout-cuts-an-attempt",
                   test_disconnect_timeout_cuts_an_attempt);
  g_test_add_func ("/client/lifetime/attempt-limits", test_attempt_limits);
  g_test_add_func ("/client/lifetime/retries", test_retries);
  g_test_add_func ("/client/lifetime/back-off-lasts-until-stable", test_back_off_lasts_until_stable);
  g_test_add_func ("/client/lifetime/gentle-after-shutdown", test_gentle_after_shutdown);
  g_test_add_func ("/client/lifetime/retimed", test_retimed);
  g_test_add_func ("/client/lifetime/retry-after", test_retry_after);
  g_test_add_func ("/client/lifetime/spared", test_spared);
  g_test_add_func ("/client/lifetime/ping", test_ping);
  g_test_add_func ("/client/lifetime/probe", test_probe);
  g_test_add_func ("/client/lifetime/probed", test_probed);
  g_test_add_func ("/client/lifetime/late", test_late);
  g_test_add_func ("/client/lifetime/retry-now", test_retry_now);
  g_test_add_func ("/client/lifetime/stop", test_stop);
  g_test_add_func ("/client/lifetime/random", test_random);

  return g_test_run ();
}
