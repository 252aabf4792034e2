/* stream-tls.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "stream-backend-private.h"

#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#define RECORD_SIZE 16384

/* GIO encrypts, and the poller waits: a source of its own for each connection would
 * make every event of anybody dearer. A whole record is read at a time, so that
 * nothing that has been decrypted waits where the poller does not look.
 */
typedef struct {
  SignalrStreamBackend  backend;
  SignalrPolled         polled;
  SignalrPoller        *poller;     /* NULL once nothing is waited for any more */
  GIOStream            *stream;
} SignalrStreamTls;

static gssize
signalr_stream_tls_result (gssize    n,
                           GError   *failure,
                           GError  **error)
{
  if (n >= 0)
    return n;

  if (g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    {
      g_error_free (failure);
      return SIGNALR_STREAM_WOULD_BLOCK;
    }

  g_propagate_error (error, failure);

  return SIGNALR_STREAM_BROKEN;
}

static gssize
signalr_stream_tls_read (SignalrStreamBackend  *backend,
                         guint8                *buffer,
                         gsize                  size,
                         GError               **error)
{
  SignalrStreamTls *self = (SignalrStreamTls *) backend;
  GInputStream *input = g_io_stream_get_input_stream (self->stream);
  GError *failure = NULL;
  gssize n;

  n = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (input), buffer, size,
                                                NULL, &failure);

  return signalr_stream_tls_result (n, failure, error);
}

/* In one record, where they fit. The TLS library keeps a record that it cannot send, and
 * sends that the next time, whatever it is given.
 */
static gssize
signalr_stream_tls_write (SignalrStreamBackend  *backend,
                          const struct iovec    *parts,
                          guint                  n_parts,
                          GError               **error)
{
  SignalrStreamTls *self = (SignalrStreamTls *) backend;
  GOutputStream *output = g_io_stream_get_output_stream (self->stream);
  guint8 record[RECORD_SIZE];
  gsize size = 0;
  GError *failure = NULL;
  gssize n;

  for (guint i = 0; i < n_parts && size < RECORD_SIZE; i++)
    {
      gsize some = MIN (parts[i].iov_len, RECORD_SIZE - size);

      memcpy (record + size, parts[i].iov_base, some);
      size += some;
    }

  n = g_pollable_output_stream_write_nonblocking (G_POLLABLE_OUTPUT_STREAM (output), record, size,
                                                  NULL, &failure);

  return signalr_stream_tls_result (n, failure, error);
}

static void
signalr_stream_tls_watch (SignalrStreamBackend *backend,
                          gboolean              readable,
                          gboolean              writable)
{
  SignalrStreamTls *self = (SignalrStreamTls *) backend;

  if (self->poller != NULL)
    signalr_poller_change (self->poller, &self->polled,
                           (readable ? EPOLLIN : 0) | (writable ? EPOLLOUT : 0));
}

static void
signalr_stream_tls_unwatch (SignalrStreamTls *self)
{
  if (self->poller == NULL)
    return;

  signalr_poller_remove (self->poller, &self->polled);
  g_clear_pointer (&self->poller, signalr_poller_unref);
}

/* The end of a TLS stream is a record of its own, so there is nothing between
 * all and nothing: the whole stream is closed, without waiting.
 */
static gboolean
signalr_stream_tls_shutdown (SignalrStreamBackend *backend)
{
  SignalrStreamTls *self = (SignalrStreamTls *) backend;

  signalr_stream_tls_unwatch (self);
  g_io_stream_close_async (self->stream, G_PRIORITY_DEFAULT, NULL, NULL, NULL);

  return FALSE;
}

static void
signalr_stream_tls_reset (SignalrStreamBackend *backend)
{
  shutdown (((SignalrStreamTls *) backend)->polled.fd, SHUT_RDWR);
}

static GIOStream *
signalr_stream_tls_release (SignalrStreamBackend *backend)
{
  SignalrStreamTls *self = (SignalrStreamTls *) backend;

  signalr_stream_tls_unwatch (self);

  return g_steal_pointer (&self->stream);
}

/* A peer that takes nothing would not take the goodbye either, for which a thread
 * would wait.
 */
static void
signalr_stream_tls_free (SignalrStreamBackend *backend)
{
  SignalrStreamTls *self = (SignalrStreamTls *) backend;

  if (self->poller != NULL && (self->polled.events & EPOLLOUT) != 0)
    signalr_stream_tls_reset (backend);
  signalr_stream_tls_unwatch (self);

  if (self->stream != NULL && !g_io_stream_is_closed (self->stream) && !g_io_stream_has_pending (self->stream))
    g_io_stream_close_async (self->stream, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
  g_clear_object (&self->stream);
  g_free (self);
}

static const SignalrStreamBackendClass signalr_stream_tls_class = {
  .keeps = RECORD_SIZE,
  .read = signalr_stream_tls_read,
  .write = signalr_stream_tls_write,
  .watch = signalr_stream_tls_watch,
  .shutdown = signalr_stream_tls_shutdown,
  .reset = signalr_stream_tls_reset,
  .release = signalr_stream_tls_release,
  .free = signalr_stream_tls_free,
};

/* One that broke finds out why when it is read or written. */
static void
signalr_stream_tls_polled (SignalrPolled *polled,
                           guint32        events)
{
  SignalrStreamTls *self = (SignalrStreamTls *) ((guint8 *) polled - G_STRUCT_OFFSET (SignalrStreamTls, polled));
  gboolean broken = (events & (EPOLLERR | EPOLLHUP)) != 0;

  self->backend.ready (self->backend.stream,
                       broken || (events & EPOLLIN) != 0,
                       broken || (events & EPOLLOUT) != 0);
}

SignalrStreamBackend *
signalr_stream_tls_new (GIOStream      *stream,
                        SignalrPoller  *poller,
                        GError        **error)
{
  GSocket *socket = signalr_stream_find_socket (stream);
  SignalrStreamTls *self;

  if (socket == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "The connection has no socket any more");
      return NULL;
    }

  self = g_new0 (SignalrStreamTls, 1);
  self->backend.klass = &signalr_stream_tls_class;
  self->stream = g_object_ref (stream);
  self->polled.func = signalr_stream_tls_polled;
  self->polled.fd = g_socket_get_fd (socket);

  if (!signalr_poller_add (poller, &self->polled, 0))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES, "No room for a connection");
      signalr_stream_tls_free (&self->backend);
      return NULL;
    }
  self->poller = signalr_poller_ref (poller);

  return &self->backend;
}
