/* test-core.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "server-fixture.h"

static char *
negotiated_token (ServerFixture *fixture,
                  const char    *target)
{
  g_autoptr (RawAnswer) answer = raw_request (fixture->uri, "POST", target, NULL, "");
  g_autoptr (JsonNode) node = NULL;

  g_assert_cmpuint (answer->status, ==, 200);
  node = json_from_string (answer->body, NULL);

  return g_strdup (json_object_get_string_member (json_node_get_object (node), "connectionToken"));
}

static void
test_negotiate (ServerFixture *fixture,
                gconstpointer  data)
{
  static const struct {
    const char *method;
    const char *target;
    guint       status;
    const char *part;
  } cases[] = {
    { "POST", "/hub/negotiate?negotiateVersion=1", 200, "{\"negotiateVersion\":1,\"connectionId\":\"" },
    { "POST", "/HUB/NEGOTIATE/?NegotiateVersion=7", 200, "{\"negotiateVersion\":1," },
    { "POST", "/hub/negotiate", 200, "{\"negotiateVersion\":0,\"connectionId\":\"" },
    { "POST", "/hub/negotiate?negotiateVersion=x", 200, "{\"error\":\"The client requested a non-integer protocol version.\"}" },
    { "POST", "/hub/negotiate?negotiateVersion=", 200, "{\"error\":\"The client requested a non-integer protocol version.\"}" },
    { "POST", "/hub/negotiate?negotiateVersion", 200, "{\"error\":\"The client requested a non-integer protocol version.\"}" },
    { "POST", "/hub/negotiate?negotiateVersion=1&negotiateVersion=1", 200, "{\"error\":\"The client requested a non-integer protocol version.\"}" },
    { "POST", "/hub/negotiate?negotiateVersion=%201", 200, "{\"negotiateVersion\":1," },
    { "POST", "/hub/negotiate?negotiateVersion=+1", 200, "{\"negotiateVersion\":1," },
    { "POST", "/hub/negotiate?negotiateVersion=-1", 200, "{\"error\":\"The client requested version '-1', but the server does not support this version.\"}" },
    { "GET", "/hub/negotiate?negotiateVersion=1", 405, "" },
    { "POST", "/hub/negotiate/x", 404, "" },
    { "POST", "/hubs/negotiate", 404, "" },
    { "GET", "/", 404, "" },
    { "GET", "/hub", 400, "Connection ID required" },
    { "GET", "/hub?id=nobody", 404, "No Connection with that ID" },
    { "POST", "/hub?id=nobody", 404, "No Connection with that ID" },
    { "PUT", "/hub?id=nobody", 405, "" },
    { "PUT", "/hub", 405, "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (RawAnswer) answer = NULL;

      answer = raw_request (fixture->uri, cases[i].method, cases[i].target, NULL,
                            g_str_equal (cases[i].method, "POST") ? "" : NULL);
      g_assert_cmpuint (answer->status, ==, cases[i].status);
      g_assert_true (g_str_has_prefix (answer->body != NULL ? answer->body : "", cases[i].part));
    }
}

static void
test_negotiated (ServerFixture *fixture,
                 gconstpointer  data)
{
  g_autofree char *token = negotiated_token (fixture, "/hub/negotiate?negotiateVersion=1");
  g_autofree char *target = g_strconcat ("/hub?id=", token, NULL);
  g_autofree char *other = g_strconcat ("/both?id=", token, "x", NULL);
  g_autoptr (RawPeer) peer = NULL;
  g_autoptr (RawPeer) second = raw_peer_new (fixture->uri);
  g_autoptr (RawPeer) third = raw_peer_new (fixture->uri);
  g_autoptr (RawAnswer) post = NULL;

  g_assert_cmpuint (strlen (token), ==, 22);
  peer = raw_peer_new_socket (fixture->uri, target);
  aspnetcore_send (peer, "{\"protocol\":\"json\",\"version\":1}");
  aspnetcore_assert_record (peer, "{}");

  g_assert_cmpuint (raw_peer_upgrade (second, target, NULL), ==, 409);
  g_assert_cmpuint (raw_peer_upgrade (third, other, NULL), ==, 404);

  post = raw_request (fixture->uri, "POST", target, NULL, "x");
  g_assert_cmpuint (post->status, ==, 405);
}

static void
test_negotiation_expires (ServerFixture *fixture,
                          gconstpointer  data)
{
  g_autofree char *token = negotiated_token (fixture, "/hub/negotiate?negotiateVersion=1");
  g_autofree char *target = g_strconcat ("/hub?id=", token, NULL);
  g_autoptr (RawPeer) peer = NULL;

  server_fixture_advance (fixture, 15);
  peer = raw_peer_new (fixture->uri);
  g_assert_cmpuint (raw_peer_upgrade (peer, target, NULL), ==, 404);
  g_assert_cmpuint (fixture->hub->events->len, ==, 0);
}

static void
test_handshake (ServerFixture *fixture,
                gconstpointer  data)
{
  static const struct {
    const char *request;
    const char *answer;
  } cases[] = {
    { "{\"protocol\":\"foo\",\"version\":1}", "{\"error\":\"The protocol 'foo' is not supported.\"}" },
    { "{\"protocol\":\"json\",\"version\":3}", "{\"error\":\"The server does not support version 3 of the 'json' protocol.\"}" },
    { "{\"protocol\":\"json\"}", "{\"error\":\"An unexpected error occurred during connection handshake.\"}" },
    { "{\"type\":6}", "{\"error\":\"An unexpected error occurred during connection handshake.\"}" },
    { "hello", "{\"error\":\"An unexpected error occurred during connection handshake.\"}" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (RawPeer) peer = raw_peer_new_socket (fixture->uri, "/hub");

      aspnetcore_send (peer, cases[i].request);
      aspnetcore_assert_record (peer, cases[i].answer);
      g_assert_null (aspnetcore_read (peer));
      g_assert_cmpuint (peer->close_code, ==, 1000);
    }

  g_assert_cmpuint (fixture->hub->events->len, ==, 0);
}

static void
test_handshake_times_out (ServerFixture *fixture,
                          gconstpointer  data)
{
  g_autoptr (RawPeer) peer = raw_peer_new_socket (fixture->uri, "/hub");

  server_fixture_advance (fixture, 14.9);
  g_assert_true (raw_peer_is_silent (peer));
  server_fixture_advance (fixture, 0.1);
  aspnetcore_assert_record (peer, "{\"error\":\"Handshake was canceled.\"}");
  g_assert_null (aspnetcore_read (peer));
  g_assert_cmpuint (peer->close_code, ==, 1000);
}

static void
test_early_bytes (ServerFixture *fixture,
                  gconstpointer  data)
{
  g_autoptr (RawPeer) peer = raw_peer_new (fixture->uri);
  g_autoptr (RawAnswer) answer = NULL;
  static const guint8 frame[] = {
    0x81, 0x80 | 31, 0, 0, 0, 0,
    '{', '"', 'p', 'r', 'o', 't', 'o', 'c', 'o', 'l', '"', ':', '"', 'j', 's', 'o', 'n', '"', ',',
    '"', 'v', 'e', 'r', 's', 'i', 'o', 'n', '"', ':', '1', '}',
    0x80, 0x81, 0, 0, 0, 0, 0x1e,
  };
  g_autoptr (GByteArray) all = g_byte_array_new ();
  static const char request[] =
    "GET /hub HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

  g_byte_array_append (all, (const guint8 *) request, strlen (request));
  g_byte_array_append (all, frame, sizeof frame);
  all->data[strlen (request)] = 0x01;   /* the record comes in two fragments */
  raw_peer_send (peer, all->data, all->len);

  answer = raw_peer_read_answer (peer);
  g_assert_cmpuint (answer->status, ==, 101);
  aspnetcore_assert_record (peer, "{}");
}

static void
test_invoke (ServerFixture *fixture,
             gconstpointer  data)
{
  static const struct {
    const char *call;
    const char *answer;
  } cases[] = {
    { "{\"type\":1,\"invocationId\":\"1\",\"target\":\"add\",\"arguments\":[40,2]}",
      "{\"type\":3,\"invocationId\":\"1\",\"result\":42}" },
    { "{\"type\":1,\"invocationId\":\"2\",\"target\":\"Nothing\",\"arguments\":[]}",
      "{\"type\":3,\"invocationId\":\"2\",\"result\":null}" },
    { "{\"type\":1,\"invocationId\":\"3\",\"target\":\"Many\",\"arguments\":[1,2,3]}",
      "{\"type\":3,\"invocationId\":\"3\",\"result\":3}" },
    { "{\"type\":1,\"invocationId\":\"4\",\"target\":\"Fail\",\"arguments\":[]}",
      "{\"type\":3,\"invocationId\":\"4\",\"error\":\"An unexpected error occurred invoking 'Fail' on the server.\"}" },
    { "{\"type\":1,\"invocationId\":\"5\",\"target\":\"Refuse\",\"arguments\":[\"no\"]}",
      "{\"type\":3,\"invocationId\":\"5\",\"error\":\"An unexpected error occurred invoking 'Refuse' on the server. HubException: no\"}" },
    { "{\"type\":1,\"invocationId\":\"6\",\"target\":\"Nope\",\"arguments\":[]}",
      "{\"type\":3,\"invocationId\":\"6\",\"error\":\"Failed to invoke 'Nope' due to an error on the server. HubException: Method does not exist.\"}" },
    { "{\"type\":1,\"invocationId\":\"7\",\"target\":\"Add\",\"arguments\":[1]}",
      "{\"type\":3,\"invocationId\":\"7\",\"error\":\"Failed to invoke 'Add' due to an error on the server.\"}" },
    { "{\"type\":1,\"invocationId\":\"8\",\"target\":\"Drop\",\"arguments\":[]}",
      "{\"type\":3,\"invocationId\":\"8\",\"error\":\"An unexpected error occurred invoking 'Drop' on the server.\"}" },
    { "{\"type\":4,\"invocationId\":\"9\",\"target\":\"Add\",\"arguments\":[1,2]}",
      "{\"type\":3,\"invocationId\":\"9\",\"error\":\"The client attempted to invoke the non-streaming 'Add' method with a streaming invocation.\"}" },
    { "{\"type\":77}\x1e{\"type\":1,\"invocationId\":\"10\",\"target\":\"Add\",\"arguments\":[1,2]}",
      "{\"type\":3,\"invocationId\":\"10\",\"result\":3}" },
  };
  g_autoptr (RawPeer) peer = aspnetcore_connect (fixture);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      aspnetcore_send (peer, cases[i].call);
      aspnetcore_assert_record (peer, cases[i].answer);
    }

  /* Without an id nobody waits for an answer. */
  aspnetcore_send (peer, "{\"type\":1,\"target\":\"Fail\",\"arguments\":[]}");
  aspnetcore_send (peer, "{\"type\":1,\"invocationId\":\"\",\"target\":\"Nope\",\"arguments\":[]}");
  g_assert_true (raw_peer_is_silent (peer));
}

static void
test_invoke_serially (ServerFixture *fixture,
                      gconstpointer  data)
{
  g_autoptr (RawPeer) peer = aspnetcore_connect (fixture);
  JsonNode *value = json_node_new (JSON_NODE_VALUE);

  aspnetcore_send (peer, "{\"type\":1,\"invocationId\":\"1\",\"target\":\"Keep\",\"arguments\":[]}");
  aspnetcore_send (peer, "{\"type\":1,\"invocationId\":\"2\",\"target\":\"Add\",\"arguments\":[1,2]}");
  g_assert_true (raw_peer_is_silent (peer));

  json_node_set_string (value, "late");
  signalr_invocation_return_value (fixture->hub->kept, value);
  aspnetcore_assert_record (peer, "{\"type\":3,\"invocationId\":\"1\",\"result\":\"late\"}");
  aspnetcore_assert_record (peer, "{\"type\":3,\"invocationId\":\"2\",\"result\":3}");

  /* An answer to one who has gone goes nowhere. */
  aspnetcore_send (peer, "{\"type\":1,\"invocationId\":\"3\",\"target\":\"Keep\",\"arguments\":[]}");
  raw_settle ();
  aspnetcore_send (peer, "{\"type\":7}");
  raw_wait_until (test_hub_count (fixture->hub, "disconnected(true)") == 1);
  signalr_invocation_return_value (fixture->hub->kept, NULL);
}

static void
test_targets (ServerFixture *fixture,
              gconstpointer  data)
{
  g_autoptr (RawPeer) ana = aspnetcore_connect (fixture);
  g_autoptr (RawPeer) ben = aspnetcore_connect (fixture);
  const char *message = "{\"type\":1,\"target\":\"message\",\"arguments\":[\"hi\"]}";

  aspnetcore_send (ana, "{\"type\":1,\"target\":\"Caller\",\"arguments\":[\"hi\"]}");
  aspnetcore_assert_record (ana, message);
  g_assert_true (raw_peer_is_silent (ben));

  aspnetcore_send (ana, "{\"type\":1,\"target\":\"All\",\"arguments\":[\"hi\"]}");
  aspnetcore_assert_record (ana, message);
  aspnetcore_assert_record (ben, message);

  aspnetcore_send (ana, "{\"type\":1,\"target\":\"Others\",\"arguments\":[\"hi\"]}");
  aspnetcore_assert_record (ben, message);
  g_assert_true (raw_peer_is_silent (ana));

  aspnetcore_send (ana, "{\"type\":1,\"target\":\"Join\",\"arguments\":[\"g\"]}");
  aspnetcore_send (ana, "{\"type\":1,\"target\":\"Join\",\"arguments\":[\"g\"]}");
  aspnetcore_send (ana, "{\"type\":1,\"target\":\"ToGroup\",\"arguments\":[\"g\",\"hi\"]}");
  aspnetcore_assert_record (ana, message);
  g_assert_true (raw_peer_is_silent (ana));
  g_assert_true (raw_peer_is_silent (ben));

  aspnetcore_send (ana, "{\"type\":1,\"target\":\"Leave\",\"arguments\":[\"g\"]}");
  aspnetcore_send (ben, "{\"type\":1,\"target\":\"ToGroup\",\"arguments\":[\"g\",\"hi\"]}");
  g_assert_true (raw_peer_is_silent (ana));
}

static void
test_pings (ServerFixture *fixture,
            gconstpointer  data)
{
  g_autoptr (RawPeer) peer = aspnetcore_connect (fixture);

  server_fixture_advance (fixture, 14.9);
  g_assert_true (raw_peer_is_silent (peer));
  server_fixture_advance (fixture, 0.1);
  raw_peer_assert_text (peer, "{\"type\":6}\x1e");

  /* One that never pings is never missed. */
  server_fixture_advance (fixture, 100);
  g_assert_cmpuint (test_hub_count (fixture->hub, "disconnected(false)"), ==, 0);
}

static void
test_client_timeout (ServerFixture *fixture,
                     gconstpointer  data)
{
  g_autoptr (RawPeer) peer = aspnetcore_connect (fixture);

  aspnetcore_send (peer, "{\"type\":6}");
  server_fixture_advance (fixture, 29);
  aspnetcore_send (peer, "{\"type\":1,\"target\":\"Nothing\",\"arguments\":[]}");
  server_fixture_advance (fixture, 29.9);
  g_assert_cmpuint (test_hub_count (fixture->hub, "disconnected(false)"), ==, 0);

  server_fixture_advance (fixture, 0.1);
  aspnetcore_assert_record (peer, "{\"type\":7,\"error\":\"Connection closed with an error.\",\"allowReconnect\":true}");
  g_assert_null (aspnetcore_read (peer));
  g_assert_cmpuint (peer->close_code, ==, 1000);
  g_assert_cmpuint (test_hub_count (fixture->hub, "disconnected(false)"), ==, 1);
  g_assert_error (fixture->hub->last_error, SIGNALR_ERROR, SIGNALR_ERROR_TIMED_OUT);
}

static void
test_client_waits_unpunished (ServerFixture *fixture,
                              gconstpointer  data)
{
  g_autoptr (RawPeer) peer = aspnetcore_connect (fixture);

  aspnetcore_send (peer, "{\"type\":6}");
  aspnetcore_send (peer, "{\"type\":1,\"target\":\"Keep\",\"arguments\":[]}");
  aspnetcore_send (peer, "{\"type\":1,\"target\":\"Nothing\",\"arguments\":[]}");
  server_fixture_advance (fixture, 100);
  g_assert_cmpuint (test_hub_count (fixture->hub, "disconnected(false)"), ==, 0);

  signalr_invocation_return_value (fixture->hub->kept, NULL);
  server_fixture_advance (fixture, 29.9);
  g_assert_cmpuint (test_hub_count (fixture->hub, "disconnected(false)"), ==, 0);
  server_fixture_advance (fixture, 0.1);
  g_assert_cmpuint (test_hub_count (fixture->hub, "disconnected(false)"), ==, 1);
}

static void
test_ends (ServerFixture *fixture,
           gconstpointer  data)
{
  g_autofree char *story = NULL;
  g_autoptr (RawPeer) record = aspnetcore_connect (fixture);
  g_autoptr (RawPeer) frame = aspnetcore_connect (fixture);
  RawPeer *broken = aspnetcore_connect (fixture);

  aspnetcore_send (record, "{\"type\":7}");
  aspnetcore_assert_record (record, "{\"type\":7}");
  g_assert_null (aspnetcore_read (record));
  g_assert_cmpuint (record->close_code, ==, 1000);
  raw_peer_send_frame (record, 0x80 | RAW_CLOSE, TRUE, "\x03\xe8", 2);
  raw_peer_wait_end (record);

  raw_peer_send_frame (frame, 0x80 | RAW_CLOSE, TRUE, "\x03\xe9", 2);
  g_assert_null (aspnetcore_read (frame));
  g_assert_cmpuint (frame->close_code, ==, 1000);
  raw_peer_wait_end (frame);

  raw_peer_free (broken);
  raw_wait_until (fixture->hub->events->len == 6);
  story = test_hub_story (fixture->hub);
  g_assert_cmpstr (story, ==, "connected connected connected disconnected(true) disconnected(true) disconnected(false)");
}

static void
test_refused (ServerFixture *fixture,
              gconstpointer  data)
{
  g_autoptr (RawPeer) peer = NULL;

  fixture->hub->refusal = g_strdup ("full");
  peer = aspnetcore_connect (fixture);
  aspnetcore_assert_record (peer, "{\"type\":7,\"error\":\"Connection closed with an error. HubException: full\"}");
  g_assert_null (aspnetcore_read (peer));
  g_assert_cmpuint (fixture->hub->events->len, ==, 1);
}

static void
test_accepted_later (ServerFixture *fixture,
                     gconstpointer  data)
{
  g_autoptr (RawPeer) peer = NULL;
  g_autofree char *story = NULL;

  fixture->hub->keep_starts = TRUE;
  peer = aspnetcore_connect (fixture);
  aspnetcore_send (peer, "{\"type\":1,\"invocationId\":\"1\",\"target\":\"Nothing\",\"arguments\":[]}");
  g_assert_true (raw_peer_is_silent (peer));

  signalr_invocation_return_value (fixture->hub->kept, NULL);
  aspnetcore_assert_record (peer, "{\"type\":3,\"invocationId\":\"1\",\"result\":null}");

  /* One who leaves meanwhile has left when the hub has answered. */
  g_clear_pointer (&peer, raw_peer_free);
  peer = aspnetcore_connect (fixture);
  raw_wait_until (test_hub_count (fixture->hub, "connected") == 2);
  g_clear_pointer (&peer, raw_peer_free);
  raw_settle ();
  g_assert_cmpuint (test_hub_count (fixture->hub, "disconnected(false)"), ==, 1);
  signalr_invocation_return_value (fixture->hub->kept, NULL);
  raw_wait_until (test_hub_count (fixture->hub, "disconnected(false)") == 2);
}

static void
test_closed_by_hub (ServerFixture *fixture,
                    gconstpointer  data)
{
  g_autoptr (RawPeer) peer = aspnetcore_connect (fixture);

  raw_wait_until (fixture->hub->ids->len == 1);
  signalr_hub_close_client (SIGNALR_HUB (fixture->hub), g_ptr_array_index (fixture->hub->ids, 0), "Enough.");
  g_assert_cmpuint (fixture->hub->events->len, ==, 1);
  aspnetcore_assert_record (peer, "{\"type\":7,\"error\":\"Enough.\"}");
  g_assert_null (aspnetcore_read (peer));
  g_assert_cmpuint (test_hub_count (fixture->hub, "disconnected(false)"), ==, 1);

  signalr_hub_close_client (SIGNALR_HUB (fixture->hub), "nobody", NULL);
}

static void
test_nonsense (ServerFixture *fixture,
               gconstpointer  data)
{
  static const char * const records[] = {
    "{", "", "[]", "null", "{\"type\":\"1\"}", "{\"type\":1}", "{\"type\":1,\"target\":null,\"arguments\":[]}",
    "{\"type\":1,\"target\":\"Add\"}", "{\"type\":1,\"invocationId\":null,\"target\":\"Add\",\"arguments\":[]}",
    "{\"type\":2,\"invocationId\":\"1\"}", "\x01\x02",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (records); i++)
    {
      g_autoptr (RawPeer) peer = aspnetcore_connect (fixture);

      aspnetcore_send (peer, records[i]);
      aspnetcore_assert_record (peer, "{\"type\":7,\"error\":\"Connection closed with an error.\",\"allowReconnect\":true}");
      g_assert_null (aspnetcore_read (peer));
    }

  raw_wait_until (test_hub_count (fixture->hub, "disconnected(false)") == G_N_ELEMENTS (records));
}

static void
test_too_large (ServerFixture *fixture,
                gconstpointer  data)
{
  g_autoptr (RawPeer) peer = aspnetcore_connect (fixture);
  g_autofree char *large = g_strnfill (70000, 'x');
  g_autofree char *record = g_strdup_printf ("{\"type\":1,\"target\":\"Caller\",\"arguments\":[\"%s\"]}", large);

  aspnetcore_send (peer, record);
  aspnetcore_assert_record (peer, "{\"type\":7,\"error\":\"Connection closed with an error.\",\"allowReconnect\":true}");
  g_assert_null (aspnetcore_read (peer));
  raw_wait_until (test_hub_count (fixture->hub, "disconnected(false)") == 1);
  g_assert_error (fixture->hub->last_error, SIGNALR_ERROR, SIGNALR_ERROR_TOO_LARGE);
}

/* Values that are JSON, and that no node of ours can hold, are arguments like others
 * that do not fit: the call fails, and nothing else.
 */
static void
test_unholdable (ServerFixture *fixture,
                 gconstpointer  data)
{
  static const char * const values[] = {
    "\"a\\u0000b\"", "\"cut \\ud83d\"", "\"\\udc00\"", "\"\\ud83d\\ud83d\"", "1e999", "[{\"a\":-1E+400}]", "{\"\\u0000\":1}",
    "\"\\\\u0000 \\\" \\u0000\"",
  };
  g_autoptr (RawPeer) peer = aspnetcore_connect (fixture);

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autofree char *call = g_strdup_printf ("{\"type\":1,\"invocationId\":\"1\",\"target\":\"Add\",\"arguments\":[%s,1]}", values[i]);

      aspnetcore_send (peer, call);
      aspnetcore_assert_record (peer, "{\"type\":3,\"invocationId\":\"1\",\"error\":\"Failed to invoke 'Add' due to an error on the server.\"}");
    }

  aspnetcore_send (peer, "{\"type\":1,\"target\":\"Add\",\"arguments\":[1e999,1]}");
  aspnetcore_send (peer, "{\"type\":6,\"more\":1e999}");
  aspnetcore_send (peer, "{\"type\":1,\"invocationId\":\"2\",\"target\":\"Add\",\"arguments\":[1,1]}");
  aspnetcore_assert_record (peer, "{\"type\":3,\"invocationId\":\"2\",\"result\":2}");

  aspnetcore_send (peer, "{\"type\":1,\"invocationId\":\"3\",\"target\":7,\"arguments\":[1e999]}");
  aspnetcore_assert_record (peer, "{\"type\":7,\"error\":\"Connection closed with an error.\",\"allowReconnect\":true}");
}

static void
test_detailed_errors (void)
{
  ServerFixture fixture;
  g_autoptr (SignalrMapOptions) options = g_object_new (SIGNALR_TYPE_MAP_OPTIONS, "detailed-errors", TRUE, NULL);

  server_fixture_begin (&fixture);
  g_assert_true (signalr_server_map_hub (fixture.server, "/detailed", "TestHub", options, NULL));
  server_fixture_listen (&fixture);
  {
    g_autoptr (RawPeer) peer = raw_peer_new_socket (fixture.uri, "/detailed");

    aspnetcore_send (peer, "{\"protocol\":\"json\",\"version\":1}");
    aspnetcore_assert_record (peer, "{}");
    aspnetcore_send (peer, "{\"type\":1,\"invocationId\":\"1\",\"target\":\"Fail\",\"arguments\":[]}");
    aspnetcore_assert_record (peer, "{\"type\":3,\"invocationId\":\"1\",\"error\":\"An unexpected error occurred invoking 'Fail' on the server. g-io-error-quark: internal detail\"}");
    aspnetcore_send (peer, "{\"type\":1,\"invocationId\":\"2\",\"target\":\"Add\",\"arguments\":[1]}");
    aspnetcore_assert_record (peer, "{\"type\":3,\"invocationId\":\"2\",\"error\":\"Failed to invoke 'Add' due to an error on the server. InvalidDataException: Invocation provides 1 argument(s) but target expects 2.\"}");
  }
  server_fixture_tear_down (&fixture, NULL);
}

static void
test_shared_path (ServerFixture *fixture,
                  gconstpointer  data)
{
  g_autoptr (RawAnswer) core = raw_request (fixture->uri, "POST", "/both/negotiate?negotiateVersion=1", NULL, "");
  g_autoptr (RawAnswer) classic = raw_request (fixture->uri, "GET", "/both/negotiate?clientProtocol=2.1", NULL, NULL);
  g_autoptr (RawAnswer) posted = raw_request (fixture->uri, "POST", "/both/negotiate?clientProtocol=2.1", NULL, "");
  g_autoptr (RawPeer) peer = raw_peer_new_socket (fixture->uri, "/both");

  g_assert_true (g_str_has_prefix (core->body, "{\"negotiateVersion\":1"));
  g_assert_true (g_str_has_prefix (classic->body, "{\"Url\":\"/both\""));
  g_assert_true (g_str_has_prefix (posted->body, "{\"Url\":\"/both\""));
  aspnetcore_send (peer, "{\"protocol\":\"json\",\"version\":1}");
  aspnetcore_assert_record (peer, "{}");
}

/* Every call has an invocation to itself, whatever was done to those before. */
static SignalrInvocation *kept;
static guint n_marks;

static void
unmark (gpointer data)
{
  n_marks--;
}

static void
mark_cb (SignalrHub        *hub,
         SignalrInvocation *invocation,
         gpointer           user_data)
{
  g_assert_null (g_object_get_data (G_OBJECT (invocation), "mark"));
  g_assert_false (g_cancellable_is_cancelled (signalr_invocation_get_cancellable (invocation)));
  if (user_data != NULL)
    {
      n_marks++;
      g_object_set_data_full (G_OBJECT (invocation), "mark", &n_marks, unmark);
    }
  signalr_invocation_return_value (invocation, NULL);
}

static void
keep_cb (SignalrHub        *hub,
         SignalrInvocation *invocation,
         gpointer           user_data)
{
  g_set_object (&kept, invocation);
}

static void
watch_cb (SignalrHub        *hub,
          SignalrInvocation *invocation,
          gpointer           user_data)
{
  g_set_weak_pointer (&kept, invocation);
  signalr_invocation_return_value (invocation, NULL);
}

static void
test_invocations (ServerFixture *fixture,
                  gconstpointer  data)
{
  g_autoptr (RawPeer) peer = aspnetcore_connect (fixture);
  SignalrHub *hub = SIGNALR_HUB (fixture->hub);

  signalr_hub_add_method (hub, "Plain", 0, mark_cb, NULL, NULL);
  signalr_hub_add_method (hub, "Mark", 0, mark_cb, hub, NULL);
  signalr_hub_add_method (hub, "Keep", 1, keep_cb, NULL, NULL);
  signalr_hub_add_method (hub, "Watch", 0, watch_cb, NULL, NULL);

  for (guint i = 0; i < 6; i++)
    {
      aspnetcore_send (peer, i % 3 == 0 ? "{\"type\":1,\"invocationId\":\"1\",\"target\":\"Plain\",\"arguments\":[]}"
                                        : "{\"type\":1,\"invocationId\":\"1\",\"target\":\"Mark\",\"arguments\":[]}");
      aspnetcore_assert_record (peer, "{\"type\":3,\"invocationId\":\"1\",\"result\":null}");
      g_assert_cmpuint (n_marks, ==, 0);
    }

  aspnetcore_send (peer, "{\"type\":1,\"invocationId\":\"2\",\"target\":\"Watch\",\"arguments\":[]}");
  aspnetcore_assert_record (peer, "{\"type\":3,\"invocationId\":\"2\",\"result\":null}");
  g_assert_null (kept);

  /* What is kept stays what it was, also behind its answer. */
  aspnetcore_send (peer, "{\"type\":1,\"target\":\"Keep\",\"arguments\":[\"mine\"]}");
  aspnetcore_send (peer, "{\"type\":1,\"invocationId\":\"3\",\"target\":\"Add\",\"arguments\":[1,2]}");
  raw_wait_until (kept != NULL);
  g_assert_cmpstr (json_array_get_string_element (signalr_invocation_get_args (kept), 0), ==, "mine");
  signalr_invocation_return_value (kept, NULL);
  aspnetcore_assert_record (peer, "{\"type\":3,\"invocationId\":\"3\",\"result\":3}");
  g_assert_cmpstr (json_array_get_string_element (signalr_invocation_get_args (kept), 0), ==, "mine");
  g_clear_object (&kept);
}

int
main (int   argc,
      char *argv[])
{
  server_test_init (&argc, &argv);

#define ADD(path, func) \
  g_test_add ("/core/" path, ServerFixture, NULL, server_fixture_set_up, func, server_fixture_tear_down)

  ADD ("negotiate", test_negotiate);
  ADD ("negotiated", test_negotiated);
  ADD ("negotiation-expires", test_negotiation_expires);
  ADD ("handshake", test_handshake);
  ADD ("handshake-times-out", test_handshake_times_out);
  ADD ("early-bytes", test_early_bytes);
  ADD ("invoke", test_invoke);
  ADD ("invoke-serially", test_invoke_serially);
  ADD ("invocations", test_invocations);
  ADD ("targets", test_targets);
  ADD ("pings", test_pings);
  ADD ("client-timeout", test_client_timeout);
  ADD ("client-waits-unpunished", test_client_waits_unpunished);
  ADD ("ends", test_ends);
  ADD ("refused", test_refused);
  ADD ("accepted-later", test_accepted_later);
  ADD ("closed-by-hub", test_closed_by_hub);
  ADD ("nonsense", test_nonsense);
  ADD ("too-large", test_too_large);
  ADD ("unholdable", test_unholdable);
  ADD ("shared-path", test_shared_path);
  g_test_add_func ("/core/detailed-errors", test_detailed_errors);

  return g_test_run ();
}
