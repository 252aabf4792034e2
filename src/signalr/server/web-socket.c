/* web-socket.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "web-socket-private.h"

#include <string.h>
#include <wslay/wslay.h>

#include "signalr-error.h"
#include "utf8-private.h"

#define GOODBYE_TIMEOUT (5 * G_USEC_PER_SEC)
#define MAX_CONTROL 125
#define MASK_SIZE 4
/* Of a frame to a client. */
#define MAX_HEADER 10

typedef struct {
  SignalrCarrier               carrier;

  SignalrLoop                 *loop;
  SignalrStream               *stream;
  const SignalrCarrierFuncs   *funcs;
  gpointer                     owner;
  gsize                        max_message;

  /* While a frame is incomplete. */
  wslay_frame_context_ptr      framing;
  gsize                        fed;          /* bytes that it was given */
  gsize                        used;         /* of them, those of complete frames */
  gsize                        frame_got;    /* of the payload of the frame under way */
  GByteArray                  *control;      /* payload of a control frame */
  const guint8                *input;        /* what it has not been given yet */
  gsize                        input_length;

  /* While a message is incomplete. */
  GByteArray                  *message;
  gsize                        message_size;
  SignalrUtf8                  utf8;

  SignalrTimer                 goodbye;
  GList                        closing;      /* in the loop's list once its owner has let go */

  guint                        in_message : 1;
  guint                        binary : 1;
  guint                        said_goodbye : 1;
  guint                        failed : 1;   /* of what comes now only a goodbye is heard */
  guint                        deaf : 1;     /* and now not even that */
  guint                        over : 1;
} SignalrWebSocket;

static void
signalr_web_socket_end_framing (SignalrWebSocket *self)
{
  g_clear_pointer (&self->framing, wslay_frame_context_free);
  g_clear_pointer (&self->control, g_byte_array_unref);
  self->fed = self->used = self->frame_got = 0;
}

/* What is being read lies in the framing, so that stays until the reading is done. */
static void
signalr_web_socket_clear (gpointer data)
{
  SignalrWebSocket *self = data;

  signalr_web_socket_end_framing (self);
  signalr_loop_unref (self->loop);
}

static void
signalr_web_socket_unref (SignalrWebSocket *self)
{
  g_rc_box_release_full (self, signalr_web_socket_clear);
}

static void
signalr_web_socket_free (SignalrWebSocket *self)
{
  self->over = TRUE;
  self->funcs = NULL;
  signalr_loop_leave (self->loop, &self->closing);
  signalr_heartbeat_set (self->loop->heartbeat, &self->goodbye, SIGNALR_NEVER);
  g_clear_pointer (&self->stream, signalr_stream_free);
  g_clear_pointer (&self->message, g_byte_array_unref);

  signalr_web_socket_unref (self);
}

/* Before @length bytes; returns its size. The header of a frame without a mask is too
 * little to make wslay's context of 4 kB for each of them.
 */
static gsize
make_header (guint8             header[MAX_HEADER],
             enum wslay_opcode  opcode,
             gsize              length)
{
  gsize extended = length < 126 ? 0 : length < 65536 ? 2 : 8;

  header[0] = 0x80 | opcode;
  header[1] = extended == 0 ? length : extended == 2 ? 126 : 127;
  for (gsize i = 0; i < extended; i++)
    header[2 + i] = (guint64) length >> (8 * (extended - 1 - i));

  return 2 + extended;
}

/*< private >
 * signalr_web_socket_frame:
 *
 * Returns: (transfer full): a whole message as it is on the wire
 */
GBytes *
signalr_web_socket_frame (gboolean    binary,
                          const void *data,
                          gsize       length)
{
  guint8 header[MAX_HEADER];
  gsize size = make_header (header, binary ? WSLAY_BINARY_FRAME : WSLAY_TEXT_FRAME, length);
  guint8 *frame = g_malloc (size + length);

  memcpy (frame, header, size);
  if (length > 0)
    memcpy (frame + size, data, length);

  return g_bytes_new_take (frame, size + length);
}

static void
signalr_web_socket_send_frame (SignalrWebSocket  *self,
                               enum wslay_opcode  opcode,
                               const void        *data,
                               gsize              length)
{
  guint8 header[MAX_HEADER];
  gsize size = make_header (header, opcode, length);

  signalr_stream_write (self->stream, header, size, data, length);
}

static void
signalr_web_socket_say_goodbye (SignalrWebSocket *self,
                                guint             code,
                                const char       *reason)
{
  guint8 payload[MAX_CONTROL];
  gsize length = 2;

  if (self->said_goodbye)
    return;

  self->said_goodbye = TRUE;
  payload[0] = code >> 8;
  payload[1] = code & 0xff;
  if (reason != NULL)
    {
      gsize size = MIN (strlen (reason), sizeof payload - length);

      memcpy (payload + length, reason, size);
      length += size;
    }

  signalr_web_socket_send_frame (self, WSLAY_CONNECTION_CLOSE, payload, length);
}

static void
signalr_web_socket_goodbye_cb (SignalrTimer *timer,
                               gint64        now)
{
  SignalrWebSocket *self = (SignalrWebSocket *) ((guint8 *) timer - G_STRUCT_OFFSET (SignalrWebSocket, goodbye));

  signalr_stream_reset (self->stream);
  signalr_web_socket_free (self);
}

/* From here on the WebSocket looks after itself. */
static void
signalr_web_socket_linger (SignalrWebSocket *self)
{
  gint64 now = signalr_heartbeat_now (self->loop->heartbeat);

  self->funcs = NULL;
  g_clear_pointer (&self->message, g_byte_array_unref);

  if (self->over)
    {
      signalr_web_socket_free (self);
      return;
    }

  if (self->closing.data != NULL)
    return;

  signalr_loop_linger (self->loop, &self->closing, self);
  self->goodbye.func = signalr_web_socket_goodbye_cb;
  signalr_heartbeat_set (self->loop->heartbeat, &self->goodbye, now + GOODBYE_TIMEOUT);

  signalr_stream_set_reading (self->stream, TRUE);
  if (self->deaf)
    signalr_stream_finish (self->stream);
}

/* The client has five seconds to answer; then it is cut off. What was sent before
 * goes first.
 */
static void
signalr_web_socket_close (SignalrCarrier *carrier,
                          guint           code,
                          const char     *reason)
{
  SignalrWebSocket *self = (SignalrWebSocket *) carrier;

  if (!self->over)
    signalr_web_socket_say_goodbye (self, code, reason);

  signalr_web_socket_linger (self);
}

/* Tells the owner that it is over; whatever it does, the rest of the input is
 * not for it.
 */
static void
signalr_web_socket_tell_closed (SignalrWebSocket *self,
                                gboolean          goodbye,
                                const GError     *error)
{
  const SignalrCarrierFuncs *funcs = g_steal_pointer (&self->funcs);

  if (funcs != NULL)
    funcs->closed (self->owner, goodbye, error);
}

/* The client broke the rules of WebSockets. */
static void
signalr_web_socket_fail (SignalrWebSocket *self,
                         guint             code,
                         const char       *why)
{
  g_autoptr (GError) error = NULL;

  error = g_error_new (SIGNALR_ERROR,
                       code == WSLAY_CODE_MESSAGE_TOO_BIG ? SIGNALR_ERROR_TOO_LARGE : SIGNALR_ERROR_PROTOCOL,
                       "%s", why);
  self->failed = TRUE;
  signalr_web_socket_say_goodbye (self, code, why);
  signalr_web_socket_tell_closed (self, FALSE, error);
}

/* What a client says that has broken the rules does not matter any more. */
static void
signalr_web_socket_heard_late_goodbye (SignalrWebSocket *self)
{
  self->deaf = TRUE;
  if (self->closing.data != NULL)
    signalr_stream_finish (self->stream);
}

static void
signalr_web_socket_heard_goodbye (SignalrWebSocket *self,
                                  const guint8     *data,
                                  gsize             length)
{
  SignalrUtf8 utf8 = { 0 };
  guint code = length >= 2 ? (guint) data[0] << 8 | data[1] : 0;
  gboolean known = length == 0 ||
                   (code >= 1000 && code <= 1014 && (code < 1004 || code > 1006)) ||
                   (code >= 3000 && code <= 4999);

  self->deaf = TRUE;
  if (!known)
    {
      signalr_web_socket_fail (self, WSLAY_CODE_PROTOCOL_ERROR, "No such close code");
      return;
    }

  if (length > 2 && (!signalr_utf8_scan (&utf8, data + 2, length - 2) || !signalr_utf8_whole (&utf8)))
    {
      signalr_web_socket_fail (self, WSLAY_CODE_INVALID_FRAME_PAYLOAD_DATA, "The reason is not UTF-8");
      return;
    }

  /* Whatever its code, the answer is an ordinary one, as of the official servers. */
  signalr_web_socket_say_goodbye (self, WSLAY_CODE_NORMAL_CLOSURE, NULL);
  if (self->closing.data != NULL)
    signalr_stream_finish (self->stream);
  else
    signalr_web_socket_tell_closed (self, TRUE, NULL);
}

static void
signalr_web_socket_handle_control (SignalrWebSocket              *self,
                                   const struct wslay_frame_iocb *frame,
                                   gboolean                       complete)
{
  g_autoptr (GByteArray) payload = NULL;

  if (self->control == NULL)
    self->control = g_byte_array_new ();
  g_byte_array_append (self->control, frame->data, frame->data_length);

  if (!complete)
    return;

  payload = g_steal_pointer (&self->control);

  switch (frame->opcode)
    {
    case WSLAY_CONNECTION_CLOSE:
      signalr_web_socket_heard_goodbye (self, payload->data, payload->len);
      break;

    case WSLAY_PING:
      if (!self->said_goodbye)
        signalr_web_socket_send_frame (self, WSLAY_PONG, payload->data, payload->len);
      break;

    case WSLAY_PONG:
      break;

    default:
      signalr_web_socket_fail (self, WSLAY_CODE_PROTOCOL_ERROR, "No such kind of frame");
    }
}

static void
signalr_web_socket_begin_data (SignalrWebSocket              *self,
                               const struct wslay_frame_iocb *frame)
{
  gboolean continuation = frame->opcode == WSLAY_CONTINUATION_FRAME;

  if (frame->opcode > WSLAY_BINARY_FRAME)
    {
      signalr_web_socket_fail (self, WSLAY_CODE_PROTOCOL_ERROR, "No such kind of frame");
      return;
    }

  if (continuation != self->in_message)
    {
      signalr_web_socket_fail (self, WSLAY_CODE_PROTOCOL_ERROR, "A message inside another");
      return;
    }

  if (!continuation)
    {
      self->in_message = TRUE;
      self->binary = frame->opcode == WSLAY_BINARY_FRAME;
      self->message_size = 0;
    }

  if (self->max_message != 0 &&
      frame->payload_length > self->max_message - self->message_size)
    {
      signalr_web_socket_fail (self, WSLAY_CODE_MESSAGE_TOO_BIG, "The message is too large");
      return;
    }

  self->message_size += frame->payload_length;
}

static void
signalr_web_socket_handle_data (SignalrWebSocket              *self,
                                const struct wslay_frame_iocb *frame,
                                gboolean                       complete)
{
  gboolean last = complete && frame->fin;
  gboolean text;

  if (self->frame_got == frame->data_length)
    signalr_web_socket_begin_data (self, frame);
  if (self->failed)
    return;

  text = !self->binary;
  if (text &&
      (!signalr_utf8_scan (&self->utf8, frame->data, frame->data_length) ||
       (last && !signalr_utf8_whole (&self->utf8))))
    {
      signalr_web_socket_fail (self, WSLAY_CODE_INVALID_FRAME_PAYLOAD_DATA, "The text is not UTF-8");
      return;
    }

  if (last)
    self->in_message = FALSE;

  if (self->funcs == NULL)
    return;

  if (self->max_message == 0 || (last && self->message == NULL))
    {
      self->funcs->received (self->owner, self->binary, frame->data, frame->data_length);
    }
  else
    {
      if (self->message == NULL)
        self->message = g_byte_array_new ();
      g_byte_array_append (self->message, frame->data, frame->data_length);

      if (last)
        {
          g_autoptr (GByteArray) message = g_steal_pointer (&self->message);

          self->funcs->received (self->owner, self->binary, message->data, message->len);
        }
    }
}

static gsize
size_on_wire (guint64 payload_length)
{
  gsize extended = payload_length < 126 ? 0 : payload_length < 65536 ? 2 : 8;

  return 2 + extended + MASK_SIZE + payload_length;
}

/* A frame comes in as many pieces as it likes. */
static void
signalr_web_socket_handle_frame (SignalrWebSocket              *self,
                                 const struct wslay_frame_iocb *frame)
{
  gboolean complete;

  self->frame_got += frame->data_length;
  complete = self->frame_got == frame->payload_length;

  if (!self->failed && (!frame->mask || frame->rsv != 0))
    signalr_web_socket_fail (self, WSLAY_CODE_PROTOCOL_ERROR, "A frame without a mask, or with unknown bits");

  if (self->failed)
    {
      if (complete && frame->opcode == WSLAY_CONNECTION_CLOSE && !self->over)
        signalr_web_socket_heard_late_goodbye (self);
    }
  else if (wslay_is_ctrl_frame (frame->opcode))
    {
      signalr_web_socket_handle_control (self, frame, complete);
    }
  else
    {
      signalr_web_socket_handle_data (self, frame, complete);
    }

  if (complete)
    {
      self->used += size_on_wire (frame->payload_length);
      self->frame_got = 0;
    }
}

static ssize_t
feed_cb (uint8_t *buffer,
         size_t   size,
         int      flags,
         void    *user_data)
{
  SignalrWebSocket *self = user_data;
  gsize n = MIN (size, self->input_length);

  if (n == 0)
    return -1;

  memcpy (buffer, self->input, n);
  self->input += n;
  self->input_length -= n;
  self->fed += n;

  return n;
}

/* Returns whether there may be more. */
static gboolean
signalr_web_socket_read_frame (SignalrWebSocket *self)
{
  const struct wslay_frame_callbacks callbacks = { .recv_callback = feed_cb };
  struct wslay_frame_iocb frame = { 0 };
  ssize_t n;

  if (self->framing == NULL)
    {
      if (self->input_length == 0)
        return FALSE;
      if (wslay_frame_context_init (&self->framing, &callbacks, self) != 0)
        g_error ("No memory for a frame");
    }

  n = wslay_frame_recv (self->framing, &frame);
  if (n == WSLAY_ERR_WANT_READ)
    return self->input_length > 0;
  if (n < 0)
    {
      /* Where the next one begins nobody knows. */
      self->deaf = TRUE;
      if (self->failed)
        signalr_web_socket_heard_late_goodbye (self);
      else
        signalr_web_socket_fail (self, WSLAY_CODE_PROTOCOL_ERROR, "Not a frame");
      return FALSE;
    }

  signalr_web_socket_handle_frame (self, &frame);

  /* Between frames nothing is kept: most sockets are idle most of the time. */
  if (self->used == self->fed && !self->failed)
    signalr_web_socket_end_framing (self);

  return !self->over && !self->deaf;
}

static void
signalr_web_socket_received (gpointer      owner,
                             const guint8 *data,
                             gsize         length)
{
  SignalrWebSocket *self = g_rc_box_acquire (owner);

  self->input = data;
  self->input_length = length;
  while (!self->over && !self->deaf && signalr_web_socket_read_frame (self))
    ;
  self->input_length = 0;

  signalr_web_socket_unref (self);
}

static void
signalr_web_socket_ended (gpointer      owner,
                          const GError *error)
{
  SignalrWebSocket *self = owner;

  self->over = TRUE;
  if (self->closing.data != NULL)
    signalr_web_socket_free (self);
  else
    signalr_web_socket_tell_closed (self, FALSE, error);
}

static void
signalr_web_socket_overflow (gpointer owner)
{
  SignalrWebSocket *self = owner;

  if (self->funcs != NULL)
    self->funcs->overflow (self->owner);
  else
    signalr_web_socket_free (self);
}

static void
signalr_web_socket_drained (gpointer owner)
{
  SignalrWebSocket *self = owner;

  if (self->funcs != NULL && self->funcs->drained != NULL)
    self->funcs->drained (self->owner);
}

static const SignalrStreamFuncs signalr_web_socket_stream_funcs = {
  .received = signalr_web_socket_received,
  .ended = signalr_web_socket_ended,
  .overflow = signalr_web_socket_overflow,
  .drained = signalr_web_socket_drained,
};

static void
signalr_web_socket_write (SignalrCarrier *carrier,
                          gboolean        binary,
                          const void     *data,
                          gsize           length)
{
  SignalrWebSocket *self = (SignalrWebSocket *) carrier;

  if (!self->over && !self->said_goodbye)
    signalr_web_socket_send_frame (self, binary ? WSLAY_BINARY_FRAME : WSLAY_TEXT_FRAME, data, length);
}

static void
signalr_web_socket_send (SignalrCarrier *carrier,
                         GBytes         *form)
{
  SignalrWebSocket *self = (SignalrWebSocket *) carrier;

  if (!self->over && !self->said_goodbye)
    signalr_stream_send (self->stream, form);
}

static void
signalr_web_socket_set_reading (SignalrCarrier *carrier,
                                gboolean        reading)
{
  SignalrWebSocket *self = (SignalrWebSocket *) carrier;

  if (!self->over)
    signalr_stream_set_reading (self->stream, reading);
}

static gsize
signalr_web_socket_get_unsent (SignalrCarrier *carrier)
{
  SignalrWebSocket *self = (SignalrWebSocket *) carrier;

  return self->over ? 0 : signalr_stream_get_unsent (self->stream);
}

static void
signalr_web_socket_clear_unsent (SignalrCarrier *carrier)
{
  SignalrWebSocket *self = (SignalrWebSocket *) carrier;

  if (!self->over)
    signalr_stream_clear_unsent (self->stream);
}

static void
signalr_web_socket_free_carrier (SignalrCarrier *carrier)
{
  signalr_web_socket_free ((SignalrWebSocket *) carrier);
}

static const SignalrCarrierClass signalr_web_socket_class = {
  .transport = SIGNALR_TRANSPORT_WEB_SOCKETS,
  .forms = { SIGNALR_FORM_FRAME_JSON, SIGNALR_FORM_FRAME_MESSAGEPACK },
  .write = signalr_web_socket_write,
  .send = signalr_web_socket_send,
  .close = signalr_web_socket_close,
  .free = signalr_web_socket_free_carrier,
  .set_reading = signalr_web_socket_set_reading,
  .get_unsent = signalr_web_socket_get_unsent,
  .clear_unsent = signalr_web_socket_clear_unsent,
};

SignalrCarrier *
signalr_web_socket_new (SignalrLoop               *loop,
                        SignalrStream             *stream,
                        gsize                      max_message,
                        const SignalrCarrierFuncs *funcs,
                        gpointer                   owner)
{
  SignalrWebSocket *self = g_rc_box_new0 (SignalrWebSocket);

  self->carrier.klass = &signalr_web_socket_class;
  self->loop = signalr_loop_ref (loop);
  self->stream = stream;
  self->max_message = max_message;
  self->funcs = funcs;
  self->owner = owner;
  signalr_stream_set_owner (stream, &signalr_web_socket_stream_funcs, self);

  return &self->carrier;
}
