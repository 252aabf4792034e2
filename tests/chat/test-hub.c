/* test-hub.c: the chat hub, over loopback, to clients of both dialects
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "chat-test.h"

/* Every test that does not say otherwise runs in each dialect. */
typedef struct {
  const char *path;
} Dialect;

static const Dialect classic = { "/signalr" };
static const Dialect core = { "/chatHub" };

static char *
join (ChatClient *client,
      const char *room,
      const char *name)
{
  g_autofree char *args = g_strdup_printf ("[{\"room\": \"%s\", \"name\": \"%s\"}]", room, name);

  return chat_client_call (client, "Join", args);
}

static void
assert_has (const char *text,
            const char *part)
{
  if (strstr (text, part) == NULL)
    g_error ("“%s” is not in “%s”", part, text);
}

/* A page of a tutorial talks to another one. */
static void
test_tutorial (gconstpointer data)
{
  const Dialect *dialect = data;
  g_autoptr (ChatServer) server = chat_server_new ();
  g_autofree char *url = chat_server_get_url (server, dialect->path);
  g_autoptr (ChatClient) ana = chat_client_new (url);
  g_autoptr (ChatClient) luis = chat_client_new (url);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  first = chat_client_call (ana, "Send", "[\"Ana\", \"Hello\"]");
  g_assert_cmpstr (first, ==, "null");
  chat_test_wait (luis->heard->len >= 3 && ana->heard->len >= 3);
  g_assert_cmpuint (chat_client_count (luis, "broadcastMessage [\"Ana\",\"Hello\"]"), ==, 1);
  g_assert_cmpuint (chat_client_count (luis, "addNewMessageToPage [\"Ana\",\"Hello\"]"), ==, 1);
  g_assert_cmpuint (chat_client_count (luis, "ReceiveMessage [\"Ana\",\"Hello\"]"), ==, 1);

  second = chat_client_call (luis, "SendMessage", "[\"Luis\", \"Good morning\"]");
  chat_test_wait (ana->heard->len >= 6);
  g_assert_cmpuint (chat_client_count (ana, "ReceiveMessage [\"Luis\",\"Good morning\"]"), ==, 1);
}

/* Whoever has joined is told by the full protocol, once. */
static void
test_once (gconstpointer data)
{
  const Dialect *dialect = data;
  g_autoptr (ChatServer) server = chat_server_new ();
  g_autofree char *url = chat_server_get_url (server, dialect->path);
  g_autoptr (ChatClient) page = chat_client_new (url);
  g_autoptr (ChatClient) member = chat_client_new (url);
  g_autofree char *joined = join (member, "general", "Luis");
  g_autofree char *sent = NULL;
  g_autofree char *posted = NULL;

  assert_has (joined, "\"tertulia\":1");
  sent = chat_client_call (page, "Send", "[\"Ana\", \"from a page\"]");
  posted = chat_client_call (member, "Post",
                             "[{\"room\": \"general\", \"key\": \"k\", \"text\": \"from a member\"}]");
  assert_has (posted, "\"id\":2");

  chat_test_wait (chat_client_count (member, "Message") >= 2 &&
                  chat_client_count (page, "ReceiveMessage") >= 2);
  chat_test_settle ();
  g_assert_cmpuint (chat_client_count (member, "Message"), ==, 2);
  g_assert_cmpuint (chat_client_count (member, "broadcastMessage"), ==, 0);
  g_assert_cmpuint (chat_client_count (member, "addNewMessageToPage"), ==, 0);
  g_assert_cmpuint (chat_client_count (member, "ReceiveMessage"), ==, 0);
  g_assert_cmpuint (chat_client_count (page, "Message"), ==, 0);
  g_assert_cmpuint (chat_client_count (page, "broadcastMessage [\"Luis\",\"from a member\"]"), ==, 1);
}

/* Clients of both generations are in one room. */
static void
test_across (void)
{
  g_autoptr (ChatServer) server = chat_server_new ();
  g_autofree char *classic_url = chat_server_get_url (server, "/signalr");
  g_autofree char *core_url = chat_server_get_url (server, "/chat");
  g_autoptr (ChatClient) old = chat_client_new (classic_url);
  g_autoptr (ChatClient) new = chat_client_new (core_url);
  g_autofree char *from_old = NULL;
  g_autofree char *from_new = NULL;

  from_old = chat_client_call (old, "Send", "[\"Ana\", \"from classic\"]");
  from_new = chat_client_call (new, "SendMessage", "[\"Luis\", \"from Core\"]");

  chat_test_wait (chat_client_count (new, "ReceiveMessage [\"Ana\",\"from classic\"]") == 1 &&
                  chat_client_count (old, "broadcastMessage [\"Luis\",\"from Core\"]") == 1);
}

static void
test_duplicate (gconstpointer data)
{
  const Dialect *dialect = data;
  g_autoptr (ChatServer) server = chat_server_new ();
  g_autofree char *url = chat_server_get_url (server, dialect->path);
  g_autoptr (ChatClient) ana = chat_client_new (url);
  const char *post = "[{\"room\": \"general\", \"key\": \"k\", \"text\": \"once\"}]";
  g_autofree char *joined = join (ana, "general", "Ana");
  g_autofree char *first = chat_client_call (ana, "Post", post);
  g_autofree char *second = chat_client_call (ana, "Post", post);
  g_autofree char *history = NULL;

  assert_has (first, "\"id\":1");
  assert_has (first, "\"duplicate\":false");
  assert_has (second, "\"id\":1");
  assert_has (second, "\"duplicate\":true");

  history = chat_client_call (ana, "History", "[{\"room\": \"general\", \"after\": 0}]");
  assert_has (history, "\"id\":1");
  g_assert_null (strstr (history, "\"id\":2"));
}

static void
test_catch_up (gconstpointer data)
{
  const Dialect *dialect = data;
  g_autoptr (ChatServer) server = chat_server_new ();
  g_autofree char *url = chat_server_get_url (server, dialect->path);
  g_autoptr (ChatClient) ana = chat_client_new (url);
  g_autoptr (ChatClient) luis = NULL;
  g_autofree char *joined = join (ana, "general", "Ana");
  g_autofree char *fresh = NULL;
  g_autofree char *known = NULL;
  g_autofree char *other = NULL;
  g_autofree char *args = NULL;
  g_auto (GStrv) parts = NULL;

  for (guint i = 1; i <= 5; i++)
    {
      g_autofree char *post = NULL;
      g_autofree char *answer = NULL;

      post = g_strdup_printf ("[{\"room\": \"general\", \"key\": \"%u\", \"text\": \"text %u\"}]", i, i);
      answer = chat_client_call (ana, "Post", post);
    }

  luis = chat_client_new (url);
  fresh = join (luis, "general", "Luis");
  assert_has (fresh, "text 1");
  assert_has (fresh, "text 5");
  assert_has (fresh, "\"last\":5");

  parts = g_strsplit (strstr (fresh, "\"history\":\"") + strlen ("\"history\":\""), "\"", 2);
  args = g_strdup_printf ("[{\"room\": \"general\", \"name\": \"Luis\", \"history\": \"%s\", \"after\": 3}]",
                          parts[0]);
  known = chat_client_call (luis, "Join", args);
  g_assert_null (strstr (known, "text 3"));
  assert_has (known, "text 4");
  assert_has (known, "text 5");

  /* A number of another history means nothing. */
  other = chat_client_call (luis, "Join",
                            "[{\"room\": \"general\", \"name\": \"Luis\", \"history\": \"x\", \"after\": 99}]");
  assert_has (other, "text 1");
}

static guint
count_person (ChatClient *client,
              const char *name,
              const char *event)
{
  g_autofree char *told = NULL;

  told = g_strdup_printf ("Person [{\"room\":\"general\",\"name\":\"%s\",\"event\":\"%s\"}]", name, event);

  return chat_client_count (client, told);
}

static void
test_people (gconstpointer data)
{
  const Dialect *dialect = data;
  g_autoptr (ChatServer) server = chat_server_new ();
  g_autofree char *url = chat_server_get_url (server, dialect->path);
  g_autoptr (ChatClient) ana = chat_client_new (url);
  g_autoptr (ChatClient) luis = chat_client_new (url);
  g_autofree char *first = join (ana, "general", "Ana");
  g_autofree char *second = join (luis, "general", "Luis");
  g_autofree char *again = join (luis, "general", "Luis");
  g_autofree char *typing = NULL;
  g_autofree char *people = NULL;

  assert_has (second, "{\"name\":\"Ana\",\"presence\":\"here\"}");
  chat_test_wait (count_person (ana, "Luis", "joined") == 1);

  typing = chat_client_call (luis, "Typing", "[\"general\"]");
  chat_test_wait (chat_client_count (ana, "Typing") == 1);
  g_assert_cmpuint (chat_client_count (luis, "Typing"), ==, 0);

  chat_client_stop (luis);
  chat_test_wait (count_person (ana, "Luis", "left") == 1);
  g_assert_cmpuint (count_person (ana, "Luis", "joined"), ==, 1);

  people = chat_client_call (ana, "People", "[\"general\"]");
  g_assert_cmpstr (people, ==, "[{\"name\":\"Ana\",\"presence\":\"here\"}]");
}

/* Who vanishes has not left. */
static void
test_lost (gconstpointer data)
{
  const Dialect *dialect = data;
  g_autoptr (ChatServer) server = chat_server_new ();
  g_autofree char *url = chat_server_get_url (server, dialect->path);
  g_autofree char *link_url = chat_server_get_link_url (server, dialect->path);
  g_autoptr (ChatClient) ana = chat_client_new (url);
  g_autoptr (ChatClient) luis = chat_client_new (link_url);
  g_autoptr (ChatClient) luis_again = NULL;
  g_autofree char *first = join (ana, "general", "Ana");
  g_autofree char *second = join (luis, "general", "Luis");
  g_autofree char *people = NULL;
  g_autofree char *back = NULL;

  link_simulator_set_mode (server->link, LINK_MODE_GONE);
  chat_test_wait (count_person (ana, "Luis", "lost") == 1);
  g_assert_cmpuint (count_person (ana, "Luis", "left"), ==, 0);
  people = chat_client_call (ana, "People", "[\"general\"]");
  assert_has (people, "{\"name\":\"Luis\",\"presence\":\"lost\"}");

  luis_again = chat_client_new (url);
  back = join (luis_again, "general", "Luis");
  chat_test_wait (count_person (ana, "Luis", "back") == 1);
}

static void
test_rooms (gconstpointer data)
{
  const Dialect *dialect = data;
  g_autoptr (ChatServer) server = chat_server_new ();
  g_autofree char *url = chat_server_get_url (server, dialect->path);
  g_autoptr (ChatClient) ana = chat_client_new (url);
  g_autoptr (ChatClient) luis = chat_client_new (url);
  g_autofree char *first = join (ana, "cooking", "Ana");
  g_autofree char *second = join (luis, "general", "Luis");
  g_autofree char *outside = NULL;
  g_autofree char *inside = NULL;
  g_autofree char *rooms = NULL;
  g_autofree char *leave = NULL;
  g_autofree char *left = NULL;

  outside = chat_client_call (luis, "Post", "[{\"room\": \"cooking\", \"key\": \"1\", \"text\": \"x\"}]");
  assert_has (outside, "Join the room first");

  inside = chat_client_call (ana, "Post", "[{\"room\": \"cooking\", \"key\": \"1\", \"text\": \"salt\"}]");
  assert_has (inside, "\"id\":1");
  chat_test_wait (chat_client_count (ana, "Message") == 1);
  chat_test_settle ();
  g_assert_cmpuint (chat_client_count (luis, "Message"), ==, 0);

  rooms = chat_client_call (luis, "Rooms", "[]");
  g_assert_cmpstr (rooms, ==, "[{\"room\":\"general\",\"last\":0,\"people\":1},"
                              "{\"room\":\"cooking\",\"last\":1,\"people\":1}]");

  leave = chat_client_call (ana, "Leave", "[\"cooking\"]");
  left = chat_client_call (ana, "Post", "[{\"room\": \"cooking\", \"key\": \"2\", \"text\": \"x\"}]");
  assert_has (left, "Join the room first");
}

/* Whatever is called with whatever, the answer is one sentence, and others go on. */
static void
test_hostile (gconstpointer data)
{
  const Dialect *dialect = data;
  g_autoptr (ChatServer) server = chat_server_new ();
  g_autofree char *url = chat_server_get_url (server, dialect->path);
  g_autoptr (ChatClient) client = chat_client_new (url);
  g_autofree char *long_text = g_strnfill (4001, 'x');
  g_autofree char *long_args = g_strdup_printf ("[\"Ana\", \"%s\"]", long_text);
  const struct {
    const char *method, *args, *answer;
  } calls[] = {
    { "Join", "[null]", "\"error\":\"The name" },
    { "Join", "[7]", "\"error\":\"The name" },
    { "Join", "[{\"name\": [], \"room\": {}}]", "\"error\":\"The name" },
    { "Join", "[{\"name\": \"Ana\", \"room\": \"\"}]", "\"error\":\"The room" },
    { "Join", "[{\"name\": \"a\\nb\", \"room\": \"general\"}]", "\"error\":\"The name" },
    { "Post", "[\"x\"]", "Join the room first" },
    { "Post", "[{}]", "Join the room first" },
    { "Leave", "[1]", "Join the room first" },
    { "Typing", "[null]", "Join the room first" },
    { "History", "[{\"room\": \"general\"}]", "Join the room first" },
    { "People", "[\"general\"]", "Join the room first" },
    { "Send", "[1, 2]", "The name" },
    { "Send", "[\"Ana\", null]", "The message" },
    { "Send", "[\"Ana\", \"\"]", "The message" },
    { "Send", long_args, "The message" },
    { "Join", "[{\"name\": \"Ana\", \"room\": \"general\"}]", "\"tertulia\":1" },
    { "Join", "[{\"name\": \"Another\", \"room\": \"general\"}]", "another name already" },
    { "Post", "[{\"room\": \"general\", \"text\": \"x\"}]", "The key" },
    { "Post", "[{\"room\": \"general\", \"key\": \"k\"}]", "The message" },
    { "History", "[{\"room\": \"general\", \"after\": -5, \"before\": \"x\", \"max\": 1e300}]", "\"messages\":[]" },
    { "Nothing", "[]", "!" },
    { "Join", "[1, 2, 3]", "!" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      g_autofree char *answer = chat_client_call (client, calls[i].method, calls[i].args);

      g_test_message ("%s %.60s -> %s", calls[i].method, calls[i].args, answer);
      assert_has (answer, calls[i].answer);
    }
}

static void
test_too_many_rooms (gconstpointer data)
{
  const Dialect *dialect = data;
  g_autoptr (ChatServer) server = chat_server_new ();
  g_autofree char *url = chat_server_get_url (server, dialect->path);
  g_autoptr (ChatClient) client = chat_client_new (url);

  for (guint i = 0; i <= 50; i++)
    {
      g_autofree char *room = g_strdup_printf ("room %u", i);
      g_autofree char *answer = join (client, room, "Ana");

      assert_has (answer, i < 50 ? "\"last\":0" : "Too many rooms");
    }
}

/* Where the server knows who calls, nobody speaks in another one's name. */
static void
test_user (gconstpointer data)
{
  const Dialect *dialect = data;
  g_autoptr (ChatServer) server = chat_server_new ();
  g_autofree char *url = chat_server_get_url (server, dialect->path);
  g_autoptr (ChatClient) marta = chat_client_new_with_token (url, "Marta");
  g_autoptr (ChatClient) page = chat_client_new (url);
  g_autofree char *sent = chat_client_call (marta, "Send", "[\"Ana\", \"not me\"]");
  g_autofree char *joined = join (marta, "general", "Ana");

  chat_test_wait (chat_client_count (page, "broadcastMessage [\"Marta\",\"not me\"]") == 1);
  assert_has (joined, "\"name\":\"Marta\"");
}

/* A server that was restarted goes on where it was. */
static void
test_restart (gconstpointer data)
{
  const Dialect *dialect = data;
  g_autoptr (ChatServer) server = chat_server_new ();
  g_autofree char *url = chat_server_get_url (server, dialect->path);
  g_autoptr (ChatClient) ana = chat_client_new (url);
  g_autoptr (ChatClient) luis = NULL;
  g_autofree char *first = join (ana, "general", "Ana");
  const char *post = "[{\"room\": \"general\", \"key\": \"k\", \"text\": \"kept\"}]";
  g_autofree char *posted = chat_client_call (ana, "Post", post);
  g_autofree char *second = NULL;
  g_autofree char *again = NULL;

  chat_client_stop (ana);
  chat_server_restart (server, FALSE);

  luis = chat_client_new (url);
  second = join (luis, "general", "Ana");
  assert_has (second, "\"text\":\"kept\"");
  again = chat_client_call (luis, "Post", post);
  assert_has (again, "\"duplicate\":true");
}

static void
client_event_cb (GObject *hub,
                 GObject *caller,
                 gpointer user_data)
{
  guint *n = user_data;

  (*n)++;
}

static void
client_left_cb (GObject  *hub,
                GObject  *caller,
                gboolean  stop_called,
                gpointer  user_data)
{
  int *left = user_data;

  *left = stop_called ? 1 : 0;
}

/* What tertulia-server tells of its clients. */
static void
test_signals (gconstpointer data)
{
  const Dialect *dialect = data;
  g_autoptr (ChatServer) server = chat_server_new ();
  g_autofree char *url = chat_server_get_url (server, dialect->path);
  g_autoptr (ChatClient) client = NULL;
  guint n_connected = 0;
  int left = -1;

  g_signal_connect (server->hub, "client-connected", G_CALLBACK (client_event_cb), &n_connected);
  g_signal_connect (server->hub, "client-disconnected", G_CALLBACK (client_left_cb), &left);

  client = chat_client_new (url);
  chat_test_wait (n_connected == 1);
  chat_client_stop (client);
  chat_test_wait (left == 1);
}

int
main (int   argc,
      char *argv[])
{
  static const struct {
    const char    *name;
    GTestDataFunc  func;
  } tests[] = {
    { "tutorial", test_tutorial },
    { "once", test_once },
    { "duplicate", test_duplicate },
    { "catch-up", test_catch_up },
    { "people", test_people },
    { "lost", test_lost },
    { "rooms", test_rooms },
    { "hostile", test_hostile },
    { "too-many-rooms", test_too_many_rooms },
    { "user", test_user },
    { "restart", test_restart },
    { "signals", test_signals },
  };

  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *on_classic = g_strconcat ("/hub/aspnet/", tests[i].name, NULL);
      g_autofree char *on_core = g_strconcat ("/hub/aspnetcore/", tests[i].name, NULL);

      g_test_add_data_func (on_classic, &classic, tests[i].func);
      g_test_add_data_func (on_core, &core, tests[i].func);
    }
  g_test_add_func ("/hub/across", test_across);

  return g_test_run ();
}
