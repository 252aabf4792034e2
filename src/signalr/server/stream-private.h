/* stream-private.h: bytes of one accepted connection that has left HTTP
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

#include "loop-private.h"

G_BEGIN_DECLS

typedef struct _SignalrStream SignalrStream;

/* What its owner hears. Each may free the stream. */
typedef struct {
  /* Bytes have come. */
  void (*received) (gpointer      owner,
                    const guint8 *data,
                    gsize         length);
  /* The peer has closed its side (no error), or the connection broke. Once,
   * and nothing is read or written any more.
   */
  void (*ended)    (gpointer      owner,
                    const GError *error);
  /* More is waiting than the limit allows: nothing more is taken. Once, until
   * signalr_stream_clear_unsent ().
   */
  void (*overflow) (gpointer      owner);
  /* (nullable) What had to wait has all been sent. */
  void (*drained)  (gpointer      owner);
} SignalrStreamFuncs;

/* @stream is what libsoup gave up, with whatever it has read ahead; @limit is
 * how many bytes may wait to be sent. @admission (transfer full) (nullable)
 * lives as long as the stream.
 */
SignalrStream *signalr_stream_new          (SignalrLoop              *loop,
                                            GIOStream                *stream,
                                            gsize                     limit,
                                            GObject                  *admission,
                                            GError                  **error);
void           signalr_stream_free         (SignalrStream            *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignalrStream, signalr_stream_free)

void           signalr_stream_set_owner    (SignalrStream            *self,
                                            const SignalrStreamFuncs *funcs,
                                            gpointer                  owner);
void           signalr_stream_set_reading  (SignalrStream            *self,
                                            gboolean                  reading);

/* Leaves with everything else of this turn. */
void           signalr_stream_send         (SignalrStream            *self,
                                            GBytes                   *bytes);
/* The same, of what nobody else has: @header and @data are copied. */
void           signalr_stream_write        (SignalrStream            *self,
                                            const guint8             *header,
                                            gsize                     header_length,
                                            const guint8             *data,
                                            gsize                     length);
void           signalr_stream_clear_unsent (SignalrStream            *self);
gsize          signalr_stream_get_unsent   (SignalrStream            *self);

/* Once all is sent the peer is told that there is no more. */
void           signalr_stream_finish       (SignalrStream            *self);
/* (transfer full) Where nothing waits any more, and nothing has come that nobody heard:
 * what libsoup had given up, and is of no use but to be freed. Else NULL.
 */
GIOStream     *signalr_stream_release      (SignalrStream            *self);
/* Breaks the connection: the peer sees a reset. */
void           signalr_stream_reset        (SignalrStream            *self);

/* (transfer none) Under a connection that was accepted; NULL where it is closed. */
GSocket       *signalr_stream_find_socket  (GIOStream                *stream);

G_END_DECLS
