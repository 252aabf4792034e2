/* aspnetcore-ledger-private.h: what stateful reconnect remembers; no clock, no socket
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Both ends number the records that count (calls, items, completions and
 * cancellations), in each direction from 1, and write no numbers: they only say
 * how far they have come.
 */
typedef struct {
  /* Of what goes to the client. */
  GQueue kept;             /* of Kept: not acknowledged, then not sent yet */
  guint  n_sent;           /* of them, those sent on the present transport */
  gsize  sent_bytes;
  gsize  waiting_bytes;
  gsize  limit;            /* of sent_bytes: beyond it nothing more is sent */
  gint64 first;            /* the number of the oldest that is kept */
  gint64 highest;          /* that was ever sent */

  /* Of what comes from it. */
  gint64 next;             /* the number that comes next */
  gint64 latest;           /* the highest that was taken */
  gint64 acked;            /* and the highest that the client knows of */
} SignalrLedger;

void     signalr_ledger_init        (SignalrLedger *self,
                                     gsize          limit);
void     signalr_ledger_clear       (SignalrLedger *self);

/* To the client. @item: whether it is one of a stream. */
void     signalr_ledger_keep        (SignalrLedger *self,
                                     GBytes        *record,
                                     gboolean       item);
/* What is to be sent now; NULL where nothing waits, or there is no room, which
 * @anyway leaves out of account. Borrowed.
 */
GBytes  *signalr_ledger_send_next   (SignalrLedger *self,
                                     gboolean       anyway);
/* FALSE where so much was never sent. */
gboolean signalr_ledger_acknowledge (SignalrLedger *self,
                                     gint64         number);
/* A new transport: all that is not acknowledged is to be sent again. Returns
 * whether items are among it.
 */
gboolean signalr_ledger_rewind      (SignalrLedger *self);

/* From the client. Returns whether it is new, and not one sent again. */
gboolean signalr_ledger_take        (SignalrLedger *self);
/* Where the client begins anew. FALSE where it leaves some out. */
gboolean signalr_ledger_begin_at    (SignalrLedger *self,
                                     gint64         number);

G_END_DECLS
