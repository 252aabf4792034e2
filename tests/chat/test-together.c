/* test-together.c: several chat servers on one Redis are one chat
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "chat-test.h"

#include "../server/redis-fixture.h"

static void
join (ChatClient *client,
      const char *room,
      const char *name)
{
  g_autofree char *args = g_strdup_printf ("[{\"room\": \"%s\", \"name\": \"%s\"}]", room, name);
  g_autofree char *answer = chat_client_call (client, "Join", args);

  g_assert_nonnull (strstr (answer, "\"tertulia\":1"));
}

static void
post (ChatClient *client,
      const char *room,
      const char *key,
      const char *text)
{
  g_autofree char *args = g_strdup_printf ("[{\"room\": \"%s\", \"key\": \"%s\", \"text\": \"%s\"}]", room, key, text);
  g_autofree char *answer = chat_client_call (client, "Post", args);

  if (strstr (answer, "\"duplicate\":false") == NULL)
    g_error ("“%s” was not posted: %s", text, answer);
}

/* How often the client was told of a message of that text. */
static guint
count_text (ChatClient *client,
            const char *text)
{
  g_autofree char *member = g_strdup_printf ("\"text\":\"%s\"", text);
  guint n = 0;

  for (guint i = 0; i < client->heard->len; i++)
    {
      const char *heard = g_ptr_array_index (client->heard, i);

      if (g_str_has_prefix (heard, "Message ") && strstr (heard, member) != NULL)
        n++;
    }

  return n;
}

/* What a client was told of a person. */
static guint
count_person (ChatClient *client,
              const char *name,
              const char *event)
{
  g_autofree char *who = g_strdup_printf ("\"name\":\"%s\"", name);
  g_autofree char *what = g_strdup_printf ("\"event\":\"%s\"", event);
  guint n = 0;

  for (guint i = 0; i < client->heard->len; i++)
    {
      const char *heard = g_ptr_array_index (client->heard, i);

      if (g_str_has_prefix (heard, "Person ") && strstr (heard, who) != NULL && strstr (heard, what) != NULL)
        n++;
    }

  return n;
}

static gboolean
is_listed (ChatClient *client,
           const char *name)
{
  g_autofree char *answer = chat_client_call (client, "People", "[\"general\"]");

  return strstr (answer, name) != NULL;
}

/* Both are in the room, and each server knows. */
static void
meet (ChatClient *ana,
      ChatClient *luis)
{
  join (ana, "general", "Ana");
  join (luis, "general", "Luis");
  chat_test_wait (is_listed (ana, "Luis") && is_listed (luis, "Ana"));
}

static gboolean
is_kept (ChatClient *client,
         const char *text)
{
  g_autofree char *page = chat_client_call (client, "History", "[{\"room\": \"general\"}]");

  return strstr (page, text) != NULL;
}

/* Members hear the full protocol and pages their tutorial's, once, wherever they are. */
static void
test_once (RedisFixture *redis)
{
  g_autoptr (ChatServer) first = chat_server_new_shared (redis->uri);
  g_autoptr (ChatServer) second = chat_server_new_shared (redis->uri);
  g_autoptr (ChatServer) third = chat_server_new_shared (redis->uri);
  g_autofree char *first_url = chat_server_get_url (first, "/signalr");
  g_autofree char *second_url = chat_server_get_url (second, "/chatHub");
  g_autofree char *third_url = chat_server_get_url (third, "/chat");
  g_autofree char *page_url = chat_server_get_url (third, "/signalr");
  g_autoptr (ChatClient) ana = chat_client_new (first_url);
  g_autoptr (ChatClient) luis = chat_client_new (second_url);
  g_autoptr (ChatClient) page = chat_client_new (third_url);
  g_autoptr (ChatClient) old_page = chat_client_new (page_url);
  ChatClient *members[] = { ana, luis };
  ChatClient *pages[] = { page, old_page };
  g_autofree char *sent = NULL;

  meet (ana, luis);

  post (ana, "general", "1", "one");
  chat_test_wait (count_text (luis, "one") == 1);
  post (luis, "general", "1", "two");
  chat_test_wait (count_text (ana, "two") == 1);
  sent = chat_client_call (page, "SendMessage", "[\"Marta\", \"three\"]");
  chat_test_wait (count_text (ana, "three") == 1 && count_text (luis, "three") == 1);
  chat_test_wait (chat_client_count (page, "ReceiveMessage") == 3 &&
                  chat_client_count (old_page, "broadcastMessage") == 3);
  chat_test_settle ();

  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    {
      g_assert_cmpuint (chat_client_count (members[i], "Message"), ==, 3);
      g_assert_cmpuint (chat_client_count (members[i], "ReceiveMessage"), ==, 0);
      g_assert_cmpuint (chat_client_count (members[i], "broadcastMessage"), ==, 0);
    }
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      g_assert_cmpuint (chat_client_count (pages[i], "Message"), ==, 0);
      g_assert_cmpuint (chat_client_count (pages[i], "ReceiveMessage"), ==, 3);
      g_assert_cmpuint (chat_client_count (pages[i], "broadcastMessage"), ==, 3);
      g_assert_cmpuint (chat_client_count (pages[i], "addNewMessageToPage"), ==, 3);
      g_assert_cmpuint (chat_client_count (pages[i], "ReceiveMessage [\"Ana\",\"one\"]"), ==, 1);
    }
}

/* Many of them, from all sides: all come, each client's in its order. */
static void
test_many (RedisFixture *redis)
{
  g_autoptr (ChatServer) first = chat_server_new_shared (redis->uri);
  g_autoptr (ChatServer) second = chat_server_new_shared (redis->uri);
  g_autofree char *first_url = chat_server_get_url (first, "/signalr");
  g_autofree char *second_url = chat_server_get_url (second, "/chatHub");
  g_autoptr (ChatClient) ana = chat_client_new (first_url);
  g_autoptr (ChatClient) luis = chat_client_new (second_url);
  guint n_in_order = 0;

  meet (ana, luis);

  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *key = g_strdup_printf ("%u", i);
      g_autofree char *from_ana = g_strdup_printf ("Ana %u.", i);
      g_autofree char *from_luis = g_strdup_printf ("Luis %u.", i);

      post (ana, "general", key, from_ana);
      post (luis, "general", key, from_luis);
    }
  chat_test_wait (chat_client_count (ana, "Message") >= 200 && chat_client_count (luis, "Message") >= 200);
  chat_test_settle ();
  g_assert_cmpuint (chat_client_count (ana, "Message"), ==, 200);
  g_assert_cmpuint (chat_client_count (luis, "Message"), ==, 200);

  for (guint i = 0; i < luis->heard->len; i++)
    {
      g_autofree char *next = g_strdup_printf ("\"text\":\"Ana %u.\"", n_in_order);

      if (strstr (g_ptr_array_index (luis->heard, i), next) != NULL)
        n_in_order++;
    }
  g_assert_cmpuint (n_in_order, ==, 100);
}

/* People of another server are like those of one's own. */
static void
test_people (RedisFixture *redis)
{
  g_autoptr (ChatServer) first = chat_server_new_shared (redis->uri);
  g_autoptr (ChatServer) second = chat_server_new_shared (redis->uri);
  g_autofree char *first_url = chat_server_get_link_url (first, "/chatHub");
  g_autofree char *second_url = chat_server_get_url (second, "/signalr");
  g_autoptr (ChatClient) ana = chat_client_new (first_url);
  g_autoptr (ChatClient) luis = chat_client_new (second_url);
  g_autofree char *typed = NULL;
  g_autofree char *rooms = NULL;

  join (luis, "general", "Luis");
  join (ana, "general", "Ana");
  chat_test_wait (count_person (luis, "Ana", "joined") == 1 && is_listed (ana, "Luis"));
  rooms = chat_client_call (luis, "Rooms", "[]");
  g_assert_nonnull (strstr (rooms, "\"people\":2"));

  typed = chat_client_call (ana, "Typing", "[\"general\"]");
  chat_test_wait (chat_client_count (luis, "Typing") == 1);

  /* The link breaks, and she comes back with a new connection. */
  link_simulator_set_mode (first->link, LINK_MODE_GONE);
  chat_test_wait (count_person (luis, "Ana", "lost") == 1);
  link_simulator_set_mode (first->link, LINK_MODE_GOOD);
  chat_test_wait (signalr_connection_get_state (ana->connection) == SIGNALR_CONNECTION_STATE_CONNECTED);
  join (ana, "general", "Ana");
  chat_test_wait (count_person (luis, "Ana", "back") == 1);

  chat_client_stop (ana);
  chat_test_wait (count_person (luis, "Ana", "left") == 1);
  g_assert_cmpuint (count_person (luis, "Ana", "joined"), ==, 1);
  g_assert_false (is_listed (luis, "Ana"));
}

/* Who comes to a server later finds what the others have. */
static void
test_latecomer (RedisFixture *redis)
{
  g_autoptr (ChatServer) first = chat_server_new_shared (redis->uri);
  g_autoptr (ChatServer) second = NULL;
  g_autofree char *first_url = chat_server_get_url (first, "/chatHub");
  g_autofree char *second_url = NULL;
  g_autoptr (ChatClient) ana = chat_client_new (first_url);
  g_autoptr (ChatClient) luis = NULL;

  join (ana, "general", "Ana");
  post (ana, "general", "1", "before you came");

  second = chat_server_new_shared (redis->uri);
  second_url = chat_server_get_url (second, "/signalr");
  luis = chat_client_new (second_url);
  join (luis, "general", "Luis");
  chat_test_wait (is_listed (luis, "Ana"));
  chat_test_wait (is_listed (ana, "Luis"));
  chat_test_wait (is_kept (luis, "before you came"));
}

static guint
count_rows (TertuliaRoom *room)
{
  g_autofree char *text = chat_test_read_room (room, FALSE);
  guint n = 0;

  for (const char *p = text; *p != '\0'; p++)
    n += *p == '\n';

  return n;
}

/* Who comes to a server with another history is not shown again what they have. */
static void
test_hop (RedisFixture *redis)
{
  g_autoptr (ChatServer) first = chat_server_new_shared (redis->uri);
  g_autoptr (ChatServer) second = chat_server_new_shared (redis->uri);
  g_autofree char *first_url = chat_server_get_url (first, "/chatHub");
  g_autofree char *second_url = chat_server_get_url (second, "/signalr");
  g_autoptr (ChatClient) luis = chat_client_new (second_url);
  g_autoptr (ChatClient) page = chat_client_new (second_url);
  g_autoptr (TertuliaSettings) settings = tertulia_settings_new ();
  g_autoptr (TertuliaSession) ana = g_object_new (TERTULIA_TYPE_SESSION,
                                                  "settings", settings,
                                                  "server", first_url,
                                                  "name", "Ana",
                                                  "data-path", ":memory:",
                                                  NULL);
  g_autoptr (TertuliaRoom) room = NULL;
  g_autofree char *sent = NULL;
  g_autofree char *text = NULL;

  tertulia_session_start (ana);
  room = g_list_model_get_item (tertulia_session_get_rooms (ana), 0);
  chat_test_wait (tertulia_room_get_live (room));
  join (luis, "general", "Luis");
  chat_test_wait (is_listed (luis, "Ana"));

  post (luis, "general", "1", "one");
  sent = chat_client_call (page, "Send", "[\"Marta\", \"two\"]");
  chat_test_wait (count_rows (room) == 2);
  tertulia_room_send (room, "three");
  chat_test_wait (tertulia_room_get_n_unsent (room) == 0 && count_text (luis, "three") == 1);

  /* In its place another one, which knows what the second server's clients said. */
  chat_server_restart (first, TRUE);
  post (luis, "general", "2", "four");
  tertulia_session_reconnect (ana);
  chat_test_wait (count_rows (room) == 4 && tertulia_room_get_live (room));
  post (luis, "general", "3", "five");
  chat_test_wait (count_rows (room) == 5);

  text = chat_test_read_room (room, FALSE);
  g_assert_cmpstr (text, ==, "Luis: one\nMarta: two\nAna: three\nLuis: four\nLuis: five\n");
}

/* While Redis is away each server goes on, and afterwards nothing is missing. */
static void
test_outage (RedisFixture *redis)
{
  g_autoptr (ChatServer) first = chat_server_new_shared (redis->uri);
  g_autoptr (ChatServer) second = chat_server_new_shared (redis->uri);
  g_autofree char *first_url = chat_server_get_url (first, "/signalr");
  g_autofree char *second_url = chat_server_get_url (second, "/signalr");
  g_autoptr (ChatClient) ana = chat_client_new (first_url);
  g_autoptr (ChatClient) luis = chat_client_new (second_url);
  g_autoptr (ChatClient) marta = NULL;

  meet (ana, luis);
  post (ana, "general", "0", "before");
  chat_test_wait (count_text (luis, "before") == 1);

  redis_fixture_stop (redis);
  chat_test_wait (!signalr_server_is_redis_up (first->server) && !signalr_server_is_redis_up (second->server));
  post (ana, "general", "1", "from Ana");
  post (luis, "general", "1", "from Luis");
  chat_test_wait (count_text (ana, "from Ana") == 1 && count_text (luis, "from Luis") == 1);

  /* Somebody new may come, too. */
  marta = chat_client_new (second_url);
  join (marta, "general", "Marta");
  chat_test_wait (count_person (luis, "Marta", "joined") == 1);
  g_assert_cmpuint (count_text (luis, "from Ana"), ==, 0);

  redis_fixture_start (redis);
  chat_test_wait (count_text (luis, "from Ana") == 1 && count_text (ana, "from Luis") == 1);
  chat_test_wait (is_listed (ana, "Marta"));
  post (luis, "general", "2", "after");
  chat_test_wait (count_text (ana, "after") == 1);
  chat_test_settle ();
  g_assert_cmpuint (chat_client_count (ana, "Message"), ==, 4);
  g_assert_cmpuint (chat_client_count (luis, "Message"), ==, 4);
  g_assert_cmpuint (count_person (ana, "Luis", "joined"), ==, 1);
}

/* Anybody with access to Redis can say anything: it changes nothing. */
static void
test_hostile (RedisFixture *redis)
{
  static const char * const words[] = {
    "", "x", "[]", "[\"evil\"]", "[7, {}]", "[\"\", {}]", "[\"evil\", null]", "[\"evil\", {\"kind\": \"beat\"}]",
    "[\"evil\", {\"kind\":\"beat\",\"history\":\"h\",\"first\":0,\"last\":9007199254740992,\"version\":0}]",
    "[\"evil\", {\"kind\":\"said\",\"history\":\"h\",\"number\":1,\"room\":\"general\",\"name\":\"\",\"text\":\"t\",\"time\":1}]",
    "[\"evil\", {\"kind\":\"person\",\"version\":1,\"room\":\"general\",\"name\":\"Eve\",\"event\":\"dances\"}]",
    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
  };
  static const char channel[] = "ChatHub:internal:servers";
  g_autoptr (ChatServer) first = chat_server_new_shared (redis->uri);
  g_autoptr (ChatServer) second = chat_server_new_shared (redis->uri);
  g_autofree char *first_url = chat_server_get_url (first, "/signalr");
  g_autofree char *second_url = chat_server_get_url (second, "/chatHub");
  g_autoptr (ChatClient) ana = chat_client_new (first_url);
  g_autoptr (ChatClient) luis = chat_client_new (second_url);
  g_autofree char *huge = g_strnfill (3 * 1024 * 1024, ' ');

  meet (ana, luis);

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    redis_fixture_publish (redis, channel, words[i], strlen (words[i]));
  redis_fixture_publish (redis, channel, huge, strlen (huge));
  redis_fixture_publish (redis, channel, "[\"\0\",1]", 7);
  redis_fixture_publish (redis, channel, "[\"\xff\xfe\",1]", 8);

  post (ana, "general", "1", "still here");
  chat_test_wait (count_text (luis, "still here") == 1);
  g_assert_cmpuint (chat_client_count (luis, "Message"), ==, 1);
  g_assert_false (is_listed (luis, "Eve"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  redis_fixture_add ("/together/once", test_once);
  redis_fixture_add ("/together/many", test_many);
  redis_fixture_add ("/together/people", test_people);
  redis_fixture_add ("/together/latecomer", test_latecomer);
  redis_fixture_add ("/together/hop", test_hop);
  redis_fixture_add ("/together/outage", test_outage);
  redis_fixture_add ("/together/hostile", test_hostile);

  return g_test_run ();
}
