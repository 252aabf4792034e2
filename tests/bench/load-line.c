/* load-line.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "load-line.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define READ_SIZE (256 * 1024)
#define N_SOURCES 60

static struct sockaddr_in server;
static char *server_name;
static guint n_opened;

void
load_fail (const char *format,
           ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);

  fprintf (stderr, "load: %s\n", text);
  exit (1);
}

void
load_set_server (const char *host,
                 guint       port)
{
  server.sin_family = AF_INET;
  server.sin_port = htons (port);
  if (inet_pton (AF_INET, host, &server.sin_addr) != 1)
    load_fail ("%s is not an IPv4 address", host);

  server_name = g_strdup_printf ("%s:%u", host, port);
}

void
load_line_init (LoadLine     *line,
                int           poller,
                LoadLineFunc  func,
                gpointer      owner)
{
  line->poller = poller;
  line->fd = -1;
  line->input = g_byte_array_new ();
  line->output = g_byte_array_new ();
  line->func = func;
  line->owner = owner;
}

void
load_line_open (LoadLine *line)
{
  struct sockaddr_in source = {
    .sin_family = AF_INET,
    .sin_addr.s_addr = htonl (INADDR_LOOPBACK + 1 + n_opened++ % N_SOURCES),
  };
  struct epoll_event event = { EPOLLIN | EPOLLOUT, { .ptr = line } };
  int one = 1;

  line->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (line->fd < 0)
    load_fail ("No socket: %s", g_strerror (errno));

  setsockopt (line->fd, SOL_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
  setsockopt (line->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (bind (line->fd, (struct sockaddr *) &source, sizeof source) != 0)
    load_fail ("No source address: %s", g_strerror (errno));
  if (connect (line->fd, (struct sockaddr *) &server, sizeof server) != 0 && errno != EINPROGRESS)
    load_fail ("No connection: %s", g_strerror (errno));

  line->wants_out = TRUE;
  if (epoll_ctl (line->poller, EPOLL_CTL_ADD, line->fd, &event) != 0)
    load_fail ("No poll: %s", g_strerror (errno));
}

void
load_line_close (LoadLine *line)
{
  if (line->fd >= 0)
    close (line->fd);
  line->fd = -1;
  g_byte_array_set_size (line->input, 0);
  g_byte_array_set_size (line->output, 0);
}

void
load_line_flush (LoadLine *line)
{
  gsize sent = 0;
  gboolean wants_out;

  while (sent < line->output->len)
    {
      gssize n = send (line->fd, line->output->data + sent, line->output->len - sent, MSG_NOSIGNAL);

      if (n < 0 && (errno == EAGAIN || errno == ENOTCONN))
        break;
      if (n < 0)
        load_fail ("Cannot send: %s", g_strerror (errno));
      sent += n;
    }

  if (sent > 0)
    g_byte_array_remove_range (line->output, 0, sent);

  wants_out = line->output->len > 0;
  if (wants_out != line->wants_out)
    {
      struct epoll_event event = { EPOLLIN | (wants_out ? EPOLLOUT : 0), { .ptr = line } };

      epoll_ctl (line->poller, EPOLL_CTL_MOD, line->fd, &event);
      line->wants_out = wants_out;
    }
}

void
load_line_take (LoadLine *line,
                gsize     length)
{
  if (length > 0)
    g_byte_array_remove_range (line->input, 0, length);
}

void
load_line_handle (LoadLine *line,
                  guint32   events)
{
  static guint8 buffer[READ_SIZE];
  gssize n;

  if (line->fd < 0)
    return;
  if (events & EPOLLOUT)
    load_line_flush (line);
  if (!(events & (EPOLLIN | EPOLLHUP | EPOLLERR)))
    return;

  n = read (line->fd, buffer, sizeof buffer);
  if (n < 0 && errno == EAGAIN)
    return;
  if (n <= 0)
    load_fail ("The server has closed a connection: %s; it had said %.*s", n < 0 ? g_strerror (errno) : "end",
               (int) MIN (line->input->len, 300), (const char *) line->input->data);

  g_byte_array_append (line->input, buffer, n);
  line->func (line, line->owner);
}

void
load_line_request (LoadLine   *line,
                   const char *method,
                   const char *target,
                   const char *headers,
                   const char *body)
{
  g_autofree char *text = NULL;

  text = g_strdup_printf ("%s %s HTTP/1.1\r\nHost: %s\r\n%sContent-Length: %" G_GSIZE_FORMAT "\r\n\r\n%s",
                          method, target, server_name, headers, strlen (body), body);
  g_byte_array_append (line->output, (const guint8 *) text, strlen (text));
  load_line_flush (line);
}

void
load_line_upgrade (LoadLine   *line,
                   const char *target)
{
  load_line_request (line, "GET", target,
                     "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "");
}

/* Returns where the body begins, or NULL. */
static const char *
read_head (LoadLine   *line,
           LoadAnswer *answer)
{
  const char *input = (const char *) line->input->data;
  const char *end = line->input->len > 0 ? memmem (input, line->input->len, "\r\n\r\n", 4) : NULL;

  if (end == NULL)
    return NULL;

  answer->status = strtoul (input + strlen ("HTTP/1.1 "), NULL, 10);

  return end + 4;
}

static const char *
find_header (LoadLine   *line,
             const char *body,
             const char *name)
{
  const char *input = (const char *) line->input->data;
  gsize length = strlen (name);

  for (const char *at = input; at + length < body; at++)
    if (at[0] == '\n' && g_ascii_strncasecmp (at + 1, name, length) == 0)
      return at + 1 + length;

  return NULL;
}

/* Returns how much of @data was chunks, the last one included; 0 while it misses. */
static gsize
join_chunks (const char *data,
             gsize       length,
             GByteArray *buffer)
{
  const char *at = data;
  const char *end = data + length;

  while (at != NULL && at < end)
    {
      const char *line_end = memmem (at, end - at, "\r\n", 2);
      gsize size;

      if (line_end == NULL)
        return 0;

      size = strtoul (at, NULL, 16);
      if ((gsize) (end - line_end) < size + 4)
        return 0;

      g_byte_array_append (buffer, (const guint8 *) line_end + 2, size);
      at = line_end + 2 + size + 2;
      if (size == 0)
        return at - data;
    }

  return 0;
}

gboolean
load_line_answer (LoadLine   *line,
                  GByteArray *buffer,
                  LoadAnswer *answer)
{
  const char *body = read_head (line, answer);
  gsize have, size = 0;

  if (body == NULL)
    return FALSE;

  g_byte_array_set_size (buffer, 0);
  have = line->input->len - (body - (const char *) line->input->data);

  if (find_header (line, body, "transfer-encoding:") != NULL)
    {
      size = join_chunks (body, have, buffer);
      if (size == 0)
        return FALSE;
    }
  else
    {
      const char *text = find_header (line, body, "content-length:");

      size = text != NULL ? strtoul (text, NULL, 10) : 0;
      if (have < size)
        return FALSE;
      g_byte_array_append (buffer, (const guint8 *) body, size);
    }

  load_line_take (line, body + size - (const char *) line->input->data);
  g_byte_array_append (buffer, (const guint8 *) "", 1);
  answer->body = (const char *) buffer->data;
  answer->length = buffer->len - 1;

  return TRUE;
}

gboolean
load_line_stream (LoadLine   *line,
                  GByteArray *buffer,
                  LoadAnswer *answer)
{
  const char *body = read_head (line, answer);

  if (body == NULL)
    return FALSE;

  g_byte_array_set_size (buffer, 0);
  join_chunks (body, line->input->len - (body - (const char *) line->input->data), buffer);
  g_byte_array_append (buffer, (const guint8 *) "", 1);
  answer->body = (const char *) buffer->data;
  answer->length = buffer->len - 1;

  return TRUE;
}

void
load_line_frame (LoadLine   *line,
                 guint       opcode,
                 const void *data,
                 gsize       length)
{
  static guint32 state = 2463534242u;
  guint8 head[8] = { 0x80 | opcode, 0x80 | length };
  gsize head_size = 2, offset;
  guint8 *payload;
  guint8 mask[4];

  g_assert (length < 65536);
  if (length >= 126)
    {
      head[1] = 0x80 | 126;
      head[2] = length >> 8;
      head[3] = length;
      head_size = 4;
    }

  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  memcpy (mask, &state, sizeof mask);

  g_byte_array_append (line->output, head, head_size);
  g_byte_array_append (line->output, mask, sizeof mask);
  offset = line->output->len;
  g_byte_array_append (line->output, data, length);
  payload = line->output->data + offset;
  for (gsize i = 0; i < length; i++)
    payload[i] ^= mask[i & 3];
}

gsize
load_frame_read (const guint8  *data,
                 gsize          length,
                 guint         *opcode,
                 const guint8 **payload,
                 gsize         *payload_length)
{
  gsize head_size = 2;
  guint64 size;

  if (length < 2)
    return 0;
  if (data[1] & 0x80 || data[0] & 0x70)
    load_fail ("Not a frame of a server");

  size = data[1];
  if (size == 126 && length >= 4)
    {
      head_size = 4;
      size = data[2] << 8 | data[3];
    }
  else if (size == 127 && length >= 10)
    {
      head_size = 10;
      size = 0;
      for (guint i = 2; i < 10; i++)
        size = size << 8 | data[i];
    }
  else if (size >= 126)
    {
      return 0;
    }

  if (length - head_size < size)
    return 0;

  *opcode = data[0] & 15;
  *payload = data + head_size;
  *payload_length = size;

  return head_size + size;
}
