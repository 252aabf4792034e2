/* scaleout.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "scaleout-private.h"

#include <string.h>

#include "protocol/json-scan-private.h"
#include "signalr-error.h"

/* As long as the official servers wait. */
#define ACK_TIMEOUT (30 * G_USEC_PER_SEC)

#define CONNECTION_PREFIX "c-"

/* Somebody waits for an acknowledgement. */
typedef struct {
  SignalrScaleout     *scaleout;
  char                *id;        /* of the command */
  SignalrTimer         timer;
  SignalrScaleoutFunc  func;
  gpointer             user_data;
} Wait;

struct _SignalrScaleout {
  SignalrBus                 *bus;
  SignalrHeartbeat           *heartbeat;
  const SignalrScaleoutFuncs *funcs;
  gpointer                    backplane;

  char                       *source;   /* stands for a sender */
  GHashTable                 *waits;    /* of Wait, by the id of the command */
  GBytes                     *last;     /* that was heard; NULL for none */
};

static void
wait_free (Wait *wait)
{
  signalr_heartbeat_set (wait->scaleout->heartbeat, &wait->timer, SIGNALR_NEVER);
  g_free (wait->id);
  g_free (wait);
}

/* Takes it out before it tells, for who is told may ask again. */
static void
wait_end (Wait         *wait,
          const GError *error)
{
  SignalrScaleoutFunc func = wait->func;
  gpointer user_data = wait->user_data;

  g_hash_table_remove (wait->scaleout->waits, wait->id);
  wait_free (wait);

  if (func != NULL)
    func (user_data, error);
}

static void
timer_cb (SignalrTimer *timer,
          gint64        now)
{
  Wait *wait = (Wait *) ((guint8 *) timer - G_STRUCT_OFFSET (Wait, timer));
  g_autoptr (GError) error = NULL;

  error = g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_TIMED_OUT, "No server has acknowledged it: none has the client.");
  wait_end (wait, error);
}

SignalrScaleout *
signalr_scaleout_new (SignalrBus                 *bus,
                      SignalrHeartbeat           *heartbeat,
                      const SignalrScaleoutFuncs *funcs,
                      gpointer                    backplane)
{
  SignalrScaleout *self = g_new0 (SignalrScaleout, 1);

  self->bus = bus;
  self->heartbeat = heartbeat;
  self->funcs = funcs;
  self->backplane = backplane;
  self->source = g_uuid_string_random ();
  self->waits = g_hash_table_new (g_str_hash, g_str_equal);
  signalr_bus_share (bus);

  return self;
}

void
signalr_scaleout_free (SignalrScaleout *self)
{
  g_autoptr (GList) waits = g_hash_table_get_values (self->waits);
  g_autoptr (GError) error = g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_CANCELLED, "The server has stopped.");

  for (GList *l = waits; l != NULL; l = l->next)
    wait_end (l->data, error);

  g_hash_table_unref (self->waits);
  g_clear_pointer (&self->last, g_bytes_unref);
  g_free (self->source);
  g_free (self);
}

guint64
signalr_scaleout_get_newest (SignalrScaleout *self)
{
  return signalr_bus_get_newest (self->bus);
}

void
signalr_scaleout_begin_at (SignalrScaleout *self,
                           guint64          number)
{
  signalr_bus_begin_at (self->bus, number);
}

void
signalr_scaleout_settle (SignalrScaleout     *self,
                         SignalrScaleoutFunc  func,
                         gpointer             user_data)
{
  self->funcs->settle (self->backplane, func, user_data);
}

static void
hear_ack (SignalrScaleout        *self,
          SignalrScaleoutMessage *message)
{
  Wait *wait = message->command_id != NULL ? g_hash_table_lookup (self->waits, message->command_id) : NULL;

  if (wait != NULL)
    wait_end (wait, NULL);
}

/* The message says what is acknowledged, and whether, not the command in it. */
static SignalrMessage *
make_command (SignalrScaleoutMessage  *message,
              GError                 **error)
{
  SignalrScaleoutCommand *command = signalr_scaleout_command_decode (message->value, error);

  if (command == NULL)
    return NULL;

  g_free (command->id);
  command->id = g_strdup (message->command_id);
  command->wait_for_ack = message->wait_for_ack;

  return signalr_message_new_command (command);
}

/* Connections are left out by their topics. */
static GStrv
parse_filter (const char *filter)
{
  g_auto (GStrv) keys = NULL;
  g_autoptr (GStrvBuilder) ids = g_strv_builder_new ();

  if (filter == NULL)
    return NULL;

  keys = g_strsplit (filter, "|", -1);
  for (gsize i = 0; keys[i] != NULL; i++)
    {
      if (g_str_has_prefix (keys[i], CONNECTION_PREFIX))
        g_strv_builder_add (ids, keys[i] + strlen (CONNECTION_PREFIX));
    }

  return g_strv_builder_end (ids);
}

/* What goes to clients as it is has to be what they can read. */
static SignalrMessage *
make_call (SignalrScaleoutMessage  *message,
           GError                 **error)
{
  g_auto (GStrv) except = parse_filter (message->filter);
  gsize size;
  const char *text = g_bytes_get_data (message->value, &size);

  if (!signalr_json_scan (text != NULL ? text : "", size, error))
    return NULL;

  return signalr_message_new_bytes (message->value, (const char * const *) except);
}

static void
hear_message (SignalrScaleout        *self,
              SignalrScaleoutMessage *message)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SignalrMessage) made = NULL;

  if (message->is_ack)
    {
      hear_ack (self, message);
      return;
    }

  if (message->command_id == NULL)
    made = make_call (message, &error);
  else if (g_str_has_prefix (message->key, CONNECTION_PREFIX))
    made = make_command (message, &error);
  else
    g_set_error (&error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA, "It is a command for nobody in particular");

  if (made != NULL)
    signalr_bus_hear (self->bus, message->key, made);
  else
    g_info ("What another server said for %s is passed over: %s", message->key, error->message);
}

/*< private >
 * signalr_scaleout_hear:
 *
 * What is broken is lost alone. An exact repeat, which some backplanes have, is none.
 */
void
signalr_scaleout_hear (SignalrScaleout *self,
                       GBytes          *bytes)
{
  g_autoptr (SignalrScaleoutPayload) payload = NULL;
  g_autoptr (GError) error = NULL;

  if (self->last != NULL && g_bytes_equal (self->last, bytes))
    return;

  payload = signalr_scaleout_decode (bytes, &error);
  if (payload == NULL)
    {
      g_info ("What came over the backplane is passed over: %s", error->message);
      return;
    }

  g_clear_pointer (&self->last, g_bytes_unref);
  self->last = g_bytes_ref (bytes);

  if (payload->id < signalr_scaleout_get_newest (self))
    g_info ("The numbers of the backplane begin again with %" G_GUINT64_FORMAT, payload->id);
  signalr_bus_advance (self->bus, payload->id);

  for (guint i = 0; i < payload->messages->len; i++)
    hear_message (self, g_ptr_array_index (payload->messages, i));
}

static void
signalr_scaleout_say (SignalrScaleout              *self,
                      const SignalrScaleoutMessage *message,
                      SignalrScaleoutFunc           func,
                      gpointer                      user_data)
{
  g_autoptr (GBytes) body = signalr_scaleout_encode (message, signalr_scaleout_ticks (g_get_real_time ()));

  self->funcs->send (self->backplane, body, func, user_data);
}

static char *
join_filter (GHashTable *except)
{
  GString *filter = NULL;
  GHashTableIter iter;
  gpointer id;

  if (except == NULL)
    return NULL;

  filter = g_string_new (NULL);
  g_hash_table_iter_init (&iter, except);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    {
      if (filter->len > 0)
        g_string_append_c (filter, '|');
      g_string_append (filter, CONNECTION_PREFIX);
      g_string_append (filter, id);
    }

  return g_string_free (filter, FALSE);
}

/* A hub's call has nobody to hear of it. */
static void
said_cb (gpointer      user_data,
         const GError *error)
{
  if (error != NULL)
    g_info ("Something could not be said to the other servers: %s", error->message);
}

void
signalr_scaleout_publish (SignalrScaleout *self,
                          const char      *topic,
                          SignalrMessage  *message)
{
  g_autofree char *filter = join_filter (signalr_message_get_except (message));
  const SignalrScaleoutMessage said = {
    .source = self->source,
    .key = (char *) topic,
    .value = signalr_message_get (message, SIGNALR_FORM_ASPNET),
    .filter = filter,
  };

  if (said.value != NULL)
    signalr_scaleout_say (self, &said, said_cb, NULL);
}

static void
signalr_scaleout_command (SignalrScaleout        *self,
                          const char             *connection_id,
                          SignalrScaleoutCommand *command,
                          SignalrScaleoutFunc     func,
                          gpointer                user_data)
{
  g_autofree char *topic = g_strconcat (CONNECTION_PREFIX, connection_id, NULL);
  g_autoptr (GBytes) value = signalr_scaleout_command_encode (command);
  const SignalrScaleoutMessage said = {
    .source = self->source,
    .key = topic,
    .value = value,
    .command_id = command->id,
    .wait_for_ack = command->wait_for_ack,
  };

  signalr_scaleout_say (self, &said, func, user_data);
}

/* The way out of a command that is waited for. */
typedef struct {
  SignalrScaleout *scaleout;
  char            *id;
} Errand;

/* Its acknowledgement may have been faster. */
static void
errand_cb (gpointer      user_data,
           const GError *error)
{
  Errand *errand = user_data;
  Wait *wait = g_hash_table_lookup (errand->scaleout->waits, errand->id);

  if (error != NULL && wait != NULL)
    wait_end (wait, error);

  g_free (errand->id);
  g_free (errand);
}

static void
signalr_scaleout_ask (SignalrScaleout            *self,
                      const char                 *connection_id,
                      SignalrScaleoutCommandType  type,
                      const char                 *value,
                      SignalrScaleoutFunc         func,
                      gpointer                    user_data)
{
  SignalrScaleoutCommand command = { .wait_for_ack = TRUE, .type = type, .value = (char *) value };
  Errand *errand = g_new (Errand, 1);
  Wait *wait = g_new0 (Wait, 1);

  command.id = wait->id = g_uuid_string_random ();
  wait->scaleout = self;
  wait->timer.func = timer_cb;
  wait->func = func;
  wait->user_data = user_data;
  g_hash_table_insert (self->waits, wait->id, wait);
  signalr_heartbeat_set (self->heartbeat, &wait->timer, signalr_heartbeat_now (self->heartbeat) + ACK_TIMEOUT);

  errand->scaleout = self;
  errand->id = g_strdup (command.id);
  signalr_scaleout_command (self, connection_id, &command, errand_cb, errand);
}

void
signalr_scaleout_regroup (SignalrScaleout     *self,
                          const char          *connection_id,
                          const char          *group_topic,
                          gboolean             join,
                          SignalrScaleoutFunc  func,
                          gpointer             user_data)
{
  signalr_scaleout_ask (self, connection_id,
                        join ? SIGNALR_SCALEOUT_ADD_TO_GROUP : SIGNALR_SCALEOUT_REMOVE_FROM_GROUP,
                        group_topic, func, user_data);
}

void
signalr_scaleout_start (SignalrScaleout     *self,
                        const char          *connection_id,
                        SignalrScaleoutFunc  func,
                        gpointer             user_data)
{
  signalr_scaleout_ask (self, connection_id, SIGNALR_SCALEOUT_INITIALIZE, SIGNALR_SCALEOUT_START, func, user_data);
}

void
signalr_scaleout_abort (SignalrScaleout *self,
                        const char      *connection_id)
{
  g_autofree char *id = g_uuid_string_random ();
  SignalrScaleoutCommand command = { .id = id, .type = SIGNALR_SCALEOUT_ABORT };

  signalr_scaleout_command (self, connection_id, &command, said_cb, NULL);
}

void
signalr_scaleout_acknowledge (SignalrScaleout              *self,
                              const SignalrScaleoutCommand *command)
{
  const SignalrScaleoutMessage said = {
    .source = self->source,
    .key = (char *) SIGNALR_SCALEOUT_SERVERS,
    .command_id = command->id,
    .is_ack = TRUE,
  };

  if (command->wait_for_ack)
    signalr_scaleout_say (self, &said, said_cb, NULL);
}
