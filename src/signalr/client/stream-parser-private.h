/* stream-parser-private.h: messages out of an endless answer, however it was cut
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "signalr-error.h"

G_BEGIN_DECLS

typedef struct _SignalrStreamParser SignalrStreamParser;

/* @transport: serverSentEvents or foreverFrame */
SignalrStreamParser *signalr_stream_parser_new  (SignalrTransport      transport,
                                                 gsize                 max_size);
void                 signalr_stream_parser_free (SignalrStreamParser  *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignalrStreamParser, signalr_stream_parser_free)

/* The whole messages go to the end of @messages (GBytes). FALSE and TOO_LARGE
 * where one would be larger than max_size.
 */
gboolean             signalr_stream_parser_push (SignalrStreamParser  *self,
                                                 const char           *data,
                                                 gsize                 length,
                                                 GQueue               *messages,
                                                 GError              **error);

G_END_DECLS
