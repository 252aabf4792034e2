/* redis-link.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "redis-link-private.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#include "signalr-error-private.h"
#include "stream-private.h"

/* An attempt, from the name of the host to Redis' welcome. */
#define ATTEMPT_LIMIT (5 * G_USEC_PER_SEC)
/* A connection that has been silent for so long is asked whether it is there, */
#define PING_INTERVAL (5 * G_USEC_PER_SEC)
/* and is not, where it says nothing for so long. */
#define PING_PATIENCE (5 * G_USEC_PER_SEC)
/* After that a connection that is lost is no failed attempt. */
#define STABLE (10 * G_USEC_PER_SEC)

/* Of one reply. Redis' own limit is 512 MiB. */
#define MAX_REPLY (32 * 1024 * 1024)
/* No reply that we ask for has as many parts. */
#define MAX_ELEMENTS 4096

/* A command whose reply is to come. */
typedef struct {
  SignalrRedisReplyFunc func;        /* NULL where nobody cares */
  gpointer              user_data;
} Expectation;

struct _SignalrRedisLink {
  SignalrLoop                 *loop;
  const SignalrRedisAddress   *address;
  const SignalrRedisLinkFuncs *funcs;
  gpointer                     owner;

  SignalrRedisLinkState        state;
  guint                        n_failed;       /* attempts, since it was ready */
  SignalrTimer                 timer;          /* the limit of the attempt, the next, or the next ping */
  gint64                       heard;          /* when something has come */
  gint64                       ready_at;
  gboolean                     pinged;         /* since then */
  GCancellable                *attempt;        /* while GIO connects */

  SignalrStream               *stream;
  redisReader                 *reader;
  redisReplyObjectFunctions    functions;
  gsize                        n_unread;       /* bytes since the last whole reply */
  guint                        n_greetings;    /* replies to what is asked first, that are to come */
  GArray                      *expectations;   /* of Expectation */
  guint                        n_met;          /* of them, at the beginning */
};

static void signalr_redis_link_connect (SignalrRedisLink *self);

static void
signalr_redis_link_clear (gpointer data)
{
  SignalrRedisLink *self = data;

  g_array_unref (self->expectations);
  signalr_loop_unref (self->loop);
}

static void
signalr_redis_link_unref (SignalrRedisLink *self)
{
  g_rc_box_release_full (self, signalr_redis_link_clear);
}

#if HIREDIS_MAJOR < 1
typedef int ElementCount;
#else
typedef size_t ElementCount;
#endif

/* hiredis' own makes room for as many as are announced, be they there or not. */
static void *
create_small_array (const redisReadTask *task,
                    ElementCount         n_elements)
{
  const redisReplyObjectFunctions *original = task->privdata;

  return n_elements <= MAX_ELEMENTS ? original->createArray (task, n_elements) : NULL;
}

static redisReader *
create_reader (redisReplyObjectFunctions *functions)
{
  redisReader *reader = redisReaderCreate ();

  *functions = *reader->fn;
  functions->createArray = create_small_array;
  reader->privdata = reader->fn;
  reader->fn = functions;

  return reader;
}

GBytes *
signalr_redis_command_new (guint               n_args,
                           const char * const *args,
                           const gsize        *lengths)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, "*%u\r\n", n_args);
  for (guint i = 0; i < n_args; i++)
    {
      g_string_append_printf (text, "$%" G_GSIZE_FORMAT "\r\n", lengths[i]);
      g_string_append_len (text, args[i], lengths[i]);
      g_string_append (text, "\r\n");
    }

  return g_string_free_to_bytes (g_steal_pointer (&text));
}

static gint64
signalr_redis_link_now (SignalrRedisLink *self)
{
  return signalr_heartbeat_now (self->loop->heartbeat);
}

static void
signalr_redis_link_set_timer (SignalrRedisLink *self,
                              gint64            delay)
{
  signalr_heartbeat_set (self->loop->heartbeat, &self->timer, signalr_redis_link_now (self) + delay);
}

/* At once, then ever later, and never all servers of a farm together. */
static void
signalr_redis_link_retry (SignalrRedisLink *self)
{
  static const guint seconds[] = { 0, 1, 2, 5, 10 };
  double delay = seconds[MIN (self->n_failed, G_N_ELEMENTS (seconds) - 1)] * G_USEC_PER_SEC;

  self->n_failed++;
  if (delay == 0)
    {
      signalr_redis_link_connect (self);
      return;
    }

  self->state = SIGNALR_REDIS_LINK_WAITING;
  signalr_redis_link_set_timer (self, delay * g_random_double_range (0.8, 1.2));
}

static void
signalr_redis_link_fail_expectations (SignalrRedisLink *self,
                                      const GError     *error)
{
  g_autoptr (GArray) expectations = self->expectations;
  guint n_met = self->n_met;

  self->expectations = g_array_new (FALSE, FALSE, sizeof (Expectation));
  self->n_met = 0;

  for (guint i = n_met; i < expectations->len; i++)
    {
      Expectation *expectation = &g_array_index (expectations, Expectation, i);

      if (expectation->func != NULL)
        expectation->func (expectation->user_data, NULL, error);
    }
}

static void
signalr_redis_link_drop (SignalrRedisLink *self)
{
  if (self->attempt != NULL)
    g_cancellable_cancel (self->attempt);
  g_clear_object (&self->attempt);
  g_clear_pointer (&self->stream, signalr_stream_free);
  g_clear_pointer (&self->reader, redisReaderFree);
  self->n_unread = 0;
  self->n_greetings = 0;
}

/* @error: (transfer full) */
static void
signalr_redis_link_lose (SignalrRedisLink *self,
                         GError           *error)
{
  g_autoptr (GError) owned = error;

  g_info ("%s", error->message);
  if (self->state == SIGNALR_REDIS_LINK_READY && signalr_redis_link_now (self) - self->ready_at >= STABLE)
    self->n_failed = 0;
  signalr_redis_link_drop (self);
  signalr_redis_link_retry (self);

  g_rc_box_acquire (self);
  signalr_redis_link_fail_expectations (self, error);
  if (self->owner != NULL)
    self->funcs->lost (self->owner, error);
  signalr_redis_link_unref (self);
}

void
signalr_redis_link_break (SignalrRedisLink *self,
                          GError           *error)
{
  signalr_redis_link_lose (self, error);
}

static void
signalr_redis_link_ping (SignalrRedisLink *self)
{
  g_autoptr (GBytes) ping = signalr_redis_command_new (1, (const char *[]) { "PING" }, (gsize[]) { 4 });

  self->pinged = TRUE;
  signalr_redis_link_set_timer (self, PING_PATIENCE);
  signalr_redis_link_send (self, ping, NULL, NULL);
}

/* While something comes, the deadline is left where it is, and set anew when it is
 * found to be early.
 */
static void
signalr_redis_link_timer_cb (SignalrTimer *timer,
                             gint64        now)
{
  SignalrRedisLink *self = (SignalrRedisLink *) ((guint8 *) timer - G_STRUCT_OFFSET (SignalrRedisLink, timer));

  if (self->state == SIGNALR_REDIS_LINK_WAITING)
    signalr_redis_link_connect (self);
  else if (self->state == SIGNALR_REDIS_LINK_CONNECTING || self->pinged)
    signalr_redis_link_lose (self, g_error_new (SIGNALR_ERROR, SIGNALR_ERROR_TIMED_OUT,
                                                "Redis at %s does not answer.", self->address->name));
  else if (now - self->heard < PING_INTERVAL)
    signalr_redis_link_set_timer (self, self->heard + PING_INTERVAL - now);
  else
    signalr_redis_link_ping (self);
}

static void
signalr_redis_link_greeted (SignalrRedisLink *self,
                            redisReply       *reply)
{
  if (reply->type == REDIS_REPLY_ERROR)
    {
      g_autofree char *text = g_utf8_make_valid (reply->str, reply->len);

      signalr_redis_link_lose (self, g_error_new (SIGNALR_ERROR, SIGNALR_ERROR_PROTOCOL,
                                                  "Redis at %s refuses: %s", self->address->name, text));
      return;
    }

  if (--self->n_greetings > 0)
    return;

  self->state = SIGNALR_REDIS_LINK_READY;
  self->ready_at = signalr_redis_link_now (self);
  signalr_redis_link_set_timer (self, PING_INTERVAL);
  self->funcs->ready (self->owner);
}

static gboolean
is_pong (redisReply *reply)
{
  if (reply->type == REDIS_REPLY_STATUS)
    return g_strcmp0 (reply->str, "PONG") == 0;

  return reply->type == REDIS_REPLY_ARRAY && reply->elements > 0 &&
         reply->element[0]->type == REDIS_REPLY_STRING && g_str_equal (reply->element[0]->str, "pong");
}

static void
signalr_redis_link_answered (SignalrRedisLink *self,
                             redisReply       *reply)
{
  Expectation expectation;
  g_autoptr (GError) error = NULL;

  if (self->n_met == self->expectations->len)
    {
      signalr_redis_link_lose (self, g_error_new (SIGNALR_ERROR, SIGNALR_ERROR_PROTOCOL,
                                                  "Redis at %s answers what nobody has asked.", self->address->name));
      return;
    }

  expectation = g_array_index (self->expectations, Expectation, self->n_met++);
  if (self->n_met >= 64 && self->n_met >= self->expectations->len / 2)
    {
      g_array_remove_range (self->expectations, 0, self->n_met);
      self->n_met = 0;
    }

  if (expectation.func == NULL)
    return;

  if (reply->type == REDIS_REPLY_ERROR)
    {
      g_autofree char *text = g_utf8_make_valid (reply->str, reply->len);

      error = g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_PROTOCOL, text);
    }
  expectation.func (expectation.user_data, error == NULL ? reply : NULL, error);
}

/* Takes @reply. Whoever hears of it may end the link. */
static void
signalr_redis_link_take (SignalrRedisLink *self,
                         redisReply       *reply)
{
  if (self->n_greetings > 0)
    signalr_redis_link_greeted (self, reply);
  else if (self->funcs->push == NULL)
    signalr_redis_link_answered (self, reply);
  else if (!is_pong (reply))
    self->funcs->push (self->owner, g_steal_pointer (&reply));

  if (reply != NULL)
    freeReplyObject (reply);
}

static void
signalr_redis_link_read (SignalrRedisLink *self,
                         const guint8     *data,
                         gsize             length)
{
  redisReader *reader = self->reader;
  gpointer reply = NULL;

  self->n_unread += length;
  if (redisReaderFeed (reader, (const char *) data, length) == REDIS_OK)
    {
      while (redisReaderGetReply (reader, &reply) == REDIS_OK && reply != NULL)
        {
          self->n_unread = 0;
          signalr_redis_link_take (self, reply);
          if (self->reader != reader)
            return;
        }
    }

  if (reader->err != 0)
    signalr_redis_link_lose (self, g_error_new (SIGNALR_ERROR, SIGNALR_ERROR_PROTOCOL,
                                                "What is at %s does not speak as Redis does: %s.",
                                                self->address->name, reader->errstr));
  else if (self->n_unread > MAX_REPLY)
    signalr_redis_link_lose (self, g_error_new (SIGNALR_ERROR, SIGNALR_ERROR_TOO_LARGE,
                                                "Redis at %s sends more at once than is taken.", self->address->name));
}

static void
signalr_redis_link_received_cb (gpointer      owner,
                                const guint8 *data,
                                gsize         length)
{
  SignalrRedisLink *self = g_rc_box_acquire (owner);

  self->heard = signalr_redis_link_now (self);
  if (self->pinged)
    signalr_redis_link_set_timer (self, PING_INTERVAL);
  self->pinged = FALSE;

  signalr_redis_link_read (self, data, length);
  signalr_redis_link_unref (self);
}

static void
signalr_redis_link_ended_cb (gpointer      owner,
                             const GError *error)
{
  SignalrRedisLink *self = owner;

  if (error != NULL)
    signalr_redis_link_lose (self, signalr_error_new_from (g_error_copy (error), self->address->name));
  else
    signalr_redis_link_lose (self, g_error_new (SIGNALR_ERROR, SIGNALR_ERROR_NOT_CONNECTED,
                                                "Redis at %s has closed the connection.", self->address->name));
}

/* The stream has no limit of its own: what may wait is its owner's matter. */
static void
signalr_redis_link_overflow_cb (gpointer owner)
{
  g_return_if_reached ();
}

static const SignalrStreamFuncs stream_funcs = {
  .received = signalr_redis_link_received_cb,
  .ended = signalr_redis_link_ended_cb,
  .overflow = signalr_redis_link_overflow_cb,
};

static void
signalr_redis_link_greet (SignalrRedisLink   *self,
                          guint               n_args,
                          const char * const *args)
{
  gsize lengths[3];
  g_autoptr (GBytes) command = NULL;

  for (guint i = 0; i < n_args; i++)
    lengths[i] = strlen (args[i]);
  command = signalr_redis_command_new (n_args, args, lengths);
  signalr_stream_send (self->stream, command);
  self->n_greetings++;
}

static void
signalr_redis_link_begin (SignalrRedisLink *self)
{
  const SignalrRedisAddress *address = self->address;

  signalr_stream_set_owner (self->stream, &stream_funcs, self);
  self->reader = create_reader (&self->functions);
  self->pinged = FALSE;

  if (address->user != NULL)
    signalr_redis_link_greet (self, 3, (const char *[]) { "AUTH", address->user, address->password });
  else if (address->password != NULL)
    signalr_redis_link_greet (self, 2, (const char *[]) { "AUTH", address->password });

  if (address->database != 0)
    {
      g_autofree char *database = g_strdup_printf ("%u", address->database);

      signalr_redis_link_greet (self, 2, (const char *[]) { "SELECT", database });
    }

  signalr_redis_link_greet (self, 1, (const char *[]) { "PING" });
  signalr_stream_set_reading (self->stream, TRUE);
}

/* GSocketClient hides TLS in something that looks like a socket. */
static GIOStream *
unwrap (GSocketConnection *connection)
{
  if (G_IS_TCP_WRAPPER_CONNECTION (connection))
    return g_tcp_wrapper_connection_get_base_io_stream (G_TCP_WRAPPER_CONNECTION (connection));

  return G_IO_STREAM (connection);
}

static void
signalr_redis_link_connected_cb (GObject      *source,
                                 GAsyncResult *result,
                                 gpointer      user_data)
{
  SignalrRedisLink *self = user_data;
  g_autoptr (GSocketConnection) connection = NULL;
  GError *error = NULL;

  connection = g_socket_client_connect_to_host_finish (G_SOCKET_CLIENT (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      /* The link may be gone. */
      g_error_free (error);
      return;
    }

  g_clear_object (&self->attempt);
  if (connection != NULL)
    {
      g_socket_set_option (g_socket_connection_get_socket (connection), IPPROTO_TCP, TCP_NODELAY, 1, NULL);
      self->stream = signalr_stream_new (self->loop, unwrap (connection), G_MAXSIZE, NULL, &error);
    }

  if (self->stream != NULL)
    signalr_redis_link_begin (self);
  else
    signalr_redis_link_lose (self, signalr_error_new_from (error, self->address->name));
}

static void
signalr_redis_link_event_cb (GSocketClient      *client,
                             GSocketClientEvent  event,
                             GSocketConnectable *connectable,
                             GIOStream          *connection,
                             gpointer            user_data)
{
  if (event == G_SOCKET_CLIENT_TLS_HANDSHAKING)
    g_tls_connection_set_database (G_TLS_CONNECTION (connection), user_data);
}

static void
signalr_redis_link_connect (SignalrRedisLink *self)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();

  self->state = SIGNALR_REDIS_LINK_CONNECTING;
  self->attempt = g_cancellable_new ();
  signalr_redis_link_set_timer (self, ATTEMPT_LIMIT);

  g_socket_client_set_tls (client, self->address->tls);
  g_socket_client_set_enable_proxy (client, FALSE);
  if (self->address->authorities != NULL)
    g_signal_connect_object (client, "event", G_CALLBACK (signalr_redis_link_event_cb), self->address->authorities, 0);
  g_main_context_push_thread_default (self->loop->context);
  g_socket_client_connect_to_host_async (client, self->address->host, self->address->port, self->attempt,
                                         signalr_redis_link_connected_cb, self);
  g_main_context_pop_thread_default (self->loop->context);
}

SignalrRedisLink *
signalr_redis_link_new (SignalrLoop                 *loop,
                        const SignalrRedisAddress   *address,
                        const SignalrRedisLinkFuncs *funcs,
                        gpointer                     owner)
{
  SignalrRedisLink *self = g_rc_box_new0 (SignalrRedisLink);

  self->loop = signalr_loop_ref (loop);
  self->address = address;
  self->funcs = funcs;
  self->owner = owner;
  self->timer.func = signalr_redis_link_timer_cb;
  self->expectations = g_array_new (FALSE, FALSE, sizeof (Expectation));
  signalr_redis_link_connect (self);

  return self;
}

void
signalr_redis_link_free (SignalrRedisLink *self)
{
  g_autoptr (GError) error = g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_CANCELLED, "The server has stopped.");

  self->owner = NULL;
  signalr_redis_link_drop (self);
  signalr_heartbeat_set (self->loop->heartbeat, &self->timer, SIGNALR_NEVER);
  signalr_redis_link_fail_expectations (self, error);
  signalr_redis_link_unref (self);
}

SignalrRedisLinkState
signalr_redis_link_get_state (SignalrRedisLink *self)
{
  return self->state;
}

gsize
signalr_redis_link_get_unsent (SignalrRedisLink *self)
{
  return self->stream != NULL ? signalr_stream_get_unsent (self->stream) : 0;
}

void
signalr_redis_link_send (SignalrRedisLink      *self,
                         GBytes                *command,
                         SignalrRedisReplyFunc  func,
                         gpointer               user_data)
{
  Expectation expectation = { func, user_data };

  g_return_if_fail (self->state == SIGNALR_REDIS_LINK_READY);

  if (self->funcs->push == NULL)
    g_array_append_val (self->expectations, expectation);
  signalr_stream_send (self->stream, command);
}
