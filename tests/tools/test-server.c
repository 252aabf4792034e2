/* test-server.c: tertulia-server as a program: key, history, tokens, and its end
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "certificate.h"
#include "program.h"

#include <glib/gstdio.h>
#include <signal.h>

static Program *
connect_to (const char *address,
            const char *path,
            const char *token)
{
  g_autofree char *url = g_strconcat (address, path, NULL);

  return program_start ("signalr-cli", "connect", url, "--hub", "chatHub", "--retry", "never",
                        token != NULL ? "--bearer" : NULL, token, NULL);
}

/* The result of a call, which must have one. */
static JsonNode *
invoke (Program    *client,
        const char *method,
        const char *args)
{
  JsonObject *result;

  program_do (client, "{\"do\":\"invoke\",\"id\":1,\"method\":\"%s\",\"args\":%s}", method, args);
  result = program_wait (client, "result");
  g_assert_true (json_object_has_member (result, "result"));

  return json_object_get_member (result, "result");
}

static void
end_server (Program *server,
            int      number)
{
  program_signal (server, number);
  g_assert_cmpint (program_wait_end (server), ==, 0);
  g_assert_cmpstr (program_get_errors (server), ==, "");
}

static void
test_key (void)
{
  g_autofree char *file = g_build_filename (g_get_user_state_dir (), "tertulia", "server.key", NULL);
  g_autofree char *own = g_build_filename (g_get_user_state_dir (), "own.key", NULL);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  Program *server;
  GStatBuf status;

  server = program_start ("tertulia-server", NULL);
  program_wait_address (server);
  g_assert_cmpint (g_stat (file, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  g_assert_true (g_file_get_contents (file, &before, NULL, NULL));
  end_server (server, SIGTERM);
  program_free (server);

  /* The same one, from then on. */
  server = program_start ("tertulia-server", NULL);
  program_wait_address (server);
  g_assert_true (g_file_get_contents (file, &after, NULL, NULL));
  g_assert_cmpstr (before, ==, after);
  end_server (server, SIGINT);
  program_free (server);

  server = program_start ("tertulia-server", "--key", own, NULL);
  program_wait_address (server);
  g_assert_cmpint (g_stat (own, &status), ==, 0);
  end_server (server, SIGTERM);
  program_free (server);

  /* A key that others may have read is none. */
  g_assert_cmpint (g_chmod (own, 0644), ==, 0);
  server = program_start ("tertulia-server", "--key", own, NULL);
  g_assert_cmpint (program_wait_end (server), ==, 1);
  g_assert_nonnull (strstr (program_get_errors (server), own));
  program_free (server);
}

static void
test_history (void)
{
  g_autofree char *file = g_build_filename (g_get_user_state_dir (), "history.db", NULL);

  g_assert_cmpint (g_mkdir_with_parents (g_get_user_state_dir (), 0700), ==, 0);

  for (int i = 0; i < 2; i++)
    {
      g_autoptr (Program) server = program_start ("tertulia-server", "--history", file, NULL);
      g_autoptr (Program) client = connect_to (program_wait_address (server), "/chatHub", NULL);
      JsonObject *joined;

      program_expect (client, "connected");
      program_expect (server, "connected");
      joined = json_node_get_object (invoke (client, "Join", "[{\"room\":\"general\",\"name\":\"Ana\"}]"));
      g_assert_cmpint (json_object_get_int_member (joined, "last"), ==, i);
      invoke (client, "Post", "[{\"room\":\"general\",\"key\":\"k\",\"text\":\"Hello\"}]");
      program_signal (server, SIGTERM);
      program_expect (server, "disconnected");
      g_assert_cmpint (program_wait_end (server), ==, 0);
    }
}

static void
test_token (void)
{
  g_autoptr (Program) server = program_start ("tertulia-server", "--token", "Ana=one",
                                              "--token", "Luis=two", NULL);
  g_autofree char *address = g_strdup (program_wait_address (server));
  g_autoptr (Program) luis = connect_to (address, "/signalr", "two");
  g_autoptr (Program) ana = connect_to (address, "/chatHub", "one");
  JsonArray *args;

  program_expect (luis, "connected");
  program_expect (ana, "connected");

  /* Who it is, is told by the token and not by the call. */
  program_do (luis, "{\"do\":\"send\",\"method\":\"Send\",\"args\":[\"Ana\",\"Hello\"]}");
  args = json_object_get_array_member (program_wait (ana, "invocation"), "args");
  g_assert_cmpstr (json_array_get_string_element (args, 0), ==, "Luis");
}

/* Its clients are told, and may come back. */
static void
test_goodbye (void)
{
  const char *paths[] = { "/signalr", "/chatHub" };

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (Program) server = program_start ("tertulia-server", NULL);
      g_autoptr (Program) client = connect_to (program_wait_address (server), paths[i], NULL);

      program_expect (client, "connected");
      program_expect (server, "connected");
      program_signal (server, SIGTERM);
      program_expect (client, "reconnecting");
      program_end_input (client);
      g_assert_cmpstr (event_string (program_expect (client, "disconnected"), "reason"), ==, "stopped");
      g_assert_cmpint (program_wait_end (client), ==, 0);
    }
}

/* The key of no certificate. */
static const char other_key[] =
  "-----BEGIN PRIVATE KEY-----\n"
  "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgJKTU97h56x+Wu6S7\n"
  "WSF1t14CEMLW+Hb6Q5Acc1IVu3GhRANCAARlw+nN93K/yV89/HR39viR+gKTr5Xz\n"
  "8LqdZBxXjK+mE6x4ZpiF0YSWtuYB4mXqNmBhMf6zB8VT7MKr+774VHwl\n"
  "-----END PRIVATE KEY-----\n";

static void
test_failures (void)
{
  g_autofree char *certificate = certificate_write ();
  g_autofree char *key = g_build_filename (g_get_user_runtime_dir (), "other.pem", NULL);
  g_autofree char *history = g_build_filename (g_get_user_runtime_dir (), "chat.db", NULL);
  g_autoptr (Program) server = program_start ("tertulia-server", "--history", history, NULL);
  g_autoptr (GUri) uri = g_uri_parse (program_wait_address (server), G_URI_FLAGS_NONE, NULL);
  g_autofree char *port = g_strdup_printf ("%d", g_uri_get_port (uri));
  const struct {
    const char *options[5];
    const char *says;
  } cases[] = {
    { { "--port", port, NULL }, port },
    { { "--listen", "192.0.2.1", NULL }, "192.0.2.1" },
    { { "--history", "/dev/null/chat.db", NULL }, "/dev/null" },
    { { "--key", "/dev/null/key", NULL }, "/dev/null/key" },
    { { "--history", history, NULL }, history },
    { { "--tls-certificate", certificate, "--tls-key", key, NULL }, key },
    { { "--tls-certificate", "/nowhere/c.pem", "--tls-key", "/nowhere/k.pem", NULL }, "/nowhere/c.pem" },
  };

  g_assert_true (g_file_set_contents (key, other_key, -1, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Program) other = program_startv ("tertulia-server", cases[i].options);

      g_assert_cmpint (program_wait_end (other), ==, 1);
      if (strstr (program_get_errors (other), cases[i].says) == NULL)
        g_error ("“%s” does not name %s", program_get_errors (other), cases[i].says);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/tools/server/key", test_key);
  g_test_add_func ("/tools/server/history", test_history);
  g_test_add_func ("/tools/server/token", test_token);
  g_test_add_func ("/tools/server/goodbye", test_goodbye);
  g_test_add_func ("/tools/server/failures", test_failures);

  return g_test_run ();
}
