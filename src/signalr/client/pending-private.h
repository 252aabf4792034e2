/* pending-private.h: an answer that somebody waits for
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _SignalrPending SignalrPending;

/* On the context, not inside g_cancellable_cancel (); never after the answer. */
typedef void (*SignalrPendingCancelled) (SignalrPending *pending,
                                         gpointer        user_data);

/* @task: (transfer full). @user_data lives as long as nobody has answered: the
 * source object of the task, for example.
 */
SignalrPending *signalr_pending_new            (GTask                   *task,
                                                GMainContext            *context,
                                                SignalrPendingCancelled  cancelled,
                                                gpointer                 user_data);

/* Each frees @self; the callback runs in the next iteration of the context. */
void            signalr_pending_return_boolean (SignalrPending          *self,
                                                gboolean                 value);
void            signalr_pending_return_pointer (SignalrPending          *self,
                                                gpointer                 value,
                                                GDestroyNotify           destroy);
void            signalr_pending_return_error   (SignalrPending          *self,
                                                GError                  *error);  /* (transfer full) */

G_END_DECLS
