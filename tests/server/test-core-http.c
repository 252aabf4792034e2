/* test-core-http.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "server-fixture.h"

/* ASP.NET Core SignalR without WebSockets: an event stream or polls down, and
 * requests up.
 */
typedef struct {
  ServerFixture *fixture;
  char          *target;     /* with the token */
  RawPeer       *sender;
  RawPeer       *receiver;
} HttpClient;

static HttpClient *
http_client_new (ServerFixture *fixture)
{
  HttpClient *client = g_new0 (HttpClient, 1);
  g_autoptr (RawAnswer) answer = raw_request (fixture->uri, "POST", "/hub/negotiate?negotiateVersion=1", NULL, "");
  g_autoptr (JsonNode) node = json_from_string (answer->body, NULL);

  g_assert_true (g_str_has_suffix (answer->body,
                                   "\"availableTransports\":[{\"transport\":\"WebSockets\",\"transferFormats\":[\"Text\",\"Binary\"]},"
                                   "{\"transport\":\"ServerSentEvents\",\"transferFormats\":[\"Text\"]},"
                                   "{\"transport\":\"LongPolling\",\"transferFormats\":[\"Text\",\"Binary\"]}]}"));
  client->fixture = fixture;
  client->target = g_strconcat ("/hub?id=", json_object_get_string_member (json_node_get_object (node), "connectionToken"), NULL);
  client->sender = raw_peer_new (fixture->uri);
  client->receiver = raw_peer_new (fixture->uri);

  return client;
}

static void
http_client_free (HttpClient *client)
{
  g_clear_pointer (&client->sender, raw_peer_free);
  g_clear_pointer (&client->receiver, raw_peer_free);
  g_free (client->target);
  g_free (client);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HttpClient, http_client_free)

static void
http_client_send (HttpClient *client,
                  const char *records)
{
  g_autoptr (RawAnswer) answer = raw_peer_request (client->sender, "POST", client->target, NULL, records);

  g_assert_cmpuint (answer->status, ==, 200);
  g_assert_cmpstr (answer->body, ==, "");
}

static void
http_client_poll (HttpClient *client)
{
  raw_peer_ask (client->receiver, "GET", client->target, NULL, NULL);
}

static void
http_client_assert_polled (HttpClient *client,
                           guint       status,
                           const char *body)
{
  g_autoptr (RawAnswer) answer = raw_peer_read_answer (client->receiver);

  g_assert_cmpuint (answer->status, ==, status);
  g_assert_cmpstr (answer->body, ==, body);
  if (status == 200)
    g_assert_nonnull (strstr (answer->head, "Cache-Control: no-cache, no-store\r\n"));

  /* libsoup closes the connection behind an answer that has no body. */
  if (status == 204)
    {
      raw_peer_free (client->receiver);
      client->receiver = raw_peer_new (client->fixture->uri);
    }
}

static HttpClient *
http_client_new_polling (ServerFixture *fixture)
{
  HttpClient *client = http_client_new (fixture);

  http_client_poll (client);
  http_client_assert_polled (client, 200, "");
  http_client_send (client, "{\"protocol\":\"json\",\"version\":1}\x1e");
  http_client_poll (client);
  http_client_assert_polled (client, 200, "{}\x1e");

  return client;
}

static HttpClient *
http_client_new_streaming (ServerFixture *fixture)
{
  HttpClient *client = http_client_new (fixture);
  g_autoptr (RawAnswer) answer = NULL;

  raw_peer_ask (client->receiver, "GET", client->target, "Accept: text/event-stream\r\n", NULL);
  answer = raw_peer_read_head (client->receiver);
  g_assert_cmpuint (answer->status, ==, 200);
  g_assert_nonnull (strstr (answer->head, "Content-Type: text/event-stream\r\n"));
  g_assert_nonnull (strstr (answer->head, "Content-Encoding: identity\r\n"));
  g_assert_nonnull (strstr (answer->head, "X-Accel-Buffering: no\r\n"));
  g_assert_nonnull (strstr (answer->head, "Cache-Control: no-cache,no-store\r\n"));
  g_assert_null (strstr (answer->head, "Expires:"));
  raw_peer_assert_chunk (client->receiver, ":\r\n");
  http_client_send (client, "{\"protocol\":\"json\",\"version\":1}\x1e");
  raw_peer_assert_chunk (client->receiver, "data: {}\x1e\r\n\r\n");

  return client;
}

#define ADD_CALL "{\"type\":1,\"invocationId\":\"1\",\"target\":\"Add\",\"arguments\":[40,2]}\x1e"
#define ADD_ANSWER "{\"type\":3,\"invocationId\":\"1\",\"result\":42}\x1e"
#define ALL_CALL "{\"type\":1,\"target\":\"All\",\"arguments\":[\"hi\"]}\x1e"
#define ALL_MESSAGE "{\"type\":1,\"target\":\"message\",\"arguments\":[\"hi\"]}\x1e"

static void
test_events (ServerFixture *fixture,
             gconstpointer  data)
{
  g_autoptr (HttpClient) client = http_client_new_streaming (fixture);
  g_autoptr (RawPeer) second = raw_peer_new (fixture->uri);
  g_autoptr (RawAnswer) conflict = NULL;
  g_autoptr (RawAnswer) change = NULL;
  g_autoptr (RawAnswer) delete = NULL;

  http_client_send (client, ADD_CALL);
  raw_peer_assert_chunk (client->receiver, "data: " ADD_ANSWER "\r\n\r\n");

  /* Several in one, and one in several. */
  http_client_send (client, ADD_CALL ADD_CALL);
  raw_peer_assert_chunk (client->receiver, "data: " ADD_ANSWER "\r\n\r\n");
  raw_peer_assert_chunk (client->receiver, "data: " ADD_ANSWER "\r\n\r\n");
  http_client_send (client, "{\"type\":1,\"target\":\"All\",");
  http_client_send (client, "\"arguments\":[\"hi\"]}\x1e");
  raw_peer_assert_chunk (client->receiver, "data: " ALL_MESSAGE "\r\n\r\n");

  conflict = raw_peer_request (second, "GET", client->target, "Accept: text/event-stream\r\n", NULL);
  g_assert_cmpuint (conflict->status, ==, 409);
  change = raw_request (fixture->uri, "GET", client->target, NULL, NULL);
  g_assert_cmpuint (change->status, ==, 400);
  g_assert_cmpstr (change->body, ==, "Cannot change transports mid-connection");
  delete = raw_request (fixture->uri, "DELETE", client->target, NULL, NULL);
  g_assert_cmpuint (delete->status, ==, 400);

  server_fixture_advance (fixture, 15);
  raw_peer_assert_chunk (client->receiver, "data: {\"type\":6}\x1e\r\n\r\n");

  /* A goodbye is a record; its answer ends the stream. */
  http_client_send (client, "{\"type\":7}\x1e");
  raw_peer_assert_chunk (client->receiver, "data: {\"type\":7}\x1e\r\n\r\n");
  g_assert_null (raw_peer_read_chunk (client->receiver));
  raw_peer_wait_end (client->receiver);
  g_assert_cmpuint (test_hub_count (fixture->hub, "disconnected(true)"), ==, 1);
}

static void
test_events_broken_off (ServerFixture *fixture,
                        gconstpointer  data)
{
  g_autoptr (HttpClient) client = http_client_new_streaming (fixture);
  g_autoptr (RawAnswer) answer = NULL;

  raw_peer_free (client->receiver);
  client->receiver = raw_peer_new (fixture->uri);
  server_fixture_advance (fixture, 1.9);
  g_assert_cmpuint (fixture->hub->events->len, ==, 1);
  server_fixture_advance (fixture, 0.2);
  g_assert_cmpuint (test_hub_count (fixture->hub, "disconnected(false)"), ==, 1);
  answer = raw_peer_request (client->sender, "POST", client->target, NULL, ADD_CALL);
  g_assert_cmpuint (answer->status, ==, 404);
}

/* A client that leaves closes the stream, and says so beside it. */
static void
test_events_stopped (ServerFixture *fixture,
                     gconstpointer  data)
{
  g_autoptr (HttpClient) client = http_client_new_streaming (fixture);

  g_clear_pointer (&client->receiver, raw_peer_free);
  raw_settle ();
  http_client_send (client, "{\"type\":7}\x1e");
  g_assert_cmpuint (test_hub_count (fixture->hub, "disconnected(true)"), ==, 1);
}

static void
test_events_without_binary (ServerFixture *fixture,
                            gconstpointer  data)
{
  g_autoptr (HttpClient) client = http_client_new (fixture);
  g_autoptr (RawAnswer) answer = NULL;

  raw_peer_ask (client->receiver, "GET", client->target, "Accept: text/html, text/event-stream\r\n", NULL);
  answer = raw_peer_read_head (client->receiver);
  raw_peer_assert_chunk (client->receiver, ":\r\n");
  http_client_send (client, "{\"protocol\":\"messagepack\",\"version\":1}\x1e");
  raw_peer_assert_chunk (client->receiver, "data: {\"error\":\"Cannot use the 'messagepack' protocol on the current transport. "
                                           "The transport does not support 'Binary' transfer format.\"}\x1e\r\n\r\n");
  g_assert_null (raw_peer_read_chunk (client->receiver));
}

static void
test_polls (ServerFixture *fixture,
            gconstpointer  data)
{
  g_autoptr (HttpClient) client = http_client_new_polling (fixture);

  http_client_poll (client);
  g_assert_true (raw_peer_is_silent (client->receiver));
  http_client_send (client, ADD_CALL);
  http_client_assert_polled (client, 200, ADD_ANSWER);

  /* What comes between polls waits for the next, in one. */
  http_client_send (client, ADD_CALL);
  http_client_send (client, ALL_CALL);
  http_client_poll (client);
  http_client_assert_polled (client, 200, ADD_ANSWER ALL_MESSAGE);

  /* A poll that brings nothing is answered in time, and nobody pings. */
  http_client_poll (client);
  server_fixture_advance (fixture, 89.9);
  g_assert_true (raw_peer_is_silent (client->receiver));
  server_fixture_advance (fixture, 0.1);
  http_client_assert_polled (client, 200, "");

  /* A second poll takes the place of the first. */
  {
    g_autoptr (RawPeer) second = raw_peer_new (fixture->uri);
    g_autoptr (RawAnswer) answer = NULL;

    http_client_poll (client);
    raw_settle ();
    raw_peer_ask (second, "GET", client->target, NULL, NULL);
    http_client_assert_polled (client, 204, NULL);
    http_client_send (client, ADD_CALL);
    answer = raw_peer_read_answer (second);
    g_assert_cmpstr (answer->body, ==, ADD_ANSWER);
  }
}

/* A poll that waits leaves libsoup, and comes back for the next one. */
static void
test_polls_wait (ServerFixture *fixture,
                 gconstpointer  data)
{
  g_autoptr (HttpClient) client = http_client_new_polling (fixture);

  for (guint i = 0; i < 3; i++)
    {
      http_client_poll (client);
      server_fixture_advance (fixture, 5);
      g_assert_true (raw_peer_is_silent (client->receiver));
      http_client_send (client, ADD_CALL);
      http_client_assert_polled (client, 200, ADD_ANSWER);

      http_client_poll (client);
      server_fixture_advance (fixture, 90);
      http_client_assert_polled (client, 200, "");
    }

  /* One that speaks meanwhile, which no client does, has its answer too. */
  http_client_poll (client);
  server_fixture_advance (fixture, 5);
  http_client_poll (client);
  raw_settle ();
  http_client_send (client, ADD_CALL);
  http_client_assert_polled (client, 200, ADD_ANSWER);
  raw_peer_wait_end (client->receiver);
}

/* The server notices that the client of such a poll has gone. */
static void
test_polls_wait_gone (ServerFixture *fixture,
                      gconstpointer  data)
{
  g_autoptr (HttpClient) client = http_client_new_polling (fixture);

  http_client_poll (client);
  server_fixture_advance (fixture, 5);
  g_clear_pointer (&client->receiver, raw_peer_free);
  raw_settle ();
  server_fixture_advance (fixture, 14.9);
  g_assert_cmpuint (fixture->hub->events->len, ==, 1);
  server_fixture_advance (fixture, 0.2);
  g_assert_cmpuint (fixture->hub->events->len, ==, 2);
}

static void
test_polls_end (ServerFixture *fixture,
                gconstpointer  data)
{
  g_autoptr (HttpClient) deleting = http_client_new_polling (fixture);
  g_autoptr (HttpClient) aborted = http_client_new_polling (fixture);
  g_autoptr (HttpClient) silent = http_client_new_polling (fixture);
  g_autoptr (HttpClient) gone = http_client_new_polling (fixture);
  g_autoptr (RawAnswer) answer = NULL;

  http_client_poll (deleting);
  raw_settle ();
  answer = raw_peer_request (deleting->sender, "DELETE", deleting->target, NULL, NULL);
  g_assert_cmpuint (answer->status, ==, 202);
  http_client_assert_polled (deleting, 200, "{\"type\":7,\"allowReconnect\":true}\x1e");
  g_assert_cmpuint (test_hub_count (fixture->hub, "disconnected(true)"), ==, 1);

  /* What was said while nobody polled is heard by the next poll. */
  signalr_hub_close_client (SIGNALR_HUB (fixture->hub), g_ptr_array_index (fixture->hub->ids, 1), "Enough.");
  raw_settle ();
  http_client_poll (aborted);
  http_client_assert_polled (aborted, 200, "{\"type\":7,\"error\":\"Enough.\"}\x1e");
  http_client_poll (aborted);
  http_client_assert_polled (aborted, 204, NULL);
  http_client_poll (aborted);
  http_client_assert_polled (aborted, 404, "No Connection with that ID");
  g_assert_cmpuint (test_hub_count (fixture->hub, "disconnected(false)"), ==, 1);

  /* One who polls no more is gone; requests of another kind are no sign of life. */
  http_client_poll (gone);
  raw_settle ();
  g_clear_pointer (&gone->receiver, raw_peer_free);
  gone->receiver = raw_peer_new (fixture->uri);
  server_fixture_advance (fixture, 14.9);
  http_client_send (silent, ADD_CALL);
  g_assert_cmpuint (test_hub_count (fixture->hub, "disconnected(false)"), ==, 1);
  server_fixture_advance (fixture, 0.2);
  g_assert_cmpuint (test_hub_count (fixture->hub, "disconnected(false)"), ==, 3);
}

/* What is posted while a call has the others wait is taken all the same, so that the
 * client can go on; only where much of it waits already, it waits too.
 */
static void
test_posts_wait (ServerFixture *fixture,
                 gconstpointer  data)
{
  g_autoptr (HttpClient) client = http_client_new_polling (fixture);
  g_autoptr (RawPeer) held = raw_peer_new (fixture->uri);
  g_autoptr (RawAnswer) answer = NULL;
  g_autofree char *ping = g_strdup_printf ("{\"type\":6%*s}\x1e", 40000, "");

  http_client_send (client, "{\"type\":1,\"invocationId\":\"0\",\"target\":\"Keep\",\"arguments\":[]}\x1e" ADD_CALL);
  http_client_send (client, ping);
  http_client_send (client, ping);
  raw_peer_ask (held, "POST", client->target, NULL,
                "{\"type\":1,\"invocationId\":\"2\",\"target\":\"Add\",\"arguments\":[1,1]}\x1e");
  g_assert_true (raw_peer_is_silent (held));

  signalr_invocation_return_value (fixture->hub->kept, NULL);
  answer = raw_peer_read_answer (held);
  g_assert_cmpuint (answer->status, ==, 200);
  http_client_poll (client);
  http_client_assert_polled (client, 200,
                             "{\"type\":3,\"invocationId\":\"0\",\"result\":null}\x1e" ADD_ANSWER
                             "{\"type\":3,\"invocationId\":\"2\",\"result\":2}\x1e");
}

static void
test_early_post (ServerFixture *fixture,
                 gconstpointer  data)
{
  g_autoptr (HttpClient) client = http_client_new (fixture);

  http_client_send (client, "{\"protocol\":\"json\",\"version\":1}\x1e");
  http_client_poll (client);
  http_client_assert_polled (client, 200, "");
  http_client_poll (client);
  http_client_assert_polled (client, 200, "{}\x1e");
}

static void
test_too_large (ServerFixture *fixture,
                gconstpointer  data)
{
  g_autoptr (HttpClient) client = http_client_new_polling (fixture);
  g_autofree char *body = g_strnfill (1100000, 'x');
  g_autoptr (RawAnswer) answer = raw_peer_request (client->sender, "POST", client->target, NULL, body);
  g_autofree char *record = g_strnfill (70000, 'x');

  g_assert_cmpuint (answer->status, ==, 413);
  http_client_poll (client);
  raw_settle ();
  http_client_send (client, record);
  http_client_assert_polled (client, 200, "{\"type\":7,\"error\":\"Connection closed with an error.\",\"allowReconnect\":true}\x1e");
}

static void
test_some_transports (void)
{
  ServerFixture fixture;
  const char * const names[] = { "serverSentEvents", "LongPolling", NULL };
  g_autoptr (SignalrMapOptions) options = g_object_new (SIGNALR_TYPE_MAP_OPTIONS, "transports", names, NULL);

  server_fixture_begin (&fixture);
  g_assert_true (signalr_server_map_hub (fixture.server, "/http", "TestHub", options, NULL));
  server_fixture_listen (&fixture);
  {
    g_autoptr (RawAnswer) answer = raw_request (fixture.uri, "POST", "/http/negotiate?negotiateVersion=1", NULL, "");
    g_autoptr (RawPeer) socket = raw_peer_new (fixture.uri);

    g_assert_true (g_str_has_suffix (answer->body,
                                     "\"availableTransports\":[{\"transport\":\"ServerSentEvents\",\"transferFormats\":[\"Text\"]},"
                                     "{\"transport\":\"LongPolling\",\"transferFormats\":[\"Text\",\"Binary\"]}]}"));
    g_assert_cmpuint (raw_peer_upgrade (socket, "/http", NULL), ==, 404);
  }
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

static void
test_shutdown (ServerFixture *fixture,
               gconstpointer  data)
{
  g_autoptr (HttpClient) events = http_client_new_streaming (fixture);
  g_autoptr (HttpClient) polls = http_client_new_polling (fixture);
  g_autoptr (HttpClient) waits = http_client_new_polling (fixture);
  gboolean done = FALSE;

  http_client_poll (waits);
  server_fixture_advance (fixture, 5);
  http_client_poll (polls);
  raw_settle ();
  signalr_server_shutdown_async (fixture->server, NULL, shutdown_cb, &done);
  raw_peer_assert_chunk (events->receiver, "data: {\"type\":7,\"allowReconnect\":true}\x1e\r\n\r\n");
  g_assert_null (raw_peer_read_chunk (events->receiver));
  http_client_assert_polled (polls, 200, "{\"type\":7,\"allowReconnect\":true}\x1e");
  http_client_assert_polled (waits, 200, "{\"type\":7,\"allowReconnect\":true}\x1e");

  g_clear_pointer (&events->receiver, raw_peer_free);
  g_clear_pointer (&waits->receiver, raw_peer_free);
  raw_wait_until (done);
}

/* The event stream breaks while the handshake is on its way, at all moments. */
static void
test_events_gone (ServerFixture *fixture,
                  gconstpointer  data)
{
  for (guint i = 0; i < 100; i++)
    {
      g_autoptr (HttpClient) client = http_client_new (fixture);
      g_autoptr (RawAnswer) answer = NULL;

      raw_peer_ask (client->receiver, "GET", client->target, "Accept: text/event-stream\r\n", NULL);
      answer = raw_peer_read_head (client->receiver);
      g_assert_cmpuint (answer->status, ==, 200);
      raw_peer_ask (client->sender, "POST", client->target, NULL,
                    "{\"protocol\":\"json\",\"version\":1}\x1e" ADD_CALL);
      for (guint j = 0; j < i % 10; j++)
        g_main_context_iteration (NULL, FALSE);
      g_clear_pointer (&client->receiver, raw_peer_free);
      raw_settle ();
    }

  /* Nobody is told of who never came, and each that came has gone. */
  server_fixture_advance (fixture, 60);
  raw_wait_until (test_hub_count (fixture->hub, "connected") ==
                  test_hub_count (fixture->hub, "disconnected(false)"));
}

int
main (int   argc,
      char *argv[])
{
  server_test_init (&argc, &argv);

#define ADD(path, func) \
  g_test_add ("/core-http/" path, ServerFixture, NULL, server_fixture_set_up, func, server_fixture_tear_down)

  ADD ("events", test_events);
  ADD ("events-broken-off", test_events_broken_off);
  ADD ("events-gone", test_events_gone);
  ADD ("events-stopped", test_events_stopped);
  ADD ("events-without-binary", test_events_without_binary);
  ADD ("polls", test_polls);
  ADD ("polls-wait", test_polls_wait);
  ADD ("polls-wait-gone", test_polls_wait_gone);
  ADD ("polls-end", test_polls_end);
  ADD ("posts-wait", test_posts_wait);
  ADD ("early-post", test_early_post);
  ADD ("too-large", test_too_large);
  ADD ("shutdown", test_shutdown);
  g_test_add_func ("/core-http/some-transports", test_some_transports);

  return g_test_run ();
}
