/* farm-fixture.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "farm-fixture.h"

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
begin (FarmFixture   *fixture,
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

void
farm_set_up (FarmFixture   *fixture,
             gconstpointer  data)
{
  fixture->clients = g_ptr_array_new_with_free_func ((GDestroyNotify) raw_peer_free);
  if (!redis_fixture_begin (&fixture->redis))
    return;

  begin (fixture, &fixture->one, data);
  begin (fixture, &fixture->two, data);
}

void
farm_tear_down (FarmFixture   *fixture,
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
RawPeer *
farm_connect (FarmFixture *fixture,
              const char  *user)
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

const char *
farm_id (FarmFixture *fixture,
         guint        client)
{
  ServerFixture *server = client % 2 == 0 ? &fixture->one : &fixture->two;

  return g_ptr_array_index (server->hub->ids, client / 2);
}

JsonNode *
farm_hello (void)
{
  return json_from_string ("[\"hello\"]", NULL);
}

/* Lets happen whatever has been said: each server hears what it says after it. */
void
farm_settle (FarmFixture *fixture)
{
  for (guint i = 0; i < 2; i++)
    {
      freeReplyObject (redis_fixture_command (&fixture->redis, "PING"));
      raw_settle ();
    }
}

/* In steps, so that Redis can answer in time. */
void
farm_advance (FarmFixture *fixture,
              guint        seconds)
{
  for (guint i = 0; i < seconds; i += 3)
    {
      server_fixture_advance (&fixture->one, 3);
      server_fixture_advance (&fixture->two, 3);
      farm_settle (fixture);
    }
}

/* Each client, in turn, hears that, and nothing else; "" is nothing. */
void
farm_assert_hears_ (FarmFixture        *fixture,
                    const char * const *expected)
{
  for (guint i = 0; expected[i] != NULL; i++)
    {
      if (expected[i][0] != '\0')
        aspnetcore_assert_record (g_ptr_array_index (fixture->clients, i), expected[i]);
    }

  farm_settle (fixture);
  for (guint i = 0; i < fixture->clients->len; i++)
    g_assert_true (raw_peer_is_silent (g_ptr_array_index (fixture->clients, i)));
}

void
farm_outcome_clear (FarmOutcome *outcome)
{
  g_clear_pointer (&outcome->result, json_node_unref);
  g_clear_error (&outcome->error);
  outcome->done = FALSE;
}

void
farm_added_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  FarmOutcome *outcome = user_data;

  signalr_hub_add_to_group_finish (SIGNALR_HUB (source), result, &outcome->error);
  outcome->done = TRUE;
}

static void
removed_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  FarmOutcome *outcome = user_data;

  signalr_hub_remove_from_group_finish (SIGNALR_HUB (source), result, &outcome->error);
  outcome->done = TRUE;
}

void
farm_regroup (ServerFixture *server,
              const char    *id,
              const char    *group,
              gboolean       join)
{
  FarmOutcome outcome = { 0 };

  if (join)
    signalr_hub_add_to_group_async (SIGNALR_HUB (server->hub), id, group, NULL, farm_added_cb, &outcome);
  else
    signalr_hub_remove_from_group_async (SIGNALR_HUB (server->hub), id, group, NULL, removed_cb, &outcome);
  g_assert_false (outcome.done);
  raw_wait_until (outcome.done);
  g_assert_no_error (outcome.error);
}

void
farm_call_group (ServerFixture      *server,
                 const char         *group,
                 const char * const *except)
{
  g_autoptr (JsonNode) args = farm_hello ();

  signalr_hub_call_groups (SIGNALR_HUB (server->hub), (const char *[]) { group, NULL }, "message", args, except);
}
