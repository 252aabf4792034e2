/* test-redis.c: the connections to Redis, with a real one
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "redis-fixture.h"
#include "server/redis-private.h"
#include "signalr-error.h"

typedef struct {
  RedisFixture  redis;
  SignalrLoop  *loop;
  SignalrRedis *subject;
  GPtrArray    *events;     /* of text: what it has told, in order */
} Fixture;

static void
up_cb (gpointer user_data)
{
  g_ptr_array_add (user_data, g_strdup ("up"));
}

static void
down_cb (gpointer      user_data,
         const GError *error)
{
  g_assert_nonnull (error);
  g_ptr_array_add (user_data, g_strdup ("down"));
}

static void
connect_to (Fixture    *fixture,
            const char *uri)
{
  g_autoptr (GError) error = NULL;
  SignalrRedisAddress *address = signalr_redis_address_parse (uri, &error);
  const SignalrRedisWatch watch = { up_cb, down_cb, fixture->events };

  g_assert_no_error (error);
  fixture->subject = signalr_redis_new (fixture->loop, address);
  signalr_redis_add_watch (fixture->subject, &watch);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  fixture->events = g_ptr_array_new_with_free_func (g_free);
  fixture->loop = signalr_loop_new (g_main_context_default (), &error);
  g_assert_no_error (error);
  signalr_heartbeat_freeze (fixture->loop->heartbeat);
  if (redis_fixture_begin (&fixture->redis))
    connect_to (fixture, fixture->redis.uri);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_clear_pointer (&fixture->subject, signalr_redis_free);
  if (fixture->redis.process != NULL)
    redis_fixture_end (&fixture->redis);
  raw_settle ();
  signalr_loop_unref (fixture->loop);
  g_ptr_array_unref (fixture->events);
}

static void
advance (Fixture *fixture,
         double   seconds)
{
  raw_settle ();
  signalr_heartbeat_advance (fixture->loop->heartbeat, seconds * G_USEC_PER_SEC);
  raw_settle ();
}

static void
replied_cb (gpointer          user_data,
            const redisReply *reply,
            const GError     *error)
{
  char *text;

  if (error != NULL)
    text = g_strdup_printf ("%s", signalr_error_get_code_name (error));
  else if (reply == NULL)
    text = g_strdup ("waited");
  else if (reply->type == REDIS_REPLY_INTEGER)
    text = g_strdup_printf ("%lld", reply->integer);
  else
    text = g_strdup (reply->str);

  g_ptr_array_add (user_data, text);
}

static void
message_cb (gpointer    user_data,
            const char *channel,
            GBytes     *payload)
{
  gsize size;
  const char *data = g_bytes_get_data (payload, &size);

  g_ptr_array_add (user_data, g_strdup_printf ("%s:%.*s", channel, (int) size, data));
}

#define assert_story(events, ...) assert_story_ (events, (const char *[]) { __VA_ARGS__, NULL })

/* Waits for as many, and forgets them. */
static void
assert_story_ (GPtrArray           *events,
               const char * const  *expected)
{
  gsize n = g_strv_length ((GStrv) expected);

  raw_wait_until (events->len >= n);
  raw_settle ();
  g_ptr_array_add (events, NULL);
  g_assert_cmpstrv (events->pdata, expected);
  g_ptr_array_set_size (events, 0);
}

static void
publish (Fixture    *fixture,
         const char *channel,
         const char *text)
{
  g_autoptr (GBytes) payload = g_bytes_new (text, strlen (text));

  signalr_redis_publish (fixture->subject, channel, payload, replied_cb, fixture->events);
}

static void
test_publish (Fixture       *fixture,
              gconstpointer  data)
{
  if (fixture->subject == NULL)
    return;

  /* All of it before there is a connection. */
  signalr_redis_subscribe (fixture->subject, "a", message_cb, fixture->events);
  publish (fixture, "a", "1");
  signalr_redis_wait (fixture->subject, replied_cb, fixture->events);
  g_assert_cmpuint (fixture->events->len, ==, 0);
  raw_wait_until (fixture->events->len == 4);
  g_assert_cmpstr (fixture->events->pdata[0], ==, "up");
  g_assert_true (g_ptr_array_find_with_equal_func (fixture->events, "a:1", g_str_equal, NULL));
  g_assert_true (g_ptr_array_find_with_equal_func (fixture->events, "1", g_str_equal, NULL));
  g_ptr_array_set_size (fixture->events, 0);

  /* None that subscribes first misses what it publishes then. */
  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *channel = g_strdup_printf ("c%u", i);

      signalr_redis_subscribe (fixture->subject, channel, message_cb, fixture->events);
      publish (fixture, channel, "x");
    }
  raw_wait_until (fixture->events->len == 400);
  g_assert_cmpuint (redis_fixture_n_channels (&fixture->redis), ==, 201);
  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *channel = g_strdup_printf ("c%u", i);
      g_autofree char *heard = g_strdup_printf ("c%u:x", i);

      g_assert_true (g_ptr_array_find_with_equal_func (fixture->events, heard, g_str_equal, NULL));
      signalr_redis_unsubscribe (fixture->subject, channel);
    }
  raw_wait_until (redis_fixture_n_channels (&fixture->redis) == 1);
}

static void
test_order (Fixture       *fixture,
            gconstpointer  data)
{
  if (fixture->subject == NULL)
    return;

  signalr_redis_subscribe (fixture->subject, "a", message_cb, fixture->events);
  for (guint i = 0; i < 10000; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);
      g_autoptr (GBytes) payload = g_bytes_new (text, strlen (text));

      signalr_redis_publish (fixture->subject, "a", payload, NULL, NULL);
    }

  raw_wait_until (fixture->events->len == 10001);
  for (guint i = 0; i < 10000; i++)
    {
      g_autofree char *heard = g_strdup_printf ("a:%u", i);

      g_assert_cmpstr (fixture->events->pdata[i + 1], ==, heard);
    }
}

static void
test_errors (Fixture       *fixture,
             gconstpointer  data)
{
  if (fixture->subject == NULL)
    return;

  signalr_redis_command (fixture->subject, 2, (const char *[]) { "NOSUCH", "x" }, NULL, replied_cb, fixture->events);
  signalr_redis_command (fixture->subject, 2, (const char *[]) { "ECHO", "x" }, NULL, replied_cb, fixture->events);
  assert_story (fixture->events, "up", "PROTOCOL", "x");
}

/* What waits for a connection is bounded. */
static void
test_limits (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (GBytes) large = g_bytes_new_take (g_malloc0 (20 * 1024 * 1024), 20 * 1024 * 1024);
  g_autoptr (GBytes) huge = g_bytes_new_take (g_malloc0 (33 * 1024 * 1024), 33 * 1024 * 1024);

  if (fixture->subject == NULL)
    return;

  signalr_redis_publish (fixture->subject, "a", huge, replied_cb, fixture->events);
  signalr_redis_publish (fixture->subject, "a", large, replied_cb, fixture->events);
  signalr_redis_publish (fixture->subject, "a", large, replied_cb, fixture->events);
  assert_story (fixture->events, "TOO_LARGE", "QUEUE_FULL", "up", "0");

  for (guint i = 0; i <= 65536; i++)
    signalr_redis_wait (fixture->subject, i < 65536 ? NULL : replied_cb, fixture->events);
  assert_story (fixture->events, "QUEUE_FULL");
  signalr_redis_wait (fixture->subject, replied_cb, fixture->events);
  assert_story (fixture->events, "waited");
}

static void
test_killed (Fixture       *fixture,
             gconstpointer  data)
{
  if (fixture->subject == NULL)
    return;

  signalr_redis_subscribe (fixture->subject, "a", message_cb, fixture->events);
  assert_story (fixture->events, "up");

  redis_fixture_integer (&fixture->redis, "CLIENT KILL TYPE pubsub");
  assert_story (fixture->events, "down", "up");
  redis_fixture_publish (&fixture->redis, "a", "1", 1);
  assert_story (fixture->events, "a:1");

  /* After a while without trouble the first attempt is again made at once. */
  for (guint i = 0; i < 4; i++)
    advance (fixture, 3);
  redis_fixture_integer (&fixture->redis, "CLIENT KILL TYPE normal SKIPME yes");
  assert_story (fixture->events, "down", "up");
  publish (fixture, "b", "2");
  assert_story (fixture->events, "0");
}

static void
test_gone (Fixture       *fixture,
           gconstpointer  data)
{
  if (fixture->subject == NULL)
    return;

  signalr_redis_subscribe (fixture->subject, "a", message_cb, fixture->events);
  assert_story (fixture->events, "up");

  redis_fixture_stop (&fixture->redis);
  assert_story (fixture->events, "down");
  publish (fixture, "a", "1");
  assert_story (fixture->events, "NOT_CONNECTED");
  g_assert_false (signalr_redis_is_up (fixture->subject));
  signalr_redis_subscribe (fixture->subject, "b", message_cb, fixture->events);

  redis_fixture_start (&fixture->redis);
  advance (fixture, 1.2);
  assert_story (fixture->events, "up");
  redis_fixture_publish (&fixture->redis, "a", "2", 1);
  redis_fixture_publish (&fixture->redis, "b", "3", 1);
  assert_story (fixture->events, "a:2", "b:3");
}

static void
test_frozen (Fixture       *fixture,
             gconstpointer  data)
{
  if (fixture->subject == NULL)
    return;

  signalr_redis_subscribe (fixture->subject, "a", message_cb, fixture->events);
  assert_story (fixture->events, "up");

  redis_fixture_freeze (&fixture->redis);
  publish (fixture, "a", "1");
  advance (fixture, 5);
  g_assert_cmpuint (fixture->events->len, ==, 0);
  advance (fixture, 5);
  raw_wait_until (fixture->events->len == 2);
  g_assert_true (g_ptr_array_find_with_equal_func (fixture->events, "down", g_str_equal, NULL));
  g_assert_true (g_ptr_array_find_with_equal_func (fixture->events, "TIMED_OUT", g_str_equal, NULL));
  g_ptr_array_set_size (fixture->events, 0);

  /* New connections are accepted, and not answered. */
  publish (fixture, "a", "2");
  advance (fixture, 5);
  assert_story (fixture->events, "NOT_CONNECTED");

  redis_fixture_thaw (&fixture->redis);
  advance (fixture, 1.2);
  raw_wait_until (signalr_redis_is_up (fixture->subject));
  publish (fixture, "a", "3");
  raw_wait_until (g_ptr_array_find_with_equal_func (fixture->events, "a:3", g_str_equal, NULL));
  g_assert_false (g_ptr_array_find_with_equal_func (fixture->events, "a:2", g_str_equal, NULL));
}

/* Until it says how it went, and no longer. */
static void
assert_connects (Fixture    *fixture,
                 const char *event,
                 const char *format,
                 ...)
{
  g_autofree char *uri = NULL;
  va_list args;

  va_start (args, format);
  uri = g_strdup_vprintf (format, args);
  va_end (args);

  g_clear_pointer (&fixture->subject, signalr_redis_free);
  g_ptr_array_set_size (fixture->events, 0);
  connect_to (fixture, uri);
  raw_wait_until (fixture->events->len > 0);
  g_assert_cmpstr (fixture->events->pdata[0], ==, event);
}

static void
test_access (Fixture       *fixture,
             gconstpointer  data)
{
  guint port = fixture->redis.port;

  if (fixture->subject == NULL)
    return;

  freeReplyObject (redis_fixture_command (&fixture->redis, "ACL SETUSER ann on >pa%%ss ~* &* +@all"));
  freeReplyObject (redis_fixture_command (&fixture->redis, "CONFIG SET requirepass secret"));
  assert_connects (fixture, "down", "redis://127.0.0.1:%u", port);
  assert_connects (fixture, "down", "redis://:wrong@127.0.0.1:%u", port);
  assert_connects (fixture, "up", "redis://:secret@127.0.0.1:%u", port);
  assert_connects (fixture, "down", "redis://ann:secret@127.0.0.1:%u", port);
  assert_connects (fixture, "up", "redis://ann:pa%%25ss@127.0.0.1:%u/3", port);
  assert_connects (fixture, "down", "redis://:secret@127.0.0.1:%u/99", port);
  assert_connects (fixture, "down", "redis://name.invalid:%u", port);
}

static void
test_tls (Fixture       *fixture,
          gconstpointer  data)
{
  g_autofree char *pem = g_test_build_filename (G_TEST_DIST, "server", "localhost.pem", NULL);
  g_autofree char *port = NULL;

  if (fixture->subject == NULL)
    return;

  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    {
      g_test_skip ("There is no TLS");
      return;
    }

  port = g_strdup_printf ("%u", redis_fixture_find_port ());
  freeReplyObject (redis_fixture_command (&fixture->redis,
                                          "CONFIG SET tls-cert-file %s tls-key-file %s tls-ca-cert-file %s tls-auth-clients no tls-port %s",
                                          pem, pem, pem, port));

  assert_connects (fixture, "down", "rediss://127.0.0.1:%s", port);
  assert_connects (fixture, "down", "redis://127.0.0.1:%s", port);
  assert_connects (fixture, "up", "rediss://localhost:%s?tlsCa=%s", port, pem);
  signalr_redis_subscribe (fixture->subject, "a", message_cb, fixture->events);
  redis_fixture_integer (&fixture->redis, "CLIENT KILL TYPE normal SKIPME yes");
  raw_wait_until (fixture->events->len == 3);
  publish (fixture, "a", "1");
  raw_wait_until (g_ptr_array_find_with_equal_func (fixture->events, "a:1", g_str_equal, NULL));
}

/* What an impostor says to everybody who comes; its threads may outlive the service. */
typedef struct {
  const char *script;
  gsize       size;      /* of zeros behind it */
  gboolean    waits;     /* for something that does not come */
} Impostor;

static gboolean
impostor_incoming_cb (GSocketService    *service,
                      GSocketConnection *connection,
                      GObject           *source,
                      gpointer           user_data)
{
  const Impostor *self = user_data;
  g_autofree char *filler = g_malloc0 (self->size);

  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), self->script,
                             strlen (self->script), NULL, NULL, NULL);
  if (self->size > 0)
    {
      g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), filler, self->size,
                                 NULL, NULL, NULL);
      return TRUE;
    }

  /* It stays until the other end goes. */
  g_input_stream_skip (g_io_stream_get_input_stream (G_IO_STREAM (connection)), 1 << 20, NULL, NULL);
  g_input_stream_skip (g_io_stream_get_input_stream (G_IO_STREAM (connection)), 1 << 20, NULL, NULL);

  return TRUE;
}

/* Whatever is said there, nothing breaks here. */
static void
test_impostors (Fixture       *fixture,
                gconstpointer  data)
{
  static const Impostor impostors[] = {
    { "HTTP/1.1 400 Bad Request\r\n\r\n" },
    { "-NOAUTH \xff\r\n" },
    { "*2147483647\r\n" },
    { "*5000\r\n" },
    { "$2147483647\r\n", .waits = TRUE },
    { "", .waits = TRUE },
    { "$-7\r\n" },
    { "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n" },
    { "+PONG\r\n+PONG\r\n*3\r\n$7\r\nmessage\r\n:1\r\n:2\r\n" },
    { "+PONG\r\n*0\r\n" },
    { "+PONG\r\n*-1\r\n" },
    { "+PONG\r\n*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n" },
    { "+PONG\r\n*3\r\n$7\r\nmessage\r\n$-1\r\n$-1\r\n" },
    { "+PONG\r\n*3\r\n*0\r\n*0\r\n*0\r\n" },
    { "+PONG\r\n:1\r\n" },
    { "$100000000\r\n", 40 * 1024 * 1024 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (impostors); i++)
    {
      g_autoptr (GSocketService) service = g_threaded_socket_service_new (10);
      guint port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (service), NULL, NULL);
      g_autofree char *uri = g_strdup_printf ("redis://127.0.0.1:%u", port);

      g_signal_connect (service, "run", G_CALLBACK (impostor_incoming_cb), (gpointer) &impostors[i]);
      g_clear_pointer (&fixture->subject, signalr_redis_free);
      g_ptr_array_set_size (fixture->events, 0);
      connect_to (fixture, uri);
      signalr_redis_subscribe (fixture->subject, "a", message_cb, fixture->events);
      publish (fixture, "a", "1");
      if (impostors[i].waits)
        raw_wait_until ((advance (fixture, 1), fixture->events->len == 2));
      raw_wait_until (fixture->events->len == 2);
      g_assert_cmpstr (fixture->events->pdata[0], ==, "down");
      g_assert_cmpstr (fixture->events->pdata[1], ==, "NOT_CONNECTED");
      g_clear_pointer (&fixture->subject, signalr_redis_free);
      g_socket_service_stop (service);
      g_socket_listener_close (G_SOCKET_LISTENER (service));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/server/redis/publish", Fixture, NULL, set_up, test_publish, tear_down);
  g_test_add ("/server/redis/order", Fixture, NULL, set_up, test_order, tear_down);
  g_test_add ("/server/redis/errors", Fixture, NULL, set_up, test_errors, tear_down);
  g_test_add ("/server/redis/limits", Fixture, NULL, set_up, test_limits, tear_down);
  g_test_add ("/server/redis/killed", Fixture, NULL, set_up, test_killed, tear_down);
  g_test_add ("/server/redis/gone", Fixture, NULL, set_up, test_gone, tear_down);
  g_test_add ("/server/redis/frozen", Fixture, NULL, set_up, test_frozen, tear_down);
  g_test_add ("/server/redis/access", Fixture, NULL, set_up, test_access, tear_down);
  g_test_add ("/server/redis/tls", Fixture, NULL, set_up, test_tls, tear_down);
  g_test_add ("/server/redis/impostors", Fixture, NULL, set_up, test_impostors, tear_down);

  return g_test_run ();
}
