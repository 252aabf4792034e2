/* redis-fixture.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "redis-fixture.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

guint
redis_fixture_find_port (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autoptr (GSocketAddress) effective = NULL;
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", 0);

  g_assert_true (g_socket_listener_add_address (listener, address, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP,
                                                NULL, &effective, NULL));

  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective));
}

static gboolean
redis_fixture_connect (RedisFixture *self)
{
  g_clear_pointer (&self->client, redisFree);
  self->client = redisConnect ("127.0.0.1", self->port);
  if (self->client != NULL && self->client->err == 0)
    return TRUE;

  g_usleep (5000);

  return FALSE;
}

/* It does not outlive a test that fails. */
static void
child_setup_cb (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

void
redis_fixture_start (RedisFixture *self)
{
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autofree char *port = g_strdup_printf ("%u", self->port);
  g_autoptr (GError) error = NULL;

  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_subprocess_launcher_set_child_setup (launcher, child_setup_cb, NULL, NULL);
  self->process = g_subprocess_launcher_spawn (launcher, &error,
                                               "redis-server", "--port", port, "--bind", "127.0.0.1",
                                               "--save", "", "--appendonly", "no", "--loglevel", "warning", NULL);
  g_assert_no_error (error);
  raw_wait_until (redis_fixture_connect (self));
}

void
redis_fixture_stop (RedisFixture *self)
{
  g_clear_pointer (&self->client, redisFree);
  g_subprocess_force_exit (self->process);
  g_subprocess_wait (self->process, NULL, NULL);
  g_clear_object (&self->process);
}

gboolean
redis_fixture_begin (RedisFixture *self)
{
  g_autofree char *program = g_find_program_in_path ("redis-server");

  if (program == NULL)
    {
      g_test_skip ("redis-server is not there");
      return FALSE;
    }

  self->port = redis_fixture_find_port ();
  self->uri = g_strdup_printf ("redis://127.0.0.1:%u", self->port);
  redis_fixture_start (self);

  return TRUE;
}

void
redis_fixture_end (RedisFixture *self)
{
  redis_fixture_stop (self);
  g_clear_pointer (&self->uri, g_free);
}

static void
run_cb (gconstpointer data)
{
  RedisFixture redis = { 0 };

  if (!redis_fixture_begin (&redis))
    return;

  (*(const RedisTestFunc *) data) (&redis);
  redis_fixture_end (&redis);
}

void
redis_fixture_add (const char    *path,
                   RedisTestFunc  func)
{
  g_test_add_data_func_full (path, g_memdup2 (&func, sizeof func), run_cb, g_free);
}

static gboolean
is_frozen (RedisFixture *self)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/stat", g_subprocess_get_identifier (self->process));
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));

  return strstr (text, ") T ") != NULL;
}

void
redis_fixture_freeze (RedisFixture *self)
{
  g_subprocess_send_signal (self->process, SIGSTOP);
  while (!is_frozen (self))
    g_usleep (1000);
}

void
redis_fixture_thaw (RedisFixture *self)
{
  g_subprocess_send_signal (self->process, SIGCONT);
}

static redisReply *
redis_fixture_run (RedisFixture *self,
                   const char   *format,
                   va_list       args)
{
  redisReply *reply = redisvCommand (self->client, format, args);

  g_assert_nonnull (reply);
  if (reply->type == REDIS_REPLY_ERROR)
    g_error ("Redis: %s", reply->str);

  return reply;
}

redisReply *
redis_fixture_command (RedisFixture *self,
                       const char   *format,
                       ...)
{
  va_list args;
  redisReply *reply;

  va_start (args, format);
  reply = redis_fixture_run (self, format, args);
  va_end (args);

  return reply;
}

gint64
redis_fixture_integer (RedisFixture *self,
                       const char   *format,
                       ...)
{
  va_list args;
  redisReply *reply;
  gint64 value;

  va_start (args, format);
  reply = redis_fixture_run (self, format, args);
  va_end (args);

  g_assert_cmpint (reply->type, ==, REDIS_REPLY_INTEGER);
  value = reply->integer;
  freeReplyObject (reply);

  return value;
}

void
redis_fixture_publish (RedisFixture  *self,
                       const char    *channel,
                       gconstpointer  data,
                       gsize          length)
{
  redis_fixture_integer (self, "PUBLISH %s %b", channel, data, length);
}

guint
redis_fixture_n_channels (RedisFixture *self)
{
  redisReply *reply = redis_fixture_command (self, "PUBSUB CHANNELS");
  guint n = reply->elements;

  freeReplyObject (reply);

  return n;
}
