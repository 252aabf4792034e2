/* signalr-caller-private.h
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "signalr-caller.h"
#include "signalr-invocation.h"

G_BEGIN_DECLS

SignalrCaller *signalr_caller_new           (const char       *connection_id,
                                             SignalrDialect    dialect);
/* The request that the client now speaks by; @user and @query may be NULL. */
void           signalr_caller_set_request   (SignalrCaller    *self,
                                             const char       *user,
                                             const char       *query);
/* What else is known of it. */
void           signalr_caller_set_details   (SignalrCaller      *self,
                                             const char         *path,
                                             SoupMessageHeaders *headers,
                                             GSocketAddress     *local,
                                             GSocketAddress     *remote);
void           signalr_caller_set_encoding  (SignalrCaller    *self,
                                             SignalrEncoding   encoding);
void           signalr_caller_set_transport (SignalrCaller    *self,
                                             SignalrTransport  transport);
/* The call that runs just now, borrowed; NULL for none. Returns the one before. */
SignalrInvocation *signalr_caller_swap_current (SignalrCaller     *self,
                                                SignalrInvocation *invocation);
SignalrInvocation *signalr_caller_get_current  (SignalrCaller     *self);

G_END_DECLS
