/* test-together.c: two tertulia-servers on one Redis, as programs
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "program.h"

#include "../server/redis-fixture.h"

#include <glib/gstdio.h>
#include <signal.h>

typedef struct {
  Program *program;
  char    *address;
} Server;

static Server *
server_start (RedisFixture *redis,
              const char   *history)
{
  Server *self = g_new0 (Server, 1);

  self->program = program_start ("tertulia-server", "--redis", redis->uri,
                                 history != NULL ? "--history" : NULL, history, NULL);
  self->address = g_strdup (program_wait_address (self->program));
  while (!g_str_equal (event_string (program_wait (self->program, "redis"), "state"), "up"))
    ;

  return self;
}

static void
server_free (Server *self)
{
  program_free (self->program);
  g_free (self->address);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Server, server_free)

static Program *
connect_to (Server     *server,
            const char *path)
{
  g_autofree char *url = g_strconcat (server->address, path, NULL);
  Program *client = program_start ("signalr-cli", "connect", url, "--hub", "chatHub", "--retry", "never", NULL);

  program_expect (client, "connected");

  return client;
}

static char *
invoke (Program    *client,
        const char *method,
        const char *args)
{
  JsonObject *result;

  program_do (client, "{\"do\":\"invoke\",\"id\":1,\"method\":\"%s\",\"args\":%s}", method, args);
  result = program_wait (client, "result");
  g_assert_true (json_object_has_member (result, "result"));

  return json_to_string (json_object_get_member (result, "result"), FALSE);
}

static void
call (Program    *client,
      const char *method,
      const char *args)
{
  g_autofree char *answer = invoke (client, method, args);
}

/* The next call of @method, in whose arguments is @part. */
static void
wait_for (Program    *client,
          const char *method,
          const char *part)
{
  while (TRUE)
    {
      JsonObject *event = program_wait (client, "invocation");
      g_autofree char *args = json_to_string (json_object_get_member (event, "args"), FALSE);

      if (g_str_equal (event_string (event, "method"), method) && strstr (args, part) != NULL)
        return;
    }
}

/* Not an event: the list is asked for until @name is in it. */
static void
wait_for_person (Program    *client,
                 const char *name)
{
  gboolean found = FALSE;

  while (!found)
    {
      g_autofree char *people = invoke (client, "People", "[\"general\"]");

      found = strstr (people, name) != NULL;
    }
}

static void
join (Program    *client,
      const char *name)
{
  g_autofree char *args = g_strdup_printf ("[{\"room\":\"general\",\"name\":\"%s\"}]", name);

  call (client, "Join", args);
}

static void
end_client (Program *client)
{
  program_end_input (client);
  program_wait (client, "disconnected");
  g_assert_cmpint (program_wait_end (client), ==, 0);
}

/* Each hears the other; and when one is killed, its people are lost. */
static void
test_killed (RedisFixture *redis)
{
  g_autoptr (Server) first = server_start (redis, NULL);
  g_autoptr (Server) second = server_start (redis, NULL);
  g_autoptr (Program) ana = connect_to (first, "/signalr");
  g_autoptr (Program) luis = connect_to (second, "/chatHub");
  g_autoptr (Program) page = connect_to (second, "/signalr");

  join (luis, "Luis");
  join (ana, "Ana");
  wait_for (luis, "Person", "Ana");
  wait_for_person (ana, "Luis");

  call (ana, "Post", "[{\"room\":\"general\",\"key\":\"1\",\"text\":\"one\"}]");
  wait_for (luis, "Message", "\"one\"");
  wait_for (page, "ReceiveMessage", "\"one\"");
  call (luis, "Post", "[{\"room\":\"general\",\"key\":\"1\",\"text\":\"two\"}]");
  wait_for (ana, "Message", "\"two\"");
  call (page, "Send", "[\"Marta\",\"three\"]");
  wait_for (ana, "Message", "\"three\"");
  wait_for (luis, "Message", "\"three\"");

  program_signal (first->program, SIGKILL);
  wait_for (luis, "Person", "lost");

  end_client (luis);
  end_client (page);
}

/* In a folder that is there. */
static char *
make_history_name (void)
{
  g_assert_cmpint (g_mkdir_with_parents (g_get_user_state_dir (), 0700), ==, 0);

  return g_build_filename (g_get_user_state_dir (), "together.db", NULL);
}

/* What was said while Redis was away, and while a server was, is there afterwards. */
static void
test_away (RedisFixture *redis)
{
  g_autofree char *file = make_history_name ();
  g_autoptr (Server) first = server_start (redis, NULL);
  g_autoptr (Server) second = server_start (redis, file);
  g_autoptr (Program) ana = connect_to (first, "/chatHub");
  g_autoptr (Program) luis = connect_to (second, "/signalr");
  g_autofree char *page = NULL;

  join (ana, "Ana");
  join (luis, "Luis");
  wait_for_person (ana, "Luis");
  wait_for_person (luis, "Ana");

  redis_fixture_stop (redis);
  g_assert_cmpstr (event_string (program_wait (first->program, "redis"), "state"), ==, "down");
  g_assert_cmpstr (event_string (program_wait (second->program, "redis"), "state"), ==, "down");
  call (ana, "Post", "[{\"room\":\"general\",\"key\":\"1\",\"text\":\"from Ana\"}]");
  call (luis, "Post", "[{\"room\":\"general\",\"key\":\"1\",\"text\":\"from Luis\"}]");
  redis_fixture_start (redis);
  wait_for (ana, "Message", "from Luis");
  wait_for (luis, "Message", "from Ana");

  end_client (luis);
  program_signal (second->program, SIGTERM);
  program_wait (second->program, "disconnected");
  g_assert_cmpint (program_wait_end (second->program), ==, 0);
  call (ana, "Post", "[{\"room\":\"general\",\"key\":\"2\",\"text\":\"while you were away\"}]");

  g_clear_pointer (&second, server_free);
  g_clear_pointer (&luis, program_free);
  second = server_start (redis, file);
  luis = connect_to (second, "/signalr");
  join (luis, "Luis");
  do
    {
      g_free (page);
      page = invoke (luis, "History", "[{\"room\":\"general\"}]");
    }
  while (strstr (page, "while you were away") == NULL);
  g_assert_nonnull (strstr (page, "from Ana"));
  g_assert_nonnull (strstr (page, "from Luis"));
  g_assert_null (strstr (page, "\"id\":4"));

  end_client (ana);
  end_client (luis);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  redis_fixture_add ("/tools/together/killed", test_killed);
  redis_fixture_add ("/tools/together/away", test_away);

  return g_test_run ();
}
