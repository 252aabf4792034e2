/* test-farm.c: two servers behind one Redis, and clients of ASP.NET Core at both
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "redis-fixture.h"
#include "server-fixture.h"
#include "server/signalr-server-private.h"

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

  server_fixture_tear_down (&fixture->one, NULL);
  server_fixture_tear_down (&fixture->two, NULL);
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

#define assert_hears(fixture, ...) assert_hears_ (fixture, (const char *[]) { __VA_ARGS__, NULL })

/* Each client, in turn, hears that; "" is nothing. What one is to hear has come when
 * a call for all, which follows it, has: but that goes by another channel, and so may
 * come first.
 */
static void
assert_hears_ (Fixture            *fixture,
               const char * const *expected)
{
  for (guint i = 0; expected[i] != NULL; i++)
    {
      if (expected[i][0] != '\0')
        aspnetcore_assert_record (g_ptr_array_index (fixture->clients, i), expected[i]);
    }

  raw_settle ();
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

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/server/farm/everybody", Fixture, "", set_up, test_everybody, tear_down);

  return g_test_run ();
}
