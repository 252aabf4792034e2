/* tertulia-outbox-private.h: what is written here, on its way out
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tertulia-gateway-private.h"
#include "tertulia-log-private.h"
#include "tertulia-store-private.h"

G_BEGIN_DECLS

/* Signal: `changed ()`: the counts may be others */
#define TERTULIA_TYPE_OUTBOX (tertulia_outbox_get_type ())
G_DECLARE_FINAL_TYPE (TertuliaOutbox, tertulia_outbox, TERTULIA, OUTBOX, GObject)

TertuliaOutbox *tertulia_outbox_new            (const char          *room,
                                                const char          *own_name,
                                                TertuliaLog         *log,
                                                TertuliaStore       *store);
void            tertulia_outbox_set_own_name   (TertuliaOutbox      *self,
                                                const char          *own_name);

/* Messages go out from now on, to @gateway, the oldest first and one at a time. */
void            tertulia_outbox_open           (TertuliaOutbox      *self,
                                                TertuliaGateway     *gateway,
                                                gboolean             tutorial,
                                                gint64               last);
/* The server began a new history: what it numbered is not in it. */
void            tertulia_outbox_forget_numbers (TertuliaOutbox      *self);
void            tertulia_outbox_halt           (TertuliaOutbox      *self);

void            tertulia_outbox_send           (TertuliaOutbox      *self,
                                                const char          *text);
void            tertulia_outbox_retry          (TertuliaOutbox      *self,
                                                TertuliaMessage     *message);
void            tertulia_outbox_discard        (TertuliaOutbox      *self,
                                                TertuliaMessage     *message);

/* Whether what was told in the room is one of ours; then it has been settled. */
gboolean        tertulia_outbox_see            (TertuliaOutbox      *self,
                                                const TertuliaEntry *entry);
gboolean        tertulia_outbox_overhear       (TertuliaOutbox      *self,
                                                const char          *text);

guint           tertulia_outbox_count          (TertuliaOutbox      *self,
                                                gboolean             only_failed);

G_END_DECLS
