/* test-farm.c: two servers behind one Redis, and clients of ASP.NET Core at both
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "redis-fixture.h"
#include "server-fixture.h"
#include "server/signalr-server-private.h"
#include "signalr-error.h"

#define HELLO "{\"type\":1,\"target\":\"message\",\"arguments\":[\"hello\"]}"

typedef struct {
  RedisFixture  redis;
  ServerFixture one;
  ServerFixture two;
  GPtrArray    *clients;     /* of RawPeer, of both in turn; freed with the fixture */
} Fixture;

static gboolean
authenticate_cb (SignalrServer      *server,
                 SoupServerMessage  *request,
                 const char         *token,
                 gpointer            user_data,
                 char              **user)
{
  *user = g_strdup (token);

  return TRUE;
}

static void
begin (Fixture       *fixture,
       ServerFixture *server,
       const char    *parameters)
{
  g_autofree char *uri = g_strconcat (fixture->redis.uri, parameters, NULL);
  g_autoptr (GError) error = NULL;

  server_fixture_begin (server);
  signalr_server_set_authenticate_func (server->server, authenticate_cb, NULL, NULL, NULL);
  signalr_server_set_redis (server->server, uri, &error);
  g_assert_no_error (error);
  server_fixture_listen (server);
  raw_wait_until (signalr_server_is_redis_up (server->server));
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->clients = g_ptr_array_new_with_free_func ((GDestroyNotify) raw_peer_free);
  if (!redis_fixture_begin (&fixture->redis))
    return;

  begin (fixture, &fixture->one, data);
  begin (fixture, &fixture->two, data);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_ptr_array_unref (fixture->clients);
  if (fixture->redis.process == NULL)
    return;

  raw_settle ();
  server_fixture_tear_down (&fixture->one, NULL);
  server_fixture_tear_down (&fixture->two, NULL);
  raw_wait_until (redis_fixture_n_channels (&fixture->redis) == 0);
  redis_fixture_end (&fixture->redis);
}

/* The next client, of user @user (nullable): the first is of server one, the second of
 * server two, and so on. Borrowed.
 */
static RawPeer *
connect_client (Fixture    *fixture,
                const char *user)
{
  ServerFixture *server = fixture->clients->len % 2 == 0 ? &fixture->one : &fixture->two;
  g_autofree char *target = g_strconcat ("/hub", user != NULL ? "?access_token=" : "", user, NULL);
  RawPeer *peer = raw_peer_new_socket (server->uri, target);
  guint n = server->hub->events->len;

  g_ptr_array_add (fixture->clients, peer);
  aspnetcore_send (peer, "{\"protocol\":\"json\",\"version\":1}");
  aspnetcore_assert_record (peer, "{}");
  raw_wait_until (server->hub->events->len > n);

  return peer;
}

static const char *
id_of (Fixture *fixture,
       guint    client)
{
  ServerFixture *server = client % 2 == 0 ? &fixture->one : &fixture->two;

  return g_ptr_array_index (server->hub->ids, client / 2);
}

static JsonNode *
hello (void)
{
  return json_from_string ("[\"hello\"]", NULL);
}

/* Lets happen whatever has been said: each server hears what it says after it. */
static void
settle (Fixture *fixture)
{
  for (guint i = 0; i < 2; i++)
    {
      freeReplyObject (redis_fixture_command (&fixture->redis, "PING"));
      raw_settle ();
    }
}

/* In steps, so that Redis can answer in time. */
static void
advance (Fixture *fixture,
         guint    seconds)
{
  for (guint i = 0; i < seconds; i += 3)
    {
      server_fixture_advance (&fixture->one, 3);
      server_fixture_advance (&fixture->two, 3);
      settle (fixture);
    }
}

#define assert_hears(fixture, ...) assert_hears_ (fixture, (const char *[]) { __VA_ARGS__, NULL })

/* Each client, in turn, hears that, and nothing else; "" is nothing. */
static void
assert_hears_ (Fixture            *fixture,
               const char * const *expected)
{
  for (guint i = 0; expected[i] != NULL; i++)
    {
      if (expected[i][0] != '\0')
        aspnetcore_assert_record (g_ptr_array_index (fixture->clients, i), expected[i]);
    }

  settle (fixture);
  for (guint i = 0; i < fixture->clients->len; i++)
    g_assert_true (raw_peer_is_silent (g_ptr_array_index (fixture->clients, i)));
}

static void
test_everybody (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (JsonNode) args = hello ();

  if (fixture->redis.process == NULL)
    return;

  for (guint i = 0; i < 4; i++)
    connect_client (fixture, NULL);

  signalr_hub_call_all (SIGNALR_HUB (fixture->one.hub), "message", args, NULL);
  assert_hears (fixture, HELLO, HELLO, HELLO, HELLO);

  signalr_hub_call_all (SIGNALR_HUB (fixture->two.hub), "message", args,
                        (const char *[]) { id_of (fixture, 0), id_of (fixture, 3), NULL });
  assert_hears (fixture, "", HELLO, HELLO, "");

  for (guint i = 0; i < 4; i++)
    signalr_hub_call_clients (SIGNALR_HUB (fixture->one.hub), (const char *[]) { id_of (fixture, i), NULL }, "message", args);
  assert_hears (fixture, HELLO, HELLO, HELLO, HELLO);

  /* Nobody. */
  signalr_hub_call_clients (SIGNALR_HUB (fixture->one.hub), (const char *[]) { "nobody", NULL }, "message", args);
  assert_hears (fixture, "", "", "", "");
}


typedef struct {
  gboolean  done;
  JsonNode *result;
  GError   *error;
} Outcome;

static void
outcome_clear (Outcome *outcome)
{
  g_clear_pointer (&outcome->result, json_node_unref);
  g_clear_error (&outcome->error);
  outcome->done = FALSE;
}

static void
added_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  Outcome *outcome = user_data;

  signalr_hub_add_to_group_finish (SIGNALR_HUB (source), result, &outcome->error);
  outcome->done = TRUE;
}

static void
removed_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  Outcome *outcome = user_data;

  signalr_hub_remove_from_group_finish (SIGNALR_HUB (source), result, &outcome->error);
  outcome->done = TRUE;
}

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  Outcome *outcome = user_data;

  outcome->result = signalr_hub_invoke_client_finish (SIGNALR_HUB (source), result, &outcome->error);
  outcome->done = TRUE;
}

static void
regroup (ServerFixture *server,
         const char    *id,
         const char    *group,
         gboolean       join)
{
  Outcome outcome = { 0 };

  if (join)
    signalr_hub_add_to_group_async (SIGNALR_HUB (server->hub), id, group, NULL, added_cb, &outcome);
  else
    signalr_hub_remove_from_group_async (SIGNALR_HUB (server->hub), id, group, NULL, removed_cb, &outcome);
  g_assert_false (outcome.done);
  raw_wait_until (outcome.done);
  g_assert_no_error (outcome.error);
}

static void
call_group (ServerFixture      *server,
            const char         *group,
            const char * const *except)
{
  g_autoptr (JsonNode) args = hello ();

  signalr_hub_call_groups (SIGNALR_HUB (server->hub), (const char *[]) { group, NULL }, "message", args, except);
}

static void
test_groups (Fixture       *fixture,
             gconstpointer  data)
{
  if (fixture->redis.process == NULL)
    return;

  for (guint i = 0; i < 3; i++)
    connect_client (fixture, NULL);

  /* From here and from there; names are told apart by case. */
  regroup (&fixture->one, id_of (fixture, 0), "g", TRUE);
  regroup (&fixture->one, id_of (fixture, 1), "g", TRUE);
  regroup (&fixture->two, id_of (fixture, 2), "g", TRUE);
  regroup (&fixture->two, id_of (fixture, 2), "G", TRUE);
  call_group (&fixture->one, "g", NULL);
  assert_hears (fixture, HELLO, HELLO, HELLO);
  call_group (&fixture->two, "G", NULL);
  assert_hears (fixture, "", "", HELLO);
  call_group (&fixture->two, "g", (const char *[]) { id_of (fixture, 0), NULL });
  assert_hears (fixture, "", HELLO, HELLO);

  regroup (&fixture->one, id_of (fixture, 1), "g", FALSE);
  regroup (&fixture->two, id_of (fixture, 0), "g", FALSE);
  call_group (&fixture->two, "g", NULL);
  assert_hears (fixture, "", "", HELLO);
}

/* What follows an acknowledged join is heard, and so is what follows one here that
 * nobody has waited for.
 */
static void
test_joins (Fixture       *fixture,
            gconstpointer  data)
{
  if (fixture->redis.process == NULL)
    return;

  for (guint i = 0; i < 2; i++)
    connect_client (fixture, NULL);

  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *group = g_strdup_printf ("g%u", i);

      regroup (&fixture->one, id_of (fixture, 1), group, TRUE);
      call_group (&fixture->one, group, NULL);
      aspnetcore_assert_record (g_ptr_array_index (fixture->clients, 1), HELLO);

      signalr_hub_add_to_group (SIGNALR_HUB (fixture->one.hub), id_of (fixture, 0), group);
      call_group (&fixture->one, group, (const char *[]) { id_of (fixture, 1), NULL });
      aspnetcore_assert_record (g_ptr_array_index (fixture->clients, 0), HELLO);
    }
}

/* Two clients join and leave 200 groups in any order; who is in what is told by a model. */
static void
test_model (Fixture       *fixture,
            gconstpointer  data)
{
  gboolean members[2][200] = { 0 };

  if (fixture->redis.process == NULL)
    return;

  for (guint i = 0; i < 2; i++)
    connect_client (fixture, NULL);

  for (guint i = 0; i < 600; i++)
    {
      guint client = g_random_int_range (0, 2);
      guint group = g_random_int_range (0, 200);
      ServerFixture *by = g_random_boolean () ? &fixture->one : &fixture->two;
      g_autofree char *name = g_strdup_printf ("g%u", group);

      members[client][group] = g_random_boolean ();
      regroup (by, id_of (fixture, client), name, members[client][group]);
    }

  for (guint group = 0; group < 200; group++)
    {
      g_autofree char *name = g_strdup_printf ("g%u", group);

      call_group (group % 2 == 0 ? &fixture->one : &fixture->two, name, NULL);
      assert_hears (fixture, members[0][group] ? HELLO : "", members[1][group] ? HELLO : "");
    }
}

/* Nobody answers for who is nowhere. */
static void
test_unknown (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Outcome outcome = { 0 };
  Outcome cancelled = { 0 };

  if (fixture->redis.process == NULL)
    return;

  signalr_hub_add_to_group_async (SIGNALR_HUB (fixture->one.hub), "nobody", "g", NULL, added_cb, &outcome);
  signalr_hub_add_to_group_async (SIGNALR_HUB (fixture->one.hub), "nobody", "g", cancellable, added_cb, &cancelled);
  signalr_hub_add_to_group (SIGNALR_HUB (fixture->one.hub), "nobody", "g");
  settle (fixture);
  g_cancellable_cancel (cancellable);
  raw_wait_until (cancelled.done);
  g_assert_error (cancelled.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  advance (fixture, 27);
  g_assert_false (outcome.done);
  advance (fixture, 6);
  raw_wait_until (outcome.done);
  g_assert_error (outcome.error, SIGNALR_ERROR, SIGNALR_ERROR_TIMED_OUT);
  outcome_clear (&outcome);
  outcome_clear (&cancelled);
}

static void
test_users (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (JsonNode) args = hello ();

  if (fixture->redis.process == NULL)
    return;

  connect_client (fixture, "ann");
  connect_client (fixture, "ann");
  connect_client (fixture, "bob");
  signalr_hub_call_users (SIGNALR_HUB (fixture->two.hub), (const char *[]) { "ann", "nobody", NULL }, "message", args);
  assert_hears (fixture, HELLO, HELLO, "");
  signalr_hub_call_users (SIGNALR_HUB (fixture->two.hub), (const char *[]) { "bob", NULL }, "message", args);
  assert_hears (fixture, "", "", HELLO);
}

/* The id of what a client is asked; the rest of it is known. */
static char *
read_question (RawPeer *peer)
{
  g_autofree char *record = aspnetcore_read (peer);
  g_autoptr (JsonNode) node = json_from_string (record, NULL);
  JsonObject *object = json_node_get_object (node);

  g_assert_cmpstr (json_object_get_string_member (object, "target"), ==, "ask");

  return g_strdup (json_object_get_string_member (object, "invocationId"));
}

static void
ask (Fixture    *fixture,
     const char *id,
     Outcome    *outcome)
{
  g_autoptr (JsonNode) args = hello ();

  signalr_hub_invoke_client_async (SIGNALR_HUB (fixture->one.hub), id, "ask", args, NULL, answered_cb, outcome);
}

static void
answer (RawPeer    *peer,
        const char *id,
        const char *rest)
{
  g_autofree char *record = g_strdup_printf ("{\"type\":3,\"invocationId\":\"%s\",%s}", id, rest);

  aspnetcore_send (peer, record);
}

static void
test_results (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *stranger = NULL;
  g_autofree char *value = NULL;
  g_autofree char *error = NULL;
  g_autofree char *gone = NULL;
  Outcome outcome = { 0 };
  RawPeer *peer;

  if (fixture->redis.process == NULL)
    return;

  connect_client (fixture, NULL);
  peer = connect_client (fixture, NULL);
  connect_client (fixture, NULL);

  ask (fixture, id_of (fixture, 1), &outcome);
  value = read_question (peer);
  g_assert_cmpuint (strlen (value), ==, 22);

  /* Another client's answer is none. */
  answer (g_ptr_array_index (fixture->clients, 2), value, "\"result\":1");
  settle (fixture);
  g_assert_false (outcome.done);
  answer (peer, value, "\"result\":{\"seven\":7}");
  raw_wait_until (outcome.done);
  g_assert_no_error (outcome.error);
  g_assert_cmpint (json_object_get_int_member (json_node_get_object (outcome.result), "seven"), ==, 7);
  outcome_clear (&outcome);

  ask (fixture, id_of (fixture, 1), &outcome);
  error = read_question (peer);
  answer (peer, error, "\"error\":\"no\"");
  raw_wait_until (outcome.done);
  g_assert_error (outcome.error, SIGNALR_ERROR, SIGNALR_ERROR_HUB);
  g_assert_cmpstr (outcome.error->message, ==, "no");
  outcome_clear (&outcome);

  ask (fixture, "nobody", &outcome);
  raw_wait_until (outcome.done);
  g_assert_error (outcome.error, SIGNALR_ERROR, SIGNALR_ERROR_NOT_CONNECTED);
  g_assert_cmpstr (outcome.error->message, ==, "Connection 'nobody' does not exist.");
  outcome_clear (&outcome);

  ask (fixture, id_of (fixture, 1), &outcome);
  gone = read_question (peer);
  g_ptr_array_remove_index (fixture->clients, 1);
  raw_wait_until (outcome.done);
  g_assert_error (outcome.error, SIGNALR_ERROR, SIGNALR_ERROR_HUB);
  g_assert_cmpstr (outcome.error->message, ==, "Connection disconnected.");
  outcome_clear (&outcome);
}

/* One whose server cannot tell any more that it is gone. */
static void
test_lost_result (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autofree char *id = NULL;
  Outcome outcome = { 0 };

  if (fixture->redis.process == NULL)
    return;

  connect_client (fixture, NULL);
  connect_client (fixture, NULL);
  ask (fixture, id_of (fixture, 1), &outcome);
  id = read_question (g_ptr_array_index (fixture->clients, 1));
  advance (fixture, 57);
  g_assert_false (outcome.done);
  advance (fixture, 6);
  raw_wait_until (outcome.done);
  g_assert_error (outcome.error, SIGNALR_ERROR, SIGNALR_ERROR_TIMED_OUT);
  outcome_clear (&outcome);

  /* Too late. */
  answer (g_ptr_array_index (fixture->clients, 1), id, "\"result\":1");
  settle (fixture);
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
publish_hex (Fixture    *fixture,
             const char *channel,
             const char *hex)
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
test_payloads (Fixture       *fixture,
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

  peer = connect_client (fixture, NULL);
  channel = g_strconcat ("TestHub:connection:", id_of (fixture, 0), NULL);
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
  assert_hears (fixture, "");
}

static redisReply *
listen_on (Fixture      *fixture,
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
test_wire (Fixture       *fixture,
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
test_order (Fixture       *fixture,
            gconstpointer  data)
{
  RawPeer *peer;

  if (fixture->redis.process == NULL)
    return;

  connect_client (fixture, NULL);
  peer = connect_client (fixture, NULL);
  for (guint i = 0; i < 10000; i++)
    {
      g_autofree char *text = g_strdup_printf ("[%u]", i);
      g_autoptr (JsonNode) args = json_from_string (text, NULL);

      signalr_hub_call_clients (SIGNALR_HUB (fixture->one.hub), (const char *[]) { id_of (fixture, 1), NULL }, "n", args);
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

/* Clients stay; who comes is refused, and may try again; and nothing comes twice. */
static void
test_away (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (JsonNode) args = hello ();
  g_autoptr (RawPeer) refused = NULL;
  Outcome outcome = { 0 };

  if (fixture->redis.process == NULL)
    return;

  for (guint i = 0; i < 2; i++)
    connect_client (fixture, NULL);
  regroup (&fixture->one, id_of (fixture, 1), "g", TRUE);

  redis_fixture_stop (&fixture->redis);
  raw_wait_until (!signalr_server_is_redis_up (fixture->one.server) && !signalr_server_is_redis_up (fixture->two.server));
  signalr_hub_call_all (SIGNALR_HUB (fixture->one.hub), "message", args, NULL);
  signalr_hub_add_to_group_async (SIGNALR_HUB (fixture->one.hub), id_of (fixture, 1), "h", NULL, added_cb, &outcome);
  raw_wait_until (outcome.done);
  g_assert_error (outcome.error, SIGNALR_ERROR, SIGNALR_ERROR_NOT_CONNECTED);
  outcome_clear (&outcome);

  refused = raw_peer_new_socket (fixture->one.uri, "/hub");
  aspnetcore_send (refused, "{\"protocol\":\"json\",\"version\":1}");
  aspnetcore_assert_record (refused, "{}");
  aspnetcore_assert_record (refused, "{\"type\":7,\"error\":\"Connection closed with an error.\",\"allowReconnect\":true}");
  g_assert_cmpuint (fixture->one.hub->ids->len, ==, 1);

  /* Who is here is still told what is for them alone. */
  signalr_hub_call_clients (SIGNALR_HUB (fixture->one.hub), (const char *[]) { id_of (fixture, 0), NULL }, "message", args);
  aspnetcore_assert_record (g_ptr_array_index (fixture->clients, 0), HELLO);

  redis_fixture_start (&fixture->redis);
  advance (fixture, 3);
  raw_wait_until (signalr_server_is_redis_up (fixture->one.server) && signalr_server_is_redis_up (fixture->two.server));
  call_group (&fixture->one, "g", NULL);
  assert_hears (fixture, "", HELLO);
  connect_client (fixture, NULL);
  signalr_hub_call_all (SIGNALR_HUB (fixture->two.hub), "message", args, NULL);
  assert_hears (fixture, HELLO, HELLO, HELLO);
}

/* What is said while a connection is made anew waits for it. */
static void
test_killed (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (JsonNode) args = hello ();

  if (fixture->redis.process == NULL)
    return;

  for (guint i = 0; i < 2; i++)
    connect_client (fixture, NULL);

  redis_fixture_integer (&fixture->redis, "CLIENT KILL TYPE pubsub");
  raw_wait_until (!signalr_server_is_redis_up (fixture->one.server));
  raw_wait_until (signalr_server_is_redis_up (fixture->two.server));
  signalr_hub_call_all (SIGNALR_HUB (fixture->one.hub), "message", args, NULL);
  assert_hears (fixture, HELLO, HELLO);
}

/* The same in the encoding that each client has. */
static void
test_messagepack (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr (JsonNode) args = json_from_string ("[\"hi\"]", NULL);
  g_autoptr (RawPeer) binary = NULL;
  g_autofree char *frame = NULL;

  if (fixture->redis.process == NULL)
    return;

  connect_client (fixture, NULL);
  binary = raw_peer_new_socket (fixture->two.uri, "/hub");
  aspnetcore_send (binary, "{\"protocol\":\"messagepack\",\"version\":1}");
  g_free (raw_peer_read_text (binary));
  raw_wait_until (fixture->two.hub->ids->len == 1);

  /* From a server that does not write it nothing comes, and the client stays. */
  publish_hex (fixture, "TestHub:all", "92 90 81 a46a736f6e c42b " JSON_HI);
  assert_hears (fixture, HI);
  signalr_hub_call_all (SIGNALR_HUB (fixture->one.hub), "m", args, NULL);
  frame = raw_peer_read_text (binary);
  g_assert_cmpmem (frame, 12, "\x0b\x96\x01\x80\xc0\xa1m\x91\xa2hi\x90", 12);
  assert_hears (fixture, HI);
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

#define add(name, func, parameters) g_test_add ("/server/farm/" name, Fixture, parameters, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("everybody", test_everybody, "");
  add ("groups", test_groups, "");
  add ("joins", test_joins, "");
  add ("model", test_model, "");
  add ("unknown", test_unknown, "");
  add ("users", test_users, "?channelPrefix=x");
  add ("results", test_results, "?channelPrefix=farm/");
  add ("lost-result", test_lost_result, "");
  add ("payloads", test_payloads, "");
  add ("wire", test_wire, "?channelPrefix=farm/&hubNamespace=Chat");
  add ("order", test_order, "");
  add ("away", test_away, "");
  add ("killed", test_killed, "");
  add ("messagepack", test_messagepack, "");
  g_test_add_func ("/server/farm/addresses", test_addresses);
  g_test_add_func ("/server/farm/names", test_names);

  return g_test_run ();
}
