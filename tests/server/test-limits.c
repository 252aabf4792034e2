/* test-limits.c: how much one client can have, and that others do not notice
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "server-fixture.h"
#include "server/signalr-server-private.h"

#define ADD "{\"type\":1,\"invocationId\":\"1\",\"target\":\"Add\",\"arguments\":[1,1]}"
#define SUM "{\"type\":3,\"invocationId\":\"1\",\"result\":2}"
#define TOO_MANY "Too many calls of this client wait for their answers."

static guint
status_of (ServerFixture *fixture,
           const char    *method,
           const char    *target)
{
  g_autoptr (RawAnswer) answer = raw_request (fixture->uri, method, target, NULL, "");

  return answer->status;
}

static void
test_rules (void)
{
  g_autoptr (SignalrServer) server = signalr_server_new ();
  g_autoptr (GError) error = NULL;

  g_assert_false (signalr_server_set_max_connections (server, 0, 1, &error));
  g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
  g_clear_error (&error);
  g_assert_false (signalr_server_set_max_connections (server, 1, 0, NULL));
  g_assert_false (signalr_server_set_max_unsent (server, 0, NULL));
  g_assert_false (signalr_server_set_max_calls (server, 0, NULL));
  g_assert_true (signalr_server_set_rate_limits (server, 0, 0, NULL));

  g_assert_true (signalr_server_listen (server, "127.0.0.1", 0, NULL));
  g_assert_false (signalr_server_set_max_connections (server, 1, 1, &error));
  g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_BUSY);
  g_assert_false (signalr_server_set_max_unsent (server, 1, NULL));
  g_assert_false (signalr_server_set_max_calls (server, 1, NULL));
  g_assert_false (signalr_server_set_rate_limits (server, 1, 1, NULL));
  g_assert_false (signalr_server_set_shutdown_spread (server, 1, NULL));
}

/* A connection counts from its negotiation on, so that nobody piles them up. */
static void
test_connections (void)
{
  ServerFixture fixture;

  server_fixture_begin (&fixture);
  g_assert_true (signalr_server_set_max_connections (fixture.server, 4, 4, NULL));
  server_fixture_listen (&fixture);
  {
    g_autofree char *token = aspnet_negotiate (&fixture);
    g_autofree char *send = g_strconcat ("/signalr/send?transport=longPolling&connectionToken=", token, NULL);
    g_autofree char *connect = g_strconcat ("/signalr/connect?transport=longPolling&connectionToken=", token, NULL);
    g_autoptr (RawPeer) peer = aspnetcore_connect (&fixture);
    g_autoptr (RawPeer) refused = raw_peer_new (fixture.uri);

    for (guint i = 0; i < 3; i++)
      g_assert_cmpuint (status_of (&fixture, "POST", "/hub/negotiate?negotiateVersion=1"), ==, 200);
    g_assert_cmpuint (status_of (&fixture, "POST", "/hub/negotiate?negotiateVersion=1"), ==, 503);
    g_assert_cmpuint (status_of (&fixture, "POST", send), ==, 503);
    g_assert_cmpuint (status_of (&fixture, "POST", connect), ==, 503);
    g_assert_cmpuint (raw_peer_upgrade (refused, "/hub", NULL), ==, 503);

    /* Who is in notices nothing, and who gives up makes room. */
    aspnetcore_send (peer, ADD);
    aspnetcore_assert_record (peer, SUM);
    server_fixture_advance (&fixture, 15);
    g_assert_cmpuint (status_of (&fixture, "POST", "/hub/negotiate?negotiateVersion=1"), ==, 200);
  }
  server_fixture_tear_down (&fixture, NULL);
}

static void
test_networks (void)
{
  static const struct {
    const char *address;
    const char *key;
  } cases[] = {
    { "192.0.2.7", "192.0.2.7" },
    { "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::" },
    { "2001:db8:1:2::1", "2001:db8:1:2::" },
    { "::ffff:192.0.2.7", "192.0.2.7" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string (cases[i].address, 1);
      g_autofree char *key = signalr_door_key (address);

      g_assert_cmpstr (key, ==, cases[i].key);
    }
}

/* Calls everybody until the one who does not read is ended; who reads is served. */
static void
overrun (ServerFixture *fixture)
{
  g_autofree char *text = g_strnfill (60000, 'x');
  g_autoptr (JsonNode) args = json_from_string ("[]", NULL);
  g_autoptr (RawPeer) good = aspnetcore_connect (fixture);
  const char *bad = g_ptr_array_index (fixture->hub->ids, 0);

  json_array_add_string_element (json_node_get_array (args), text);
  for (guint i = 0; i < 500 && test_hub_count (fixture->hub, "disconnected(false)") == 0; i++)
    {
      signalr_hub_call_clients (SIGNALR_HUB (fixture->hub), (const char *[]) { bad, NULL }, "message", args);
      aspnetcore_send (good, ADD);
      aspnetcore_assert_record (good, SUM);
    }

  g_assert_cmpuint (test_hub_count (fixture->hub, "disconnected(false)"), ==, 1);
  g_assert_error (fixture->hub->last_error, SIGNALR_ERROR, SIGNALR_ERROR_QUEUE_FULL);
}

static gboolean
has_heard (RawPeer    *peer,
           const char *text)
{
  return peer->input->len > 0 &&
         memmem (peer->input->data, peer->input->len, text, strlen (text)) != NULL;
}

/* One who does not read is ended, and finds out why where it reads at last. */
static void
test_unread_core (void)
{
  static const char * const transports[] = { "webSockets", "serverSentEvents", "longPolling" };

  for (gsize i = 0; i < G_N_ELEMENTS (transports); i++)
    {
      ServerFixture fixture;

      server_fixture_begin (&fixture);
      g_assert_true (signalr_server_set_max_unsent (fixture.server, 200000, NULL));
      server_fixture_listen (&fixture);
      {
        g_autoptr (RawAnswer) negotiated = raw_request (fixture.uri, "POST", "/hub/negotiate?negotiateVersion=1", NULL, "");
        g_autoptr (JsonNode) node = json_from_string (negotiated->body, NULL);
        g_autofree char *target = NULL;
        g_autoptr (RawPeer) peer = raw_peer_new (fixture.uri);

        target = g_strconcat ("/hub?id=", json_object_get_string_member (json_node_get_object (node), "connectionToken"), NULL);
        if (i == 0)
          {
            g_assert_cmpuint (raw_peer_upgrade (peer, target, NULL), ==, 101);
            aspnetcore_send (peer, "{\"protocol\":\"json\",\"version\":1}");
          }
        else
          {
            g_autoptr (RawAnswer) shaken = NULL;

            raw_peer_ask (peer, "GET", target, i == 1 ? "Accept: text/event-stream\r\n" : NULL, NULL);
            raw_settle ();
            shaken = raw_request (fixture.uri, "POST", target, NULL, "{\"protocol\":\"json\",\"version\":1}\x1e");
            g_assert_cmpuint (shaken->status, ==, 200);
          }
        raw_wait_until (fixture.hub->ids->len == 1);
        overrun (&fixture);

        if (i == 2)
          raw_peer_ask (peer, "GET", target, NULL, NULL);
        raw_wait_until ((raw_peer_is_ended (peer), has_heard (peer, "\"type\":7")));
        g_assert_true (has_heard (peer, "The client does not take what it is sent."));
        if (i == 0)
          {
            raw_wait_until ((raw_peer_is_ended (peer), has_heard (peer, "\x88\x02\x03\xf0")));
            raw_peer_send_frame (peer, 0x88, TRUE, "\x03\xf0", 2);
          }
      }
      server_fixture_tear_down (&fixture, NULL);
    }
}

static void
test_unread_classic (void)
{
  static const char * const transports[] = { "webSockets", "serverSentEvents", "foreverFrame" };

  for (gsize i = 0; i < G_N_ELEMENTS (transports); i++)
    {
      ServerFixture fixture;

      server_fixture_begin (&fixture);
      g_assert_true (signalr_server_set_max_unsent (fixture.server, 200000, NULL));
      server_fixture_listen (&fixture);
      {
        g_autofree char *token = aspnet_negotiate (&fixture);
        g_autofree char *rest = g_strconcat (transports[i], "&frameId=1&clientProtocol=2.1&connectionData=%5B%7B%22name%22%3A%22testhub%22%7D%5D"
                                             "&connectionToken=", token, NULL);
        g_autofree char *connect = g_strconcat ("/signalr/connect?transport=", rest, NULL);
        g_autofree char *start = g_strconcat ("/signalr/start?transport=", rest, NULL);
        g_autoptr (RawPeer) peer = raw_peer_new (fixture.uri);

        if (i == 0)
          g_assert_cmpuint (raw_peer_upgrade (peer, connect, NULL), ==, 101);
        else
          raw_peer_ask (peer, "GET", connect, NULL, NULL);
        raw_settle ();
        g_assert_cmpuint (status_of (&fixture, "GET", start), ==, 200);
        overrun (&fixture);
        raw_wait_until ((raw_peer_is_ended (peer), has_heard (peer, "\"D\":1,\"E\":\"The client does not take what it is sent.\"")));
      }
      server_fixture_tear_down (&fixture, NULL);
    }
}

static void
forever_cb (SignalrHub        *hub,
            SignalrInvocation *invocation,
            gpointer           user_data)
{
  GPtrArray *kept = user_data;

  g_ptr_array_add (kept, g_object_ref (invocation));
}

/* Calls whose methods do not answer; of streams, which run side by side. */
static void
test_calls (void)
{
  ServerFixture fixture;
  GPtrArray *kept = g_ptr_array_new_with_free_func (g_object_unref);

  server_fixture_begin (&fixture);
  g_assert_true (signalr_server_set_max_calls (fixture.server, 2, NULL));
  signalr_hub_add_method_full (SIGNALR_HUB (fixture.hub), "Stream", 0, 0, SIGNALR_METHOD_FLAGS_STREAMS,
                               forever_cb, kept, NULL);
  signalr_hub_add_method (SIGNALR_HUB (fixture.hub), "Forever", 0, forever_cb, kept, NULL);
  server_fixture_listen (&fixture);
  {
    g_autofree char *token = aspnet_negotiate (&fixture);
    g_autoptr (RawPeer) classic = aspnet_connect (&fixture, token);
    g_autoptr (RawPeer) core = aspnetcore_connect (&fixture);

    aspnetcore_send (core, "{\"type\":4,\"invocationId\":\"1\",\"target\":\"Stream\",\"arguments\":[]}");
    aspnetcore_send (core, "{\"type\":4,\"invocationId\":\"2\",\"target\":\"Stream\",\"arguments\":[]}");
    aspnetcore_send (core, "{\"type\":4,\"invocationId\":\"3\",\"target\":\"Stream\",\"arguments\":[]}");
    aspnetcore_assert_record (core, "{\"type\":3,\"invocationId\":\"3\",\"error\":\"" TOO_MANY "\"}");

    raw_peer_send_text (classic, "{\"H\":\"testhub\",\"M\":\"Forever\",\"A\":[],\"I\":1}");
    raw_peer_send_text (classic, "{\"H\":\"testhub\",\"M\":\"Forever\",\"A\":[],\"I\":2}");
    raw_peer_send_text (classic, "{\"H\":\"testhub\",\"M\":\"Forever\",\"A\":[],\"I\":3}");
    raw_peer_assert_text (classic, "{\"I\":\"3\",\"E\":\"There was an error invoking Hub method 'testhub.Forever'.\"}");

    /* One answered makes room for one. */
    for (guint i = 0; i < kept->len; i++)
      signalr_invocation_return_value (g_ptr_array_index (kept, i), NULL);
    g_ptr_array_set_size (kept, 0);
    raw_peer_assert_text (classic, "{\"I\":\"1\"}");
    raw_peer_assert_text (classic, "{\"I\":\"2\"}");
    raw_peer_send_text (classic, "{\"H\":\"testhub\",\"M\":\"Add\",\"A\":[1,1],\"I\":4}");
    raw_peer_assert_text (classic, "{\"R\":2,\"I\":\"4\"}");
  }
  server_fixture_tear_down (&fixture, NULL);
  g_ptr_array_unref (kept);
}

static void
test_requests (void)
{
  ServerFixture fixture;

  server_fixture_begin (&fixture);
  g_assert_true (signalr_server_set_rate_limits (fixture.server, 10, 0, NULL));
  server_fixture_listen (&fixture);
  {
    g_autoptr (RawAnswer) refused = NULL;

    for (guint i = 0; i < 10; i++)
      g_assert_cmpuint (status_of (&fixture, "GET", "/signalr/ping"), ==, 200);

    /* Another connection is no way round it. */
    refused = raw_request (fixture.uri, "GET", "/signalr/ping", NULL, NULL);
    g_assert_cmpuint (refused->status, ==, 429);
    g_assert_nonnull (strstr (refused->head, "Retry-After: 1\r\n"));

    server_fixture_advance (&fixture, 0.2);
    g_assert_cmpuint (status_of (&fixture, "GET", "/signalr/ping"), ==, 200);
    g_assert_cmpuint (status_of (&fixture, "GET", "/signalr/ping"), ==, 200);
    g_assert_cmpuint (status_of (&fixture, "GET", "/signalr/ping"), ==, 429);
  }
  server_fixture_tear_down (&fixture, NULL);
}

/* What comes too fast is read when it may come. */
static void
test_messages_core (ServerFixture *fixture)
{
  g_autoptr (RawPeer) peer = aspnetcore_connect (fixture);
  g_autoptr (RawPeer) other = aspnetcore_connect (fixture);

  for (guint i = 0; i < 9; i++)
    aspnetcore_send (peer, ADD);
  for (guint i = 0; i < 5; i++)
    aspnetcore_assert_record (peer, SUM);
  g_assert_true (raw_peer_is_silent (peer));

  aspnetcore_send (other, ADD);
  aspnetcore_assert_record (other, SUM);

  for (guint i = 0; i < 4; i++)
    {
      server_fixture_advance (fixture, 0.1);
      g_assert_true (raw_peer_is_silent (peer));
      server_fixture_advance (fixture, 0.1);
      aspnetcore_assert_record (peer, SUM);
    }
}

static void
test_messages_classic (ServerFixture *fixture)
{
  g_autofree char *token = aspnet_negotiate (fixture);
  g_autofree char *send = g_strconcat ("/signalr/send?transport=serverSentEvents&connectionToken=", token,
                                       "&data={\"H\":\"testhub\",\"M\":\"Add\",\"A\":[1,1],\"I\":1}", NULL);
  g_autoptr (RawPeer) peer = aspnet_connect (fixture, token);

  /* One by one, since each piece that was read is done with. */
  for (guint i = 0; i < 5; i++)
    {
      raw_peer_send_text (peer, "{\"H\":\"testhub\",\"M\":\"Add\",\"A\":[1,1],\"I\":1}");
      raw_peer_assert_text (peer, "{\"R\":2,\"I\":\"1\"}");
    }
  raw_peer_send_text (peer, "{\"H\":\"testhub\",\"M\":\"Add\",\"A\":[1,1],\"I\":1}");
  g_assert_true (raw_peer_is_silent (peer));
  g_assert_cmpuint (status_of (fixture, "POST", send), ==, 429);
  server_fixture_advance (fixture, 0.2);
  raw_peer_assert_text (peer, "{\"R\":2,\"I\":\"1\"}");
}

static void
test_messages (void)
{
  ServerFixture fixture;

  server_fixture_begin (&fixture);
  g_assert_true (signalr_server_set_rate_limits (fixture.server, 0, 5, NULL));
  server_fixture_listen (&fixture);
  test_messages_core (&fixture);
  test_messages_classic (&fixture);
  server_fixture_tear_down (&fixture, NULL);
}

/* Of the server's own end of @peer's connection, in milliseconds. */
static int
user_timeout_of (RawPeer *peer)
{
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (peer->socket, NULL);
  guint16 port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (local));

  for (int fd = 3; fd < 256; fd++)
    {
      struct sockaddr_in address = { 0 };
      socklen_t size = sizeof address;
      int timeout = 0;

      if (getpeername (fd, (struct sockaddr *) &address, &size) != 0 || address.sin_family != AF_INET ||
          ntohs (address.sin_port) != port)
        continue;

      size = sizeof timeout;
      g_assert_cmpint (getsockopt (fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout, &size), ==, 0);
      return timeout;
    }

  g_assert_not_reached ();
}

/* How a client is missed that has gone without a word. */
static void
test_unacknowledged (void)
{
  static const struct {
    guint keep_alive;
    int   timeout;
  } cases[] = { { 10000, 20000 }, { 2000, 4000 }, { 0, 30000 } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ServerFixture fixture;

      server_fixture_begin (&fixture);
      g_assert_true (signalr_server_set_keep_alive (fixture.server, cases[i].keep_alive, NULL));
      server_fixture_listen (&fixture);
      {
        g_autoptr (RawPeer) peer = aspnetcore_connect (&fixture);

        g_assert_cmpint (user_timeout_of (peer), ==, cases[i].timeout);
      }
      server_fixture_tear_down (&fixture, NULL);
    }
}

/* An answer that nobody reads costs a deadline too, also one that was long in coming. */
static void
test_unread_answer (ServerFixture *fixture,
                    gconstpointer  data)
{
  g_autofree char *token = aspnet_negotiate (fixture);
  g_autofree char *connect = g_strconcat ("/signalr/connect?transport=longPolling&clientProtocol=2.1&connectionToken=", token,
                                          "&connectionData=%5B%7B%22name%22%3A%22testhub%22%7D%5D", NULL);
  g_autofree char *start = g_strconcat ("/signalr/start?transport=longPolling&clientProtocol=2.1&connectionToken=", token, NULL);
  g_autofree char *poll = g_strconcat ("/signalr/poll?transport=longPolling&clientProtocol=2.1&connectionToken=", token, NULL);
  g_autofree char *text = g_strnfill (16 * 1024 * 1024, 'x');
  g_autoptr (RawPeer) peer = raw_peer_new (fixture->uri);
  g_autoptr (RawAnswer) connected = raw_peer_request (peer, "GET", connect, NULL, NULL);
  g_autoptr (JsonNode) args = json_from_string ("[]", NULL);

  g_assert_cmpuint (status_of (fixture, "GET", start), ==, 200);
  raw_peer_ask (peer, "GET", poll, NULL, NULL);
  raw_settle ();
  if (data != NULL)
    server_fixture_advance (fixture, 5);
  json_array_add_string_element (json_node_get_array (args), text);
  signalr_hub_call_all (SIGNALR_HUB (fixture->hub), "message", args, NULL);
  raw_settle ();
  g_assert_cmpuint (signalr_server_get_host (fixture->server)->n_requests, ==, 1);

  server_fixture_advance (fixture, 119.9);
  g_assert_cmpuint (signalr_server_get_host (fixture->server)->n_requests, ==, 1);
  server_fixture_advance (fixture, 0.1);
  raw_wait_until (signalr_server_get_host (fixture->server)->n_requests == 0);
  raw_peer_wait_end (peer);
}

int
main (int   argc,
      char *argv[])
{
  server_test_init (&argc, &argv);

  g_test_add_func ("/limits/rules", test_rules);
  g_test_add_func ("/limits/connections", test_connections);
  g_test_add_func ("/limits/networks", test_networks);
  g_test_add_func ("/limits/unread-core", test_unread_core);
  g_test_add_func ("/limits/unread-classic", test_unread_classic);
  g_test_add_func ("/limits/calls", test_calls);
  g_test_add_func ("/limits/requests", test_requests);
  g_test_add_func ("/limits/messages", test_messages);
  g_test_add_func ("/limits/unacknowledged", test_unacknowledged);
  g_test_add ("/limits/unread-answer", ServerFixture, NULL, server_fixture_set_up, test_unread_answer,
              server_fixture_tear_down);
  g_test_add ("/limits/unread-long-poll", ServerFixture, "waits", server_fixture_set_up, test_unread_answer,
              server_fixture_tear_down);

  return g_test_run ();
}
