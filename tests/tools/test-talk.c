/* test-talk.c: conversations in each dialect, and every kind of bad link on the way
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "program.h"

#include <signal.h>

#include "tertulia-config.h"

typedef struct {
  const char *name;
  const char *path;
  gboolean    core;
  const char *encoding;
  const char *transport;
} Dialect;

static const Dialect classic = { "talk/aspnet", "/signalr", FALSE, "json", "webSockets" };
static const Dialect core = { "talk/aspnetcore", "/chatHub", TRUE, "json", "webSockets" };

static const Dialect others[] = {
  { "carried/aspnet-events", "/signalr", FALSE, "json", "serverSentEvents" },
  { "carried/aspnet-frame", "/signalr", FALSE, "json", "foreverFrame" },
  { "carried/aspnet-polling", "/signalr", FALSE, "json", "longPolling" },
  { "carried/aspnetcore-events", "/chatHub", TRUE, "json", "serverSentEvents" },
  { "carried/aspnetcore-polling", "/chatHub", TRUE, "json", "longPolling" },
#if SIGNALR_HAVE_MSGPACK
  { "carried/aspnetcore-messagepack", "/chat", TRUE, "messagepack", "webSockets" },
#endif
};

/* A server, a link to it, and a client behind the link. */
typedef struct {
  const Dialect *dialect;
  Program       *server;
  char          *address;     /* of the server's hub */
  Program       *link;
  char          *far_address; /* of the same, through the link */
} Stage;

static void
stage_set_up (Stage         *stage,
              gconstpointer  data)
{
  const char *address;

  stage->dialect = data;
  stage->server = program_start ("tertulia-server", "--keep-alive", "2", "--disconnect-timeout", "6",
                                 NULL);
  address = program_wait_address (stage->server);
  g_assert_true (g_str_has_prefix (address, "http://127.0.0.1:"));
  stage->address = g_strconcat (address, stage->dialect->path, NULL);

  stage->link = program_start ("signalr-link", "--listen", "0", "--to", address + strlen ("http://"),
                               NULL);
  stage->far_address = g_strdup_printf ("http://127.0.0.1:%" G_GINT64_FORMAT "%s",
                                        program_wait_port (stage->link), stage->dialect->path);
}

static void
stage_tear_down (Stage         *stage,
                 gconstpointer  data)
{
  program_free (stage->link);
  program_free (stage->server);
  g_free (stage->address);
  g_free (stage->far_address);
}

static void
stage_set_link (Stage      *stage,
                const char *mode)
{
  program_do (stage->link, "{\"do\":\"set\",\"mode\":\"%s\"}", mode);
  g_assert_cmpstr (event_string (program_wait (stage->link, "mode"), "mode"), ==, mode);
}

/* Silence is a matter of seconds here, as the server says something every two. */
static Program *
stage_connect (Stage      *stage,
               const char *address,
               const char *retry)
{
  const char *args[] = {
    "connect", address, "--retry", retry,
    "--slow-after", "4", "--timeout", "5", "--disconnect-timeout", "1.5", "--ping-interval", "2",
    "--encoding", stage->dialect->encoding, "--transport", stage->dialect->transport,
    "--hub", "chatHub", NULL
  };

  /* There the hub has no name. */
  if (stage->dialect->core)
    args[G_N_ELEMENTS (args) - 3] = NULL;

  return program_startv ("signalr-cli", args);
}

static char *
expect_connected (Stage   *stage,
                  Program *client)
{
  JsonObject *event = program_expect (client, "connected");
  const char *id = event_string (event, "id");

  g_assert_cmpstr (event_string (event, "transport"), ==, stage->dialect->transport);
  g_assert_cmpstr (event_string (event, "dialect"), ==, stage->dialect->core ? "aspnetcore" : "aspnet");
  g_assert_true (json_object_has_member (event, "t"));

  event = program_expect (stage->server, "connected");
  g_assert_cmpstr (event_string (event, "id"), ==, id);
  g_assert_cmpstr (event_string (event, "hub"), ==, "ChatHub");
  g_assert_cmpstr (event_string (event, "transport"), ==, stage->dialect->transport);
  g_assert_false (json_object_has_member (event, "stopCalled"));

  return g_strdup (id);
}

static void
expect_server_disconnected (Stage      *stage,
                            const char *id,
                            gboolean    stop_called)
{
  JsonObject *event = program_expect (stage->server, "disconnected");

  g_assert_cmpstr (event_string (event, "id"), ==, id);
  g_assert_true (json_object_get_boolean_member (event, "stopCalled") == stop_called);
}

/* A new connection in place of one that did not say goodbye: two connections,
 * whose events come in any order.
 */
static void
expect_server_exchange (Stage      *stage,
                        const char *old_id,
                        const char *new_id)
{
  gboolean begun = FALSE;
  gboolean ended = FALSE;

  while (!begun || !ended)
    {
      JsonObject *event = program_next (stage->server);

      if (g_str_equal (event_string (event, "event"), "connected"))
        {
          g_assert_false (begun);
          g_assert_cmpstr (event_string (event, "id"), ==, new_id);
          begun = TRUE;
        }
      else
        {
          g_assert_false (ended);
          g_assert_cmpstr (event_string (event, "event"), ==, "disconnected");
          g_assert_cmpstr (event_string (event, "id"), ==, old_id);
          g_assert_false (json_object_get_boolean_member (event, "stopCalled"));
          ended = TRUE;
        }
    }
}

static void
expect_disconnected (Program    *client,
                     const char *reason)
{
  JsonObject *event = program_expect (client, "disconnected");

  g_assert_cmpstr (event_string (event, "reason"), ==, reason);
  g_assert_true (json_object_has_member (event, "error") == !g_str_equal (reason, "stopped"));
}

/* The tutorials' Send, as everybody sees it. */
static void
expect_message (Stage      *stage,
                Program    *client,
                const char *name,
                const char *text)
{
  gboolean found = FALSE;

  while (!found)
    {
      JsonObject *event = program_wait (client, "invocation");
      JsonArray *args = json_object_get_array_member (event, "args");

      g_assert_true (json_object_has_member (event, "hub") == !stage->dialect->core);
      g_assert_cmpuint (json_array_get_length (args), ==, 2);
      found = g_str_equal (event_string (event, "method"), "broadcastMessage") &&
              g_str_equal (json_array_get_string_element (args, 0), name) &&
              g_str_equal (json_array_get_string_element (args, 1), text);
    }
}

static void
test_conversation (Stage         *stage,
                   gconstpointer  data)
{
  g_autoptr (Program) ana = stage_connect (stage, stage->far_address, "never");
  g_autofree char *ana_id = expect_connected (stage, ana);
  g_autoptr (Program) luis = stage_connect (stage, stage->address, "never");
  g_autofree char *luis_id = expect_connected (stage, luis);
  JsonObject *result;

  g_assert_cmpstr (ana_id, !=, luis_id);

  /* Names of hubs, methods and commands are compared without regard to case. */
  program_do (ana, "{\"do\":\"Invoke\",\"id\":\"1\",\"hub\":\"CHATHUB\",\"method\":\"send\","
                   "\"args\":[\"Ana\",\"¿Qué tal? 😀\"]}");
  expect_message (stage, luis, "Ana", "¿Qué tal? 😀");
  result = program_wait (ana, "result");
  g_assert_cmpstr (event_string (result, "id"), ==, "1");
  g_assert_true (json_object_get_null_member (result, "result"));
  g_assert_false (json_object_has_member (result, "error"));

  program_do (luis, "{\"do\":\"send\",\"method\":\"SendMessage\",\"args\":[\"Luis\",\"Bien\"]}");
  expect_message (stage, ana, "Luis", "Bien");

  /* A result that is more than nothing. */
  program_do (luis, "{\"do\":\"invoke\",\"id\":2,\"method\":\"Rooms\"}");
  result = program_wait (luis, "result");
  g_assert_cmpint (json_object_get_int_member (result, "id"), ==, 2);
  g_assert_true (JSON_NODE_HOLDS_ARRAY (json_object_get_member (result, "result")));

  program_end_input (ana);
  g_assert_cmpstr (event_string (program_wait (ana, "disconnected"), "reason"), ==, "stopped");
  g_assert_cmpint (program_wait_end (ana), ==, 0);
  g_assert_cmpstr (program_get_errors (ana), ==, "");
  expect_server_disconnected (stage, ana_id, TRUE);

  program_signal (luis, SIGTERM);
  g_assert_cmpstr (event_string (program_wait (luis, "disconnected"), "reason"), ==, "stopped");
  g_assert_cmpint (program_wait_end (luis), ==, 0);
  expect_server_disconnected (stage, luis_id, TRUE);
}

static void
test_call_failed (Stage         *stage,
                  gconstpointer  data)
{
  g_autoptr (Program) client = stage_connect (stage, stage->far_address, "never");
  g_autofree char *id = expect_connected (stage, client);
  JsonObject *result;

  program_do (client, "{\"do\":\"invoke\",\"id\":\"a\",\"method\":\"Nonsense\",\"args\":[1]}");
  result = program_expect (client, "result");
  g_assert_cmpstr (event_string (result, "id"), ==, "a");
  g_assert_cmpstr (event_string (result, "code"), ==, "HUB");
  g_assert_cmpstr (event_string (result, "sent"), ==, "yes");
  g_assert_nonnull (strstr (event_string (result, "error"), "Nonsense"));
  g_assert_false (json_object_has_member (result, "result"));

  /* The answer that was lost: the server may have got the call, or not. */
  stage_set_link (stage, "silent");
  program_do (client, "{\"do\":\"invoke\",\"id\":\"b\",\"method\":\"Rooms\"}");
  program_do (client, "{\"do\":\"nonsense\"}");
  program_expect (client, "error");
  stage_set_link (stage, "reset");
  result = program_wait (client, "result");
  g_assert_cmpstr (event_string (result, "id"), ==, "b");
  g_assert_cmpstr (event_string (result, "sent"), ==, "unknown");

  program_do (client, "{\"do\":\"stop\"}");
  program_wait (client, "disconnected");
  program_do (client, "{\"do\":\"invoke\",\"id\":\"c\",\"method\":\"Rooms\"}");
  result = program_expect (client, "result");
  g_assert_cmpstr (event_string (result, "code"), ==, "NOT_CONNECTED");
  g_assert_cmpstr (event_string (result, "sent"), ==, "no");
}

/* Longer than the keep-alive timeout, shorter than the disconnect timeout. */
static void
test_silence (Stage         *stage,
              gconstpointer  data)
{
  g_autoptr (Program) client = stage_connect (stage, stage->far_address, "never");
  g_autofree char *id = expect_connected (stage, client);
  const char *new_id;
  JsonObject *event;

  stage_set_link (stage, "silent");
  program_expect (client, "slow");
  event = program_expect (client, "reconnecting");
  g_assert_nonnull (strstr (event_string (event, "error"), "silent"));

  stage_set_link (stage, "good");
  event = program_expect (client, "reconnected");
  new_id = event_string (event, "id");
  g_assert_true (json_object_get_boolean_member (event, "resumed") == !stage->dialect->core);

  if (stage->dialect->core)
    {
      g_assert_cmpstr (new_id, !=, id);
      expect_server_exchange (stage, id, new_id);
    }
  else
    {
      g_assert_cmpstr (new_id, ==, id);
      g_assert_cmpstr (event_string (program_expect (stage->server, "reconnected"), "id"), ==, id);
    }

  program_do (client, "{\"do\":\"stop\"}");
  expect_disconnected (client, "stopped");
  expect_server_disconnected (stage, new_id, TRUE);
  program_end_input (client);
  g_assert_cmpint (program_wait_end (client), ==, 0);
}

/* A server that takes a lost connection up again does so as often as it is lost. */
static void
test_stateful (Stage         *stage,
               gconstpointer  data)
{
  g_autoptr (Program) client = program_start ("signalr-cli", "connect", stage->far_address,
                                              "--stateful", "--retry", "never", NULL);
  g_autofree char *id = expect_connected (stage, client);
  JsonObject *event;

  for (guint i = 0; i < 2; i++)
    {
      program_do (stage->link, "{\"do\":\"set\",\"mode\":\"reset\"}");
      program_do (client, "{\"do\":\"invoke\",\"id\":%u,\"method\":\"Rooms\"}", i);
      program_expect (client, "reconnecting");
      event = program_expect (client, "reconnected");
      g_assert_cmpstr (event_string (event, "id"), ==, id);
      g_assert_true (json_object_get_boolean_member (event, "resumed"));
      g_assert_cmpstr (event_string (program_expect (stage->server, "reconnected"), "id"), ==, id);

      /* Made while nobody knew whether it would arrive: it did, once. */
      event = program_expect (client, "result");
      g_assert_cmpint (json_object_get_int_member (event, "id"), ==, i);
      g_assert_true (json_object_has_member (event, "result"));
    }

  program_do (client, "{\"do\":\"stop\"}");
  expect_disconnected (client, "stopped");
  expect_server_disconnected (stage, id, TRUE);
}

/* Shorter than the keep-alive timeout. */
static void
test_slow (Stage         *stage,
           gconstpointer  data)
{
  g_autoptr (Program) client = stage_connect (stage, stage->far_address, "never");
  g_autofree char *id = expect_connected (stage, client);

  stage_set_link (stage, "silent");
  program_expect (client, "slow");
  stage_set_link (stage, "good");
  program_expect (client, "recovered");

  program_do (client, "{\"do\":\"stop\"}");
  expect_disconnected (client, "stopped");
  expect_server_disconnected (stage, id, TRUE);
}

/* The user knows better than to wait for the timeouts. */
static void
test_check (Stage         *stage,
            gconstpointer  data)
{
  g_autoptr (Program) client = stage_connect (stage, stage->far_address, "never");
  g_autofree char *id = expect_connected (stage, client);

  /* All is well, which is not worth a word. */
  program_do (client, "{\"do\":\"check\"}");
  program_do (client, "{\"do\":\"invoke\",\"id\":1,\"method\":\"Rooms\"}");
  program_expect (client, "result");

  stage_set_link (stage, "silent");
  program_do (client, "{\"do\":\"check\"}");
  program_expect (client, "reconnecting");
  stage_set_link (stage, "good");
  program_expect (client, "reconnected");
}

static void
test_gone (Stage         *stage,
           gconstpointer  data)
{
  g_autoptr (Program) client = stage_connect (stage, stage->far_address, "forever");
  g_autofree char *id = expect_connected (stage, client);
  g_autofree char *new_id = NULL;
  JsonObject *event;

  /* Told by the socket: nobody has to wait for silence. */
  stage_set_link (stage, "gone");
  program_expect (client, "reconnecting");
  expect_disconnected (client, "timeout");
  event = program_expect (client, "retry");
  g_assert_cmpint (json_object_get_int_member (event, "attempt"), ==, 1);
  g_assert_cmpfloat (json_object_get_double_member (event, "in"), >, 0);
  expect_disconnected (client, "failed");
  event = program_expect (client, "retry");
  g_assert_cmpint (json_object_get_int_member (event, "attempt"), ==, 2);

  /* Now, and not when the wait is over. */
  stage_set_link (stage, "good");
  program_do (client, "{\"do\":\"retry\"}");
  new_id = g_strdup (event_string (program_wait (client, "connected"), "id"));
  g_assert_cmpstr (new_id, !=, id);

  expect_server_exchange (stage, id, new_id);

  program_do (client, "{\"do\":\"stop\"}");
  expect_disconnected (client, "stopped");
  expect_server_disconnected (stage, new_id, TRUE);
  program_end_input (client);
  g_assert_cmpint (program_wait_end (client), ==, 0);
}

static void
test_gone_for_good (Stage         *stage,
                    gconstpointer  data)
{
  g_autoptr (Program) client = stage_connect (stage, stage->far_address, "never");
  g_autofree char *id = expect_connected (stage, client);

  stage_set_link (stage, "gone");
  program_expect (client, "reconnecting");
  expect_disconnected (client, "timeout");
  g_assert_cmpint (program_wait_end (client), ==, 1);
  g_assert_nonnull (strstr (program_get_errors (client), "could not be re-established"));
}

/* What a client does after it was stopped, and how a server tells a loss. */
static void
test_stop_and_start (Stage         *stage,
                     gconstpointer  data)
{
  g_autoptr (Program) client = stage_connect (stage, stage->far_address, "never");
  g_autofree char *id = expect_connected (stage, client);
  g_autofree char *new_id = NULL;

  program_do (client, "{\"do\":\"start\"}");
  program_expect (client, "error");

  program_do (client, "{\"do\":\"stop\"}");
  expect_disconnected (client, "stopped");
  expect_server_disconnected (stage, id, TRUE);

  program_do (client, "{\"do\":\"start\"}");
  new_id = expect_connected (stage, client);
  g_assert_cmpstr (new_id, !=, id);

  /* The client dies. A classic server waits whether it comes back. */
  program_signal (client, SIGKILL);
  expect_server_disconnected (stage, new_id, FALSE);
}

/* The server goes in an orderly way, and one with the same key takes its place. */
static void
test_restart (Stage         *stage,
              gconstpointer  data)
{
  g_autoptr (Program) client = stage_connect (stage, stage->address, "forever");
  g_autofree char *id = expect_connected (stage, client);
  g_autoptr (GUri) uri = g_uri_parse (stage->address, G_URI_FLAGS_NONE, NULL);
  g_autofree char *port = g_strdup_printf ("%d", g_uri_get_port (uri));
  JsonObject *event;

  program_signal (stage->server, SIGTERM);
  program_expect (client, "reconnecting");
  if (stage->dialect->core)
    expect_server_disconnected (stage, id, FALSE);
  g_assert_cmpint (program_wait_end (stage->server), ==, 0);
  program_free (stage->server);

  stage->server = program_start ("tertulia-server", "--port", port, NULL);
  g_assert_true (g_str_has_prefix (stage->address, program_wait_address (stage->server)));
  event = program_expect (client, "reconnected");

  /* A classic client is known to the new server, which never saw it connect. */
  g_assert_true (g_str_equal (event_string (event, "id"), id) == !stage->dialect->core);
  program_expect (stage->server, stage->dialect->core ? "connected" : "reconnected");
}

typedef void (*StageTest) (Stage         *stage,
                           gconstpointer  data);

static void
add (const Dialect *dialect,
     const char    *name,
     StageTest      test)
{
  g_autofree char *path = g_strdup_printf ("/tools/%s/%s", dialect->name, name);

  g_test_add (path, Stage, dialect, stage_set_up, test, stage_tear_down);
}

int
main (int    argc,
      char **argv)
{
  static const struct {
    const char *name;
    StageTest   test;
  } tests[] = {
    { "conversation", test_conversation },
    { "call-failed", test_call_failed },
    { "silence", test_silence },
    { "slow", test_slow },
    { "check", test_check },
    { "gone", test_gone },
    { "gone-for-good", test_gone_for_good },
    { "stop-and-start", test_stop_and_start },
    { "restart", test_restart },
  };

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      add (&classic, tests[i].name, tests[i].test);
      add (&core, tests[i].name, tests[i].test);
    }
  add (&core, "stateful", test_stateful);
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    {
      add (&others[i], "conversation", test_conversation);
      add (&others[i], "gone-for-good", test_gone_for_good);
      if (!g_str_equal (others[i].transport, "longPolling"))
        add (&others[i], "silence", test_silence);
    }

  return g_test_run ();
}
