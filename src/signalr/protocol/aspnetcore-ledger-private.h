/* aspnetcore-ledger-private.h: what both ends of a stateful connection count
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "signalr-deadline-private.h"

G_BEGIN_DECLS

/* ASP.NET Core's stateful reconnect, the same for a client and a server. Both number
 * the records that count (calls, items, completions and cancellations), in each
 * direction from 1, and write no numbers: they only say how far they have come.
 *
 * What was sent is kept until it is acknowledged. Times are arguments, in microseconds.
 */
typedef struct {
  /* Of what goes out. */
  GQueue   kept;             /* of what is not acknowledged, or not sent yet */
  GList   *link;             /* of them, that which is to be sent next; NULL: none */
  gint64   at;               /* its number */
  gint64   first;            /* the number of the oldest that is kept */
  gint64   highest;          /* that was ever sent */
  gint64   acknowledged;     /* the highest that the peer said it has */
  gsize    sent_bytes;       /* of those before @at: sent on the present transport */
  gsize    waiting_bytes;    /* of the others */
  gsize    limit;
  gboolean nudging;
  gint64   trusted;          /* what the peer must have acknowledged by distrust_at */

  /* Of what comes in. */
  gint64   expected;         /* the number that comes next */
  gint64   latest;           /* the highest that was taken */
  gsize    untold_bytes;     /* that came since the last acknowledgement */

  gint64   ack_at;
  gint64   nudge_at;
  gint64   distrust_at;
} SignalrLedger;

/* What a ledger wants done. */
typedef enum {
  SIGNALR_DUE_NOTHING,
  /* An acknowledgement of @latest is to be sent. */
  SIGNALR_DUE_ACK,
  /* One record more than the limit allows may go, to draw an acknowledgement. */
  SIGNALR_DUE_NUDGE,
  /* The peer does not count as this end does: no more can be taken up again. */
  SIGNALR_DUE_END,
} SignalrDue;

/* @limit: how many bytes may be sent and not acknowledged; what is more waits */
void       signalr_ledger_init          (SignalrLedger *self,
                                         gsize          limit);
void       signalr_ledger_clear         (SignalrLedger *self);

/* @stream_id: (nullable) of which stream it is an item */
void       signalr_ledger_keep          (SignalrLedger *self,
                                         GBytes        *record,
                                         const char    *stream_id);
/* Has @record sent for a nudge, where nothing else is to be sent again. */
void       signalr_ledger_keep_nudge    (SignalrLedger *self,
                                         GBytes        *record);
/* What may be sent now: (transfer none) (nullable) */
GBytes    *signalr_ledger_next          (SignalrLedger *self);
guint      signalr_ledger_get_n_waiting (SignalrLedger *self);
/* Each record that is not acknowledged, the oldest first. */
void       signalr_ledger_foreach       (SignalrLedger *self,
                                         void         (*func) (GBytes   *record,
                                                               gboolean  sent,
                                                               gpointer  user_data),
                                         gpointer       user_data);
/* Has @record in the place of each item of a stream. */
void       signalr_ledger_replace_items (SignalrLedger *self,
                                         const char    *stream_id,
                                         GBytes        *record);

/* A record that counts came. Whether it is new, and not one that was sent again. */
gboolean   signalr_ledger_take          (SignalrLedger *self,
                                         gsize          size,
                                         gint64         now);
/* An acknowledgement came. FALSE where so much was never sent. */
gboolean   signalr_ledger_take_ack      (SignalrLedger *self,
                                         gint64         number);
/* The peer goes on with that number. FALSE where it leaves some out. */
gboolean   signalr_ledger_take_sequence (SignalrLedger *self,
                                         gint64         number,
                                         gint64         now);

/* A new transport: all that is not acknowledged is next again. Returns what is to be
 * said in a Sequence record before it.
 */
gint64     signalr_ledger_resume        (SignalrLedger *self,
                                         gint64         now);

/* When tick is wanted, or SIGNALR_NEVER. */
gint64     signalr_ledger_get_deadline  (SignalrLedger *self);
/* One thing that is due; to be asked again until it is nothing. */
SignalrDue signalr_ledger_tick          (SignalrLedger *self,
                                         gint64         now);

G_END_DECLS
