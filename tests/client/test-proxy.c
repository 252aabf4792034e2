/* test-proxy.c: what an application injects by its session, over every transport
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "signalr.h"

#include "certificate.h"
#include "fixture.h"
#include "proxy.h"

typedef struct {
  const char *name;
  gboolean    core;
  gboolean    tls;
  const char *transport;
} Way;

static const Way ways[] = {
  { "classic/webSockets", FALSE, FALSE, "webSockets" },
  { "classic/serverSentEvents", FALSE, FALSE, "serverSentEvents" },
  { "classic/foreverFrame", FALSE, FALSE, "foreverFrame" },
  { "classic/longPolling", FALSE, FALSE, "longPolling" },
  { "core/webSockets", TRUE, FALSE, "webSockets" },
  { "core/serverSentEvents", TRUE, FALSE, "serverSentEvents" },
  { "core/longPolling", TRUE, FALSE, "longPolling" },
  { "classic/tls/webSockets", FALSE, TRUE, "webSockets" },
  { "classic/tls/serverSentEvents", FALSE, TRUE, "serverSentEvents" },
  { "classic/tls/longPolling", FALSE, TRUE, "longPolling" },
  { "core/tls/webSockets", TRUE, TRUE, "webSockets" },
  { "core/tls/serverSentEvents", TRUE, TRUE, "serverSentEvents" },
  { "core/tls/longPolling", TRUE, TRUE, "longPolling" },
};

/* A server, the session that knows how to get there, and its connection. */
typedef struct {
  Peer              *peer;
  Proxy             *proxy;      /* (nullable) */
  SoupSession       *session;
  SignalrConnection *connection;
  SignalrHubProxy   *hub;
} Place;

static guint16
port_of (Peer *peer)
{
  g_autoptr (GUri) uri = g_uri_parse (peer->url, G_URI_FLAGS_NONE, NULL);

  return g_uri_get_port (uri);
}

static void
place_begin (Place     *place,
             const Way *way)
{
  g_autoptr (GTlsCertificate) certificate = way->tls ? certificate_new () : NULL;
  g_autoptr (GTlsDatabase) database = way->tls ? certificate_new_database () : NULL;

  place->peer = peer_new_with_certificate (way->core, certificate);
  place->session = soup_session_new_with_options ("max-conns-per-host", 64, NULL);
  if (way->tls)
    soup_session_set_tls_database (place->session, database);
}

/* @url: (nullable): instead of the server's own */
static void
place_connect (Place      *place,
               const Way  *way,
               const char *url,
               Answer     *answer)
{
  const char *transports[] = { way->transport, NULL };

  place->connection = signalr_connection_new_with_session (url != NULL ? url : place->peer->url,
                                                           place->session);
  place->hub = signalr_connection_get_hub (place->connection, "ChatHub");
  signalr_connection_set_dialect (place->connection,
                                  way->core ? SIGNALR_DIALECT_ASPNETCORE : SIGNALR_DIALECT_ASPNET);
  signalr_connection_set_transports (place->connection, transports);
  signalr_connection_start_async (place->connection, NULL, start_cb, answer);
  peer_wait (&answer->n_answers, 1);
}

static void
place_talk (Place *place)
{
  g_autoptr (JsonNode) args = array_of_text ("hi");
  g_auto (Answer) answer = { 0 };
  Answer stopped = { 0 };

  signalr_hub_proxy_invoke_async (place->hub, "Echo", args, NULL, invoke_cb, &answer);
  peer_wait (&answer.n_answers, 1);
  g_assert_no_error (answer.error);
  g_assert_cmpstr (json_node_get_string (answer.node), ==, "hi");

  signalr_connection_stop_async (place->connection, NULL, stop_cb, &stopped);
  peer_wait (&stopped.n_answers, 1);
}

/* A server that begins TLS waits for its client, which the proxy may still have. */
static void
place_end (Place *place)
{
  peer_settle ();
  g_assert_finalize_object (place->connection);
  g_object_unref (place->session);
  while (place->proxy != NULL && place->proxy->n_open > 0)
    g_main_context_iteration (NULL, TRUE);
  g_clear_pointer (&place->proxy, proxy_free);
  peer_free (place->peer);
}

/* The name of the server is for the proxy alone to resolve. */
static void
test_proxy (gconstpointer user_data)
{
  const Way *way = user_data;
  Place place = { 0 };
  g_autoptr (GProxyResolver) resolver = NULL;
  g_autofree char *url = NULL;
  g_auto (Answer) answer = { 0 };

  place_begin (&place, way);
  place.proxy = proxy_new (port_of (place.peer));
  resolver = proxy_get_resolver (place.proxy, PROXY_PASSWORD);
  soup_session_set_proxy_resolver (place.session, resolver);
  if (!way->tls)
    url = g_strdup ("http://chat.invalid/hub");

  place_connect (&place, way, url, &answer);
  g_assert_no_error (answer.error);
  place_talk (&place);
  g_assert_cmpuint (place.proxy->n_refused, >, 0);
  g_assert_cmpuint (way->tls ? place.proxy->n_tunnels : place.proxy->n_forwarded, >=, 1);
  place_end (&place);
}

static void
test_refused (gconstpointer user_data)
{
  const Way *way = user_data;
  Place place = { 0 };
  g_autoptr (GProxyResolver) resolver = NULL;
  g_auto (Answer) answer = { 0 };

  place_begin (&place, way);
  place.proxy = proxy_new (port_of (place.peer));
  resolver = proxy_get_resolver (place.proxy, "wrong");
  soup_session_set_proxy_resolver (place.session, resolver);

  place_connect (&place, way, NULL, &answer);
  g_assert_error (answer.error, SIGNALR_ERROR, SIGNALR_ERROR_UNAUTHORIZED);
  g_test_message ("%s", answer.error->message);
  g_assert_cmpuint (place.proxy->n_tunnels, ==, 0);
  g_assert_cmpuint (place.peer->requests->len, ==, 0);
  place_end (&place);
}

static void
request_queued_cb (SoupSession     *session,
                   SoupMessage     *message,
                   GTlsCertificate *certificate)
{
  soup_message_set_tls_client_certificate (message, certificate);
}

static gboolean
accept_certificate_cb (SoupServerMessage    *message,
                       GTlsCertificate      *certificate,
                       GTlsCertificateFlags  errors,
                       gpointer              user_data)
{
  return errors == 0;
}

static void
request_started_cb (SoupServer        *server,
                    SoupServerMessage *message,
                    gpointer           user_data)
{
  g_signal_connect (message, "accept-certificate", G_CALLBACK (accept_certificate_cb), NULL);
}

/* A server that lets nobody in without a certificate. */
static void
test_client_certificate (gconstpointer user_data)
{
  const Way *way = user_data;
  g_autoptr (GTlsCertificate) certificate = certificate_new ();
  g_autoptr (GTlsDatabase) database = certificate_new_database ();
  g_auto (Answer) refused = { 0 };
  g_auto (Answer) answer = { 0 };
  Place place = { 0 };

  place_begin (&place, way);
  soup_server_set_tls_database (place.peer->server, database);
  g_signal_connect (place.peer->server, "request-started", G_CALLBACK (request_started_cb), NULL);
  soup_server_set_tls_auth_mode (place.peer->server, G_TLS_AUTHENTICATION_REQUIRED);
  place_connect (&place, way, NULL, &refused);
  g_assert_nonnull (refused.error);
  g_assert_finalize_object (g_steal_pointer (&place.connection));

  g_signal_connect (place.session, "request-queued", G_CALLBACK (request_queued_cb), certificate);
  place_connect (&place, way, NULL, &answer);
  g_assert_no_error (answer.error);
  place_talk (&place);
  place_end (&place);
}

/* What the server sets with its first answer comes with all requests behind it. */
static void
test_cookies (gconstpointer user_data)
{
  const Way *way = user_data;
  g_autoptr (SoupCookieJar) jar = soup_cookie_jar_new ();
  g_auto (Answer) answer = { 0 };
  Place place = { 0 };

  place_begin (&place, way);
  place.peer->cookie = "node=7; path=/";
  soup_session_add_feature (place.session, SOUP_SESSION_FEATURE (jar));
  place_connect (&place, way, NULL, &answer);
  g_assert_no_error (answer.error);
  place_talk (&place);

  for (guint i = 0; i < place.peer->requests->len; i++)
    {
      const char *cookies = soup_message_headers_get_list (place.peer->headers->pdata[i], "Cookie");

      if (!g_str_has_suffix (place.peer->requests->pdata[i], "/negotiate"))
        g_assert_cmpstr (cookies, ==, "node=7");
    }
  place_end (&place);
}

static void
add (const char    *what,
     const Way     *way,
     GTestDataFunc  func)
{
  g_autofree char *path = g_strdup_printf ("/client/%s/%s", what, way->name);

  g_test_add_data_func (path, way, func);
}

int
main (int   argc,
      char *argv[])
{
  gboolean has_tls = g_tls_backend_supports_tls (g_tls_backend_get_default ());

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      if (ways[i].tls && !has_tls)
        continue;

      add ("proxy", &ways[i], test_proxy);
      if (ways[i].tls)
        add ("client-certificate", &ways[i], test_client_certificate);
      else
        add ("cookies", &ways[i], test_cookies);
      if (ways[i].tls || g_str_equal (ways[i].transport, "webSockets"))
        add ("refused-by-proxy", &ways[i], test_refused);
    }

  return g_test_run ();
}
