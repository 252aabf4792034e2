/* test-pages.c: what a program answers itself
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

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/server/pages", test_pages);

  return g_test_run ();
}
