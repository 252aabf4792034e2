/* socket-watch.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "socket-watch-private.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

struct _SignalrSocketWatch {
  GSocket                *socket;
  GSource                *source;
  SignalrSocketWatchFunc  func;
  gpointer                user_data;

  guint64                 received_before;
  guint64                 received;       /* when it was last told */
  guint64                 acked_before;   /* when nothing was on the way */
  guint64                 handed;         /* since then */
  GArray                 *ends;           /* guint64: where in it each message ends */
};

/* A stream over TLS, and one of libsoup, keeps the one below in a property. */
GSocket *
signalr_socket_find (GIOStream *stream)
{
  static const char * const names[] = { "base-iostream", "base-io-stream" };
  g_autoptr (GIOStream) current = g_object_ref (stream);

  while (current != NULL && !G_IS_SOCKET_CONNECTION (current))
    {
      GIOStream *below = NULL;

      for (guint i = 0; i < G_N_ELEMENTS (names) && below == NULL; i++)
        {
          if (g_object_class_find_property (G_OBJECT_GET_CLASS (current), names[i]) != NULL)
            g_object_get (current, names[i], &below, NULL);
        }

      g_object_unref (current);
      current = below;
    }

  return current != NULL ? g_socket_connection_get_socket (G_SOCKET_CONNECTION (current)) : NULL;
}

void
signalr_socket_probe (GSocket *socket)
{
  if (g_socket_is_closed (socket))
    return;

  g_socket_set_keepalive (socket, TRUE);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_KEEPIDLE, 1, NULL);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_KEEPINTVL, 1, NULL);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_KEEPCNT, 2, NULL);
}

static gboolean
read_info (GSocket         *socket,
           struct tcp_info *info)
{
  socklen_t length = sizeof *info;

  *info = (struct tcp_info) { 0 };

  return getsockopt (g_socket_get_fd (socket), IPPROTO_TCP, TCP_INFO, info, &length) == 0 &&
         length >= G_STRUCT_OFFSET (struct tcp_info, tcpi_bytes_received) +
                   sizeof info->tcpi_bytes_received;
}

/* Once nothing is on the way the count begins anew: what the stream adds of its
 * own (frame headers, TLS) would add up otherwise.
 */
static void
begin_anew_when_all_arrived (SignalrSocketWatch    *self,
                             const struct tcp_info *info)
{
  if (info->tcpi_unacked != 0 || info->tcpi_notsent_bytes != 0)
    return;

  self->acked_before = info->tcpi_bytes_acked;
  self->handed = 0;
  g_array_set_size (self->ends, 0);
}

static gboolean
readable_cb (GSocket      *socket,
             GIOCondition  condition,
             gpointer      user_data)
{
  SignalrSocketWatch *self = user_data;
  struct tcp_info info;

  if (!read_info (socket, &info))
    return G_SOURCE_CONTINUE;

  /* The end of the stream is readable too, and is no sign of life. Of what came the
   * stream's own source may have read all already, where it was asked first.
   */
  if (info.tcpi_bytes_received == self->received && g_socket_get_available_bytes (socket) <= 0)
    return G_SOURCE_CONTINUE;

  self->received = info.tcpi_bytes_received;
  begin_anew_when_all_arrived (self, &info);
  self->func (info.tcpi_bytes_received - self->received_before, self->user_data);

  return G_SOURCE_CONTINUE;
}

SignalrSocketWatch *
signalr_socket_watch_new (GIOStream              *stream,
                          GMainContext           *context,
                          SignalrSocketWatchFunc  func,
                          gpointer                user_data)
{
  GSocket *socket = signalr_socket_find (stream);
  SignalrSocketWatch *self;
  struct tcp_info info;

  if (socket == NULL || !read_info (socket, &info))
    return NULL;

  self = g_new0 (SignalrSocketWatch, 1);
  self->socket = g_object_ref (socket);
  self->func = func;
  self->user_data = user_data;
  self->received_before = self->received = info.tcpi_bytes_received;
  self->acked_before = info.tcpi_bytes_acked;
  self->ends = g_array_new (FALSE, FALSE, sizeof (guint64));

  /* The priority of the stream's own source: one above it would be the only one
   * dispatched, again and again, since it does not read.
   */
  self->source = g_socket_create_source (socket, G_IO_IN, NULL);
  g_source_set_static_name (self->source, "[signalr] socket watch");
  g_source_set_callback (self->source, G_SOURCE_FUNC (readable_cb), self, NULL);
  g_source_attach (self->source, context);

  return self;
}

void
signalr_socket_watch_free (SignalrSocketWatch *self)
{
  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_object_unref (self->socket);
  g_array_unref (self->ends);
  g_free (self);
}

void
signalr_socket_watch_handed (SignalrSocketWatch *self,
                             gsize               size)
{
  self->handed += size;
  g_array_append_val (self->ends, self->handed);
}

gsize
signalr_socket_watch_unsent (SignalrSocketWatch *self,
                             guint              *n_messages)
{
  struct tcp_info info;
  guint arrived = 0;
  guint64 acked;

  if (self->handed == 0 || !read_info (self->socket, &info))
    {
      *n_messages = 0;
      return 0;
    }

  acked = info.tcpi_bytes_acked - self->acked_before;
  while (arrived < self->ends->len && g_array_index (self->ends, guint64, arrived) <= acked)
    arrived++;
  if (arrived > 0)
    g_array_remove_range (self->ends, 0, arrived);

  *n_messages = self->ends->len;

  return self->handed > acked ? self->handed - acked : 0;
}

void
signalr_socket_watch_shut_down (SignalrSocketWatch *self)
{
  g_socket_shutdown (self->socket, TRUE, TRUE, NULL);
}
