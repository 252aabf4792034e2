/* poller-private.h: many file descriptors behind one source
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "turn-private.h"

G_BEGIN_DECLS

typedef struct _SignalrPoller SignalrPoller;
typedef struct _SignalrPolled SignalrPolled;

/* @events are those of epoll. */
typedef void (*SignalrPolledFunc) (SignalrPolled *polled,
                                   guint32        events);

/* Part of what is polled. */
struct _SignalrPolled {
  SignalrPolledFunc func;
  int               fd;
  guint32           events;
};

SignalrPoller *signalr_poller_new    (GMainContext   *context,
                                      SignalrTurn    *turn,
                                      GError        **error);
SignalrPoller *signalr_poller_ref    (SignalrPoller  *self);
void           signalr_poller_unref  (SignalrPoller  *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignalrPoller, signalr_poller_unref)

gboolean       signalr_poller_add    (SignalrPoller  *self,
                                      SignalrPolled  *polled,
                                      guint32         events);
void           signalr_poller_change (SignalrPoller  *self,
                                      SignalrPolled  *polled,
                                      guint32         events);
void           signalr_poller_remove (SignalrPoller  *self,
                                      SignalrPolled  *polled);

G_END_DECLS
