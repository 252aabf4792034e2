/* aspnetcore-ledger.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aspnetcore-ledger-private.h"

/* Between the first record that came and the acknowledgement of it. */
#define ACK_AFTER G_USEC_PER_SEC

/* The official ends stop sending at 100,000 bytes that nobody acknowledged: half of
 * that is acknowledged at once, so that they never have to.
 */
#define ACK_AT_BYTES 50000

/* How long a full ledger waits after a resume before one more record asks for another
 * acknowledgement: the last may have gone with the old transport, and .NET does not
 * repeat it.
 */
#define NUDGE_AFTER (2 * G_USEC_PER_SEC)

/* How long after a resume the peer may take to acknowledge items that were sent again.
 * .NET does not count those of a stream that it has closed, and then takes as many of
 * the records that follow for repetitions.
 */
#define TRUST_FOR (10 * G_USEC_PER_SEC)

typedef struct {
  GBytes *record;
  char   *stream_id;
} Kept;

static Kept *
kept_new (GBytes     *record,
          const char *stream_id)
{
  Kept *kept = g_new (Kept, 1);

  kept->record = g_bytes_ref (record);
  kept->stream_id = g_strdup (stream_id);

  return kept;
}

static void
kept_free (gpointer data)
{
  Kept *kept = data;

  g_bytes_unref (kept->record);
  g_free (kept->stream_id);
  g_free (kept);
}

void
signalr_ledger_init (SignalrLedger *self,
                     gsize          limit)
{
  *self = (SignalrLedger) {
    .limit = limit,
    .at = 1,
    .first = 1,
    .expected = 1,
    .ack_at = SIGNALR_NEVER,
    .nudge_at = SIGNALR_NEVER,
    .distrust_at = SIGNALR_NEVER,
  };
  g_queue_init (&self->kept);
}

void
signalr_ledger_clear (SignalrLedger *self)
{
  g_queue_clear_full (&self->kept, kept_free);
  signalr_ledger_init (self, self->limit);
}

/* Sending. */

void
signalr_ledger_keep (SignalrLedger *self,
                     GBytes        *record,
                     const char    *stream_id)
{
  g_queue_push_tail (&self->kept, kept_new (record, stream_id));
  self->waiting_bytes += g_bytes_get_size (record);
  if (self->link == NULL)
    self->link = self->kept.tail;
}

void
signalr_ledger_keep_nudge (SignalrLedger *self,
                           GBytes        *record)
{
  if (self->at <= self->highest)
    return;

  g_queue_insert_before (&self->kept, self->link, kept_new (record, NULL));
  self->waiting_bytes += g_bytes_get_size (record);
  self->link = self->link != NULL ? self->link->prev : self->kept.tail;
}

static void
signalr_ledger_drop_oldest (SignalrLedger *self)
{
  kept_free (g_queue_pop_head (&self->kept));
  self->first++;
}

/* What the peer has had by the last transport, and says so before it is sent again, goes
 * all the same: the peer counts from the Sequence record that has been sent.
 */
static void
signalr_ledger_release (SignalrLedger *self)
{
  while (self->first <= self->acknowledged && self->link != self->kept.head)
    {
      self->sent_bytes -= g_bytes_get_size (((Kept *) self->kept.head->data)->record);
      signalr_ledger_drop_oldest (self);
    }
}

/*< private >
 * signalr_ledger_next:
 *
 * The record that reaches the limit is still sent, as by the official ends: so the
 * largest goes too. What is sent again is within the limit already, but for one that
 * went to draw an acknowledgement.
 */
GBytes *
signalr_ledger_next (SignalrLedger *self)
{
  Kept *kept;
  gsize size;

  signalr_ledger_release (self);
  if (self->link == NULL ||
      (self->sent_bytes >= self->limit && self->at > self->highest && !self->nudging))
    return NULL;

  kept = self->link->data;
  size = g_bytes_get_size (kept->record);
  self->nudging = FALSE;
  self->sent_bytes += size;
  self->waiting_bytes -= size;
  self->highest = MAX (self->highest, self->at);
  self->at++;
  self->link = self->link->next;

  return kept->record;
}

guint
signalr_ledger_get_n_waiting (SignalrLedger *self)
{
  return self->kept.length - (guint) (self->at - self->first);
}

void
signalr_ledger_foreach (SignalrLedger  *self,
                        void          (*func) (GBytes   *record,
                                               gboolean  sent,
                                               gpointer  user_data),
                        gpointer        user_data)
{
  gint64 number = self->first;

  for (GList *l = self->kept.head; l != NULL; l = l->next, number++)
    func (((Kept *) l->data)->record, number <= self->highest, user_data);
}

void
signalr_ledger_replace_items (SignalrLedger *self,
                              const char    *stream_id,
                              GBytes        *record)
{
  gint64 number = self->first;

  for (GList *l = self->kept.head; l != NULL; l = l->next, number++)
    {
      Kept *kept = l->data;
      gsize *bytes = number < self->at ? &self->sent_bytes : &self->waiting_bytes;

      if (g_strcmp0 (kept->stream_id, stream_id) != 0)
        continue;

      *bytes += g_bytes_get_size (record);
      *bytes -= g_bytes_get_size (kept->record);
      kept_free (kept);
      l->data = kept_new (record, NULL);
    }
}

/* Receiving. */

gboolean
signalr_ledger_take (SignalrLedger *self,
                     gsize          size,
                     gint64         now)
{
  gint64 number = self->expected++;

  if (number <= self->latest)
    return FALSE;

  self->latest = number;
  self->untold_bytes += size;
  if (self->untold_bytes >= ACK_AT_BYTES)
    self->ack_at = now;
  else if (self->ack_at == SIGNALR_NEVER)
    self->ack_at = now + ACK_AFTER;

  return TRUE;
}

gboolean
signalr_ledger_take_ack (SignalrLedger *self,
                         gint64         number)
{
  if (number > self->highest)
    return FALSE;

  self->acknowledged = MAX (self->acknowledged, number);
  signalr_ledger_release (self);
  if (self->sent_bytes < self->limit)
    {
      self->nudge_at = SIGNALR_NEVER;
      self->nudging = FALSE;
    }
  if (number >= self->trusted)
    self->distrust_at = SIGNALR_NEVER;

  return TRUE;
}

/*< private >
 * signalr_ledger_take_sequence:
 *
 * The peer repeats what it does not know to have arrived: the acknowledgement may have
 * been lost, so it is told at once.
 */
gboolean
signalr_ledger_take_sequence (SignalrLedger *self,
                              gint64         number,
                              gint64         now)
{
  if (number < 1 || number > self->latest + 1)
    return FALSE;

  self->expected = number;
  if (self->latest > 0)
    self->ack_at = now;

  return TRUE;
}

gint64
signalr_ledger_resume (SignalrLedger *self,
                       gint64         now)
{
  GList *l;
  gsize unacknowledged = 0;
  gboolean items = FALSE;

  self->waiting_bytes += self->sent_bytes;
  self->sent_bytes = 0;
  while (self->first <= self->acknowledged)
    {
      self->waiting_bytes -= g_bytes_get_size (((Kept *) self->kept.head->data)->record);
      signalr_ledger_drop_oldest (self);
    }

  l = self->kept.head;
  for (gint64 number = self->first; number <= self->highest; number++, l = l->next)
    {
      Kept *kept = l->data;

      unacknowledged += g_bytes_get_size (kept->record);
      items |= kept->stream_id != NULL;
    }

  self->link = self->kept.head;
  self->at = self->first;
  self->nudging = FALSE;
  self->trusted = self->highest;
  self->ack_at = SIGNALR_NEVER;
  self->nudge_at = unacknowledged >= self->limit ? now + NUDGE_AFTER : SIGNALR_NEVER;
  self->distrust_at = items ? now + TRUST_FOR : SIGNALR_NEVER;

  return self->first;
}

gint64
signalr_ledger_get_deadline (SignalrLedger *self)
{
  return MIN (self->ack_at, MIN (self->nudge_at, self->distrust_at));
}

SignalrDue
signalr_ledger_tick (SignalrLedger *self,
                     gint64         now)
{
  if (self->distrust_at <= now)
    {
      self->distrust_at = SIGNALR_NEVER;
      return SIGNALR_DUE_END;
    }

  if (self->nudge_at <= now)
    {
      self->nudge_at = SIGNALR_NEVER;
      self->nudging = TRUE;
      return SIGNALR_DUE_NUDGE;
    }

  if (self->ack_at <= now)
    {
      self->ack_at = SIGNALR_NEVER;
      self->untold_bytes = 0;
      return SIGNALR_DUE_ACK;
    }

  return SIGNALR_DUE_NOTHING;
}
