/* push-output.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "push-output-private.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#define HEAD "HTTP/1."

struct _SignalrPushOutput {
  GOutputStream      parent_instance;

  GSocketConnection *connection;
  GOutputStream     *base;        /* its output */
  SignalrIdleInput  *input;
  SignalrTurn       *turn;
  SignalrTask        task;        /* while the system holds back a head */
};

static void signalr_push_output_pollable_init (GPollableOutputStreamInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SignalrPushOutput, signalr_push_output, G_TYPE_OUTPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_OUTPUT_STREAM,
                                                      signalr_push_output_pollable_init))

/* Telling a socket again not to delay sends what it has delayed. */
static void
signalr_push_output_task_cb (SignalrTask *task)
{
  SignalrPushOutput *self = (SignalrPushOutput *) ((guint8 *) task - G_STRUCT_OFFSET (SignalrPushOutput, task));
  GSocket *socket = g_socket_connection_get_socket (self->connection);

  if (!g_socket_is_closed (socket))
    g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
}

/* libsoup ends an answer in chunks like this, in a thread. */
static gssize
signalr_push_output_write (GOutputStream  *stream,
                           const void     *buffer,
                           gsize           count,
                           GCancellable   *cancellable,
                           GError        **error)
{
  return g_output_stream_write (SIGNALR_PUSH_OUTPUT (stream)->base, buffer, count, cancellable, error);
}

static gssize
signalr_push_output_write_nonblocking (GPollableOutputStream  *stream,
                                       const void             *buffer,
                                       gsize                   count,
                                       GError                **error)
{
  SignalrPushOutput *self = SIGNALR_PUSH_OUTPUT (stream);
  GSocket *socket = g_socket_connection_get_socket (self->connection);
  gssize n;
  int saved, more;

  if (signalr_idle_input_is_gone (self->input))
    return count;

  /* libsoup writes the head of an answer by itself: it waits for the body, or for the
   * end of the turn where there is none.
   */
  more = count >= strlen (HEAD) && memcmp (buffer, HEAD, strlen (HEAD)) == 0 ? MSG_MORE : 0;

  do
    n = send (g_socket_get_fd (socket), buffer, count, MSG_DONTWAIT | MSG_NOSIGNAL | more);
  while (n < 0 && errno == EINTR);

  if (n < 0)
    {
      saved = errno;
      g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (saved), g_strerror (saved));
      return -1;
    }

  if (more != 0)
    signalr_turn_add (self->turn, &self->task);
  else
    signalr_turn_remove (self->turn, &self->task);

  return n;
}

static gboolean
signalr_push_output_is_writable (GPollableOutputStream *stream)
{
  return g_pollable_output_stream_is_writable (G_POLLABLE_OUTPUT_STREAM (SIGNALR_PUSH_OUTPUT (stream)->base));
}

static GSource *
signalr_push_output_create_source (GPollableOutputStream *stream,
                                   GCancellable          *cancellable)
{
  SignalrPushOutput *self = SIGNALR_PUSH_OUTPUT (stream);
  g_autoptr (GSource) base = NULL;

  base = g_pollable_output_stream_create_source (G_POLLABLE_OUTPUT_STREAM (self->base), NULL);

  return g_pollable_source_new_full (self, base, cancellable);
}

static void
signalr_push_output_leave (SignalrPushOutput *self)
{
  if (self->turn == NULL)
    return;

  if (self->task.link.data != NULL)
    {
      signalr_turn_remove (self->turn, &self->task);
      signalr_push_output_task_cb (&self->task);
    }
  g_clear_pointer (&self->turn, signalr_turn_unref);
}

/* Then the thread that ended the last answer may be the last to let go. */
static gboolean
signalr_push_output_close (GOutputStream  *stream,
                           GCancellable   *cancellable,
                           GError        **error)
{
  signalr_push_output_leave (SIGNALR_PUSH_OUTPUT (stream));

  return TRUE;
}

static void
signalr_push_output_finalize (GObject *object)
{
  SignalrPushOutput *self = SIGNALR_PUSH_OUTPUT (object);

  signalr_push_output_leave (self);
  g_object_unref (self->input);
  g_object_unref (self->connection);

  G_OBJECT_CLASS (signalr_push_output_parent_class)->finalize (object);
}

static void
signalr_push_output_class_init (SignalrPushOutputClass *klass)
{
  GOutputStreamClass *stream_class = G_OUTPUT_STREAM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = signalr_push_output_finalize;
  stream_class->write_fn = signalr_push_output_write;
  stream_class->close_fn = signalr_push_output_close;
}

static void
signalr_push_output_pollable_init (GPollableOutputStreamInterface *iface)
{
  iface->is_writable = signalr_push_output_is_writable;
  iface->create_source = signalr_push_output_create_source;
  iface->write_nonblocking = signalr_push_output_write_nonblocking;
}

static void
signalr_push_output_init (SignalrPushOutput *self)
{
  self->task.func = signalr_push_output_task_cb;
}

GOutputStream *
signalr_push_output_new (GSocketConnection *connection,
                         SignalrIdleInput  *input,
                         SignalrTurn       *turn)
{
  SignalrPushOutput *self = g_object_new (SIGNALR_TYPE_PUSH_OUTPUT, NULL);

  self->connection = g_object_ref (connection);
  self->base = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  self->input = g_object_ref (input);
  self->turn = signalr_turn_ref (turn);

  return G_OUTPUT_STREAM (self);
}
