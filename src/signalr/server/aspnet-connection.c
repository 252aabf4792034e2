/* aspnet-connection.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aspnet-connection-private.h"

#include <string.h>

#include "aspnet-groups-private.h"
#include "signalr-hub-private.h"

/* What may wait in one socket before more is collected, and what one envelope
 * holds at most.
 */
#define MAX_WAITING (256 * 1024)

#define ENDED_BY_SERVER "The server has ended the connection."
#define TOO_SLOW "The client does not take what it is sent."

static char *
own_topic (SignalrAspnetConnection *self)
{
  return g_strconcat ("c-", signalr_server_connection_get_id (&self->base), NULL);
}

gboolean
signalr_aspnet_connection_detailed (SignalrAspnetConnection *self)
{
  gboolean detailed;

  g_object_get (self->options, "detailed-errors", &detailed, NULL);

  return detailed;
}

static void
signalr_aspnet_connection_send_text (SignalrAspnetConnection *self,
                                     const GString           *text)
{
  g_autoptr (GBytes) frame = NULL;

  if (self->socket == NULL)
    return;

  frame = signalr_web_socket_frame (FALSE, text->str, text->len);
  signalr_web_socket_send (self->socket, frame);
  signalr_server_beat_written (&self->base.beat, signalr_server_connection_now (&self->base));
}

static void
signalr_aspnet_connection_send_envelope (SignalrAspnetConnection *self,
                                         SignalrEnvelope         *envelope,
                                         GPtrArray               *messages)
{
  g_autoptr (GString) cursor = g_string_new (NULL);
  g_autoptr (GString) text = g_string_new (NULL);

  signalr_bus_append_cursor (self->base.host->bus, &self->base.subscriber, cursor);
  envelope->cursor = cursor->str;
  envelope->poll_delay = -1;
  signalr_envelope_encode (envelope,
                           messages != NULL ? (GBytes * const *) messages->pdata : NULL,
                           messages != NULL ? messages->len : 0, text);
  signalr_aspnet_connection_send_text (self, text);
}

/* Tells a client that its connection has ended, in the words of all versions
 * that have one.
 */
static void
signalr_aspnet_connection_say_end (SignalrAspnetConnection *self,
                                   const char              *message)
{
  SignalrEnvelope envelope = { .disconnect = TRUE, .error = (char *) message };

  signalr_aspnet_connection_send_envelope (self, &envelope, NULL);
}

static void
signalr_aspnet_connection_end_too_slow (SignalrAspnetConnection *self)
{
  signalr_web_socket_clear_unsent (self->socket);
  self->close_code = 1008;
  signalr_aspnet_connection_say_end (self, TOO_SLOW);
  signalr_server_connection_fail (&self->base,
                                  g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_QUEUE_FULL, TOO_SLOW));
}

/* Returns whether there may be more. What a client missed while it was away and
 * that is not kept any more is lost to it; what a client that is there does not
 * take in time ends it.
 */
static gboolean
signalr_aspnet_connection_pump_one (SignalrAspnetConnection *self)
{
  SignalrSubscriber *subscriber = &self->base.subscriber;
  SignalrEnvelope envelope = { 0 };
  g_autofree char *token = NULL;
  g_autoptr (GPtrArray) messages = NULL;

  if (self->socket == NULL)
    return FALSE;

  if (signalr_subscriber_has_missed (subscriber) && !self->resuming)
    {
      signalr_aspnet_connection_end_too_slow (self);
      return FALSE;
    }

  if (signalr_web_socket_get_unsent (self->socket) > MAX_WAITING ||
      !(self->init_due || self->groups_due || signalr_subscriber_has_more (subscriber)))
    return FALSE;

  messages = signalr_subscriber_collect (subscriber, signalr_server_connection_get_id (&self->base), MAX_WAITING);
  if (self->groups_due)
    token = signalr_aspnet_groups_sign (self->groups, &self->base.host->key,
                                        signalr_server_connection_get_id (&self->base));
  envelope.init = self->init_due;
  envelope.groups_token = token;
  self->init_due = self->groups_due = self->resuming = FALSE;
  signalr_aspnet_connection_send_envelope (self, &envelope, messages);

  return TRUE;
}

static void
signalr_aspnet_connection_pump (SignalrAspnetConnection *self)
{
  while (signalr_aspnet_connection_pump_one (self))
    ;
}

static void
signalr_aspnet_connection_pump_cb (SignalrTask *task)
{
  SignalrAspnetConnection *self = (SignalrAspnetConnection *) ((guint8 *) task - G_STRUCT_OFFSET (SignalrAspnetConnection, pump));

  signalr_server_connection_ref (self);
  signalr_aspnet_connection_pump (self);
  signalr_server_connection_unref (self);
}

static void
signalr_aspnet_connection_wake (SignalrAspnetConnection *self)
{
  if (self->socket != NULL)
    signalr_turn_add (self->base.host->loop->turn, &self->pump);
}

/* What a method sent its caller before it answered comes before the answer. */
void
signalr_aspnet_connection_send_result (SignalrAspnetConnection *self,
                                       const SignalrHubResult  *result)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  if (signalr_server_connection_is_ended (&self->base))
    return;

  signalr_aspnet_connection_pump (self);

  if (signalr_hub_result_encode (result, text, &error))
    signalr_aspnet_connection_send_text (self, text);
  else
    g_debug ("A result cannot be written: %s", error->message);
}

static void
signalr_aspnet_connection_lose (SignalrAspnetConnection *self)
{
  signalr_web_socket_close (g_steal_pointer (&self->socket), 1000, NULL);
  signalr_server_connection_stop_beat (&self->base);
  signalr_server_connection_handle (&self->base, SIGNALR_SERVER_LIFETIME_LOSE);
}

static void
signalr_aspnet_connection_message_cb (gpointer      owner,
                                      gboolean      binary,
                                      const guint8 *data,
                                      gsize         length)
{
  SignalrAspnetConnection *self = owner;

  signalr_server_connection_ref (self);
  if (binary)
    {
      signalr_web_socket_close (g_steal_pointer (&self->socket), 1003, "Only text is understood");
      signalr_server_connection_stop_beat (&self->base);
      signalr_server_connection_handle (&self->base, SIGNALR_SERVER_LIFETIME_LOSE);
    }
  else
    {
      signalr_aspnet_dispatch (self, (const char *) data, length);
    }
  signalr_server_connection_unref (self);
}

/* A socket that closes, in whatever way, is no end: only a request says that,
 * or time.
 */
static void
signalr_aspnet_connection_closed_cb (gpointer      owner,
                                     gboolean      goodbye,
                                     const GError *error)
{
  signalr_aspnet_connection_lose (owner);
}

static void
signalr_aspnet_connection_overflow_cb (gpointer owner)
{
  signalr_aspnet_connection_end_too_slow (owner);
}

static void
signalr_aspnet_connection_drained_cb (gpointer owner)
{
  signalr_aspnet_connection_wake (owner);
}

static const SignalrWebSocketFuncs signalr_aspnet_connection_socket_funcs = {
  .message = signalr_aspnet_connection_message_cb,
  .closed = signalr_aspnet_connection_closed_cb,
  .overflow = signalr_aspnet_connection_overflow_cb,
  .drained = signalr_aspnet_connection_drained_cb,
};

static void
signalr_aspnet_connection_subscribe (SignalrAspnetConnection *self,
                                     const char              *groups_token)
{
  SignalrServerConnection *base = &self->base;
  const char *user = signalr_caller_get_user (base->caller);
  g_autofree char *own = own_topic (self);

  signalr_bus_subscribe (base->host->bus, own, &base->subscriber);

  for (guint i = 0; i < base->n_seats; i++)
    {
      SignalrHub *hub = base->seats[i].hub;
      g_autofree char *all = signalr_hub_topic_of_all (hub);

      signalr_bus_subscribe (base->host->bus, all, &base->subscriber);
      if (user != NULL)
        {
          g_autofree char *of_user = signalr_hub_topic_of_user (hub, user);

          signalr_bus_subscribe (base->host->bus, of_user, &base->subscriber);
        }
    }

  if (groups_token != NULL)
    self->groups = signalr_aspnet_groups_verify (groups_token, base);
  else
    self->groups = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < self->groups->len; i++)
    {
      g_autofree char *topic = g_strconcat ("hg-", g_ptr_array_index (self->groups, i), NULL);

      signalr_bus_subscribe (base->host->bus, topic, &base->subscriber);
    }
}

/*< private >
 * signalr_aspnet_connection_open_socket:
 * @stream: (transfer full): behind its upgrade
 *
 * The client has a (new) transport. One that is still there is replaced: the
 * client knows better whether it works.
 */
void
signalr_aspnet_connection_open_socket (SignalrAspnetConnection    *self,
                                       SignalrStream              *stream,
                                       const SignalrAspnetArrival *arrival)
{
  SignalrServerConnection *base = &self->base;
  SignalrServerTimes *times = &base->host->times;
  gboolean known = self->opened;
  SignalrCursorKind kind = SIGNALR_CURSOR_HERE;
  guint max_size;

  g_object_get (self->options, "max-message-size", &max_size, NULL);

  if (self->socket != NULL)
    signalr_web_socket_close (self->socket, 1000, NULL);
  self->socket = signalr_web_socket_new (base->host->loop, stream, max_size,
                                         &signalr_aspnet_connection_socket_funcs, self);
  signalr_caller_set_transport (base->caller, SIGNALR_TRANSPORT_WEB_SOCKETS);

  if (!known)
    signalr_aspnet_connection_subscribe (self, arrival->groups_token);
  else
    self->groups_due = TRUE;

  if (arrival->cursor != NULL)
    kind = signalr_bus_rewind (base->host->bus, &base->subscriber, arrival->cursor, known);

  self->opened = TRUE;
  self->resuming = TRUE;
  signalr_server_connection_start_beat (base,
                                        times->keep_alive > 0 ? times->keep_alive : SIGNALR_NEVER,
                                        SIGNALR_NEVER,
                                        times->keep_alive > 0 ? SIGNALR_NEVER : times->connection_timeout);

  if (kind == SIGNALR_CURSOR_BROKEN)
    {
      signalr_web_socket_close (g_steal_pointer (&self->socket), 1011, "Invalid cursor.");
      signalr_server_connection_stop_beat (base);
      signalr_server_connection_handle (base, SIGNALR_SERVER_LIFETIME_LOSE);
      return;
    }

  signalr_web_socket_set_reading (self->socket, TRUE);
  signalr_server_connection_handle (base, arrival->connect ? SIGNALR_SERVER_LIFETIME_OPEN : SIGNALR_SERVER_LIFETIME_REOPEN);

  /* Older clients have no request for the start: it is this one, and they are not
   * connected before it is through.
   */
  self->init_due = arrival->connect;
  if (arrival->connect && arrival->version < SIGNALR_ASPNET_DELAYED_START)
    signalr_server_connection_handle (base, SIGNALR_SERVER_LIFETIME_START);
  if (base->lifetime.state == SIGNALR_SERVER_LIFETIME_STARTING)
    {
      self->init_waits = self->init_due;
      self->init_due = FALSE;
    }

  signalr_aspnet_connection_wake (self);
}

static void
signalr_aspnet_connection_answer_starts (SignalrAspnetConnection *self,
                                         gboolean                 started)
{
  g_autoptr (GPtrArray) starts = g_steal_pointer (&self->starts);

  for (guint i = 0; starts != NULL && i < starts->len; i++)
    {
      SignalrRequest *request = g_ptr_array_index (starts, i);

      if (started)
        signalr_request_answer (request, SOUP_STATUS_OK, "application/json; charset=UTF-8",
                                "{ \"Response\": \"started\" }");
      else
        signalr_request_answer (request, SOUP_STATUS_INTERNAL_SERVER_ERROR, NULL, NULL);
    }
}

/*< private >
 * signalr_aspnet_connection_start:
 *
 * The client is ready. However often it says so, the hubs are asked once.
 */
void
signalr_aspnet_connection_start (SignalrAspnetConnection *self,
                                 SignalrRequest          *request)
{
  SignalrServerConnection *base = signalr_server_connection_ref (self);

  signalr_request_hold (request);
  if (self->starts == NULL)
    self->starts = g_ptr_array_new_with_free_func ((GDestroyNotify) signalr_request_unref);
  g_ptr_array_add (self->starts, signalr_request_ref (request));

  signalr_server_connection_handle (base, SIGNALR_SERVER_LIFETIME_START);

  if (base->lifetime.state == SIGNALR_SERVER_LIFETIME_CONNECTED ||
      base->lifetime.state == SIGNALR_SERVER_LIFETIME_LOST)
    signalr_aspnet_connection_answer_starts (self, TRUE);

  signalr_server_connection_unref (base);
}

static void
signalr_aspnet_connection_accepted (SignalrServerConnection *base)
{
  SignalrAspnetConnection *self = (SignalrAspnetConnection *) base;

  self->init_due |= self->init_waits;
  self->init_waits = FALSE;
  signalr_aspnet_connection_answer_starts (self, TRUE);
  signalr_aspnet_connection_wake (self);
}

static void
signalr_aspnet_connection_refused (SignalrServerConnection *base,
                                   const GError            *error)
{
  signalr_aspnet_connection_answer_starts ((SignalrAspnetConnection *) base, FALSE);
}

static void
signalr_aspnet_connection_beat (SignalrServerConnection *base,
                                SignalrServerBeatTell    tell)
{
  SignalrAspnetConnection *self = (SignalrAspnetConnection *) base;

  if (tell == SIGNALR_SERVER_BEAT_PING)
    {
      g_autoptr (GString) text = g_string_new ("{}");

      signalr_aspnet_connection_send_text (self, text);
    }
  else
    {
      signalr_aspnet_connection_lose (self);
    }
}

static void
signalr_aspnet_connection_send (SignalrServerConnection *base,
                                SignalrMessage          *message)
{
  g_autofree char *topic = own_topic ((SignalrAspnetConnection *) base);

  signalr_bus_publish (base->host->bus, topic, message);
}

static void
signalr_aspnet_connection_deliver (SignalrSubscriber *subscriber,
                                   SignalrMessage    *message)
{
  signalr_aspnet_connection_wake ((SignalrAspnetConnection *) ((guint8 *) subscriber - G_STRUCT_OFFSET (SignalrServerConnection, subscriber)));
}

static void
signalr_aspnet_connection_regroup (SignalrServerConnection *base,
                                   const char              *topic,
                                   gboolean                 joined)
{
  SignalrAspnetConnection *self = (SignalrAspnetConnection *) base;
  const char *name = topic + strlen ("hg-");
  guint place;

  if (joined)
    g_ptr_array_add (self->groups, g_strdup (name));
  else if (g_ptr_array_find_with_equal_func (self->groups, name, g_str_equal, &place))
    g_ptr_array_remove_index_fast (self->groups, place);

  self->groups_due = TRUE;
  signalr_aspnet_connection_wake (self);
}

static void
signalr_aspnet_connection_dismiss (SignalrServerConnection *base,
                                   const char              *message)
{
  SignalrAspnetConnection *self = (SignalrAspnetConnection *) base;

  signalr_aspnet_connection_pump (self);
  if (base->host->stopping)
    signalr_aspnet_connection_send_envelope (self, &(SignalrEnvelope) { .reconnect = TRUE }, NULL);
  else
    signalr_aspnet_connection_say_end (self, message != NULL ? message : ENDED_BY_SERVER);
}

static void
signalr_aspnet_connection_ended (SignalrServerConnection *base)
{
  SignalrAspnetConnection *self = (SignalrAspnetConnection *) base;

  signalr_turn_remove (base->host->loop->turn, &self->pump);
  signalr_aspnet_connection_answer_starts (self, FALSE);

  /* One that never had a transport may still get one: the client falls back. */
  if (self->opened && !base->host->stopping)
    signalr_ended_add (base->host->ended, signalr_server_connection_get_id (base),
                       signalr_server_connection_now (base));

  if (self->socket != NULL)
    signalr_web_socket_close (g_steal_pointer (&self->socket), self->close_code, NULL);
}

static void
signalr_aspnet_connection_clear (SignalrServerConnection *base)
{
  SignalrAspnetConnection *self = (SignalrAspnetConnection *) base;

  g_object_unref (self->options);
  g_clear_pointer (&self->groups, g_ptr_array_unref);
}

static const SignalrServerConnectionClass signalr_aspnet_connection_class = {
  .migrates = TRUE,
  .accepted = signalr_aspnet_connection_accepted,
  .refused = signalr_aspnet_connection_refused,
  .beat = signalr_aspnet_connection_beat,
  .send = signalr_aspnet_connection_send,
  .regroup = signalr_aspnet_connection_regroup,
  .dismiss = signalr_aspnet_connection_dismiss,
  .ended = signalr_aspnet_connection_ended,
  .clear = signalr_aspnet_connection_clear,
};

SignalrAspnetConnection *
signalr_aspnet_connection_new (SignalrHost        *host,
                               SignalrMapOptions  *options,
                               const char         *id,
                               SignalrHub * const *hubs,
                               guint               n_hubs)
{
  const SignalrServerLimits limits = {
    .unopened = host->times.disconnect_timeout,
    .opening = host->times.disconnect_timeout,
    .lost = host->times.disconnect_timeout,
  };
  SignalrAspnetConnection *self;

  self = (SignalrAspnetConnection *)
    signalr_server_connection_new (sizeof *self, &signalr_aspnet_connection_class, host,
                                   signalr_caller_new (id, SIGNALR_DIALECT_ASPNET),
                                   hubs, n_hubs, &limits);
  self->options = g_object_ref (options);
  self->close_code = 1000;
  self->pump.func = signalr_aspnet_connection_pump_cb;
  self->base.subscriber.deliver = signalr_aspnet_connection_deliver;
  self->base.subscriber.keeps_place = TRUE;

  return self;
}

SignalrAspnetConnection *
signalr_aspnet_connection_find (SignalrHost *host,
                                const char  *id)
{
  SignalrServerConnection *base = signalr_host_find (host, id);

  return base != NULL && base->klass == &signalr_aspnet_connection_class ? (SignalrAspnetConnection *) base : NULL;
}
