/* test-farm.c: what reaches whom, with two servers behind one Redis
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "farm-fixture.h"
#include "signalr-error.h"

static void
test_everybody (FarmFixture   *fixture,
                gconstpointer  data)
{
  g_autoptr (JsonNode) args = farm_hello ();

  if (fixture->redis.process == NULL)
    return;

  for (guint i = 0; i < 4; i++)
    farm_connect (fixture, NULL);

  signalr_hub_call_all (SIGNALR_HUB (fixture->one.hub), "message", args, NULL);
  farm_assert_hears (fixture, FARM_HELLO, FARM_HELLO, FARM_HELLO, FARM_HELLO);

  signalr_hub_call_all (SIGNALR_HUB (fixture->two.hub), "message", args,
                        (const char *[]) { farm_id (fixture, 0), farm_id (fixture, 3), NULL });
  farm_assert_hears (fixture, "", FARM_HELLO, FARM_HELLO, "");

  for (guint i = 0; i < 4; i++)
    signalr_hub_call_clients (SIGNALR_HUB (fixture->one.hub), (const char *[]) { farm_id (fixture, i), NULL }, "message", args);
  farm_assert_hears (fixture, FARM_HELLO, FARM_HELLO, FARM_HELLO, FARM_HELLO);

  /* Nobody. */
  signalr_hub_call_clients (SIGNALR_HUB (fixture->one.hub), (const char *[]) { "nobody", NULL }, "message", args);
  farm_assert_hears (fixture, "", "", "", "");
}


static void
test_groups (FarmFixture   *fixture,
             gconstpointer  data)
{
  if (fixture->redis.process == NULL)
    return;

  for (guint i = 0; i < 3; i++)
    farm_connect (fixture, NULL);

  /* From here and from there; names are told apart by case. */
  farm_regroup (&fixture->one, farm_id (fixture, 0), "g", TRUE);
  farm_regroup (&fixture->one, farm_id (fixture, 1), "g", TRUE);
  farm_regroup (&fixture->two, farm_id (fixture, 2), "g", TRUE);
  farm_regroup (&fixture->two, farm_id (fixture, 2), "G", TRUE);
  farm_call_group (&fixture->one, "g", NULL);
  farm_assert_hears (fixture, FARM_HELLO, FARM_HELLO, FARM_HELLO);
  farm_call_group (&fixture->two, "G", NULL);
  farm_assert_hears (fixture, "", "", FARM_HELLO);
  farm_call_group (&fixture->two, "g", (const char *[]) { farm_id (fixture, 0), NULL });
  farm_assert_hears (fixture, "", FARM_HELLO, FARM_HELLO);

  farm_regroup (&fixture->one, farm_id (fixture, 1), "g", FALSE);
  farm_regroup (&fixture->two, farm_id (fixture, 0), "g", FALSE);
  farm_call_group (&fixture->two, "g", NULL);
  farm_assert_hears (fixture, "", "", FARM_HELLO);
}

/* What follows an acknowledged join is heard, and so is what follows one here that
 * nobody has waited for.
 */
static void
test_joins (FarmFixture   *fixture,
            gconstpointer  data)
{
  if (fixture->redis.process == NULL)
    return;

  for (guint i = 0; i < 2; i++)
    farm_connect (fixture, NULL);

  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *group = g_strdup_printf ("g%u", i);

      farm_regroup (&fixture->one, farm_id (fixture, 1), group, TRUE);
      farm_call_group (&fixture->one, group, NULL);
      aspnetcore_assert_record (g_ptr_array_index (fixture->clients, 1), FARM_HELLO);

      signalr_hub_add_to_group (SIGNALR_HUB (fixture->one.hub), farm_id (fixture, 0), group);
      farm_call_group (&fixture->one, group, (const char *[]) { farm_id (fixture, 1), NULL });
      aspnetcore_assert_record (g_ptr_array_index (fixture->clients, 0), FARM_HELLO);
    }
}

/* Two clients join and leave 200 groups in any order; who is in what is told by a model. */
static void
test_model (FarmFixture   *fixture,
            gconstpointer  data)
{
  gboolean members[2][200] = { 0 };

  if (fixture->redis.process == NULL)
    return;

  for (guint i = 0; i < 2; i++)
    farm_connect (fixture, NULL);

  for (guint i = 0; i < 600; i++)
    {
      guint client = g_random_int_range (0, 2);
      guint group = g_random_int_range (0, 200);
      ServerFixture *by = g_random_boolean () ? &fixture->one : &fixture->two;
      g_autofree char *name = g_strdup_printf ("g%u", group);

      members[client][group] = g_random_boolean ();
      farm_regroup (by, farm_id (fixture, client), name, members[client][group]);
    }

  for (guint group = 0; group < 200; group++)
    {
      g_autofree char *name = g_strdup_printf ("g%u", group);

      farm_call_group (group % 2 == 0 ? &fixture->one : &fixture->two, name, NULL);
      farm_assert_hears (fixture, members[0][group] ? FARM_HELLO : "", members[1][group] ? FARM_HELLO : "");
    }
}

static void
test_users (FarmFixture   *fixture,
            gconstpointer  data)
{
  g_autoptr (JsonNode) args = farm_hello ();

  if (fixture->redis.process == NULL)
    return;

  farm_connect (fixture, "ann");
  farm_connect (fixture, "ann");
  farm_connect (fixture, "bob");
  signalr_hub_call_users (SIGNALR_HUB (fixture->two.hub), (const char *[]) { "ann", "nobody", NULL }, "message", args);
  farm_assert_hears (fixture, FARM_HELLO, FARM_HELLO, "");
  signalr_hub_call_users (SIGNALR_HUB (fixture->two.hub), (const char *[]) { "bob", NULL }, "message", args);
  farm_assert_hears (fixture, "", "", FARM_HELLO);
}

static GBytes *
bytes_of_hex (const char *hex)
{
  GByteArray *bytes = g_byte_array_new ();

  for (; hex[0] != '\0'; hex++)
    {
      guint8 byte;

      if (hex[0] == ' ')
        continue;
      byte = g_ascii_xdigit_value (hex[0]) << 4 | g_ascii_xdigit_value (hex[1]);
      g_byte_array_append (bytes, &byte, 1);
      hex++;
    }

  return g_byte_array_free_to_bytes (bytes);
}

static void
publish_hex (FarmFixture *fixture,
             const char  *channel,
             const char  *hex)
{
  g_autoptr (GBytes) bytes = bytes_of_hex (hex);
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);

  redis_fixture_publish (&fixture->redis, channel, data, size);
}

#define JSON_HI "7b2274797065223a312c22746172676574223a226d222c22617267756d656e7473223a5b226869225d7d1e"
#define CALL "82 a46a736f6e c42b " JSON_HI " ab6d6573736167657061636b c40c 0b960180c0a16d91a2686990"
#define HI "{\"type\":1,\"target\":\"m\",\"arguments\":[\"hi\"]}"

/* What an official server says, and what nobody should, by turns. */
static void
test_payloads (FarmFixture   *fixture,
               gconstpointer  data)
{
  static const char * const bad[] = {
    "", "c0", "90", "9190", "92c080", "9290c0", "92 91c0 80", "dd ffffffff", "92 90 df ffffffff",
    "92 90 81 a46a736f6e c402 7b7d", "92 90 81 a46a736f6e a0", "92 90 81 ab6d6573736167657061636b c402 ff01",
    "91919191919191919191919191919191919191919191919191919191919191919191919191919191",
  };
  g_autofree char *channel = NULL;
  RawPeer *peer;

  if (fixture->redis.process == NULL)
    return;

  peer = farm_connect (fixture, NULL);
  channel = g_strconcat ("TestHub:connection:", farm_id (fixture, 0), NULL);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      publish_hex (fixture, "TestHub:all", bad[i]);
      publish_hex (fixture, "TestHub:internal:groups", bad[i]);
      publish_hex (fixture, channel, bad[i]);
      publish_hex (fixture, "TestHub:all", "92 90 " CALL);
      aspnetcore_assert_record (peer, HI);
    }

  /* Surplus items and bytes are ignored; whoever is left out is told all the same where
   * it alone is meant.
   */
  publish_hex (fixture, "TestHub:all", "93 90 " CALL " c0 ff");
  aspnetcore_assert_record (peer, HI);
  publish_hex (fixture, channel, "92 90 " CALL);
  aspnetcore_assert_record (peer, HI);

  /* JSON alone, and a protocol that nobody knows. */
  publish_hex (fixture, "TestHub:all", "92 90 82 a170 c4012a a46a736f6e c42b " JSON_HI);
  aspnetcore_assert_record (peer, HI);
  publish_hex (fixture, "TestHub:all", "92 90 81 a170 c4012a");
  farm_assert_hears (fixture, "");
}

static redisReply *
listen_on (FarmFixture  *fixture,
           redisContext *listener)
{
  gpointer reply = NULL;
  gint64 end = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  while (reply == NULL)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_main_context_iteration (NULL, FALSE);
      g_assert_true (redisBufferRead (listener) == REDIS_OK || listener->err == REDIS_ERR_IO);
      g_assert_cmpint (redisGetReplyFromReader (listener, &reply), ==, REDIS_OK);
    }

  return reply;
}

/* What is on the wire, letter by letter: with a prefix and a namespace. */
static void
test_wire (FarmFixture   *fixture,
           gconstpointer  data)
{
  g_autoptr (GBytes) expected = bytes_of_hex ("92 90 " CALL);
  g_autoptr (JsonNode) args = json_from_string ("[\"hi\"]", NULL);
  const struct timeval moment = { .tv_usec = 1000 };
  redisContext *listener;
  redisReply *reply;

  if (fixture->redis.process == NULL)
    return;

  listener = redisConnect ("127.0.0.1", fixture->redis.port);
  freeReplyObject (redisCommand (listener, "SUBSCRIBE farm/Chat.TestHub:all"));
  redisSetTimeout (listener, moment);

  signalr_hub_call_all (SIGNALR_HUB (fixture->one.hub), "m", args, NULL);
  reply = listen_on (fixture, listener);
  g_assert_cmpmem (reply->element[2]->str, reply->element[2]->len,
                   g_bytes_get_data (expected, NULL), g_bytes_get_size (expected));
  freeReplyObject (reply);
  redisFree (listener);
}

static void
test_order (FarmFixture   *fixture,
            gconstpointer  data)
{
  RawPeer *peer;

  if (fixture->redis.process == NULL)
    return;

  farm_connect (fixture, NULL);
  peer = farm_connect (fixture, NULL);
  for (guint i = 0; i < 10000; i++)
    {
      g_autofree char *text = g_strdup_printf ("[%u]", i);
      g_autoptr (JsonNode) args = json_from_string (text, NULL);

      signalr_hub_call_clients (SIGNALR_HUB (fixture->one.hub), (const char *[]) { farm_id (fixture, 1), NULL }, "n", args);
    }

  for (guint next = 0; next < 10000;)
    {
      g_autofree char *frame = raw_peer_read_text (peer);
      g_auto (GStrv) records = g_strsplit (frame, "\x1e", -1);

      for (guint i = 0; records[i][0] != '\0'; i++, next++)
        {
          g_autofree char *expected = g_strdup_printf ("{\"type\":1,\"target\":\"n\",\"arguments\":[%u]}", next);

          g_assert_cmpstr (records[i], ==, expected);
        }
    }
}

/* The same in the encoding that each client has. */
static void
test_messagepack (FarmFixture   *fixture,
                  gconstpointer  data)
{
  g_autoptr (JsonNode) args = json_from_string ("[\"hi\"]", NULL);
  g_autoptr (RawPeer) binary = NULL;
  g_autofree char *frame = NULL;

  if (fixture->redis.process == NULL)
    return;

  farm_connect (fixture, NULL);
  binary = raw_peer_new_socket (fixture->two.uri, "/hub");
  aspnetcore_send (binary, "{\"protocol\":\"messagepack\",\"version\":1}");
  g_free (raw_peer_read_text (binary));
  raw_wait_until (fixture->two.hub->ids->len == 1);

  /* From a server that does not write it nothing comes, and the client stays. */
  publish_hex (fixture, "TestHub:all", "92 90 81 a46a736f6e c42b " JSON_HI);
  farm_assert_hears (fixture, HI);
  signalr_hub_call_all (SIGNALR_HUB (fixture->one.hub), "m", args, NULL);
  frame = raw_peer_read_text (binary);
  g_assert_cmpmem (frame, 12, "\x0b\x96\x01\x80\xc0\xa1m\x91\xa2hi\x90", 12);
  farm_assert_hears (fixture, HI);
}

static void
test_addresses (void)
{
  static const char * const bad[] = {
    "", "redis", "http://h", "redis://", "redis://h:0", "redis://h:99999", "redis://h/x", "redis://h/-1",
    "redis://user@h", "redis://h?x=y", "redis://h?channelPrefix=", "redis://h?eventKey=*",
  };
  g_autoptr (SignalrServer) server = signalr_server_new ();

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (signalr_server_set_redis (server, bad[i], &error));
      g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
    }

  g_assert_true (signalr_server_set_redis (server, "rediss://u:p%40@[::1]:7/3?channelPrefix=a%2F&eventKey=k&hubNamespace=N", NULL));
  g_assert_true (signalr_server_set_redis (server, "redis://:p@localhost", NULL));
  g_assert_false (signalr_server_is_redis_up (server));
}

/* Two hubs of one name would hear each other. */
static void
test_names (void)
{
  g_autoptr (SignalrServer) server = signalr_server_new ();
  g_autoptr (TestHub) one = test_hub_new ();
  g_autoptr (TestHub) two = test_hub_new ();
  g_autoptr (GError) error = NULL;

  signalr_hub_set_type_name (SIGNALR_HUB (one), "Chat.Hub");
  signalr_hub_set_type_name (SIGNALR_HUB (two), "Chat.Hub");
  signalr_server_add_hub (server, "one", SIGNALR_HUB (one));
  signalr_server_add_hub (server, "two", SIGNALR_HUB (two));
  signalr_server_map_hub (server, "/one", "one", NULL, NULL);
  signalr_server_map_hub (server, "/two", "two", NULL, NULL);
  g_assert_true (signalr_server_set_redis (server, "redis://127.0.0.1:1", NULL));
  g_assert_false (signalr_server_listen (server, "127.0.0.1", 0, &error));
  g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
}

#define add(name, func, parameters) g_test_add ("/server/farm/" name, FarmFixture, parameters, farm_set_up, func, farm_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("everybody", test_everybody, "");
  add ("groups", test_groups, "");
  add ("joins", test_joins, "");
  add ("model", test_model, "");
  add ("users", test_users, "?channelPrefix=x");
  add ("payloads", test_payloads, "");
  add ("wire", test_wire, "?channelPrefix=farm/&hubNamespace=Chat");
  add ("order", test_order, "");
  add ("messagepack", test_messagepack, "");
  g_test_add_func ("/server/farm/addresses", test_addresses);
  g_test_add_func ("/server/farm/names", test_names);

  return g_test_run ();
}
