/* raw-peer.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "raw-peer.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

static gboolean
accept_certificate_cb (GTlsConnection       *tls,
                       GTlsCertificate      *certificate,
                       GTlsCertificateFlags  errors,
                       gpointer              user_data)
{
  return TRUE;
}

static void
shaken_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  g_tls_connection_handshake_finish (G_TLS_CONNECTION (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

static GIOStream *
shake_hands (GIOStream *connection)
{
  g_autoptr (GError) error = NULL;
  GIOStream *tls = NULL;
  gboolean done = FALSE;

  /* With no database of whom to trust, which costs four megabytes. */
  tls = g_initable_new (g_tls_backend_get_client_connection_type (g_tls_backend_get_default ()), NULL, &error,
                        "base-io-stream", connection, "database", NULL, NULL);
  g_assert_no_error (error);
  g_signal_connect (tls, "accept-certificate", G_CALLBACK (accept_certificate_cb), NULL);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (tls), G_PRIORITY_DEFAULT, NULL, shaken_cb, &done);
  raw_wait_until (done);

  return tls;
}

RawPeer *
raw_peer_new (const char *uri)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  RawPeer *peer = g_new0 (RawPeer, 1);

  g_socket_client_set_enable_proxy (client, FALSE);
  peer->connection = g_socket_client_connect_to_uri (client, uri, 80, NULL, &error);
  g_assert_no_error (error);
  peer->socket = g_socket_connection_get_socket (peer->connection);
  g_socket_set_blocking (peer->socket, FALSE);
  g_socket_set_option (peer->socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  peer->stream = g_object_ref (G_IO_STREAM (peer->connection));
  peer->input = g_byte_array_new ();

  if (g_str_has_prefix (uri, "https:"))
    {
      GIOStream *tls = shake_hands (peer->stream);

      g_object_unref (peer->stream);
      peer->stream = tls;
    }

  return peer;
}

void
raw_peer_free (RawPeer *peer)
{
  /* At once, without the goodbye of TLS, which would wait for the server. */
  g_io_stream_close (G_IO_STREAM (peer->connection), NULL, NULL);
  g_object_unref (peer->stream);
  g_object_unref (peer->connection);
  g_byte_array_unref (peer->input);
  g_free (peer->close_reason);
  g_free (peer);
}

void
raw_answer_free (RawAnswer *answer)
{
  g_free (answer->head);
  g_free (answer->body);
  g_free (answer);
}

void
raw_settle (void)
{
  for (guint i = 0; i < 20; i++)
    {
      g_usleep (200);
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
}

void
raw_peer_send (RawPeer    *peer,
               const void *data,
               gssize      length)
{
  const char *bytes = data;
  gsize left = length < 0 ? strlen (data) : (gsize) length;

  while (left > 0)
    {
      g_autoptr (GError) error = NULL;
      GOutputStream *output = g_io_stream_get_output_stream (peer->stream);
      gssize n = g_pollable_output_stream_write_nonblocking (G_POLLABLE_OUTPUT_STREAM (output),
                                                             bytes, left, NULL, &error);

      if (n < 0)
        {
          /* A server may well have had enough. */
          if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
            return;
          g_main_context_iteration (NULL, FALSE);
          continue;
        }

      bytes += n;
      left -= n;
    }
}

static void
raw_peer_receive (RawPeer *peer)
{
  GPollableInputStream *input = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (peer->stream));
  char buffer[65536];
  gssize n;

  while (!peer->ended)
    {
      g_autoptr (GError) error = NULL;

      n = g_pollable_input_stream_read_nonblocking (input, buffer, sizeof buffer, NULL, &error);
      if (n > 0)
        g_byte_array_append (peer->input, (guint8 *) buffer, n);
      else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        break;
      else
        peer->ended = TRUE;
    }
}

/* Returns FALSE where it will never be there. */
static gboolean
raw_peer_need (RawPeer *peer,
               gsize    n)
{
  raw_wait_until ((raw_peer_receive (peer), peer->input->len >= n || peer->ended));

  return peer->input->len >= n;
}

static gssize
raw_peer_find (RawPeer    *peer,
               const char *what)
{
  char *found = NULL;

  if (peer->input->len > 0)
    found = memmem (peer->input->data, peer->input->len, what, strlen (what));

  return found != NULL ? found - (char *) peer->input->data : -1;
}

static char *
raw_peer_take (RawPeer *peer,
               gsize    n)
{
  char *taken;

  g_assert_true (raw_peer_need (peer, n));
  taken = g_strndup ((char *) peer->input->data, n);
  g_byte_array_remove_range (peer->input, 0, n);

  return taken;
}

RawAnswer *
raw_peer_read_head (RawPeer *peer)
{
  RawAnswer *answer = g_new0 (RawAnswer, 1);

  raw_wait_until ((raw_peer_receive (peer), raw_peer_find (peer, "\r\n\r\n") >= 0 || peer->ended));
  if (raw_peer_find (peer, "\r\n\r\n") < 0)
    return answer;

  answer->head = raw_peer_take (peer, raw_peer_find (peer, "\r\n\r\n") + 4);
  answer->status = g_ascii_strtoull (answer->head + strlen ("HTTP/1.1 "), NULL, 10);

  return answer;
}

char *
raw_peer_read_chunk (RawPeer *peer)
{
  g_autofree char *size = NULL;
  g_autofree char *end = NULL;
  char *chunk;

  raw_wait_until ((raw_peer_receive (peer), raw_peer_find (peer, "\r\n") >= 0 || peer->ended));
  if (raw_peer_find (peer, "\r\n") < 0)
    return NULL;

  size = raw_peer_take (peer, raw_peer_find (peer, "\r\n") + 2);
  chunk = raw_peer_take (peer, g_ascii_strtoull (size, NULL, 16));
  end = raw_peer_take (peer, 2);
  g_assert_cmpstr (end, ==, "\r\n");

  if (chunk[0] == '\0')
    g_clear_pointer (&chunk, g_free);

  return chunk;
}

RawAnswer *
raw_peer_read_answer (RawPeer *peer)
{
  RawAnswer *answer = raw_peer_read_head (peer);
  const char *length = NULL;

  if (answer->head != NULL)
    length = strstr (answer->head, "Content-Length: ");
  if (length != NULL)
    answer->body = raw_peer_take (peer, g_ascii_strtoull (length + strlen ("Content-Length: "), NULL, 10));

  if (answer->head != NULL && strstr (answer->head, "Transfer-Encoding: chunked") != NULL)
    {
      g_autoptr (GString) body = g_string_new (NULL);
      char *chunk;

      while ((chunk = raw_peer_read_chunk (peer)) != NULL)
        {
          g_string_append (body, chunk);
          g_free (chunk);
        }
      answer->body = g_strdup (body->str);
    }

  return answer;
}

void
raw_peer_ask (RawPeer    *peer,
              const char *method,
              const char *target,
              const char *headers,
              const char *body)
{
  g_autoptr (GString) request = g_string_new (NULL);

  g_string_append_printf (request, "%s %s HTTP/1.1\r\nHost: server.test\r\n%s", method, target,
                          headers != NULL ? headers : "");
  if (body != NULL)
    g_string_append_printf (request, "Content-Length: %" G_GSIZE_FORMAT "\r\n", strlen (body));
  g_string_append_printf (request, "\r\n%s", body != NULL ? body : "");
  raw_peer_send (peer, request->str, request->len);
}

RawAnswer *
raw_peer_request (RawPeer    *peer,
                  const char *method,
                  const char *target,
                  const char *headers,
                  const char *body)
{
  raw_peer_ask (peer, method, target, headers, body);

  return raw_peer_read_answer (peer);
}

RawAnswer *
raw_request (const char *uri,
             const char *method,
             const char *target,
             const char *headers,
             const char *body)
{
  g_autoptr (RawPeer) peer = raw_peer_new (uri);

  return raw_peer_request (peer, method, target, headers, body);
}

guint
raw_peer_upgrade (RawPeer    *peer,
                  const char *target,
                  const char *headers)
{
  g_autofree char *all = NULL;
  g_autoptr (RawAnswer) answer = NULL;

  all = g_strconcat ("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", headers, NULL);
  answer = raw_peer_request (peer, "GET", target, all, NULL);
  if (answer->status == 101)
    g_assert_nonnull (strstr (answer->head, "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));

  return answer->status;
}

RawPeer *
raw_peer_new_socket (const char *uri,
                     const char *target)
{
  RawPeer *peer = raw_peer_new (uri);

  g_assert_cmpuint (raw_peer_upgrade (peer, target, NULL), ==, 101);

  return peer;
}

void
raw_peer_send_frame (RawPeer    *peer,
                     guint       first_byte,
                     gboolean    mask,
                     const void *payload,
                     gsize       length)
{
  static const guint8 key[4] = { 0x12, 0x34, 0x56, 0x78 };
  g_autoptr (GByteArray) frame = g_byte_array_new ();
  guint8 head[10] = { first_byte, mask ? 0x80 : 0 };
  gsize head_size = 2;

  if (length < 126)
    {
      head[1] |= length;
    }
  else if (length < 65536)
    {
      head[1] |= 126;
      head[2] = length >> 8;
      head[3] = length;
      head_size = 4;
    }
  else
    {
      head[1] |= 127;
      for (guint i = 0; i < 8; i++)
        head[2 + i] = (guint64) length >> (8 * (7 - i));
      head_size = 10;
    }

  g_byte_array_append (frame, head, head_size);
  if (mask)
    g_byte_array_append (frame, key, sizeof key);
  for (gsize i = 0; i < length; i++)
    {
      guint8 byte = ((const guint8 *) payload)[i] ^ (mask ? key[i % 4] : 0);

      g_byte_array_append (frame, &byte, 1);
    }

  raw_peer_send (peer, frame->data, frame->len);
}

void
raw_peer_send_text (RawPeer    *peer,
                    const char *text)
{
  raw_peer_send_frame (peer, 0x80 | RAW_TEXT, TRUE, text, strlen (text));
}

static guint
raw_peer_read_frame (RawPeer  *peer,
                     char    **payload)
{
  guint opcode;
  gsize length, head = 2;

  if (!raw_peer_need (peer, 2))
    return 0;

  opcode = peer->input->data[0] & 0x0f;
  g_assert_cmphex (peer->input->data[0] & 0xf0, ==, 0x80);
  length = peer->input->data[1];
  if (length == 126)
    {
      g_assert_true (raw_peer_need (peer, 4));
      length = peer->input->data[2] << 8 | peer->input->data[3];
      head = 4;
    }
  else if (length == 127)
    {
      g_assert_true (raw_peer_need (peer, 10));
      length = 0;
      for (guint i = 0; i < 8; i++)
        length = length << 8 | peer->input->data[2 + i];
      head = 10;
    }
  g_free (raw_peer_take (peer, head));

  if (opcode == RAW_CLOSE && length >= 2)
    {
      g_assert_true (raw_peer_need (peer, length));
      peer->close_code = peer->input->data[0] << 8 | peer->input->data[1];
      peer->close_reason = g_strndup ((char *) peer->input->data + 2, length - 2);
    }
  *payload = raw_peer_take (peer, length);

  return opcode;
}

char *
raw_peer_read_text (RawPeer *peer)
{
  g_autofree char *payload = NULL;
  guint opcode = raw_peer_read_frame (peer, &payload);

  if (opcode == RAW_CLOSE || opcode == 0)
    return NULL;

  return g_steal_pointer (&payload);
}

gboolean
raw_peer_is_silent (RawPeer *peer)
{
  raw_settle ();
  raw_peer_receive (peer);

  return peer->input->len == 0;
}

void
raw_peer_wait_end (RawPeer *peer)
{
  raw_wait_until ((raw_peer_receive (peer), peer->ended));
}

gboolean
raw_peer_is_ended (RawPeer *peer)
{
  g_main_context_iteration (NULL, FALSE);
  raw_peer_receive (peer);

  return peer->ended;
}
