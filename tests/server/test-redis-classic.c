/* test-redis-classic.c: the stream that servers of classic SignalR share, on a real Redis
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "redis-fixture.h"
#include "server/aspnet-redis-private.h"
#include "signalr-error.h"

#define KEY "chat events"

/* Of each sender, in a row; a sanitizer makes all of it slower. */
#ifdef __SANITIZE_ADDRESS__
#define N_IN_A_ROW 1000
#else
#define N_IN_A_ROW 10000
#endif

/* A server, as far as it is concerned, and somebody there who listens to h-Hub. */
typedef struct {
  SignalrLoop        *loop;
  SignalrBus         *bus;
  SignalrRedis       *redis;
  SignalrAspnetRedis *stream;
  SignalrSubscriber   listener;
  GString            *heard;
  guint               n_heard;
} Node;

typedef struct {
  RedisFixture  redis;
  SignalrLoop  *loop;
  Node          a;
  Node          b;
} Fixture;

static void
deliver_cb (SignalrSubscriber *subscriber,
            SignalrMessage    *message)
{
  Node *node = (Node *) ((guint8 *) subscriber - G_STRUCT_OFFSET (Node, listener));
  g_autoptr (GPtrArray) messages = NULL;

  /* It is kept by now. */
  messages = signalr_subscriber_collect (subscriber, "id", G_MAXSIZE, NULL);
  for (guint i = 0; i < messages->len; i++)
    {
      gsize size;
      const char *text = g_bytes_get_data (g_ptr_array_index (messages, i), &size);

      g_string_append_printf (node->heard, "%s%.*s", node->heard->len > 0 ? " " : "", (int) size, text);
      node->n_heard++;
    }
}

static void
node_start (Node    *self,
            Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  SignalrRedisAddress *address = signalr_redis_address_parse (fixture->redis.uri, &error);

  g_assert_no_error (error);
  self->loop = fixture->loop;
  self->bus = signalr_bus_new (self->loop->heartbeat, 100 * G_USEC_PER_SEC);
  self->redis = signalr_redis_new (self->loop, address);
  self->stream = signalr_aspnet_redis_new (self->bus, self->loop->heartbeat, self->redis, KEY);
  self->listener = (SignalrSubscriber) { .deliver = deliver_cb, .keeps_place = TRUE };
  self->heard = g_string_new (NULL);
  signalr_bus_subscribe (self->bus, "h-Hub", &self->listener);
}

static void
node_stop (Node *self)
{
  if (self->redis == NULL)
    return;

  signalr_bus_unsubscribe_all (self->bus, &self->listener);
  g_clear_pointer (&self->redis, signalr_redis_free);
  signalr_aspnet_redis_free (self->stream);
  signalr_bus_free (self->bus);
  g_string_free (self->heard, TRUE);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  fixture->loop = signalr_loop_new (g_main_context_default (), &error);
  g_assert_no_error (error);
  signalr_heartbeat_freeze (fixture->loop->heartbeat);
  if (!redis_fixture_begin (&fixture->redis))
    return;

  node_start (&fixture->a, fixture);
  node_start (&fixture->b, fixture);
  raw_wait_until (signalr_redis_is_up (fixture->a.redis) && signalr_redis_is_up (fixture->b.redis));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  node_stop (&fixture->a);
  node_stop (&fixture->b);
  if (fixture->redis.process != NULL)
    {
      raw_wait_until (redis_fixture_n_channels (&fixture->redis) == 0);
      redis_fixture_end (&fixture->redis);
    }
  raw_settle ();
  signalr_loop_unref (fixture->loop);
}

static gboolean
is_skipped (Fixture *fixture)
{
  return fixture->redis.process == NULL;
}

static void
advance (Fixture *fixture,
         double   seconds)
{
  raw_settle ();
  signalr_heartbeat_advance (fixture->loop->heartbeat, seconds * G_USEC_PER_SEC);
  raw_settle ();
}

static SignalrScaleout *
scaleout_of (Node *node)
{
  return signalr_aspnet_redis_get_scaleout (node->stream);
}

static void
node_say (Node       *self,
          const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (SignalrMessage) message = signalr_message_new_bytes (bytes, NULL);

  signalr_scaleout_publish (scaleout_of (self), "h-Hub", message);
}

/* Waits for what a node hears, and forgets it. */
static void
assert_heard (Node       *node,
              const char *expected)
{
  raw_wait_until (node->heard->len >= strlen (expected));
  g_assert_cmpstr (node->heard->str, ==, expected);
  g_string_truncate (node->heard, 0);
}

static void
set_counter (Fixture    *fixture,
             const char *value)
{
  freeReplyObject (redis_fixture_command (&fixture->redis, "SET %s %s", KEY, value));
}

static void
assert_counter (Fixture    *fixture,
                const char *expected)
{
  redisReply *reply = redis_fixture_command (&fixture->redis, "GET %s", KEY);

  g_assert_cmpstr (reply->str, ==, expected);
  freeReplyObject (reply);
}

static void
test_both_ways (Fixture       *fixture,
                gconstpointer  data)
{
  if (is_skipped (fixture))
    return;

  node_say (&fixture->a, "1");
  assert_heard (&fixture->a, "1");
  assert_heard (&fixture->b, "1");
  node_say (&fixture->b, "2");
  assert_heard (&fixture->a, "2");
  assert_heard (&fixture->b, "2");
  assert_counter (fixture, "2");
  g_assert_cmpuint (signalr_scaleout_get_newest (scaleout_of (&fixture->a)), ==, 2);
  g_assert_cmpuint (redis_fixture_n_channels (&fixture->redis), ==, 1);
}

static void
settled_cb (gpointer      user_data,
            const GError *error)
{
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

/* A server that has heard nothing knows all the same how far the others are. */
static void
test_late (Fixture       *fixture,
           gconstpointer  data)
{
  Node late = { 0 };
  gboolean settled = FALSE;
  g_autoptr (GString) cursor = g_string_new (NULL);

  if (is_skipped (fixture))
    return;

  set_counter (fixture, "30");
  node_say (&fixture->a, "1");
  assert_heard (&fixture->b, "1");
  node_start (&late, fixture);
  raw_wait_until (signalr_redis_is_up (late.redis));
  node_say (&late, "2");
  assert_heard (&late, "2");
  assert_counter (fixture, "32");
  node_stop (&late);

  node_start (&late, fixture);
  signalr_scaleout_settle (scaleout_of (&late), settled_cb, &settled);
  raw_wait_until (settled);
  signalr_bus_append_cursor (late.bus, &late.listener, cursor);
  g_assert_cmpstr (cursor->str, ==, "s-0,20");
  node_stop (&late);
}

/* Numbers of more than 14 digits are as exact as others. */
static void
test_large_numbers (Fixture       *fixture,
                    gconstpointer  data)
{
  if (is_skipped (fixture))
    return;

  set_counter (fixture, "1234567890123456788");
  node_say (&fixture->a, "1");
  assert_heard (&fixture->b, "1");
  g_assert_cmpuint (signalr_scaleout_get_newest (scaleout_of (&fixture->b)), ==, G_GUINT64_CONSTANT (1234567890123456789));
}

/* In the order of their senders, each once, on both. */
static void
test_order (Fixture       *fixture,
            gconstpointer  data)
{
  guint seen[2] = { 0 };
  g_auto (GStrv) words = NULL;

  if (is_skipped (fixture))
    return;

  for (guint i = 0; i < N_IN_A_ROW; i++)
    {
      g_autofree char *from_a = g_strdup_printf ("%u", 2 * i);
      g_autofree char *from_b = g_strdup_printf ("%u", 2 * i + 1);

      node_say (&fixture->a, from_a);
      node_say (&fixture->b, from_b);
    }

  raw_wait_until (fixture->a.n_heard == 2 * N_IN_A_ROW && fixture->b.n_heard == 2 * N_IN_A_ROW);
  g_assert_cmpstr (fixture->a.heard->str, ==, fixture->b.heard->str);
  words = g_strsplit (fixture->a.heard->str, " ", -1);
  for (guint i = 0; i < 2 * N_IN_A_ROW; i++)
    {
      guint word = g_ascii_strtoull (words[i], NULL, 10);

      g_assert_cmpuint (word / 2, ==, seen[word % 2]++);
    }
}

static void
answer_cb (gpointer      user_data,
           const GError *error)
{
  GPtrArray *answers = user_data;

  g_ptr_array_add (answers, g_strdup (error != NULL ? signalr_error_get_code_name (error) : "done"));
}

/* Redis has forgotten everything: it is told how far the servers are. */
static void
test_restarted (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (GPtrArray) answers = g_ptr_array_new_with_free_func (g_free);

  if (is_skipped (fixture))
    return;

  set_counter (fixture, "1000");
  node_say (&fixture->a, "1");
  assert_heard (&fixture->a, "1");
  assert_heard (&fixture->b, "1");

  redis_fixture_stop (&fixture->redis);
  raw_wait_until (!signalr_redis_is_up (fixture->a.redis) && !signalr_redis_is_up (fixture->b.redis));
  signalr_scaleout_regroup (scaleout_of (&fixture->a), "c", "hg-Hub.g", TRUE, answer_cb, answers);
  raw_wait_until (answers->len == 1);
  g_assert_cmpstr (answers->pdata[0], ==, "NOT_CONNECTED");
  redis_fixture_start (&fixture->redis);
  advance (fixture, 1.2);
  raw_wait_until (signalr_redis_is_up (fixture->a.redis) && signalr_redis_is_up (fixture->b.redis));
  node_say (&fixture->a, "2");
  assert_heard (&fixture->a, "2");
  assert_heard (&fixture->b, "2");
  assert_counter (fixture, "1002");
}

/* The counter alone is gone, and nobody notices before the next number. */
static void
test_counter_lost (Fixture       *fixture,
                   gconstpointer  data)
{
  if (is_skipped (fixture))
    return;

  set_counter (fixture, "1000");
  node_say (&fixture->a, "1");
  assert_heard (&fixture->b, "1");
  redis_fixture_integer (&fixture->redis, "DEL %s", KEY);
  node_say (&fixture->b, "2");
  node_say (&fixture->a, "3");
  assert_heard (&fixture->b, "2 3");
  assert_counter (fixture, "2");
}

/* One connection or the other is cut: what is said then is lost or not, but once. */
static void
test_killed (Fixture       *fixture,
             gconstpointer  data)
{
  if (is_skipped (fixture))
    return;

  node_say (&fixture->a, "1");
  assert_heard (&fixture->a, "1");
  assert_heard (&fixture->b, "1");

  redis_fixture_integer (&fixture->redis, "CLIENT KILL TYPE pubsub");
  raw_wait_until (!signalr_redis_is_up (fixture->a.redis) && !signalr_redis_is_up (fixture->b.redis));
  raw_wait_until (signalr_redis_is_up (fixture->a.redis) && signalr_redis_is_up (fixture->b.redis));
  node_say (&fixture->b, "2");
  assert_heard (&fixture->a, "2");
  assert_heard (&fixture->b, "2");
  assert_counter (fixture, "2");
}

/* Redis stands still for longer than anybody waits, and goes on. */
static void
test_frozen (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (GPtrArray) answers = g_ptr_array_new_with_free_func (g_free);

  if (is_skipped (fixture))
    return;

  node_say (&fixture->a, "1");
  assert_heard (&fixture->a, "1");
  assert_heard (&fixture->b, "1");

  redis_fixture_freeze (&fixture->redis);
  signalr_scaleout_regroup (scaleout_of (&fixture->a), "c", "hg-Hub.g", TRUE, answer_cb, answers);
  advance (fixture, 5);
  advance (fixture, 5);
  raw_wait_until (!signalr_redis_is_up (fixture->a.redis) && !signalr_redis_is_up (fixture->b.redis));
  raw_wait_until (answers->len == 1);
  g_assert_cmpstr (answers->pdata[0], ==, "TIMED_OUT");

  redis_fixture_thaw (&fixture->redis);
  for (guint i = 0; i < 4; i++)
    advance (fixture, 5);
  raw_wait_until (signalr_redis_is_up (fixture->a.redis) && signalr_redis_is_up (fixture->b.redis));
  node_say (&fixture->a, "2");
  assert_heard (&fixture->a, "2");
  assert_heard (&fixture->b, "2");
}

/* Anybody may publish anything to the channel. */
static void
test_nonsense (Fixture       *fixture,
               gconstpointer  data)
{
  static const struct {
    const char *data;
    gsize       size;
  } nonsense[] = {
    { "", 0 },
    { "1 ", 2 },
    { "x", 1 },
    { "99999999999999999999 \0\0\0\0", 25 },
    { "7 \377\377\377\377", 6 },
    { "7 \014\0\0\0\377\377\377\177\0\0\0\0\0\0\0\0", 18 },
  };

  if (is_skipped (fixture))
    return;

  node_say (&fixture->a, "1");
  for (gsize i = 0; i < G_N_ELEMENTS (nonsense); i++)
    redis_fixture_publish (&fixture->redis, KEY, nonsense[i].data, nonsense[i].size);
  node_say (&fixture->a, "2");
  assert_heard (&fixture->a, "1 2");
  assert_heard (&fixture->b, "1 2");
}

/* The counter is something else: nothing can be said, which is told and no crash. */
static void
test_wrong_type (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (GPtrArray) answers = g_ptr_array_new_with_free_func (g_free);

  if (is_skipped (fixture))
    return;

  redis_fixture_integer (&fixture->redis, "LPUSH %s x", KEY);
  signalr_scaleout_regroup (scaleout_of (&fixture->a), "c", "hg-Hub.g", TRUE, answer_cb, answers);
  raw_wait_until (answers->len == 1);
  g_assert_cmpstr (answers->pdata[0], ==, "PROTOCOL");

  redis_fixture_integer (&fixture->redis, "DEL %s", KEY);
  node_say (&fixture->a, "1");
  assert_heard (&fixture->b, "1");
}

static void
add (const char *path,
     void      (*func) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, func, tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("/redis-classic/both-ways", test_both_ways);
  add ("/redis-classic/late", test_late);
  add ("/redis-classic/large-numbers", test_large_numbers);
  add ("/redis-classic/order", test_order);
  add ("/redis-classic/restarted", test_restarted);
  add ("/redis-classic/counter-lost", test_counter_lost);
  add ("/redis-classic/killed", test_killed);
  add ("/redis-classic/frozen", test_frozen);
  add ("/redis-classic/nonsense", test_nonsense);
  add ("/redis-classic/wrong-type", test_wrong_type);

  return g_test_run ();
}
