/* server-lifetime.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "server-lifetime-private.h"

/* The table below is read as a whole, so its words are short. */
#define E(event) SIGNALR_SERVER_LIFETIME_##event
#define T(state, tell) { SIGNALR_SERVER_LIFETIME_##state, SIGNALR_SERVER_LIFETIME_TELL_##tell }

/* Every pair of state and event is here. What is not meant to happen tells
 * nothing and changes nothing, and says so by standing in the table.
 *
 * A connection whose client stops, or that is ended, while the hubs are still
 * asked whether it may begin, waits for their answer: a hub hears of an end
 * only after it has let the connection in.
 */
static const struct {
  SignalrServerLifetimeState next;
  SignalrServerLifetimeTell  tell;
} transitions[SIGNALR_SERVER_LIFETIME_N_STATES][SIGNALR_SERVER_LIFETIME_N_EVENTS] = {
  [E (UNOPENED)] = {
    [E (OPEN)] = T (OPENING, NOTHING),
    [E (REOPEN)] = T (CONNECTED, RECONNECTED),
    [E (RESUME)] = T (CONNECTED, RECONNECTED),
    [E (START)] = T (UNOPENED, NOTHING),
    [E (ACCEPT)] = T (UNOPENED, NOTHING),
    [E (REFUSE)] = T (UNOPENED, NOTHING),
    [E (LOSE)] = T (UNOPENED, NOTHING),
    [E (STOP)] = T (ENDED, FORGET),
    [E (CLOSE)] = T (ENDED, FORGET),
    [E (DEADLINE)] = T (ENDED, FORGET),
  },
  [E (OPENING)] = {
    [E (OPEN)] = T (OPENING, NOTHING),
    [E (REOPEN)] = T (OPENING, NOTHING),
    [E (RESUME)] = T (OPENING, NOTHING),
    [E (START)] = T (STARTING, CONNECTED),
    [E (ACCEPT)] = T (OPENING, NOTHING),
    [E (REFUSE)] = T (OPENING, NOTHING),
    [E (LOSE)] = T (OPENING_LOST, NOTHING),
    [E (STOP)] = T (ENDED, FORGET),
    [E (CLOSE)] = T (ENDED, FORGET),
    [E (DEADLINE)] = T (ENDED, FORGET),
  },
  [E (OPENING_LOST)] = {
    [E (OPEN)] = T (OPENING, NOTHING),
    [E (REOPEN)] = T (OPENING, NOTHING),
    [E (RESUME)] = T (OPENING, NOTHING),
    [E (START)] = T (STARTING_LOST, CONNECTED),
    [E (ACCEPT)] = T (OPENING_LOST, NOTHING),
    [E (REFUSE)] = T (OPENING_LOST, NOTHING),
    [E (LOSE)] = T (OPENING_LOST, NOTHING),
    [E (STOP)] = T (ENDED, FORGET),
    [E (CLOSE)] = T (ENDED, FORGET),
    [E (DEADLINE)] = T (ENDED, FORGET),
  },
  [E (STARTING)] = {
    [E (OPEN)] = T (STARTING, NOTHING),
    [E (REOPEN)] = T (STARTING, NOTHING),
    [E (RESUME)] = T (STARTING, NOTHING),
    [E (START)] = T (STARTING, NOTHING),
    [E (ACCEPT)] = T (CONNECTED, NOTHING),
    [E (REFUSE)] = T (ENDED, FORGET),
    [E (LOSE)] = T (STARTING_LOST, NOTHING),
    [E (STOP)] = T (LEAVING, NOTHING),
    [E (CLOSE)] = T (DROPPED, NOTHING),
    [E (DEADLINE)] = T (STARTING, NOTHING),
  },
  [E (STARTING_LOST)] = {
    [E (OPEN)] = T (STARTING, NOTHING),
    [E (REOPEN)] = T (STARTING, NOTHING),
    [E (RESUME)] = T (STARTING, NOTHING),
    [E (START)] = T (STARTING_LOST, NOTHING),
    [E (ACCEPT)] = T (LOST, NOTHING),
    [E (REFUSE)] = T (ENDED, FORGET),
    [E (LOSE)] = T (STARTING_LOST, NOTHING),
    [E (STOP)] = T (LEAVING, NOTHING),
    [E (CLOSE)] = T (DROPPED, NOTHING),
    [E (DEADLINE)] = T (DROPPED, NOTHING),
  },
  [E (CONNECTED)] = {
    [E (OPEN)] = T (CONNECTED, NOTHING),
    [E (REOPEN)] = T (CONNECTED, RECONNECTED),
    [E (RESUME)] = T (CONNECTED, NOTHING),
    [E (START)] = T (CONNECTED, NOTHING),
    [E (ACCEPT)] = T (CONNECTED, NOTHING),
    [E (REFUSE)] = T (CONNECTED, NOTHING),
    [E (LOSE)] = T (LOST, NOTHING),
    [E (STOP)] = T (ENDED, STOPPED),
    [E (CLOSE)] = T (ENDED, DISCONNECTED),
    [E (DEADLINE)] = T (CONNECTED, NOTHING),
  },
  [E (LOST)] = {
    [E (OPEN)] = T (CONNECTED, RECONNECTED),
    [E (REOPEN)] = T (CONNECTED, RECONNECTED),
    [E (RESUME)] = T (CONNECTED, NOTHING),
    [E (START)] = T (LOST, NOTHING),
    [E (ACCEPT)] = T (LOST, NOTHING),
    [E (REFUSE)] = T (LOST, NOTHING),
    [E (LOSE)] = T (LOST, NOTHING),
    [E (STOP)] = T (ENDED, STOPPED),
    [E (CLOSE)] = T (ENDED, DISCONNECTED),
    [E (DEADLINE)] = T (ENDED, DISCONNECTED),
  },
  [E (LEAVING)] = {
    [E (OPEN)] = T (LEAVING, NOTHING),
    [E (REOPEN)] = T (LEAVING, NOTHING),
    [E (RESUME)] = T (LEAVING, NOTHING),
    [E (START)] = T (LEAVING, NOTHING),
    [E (ACCEPT)] = T (ENDED, STOPPED),
    [E (REFUSE)] = T (ENDED, FORGET),
    [E (LOSE)] = T (LEAVING, NOTHING),
    [E (STOP)] = T (LEAVING, NOTHING),
    [E (CLOSE)] = T (LEAVING, NOTHING),
    [E (DEADLINE)] = T (LEAVING, NOTHING),
  },
  [E (DROPPED)] = {
    [E (OPEN)] = T (DROPPED, NOTHING),
    [E (REOPEN)] = T (DROPPED, NOTHING),
    [E (RESUME)] = T (DROPPED, NOTHING),
    [E (START)] = T (DROPPED, NOTHING),
    [E (ACCEPT)] = T (ENDED, DISCONNECTED),
    [E (REFUSE)] = T (ENDED, FORGET),
    [E (LOSE)] = T (DROPPED, NOTHING),
    [E (STOP)] = T (DROPPED, NOTHING),
    [E (CLOSE)] = T (DROPPED, NOTHING),
    [E (DEADLINE)] = T (DROPPED, NOTHING),
  },
  [E (ENDED)] = {
    [E (OPEN)] = T (ENDED, NOTHING),
    [E (REOPEN)] = T (ENDED, NOTHING),
    [E (RESUME)] = T (ENDED, NOTHING),
    [E (START)] = T (ENDED, NOTHING),
    [E (ACCEPT)] = T (ENDED, NOTHING),
    [E (REFUSE)] = T (ENDED, NOTHING),
    [E (LOSE)] = T (ENDED, NOTHING),
    [E (STOP)] = T (ENDED, NOTHING),
    [E (CLOSE)] = T (ENDED, NOTHING),
    [E (DEADLINE)] = T (ENDED, NOTHING),
  },
};

static gint64
limit_of (const SignalrServerLimits  *limits,
          SignalrServerLifetimeState  state)
{
  switch (state)
    {
    case SIGNALR_SERVER_LIFETIME_UNOPENED:
      return limits->unopened;

    case SIGNALR_SERVER_LIFETIME_OPENING:
      return limits->opening;

    case SIGNALR_SERVER_LIFETIME_OPENING_LOST:
    case SIGNALR_SERVER_LIFETIME_STARTING_LOST:
    case SIGNALR_SERVER_LIFETIME_LOST:
      return limits->lost;

    case SIGNALR_SERVER_LIFETIME_STARTING:
    case SIGNALR_SERVER_LIFETIME_CONNECTED:
    case SIGNALR_SERVER_LIFETIME_LEAVING:
    case SIGNALR_SERVER_LIFETIME_DROPPED:
    case SIGNALR_SERVER_LIFETIME_ENDED:
    case SIGNALR_SERVER_LIFETIME_N_STATES:
    default:
      return SIGNALR_NEVER;
    }
}

static gint64
deadline_of (const SignalrServerLimits  *limits,
             SignalrServerLifetimeState  state,
             gint64                      now)
{
  gint64 limit = limit_of (limits, state);

  return limit == SIGNALR_NEVER ? SIGNALR_NEVER : now + limit;
}

static gboolean
is_lost (SignalrServerLifetimeState state)
{
  return state == SIGNALR_SERVER_LIFETIME_OPENING_LOST ||
         state == SIGNALR_SERVER_LIFETIME_STARTING_LOST ||
         state == SIGNALR_SERVER_LIFETIME_LOST;
}

void
signalr_server_lifetime_init (SignalrServerLifetime     *self,
                              const SignalrServerLimits *limits,
                              gint64                     now)
{
  self->state = SIGNALR_SERVER_LIFETIME_UNOPENED;
  self->deadline = deadline_of (limits, self->state, now);
}

/*< private >
 * signalr_server_lifetime_step:
 * @now: the time of @event, in µs on the clock that the deadline is read on
 *
 * Returns: what to tell the hubs
 */
SignalrServerLifetimeTell
signalr_server_lifetime_step (SignalrServerLifetime      *self,
                              SignalrServerLifetimeEvent  event,
                              const SignalrServerLimits  *limits,
                              gint64                      now)
{
  SignalrServerLifetimeState before = self->state;

  g_return_val_if_fail (event < SIGNALR_SERVER_LIFETIME_N_EVENTS, SIGNALR_SERVER_LIFETIME_TELL_NOTHING);

  /* A deadline that was moved after it became due is early: wait on. */
  if (event == SIGNALR_SERVER_LIFETIME_DEADLINE && now < self->deadline)
    return SIGNALR_SERVER_LIFETIME_TELL_NOTHING;

  self->state = transitions[before][event].next;

  /* One loss, one deadline, whatever the hubs answer meanwhile. */
  if (self->state != before && !(is_lost (self->state) && is_lost (before)))
    self->deadline = deadline_of (limits, self->state, now);

  return transitions[before][event].tell;
}
