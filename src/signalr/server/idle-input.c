/* idle-input.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "idle-input-private.h"

#include "push-output-private.h"

/* No request begins so, be it well or badly formed. */
#define GOODBYE '\x7f'

struct _SignalrIdleInput {
  GInputStream          parent_instance;

  GIOStream            *stream;
  GPollableInputStream *base;     /* its input */
  gboolean              idle;
  gboolean              gone;     /* and libsoup was told so */
};

static void signalr_idle_input_pollable_init (GPollableInputStreamInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SignalrIdleInput, signalr_idle_input, G_TYPE_INPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM,
                                                      signalr_idle_input_pollable_init))

/* @failure: (transfer full) (nullable) */
static gssize
take (SignalrIdleInput  *self,
      gssize             n,
      GError            *failure,
      guint8            *buffer,
      GError           **error)
{
  gboolean waits = g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK) ||
                   g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  if (n > 0 || waits || !(self->idle || self->gone))
    {
      if (failure != NULL)
        g_propagate_error (error, failure);
      return n;
    }

  g_clear_error (&failure);
  if (self->gone)
    return 0;

  self->gone = TRUE;
  *buffer = GOODBYE;

  return 1;
}

static gssize
signalr_idle_input_read (GInputStream  *stream,
                         void          *buffer,
                         gsize          count,
                         GCancellable  *cancellable,
                         GError       **error)
{
  SignalrIdleInput *self = SIGNALR_IDLE_INPUT (stream);
  GError *failure = NULL;
  gssize n;

  n = g_input_stream_read (G_INPUT_STREAM (self->base), buffer, count, cancellable, &failure);

  return take (self, n, failure, buffer, error);
}

static gssize
signalr_idle_input_read_nonblocking (GPollableInputStream  *stream,
                                     void                  *buffer,
                                     gsize                  count,
                                     GError               **error)
{
  SignalrIdleInput *self = SIGNALR_IDLE_INPUT (stream);
  GError *failure = NULL;
  gssize n;

  n = g_pollable_input_stream_read_nonblocking (self->base, buffer, count, NULL, &failure);

  return take (self, n, failure, buffer, error);
}

static gboolean
signalr_idle_input_is_readable (GPollableInputStream *stream)
{
  return g_pollable_input_stream_is_readable (SIGNALR_IDLE_INPUT (stream)->base);
}

static GSource *
signalr_idle_input_create_source (GPollableInputStream *stream,
                                  GCancellable         *cancellable)
{
  SignalrIdleInput *self = SIGNALR_IDLE_INPUT (stream);
  g_autoptr (GSource) base = g_pollable_input_stream_create_source (self->base, NULL);

  return g_pollable_source_new_full (self, base, cancellable);
}

static gboolean
signalr_idle_input_close (GInputStream  *stream,
                          GCancellable  *cancellable,
                          GError       **error)
{
  return g_io_stream_close (SIGNALR_IDLE_INPUT (stream)->stream, cancellable, error);
}

static void
signalr_idle_input_finalize (GObject *object)
{
  g_object_unref (SIGNALR_IDLE_INPUT (object)->stream);

  G_OBJECT_CLASS (signalr_idle_input_parent_class)->finalize (object);
}

static void
signalr_idle_input_class_init (SignalrIdleInputClass *klass)
{
  GInputStreamClass *stream_class = G_INPUT_STREAM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = signalr_idle_input_finalize;
  stream_class->read_fn = signalr_idle_input_read;
  stream_class->close_fn = signalr_idle_input_close;
}

static void
signalr_idle_input_pollable_init (GPollableInputStreamInterface *iface)
{
  iface->is_readable = signalr_idle_input_is_readable;
  iface->create_source = signalr_idle_input_create_source;
  iface->read_nonblocking = signalr_idle_input_read_nonblocking;
}

static void
signalr_idle_input_init (SignalrIdleInput *self)
{
  self->idle = TRUE;
}

GIOStream *
signalr_idle_input_wrap (GIOStream         *stream,
                         SignalrTurn       *turn,
                         SignalrIdleInput **input)
{
  g_autoptr (SignalrIdleInput) self = g_object_new (SIGNALR_TYPE_IDLE_INPUT, NULL);
  g_autoptr (GOutputStream) output = NULL;
  GIOStream *wrapped;

  self->stream = g_object_ref (stream);
  self->base = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (stream));
  if (G_IS_SOCKET_CONNECTION (stream))
    output = signalr_push_output_new (G_SOCKET_CONNECTION (stream), self, turn);
  else
    output = g_object_ref (g_io_stream_get_output_stream (stream));
  wrapped = g_simple_io_stream_new (G_INPUT_STREAM (self), output);
  *input = self;

  return wrapped;
}

GIOStream *
signalr_idle_input_unwrap (GIOStream *stream)
{
  GInputStream *input = g_io_stream_get_input_stream (stream);

  return SIGNALR_IS_IDLE_INPUT (input) ? SIGNALR_IDLE_INPUT (input)->stream : stream;
}

void
signalr_idle_input_set_idle (SignalrIdleInput *self,
                             gboolean          idle)
{
  self->idle = idle;
}

gboolean
signalr_idle_input_is_gone (SignalrIdleInput *self)
{
  return self->gone;
}
