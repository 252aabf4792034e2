/* poll-carrier.c: requests that wait for their answer, one after the other
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "carrier-private.h"

#include "http-private.h"
#include "socket-watch-private.h"

#define BLOCK_SIZE 16384

/* After an answer that was empty, and came at once. */
#define PAUSE      (1 * G_USEC_PER_SEC)
#define AT_ONCE    (G_USEC_PER_SEC / 10)

#define SIGNALR_TYPE_POLL_CARRIER (signalr_poll_carrier_get_type ())
G_DECLARE_FINAL_TYPE (SignalrPollCarrier, signalr_poll_carrier,
                      SIGNALR, POLL_CARRIER, SignalrCarrier)

struct _SignalrPollCarrier {
  SignalrCarrier  parent_instance;

  GCancellable   *cancellable;
  SoupMessage    *message;    /* the poll that is under way */
  GSocket        *socket;     /* under it, where it is known */
  GByteArray     *body;       /* of its answer */
  gint64          began;
  GSource        *pause;      /* between two polls */
  gboolean        opened;
  gboolean        renewed;    /* the token, for this poll */
};

G_DEFINE_FINAL_TYPE (SignalrPollCarrier, signalr_poll_carrier, SIGNALR_TYPE_CARRIER)

static void poll    (SignalrPollCarrier *self,
                     SignalrRequestKind  kind);
static void read_on (SignalrPollCarrier *self,
                     GInputStream       *stream);

static void
forget_message (SignalrPollCarrier *self)
{
  if (self->message != NULL)
    g_signal_handlers_disconnect_by_data (self->message, self);
  g_clear_object (&self->message);
  g_clear_object (&self->socket);
}

static void
let_go (SignalrPollCarrier *self)
{
  g_cancellable_cancel (self->cancellable);
  forget_message (self);
  if (self->pause != NULL)
    g_source_destroy (self->pause);
  g_clear_pointer (&self->pause, g_source_unref);
}

static void
tell_closed (SignalrPollCarrier *self,
             GError             *error)
{
  let_go (self);
  signalr_carrier_tell_closed (SIGNALR_CARRIER (self), error);
  g_error_free (error);
}

static gboolean
pause_cb (gpointer user_data)
{
  SignalrPollCarrier *self = user_data;

  g_clear_pointer (&self->pause, g_source_unref);
  poll (self, SIGNALR_REQUEST_POLL);

  return G_SOURCE_REMOVE;
}

static void
poll_again (SignalrPollCarrier *self,
            gint64              delay)
{
  if (delay == 0)
    {
      poll (self, SIGNALR_REQUEST_POLL);
      return;
    }

  self->pause = g_timeout_source_new (delay / 1000);
  g_source_set_static_name (self->pause, "[signalr] pause between polls");
  g_source_set_callback (self->pause, pause_cb, self, NULL);
  g_source_attach (self->pause, signalr_carrier_get_setup (SIGNALR_CARRIER (self))->context);
}

/* libsoup takes the end of the connection between two chunks for the end of the
 * answer; but what is sent in chunks always says something.
 */
static gboolean
is_chunked (SoupMessage *message)
{
  return soup_message_headers_get_encoding (soup_message_get_response_headers (message)) ==
         SOUP_ENCODING_CHUNKED;
}

static void
take_answer (SignalrPollCarrier *self)
{
  const SignalrCarrierSetup *setup = signalr_carrier_get_setup (SIGNALR_CARRIER (self));
  g_autoptr (GBytes) body = g_byte_array_free_to_bytes (self->body);
  gboolean is_empty = g_bytes_get_size (body) == 0;
  gboolean at_once = g_get_monotonic_time () - self->began < AT_ONCE;
  gint64 delay;

  self->body = g_byte_array_new ();
  if (is_empty && is_chunked (self->message))
    {
      tell_closed (self, g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_CLOSED_BY_SERVER,
                                              "A poll broke off before it was answered"));
      return;
    }

  if (!is_empty)
    signalr_carrier_tell_message (SIGNALR_CARRIER (self), body);
  if (!signalr_carrier_is_live (SIGNALR_CARRIER (self)))
    return;

  /* What the server wants; and never a loop that keeps both ends busy. */
  delay = setup->events->poll_delay (setup->user_data);
  if (is_empty && at_once && self->opened)
    delay = MAX (delay, PAUSE);
  self->opened = TRUE;
  poll_again (self, delay);
}

static gboolean
is_white (const char *text,
          gsize       length)
{
  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isspace (text[i]))
        return FALSE;
    }

  return TRUE;
}

/* White space before the answer is a server's sign of life. */
static void
take_block (SignalrPollCarrier *self,
            GBytes             *block,
            GInputStream       *stream)
{
  const SignalrCarrierSetup *setup = signalr_carrier_get_setup (SIGNALR_CARRIER (self));
  gsize length;
  const char *text = g_bytes_get_data (block, &length);

  if (self->body->len == 0 && is_white (text, length))
    setup->events->beat (setup->user_data);
  else
    g_byte_array_append (self->body, (const guint8 *) text, length);

  if (self->body->len > setup->max_size)
    {
      tell_closed (self, g_error_new (SIGNALR_ERROR, SIGNALR_ERROR_TOO_LARGE,
                                      "The server sends a message of more than %" G_GSIZE_FORMAT
                                      " bytes", setup->max_size));
      return;
    }

  signalr_carrier_tell_active (SIGNALR_CARRIER (self), length);
  if (signalr_carrier_is_live (SIGNALR_CARRIER (self)))
    read_on (self, stream);
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  GInputStream *stream = G_INPUT_STREAM (source);
  g_autoptr (SignalrPollCarrier) self = user_data;
  g_autoptr (GBytes) block = NULL;
  GError *error = NULL;

  block = g_input_stream_read_bytes_finish (stream, result, &error);
  if (!signalr_carrier_is_live (SIGNALR_CARRIER (self)))
    g_clear_error (&error);
  else if (block == NULL)
    tell_closed (self, signalr_http_explain (self->message, error));
  else if (g_bytes_get_size (block) == 0)
    take_answer (self);
  else
    take_block (self, block, stream);
}

static void
read_on (SignalrPollCarrier *self,
         GInputStream       *stream)
{
  g_input_stream_read_bytes_async (stream, BLOCK_SIZE, G_PRIORITY_DEFAULT, self->cancellable,
                                   read_cb, g_object_ref (self));
}

static void
send_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (SignalrPollCarrier) self = user_data;
  const SignalrCarrierSetup *setup = signalr_carrier_get_setup (SIGNALR_CARRIER (self));
  g_autoptr (GInputStream) stream = NULL;
  GError *error = NULL;

  stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (!signalr_carrier_is_live (SIGNALR_CARRIER (self)))
    {
      g_clear_error (&error);
      return;
    }

  if (stream == NULL)
    error = signalr_http_explain (self->message, error);
  else if (soup_message_get_status (self->message) == SOUP_STATUS_NO_CONTENT)
    error = g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_CLOSED_BY_SERVER,
                                 "The server ended the poll");
  else
    error = signalr_http_check_status (self->message, NULL);

  /* A session would be lost for a token that has run out. */
  if (g_error_matches (error, SIGNALR_ERROR, SIGNALR_ERROR_UNAUTHORIZED) && self->opened &&
      !self->renewed && setup->events->renew (setup->user_data))
    {
      self->renewed = TRUE;
      g_error_free (error);
      return;
    }

  if (error != NULL)
    {
      tell_closed (self, error);
      return;
    }

  self->renewed = FALSE;

  signalr_carrier_tell_active (SIGNALR_CARRIER (self), 0);
  if (!self->opened)
    signalr_carrier_tell_opened (SIGNALR_CARRIER (self));
  if (signalr_carrier_is_live (SIGNALR_CARRIER (self)))
    read_on (self, stream);
}

static void
network_event_cb (SoupMessage        *message,
                  GSocketClientEvent  event,
                  GIOStream          *stream,
                  SignalrPollCarrier *self)
{
  if (event == G_SOCKET_CLIENT_CONNECTED)
    g_set_object (&self->socket, signalr_socket_find (stream));
}

static void
poll (SignalrPollCarrier *self,
      SignalrRequestKind  kind)
{
  SignalrCarrier *carrier = SIGNALR_CARRIER (self);
  GError *error = NULL;

  forget_message (self);
  self->message = signalr_carrier_request (carrier, kind, NULL, &error);
  if (self->message == NULL)
    {
      signalr_carrier_post_closed (carrier, error);
      return;
    }

  /* On a connection that was used before, libsoup would ask again by itself where
   * it breaks, and what the server had answered would be lost unnoticed.
   */
  soup_message_add_flags (self->message, SOUP_MESSAGE_NEW_CONNECTION);
  g_signal_connect (self->message, "network-event", G_CALLBACK (network_event_cb), self);

  /* An answer that a decoder holds back is late. */
  soup_message_headers_replace (soup_message_get_request_headers (self->message),
                                "Accept-Encoding", "identity");
  self->began = g_get_monotonic_time ();
  soup_session_send_async (signalr_carrier_get_setup (carrier)->session, self->message,
                           G_PRIORITY_DEFAULT, self->cancellable, send_cb, g_object_ref (self));
}

static void
signalr_poll_carrier_open (SignalrCarrier     *carrier,
                           SignalrRequestKind  kind)
{
  poll (SIGNALR_POLL_CARRIER (carrier), kind);
}

static void
signalr_poll_carrier_go_on (SignalrCarrier *carrier)
{
  poll (SIGNALR_POLL_CARRIER (carrier), SIGNALR_REQUEST_POLL);
}

static void
signalr_poll_carrier_close (SignalrCarrier *carrier)
{
  let_go (SIGNALR_POLL_CARRIER (carrier));
  signalr_carrier_post_closed (carrier, NULL);
}

static void
signalr_poll_carrier_drop (SignalrCarrier *carrier)
{
  let_go (SIGNALR_POLL_CARRIER (carrier));
}

/* The request that the line sends tells whether the server is there; whether it
 * can still answer this poll, its socket.
 */
static void
signalr_poll_carrier_probe (SignalrCarrier *carrier)
{
  SignalrPollCarrier *self = SIGNALR_POLL_CARRIER (carrier);

  if (self->socket != NULL)
    signalr_socket_probe (self->socket);
}

static void
signalr_poll_carrier_dispose (GObject *object)
{
  let_go (SIGNALR_POLL_CARRIER (object));

  G_OBJECT_CLASS (signalr_poll_carrier_parent_class)->dispose (object);
}

static void
signalr_poll_carrier_finalize (GObject *object)
{
  SignalrPollCarrier *self = SIGNALR_POLL_CARRIER (object);

  g_object_unref (self->cancellable);
  g_byte_array_unref (self->body);

  G_OBJECT_CLASS (signalr_poll_carrier_parent_class)->finalize (object);
}

static void
signalr_poll_carrier_class_init (SignalrPollCarrierClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  SignalrCarrierClass *carrier_class = SIGNALR_CARRIER_CLASS (klass);

  object_class->dispose = signalr_poll_carrier_dispose;
  object_class->finalize = signalr_poll_carrier_finalize;
  carrier_class->open = signalr_poll_carrier_open;
  carrier_class->go_on = signalr_poll_carrier_go_on;
  carrier_class->close = signalr_poll_carrier_close;
  carrier_class->drop = signalr_poll_carrier_drop;
  carrier_class->probe = signalr_poll_carrier_probe;
}

static void
signalr_poll_carrier_init (SignalrPollCarrier *self)
{
  self->cancellable = g_cancellable_new ();
  self->body = g_byte_array_new ();
}
