/* test-classic.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "server-fixture.h"

#define HUBS "&connectionData=[{\"name\":\"testhub\"}]"

static void
test_negotiate (ServerFixture *fixture,
                gconstpointer  data)
{
  static const struct {
    const char *query;
    const char *version;
  } cases[] = {
    { "", "1.2" },
    { "?clientProtocol=", "1.2" },
    { "?clientProtocol=2", "1.2" },
    { "?clientProtocol=0.1337", "1.2" },
    { "?clientProtocol=1.3", "1.3" },
    { "?clientProtocol=1.5", "1.5" },
    { "?clientProtocol=2.0", "2.0" },
    { "?clientProtocol=2.1", "2.0" },
    { "?clientProtocol=1337.0", "2.0" },
    { "?clientProtocol=2.0&connectionToken=dead&connectionData=[{\"Name\":\"TESTHUB\"}]", "2.0" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *target = g_strconcat ("/signalr/negotiate", cases[i].query, NULL);
      g_autoptr (RawAnswer) answer = raw_request (fixture->uri, "GET", target, NULL, NULL);
      g_autoptr (GRegex) regex = NULL;
      g_autofree char *pattern = NULL;

      pattern = g_strdup_printf ("^{\"Url\":\"/signalr\",\"ConnectionToken\":\"[-_A-Za-z0-9]+\",\"ConnectionId\":\"[-0-9a-f]{36}\","
                                 "\"KeepAliveTimeout\":20.0,\"DisconnectTimeout\":30.0,\"ConnectionTimeout\":110.0,"
                                 "\"TryWebSockets\":true,\"ProtocolVersion\":\"%s\",\"TransportConnectTimeout\":5.0,"
                                 "\"LongPollDelay\":0.0}$", cases[i].version);
      regex = g_regex_new (pattern, 0, 0, NULL);
      g_assert_cmpuint (answer->status, ==, 200);
      g_assert_true (g_regex_match (regex, answer->body, 0, NULL));
      g_assert_nonnull (strstr (answer->head, "Content-Type: application/json; charset=UTF-8\r\n"));
      g_assert_nonnull (strstr (answer->head, "X-Content-Type-Options: nosniff\r\n"));
    }
}

static void
test_requests (ServerFixture *fixture,
               gconstpointer  data)
{
  g_autofree char *token = aspnet_negotiate (fixture);
  const struct {
    const char *target;
    const char *token;
    guint       status;
    const char *body;
  } cases[] = {
    { "/signalr/js/NEGOTIATE", "", 200, "{\"Url\":\"/signalr/js/NEGOTIATE\"" },
    { "/signalr//negotiate", "", 200, "{\"Url\":\"/signalr/\"" },
    { "/SignalR/ping", "", 200, "{ \"Response\": \"pong\" }" },
    { "/signalr/negotiate/", "", 400, "Protocol error: Unknown transport." },
    { "/signalr2/negotiate", "", 404, "" },
    { "/signalr", "", 400, "Protocol error: Unknown transport." },
    { "/signalr/connect?transport=pigeon", "", 400, "Protocol error: Unknown transport." },
    { "/signalr/connect?transport=websockets", "", 400, "Protocol error: Missing connection token." },
    { "/signalr/connect?transport=webSockets&connectionToken=", "", 400, "Protocol error: Missing connection token." },
    { "/signalr/connect?transport=webSockets&connectionToken=x", "", 400, "The ConnectionId is in the incorrect format." },
    { "/signalr/connect?transport=webSockets&connectionToken=", token, 400, "Not a valid web socket request." },
    { "/signalr/send?transport=webSockets&connectionToken=", token, 400, "Not a valid web socket request." },
    { "/signalr/start?transport=webSockets&connectionToken=", token, 400, "Protocol error: The connection is not open." },
    { "/signalr/abort?transport=webSockets&connectionToken=", token, 200, "" },
    { "/signalr/negotiate?connectionData=%5B%7B%22name%22%3A%22nope%22%7D%5D", "", 500, "'nope' Hub could not be resolved." },
    { "/signalr/negotiate?connectionData=%5B%7B%22name%22%3A%22testhub%22%7D,%7B%22name%22%3A%22TestHub%22%7D%5D", "", 500, "Duplicate Hub names found." },
    { "/signalr/negotiate?connectionData=%5B", "", 500, "" },
    { "/signalr/negotiate?connectionData=%5B%5D", "", 200, "{" },
    { "/signalr/negotiate?callback=f", "", 403, "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *target = g_strconcat (cases[i].target, cases[i].token, NULL);
      g_autoptr (RawAnswer) answer = raw_request (fixture->uri, "GET", target, NULL, NULL);

      g_assert_cmpuint (answer->status, ==, cases[i].status);
      g_assert_true (g_str_has_prefix (answer->body, cases[i].body));
    }
}

static void
test_invoke (ServerFixture *fixture,
             gconstpointer  data)
{
  static const struct {
    const char *call;
    const char *answer;
  } cases[] = {
    { "{\"H\":\"testhub\",\"M\":\"add\",\"A\":[40,2],\"I\":0}", "{\"R\":42,\"I\":\"0\"}" },
    { "{\"I\":\"1\",\"H\":\"TestHub\",\"M\":\"Nothing\",\"A\":[]}", "{\"I\":\"1\"}" },
    { "{\"I\":\"2\",\"H\":\"TestHub\",\"M\":\"Nothing\"}", "{\"I\":\"2\"}" },
    { "{\"I\":\"3\",\"H\":\"TestHub\",\"M\":\"Fail\",\"A\":[]}",
      "{\"I\":\"3\",\"E\":\"There was an error invoking Hub method 'TestHub.Fail'.\"}" },
    { "{\"I\":\"4\",\"H\":\"TestHub\",\"M\":\"Refuse\",\"A\":[\"no\"]}",
      "{\"I\":\"4\",\"H\":true,\"E\":\"no\",\"D\":\"data\"}" },
    { "{\"I\":\"5\",\"H\":\"testHub\",\"M\":\"nope\",\"A\":[]}",
      "{\"I\":\"5\",\"E\":\"There was an error invoking Hub method 'testHub.nope'.\"}" },
    { "{\"I\":\"6\",\"H\":\"testHub\",\"M\":\"Add\",\"A\":[1,2,3]}",
      "{\"I\":\"6\",\"E\":\"There was an error invoking Hub method 'testHub.Add'.\"}" },
    { "{\"I\":\"7\",\"H\":\"nohub\",\"M\":\"Add\",\"A\":[]}",
      "{\"I\":\"7\",\"E\":\"There was an error invoking Hub method 'nohub.Add'.\"}" },
    { "{\"I\":\"8\",\"H\":\"testHub\",\"M\":\"Drop\",\"A\":[]}",
      "{\"I\":\"8\",\"E\":\"There was an error invoking Hub method 'testHub.Drop'.\"}" },
  };
  g_autofree char *token = aspnet_negotiate (fixture);
  g_autoptr (RawPeer) peer = aspnet_connect (fixture, token);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      raw_peer_send_text (peer, cases[i].call);
      raw_peer_assert_text (peer, cases[i].answer);
    }

  /* What is no call is not answered, and hurts nobody. */
  raw_peer_send_text (peer, "{");
  raw_peer_send_text (peer, "");
  raw_peer_send_text (peer, "null");
  raw_peer_send_text (peer, "[1,2]");
  g_assert_true (raw_peer_is_silent (peer));

  /* Calls run side by side. */
  raw_peer_send_text (peer, "{\"H\":\"testhub\",\"M\":\"Keep\",\"A\":[],\"I\":9}");
  raw_peer_send_text (peer, "{\"H\":\"testhub\",\"M\":\"Nothing\",\"A\":[],\"I\":10}");
  raw_peer_assert_text (peer, "{\"I\":\"10\"}");
  signalr_invocation_return_value (fixture->hub->kept, NULL);
  raw_peer_assert_text (peer, "{\"I\":\"9\"}");
}

/* The client's state is limited in characters, as UTF-16 counts them. */
static void
test_state_length (ServerFixture *fixture,
                   gconstpointer  data)
{
  static const struct {
    const char *character;
    guint       n_units;
    guint       n_bytes;
  } cases[] = { { "x", 1, 1 }, { "ñ", 1, 2 }, { "😀", 2, 4 } };
  g_autofree char *token = aspnet_negotiate (fixture);
  g_autoptr (RawPeer) peer = aspnet_connect (fixture, token);
  const guint room = 4096 - strlen ("{\"k\":\"\"}");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autofree char *fits = NULL;
      g_autofree char *too_long = NULL;

      while (text->len / cases[i].n_bytes * cases[i].n_units + cases[i].n_units <= room)
        g_string_append (text, cases[i].character);
      fits = g_strdup_printf ("{\"H\":\"testhub\",\"M\":\"Nothing\",\"I\":1,\"S\":{\"k\":\"%s\"}}", text->str);
      g_string_append (text, cases[i].character);
      too_long = g_strdup_printf ("{\"H\":\"testhub\",\"M\":\"Nothing\",\"I\":2,\"S\":{\"k\":\"%s\"}}", text->str);

      raw_peer_send_text (peer, too_long);
      raw_peer_send_text (peer, fits);
      raw_peer_assert_text (peer, "{\"I\":\"1\"}");
    }
}

static void
test_targets (ServerFixture *fixture,
              gconstpointer  data)
{
  g_autofree char *ana_token = aspnet_negotiate (fixture);
  g_autofree char *ben_token = aspnet_negotiate (fixture);
  g_autoptr (RawPeer) ana = aspnet_connect (fixture, ana_token);
  g_autoptr (RawPeer) ben = aspnet_connect (fixture, ben_token);
  g_autofree char *groups = NULL;

  raw_peer_send_text (ana, "{\"H\":\"testhub\",\"M\":\"Caller\",\"A\":[\"hi\"],\"I\":0}");
  aspnet_assert_envelope (ana, ASPNET_MESSAGE ("hi"));
  raw_peer_assert_text (ana, "{\"I\":\"0\"}");
  g_assert_true (raw_peer_is_silent (ben));

  raw_peer_send_text (ana, "{\"H\":\"testhub\",\"M\":\"All\",\"A\":[\"hi\"],\"I\":1}");
  aspnet_assert_envelope (ana, ASPNET_MESSAGE ("hi"));
  raw_peer_assert_text (ana, "{\"I\":\"1\"}");
  aspnet_assert_envelope (ben, ASPNET_MESSAGE ("hi"));

  raw_peer_send_text (ana, "{\"H\":\"testhub\",\"M\":\"Others\",\"A\":[\"hi\"],\"I\":2}");
  aspnet_assert_envelope (ben, ASPNET_MESSAGE ("hi"));
  aspnet_assert_envelope (ana, "\"M\":[]}");
  raw_peer_assert_text (ana, "{\"I\":\"2\"}");

  raw_peer_send_text (ana, "{\"H\":\"testhub\",\"M\":\"Join\",\"A\":[\"g\"],\"I\":3}");
  groups = raw_peer_read_text (ana);
  g_assert_nonnull (strstr (groups, ",\"G\":\""));
  g_assert_true (g_str_has_suffix (groups, "\",\"M\":[]}"));
  raw_peer_assert_text (ana, "{\"I\":\"3\"}");

  raw_peer_send_text (ben, "{\"H\":\"testhub\",\"M\":\"ToGroup\",\"A\":[\"g\",\"hi\"],\"I\":0}");
  aspnet_assert_envelope (ana, ASPNET_MESSAGE ("hi"));
  raw_peer_assert_text (ben, "{\"I\":\"0\"}");
  g_assert_true (raw_peer_is_silent (ben));
}

static void
test_both_dialects (ServerFixture *fixture,
                    gconstpointer  data)
{
  g_autofree char *token = aspnet_negotiate (fixture);
  g_autoptr (RawPeer) classic = aspnet_connect (fixture, token);
  g_autoptr (RawPeer) core = aspnetcore_connect (fixture);

  aspnetcore_send (core, "{\"type\":1,\"target\":\"All\",\"arguments\":[\"hi\"]}");
  aspnetcore_assert_record (core, "{\"type\":1,\"target\":\"message\",\"arguments\":[\"hi\"]}");
  aspnet_assert_envelope (classic, ASPNET_MESSAGE ("hi"));
}

static void
test_keep_alive (ServerFixture *fixture,
                 gconstpointer  data)
{
  g_autofree char *token = aspnet_negotiate (fixture);
  g_autoptr (RawPeer) peer = aspnet_connect (fixture, token);

  server_fixture_advance (fixture, 9.9);
  g_assert_true (raw_peer_is_silent (peer));
  server_fixture_advance (fixture, 0.1);
  raw_peer_assert_text (peer, "{}");

  /* Anything that is written says the same. */
  server_fixture_advance (fixture, 5);
  raw_peer_send_text (peer, "{\"H\":\"testhub\",\"M\":\"Nothing\",\"I\":0}");
  raw_peer_assert_text (peer, "{\"I\":\"0\"}");
  server_fixture_advance (fixture, 9.9);
  g_assert_true (raw_peer_is_silent (peer));
  server_fixture_advance (fixture, 0.1);
  raw_peer_assert_text (peer, "{}");
}

static void
test_start (ServerFixture *fixture,
            gconstpointer  data)
{
  g_autofree char *token = aspnet_negotiate (fixture);
  g_autofree char *connect = aspnet_target ("connect", token, NULL);
  g_autofree char *start = aspnet_target ("start", token, NULL);
  g_autoptr (RawPeer) peer = raw_peer_new_socket (fixture->uri, connect);
  g_autoptr (RawPeer) starter = raw_peer_new (fixture->uri);
  g_autoptr (RawAnswer) answer = NULL;
  g_autoptr (RawAnswer) again = NULL;
  g_autofree char *request = g_strdup_printf ("GET %s HTTP/1.1\r\nHost: x\r\n\r\n", start);

  aspnet_assert_envelope (peer, "\"S\":1,\"M\":[]}");
  g_assert_cmpuint (fixture->hub->events->len, ==, 0);

  fixture->hub->keep_starts = TRUE;
  raw_peer_send (starter, request, -1);
  raw_wait_until (test_hub_count (fixture->hub, "connected") == 1);
  g_assert_true (raw_peer_is_silent (starter));
  signalr_invocation_return_value (fixture->hub->kept, NULL);
  answer = raw_peer_read_answer (starter);
  g_assert_cmpstr (answer->body, ==, "{ \"Response\": \"started\" }");

  again = raw_request (fixture->uri, "GET", start, NULL, NULL);
  g_assert_cmpstr (again->body, ==, "{ \"Response\": \"started\" }");
  g_assert_cmpuint (test_hub_count (fixture->hub, "connected"), ==, 1);
}

static void
test_start_refused (ServerFixture *fixture,
                    gconstpointer  data)
{
  g_autofree char *token = aspnet_negotiate (fixture);
  g_autofree char *connect = aspnet_target ("connect", token, NULL);
  g_autofree char *start = aspnet_target ("start", token, NULL);
  g_autoptr (RawPeer) peer = raw_peer_new_socket (fixture->uri, connect);
  g_autoptr (RawAnswer) answer = NULL;
  g_autofree char *story = NULL;

  aspnet_assert_envelope (peer, "\"S\":1,\"M\":[]}");
  fixture->hub->refusal = g_strdup ("no");
  answer = raw_request (fixture->uri, "GET", start, NULL, NULL);
  g_assert_cmpuint (answer->status, ==, 500);
  g_assert_null (raw_peer_read_text (peer));
  story = test_hub_story (fixture->hub);
  g_assert_cmpstr (story, ==, "connected");
}

static void
test_old_start (ServerFixture *fixture,
                gconstpointer  data)
{
  static const char * const versions[] = { "1.3", "1.2", "" };

  for (gsize i = 0; i < G_N_ELEMENTS (versions); i++)
    {
      g_autofree char *token = aspnet_negotiate (fixture);
      g_autofree char *connect = NULL;
      g_autoptr (RawPeer) peer = NULL;

      connect = g_strdup_printf ("/signalr/connect?transport=webSockets&clientProtocol=%s&connectionToken=%s" HUBS,
                                 versions[i], token);
      peer = raw_peer_new_socket (fixture->uri, connect);
      aspnet_assert_envelope (peer, "\"S\":1,\"M\":[]}");
      g_assert_cmpuint (test_hub_count (fixture->hub, "connected"), ==, i + 1);
    }
}

static void
test_abort (ServerFixture *fixture,
            gconstpointer  data)
{
  g_autofree char *token = aspnet_negotiate (fixture);
  g_autofree char *target = aspnet_target ("abort", token, NULL);
  g_autofree char *reconnect = aspnet_target ("reconnect", token, NULL);
  g_autoptr (RawPeer) peer = aspnet_connect (fixture, token);
  g_autoptr (RawPeer) late = NULL;
  g_autoptr (RawAnswer) answer = raw_request (fixture->uri, "POST", target, NULL, "");
  g_autoptr (RawAnswer) again = raw_request (fixture->uri, "POST", target, NULL, "");
  g_autofree char *story = test_hub_story (fixture->hub);

  g_assert_cmpuint (answer->status, ==, 200);
  g_assert_cmpstr (answer->body, ==, "");
  g_assert_cmpuint (again->status, ==, 200);
  g_assert_cmpstr (story, ==, "connected disconnected(true)");
  g_assert_null (raw_peer_read_text (peer));
  g_assert_cmpuint (peer->close_code, ==, 1000);
  g_assert_cmpstr (peer->close_reason, ==, "");

  late = raw_peer_new (fixture->uri);
  g_assert_cmpuint (raw_peer_upgrade (late, reconnect, NULL), ==, 410);
}

static void
test_tokens (ServerFixture *fixture,
             gconstpointer  data)
{
  g_autofree char *token = aspnet_negotiate (fixture);
  g_autofree char *other = aspnet_negotiate (fixture);
  g_autoptr (RawPeer) peer = aspnet_connect (fixture, token);
  g_autofree char *envelope = NULL;
  g_autoptr (JsonNode) node = NULL;
  const char *groups;

  raw_peer_send_text (peer, "{\"H\":\"testhub\",\"M\":\"Join\",\"A\":[\"g\"],\"I\":3}");
  envelope = raw_peer_read_text (peer);
  node = json_from_string (envelope, NULL);
  groups = json_object_get_string_member (json_node_get_object (node), "G");

  /* A groups token is no connection token, and of one connection alone. */
  {
    g_autofree char *target = g_strconcat ("/signalr/connect?transport=webSockets&connectionToken=", groups, NULL);
    g_autoptr (RawAnswer) answer = raw_request (fixture->uri, "GET", target, NULL, NULL);

    g_assert_cmpuint (answer->status, ==, 400);
    g_assert_cmpstr (answer->body, ==, "The ConnectionId is in the incorrect format.");
  }
  {
    g_autofree char *more = g_strconcat ("&groupsToken=", groups, NULL);
    g_autofree char *target = aspnet_target ("connect", other, more);
    g_autoptr (RawPeer) spy = raw_peer_new_socket (fixture->uri, target);

    aspnet_assert_envelope (spy, "\"S\":1,\"M\":[]}");
    raw_peer_send_text (peer, "{\"H\":\"testhub\",\"M\":\"ToGroup\",\"A\":[\"g\",\"secret\"],\"I\":4}");
    g_assert_true (raw_peer_is_silent (spy));
  }

  /* One letter changed. */
  token[10] = token[10] == 'A' ? 'B' : 'A';
  {
    g_autofree char *target = aspnet_target ("reconnect", token, NULL);
    g_autoptr (RawPeer) forged = raw_peer_new (fixture->uri);

    g_assert_cmpuint (raw_peer_upgrade (forged, target, NULL), ==, 400);
  }
}

static void
test_broken_frames (ServerFixture *fixture,
                    gconstpointer  data)
{
  g_autofree char *large = g_strnfill (65537, ' ');
  const struct {
    guint       first_byte;
    gboolean    mask;
    const char *payload;
    gsize       length;
    guint       code;
  } cases[] = {
    { 0x80 | RAW_TEXT, FALSE, "{}", 2, 1002 },
    { 0xc0 | RAW_TEXT, TRUE, "{}", 2, 1002 },
    { 0x80, TRUE, "{}", 2, 1002 },
    { 0x83, TRUE, "{}", 2, 1002 },
    { 0x8b, TRUE, "{}", 2, 1002 },
    { RAW_PING, TRUE, "", 0, 1002 },
    { 0x80 | RAW_PING, TRUE, large, 126, 1002 },
    { 0x80 | RAW_TEXT, TRUE, "\xc3\x28", 2, 1007 },
    { 0x80 | RAW_TEXT, TRUE, "\xed\xa0\x80", 3, 1007 },
    { 0x80 | RAW_TEXT, TRUE, "\xf4\x90\x80\x80", 4, 1007 },
    { 0x80 | RAW_TEXT, TRUE, "\xc3", 1, 1007 },
    { 0x80 | RAW_BINARY, TRUE, "{}", 2, 1003 },
    { 0x80 | RAW_TEXT, TRUE, large, 65537, 1009 },
    { 0x80 | RAW_CLOSE, TRUE, "\x03", 1, 1002 },
    { 0x80 | RAW_CLOSE, TRUE, "\x03\xed", 2, 1002 },
    { 0x80 | RAW_CLOSE, TRUE, "\x03\xe8\xff", 3, 1007 },
    { 0x80 | RAW_CLOSE, TRUE, "", 0, 1000 },
    { 0x80 | RAW_CLOSE, TRUE, "\x0f\xa0", 2, 1000 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *token = aspnet_negotiate (fixture);
      g_autoptr (RawPeer) peer = aspnet_connect (fixture, token);

      raw_peer_send_frame (peer, cases[i].first_byte, cases[i].mask, cases[i].payload, cases[i].length);
      g_assert_null (raw_peer_read_text (peer));
      g_assert_cmpuint (peer->close_code, ==, cases[i].code);
    }

  /* A socket that broke is no connection that ended. */
  g_assert_cmpuint (test_hub_count (fixture->hub, "connected"), ==, G_N_ELEMENTS (cases));
  g_assert_cmpuint (fixture->hub->events->len, ==, G_N_ELEMENTS (cases));
  server_fixture_advance (fixture, 30.1);
  g_assert_cmpuint (test_hub_count (fixture->hub, "disconnected(false)"), ==, G_N_ELEMENTS (cases));
}

static void
test_fragments (ServerFixture *fixture,
                gconstpointer  data)
{
  g_autofree char *token = aspnet_negotiate (fixture);
  g_autoptr (RawPeer) peer = aspnet_connect (fixture, token);
  g_autofree char *pong = NULL;

  /* Between the fragments a ping, and a character cut in two. */
  raw_peer_send_frame (peer, RAW_TEXT, TRUE, "{\"H\":\"testhub\",\"M\":\"Caller\",\"A\":[\"\xc3", 35);
  raw_peer_send_frame (peer, 0x80 | RAW_PING, TRUE, "are you there", 13);
  raw_peer_send_frame (peer, 0x00, TRUE, "", 0);
  raw_peer_send_frame (peer, 0x80, TRUE, "\xa9\"],\"I\":1}", 10);
  pong = raw_peer_read_text (peer);
  g_assert_cmpstr (pong, ==, "are you there");
  aspnet_assert_envelope (peer, ASPNET_MESSAGE ("é"));
  raw_peer_assert_text (peer, "{\"I\":\"1\"}");
}

static void
test_goodbye_unanswered (ServerFixture *fixture,
                         gconstpointer  data)
{
  g_autofree char *token = aspnet_negotiate (fixture);
  g_autofree char *abort = aspnet_target ("abort", token, NULL);
  g_autoptr (RawPeer) peer = aspnet_connect (fixture, token);
  g_autoptr (RawAnswer) answer = raw_request (fixture->uri, "POST", abort, NULL, "");

  g_assert_null (raw_peer_read_text (peer));
  server_fixture_advance (fixture, 4.9);
  g_assert_true (raw_peer_is_silent (peer));
  g_assert_false (peer->ended);
  server_fixture_advance (fixture, 0.1);
  raw_peer_wait_end (peer);
}

static void
test_closed_by_hub (ServerFixture *fixture,
                    gconstpointer  data)
{
  g_autofree char *token = aspnet_negotiate (fixture);
  g_autofree char *target = aspnet_target ("reconnect", token, NULL);
  g_autoptr (RawPeer) peer = aspnet_connect (fixture, token);
  g_autoptr (RawPeer) back = raw_peer_new (fixture->uri);
  g_autofree char *story = NULL;

  signalr_hub_close_client (SIGNALR_HUB (fixture->hub), g_ptr_array_index (fixture->hub->ids, 0), "Enough.");
  aspnet_assert_envelope (peer, "\"D\":1,\"E\":\"Enough.\",\"M\":[]}");
  g_assert_null (raw_peer_read_text (peer));
  g_assert_cmpuint (raw_peer_upgrade (back, target, NULL), ==, 410);
  story = test_hub_story (fixture->hub);
  g_assert_cmpstr (story, ==, "connected disconnected(false)");
}

static void
test_no_keep_alive (void)
{
  ServerFixture fixture;

  server_fixture_begin (&fixture);
  g_assert_true (signalr_server_set_keep_alive (fixture.server, 0, NULL));
  server_fixture_listen (&fixture);
  {
    g_autofree char *token = aspnet_negotiate (&fixture);
    g_autofree char *target = aspnet_target ("reconnect", token, NULL);
    g_autoptr (RawPeer) peer = aspnet_connect (&fixture, token);
    g_autoptr (RawPeer) back = NULL;
    g_autofree char *story = NULL;

    server_fixture_advance (&fixture, 109.9);
    g_assert_true (raw_peer_is_silent (peer));
    server_fixture_advance (&fixture, 0.1);
    g_assert_null (raw_peer_read_text (peer));
    g_assert_cmpuint (peer->close_code, ==, 1000);

    back = raw_peer_new_socket (fixture.uri, target);
    raw_wait_until (fixture.hub->events->len == 2);
    story = test_hub_story (fixture.hub);
    g_assert_cmpstr (story, ==, "connected reconnected");
  }
  server_fixture_tear_down (&fixture, NULL);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) \
  g_test_add ("/classic/" path, ServerFixture, NULL, server_fixture_set_up, func, server_fixture_tear_down)

  ADD ("negotiate", test_negotiate);
  ADD ("requests", test_requests);
  ADD ("invoke", test_invoke);
  ADD ("state-length", test_state_length);
  ADD ("targets", test_targets);
  ADD ("both-dialects", test_both_dialects);
  ADD ("keep-alive", test_keep_alive);
  ADD ("start", test_start);
  ADD ("start-refused", test_start_refused);
  ADD ("old-start", test_old_start);
  ADD ("abort", test_abort);
  ADD ("tokens", test_tokens);
  ADD ("broken-frames", test_broken_frames);
  ADD ("fragments", test_fragments);
  ADD ("goodbye-unanswered", test_goodbye_unanswered);
  ADD ("closed-by-hub", test_closed_by_hub);
  g_test_add_func ("/classic/no-keep-alive", test_no_keep_alive);

  return g_test_run ();
}
