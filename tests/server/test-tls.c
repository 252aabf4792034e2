/* test-tls.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <libsoup/soup.h>
#include <malloc.h>
#include <string.h>
#include <sys/socket.h>

#include "server-fixture.h"
#include "server/signalr-server-private.h"

/* More than there are threads for in the time of a test. */
#define N_STALLED 300
#define N_IDLE 20
/* Of both ends of an idle connection, in bytes; it is a third. */
#define MAX_PAIR (256 * 1024)

/* A client of another make, over TLS. */
typedef struct {
  SoupWebsocketConnection *socket;
  GString                 *received;
} SecurePeer;

static gboolean
accept_certificate_cb (SoupMessage          *message,
                       GTlsCertificate      *certificate,
                       GTlsCertificateFlags  errors,
                       gpointer              user_data)
{
  return TRUE;
}

static void
secure_message_cb (SoupWebsocketConnection *socket,
                   int                      type,
                   GBytes                  *message,
                   gpointer                 user_data)
{
  SecurePeer *peer = user_data;

  g_string_append_len (peer->received, g_bytes_get_data (message, NULL), g_bytes_get_size (message));
}

static void
secure_connected_cb (GObject      *source,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  SecurePeer *peer = user_data;
  g_autoptr (GError) error = NULL;

  peer->socket = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);
  g_assert_no_error (error);
  soup_websocket_connection_set_max_incoming_payload_size (peer->socket, 0);
  g_signal_connect (peer->socket, "message", G_CALLBACK (secure_message_cb), peer);
}

static void
test_tls (void)
{
  ServerFixture fixture;
  SecurePeer peer = { 0 };
  g_autofree char *uri = NULL;
  g_autofree char *plain_uri = NULL;
  g_autofree char *large = g_strnfill (60000, 'x');
  g_autofree char *call = NULL;
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autoptr (SoupMessage) message = NULL;
  g_autoptr (RawPeer) plain = NULL;
  g_autoptr (RawPeer) slow = NULL;
  static const char hello[] = { 0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0x7c, 0x03, 0x03, 0x00, 0x00, 0x00, 0x00 };

  server_fixture_set_up (&fixture, NULL);
  g_assert_true (g_str_has_prefix (fixture.uri, "https://127.0.0.1:"));

  uri = g_strconcat (fixture.uri, "/hub", NULL);
  message = soup_message_new ("GET", uri);
  g_signal_connect (message, "accept-certificate", G_CALLBACK (accept_certificate_cb), NULL);
  peer.received = g_string_new (NULL);
  soup_session_websocket_connect_async (session, message, NULL, NULL, G_PRIORITY_DEFAULT, NULL,
                                        secure_connected_cb, &peer);
  raw_wait_until (peer.socket != NULL);

  soup_websocket_connection_send_text (peer.socket, "{\"protocol\":\"json\",\"version\":1}\x1e");
  raw_wait_until (g_str_equal (peer.received->str, "{}\x1e"));

  /* More than one TLS record holds, both ways. */
  call = g_strdup_printf ("{\"type\":1,\"target\":\"Caller\",\"arguments\":[\"%s\"]}\x1e", large);
  for (guint i = 0; i < 5; i++)
    soup_websocket_connection_send_text (peer.socket, call);
  raw_wait_until (peer.received->len > 5 * 60000 + 5 * 45);

  soup_websocket_connection_close (peer.socket, 1000, NULL);
  raw_wait_until (soup_websocket_connection_get_state (peer.socket) == SOUP_WEBSOCKET_STATE_CLOSED);
  g_assert_cmpuint (soup_websocket_connection_get_close_code (peer.socket), ==, 1000);
  raw_wait_until (test_hub_count (fixture.hub, "disconnected(true)") == 1);

  /* Who speaks no TLS, or takes their time for it, is not waited for. */
  plain_uri = g_strconcat ("http", strchr (fixture.uri, ':'), NULL);
  plain = raw_peer_new (plain_uri);
  slow = raw_peer_new (plain_uri);
  for (gsize i = 0; i < sizeof hello; i++)
    {
      raw_peer_send (slow, hello + i, 1);
      server_fixture_advance (&fixture, 15.0 / sizeof hello);
    }
  raw_peer_wait_end (plain);
  raw_peer_wait_end (slow);

  g_object_unref (peer.socket);
  g_string_free (peer.received, TRUE);
  g_clear_object (&message);
  soup_session_abort (session);
  server_fixture_tear_down (&fixture, NULL);
}

static void
ignore_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
}

/* What a client says first. */
static GBytes *
capture_hello (void)
{
  g_autoptr (GSocket) near = NULL;
  g_autoptr (GSocket) far = NULL;
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GIOStream) tls = NULL;
  char buffer[16384];
  gssize n;
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  near = g_socket_new_from_fd (fds[0], NULL);
  far = g_socket_new_from_fd (fds[1], NULL);
  connection = g_socket_connection_factory_create_connection (near);
  tls = g_tls_client_connection_new (G_IO_STREAM (connection), NULL, NULL);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (tls), G_PRIORITY_DEFAULT, NULL, ignore_cb, NULL);
  n = g_socket_receive (far, buffer, sizeof buffer, NULL, NULL);
  g_assert_cmpint (n, >, 5);
  g_assert_true (g_socket_close (far, NULL));
  raw_settle ();

  return g_bytes_new (buffer, n);
}

/* Those of one address that begin a handshake and say no more keep nobody of another
 * from having theirs; nor do those that say half of their first word.
 */
static void
test_stalled (ServerFixture *fixture,
              gconstpointer  data)
{
  g_autoptr (GPtrArray) stalled = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GSocketAddress) from = g_inet_socket_address_new_from_string ("127.0.0.2", 0);
  g_autoptr (GSocketClient) client = g_object_new (G_TYPE_SOCKET_CLIENT, "local-address", from,
                                                   "enable-proxy", FALSE, NULL);
  g_autoptr (GBytes) hello = capture_hello ();
  g_autoptr (RawPeer) peer = NULL;
  g_autoptr (RawAnswer) answer = NULL;
  g_autofree char *address = g_strdup (strstr (fixture->uri, "127.0.0.1"));

  for (guint i = 0; i < N_STALLED; i++)
    {
      g_autoptr (GError) error = NULL;
      GSocketConnection *connection = g_socket_client_connect_to_host (client, address, 443, NULL, &error);
      gsize size = g_bytes_get_size (hello);

      g_assert_no_error (error);
      g_ptr_array_add (stalled, connection);
      g_socket_send (g_socket_connection_get_socket (connection), g_bytes_get_data (hello, NULL),
                     i % 2 == 0 ? size : size / 2, NULL, &error);
      g_assert_no_error (error);
    }
  raw_settle ();

  peer = raw_peer_new (fixture->uri);
  answer = raw_peer_request (peer, "GET", "/signalr/ping", NULL, NULL);
  g_assert_cmpuint (answer->status, ==, 200);

  /* And not for ever. */
  server_fixture_advance (fixture, 15);
  raw_wait_until (signalr_server_get_host (fixture->server)->door->totals[SIGNALR_DOOR_SOCKET] == 1);
}

/* Neither an idle connection nor its other end, which is here too, is dear. */
static void
test_memory (ServerFixture *fixture,
             gconstpointer  data)
{
  g_autoptr (GPtrArray) peers = g_ptr_array_new_with_free_func ((GDestroyNotify) raw_peer_free);
  gsize before = 0;

#ifdef __SANITIZE_ADDRESS__
  g_test_skip ("The sanitizer keeps memory that was freed");
  return;
#endif

  for (guint i = 0; i < 2 * N_IDLE; i++)
    {
      if (i == N_IDLE)
        before = mallinfo2 ().uordblks;
      g_ptr_array_add (peers, raw_peer_new (fixture->uri));
    }
  raw_settle ();
  g_assert_cmpuint (mallinfo2 ().uordblks - before, <, N_IDLE * MAX_PAIR);
}

int
main (int   argc,
      char *argv[])
{
  server_test_init (&argc, &argv);

  g_test_add_func ("/server/tls", test_tls);
  g_test_add ("/server/tls-stalled", ServerFixture, NULL, server_fixture_set_up, test_stalled, server_fixture_tear_down);
  g_test_add ("/server/tls-memory", ServerFixture, NULL, server_fixture_set_up, test_memory, server_fixture_tear_down);

  return g_test_run ();
}
