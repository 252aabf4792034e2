/* test-bad-peers.c: clients that mean harm, and one that means well among them
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <malloc.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "server-fixture.h"
#include "server/signalr-server-private.h"

#define SEED 20261121
#ifdef __SANITIZE_ADDRESS__
#define N_GARBAGE 2000
#else
#define N_GARBAGE 10000
#endif
#define BATCH 50
#define DEPTH 100000
#define MAX_MESSAGE (1024 * 1024)
/* What libsoup 3.2 keeps of every connection that there ever was. */
#define KEPT_BY_SOUP 400
/* What caches and tables may have grown by. */
#define SLACK (2 * 1024 * 1024)

typedef struct {
  ServerFixture  base;
  RawPeer       *good;
  guint          n_calls;
} BadFixture;

static void
set_up (BadFixture    *fixture,
        gconstpointer  data)
{
  g_autoptr (SignalrMapOptions) options = NULL;

  options = g_object_new (SIGNALR_TYPE_MAP_OPTIONS, "max-message-size", MAX_MESSAGE, NULL);
  server_fixture_begin (&fixture->base);
  g_assert_true (signalr_server_map_hubs (fixture->base.server, "/large/signalr", options, NULL));
  g_assert_true (signalr_server_map_hub (fixture->base.server, "/large/hub", "TestHub", options, NULL));
  server_fixture_listen (&fixture->base);
  fixture->good = aspnetcore_connect (&fixture->base);
  fixture->n_calls = 0;
}

/* The client that means well is served, whatever the others do. */
static void
assert_well (BadFixture *fixture)
{
  g_autofree char *call = NULL;
  g_autofree char *answer = NULL;

  fixture->n_calls++;
  call = g_strdup_printf ("{\"type\":1,\"invocationId\":\"%u\",\"target\":\"Add\",\"arguments\":[%u,1]}",
                          fixture->n_calls, fixture->n_calls);
  answer = g_strdup_printf ("{\"type\":3,\"invocationId\":\"%u\",\"result\":%u}",
                            fixture->n_calls, fixture->n_calls + 1);
  aspnetcore_send (fixture->good, call);
  aspnetcore_assert_record (fixture->good, answer);
}

static void
tear_down (BadFixture    *fixture,
           gconstpointer  data)
{
  assert_well (fixture);
  raw_peer_free (fixture->good);
  server_fixture_tear_down (&fixture->base, NULL);
}

static RawPeer *
connect_core (BadFixture *fixture,
              const char *target)
{
  RawPeer *peer = raw_peer_new_socket (fixture->base.uri, target);

  aspnetcore_send (peer, "{\"protocol\":\"json\",\"version\":1}");
  aspnetcore_assert_record (peer, "{}");

  return peer;
}

/* It has been told why; once it has answered that, nothing more is waited for. The
 * clock stands still.
 */
static void
assert_ends_with_answer (RawPeer *peer)
{
  raw_peer_send_frame (peer, 0x80 | RAW_PONG, TRUE, "late", 4);
  raw_peer_send_frame (peer, 0x80 | RAW_CLOSE, TRUE, "\x03\xea", 2);
  raw_peer_wait_end (peer);
}

static void
test_frames (BadFixture    *fixture,
             gconstpointer  data)
{
  static const struct {
    guint       first_byte;
    gboolean    mask;
    const char *payload;
    gsize       length;
    guint       code;
  } cases[] = {
    { 0xc0 | RAW_TEXT, TRUE, "x", 1, 1002 },           /* reserved bits */
    { 0xa0 | RAW_TEXT, TRUE, "x", 1, 1002 },
    { 0x90 | RAW_TEXT, TRUE, "x", 1, 1002 },
    { 0xc0 | RAW_PING, TRUE, "x", 1, 1002 },
    { 0x80 | RAW_TEXT, FALSE, "x", 1, 1002 },          /* no mask */
    { 0x80 | RAW_CLOSE, FALSE, "\x03\xe8", 2, 1002 },
    { 0x80, TRUE, "x", 1, 1002 },                      /* goes on with nothing */
    { 0x83, TRUE, "x", 1, 1002 },                      /* no such kind */
    { 0x87, TRUE, "", 0, 1002 },
    { 0x8b, TRUE, "", 0, 1002 },
    { 0x8f, TRUE, "x", 1, 1002 },
    { RAW_PING, TRUE, "x", 1, 1002 },                  /* control frames in pieces */
    { RAW_PONG, TRUE, "x", 1, 1002 },
    { RAW_CLOSE, TRUE, "\x03\xe8", 2, 1002 },
    { 0x80 | RAW_CLOSE, TRUE, "\x03", 1, 1002 },       /* close codes */
    { 0x80 | RAW_CLOSE, TRUE, "\x00\x00", 2, 1002 },
    { 0x80 | RAW_CLOSE, TRUE, "\x03\xe7", 2, 1002 },
    { 0x80 | RAW_CLOSE, TRUE, "\x03\xec", 2, 1002 },
    { 0x80 | RAW_CLOSE, TRUE, "\x03\xed", 2, 1002 },
    { 0x80 | RAW_CLOSE, TRUE, "\x03\xee", 2, 1002 },
    { 0x80 | RAW_CLOSE, TRUE, "\x03\xf7", 2, 1002 },
    { 0x80 | RAW_CLOSE, TRUE, "\x0b\xb7", 2, 1002 },
    { 0x80 | RAW_CLOSE, TRUE, "\x13\x88", 2, 1002 },
    { 0x80 | RAW_CLOSE, TRUE, "\xff\xff", 2, 1002 },
    { 0x80 | RAW_CLOSE, TRUE, "\x03\xe8\xc3", 3, 1007 },
    { 0x80 | RAW_TEXT, TRUE, "\xff", 1, 1007 },        /* no UTF-8 */
    { 0x80 | RAW_TEXT, TRUE, "\xc0\xaf", 2, 1007 },
    { 0x80 | RAW_TEXT, TRUE, "\xe2\x82", 2, 1007 },
    { 0x80 | RAW_TEXT, TRUE, "\xed\xa0\x80", 3, 1007 },
    { 0x80 | RAW_TEXT, TRUE, "\xf5\x80\x80\x80", 4, 1007 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *token = aspnet_negotiate (&fixture->base);
      g_autoptr (RawPeer) classic = aspnet_connect (&fixture->base, token);
      g_autoptr (RawPeer) core = aspnetcore_connect (&fixture->base);

      raw_peer_send_frame (classic, cases[i].first_byte, cases[i].mask, cases[i].payload, cases[i].length);
      raw_peer_send_frame (core, cases[i].first_byte, cases[i].mask, cases[i].payload, cases[i].length);
      g_assert_null (raw_peer_read_text (classic));
      g_assert_cmpuint (classic->close_code, ==, cases[i].code);
      g_assert_null (aspnetcore_read (core));
      g_assert_cmpuint (core->close_code, ==, cases[i].code);
      assert_ends_with_answer (classic);
      assert_ends_with_answer (core);
      assert_well (fixture);
    }
}

/* A message that begins before another has ended; a control frame too long; and
 * lengths that no memory has.
 */
static void
test_lengths (BadFixture    *fixture,
              gconstpointer  data)
{
  static const guint8 endless[] = { 0x80 | RAW_BINARY, 0x80 | 127, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4, 5 };
  static const guint8 negative[] = { 0x80 | RAW_BINARY, 0x80 | 127, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4, 5 };
  static const guint8 wasteful[] = { 0x80 | RAW_BINARY, 0x80 | 127, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 4, 5 };
  g_autofree char *large = g_strnfill (200, 'x');
  g_autofree char *token = aspnet_negotiate (&fixture->base);
  g_autoptr (RawPeer) begun = aspnetcore_connect (&fixture->base);
  g_autoptr (RawPeer) long_ping = aspnetcore_connect (&fixture->base);
  g_autoptr (RawPeer) negatives = aspnetcore_connect (&fixture->base);
  g_autoptr (RawPeer) wastes = aspnetcore_connect (&fixture->base);
  g_autoptr (RawPeer) classic = aspnet_connect (&fixture->base, token);

  raw_peer_send_frame (begun, RAW_TEXT, TRUE, "{", 1);
  raw_peer_send_frame (begun, 0x80 | RAW_TEXT, TRUE, "{", 1);
  g_assert_null (aspnetcore_read (begun));
  g_assert_cmpuint (begun->close_code, ==, 1002);

  raw_peer_send_frame (long_ping, 0x80 | RAW_PING, TRUE, large, 126);
  g_assert_null (aspnetcore_read (long_ping));
  g_assert_cmpuint (long_ping->close_code, ==, 1002);

  raw_peer_send (negatives, negative, sizeof negative);
  g_assert_null (aspnetcore_read (negatives));
  g_assert_cmpuint (negatives->close_code, ==, 1002);

  raw_peer_send (wastes, wasteful, sizeof wasteful);
  g_assert_null (aspnetcore_read (wastes));
  g_assert_cmpuint (wastes->close_code, ==, 1002);
  assert_ends_with_answer (wastes);

  raw_peer_send (classic, endless, sizeof endless);
  g_assert_null (raw_peer_read_text (classic));
  g_assert_cmpuint (classic->close_code, ==, 1009);
}

/* Nothing that is too large is waited for, nor kept. */
static void
test_oversize (BadFixture    *fixture,
               gconstpointer  data)
{
  static const char * const heads[] = {
    "POST /signalr/send HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999\r\n\r\n",
    "POST /signalr/send HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\n",
    "POST /hub/negotiate HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n7FFFFFFFFFFFFFFF\r\n",
    "GET /signalr/ping HTTP/1.1\r\nHost: x\r\nX-Long: ",
    "GET /signalr/ping?",
    "",
  };
  g_autofree char *piece = g_strnfill (65536, 'x');

  for (gsize i = 0; i < G_N_ELEMENTS (heads); i++)
    {
      g_autoptr (RawPeer) peer = raw_peer_new (fixture->base.uri);

      raw_peer_send (peer, heads[i], -1);
      for (guint n = 0; n < 400 && !peer->ended; n++)
        {
          raw_peer_send (peer, piece, 65536);
          raw_peer_is_ended (peer);
        }
      server_fixture_advance (&fixture->base, 0.01);
      raw_peer_wait_end (peer);
      assert_well (fixture);
    }
}

/* Lines of headers without end, each of them short. */
static void
test_many_headers (BadFixture    *fixture,
                   gconstpointer  data)
{
  g_autoptr (RawPeer) peer = raw_peer_new (fixture->base.uri);

  raw_peer_send (peer, "GET /signalr/ping HTTP/1.1\r\nHost: x\r\n", -1);
  for (guint i = 0; i < 200000 && !raw_peer_is_ended (peer); i++)
    {
      g_autofree char *line = g_strdup_printf ("X-%u: %u\r\n", i, i);

      raw_peer_send (peer, line, -1);
      if (i % 1000 == 0)
        assert_well (fixture);
    }
  raw_peer_wait_end (peer);
}

static void
assert_refused (BadFixture *fixture,
                const char *token)
{
  static const char * const verbs[] = { "connect", "reconnect", "poll", "start", "send", "abort" };
  g_autofree char *escaped = g_uri_escape_string (token, NULL, FALSE);

  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    {
      g_autofree char *target = g_strconcat ("/signalr/", verbs[i], "?transport=longPolling&connectionToken=", escaped, NULL);
      g_autoptr (RawAnswer) answer = raw_request (fixture->base.uri, "GET", target, NULL, NULL);

      g_assert_cmpuint (answer->status, ==, 400);
    }
}

/* Every letter counts, and so does what a token is for. */
static void
test_tokens (BadFixture    *fixture,
             gconstpointer  data)
{
  static const char * const tokens[] = {
    "", "x", "0", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "\xc3\xb1", "../../etc/passwd", "%00", ":", "::::",
    "00000000-0000-0000-0000-000000000000:", "' OR 1=1 --",
  };
  g_autofree char *token = aspnet_negotiate (&fixture->base);
  gsize length = strlen (token);
  guint n_connections = g_hash_table_size (signalr_server_get_host (fixture->base.server)->connections);

  for (gsize i = 0; i < G_N_ELEMENTS (tokens); i++)
    assert_refused (fixture, tokens[i]);

  for (gsize i = 0; i < length; i += 5)
    {
      g_autofree char *forged = g_strdup (token);
      g_autofree char *cut_off = g_strndup (token, i);

      forged[i] = forged[i] == 'A' ? 'B' : 'A';
      assert_refused (fixture, forged);
      assert_refused (fixture, cut_off);
    }

  for (gsize i = 0; i < G_N_ELEMENTS (tokens); i++)
    {
      g_autofree char *escaped = g_uri_escape_string (tokens[i], NULL, FALSE);
      g_autofree char *target = g_strconcat ("/hub?id=x", escaped, NULL);
      g_autoptr (RawPeer) peer = raw_peer_new (fixture->base.uri);
      g_autoptr (RawAnswer) posted = raw_request (fixture->base.uri, "POST", target, NULL, "{}");

      g_assert_cmpuint (raw_peer_upgrade (peer, target, NULL), ==, 404);
      g_assert_cmpuint (posted->status, ==, 404);
    }

  g_assert_cmpuint (g_hash_table_size (signalr_server_get_host (fixture->base.server)->connections), ==, n_connections);
}

/* Who takes their time for a request has some seconds; each word is no new begin. */
static void
test_slow (BadFixture    *fixture,
           gconstpointer  data)
{
  static const char * const texts[] = {
    "GET /signalr/ping HTTP/1.1\r\nHost: some.host.test\r\nX-Header: of some length\r\n\r\n",
    "POST /signalr/send HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n",
    "POST /hub/negotiate HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3E8\r\n",
  };
  RawPeer *peers[G_N_ELEMENTS (texts)];
  g_autoptr (RawPeer) twice = raw_peer_new (fixture->base.uri);
  g_autoptr (RawAnswer) pong = raw_peer_request (twice, "GET", "/signalr/ping", NULL, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      peers[i] = raw_peer_new (fixture->base.uri);
      raw_peer_send (peers[i], texts[i], i == 0 ? 10 : -1);
    }
  raw_peer_send (twice, texts[0], 10);

  for (guint second = 0; second < 30; second++)
    {
      server_fixture_advance (&fixture->base, 1);
      assert_well (fixture);
      raw_peer_send (peers[0], texts[0] + 10 + second, 1);
      raw_peer_send (peers[1], "x", 1);
      raw_peer_send (peers[2], "x", 1);
      raw_peer_send (twice, texts[0] + 10 + second, 1);
    }

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      raw_peer_wait_end (peers[i]);
      raw_peer_free (peers[i]);
    }
  server_fixture_advance (&fixture->base, 90);
  raw_peer_wait_end (twice);
}

/* One who is there, but takes nothing: the socket is full, and nobody is held up. */
static void
test_half_open (void)
{
  BadFixture fixture = { 0 };
  g_autofree char *text = g_strnfill (60000, 'x');
  g_autoptr (JsonNode) args = json_from_string ("[]", NULL);
  g_autofree char *token = NULL;
  g_autoptr (RawPeer) classic = NULL;
  g_autofree char *target = NULL;
  SignalrHost *host;
  int size = 4096;

  json_array_add_string_element (json_node_get_array (args), text);
  server_fixture_begin (&fixture.base);
  g_assert_true (signalr_server_set_keep_alive (fixture.base.server, 2000, NULL));
  server_fixture_listen (&fixture.base);
  host = signalr_server_get_host (fixture.base.server);
  fixture.good = aspnetcore_connect (&fixture.base);

  token = aspnet_negotiate (&fixture.base);
  classic = aspnet_connect (&fixture.base, token);
  setsockopt (g_socket_get_fd (classic->socket), SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  raw_wait_until (fixture.base.hub->ids->len == 2);

  /* Until some of it stays with the server; more would be too much for it. */
  for (guint i = 0; i < 150; i++)
    {
      const char * const ids[] = { g_ptr_array_index (fixture.base.hub->ids, 1), NULL };

      signalr_hub_call_clients (SIGNALR_HUB (fixture.base.hub), ids, "message", args);
      raw_settle ();
      if (test_hub_count (fixture.base.hub, "disconnected(false)") > 0)
        break;
      assert_well (&fixture);
    }

  /* Either way the server is done with it in four seconds or at once. */
  raw_wait_until ((assert_well (&fixture), host->door->totals[SIGNALR_DOOR_SOCKET] == 1 ||
                   test_hub_count (fixture.base.hub, "disconnected(false)") == 1));
  server_fixture_advance (&fixture.base, 30);
  g_assert_cmpuint (test_hub_count (fixture.base.hub, "disconnected(false)"), ==, 1);

  tear_down (&fixture, NULL);
}

/* Brackets within brackets, wherever a text is read. */
static void
test_depth (BadFixture    *fixture,
            gconstpointer  data)
{
  g_autofree char *open = g_strnfill (DEPTH, '[');
  g_autofree char *close = g_strnfill (DEPTH, ']');
  g_autofree char *nested = g_strconcat (open, close, NULL);
  g_autofree char *objects = NULL;
  g_autofree char *call = g_strdup_printf ("{\"type\":1,\"target\":\"Many\",\"arguments\":[%s]}", nested);
  g_autofree char *classic_call = g_strdup_printf ("{\"H\":\"testhub\",\"M\":\"Many\",\"A\":[%s],\"I\":1}", nested);
  g_autofree char *state = g_strdup_printf ("{\"H\":\"testhub\",\"M\":\"Many\",\"A\":[],\"I\":1,\"S\":{\"a\":%s}}", nested);
  g_autofree char *form = g_strconcat ("data=", classic_call, NULL);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < DEPTH; i++)
    g_string_append (text, "{\"a\":");
  objects = g_strdup (text->str);

  {
    const char * const handshakes[] = { nested, open, objects };

    for (gsize i = 0; i < G_N_ELEMENTS (handshakes); i++)
      {
        g_autoptr (RawPeer) peer = raw_peer_new_socket (fixture->base.uri, "/large/hub");
        g_autofree char *answer = NULL;

        aspnetcore_send (peer, handshakes[i]);
        answer = aspnetcore_read (peer);
        g_assert_cmpstr (answer, ==, "{\"error\":\"An unexpected error occurred during connection handshake.\"}");
        assert_well (fixture);
      }
  }
  {
    const char * const records[] = { nested, open, objects, call };

    for (gsize i = 0; i < G_N_ELEMENTS (records); i++)
      {
        g_autoptr (RawPeer) peer = connect_core (fixture, "/large/hub");

        aspnetcore_send (peer, records[i]);
        aspnetcore_assert_record (peer, "{\"type\":7,\"error\":\"Connection closed with an error.\",\"allowReconnect\":true}");
        assert_well (fixture);
      }
  }
  {
    const char * const calls[] = { nested, open, objects, classic_call, state };
    g_autofree char *token = aspnet_negotiate (&fixture->base);
    g_autofree char *target = g_strconcat ("/large/signalr/connect?transport=webSockets&clientProtocol=2.1&connectionToken=",
                                           token, NULL);
    g_autofree char *send = g_strconcat ("/large/signalr/send?transport=longPolling&connectionToken=", token, NULL);
    g_autoptr (RawPeer) peer = raw_peer_new_socket (fixture->base.uri, target);
    g_autofree char *init = raw_peer_read_text (peer);
    g_autoptr (RawAnswer) answer = raw_request (fixture->base.uri, "POST", send, NULL, form);

    /* What is no call is not answered where nothing was asked. */
    for (gsize i = 0; i < G_N_ELEMENTS (calls); i++)
      raw_peer_send_text (peer, calls[i]);
    raw_peer_send_text (peer, "{\"H\":\"testhub\",\"M\":\"Many\",\"A\":[],\"I\":2}");
    raw_peer_assert_text (peer, "{\"R\":0,\"I\":\"2\"}");
    g_assert_cmpuint (answer->status, ==, 500);
  }
  {
    g_autofree char *data_of = g_strnfill (5000, '[');
    g_autofree char *target = g_strconcat ("/signalr/negotiate?connectionData=", data_of, NULL);
    g_autoptr (RawAnswer) answer = raw_request (fixture->base.uri, "GET", target, NULL, NULL);

    g_assert_cmpuint (answer->status, ==, 500);
  }
}

/* The same in MessagePack: arrays, maps and extensions of everything. */
static void
test_depth_of_message_pack (BadFixture    *fixture,
                            gconstpointer  data)
{
  static const char openers[] = { '\x91', '\x81' };

  for (gsize i = 0; i < G_N_ELEMENTS (openers); i++)
    {
      g_autoptr (RawPeer) peer = raw_peer_new_socket (fixture->base.uri, "/large/hub");
      g_autofree char *nested = g_strnfill (DEPTH, openers[i]);
      g_autoptr (GByteArray) record = g_byte_array_new ();
      static const guint8 length[] = { 0x80 | (DEPTH & 0x7f), 0x80 | (DEPTH >> 7 & 0x7f), DEPTH >> 14 };

      aspnetcore_send (peer, "{\"protocol\":\"messagepack\",\"version\":1}");
      aspnetcore_assert_record (peer, "{}");
      g_byte_array_append (record, length, sizeof length);
      g_byte_array_append (record, (guint8 *) nested, DEPTH);
      raw_peer_send_frame (peer, 0x80 | RAW_BINARY, TRUE, record->data, record->len);
      raw_peer_assert_text (peer, "\x25\x93\x07\xd9\x20" "Connection closed with an error.\xc3");
      assert_well (fixture);
    }
}

/* Requests as clients make them, to be spoilt. */
static GPtrArray *
collect_requests (BadFixture *fixture)
{
  static const char upgrade[] = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  g_autofree char *token = aspnet_negotiate (&fixture->base);
  GPtrArray *requests = g_ptr_array_new_with_free_func (g_free);

#define REQUEST(...) g_ptr_array_add (requests, g_strdup_printf (__VA_ARGS__))
  REQUEST ("GET /signalr/negotiate?clientProtocol=2.1&connectionData=%%5B%%7B%%22name%%22%%3A%%22testhub%%22%%7D%%5D HTTP/1.1\r\nHost: x\r\n\r\n");
  REQUEST ("GET /signalr/connect?transport=webSockets&clientProtocol=2.1&connectionToken=%s HTTP/1.1\r\nHost: x\r\n%s\r\n"
           "\x81\x82\x01\x02\x03\x04zy", token, upgrade);
  REQUEST ("GET /signalr/connect?transport=serverSentEvents&clientProtocol=2.1&connectionToken=%s HTTP/1.1\r\nHost: x\r\n\r\n", token);
  REQUEST ("GET /signalr/connect?transport=foreverFrame&frameId=1&connectionToken=%s HTTP/1.1\r\nHost: x\r\n\r\n", token);
  REQUEST ("POST /signalr/connect?transport=longPolling&connectionToken=%s HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", token);
  REQUEST ("POST /signalr/poll?transport=longPolling&connectionToken=%s HTTP/1.1\r\nHost: x\r\n"
           "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 17\r\n\r\nmessageId=d-1%%2C2", token);
  REQUEST ("POST /signalr/send?transport=longPolling&connectionToken=%s HTTP/1.1\r\nHost: x\r\nContent-Length: 44\r\n\r\n"
           "data={\"H\":\"testhub\",\"M\":\"Add\",\"A\":[1,2],\"I\":0}", token);
  REQUEST ("GET /signalr/start?transport=webSockets&connectionToken=%s HTTP/1.1\r\nHost: x\r\n\r\n", token);
  REQUEST ("GET /signalr/abort?transport=webSockets&connectionToken=%s HTTP/1.1\r\nHost: x\r\n\r\n", token);
  REQUEST ("GET /signalr/hubs HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip, deflate\r\n\r\n");
  REQUEST ("OPTIONS /hub HTTP/1.1\r\nHost: x\r\nOrigin: http://x\r\nAccess-Control-Request-Method: POST\r\n\r\n");
  REQUEST ("POST /hub/negotiate?negotiateVersion=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
  REQUEST ("POST /hub/negotiate?negotiateVersion=1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
  REQUEST ("GET /hub HTTP/1.1\r\nHost: x\r\n%s\r\n"
           "\x81\xa0" "AAAA:c1136.\",.-c{c+2./cmc7$32(./c{p<_\x81\x8d" "AAAA:c5813$c{wmcaa", upgrade);
  REQUEST ("DELETE /hub?id=none HTTP/1.1\r\nHost: x\r\n\r\n");
#undef REQUEST

  return requests;
}

static guint8
random_byte (GRand *rand)
{
  return g_rand_int_range (rand, 0, 256);
}

static GByteArray *
make_noise (GRand *rand)
{
  static const char * const begins[] = { "", "", "GET ", "POST / HTTP/1.1\r\n", "\x16\x03\x01", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" };
  GByteArray *bytes = g_byte_array_new ();
  const char *begin = begins[g_rand_int_range (rand, 0, G_N_ELEMENTS (begins))];
  guint length = g_rand_int_range (rand, 0, 600);

  g_byte_array_append (bytes, (const guint8 *) begin, strlen (begin));
  for (guint i = 0; i < length; i++)
    {
      guint8 byte = random_byte (rand);

      g_byte_array_append (bytes, &byte, 1);
    }

  return bytes;
}

/* A real request with some bytes changed, left out, or said twice. */
static GByteArray *
spoil (GRand      *rand,
       const char *request)
{
  GByteArray *bytes = g_byte_array_new ();
  guint n_times = g_rand_int_range (rand, 1, 6);

  g_byte_array_append (bytes, (const guint8 *) request, strlen (request));
  for (guint i = 0; i < n_times && bytes->len > 0; i++)
    {
      guint at = g_rand_int_range (rand, 0, bytes->len);
      guint wanted = g_rand_int_range (rand, 1, 12);
      guint length = MIN (wanted, bytes->len - at);

      switch (g_rand_int_range (rand, 0, 4))
        {
        case 0:
          bytes->data[at] = random_byte (rand);
          break;

        case 1:
          bytes->data[at] ^= 1 << g_rand_int_range (rand, 0, 8);
          break;

        case 2:
          g_byte_array_remove_range (bytes, at, length);
          break;

        default:
          {
            g_autofree guint8 *again = g_memdup2 (bytes->data + at, length);

            g_byte_array_append (bytes, again, length);
          }
        }
    }

  return bytes;
}

static void
send_batch (BadFixture *fixture,
            GRand      *rand,
            GPtrArray  *requests)
{
  g_autoptr (GPtrArray) peers = g_ptr_array_new_with_free_func ((GDestroyNotify) raw_peer_free);

  for (guint i = 0; i < BATCH; i++)
    {
      const char *request = g_ptr_array_index (requests, g_rand_int_range (rand, 0, requests->len));
      g_autoptr (GByteArray) bytes = i % 2 ? spoil (rand, request) : make_noise (rand);
      RawPeer *peer = raw_peer_new (fixture->base.uri);

      g_ptr_array_add (peers, peer);
      raw_peer_send (peer, bytes->data, bytes->len);
      g_socket_shutdown (peer->socket, FALSE, TRUE, NULL);
    }

  /* Each has stopped talking, so each comes to an end. */
  for (guint i = 0; i < BATCH; i++)
    raw_peer_wait_end (g_ptr_array_index (peers, i));
  assert_well (fixture);
}

static gsize
memory_in_use (void)
{
  return mallinfo2 ().uordblks;
}

static void
test_garbage (BadFixture    *fixture,
              gconstpointer  data)
{
  g_autoptr (GPtrArray) requests = collect_requests (fixture);
  g_autoptr (GRand) rand = g_rand_new_with_seed (SEED);
  SignalrHost *host = signalr_server_get_host (fixture->base.server);
  gsize before;

  /* What is made once is there before it counts. */
  for (guint i = 0; i < 10; i++)
    send_batch (fixture, rand, requests);
  server_fixture_advance (&fixture->base, 120);
  before = memory_in_use ();

  for (guint i = 0; i < N_GARBAGE / BATCH; i++)
    send_batch (fixture, rand, requests);

  /* Whatever it has begun ends by itself. */
  for (guint i = 0; i < 20; i++)
    server_fixture_advance (&fixture->base, 10);
  raw_wait_until (host->door->totals[SIGNALR_DOOR_SOCKET] == 1);
  g_assert_cmpuint (host->door->totals[SIGNALR_DOOR_CONNECTION], ==, 1);
  g_assert_cmpuint (g_hash_table_size (host->connections), ==, 1);
  g_assert_cmpuint (host->n_requests, ==, 0);

#ifndef __SANITIZE_ADDRESS__
  g_test_message ("%" G_GSSIZE_FORMAT " bytes more than before", (gssize) (memory_in_use () - before));
  g_assert_cmpuint (memory_in_use (), <, before + N_GARBAGE * KEPT_BY_SOUP + SLACK);
#else
  (void) before;
#endif
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add ("/bad-peers/" path, BadFixture, NULL, set_up, func, tear_down)

  ADD ("frames", test_frames);
  ADD ("lengths", test_lengths);
  ADD ("oversize", test_oversize);
  ADD ("many-headers", test_many_headers);
  ADD ("tokens", test_tokens);
  ADD ("slow", test_slow);
  g_test_add_func ("/bad-peers/half-open", test_half_open);
  ADD ("depth", test_depth);
  ADD ("depth-of-message-pack", test_depth_of_message_pack);
  ADD ("garbage", test_garbage);

  return g_test_run ();
}
