/* stream-socket.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "stream-backend-private.h"

#include <errno.h>
#include <gio/gio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct {
  SignalrStreamBackend  backend;
  SignalrPolled         polled;
  SignalrPoller        *poller;
} SignalrStreamSocket;

static gssize
signalr_stream_socket_result (gssize   n,
                              GError **error)
{
  int saved = errno;

  if (n >= 0)
    return n;

  if (saved == EAGAIN || saved == EWOULDBLOCK)
    return SIGNALR_STREAM_WOULD_BLOCK;

  g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (saved), g_strerror (saved));

  return SIGNALR_STREAM_BROKEN;
}

static gssize
signalr_stream_socket_read (SignalrStreamBackend  *backend,
                            guint8                *buffer,
                            gsize                  size,
                            GError               **error)
{
  SignalrStreamSocket *self = (SignalrStreamSocket *) backend;
  gssize n;

  do
    n = recv (self->polled.fd, buffer, size, MSG_DONTWAIT);
  while (n < 0 && errno == EINTR);

  return signalr_stream_socket_result (n, error);
}

static gssize
signalr_stream_socket_write (SignalrStreamBackend  *backend,
                             const struct iovec    *parts,
                             guint                  n_parts,
                             GError               **error)
{
  SignalrStreamSocket *self = (SignalrStreamSocket *) backend;
  struct msghdr message = { .msg_iov = (struct iovec *) parts, .msg_iovlen = n_parts };
  gssize n;

  do
    n = sendmsg (self->polled.fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  while (n < 0 && errno == EINTR);

  return signalr_stream_socket_result (n, error);
}

static void
signalr_stream_socket_watch (SignalrStreamBackend *backend,
                             gboolean              readable,
                             gboolean              writable)
{
  SignalrStreamSocket *self = (SignalrStreamSocket *) backend;

  signalr_poller_change (self->poller, &self->polled,
                         (readable ? EPOLLIN : 0) | (writable ? EPOLLOUT : 0));
}

static gboolean
signalr_stream_socket_shutdown (SignalrStreamBackend *backend)
{
  return shutdown (((SignalrStreamSocket *) backend)->polled.fd, SHUT_WR) == 0;
}

static void
signalr_stream_socket_reset (SignalrStreamBackend *backend)
{
  struct linger linger = { .l_onoff = 1, .l_linger = 0 };

  setsockopt (((SignalrStreamSocket *) backend)->polled.fd, SOL_SOCKET, SO_LINGER,
              &linger, sizeof linger);
}

static GIOStream *
signalr_stream_socket_release (SignalrStreamBackend *backend)
{
  SignalrStreamSocket *self = (SignalrStreamSocket *) backend;
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GError) error = NULL;

  socket = g_socket_new_from_fd (self->polled.fd, &error);
  if (socket == NULL)
    {
      g_debug ("%s", error->message);
      return NULL;
    }

  signalr_poller_remove (self->poller, &self->polled);
  self->polled.fd = -1;

  return G_IO_STREAM (g_socket_connection_factory_create_connection (socket));
}

static void
signalr_stream_socket_free (SignalrStreamBackend *backend)
{
  SignalrStreamSocket *self = (SignalrStreamSocket *) backend;

  if (self->polled.fd >= 0)
    {
      signalr_poller_remove (self->poller, &self->polled);
      close (self->polled.fd);
    }
  signalr_poller_unref (self->poller);
  g_free (self);
}

static const SignalrStreamBackendClass signalr_stream_socket_class = {
  .read = signalr_stream_socket_read,
  .write = signalr_stream_socket_write,
  .watch = signalr_stream_socket_watch,
  .shutdown = signalr_stream_socket_shutdown,
  .reset = signalr_stream_socket_reset,
  .release = signalr_stream_socket_release,
  .free = signalr_stream_socket_free,
};

/* A socket that is neither read nor written still tells that it broke; then
 * both are tried, and one of them finds out why.
 */
static void
signalr_stream_socket_polled (SignalrPolled *polled,
                              guint32        events)
{
  SignalrStreamSocket *self = (SignalrStreamSocket *) ((guint8 *) polled - G_STRUCT_OFFSET (SignalrStreamSocket, polled));
  gboolean broken = (events & (EPOLLERR | EPOLLHUP)) != 0;

  self->backend.ready (self->backend.stream,
                       broken || (events & EPOLLIN) != 0,
                       broken || (events & EPOLLOUT) != 0);
}

SignalrStreamBackend *
signalr_stream_socket_new (int             fd,
                           SignalrPoller  *poller,
                           GError        **error)
{
  SignalrStreamSocket *self = g_new0 (SignalrStreamSocket, 1);

  self->backend.klass = &signalr_stream_socket_class;
  self->poller = signalr_poller_ref (poller);
  self->polled.func = signalr_stream_socket_polled;
  self->polled.fd = fd;

  if (!signalr_poller_add (poller, &self->polled, 0))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES,
                   "No room for a connection: %s", g_strerror (errno));
      signalr_stream_socket_free (&self->backend);
      return NULL;
    }

  return &self->backend;
}
