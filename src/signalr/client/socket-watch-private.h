/* socket-watch-private.h: what the socket under a stream knows
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* (transfer none) (nullable): the socket under @stream, which may be TLS */
GSocket            *signalr_socket_find            (GIOStream              *stream);

/* Makes the kernel find out within 3 seconds whether the other end is there. */
void                signalr_socket_probe           (GSocket                *socket);

typedef struct _SignalrSocketWatch SignalrSocketWatch;

/* Bytes wait to be read. @received: how many came since the watch began */
typedef void (*SignalrSocketWatchFunc) (guint64  received,
                                        gpointer user_data);

/* NULL where there is no TCP socket under @stream. */
SignalrSocketWatch *signalr_socket_watch_new       (GIOStream              *stream,
                                                    GMainContext           *context,
                                                    SignalrSocketWatchFunc  func,
                                                    gpointer                user_data);
void                signalr_socket_watch_free      (SignalrSocketWatch     *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignalrSocketWatch, signalr_socket_watch_free)

/* @size bytes are handed to the stream as one message. */
void                signalr_socket_watch_handed    (SignalrSocketWatch     *self,
                                                    gsize                   size);

/* How much of what was handed over the other end has not acknowledged. */
gsize               signalr_socket_watch_unsent    (SignalrSocketWatch     *self,
                                                    guint                  *n_messages);

/* Ends the connection at once, without a word of what runs over it. */
void                signalr_socket_watch_shut_down (SignalrSocketWatch     *self);

G_END_DECLS
