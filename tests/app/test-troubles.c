/* test-troubles.c: what the window says of servers that are none
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "gui.h"

#include "tertulia-status-banner.h"
#include "tertulia-window.h"

/* Made for this test, and trusted by nobody. */
static const char certificate_pem[] =
  "-----BEGIN CERTIFICATE-----\n"
  "MIIBfjCCASWgAwIBAgIUI8SmNjQjZNSGdM2rFd82csLVFZUwCgYIKoZIzj0EAwIw\n"
  "FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTEyMzcwMVoYDzIxMjYxMDI4\n"
  "MTIzNzAxWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO\n"
  "PQMBBwNCAAQkEmB0JQTv/TvfXOA+XcmP8+O9Zv5AWoxBTldntGu49OfcanEH0KsI\n"
  "BatstuLikvDX5k5bWpENvGIozjDFsrHIo1MwUTAdBgNVHQ4EFgQUz8ycZigKDqPm\n"
  "Oop38A9M+yMWhxMwHwYDVR0jBBgwFoAUz8ycZigKDqPmOop38A9M+yMWhxMwDwYD\n"
  "VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiAbp9YBETwU37N/SL/yP5EH\n"
  "p3dh6pvvw+42rdDYT0aKlQIgMj2ZJsJAmNKqLjNGNFevTXwNy1AvMvDDkRg2elnM\n"
  "xII=\n"
  "-----END CERTIFICATE-----\n"
  "-----BEGIN PRIVATE KEY-----\n"
  "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgUpQZQsu0+QnZPIAM\n"
  "dOKAyvzEBsYOrh2sAwi4ldg8kKyhRANCAAQkEmB0JQTv/TvfXOA+XcmP8+O9Zv5A\n"
  "WoxBTldntGu49OfcanEH0KsIBatstuLikvDX5k5bWpENvGIozjDFsrHI\n"
  "-----END PRIVATE KEY-----\n";

/* Answers every request alike. */
typedef struct {
  GSocketService  *service;
  const char      *response;
  GTlsCertificate *certificate;
  char            *address;
} Server;

typedef struct {
  Server    *server;
  GIOStream *stream;
  GString   *request;
  char       buffer[1024];
} Visit;

static void
visit_free (Visit *visit)
{
  g_string_free (visit->request, TRUE);
  g_object_unref (visit->stream);
  g_free (visit);
}

static void
visit_written_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  Visit *visit = user_data;

  g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL);
  g_io_stream_close (visit->stream, NULL, NULL);
  visit_free (visit);
}

static void
visit_read_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  Visit *visit = user_data;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);

  if (n <= 0)
    {
      visit_free (visit);
      return;
    }

  g_string_append_len (visit->request, visit->buffer, n);
  if (strstr (visit->request->str, "\r\n\r\n") == NULL)
    g_input_stream_read_async (G_INPUT_STREAM (source), visit->buffer, sizeof visit->buffer,
                               G_PRIORITY_DEFAULT, NULL, visit_read_cb, visit);
  else
    g_output_stream_write_all_async (g_io_stream_get_output_stream (visit->stream),
                                     visit->server->response, strlen (visit->server->response),
                                     G_PRIORITY_DEFAULT, NULL, visit_written_cb, visit);
}

static gboolean
server_incoming_cb (GSocketService    *service,
                    GSocketConnection *connection,
                    GObject           *source,
                    gpointer           user_data)
{
  Server *server = user_data;
  Visit *visit = g_new0 (Visit, 1);

  visit->server = server;
  visit->request = g_string_new (NULL);
  if (server->certificate != NULL)
    visit->stream = g_tls_server_connection_new (G_IO_STREAM (connection), server->certificate, NULL);
  else
    visit->stream = g_object_ref (G_IO_STREAM (connection));

  g_input_stream_read_async (g_io_stream_get_input_stream (visit->stream),
                             visit->buffer, sizeof visit->buffer,
                             G_PRIORITY_DEFAULT, NULL, visit_read_cb, visit);

  return TRUE;
}

static Server *
server_new (const char *response,
            gboolean    tls)
{
  Server *server = g_new0 (Server, 1);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) address = NULL;

  server->response = response;
  if (tls)
    server->certificate = g_tls_certificate_new_from_pem (certificate_pem, -1, NULL);
  server->service = g_socket_service_new ();
  g_socket_listener_add_address (G_SOCKET_LISTENER (server->service), any, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &address, NULL);
  g_signal_connect (server->service, "incoming", G_CALLBACK (server_incoming_cb), server);
  server->address = g_strdup_printf ("%s://127.0.0.1:%u/signalr", tls ? "https" : "http",
                                     g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)));

  return server;
}

static void
server_free (Server *server)
{
  g_socket_service_stop (server->service);
  g_socket_listener_close (G_SOCKET_LISTENER (server->service));
  g_object_unref (server->service);
  g_clear_object (&server->certificate);
  g_free (server->address);
  g_free (server);
}

typedef struct {
  const char *path;
  const char *address;         /* where there is no server */
  const char *response;
  gboolean    tls;
  const char *title;           /* what the banner says first */
  const char *reason;          /* and why; behind the name of a server that is there */
  const char *button;
} Trouble;

#define EMPTY "Content-Length: 0\r\nConnection: close\r\n\r\n"
#define REFUSED "This server does not accept the connection"

static const Trouble troubles[] = {
  { "refused", "http://127.0.0.1:9/signalr", NULL, FALSE,
    "", "Nothing accepts connections at 127.0.0.1:9", "Try Now" },
  { "name", "http://no-such-name.invalid/signalr", NULL, FALSE,
    "", "The server name “no-such-name.invalid” was not found", "Try Now" },
  { "not-found", NULL, "HTTP/1.1 404 Not Found\r\n" EMPTY, FALSE,
    REFUSED, " has no chat at this address", "Details" },
  { "no-signalr", NULL, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 14\r\n"
    "Connection: close\r\n\r\n<html> </html>", FALSE,
    REFUSED, " is not a SignalR server", "Details" },
  { "unauthorized", NULL, "HTTP/1.1 401 Unauthorized\r\n" EMPTY, FALSE,
    "Signed out by the server", " requires signing in", "Sign In…" },
  { "forbidden", NULL, "HTTP/1.1 403 Forbidden\r\n" EMPTY, FALSE,
    "Signed out by the server", " denies access", "Sign In…" },
  { "certificate", NULL, "HTTP/1.1 200 OK\r\n" EMPTY, TRUE,
    "The server’s identity could not be verified", " could not prove its identity", "Details" },
};

static void
test_trouble (gconstpointer data)
{
  const Trouble *trouble = data;
  g_autoptr (TertuliaSettings) settings = tertulia_settings_new ();
  TertuliaWindow *window = tertulia_window_new (NULL, settings);
  Server *server = NULL;
  const char *address = trouble->address;
  TertuliaStatusBanner *banner;
  g_autofree char *reason = NULL;

  if (trouble->tls && !g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    {
      g_test_skip ("no TLS");
      gui_destroy (window);
      return;
    }

  if (address == NULL)
    {
      g_auto (GStrv) words = NULL;

      server = server_new (trouble->response, trouble->tls);
      address = server->address;
      words = g_strsplit (address, "/", -1);
      reason = g_strconcat (words[2], trouble->reason, NULL);
    }
  else
    reason = g_strdup (trouble->reason);

  gui_present (window);
  tertulia_window_connect (window, address, "Ana", NULL);
  banner = gui_find (window, TERTULIA_TYPE_STATUS_BANNER);

  gui_wait (tertulia_status_banner_get_title (banner) != NULL &&
            strstr (tertulia_status_banner_get_title (banner), reason) != NULL);
  g_assert_true (g_str_has_prefix (tertulia_status_banner_get_title (banner), trouble->title));
  g_assert_nonnull (gui_find_button (banner, trouble->button));

  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &window);
  gtk_window_close (GTK_WINDOW (window));
  gui_wait (window == NULL);
  g_clear_pointer (&server, server_free);
}

/* In a process of its own: the leak checker cannot look into threads that were
 * there before a TLS library came.
 */
static void
test_trouble_alone (gconstpointer data)
{
  if (g_test_subprocess ())
    {
      test_trouble (data);
      return;
    }

  g_test_trap_subprocess (NULL, 60 * G_USEC_PER_SEC, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

int
main (int   argc,
      char *argv[])
{
  if (!gui_init (&argc, &argv))
    return 0;

  for (gsize i = 0; i < G_N_ELEMENTS (troubles); i++)
    {
      g_autofree char *path = g_strconcat ("/troubles/", troubles[i].path, NULL);

      g_test_add_data_func (path, &troubles[i],
                            troubles[i].tls ? test_trouble_alone : test_trouble);
    }

  return gui_run ();
}
