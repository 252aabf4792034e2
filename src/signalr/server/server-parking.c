/* server-parking.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "server-parking-private.h"

#include "carrier-private.h"
#include "event-stream-private.h"

/* What libsoup keeps of a request that waits is 20 kB and a source that the loop
 * looks at for every event of anybody: ten times what we need to remember.
 */
struct _SignalrParking {
  SignalrCarrier          carrier;   /* on its way out it is one that only ends */

  SignalrHost            *host;
  SignalrAdmission       *admission;
  SignalrStream          *stream;
  char                   *head;      /* headers of the answer that are known */
  SignalrParkingGoneFunc  gone;      /* NULL once it is answered */
  gpointer                user_data;

  SignalrTask             task;
  SignalrTimer            timer;
  GList                   closing;
  gboolean                last;      /* the client wants no other answer */
  gboolean                talked;    /* before it had its answer: HTTP would miss what it said */
};

void
signalr_parking_free (SignalrParking *self)
{
  SignalrLoop *loop = self->host->loop;

  signalr_loop_leave (loop, &self->closing);
  signalr_turn_remove (loop->turn, &self->task);
  signalr_heartbeat_set (loop->heartbeat, &self->timer, SIGNALR_NEVER);
  g_clear_pointer (&self->stream, signalr_stream_free);
  g_object_unref (self->admission);
  g_free (self->head);
  signalr_host_finish_request (self->host);
  signalr_host_unref (self->host);
  g_free (self);
}

static void
signalr_parking_free_carrier (SignalrCarrier *carrier)
{
  signalr_parking_free ((SignalrParking *) carrier);
}

static const SignalrCarrierClass signalr_parking_class = {
  .transport = SIGNALR_TRANSPORT_LONG_POLLING,
  .free = signalr_parking_free_carrier,
};

static void
signalr_parking_tell_gone (SignalrParking *self)
{
  SignalrParkingGoneFunc gone = g_steal_pointer (&self->gone);

  if (gone != NULL)
    gone (self->user_data);
  else
    signalr_parking_free (self);
}

static void
signalr_parking_received (gpointer      owner,
                          const guint8 *data,
                          gsize         length)
{
  ((SignalrParking *) owner)->talked = TRUE;
}

static void
signalr_parking_ended (gpointer      owner,
                       const GError *error)
{
  signalr_parking_tell_gone (owner);
}

static void
signalr_parking_overflow (gpointer owner)
{
  signalr_parking_tell_gone (owner);
}

static const SignalrStreamFuncs signalr_parking_stream_funcs = {
  .received = signalr_parking_received,
  .ended = signalr_parking_ended,
  .overflow = signalr_parking_overflow,
};

static void
signalr_parking_timer_cb (SignalrTimer *timer,
                          gint64        now)
{
  SignalrParking *self = (SignalrParking *) ((guint8 *) timer - G_STRUCT_OFFSET (SignalrParking, timer));

  signalr_stream_reset (self->stream);
  signalr_parking_free (self);
}

/* Whether there is no other request behind the answer. */
static gboolean
signalr_parking_is_last (SignalrParking *self)
{
  return self->last || self->talked || self->host->stopping || self->host->readmit == NULL;
}

/* The stream has had its turn. Where all of the answer has left, the next request may
 * come; where not, the client takes its time, and the connection ends with the answer.
 */
static void
signalr_parking_task_cb (SignalrTask *task)
{
  SignalrParking *self = (SignalrParking *) ((guint8 *) task - G_STRUCT_OFFSET (SignalrParking, task));
  g_autoptr (GIOStream) released = NULL;

  if (!signalr_parking_is_last (self))
    released = signalr_stream_release (self->stream);
  if (released == NULL)
    {
      signalr_stream_finish (self->stream);
      return;
    }

  self->host->readmit (self->host->front, self->admission, released);
  signalr_parking_free (self);
}

static void
append_header_cb (const char *name,
                  const char *value,
                  gpointer    user_data)
{
  g_string_append_printf (user_data, "%s: %s\r\n", name, value);
}

static char *
make_head (SoupServerMessage *message)
{
  GString *head = g_string_new (NULL);

  soup_message_headers_foreach (soup_server_message_get_response_headers (message), append_header_cb, head);

  return g_string_free (head, FALSE);
}

static gboolean
keeps_connection (SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);

  return soup_server_message_get_http_version (message) == SOUP_HTTP_1_1 &&
         !soup_message_headers_header_contains (headers, "Connection", "close");
}

SignalrParking *
signalr_parking_new (SignalrHost            *host,
                     SoupServerMessage      *message,
                     gboolean                begun,
                     SignalrParkingGoneFunc  gone,
                     gpointer                user_data)
{
  SignalrAdmission *admission = signalr_admission_get (message);
  gboolean last = !keeps_connection (message);
  g_autoptr (GIOStream) stolen = NULL;
  g_autoptr (GError) error = NULL;
  SignalrStream *stream;
  SignalrParking *self;

  stolen = soup_server_message_steal_connection (message);
  if (stolen == NULL)
    return NULL;

  stream = signalr_stream_new (host->loop, stolen, host->max_unsent, NULL, &error);
  if (stream == NULL)
    {
      g_debug ("%s", error->message);
      return NULL;
    }

  self = g_new0 (SignalrParking, 1);
  self->carrier.klass = &signalr_parking_class;
  self->host = signalr_host_ref (host);
  self->admission = g_object_ref (admission);
  self->stream = stream;
  self->head = begun ? NULL : make_head (message);
  self->last = last;
  self->gone = gone;
  self->user_data = user_data;
  self->task.func = signalr_parking_task_cb;
  self->timer.func = signalr_parking_timer_cb;
  host->n_requests++;

  signalr_stream_set_owner (stream, &signalr_parking_stream_funcs, self);
  signalr_stream_set_reading (stream, TRUE);

  return self;
}

/* Nobody waits for it any more but the client, which has its time. */
static void
signalr_parking_leave (SignalrParking *self)
{
  SignalrLoop *loop = self->host->loop;

  self->gone = NULL;
  signalr_loop_linger (loop, &self->closing, &self->carrier);
  signalr_heartbeat_set (loop->heartbeat, &self->timer, signalr_heartbeat_now (loop->heartbeat) + SIGNALR_ANSWER_TIMEOUT);
  signalr_turn_add (loop->turn, &self->task);
}

void
signalr_parking_answer (SignalrParking *self,
                        guint           status,
                        const char     *type,
                        GBytes         *body)
{
  GString *answer = g_string_new (NULL);
  g_autoptr (GBytes) bytes = NULL;
  gsize size = body != NULL ? g_bytes_get_size (body) : 0;

  g_string_append_printf (answer, "HTTP/1.1 %u %s\r\n%s", status, soup_status_get_phrase (status), self->head);
  if (type != NULL)
    g_string_append_printf (answer, "Content-Type: %s\r\n", type);
  if (status != SOUP_STATUS_NO_CONTENT)
    g_string_append_printf (answer, "Content-Length: %" G_GSIZE_FORMAT "\r\n", size);
  if (signalr_parking_is_last (self))
    g_string_append (answer, "Connection: close\r\n");
  g_string_append (answer, "\r\n");
  if (size > 0)
    g_string_append_len (answer, g_bytes_get_data (body, NULL), size);

  bytes = g_string_free_to_bytes (answer);
  signalr_stream_send (self->stream, bytes);
  signalr_parking_leave (self);
}

void
signalr_parking_write (SignalrParking *self,
                       const void     *data,
                       gsize           length)
{
  g_autoptr (GBytes) chunk = signalr_event_stream_chunk (data, length);

  signalr_stream_send (self->stream, chunk);
}

void
signalr_parking_end (SignalrParking *self,
                     const void     *data,
                     gsize           length)
{
  GString *pieces = g_string_new (NULL);
  g_autoptr (GBytes) bytes = NULL;

  /* As one, which may be larger than what may wait. */
  if (length > 0)
    signalr_event_stream_append_chunk (pieces, data, length);
  signalr_event_stream_append_chunk (pieces, NULL, 0);
  bytes = g_string_free_to_bytes (pieces);
  signalr_stream_send (self->stream, bytes);
  signalr_parking_leave (self);
}
