/* proxy.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "proxy.h"

#include <string.h>

#define BLOCK_SIZE 8192

static const char refusal[] =
  "HTTP/1.1 407 Proxy Authentication Required\r\n"
  "Proxy-Authenticate: Basic realm=\"proxy\"\r\n"
  "Content-Length: 0\r\n"
  "\r\n";

static const char welcome[] = "HTTP/1.1 200 Connection established\r\n\r\n";

/* One client: what it has asked so far. */
typedef struct {
  Proxy             *proxy;
  GSocketConnection *client;
  GByteArray        *head;
} Visit;

static void read_on (Visit *visit);

static void
visit_free (Visit *visit)
{
  visit->proxy->n_open--;
  g_object_unref (visit->client);
  g_byte_array_unref (visit->head);
  g_free (visit);
}

static gboolean
is_known (Visit *visit)
{
  g_autofree char *plain = g_strconcat ("ana:", PROXY_PASSWORD, NULL);
  g_autofree char *coded = g_base64_encode ((const guchar *) plain, strlen (plain));
  g_autofree char *wanted = g_strconcat ("\r\nProxy-Authorization: Basic ", coded, "\r\n", NULL);

  return memmem (visit->head->data, visit->head->len, wanted, strlen (wanted)) != NULL;
}

static void
write_text (GIOStream    *stream,
            const guint8 *text,
            gsize         length)
{
  g_output_stream_write_all (g_io_stream_get_output_stream (stream), text, length, NULL, NULL, NULL);
}

static void
splice_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_io_stream_splice_finish (result, NULL);
  visit_free (user_data);
}

/* From here on it only passes on. */
static void
let_in (Visit *visit)
{
  gboolean tunnel = memcmp (visit->head->data, "CONNECT ", 8) == 0;
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) server = NULL;
  g_autoptr (GError) error = NULL;

  g_socket_client_set_enable_proxy (client, FALSE);
  server = g_socket_client_connect_to_host (client, "127.0.0.1", visit->proxy->port, NULL, &error);
  g_assert_no_error (error);

  if (tunnel)
    write_text (G_IO_STREAM (visit->client), (const guint8 *) welcome, strlen (welcome));
  else
    write_text (G_IO_STREAM (server), visit->head->data, visit->head->len);
  visit->proxy->n_tunnels += tunnel;
  visit->proxy->n_forwarded += !tunnel;

  g_io_stream_splice_async (G_IO_STREAM (visit->client), G_IO_STREAM (server),
                            G_IO_STREAM_SPLICE_CLOSE_STREAM1 | G_IO_STREAM_SPLICE_CLOSE_STREAM2,
                            G_PRIORITY_DEFAULT, NULL, splice_cb, visit);
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Visit *visit = user_data;
  g_autoptr (GBytes) block = NULL;

  block = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, NULL);
  if (block == NULL || g_bytes_get_size (block) == 0)
    {
      visit_free (visit);
      return;
    }

  g_byte_array_append (visit->head, g_bytes_get_data (block, NULL), g_bytes_get_size (block));
  if (memmem (visit->head->data, visit->head->len, "\r\n\r\n", 4) == NULL)
    {
      read_on (visit);
    }
  else if (is_known (visit))
    {
      let_in (visit);
    }
  else
    {
      visit->proxy->n_refused++;
      g_byte_array_set_size (visit->head, 0);
      write_text (G_IO_STREAM (visit->client), (const guint8 *) refusal, strlen (refusal));
      read_on (visit);
    }
}

static void
read_on (Visit *visit)
{
  g_input_stream_read_bytes_async (g_io_stream_get_input_stream (G_IO_STREAM (visit->client)),
                                   BLOCK_SIZE, G_PRIORITY_DEFAULT, NULL, read_cb, visit);
}

static gboolean
incoming_cb (GSocketService    *service,
             GSocketConnection *connection,
             GObject           *source,
             gpointer           user_data)
{
  Visit *visit = g_new0 (Visit, 1);

  visit->proxy = user_data;
  visit->proxy->n_open++;
  visit->client = g_object_ref (connection);
  visit->head = g_byte_array_new ();
  read_on (visit);

  return TRUE;
}

Proxy *
proxy_new (guint16 port)
{
  Proxy *self = g_new0 (Proxy, 1);

  self->port = port;
  self->service = g_socket_service_new ();
  g_signal_connect (self->service, "incoming", G_CALLBACK (incoming_cb), self);

  return self;
}

void
proxy_free (Proxy *self)
{
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_object_unref (self->service);
  g_free (self);
}

GProxyResolver *
proxy_get_resolver (Proxy      *self,
                    const char *password)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *escaped = g_uri_escape_string (password, NULL, FALSE);
  g_autofree char *uri = NULL;

  g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), any, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &address, &error);
  g_assert_no_error (error);
  uri = g_strdup_printf ("http://ana:%s@127.0.0.1:%u", escaped,
                         g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)));

  return g_simple_proxy_resolver_new (uri, NULL);
}
