/* test-server.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>
#include <sys/socket.h>

#include "server-fixture.h"
#include "server/server-admission-private.h"
#include "server/signalr-server-private.h"

static gboolean
authenticate_cb (SignalrServer      *server,
                 SoupServerMessage  *request,
                 const char         *token,
                 gpointer            user_data,
                 char              **user)
{
  const char *expected = user_data;

  if (g_strcmp0 (token, "known") == 0)
    *user = g_strdup ("eve");
  if (token == NULL || !g_str_has_prefix (token, expected))
    return FALSE;

  *user = g_strdup (token + strlen (expected));

  return TRUE;
}

/* A connection of ASP.NET Core that belongs to ana, at @path. */
static char *
target_of_ana (ServerFixture *fixture,
               const char    *path)
{
  g_autofree char *target = g_strconcat (path, "/negotiate?negotiateVersion=1&access_token=good-ana", NULL);
  g_autoptr (RawAnswer) answer = raw_request (fixture->uri, "POST", target, NULL, "");
  g_autoptr (JsonNode) node = json_from_string (answer->body, NULL);

  return g_strconcat (path, "?id=", json_object_get_string_member (json_node_get_object (node), "connectionToken"), NULL);
}

static void
test_users_of_tokens (void)
{
  const char *ana = "Authorization: Bearer good-ana\r\n";
  const char *ben = "Authorization: Bearer good-ben\r\n";
  g_autoptr (SignalrMapOptions) options = g_object_new (SIGNALR_TYPE_MAP_OPTIONS, "allow-user-change", TRUE, NULL);
  g_autofree char *strict = NULL;
  g_autofree char *lenient = NULL;
  ServerFixture fixture;

  server_fixture_begin (&fixture);
  g_assert_true (signalr_server_set_authenticate_func (fixture.server, authenticate_cb, g_strdup ("good-"), g_free, NULL));
  g_assert_true (signalr_server_map_hub (fixture.server, "/lenient", "TestHub", options, NULL));
  server_fixture_listen (&fixture);

  strict = target_of_ana (&fixture, "/hub");
  lenient = target_of_ana (&fixture, "/lenient");
  {
    static const struct {
      const char *method;
      guint       status;
    } cases[] = { { "GET", 200 }, { "POST", 200 }, { "DELETE", 202 } };

    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
      {
        g_autoptr (RawAnswer) bens = raw_request (fixture.uri, cases[i].method, strict, ben, "");
        g_autoptr (RawAnswer) anas = raw_request (fixture.uri, cases[i].method, strict, ana, "");
        g_autoptr (RawAnswer) lenients = raw_request (fixture.uri, cases[i].method, lenient, ben, "");

        g_assert_cmpuint (bens->status, ==, 403);
        g_assert_cmpuint (anas->status, ==, cases[i].status);
        g_assert_cmpuint (lenients->status, ==, cases[i].status);
      }
  }
  server_fixture_tear_down (&fixture, NULL);
}

/* Lets in who shows for how many seconds that is to be so. */
static gboolean
expiring_cb (SignalrServer      *server,
             SoupServerMessage  *request,
             const char         *token,
             gpointer            user_data,
             char              **user)
{
  if (token != NULL)
    signalr_server_expire_request (server, request, g_ascii_strtoull (token, NULL, 10) * 1000);

  return TRUE;
}

#define AWAY "{\"type\":7,\"allowReconnect\":true}"

static void
test_expiry (void)
{
  ServerFixture fixture;

  server_fixture_begin (&fixture);
  g_assert_true (signalr_server_set_authenticate_func (fixture.server, expiring_cb, NULL, NULL, NULL));
  server_fixture_listen (&fixture);
  {
    g_autoptr (RawPeer) brief = raw_peer_new_socket (fixture.uri, "/hub?access_token=5");
    g_autoptr (RawPeer) endless = raw_peer_new_socket (fixture.uri, "/hub");
    g_autoptr (RawPeer) poller = raw_peer_new (fixture.uri);
    g_autoptr (RawAnswer) negotiated = raw_request (fixture.uri, "POST", "/hub/negotiate?negotiateVersion=1&access_token=1", NULL, "");
    g_autoptr (JsonNode) node = json_from_string (negotiated->body, NULL);
    const char *id = json_object_get_string_member (json_node_get_object (node), "connectionToken");
    g_autofree char *first = g_strdup_printf ("/hub?id=%s&access_token=5", id);
    g_autofree char *later = g_strdup_printf ("/hub?id=%s&access_token=7", id);
    g_autoptr (RawAnswer) opened = raw_peer_request (poller, "GET", first, NULL, NULL);
    g_autoptr (RawAnswer) shaken = raw_request (fixture.uri, "POST", first, NULL, "{\"protocol\":\"json\",\"version\":1}\x1e");
    g_autoptr (RawAnswer) greeted = raw_peer_request (poller, "GET", first, NULL, NULL);
    g_autoptr (RawAnswer) ended = NULL;

    g_assert_cmpstr (greeted->body, ==, "{}\x1e");
    aspnetcore_send (brief, "{\"protocol\":\"json\",\"version\":1}");
    aspnetcore_assert_record (brief, "{}");
    aspnetcore_send (endless, "{\"protocol\":\"json\",\"version\":1}");
    aspnetcore_assert_record (endless, "{}");
    raw_peer_ask (poller, "GET", later, NULL, NULL);

    server_fixture_advance (&fixture, 4.9);
    g_assert_cmpuint (test_hub_count (fixture.hub, "disconnected(false)"), ==, 0);
    server_fixture_advance (&fixture, 0.2);
    aspnetcore_assert_record (brief, AWAY);
    g_assert_null (aspnetcore_read (brief));
    raw_wait_until (test_hub_count (fixture.hub, "disconnected(false)") == 1);

    server_fixture_advance (&fixture, 2);
    ended = raw_peer_read_answer (poller);
    g_assert_cmpstr (ended->body, ==, AWAY "\x1e");
    raw_wait_until (test_hub_count (fixture.hub, "disconnected(false)") == 2);
    server_fixture_advance (&fixture, 60);
    g_assert_cmpuint (test_hub_count (fixture.hub, "disconnected(false)"), ==, 2);
  }
  server_fixture_tear_down (&fixture, NULL);
}

static void
test_authenticate (void)
{
  ServerFixture fixture;
  char *expected = g_strdup ("good-");
  g_autoptr (RawAnswer) answer = NULL;

  server_fixture_begin (&fixture);
  g_assert_true (signalr_server_set_authenticate_func (fixture.server, authenticate_cb, expected, g_free, NULL));
  server_fixture_listen (&fixture);
  {
    static const char * const targets[] = {
      "/signalr/negotiate", "/signalr/ping", "/hub/negotiate?negotiateVersion=1", "/hub", "/signalr/connect?transport=webSockets",
    };

    for (gsize i = 0; i < G_N_ELEMENTS (targets); i++)
      {
        g_autoptr (RawAnswer) refused = raw_request (fixture.uri, "POST", targets[i], "Authorization: Bearer bad\r\n", "");

        g_autoptr (RawAnswer) forbidden = raw_request (fixture.uri, "POST", targets[i], "Authorization: Bearer known\r\n", "");

        g_assert_cmpuint (refused->status, ==, 401);
        g_assert_cmpstr (refused->body, ==, "");
        g_assert_cmpuint (forbidden->status, ==, 403);
        g_assert_cmpstr (forbidden->body, ==, "");
      }
  }
  {
    g_autoptr (RawPeer) ana = raw_peer_new_socket (fixture.uri, "/hub?access_token=good-ana");
    g_autoptr (RawPeer) ben = raw_peer_new (fixture.uri);
    g_autoptr (RawPeer) other = raw_peer_new (fixture.uri);
    g_autoptr (RawAnswer) negotiated = NULL;
    g_autoptr (JsonNode) node = NULL;
    g_autofree char *target = NULL;

    g_assert_cmpuint (raw_peer_upgrade (ben, "/hub", "Authorization: bearer good-ben\r\n"), ==, 101);
    aspnetcore_send (ana, "{\"protocol\":\"json\",\"version\":1}");
    aspnetcore_assert_record (ana, "{}");
    aspnetcore_send (ben, "{\"protocol\":\"json\",\"version\":1}");
    aspnetcore_assert_record (ben, "{}");
    aspnetcore_send (ana, "{\"type\":1,\"target\":\"ToUser\",\"arguments\":[\"ben\",\"hi\"]}");
    aspnetcore_assert_record (ben, "{\"type\":1,\"target\":\"message\",\"arguments\":[\"hi\"]}");
    g_assert_true (raw_peer_is_silent (ana));

    /* A classic connection belongs to who has negotiated it. */
    negotiated = raw_request (fixture.uri, "GET", "/signalr/negotiate?access_token=good-ana", NULL, NULL);
    node = json_from_string (negotiated->body, NULL);
    target = g_strconcat ("/signalr/connect?transport=webSockets&access_token=good-ben&connectionToken=",
                          json_object_get_string_member (json_node_get_object (node), "ConnectionToken"), NULL);
    g_assert_cmpuint (raw_peer_upgrade (other, target, NULL), ==, 403);
  }
  server_fixture_tear_down (&fixture, NULL);
}

static void
test_origins (void)
{
  ServerFixture fixture;
  const char * const origins[] = { "https://chat.example", NULL };
  static const struct {
    const char *origin;
    guint       status;
  } cases[] = {
    { "", 101 },
    { "Origin: https://chat.example\r\n", 101 },
    { "Origin: http://server.test\r\n", 101 },
    { "Origin: https://evil.example\r\n", 403 },
    { "Origin: null\r\n", 403 },
    { "Origin: https://chat.example.evil\r\n", 403 },
  };

  server_fixture_begin (&fixture);
  g_assert_true (signalr_server_set_allowed_origins (fixture.server, origins, NULL));
  server_fixture_listen (&fixture);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (RawPeer) peer = raw_peer_new (fixture.uri);
      g_autoptr (RawAnswer) answer = NULL;
      gboolean named = strstr (cases[i].origin, "chat.example\r") != NULL;

      g_assert_cmpuint (raw_peer_upgrade (peer, "/hub", cases[i].origin), ==, cases[i].status);

      answer = raw_request (fixture.uri, "GET", "/signalr/negotiate", cases[i].origin, NULL);
      g_assert_cmpuint (answer->status, ==, 200);
      if (named)
        {
          g_assert_nonnull (strstr (answer->head, "Access-Control-Allow-Origin: https://chat.example\r\n"));
          g_assert_nonnull (strstr (answer->head, "Access-Control-Allow-Credentials: true\r\n"));
        }
      if (cases[i].status == 403)
        g_assert_null (strstr (answer->head, "Access-Control"));
    }
  {
    g_autoptr (RawAnswer) answer = NULL;

    answer = raw_request (fixture.uri, "OPTIONS", "/hub/negotiate",
                          "Origin: https://chat.example\r\nAccess-Control-Request-Method: POST\r\n"
                          "Access-Control-Request-Headers: x-requested-with,x-signalr-user-agent\r\n", NULL);
    g_assert_cmpuint (answer->status, ==, 204);
    g_assert_nonnull (strstr (answer->head, "Access-Control-Allow-Origin: https://chat.example\r\n"));
    g_assert_nonnull (strstr (answer->head, "Access-Control-Allow-Methods: GET, POST, DELETE, OPTIONS\r\n"));
    g_assert_nonnull (strstr (answer->head, "Access-Control-Allow-Headers: x-requested-with,x-signalr-user-agent\r\n"));
  }

  server_fixture_tear_down (&fixture, NULL);
}

static void
test_mapping (void)
{
  g_autoptr (SignalrServer) server = signalr_server_new ();
  g_autoptr (TestHub) hub = test_hub_new ();
  GError *error = NULL;

  signalr_server_add_hub (server, "One", SIGNALR_HUB (hub));
  g_assert_false (signalr_server_map_hub (server, "/one", "Two", NULL, &error));
  g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_NOT_FOUND);
  g_clear_error (&error);

  g_assert_false (signalr_server_map_hub (server, "one", "One", NULL, &error));
  g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
  g_clear_error (&error);

  g_assert_true (signalr_server_map_hub (server, "/one", "ONE", NULL, NULL));
  g_assert_true (signalr_server_map_hubs (server, "/one/", NULL, NULL));
  g_assert_false (signalr_server_map_hub (server, "/One", "One", NULL, &error));
  g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_BUSY);
  g_clear_error (&error);
  g_assert_false (signalr_server_map_hubs (server, "/one", NULL, &error));
  g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_BUSY);
  g_clear_error (&error);
}

static void
test_listen (void)
{
  g_autoptr (SignalrServer) first = signalr_server_new ();
  g_autoptr (SignalrServer) second = signalr_server_new ();
  g_autoptr (GUri) uri = NULL;
  GError *error = NULL;

  g_assert_null (signalr_server_get_uri (first));
  g_assert_true (signalr_server_listen (first, "localhost", 0, NULL));
  g_assert_true (g_str_has_prefix (signalr_server_get_uri (first), "http://127.0.0.1:"));
  uri = g_uri_parse (signalr_server_get_uri (first), G_URI_FLAGS_NONE, NULL);

  g_assert_false (signalr_server_listen (second, "127.0.0.1", g_uri_get_port (uri), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_clear_error (&error);
  g_assert_false (signalr_server_listen (second, "nowhere.example", 0, &error));
  g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
  g_clear_error (&error);
  g_assert_false (signalr_server_listen (second, "127.0.0.1", 65536, &error));
  g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
  g_clear_error (&error);

  /* One that failed can still be set, and try again. */
  g_assert_true (signalr_server_set_keep_alive (second, 5000, NULL));
  g_assert_true (signalr_server_listen (second, "127.0.0.1", 0, NULL));
}

static void
shutdown_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  signalr_server_shutdown_finish (SIGNALR_SERVER (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

static void
test_shutdown (ServerFixture *fixture,
               gconstpointer  data)
{
  g_autofree char *token = aspnet_negotiate (fixture);
  g_autoptr (RawPeer) classic = aspnet_connect (fixture, token);
  g_autoptr (RawPeer) core = aspnetcore_connect (fixture);
  g_autoptr (RawPeer) idle = raw_peer_new (fixture->uri);
  g_autoptr (RawAnswer) pong = raw_peer_request (idle, "GET", "/signalr/ping", NULL, NULL);
  g_autoptr (RawAnswer) refused = NULL;
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autofree char *last = NULL;
  g_autofree char *story = NULL;
  gboolean done = FALSE;
  gboolean second_done = FALSE;

  signalr_server_shutdown_async (fixture->server, NULL, shutdown_cb, &done);
  g_assert_false (done);

  /* Nobody comes in while the others go. */
  refused = raw_peer_request (idle, "GET", "/signalr/negotiate", NULL, NULL);
  g_assert_cmpuint (refused->status, ==, 503);
  g_assert_null (g_socket_client_connect_to_uri (client, fixture->uri, 80, NULL, NULL));

  last = raw_peer_read_text (classic);
  g_assert_nonnull (strstr (last, ",\"T\":1,\"M\":[]}"));
  g_assert_null (raw_peer_read_text (classic));
  g_assert_cmpuint (classic->close_code, ==, 1000);
  aspnetcore_assert_record (core, "{\"type\":7,\"allowReconnect\":true}");
  g_assert_null (aspnetcore_read (core));

  raw_peer_send_frame (classic, 0x80 | RAW_CLOSE, TRUE, "\x03\xe8", 2);
  raw_peer_wait_end (classic);
  g_assert_false (done);
  server_fixture_advance (fixture, 5);
  raw_wait_until (done);

  /* A classic connection goes on elsewhere; the other has ended. */
  story = test_hub_story (fixture->hub);
  g_assert_cmpstr (story, ==, "connected connected disconnected(false)");

  signalr_server_shutdown_async (fixture->server, NULL, shutdown_cb, &second_done);
  raw_wait_until (second_done);
}

static void
shutdown_cancelled_cb (GObject      *source,
                       GAsyncResult *result,
                       gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  signalr_server_shutdown_finish (SIGNALR_SERVER (source), result, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  *(gboolean *) user_data = TRUE;
}

/* Who can come back does not come to the server that stops, and not all at once to
 * the next one; who has not been told yet notices nothing.
 */
static void
test_shutdown_spread (ServerFixture *fixture,
                      gconstpointer  data)
{
  static const char handshake[] = "{\"protocol\":\"json\",\"version\":1}\x1e";
  static const char add[] = "{\"type\":1,\"invocationId\":\"1\",\"target\":\"Add\",\"arguments\":[1,1]}\x1e";
  g_autofree char *token = aspnet_negotiate (fixture);
  g_autofree char *poll = g_strconcat ("/signalr/poll?transport=longPolling&clientProtocol=2.1&connectionToken=", token, NULL);
  g_autofree char *core = NULL;
  g_autoptr (GPtrArray) peers = g_ptr_array_new_with_free_func ((GDestroyNotify) raw_peer_free);
  g_autoptr (RawPeer) late = raw_peer_new (fixture->uri);
  g_autoptr (RawPeer) polls = raw_peer_new (fixture->uri);
  g_autoptr (RawAnswer) first = NULL;
  g_autoptr (RawAnswer) shaken = NULL;
  g_autoptr (RawAnswer) second = NULL;
  g_autoptr (RawAnswer) pong = NULL;
  g_autoptr (RawAnswer) refused = NULL;
  g_autoptr (RawAnswer) last = NULL;
  gboolean done = FALSE;

  {
    g_autoptr (RawAnswer) negotiated = raw_request (fixture->uri, "POST", "/hub/negotiate?negotiateVersion=1", NULL, "");
    g_autoptr (JsonNode) node = json_from_string (negotiated->body, NULL);

    core = g_strconcat ("/hub?id=", json_object_get_string_member (json_node_get_object (node), "connectionToken"), NULL);
  }

  for (guint i = 0; i < 24; i++)
    g_ptr_array_add (peers, aspnetcore_connect (fixture));
  first = raw_peer_request (polls, "GET", core, NULL, NULL);
  shaken = raw_peer_request (polls, "POST", core, NULL, handshake);
  second = raw_peer_request (polls, "GET", core, NULL, NULL);
  pong = raw_peer_request (late, "GET", "/signalr/ping", NULL, NULL);
  raw_wait_until (fixture->hub->ids->len == 25);

  signalr_server_shutdown_async (fixture->server, NULL, shutdown_cb, &done);
  raw_settle ();

  /* The polls, and nine others. */
  g_assert_cmpuint (test_hub_count (fixture->hub, "disconnected(false)"), ==, 10);
  refused = raw_peer_request (late, "GET", poll, NULL, NULL);
  g_assert_cmpuint (refused->status, ==, 503);
  last = raw_peer_request (polls, "GET", core, NULL, NULL);
  g_assert_cmpstr (last->body, ==, "{\"type\":7,\"allowReconnect\":true}\x1e");

  server_fixture_advance (fixture, 0.049);
  g_assert_cmpuint (test_hub_count (fixture->hub, "disconnected(false)"), ==, 10);
  for (guint i = 0; i < peers->len; i++)
    raw_peer_send_text (g_ptr_array_index (peers, i), add);
  server_fixture_advance (fixture, 0.001);
  g_assert_cmpuint (test_hub_count (fixture->hub, "disconnected(false)"), ==, 20);
  server_fixture_advance (fixture, 0.05);
  g_assert_cmpuint (test_hub_count (fixture->hub, "disconnected(false)"), ==, 25);
  g_assert_false (done);

  {
    guint n_answered = 0;

    for (guint i = 0; i < peers->len; i++)
      {
        RawPeer *peer = g_ptr_array_index (peers, i);
        g_autofree char *record = aspnetcore_read (peer);

        if (g_str_has_prefix (record, "{\"type\":3"))
          {
            g_free (g_steal_pointer (&record));
            record = aspnetcore_read (peer);
            n_answered++;
          }
        g_assert_cmpstr (record, ==, "{\"type\":7,\"allowReconnect\":true}");
        raw_peer_send_frame (peer, 0x80 | RAW_CLOSE, TRUE, "\x03\xe8", 2);
      }
    g_assert_cmpuint (n_answered, ==, 15);
  }
  g_ptr_array_set_size (peers, 0);
  raw_wait_until (done);
}

static void
test_shutdown_cancelled (ServerFixture *fixture,
                         gconstpointer  data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (RawPeer) core = aspnetcore_connect (fixture);
  gboolean done = FALSE;

  signalr_server_shutdown_async (fixture->server, cancellable, shutdown_cancelled_cb, &done);
  raw_settle ();
  g_assert_false (done);
  g_cancellable_cancel (cancellable);
  g_assert_false (done);
  raw_wait_until (done);
  raw_peer_wait_end (core);
}

static void
test_disposed (ServerFixture *fixture,
               gconstpointer  data)
{
  g_autofree char *token = aspnet_negotiate (fixture);
  g_autofree char *other = aspnet_negotiate (fixture);
  g_autofree char *connect = aspnet_target ("connect", other, NULL);
  g_autofree char *start = aspnet_target ("start", other, NULL);
  g_autofree char *request = g_strdup_printf ("GET %s HTTP/1.1\r\nHost: x\r\n\r\n", start);
  g_autoptr (RawPeer) classic = aspnet_connect (fixture, token);
  g_autoptr (RawPeer) core = aspnetcore_connect (fixture);
  g_autoptr (RawPeer) starting = raw_peer_new_socket (fixture->uri, connect);
  g_autoptr (RawPeer) starter = raw_peer_new (fixture->uri);

  aspnetcore_send (core, "{\"type\":1,\"target\":\"Keep\",\"arguments\":[]}");
  raw_wait_until (fixture->hub->kept != NULL);
  g_clear_object (&fixture->hub->kept);
  fixture->hub->keep_starts = TRUE;
  raw_peer_send (starter, request, -1);
  raw_wait_until (fixture->hub->kept != NULL);

  /* In the middle of everything; and the hub outlives its server. */
  g_assert_finalize_object (g_steal_pointer (&fixture->server));
  signalr_invocation_return_value (fixture->hub->kept, NULL);
  signalr_hub_call_all (SIGNALR_HUB (fixture->hub), "message", NULL, NULL);
  raw_peer_wait_end (classic);
  raw_peer_wait_end (core);
  raw_peer_wait_end (starting);
  raw_peer_wait_end (starter);

  fixture->server = signalr_server_new ();
}

static void
dispose_cb (SignalrHub        *hub,
            SignalrInvocation *invocation,
            gpointer           user_data)
{
  ServerFixture *fixture = user_data;

  g_clear_object (&fixture->server);
  signalr_invocation_return_value (invocation, NULL);
}

static void
test_disposed_by_method (ServerFixture *fixture,
                         gconstpointer  data)
{
  g_autofree char *token = aspnet_negotiate (fixture);
  g_autoptr (RawPeer) peer = aspnet_connect (fixture, token);

  signalr_hub_add_method (SIGNALR_HUB (fixture->hub), "Dispose", 0, dispose_cb, fixture, NULL);
  raw_peer_send_text (peer, "{\"H\":\"testhub\",\"M\":\"Dispose\",\"A\":[],\"I\":0}");
  raw_peer_wait_end (peer);
  raw_settle ();

  fixture->server = signalr_server_new ();
}

static void
test_deadlines (ServerFixture *fixture,
                gconstpointer  data)
{
  g_autoptr (RawPeer) silent = raw_peer_new (fixture->uri);
  g_autoptr (RawPeer) slow = raw_peer_new (fixture->uri);
  g_autoptr (RawPeer) idle = raw_peer_new (fixture->uri);
  g_autoptr (RawAnswer) pong = NULL;

  raw_peer_send (slow, "GET /signalr/ping HTTP/1.1\r\nHost:", -1);
  pong = raw_peer_request (idle, "GET", "/signalr/ping", NULL, NULL);
  g_assert_cmpstr (pong->body, ==, "{ \"Response\": \"pong\" }");

  server_fixture_advance (fixture, 14.9);
  g_assert_true (raw_peer_is_silent (silent));
  g_assert_false (silent->ended);
  server_fixture_advance (fixture, 15.2);
  raw_peer_wait_end (silent);
  raw_peer_wait_end (slow);
  g_assert_true (raw_peer_is_silent (idle));
  g_assert_false (idle->ended);

  server_fixture_advance (fixture, 90);
  raw_peer_wait_end (idle);
}

static void
test_garbage (ServerFixture *fixture,
              gconstpointer  data)
{
  static const char * const requests[] = {
    "\r\n\r\n",
    "HELLO\r\n\r\n",
    "GET\r\n\r\n",
    "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "GET /hub HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    "GET /hub HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    "GET /hub HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\n\r\n",
    "GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /%ff/%c3 HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /signalr/%ff/negotiate?%ff=%ff&clientProtocol=%ff HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /signalr/connect?transport=webSockets&connectionToken=%ff%fe HTTP/1.1\r\nHost: x\r\n\r\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (requests); i++)
    {
      g_autoptr (RawPeer) peer = raw_peer_new (fixture->uri);
      g_autoptr (RawAnswer) answer = NULL;

      raw_peer_send (peer, requests[i], -1);
      g_socket_shutdown (peer->socket, FALSE, TRUE, NULL);
      answer = raw_peer_read_answer (peer);
      g_assert_cmpuint (answer->status, !=, 101);
      g_assert_cmpuint (answer->status, <, 500);
    }

  /* And the server is none the worse. */
  raw_peer_free (aspnetcore_connect (fixture));
}

static void
test_limits (ServerFixture *fixture,
             gconstpointer  data)
{
  SignalrHost *host = signalr_server_get_host (fixture->server);
  g_autoptr (RawPeer) first = NULL;
  g_autoptr (RawPeer) second = NULL;
  g_autoptr (RawPeer) third = NULL;

  host->door->max_per_address = 2;
  first = aspnetcore_connect (fixture);
  second = aspnetcore_connect (fixture);
  third = raw_peer_new (fixture->uri);
  raw_peer_wait_end (third);

  g_clear_pointer (&first, raw_peer_free);
  raw_wait_until (test_hub_count (fixture->hub, "disconnected(false)") == 1);
  first = aspnetcore_connect (fixture);

  g_clear_pointer (&first, raw_peer_free);
  raw_wait_until (test_hub_count (fixture->hub, "disconnected(false)") == 2);
  host->door->max_total = 1;
  first = raw_peer_new (fixture->uri);
  raw_peer_wait_end (first);
}

/* An answer 500 is the end of a request like any other. */
static void
test_failed (ServerFixture *fixture,
             gconstpointer  data)
{
  SignalrDoor *door = signalr_server_get_host (fixture->server)->door;
  const char *target = "/signalr/negotiate?connectionData=x";
  g_autoptr (RawPeer) waits = raw_peer_new (fixture->uri);
  g_autoptr (RawPeer) goes = raw_peer_new (fixture->uri);
  g_autoptr (RawAnswer) one = raw_peer_request (waits, "GET", target, NULL, NULL);
  g_autoptr (RawAnswer) other = raw_peer_request (goes, "GET", target, NULL, NULL);

  g_assert_cmpuint (one->status, ==, 500);
  g_assert_cmpuint (other->status, ==, 500);
  g_clear_pointer (&goes, raw_peer_free);
  raw_wait_until (door->totals[SIGNALR_DOOR_SOCKET] == 1);
  server_fixture_advance (fixture, 120);
  raw_wait_until (door->totals[SIGNALR_DOOR_SOCKET] == 0);
}

/* However a client goes, nothing of its connection is left. */
static void
test_gone (ServerFixture *fixture,
           gconstpointer  data)
{
  SignalrDoor *door = signalr_server_get_host (fixture->server)->door;
  static const char request[] = "GET /signalr/ping HTTP/1.1\r\nHost: localhost\r\n\r\n";
  struct linger linger = { .l_onoff = 1, .l_linger = 0 };

  for (gsize length = 0; length < 2 * strlen (request); length += 10)
    {
      for (guint reset = 0; reset < 2; reset++)
        {
          g_autoptr (RawPeer) peer = raw_peer_new (fixture->uri);

          if (length >= strlen (request))
            {
              g_autoptr (RawAnswer) answer = raw_peer_request (peer, "GET", "/signalr/ping", NULL, NULL);

              g_assert_cmpuint (answer->status, ==, 200);
            }
          raw_peer_send (peer, request, length % strlen (request));
          raw_wait_until (door->totals[SIGNALR_DOOR_SOCKET] == 1);
          if (reset)
            setsockopt (g_socket_get_fd (peer->socket), SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
          g_io_stream_close (G_IO_STREAM (peer->connection), NULL, NULL);
          raw_wait_until (door->totals[SIGNALR_DOOR_SOCKET] == 0);
        }
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) \
  g_test_add ("/server/" path, ServerFixture, NULL, server_fixture_set_up, func, server_fixture_tear_down)

  ADD ("shutdown", test_shutdown);
  ADD ("shutdown-spread", test_shutdown_spread);
  ADD ("shutdown-cancelled", test_shutdown_cancelled);
  ADD ("disposed", test_disposed);
  ADD ("disposed-by-method", test_disposed_by_method);
  ADD ("deadlines", test_deadlines);
  ADD ("garbage", test_garbage);
  ADD ("limits", test_limits);
  g_test_add_func ("/server/authenticate", test_authenticate);
  g_test_add_func ("/server/expiry", test_expiry);
  g_test_add_func ("/server/users-of-tokens", test_users_of_tokens);
  g_test_add_func ("/server/origins", test_origins);
  g_test_add_func ("/server/mapping", test_mapping);
  g_test_add_func ("/server/listen", test_listen);
  ADD ("gone", test_gone);
  ADD ("failed", test_failed);

  return g_test_run ();
}
