/* test-farm-answers.c: what a server waits for from another, and Redis that goes away
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "farm-fixture.h"
#include "signalr-error.h"

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  FarmOutcome *outcome = user_data;

  outcome->result = signalr_hub_invoke_client_finish (SIGNALR_HUB (source), result, &outcome->error);
  outcome->done = TRUE;
}

/* Nobody answers for who is nowhere. */
static void
test_unknown (FarmFixture   *fixture,
              gconstpointer  data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  FarmOutcome outcome = { 0 };
  FarmOutcome cancelled = { 0 };

  if (fixture->redis.process == NULL)
    return;

  signalr_hub_add_to_group_async (SIGNALR_HUB (fixture->one.hub), "nobody", "g", NULL, farm_added_cb, &outcome);
  signalr_hub_add_to_group_async (SIGNALR_HUB (fixture->one.hub), "nobody", "g", cancellable, farm_added_cb, &cancelled);
  signalr_hub_add_to_group (SIGNALR_HUB (fixture->one.hub), "nobody", "g");
  farm_settle (fixture);
  g_cancellable_cancel (cancellable);
  raw_wait_until (cancelled.done);
  g_assert_error (cancelled.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  farm_advance (fixture, 27);
  g_assert_false (outcome.done);
  farm_advance (fixture, 6);
  raw_wait_until (outcome.done);
  g_assert_error (outcome.error, SIGNALR_ERROR, SIGNALR_ERROR_TIMED_OUT);
  farm_outcome_clear (&outcome);
  farm_outcome_clear (&cancelled);
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
ask (FarmFixture *fixture,
     const char  *id,
     FarmOutcome *outcome)
{
  g_autoptr (JsonNode) args = farm_hello ();

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
test_results (FarmFixture   *fixture,
              gconstpointer  data)
{
  g_autofree char *stranger = NULL;
  g_autofree char *value = NULL;
  g_autofree char *error = NULL;
  g_autofree char *gone = NULL;
  FarmOutcome outcome = { 0 };
  RawPeer *peer;

  if (fixture->redis.process == NULL)
    return;

  farm_connect (fixture, NULL);
  peer = farm_connect (fixture, NULL);
  farm_connect (fixture, NULL);

  ask (fixture, farm_id (fixture, 1), &outcome);
  value = read_question (peer);
  g_assert_cmpuint (strlen (value), ==, 22);

  /* Another client's answer is none. */
  answer (g_ptr_array_index (fixture->clients, 2), value, "\"result\":1");
  farm_settle (fixture);
  g_assert_false (outcome.done);
  answer (peer, value, "\"result\":{\"seven\":7}");
  raw_wait_until (outcome.done);
  g_assert_no_error (outcome.error);
  g_assert_cmpint (json_object_get_int_member (json_node_get_object (outcome.result), "seven"), ==, 7);
  farm_outcome_clear (&outcome);

  ask (fixture, farm_id (fixture, 1), &outcome);
  error = read_question (peer);
  answer (peer, error, "\"error\":\"no\"");
  raw_wait_until (outcome.done);
  g_assert_error (outcome.error, SIGNALR_ERROR, SIGNALR_ERROR_HUB);
  g_assert_cmpstr (outcome.error->message, ==, "no");
  farm_outcome_clear (&outcome);

  ask (fixture, "nobody", &outcome);
  raw_wait_until (outcome.done);
  g_assert_error (outcome.error, SIGNALR_ERROR, SIGNALR_ERROR_NOT_CONNECTED);
  g_assert_cmpstr (outcome.error->message, ==, "Connection 'nobody' does not exist.");
  farm_outcome_clear (&outcome);

  ask (fixture, farm_id (fixture, 1), &outcome);
  gone = read_question (peer);
  g_ptr_array_remove_index (fixture->clients, 1);
  raw_wait_until (outcome.done);
  g_assert_error (outcome.error, SIGNALR_ERROR, SIGNALR_ERROR_HUB);
  g_assert_cmpstr (outcome.error->message, ==, "Connection disconnected.");
  farm_outcome_clear (&outcome);
}

/* One whose server cannot tell any more that it is gone. */
static void
test_lost_result (FarmFixture   *fixture,
                  gconstpointer  data)
{
  g_autofree char *id = NULL;
  FarmOutcome outcome = { 0 };

  if (fixture->redis.process == NULL)
    return;

  farm_connect (fixture, NULL);
  farm_connect (fixture, NULL);
  ask (fixture, farm_id (fixture, 1), &outcome);
  id = read_question (g_ptr_array_index (fixture->clients, 1));
  farm_advance (fixture, 57);
  g_assert_false (outcome.done);
  farm_advance (fixture, 6);
  raw_wait_until (outcome.done);
  g_assert_error (outcome.error, SIGNALR_ERROR, SIGNALR_ERROR_TIMED_OUT);
  farm_outcome_clear (&outcome);

  /* Too late. */
  answer (g_ptr_array_index (fixture->clients, 1), id, "\"result\":1");
  farm_settle (fixture);
}

/* Clients stay; who comes is refused, and may try again; and nothing comes twice. */
static void
test_away (FarmFixture   *fixture,
           gconstpointer  data)
{
  g_autoptr (JsonNode) args = farm_hello ();
  g_autoptr (RawPeer) refused = NULL;
  FarmOutcome outcome = { 0 };

  if (fixture->redis.process == NULL)
    return;

  for (guint i = 0; i < 2; i++)
    farm_connect (fixture, NULL);
  farm_regroup (&fixture->one, farm_id (fixture, 1), "g", TRUE);

  redis_fixture_stop (&fixture->redis);
  raw_wait_until (!signalr_server_is_redis_up (fixture->one.server) && !signalr_server_is_redis_up (fixture->two.server));
  signalr_hub_call_all (SIGNALR_HUB (fixture->one.hub), "message", args, NULL);
  signalr_hub_add_to_group_async (SIGNALR_HUB (fixture->one.hub), farm_id (fixture, 1), "h", NULL, farm_added_cb, &outcome);
  raw_wait_until (outcome.done);
  g_assert_error (outcome.error, SIGNALR_ERROR, SIGNALR_ERROR_NOT_CONNECTED);
  farm_outcome_clear (&outcome);

  refused = raw_peer_new_socket (fixture->one.uri, "/hub");
  aspnetcore_send (refused, "{\"protocol\":\"json\",\"version\":1}");
  aspnetcore_assert_record (refused, "{}");
  aspnetcore_assert_record (refused, "{\"type\":7,\"error\":\"Connection closed with an error.\",\"allowReconnect\":true}");
  g_assert_cmpuint (fixture->one.hub->ids->len, ==, 1);

  /* Who is here is still told what is for them alone. */
  signalr_hub_call_clients (SIGNALR_HUB (fixture->one.hub), (const char *[]) { farm_id (fixture, 0), NULL }, "message", args);
  aspnetcore_assert_record (g_ptr_array_index (fixture->clients, 0), FARM_HELLO);

  redis_fixture_start (&fixture->redis);
  farm_advance (fixture, 3);
  raw_wait_until (signalr_server_is_redis_up (fixture->one.server) && signalr_server_is_redis_up (fixture->two.server));
  farm_call_group (&fixture->one, "g", NULL);
  farm_assert_hears (fixture, "", FARM_HELLO);
  farm_connect (fixture, NULL);
  signalr_hub_call_all (SIGNALR_HUB (fixture->two.hub), "message", args, NULL);
  farm_assert_hears (fixture, FARM_HELLO, FARM_HELLO, FARM_HELLO);
}

/* What is said while a connection is made anew waits for it. */
static void
test_killed (FarmFixture   *fixture,
             gconstpointer  data)
{
  g_autoptr (JsonNode) args = farm_hello ();

  if (fixture->redis.process == NULL)
    return;

  for (guint i = 0; i < 2; i++)
    farm_connect (fixture, NULL);

  redis_fixture_integer (&fixture->redis, "CLIENT KILL TYPE pubsub");
  raw_wait_until (!signalr_server_is_redis_up (fixture->one.server));
  raw_wait_until (signalr_server_is_redis_up (fixture->two.server));
  signalr_hub_call_all (SIGNALR_HUB (fixture->one.hub), "message", args, NULL);
  farm_assert_hears (fixture, FARM_HELLO, FARM_HELLO);
}

/* Redis hangs for longer than it is waited for: so do those who come, and nobody is lost. */
static void
test_frozen (FarmFixture   *fixture,
             gconstpointer  data)
{
  g_autoptr (JsonNode) args = farm_hello ();
  g_autoptr (RawPeer) waiting = NULL;

  if (fixture->redis.process == NULL)
    return;

  for (guint i = 0; i < 2; i++)
    farm_connect (fixture, NULL);

  redis_fixture_freeze (&fixture->redis);
  waiting = raw_peer_new_socket (fixture->one.uri, "/hub");
  aspnetcore_send (waiting, "{\"protocol\":\"json\",\"version\":1}");
  aspnetcore_assert_record (waiting, "{}");
  for (guint i = 0; i < 5; i++)
    {
      server_fixture_advance (&fixture->one, 3);
      server_fixture_advance (&fixture->two, 3);
    }
  raw_wait_until (!signalr_server_is_redis_up (fixture->one.server) && !signalr_server_is_redis_up (fixture->two.server));
  aspnetcore_assert_record (waiting, "{\"type\":7,\"error\":\"Connection closed with an error.\",\"allowReconnect\":true}");
  signalr_hub_call_all (SIGNALR_HUB (fixture->one.hub), "message", args, NULL);

  redis_fixture_thaw (&fixture->redis);
  raw_wait_until ((farm_advance (fixture, 3),
                   signalr_server_is_redis_up (fixture->one.server) && signalr_server_is_redis_up (fixture->two.server)));
  signalr_hub_call_all (SIGNALR_HUB (fixture->two.hub), "message", args, NULL);
  farm_assert_hears (fixture, FARM_HELLO, FARM_HELLO);
}

#define add(name, func, parameters) g_test_add ("/server/farm-answers/" name, FarmFixture, parameters, farm_set_up, func, farm_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("unknown", test_unknown, "");
  add ("results", test_results, "?channelPrefix=farm/");
  add ("lost-result", test_lost_result, "");
  add ("away", test_away, "");
  add ("killed", test_killed, "");
  add ("frozen", test_frozen, "");

  return g_test_run ();
}
