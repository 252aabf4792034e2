/* stateful.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "stateful-private.h"

#include "lifetime-private.h"

#define ACK_AFTER    (1 * G_USEC_PER_SEC)
#define DRAW_AFTER   (2 * G_USEC_PER_SEC)
#define WATCH_FOR    (10 * G_USEC_PER_SEC)

/* A server stops sending at 100,000 bytes that nobody acknowledged: half of that
 * is acknowledged at once, so that it never has to.
 */
#define ACK_AT_BYTES 50000

/* One message; where it stands in the queue is its number. */
typedef struct {
  GBytes   *bytes;
  char     *stream_id;   /* of an item */
  gboolean  sent;        /* at least once */
} Entry;

struct _SignalrStateful {
  SignalrEncoding  encoding;
  gsize            limit;
  gboolean         spoilt;

  /* Of what we send. */
  GQueue           entries;        /* Entry: those that are not acknowledged */
  GList           *next;           /* the first that is to be sent; NULL: none */
  gint64           n_acked;
  gsize            n_bytes;        /* sent, on this socket or before, and not acknowledged */
  gsize            n_waiting_bytes;
  guint            n_waiting;
  GHashTable      *streams;        /* of an upload to that of its call; char* to char* */
  GHashTable      *open_streams;   /* set of char*: those that have not ended */

  /* Of what we receive. */
  gint64           next_number;
  gint64           latest;
  gint64           told;           /* acknowledged */
  gsize            untold_bytes;
  gboolean         resuming;       /* until the server's Sequence */
  gboolean         must_ack;       /* although nothing is new */

  gint64           ack_at;
  gint64           draw_at;        /* a message that does nothing makes the server acknowledge */
  gint64           watch_until;    /* by then everything up to here is acknowledged */
  gint64           watched;
};

static void
entry_free (Entry *entry)
{
  g_bytes_unref (entry->bytes);
  g_free (entry->stream_id);
  g_free (entry);
}

SignalrStateful *
signalr_stateful_new (SignalrEncoding encoding,
                      gsize           limit)
{
  SignalrStateful *self = g_new0 (SignalrStateful, 1);

  self->encoding = encoding;
  self->limit = limit;
  self->next_number = 1;
  self->ack_at = self->draw_at = self->watch_until = SIGNALR_NEVER;
  self->streams = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->open_streams = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_queue_init (&self->entries);

  return self;
}

void
signalr_stateful_free (SignalrStateful *self)
{
  g_queue_clear_full (&self->entries, (GDestroyNotify) entry_free);
  g_hash_table_unref (self->streams);
  g_hash_table_unref (self->open_streams);
  g_free (self);
}

void
signalr_stateful_spoil (SignalrStateful *self)
{
  self->spoilt = TRUE;
}

gboolean
signalr_stateful_is_spoilt (SignalrStateful *self)
{
  return self->spoilt;
}

gboolean
signalr_stateful_is_resuming (SignalrStateful *self)
{
  return self->resuming;
}

/* Sending. */

static void
push_entry (SignalrStateful *self,
            GBytes          *bytes,
            const char      *stream_id)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->bytes = g_bytes_ref (bytes);
  entry->stream_id = g_strdup (stream_id);
  g_queue_push_tail (&self->entries, entry);
  self->n_waiting++;
  self->n_waiting_bytes += g_bytes_get_size (bytes);
  if (self->next == NULL)
    self->next = self->entries.tail;
}

static void
note_streams (SignalrStateful       *self,
              const SignalrOutgoing *outgoing)
{
  for (guint i = 0; outgoing->stream_ids != NULL && outgoing->stream_ids[i] != NULL; i++)
    {
      g_hash_table_insert (self->streams, g_strdup (outgoing->stream_ids[i]),
                           g_strdup (outgoing->id));
      g_hash_table_add (self->open_streams, g_strdup (outgoing->stream_ids[i]));
    }

  if (outgoing->kind == SIGNALR_OUTGOING_RESULT)
    g_hash_table_remove (self->open_streams, outgoing->id);
}

void
signalr_stateful_push (SignalrStateful       *self,
                       GBytes                *bytes,
                       const SignalrOutgoing *outgoing)
{
  note_streams (self, outgoing);
  push_entry (self, bytes, outgoing->kind == SIGNALR_OUTGOING_ITEM ? outgoing->id : NULL);
}

/* The message that reaches the limit is still sent, as by the official ends. */
GBytes *
signalr_stateful_next (SignalrStateful *self)
{
  Entry *entry = self->next != NULL ? self->next->data : NULL;

  if (entry == NULL || (!entry->sent && self->n_bytes >= self->limit))
    return NULL;

  if (!entry->sent)
    {
      self->n_waiting--;
      self->n_waiting_bytes -= g_bytes_get_size (entry->bytes);
      self->n_bytes += g_bytes_get_size (entry->bytes);
    }
  entry->sent = TRUE;
  self->next = self->next->next;

  return g_bytes_ref (entry->bytes);
}

gsize
signalr_stateful_get_waiting (SignalrStateful *self,
                              guint           *n_messages)
{
  *n_messages = self->n_waiting;

  return self->n_waiting_bytes;
}

/* Counts with both ends, and does nothing. */
static GBytes *
make_nothing (SignalrStateful *self)
{
  g_autoptr (SignalrRecord) record = signalr_record_new (SIGNALR_RECORD_CANCEL_INVOCATION);

  record->invocation_id = g_strdup ("none");

  return signalr_record_encode (record, self->encoding, NULL);
}

static GBytes *
make_numbered (SignalrStateful   *self,
               SignalrRecordType  type,
               gint64             number)
{
  g_autoptr (SignalrRecord) record = signalr_record_new (type);

  record->sequence_id = number;

  return signalr_record_encode (record, self->encoding, NULL);
}

/* The official server does not count an item of a stream that it has closed. */
static void
blank_item (SignalrStateful *self,
            Entry           *entry)
{
  GBytes *nothing = make_nothing (self);
  gsize before = g_bytes_get_size (entry->bytes);

  if (entry->sent)
    self->n_bytes += g_bytes_get_size (nothing) - before;
  else
    self->n_waiting_bytes += g_bytes_get_size (nothing) - before;
  g_bytes_unref (entry->bytes);
  entry->bytes = nothing;
  g_clear_pointer (&entry->stream_id, g_free);
}

/* A call that took streams was answered: its server counts no more items of them. */
static void
end_streams (SignalrStateful *self,
             const char      *call_id)
{
  GHashTableIter iter;
  gpointer stream_id, id;

  g_hash_table_iter_init (&iter, self->streams);
  while (g_hash_table_iter_next (&iter, &stream_id, &id))
    {
      if (g_strcmp0 (id, call_id) != 0)
        continue;

      if (g_hash_table_remove (self->open_streams, stream_id))
        self->spoilt = TRUE;
      for (GList *l = self->entries.head; l != NULL; l = l->next)
        {
          Entry *entry = l->data;

          if (g_strcmp0 (entry->stream_id, stream_id) == 0)
            blank_item (self, entry);
        }
      g_hash_table_iter_remove (&iter);
    }
}

/* Receiving. */

static gboolean
take_ack (SignalrStateful  *self,
          gint64            number,
          GError          **error)
{
  while (self->n_acked < number)
    {
      Entry *entry = g_queue_peek_head (&self->entries);

      if (entry == NULL || !entry->sent)
        {
          g_set_error (error, SIGNALR_ERROR, SIGNALR_ERROR_PROTOCOL,
                       "The server acknowledges message %" G_GINT64_FORMAT
                       ", which it was not sent", number);
          return FALSE;
        }

      if (self->next == self->entries.head)
        self->next = self->next->next;
      self->n_bytes -= g_bytes_get_size (entry->bytes);
      self->n_acked++;
      entry_free (g_queue_pop_head (&self->entries));
    }

  if (self->n_bytes < self->limit)
    self->draw_at = SIGNALR_NEVER;
  if (self->n_acked >= self->watched)
    self->watch_until = SIGNALR_NEVER;

  return TRUE;
}

static gboolean
take_sequence (SignalrStateful  *self,
               gint64            number,
               gint64            now,
               GError          **error)
{
  if (!self->resuming)
    return TRUE;

  if (number < 1 || number > self->latest + 1)
    {
      g_set_error (error, SIGNALR_ERROR, SIGNALR_ERROR_PROTOCOL,
                   "The server goes on with message %" G_GINT64_FORMAT
                   ", but the last that came was %" G_GINT64_FORMAT, number, self->latest);
      return FALSE;
    }

  self->resuming = FALSE;
  self->next_number = number;

  /* The acknowledgements before may have been lost, and the server waits for them. */
  self->must_ack = TRUE;
  self->ack_at = MIN (self->ack_at, now + ACK_AFTER);

  return TRUE;
}

static gboolean
is_new (SignalrStateful *self,
        gsize            size,
        gint64           now)
{
  gint64 number = self->next_number++;

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
signalr_stateful_take (SignalrStateful      *self,
                       const SignalrRecord  *record,
                       gsize                 size,
                       gint64                now,
                       GError              **error)
{
  if (record->type == SIGNALR_RECORD_SEQUENCE)
    {
      take_sequence (self, record->sequence_id, now, error);
      return FALSE;
    }

  if (record->type == SIGNALR_RECORD_CLOSE)
    self->spoilt = TRUE;
  if (self->resuming && record->type != SIGNALR_RECORD_CLOSE)
    return FALSE;

  if (record->type == SIGNALR_RECORD_ACK)
    {
      take_ack (self, record->sequence_id, error);
      return FALSE;
    }

  if (record->type >= SIGNALR_RECORD_PING)
    return TRUE;
  if (!is_new (self, size, now))
    return FALSE;

  if (record->type == SIGNALR_RECORD_COMPLETION)
    end_streams (self, record->invocation_id);

  return TRUE;
}

/* Resuming. */

GBytes *
signalr_stateful_resume (SignalrStateful *self,
                         gint64           now)
{
  gboolean resends_items = FALSE;

  self->resuming = TRUE;
  self->next = self->entries.head;
  self->ack_at = self->draw_at = self->watch_until = SIGNALR_NEVER;
  self->watched = self->n_acked;

  for (GList *l = self->entries.head; l != NULL && ((Entry *) l->data)->sent; l = l->next)
    {
      resends_items |= ((Entry *) l->data)->stream_id != NULL;
      self->watched++;
    }

  if (resends_items)
    self->watch_until = now + WATCH_FOR;
  if (self->n_bytes >= self->limit)
    self->draw_at = now + DRAW_AFTER;

  return make_numbered (self, SIGNALR_RECORD_SEQUENCE, self->n_acked + 1);
}

gint64
signalr_stateful_get_deadline (SignalrStateful *self)
{
  return MIN (self->ack_at, MIN (self->draw_at, self->watch_until));
}

GBytes *
signalr_stateful_tick (SignalrStateful  *self,
                       gint64            now,
                       GError          **error)
{
  if (self->watch_until <= now)
    {
      self->watch_until = SIGNALR_NEVER;
      self->spoilt = TRUE;
      g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_PROTOCOL,
                           "The server does not count the messages as this client does");
      return NULL;
    }

  if (self->draw_at <= now)
    {
      g_autoptr (GBytes) nothing = make_nothing (self);
      Entry *entry;

      /* Behind those that were sent, before those that wait. */
      self->draw_at = SIGNALR_NEVER;
      entry = g_new0 (Entry, 1);
      entry->bytes = g_bytes_ref (nothing);
      entry->sent = TRUE;
      self->n_bytes += g_bytes_get_size (nothing);
      if (self->next != NULL)
        g_queue_insert_before (&self->entries, self->next, entry);
      else
        g_queue_push_tail (&self->entries, entry);
      return g_steal_pointer (&nothing);
    }

  if (self->ack_at > now)
    return NULL;

  self->ack_at = SIGNALR_NEVER;
  self->untold_bytes = 0;
  if (self->latest == self->told && !self->must_ack)
    return NULL;

  self->told = self->latest;
  self->must_ack = FALSE;

  return make_numbered (self, SIGNALR_RECORD_ACK, self->latest);
}
