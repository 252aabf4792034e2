/* tertulia-log-private.h: the rows of a room, in the order they are shown
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "tertulia-message.h"

G_BEGIN_DECLS

#define TERTULIA_LOG_MAX_SETTLED 5000   /* rows; the oldest go first */

/* First what has been said, in the server's order; then what is pending: written
 * here, and not known to be in that order yet.
 */
typedef struct _TertuliaLog TertuliaLog;

TertuliaLog     *tertulia_log_new           (void);
TertuliaLog     *tertulia_log_ref           (TertuliaLog     *self);
void             tertulia_log_unref         (TertuliaLog     *self);
GListModel      *tertulia_log_get_model     (TertuliaLog     *self);

void             tertulia_log_add           (TertuliaLog     *self,
                                             TertuliaMessage *message);
void             tertulia_log_add_pending   (TertuliaLog     *self,
                                             TertuliaMessage *message);
/* A pending one becomes the last of what has been said. */
void             tertulia_log_settle        (TertuliaLog     *self,
                                             TertuliaMessage *message);
/* Only of a pending one. */
void             tertulia_log_remove        (TertuliaLog     *self,
                                             TertuliaMessage *message);

guint            tertulia_log_get_n_pending (TertuliaLog     *self);
/* (transfer none) */
TertuliaMessage *tertulia_log_get_pending   (TertuliaLog     *self,
                                             guint            index);

G_END_DECLS
