/* stream-gio.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "stream-backend-private.h"

typedef struct {
  SignalrStreamBackend  backend;
  SignalrLoop          *loop;
  GIOStream            *stream;
  GSource              *readable;
  GSource              *writable;
} SignalrStreamGio;

static gssize
signalr_stream_gio_result (gssize    n,
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
signalr_stream_gio_read (SignalrStreamBackend  *backend,
                         guint8                *buffer,
                         gsize                  size,
                         GError               **error)
{
  SignalrStreamGio *self = (SignalrStreamGio *) backend;
  GInputStream *input = g_io_stream_get_input_stream (self->stream);
  GError *failure = NULL;
  gssize n;

  n = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (input), buffer, size,
                                                NULL, &failure);

  return signalr_stream_gio_result (n, failure, error);
}

static gssize
signalr_stream_gio_write (SignalrStreamBackend  *backend,
                          const struct iovec    *parts,
                          guint                  n_parts,
                          GError               **error)
{
  SignalrStreamGio *self = (SignalrStreamGio *) backend;
  GOutputStream *output = g_io_stream_get_output_stream (self->stream);
  GError *failure = NULL;
  gssize n;

  n = g_pollable_output_stream_write_nonblocking (G_POLLABLE_OUTPUT_STREAM (output),
                                                  parts[0].iov_base, parts[0].iov_len,
                                                  NULL, &failure);

  return signalr_stream_gio_result (n, failure, error);
}

static gboolean
signalr_stream_gio_ready_cb (GObject  *pollable,
                             gpointer  user_data)
{
  SignalrStreamGio *self = user_data;
  SignalrLoop *loop = signalr_loop_ref (self->loop);
  gboolean readable = G_IS_INPUT_STREAM (pollable);

  self->backend.ready (self->backend.stream, readable, !readable);
  signalr_turn_run (loop->turn);
  signalr_loop_unref (loop);

  return G_SOURCE_CONTINUE;
}

static void
signalr_stream_gio_set (SignalrStreamGio  *self,
                        GSource          **source,
                        gboolean           wanted,
                        const char        *name,
                        GSource *        (*create) (SignalrStreamGio *self))
{
  if (wanted == (*source != NULL))
    return;

  if (!wanted)
    {
      g_source_destroy (*source);
      g_clear_pointer (source, g_source_unref);
      return;
    }

  *source = create (self);
  g_source_set_static_name (*source, name);
  g_source_set_callback (*source, G_SOURCE_FUNC (signalr_stream_gio_ready_cb), self, NULL);
  g_source_attach (*source, self->loop->context);
}

static GSource *
signalr_stream_gio_create_readable (SignalrStreamGio *self)
{
  GInputStream *input = g_io_stream_get_input_stream (self->stream);

  return g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (input), NULL);
}

static GSource *
signalr_stream_gio_create_writable (SignalrStreamGio *self)
{
  GOutputStream *output = g_io_stream_get_output_stream (self->stream);

  return g_pollable_output_stream_create_source (G_POLLABLE_OUTPUT_STREAM (output), NULL);
}

static void
signalr_stream_gio_watch (SignalrStreamBackend *backend,
                          gboolean              readable,
                          gboolean              writable)
{
  SignalrStreamGio *self = (SignalrStreamGio *) backend;

  signalr_stream_gio_set (self, &self->readable, readable, "[signalr] TLS input",
                          signalr_stream_gio_create_readable);
  signalr_stream_gio_set (self, &self->writable, writable, "[signalr] TLS output",
                          signalr_stream_gio_create_writable);
}

/* The end of a TLS stream is a record of its own, so there is nothing between
 * all and nothing: the whole stream is closed, without waiting.
 */
static gboolean
signalr_stream_gio_shutdown (SignalrStreamBackend *backend)
{
  SignalrStreamGio *self = (SignalrStreamGio *) backend;

  signalr_stream_gio_watch (backend, FALSE, FALSE);
  g_io_stream_close_async (self->stream, G_PRIORITY_DEFAULT, NULL, NULL, NULL);

  return FALSE;
}

static void
signalr_stream_gio_reset (SignalrStreamBackend *backend)
{
}

static void
signalr_stream_gio_free (SignalrStreamBackend *backend)
{
  SignalrStreamGio *self = (SignalrStreamGio *) backend;

  signalr_stream_gio_watch (backend, FALSE, FALSE);
  if (!g_io_stream_is_closed (self->stream) && !g_io_stream_has_pending (self->stream))
    g_io_stream_close_async (self->stream, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
  g_object_unref (self->stream);
  signalr_loop_unref (self->loop);
  g_free (self);
}

static int
signalr_stream_gio_dup_fd (SignalrStreamBackend *backend)
{
  return -1;
}

static const SignalrStreamBackendClass signalr_stream_gio_class = {
  .read = signalr_stream_gio_read,
  .write = signalr_stream_gio_write,
  .watch = signalr_stream_gio_watch,
  .shutdown = signalr_stream_gio_shutdown,
  .reset = signalr_stream_gio_reset,
  .dup_fd = signalr_stream_gio_dup_fd,
  .free = signalr_stream_gio_free,
};

SignalrStreamBackend *
signalr_stream_gio_new (GIOStream   *stream,
                        SignalrLoop *loop)
{
  SignalrStreamGio *self = g_new0 (SignalrStreamGio, 1);

  self->backend.klass = &signalr_stream_gio_class;
  self->stream = g_object_ref (stream);
  self->loop = signalr_loop_ref (loop);

  return &self->backend;
}
