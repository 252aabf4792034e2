/* test-pages.c: what a program does with requests itself
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "server-fixture.h"

typedef struct {
  SoupServerMessage *paused;
  guint              n_destroyed;
} Pages;

static void
pages_destroy_cb (gpointer user_data)
{
  ((Pages *) user_data)->n_destroyed++;
}

static gboolean
request_cb (SignalrServer     *server,
            SoupServerMessage *request,
            gpointer           user_data)
{
  Pages *pages = user_data;
  const char *path = g_uri_get_path (soup_server_message_get_uri (request));
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (request);

  soup_message_headers_append (headers, "Set-Cookie", "one=1");
  soup_message_headers_append (headers, "Set-Cookie", "two=2");

  if (g_str_equal (path, "/page"))
    {
      soup_server_message_set_status (request, SOUP_STATUS_OK, NULL);
      soup_server_message_set_response (request, "text/plain", SOUP_MEMORY_STATIC, "A page", 6);
      return TRUE;
    }

  if (g_str_equal (path, "/hub/late"))
    {
      pages->paused = g_object_ref (request);
      soup_server_message_pause (request);
      return TRUE;
    }

  return FALSE;
}

static void
assert_has (RawAnswer  *answer,
            const char *header)
{
  if (strstr (answer->head, header) == NULL)
    g_error ("No “%s” in %s", header, answer->head);
}

static void
test_pages (void)
{
  ServerFixture fixture;
  Pages pages = { 0 };
  g_autoptr (GError) error = NULL;

  server_fixture_begin (&fixture);
  g_assert_true (signalr_server_set_request_func (fixture.server, request_cb, &pages, pages_destroy_cb, NULL));
  server_fixture_listen (&fixture);
  g_assert_false (signalr_server_set_request_func (fixture.server, NULL, NULL, NULL, &error));
  g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_BUSY);
  {
    g_autoptr (RawPeer) socket = raw_peer_new (fixture.uri);
    g_autoptr (RawPeer) late = raw_peer_new (fixture.uri);
    g_autoptr (RawAnswer) page = raw_request (fixture.uri, "GET", "/page", NULL, NULL);
    g_autoptr (RawAnswer) missing = raw_request (fixture.uri, "GET", "/nothing", NULL, NULL);
    g_autoptr (RawAnswer) negotiated = raw_request (fixture.uri, "POST", "/hub/negotiate?negotiateVersion=0", NULL, "");
    g_autoptr (RawAnswer) answered = NULL;

    g_assert_cmpuint (page->status, ==, 200);
    g_assert_cmpstr (page->body, ==, "A page");

    /* The rest is the server's, with our headers, be it no answer of libsoup's at all. */
    g_assert_cmpuint (missing->status, ==, 404);
    assert_has (missing, "Set-Cookie: two=2\r\n");
    g_assert_cmpuint (negotiated->status, ==, 200);
    assert_has (negotiated, "Set-Cookie: one=1\r\n");
    g_assert_cmpuint (raw_peer_upgrade (socket, "/hub", NULL), ==, 101);

    raw_peer_ask (late, "GET", "/hub/late", NULL, NULL);
    raw_wait_until (pages.paused != NULL);
    raw_settle ();
    g_assert_cmpuint (late->input->len, ==, 0);
    soup_server_message_set_status (pages.paused, SOUP_STATUS_ACCEPTED, NULL);
    soup_server_message_unpause (pages.paused);
    answered = raw_peer_read_answer (late);
    g_assert_cmpuint (answered->status, ==, 202);
    g_clear_object (&pages.paused);
  }
  server_fixture_tear_down (&fixture, NULL);
  g_assert_cmpuint (pages.n_destroyed, ==, 1);
}

/* What a hub sees of the request: one header, and both ends. */
static void
tell_request_cb (SignalrHub        *hub,
                 SignalrInvocation *invocation,
                 gpointer           user_data)
{
  SignalrCaller *caller = signalr_invocation_get_caller (invocation);
  const char *name = json_array_get_string_element (signalr_invocation_get_args (invocation), 0);
  SoupMessageHeaders *headers = signalr_caller_get_headers (caller);
  g_autofree char *text = NULL;

  if (headers == NULL)
    {
      g_assert_null (signalr_caller_get_path (caller));
      g_assert_null (signalr_caller_get_local_address (caller));
      g_assert_null (signalr_caller_get_remote_address (caller));
      text = g_strdup ("nothing");
    }
  else
    {
      GInetSocketAddress *local = G_INET_SOCKET_ADDRESS (signalr_caller_get_local_address (caller));
      GInetSocketAddress *remote = G_INET_SOCKET_ADDRESS (signalr_caller_get_remote_address (caller));

      g_assert_cmpstr (signalr_caller_get_path (caller), ==, "/kept");
      g_assert_cmpuint (g_inet_socket_address_get_port (local), !=, g_inet_socket_address_get_port (remote));
      text = g_strdup (soup_message_headers_get_one (headers, name));
    }

  signalr_invocation_return_value (invocation, json_node_init_string (json_node_alloc (), text));
}

static void
test_kept_request (void)
{
  static const struct {
    const char *path;
    const char *answer;
  } cases[] = {
    { "/kept", "{\"type\":3,\"invocationId\":\"1\",\"result\":\"yes\"}" },
    { "/hub", "{\"type\":3,\"invocationId\":\"1\",\"result\":\"nothing\"}" },
  };
  ServerFixture fixture;
  g_autoptr (SignalrMapOptions) options = signalr_map_options_new ();

  g_object_set (options, "keep-requests", TRUE, NULL);
  server_fixture_begin (&fixture);
  signalr_hub_add_method (SIGNALR_HUB (fixture.hub), "TellRequest", 1, tell_request_cb, NULL, NULL);
  g_assert_true (signalr_server_map_hub (fixture.server, "/kept", "testHub", options, NULL));
  server_fixture_listen (&fixture);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (RawPeer) peer = raw_peer_new (fixture.uri);

      g_assert_cmpuint (raw_peer_upgrade (peer, cases[i].path, "X-Asked: yes\r\n"), ==, 101);
      aspnetcore_send (peer, "{\"protocol\":\"json\",\"version\":1}");
      aspnetcore_assert_record (peer, "{}");
      aspnetcore_send (peer, "{\"type\":1,\"invocationId\":\"1\",\"target\":\"TellRequest\",\"arguments\":[\"x-asked\"]}");
      aspnetcore_assert_record (peer, cases[i].answer);
    }

  server_fixture_tear_down (&fixture, NULL);
}

/* Of a classic client that calls by requests, the last one counts. */
static void
tell_query_cb (SignalrHub        *hub,
               SignalrInvocation *invocation,
               gpointer           user_data)
{
  const char *value = signalr_caller_get_query (signalr_invocation_get_caller (invocation), "mood");

  signalr_invocation_return_value (invocation, json_node_init_string (json_node_alloc (), value));
}

static void
test_last_query (void)
{
  ServerFixture fixture;

  server_fixture_begin (&fixture);
  signalr_hub_add_method (SIGNALR_HUB (fixture.hub), "TellQuery", 0, tell_query_cb, NULL, NULL);
  server_fixture_listen (&fixture);
  {
    g_autofree char *token = aspnet_negotiate (&fixture);
    static const char * const moods[] = { "cross", "calm" };

    for (gsize i = 0; i < G_N_ELEMENTS (moods); i++)
      {
        g_autofree char *target = NULL;
        g_autofree char *expected = g_strdup_printf ("{\"R\":\"%s\",\"I\":\"0\"}", moods[i]);
        g_autoptr (RawAnswer) answer = NULL;

        target = g_strconcat ("/signalr/send?transport=serverSentEvents&connectionToken=", token,
                              "&mood=", moods[i], "&mood=none", NULL);
        answer = raw_request (fixture.uri, "POST", target, NULL,
                              "data=%7B%22H%22%3A%22testhub%22%2C%22M%22%3A%22TellQuery%22%2C%22A%22%3A%5B%5D%2C%22I%22%3A0%7D");
        g_assert_cmpstr (answer->body, ==, expected);
      }
  }
  server_fixture_tear_down (&fixture, NULL);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/server/pages", test_pages);
  g_test_add_func ("/server/request/kept", test_kept_request);
  g_test_add_func ("/server/request/last", test_last_query);

  return g_test_run ();
}
