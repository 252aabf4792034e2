/* web-socket-private.h: a WebSocket of a client, behind its upgrade
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "loop-private.h"
#include "stream-private.h"

G_BEGIN_DECLS

typedef struct _SignalrWebSocket SignalrWebSocket;

/* What its owner hears. Each may free or close the WebSocket. */
typedef struct {
  /* A message; with a @max_message of 0 a piece of one, as it came. */
  void (*message)  (gpointer      owner,
                    gboolean      binary,
                    const guint8 *data,
                    gsize         length);
  /* It is over: the client said goodbye, or (with or without an error) it broke.
   * Once; what remains is to close it.
   */
  void (*closed)   (gpointer      owner,
                    gboolean      goodbye,
                    const GError *error);
  /* The client does not take what it is sent: to be closed. */
  void (*overflow) (gpointer      owner);
  /* (nullable) What had to wait has all been sent. */
  void (*drained)  (gpointer      owner);
} SignalrWebSocketFuncs;

/* Takes @stream. */
SignalrWebSocket *signalr_web_socket_new         (SignalrLoop                 *loop,
                                                  SignalrStream               *stream,
                                                  gsize                        max_message,
                                                  const SignalrWebSocketFuncs *funcs,
                                                  gpointer                     owner);
void              signalr_web_socket_free        (SignalrWebSocket            *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignalrWebSocket, signalr_web_socket_free)

/* Says goodbye, then frees. Its owner hears nothing any more. */
void              signalr_web_socket_close       (SignalrWebSocket            *self,
                                                  guint                        code,
                                                  const char                  *reason);

/* @frame is of signalr_web_socket_frame (), and can be sent to many. */
void              signalr_web_socket_send        (SignalrWebSocket            *self,
                                                  GBytes                      *frame);
GBytes           *signalr_web_socket_frame       (gboolean                     binary,
                                                  const void                  *data,
                                                  gsize                        length);
void              signalr_web_socket_set_reading (SignalrWebSocket            *self,
                                                  gboolean                     reading);
void              signalr_web_socket_clear_unsent (SignalrWebSocket           *self);
gsize             signalr_web_socket_get_unsent  (SignalrWebSocket            *self);

G_END_DECLS
