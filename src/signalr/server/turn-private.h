/* turn-private.h: what is done once before the loop waits again
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _SignalrTurn SignalrTurn;
typedef struct _SignalrTask SignalrTask;

typedef void (*SignalrTaskFunc) (SignalrTask *task);

/* Part of what has work to do. */
struct _SignalrTask {
  GList           link;       /* data is the task while it waits, else NULL */
  SignalrTaskFunc func;
};

SignalrTurn *signalr_turn_new    (GMainContext *context);
SignalrTurn *signalr_turn_ref    (SignalrTurn  *self);
void         signalr_turn_unref  (SignalrTurn  *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignalrTurn, signalr_turn_unref)

void         signalr_turn_add    (SignalrTurn  *self,
                                  SignalrTask  *task);
void         signalr_turn_remove (SignalrTurn  *self,
                                  SignalrTask  *task);
void         signalr_turn_run    (SignalrTurn  *self);

G_END_DECLS
