/* test-tell.c: what hubs tell one another, and hubs that call their own clients alone
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "redis-fixture.h"
#include "server-fixture.h"

#define HELLO "{\"type\":1,\"target\":\"message\",\"arguments\":[\"hello\"]}"

/* A hub that writes down what it is told: "SERVER VALUE", SERVER being a number. */
#define TELL_TYPE_HUB (tell_hub_get_type ())
G_DECLARE_FINAL_TYPE (TellHub, tell_hub, TELL, HUB, SignalrHub)

struct _TellHub {
  SignalrHub  parent_instance;

  GPtrArray  *servers;
  GPtrArray  *told;
};

G_DEFINE_FINAL_TYPE (TellHub, tell_hub, SIGNALR_TYPE_HUB)

static void
tell_hub_told (SignalrHub *hub,
               const char *server_id,
               JsonNode   *value)
{
  TellHub *self = TELL_HUB (hub);
  g_autofree char *text = json_to_string (value, FALSE);
  guint place;

  if (!g_ptr_array_find_with_equal_func (self->servers, server_id, g_str_equal, &place))
    {
      place = self->servers->len;
      g_ptr_array_add (self->servers, g_strdup (server_id));
    }
  g_ptr_array_add (self->told, g_strdup_printf ("%u %s", place, text));
}

static void
tell_hub_finalize (GObject *object)
{
  TellHub *self = TELL_HUB (object);

  g_ptr_array_unref (self->servers);
  g_ptr_array_unref (self->told);

  G_OBJECT_CLASS (tell_hub_parent_class)->finalize (object);
}

static void
tell_hub_class_init (TellHubClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tell_hub_finalize;
  SIGNALR_HUB_CLASS (klass)->told = tell_hub_told;
}

static void
tell_hub_init (TellHub *self)
{
  self->servers = g_ptr_array_new_with_free_func (g_free);
  self->told = g_ptr_array_new_with_free_func (g_free);
}

typedef struct {
  SignalrServer *server;
  TellHub       *hub;
} Node;

static void
node_begin (Node       *self,
            const char *redis,
            const char *name)
{
  g_autoptr (GError) error = NULL;

  self->server = signalr_server_new ();
  self->hub = g_object_new (TELL_TYPE_HUB, NULL);
  signalr_server_add_hub (self->server, name, SIGNALR_HUB (self->hub));
  signalr_server_map_hub (self->server, "/hub", name, NULL, &error);
  g_assert_no_error (error);
  if (redis != NULL)
    signalr_server_set_redis (self->server, redis, &error);
  g_assert_no_error (error);
  signalr_server_listen (self->server, "127.0.0.1", 0, &error);
  g_assert_no_error (error);
  if (redis != NULL)
    raw_wait_until (signalr_server_is_redis_up (self->server));
}

static void
node_end (Node *self)
{
  g_clear_object (&self->server);
  g_clear_object (&self->hub);
}

typedef struct {
  gboolean  done;
  GError   *error;
} Outcome;

static void
told_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Outcome *outcome = user_data;

  outcome->done = TRUE;
  g_assert_cmpint (signalr_hub_tell_servers_finish (SIGNALR_HUB (source), result, &outcome->error), ==,
                   outcome->error == NULL);
}

/* Tells it; an error of that code, or none for 0. */
static void
node_tell (Node       *self,
           const char *value,
           int         code)
{
  g_autoptr (JsonNode) node = json_from_string (value, NULL);
  Outcome outcome = { 0 };

  signalr_hub_tell_servers_async (SIGNALR_HUB (self->hub), node, NULL, told_cb, &outcome);
  g_assert_false (outcome.done);
  raw_wait_until (outcome.done);
  if (code != 0)
    g_assert_error (outcome.error, SIGNALR_ERROR, code);
  else
    g_assert_no_error (outcome.error);
  g_clear_error (&outcome.error);
}

static void
assert_told (Node       *self,
             const char *expected)
{
  g_autofree char *told = NULL;

  g_ptr_array_add (self->hub->told, NULL);
  told = g_strjoinv ("; ", (GStrv) self->hub->told->pdata);
  g_assert_cmpstr (told, ==, expected);
  g_ptr_array_set_size (self->hub->told, 0);
}

static void
test_others (RedisFixture *redis)
{
  Node one, two, three, other, elsewhere;
  g_autofree char *prefixed = NULL;

  prefixed = g_strconcat (redis->uri, "?channelPrefix=p.", NULL);
  node_begin (&one, redis->uri, "Hub");
  node_begin (&two, redis->uri, "Hub");
  node_begin (&three, redis->uri, "Hub");
  node_begin (&other, redis->uri, "OtherHub");
  node_begin (&elsewhere, prefixed, "Hub");

  node_tell (&one, "{\"a\":[1,2.5,\"ñ\",null,true]}", 0);
  raw_wait_until (two.hub->told->len == 1 && three.hub->told->len == 1);
  node_tell (&two, "\"two\"", 0);
  raw_wait_until (one.hub->told->len == 1 && three.hub->told->len == 2);
  node_tell (&one, "null", 0);
  raw_wait_until (two.hub->told->len == 2 && three.hub->told->len == 3);
  raw_settle ();

  assert_told (&one, "0 \"two\"");
  assert_told (&two, "0 {\"a\":[1,2.5,\"ñ\",null,true]}; 0 null");
  assert_told (&three, "0 {\"a\":[1,2.5,\"ñ\",null,true]}; 1 \"two\"; 0 null");
  assert_told (&other, "");
  assert_told (&elsewhere, "");

  node_end (&one);
  node_end (&two);
  node_end (&three);
  node_end (&other);
  node_end (&elsewhere);
  raw_wait_until (redis_fixture_n_channels (redis) == 0);
}

static void
test_order (RedisFixture *redis)
{
  Node one, two;

  node_begin (&one, redis->uri, "Hub");
  node_begin (&two, redis->uri, "Hub");

  for (guint i = 0; i < 2000; i++)
    {
      g_autoptr (JsonNode) value = json_node_init_int (json_node_alloc (), i);

      signalr_hub_tell_servers_async (SIGNALR_HUB (one.hub), value, NULL, NULL, NULL);
    }
  raw_wait_until (two.hub->told->len == 2000);
  for (guint i = 0; i < 2000; i++)
    {
      g_autofree char *expected = g_strdup_printf ("0 %u", i);

      g_assert_cmpstr (g_ptr_array_index (two.hub->told, i), ==, expected);
    }

  node_end (&one);
  node_end (&two);
}

static void
test_alone (void)
{
  Node alone;

  node_begin (&alone, NULL, "Hub");
  node_tell (&alone, "1", SIGNALR_ERROR_NOT_CONNECTED);
  node_end (&alone);
}

static void
test_failures (RedisFixture *redis)
{
  g_autofree char *text = g_strnfill (1024 * 1024, 'x');
  g_autofree char *large = g_strconcat ("\"", text, "\"", NULL);
  Node one, two;

  node_begin (&one, redis->uri, "Hub");
  node_begin (&two, redis->uri, "Hub");
  node_tell (&one, large, SIGNALR_ERROR_TOO_LARGE);
  large[1024 * 1024 - 100] = '"';
  large[1024 * 1024 - 99] = '\0';
  node_tell (&one, large, 0);
  raw_wait_until (two.hub->told->len == 1);

  redis_fixture_stop (redis);
  raw_wait_until (!signalr_server_is_redis_up (one.server));
  raw_settle ();
  node_tell (&one, "1", SIGNALR_ERROR_NOT_CONNECTED);
  redis_fixture_start (redis);

  node_end (&one);
  node_end (&two);
}

static void
test_nonsense (RedisFixture *redis)
{
  static const char * const words[] = {
    "", " ", "nothing", "7", "{}", "[]", "[\"evil\"]", "[\"evil\",1,2]", "[\"\",1]", "[null,1]", "[7,1]", "[\"evil\",]",
    "[\"01234567890123456789012345678901234567890123456789012345678901234\",1]", "[\"evil\",1]x", "[\"evil\",01]",
  };
  g_autofree char *deep = g_strnfill (100000, '[');
  Node one;

  node_begin (&one, redis->uri, "Hub");
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    redis_fixture_publish (redis, "Hub:internal:servers", words[i], strlen (words[i]));
  redis_fixture_publish (redis, "Hub:internal:servers", deep, strlen (deep));
  redis_fixture_publish (redis, "Hub:internal:servers", "[\"a\0b\",1]", 9);
  redis_fixture_publish (redis, "Hub:internal:servers", "[\"\xff\",1]", 7);
  redis_fixture_publish (redis, "Hub:internal:servers", "[\"good\",1]", 10);
  raw_wait_until (one.hub->told->len > 0);
  assert_told (&one, "0 1");

  node_end (&one);
}

static void
local_begin (ServerFixture *self,
             RedisFixture  *redis)
{
  g_autoptr (GError) error = NULL;

  server_fixture_begin (self);
  signalr_server_set_redis (self->server, redis->uri, &error);
  g_assert_no_error (error);
  signalr_server_set_local (self->server, TRUE, &error);
  g_assert_no_error (error);
  server_fixture_listen (self);
  raw_wait_until (signalr_server_is_redis_up (self->server));
  g_assert_false (signalr_server_set_local (self->server, FALSE, &error));
  g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_BUSY);
}

static void
wait_for_classic (RawPeer *peer)
{
  g_autofree char *text = raw_peer_read_text (peer);

  g_assert_nonnull (strstr (text, "\"M\":\"message\",\"A\":[\"hello\"]"));
}

/* Such hubs call the clients of their own server, whether Redis is there or not. */
static void
test_local (RedisFixture *redis)
{
  ServerFixture one = { 0 }, two = { 0 };
  g_autoptr (JsonNode) args = json_from_string ("[\"hello\"]", NULL);

  local_begin (&one, redis);
  local_begin (&two, redis);
  {
    g_autofree char *token = aspnet_negotiate (&one);
    g_autoptr (RawPeer) classic = aspnet_connect (&one, token);
    g_autoptr (RawPeer) core = aspnetcore_connect (&one);
    g_autoptr (RawPeer) elsewhere = aspnetcore_connect (&two);
    g_autoptr (RawPeer) late = NULL;

    g_assert_cmpuint (redis_fixture_n_channels (redis), ==, 0);
    signalr_hub_call_all (SIGNALR_HUB (one.hub), "message", args, NULL);
    aspnetcore_assert_record (core, HELLO);
    wait_for_classic (classic);

    redis_fixture_stop (redis);
    raw_wait_until (!signalr_server_is_redis_up (one.server));
    late = aspnetcore_connect (&one);
    signalr_hub_call_all (SIGNALR_HUB (one.hub), "message", args, NULL);
    aspnetcore_assert_record (core, HELLO);
    aspnetcore_assert_record (late, HELLO);
    wait_for_classic (classic);
    g_assert_true (raw_peer_is_silent (elsewhere));
    redis_fixture_start (redis);
  }

  raw_settle ();
  server_fixture_tear_down (&one, NULL);
  server_fixture_tear_down (&two, NULL);
}

int
main (int    argc,
      char **argv)
{
  server_test_init (&argc, &argv);

  redis_fixture_add ("/server/tell/others", test_others);
  redis_fixture_add ("/server/tell/order", test_order);
  g_test_add_func ("/server/tell/alone", test_alone);
  redis_fixture_add ("/server/tell/failures", test_failures);
  redis_fixture_add ("/server/tell/nonsense", test_nonsense);
  redis_fixture_add ("/server/tell/local", test_local);

  return g_test_run ();
}
