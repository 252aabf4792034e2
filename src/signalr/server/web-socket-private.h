/* web-socket-private.h: a WebSocket of a client, behind its upgrade
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "carrier-private.h"
#include "loop-private.h"
#include "stream-private.h"

G_BEGIN_DECLS

/* Takes @stream, which is behind the answer to the upgrade. @max_message is the
 * largest message in bytes, or 0 for one who takes pieces. Reading begins with
 * signalr_carrier_set_reading ().
 */
SignalrCarrier *signalr_web_socket_new   (SignalrLoop               *loop,
                                          SignalrStream             *stream,
                                          gsize                      max_message,
                                          const SignalrCarrierFuncs *funcs,
                                          gpointer                   owner);
GBytes         *signalr_web_socket_frame (gboolean                   binary,
                                          const void                *data,
                                          gsize                      length);

G_END_DECLS
