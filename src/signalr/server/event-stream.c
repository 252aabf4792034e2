/* event-stream.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "event-stream-private.h"

#include <string.h>

#include "protocol/json-write-private.h"

#define GOODBYE_TIMEOUT (5 * G_USEC_PER_SEC)

typedef struct {
  SignalrCarrier             carrier;

  SignalrLoop               *loop;
  SignalrStream             *stream;
  SignalrEventStreamKind     kind;
  const SignalrCarrierFuncs *funcs;
  gpointer                   owner;

  SignalrTimer               goodbye;
  GList                      closing;   /* in the loop's list once its owner has let go */
  gboolean                   over;
} SignalrEventStream;

/* What stands before and behind a message. */
static const struct {
  const char *before;
  const char *behind;
} marks[] = {
  [SIGNALR_EVENT_STREAM_ASPNET]        = { "data: ", "\n\n" },
  [SIGNALR_EVENT_STREAM_ASPNETCORE]    = { "data: ", "\r\n\r\n" },
  [SIGNALR_EVENT_STREAM_FOREVER_FRAME] = { "<script>r(c, ", ");</script>\r\n" },
};

void
signalr_event_stream_append_chunk (GString    *text,
                                   const void *data,
                                   gsize       length)
{
  g_string_append_printf (text, "%" G_GSIZE_MODIFIER "x\r\n", length);
  g_string_append_len (text, data, length);
  g_string_append (text, "\r\n");
}

GBytes *
signalr_event_stream_chunk (const char *text,
                            gssize      length)
{
  GString *chunk = g_string_new (NULL);

  signalr_event_stream_append_chunk (chunk, text, length < 0 ? strlen (text) : (gsize) length);

  return g_string_free_to_bytes (chunk);
}

GBytes *
signalr_event_stream_event (SignalrEventStreamKind  kind,
                            const void             *data,
                            gsize                   length)
{
  g_autoptr (GString) text = g_string_new (marks[kind].before);

  if (kind == SIGNALR_EVENT_STREAM_FOREVER_FRAME)
    signalr_json_append_for_script (text, data, length);
  else
    g_string_append_len (text, data, length);
  g_string_append (text, marks[kind].behind);

  return signalr_event_stream_chunk (text->str, text->len);
}

static void
signalr_event_stream_free (SignalrCarrier *carrier)
{
  SignalrEventStream *self = (SignalrEventStream *) carrier;

  signalr_loop_leave (self->loop, &self->closing);
  signalr_heartbeat_set (self->loop->heartbeat, &self->goodbye, SIGNALR_NEVER);
  signalr_stream_free (self->stream);
  signalr_loop_unref (self->loop);
  g_free (self);
}

static void
signalr_event_stream_goodbye_cb (SignalrTimer *timer,
                                 gint64        now)
{
  SignalrEventStream *self = (SignalrEventStream *) ((guint8 *) timer - G_STRUCT_OFFSET (SignalrEventStream, goodbye));

  signalr_event_stream_free (&self->carrier);
}

/* What was sent goes first, then the end of the answer. */
static void
signalr_event_stream_close (SignalrCarrier *carrier,
                            guint           code,
                            const char     *reason)
{
  SignalrEventStream *self = (SignalrEventStream *) carrier;
  g_autoptr (GBytes) last = NULL;

  self->funcs = NULL;
  if (self->over)
    {
      signalr_event_stream_free (carrier);
      return;
    }

  last = g_bytes_new_static ("0\r\n\r\n", strlen ("0\r\n\r\n"));
  signalr_stream_send (self->stream, last);
  signalr_stream_finish (self->stream);
  signalr_loop_linger (self->loop, &self->closing, self);
  signalr_heartbeat_set (self->loop->heartbeat, &self->goodbye,
                         signalr_heartbeat_now (self->loop->heartbeat) + GOODBYE_TIMEOUT);
}

/* Behind its request a client has nothing to say here. */
static void
signalr_event_stream_received (gpointer      owner,
                               const guint8 *data,
                               gsize         length)
{
}

static void
signalr_event_stream_ended (gpointer      owner,
                            const GError *error)
{
  SignalrEventStream *self = owner;

  self->over = TRUE;
  if (self->funcs != NULL)
    self->funcs->closed (self->owner, FALSE, error);
  else
    signalr_event_stream_free (&self->carrier);
}

static void
signalr_event_stream_overflow (gpointer owner)
{
  SignalrEventStream *self = owner;

  if (self->funcs != NULL)
    self->funcs->overflow (self->owner);
  else
    signalr_event_stream_free (&self->carrier);
}

static void
signalr_event_stream_drained (gpointer owner)
{
  SignalrEventStream *self = owner;

  if (self->funcs != NULL && self->funcs->drained != NULL)
    self->funcs->drained (self->owner);
}

static const SignalrStreamFuncs signalr_event_stream_stream_funcs = {
  .received = signalr_event_stream_received,
  .ended = signalr_event_stream_ended,
  .overflow = signalr_event_stream_overflow,
  .drained = signalr_event_stream_drained,
};

static void
signalr_event_stream_write (SignalrCarrier *carrier,
                            gboolean        binary,
                            const void     *data,
                            gsize           length)
{
  SignalrEventStream *self = (SignalrEventStream *) carrier;
  g_autoptr (GBytes) event = signalr_event_stream_event (self->kind, data, length);

  signalr_stream_send (self->stream, event);
}

static void
signalr_event_stream_send (SignalrCarrier *carrier,
                           GBytes         *form)
{
  signalr_stream_send (((SignalrEventStream *) carrier)->stream, form);
}

/* Only its end is ever read here, and that always. */
static void
signalr_event_stream_set_reading (SignalrCarrier *carrier,
                                  gboolean        reading)
{
}

static gsize
signalr_event_stream_get_unsent (SignalrCarrier *carrier)
{
  return signalr_stream_get_unsent (((SignalrEventStream *) carrier)->stream);
}

static void
signalr_event_stream_clear_unsent (SignalrCarrier *carrier)
{
  signalr_stream_clear_unsent (((SignalrEventStream *) carrier)->stream);
}

#define CLASS(transport_) { \
  .transport = transport_, \
  .forms = { SIGNALR_FORM_EVENT_JSON, SIGNALR_FORM_EVENT_JSON }, \
  .write = signalr_event_stream_write, \
  .send = signalr_event_stream_send, \
  .close = signalr_event_stream_close, \
  .free = signalr_event_stream_free, \
  .set_reading = signalr_event_stream_set_reading, \
  .get_unsent = signalr_event_stream_get_unsent, \
  .clear_unsent = signalr_event_stream_clear_unsent, \
}

static const SignalrCarrierClass classes[] = {
  [SIGNALR_EVENT_STREAM_ASPNET] = CLASS (SIGNALR_TRANSPORT_SERVER_SENT_EVENTS),
  [SIGNALR_EVENT_STREAM_ASPNETCORE] = CLASS (SIGNALR_TRANSPORT_SERVER_SENT_EVENTS),
  [SIGNALR_EVENT_STREAM_FOREVER_FRAME] = CLASS (SIGNALR_TRANSPORT_FOREVER_FRAME),
};

SignalrCarrier *
signalr_event_stream_new (SignalrLoop               *loop,
                          SignalrStream             *stream,
                          SignalrEventStreamKind     kind,
                          const SignalrCarrierFuncs *funcs,
                          gpointer                   owner)
{
  SignalrEventStream *self = g_new0 (SignalrEventStream, 1);

  self->carrier.klass = &classes[kind];
  self->loop = signalr_loop_ref (loop);
  self->stream = stream;
  self->kind = kind;
  self->funcs = funcs;
  self->owner = owner;
  self->goodbye.func = signalr_event_stream_goodbye_cb;
  signalr_stream_set_owner (stream, &signalr_event_stream_stream_funcs, self);
  signalr_stream_set_reading (stream, TRUE);

  return &self->carrier;
}
