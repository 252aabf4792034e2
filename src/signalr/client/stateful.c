/* stateful.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "stateful-private.h"

#include "../protocol/aspnetcore-ledger-private.h"

struct _SignalrStateful {
  SignalrEncoding  encoding;
  SignalrLedger    ledger;
  gboolean         spoilt;
  gboolean         resuming;       /* until the server's Sequence */
  GHashTable      *streams;        /* of an upload to that of its call; char* to char* */
  GHashTable      *open_streams;   /* set of char*: those that have not ended */
};

SignalrStateful *
signalr_stateful_new (SignalrEncoding encoding,
                      gsize           limit)
{
  SignalrStateful *self = g_new0 (SignalrStateful, 1);

  self->encoding = encoding;
  signalr_ledger_init (&self->ledger, limit);
  self->streams = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->open_streams = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  return self;
}

void
signalr_stateful_free (SignalrStateful *self)
{
  signalr_ledger_clear (&self->ledger);
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
  signalr_ledger_keep (&self->ledger, bytes, outgoing->kind == SIGNALR_OUTGOING_ITEM ? outgoing->id : NULL);
}

GBytes *
signalr_stateful_next (SignalrStateful *self)
{
  GBytes *bytes = signalr_ledger_next (&self->ledger);

  return bytes != NULL ? g_bytes_ref (bytes) : NULL;
}

gsize
signalr_stateful_get_waiting (SignalrStateful *self,
                              guint           *n_messages)
{
  *n_messages = signalr_ledger_get_n_waiting (&self->ledger);

  return self->ledger.waiting_bytes;
}

static void
unheard_free (gpointer data)
{
  SignalrUnheard *unheard = data;

  g_free (unheard->method);
  json_node_unref (unheard->args);
  g_free (unheard);
}

GPtrArray *
signalr_unheard_list_new (void)
{
  return g_ptr_array_new_with_free_func (unheard_free);
}

typedef struct {
  SignalrStateful *self;
  GPtrArray       *list;
} Listing;

static void
list_unheard_cb (GBytes   *bytes,
                 gboolean  sent,
                 gpointer  user_data)
{
  Listing *listing = user_data;
  g_autoptr (SignalrRecordReader) reader = signalr_record_reader_new (listing->self->encoding, 0);
  g_autoptr (SignalrRecord) record = NULL;
  SignalrUnheard *unheard;
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);

  if (signalr_record_reader_push (reader, data, size, NULL))
    record = signalr_record_reader_next (reader, NULL);
  if (record == NULL || record->type != SIGNALR_RECORD_INVOCATION || record->invocation_id != NULL)
    return;

  unheard = g_new (SignalrUnheard, 1);
  *unheard = (SignalrUnheard) { g_steal_pointer (&record->target), g_steal_pointer (&record->arguments), sent };
  g_ptr_array_add (listing->list, unheard);
}

void
signalr_stateful_list_unheard (SignalrStateful *self,
                               GPtrArray       *list)
{
  signalr_ledger_foreach (&self->ledger, list_unheard_cb, &(Listing) { self, list });
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

/* A call that took streams was answered. The official server does not count an item of
 * a stream that it has closed: what it does count takes its place.
 */
static void
end_streams (SignalrStateful *self,
             const char      *call_id)
{
  GHashTableIter iter;
  gpointer stream_id, id;

  g_hash_table_iter_init (&iter, self->streams);
  while (g_hash_table_iter_next (&iter, &stream_id, &id))
    {
      g_autoptr (GBytes) nothing = NULL;

      if (g_strcmp0 (id, call_id) != 0)
        continue;

      if (g_hash_table_remove (self->open_streams, stream_id))
        self->spoilt = TRUE;
      nothing = make_nothing (self);
      signalr_ledger_replace_items (&self->ledger, stream_id, nothing);
      g_hash_table_iter_remove (&iter);
    }
}

/* Receiving. */

static void
take_ack (SignalrStateful  *self,
          gint64            number,
          GError          **error)
{
  if (!signalr_ledger_take_ack (&self->ledger, number))
    g_set_error (error, SIGNALR_ERROR, SIGNALR_ERROR_PROTOCOL,
                 "The server acknowledges message %" G_GINT64_FORMAT
                 ", which it was not sent", number);
}

static void
take_sequence (SignalrStateful  *self,
               gint64            number,
               gint64            now,
               GError          **error)
{
  if (!self->resuming)
    return;

  if (signalr_ledger_take_sequence (&self->ledger, number, now))
    self->resuming = FALSE;
  else
    g_set_error (error, SIGNALR_ERROR, SIGNALR_ERROR_PROTOCOL,
                 "The server goes on with message %" G_GINT64_FORMAT
                 ", but the last that came was %" G_GINT64_FORMAT, number, self->ledger.latest);
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
  if (!signalr_ledger_take (&self->ledger, size, now))
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
  self->resuming = TRUE;

  return make_numbered (self, SIGNALR_RECORD_SEQUENCE, signalr_ledger_resume (&self->ledger, now));
}

gint64
signalr_stateful_get_deadline (SignalrStateful *self)
{
  return signalr_ledger_get_deadline (&self->ledger);
}

GBytes *
signalr_stateful_tick (SignalrStateful  *self,
                       gint64            now,
                       GError          **error)
{
  g_autoptr (GBytes) nothing = NULL;

  switch (signalr_ledger_tick (&self->ledger, now))
    {
    case SIGNALR_DUE_ACK:
      return make_numbered (self, SIGNALR_RECORD_ACK, self->ledger.latest);

    case SIGNALR_DUE_NUDGE:
      nothing = make_nothing (self);
      signalr_ledger_keep_nudge (&self->ledger, nothing);
      return signalr_stateful_next (self);

    case SIGNALR_DUE_END:
      self->spoilt = TRUE;
      g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_PROTOCOL,
                           "The server does not count the messages as this client does");
      return NULL;

    case SIGNALR_DUE_NOTHING:
    default:
      return NULL;
    }
}
