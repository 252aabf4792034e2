/* test-classic-http.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gstdio.h>
#include <string.h>

#include "server-fixture.h"
#include "server/signalr-server-private.h"

/* Classic SignalR without WebSockets. */

static char *
target_of (const char *verb,
           const char *transport,
           const char *token,
           const char *more)
{
  return g_strconcat ("/signalr/", verb, "?transport=", transport, "&clientProtocol=2.1&connectionToken=", token,
                      "&connectionData=[{\"name\":\"testhub\"}]", more, NULL);
}

static void
assert_start (ServerFixture *fixture,
              const char    *transport,
              const char    *token)
{
  g_autofree char *target = target_of ("start", transport, token, NULL);
  g_autoptr (RawAnswer) answer = raw_request (fixture->uri, "GET", target, NULL, NULL);

  g_assert_cmpstr (answer->body, ==, "{ \"Response\": \"started\" }");
}

static void
assert_send (ServerFixture *fixture,
             const char    *transport,
             const char    *token,
             const char    *call,
             guint          status,
             const char    *result)
{
  g_autofree char *target = target_of ("send", transport, token, NULL);
  g_autofree char *escaped = g_uri_escape_string (call, NULL, FALSE);
  g_autofree char *body = g_strconcat ("data=", escaped, NULL);
  g_autoptr (RawAnswer) answer = raw_request (fixture->uri, "POST", target, NULL, body);

  g_assert_cmpuint (answer->status, ==, status);
  g_assert_cmpstr (answer->body, ==, result);
}

/* What comes behind the cursor of an envelope, which lies between two texts. */
static void
assert_envelope (char       *text,
                 const char *before,
                 const char *rest)
{
  g_autofree char *start = g_strconcat (before, "{\"C\":\"d-", NULL);
  g_autofree char *owned = text;
  const char *behind;

  g_assert_nonnull (text);
  g_assert_true (g_str_has_prefix (text, start));
  behind = strstr (text + strlen (start), "\",");
  g_assert_nonnull (behind);
  g_assert_cmpstr (behind + 2, ==, rest);
}

static char *
cursor_of (const char *text)
{
  const char *start = strstr (text, "{\"C\":\"") + strlen ("{\"C\":\"");
  g_autofree char *cursor = g_strndup (start, strchr (start, '"') - start);

  return g_uri_escape_string (cursor, NULL, FALSE);
}

#define ALL(text) "{\"H\":\"testhub\",\"M\":\"All\",\"A\":[\"" text "\"],\"I\":7}"

static void
test_events (ServerFixture *fixture,
             gconstpointer  data)
{
  g_autofree char *token = aspnet_negotiate (fixture);
  g_autofree char *connect = target_of ("connect", "serverSentEvents", token, "&tid=5");
  g_autofree char *abort = target_of ("abort", "serverSentEvents", token, NULL);
  g_autofree char *reconnect = NULL;
  g_autofree char *more = NULL;
  g_autofree char *cursor = NULL;
  g_autofree char *envelope = NULL;
  g_autofree char *story = NULL;
  g_autoptr (RawPeer) peer = raw_peer_new (fixture->uri);
  g_autoptr (RawAnswer) head = NULL;
  g_autoptr (RawAnswer) again = NULL;
  g_autoptr (RawAnswer) aborted = NULL;

  raw_peer_ask (peer, "GET", connect, NULL, NULL);
  head = raw_peer_read_head (peer);
  g_assert_cmpuint (head->status, ==, 200);
  g_assert_nonnull (strstr (head->head, "Content-Type: text/event-stream\r\n"));
  raw_peer_assert_chunk (peer, "data: initialized\n\n");
  assert_envelope (raw_peer_read_chunk (peer), "data: ", "\"S\":1,\"M\":[]}\n\n");
  assert_start (fixture, "serverSentEvents", token);

  assert_send (fixture, "serverSentEvents", token, ALL ("one + ñ"), 200, "{\"I\":\"7\"}");
  envelope = raw_peer_read_chunk (peer);
  cursor = cursor_of (envelope);
  assert_envelope (g_steal_pointer (&envelope), "data: ", ASPNET_MESSAGE ("one + ñ") "\n\n");

  server_fixture_advance (fixture, 10);
  raw_peer_assert_chunk (peer, "data: {}\n\n");

  /* The stream breaks; a call made meanwhile is answered, and its message waits. */
  g_clear_pointer (&peer, raw_peer_free);
  raw_settle ();
  assert_send (fixture, "serverSentEvents", token, ALL ("two"), 200, "{\"I\":\"7\"}");
  more = g_strconcat ("&messageId=", cursor, NULL);
  reconnect = target_of ("reconnect", "serverSentEvents", token, more);
  peer = raw_peer_new (fixture->uri);
  raw_peer_ask (peer, "GET", reconnect, NULL, NULL);
  again = raw_peer_read_head (peer);
  g_assert_cmpuint (again->status, ==, 200);
  raw_peer_assert_chunk (peer, "data: initialized\n\n");
  envelope = raw_peer_read_chunk (peer);
  g_assert_nonnull (strstr (envelope, ASPNET_MESSAGE ("two")));
  g_assert_null (strstr (envelope, "one"));

  aborted = raw_request (fixture->uri, "POST", abort, NULL, "");
  g_assert_cmpuint (aborted->status, ==, 200);
  g_assert_null (raw_peer_read_chunk (peer));
  story = test_hub_story (fixture->hub);
  g_assert_cmpstr (story, ==, "connected reconnected disconnected(true)");
}

static void
test_sends (ServerFixture *fixture,
            gconstpointer  data)
{
  static const struct {
    const char *call;
    guint       status;
    const char *result;
  } cases[] = {
    { "{\"H\":\"testhub\",\"M\":\"Add\",\"A\":[40,2],\"I\":1}", 200, "{\"R\":42,\"I\":\"1\"}" },
    { "{\"H\":\"testhub\",\"M\":\"Fail\",\"A\":[],\"I\":1}", 200,
      "{\"I\":\"1\",\"E\":\"There was an error invoking Hub method 'testhub.Fail'.\"}" },
    { "{\"H\":\"testhub\",\"M\":\"nope\",\"A\":[],\"I\":1}", 200,
      "{\"I\":\"1\",\"E\":\"There was an error invoking Hub method 'testhub.nope'.\"}" },
    { "{\"H\":\"nohub\",\"M\":\"nope\",\"A\":[],\"I\":1}", 500, "'nohub' Hub could not be resolved." },
  };
  g_autofree char *token = aspnet_negotiate (fixture);
  g_autofree char *send = target_of ("send", "longPolling", token, NULL);
  g_autofree char *with_data = g_strconcat (send, "&data=", "{\"H\":\"testhub\",\"M\":\"Add\",\"A\":[1,2],\"I\":1}", NULL);
  g_autoptr (RawAnswer) nothing = raw_request (fixture->uri, "POST", send, NULL, "");
  g_autoptr (RawAnswer) nonsense = raw_request (fixture->uri, "POST", send, NULL, "data=%7B");
  g_autoptr (RawAnswer) from_query = raw_request (fixture->uri, "GET", with_data, NULL, NULL);
  g_autoptr (RawPeer) kept = raw_peer_new (fixture->uri);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_send (fixture, "longPolling", token, cases[i].call, cases[i].status, cases[i].result);

  g_assert_cmpuint (nothing->status, ==, 500);
  g_assert_cmpuint (nonsense->status, ==, 500);
  g_assert_cmpstr (from_query->body, ==, "{\"R\":3,\"I\":\"1\"}");

  /* Whoever asks and goes is not answered. */
  raw_peer_ask (kept, "POST", send, NULL, "data={\"H\":\"testhub\",\"M\":\"Keep\",\"A\":[],\"I\":1}");
  raw_wait_until (fixture->hub->kept != NULL);
  g_clear_pointer (&kept, raw_peer_free);
  raw_settle ();
  signalr_invocation_return_value (fixture->hub->kept, NULL);
}

static void
test_polls (ServerFixture *fixture,
            gconstpointer  data)
{
  g_autofree char *token = aspnet_negotiate (fixture);
  g_autofree char *connect = target_of ("connect", "longPolling", token, NULL);
  g_autofree char *poll = target_of ("poll", "longPolling", token, NULL);
  g_autofree char *reconnect = target_of ("reconnect", "longPolling", token, NULL);
  g_autofree char *abort = target_of ("abort", "longPolling", token, NULL);
  g_autofree char *cursor = NULL;
  g_autofree char *form = NULL;
  g_autofree char *story = NULL;
  g_autoptr (RawPeer) peer = raw_peer_new (fixture->uri);
  g_autoptr (RawAnswer) first = NULL;
  g_autoptr (RawAnswer) head = NULL;
  g_autoptr (RawAnswer) second = NULL;
  g_autoptr (RawAnswer) third = NULL;
  g_autoptr (RawAnswer) expired = NULL;
  g_autoptr (RawAnswer) last = NULL;
  g_autoptr (RawAnswer) aborted = NULL;

  first = raw_peer_request (peer, "POST", connect, NULL, "");
  g_assert_nonnull (strstr (first->head, "Content-Type: application/json; charset=UTF-8\r\n"));
  cursor = cursor_of (first->body);
  assert_envelope (g_strdup (first->body), "", "\"S\":1,\"M\":[]}");
  assert_start (fixture, "longPolling", token);

  /* The head comes before there is anything to say, and blanks keep it alive. */
  form = g_strconcat ("messageId=", cursor, NULL);
  raw_peer_ask (peer, "POST", poll, NULL, form);
  head = raw_peer_read_head (peer);
  g_assert_cmpuint (head->status, ==, 200);
  server_fixture_advance (fixture, 10);
  raw_peer_assert_chunk (peer, " ");
  assert_send (fixture, "longPolling", token, ALL ("one"), 200, "{\"I\":\"7\"}");
  assert_envelope (raw_peer_read_chunk (peer), "", ASPNET_MESSAGE ("one"));
  g_assert_null (raw_peer_read_chunk (peer));

  /* What comes between polls waits; an old cursor brings it again. */
  assert_send (fixture, "longPolling", token, ALL ("two"), 200, "{\"I\":\"7\"}");
  second = raw_peer_request (peer, "POST", poll, NULL, form);
  g_assert_nonnull (strstr (second->body, "[\"one\"]},{\"H\":\"TestHub\",\"M\":\"message\",\"A\":[\"two\"]}]}"));
  g_clear_pointer (&cursor, g_free);
  g_clear_pointer (&form, g_free);
  cursor = cursor_of (second->body);
  form = g_strconcat ("messageId=", cursor, NULL);

  /* A poll that brings nothing is answered in time; that is no reconnect. */
  raw_peer_ask (peer, "POST", poll, NULL, form);
  server_fixture_advance (fixture, 110);
  expired = raw_peer_read_answer (peer);
  assert_envelope (g_strdup (g_strchug (expired->body)), "", "\"M\":[]}");

  third = NULL;
  raw_peer_ask (peer, "POST", reconnect, NULL, form);
  raw_wait_until (test_hub_count (fixture->hub, "reconnected") == 1);
  aborted = raw_request (fixture->uri, "POST", abort, NULL, "");
  last = raw_peer_read_answer (peer);
  g_assert_true (g_str_has_suffix (last->body, "\"M\":[]}"));
  story = test_hub_story (fixture->hub);
  g_assert_cmpstr (story, ==, "connected reconnected disconnected(true)");
}

static void
test_polls_stop (ServerFixture *fixture,
                 gconstpointer  data)
{
  g_autofree char *token = aspnet_negotiate (fixture);
  g_autofree char *connect = target_of ("connect", "longPolling", token, NULL);
  g_autofree char *poll = target_of ("poll", "longPolling", token, NULL);
  g_autoptr (RawPeer) peer = raw_peer_new (fixture->uri);
  g_autoptr (RawAnswer) first = raw_peer_request (peer, "POST", connect, NULL, "");
  g_autoptr (RawAnswer) late = NULL;
  g_autofree char *story = NULL;

  assert_start (fixture, "longPolling", token);
  raw_peer_ask (peer, "POST", poll, NULL, "");
  raw_settle ();
  g_clear_pointer (&peer, raw_peer_free);
  server_fixture_advance (fixture, 29.9);
  g_assert_cmpuint (fixture->hub->events->len, ==, 1);
  server_fixture_advance (fixture, 0.2);
  story = test_hub_story (fixture->hub);
  g_assert_cmpstr (story, ==, "connected disconnected(false)");

  late = raw_request (fixture->uri, "POST", poll, NULL, "");
  g_assert_cmpuint (late->status, ==, 410);
}

/* Connected, started, and with a poll that waits on @peer, behind its head. */
static void
begin_poll (ServerFixture *fixture,
            RawPeer       *peer,
            const char    *token)
{
  g_autofree char *connect = target_of ("connect", "longPolling", token, NULL);
  g_autofree char *poll = target_of ("poll", "longPolling", token, NULL);
  g_autoptr (RawAnswer) first = raw_peer_request (peer, "POST", connect, NULL, "");
  g_autoptr (RawAnswer) head = NULL;

  g_assert_cmpuint (first->status, ==, 200);
  assert_start (fixture, "longPolling", token);
  raw_peer_ask (peer, "POST", poll, NULL, "");
  head = raw_peer_read_head (peer);
  g_assert_nonnull (strstr (head->head, "Transfer-Encoding: chunked\r\n"));
}

/* A poll that waits leaves libsoup, and comes back for the next one, over the same
 * connection, which counts once.
 */
static void
test_polls_wait (ServerFixture *fixture,
                 gconstpointer  data)
{
  SignalrDoor *door = signalr_server_get_host (fixture->server)->door;
  g_autofree char *token = aspnet_negotiate (fixture);
  g_autofree char *poll = target_of ("poll", "longPolling", token, NULL);
  g_autoptr (RawPeer) peer = raw_peer_new (fixture->uri);

  begin_poll (fixture, peer, token);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (RawAnswer) head = NULL;
      g_autofree char *envelope = NULL;

      for (guint j = 0; j < 2; j++)
        {
          server_fixture_advance (fixture, 10);
          raw_peer_assert_chunk (peer, " ");
          g_assert_true (raw_peer_is_silent (peer));
        }
      g_assert_cmpuint (door->totals[SIGNALR_DOOR_SOCKET], ==, 1);

      assert_send (fixture, "longPolling", token, ALL ("one"), 200, "{\"I\":\"7\"}");
      envelope = raw_peer_read_chunk (peer);
      g_assert_true (g_str_has_suffix (envelope, ASPNET_MESSAGE ("one")));
      g_assert_null (raw_peer_read_chunk (peer));
      raw_wait_until (door->totals[SIGNALR_DOOR_SOCKET] == 1);

      raw_peer_ask (peer, "POST", poll, NULL, "");
      head = raw_peer_read_head (peer);
      g_assert_cmpuint (head->status, ==, 200);
      g_assert_cmpuint (door->totals[SIGNALR_DOOR_SOCKET], ==, 1);
    }

  /* One that speaks meanwhile, which no client does, has its answer too. */
  server_fixture_advance (fixture, 5);
  raw_peer_ask (peer, "POST", poll, NULL, "");
  raw_settle ();
  assert_send (fixture, "longPolling", token, ALL ("one"), 200, "{\"I\":\"7\"}");
  g_free (raw_peer_read_chunk (peer));
  g_assert_null (raw_peer_read_chunk (peer));
  raw_peer_wait_end (peer);
  g_clear_pointer (&peer, raw_peer_free);
  raw_wait_until (door->totals[SIGNALR_DOOR_SOCKET] == 0);
}

/* Where many wait, those that came first leave libsoup at once: the clock stands still. */
static void
test_polls_many (ServerFixture *fixture,
                 gconstpointer  data)
{
  SignalrHost *host = signalr_server_get_host (fixture->server);
  g_autoptr (GPtrArray) peers = g_ptr_array_new_with_free_func ((GDestroyNotify) raw_peer_free);
  g_autoptr (JsonNode) args = json_from_string ("[\"hello\"]", NULL);

  for (guint i = 0; i < 120; i++)
    {
      g_autofree char *token = aspnet_negotiate (fixture);

      g_ptr_array_add (peers, raw_peer_new (fixture->uri));
      begin_poll (fixture, g_ptr_array_index (peers, i), token);
    }
  raw_wait_until (host->waiting.length == 100);
  g_assert_cmpuint (host->n_requests, ==, 120);

  signalr_hub_call_all (SIGNALR_HUB (fixture->hub), "message", args, NULL);
  for (guint i = 0; i < peers->len; i++)
    {
      assert_envelope (raw_peer_read_chunk (peers->pdata[i]), "", ASPNET_MESSAGE ("hello"));
      g_assert_null (raw_peer_read_chunk (peers->pdata[i]));
    }
  raw_wait_until (host->n_requests == 0);
  g_assert_cmpuint (host->waiting.length, ==, 0);
}

/* What it had is given back at once where the client goes; it is lost from then on. */
static void
test_polls_wait_gone (ServerFixture *fixture,
                      gconstpointer  data)
{
  SignalrHost *host = signalr_server_get_host (fixture->server);
  g_autofree char *token = aspnet_negotiate (fixture);
  g_autoptr (RawPeer) peer = raw_peer_new (fixture->uri);

  begin_poll (fixture, peer, token);
  server_fixture_advance (fixture, 25);
  g_assert_cmpuint (host->n_requests, ==, 1);
  g_clear_pointer (&peer, raw_peer_free);
  raw_wait_until (host->n_requests == 0 && host->door->totals[SIGNALR_DOOR_SOCKET] == 0);
  server_fixture_advance (fixture, 29.9);
  g_assert_cmpuint (fixture->hub->events->len, ==, 1);
  server_fixture_advance (fixture, 0.2);
  g_assert_cmpuint (fixture->hub->events->len, ==, 2);
}

/* Back in HTTP it has the time of a new connection for its next request, whether nothing
 * of that comes or not all of it.
 */
static void
test_polls_wait_deadlines (ServerFixture *fixture,
                           gconstpointer  data)
{
  static const char * const rests[] = { "", "GET /signalr/pi" };

  for (gsize i = 0; i < G_N_ELEMENTS (rests); i++)
    {
      g_autofree char *token = aspnet_negotiate (fixture);
      g_autoptr (RawPeer) peer = raw_peer_new (fixture->uri);
      char *chunk;

      begin_poll (fixture, peer, token);
      server_fixture_advance (fixture, 100);
      assert_send (fixture, "longPolling", token, ALL ("one"), 200, "{\"I\":\"7\"}");
      while ((chunk = raw_peer_read_chunk (peer)) != NULL)
        g_free (chunk);

      raw_peer_send (peer, rests[i], -1);
      server_fixture_advance (fixture, 29.5);
      g_assert_false (raw_peer_is_ended (peer));
      server_fixture_advance (fixture, 0.6);
      raw_peer_wait_end (peer);
    }
}

/* Its next poll is on its way while the connection ends. */
static void
test_polls_crossing (ServerFixture *fixture,
                     gconstpointer  data)
{
  for (guint by_server = 0; by_server <= 1; by_server++)
    {
      g_autofree char *token = aspnet_negotiate (fixture);
      g_autofree char *connect = target_of ("connect", "longPolling", token, NULL);
      g_autofree char *poll = target_of ("poll", "longPolling", token, NULL);
      g_autofree char *abort = target_of ("abort", "longPolling", token, NULL);
      g_autoptr (RawPeer) peer = raw_peer_new (fixture->uri);
      g_autoptr (RawAnswer) first = raw_peer_request (peer, "POST", connect, NULL, "");
      g_autoptr (RawAnswer) next = NULL;
      g_autoptr (RawAnswer) late = NULL;

      assert_start (fixture, "longPolling", token);
      if (by_server)
        signalr_hub_close_client (SIGNALR_HUB (fixture->hub), fixture->hub->ids->pdata[by_server], NULL);
      else
        raw_answer_free (raw_request (fixture->uri, "POST", abort, NULL, ""));
      raw_wait_until (test_hub_count (fixture->hub, by_server ? "disconnected(false)" : "disconnected(true)") == 1);

      next = raw_request (fixture->uri, "POST", poll, NULL, "");
      g_assert_cmpuint (next->status, ==, 200);
      g_assert_cmpstr (next->body, ==, "{\"C\":\"\",\"D\":1,\"M\":[]}");
      late = raw_request (fixture->uri, "POST", poll, NULL, "");
      g_assert_cmpuint (late->status, ==, 410);
    }
}

/* One client starts over a socket that does not come up, and goes on with another
 * transport: it is connected once.
 */
static void
test_fallback (ServerFixture *fixture,
               gconstpointer  data)
{
  g_autofree char *token = aspnet_negotiate (fixture);
  g_autofree char *socket = target_of ("connect", "webSockets", token, NULL);
  g_autofree char *events = target_of ("connect", "serverSentEvents", token, NULL);
  g_autofree char *polls = target_of ("connect", "longPolling", token, NULL);
  g_autoptr (RawPeer) first = raw_peer_new_socket (fixture->uri, socket);
  g_autoptr (RawPeer) second = raw_peer_new (fixture->uri);
  g_autoptr (RawPeer) third = raw_peer_new (fixture->uri);
  g_autoptr (RawAnswer) head = NULL;
  g_autoptr (RawAnswer) answer = NULL;
  g_autofree char *story = NULL;

  assert_envelope (raw_peer_read_text (first), "", "\"S\":1,\"M\":[]}");
  raw_peer_ask (second, "GET", events, NULL, NULL);
  head = raw_peer_read_head (second);
  g_assert_null (raw_peer_read_text (first));
  raw_peer_assert_chunk (second, "data: initialized\n\n");
  assert_envelope (raw_peer_read_chunk (second), "data: ", "\"S\":1,\"M\":[]}\n\n");

  answer = raw_peer_request (third, "POST", polls, NULL, "");
  assert_envelope (g_strdup (answer->body), "", "\"S\":1,\"M\":[]}");
  g_assert_null (raw_peer_read_chunk (second));
  assert_start (fixture, "longPolling", token);
  story = test_hub_story (fixture->hub);
  g_assert_cmpstr (story, ==, "connected");
}

static void
test_forever_frame (ServerFixture *fixture,
                    gconstpointer  data)
{
  g_autofree char *token = aspnet_negotiate (fixture);
  g_autofree char *connect = target_of ("connect", "foreverFrame", token, "&frameId=4294967295");
  static const char * const wrong[] = { "", "&frameId=", "&frameId=-1", "&frameId=4294967296", "&frameId=1%27", "&frameId=+1" };
  g_autoptr (RawPeer) peer = raw_peer_new (fixture->uri);
  g_autoptr (RawAnswer) head = NULL;
  g_autofree char *prologue = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autofree char *target = target_of ("connect", "foreverFrame", token, wrong[i]);
      g_autoptr (RawAnswer) answer = raw_request (fixture->uri, "GET", target, NULL, NULL);

      g_assert_cmpuint (answer->status, ==, 500);
    }

  raw_peer_ask (peer, "GET", connect, NULL, NULL);
  head = raw_peer_read_head (peer);
  g_assert_nonnull (strstr (head->head, "Content-Type: text/html; charset=UTF-8\r\n"));
  prologue = raw_peer_read_chunk (peer);
  g_assert_nonnull (strstr (prologue, "<title>SignalR Forever Frame Transport Stream</title>"));
  g_assert_nonnull (strstr (prologue, "getConnection('4294967295')"));
  g_assert_true (g_str_has_suffix (prologue, "<body>\r\n"));
  assert_envelope (raw_peer_read_chunk (peer), "<script>r(c, ", "\"S\":1,\"M\":[]});</script>\r\n");
  assert_start (fixture, "foreverFrame", token);

  assert_send (fixture, "foreverFrame", token, ALL ("</script>"), 200, "{\"I\":\"7\"}");
  assert_envelope (raw_peer_read_chunk (peer), "<script>r(c, ", ASPNET_MESSAGE ("\\u003c/script\\u003e") ");</script>\r\n");

  assert_send (fixture, "foreverFrame", token, "{\"H\":\"testhub\",\"M\":\"None\",\"I\":\"<b>\"}", 200,
               "{\"I\":\"\\u003cb\\u003e\",\"E\":\"There was an error invoking Hub method 'testhub.None'.\"}");

  server_fixture_advance (fixture, 10);
  raw_peer_assert_chunk (peer, "<script>r(c, {});</script>\r\n");
}

static void
test_jsonp (void)
{
  ServerFixture fixture;
  g_autoptr (SignalrMapOptions) options = g_object_new (SIGNALR_TYPE_MAP_OPTIONS, "jsonp", TRUE, NULL);
  static const char * const wrong[] = { "a%28%29", "1a", "a..b", ".a", "alert(1)//", "if", "a.new", "%3Cscript%3E", "\xc3\xb1" };

  server_fixture_begin (&fixture);
  g_assert_true (signalr_server_map_hubs (fixture.server, "/jsonp", options, NULL));
  server_fixture_listen (&fixture);
  {
    g_autofree char *token = aspnet_negotiate (&fixture);
    g_autofree char *connect = NULL;
    g_autofree char *start = NULL;
    g_autofree char *send = NULL;
    g_autofree char *poll = NULL;
    g_autoptr (RawPeer) peer = raw_peer_new (fixture.uri);
    g_autoptr (RawAnswer) pong = raw_request (fixture.uri, "GET", "/jsonp/ping?callback=jQuery1.$_f", NULL, NULL);
    g_autoptr (RawAnswer) negotiated = raw_request (fixture.uri, "GET", "/jsonp/negotiate?callback=f", NULL, NULL);
    g_autoptr (RawAnswer) connected = NULL;
    g_autoptr (RawAnswer) started = NULL;
    g_autoptr (RawAnswer) sent = NULL;
    g_autoptr (RawAnswer) polled = NULL;

    g_assert_cmpstr (pong->body, ==, "jQuery1.$_f({ \"Response\": \"pong\" });");
    g_assert_nonnull (strstr (pong->head, "Content-Type: application/javascript; charset=UTF-8\r\n"));
    g_assert_true (g_str_has_prefix (negotiated->body, "f({\"Url\":\"/jsonp\","));
    g_assert_true (g_str_has_suffix (negotiated->body, "});"));

    for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
      {
        g_autofree char *target = g_strconcat ("/jsonp/ping?callback=", wrong[i], NULL);
        g_autoptr (RawAnswer) answer = raw_request (fixture.uri, "GET", target, NULL, NULL);

        g_assert_cmpuint (answer->status, ==, 500);
        g_assert_null (strstr (answer->body, "pong"));
      }

    connect = g_strconcat ("/jsonp/connect?transport=longPolling&callback=f&clientProtocol=2.1&connectionToken=", token, NULL);
    connected = raw_request (fixture.uri, "GET", connect, NULL, NULL);
    g_assert_true (g_str_has_prefix (connected->body, "f({\"C\":\"d-"));
    g_assert_true (g_str_has_suffix (connected->body, "\"S\":1,\"M\":[]});"));

    start = g_strconcat ("/jsonp/start?transport=longPolling&callback=f&clientProtocol=2.1&connectionToken=", token, NULL);
    started = raw_request (fixture.uri, "GET", start, NULL, NULL);
    g_assert_cmpstr (started->body, ==, "f({ \"Response\": \"started\" });");

    send = g_strconcat ("/jsonp/send?transport=longPolling&callback=f&data={\"H\":\"testhub\",\"M\":\"Add\",\"A\":[1,2],\"I\":1}&connectionToken=", token, NULL);
    sent = raw_request (fixture.uri, "GET", send, NULL, NULL);
    g_assert_cmpstr (sent->body, ==, "f({\"R\":3,\"I\":\"1\"});");

    /* Between the head and the script there is nothing. */
    poll = g_strconcat ("/jsonp/poll?transport=longPolling&callback=f&connectionToken=", token, NULL);
    raw_peer_ask (peer, "GET", poll, NULL, NULL);
    server_fixture_advance (&fixture, 110);
    polled = raw_peer_read_answer (peer);
    g_assert_true (g_str_has_prefix (polled->body, "f({\"C\":\"d-"));
  }
  server_fixture_tear_down (&fixture, NULL);
}

static void
test_late (ServerFixture *fixture,
           gconstpointer  data)
{
  static const char * const transports[] = { "serverSentEvents", "longPolling" };
  static const char * const told[] = { "data: {\"C\":\"\",\"D\":1,\"M\":[]}\n\n", "{\"C\":\"\",\"D\":1,\"M\":[]}" };

  for (gsize i = 0; i < G_N_ELEMENTS (transports); i++)
    {
      g_autofree char *token = aspnet_negotiate (fixture);
      g_autofree char *abort = target_of ("abort", transports[i], token, NULL);
      g_autofree char *target = NULL;
      g_autoptr (RawPeer) first = aspnet_connect (fixture, token);
      g_autoptr (RawPeer) peer = raw_peer_new (fixture->uri);
      g_autoptr (RawAnswer) aborted = raw_request (fixture->uri, "POST", abort, NULL, "");
      g_autoptr (RawAnswer) head = NULL;

      target = g_strdup_printf ("/signalr/reconnect?transport=%s&clientProtocol=1.3&connectionToken=%s", transports[i], token);
      raw_peer_ask (peer, "GET", target, NULL, NULL);
      head = raw_peer_read_head (peer);
      g_assert_cmpuint (head->status, ==, 200);
      if (i == 0)
        raw_peer_assert_chunk (peer, "data: initialized\n\n");
      raw_peer_assert_chunk (peer, told[i]);
      g_assert_null (raw_peer_read_chunk (peer));
    }
}

/* Event streams and polls send on ways of their own, which may work again first. */
static void
test_late_call (ServerFixture *fixture,
                gconstpointer  data)
{
  static const char * const transports[] = { "serverSentEvents", "longPolling" };

  for (gsize i = 0; i < G_N_ELEMENTS (transports); i++)
    {
      g_autofree char *token = aspnet_negotiate (fixture);
      g_autofree char *reconnect = target_of ("reconnect", transports[i], token, NULL);
      RawPeer *peer = aspnet_connect (fixture, token);
      g_autoptr (RawAnswer) late = NULL;
      g_autofree char *story = NULL;

      g_ptr_array_set_size (fixture->hub->events, 0);
      raw_peer_free (peer);
      raw_settle ();
      server_fixture_advance (fixture, 31);
      assert_send (fixture, transports[i], token, "{\"H\":\"testhub\",\"M\":\"Add\",\"A\":[1,2],\"I\":7}", 200,
                   "{\"R\":3,\"I\":\"7\"}");
      late = raw_request (fixture->uri, "POST", reconnect, NULL, "");
      g_assert_cmpuint (late->status, ==, 410);
      story = test_hub_story (fixture->hub);
      g_assert_cmpstr (story, ==, "disconnected(false)");
    }
}

/* Whoever stops between two polls may have sent the next: that is no return. */
static void
test_poll_behind_stop (void)
{
  ServerFixture fixture;
  g_autofree char *token = NULL;
  g_autofree char *story = NULL;

  server_fixture_begin (&fixture);
  g_assert_true (signalr_server_set_admit_late_clients (fixture.server, TRUE, NULL));
  server_fixture_listen (&fixture);
  token = aspnet_negotiate (&fixture);
  {
    g_autofree char *connect = target_of ("connect", "longPolling", token, NULL);
    g_autofree char *abort = target_of ("abort", "longPolling", token, NULL);
    g_autofree char *poll = target_of ("poll", "longPolling", token, NULL);
    g_autoptr (RawAnswer) first = raw_request (fixture.uri, "POST", connect, NULL, "");
    g_autoptr (RawAnswer) aborted = NULL;
    g_autoptr (RawAnswer) late = NULL;

    assert_start (&fixture, "longPolling", token);
    aborted = raw_request (fixture.uri, "POST", abort, NULL, "");
    late = raw_request (fixture.uri, "POST", poll, NULL, "");
    g_assert_cmpstr (late->body, ==, "{\"C\":\"\",\"D\":1,\"M\":[]}");
  }
  story = test_hub_story (fixture.hub);
  g_assert_cmpstr (story, ==, "connected disconnected(true)");
  server_fixture_tear_down (&fixture, NULL);
}

static void
shutdown_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_assert_true (signalr_server_shutdown_finish (SIGNALR_SERVER (source), result, NULL));
  *(gboolean *) user_data = TRUE;
}

/* One poll that waits in libsoup, and one that has left it. */
static void
test_shutdown (ServerFixture *fixture,
               gconstpointer  data)
{
  g_autofree char *first_token = aspnet_negotiate (fixture);
  g_autofree char *second_token = aspnet_negotiate (fixture);
  g_autoptr (RawPeer) first = raw_peer_new (fixture->uri);
  g_autoptr (RawPeer) second = raw_peer_new (fixture->uri);
  gboolean done = FALSE;

  begin_poll (fixture, first, first_token);
  server_fixture_advance (fixture, 5);
  begin_poll (fixture, second, second_token);
  signalr_server_shutdown_async (fixture->server, NULL, shutdown_cb, &done);
  assert_envelope (raw_peer_read_chunk (first), "", "\"T\":1,\"M\":[]}");
  g_assert_null (raw_peer_read_chunk (first));
  assert_envelope (raw_peer_read_chunk (second), "", "\"T\":1,\"M\":[]}");
  g_assert_null (raw_peer_read_chunk (second));
  raw_peer_wait_end (first);
  g_clear_pointer (&first, raw_peer_free);
  raw_wait_until (done);
}

/* What the script makes a page do, where there is something to run it. */
static void
run_script (const char *script)
{
  static const char * const engines[] = { "node", "gjs" };
  g_autofree char *page = g_test_build_filename (G_TEST_DIST, "server", "page.js", NULL);
  g_autofree char *folder = g_dir_make_tmp ("signalr-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (folder, "hubs.js", NULL);
  guint n_run = 0;

  g_assert_true (g_file_set_contents (file, script, -1, NULL));

  for (gsize i = 0; i < G_N_ELEMENTS (engines); i++)
    {
      g_autofree char *engine = g_find_program_in_path (engines[i]);
      g_autoptr (GSubprocess) process = NULL;
      g_autofree char *output = NULL;

      if (engine == NULL)
        continue;

      process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, NULL, engine, page, file, NULL);
      g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, &output, NULL, NULL));
      g_assert_cmpstr (output, ==,
                       "connection /signalr {\"useDefaultPath\":false}\n"
                       "on testHub message true true\n"
                       "message hello true\n"
                       "subscribed\n"
                       "invoke testHub [\"ToGroup\",\"g\",\"hi\"]\n"
                       "off testHub message true\n");
      n_run++;
    }

  g_unlink (file);
  g_rmdir (folder);
  if (n_run == 0)
    g_test_skip ("Neither node nor gjs is here to run the script");
}

static void
test_script (ServerFixture *fixture,
             gconstpointer  data)
{
  static const struct {
    const char *target;
    const char *url;
  } cases[] = {
    { "/signalr/hubs", "(\"/signalr\"," },
    { "/signalr/js//", "(\"/signalr\"," },
    { "/SignalR/JS/?v=1", "(\"/SignalR\"," },
    { "/signalr/a%22b%3C/hubs", "(\"/signalr/a\\\"b<\"," },
  };
  g_autoptr (RawAnswer) answer = raw_request (fixture->uri, "GET", "/signalr/hubs", NULL, NULL);
  g_autoptr (RawAnswer) negotiated = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (RawAnswer) script = raw_request (fixture->uri, "GET", cases[i].target, NULL, NULL);

      g_assert_cmpuint (script->status, ==, 200);
      g_assert_nonnull (strstr (script->head, "Content-Type: application/javascript; charset=UTF-8\r\n"));
      g_assert_nonnull (strstr (script->body, cases[i].url));
    }

  /* A client may take the address of the script for that of the hubs. */
  negotiated = raw_request (fixture->uri, "GET", "/signalr/js/negotiate", NULL, NULL);
  g_assert_true (g_str_has_prefix (negotiated->body, "{\"Url\":\"/signalr/js\""));

  run_script (answer->body);

  signalr_hub_set_proxy_name (SIGNALR_HUB (fixture->hub), "THEHub");
  {
    g_autoptr (RawAnswer) renamed = raw_request (fixture->uri, "GET", "/signalr/hubs", NULL, NULL);

    g_assert_null (strstr (answer->body, "THEHub"));
    g_assert_nonnull (strstr (renamed->body, "proxies[\"THEHub\"] = this.createHubProxy(\"THEHub\");"));
  }
}

int
main (int   argc,
      char *argv[])
{
  server_test_init (&argc, &argv);

#define ADD(path, func) \
  g_test_add ("/classic-http/" path, ServerFixture, NULL, server_fixture_set_up, func, server_fixture_tear_down)

  ADD ("events", test_events);
  ADD ("sends", test_sends);
  ADD ("polls", test_polls);
  ADD ("polls-wait", test_polls_wait);
  ADD ("polls-many", test_polls_many);
  ADD ("polls-wait-gone", test_polls_wait_gone);
  ADD ("polls-wait-deadlines", test_polls_wait_deadlines);
  ADD ("polls-stop", test_polls_stop);
  ADD ("polls-crossing", test_polls_crossing);
  ADD ("fallback", test_fallback);
  ADD ("forever-frame", test_forever_frame);
  ADD ("late", test_late);
  ADD ("late-call", test_late_call);
  ADD ("shutdown", test_shutdown);
  ADD ("script", test_script);
  g_test_add_func ("/classic-http/jsonp", test_jsonp);
  g_test_add_func ("/classic-http/poll-behind-stop", test_poll_behind_stop);

  return g_test_run ();
}
