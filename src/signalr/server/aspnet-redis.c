/* aspnet-redis.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aspnet-redis-private.h"

#include <string.h>

/* What GET returns is exact, where a number of Lua has 14 digits. */
#define PUBLISH_SCRIPT \
  "redis.call('INCR',KEYS[1]) " \
  "local id=redis.call('GET',KEYS[1]) " \
  "redis.call('PUBLISH',KEYS[1],id..' '..ARGV[1]) " \
  "return id"

#define RESTORE_SCRIPT \
  "local id=redis.call('GET',KEYS[1]) or '0' " \
  "if (tonumber(id) or 0)<tonumber(ARGV[1]) then redis.call('SET',KEYS[1],ARGV[1]) id=ARGV[1] end " \
  "return id"

/* From here on other servers' scripts make texts of numbers that nobody can read. */
#define MAX_ID G_GUINT64_CONSTANT (100000000000000)

struct _SignalrAspnetRedis {
  SignalrRedis    *redis;
  char            *key;
  SignalrScaleout *scaleout;
};

/* Somebody waits for Redis to take something. */
typedef struct {
  SignalrScaleoutFunc  func;
  gpointer             user_data;
} Errand;

static void
sent_cb (gpointer          user_data,
         const redisReply *reply,
         const GError     *error)
{
  Errand *errand = user_data;

  errand->func (errand->user_data, error);
  g_free (errand);
}

static void
send_cb (gpointer             backplane,
         GBytes              *body,
         SignalrScaleoutFunc  func,
         gpointer             user_data)
{
  SignalrAspnetRedis *self = backplane;
  gsize size;
  const char *data = g_bytes_get_data (body, &size);
  const char *args[] = { "EVAL", PUBLISH_SCRIPT, "1", self->key, data };
  const gsize lengths[] = { strlen (args[0]), strlen (args[1]), strlen (args[2]), strlen (args[3]), size };
  Errand *errand = g_new (Errand, 1);

  errand->func = func;
  errand->user_data = user_data;
  signalr_redis_command (self->redis, G_N_ELEMENTS (args), args, lengths, sent_cb, errand);
}

/* An answer comes after that about the counter, and after everything is subscribed. */
static void
settle_cb (gpointer             backplane,
           SignalrScaleoutFunc  func,
           gpointer             user_data)
{
  SignalrAspnetRedis *self = backplane;
  Errand *errand = g_new (Errand, 1);

  errand->func = func;
  errand->user_data = user_data;
  signalr_redis_command (self->redis, 1, (const char *[]) { "PING" }, NULL, sent_cb, errand);
}

static const SignalrScaleoutFuncs funcs = { send_cb, settle_cb };

static void
hear_cb (gpointer    user_data,
         const char *channel,
         GBytes     *payload)
{
  SignalrAspnetRedis *self = user_data;

  signalr_scaleout_hear (self->scaleout, payload);
}

static void
restored_cb (gpointer          user_data,
             const redisReply *reply,
             const GError     *error)
{
  SignalrAspnetRedis *self = user_data;
  guint64 number;

  if (error != NULL)
    g_info ("The counter on Redis cannot be read: %s", error->message);
  else if (reply->type == REDIS_REPLY_STRING &&
           g_ascii_string_to_unsigned (reply->str, 10, 0, G_MAXINT64, &number, NULL))
    signalr_scaleout_begin_at (self->scaleout, number);
}

/* Redis may have been started anew, and without the counter ids would begin again. A
 * server that has heard nothing yet asks how far the others are.
 */
static void
up_cb (gpointer user_data)
{
  SignalrAspnetRedis *self = user_data;
  guint64 newest = signalr_scaleout_get_newest (self->scaleout);
  g_autofree char *id = g_strdup_printf ("%" G_GUINT64_FORMAT, newest);
  const char *args[] = { "EVAL", RESTORE_SCRIPT, "1", self->key, id };

  if (newest < MAX_ID)
    signalr_redis_command (self->redis, G_N_ELEMENTS (args), args, NULL, restored_cb, self);
}

/* Whoever asks is told. */
static void
down_cb (gpointer      user_data,
         const GError *error)
{
}

SignalrAspnetRedis *
signalr_aspnet_redis_new (SignalrBus       *bus,
                          SignalrHeartbeat *heartbeat,
                          SignalrRedis     *redis,
                          const char       *key)
{
  SignalrAspnetRedis *self = g_new0 (SignalrAspnetRedis, 1);
  const SignalrRedisWatch watch = { up_cb, down_cb, self };

  self->redis = redis;
  self->key = g_strdup (key);
  self->scaleout = signalr_scaleout_new (bus, heartbeat, &funcs, self);
  signalr_redis_add_watch (redis, &watch);
  signalr_redis_subscribe (redis, key, hear_cb, self);

  return self;
}

void
signalr_aspnet_redis_free (SignalrAspnetRedis *self)
{
  signalr_scaleout_free (self->scaleout);
  g_free (self->key);
  g_free (self);
}

SignalrScaleout *
signalr_aspnet_redis_get_scaleout (SignalrAspnetRedis *self)
{
  return self->scaleout;
}
