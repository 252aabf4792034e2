/* awaited-private.h: tasks that wait for another server, by what it will name
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

#include "loop-private.h"

G_BEGIN_DECLS

typedef struct _SignalrAwaited SignalrAwaited;

SignalrAwaited *signalr_awaited_new  (SignalrLoop    *loop);
/* Those that still wait get SIGNALR_ERROR_CANCELLED. */
void            signalr_awaited_free (SignalrAwaited *self);

/* @task is answered here where its cancellable says so, when @limit (µs) is over
 * (SIGNALR_ERROR_TIMED_OUT, with @late), or where too many wait already.
 */
void            signalr_awaited_add  (SignalrAwaited *self,
                                      const char     *key,
                                      GTask          *task,
                                      gint64          limit,
                                      const char     *late);
/* (transfer full): the task, to be answered; NULL where nothing waits for @key any more. */
GTask          *signalr_awaited_take (SignalrAwaited *self,
                                      const char     *key);

G_END_DECLS
