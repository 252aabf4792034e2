/* aspnetcore-backplane-calls.c: what a server waits for from another
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aspnetcore-backplane-private.h"

#include <string.h>

#include "aspnetcore-connection-private.h"
#include "protocol/aspnetcore-farm-private.h"
#include "server-key-private.h"
#include "signalr-error.h"

/* For the server that has the client to say that it has joined or left. */
#define ACK_LIMIT (30 * G_USEC_PER_SEC)
/* For a client to give a result. The official servers wait for ever, also for a server
 * that has died.
 */
#define RESULT_LIMIT (60 * G_USEC_PER_SEC)

/* A command or question on its way to Redis. */
typedef struct {
  SignalrAwaited *awaited;
  char           *key;
  char           *connection_id;   /* NULL where it does not matter who hears it */
} Sending;

static void
sent_cb (gpointer          user_data,
         const redisReply *reply,
         const GError     *error)
{
  Sending *sending = user_data;
  gboolean unheard = sending->connection_id != NULL && reply != NULL && reply->integer == 0;
  g_autoptr (GTask) task = NULL;

  if (error != NULL || unheard)
    task = signalr_awaited_take (sending->awaited, sending->key);
  if (task != NULL && error != NULL)
    g_task_return_error (task, g_error_copy (error));
  else if (task != NULL)
    g_task_return_new_error (task, SIGNALR_ERROR, SIGNALR_ERROR_NOT_CONNECTED,
                             "Connection '%s' does not exist.", sending->connection_id);

  g_free (sending->key);
  g_free (sending->connection_id);
  g_free (sending);
}

static Sending *
sending_new (SignalrAwaited *awaited,
             const char     *key,
             const char     *connection_id)
{
  Sending *sending = g_new (Sending, 1);

  *sending = (Sending) { awaited, g_strdup (key), g_strdup (connection_id) };

  return sending;
}

/* As the official servers do, a command is told apart by its number: where that wraps,
 * it is negative.
 */
void
signalr_aspnetcore_backplane_regroup (SignalrBackplane *base,
                                      SignalrHub       *hub,
                                      const char       *connection_id,
                                      const char       *group,
                                      gboolean          join,
                                      GTask            *task)
{
  SignalrAspnetcoreBackplane *self = (SignalrAspnetcoreBackplane *) base;
  SignalrBackplanePart *part = signalr_aspnetcore_backplane_find (self, hub);
  SignalrFarmCommand command = {
    .id = self->n_commands == G_MAXINT32 ? G_MININT32 : self->n_commands + 1,
    .server = self->server,
    .action = join ? SIGNALR_FARM_ADD : SIGNALR_FARM_REMOVE,
    .group = (char *) group,
    .connection_id = (char *) connection_id,
  };
  g_autofree char *key = g_strdup_printf ("%d", command.id);
  g_autoptr (GBytes) payload = signalr_farm_command_encode (&command);

  self->n_commands = command.id;
  if (task != NULL)
    {
      g_autofree char *late = g_strdup_printf ("No server has answered for connection '%s'.", connection_id);

      signalr_awaited_add (self->acks, key, task, ACK_LIMIT, late);
    }

  signalr_aspnetcore_backplane_publish (part, "internal:groups", NULL, payload, sent_cb,
                                        sending_new (self->acks, key, NULL));
}

/* The acknowledgement waits behind the SUBSCRIBE that this may have brought. */
void
signalr_aspnetcore_backplane_command_cb (gpointer    user_data,
                                         const char *channel,
                                         GBytes     *payload)
{
  SignalrBackplanePart *part = user_data;
  SignalrHost *host = part->backplane->base.host;
  SignalrServerConnection *connection;
  g_auto (SignalrFarmCommand) command = { 0 };
  g_autoptr (GBytes) ack = NULL;
  g_autoptr (GError) error = NULL;

  if (!signalr_farm_command_decode (payload, &command, &error))
    {
      g_info ("Redis, %s: %s", channel, error->message);
      return;
    }

  connection = signalr_host_find_of (host, part->hub, command.connection_id);
  if (connection == NULL || signalr_caller_get_dialect (connection->caller) != SIGNALR_DIALECT_ASPNETCORE)
    return;

  if (command.action == SIGNALR_FARM_ADD || command.action == SIGNALR_FARM_REMOVE)
    signalr_host_regroup_here (host, part->hub, connection, command.group, command.action == SIGNALR_FARM_ADD);

  ack = signalr_farm_ack_encode (command.id);
  signalr_aspnetcore_backplane_publish (part, "internal:ack:", command.server, ack, NULL, NULL);
}

void
signalr_aspnetcore_backplane_ack_cb (gpointer    user_data,
                                     const char *channel,
                                     GBytes     *payload)
{
  SignalrBackplanePart *part = user_data;
  g_autofree char *key = NULL;
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) error = NULL;
  gint32 id;

  if (!signalr_farm_ack_decode (payload, &id, &error))
    {
      g_info ("Redis, %s: %s", channel, error->message);
      return;
    }

  key = g_strdup_printf ("%d", id);
  task = signalr_awaited_take (part->backplane->acks, key);
  if (task != NULL)
    g_task_return_boolean (task, TRUE);
}

/* The shape of those of the official servers. */
static char *
make_invocation_id (void)
{
  guint32 words[4];
  char *id;

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    words[i] = g_random_int ();
  id = g_base64_encode ((const guint8 *) words, sizeof words);
  id[strcspn (id, "=")] = '\0';

  return id;
}

void
signalr_aspnetcore_backplane_ask (SignalrBackplane *base,
                                  SignalrHub       *hub,
                                  const char       *connection_id,
                                  const char       *method,
                                  JsonNode         *args,
                                  GTask            *task)
{
  SignalrAspnetcoreBackplane *self = (SignalrAspnetcoreBackplane *) base;
  SignalrBackplanePart *part = signalr_aspnetcore_backplane_find (self, hub);
  g_autoptr (JsonNode) none = json_node_init_array (json_node_alloc (), NULL);
  g_autofree char *id = make_invocation_id ();
  g_autofree char *return_channel = g_strconcat (part->type, ":internal:return:", self->server, NULL);
  g_autofree char *late = g_strdup_printf ("Connection '%s' has given no result in time.", connection_id);
  g_autoptr (GBytes) json = NULL;
  g_autoptr (GBytes) messagepack = NULL;
  g_autoptr (GBytes) payload = NULL;
  g_autoptr (GError) error = NULL;
  SignalrRecord record = {
    .type = SIGNALR_RECORD_INVOCATION,
    .invocation_id = id,
    .target = (char *) method,
    .arguments = args != NULL ? args : none,
  };

  json_node_take_array (none, json_array_new ());
  json = signalr_record_encode (&record, SIGNALR_ENCODING_JSON, NULL);
  messagepack = signalr_record_encode (&record, SIGNALR_ENCODING_MESSAGEPACK, &error);
  if (json == NULL && messagepack == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  payload = signalr_farm_call_encode (&(SignalrFarmCall) {
    .json = json,
    .messagepack = messagepack,
    .invocation_id = id,
    .return_channel = return_channel,
  });
  signalr_awaited_add (self->results, id, task, RESULT_LIMIT, late);
  signalr_aspnetcore_backplane_publish (part, "connection:", connection_id, payload, sent_cb,
                                        sending_new (self->results, id, connection_id));
}

void
signalr_aspnetcore_backplane_answer (SignalrBackplane    *base,
                                     const char          *return_channel,
                                     SignalrEncoding      encoding,
                                     const SignalrRecord *completion)
{
  SignalrAspnetcoreBackplane *self = (SignalrAspnetcoreBackplane *) base;
  g_autofree char *channel = g_strconcat (self->prefix, return_channel, NULL);
  g_autoptr (GBytes) record = NULL;
  g_autoptr (GBytes) payload = NULL;
  g_autoptr (GError) error = NULL;

  record = signalr_record_encode (completion, encoding, &error);
  if (record == NULL)
    {
      SignalrRecord refusal = {
        .type = SIGNALR_RECORD_COMPLETION,
        .invocation_id = completion->invocation_id,
        .error = error->message,
      };

      record = signalr_record_encode (&refusal, encoding, NULL);
    }

  payload = signalr_farm_result_encode (&(SignalrFarmResult) {
    .protocol = (char *) signalr_encoding_get_name (encoding),
    .record = record,
  });
  signalr_redis_publish (self->redis, channel, payload, NULL, NULL);
}

/* (transfer full): the Completion; or what can be told of one that is no good. */
static SignalrRecord *
read_completion (const SignalrFarmResult  *result,
                 GError                  **error)
{
  g_autoptr (SignalrRecordReader) reader = NULL;
  SignalrRecord *record;
  SignalrEncoding encoding;
  gsize size;
  const guint8 *data = g_bytes_get_data (result->record, &size);

  if (g_str_equal (result->protocol, "json"))
    {
      encoding = SIGNALR_ENCODING_JSON;
    }
  else if (g_str_equal (result->protocol, "messagepack"))
    {
      encoding = SIGNALR_ENCODING_MESSAGEPACK;
    }
  else
    {
      g_set_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA,
                   "A result in the protocol “%s”, which is not known here", result->protocol);
      return NULL;
    }

  reader = signalr_record_reader_new (encoding, 0);
  if (!signalr_record_reader_push (reader, data, size, error))
    return NULL;

  record = signalr_record_reader_next (reader, error);
  if (record == NULL && g_error_matches (*error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA))
    record = signalr_record_reader_salvage (reader);

  return record;
}

void
signalr_aspnetcore_backplane_result_cb (gpointer    user_data,
                                        const char *channel,
                                        GBytes     *payload)
{
  SignalrBackplanePart *part = user_data;
  g_auto (SignalrFarmResult) result = { 0 };
  g_autoptr (SignalrRecord) record = NULL;
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) error = NULL;

  if (signalr_farm_result_decode (payload, &result, &error))
    record = read_completion (&result, &error);
  if (error != NULL)
    g_info ("Redis, %s: %s", channel, error->message);

  if (record != NULL && record->type == SIGNALR_RECORD_COMPLETION && record->invocation_id != NULL)
    task = signalr_awaited_take (part->backplane->results, record->invocation_id);
  if (task == NULL)
    return;

  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    signalr_aspnetcore_return_result (task, record);
}
