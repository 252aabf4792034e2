/* stream.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "idle-input-private.h"
#include "stream-backend-private.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "signalr-error.h"

#define READ_SIZE 32768
#define EARLY_SIZE 65536
#define MAX_PARTS 256
/* So much of what is copied lies in one piece. */
#define PIECE_SIZE 16384
#define FIRST_PIECE 512

struct _SignalrStream {
  SignalrStreamBackend     *backend;
  SignalrTurn              *turn;
  GObject                  *admission;

  const SignalrStreamFuncs *funcs;
  gpointer                  owner;

  GBytes                   *early;       /* what HTTP had read ahead */
  GPtrArray                *queue;       /* of GBytes; NULL while there are none */
  GByteArray               *piece;       /* what waits behind them; NULL where nothing does */
  gsize                     sent;        /* of the first of them */
  gsize                     unsent;
  gsize                     limit;
  SignalrTask               task;

  guint                     reading : 1;
  guint                     writing : 1;     /* the socket is full */
  guint                     finishing : 1;   /* nothing comes behind what waits */
  guint                     finished : 1;
  guint                     overflowing : 1;
  guint                     ended : 1;
};

static void
signalr_stream_clear (gpointer data)
{
  SignalrStream *self = data;

  signalr_turn_unref (self->turn);
}

static void
signalr_stream_unref (SignalrStream *self)
{
  g_rc_box_release_full (self, signalr_stream_clear);
}

static void
signalr_stream_watch (SignalrStream *self)
{
  self->backend->klass->watch (self->backend, self->reading && !self->ended, self->writing);
}

/* Told once. The owner may free the stream, so nothing is touched behind it. */
static void
signalr_stream_end (SignalrStream *self,
                    GError        *error)
{
  g_autoptr (GError) reason = error;

  if (self->ended)
    return;

  self->ended = TRUE;
  self->writing = FALSE;
  signalr_turn_remove (self->turn, &self->task);
  signalr_stream_watch (self);

  if (self->funcs != NULL)
    self->funcs->ended (self->owner, reason);
}

/* @bytes: (transfer full) */
static void
signalr_stream_push (SignalrStream *self,
                     GBytes        *bytes)
{
  if (self->queue == NULL)
    {
      self->queue = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
      self->sent = 0;
    }

  g_ptr_array_add (self->queue, bytes);
}

static void
signalr_stream_push_piece (SignalrStream *self)
{
  if (self->piece != NULL)
    signalr_stream_push (self, g_byte_array_free_to_bytes (g_steal_pointer (&self->piece)));
}

static void
signalr_stream_drop_sent (SignalrStream *self,
                          gsize          n)
{
  guint whole = 0;

  self->unsent -= n;
  self->sent += n;

  while (whole < self->queue->len)
    {
      gsize size = g_bytes_get_size (g_ptr_array_index (self->queue, whole));

      if (self->sent < size)
        break;

      self->sent -= size;
      whole++;
    }

  g_ptr_array_remove_range (self->queue, 0, whole);
  if (self->queue->len == 0)
    g_clear_pointer (&self->queue, g_ptr_array_unref);
}

/* Returns whether it may be tried again at once. */
static gboolean
signalr_stream_write_some (SignalrStream  *self,
                           GError        **error)
{
  struct iovec parts[MAX_PARTS];
  guint n_parts = MIN (self->queue->len, MAX_PARTS);
  gssize n;

  for (guint i = 0; i < n_parts; i++)
    {
      GBytes *bytes = g_ptr_array_index (self->queue, i);
      gsize size;

      parts[i].iov_base = (gpointer) g_bytes_get_data (bytes, &size);
      parts[i].iov_len = size;
    }
  parts[0].iov_base = (guint8 *) parts[0].iov_base + self->sent;
  parts[0].iov_len -= self->sent;

  n = self->backend->klass->write (self->backend, parts, n_parts, error);
  if (n == SIGNALR_STREAM_WOULD_BLOCK)
    {
      self->writing = TRUE;
      signalr_stream_watch (self);
      return FALSE;
    }
  if (n == SIGNALR_STREAM_BROKEN)
    return FALSE;

  signalr_stream_drop_sent (self, n);

  return TRUE;
}

static void
signalr_stream_flush (SignalrStream *self)
{
  gboolean blocked = self->writing;
  GError *error = NULL;

  self->writing = FALSE;
  signalr_stream_push_piece (self);
  while (self->queue != NULL && signalr_stream_write_some (self, &error))
    ;

  if (error != NULL)
    {
      signalr_stream_end (self, error);
      return;
    }

  signalr_stream_watch (self);

  if (self->finishing && !self->finished && self->queue == NULL)
    {
      self->finished = TRUE;
      if (!self->backend->klass->shutdown (self->backend))
        signalr_stream_end (self, NULL);
    }
  else if (blocked && self->queue == NULL && self->funcs != NULL && self->funcs->drained != NULL)
    {
      self->funcs->drained (self->owner);
    }
}

static gssize
signalr_stream_read (SignalrStream  *self,
                     guint8         *buffer,
                     GError        **error)
{
  gssize n = self->backend->klass->read (self->backend, buffer, READ_SIZE, error);

  if (n > 0)
    self->funcs->received (self->owner, buffer, n);

  return n;
}

/* What HTTP had read ahead comes first, before the socket is looked at. */
static void
signalr_stream_receive_early (SignalrStream *self)
{
  g_autoptr (GBytes) early = g_steal_pointer (&self->early);
  gsize size;
  const guint8 *data = g_bytes_get_data (early, &size);

  self->funcs->received (self->owner, data, size);
}

static void
signalr_stream_ready (gpointer user_data,
                      gboolean readable,
                      gboolean writable)
{
  SignalrStream *self = g_rc_box_acquire (user_data);
  guint8 buffer[READ_SIZE];
  GError *error = NULL;
  gssize n = SIGNALR_STREAM_WOULD_BLOCK;

  if (readable && !self->ended && self->funcs != NULL)
    {
      /* Once each time round, so that nobody is kept waiting by one who never
       * stops talking.
       */
      n = signalr_stream_read (self, buffer, &error);
      if (n == 0 || n == SIGNALR_STREAM_BROKEN)
        signalr_stream_end (self, error);
    }

  if (writable && !self->ended && self->queue != NULL)
    signalr_stream_flush (self);

  signalr_stream_unref (self);
}

static void
signalr_stream_task_cb (SignalrTask *task)
{
  SignalrStream *self = (SignalrStream *) ((guint8 *) task - G_STRUCT_OFFSET (SignalrStream, task));

  g_rc_box_acquire (self);

  if (self->early != NULL && self->reading && self->funcs != NULL)
    {
      signalr_stream_receive_early (self);
      /* Of what TLS has decrypted already the poller does not tell. */
      if (self->reading)
        signalr_stream_ready (self, TRUE, FALSE);
    }

  if (!self->ended)
    signalr_stream_flush (self);

  if (!self->ended && self->overflowing && self->funcs != NULL)
    self->funcs->overflow (self->owner);

  signalr_stream_unref (self);
}

/* Takes what @input has read ahead, and may be some more. */
static GBytes *
drain (GInputStream *input)
{
  g_autoptr (GByteArray) early = g_byte_array_new ();
  guint8 buffer[4096];
  gssize n;

  if (!G_IS_POLLABLE_INPUT_STREAM (input))
    return NULL;

  do
    {
      n = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (input),
                                                    buffer, sizeof buffer, NULL, NULL);
      if (n > 0)
        g_byte_array_append (early, buffer, n);
    }
  while (n == sizeof buffer && early->len < EARLY_SIZE);

  return early->len > 0 ? g_byte_array_free_to_bytes (g_steal_pointer (&early)) : NULL;
}

static GIOStream *
base_of (GIOStream *stream)
{
  GIOStream *base = NULL;

  if (g_object_class_find_property (G_OBJECT_GET_CLASS (stream), "base-iostream") != NULL)
    g_object_get (stream, "base-iostream", &base, NULL);

  if (base == NULL)
    base = g_object_ref (stream);

  return base;
}

GSocket *
signalr_stream_find_socket (GIOStream *stream)
{
  g_autoptr (GIOStream) base = g_object_ref (signalr_idle_input_unwrap (stream));
  GSocket *socket;

  if (G_IS_TLS_CONNECTION (base))
    {
      GIOStream *tls = g_steal_pointer (&base);

      g_object_get (tls, "base-io-stream", &base, NULL);
      g_object_unref (tls);
    }

  if (!G_IS_SOCKET_CONNECTION (base))
    return NULL;

  socket = g_socket_connection_get_socket (G_SOCKET_CONNECTION (base));

  return g_socket_is_closed (socket) ? NULL : socket;
}

SignalrStream *
signalr_stream_new (SignalrLoop  *loop,
                    GIOStream    *stream,
                    gsize         limit,
                    GObject      *admission,
                    GError      **error)
{
  g_autoptr (GIOStream) base = base_of (stream);
  g_autoptr (GObject) admitted = admission;
  g_autoptr (GBytes) early = drain (g_io_stream_get_input_stream (stream));
  GIOStream *bare = signalr_idle_input_unwrap (base);
  SignalrStreamBackend *backend;
  SignalrStream *self;

  if (G_IS_SOCKET_CONNECTION (bare))
    {
      GSocket *socket = g_socket_connection_get_socket (G_SOCKET_CONNECTION (bare));

      /* With a descriptor of our own the objects around the socket can go. */
      backend = signalr_stream_socket_new (fcntl (g_socket_get_fd (socket), F_DUPFD_CLOEXEC, 3),
                                           loop->poller, error);
    }
  else
    {
      backend = signalr_stream_tls_new (base, loop->poller, error);
    }

  if (backend == NULL)
    return NULL;

  self = g_rc_box_new0 (SignalrStream);
  self->backend = backend;
  self->backend->ready = signalr_stream_ready;
  self->backend->stream = self;
  self->turn = signalr_turn_ref (loop->turn);
  self->admission = g_steal_pointer (&admitted);
  self->early = g_steal_pointer (&early);
  self->limit = limit;
  self->task.func = signalr_stream_task_cb;

  return self;
}

/*< private >
 * signalr_stream_free:
 *
 * Closes the connection at once. Where the owner does this in what it hears,
 * the memory lives on until that has returned.
 */
void
signalr_stream_free (SignalrStream *self)
{
  self->ended = TRUE;
  self->funcs = NULL;
  signalr_turn_remove (self->turn, &self->task);
  self->backend->klass->free (self->backend);
  self->backend = NULL;
  g_clear_pointer (&self->queue, g_ptr_array_unref);
  g_clear_pointer (&self->piece, g_byte_array_unref);
  g_clear_pointer (&self->early, g_bytes_unref);
  g_clear_object (&self->admission);

  signalr_stream_unref (self);
}

void
signalr_stream_set_owner (SignalrStream            *self,
                          const SignalrStreamFuncs *funcs,
                          gpointer                  owner)
{
  self->funcs = funcs;
  self->owner = owner;
}

/*< private >
 * signalr_stream_set_reading:
 *
 * A stream reads nothing until it is told to.
 */
void
signalr_stream_set_reading (SignalrStream *self,
                            gboolean       reading)
{
  if (self->ended)
    return;

  self->reading = reading;
  signalr_stream_watch (self);

  if (reading && self->early != NULL)
    signalr_turn_add (self->turn, &self->task);
}

/* Whether @length more bytes are taken, which then are counted. One message may be
 * larger than the limit; it is the one behind it that does not fit.
 */
static gboolean
signalr_stream_take (SignalrStream *self,
                     gsize          length)
{
  if (self->ended || self->finishing || self->overflowing || length == 0)
    return FALSE;

  if (self->unsent > self->limit && !self->writing)
    {
      /* A burst is not yet a client that does not listen. */
      signalr_stream_push_piece (self);
      while (self->unsent > self->limit && signalr_stream_write_some (self, NULL))
        ;
    }

  self->overflowing = self->unsent > self->limit;
  if (!self->overflowing)
    self->unsent += length;
  if (self->overflowing || !self->writing)
    signalr_turn_add (self->turn, &self->task);

  return !self->overflowing;
}

void
signalr_stream_send (SignalrStream *self,
                     GBytes        *bytes)
{
  if (!signalr_stream_take (self, g_bytes_get_size (bytes)))
    return;

  signalr_stream_push_piece (self);
  signalr_stream_push (self, g_bytes_ref (bytes));
}

void
signalr_stream_write (SignalrStream *self,
                      const guint8  *header,
                      gsize          header_length,
                      const guint8  *data,
                      gsize          length)
{
  if (!signalr_stream_take (self, header_length + length))
    return;

  if (self->piece == NULL)
    self->piece = g_byte_array_sized_new (MAX (FIRST_PIECE, header_length + length));
  g_byte_array_append (self->piece, header, header_length);
  g_byte_array_append (self->piece, data, length);
  if (self->piece->len >= PIECE_SIZE)
    signalr_stream_push_piece (self);
}

/*< private >
 * signalr_stream_clear_unsent:
 *
 * Forgets what waits, but for the rest of what has been sent in part: so what is sent
 * next is understood, and comes soon.
 */
void
signalr_stream_clear_unsent (SignalrStream *self)
{
  gsize begun = self->sent + (self->writing ? self->backend->klass->keeps : 0);
  gsize kept = 0;
  guint n_kept = 0;

  self->overflowing = FALSE;
  self->unsent = 0;
  g_clear_pointer (&self->piece, g_byte_array_unref);

  if (self->queue == NULL)
    return;

  while (n_kept < self->queue->len && kept < begun)
    kept += g_bytes_get_size (g_ptr_array_index (self->queue, n_kept++));

  g_ptr_array_set_size (self->queue, n_kept);
  self->unsent = kept - self->sent;
  if (n_kept == 0)
    g_clear_pointer (&self->queue, g_ptr_array_unref);
}

gsize
signalr_stream_get_unsent (SignalrStream *self)
{
  return self->unsent;
}

void
signalr_stream_finish (SignalrStream *self)
{
  if (self->ended)
    return;

  self->finishing = TRUE;
  signalr_turn_add (self->turn, &self->task);
}

GIOStream *
signalr_stream_release (SignalrStream *self)
{
  if (self->ended || self->finishing || self->overflowing || self->unsent > 0 || self->early != NULL)
    return NULL;

  self->ended = TRUE;
  signalr_stream_watch (self);

  return self->backend->klass->release (self->backend);
}

/*< private >
 * signalr_stream_reset:
 *
 * Makes signalr_stream_free () a reset.
 */
void
signalr_stream_reset (SignalrStream *self)
{
  self->backend->klass->reset (self->backend);
}
