/* aspnetcore-connection.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aspnetcore-connection-private.h"

#include "signalr-endpoint-private.h"
#include "signalr-hub-private.h"
#include "web-socket-private.h"

#define CLOSED_WITH_ERROR "Connection closed with an error."
#define NO_BINARY "Cannot use the 'messagepack' protocol on the current transport. " \
                  "The transport does not support 'Binary' transfer format."
/* Of the hub protocol: the first that knows acknowledgements. */
#define RESUMABLE_VERSION 2

static void
signalr_aspnetcore_connection_write (SignalrAspnetcoreConnection *self,
                                     const void                  *data,
                                     gsize                        length)
{
  if (self->carrier == NULL)
    return;

  signalr_carrier_write (self->carrier, self->encoding == SIGNALR_ENCODING_MESSAGEPACK, data, length);
  signalr_server_beat_written (&self->base.beat, signalr_server_connection_now (&self->base));
}

static void
signalr_aspnetcore_connection_send_bytes (SignalrAspnetcoreConnection *self,
                                          GBytes                      *bytes)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);

  signalr_aspnetcore_connection_write (self, data, size);
}

static void
signalr_aspnetcore_connection_keep (SignalrAspnetcoreConnection *self,
                                    const GString               *text,
                                    const char                  *stream_id)
{
  g_autoptr (GBytes) frame = NULL;

  frame = signalr_web_socket_frame (self->encoding == SIGNALR_ENCODING_MESSAGEPACK, text->str, text->len);
  signalr_aspnetcore_stateful_send (self, frame, stream_id);
}

/* Whoever waits for it would wait for ever. */
static void
signalr_aspnetcore_connection_give_up (SignalrAspnetcoreConnection *self,
                                       const GError                *error)
{
  g_autofree char *text = NULL;

  g_info ("A result cannot be written: %s", error->message);
  text = signalr_aspnetcore_describe (CLOSED_WITH_ERROR, error, signalr_aspnetcore_connection_detailed (self));
  signalr_server_connection_dismiss (&self->base, text);
}

void
signalr_aspnetcore_connection_send (SignalrAspnetcoreConnection *self,
                                    const SignalrRecord         *record)
{
  g_autoptr (GError) error = NULL;
  GString *text = signalr_host_get_scratch (self->base.host);

  if (!signalr_record_write (record, self->encoding, text, &error))
    signalr_aspnetcore_connection_give_up (self, error);
  else if (self->stateful != NULL && record->type < SIGNALR_RECORD_PING)
    signalr_aspnetcore_connection_keep (self, text,
                                        record->type == SIGNALR_RECORD_STREAM_ITEM ? record->invocation_id : NULL);
  else
    signalr_aspnetcore_connection_write (self, text->str, text->len);
}

gboolean
signalr_aspnetcore_connection_detailed (SignalrAspnetcoreConnection *self)
{
  gboolean detailed;

  g_object_get (self->options, "detailed-errors", &detailed, NULL);

  return detailed;
}

/* The last record, before the transport closes. */
void
signalr_aspnetcore_connection_say_close (SignalrAspnetcoreConnection *self,
                                         const char                  *error,
                                         gboolean                     allow_reconnect)
{
  SignalrRecord record = {
    .type = SIGNALR_RECORD_CLOSE,
    .error = (char *) error,
    .allow_reconnect = allow_reconnect,
  };

  if (self->ready && !self->said_close && self->endpoint == NULL)
    signalr_aspnetcore_connection_send (self, &record);

  self->said_close = TRUE;
}

/*< private >
 * signalr_aspnetcore_connection_broke:
 * @error: (transfer full): what the client did wrong, or did not do
 *
 * Ends the connection; the client may come back with another.
 */
void
signalr_aspnetcore_connection_broke (SignalrAspnetcoreConnection *self,
                                     GError                      *error)
{
  g_autofree char *text = NULL;

  text = signalr_aspnetcore_describe (CLOSED_WITH_ERROR, error, signalr_aspnetcore_connection_detailed (self));
  signalr_aspnetcore_connection_say_close (self, text, TRUE);
  signalr_server_connection_fail (&self->base, error);
}

static void
signalr_aspnetcore_connection_refuse_handshake (SignalrAspnetcoreConnection *self,
                                                const char                  *text)
{
  g_autoptr (GBytes) response = signalr_handshake_response_encode (text);

  self->said_close = TRUE;
  signalr_aspnetcore_connection_send_bytes (self, response);
  signalr_server_connection_handle (&self->base, SIGNALR_SERVER_LIFETIME_CLOSE);
}

static void
signalr_aspnetcore_connection_subscribe (SignalrAspnetcoreConnection *self)
{
  const char *user = signalr_caller_get_user (self->base.caller);

  signalr_host_subscribe (self->base.host, self->hub, SIGNALR_AUDIENCE_ALL, NULL, &self->base);
  if (user != NULL)
    signalr_host_subscribe (self->base.host, self->hub, SIGNALR_AUDIENCE_USER, user, &self->base);
}

static void
signalr_aspnetcore_connection_settled_cb (gpointer      user_data,
                                          const GError *error)
{
  SignalrAspnetcoreConnection *self = user_data;

  self->settling = FALSE;
  if (error == NULL)
    signalr_server_connection_handle (&self->base, SIGNALR_SERVER_LIFETIME_START);
  else if (!signalr_server_connection_is_ended (&self->base))
    signalr_aspnetcore_connection_broke (self, g_error_copy (error));

  signalr_server_connection_unref (self);
}

/* From here on it hears what is for all; itself it is read when the hub has let it in.
 * The hub hears of it when other servers can reach it.
 */
void
signalr_aspnetcore_connection_begin (SignalrAspnetcoreConnection *self)
{
  SignalrBackplane *backplane = signalr_host_get_backplane (self->base.host, self->hub);

  self->ready = TRUE;
  signalr_aspnetcore_connection_subscribe (self);
  signalr_carrier_set_reading (self->carrier, FALSE);
  if (backplane == NULL)
    {
      signalr_server_connection_handle (&self->base, SIGNALR_SERVER_LIFETIME_START);
      return;
    }

  signalr_host_subscribe (self->base.host, self->hub, SIGNALR_AUDIENCE_CONNECTION,
                          signalr_server_connection_get_id (&self->base), &self->base);
  self->settling = TRUE;
  backplane->klass->settle (backplane, signalr_aspnetcore_connection_settled_cb, signalr_server_connection_ref (self));
}

static void
signalr_aspnetcore_connection_shake_hands (SignalrAspnetcoreConnection *self,
                                           GBytes                      *request)
{
  g_autoptr (GBytes) response = NULL;
  g_autoptr (GError) error = NULL;
  SignalrEncoding encoding;
  guint max_version;
  guint version;

  g_object_get (self->options, "max-protocol-version", &max_version, NULL);
  if (!signalr_handshake_request_decode (request, max_version, &encoding, &version, &error))
    {
      g_autofree char *text = NULL;

      if (g_error_matches (error, SIGNALR_ERROR, SIGNALR_ERROR_PROTOCOL))
        text = g_strdup (error->message);
      else
        text = signalr_aspnetcore_describe ("An unexpected error occurred during connection handshake.", error,
                                            signalr_aspnetcore_connection_detailed (self));
      signalr_aspnetcore_connection_refuse_handshake (self, text);
      return;
    }

  if (encoding == SIGNALR_ENCODING_MESSAGEPACK &&
      signalr_caller_get_transport (self->base.caller) == SIGNALR_TRANSPORT_SERVER_SENT_EVENTS)
    {
      signalr_aspnetcore_connection_refuse_handshake (self, NO_BINARY);
      return;
    }

  /* The answer already goes in the kind of frame that the encoding has. */
  self->encoding = encoding;
  signalr_caller_set_encoding (self->base.caller, encoding);
  signalr_record_reader_set_encoding (self->reader, encoding);
  if (self->resumable && version >= RESUMABLE_VERSION)
    signalr_aspnetcore_stateful_begin (self);
  response = signalr_handshake_response_encode (NULL);
  signalr_aspnetcore_connection_send_bytes (self, response);
  signalr_aspnetcore_connection_begin (self);
}

/* Returns whether there may be more. */
static gboolean
signalr_aspnetcore_connection_read_one (SignalrAspnetcoreConnection *self)
{
  g_autoptr (SignalrRecord) record = NULL;
  GError *error = NULL;
  gsize before;

  if (!self->ready)
    {
      g_autoptr (GBytes) request = signalr_record_reader_next_raw (self->reader);

      /* It may be posted while what would carry the answer breaks. */
      if (request == NULL || self->carrier == NULL)
        return FALSE;

      signalr_aspnetcore_connection_shake_hands (self, request);

      return TRUE;
    }

  before = signalr_record_reader_get_pending (self->reader);
  record = signalr_record_reader_next (self->reader, &error);
  if (g_error_matches (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA) &&
      (record = signalr_record_reader_mend (self->reader)) != NULL)
    g_clear_error (&error);
  if (error != NULL)
    signalr_aspnetcore_connection_broke (self, error);
  if (record == NULL)
    return FALSE;

  self->pinged |= record->type == SIGNALR_RECORD_PING;
  if (self->pinged)
    signalr_server_beat_listen (&self->base.beat, signalr_server_connection_now (&self->base));

  signalr_server_connection_take (&self->base);
  if (self->stateful != NULL &&
      !signalr_aspnetcore_stateful_take (self, record, before - signalr_record_reader_get_pending (self->reader)))
    return TRUE;

  return signalr_aspnetcore_dispatch (self, g_steal_pointer (&record));
}

/* The client's records wait while the hub is asked about it, and while a call
 * waits for the one before it: what is not read cannot be missed either.
 */
gboolean
signalr_aspnetcore_connection_waits (SignalrAspnetcoreConnection *self)
{
  return self->stalled != NULL || self->base.throttled || (self->ready && !self->accepted);
}

void
signalr_aspnetcore_connection_read (SignalrAspnetcoreConnection *self)
{
  gboolean waits;

  while (!signalr_server_connection_is_ended (&self->base) &&
         !signalr_aspnetcore_connection_waits (self) &&
         signalr_aspnetcore_connection_read_one (self))
    ;

  if (self->carrier == NULL || signalr_server_connection_is_ended (&self->base))
    return;

  waits = signalr_aspnetcore_connection_waits (self);
  signalr_carrier_set_reading (self->carrier, !waits);
  if (waits)
    signalr_server_beat_deafen (&self->base.beat);
  else if (self->pinged && self->base.beat.heard == SIGNALR_NEVER)
    signalr_server_beat_listen (&self->base.beat, signalr_server_connection_now (&self->base));

  signalr_server_connection_rearm (&self->base);
}

static void
signalr_aspnetcore_connection_resumption_cb (SignalrTask *task)
{
  SignalrAspnetcoreConnection *self = (SignalrAspnetcoreConnection *) ((guint8 *) task - G_STRUCT_OFFSET (SignalrAspnetcoreConnection, resumption));
  SignalrRecord *stalled = g_steal_pointer (&self->stalled);

  signalr_server_connection_ref (self);
  if (stalled == NULL || signalr_aspnetcore_dispatch (self, stalled))
    signalr_aspnetcore_connection_read (self);
  signalr_aspnetcore_connection_read_posts (self);
  signalr_server_connection_unref (self);
}

/* The client may come back, and show something that counts. */
static void
signalr_aspnetcore_connection_expiry_cb (SignalrTimer *timer,
                                         gint64        now)
{
  SignalrAspnetcoreConnection *self = (SignalrAspnetcoreConnection *) ((guint8 *) timer - G_STRUCT_OFFSET (SignalrAspnetcoreConnection, expiry));

  signalr_server_connection_ref (self);
  signalr_aspnetcore_connection_say_close (self, NULL, TRUE);
  signalr_server_connection_handle (&self->base, SIGNALR_SERVER_LIFETIME_CLOSE);
  signalr_server_connection_unref (self);
}

/* Bytes go to the program as they are, and back in the kind of frame they came in. */
static void
signalr_aspnetcore_connection_give (SignalrAspnetcoreConnection *self,
                                    gboolean                     binary,
                                    const guint8                *data,
                                    gsize                        length)
{
  self->encoding = binary ? SIGNALR_ENCODING_MESSAGEPACK : SIGNALR_ENCODING_JSON;
  signalr_endpoint_receive (self->endpoint, self->base.caller, data, length);
  if (!signalr_server_connection_take (&self->base) && self->carrier != NULL)
    signalr_carrier_set_reading (self->carrier, FALSE);
}

void
signalr_aspnetcore_connection_receive (SignalrAspnetcoreConnection *self,
                                       gboolean                     binary,
                                       const guint8                *data,
                                       gsize                        length)
{
  GError *error = NULL;

  signalr_server_connection_ref (self);
  if (self->endpoint != NULL)
    signalr_aspnetcore_connection_give (self, binary, data, length);
  else if (signalr_record_reader_push (self->reader, data, length, &error))
    signalr_aspnetcore_connection_read (self);
  else if (self->ready)
    signalr_aspnetcore_connection_broke (self, error);
  else
    {
      g_error_free (error);
      signalr_aspnetcore_connection_refuse_handshake (self, "Handshake was canceled.");
    }
  signalr_server_connection_unref (self);
}

static void
signalr_aspnetcore_connection_received_cb (gpointer      owner,
                                           gboolean      binary,
                                           const guint8 *data,
                                           gsize         length)
{
  signalr_aspnetcore_connection_receive (owner, binary, data, length);
}

/* The client may come back, or be on its way out with a record that says so in a
 * request of its own. What it has sent only in part it will send again.
 */
static void
signalr_aspnetcore_connection_lose (SignalrAspnetcoreConnection *self)
{
  signalr_carrier_close (g_steal_pointer (&self->carrier), self->close_code, NULL);
  signalr_record_reader_clear (self->reader);
  signalr_server_connection_stop_beat (&self->base);
  signalr_server_connection_handle (&self->base, SIGNALR_SERVER_LIFETIME_LOSE);
}

static void
signalr_aspnetcore_connection_closed_cb (gpointer      owner,
                                         gboolean      goodbye,
                                         const GError *error)
{
  SignalrAspnetcoreConnection *self = owner;

  self->said_close |= self->stateful == NULL;
  if (goodbye)
    signalr_server_connection_handle (&self->base, SIGNALR_SERVER_LIFETIME_STOP);
  else if (error != NULL && error->domain == SIGNALR_ERROR)
    signalr_server_connection_fail (&self->base, g_error_copy (error));
  else if (self->base.limits.lost != SIGNALR_NEVER)
    signalr_aspnetcore_connection_lose (self);
  else if (error != NULL)
    signalr_server_connection_fail (&self->base, g_error_copy (error));
  else
    signalr_server_connection_handle (&self->base, SIGNALR_SERVER_LIFETIME_CLOSE);
}

void
signalr_aspnetcore_connection_end_too_slow (SignalrAspnetcoreConnection *self)
{
  if (self->carrier != NULL)
    signalr_carrier_clear_unsent (self->carrier);
  self->close_code = 1008;
  signalr_aspnetcore_connection_say_close (self, CLOSED_WITH_ERROR " The client does not take what it is sent.", TRUE);
  signalr_server_connection_fail (&self->base,
                                  g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_QUEUE_FULL,
                                                       "The client does not take what it is sent"));
}

static void
signalr_aspnetcore_connection_overflow_cb (gpointer owner)
{
  signalr_aspnetcore_connection_end_too_slow (owner);
}

const SignalrCarrierFuncs signalr_aspnetcore_connection_carrier_funcs = {
  .received = signalr_aspnetcore_connection_received_cb,
  .closed = signalr_aspnetcore_connection_closed_cb,
  .overflow = signalr_aspnetcore_connection_overflow_cb,
};

static void
signalr_aspnetcore_connection_accepted (SignalrServerConnection *base)
{
  SignalrAspnetcoreConnection *self = (SignalrAspnetcoreConnection *) base;

  self->accepted = TRUE;
  signalr_turn_add (base->host->loop->turn, &self->resumption);
}

static void
signalr_aspnetcore_connection_go_on (SignalrServerConnection *base)
{
  signalr_turn_add (base->host->loop->turn, &((SignalrAspnetcoreConnection *) base)->resumption);
}

static void
signalr_aspnetcore_connection_refused (SignalrServerConnection *base,
                                       const GError            *error)
{
  SignalrAspnetcoreConnection *self = (SignalrAspnetcoreConnection *) base;
  g_autofree char *text = NULL;

  text = signalr_aspnetcore_describe (CLOSED_WITH_ERROR, error, signalr_aspnetcore_connection_detailed (self));
  signalr_aspnetcore_connection_say_close (self, text, FALSE);
}

static void
signalr_aspnetcore_connection_beat (SignalrServerConnection *base,
                                    SignalrServerBeatTell    tell)
{
  SignalrAspnetcoreConnection *self = (SignalrAspnetcoreConnection *) base;

  if (tell == SIGNALR_SERVER_BEAT_SILENT)
    {
      GError *error = g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_TIMED_OUT,
                                           "Client hasn't sent a message/ping within the configured ClientTimeoutInterval.");

      signalr_aspnetcore_connection_broke (self, error);
      return;
    }

  if (self->ready)
    signalr_aspnetcore_connection_send (self, &(SignalrRecord) { .type = SIGNALR_RECORD_PING });
  else
    signalr_server_beat_written (&base->beat, signalr_server_connection_now (base));
}

/* Stateful reconnect is of WebSockets, also while there is none. */
static SignalrForm
signalr_aspnetcore_connection_get_form (SignalrAspnetcoreConnection *self)
{
  if (self->stateful != NULL)
    return self->encoding == SIGNALR_ENCODING_MESSAGEPACK ? SIGNALR_FORM_FRAME_MESSAGEPACK : SIGNALR_FORM_FRAME_JSON;

  return self->carrier->klass->forms[self->encoding];
}

static void
signalr_aspnetcore_connection_deliver_message (SignalrServerConnection *base,
                                               SignalrMessage          *message)
{
  SignalrAspnetcoreConnection *self = (SignalrAspnetcoreConnection *) base;
  GBytes *frame;

  if (!self->ready || (self->carrier == NULL && self->stateful == NULL))
    return;

  frame = signalr_message_get (message, signalr_aspnetcore_connection_get_form (self));
  if (frame == NULL)
    return;

  if (self->stateful != NULL)
    {
      signalr_aspnetcore_stateful_send (self, frame, NULL);
      return;
    }

  signalr_carrier_send (self->carrier, frame);
  signalr_server_beat_written (&self->base.beat, signalr_server_connection_now (&self->base));
}

static void
signalr_aspnetcore_connection_deliver (SignalrSubscriber *subscriber,
                                       SignalrMessage    *message)
{
  SignalrServerConnection *base = (SignalrServerConnection *) ((guint8 *) subscriber - G_STRUCT_OFFSET (SignalrServerConnection, subscriber));

  if (signalr_message_is_for (message, signalr_server_connection_get_id (base)))
    signalr_aspnetcore_connection_deliver_message (base, message);
}

static void
signalr_aspnetcore_connection_regroup (SignalrServerConnection *base,
                                       const char              *topic,
                                       gboolean                 joined)
{
}

static void
signalr_aspnetcore_connection_dismiss (SignalrServerConnection *base,
                                       const char              *message)
{
  signalr_aspnetcore_connection_say_close ((SignalrAspnetcoreConnection *) base, message, base->sent_away);
}

static void
signalr_aspnetcore_connection_ended (SignalrServerConnection *base)
{
  SignalrAspnetcoreConnection *self = (SignalrAspnetcoreConnection *) base;

  if (self->carrier != NULL && !self->ready && !self->said_close)
    {
      g_autoptr (GBytes) response = signalr_handshake_response_encode ("Handshake was canceled.");

      signalr_aspnetcore_connection_send_bytes (self, response);
    }

  /* It has waited for too long, through no fault of the client's. */
  if (self->settling)
    signalr_aspnetcore_connection_say_close (self, CLOSED_WITH_ERROR, TRUE);

  while (!g_queue_is_empty (&self->posts))
    {
      g_autoptr (SignalrRequest) request = g_queue_pop_head (&self->posts);

      signalr_request_answer (request, SOUP_STATUS_NOT_FOUND, "text/plain", NULL);
    }

  signalr_aspnetcore_end_streams (self);
  signalr_aspnetcore_stateful_end (self);
  g_hash_table_remove (base->host->tokens, self->token);
  signalr_turn_remove (base->host->loop->turn, &self->resumption);
  signalr_heartbeat_set (base->host->loop->heartbeat, &self->expiry, SIGNALR_NEVER);
  if (self->carrier != NULL)
    signalr_carrier_close (g_steal_pointer (&self->carrier), self->close_code, NULL);
}

static void
signalr_aspnetcore_connection_clear (SignalrServerConnection *base)
{
  SignalrAspnetcoreConnection *self = (SignalrAspnetcoreConnection *) base;

  g_free (self->token);
  g_object_unref (self->options);
  signalr_record_reader_free (self->reader);
  g_clear_pointer (&self->calls, g_ptr_array_unref);
  g_clear_pointer (&self->streams, g_hash_table_unref);
  g_clear_pointer (&self->uploads, g_hash_table_unref);
  g_clear_pointer (&self->questions, g_hash_table_unref);
  g_clear_pointer (&self->posted, g_byte_array_unref);
  g_clear_pointer (&self->stalled, signalr_record_free);
}

static const SignalrServerConnectionClass signalr_aspnetcore_connection_class = {
  .accepted = signalr_aspnetcore_connection_accepted,
  .refused = signalr_aspnetcore_connection_refused,
  .go_on = signalr_aspnetcore_connection_go_on,
  .beat = signalr_aspnetcore_connection_beat,
  .send = signalr_aspnetcore_connection_deliver_message,
  .ask = signalr_aspnetcore_ask,
  .regroup = signalr_aspnetcore_connection_regroup,
  .dismiss = signalr_aspnetcore_connection_dismiss,
  .ended = signalr_aspnetcore_connection_ended,
  .clear = signalr_aspnetcore_connection_clear,
};

SignalrAspnetcoreConnection *
signalr_aspnetcore_connection_new (SignalrHost       *host,
                                   SignalrHub        *hub,
                                   SignalrMapOptions *options,
                                   const char        *id,
                                   const char        *token)
{
  const SignalrServerLimits limits = {
    .unopened = host->times.unconnected_timeout,
    .opening = host->times.handshake_timeout,
    .lost = SIGNALR_NEVER,
  };
  SignalrAspnetcoreConnection *self;
  guint max_size;

  self = (SignalrAspnetcoreConnection *)
    signalr_server_connection_new (sizeof *self, &signalr_aspnetcore_connection_class, host,
                                   signalr_caller_new (id, SIGNALR_DIALECT_ASPNETCORE),
                                   &hub, 1, &limits);
  g_object_get (options, "max-message-size", &max_size, NULL);

  self->token = token != NULL ? g_strdup (token) : signalr_random_id (16);
  self->hub = hub;
  self->endpoint = SIGNALR_IS_ENDPOINT (hub) ? SIGNALR_ENDPOINT (hub) : NULL;
  self->options = g_object_ref (options);
  self->reader = signalr_record_reader_new (SIGNALR_ENCODING_JSON, max_size);
  if (SIGNALR_HUB_GET_CLASS (hub)->record != NULL)
    signalr_record_reader_keep_others (self->reader);
  g_queue_init (&self->posts);
  self->resumption.func = signalr_aspnetcore_connection_resumption_cb;
  self->expiry.func = signalr_aspnetcore_connection_expiry_cb;
  self->close_code = 1000;
  self->base.subscriber.deliver = signalr_aspnetcore_connection_deliver;
  g_hash_table_insert (host->tokens, self->token, self);

  return self;
}

SignalrAspnetcoreConnection *
signalr_aspnetcore_connection_find (SignalrHost *host,
                                    const char  *token)
{
  return g_hash_table_lookup (host->tokens, token);
}
