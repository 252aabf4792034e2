/* aspnet-connection.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aspnet-connection-private.h"

#include <string.h>

#include "aspnet-groups-private.h"
#include "aspnet-json-private.h"
#include "aspnet-poll-private.h"
#include "aspnet-receive-private.h"
#include "protocol/json-write-private.h"
#include "signalr-endpoint-private.h"
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

static gboolean
is_polling (SignalrAspnetConnection *self)
{
  return self->carrier != NULL && self->carrier->klass->transport == SIGNALR_TRANSPORT_LONG_POLLING;
}

static void
signalr_aspnet_connection_send_text (SignalrAspnetConnection *self,
                                     const GString           *text)
{
  if (self->carrier == NULL)
    return;

  signalr_carrier_write (self->carrier, FALSE, text->str, text->len);
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
  envelope->reconnect = self->base.sent_away;
  envelope->poll_delay = is_polling (self) ? self->base.host->times.long_poll_delay / 1000 : -1;
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
  signalr_carrier_clear_unsent (self->carrier);
  self->close_code = 1008;
  signalr_aspnet_connection_say_end (self, TOO_SLOW);
  signalr_server_connection_fail (&self->base,
                                  g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_QUEUE_FULL, TOO_SLOW));
}

static const char *
group_prefix (SignalrAspnetConnection *self)
{
  return self->mount->endpoint != NULL ? "pcg-" : "hg-";
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

  if (self->carrier == NULL)
    return FALSE;

  if (signalr_subscriber_has_missed (subscriber) && !self->resuming)
    {
      signalr_aspnet_connection_end_too_slow (self);
      return FALSE;
    }

  if (signalr_carrier_get_unsent (self->carrier) > MAX_WAITING ||
      !(self->init_due || self->groups_due || signalr_subscriber_has_more (subscriber)))
    return FALSE;

  messages = signalr_aspnet_connection_collect (self, MAX_WAITING);
  if (self->carrier == NULL)
    return FALSE;

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
  if (self->aborted)
    signalr_server_connection_handle (&self->base, SIGNALR_SERVER_LIFETIME_STOP);
  signalr_server_connection_unref (self);
}

static void
signalr_aspnet_connection_wake (SignalrAspnetConnection *self)
{
  if (self->carrier != NULL)
    signalr_turn_add (self->base.host->loop->turn, &self->pump);
}

/* What a method sent its caller before it answered comes before the answer, where
 * both go the same way.
 */
void
signalr_aspnet_connection_send_result (SignalrAspnetConnection *self,
                                       const SignalrHubResult  *result,
                                       SignalrRequest          *request)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  if (!signalr_hub_result_encode (result, text, &error))
    {
      const SignalrHubResult failed = { .id = result->id, .error = error->message };

      g_debug ("A result cannot be written: %s", error->message);
      signalr_hub_result_encode (&failed, text, NULL);
    }

  if (request != NULL && signalr_aspnet_get_transport (request) == SIGNALR_TRANSPORT_FOREVER_FRAME)
    {
      g_autoptr (GString) escaped = g_string_new (NULL);

      signalr_json_append_for_script (escaped, text->str, text->len);
      signalr_aspnet_answer_json (request, escaped->str);
    }
  else if (request != NULL)
    {
      signalr_aspnet_answer_json (request, text->str);
    }
  else if (!signalr_server_connection_is_ended (&self->base))
    {
      signalr_aspnet_connection_pump (self);
      signalr_aspnet_connection_send_text (self, text);
    }
}

/* A poll is never left without an envelope. */
static void
signalr_aspnet_connection_drop_carrier (SignalrAspnetConnection *self,
                                        guint                    code,
                                        const char              *reason)
{
  if (self->carrier == NULL)
    return;

  if (is_polling (self) && signalr_carrier_get_unsent (self->carrier) == 0)
    signalr_aspnet_connection_send_envelope (self, &(SignalrEnvelope) { 0 }, NULL);

  signalr_carrier_close (g_steal_pointer (&self->carrier), code, reason);
}

static void
signalr_aspnet_connection_lose (SignalrAspnetConnection *self,
                                guint                    code,
                                const char              *reason)
{
  signalr_aspnet_connection_drop_carrier (self, code, reason);
  signalr_server_connection_stop_beat (&self->base);
  signalr_server_connection_handle (&self->base, SIGNALR_SERVER_LIFETIME_LOSE);
}

static void
signalr_aspnet_connection_received_cb (gpointer      owner,
                                       gboolean      binary,
                                       const guint8 *data,
                                       gsize         length)
{
  SignalrAspnetConnection *self = owner;

  signalr_server_connection_ref (self);
  if (binary)
    signalr_aspnet_connection_lose (self, 1003, "Only text is understood");
  else if (self->mount->endpoint != NULL)
    signalr_endpoint_receive (self->mount->endpoint, self->base.caller, data, length);
  else
    signalr_aspnet_dispatch (self, (const char *) data, length, NULL);
  if (!signalr_server_connection_take (&self->base) && self->carrier != NULL)
    signalr_carrier_set_reading (self->carrier, FALSE);
  signalr_server_connection_unref (self);
}

/* A transport that closes, in whatever way, is no end: only a request says that,
 * or time.
 */
static void
signalr_aspnet_connection_closed_cb (gpointer      owner,
                                     gboolean      goodbye,
                                     const GError *error)
{
  signalr_aspnet_connection_lose (owner, 1000, NULL);
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

const SignalrCarrierFuncs signalr_aspnet_connection_funcs = {
  .received = signalr_aspnet_connection_received_cb,
  .closed = signalr_aspnet_connection_closed_cb,
  .overflow = signalr_aspnet_connection_overflow_cb,
  .drained = signalr_aspnet_connection_drained_cb,
};

static void
signalr_aspnet_connection_join (SignalrAspnetConnection *self,
                                GPtrArray               *groups)
{
  SignalrServerConnection *base = &self->base;

  for (guint i = 0; i < groups->len; i++)
    {
      g_autofree char *topic = g_strconcat (group_prefix (self), g_ptr_array_index (groups, i), NULL);

      if (signalr_bus_subscribe (base->host->bus, topic, &base->subscriber))
        g_ptr_array_add (self->groups, g_strdup (g_ptr_array_index (groups, i)));
    }
}

/* To everything but its own topic, which it listens to from the beginning. */
static void
signalr_aspnet_connection_subscribe (SignalrAspnetConnection *self,
                                     GPtrArray               *groups)
{
  SignalrServerConnection *base = &self->base;
  const char *user = signalr_caller_get_user (base->caller);

  for (guint i = 0; i < base->n_seats; i++)
    {
      SignalrHub *hub = base->seats[i].hub;
      g_autofree char *all = signalr_hub_topic (hub, SIGNALR_AUDIENCE_ALL, NULL);

      signalr_bus_subscribe (base->host->bus, all, &base->subscriber);
      if (user != NULL)
        {
          g_autofree char *of_user = signalr_hub_topic (hub, SIGNALR_AUDIENCE_USER, user);

          signalr_bus_subscribe (base->host->bus, of_user, &base->subscriber);
        }
    }

  signalr_aspnet_connection_join (self, groups);
}

/* In a farm the client may have been at another server: what it says, up to its cursor,
 * is newer than what is known here, and commands behind the cursor come again.
 */
static void
signalr_aspnet_connection_take_groups (SignalrAspnetConnection *self,
                                       GPtrArray               *groups)
{
  for (guint i = self->groups->len; i > 0; i--)
    {
      const char *name = g_ptr_array_index (self->groups, i - 1);
      g_autofree char *topic = g_strconcat (group_prefix (self), name, NULL);

      if (g_ptr_array_find_with_equal_func (groups, name, g_str_equal, NULL))
        continue;

      signalr_bus_unsubscribe (self->base.host->bus, topic, &self->base.subscriber);
      g_ptr_array_remove_index_fast (self->groups, i - 1);
    }

  signalr_aspnet_connection_join (self, groups);
}

static void
settled_cb (gpointer      user_data,
            const GError *error)
{
  SignalrAspnetConnection *self = user_data;
  SignalrServerConnection *base = &self->base;

  self->settling = FALSE;
  if (signalr_server_connection_is_ended (base))
    g_debug ("A client was gone before the backplane was there");
  else if (error != NULL)
    signalr_server_connection_fail (base, g_error_copy (error));
  else
    signalr_server_connection_handle (base, SIGNALR_SERVER_LIFETIME_START);

  signalr_server_connection_unref (base);
}

/* The client is ready. It begins when it hears the other servers, where there are any;
 * where that cannot be, it is refused, and may try again.
 */
static void
signalr_aspnet_connection_begin (SignalrAspnetConnection *self)
{
  SignalrServerConnection *base = &self->base;
  gboolean begins = base->lifetime.state == SIGNALR_SERVER_LIFETIME_OPENING ||
                    base->lifetime.state == SIGNALR_SERVER_LIFETIME_OPENING_LOST;

  if (base->host->scaleout == NULL || !begins)
    {
      signalr_server_connection_handle (base, SIGNALR_SERVER_LIFETIME_START);
    }
  else if (!self->settling)
    {
      self->settling = TRUE;
      signalr_scaleout_settle (base->host->scaleout, settled_cb, signalr_server_connection_ref (self));
    }
}

/*< private >
 * signalr_aspnet_connection_open:
 *
 * The client has a (new) transport. One that is still there is replaced: the
 * client knows better whether it works.
 */
void
signalr_aspnet_connection_open (SignalrAspnetConnection    *self,
                                SignalrCarrier             *carrier,
                                const SignalrAspnetArrival *arrival)
{
  SignalrServerConnection *base = &self->base;
  SignalrServerTimes *times = &base->host->times;
  g_autoptr (GPtrArray) groups = signalr_aspnet_groups_verify (arrival->groups_token, base);
  gboolean known = self->opened;
  gboolean shared = base->host->scaleout != NULL;
  gboolean leased;

  signalr_aspnet_connection_drop_carrier (self, 1000, NULL);
  self->carrier = carrier;
  signalr_caller_set_transport (base->caller, carrier->klass->transport);

  if (!known)
    signalr_aspnet_connection_subscribe (self, groups);
  else if (shared && arrival->cursor != NULL &&
           signalr_bus_check_cursor (base->host->bus, arrival->cursor) == SIGNALR_CURSOR_HERE)
    signalr_aspnet_connection_take_groups (self, groups);

  /* Here they are known better than by what reached the client. */
  self->groups_due |= !signalr_aspnet_groups_equal (self->groups, groups);

  if (arrival->cursor != NULL)
    signalr_bus_rewind (base->host->bus, &base->subscriber, arrival->cursor, known && !shared);

  self->opened = TRUE;
  self->resuming = TRUE;
  leased = is_polling (self) || times->keep_alive == 0;
  signalr_server_connection_start_beat (base,
                                        times->keep_alive > 0 ? times->keep_alive : SIGNALR_NEVER,
                                        SIGNALR_NEVER,
                                        leased ? times->connection_timeout : SIGNALR_NEVER);

  signalr_carrier_set_reading (carrier, !base->throttled);
  if (arrival->connect)
    signalr_server_connection_handle (base, SIGNALR_SERVER_LIFETIME_OPEN);
  else if (arrival->poll)
    signalr_server_connection_handle (base, SIGNALR_SERVER_LIFETIME_RESUME);
  else
    signalr_server_connection_handle (base, SIGNALR_SERVER_LIFETIME_REOPEN);

  /* Older clients have no request for the start: it is this one, and they are not
   * connected before it is through.
   */
  self->init_due |= arrival->connect;
  if (arrival->connect && arrival->version < SIGNALR_ASPNET_DELAYED_START)
    signalr_aspnet_connection_begin (self);
  if ((base->lifetime.state == SIGNALR_SERVER_LIFETIME_STARTING || self->settling) && arrival->version < SIGNALR_ASPNET_DELAYED_START)
    {
      self->init_waits |= self->init_due;
      self->init_due = FALSE;
    }

  signalr_aspnet_connection_wake (self);
}

static void
signalr_aspnet_connection_answer_starts (SignalrAspnetConnection *self,
                                         gboolean                 started)
{
  g_autoptr (GPtrArray) starts = g_steal_pointer (&self->starts);
  g_autofree char *command = g_steal_pointer (&self->start_command);

  for (guint i = 0; starts != NULL && i < starts->len; i++)
    {
      SignalrRequest *request = g_ptr_array_index (starts, i);

      if (started)
        signalr_aspnet_answer_json (request, "{ \"Response\": \"started\" }");
      else
        signalr_request_answer (request, SOUP_STATUS_INTERNAL_SERVER_ERROR, NULL, NULL);
    }

  /* Where it has not, the other server finds out by itself. */
  if (started && command != NULL)
    signalr_scaleout_acknowledge (self->base.host->scaleout,
                                  &(SignalrScaleoutCommand) { .id = command, .wait_for_ack = TRUE });
}

static void
signalr_aspnet_connection_begin_once (SignalrAspnetConnection *self)
{
  SignalrServerConnection *base = signalr_server_connection_ref (self);

  signalr_aspnet_connection_begin (self);

  if (base->lifetime.state == SIGNALR_SERVER_LIFETIME_CONNECTED ||
      base->lifetime.state == SIGNALR_SERVER_LIFETIME_LOST)
    signalr_aspnet_connection_answer_starts (self, TRUE);

  signalr_server_connection_unref (base);
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
  signalr_request_hold (request);
  if (self->starts == NULL)
    self->starts = g_ptr_array_new_with_free_func ((GDestroyNotify) signalr_request_unref);
  g_ptr_array_add (self->starts, signalr_request_ref (request));

  signalr_aspnet_connection_begin_once (self);
}

void
signalr_aspnet_connection_start_for (SignalrAspnetConnection *self,
                                     const char              *command_id)
{
  g_free (self->start_command);
  self->start_command = g_strdup (command_id);

  signalr_aspnet_connection_begin_once (self);
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
signalr_aspnet_connection_go_on (SignalrServerConnection *base)
{
  SignalrAspnetConnection *self = (SignalrAspnetConnection *) base;

  if (self->carrier != NULL)
    signalr_carrier_set_reading (self->carrier, TRUE);
}

static void
signalr_aspnet_connection_refused (SignalrServerConnection *base,
                                   const GError            *error)
{
  signalr_aspnet_connection_answer_starts ((SignalrAspnetConnection *) base, FALSE);
}

static void
signalr_aspnet_connection_keep_alive (SignalrAspnetConnection *self)
{
  g_autoptr (GString) text = NULL;

  if (is_polling (self))
    {
      signalr_aspnet_poll_keep_alive (self->carrier);
      signalr_server_beat_written (&self->base.beat, signalr_server_connection_now (&self->base));
      return;
    }

  text = g_string_new ("{}");
  signalr_aspnet_connection_send_text (self, text);
}

static void
signalr_aspnet_connection_beat (SignalrServerConnection *base,
                                SignalrServerBeatTell    tell)
{
  SignalrAspnetConnection *self = (SignalrAspnetConnection *) base;

  if (tell == SIGNALR_SERVER_BEAT_PING)
    signalr_aspnet_connection_keep_alive (self);
  else
    signalr_aspnet_connection_lose (self, 1000, NULL);
}

static void
signalr_aspnet_connection_send (SignalrServerConnection *base,
                                SignalrMessage          *message)
{
  g_autofree char *topic = own_topic ((SignalrAspnetConnection *) base);

  signalr_host_publish_topic (base->host, topic, message);
}

static void
signalr_aspnet_connection_deliver (SignalrSubscriber *subscriber,
                                   SignalrMessage    *message)
{
  SignalrAspnetConnection *self = (SignalrAspnetConnection *) ((guint8 *) subscriber - G_STRUCT_OFFSET (SignalrServerConnection, subscriber));
  const SignalrScaleoutCommand *command = signalr_message_get_command (message);

  /* The client need not wait until its server has heard that it stops. */
  if (command != NULL && command->type == SIGNALR_SCALEOUT_ABORT)
    {
      self->aborted = TRUE;
      signalr_turn_add (self->base.host->loop->turn, &self->pump);
    }
  signalr_aspnet_connection_wake (self);
}

static void
signalr_aspnet_connection_regroup (SignalrServerConnection *base,
                                   const char              *topic,
                                   gboolean                 joined)
{
  SignalrAspnetConnection *self = (SignalrAspnetConnection *) base;
  const char *name = topic + strlen (group_prefix (self));
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
  if (base->sent_away)
    signalr_aspnet_connection_send_envelope (self, &(SignalrEnvelope) { 0 }, NULL);
  else
    signalr_aspnet_connection_say_end (self, message != NULL ? message : ENDED_BY_SERVER);
}

static void
signalr_aspnet_connection_ended (SignalrServerConnection *base)
{
  SignalrAspnetConnection *self = (SignalrAspnetConnection *) base;
  SignalrTransport transport = signalr_caller_get_transport (base->caller);

  signalr_turn_remove (base->host->loop->turn, &self->pump);
  signalr_aspnet_connection_answer_starts (self, FALSE);

  /* One that never had a transport may still get one: the client falls back. */
  if (self->opened && !base->sent_away)
    signalr_ended_add (base->host->ended, signalr_server_connection_get_id (base),
                       !base->expired && transport == SIGNALR_TRANSPORT_LONG_POLLING,
                       signalr_server_connection_now (base));

  signalr_aspnet_connection_drop_carrier (self, self->close_code, NULL);
}

static void
signalr_aspnet_connection_clear (SignalrServerConnection *base)
{
  SignalrAspnetConnection *self = (SignalrAspnetConnection *) base;

  g_object_unref (self->options);
  g_ptr_array_unref (self->groups);
  g_free (self->start_command);
}

static const SignalrServerConnectionClass signalr_aspnet_connection_class = {
  .migrates = TRUE,
  .accepted = signalr_aspnet_connection_accepted,
  .refused = signalr_aspnet_connection_refused,
  .go_on = signalr_aspnet_connection_go_on,
  .beat = signalr_aspnet_connection_beat,
  .send = signalr_aspnet_connection_send,
  .regroup = signalr_aspnet_connection_regroup,
  .dismiss = signalr_aspnet_connection_dismiss,
  .ended = signalr_aspnet_connection_ended,
  .clear = signalr_aspnet_connection_clear,
};

SignalrAspnetConnection *
signalr_aspnet_connection_new (SignalrRequest *request,
                               const char     *id,
                               GPtrArray      *hubs)
{
  SignalrHost *host = request->host;
  const SignalrServerLimits limits = {
    .unopened = host->times.disconnect_timeout,
    .opening = host->times.disconnect_timeout,
    .lost = host->times.disconnect_timeout + host->times.long_poll_delay,
  };
  SignalrAspnetConnection *self;
  g_autofree char *own = NULL;

  self = (SignalrAspnetConnection *)
    signalr_server_connection_new (sizeof *self, &signalr_aspnet_connection_class, host,
                                   signalr_caller_new (id, SIGNALR_DIALECT_ASPNET),
                                   (SignalrHub * const *) hubs->pdata, hubs->len, &limits);
  signalr_request_introduce (request, self->base.caller, request->mount->aspnet_options);
  signalr_server_connection_count (&self->base, signalr_request_get_address (request));
  self->mount = request->mount;
  self->options = g_object_ref (request->mount->aspnet_options);
  self->close_code = 1000;
  self->pump.func = signalr_aspnet_connection_pump_cb;
  self->base.subscriber.deliver = signalr_aspnet_connection_deliver;
  self->base.subscriber.keeps_place = TRUE;
  self->groups = g_ptr_array_new_with_free_func (g_free);

  /* A request may call it before its transport is there. */
  own = own_topic (self);
  signalr_bus_subscribe (host->bus, own, &self->base.subscriber);
  for (guint i = 0; host->scaleout != NULL && i < hubs->len; i++)
    {
      g_autofree char *of_hub = signalr_hub_topic (g_ptr_array_index (hubs, i), SIGNALR_AUDIENCE_CONNECTION, id);

      signalr_bus_subscribe (host->bus, of_hub, &self->base.subscriber);
    }

  return self;
}

SignalrAspnetConnection *
signalr_aspnet_connection_find (SignalrHost *host,
                                const char  *id)
{
  SignalrServerConnection *base = signalr_host_find (host, id);

  return base != NULL && base->klass == &signalr_aspnet_connection_class ? (SignalrAspnetConnection *) base : NULL;
}
