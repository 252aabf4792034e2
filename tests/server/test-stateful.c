/* test-stateful.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "server-fixture.h"

#define CLOSED_WITH_ERROR "{\"type\":7,\"error\":\"Connection closed with an error.\",\"allowReconnect\":true}"

/* One client, at its address of /resume; its connection may be replaced. */
static char *
negotiate (ServerFixture *fixture)
{
  g_autoptr (RawAnswer) answer = NULL;
  g_autoptr (JsonNode) node = NULL;

  answer = raw_request (fixture->uri, "POST", "/resume/negotiate?negotiateVersion=1&useStatefulReconnect=true", NULL, "");
  g_assert_true (g_str_has_prefix (answer->body, "{\"useStatefulReconnect\":true,\"negotiateVersion\":1,"));
  node = json_from_string (answer->body, NULL);

  return g_strconcat ("/resume?id=", json_object_get_string_member (json_node_get_object (node), "connectionToken"), NULL);
}

static RawPeer *
connect_version (ServerFixture *fixture,
                 const char    *target,
                 const char    *handshake)
{
  RawPeer *peer = raw_peer_new_socket (fixture->uri, target);

  aspnetcore_send (peer, handshake);
  aspnetcore_assert_record (peer, "{}");
  raw_wait_until (fixture->hub->ids->len > 0);

  return peer;
}

/* With the ping that official clients begin with. */
static RawPeer *
connect_stateful (ServerFixture *fixture,
                  const char    *target)
{
  RawPeer *peer = connect_version (fixture, target, "{\"protocol\":\"json\",\"version\":2}");

  aspnetcore_send (peer, "{\"type\":6}");
  raw_settle ();

  return peer;
}

static guint
try_upgrade (ServerFixture *fixture,
             const char    *target)
{
  g_autoptr (RawPeer) peer = raw_peer_new (fixture->uri);

  return raw_peer_upgrade (peer, target, NULL);
}

/* The socket is gone, without a word. */
static void
cut (RawPeer **peer)
{
  g_clear_pointer (peer, raw_peer_free);
  raw_settle ();
}

static void
call_all (ServerFixture *fixture,
          const char    *text)
{
  g_autoptr (JsonNode) args = json_node_new (JSON_NODE_ARRAY);
  JsonArray *array = json_array_new ();

  json_array_add_string_element (array, text);
  json_node_take_array (args, array);
  signalr_hub_call_all (SIGNALR_HUB (fixture->hub), "message", args, NULL);
}

static void
set_up (ServerFixture *fixture,
        gconstpointer  buffer_size)
{
  g_autoptr (SignalrMapOptions) options = NULL;

  options = g_object_new (SIGNALR_TYPE_MAP_OPTIONS, "stateful-reconnect", TRUE, NULL);
  if (buffer_size != NULL)
    g_object_set (options, "stateful-buffer-size", GPOINTER_TO_UINT (buffer_size), NULL);

  server_fixture_begin (fixture);
  g_assert_true (signalr_server_map_hub (fixture->server, "/resume", "TestHub", options, NULL));
  server_fixture_listen (fixture);
}

static void
assert_story (ServerFixture *fixture,
              const char    *expected)
{
  g_autofree char *story = test_hub_story (fixture->hub);

  g_assert_cmpstr (story, ==, expected);
}

/* What the client would not count it is not sent. */
static void
test_begins_to_count (ServerFixture *fixture,
                      gconstpointer  data)
{
  static const char handshake[] = "{\"protocol\":\"json\",\"version\":2}";
  g_autofree char *speaks_target = negotiate (fixture);
  g_autofree char *keeps_silent_target = negotiate (fixture);
  g_autoptr (RawPeer) speaks = connect_version (fixture, speaks_target, handshake);
  g_autoptr (RawPeer) keeps_silent = connect_version (fixture, keeps_silent_target, handshake);

  raw_wait_until (fixture->hub->ids->len == 2);
  call_all (fixture, "welcome");
  g_assert_true (raw_peer_is_silent (speaks));
  aspnetcore_send (speaks, "{\"type\":6}");
  aspnetcore_assert_record (speaks, "{\"type\":1,\"target\":\"message\",\"arguments\":[\"welcome\"]}");

  server_fixture_advance (fixture, 0.9);
  g_assert_true (raw_peer_is_silent (keeps_silent));
  server_fixture_advance (fixture, 0.1);
  aspnetcore_assert_record (keeps_silent, "{\"type\":1,\"target\":\"message\",\"arguments\":[\"welcome\"]}");
}

static void
test_not_agreed (ServerFixture *fixture,
                 gconstpointer  data)
{
  static const char * const targets[] = {
    "/hub/negotiate?negotiateVersion=1&useStatefulReconnect=true",
    "/resume/negotiate?negotiateVersion=1",
    "/resume/negotiate?negotiateVersion=1&useStatefulReconnect=false",
    "/resume/negotiate?negotiateVersion=1&useStatefulReconnect=1",
  };
  g_autofree char *target = negotiate (fixture);
  RawPeer *peer;

  for (gsize i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      g_autoptr (RawAnswer) answer = raw_request (fixture->uri, "POST", targets[i], NULL, "");

      g_assert_true (g_str_has_prefix (answer->body, "{\"negotiateVersion\":1,"));
    }

  /* One whose protocol has no acknowledgements is as mortal as its socket. */
  peer = connect_version (fixture, target, "{\"protocol\":\"json\",\"version\":1}");
  cut (&peer);
  assert_story (fixture, "connected disconnected(false)");
  g_assert_cmpuint (try_upgrade (fixture, target), ==, 404);
}

static void
test_acknowledges (ServerFixture *fixture,
                   gconstpointer  data)
{
  g_autofree char *target = negotiate (fixture);
  g_autoptr (RawPeer) peer = connect_stateful (fixture, target);

  aspnetcore_send (peer, "{\"type\":1,\"target\":\"Nothing\",\"arguments\":[]}");
  aspnetcore_send (peer, "{\"type\":6}");
  aspnetcore_send (peer, "{\"type\":1,\"target\":\"Nope\",\"arguments\":[]}");
  aspnetcore_send (peer, "{\"type\":2,\"invocationId\":\"nobody\",\"item\":1}");
  aspnetcore_send (peer, "{\"type\":3,\"invocationId\":\"nobody\"}");
  aspnetcore_send (peer, "{\"type\":5,\"invocationId\":\"nobody\"}");
  server_fixture_advance (fixture, 0.9);
  g_assert_true (raw_peer_is_silent (peer));
  server_fixture_advance (fixture, 0.1);
  aspnetcore_assert_record (peer, "{\"type\":8,\"sequenceId\":5}");

  /* Nothing new, nothing to say. */
  server_fixture_advance (fixture, 5);
  g_assert_true (raw_peer_is_silent (peer));
}

static void
test_resumes (ServerFixture *fixture,
              gconstpointer  data)
{
  g_autofree char *target = negotiate (fixture);
  RawPeer *peer = connect_stateful (fixture, target);

  aspnetcore_send (peer, "{\"type\":1,\"invocationId\":\"1\",\"target\":\"Add\",\"arguments\":[1,1]}");
  aspnetcore_assert_record (peer, "{\"type\":3,\"invocationId\":\"1\",\"result\":2}");
  aspnetcore_send (peer, "{\"type\":1,\"target\":\"Join\",\"arguments\":[\"g\"]}");
  aspnetcore_send (peer, "{\"type\":1,\"target\":\"ToGroup\",\"arguments\":[\"g\",\"one\"]}");
  aspnetcore_assert_record (peer, "{\"type\":1,\"target\":\"message\",\"arguments\":[\"one\"]}");
  aspnetcore_send (peer, "{\"type\":8,\"sequenceId\":1}");

  /* Half a record goes with its socket. */
  raw_peer_send_text (peer, "{\"type\":1,\"target\":\"All\",");
  raw_settle ();
  cut (&peer);
  call_all (fixture, "two");
  server_fixture_advance (fixture, 14.9);

  peer = raw_peer_new_socket (fixture->uri, target);
  aspnetcore_assert_record (peer, "{\"type\":9,\"sequenceId\":2}");
  aspnetcore_assert_record (peer, "{\"type\":1,\"target\":\"message\",\"arguments\":[\"one\"]}");
  aspnetcore_assert_record (peer, "{\"type\":1,\"target\":\"message\",\"arguments\":[\"two\"]}");

  /* The client repeats the second and third, and goes on. */
  aspnetcore_send (peer, "{\"type\":9,\"sequenceId\":2}");
  aspnetcore_assert_record (peer, "{\"type\":8,\"sequenceId\":3}");
  aspnetcore_send (peer, "{\"type\":1,\"target\":\"Join\",\"arguments\":[\"g\"]}");
  aspnetcore_send (peer, "{\"type\":1,\"target\":\"ToGroup\",\"arguments\":[\"g\",\"one\"]}");
  aspnetcore_send (peer, "{\"type\":1,\"target\":\"ToGroup\",\"arguments\":[\"g\",\"three\"]}");
  aspnetcore_assert_record (peer, "{\"type\":1,\"target\":\"message\",\"arguments\":[\"three\"]}");
  server_fixture_advance (fixture, 1);
  aspnetcore_assert_record (peer, "{\"type\":8,\"sequenceId\":4}");

  assert_story (fixture, "connected reconnected");
  g_assert_cmpuint (fixture->hub->ids->len, ==, 1);
  raw_peer_free (peer);
}

static void
test_message_pack (ServerFixture *fixture,
                   gconstpointer  data)
{
  g_autofree char *target = negotiate (fixture);
  RawPeer *peer = connect_version (fixture, target, "{\"protocol\":\"messagepack\",\"version\":2}");

  cut (&peer);
  call_all (fixture, "hi");
  peer = raw_peer_new_socket (fixture->uri, target);
  raw_peer_assert_text (peer, "\x03\x92\x09\x01");
  raw_peer_assert_text (peer, "\x11\x96\x01\x80\xc0\xa7message\x91\xa2hi\x90");
  raw_peer_free (peer);
}

static void
test_gone_for_too_long (ServerFixture *fixture,
                        gconstpointer  data)
{
  g_autofree char *target = negotiate (fixture);
  RawPeer *peer = connect_stateful (fixture, target);

  cut (&peer);
  server_fixture_advance (fixture, 14.9);
  assert_story (fixture, "connected");
  server_fixture_advance (fixture, 0.1);
  assert_story (fixture, "connected disconnected(false)");
  g_assert_cmpuint (try_upgrade (fixture, target), ==, 404);
}

/* It is not silence while nobody could be heard. */
static void
test_client_timeout (void)
{
  ServerFixture fixture;
  g_autoptr (SignalrMapOptions) options = g_object_new (SIGNALR_TYPE_MAP_OPTIONS, "stateful-reconnect", TRUE, NULL);
  g_autofree char *target = NULL;
  RawPeer *peer;

  server_fixture_begin (&fixture);
  g_assert_true (signalr_server_map_hub (fixture.server, "/resume", "TestHub", options, NULL));
  g_assert_true (signalr_server_set_client_timeout (fixture.server, 5000, NULL));
  server_fixture_listen (&fixture);

  target = negotiate (&fixture);
  peer = connect_stateful (&fixture, target);
  aspnetcore_send (peer, "{\"type\":6}");
  raw_settle ();
  cut (&peer);
  server_fixture_advance (&fixture, 10);
  assert_story (&fixture, "connected");

  peer = raw_peer_new_socket (fixture.uri, target);
  aspnetcore_assert_record (peer, "{\"type\":9,\"sequenceId\":1}");
  server_fixture_advance (&fixture, 4.9);
  assert_story (&fixture, "connected reconnected");
  server_fixture_advance (&fixture, 0.1);
  aspnetcore_assert_record (peer, CLOSED_WITH_ERROR);
  assert_story (&fixture, "connected reconnected disconnected(false)");
  g_assert_error (fixture.hub->last_error, SIGNALR_ERROR, SIGNALR_ERROR_TIMED_OUT);
  cut (&peer);

  server_fixture_tear_down (&fixture, NULL);
}

static void
test_takes_over (ServerFixture *fixture,
                 gconstpointer  data)
{
  g_autofree char *target = negotiate (fixture);
  g_autoptr (RawPeer) first = connect_stateful (fixture, target);
  g_autoptr (RawPeer) second = raw_peer_new_socket (fixture->uri, target);
  g_autoptr (RawAnswer) poll = NULL;

  /* Nobody waits for a goodbye of the first, nor says one. */
  aspnetcore_assert_record (second, "{\"type\":9,\"sequenceId\":1}");
  raw_peer_wait_end (first);
  g_assert_cmpuint (first->input->len, ==, 0);

  aspnetcore_send (second, "{\"type\":9,\"sequenceId\":1}");
  aspnetcore_send (second, "{\"type\":1,\"invocationId\":\"1\",\"target\":\"Add\",\"arguments\":[1,1]}");
  aspnetcore_assert_record (second, "{\"type\":3,\"invocationId\":\"1\",\"result\":2}");
  assert_story (fixture, "connected reconnected");

  poll = raw_request (fixture->uri, "GET", target, NULL, NULL);
  g_assert_cmpuint (poll->status, ==, 400);
}

/* After a goodbye of either side there is nothing to come back to. */
static void
test_goodbyes (ServerFixture *fixture,
               gconstpointer  data)
{
  g_autofree char *by_frame = negotiate (fixture);
  g_autofree char *by_record = negotiate (fixture);
  g_autofree char *by_server = negotiate (fixture);
  g_autofree char *by_nonsense = negotiate (fixture);
  g_autoptr (RawPeer) frame = connect_stateful (fixture, by_frame);
  g_autoptr (RawPeer) record = connect_stateful (fixture, by_record);
  g_autoptr (RawPeer) server = connect_stateful (fixture, by_server);
  g_autoptr (RawPeer) nonsense = connect_stateful (fixture, by_nonsense);

  raw_wait_until (fixture->hub->ids->len == 4);

  raw_peer_send_frame (frame, 0x80 | RAW_CLOSE, TRUE, "\x03\xe8", 2);
  g_assert_null (aspnetcore_read (frame));
  g_assert_cmpuint (try_upgrade (fixture, by_frame), ==, 404);

  aspnetcore_send (record, "{\"type\":7}");
  aspnetcore_assert_record (record, "{\"type\":7}");
  g_assert_cmpuint (try_upgrade (fixture, by_record), ==, 404);

  signalr_hub_close_client (SIGNALR_HUB (fixture->hub), g_ptr_array_index (fixture->hub->ids, 2), NULL);
  aspnetcore_assert_record (server, "{\"type\":7}");
  g_assert_cmpuint (try_upgrade (fixture, by_server), ==, 404);

  raw_peer_send_frame (nonsense, 0xf1, TRUE, "x", 1);
  g_assert_null (aspnetcore_read (nonsense));
  g_assert_cmpuint (nonsense->close_code, ==, 1002);
  g_assert_cmpuint (try_upgrade (fixture, by_nonsense), ==, 404);

  assert_story (fixture, "connected connected connected connected "
                         "disconnected(true) disconnected(true) disconnected(false) disconnected(false)");
}

/* A client that is away can be ended too, and a hub that is still asked about it
 * does not keep it from coming back.
 */
static void
test_ends_while_away (ServerFixture *fixture,
                      gconstpointer  data)
{
  g_autofree char *target = negotiate (fixture);
  RawPeer *peer;

  fixture->hub->keep_starts = TRUE;
  peer = connect_stateful (fixture, target);
  aspnetcore_send (peer, "{\"type\":1,\"invocationId\":\"1\",\"target\":\"Add\",\"arguments\":[1,1]}");
  raw_settle ();
  cut (&peer);

  peer = raw_peer_new_socket (fixture->uri, target);
  aspnetcore_assert_record (peer, "{\"type\":9,\"sequenceId\":1}");
  aspnetcore_send (peer, "{\"type\":9,\"sequenceId\":1}");
  aspnetcore_send (peer, "{\"type\":1,\"invocationId\":\"1\",\"target\":\"Add\",\"arguments\":[1,1]}");
  g_assert_true (raw_peer_is_silent (peer));
  signalr_invocation_return_value (fixture->hub->kept, NULL);
  aspnetcore_assert_record (peer, "{\"type\":3,\"invocationId\":\"1\",\"result\":2}");

  cut (&peer);
  signalr_hub_close_client (SIGNALR_HUB (fixture->hub), g_ptr_array_index (fixture->hub->ids, 0), NULL);
  raw_settle ();
  assert_story (fixture, "connected disconnected(false)");
  g_assert_cmpuint (try_upgrade (fixture, target), ==, 404);
}

static void
test_nonsense (ServerFixture *fixture,
               gconstpointer  data)
{
  static const char * const records[] = {
    "{\"type\":9,\"sequenceId\":2}",
    "{\"type\":9,\"sequenceId\":0}",
    "{\"type\":9,\"sequenceId\":-1}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (records); i++)
    {
      g_autofree char *target = negotiate (fixture);
      g_autoptr (RawPeer) peer = connect_stateful (fixture, target);

      aspnetcore_send (peer, records[i]);
      aspnetcore_assert_record (peer, CLOSED_WITH_ERROR);
      g_assert_null (aspnetcore_read (peer));
      g_assert_cmpuint (try_upgrade (fixture, target), ==, 404);
    }
}

/* The official JavaScript client leaves the timer of its acknowledgement running
 * when it is stopped, and tells the next connection.
 */
static void
test_stale_ack (ServerFixture *fixture,
                gconstpointer  data)
{
  g_autofree char *target = negotiate (fixture);
  g_autoptr (RawPeer) peer = connect_stateful (fixture, target);

  aspnetcore_send (peer, "{\"type\":8,\"sequenceId\":7}");
  aspnetcore_send (peer, "{\"type\":1,\"invocationId\":\"1\",\"target\":\"Add\",\"arguments\":[1,2]}");
  aspnetcore_assert_record (peer, "{\"type\":3,\"invocationId\":\"1\",\"result\":3}");
}

/* Of 10 bytes, which every record is more than. */
static void
test_buffer (ServerFixture *fixture,
             gconstpointer  data)
{
  g_autofree char *target = negotiate (fixture);
  RawPeer *peer = connect_stateful (fixture, target);

  call_all (fixture, "1");
  call_all (fixture, "2");
  call_all (fixture, "3");
  aspnetcore_assert_record (peer, "{\"type\":1,\"target\":\"message\",\"arguments\":[\"1\"]}");
  g_assert_true (raw_peer_is_silent (peer));
  aspnetcore_send (peer, "{\"type\":8,\"sequenceId\":1}");
  aspnetcore_assert_record (peer, "{\"type\":1,\"target\":\"message\",\"arguments\":[\"2\"]}");
  g_assert_true (raw_peer_is_silent (peer));

  /* Pings and goodbyes are not held up. */
  server_fixture_advance (fixture, 15);
  raw_peer_assert_text (peer, "{\"type\":6}\x1e");

  /* The acknowledgement went with the socket, and is not repeated: one more record
   * asks for another.
   */
  cut (&peer);
  peer = raw_peer_new_socket (fixture->uri, target);
  aspnetcore_assert_record (peer, "{\"type\":9,\"sequenceId\":2}");
  aspnetcore_assert_record (peer, "{\"type\":1,\"target\":\"message\",\"arguments\":[\"2\"]}");
  server_fixture_advance (fixture, 1.9);
  g_assert_true (raw_peer_is_silent (peer));
  server_fixture_advance (fixture, 0.1);
  aspnetcore_assert_record (peer, "{\"type\":1,\"target\":\"message\",\"arguments\":[\"3\"]}");

  /* All that was sent is sent again, also what asked: a client that has it says so at
   * once, and counts on from 2.
   */
  cut (&peer);
  call_all (fixture, "4");
  peer = raw_peer_new_socket (fixture->uri, target);
  aspnetcore_assert_record (peer, "{\"type\":9,\"sequenceId\":2}");
  aspnetcore_assert_record (peer, "{\"type\":1,\"target\":\"message\",\"arguments\":[\"2\"]}");
  aspnetcore_assert_record (peer, "{\"type\":1,\"target\":\"message\",\"arguments\":[\"3\"]}");
  g_assert_true (raw_peer_is_silent (peer));
  aspnetcore_send (peer, "{\"type\":8,\"sequenceId\":3}");
  aspnetcore_assert_record (peer, "{\"type\":1,\"target\":\"message\",\"arguments\":[\"4\"]}");
  raw_peer_free (peer);
}

static void
test_too_slow (ServerFixture *fixture,
               gconstpointer  data)
{
  g_autofree char *large = g_strnfill (60000, 'x');
  g_autofree char *reads = negotiate (fixture);
  g_autofree char *is_away = negotiate (fixture);
  g_autoptr (RawPeer) reader = connect_stateful (fixture, reads);
  RawPeer *away = connect_stateful (fixture, is_away);
  g_autofree char *record = NULL;

  raw_wait_until (fixture->hub->ids->len == 2);
  cut (&away);
  for (guint i = 0; i < 22; i++)
    call_all (fixture, large);
  raw_settle ();

  /* A hundred thousand bytes have gone to one who acknowledges nothing. */
  for (guint i = 0; i < 2; i++)
    g_free (aspnetcore_read (reader));
  record = aspnetcore_read (reader);
  g_assert_cmpstr (record, ==, "{\"type\":7,\"error\":\"Connection closed with an error. The client does not take what it is sent.\",\"allowReconnect\":true}");
  g_assert_null (aspnetcore_read (reader));
  g_assert_cmpuint (reader->close_code, ==, 1008);

  assert_story (fixture, "connected connected disconnected(false) disconnected(false)");
  g_assert_error (fixture->hub->last_error, SIGNALR_ERROR, SIGNALR_ERROR_QUEUE_FULL);
  g_assert_cmpuint (try_upgrade (fixture, is_away), ==, 404);
}

static void
count_cb (SignalrHub        *hub,
          SignalrInvocation *invocation,
          gpointer           user_data)
{
  JsonNode *item = json_node_new (JSON_NODE_VALUE);

  json_node_set_int (item, 1);
  signalr_invocation_send_item (invocation, item);
  signalr_invocation_return_value (invocation, NULL);
}

/* Where the client does not count an item that came again, both have lost count. */
static void
test_loses_count (void)
{
  ServerFixture fixture;
  g_autoptr (SignalrMapOptions) options = g_object_new (SIGNALR_TYPE_MAP_OPTIONS, "stateful-reconnect", TRUE, NULL);
  RawPeer *peer;

  server_fixture_begin (&fixture);
  signalr_hub_add_method_full (SIGNALR_HUB (fixture.hub), "Count", 0, 0, SIGNALR_METHOD_FLAGS_STREAMS, count_cb, NULL, NULL);
  g_assert_true (signalr_server_map_hub (fixture.server, "/resume", "TestHub", options, NULL));
  server_fixture_listen (&fixture);

  for (guint counts = 0; counts < 2; counts++)
    {
      g_autofree char *target = negotiate (&fixture);

      peer = connect_stateful (&fixture, target);
      aspnetcore_send (peer, "{\"type\":4,\"invocationId\":\"1\",\"target\":\"Count\",\"arguments\":[]}");
      aspnetcore_assert_record (peer, "{\"type\":2,\"invocationId\":\"1\",\"item\":1}");
      aspnetcore_assert_record (peer, "{\"type\":3,\"invocationId\":\"1\"}");
      cut (&peer);

      peer = raw_peer_new_socket (fixture.uri, target);
      aspnetcore_assert_record (peer, "{\"type\":9,\"sequenceId\":1}");
      aspnetcore_assert_record (peer, "{\"type\":2,\"invocationId\":\"1\",\"item\":1}");
      aspnetcore_assert_record (peer, "{\"type\":3,\"invocationId\":\"1\"}");
      aspnetcore_send (peer, "{\"type\":9,\"sequenceId\":2}");
      aspnetcore_assert_record (peer, "{\"type\":8,\"sequenceId\":1}");
      aspnetcore_send (peer, counts ? "{\"type\":8,\"sequenceId\":2}" : "{\"type\":8,\"sequenceId\":1}");
      server_fixture_advance (&fixture, 9.9);
      g_assert_true (raw_peer_is_silent (peer));
      server_fixture_advance (&fixture, 0.1);
      if (counts)
        g_assert_true (raw_peer_is_silent (peer));
      else
        aspnetcore_assert_record (peer, CLOSED_WITH_ERROR);
      cut (&peer);
    }

  server_fixture_tear_down (&fixture, NULL);
}

/* Who is away cannot acknowledge, and is not blamed for it. */
static void
test_counts_when_back (void)
{
  ServerFixture fixture;
  g_autoptr (SignalrMapOptions) options = g_object_new (SIGNALR_TYPE_MAP_OPTIONS, "stateful-reconnect", TRUE, NULL);
  g_autofree char *target = NULL;
  RawPeer *peer;

  server_fixture_begin (&fixture);
  signalr_hub_add_method_full (SIGNALR_HUB (fixture.hub), "Count", 0, 0, SIGNALR_METHOD_FLAGS_STREAMS, count_cb, NULL, NULL);
  g_assert_true (signalr_server_map_hub (fixture.server, "/resume", "TestHub", options, NULL));
  server_fixture_listen (&fixture);

  target = negotiate (&fixture);
  peer = connect_stateful (&fixture, target);
  aspnetcore_send (peer, "{\"type\":4,\"invocationId\":\"1\",\"target\":\"Count\",\"arguments\":[]}");
  aspnetcore_assert_record (peer, "{\"type\":2,\"invocationId\":\"1\",\"item\":1}");
  cut (&peer);
  peer = raw_peer_new_socket (fixture.uri, target);
  aspnetcore_assert_record (peer, "{\"type\":9,\"sequenceId\":1}");
  cut (&peer);

  server_fixture_advance (&fixture, 12);
  assert_story (&fixture, "connected reconnected");
  peer = raw_peer_new_socket (fixture.uri, target);
  aspnetcore_assert_record (peer, "{\"type\":9,\"sequenceId\":1}");
  raw_peer_free (peer);
  server_fixture_tear_down (&fixture, NULL);
}

/* A client that has to wait for acknowledgements is not kept waiting for a second. */
static void
test_acknowledges_much_at_once (ServerFixture *fixture,
                                gconstpointer  data)
{
  g_autofree char *target = negotiate (fixture);
  g_autoptr (RawPeer) peer = connect_stateful (fixture, target);
  g_autofree char *large = g_strnfill (25000, 'x');
  g_autofree char *record = g_strdup_printf ("{\"type\":1,\"target\":\"Nope\",\"arguments\":[\"%s\"]}", large);

  aspnetcore_send (peer, record);
  server_fixture_advance (fixture, 0);
  g_assert_true (raw_peer_is_silent (peer));
  aspnetcore_send (peer, record);
  server_fixture_advance (fixture, 0);
  aspnetcore_assert_record (peer, "{\"type\":8,\"sequenceId\":2}");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) \
  g_test_add ("/stateful/" path, ServerFixture, NULL, set_up, func, server_fixture_tear_down)

  ADD ("not-agreed", test_not_agreed);
  ADD ("begins-to-count", test_begins_to_count);
  ADD ("acknowledges", test_acknowledges);
  ADD ("acknowledges-much-at-once", test_acknowledges_much_at_once);
  ADD ("resumes", test_resumes);
  ADD ("message-pack", test_message_pack);
  ADD ("gone-for-too-long", test_gone_for_too_long);
  g_test_add_func ("/stateful/client-timeout", test_client_timeout);
  ADD ("takes-over", test_takes_over);
  ADD ("goodbyes", test_goodbyes);
  ADD ("ends-while-away", test_ends_while_away);
  ADD ("nonsense", test_nonsense);
  ADD ("stale-ack", test_stale_ack);
  g_test_add ("/stateful/buffer", ServerFixture, GUINT_TO_POINTER (10), set_up, test_buffer, server_fixture_tear_down);
  ADD ("too-slow", test_too_slow);
  g_test_add_func ("/stateful/loses-count", test_loses_count);
  g_test_add_func ("/stateful/counts-when-back", test_counts_when_back);

  return g_test_run ();
}
