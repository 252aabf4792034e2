/* aspnetcore-stateful.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aspnetcore-connection-private.h"

#include "aspnetcore-ledger-private.h"
#include "signalr-error.h"
#include "web-socket-private.h"

/* Between what the client has sent and the acknowledgement of it. */
#define ACK_DELAY G_USEC_PER_SEC
/* How long a full buffer waits after a resume before one more record asks for
 * another acknowledgement: the last may have gone with the old transport, and
 * .NET does not repeat it.
 */
#define NUDGE_DELAY (2 * G_USEC_PER_SEC)
/* How long after a resume the client may take to acknowledge items sent again. .NET
 * does not count those of a stream it has closed, and then takes for repetitions
 * as many of the records that follow.
 */
#define TRUST_LIMIT (10 * G_USEC_PER_SEC)

/* The official clients begin to count behind the turn in which they read the answer
 * to the handshake: so nothing that counts comes with it, but when they have spoken,
 * which they do at once, or after this time.
 */
#define COUNTING_DELAY G_USEC_PER_SEC

struct _SignalrStateful {
  SignalrAspnetcoreConnection *connection;
  SignalrLedger                ledger;
  SignalrTimer                 timer;         /* for the next of these: */
  gint64                       counts_at;     /* SIGNALR_NEVER: the client counts already */
  gint64                       ack_at;
  gint64                       nudge_at;
  gint64                       distrust_at;
  gint64                       trusted;       /* what is acknowledged by then */
  SignalrTask                  overflow;
};

static void
signalr_stateful_rearm (SignalrStateful *self)
{
  signalr_heartbeat_set (self->connection->base.host->loop->heartbeat, &self->timer,
                         MIN (MIN (self->counts_at, self->ack_at), MIN (self->nudge_at, self->distrust_at)));
}

static void
signalr_stateful_pump (SignalrStateful *self,
                       gboolean         anyway)
{
  SignalrAspnetcoreConnection *connection = self->connection;
  GBytes *frame;

  if (self->counts_at != SIGNALR_NEVER)
    return;

  while (connection->carrier != NULL && (frame = signalr_ledger_send_next (&self->ledger, anyway)) != NULL)
    {
      signalr_carrier_send (connection->carrier, frame);
      signalr_server_beat_written (&connection->base.beat, signalr_server_connection_now (&connection->base));
      anyway = FALSE;
    }
}

static void
signalr_stateful_begin_to_send (SignalrStateful *self)
{
  self->counts_at = SIGNALR_NEVER;
  signalr_stateful_pump (self, FALSE);
}

static void
signalr_stateful_acknowledge (SignalrStateful *self)
{
  SignalrLedger *ledger = &self->ledger;

  self->ack_at = SIGNALR_NEVER;
  if (self->connection->carrier == NULL || ledger->latest == 0)
    return;

  ledger->acked = ledger->latest;
  signalr_aspnetcore_connection_send (self->connection, &(SignalrRecord) {
    .type = SIGNALR_RECORD_ACK,
    .sequence_id = ledger->acked,
  });
}

static void
signalr_stateful_timer_cb (SignalrTimer *timer,
                           gint64        now)
{
  SignalrStateful *self = (SignalrStateful *) ((guint8 *) timer - G_STRUCT_OFFSET (SignalrStateful, timer));

  if (now >= self->distrust_at)
    {
      signalr_aspnetcore_connection_broke (self->connection,
                                           g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_PROTOCOL,
                                                                "The client has lost count of what it was sent."));
      return;
    }

  if (now >= self->counts_at)
    signalr_stateful_begin_to_send (self);

  if (now >= self->ack_at)
    signalr_stateful_acknowledge (self);

  if (now >= self->nudge_at)
    {
      self->nudge_at = SIGNALR_NEVER;
      signalr_stateful_pump (self, TRUE);
    }

  signalr_stateful_rearm (self);
}

static void
signalr_stateful_overflow_cb (SignalrTask *task)
{
  SignalrStateful *self = (SignalrStateful *) ((guint8 *) task - G_STRUCT_OFFSET (SignalrStateful, overflow));

  signalr_aspnetcore_connection_end_too_slow (self->connection);
}

/*< private >
 * signalr_aspnetcore_stateful_begin:
 *
 * Both ends have agreed: from now on records are counted, and the loss of the
 * transport is not the end.
 */
void
signalr_aspnetcore_stateful_begin (SignalrAspnetcoreConnection *connection)
{
  SignalrStateful *self = g_new0 (SignalrStateful, 1);
  guint limit;

  g_object_get (connection->options, "stateful-buffer-size", &limit, NULL);
  self->connection = connection;
  signalr_ledger_init (&self->ledger, limit);
  self->timer.func = signalr_stateful_timer_cb;
  self->overflow.func = signalr_stateful_overflow_cb;
  self->ack_at = self->nudge_at = self->distrust_at = SIGNALR_NEVER;

  self->counts_at = signalr_server_connection_now (&connection->base) + COUNTING_DELAY;

  connection->stateful = self;
  signalr_stateful_rearm (self);
  connection->base.limits.lost = connection->base.host->times.unconnected_timeout;
}

void
signalr_aspnetcore_stateful_end (SignalrAspnetcoreConnection *connection)
{
  SignalrStateful *self = g_steal_pointer (&connection->stateful);
  SignalrLoop *loop = connection->base.host->loop;

  if (self == NULL)
    return;

  signalr_heartbeat_set (loop->heartbeat, &self->timer, SIGNALR_NEVER);
  signalr_turn_remove (loop->turn, &self->overflow);
  signalr_ledger_clear (&self->ledger);
  g_free (self);
}

void
signalr_aspnetcore_stateful_send (SignalrAspnetcoreConnection *connection,
                                  GBytes                      *frame,
                                  gboolean                     item)
{
  SignalrStateful *self = connection->stateful;
  SignalrHost *host = connection->base.host;

  if (self->ledger.waiting_bytes > host->max_unsent)
    {
      signalr_turn_add (host->loop->turn, &self->overflow);
      return;
    }

  signalr_ledger_keep (&self->ledger, frame, item);
  signalr_stateful_pump (self, FALSE);
}

static void
signalr_stateful_take_ack (SignalrStateful *self,
                           gint64           number)
{
  /* A JavaScript client that is started again within a second still tells how far
   * its last connection came.
   */
  if (!signalr_ledger_acknowledge (&self->ledger, number))
    {
      g_debug ("A client acknowledges what it was never sent.");
      return;
    }

  self->nudge_at = SIGNALR_NEVER;
  if (number >= self->trusted)
    self->distrust_at = SIGNALR_NEVER;

  signalr_stateful_pump (self, FALSE);
}

/* The client repeats what it does not know to have arrived: so it is told at once. */
static void
signalr_stateful_take_sequence (SignalrStateful *self,
                                gint64           number)
{
  if (signalr_ledger_begin_at (&self->ledger, number))
    signalr_stateful_acknowledge (self);
  else
    signalr_aspnetcore_connection_broke (self->connection,
                                         g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_PROTOCOL,
                                                              "Sequence ID greater than amount of messages we've received."));
}

gboolean
signalr_aspnetcore_stateful_take (SignalrAspnetcoreConnection *connection,
                                  const SignalrRecord         *record)
{
  SignalrStateful *self = connection->stateful;
  gboolean is_new;

  if (self->counts_at != SIGNALR_NEVER)
    signalr_stateful_begin_to_send (self);

  switch (record->type)
    {
    case SIGNALR_RECORD_INVOCATION:
    case SIGNALR_RECORD_STREAM_ITEM:
    case SIGNALR_RECORD_COMPLETION:
    case SIGNALR_RECORD_STREAM_INVOCATION:
    case SIGNALR_RECORD_CANCEL_INVOCATION:
      is_new = signalr_ledger_take (&self->ledger);
      if (is_new && self->ack_at == SIGNALR_NEVER)
        {
          self->ack_at = signalr_server_connection_now (&connection->base) + ACK_DELAY;
          signalr_stateful_rearm (self);
        }
      return is_new;

    case SIGNALR_RECORD_ACK:
      signalr_stateful_take_ack (self, record->sequence_id);
      return FALSE;

    case SIGNALR_RECORD_SEQUENCE:
      signalr_stateful_take_sequence (self, record->sequence_id);
      return FALSE;

    case SIGNALR_RECORD_PING:
    case SIGNALR_RECORD_CLOSE:
    default:
      return TRUE;
    }
}

/* Nobody waits for the client's own word on where it is: what it has already, it
 * drops.
 */
static void
signalr_stateful_send_again (SignalrStateful *self)
{
  SignalrAspnetcoreConnection *connection = self->connection;
  gint64 now = signalr_server_connection_now (&connection->base);
  gboolean items = signalr_ledger_rewind (&self->ledger);

  self->counts_at = SIGNALR_NEVER;
  signalr_aspnetcore_connection_send (connection, &(SignalrRecord) {
    .type = SIGNALR_RECORD_SEQUENCE,
    .sequence_id = self->ledger.first,
  });
  signalr_stateful_pump (self, FALSE);

  self->nudge_at = now + NUDGE_DELAY;
  self->trusted = self->ledger.highest;
  self->distrust_at = items ? now + TRUST_LIMIT : SIGNALR_NEVER;
  signalr_stateful_rearm (self);
}

/* The old transport, where it is still there, goes without a goodbye: an answer to
 * that would end the connection, and a dead peer would be waited for.
 */
static void
signalr_stateful_resumed_cb (SignalrStream *stream,
                             gpointer       user_data)
{
  SignalrAspnetcoreConnection *connection = user_data;
  SignalrHost *host = connection->base.host;

  if (stream == NULL || connection->stateful == NULL)
    {
      g_clear_pointer (&stream, signalr_stream_free);
      signalr_server_connection_unref (connection);
      return;
    }

  g_clear_pointer (&connection->carrier, signalr_carrier_free);
  signalr_record_reader_clear (connection->reader);
  signalr_aspnetcore_connection_set_carrier (connection,
                                             signalr_web_socket_new (host->loop, stream, 0,
                                                                     &signalr_aspnetcore_connection_carrier_funcs,
                                                                     connection));
  signalr_stateful_send_again (connection->stateful);
  signalr_server_connection_handle (&connection->base, SIGNALR_SERVER_LIFETIME_REOPEN);
  signalr_aspnetcore_connection_read (connection);

  signalr_server_connection_unref (connection);
}

void
signalr_aspnetcore_stateful_resume (SignalrAspnetcoreConnection *connection,
                                    SignalrRequest              *request)
{
  signalr_request_upgrade (request, signalr_stateful_resumed_cb,
                           signalr_server_connection_ref (connection));
}
