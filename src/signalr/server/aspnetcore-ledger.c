/* aspnetcore-ledger.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aspnetcore-ledger-private.h"

typedef struct {
  GBytes   *record;
  gboolean  item;
} Kept;

static void
kept_free (gpointer data)
{
  Kept *kept = data;

  g_bytes_unref (kept->record);
  g_free (kept);
}

void
signalr_ledger_init (SignalrLedger *self,
                     gsize          limit)
{
  *self = (SignalrLedger) { .limit = limit, .first = 1, .next = 1 };
  g_queue_init (&self->kept);
}

void
signalr_ledger_clear (SignalrLedger *self)
{
  g_queue_clear_full (&self->kept, kept_free);
  self->n_sent = 0;
  self->sent_bytes = self->waiting_bytes = 0;
}

void
signalr_ledger_keep (SignalrLedger *self,
                     GBytes        *record,
                     gboolean       item)
{
  Kept *kept = g_new (Kept, 1);

  kept->record = g_bytes_ref (record);
  kept->item = item;
  g_queue_push_tail (&self->kept, kept);
  self->waiting_bytes += g_bytes_get_size (record);
}

/*< private >
 * signalr_ledger_send_next:
 *
 * The record that reaches the limit is still sent: so the largest goes too.
 */
GBytes *
signalr_ledger_send_next (SignalrLedger *self,
                          gboolean       anyway)
{
  guint n_waiting = self->kept.length - self->n_sent;
  Kept *kept;
  gsize size;

  if (n_waiting == 0 || (self->sent_bytes > self->limit && !anyway))
    return NULL;

  /* Mostly it is the last that waits: it is found from there. */
  kept = g_queue_peek_nth (&self->kept, self->n_sent);
  size = g_bytes_get_size (kept->record);

  self->n_sent++;
  self->sent_bytes += size;
  self->waiting_bytes -= size;
  self->highest = MAX (self->highest, self->first + self->n_sent - 1);

  return kept->record;
}

gboolean
signalr_ledger_acknowledge (SignalrLedger *self,
                            gint64         number)
{
  if (number > self->highest)
    return FALSE;

  for (; self->first <= number; self->first++)
    {
      Kept *kept = g_queue_pop_head (&self->kept);
      gsize size = g_bytes_get_size (kept->record);

      /* It may have come by the last transport, and wait for this one. */
      if (self->n_sent > 0)
        {
          self->n_sent--;
          self->sent_bytes -= size;
        }
      else
        {
          self->waiting_bytes -= size;
        }
      kept_free (kept);
    }

  return TRUE;
}

gboolean
signalr_ledger_rewind (SignalrLedger *self)
{
  GList *link = self->kept.head;
  gboolean items = FALSE;

  for (guint i = 0; i < self->n_sent; i++, link = link->next)
    items |= ((Kept *) link->data)->item;

  self->waiting_bytes += self->sent_bytes;
  self->sent_bytes = 0;
  self->n_sent = 0;

  return items;
}

gboolean
signalr_ledger_take (SignalrLedger *self)
{
  gint64 number = self->next++;

  if (number <= self->latest)
    return FALSE;

  self->latest = number;

  return TRUE;
}

gboolean
signalr_ledger_begin_at (SignalrLedger *self,
                         gint64         number)
{
  if (number < 1 || number > self->next)
    return FALSE;

  self->next = number;

  return TRUE;
}
