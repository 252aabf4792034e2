/* aspnetcore-stateful.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aspnetcore-connection-private.h"

#include "../protocol/aspnetcore-ledger-private.h"
#include "signalr-error.h"
#include "web-socket-private.h"

/* The official clients begin to count behind the turn in which they read the answer
 * to the handshake: so nothing that counts comes with it, but when they have spoken,
 * which they do at once, or after this time.
 */
#define COUNTING_DELAY G_USEC_PER_SEC

struct _SignalrStateful {
  SignalrAspnetcoreConnection *connection;
  SignalrLedger                ledger;
  gint64                       counts_at;     /* SIGNALR_NEVER: the client counts already */
  SignalrTimer                 timer;         /* for that, and what the ledger wants */
  SignalrTask                  overflow;
};

/* Nothing is due while nobody is there: a resume says where both are. */
static void
signalr_stateful_rearm (SignalrStateful *self)
{
  gint64 deadline = MIN (self->counts_at, signalr_ledger_get_deadline (&self->ledger));

  signalr_heartbeat_set (self->connection->base.host->loop->heartbeat, &self->timer,
                         self->connection->carrier != NULL ? deadline : SIGNALR_NEVER);
}

static void
signalr_stateful_pump (SignalrStateful *self)
{
  SignalrAspnetcoreConnection *connection = self->connection;
  GBytes *frame;

  if (self->counts_at != SIGNALR_NEVER)
    return;

  while (connection->carrier != NULL && (frame = signalr_ledger_next (&self->ledger)) != NULL)
    {
      signalr_carrier_send (connection->carrier, frame);
      signalr_server_beat_written (&connection->base.beat, signalr_server_connection_now (&connection->base));
    }
}

static void
signalr_stateful_begin_to_send (SignalrStateful *self)
{
  self->counts_at = SIGNALR_NEVER;
  signalr_stateful_pump (self);
}

static void
signalr_stateful_say (SignalrStateful   *self,
                      SignalrRecordType  type,
                      gint64             number)
{
  signalr_aspnetcore_connection_send (self->connection, &(SignalrRecord) {
    .type = type,
    .sequence_id = number,
  });
}

/* What is due by now; it may end the connection. */
static void
signalr_stateful_tick (SignalrStateful *self,
                       gint64           now)
{
  for (;;)
    {
      switch (signalr_ledger_tick (&self->ledger, now))
        {
        case SIGNALR_DUE_ACK:
          signalr_stateful_say (self, SIGNALR_RECORD_ACK, self->ledger.latest);
          break;

        case SIGNALR_DUE_NUDGE:
          signalr_stateful_pump (self);
          break;

        case SIGNALR_DUE_END:
          signalr_aspnetcore_connection_broke (self->connection,
                                               g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_PROTOCOL,
                                                                    "The client has lost count of what it was sent."));
          return;

        case SIGNALR_DUE_NOTHING:
        default:
          signalr_stateful_rearm (self);
          return;
        }
    }
}

static void
signalr_stateful_timer_cb (SignalrTimer *timer,
                           gint64        now)
{
  SignalrStateful *self = (SignalrStateful *) ((guint8 *) timer - G_STRUCT_OFFSET (SignalrStateful, timer));

  if (self->connection->carrier == NULL)
    return;

  if (now >= self->counts_at)
    signalr_stateful_begin_to_send (self);

  signalr_stateful_tick (self, now);
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
                                  const char                  *stream_id)
{
  SignalrStateful *self = connection->stateful;
  SignalrHost *host = connection->base.host;

  if (self->ledger.waiting_bytes > host->max_unsent)
    {
      signalr_turn_add (host->loop->turn, &self->overflow);
      return;
    }

  signalr_ledger_keep (&self->ledger, frame, stream_id);
  signalr_stateful_pump (self);
}

static void
signalr_stateful_take_ack (SignalrStateful *self,
                           gint64           number)
{
  /* A JavaScript client that is started again within a second still tells how far
   * its last connection came.
   */
  if (!signalr_ledger_take_ack (&self->ledger, number))
    {
      g_debug ("A client acknowledges what it was never sent.");
      return;
    }

  signalr_stateful_pump (self);
}

static void
signalr_stateful_take_sequence (SignalrStateful *self,
                                gint64           number,
                                gint64           now)
{
  if (signalr_ledger_take_sequence (&self->ledger, number, now))
    signalr_stateful_tick (self, now);
  else
    signalr_aspnetcore_connection_broke (self->connection,
                                         g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_PROTOCOL,
                                                              "Sequence ID greater than amount of messages we've received."));
}

gboolean
signalr_aspnetcore_stateful_take (SignalrAspnetcoreConnection *connection,
                                  const SignalrRecord         *record,
                                  gsize                        size)
{
  SignalrStateful *self = connection->stateful;
  gint64 now = signalr_server_connection_now (&connection->base);
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
      is_new = signalr_ledger_take (&self->ledger, size, now);
      signalr_stateful_rearm (self);
      return is_new;

    case SIGNALR_RECORD_ACK:
      signalr_stateful_take_ack (self, record->sequence_id);
      return FALSE;

    case SIGNALR_RECORD_SEQUENCE:
      signalr_stateful_take_sequence (self, record->sequence_id, now);
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
  gint64 now = signalr_server_connection_now (&self->connection->base);
  gint64 number = signalr_ledger_resume (&self->ledger, now);

  self->counts_at = SIGNALR_NEVER;
  signalr_stateful_say (self, SIGNALR_RECORD_SEQUENCE, number);
  signalr_stateful_pump (self);
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
  signalr_aspnetcore_connection_admit (connection, request);
  signalr_request_upgrade (request, signalr_stateful_resumed_cb,
                           signalr_server_connection_ref (connection));
}
