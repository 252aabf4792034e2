/* event-stream-private.h: an answer that never ends, and carries messages down
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "carrier-private.h"
#include "loop-private.h"
#include "stream-private.h"

G_BEGIN_DECLS

typedef enum {
  SIGNALR_EVENT_STREAM_ASPNET,
  SIGNALR_EVENT_STREAM_ASPNETCORE,
  SIGNALR_EVENT_STREAM_FOREVER_FRAME,
} SignalrEventStreamKind;

/* Takes @stream, which is behind the head of a chunked answer. Messages go down
 * only: the client sends by requests of their own.
 */
SignalrCarrier *signalr_event_stream_new   (SignalrLoop               *loop,
                                            SignalrStream             *stream,
                                            SignalrEventStreamKind     kind,
                                            const SignalrCarrierFuncs *funcs,
                                            gpointer                   owner);
/* A message as it is on the wire, and anything else as one chunk. */
GBytes         *signalr_event_stream_event (SignalrEventStreamKind     kind,
                                            const void                *data,
                                            gsize                      length);
GBytes         *signalr_event_stream_chunk (const char                *text,
                                            gssize                     length);
/* An empty one is the last. */
void            signalr_event_stream_append_chunk (GString            *text,
                                                   const void         *data,
                                                   gsize               length);

G_END_DECLS
