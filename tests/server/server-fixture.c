/* server-fixture.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "server-fixture.h"

#include <stdlib.h>
#include <string.h>

#include "server/signalr-server-private.h"

#define TLS_VARIABLE "SIGNALR_TEST_TLS"

void
server_test_init (int    *argc,
                  char ***argv)
{
  g_test_init (argc, argv, NULL);

  if (g_getenv (TLS_VARIABLE) != NULL && !g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    {
      g_print ("1..0 # SKIP There is no TLS here\n");
      exit (0);
    }
}

static void
set_certificate (SignalrServer *server)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "server", "localhost.pem", NULL);
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autoptr (GError) error = NULL;

  certificate = g_tls_certificate_new_from_file (path, &error);
  g_assert_no_error (error);
  g_assert_true (signalr_server_set_tls_certificate (server, certificate, NULL));
}

void
server_fixture_begin (ServerFixture *fixture)
{
  fixture->server = signalr_server_new ();
  fixture->hub = test_hub_new ();
  if (g_getenv (TLS_VARIABLE) != NULL)
    set_certificate (fixture->server);
  signalr_server_add_hub (fixture->server, "TestHub", SIGNALR_HUB (fixture->hub));
  g_assert_true (signalr_server_map_hubs (fixture->server, "/signalr", NULL, NULL));
  g_assert_true (signalr_server_map_hub (fixture->server, "/hub", "TestHub", NULL, NULL));
  g_assert_true (signalr_server_map_hubs (fixture->server, "/both", NULL, NULL));
  g_assert_true (signalr_server_map_hub (fixture->server, "/both", "testhub", NULL, NULL));
}

void
server_fixture_listen (ServerFixture *fixture)
{
  g_autoptr (GError) error = NULL;

  signalr_server_listen (fixture->server, "127.0.0.1", 0, &error);
  g_assert_no_error (error);
  fixture->uri = signalr_server_get_uri (fixture->server);
  signalr_heartbeat_freeze (signalr_server_get_host (fixture->server)->loop->heartbeat);
}

void
server_fixture_set_up (ServerFixture *fixture,
                       gconstpointer  data)
{
  server_fixture_begin (fixture);
  server_fixture_listen (fixture);
}

void
server_fixture_tear_down (ServerFixture *fixture,
                          gconstpointer  data)
{
  g_assert_finalize_object (fixture->server);
  raw_settle ();
  g_assert_finalize_object (fixture->hub);
}

void
server_fixture_advance (ServerFixture *fixture,
                        double         seconds)
{
  raw_settle ();
  signalr_heartbeat_advance (signalr_server_get_host (fixture->server)->loop->heartbeat,
                             seconds * G_USEC_PER_SEC);
  raw_settle ();
}

static char *
json_text (const char *text,
           const char *name)
{
  g_autoptr (JsonNode) node = json_from_string (text, NULL);

  g_assert_nonnull (node);

  return g_strdup (json_object_get_string_member (json_node_get_object (node), name));
}

char *
aspnet_negotiate (ServerFixture *fixture)
{
  g_autoptr (RawAnswer) answer = NULL;

  answer = raw_request (fixture->uri, "GET", "/signalr/negotiate?clientProtocol=2.1", NULL, NULL);
  g_assert_cmpuint (answer->status, ==, 200);

  return json_text (answer->body, "ConnectionToken");
}

char *
aspnet_target (const char *verb,
               const char *token,
               const char *more)
{
  return g_strconcat ("/signalr/", verb, "?transport=webSockets&clientProtocol=2.1&connectionToken=", token,
                      "&connectionData=%5B%7B%22name%22%3A%22testhub%22%7D%5D", more, NULL);
}

RawPeer *
aspnet_connect (ServerFixture *fixture,
                const char    *token)
{
  g_autofree char *target = aspnet_target ("connect", token, NULL);
  g_autofree char *start = aspnet_target ("start", token, NULL);
  RawPeer *peer = raw_peer_new_socket (fixture->uri, target);
  g_autofree char *init = raw_peer_read_text (peer);
  g_autoptr (RawAnswer) answer = NULL;

  g_assert_nonnull (strstr (init, "\"S\":1,\"M\":[]}"));
  answer = raw_request (fixture->uri, "GET", start, NULL, NULL);
  g_assert_cmpstr (answer->body, ==, "{ \"Response\": \"started\" }");

  return peer;
}

void
aspnet_assert_envelope (RawPeer    *peer,
                        const char *rest)
{
  g_autofree char *text = raw_peer_read_text (peer);
  const char *behind;

  g_assert_nonnull (text);
  g_assert_true (g_str_has_prefix (text, "{\"C\":\"d-"));
  behind = strstr (text + strlen ("{\"C\":\""), "\",");
  g_assert_nonnull (behind);
  g_assert_cmpstr (behind + 2, ==, rest);
}

char *
aspnet_cursor (const char *envelope)
{
  return json_text (envelope, "C");
}

RawPeer *
aspnetcore_connect (ServerFixture *fixture)
{
  RawPeer *peer = raw_peer_new_socket (fixture->uri, "/hub");

  aspnetcore_send (peer, "{\"protocol\":\"json\",\"version\":1}");
  aspnetcore_assert_record (peer, "{}");

  return peer;
}

/* Several records may have come in one frame. */
char *
aspnetcore_read (RawPeer *peer)
{
  g_autofree char *text = raw_peer_read_text (peer);

  if (text == NULL)
    return NULL;

  g_assert_true (g_str_has_suffix (text, "\x1e"));
  text[strlen (text) - 1] = '\0';
  g_assert_null (strchr (text, '\x1e'));

  if (g_str_equal (text, "{\"type\":6}"))
    return aspnetcore_read (peer);

  return g_steal_pointer (&text);
}

void
aspnetcore_send (RawPeer    *peer,
                 const char *record)
{
  g_autofree char *text = g_strconcat (record, "\x1e", NULL);

  raw_peer_send_text (peer, text);
}
