/* lifetime.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "lifetime-private.h"

#include "retry-policy-private.h"

#define SECOND G_USEC_PER_SEC

#define RECONNECT_DELAY (1 * SECOND)
#define PROBE_LIMIT     (3 * SECOND)
#define FAREWELL_LIMIT  (5 * SECOND)
#define STABLE_AFTER    (10 * SECOND)

/* A deadline that is noticed later than this was missed by our own process,
 * which has no right to blame the server for it.
 */
#define LATE            (1 * SECOND)

/* A move is what an event does in a state: it sets the state and the timers, and
 * returns what the owner has to do and to tell.
 */
typedef SignalrLifetimeActions (*Move) (SignalrLifetime            *self,
                                        const SignalrLifetimeInput *input,
                                        SignalrDisconnectReason    *reason);

#define MOVE(name)                                                            \
  static SignalrLifetimeActions                                               \
  name (SignalrLifetime            *self,                                     \
        const SignalrLifetimeInput *input,                                    \
        SignalrDisconnectReason    *reason)

static void
clear_timers (SignalrLifetime *self)
{
  for (guint i = 0; i < SIGNALR_N_TIMERS; i++)
    self->timers[i] = SIGNALR_NEVER;
}

static void
set_timer (SignalrLifetime *self,
           SignalrTimer     timer,
           gint64           now,
           gint64           limit)
{
  self->began[timer] = now;
  self->timers[timer] = limit == SIGNALR_NEVER ? SIGNALR_NEVER : now + limit;
}

/* A deadline that has passed is due now, and was not missed. */
static void
move_timer (SignalrLifetime *self,
            SignalrTimer     timer,
            gint64           now,
            gint64           limit)
{
  self->timers[timer] = limit == SIGNALR_NEVER ? SIGNALR_NEVER
                                               : MAX (now, self->began[timer] + limit);
}

static SignalrTimer
first_timer (const SignalrLifetime *self)
{
  SignalrTimer first = 0;

  for (SignalrTimer timer = 1; timer < SIGNALR_N_TIMERS; timer++)
    {
      if (self->timers[timer] < self->timers[first])
        first = timer;
    }

  return first;
}

static void
begin_attempt (SignalrLifetime      *self,
               SignalrLifetimeState  state,
               gint64                now)
{
  self->state = state;
  self->step_limit = self->limits.attempt;
  self->timers[SIGNALR_TIMER_DELAY] = SIGNALR_NEVER;
  set_timer (self, SIGNALR_TIMER_ATTEMPT, now, self->limits.attempt);
}

static void
listen (SignalrLifetime *self,
        gint64           now)
{
  set_timer (self, SIGNALR_TIMER_SLOW, now, self->limits.slow);
  set_timer (self, SIGNALR_TIMER_SILENCE, now, self->limits.keep_alive);
  self->timers[SIGNALR_TIMER_PROBE] = SIGNALR_NEVER;
}

static void
settle_in (SignalrLifetime *self,
           gint64           now)
{
  clear_timers (self);
  self->state = SIGNALR_LIFETIME_CONNECTED;
  self->first = FALSE;
  listen (self, now);
  set_timer (self, SIGNALR_TIMER_PING, now, self->limits.ping);
  set_timer (self, SIGNALR_TIMER_STABLE, now, STABLE_AFTER);
}

MOVE (stay)
{
  return 0;
}

/* Starting and stopping. */

MOVE (start)
{
  clear_timers (self);
  self->first = TRUE;
  self->lost_at = SIGNALR_NEVER;
  self->attempt = 0;
  self->spared = 0;
  self->losses = 0;
  begin_attempt (self, SIGNALR_LIFETIME_CONNECTING, input->now);

  return SIGNALR_DO_DIAL;
}

MOVE (start_again)
{
  clear_timers (self);
  begin_attempt (self, SIGNALR_LIFETIME_CONNECTING, input->now);

  return SIGNALR_DO_DIAL;
}

MOVE (start_over)
{
  return start_again (self, input, reason) | SIGNALR_DO_DROP | SIGNALR_DO_FORGET;
}

MOVE (start_later)
{
  self->again = TRUE;

  return 0;
}

MOVE (stop)
{
  clear_timers (self);
  self->state = SIGNALR_LIFETIME_STOPPING;
  self->again = FALSE;
  set_timer (self, SIGNALR_TIMER_FAREWELL, input->now, FAREWELL_LIMIT);

  return SIGNALR_DO_SAY_GOODBYE;
}

MOVE (stop_for_good)
{
  self->again = FALSE;

  return 0;
}

MOVE (stopped)
{
  clear_timers (self);
  self->state = SIGNALR_LIFETIME_IDLE;
  *reason = SIGNALR_DISCONNECT_REASON_STOPPED;

  return SIGNALR_DO_DROP | SIGNALR_DO_FORGET | SIGNALR_TELL_DISCONNECTED |
         (self->again ? SIGNALR_DO_START_AGAIN : 0);
}

MOVE (cancel)
{
  clear_timers (self);
  self->state = SIGNALR_LIFETIME_IDLE;

  return 0;
}

MOVE (announce)
{
  return SIGNALR_TELL_RETRYING;
}

/* Attempts. */

MOVE (step)
{
  self->step_limit = input->limit;
  set_timer (self, SIGNALR_TIMER_ATTEMPT, input->now, input->limit);

  return 0;
}

MOVE (cut_short)
{
  self->timers[SIGNALR_TIMER_ATTEMPT] = SIGNALR_NEVER;

  return SIGNALR_DO_CUT_STEP_SHORT;
}

MOVE (connected)
{
  settle_in (self, input->now);

  return SIGNALR_TELL_CONNECTED;
}

MOVE (reconnected)
{
  settle_in (self, input->now);

  return SIGNALR_TELL_RECONNECTED;
}

MOVE (try)
{
  begin_attempt (self, SIGNALR_LIFETIME_TRYING, input->now);

  return SIGNALR_DO_DROP | SIGNALR_DO_REDIAL;
}

static SignalrLifetimeActions
wait_for (SignalrLifetime            *self,
          const SignalrLifetimeInput *input,
          SignalrDisconnectReason    *reason,
          gint64                      delay)
{
  self->losses += !input->spared;
  if (delay == 0)
    return try (self, input, reason);

  self->state = SIGNALR_LIFETIME_WAITING;
  self->timers[SIGNALR_TIMER_ATTEMPT] = SIGNALR_NEVER;
  set_timer (self, SIGNALR_TIMER_DELAY, input->now, delay);

  return SIGNALR_DO_DROP;
}

MOVE (wait)
{
  return wait_for (self, input, reason,
                   MAX (input->least,
                        signalr_retry_delay_spread (RECONNECT_DELAY, input->random)));
}

/* While all is well. */

MOVE (touch)
{
  listen (self, input->now);

  return 0;
}

/* The server is there, and so is the way to it: silence is left to its limits. */
MOVE (probed)
{
  self->timers[SIGNALR_TIMER_PROBE] = SIGNALR_NEVER;
  if (self->timers[SIGNALR_TIMER_SILENCE] == SIGNALR_NEVER)
    set_timer (self, SIGNALR_TIMER_SILENCE, input->now, self->limits.keep_alive);

  return 0;
}

/* The time that has passed counts, whatever the limit was then. */
MOVE (retime)
{
  move_timer (self, SIGNALR_TIMER_PING, input->now, self->limits.ping);

  /* Silence that was not listened to is none; the probe is what counts. */
  if (self->timers[SIGNALR_TIMER_SILENCE] == SIGNALR_NEVER &&
      self->timers[SIGNALR_TIMER_PROBE] != SIGNALR_NEVER)
    return 0;

  if (self->state == SIGNALR_LIFETIME_CONNECTED)
    move_timer (self, SIGNALR_TIMER_SLOW, input->now, self->limits.slow);
  move_timer (self, SIGNALR_TIMER_SILENCE, input->now, self->limits.keep_alive);

  return 0;
}

MOVE (retime_loss)
{
  move_timer (self, SIGNALR_TIMER_DISCONNECT, input->now, self->limits.disconnect);

  return 0;
}

MOVE (recover)
{
  self->state = SIGNALR_LIFETIME_CONNECTED;
  listen (self, input->now);

  return SIGNALR_TELL_RECOVERED;
}

MOVE (slow)
{
  self->state = SIGNALR_LIFETIME_SLOW;
  self->timers[SIGNALR_TIMER_SLOW] = SIGNALR_NEVER;

  return SIGNALR_TELL_SLOW;
}

MOVE (sent)
{
  set_timer (self, SIGNALR_TIMER_PING, input->now, self->limits.ping);

  return 0;
}

MOVE (ping)
{
  set_timer (self, SIGNALR_TIMER_PING, input->now, self->limits.ping);

  return SIGNALR_DO_PING;
}

MOVE (probe)
{
  if (self->timers[SIGNALR_TIMER_PROBE] != SIGNALR_NEVER)
    return 0;

  set_timer (self, SIGNALR_TIMER_PROBE, input->now, PROBE_LIMIT);

  return SIGNALR_DO_PROBE;
}

MOVE (settle)
{
  self->timers[SIGNALR_TIMER_STABLE] = SIGNALR_NEVER;
  self->losses = 0;
  self->attempt = 0;
  self->spared = 0;
  self->lost_at = SIGNALR_NEVER;

  return 0;
}

/* Losses and ends. */

static SignalrLifetimeActions
lose_for (SignalrLifetime            *self,
          const SignalrLifetimeInput *input,
          SignalrDisconnectReason    *reason,
          gint64                      delay)
{
  if (self->lost_at == SIGNALR_NEVER)
    self->lost_at = input->now;

  clear_timers (self);
  set_timer (self, SIGNALR_TIMER_DISCONNECT, input->now, self->limits.disconnect);

  return wait_for (self, input, reason, delay) | SIGNALR_TELL_RECONNECTING;
}

MOVE (lose)
{
  return lose_for (self, input, reason,
                   self->losses == 0
                   ? 0 : signalr_retry_delay_spread (RECONNECT_DELAY, input->random));
}

/* The server that goes may still answer: its successor shall be the one that does. */
MOVE (lose_gently)
{
  return lose_for (self, input, reason,
                   self->losses == 0
                   ? (gint64) (RECONNECT_DELAY * (0.5 + 0.5 * input->random))
                   : signalr_retry_delay_spread (RECONNECT_DELAY, input->random));
}

MOVE (lose_now)
{
  return lose_for (self, input, reason, 0);
}

static SignalrLifetimeActions
end (SignalrLifetime            *self,
     const SignalrLifetimeInput *input,
     SignalrDisconnectReason     reason)
{
  guint attempt = self->attempt + 1;
  gint64 delay;

  if (self->lost_at == SIGNALR_NEVER)
    self->lost_at = input->now;

  /* What did not reach the server was no try: it is not counted, nor made at once. */
  if (input->spared && self->attempt > 0)
    attempt = self->attempt;
  self->spared = input->spared ? self->spared + 1 : 0;

  clear_timers (self);
  delay = self->ask (reason, attempt, (input->now - self->lost_at) / 1000,
                     self->first, self->ask_data);
  if (delay != SIGNALR_RETRY_STOP && self->spared > 0)
    delay = MAX (delay, signalr_retry_delay_forever (self->spared, input->random));

  if (delay == SIGNALR_RETRY_STOP)
    {
      self->state = SIGNALR_LIFETIME_IDLE;
    }
  else
    {
      self->state = SIGNALR_LIFETIME_RETRYING;
      self->attempt = attempt;
      self->delay = delay;
      set_timer (self, SIGNALR_TIMER_DELAY, input->now,
                 MIN (delay, G_MAXINT64 / 4000) * 1000);
    }

  return SIGNALR_DO_DROP | SIGNALR_DO_FORGET | SIGNALR_TELL_DISCONNECTED;
}

MOVE (fail)
{
  *reason = SIGNALR_DISCONNECT_REASON_FAILED;

  return end (self, input, *reason);
}

MOVE (time_out)
{
  *reason = SIGNALR_DISCONNECT_REASON_TIMEOUT;

  return end (self, input, *reason);
}

MOVE (ended)
{
  *reason = SIGNALR_DISCONNECT_REASON_CLOSED_BY_SERVER;

  return end (self, input, *reason);
}

#undef MOVE

#define ON(event, move) [SIGNALR_LIFETIME_ ## event] = move

/* Every pair of state and event is here. What is not meant to happen says so by
 * standing in the table.
 */
static const Move moves[SIGNALR_LIFETIME_N_STATES][SIGNALR_LIFETIME_N_EVENTS] = {
  [SIGNALR_LIFETIME_IDLE] = {
    ON (START,          start),           ON (STOP,           stay),
    ON (RETRY_NOW,      start),           ON (CHECK_NOW,      stay),
    ON (RETIMED,        stay),
    ON (RENEWED,        stay),
    ON (STEP,           stay),            ON (READY,          stay),
    ON (FAILED,         stay),            ON (REFUSED,        stay),
    ON (SHUTDOWN,       stay),            ON (ENDED,          stay),
    ON (RECEIVED,       stay),            ON (SENT,           stay),
    ON (PROBED,         stay),
    ON (SAID_GOODBYE,   stay),            ON (ANNOUNCE,       stay),
    ON (ATTEMPT_DUE,    stay),            ON (SLOW_DUE,       stay),
    ON (SILENCE_DUE,    stay),            ON (PROBE_DUE,      stay),
    ON (PING_DUE,       stay),            ON (STABLE_DUE,     stay),
    ON (DELAY_DUE,      stay),            ON (DISCONNECT_DUE, stay),
    ON (FAREWELL_DUE,   stay),
  },
  [SIGNALR_LIFETIME_CONNECTING] = {
    ON (START,          stay),            ON (STOP,           stop),
    ON (RETRY_NOW,      start_over),      ON (CHECK_NOW,      stay),
    ON (RETIMED,        stay),
    ON (RENEWED,        stay),
    ON (STEP,           step),            ON (READY,          connected),
    ON (FAILED,         fail),            ON (REFUSED,        fail),
    ON (SHUTDOWN,       fail),            ON (ENDED,          fail),
    ON (RECEIVED,       stay),            ON (SENT,           stay),
    ON (PROBED,         stay),
    ON (SAID_GOODBYE,   stay),            ON (ANNOUNCE,       stay),
    ON (ATTEMPT_DUE,    cut_short),       ON (SLOW_DUE,       stay),
    ON (SILENCE_DUE,    stay),            ON (PROBE_DUE,      stay),
    ON (PING_DUE,       stay),            ON (STABLE_DUE,     stay),
    ON (DELAY_DUE,      stay),            ON (DISCONNECT_DUE, stay),
    ON (FAREWELL_DUE,   stay),
  },
  [SIGNALR_LIFETIME_CONNECTED] = {
    ON (START,          stay),            ON (STOP,           stop),
    ON (RETRY_NOW,      probe),           ON (CHECK_NOW,      probe),
    ON (RETIMED,        retime),
    ON (RENEWED,        stay),
    ON (STEP,           stay),            ON (READY,          stay),
    ON (FAILED,         lose),            ON (REFUSED,        lose),
    ON (SHUTDOWN,       lose_gently),     ON (ENDED,          ended),
    ON (RECEIVED,       touch),           ON (SENT,           sent),
    ON (PROBED,         probed),
    ON (SAID_GOODBYE,   stay),            ON (ANNOUNCE,       stay),
    ON (ATTEMPT_DUE,    stay),            ON (SLOW_DUE,       slow),
    ON (SILENCE_DUE,    lose),            ON (PROBE_DUE,      lose),
    ON (PING_DUE,       ping),            ON (STABLE_DUE,     settle),
    ON (DELAY_DUE,      stay),            ON (DISCONNECT_DUE, stay),
    ON (FAREWELL_DUE,   stay),
  },
  [SIGNALR_LIFETIME_SLOW] = {
    ON (START,          stay),            ON (STOP,           stop),
    ON (RETRY_NOW,      lose_now),        ON (CHECK_NOW,      probe),
    ON (RETIMED,        retime),
    ON (RENEWED,        stay),
    ON (STEP,           stay),            ON (READY,          stay),
    ON (FAILED,         lose),            ON (REFUSED,        lose),
    ON (SHUTDOWN,       lose_gently),     ON (ENDED,          ended),
    ON (RECEIVED,       recover),         ON (SENT,           sent),
    ON (PROBED,         probed),
    ON (SAID_GOODBYE,   stay),            ON (ANNOUNCE,       stay),
    ON (ATTEMPT_DUE,    stay),            ON (SLOW_DUE,       stay),
    ON (SILENCE_DUE,    lose),            ON (PROBE_DUE,      lose),
    ON (PING_DUE,       ping),            ON (STABLE_DUE,     settle),
    ON (DELAY_DUE,      stay),            ON (DISCONNECT_DUE, stay),
    ON (FAREWELL_DUE,   stay),
  },
  [SIGNALR_LIFETIME_TRYING] = {
    ON (START,          stay),            ON (STOP,           stop),
    ON (RETRY_NOW,      try),             ON (CHECK_NOW,      stay),
    ON (RETIMED,        retime_loss),
    ON (RENEWED,        stay),
    ON (STEP,           step),            ON (READY,          reconnected),
    ON (FAILED,         wait),            ON (REFUSED,        fail),
    ON (SHUTDOWN,       wait),            ON (ENDED,          ended),
    ON (RECEIVED,       stay),            ON (SENT,           stay),
    ON (PROBED,         stay),
    ON (SAID_GOODBYE,   stay),            ON (ANNOUNCE,       stay),
    ON (ATTEMPT_DUE,    cut_short),       ON (SLOW_DUE,       stay),
    ON (SILENCE_DUE,    stay),            ON (PROBE_DUE,      stay),
    ON (PING_DUE,       stay),            ON (STABLE_DUE,     stay),
    ON (DELAY_DUE,      stay),            ON (DISCONNECT_DUE, time_out),
    ON (FAREWELL_DUE,   stay),
  },
  [SIGNALR_LIFETIME_WAITING] = {
    ON (START,          stay),            ON (STOP,           stop),
    ON (RETRY_NOW,      try),             ON (CHECK_NOW,      try),
    ON (RETIMED,        retime_loss),
    ON (RENEWED,        stay),
    ON (STEP,           stay),            ON (READY,          stay),
    ON (FAILED,         stay),            ON (REFUSED,        stay),
    ON (SHUTDOWN,       stay),            ON (ENDED,          ended),
    ON (RECEIVED,       stay),            ON (SENT,           stay),
    ON (PROBED,         stay),
    ON (SAID_GOODBYE,   stay),            ON (ANNOUNCE,       stay),
    ON (ATTEMPT_DUE,    stay),            ON (SLOW_DUE,       stay),
    ON (SILENCE_DUE,    stay),            ON (PROBE_DUE,      stay),
    ON (PING_DUE,       stay),            ON (STABLE_DUE,     stay),
    ON (DELAY_DUE,      try),             ON (DISCONNECT_DUE, time_out),
    ON (FAREWELL_DUE,   stay),
  },
  [SIGNALR_LIFETIME_STOPPING] = {
    ON (START,          start_later),     ON (STOP,           stop_for_good),
    ON (RETRY_NOW,      start_later),     ON (CHECK_NOW,      stay),
    ON (RETIMED,        stay),
    ON (RENEWED,        stay),
    ON (STEP,           stay),            ON (READY,          stay),
    ON (FAILED,         stay),            ON (REFUSED,        stay),
    ON (SHUTDOWN,       stay),            ON (ENDED,          stay),
    ON (RECEIVED,       stay),            ON (SENT,           stay),
    ON (PROBED,         stay),
    ON (SAID_GOODBYE,   stopped),         ON (ANNOUNCE,       stay),
    ON (ATTEMPT_DUE,    stay),            ON (SLOW_DUE,       stay),
    ON (SILENCE_DUE,    stay),            ON (PROBE_DUE,      stay),
    ON (PING_DUE,       stay),            ON (STABLE_DUE,     stay),
    ON (DELAY_DUE,      stay),            ON (DISCONNECT_DUE, stay),
    ON (FAREWELL_DUE,   stopped),
  },
  [SIGNALR_LIFETIME_RETRYING] = {
    ON (START,          start),           ON (STOP,           cancel),
    ON (RETRY_NOW,      start_again),     ON (CHECK_NOW,      start_again),
    ON (RETIMED,        stay),
    ON (RENEWED,        stay),
    ON (STEP,           stay),            ON (READY,          stay),
    ON (FAILED,         stay),            ON (REFUSED,        stay),
    ON (SHUTDOWN,       stay),            ON (ENDED,          stay),
    ON (RECEIVED,       stay),            ON (SENT,           stay),
    ON (PROBED,         stay),
    ON (SAID_GOODBYE,   stay),            ON (ANNOUNCE,       announce),
    ON (ATTEMPT_DUE,    stay),            ON (SLOW_DUE,       stay),
    ON (SILENCE_DUE,    stay),            ON (PROBE_DUE,      stay),
    ON (PING_DUE,       stay),            ON (STABLE_DUE,     stay),
    ON (DELAY_DUE,      start_again),     ON (DISCONNECT_DUE, stay),
    ON (FAREWELL_DUE,   stay),
  },
};

#undef ON

static gboolean
blames_the_server (SignalrTimer timer)
{
  return timer == SIGNALR_TIMER_ATTEMPT || timer == SIGNALR_TIMER_SLOW ||
         timer == SIGNALR_TIMER_SILENCE || timer == SIGNALR_TIMER_PROBE ||
         timer == SIGNALR_TIMER_DISCONNECT;
}

/* What was missed by our own process is given a second chance. */
static SignalrLifetimeActions
give_time (SignalrLifetime *self,
           SignalrTimer     timer,
           gint64           now)
{
  if (timer == SIGNALR_TIMER_ATTEMPT)
    {
      set_timer (self, timer, now, self->step_limit);
      return 0;
    }

  if (timer == SIGNALR_TIMER_DISCONNECT)
    {
      set_timer (self, timer, now, MIN (self->limits.attempt, self->limits.disconnect));
      return 0;
    }

  /* Silence that was not listened to is none. */
  self->timers[SIGNALR_TIMER_SLOW] = SIGNALR_NEVER;
  self->timers[SIGNALR_TIMER_SILENCE] = SIGNALR_NEVER;
  set_timer (self, SIGNALR_TIMER_PROBE, now, PROBE_LIMIT);

  return SIGNALR_DO_PROBE;
}

/*< private >
 * signalr_lifetime_init:
 * @ask: decides when a connection that ended is started again
 */
void
signalr_lifetime_init (SignalrLifetime    *self,
                       SignalrLifetimeAsk  ask,
                       gpointer            user_data)
{
  *self = (SignalrLifetime) {
    .state = SIGNALR_LIFETIME_IDLE,
    .limits = { SIGNALR_NEVER, SIGNALR_NEVER, SIGNALR_NEVER, SIGNALR_NEVER, SIGNALR_NEVER },
    .step_limit = SIGNALR_NEVER,
    .lost_at = SIGNALR_NEVER,
    .ask = ask,
    .ask_data = user_data,
  };
  clear_timers (self);
}

/*< private >
 * signalr_lifetime_get_deadline:
 *
 * Returns: when %SIGNALR_LIFETIME_DEADLINE is wanted, or %SIGNALR_NEVER
 */
gint64
signalr_lifetime_get_deadline (const SignalrLifetime *self)
{
  return self->timers[first_timer (self)];
}

/*< private >
 * signalr_lifetime_step:
 *
 * The one way in. Whatever happens to a connection is an event here, and what
 * the connection does about it is what comes out.
 */
SignalrLifetimeOutput
signalr_lifetime_step (SignalrLifetime            *self,
                       const SignalrLifetimeInput *input)
{
  SignalrLifetimeOutput output = { .event = input->event };

  if (input->event == SIGNALR_LIFETIME_DEADLINE)
    {
      SignalrTimer timer = first_timer (self);

      output.event = SIGNALR_LIFETIME_ATTEMPT_DUE + timer;

      /* It was moved after its source became ready: wait on. */
      if (self->timers[timer] > input->now)
        return output;

      if (input->now - self->timers[timer] > LATE && blames_the_server (timer))
        {
          output.actions = give_time (self, timer, input->now);
          return output;
        }
    }

  g_return_val_if_fail (output.event < SIGNALR_LIFETIME_N_EVENTS, output);
  g_return_val_if_fail (moves[self->state][output.event] != NULL, output);

  output.actions = moves[self->state][output.event] (self, input, &output.reason);

  return output;
}
