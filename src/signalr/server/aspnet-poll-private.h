/* aspnet-poll-private.h: long polling of classic SignalR
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "carrier-private.h"
#include "server-request-private.h"

G_BEGIN_DECLS

/* One poll: it carries one message, and is closed behind it. @callback (nullable)
 * is the function that the message is an argument of, as JSONP has it.
 */
SignalrCarrier *signalr_aspnet_poll_new        (SignalrRequest            *request,
                                                const char                *callback,
                                                const SignalrCarrierFuncs *funcs,
                                                gpointer                   owner);
void            signalr_aspnet_poll_keep_alive (SignalrCarrier            *carrier);

G_END_DECLS
