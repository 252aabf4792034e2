/* aspnetcore-backplane.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aspnetcore-backplane-private.h"

#include <string.h>

#include "aspnetcore-connection-private.h"
#include "protocol/aspnetcore-farm-private.h"
#include "signalr-error.h"
#include "signalr-hub-private.h"

#define GROUP "group:"
#define USER "user:"
#define CONNECTION "connection:"

static void
part_free (gpointer data)
{
  SignalrBackplanePart *part = data;

  g_free (part->type);
  g_free (part);
}

SignalrBackplanePart *
signalr_aspnetcore_backplane_find (SignalrAspnetcoreBackplane *self,
                                   SignalrHub                 *hub)
{
  g_autofree char *type = signalr_hub_dup_type_name (hub, self->base.host->farm->hub_namespace);

  return g_hash_table_lookup (self->parts, type);
}

static char *
channel_of (SignalrBackplanePart *part,
            const char           *kind,
            const char           *name)
{
  return g_strconcat (part->backplane->prefix, part->type, ":", kind, name, NULL);
}

void
signalr_aspnetcore_backplane_publish (SignalrBackplanePart  *part,
                                      const char            *kind,
                                      const char            *name,
                                      GBytes                *payload,
                                      SignalrRedisReplyFunc  func,
                                      gpointer               user_data)
{
  g_autofree char *channel = channel_of (part, kind, name);

  signalr_redis_publish (part->backplane->redis, channel, payload, func, user_data);
}

/* Nobody waits for what a hub says to become of it. */
static void
published_cb (gpointer          user_data,
              const redisReply *reply,
              const GError     *error)
{
  if (error != NULL)
    g_info ("A call is lost: %s", error->message);
}

/* Both ways of writing it always, whatever our own clients speak. */
static void
signalr_aspnetcore_backplane_publish_message (SignalrBackplanePart *part,
                                              const char           *kind,
                                              const char           *name,
                                              SignalrMessage       *message)
{
  GHashTable *except = signalr_message_get_except (message);
  g_autofree char **excluded = NULL;
  g_autoptr (GBytes) payload = NULL;
  SignalrFarmCall call = {
    .json = signalr_message_get (message, SIGNALR_FORM_RECORD_JSON),
    .messagepack = signalr_message_get (message, SIGNALR_FORM_RECORD_MESSAGEPACK),
  };

  if (call.json == NULL && call.messagepack == NULL)
    return;

  if (except != NULL)
    call.excluded = excluded = (char **) g_hash_table_get_keys_as_array (except, NULL);

  payload = signalr_farm_call_encode (&call);
  signalr_aspnetcore_backplane_publish (part, kind, name, payload, published_cb, NULL);
}

static void
signalr_aspnetcore_backplane_publish_to (SignalrBackplane *base,
                                         SignalrHub       *hub,
                                         SignalrAudience   audience,
                                         const char       *name,
                                         SignalrMessage   *message)
{
  static const char *kinds[] = {
    [SIGNALR_AUDIENCE_ALL] = "all",
    [SIGNALR_AUDIENCE_GROUP] = GROUP,
    [SIGNALR_AUDIENCE_USER] = USER,
    [SIGNALR_AUDIENCE_CONNECTION] = CONNECTION,
  };
  SignalrBackplanePart *part = signalr_aspnetcore_backplane_find ((SignalrAspnetcoreBackplane *) base, hub);

  signalr_aspnetcore_backplane_publish_message (part, kinds[audience], name, message);
}

static void
signalr_aspnetcore_backplane_send (SignalrBackplane *base,
                                   SignalrHub       *hub,
                                   const char       *connection_id,
                                   SignalrMessage   *message)
{
  signalr_aspnetcore_backplane_publish_to (base, hub, SIGNALR_AUDIENCE_CONNECTION, connection_id, message);
}

typedef struct {
  SignalrSettledFunc func;
  gpointer           user_data;
} Settling;

static void
settled_cb (gpointer          user_data,
            const redisReply *reply,
            const GError     *error)
{
  g_autofree Settling *settling = user_data;

  settling->func (settling->user_data, error);
}

static void
signalr_aspnetcore_backplane_settle (SignalrBackplane   *base,
                                     SignalrSettledFunc  func,
                                     gpointer            user_data)
{
  SignalrAspnetcoreBackplane *self = (SignalrAspnetcoreBackplane *) base;
  Settling *settling = g_new (Settling, 1);

  *settling = (Settling) { func, user_data };
  signalr_redis_wait (self->redis, settled_cb, settling);
}

/* What a server without MessagePack says cannot reach who speaks nothing else: that is
 * no reason to end a client's connection.
 */
static void
signalr_aspnetcore_backplane_note_lack (SignalrBackplanePart  *part,
                                        const SignalrFarmCall *call)
{
  if (part->lacked || (call->json != NULL && call->messagepack != NULL))
    return;

  part->lacked = TRUE;
  g_info ("A server behind the same Redis calls clients of %s without %s: those that speak it do not hear that",
          part->type, call->json == NULL ? "JSON" : "MessagePack");
}

/* A client of ours is asked for a result. */
static void
signalr_aspnetcore_backplane_take_question (SignalrBackplanePart  *part,
                                            const char            *connection_id,
                                            const SignalrFarmCall *call,
                                            SignalrMessage        *message)
{
  SignalrServerConnection *connection;

  connection = signalr_host_find_of (part->backplane->base.host, part->hub, connection_id);
  if (connection != NULL && signalr_caller_get_dialect (connection->caller) == SIGNALR_DIALECT_ASPNETCORE)
    signalr_aspnetcore_pass_question ((SignalrAspnetcoreConnection *) connection, call->invocation_id,
                                      call->return_channel, message);
}

static void
signalr_aspnetcore_backplane_message_cb (gpointer    user_data,
                                         const char *channel,
                                         GBytes     *payload)
{
  SignalrBackplanePart *part = user_data;
  SignalrAspnetcoreBackplane *self = part->backplane;
  const char *topic = channel + strlen (self->prefix);
  const char *kind = topic + strlen (part->type) + 1;
  gboolean filtered = g_str_equal (kind, "all") || g_str_has_prefix (kind, GROUP);
  g_auto (SignalrFarmCall) call = { 0 };
  g_autoptr (SignalrMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  if (!signalr_farm_call_decode (payload, &call, &error))
    {
      g_info ("Redis, %s: %s", channel, error->message);
      return;
    }

  signalr_aspnetcore_backplane_note_lack (part, &call);
  message = signalr_message_new_records (call.json, call.messagepack,
                                         filtered ? (const char * const *) call.excluded : NULL);

  if (call.invocation_id != NULL && g_str_has_prefix (kind, CONNECTION))
    signalr_aspnetcore_backplane_take_question (part, kind + strlen (CONNECTION), &call, message);
  else
    signalr_bus_publish (self->base.host->bus, topic, message);
}

/* The first of our own listens to a channel, or the last does not any more. */
static void
signalr_aspnetcore_backplane_watch_cb (gpointer    user_data,
                                       const char *topic,
                                       gboolean    listened)
{
  SignalrAspnetcoreBackplane *self = user_data;
  const char *colon = strchr (topic, ':');
  g_autofree char *type = g_strndup (topic, colon - topic);
  SignalrBackplanePart *part = g_hash_table_lookup (self->parts, type);
  g_autofree char *channel = NULL;

  /* What is for all is listened to always; and what has no hub stays here. */
  if (part == NULL || g_str_equal (colon, ":all"))
    return;

  channel = g_strconcat (self->prefix, topic, NULL);
  if (listened)
    signalr_redis_subscribe (self->redis, channel, signalr_aspnetcore_backplane_message_cb, part);
  else
    signalr_redis_unsubscribe (self->redis, channel);
}

static void
signalr_aspnetcore_backplane_free (SignalrBackplane *base)
{
  SignalrAspnetcoreBackplane *self = (SignalrAspnetcoreBackplane *) base;

  signalr_bus_set_watch (base->host->bus, NULL, NULL);
  signalr_awaited_free (self->acks);
  signalr_awaited_free (self->results);
  g_hash_table_unref (self->parts);
  g_free (self->server);
  g_free (self);
}

static const SignalrBackplaneClass signalr_aspnetcore_backplane_class = {
  .publish = signalr_aspnetcore_backplane_publish_to,
  .send = signalr_aspnetcore_backplane_send,
  .ask = signalr_aspnetcore_backplane_ask,
  .answer = signalr_aspnetcore_backplane_answer,
  .regroup = signalr_aspnetcore_backplane_regroup,
  .settle = signalr_aspnetcore_backplane_settle,
  .free = signalr_aspnetcore_backplane_free,
};

static void
signalr_backplane_part_subscribe (SignalrBackplanePart    *self,
                                  const char              *kind,
                                  const char              *name,
                                  SignalrRedisMessageFunc  func)
{
  g_autofree char *channel = channel_of (self, kind, name);

  signalr_redis_subscribe (self->backplane->redis, channel, func, self);
}

static gboolean
signalr_aspnetcore_backplane_add_hub (SignalrAspnetcoreBackplane  *self,
                                      SignalrHub                  *hub,
                                      GError                     **error)
{
  g_autofree char *type = signalr_hub_dup_type_name (hub, self->base.host->farm->hub_namespace);
  SignalrBackplanePart *part;

  if (strpbrk (type, ":*") != NULL || g_hash_table_contains (self->parts, type))
    {
      g_set_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA,
                   "No two hubs behind Redis, and none with a colon or an asterisk, can be called “%s”", type);
      return FALSE;
    }

  part = g_new0 (SignalrBackplanePart, 1);
  part->backplane = self;
  part->hub = hub;
  part->type = g_steal_pointer (&type);
  g_hash_table_insert (self->parts, part->type, part);

  signalr_backplane_part_subscribe (part, "all", NULL, signalr_aspnetcore_backplane_message_cb);
  signalr_backplane_part_subscribe (part, "internal:groups", NULL, signalr_aspnetcore_backplane_command_cb);
  signalr_backplane_part_subscribe (part, "internal:ack:", self->server, signalr_aspnetcore_backplane_ack_cb);
  signalr_backplane_part_subscribe (part, "internal:return:", self->server, signalr_aspnetcore_backplane_result_cb);

  return TRUE;
}

SignalrBackplane *
signalr_aspnetcore_backplane_new (SignalrHost   *host,
                                  SignalrRedis  *redis,
                                  GError       **error)
{
  SignalrAspnetcoreBackplane *self = g_new0 (SignalrAspnetcoreBackplane, 1);
  g_autofree char *random = g_uuid_string_random ();

  self->base.klass = &signalr_aspnetcore_backplane_class;
  self->base.host = host;
  self->redis = redis;
  self->prefix = signalr_redis_get_address (redis)->channel_prefix;
  self->server = g_strconcat (g_get_host_name (), "_", random, NULL);
  self->parts = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, part_free);
  self->acks = signalr_awaited_new (host->loop);
  self->results = signalr_awaited_new (host->loop);
  signalr_bus_set_watch (host->bus, signalr_aspnetcore_backplane_watch_cb, self);

  for (guint i = 0; i < host->hubs->len; i++)
    {
      SignalrHub *hub = g_ptr_array_index (host->hubs, i);

      if (signalr_host_serves (host, hub, SIGNALR_DIALECT_ASPNETCORE) &&
          !signalr_aspnetcore_backplane_add_hub (self, hub, error))
        {
          signalr_aspnetcore_backplane_free (&self->base);
          return NULL;
        }
    }

  return &self->base;
}
