/* heartbeat-private.h: all deadlines of a server behind one source
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "signalr-deadline-private.h"

G_BEGIN_DECLS

typedef struct _SignalrHeartbeat SignalrHeartbeat;
typedef struct _SignalrTimer SignalrTimer;

typedef void (*SignalrTimerFunc) (SignalrTimer *timer,
                                  gint64        now);

/* Part of what waits: nothing is allocated for a deadline. One that fires is
 * not set any more; @func may set it again, or free what holds it.
 */
struct _SignalrTimer {
  SignalrTimerFunc func;
  gint64           deadline;   /* µs on the heartbeat's clock */
  guint            place;      /* in the heap, from 1; 0 while it is not set */
};

SignalrHeartbeat *signalr_heartbeat_new     (GMainContext     *context);
void              signalr_heartbeat_stop    (SignalrHeartbeat *self);
void              signalr_heartbeat_unref   (SignalrHeartbeat *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignalrHeartbeat, signalr_heartbeat_unref)

gint64            signalr_heartbeat_now     (SignalrHeartbeat *self);
void              signalr_heartbeat_set     (SignalrHeartbeat *self,
                                             SignalrTimer     *timer,
                                             gint64            deadline);
gint64            signalr_heartbeat_next    (SignalrHeartbeat *self);

/* For tests: time stands still from now on, but for what advance adds to it. */
void              signalr_heartbeat_freeze  (SignalrHeartbeat *self);
void              signalr_heartbeat_advance (SignalrHeartbeat *self,
                                             gint64            microseconds);

G_END_DECLS
