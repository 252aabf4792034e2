/* aspnet-receive-private.h: the requests that bring a classic client its transport
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "server-request-private.h"

G_BEGIN_DECLS

/* @id is proved; @hubs are those that the client wants to hear. */
void     signalr_aspnet_receive   (SignalrRequest *request,
                                   const char     *id,
                                   GPtrArray      *hubs);

/* Whether the end of the path is @suffix, without regard to case. */
gboolean signalr_aspnet_ends_with (SignalrRequest *request,
                                   const char     *suffix);
/* Of the `transport` parameter; NONE where there is none, or it is not offered. */
SignalrTransport signalr_aspnet_get_transport (SignalrRequest *request);
/* What the client sends, with a zero byte behind it; NULL where that is nothing,
 * which an empty text is not.
 */
char    *signalr_aspnet_get_data  (SignalrRequest *request,
                                   gsize          *length);

G_END_DECLS
