/* lifetime-fixture.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "lifetime-fixture.h"

#include "client/retry-policy-private.h"

static gint64
ask (SignalrDisconnectReason reason,
     guint                   attempt,
     gint64                  elapsed,
     gboolean                first,
     gpointer                user_data)
{
  Fixture *fixture = user_data;

  fixture->attempt = attempt;
  fixture->elapsed = elapsed;
  fixture->first = first;

  return fixture->delay;
}

void
fixture_init (Fixture *fixture)
{
  *fixture = (Fixture) { .now = 1000 * SECOND, .random = 0.5, .delay = SIGNALR_RETRY_STOP };
  signalr_lifetime_init (&fixture->machine, ask, fixture);
  fixture->machine.limits = (SignalrLifetimeLimits) {
    .attempt = 10 * SECOND,
    .slow = 40 * SECOND / 3,
    .keep_alive = 20 * SECOND,
    .disconnect = 30 * SECOND,
    .ping = SIGNALR_NEVER,
  };
}

SignalrLifetimeActions
happen (Fixture              *fixture,
        SignalrLifetimeEvent  event)
{
  SignalrLifetimeInput input = {
    .event = event,
    .now = fixture->now,
    .random = fixture->random,
    .limit = 15 * SECOND,
    .least = fixture->least,
    .spared = fixture->spared,
  };

  fixture->output = signalr_lifetime_step (&fixture->machine, &input);

  return fixture->output.actions;
}

SignalrLifetimeActions
wait_until_due (Fixture *fixture,
                gint64   after)
{
  gint64 deadline = signalr_lifetime_get_deadline (&fixture->machine);

  g_assert_cmpint (deadline - fixture->now, ==, after);

  fixture->now = deadline - 1;
  g_assert_cmpint (happen (fixture, SIGNALR_LIFETIME_DEADLINE), ==, 0);
  fixture->now = deadline;

  return happen (fixture, SIGNALR_LIFETIME_DEADLINE);
}

static void
connect (Fixture *fixture)
{
  fixture_init (fixture);
  happen (fixture, SIGNALR_LIFETIME_START);
  happen (fixture, SIGNALR_LIFETIME_READY);
  g_assert_cmpint (fixture->machine.state, ==, SIGNALR_LIFETIME_CONNECTED);
}

void
connect_for_long (Fixture *fixture)
{
  connect (fixture);
  g_assert_cmpint (wait_until_due (fixture, 10 * SECOND), ==, 0);
  happen (fixture, SIGNALR_LIFETIME_RECEIVED);
}

void
lose (Fixture *fixture)
{
  connect_for_long (fixture);
  happen (fixture, SIGNALR_LIFETIME_FAILED);
  g_assert_cmpint (fixture->machine.state, ==, SIGNALR_LIFETIME_TRYING);
}

void
enter (Fixture              *fixture,
       SignalrLifetimeState  state)
{
  fixture_init (fixture);

  switch (state)
    {
    case SIGNALR_LIFETIME_CONNECTING:
      happen (fixture, SIGNALR_LIFETIME_START);
      break;

    case SIGNALR_LIFETIME_CONNECTED:
      connect (fixture);
      break;

    case SIGNALR_LIFETIME_SLOW:
      connect (fixture);
      happen (fixture, SIGNALR_LIFETIME_SLOW_DUE);
      break;

    case SIGNALR_LIFETIME_TRYING:
      lose (fixture);
      break;

    case SIGNALR_LIFETIME_WAITING:
      lose (fixture);
      happen (fixture, SIGNALR_LIFETIME_FAILED);
      break;

    case SIGNALR_LIFETIME_STOPPING:
      connect (fixture);
      happen (fixture, SIGNALR_LIFETIME_STOP);
      break;

    case SIGNALR_LIFETIME_RETRYING:
      fixture->delay = 1000;
      happen (fixture, SIGNALR_LIFETIME_START);
      happen (fixture, SIGNALR_LIFETIME_FAILED);
      break;

    case SIGNALR_LIFETIME_IDLE:
    case SIGNALR_LIFETIME_N_STATES:
    default:
      break;
    }

  g_assert_cmpint (fixture->machine.state, ==, state);
}

static gboolean
timer_stands (Fixture      *fixture,
              SignalrTimer  timer)
{
  return fixture->machine.timers[timer] != SIGNALR_NEVER;
}

void
check_timers (Fixture *fixture)
{
  SignalrLifetimeState state = fixture->machine.state;
  gboolean tries = state == SIGNALR_LIFETIME_CONNECTING || state == SIGNALR_LIFETIME_TRYING;
  gboolean listens = state == SIGNALR_LIFETIME_CONNECTED || state == SIGNALR_LIFETIME_SLOW;

  g_assert_true (tries || !timer_stands (fixture, SIGNALR_TIMER_ATTEMPT));
  g_assert_true (state == SIGNALR_LIFETIME_CONNECTED || !timer_stands (fixture, SIGNALR_TIMER_SLOW));
  g_assert_true (listens || !timer_stands (fixture, SIGNALR_TIMER_SILENCE));
  g_assert_true (listens || !timer_stands (fixture, SIGNALR_TIMER_PROBE));
  g_assert_true (listens || !timer_stands (fixture, SIGNALR_TIMER_PING));
  g_assert_true (listens || !timer_stands (fixture, SIGNALR_TIMER_STABLE));

  /* Silence never goes unnoticed. */
  g_assert_true (!listens || timer_stands (fixture, SIGNALR_TIMER_SILENCE) ||
                 timer_stands (fixture, SIGNALR_TIMER_PROBE));
  g_assert_cmpint (timer_stands (fixture, SIGNALR_TIMER_DELAY), ==,
                   state == SIGNALR_LIFETIME_WAITING || state == SIGNALR_LIFETIME_RETRYING);
  g_assert_cmpint (timer_stands (fixture, SIGNALR_TIMER_DISCONNECT), ==,
                   state == SIGNALR_LIFETIME_WAITING || state == SIGNALR_LIFETIME_TRYING);
  g_assert_cmpint (timer_stands (fixture, SIGNALR_TIMER_FAREWELL), ==,
                   state == SIGNALR_LIFETIME_STOPPING);

  if (state == SIGNALR_LIFETIME_IDLE)
    g_assert_cmpint (signalr_lifetime_get_deadline (&fixture->machine), ==, SIGNALR_NEVER);
}
