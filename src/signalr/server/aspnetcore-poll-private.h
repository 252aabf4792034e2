/* aspnetcore-poll-private.h: long polling of ASP.NET Core SignalR
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "carrier-private.h"
#include "server-request-private.h"

G_BEGIN_DECLS

/* What is sent waits for the next poll. One whose owner has let go answers one
 * more, with what is left.
 */
SignalrCarrier *signalr_aspnetcore_poll_new    (SignalrHost               *host,
                                                const char                *token,
                                                const SignalrCarrierFuncs *funcs,
                                                gpointer                   owner);
/* The client polls; a poll that waits already ends without an answer. */
void            signalr_aspnetcore_poll_take   (SignalrCarrier            *carrier,
                                                SignalrRequest            *request);
/* The one of @token whose owner has let go, or NULL. */
SignalrCarrier *signalr_aspnetcore_poll_find   (SignalrHost               *host,
                                                const char                *token);
/* That one ends, and is freed. */
void            signalr_aspnetcore_poll_drop   (SignalrCarrier            *carrier);

G_END_DECLS
