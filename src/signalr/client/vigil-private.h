/* vigil-private.h: when connections had better look whether they are still alive
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The decision: no clock, no source. Times are microseconds. */
typedef struct {
  gint64 asleep;      /* how long the machine has slept since it was started */
  gint64 looked;      /* when connections looked last */
  gint64 due;         /* when they shall; SIGNALR_NEVER */
} SignalrOutlook;

void     signalr_outlook_init     (SignalrOutlook *self,
                                   gint64          asleep);

/* The wall clock was set, by somebody or by a sleep: @asleep is measured anew. */
void     signalr_outlook_clock    (SignalrOutlook *self,
                                   gint64          asleep,
                                   gint64          now);
void     signalr_outlook_network  (SignalrOutlook *self,
                                   gint64          now);

/* Whether it is time; then it counts as done. */
gboolean signalr_outlook_take     (SignalrOutlook *self,
                                   gint64          now);

/* One watch for all connections of a main context: a descriptor and a source. */
typedef struct _SignalrVigil SignalrVigil;

/* @online: whether there is a network, as far as is known */
typedef void (*SignalrVigilFunc) (gboolean  online,
                                  gpointer  user_data);

/* On the thread of @context, where @func is called as well. */
SignalrVigil *signalr_vigil_join  (GMainContext     *context,
                                   SignalrVigilFunc  func,
                                   gpointer          user_data);
void          signalr_vigil_leave (SignalrVigil     *self,
                                   gpointer          user_data);

/* For tests: what the timer would tell. */
void          signalr_vigil_clock_was_set (SignalrVigil *self,
                                           gint64        slept);

G_END_DECLS
