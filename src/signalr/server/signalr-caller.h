/* signalr-caller.h
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined (SIGNALR_INSIDE) && !defined (SIGNALR_COMPILATION)
#error "Only <signalr.h> can be included directly."
#endif

#include <gio/gio.h>
#include <libsoup/soup.h>

#include "signalr-enums.h"

G_BEGIN_DECLS

/* One SignalR connection as the server's hubs see it. It stays the same object
 * for as long as the SignalR connection lives, whatever its transport does.
 */
#define SIGNALR_TYPE_CALLER (signalr_caller_get_type ())
SIGNALR_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (SignalrCaller, signalr_caller, SIGNALR, CALLER, GObject)

SIGNALR_AVAILABLE_IN_1_0
const char       *signalr_caller_get_connection_id (SignalrCaller *self);
SIGNALR_AVAILABLE_IN_1_0
const char       *signalr_caller_get_user          (SignalrCaller *self);
SIGNALR_AVAILABLE_IN_1_0
SignalrDialect    signalr_caller_get_dialect       (SignalrCaller *self);
SIGNALR_AVAILABLE_IN_1_0
SignalrTransport  signalr_caller_get_transport     (SignalrCaller *self);
SIGNALR_AVAILABLE_IN_1_0
SignalrEncoding   signalr_caller_get_encoding      (SignalrCaller *self);
SIGNALR_AVAILABLE_IN_1_0
const char       *signalr_caller_get_query         (SignalrCaller *self,
                                                    const char    *name);
/* Where the mapping keeps requests (see SignalrMapOptions:keep-requests). */
SIGNALR_AVAILABLE_IN_1_0
SoupMessageHeaders *signalr_caller_get_headers     (SignalrCaller *self);
SIGNALR_AVAILABLE_IN_1_0
const char       *signalr_caller_get_path          (SignalrCaller *self);
SIGNALR_AVAILABLE_IN_1_0
GSocketAddress   *signalr_caller_get_local_address (SignalrCaller *self);
SIGNALR_AVAILABLE_IN_1_0
GSocketAddress   *signalr_caller_get_remote_address (SignalrCaller *self);

G_END_DECLS
