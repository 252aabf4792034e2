/* stream-backend-private.h: what lies under a stream
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <sys/uio.h>

#include "stream-private.h"

G_BEGIN_DECLS

typedef struct _SignalrStreamBackend SignalrStreamBackend;

/* Answers of read and write that are no number of bytes. */
#define SIGNALR_STREAM_WOULD_BLOCK (-1)
#define SIGNALR_STREAM_BROKEN (-2)

typedef struct {
  /* How much of what it would block for it keeps all the same, and sends later. */
  gsize    keeps;

  gssize (*read)     (SignalrStreamBackend  *self,
                      guint8                *buffer,
                      gsize                  size,
                      GError               **error);
  gssize (*write)    (SignalrStreamBackend  *self,
                      const struct iovec    *parts,
                      guint                  n_parts,
                      GError               **error);
  void   (*watch)    (SignalrStreamBackend  *self,
                      gboolean               readable,
                      gboolean               writable);
  /* Whether the peer can still be read. */
  gboolean (*shutdown) (SignalrStreamBackend *self);
  void   (*reset)    (SignalrStreamBackend  *self);
  /* (transfer full): what is left is only to be freed. */
  GIOStream *(*release) (SignalrStreamBackend *self);
  void   (*free)     (SignalrStreamBackend  *self);
} SignalrStreamBackendClass;

typedef void (*SignalrStreamReadyFunc) (gpointer stream,
                                        gboolean readable,
                                        gboolean writable);

struct _SignalrStreamBackend {
  const SignalrStreamBackendClass *klass;
  SignalrStreamReadyFunc           ready;
  gpointer                         stream;
};

/* A socket in the poller. @fd is taken. */
SignalrStreamBackend *signalr_stream_socket_new (int             fd,
                                                 SignalrPoller  *poller,
                                                 GError        **error);
/* What only GIO can read: @stream is pollable, over a socket. */
SignalrStreamBackend *signalr_stream_tls_new    (GIOStream      *stream,
                                                 SignalrPoller  *poller,
                                                 GError        **error);

G_END_DECLS
