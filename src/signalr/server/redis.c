/* redis.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "redis-private.h"

#include <string.h>

#include "signalr-error-private.h"

/* What may wait to be sent, or for its reply. */
#define MAX_WAITING 65536
#define MAX_WAITING_BYTES (32 * 1024 * 1024)

typedef struct {
  char                    *channel;
  SignalrRedisMessageFunc  func;
  gpointer                 user_data;
} Subscription;

typedef struct {
  SignalrRedis          *redis;
  GBytes                *command;    /* NULL where only its turn is waited for */
  guint64                after;      /* so many subscriptions are to be confirmed before */
  GError                *error;      /* why it is not sent; NULL where it may be */
  SignalrRedisReplyFunc  func;
  gpointer               user_data;
} Request;

struct _SignalrRedis {
  SignalrLoop         *loop;
  SignalrRedisAddress *address;
  SignalrRedisLink    *commands;
  SignalrRedisLink    *channels;
  GArray              *watches;         /* of SignalrRedisWatch */

  gboolean             up;
  gboolean             told_down;
  GError              *error;           /* why it is not up; NULL where it has not failed yet */
  gboolean             freed;

  GHashTable          *subscriptions;   /* by channel */
  guint64              n_requested;     /* (UN)SUBSCRIBEs ever sent */
  guint64              n_confirmed;
  guint64              n_restored;      /* that are to be confirmed before it is up */

  GQueue               requests;        /* of Request: those not sent yet */
  GQueue               delayed;         /* of Request: those behind what the watches command */
  GQueue               failed;          /* of Request: those that never will be */
  gsize                n_bytes;         /* of requests */
  guint                n_unanswered;    /* that have been sent */
  SignalrTask          task;
};

static void
signalr_redis_clear (gpointer data)
{
  SignalrRedis *self = data;

  signalr_redis_address_unref (self->address);
  signalr_loop_unref (self->loop);
  g_array_unref (self->watches);
  g_hash_table_unref (self->subscriptions);
  g_clear_error (&self->error);
}

static void
signalr_redis_unref (SignalrRedis *self)
{
  g_rc_box_release_full (self, signalr_redis_clear);
}

static void
subscription_free (gpointer data)
{
  Subscription *subscription = data;

  g_free (subscription->channel);
  g_free (subscription);
}

/* Tells what became of it, and frees it. */
static void
request_finish (Request          *request,
                const redisReply *reply,
                const GError     *error)
{
  if (request->func != NULL)
    request->func (request->user_data, reply, error);

  g_clear_pointer (&request->command, g_bytes_unref);
  g_clear_error (&request->error);
  g_free (request);
}

static void
request_replied_cb (gpointer          user_data,
                    const redisReply *reply,
                    const GError     *error)
{
  Request *request = user_data;

  request->redis->n_unanswered--;
  request_finish (request, reply, error);
}

static void
signalr_redis_send (SignalrRedis *self,
                    Request      *request)
{
  if (request->command == NULL)
    {
      request_finish (request, NULL, NULL);
      return;
    }

  self->n_bytes -= g_bytes_get_size (request->command);
  self->n_unanswered++;
  signalr_redis_link_send (self->commands, request->command, request_replied_cb, request);
  g_clear_pointer (&request->command, g_bytes_unref);
}

static void
signalr_redis_fail_requests (SignalrRedis *self)
{
  Request *request;

  while ((request = g_queue_pop_head (&self->failed)) != NULL)
    request_finish (request, NULL, request->error);
}

/* Whether nobody knows when it will be there. */
static gboolean
signalr_redis_is_away (SignalrRedis *self)
{
  return signalr_redis_link_get_state (self->commands) == SIGNALR_REDIS_LINK_WAITING ||
         signalr_redis_link_get_state (self->channels) == SIGNALR_REDIS_LINK_WAITING;
}

static void
signalr_redis_give_up_requests (SignalrRedis *self)
{
  Request *request;

  while ((request = g_queue_pop_head (&self->requests)) != NULL)
    {
      request->error = g_error_new (SIGNALR_ERROR, SIGNALR_ERROR_NOT_CONNECTED, "Redis is not there: %s",
                                    self->error->message);
      signalr_error_set_delivery (request->error, SIGNALR_DELIVERY_NOT_SENT);
      g_queue_push_tail (&self->failed, request);
    }

  self->n_bytes = 0;
}

static void
signalr_redis_task_cb (SignalrTask *task)
{
  SignalrRedis *self = (SignalrRedis *) ((guint8 *) task - G_STRUCT_OFFSET (SignalrRedis, task));
  Request *request;

  g_rc_box_acquire (self);

  while (self->up && (request = g_queue_peek_head (&self->requests)) != NULL &&
         self->n_confirmed >= request->after)
    {
      g_queue_pop_head (&self->requests);
      signalr_redis_send (self, request);
    }

  if (!self->freed && signalr_redis_is_away (self))
    signalr_redis_give_up_requests (self);
  signalr_redis_fail_requests (self);

  signalr_redis_unref (self);
}

static void
signalr_redis_look (SignalrRedis *self)
{
  if (!self->freed)
    signalr_turn_add (self->loop->turn, &self->task);
}

/* The watches may command something, which goes first. */
static void
signalr_redis_come_up (SignalrRedis *self)
{
  self->delayed = self->requests;
  g_queue_init (&self->requests);
  self->up = TRUE;
  self->told_down = FALSE;
  g_clear_error (&self->error);

  for (guint i = 0; i < self->watches->len && self->up; i++)
    {
      SignalrRedisWatch *watch = &g_array_index (self->watches, SignalrRedisWatch, i);

      watch->up (watch->user_data);
    }

  while (!g_queue_is_empty (&self->delayed))
    g_queue_push_tail_link (&self->requests, g_queue_pop_head_link (&self->delayed));
  signalr_redis_look (self);
}

static void
signalr_redis_check (SignalrRedis *self)
{
  if (!self->up &&
      signalr_redis_link_get_state (self->commands) == SIGNALR_REDIS_LINK_READY &&
      signalr_redis_link_get_state (self->channels) == SIGNALR_REDIS_LINK_READY &&
      self->n_confirmed >= self->n_restored)
    signalr_redis_come_up (self);
  else
    signalr_redis_look (self);
}

static void
signalr_redis_lost_cb (gpointer      owner,
                       const GError *error)
{
  SignalrRedis *self = g_rc_box_acquire (owner);

  self->up = FALSE;
  g_clear_error (&self->error);
  self->error = g_error_copy (error);

  for (guint i = 0; i < self->watches->len && !self->told_down; i++)
    {
      SignalrRedisWatch *watch = &g_array_index (self->watches, SignalrRedisWatch, i);

      watch->down (watch->user_data, error);
    }
  self->told_down = TRUE;

  signalr_redis_look (self);
  signalr_redis_unref (self);
}

static void
signalr_redis_commands_ready_cb (gpointer owner)
{
  SignalrRedis *self = g_rc_box_acquire (owner);

  signalr_redis_check (self);
  signalr_redis_unref (self);
}

static void
signalr_redis_tell_channel (SignalrRedis *self,
                            const char   *verb,
                            const char   *channel)
{
  g_autoptr (GBytes) command = NULL;

  if (signalr_redis_link_get_state (self->channels) != SIGNALR_REDIS_LINK_READY)
    return;

  command = signalr_redis_command_new (2, (const char *[]) { verb, channel },
                                       (gsize[]) { strlen (verb), strlen (channel) });
  signalr_redis_link_send (self->channels, command, NULL, NULL);
  self->n_requested++;
}

/* What was told to the connection before this one does not count any more. */
static void
signalr_redis_channels_ready_cb (gpointer owner)
{
  SignalrRedis *self = g_rc_box_acquire (owner);
  GHashTableIter iter;
  gpointer channel;

  self->n_confirmed = self->n_requested;
  g_hash_table_iter_init (&iter, self->subscriptions);
  while (g_hash_table_iter_next (&iter, &channel, NULL))
    signalr_redis_tell_channel (self, "SUBSCRIBE", channel);
  self->n_restored = self->n_requested;

  signalr_redis_check (self);
  signalr_redis_unref (self);
}

static gboolean
is_text (const redisReply *reply)
{
  return reply->type == REDIS_REPLY_STRING && strlen (reply->str) == (gsize) reply->len;
}

static void
signalr_redis_hear (SignalrRedis *self,
                    const char   *channel,
                    redisReply   *push)
{
  Subscription *subscription = g_hash_table_lookup (self->subscriptions, channel);
  redisReply *payload = push->element[2];
  g_autoptr (GBytes) bytes = NULL;

  /* It may be on its way when it is not wanted any more. */
  if (subscription == NULL)
    {
      freeReplyObject (push);
      return;
    }

  bytes = g_bytes_new_with_free_func (payload->str, payload->len, freeReplyObject, push);
  subscription->func (subscription->user_data, channel, bytes);
}

static void
signalr_redis_push_cb (gpointer    owner,
                       redisReply *push)
{
  SignalrRedis *self = g_rc_box_acquire (owner);
  const char *kind = "";
  redisReply **parts = push->element;

  if (push->type == REDIS_REPLY_ARRAY && push->elements == 3 && is_text (parts[0]))
    kind = parts[0]->str;

  if (g_str_equal (kind, "message") && parts[1]->type == REDIS_REPLY_STRING && parts[2]->type == REDIS_REPLY_STRING)
    {
      signalr_redis_hear (self, is_text (parts[1]) ? parts[1]->str : "", g_steal_pointer (&push));
    }
  else if ((g_str_equal (kind, "subscribe") || g_str_equal (kind, "unsubscribe")) &&
           self->n_confirmed < self->n_requested)
    {
      self->n_confirmed++;
      signalr_redis_check (self);
    }
  else
    {
      gboolean refused = push->type == REDIS_REPLY_ERROR;
      g_autofree char *text = refused ? g_utf8_make_valid (push->str, push->len) : NULL;

      signalr_redis_link_break (self->channels, g_error_new (SIGNALR_ERROR, SIGNALR_ERROR_PROTOCOL,
                                                             "Redis at %s says what cannot be understood%s%s",
                                                             self->address->name, refused ? ": " : ".",
                                                             refused ? text : ""));
    }

  if (push != NULL)
    freeReplyObject (push);
  signalr_redis_unref (self);
}

static const SignalrRedisLinkFuncs commands_funcs = {
  .ready = signalr_redis_commands_ready_cb,
  .lost = signalr_redis_lost_cb,
};

static const SignalrRedisLinkFuncs channels_funcs = {
  .ready = signalr_redis_channels_ready_cb,
  .lost = signalr_redis_lost_cb,
  .push = signalr_redis_push_cb,
};

SignalrRedis *
signalr_redis_new (SignalrLoop         *loop,
                   SignalrRedisAddress *address)
{
  SignalrRedis *self = g_rc_box_new0 (SignalrRedis);

  self->loop = signalr_loop_ref (loop);
  self->address = address;
  self->watches = g_array_new (FALSE, FALSE, sizeof (SignalrRedisWatch));
  self->subscriptions = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, subscription_free);
  g_queue_init (&self->requests);
  g_queue_init (&self->delayed);
  g_queue_init (&self->failed);
  self->task.func = signalr_redis_task_cb;
  self->commands = signalr_redis_link_new (loop, address, &commands_funcs, self);
  self->channels = signalr_redis_link_new (loop, address, &channels_funcs, self);

  return self;
}

void
signalr_redis_free (SignalrRedis *self)
{
  Request *request;

  self->freed = TRUE;
  self->up = FALSE;
  signalr_turn_remove (self->loop->turn, &self->task);
  g_array_set_size (self->watches, 0);
  g_hash_table_remove_all (self->subscriptions);
  signalr_redis_link_free (g_steal_pointer (&self->commands));
  signalr_redis_link_free (g_steal_pointer (&self->channels));

  while ((request = g_queue_pop_head (&self->requests)) != NULL ||
         (request = g_queue_pop_head (&self->delayed)) != NULL)
    {
      request->error = g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_CANCELLED, "The server has stopped.");
      g_queue_push_tail (&self->failed, request);
    }
  signalr_redis_fail_requests (self);
  signalr_redis_unref (self);
}

const SignalrRedisAddress *
signalr_redis_get_address (SignalrRedis *self)
{
  return self->address;
}

gboolean
signalr_redis_is_up (SignalrRedis *self)
{
  return self->up;
}

void
signalr_redis_add_watch (SignalrRedis            *self,
                         const SignalrRedisWatch *watch)
{
  g_array_append_val (self->watches, *watch);
}

void
signalr_redis_subscribe (SignalrRedis            *self,
                         const char              *channel,
                         SignalrRedisMessageFunc  func,
                         gpointer                 user_data)
{
  Subscription *subscription;

  g_return_if_fail (!g_hash_table_contains (self->subscriptions, channel));

  subscription = g_new (Subscription, 1);
  *subscription = (Subscription) { g_strdup (channel), func, user_data };
  g_hash_table_insert (self->subscriptions, subscription->channel, subscription);
  signalr_redis_tell_channel (self, "SUBSCRIBE", channel);
}

void
signalr_redis_unsubscribe (SignalrRedis *self,
                           const char   *channel)
{
  if (!self->freed && g_hash_table_remove (self->subscriptions, channel))
    signalr_redis_tell_channel (self, "UNSUBSCRIBE", channel);
}

/* @command: (transfer full) (nullable) */
static void
signalr_redis_request (SignalrRedis          *self,
                       GBytes                *command,
                       SignalrRedisReplyFunc  func,
                       gpointer               user_data)
{
  gsize size = command != NULL ? g_bytes_get_size (command) : 0;
  Request *request = g_new0 (Request, 1);

  request->redis = self;
  request->command = command;
  request->after = self->n_requested;
  request->func = func;
  request->user_data = user_data;

  if (size > MAX_WAITING_BYTES)
    request->error = g_error_new (SIGNALR_ERROR, SIGNALR_ERROR_TOO_LARGE,
                                  "That is more than is said to Redis at %s at once.", self->address->name);
  else if (self->n_bytes + signalr_redis_link_get_unsent (self->commands) + size > MAX_WAITING_BYTES ||
      self->requests.length + self->n_unanswered >= MAX_WAITING)
    request->error = g_error_new (SIGNALR_ERROR, SIGNALR_ERROR_QUEUE_FULL,
                                  "Too much waits for Redis at %s already.", self->address->name);

  if (request->error != NULL)
    {
      signalr_error_set_delivery (request->error, SIGNALR_DELIVERY_NOT_SENT);
      g_queue_push_tail (&self->failed, request);
    }
  else
    {
      g_queue_push_tail (&self->requests, request);
      self->n_bytes += size;
    }

  signalr_redis_look (self);
}

void
signalr_redis_command (SignalrRedis          *self,
                       guint                  n_args,
                       const char * const    *args,
                       const gsize           *lengths,
                       SignalrRedisReplyFunc  func,
                       gpointer               user_data)
{
  g_autofree gsize *measured = NULL;

  if (lengths == NULL)
    {
      measured = g_new (gsize, n_args);
      for (guint i = 0; i < n_args; i++)
        measured[i] = strlen (args[i]);
    }

  signalr_redis_request (self, signalr_redis_command_new (n_args, args, lengths != NULL ? lengths : measured),
                         func, user_data);
}

void
signalr_redis_publish (SignalrRedis          *self,
                       const char            *channel,
                       GBytes                *payload,
                       SignalrRedisReplyFunc  func,
                       gpointer               user_data)
{
  gsize size;
  const char *data = g_bytes_get_data (payload, &size);

  signalr_redis_command (self, 3, (const char *[]) { "PUBLISH", channel, data },
                         (gsize[]) { strlen ("PUBLISH"), strlen (channel), size }, func, user_data);
}

void
signalr_redis_wait (SignalrRedis          *self,
                    SignalrRedisReplyFunc  func,
                    gpointer               user_data)
{
  signalr_redis_request (self, NULL, func, user_data);
}
