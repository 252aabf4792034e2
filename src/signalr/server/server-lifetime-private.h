/* server-lifetime-private.h: when a SignalR connection begins, is lost and ends; no clock, no source
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "heartbeat-private.h"

G_BEGIN_DECLS

typedef enum {
  SIGNALR_SERVER_LIFETIME_UNOPENED,       /* known, without a transport so far */
  SIGNALR_SERVER_LIFETIME_OPENING,        /* has a transport, waits for the start */
  SIGNALR_SERVER_LIFETIME_OPENING_LOST,
  SIGNALR_SERVER_LIFETIME_STARTING,       /* the hubs are asked */
  SIGNALR_SERVER_LIFETIME_STARTING_LOST,
  SIGNALR_SERVER_LIFETIME_CONNECTED,
  SIGNALR_SERVER_LIFETIME_LOST,
  SIGNALR_SERVER_LIFETIME_LEAVING,        /* the client stopped while the hubs were asked */
  SIGNALR_SERVER_LIFETIME_DROPPED,        /* it was ended while the hubs were asked */
  SIGNALR_SERVER_LIFETIME_ENDED,
  SIGNALR_SERVER_LIFETIME_N_STATES,
} SignalrServerLifetimeState;

typedef enum {
  SIGNALR_SERVER_LIFETIME_OPEN,           /* a first transport */
  SIGNALR_SERVER_LIFETIME_REOPEN,         /* a transport after a loss that the client noticed */
  SIGNALR_SERVER_LIFETIME_RESUME,         /* the next poll */
  SIGNALR_SERVER_LIFETIME_START,          /* the client is ready */
  SIGNALR_SERVER_LIFETIME_ACCEPT,         /* every hub has answered, and let it in */
  SIGNALR_SERVER_LIFETIME_REFUSE,         /* every hub has answered, and one refused */
  SIGNALR_SERVER_LIFETIME_LOSE,           /* the transport is gone, and may come back */
  SIGNALR_SERVER_LIFETIME_STOP,           /* the client says that it leaves */
  SIGNALR_SERVER_LIFETIME_CLOSE,          /* the server ends it, or it is lost for good */
  SIGNALR_SERVER_LIFETIME_DEADLINE,       /* the deadline asked for has come */
  SIGNALR_SERVER_LIFETIME_N_EVENTS,
} SignalrServerLifetimeEvent;

typedef enum {
  SIGNALR_SERVER_LIFETIME_TELL_NOTHING,
  SIGNALR_SERVER_LIFETIME_TELL_CONNECTED,     /* ask the hubs; then ACCEPT or REFUSE */
  SIGNALR_SERVER_LIFETIME_TELL_RECONNECTED,
  SIGNALR_SERVER_LIFETIME_TELL_STOPPED,       /* disconnected, the client said so */
  SIGNALR_SERVER_LIFETIME_TELL_DISCONNECTED,  /* disconnected, it did not */
  SIGNALR_SERVER_LIFETIME_TELL_FORGET,        /* it ended before the hubs knew of it */
} SignalrServerLifetimeTell;

/* In µs; SIGNALR_NEVER is none. */
typedef struct {
  gint64 unopened;       /* known, without a transport */
  gint64 opening;        /* without a start */
  gint64 lost;           /* without its transport */
} SignalrServerLimits;

typedef struct {
  SignalrServerLifetimeState state;
  gint64                     deadline;
} SignalrServerLifetime;

void                      signalr_server_lifetime_init (SignalrServerLifetime      *self,
                                                        const SignalrServerLimits  *limits,
                                                        gint64                      now);
SignalrServerLifetimeTell signalr_server_lifetime_step (SignalrServerLifetime      *self,
                                                        SignalrServerLifetimeEvent  event,
                                                        const SignalrServerLimits  *limits,
                                                        gint64                      now);

G_END_DECLS
