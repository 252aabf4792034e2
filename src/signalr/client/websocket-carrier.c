/* websocket-carrier.c: one WebSocket for both directions
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "carrier-private.h"

#include "http-private.h"
#include "signalr-error-private.h"
#include "socket-watch-private.h"

/* Control frames, headers, and what already belongs to the next message. */
#define RECEIVE_ALLOWANCE 65536

#define SIGNALR_TYPE_WEBSOCKET_CARRIER (signalr_websocket_carrier_get_type ())
G_DECLARE_FINAL_TYPE (SignalrWebsocketCarrier, signalr_websocket_carrier,
                      SIGNALR, WEBSOCKET_CARRIER, SignalrCarrier)

struct _SignalrWebsocketCarrier {
  SignalrCarrier           parent_instance;

  GCancellable            *cancellable;
  char                    *shown;            /* the address, for errors */
  SoupWebsocketConnection *socket;
  SignalrSocketWatch      *watch;
  guint64                  received;         /* bytes */
  guint64                  received_before;  /* when the last message was whole */
  gboolean                 sending;          /* libsoup is being called */
  gboolean                 closing;          /* because the owner wants it */
  gboolean                 probing;
};

G_DEFINE_FINAL_TYPE (SignalrWebsocketCarrier, signalr_websocket_carrier, SIGNALR_TYPE_CARRIER)

static void
let_go (SignalrWebsocketCarrier *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_pointer (&self->watch, signalr_socket_watch_free);
  if (self->socket != NULL)
    g_signal_handlers_disconnect_by_data (self->socket, self);
  g_clear_object (&self->socket);
}

/* The loss is told first, and tidied up afterwards: libsoup closes by itself what
 * is closing, within 5 seconds.
 */
static void
tell_closed (SignalrWebsocketCarrier *self,
             gushort                  code,
             const GError            *error)
{
  g_autoptr (SoupWebsocketConnection) socket = NULL;

  if (self->socket != NULL)
    socket = g_object_ref (self->socket);
  let_go (self);

  if (socket != NULL && code != 0 &&
      soup_websocket_connection_get_state (socket) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (socket, code, NULL);
  if (socket != NULL &&
      soup_websocket_connection_get_state (socket) == SOUP_WEBSOCKET_STATE_CLOSING)
    g_signal_connect (g_object_ref (socket), "closed", G_CALLBACK (g_object_unref), NULL);

  /* To send may be how the loss is noticed: not inside the call of the owner. */
  if (self->sending)
    signalr_carrier_post_closed (SIGNALR_CARRIER (self),
                                 error != NULL ? g_error_copy (error) : NULL);
  else
    signalr_carrier_tell_closed (SIGNALR_CARRIER (self), error);
}

static void
tell_active (SignalrWebsocketCarrier *self,
             gsize                    n_bytes)
{
  if (self->probing)
    {
      self->probing = FALSE;
      soup_websocket_connection_set_keepalive_interval (self->socket, 0);
    }

  signalr_carrier_tell_active (SIGNALR_CARRIER (self), n_bytes);
}

static void
bytes_cb (guint64  received,
          gpointer user_data)
{
  SignalrWebsocketCarrier *self = user_data;
  g_autoptr (SignalrWebsocketCarrier) alive = g_object_ref (self);
  gsize max_size = signalr_carrier_get_setup (SIGNALR_CARRIER (self))->max_size;
  gsize n_bytes = received - self->received;

  self->received = received;
  if (received - self->received_before <= (guint64) max_size + RECEIVE_ALLOWANCE)
    {
      tell_active (self, n_bytes);
    }
  else
    {
      g_autoptr (GError) error = NULL;

      error = g_error_new (SIGNALR_ERROR, SIGNALR_ERROR_TOO_LARGE,
                           "The server sends a message of more than %" G_GSIZE_FORMAT " bytes",
                           max_size);
      tell_closed (self, SOUP_WEBSOCKET_CLOSE_TOO_BIG, error);
    }
}

static void
message_cb (SoupWebsocketConnection *socket,
            int                      type,
            GBytes                  *message,
            gpointer                 user_data)
{
  SignalrWebsocketCarrier *self = user_data;
  g_autoptr (SignalrWebsocketCarrier) alive = g_object_ref (self);

  self->received_before = self->received;
  if (self->watch == NULL)
    tell_active (self, g_bytes_get_size (message));
  signalr_carrier_tell_message (SIGNALR_CARRIER (self), message);
}

static void
error_cb (SoupWebsocketConnection *socket,
          GError                  *error,
          gpointer                 user_data)
{
  SignalrWebsocketCarrier *self = user_data;
  g_autoptr (GError) told = signalr_error_new_from (g_error_copy (error), self->shown);

  tell_closed (self, 0, told);
}

static GError *
error_from_close (SignalrWebsocketCarrier *self,
                  SoupWebsocketConnection *socket)
{
  gushort code = soup_websocket_connection_get_close_code (socket);
  const char *text = soup_websocket_connection_get_close_data (socket);

  if (code == SOUP_WEBSOCKET_CLOSE_NORMAL || code == SOUP_WEBSOCKET_CLOSE_GOING_AWAY)
    signalr_carrier_set_ended (SIGNALR_CARRIER (self));

  if (code == 0)
    return g_error_new (SIGNALR_ERROR, SIGNALR_ERROR_CLOSED_BY_SERVER,
                        "The connection to %s broke", self->shown);

  return g_error_new (SIGNALR_ERROR, SIGNALR_ERROR_CLOSED_BY_SERVER,
                      "The server closed the WebSocket (%u%s%s)", code,
                      text != NULL && *text != '\0' ? ": " : "", text != NULL ? text : "");
}

/* The server's close frame has come, or the connection is gone. */
static void
closing_cb (SoupWebsocketConnection *socket,
            gpointer                 user_data)
{
  SignalrWebsocketCarrier *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!self->closing)
    {
      error = error_from_close (self, socket);
      tell_closed (self, 0, error);
    }
  else if (soup_websocket_connection_get_state (socket) == SOUP_WEBSOCKET_STATE_CLOSED)
    {
      tell_closed (self, 0, NULL);
    }
}

static void
connect_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (SignalrWebsocketCarrier) self = user_data;
  g_autoptr (SoupWebsocketConnection) socket = NULL;
  g_autoptr (GError) error = NULL;
  const SignalrCarrierSetup *setup = signalr_carrier_get_setup (SIGNALR_CARRIER (self));
  SoupMessage *message;

  message = soup_session_get_async_result_message (SOUP_SESSION (source), result);
  socket = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);
  if (!signalr_carrier_is_live (SIGNALR_CARRIER (self)))
    return;

  if (socket == NULL)
    {
      GError *told = NULL;

      if (soup_message_get_status (message) != SOUP_STATUS_NONE &&
          soup_message_get_status (message) != SOUP_STATUS_SWITCHING_PROTOCOLS)
        told = signalr_http_check_status (message, NULL);
      if (told == NULL)
        told = signalr_error_new_from (g_steal_pointer (&error), self->shown);

      tell_closed (self, 0, told);
      g_error_free (told);
      return;
    }

  /* One frame of more than 128 KiB would end the connection otherwise. */
  soup_websocket_connection_set_max_incoming_payload_size (socket, setup->max_size);

  self->socket = g_steal_pointer (&socket);
  g_signal_connect (self->socket, "message", G_CALLBACK (message_cb), self);
  g_signal_connect (self->socket, "error", G_CALLBACK (error_cb), self);
  g_signal_connect (self->socket, "closing", G_CALLBACK (closing_cb), self);
  g_signal_connect (self->socket, "closed", G_CALLBACK (closing_cb), self);
  self->watch = signalr_socket_watch_new (soup_websocket_connection_get_io_stream (self->socket),
                                          setup->context, bytes_cb, self);

  signalr_carrier_tell_opened (SIGNALR_CARRIER (self));
}

static void
signalr_websocket_carrier_open (SignalrCarrier     *carrier,
                                SignalrRequestKind  kind)
{
  SignalrWebsocketCarrier *self = SIGNALR_WEBSOCKET_CARRIER (carrier);
  g_autoptr (SoupMessage) message = NULL;
  g_autofree char *url = NULL;
  GError *error = NULL;

  message = signalr_carrier_request (carrier, kind, NULL, &error);
  if (message == NULL)
    {
      signalr_carrier_post_closed (carrier, error);
      return;
    }

  url = g_uri_to_string (soup_message_get_uri (message));
  g_free (self->shown);
  self->shown = signalr_url_to_display (url);

  soup_session_websocket_connect_async (signalr_carrier_get_setup (carrier)->session, message,
                                        NULL, NULL, G_PRIORITY_DEFAULT, self->cancellable,
                                        connect_cb, g_object_ref (self));
}

static void
signalr_websocket_carrier_send (SignalrCarrier *carrier,
                                GBytes         *message)
{
  SignalrWebsocketCarrier *self = SIGNALR_WEBSOCKET_CARRIER (carrier);
  gboolean binary = signalr_carrier_get_setup (carrier)->binary;

  if (self->socket == NULL ||
      soup_websocket_connection_get_state (self->socket) != SOUP_WEBSOCKET_STATE_OPEN)
    return;

  self->sending = TRUE;
  soup_websocket_connection_send_message (self->socket,
                                          binary ? SOUP_WEBSOCKET_DATA_BINARY
                                                 : SOUP_WEBSOCKET_DATA_TEXT,
                                          message);
  self->sending = FALSE;
  if (self->watch != NULL)
    signalr_socket_watch_handed (self->watch, g_bytes_get_size (message));
}

static void
signalr_websocket_carrier_close (SignalrCarrier *carrier)
{
  SignalrWebsocketCarrier *self = SIGNALR_WEBSOCKET_CARRIER (carrier);

  self->closing = TRUE;
  if (self->socket == NULL)
    {
      g_cancellable_cancel (self->cancellable);
      signalr_carrier_post_closed (carrier, NULL);
    }
  else if (soup_websocket_connection_get_state (self->socket) == SOUP_WEBSOCKET_STATE_OPEN)
    {
      self->sending = TRUE;
      soup_websocket_connection_close (self->socket, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
      self->sending = FALSE;
    }
}

static void
signalr_websocket_carrier_drop (SignalrCarrier *carrier)
{
  SignalrWebsocketCarrier *self = SIGNALR_WEBSOCKET_CARRIER (carrier);

  /* Disposing of an open WebSocket would send a close frame. */
  if (self->watch != NULL)
    signalr_socket_watch_shut_down (self->watch);
  let_go (self);
}

/* libsoup 3.2 sends pings only by its own clock, once a second at the most; the
 * first sign of life stops them.
 */
static void
signalr_websocket_carrier_probe (SignalrCarrier *carrier)
{
  SignalrWebsocketCarrier *self = SIGNALR_WEBSOCKET_CARRIER (carrier);

  if (self->socket == NULL)
    return;

  self->probing = TRUE;
  soup_websocket_connection_set_keepalive_interval (self->socket, 1);
}

static gsize
signalr_websocket_carrier_get_unsent (SignalrCarrier *carrier,
                                      guint          *n_messages)
{
  SignalrWebsocketCarrier *self = SIGNALR_WEBSOCKET_CARRIER (carrier);

  if (self->watch != NULL)
    return signalr_socket_watch_unsent (self->watch, n_messages);

  *n_messages = 0;

  return 0;
}

static void
signalr_websocket_carrier_dispose (GObject *object)
{
  SignalrWebsocketCarrier *self = SIGNALR_WEBSOCKET_CARRIER (object);

  let_go (self);

  G_OBJECT_CLASS (signalr_websocket_carrier_parent_class)->dispose (object);
}

static void
signalr_websocket_carrier_finalize (GObject *object)
{
  SignalrWebsocketCarrier *self = SIGNALR_WEBSOCKET_CARRIER (object);

  g_object_unref (self->cancellable);
  g_free (self->shown);

  G_OBJECT_CLASS (signalr_websocket_carrier_parent_class)->finalize (object);
}

static void
signalr_websocket_carrier_class_init (SignalrWebsocketCarrierClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  SignalrCarrierClass *carrier_class = SIGNALR_CARRIER_CLASS (klass);

  object_class->dispose = signalr_websocket_carrier_dispose;
  object_class->finalize = signalr_websocket_carrier_finalize;
  carrier_class->open = signalr_websocket_carrier_open;
  carrier_class->send = signalr_websocket_carrier_send;
  carrier_class->close = signalr_websocket_carrier_close;
  carrier_class->drop = signalr_websocket_carrier_drop;
  carrier_class->probe = signalr_websocket_carrier_probe;
  carrier_class->get_unsent = signalr_websocket_carrier_get_unsent;
}

static void
signalr_websocket_carrier_init (SignalrWebsocketCarrier *self)
{
  self->cancellable = g_cancellable_new ();
}
