/* lifetime-private.h: the life of a connection, of either dialect; no clock, no source, no socket
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "signalr-deadline-private.h"
#include "signalr-enums.h"

G_BEGIN_DECLS

/* All times are microseconds on the caller's clock. */

typedef enum {
  SIGNALR_LIFETIME_IDLE,        /* disconnected, and nothing is planned */
  SIGNALR_LIFETIME_CONNECTING,
  SIGNALR_LIFETIME_CONNECTED,
  SIGNALR_LIFETIME_SLOW,        /* connected, but silent for too long */
  SIGNALR_LIFETIME_TRYING,      /* reconnecting: an attempt is under way */
  SIGNALR_LIFETIME_WAITING,     /* reconnecting: between two attempts */
  SIGNALR_LIFETIME_STOPPING,
  SIGNALR_LIFETIME_RETRYING,    /* disconnected, and waiting for the next start */
  SIGNALR_LIFETIME_N_STATES,
} SignalrLifetimeState;

typedef enum {
  SIGNALR_TIMER_ATTEMPT,
  SIGNALR_TIMER_SLOW,
  SIGNALR_TIMER_SILENCE,
  SIGNALR_TIMER_PROBE,
  SIGNALR_TIMER_PING,
  SIGNALR_TIMER_STABLE,
  SIGNALR_TIMER_DELAY,
  SIGNALR_TIMER_DISCONNECT,
  SIGNALR_TIMER_FAREWELL,
  SIGNALR_N_TIMERS,
} SignalrTimer;

typedef enum {
  /* The application wants something. */
  SIGNALR_LIFETIME_START,
  SIGNALR_LIFETIME_STOP,
  SIGNALR_LIFETIME_RETRY_NOW,
  SIGNALR_LIFETIME_CHECK_NOW,
  SIGNALR_LIFETIME_RETIMED,     /* the limits are others now */

  /* Something happened on the line. */
  SIGNALR_LIFETIME_RENEWED,     /* what was to be taken up again is gone, with its calls */
  SIGNALR_LIFETIME_STEP,        /* the next step of an attempt, which has a limit of its own */
  SIGNALR_LIFETIME_READY,
  SIGNALR_LIFETIME_FAILED,      /* an attempt, or the transport that was there */
  SIGNALR_LIFETIME_REFUSED,     /* an attempt, and the next would fail the same way */
  SIGNALR_LIFETIME_SHUTDOWN,    /* the server goes, and asks us to come back */
  SIGNALR_LIFETIME_ENDED,       /* the server ended the connection for good */
  SIGNALR_LIFETIME_RECEIVED,    /* a byte or more */
  SIGNALR_LIFETIME_PROBED,      /* a probe was answered on another way */
  SIGNALR_LIFETIME_SENT,
  SIGNALR_LIFETIME_SAID_GOODBYE,

  /* The owner has told of the end, and nothing came between. */
  SIGNALR_LIFETIME_ANNOUNCE,

  /* A timer has run out: in the order of SignalrTimer. */
  SIGNALR_LIFETIME_ATTEMPT_DUE,
  SIGNALR_LIFETIME_SLOW_DUE,
  SIGNALR_LIFETIME_SILENCE_DUE,
  SIGNALR_LIFETIME_PROBE_DUE,
  SIGNALR_LIFETIME_PING_DUE,
  SIGNALR_LIFETIME_STABLE_DUE,
  SIGNALR_LIFETIME_DELAY_DUE,
  SIGNALR_LIFETIME_DISCONNECT_DUE,
  SIGNALR_LIFETIME_FAREWELL_DUE,
  SIGNALR_LIFETIME_N_EVENTS,

  /* The deadline asked for has come; which timer it was the machine knows. */
  SIGNALR_LIFETIME_DEADLINE = SIGNALR_LIFETIME_N_EVENTS,
} SignalrLifetimeEvent;

/* What the owner does, in this order, and then tells, in this order. */
typedef enum {
  SIGNALR_DO_DROP             = 1 << 0,  /* give up the transport and every attempt, without a word */
  SIGNALR_DO_FORGET           = 1 << 1,  /* the SignalR connection is no more */
  SIGNALR_DO_SAY_GOODBYE      = 1 << 2,  /* tell the server; SAID_GOODBYE follows */
  SIGNALR_DO_DIAL             = 1 << 3,  /* make a new SignalR connection */
  SIGNALR_DO_REDIAL           = 1 << 4,  /* re-establish its transport */
  SIGNALR_DO_CUT_STEP_SHORT   = 1 << 5,  /* STEP or FAILED follows */
  SIGNALR_DO_PROBE            = 1 << 6,  /* send what a living server answers */
  SIGNALR_DO_PING             = 1 << 7,
  SIGNALR_TELL_CONNECTED      = 1 << 8,
  SIGNALR_TELL_SLOW           = 1 << 9,
  SIGNALR_TELL_RECOVERED      = 1 << 10,
  SIGNALR_TELL_RECONNECTING   = 1 << 11,
  SIGNALR_TELL_RECONNECTED    = 1 << 12,
  SIGNALR_TELL_DISCONNECTED   = 1 << 13,
  SIGNALR_TELL_RETRYING       = 1 << 14,
  SIGNALR_DO_START_AGAIN      = 1 << 15, /* START follows: it was asked for while stopping */
} SignalrLifetimeActions;

typedef struct {
  gint64 attempt;
  gint64 slow;
  gint64 keep_alive;
  gint64 disconnect;
  gint64 ping;
} SignalrLifetimeLimits;

/* Asked at each end that nobody asked for. @first: there was no connection since
 * the application started. Returns: ms to wait, or SIGNALR_RETRY_STOP.
 */
typedef gint64 (*SignalrLifetimeAsk) (SignalrDisconnectReason reason,
                                      guint                   attempt,
                                      gint64                  elapsed,
                                      gboolean                first,
                                      gpointer                user_data);

typedef struct {
  SignalrLifetimeState  state;
  SignalrLifetimeLimits limits;
  gint64                timers[SIGNALR_N_TIMERS];
  gint64                began[SIGNALR_N_TIMERS];   /* what each counts from */
  gint64                step_limit;   /* of the step that is under way */
  gint64                lost_at;      /* the first loss since all was well */
  guint                 losses;       /* and failed attempts, since all was well */
  guint                 attempt;      /* starts by ourselves, since all was well */
  guint                 spared;       /* starts in a row that were no try of the server */
  gint64                delay;        /* of the wait that has begun, ms */
  gboolean              first;
  gboolean              again;        /* start once stopped */
  SignalrLifetimeAsk    ask;
  gpointer              ask_data;
} SignalrLifetime;

typedef struct {
  SignalrLifetimeEvent event;
  gint64               now;
  double               random;        /* from 0 up to 1 */
  gint64               limit;         /* of a STEP */
  gint64               least;         /* of a FAILED: the wait that the server wants, µs */
  gboolean             spared;        /* of a FAILED: the server was not even found */
} SignalrLifetimeInput;

typedef struct {
  SignalrLifetimeEvent    event;      /* which it was: never DEADLINE */
  SignalrLifetimeActions  actions;
  SignalrDisconnectReason reason;     /* with TELL_DISCONNECTED */
} SignalrLifetimeOutput;

void                  signalr_lifetime_init         (SignalrLifetime            *self,
                                                     SignalrLifetimeAsk          ask,
                                                     gpointer                    user_data);
SignalrLifetimeOutput signalr_lifetime_step         (SignalrLifetime            *self,
                                                     const SignalrLifetimeInput *input);
gint64                signalr_lifetime_get_deadline (const SignalrLifetime      *self);

G_END_DECLS
