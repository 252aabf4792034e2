/* stream-carrier.c: an answer that never ends: an event stream, or a forever frame
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "carrier-private.h"

#include "http-private.h"
#include "socket-watch-private.h"
#include "stream-parser-private.h"

#define BLOCK_SIZE 16384

#define SIGNALR_TYPE_STREAM_CARRIER (signalr_stream_carrier_get_type ())
G_DECLARE_FINAL_TYPE (SignalrStreamCarrier, signalr_stream_carrier,
                      SIGNALR, STREAM_CARRIER, SignalrCarrier)

struct _SignalrStreamCarrier {
  SignalrCarrier       parent_instance;

  GCancellable        *cancellable;
  SoupMessage         *message;
  GSocket             *socket;       /* under it, where it is known */
  SignalrStreamParser *parser;
};

G_DEFINE_FINAL_TYPE (SignalrStreamCarrier, signalr_stream_carrier, SIGNALR_TYPE_CARRIER)

static void read_on (SignalrStreamCarrier *self,
                     GInputStream         *stream);

static void
let_go (SignalrStreamCarrier *self)
{
  g_cancellable_cancel (self->cancellable);
  if (self->message != NULL)
    g_signal_handlers_disconnect_by_data (self->message, self);
  g_clear_object (&self->message);
  g_clear_object (&self->socket);
}

static void
tell_closed (SignalrStreamCarrier *self,
             GError               *error)
{
  let_go (self);
  signalr_carrier_tell_closed (SIGNALR_CARRIER (self), error);
  g_error_free (error);
}

static void
tell_failed (SignalrStreamCarrier *self,
             GError               *error)
{
  tell_closed (self, signalr_http_explain (self->message, error));
}

static void
tell_ended (SignalrStreamCarrier *self)
{
  signalr_carrier_set_ended (SIGNALR_CARRIER (self));
  tell_closed (self, g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_CLOSED_BY_SERVER,
                                          "The server ended the stream"));
}

/* Whatever is told may make the owner drop the carrier: the rest is for nobody. */
static void
take_block (SignalrStreamCarrier *self,
            GBytes               *block,
            GInputStream         *stream)
{
  GQueue messages = G_QUEUE_INIT;
  GError *error = NULL;
  gboolean fits;
  GBytes *message;

  signalr_carrier_tell_active (SIGNALR_CARRIER (self), g_bytes_get_size (block));

  fits = signalr_stream_parser_push (self->parser, g_bytes_get_data (block, NULL),
                                     g_bytes_get_size (block), &messages, &error);
  while ((message = g_queue_pop_head (&messages)) != NULL)
    {
      signalr_carrier_tell_message (SIGNALR_CARRIER (self), message);
      g_bytes_unref (message);
    }

  if (!signalr_carrier_is_live (SIGNALR_CARRIER (self)))
    g_clear_error (&error);
  else if (fits)
    read_on (self, stream);
  else
    tell_closed (self, error);
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  GInputStream *stream = G_INPUT_STREAM (source);
  g_autoptr (SignalrStreamCarrier) self = user_data;
  g_autoptr (GBytes) block = NULL;
  GError *error = NULL;

  block = g_input_stream_read_bytes_finish (stream, result, &error);
  if (!signalr_carrier_is_live (SIGNALR_CARRIER (self)))
    g_clear_error (&error);
  else if (block == NULL)
    tell_failed (self, error);
  else if (g_bytes_get_size (block) == 0)
    tell_ended (self);
  else
    take_block (self, block, stream);
}

static void
read_on (SignalrStreamCarrier *self,
         GInputStream         *stream)
{
  g_input_stream_read_bytes_async (stream, BLOCK_SIZE, G_PRIORITY_DEFAULT, self->cancellable,
                                   read_cb, g_object_ref (self));
}

static void
send_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (SignalrStreamCarrier) self = user_data;
  g_autoptr (GInputStream) stream = NULL;
  GError *error = NULL;

  stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (!signalr_carrier_is_live (SIGNALR_CARRIER (self)))
    {
      g_clear_error (&error);
      return;
    }

  if (stream == NULL)
    {
      tell_failed (self, error);
      return;
    }

  error = signalr_http_check_status (self->message, NULL);
  if (error != NULL)
    {
      tell_closed (self, error);
      return;
    }

  signalr_carrier_tell_active (SIGNALR_CARRIER (self), 0);
  signalr_carrier_tell_opened (SIGNALR_CARRIER (self));
  if (signalr_carrier_is_live (SIGNALR_CARRIER (self)))
    read_on (self, stream);
}

static void
network_event_cb (SoupMessage          *message,
                  GSocketClientEvent    event,
                  GIOStream            *stream,
                  SignalrStreamCarrier *self)
{
  if (event == G_SOCKET_CLIENT_CONNECTED)
    g_set_object (&self->socket, signalr_socket_find (stream));
}

static void
signalr_stream_carrier_open (SignalrCarrier     *carrier,
                             SignalrRequestKind  kind)
{
  SignalrStreamCarrier *self = SIGNALR_STREAM_CARRIER (carrier);
  const SignalrCarrierSetup *setup = signalr_carrier_get_setup (carrier);
  SoupMessageHeaders *headers;
  GError *error = NULL;

  self->message = signalr_carrier_request (carrier, kind, NULL, &error);
  if (self->message == NULL)
    {
      signalr_carrier_post_closed (carrier, error);
      return;
    }

  /* A decoder would hold back what it waits for the rest of. */
  headers = soup_message_get_request_headers (self->message);
  soup_message_headers_replace (headers, "Accept-Encoding", "identity");
  if (setup->transport == SIGNALR_TRANSPORT_SERVER_SENT_EVENTS)
    soup_message_headers_replace (headers, "Accept", "text/event-stream");
  soup_message_headers_replace (headers, "Cache-Control", "no-cache");

  /* A connection of its own, whose socket is told of. */
  soup_message_add_flags (self->message, SOUP_MESSAGE_NEW_CONNECTION);
  g_signal_connect (self->message, "network-event", G_CALLBACK (network_event_cb), self);

  self->parser = signalr_stream_parser_new (setup->transport, setup->max_size);
  soup_session_send_async (setup->session, self->message, G_PRIORITY_DEFAULT, self->cancellable,
                           send_cb, g_object_ref (self));
}

static void
signalr_stream_carrier_close (SignalrCarrier *carrier)
{
  let_go (SIGNALR_STREAM_CARRIER (carrier));
  signalr_carrier_post_closed (carrier, NULL);
}

static void
signalr_stream_carrier_drop (SignalrCarrier *carrier)
{
  let_go (SIGNALR_STREAM_CARRIER (carrier));
}

static void
signalr_stream_carrier_probe (SignalrCarrier *carrier)
{
  SignalrStreamCarrier *self = SIGNALR_STREAM_CARRIER (carrier);

  if (self->socket != NULL)
    signalr_socket_probe (self->socket);
}

static void
signalr_stream_carrier_dispose (GObject *object)
{
  let_go (SIGNALR_STREAM_CARRIER (object));

  G_OBJECT_CLASS (signalr_stream_carrier_parent_class)->dispose (object);
}

static void
signalr_stream_carrier_finalize (GObject *object)
{
  SignalrStreamCarrier *self = SIGNALR_STREAM_CARRIER (object);

  g_object_unref (self->cancellable);
  g_clear_pointer (&self->parser, signalr_stream_parser_free);

  G_OBJECT_CLASS (signalr_stream_carrier_parent_class)->finalize (object);
}

static void
signalr_stream_carrier_class_init (SignalrStreamCarrierClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  SignalrCarrierClass *carrier_class = SIGNALR_CARRIER_CLASS (klass);

  object_class->dispose = signalr_stream_carrier_dispose;
  object_class->finalize = signalr_stream_carrier_finalize;
  carrier_class->open = signalr_stream_carrier_open;
  carrier_class->close = signalr_stream_carrier_close;
  carrier_class->drop = signalr_stream_carrier_drop;
  carrier_class->probe = signalr_stream_carrier_probe;
}

static void
signalr_stream_carrier_init (SignalrStreamCarrier *self)
{
  self->cancellable = g_cancellable_new ();
}
