/* hub-proxy-private.h: what a connection does with its hub proxies
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "signalr-connection.h"

G_BEGIN_DECLS

/* The connection owns the proxy, which looks back at it without a reference;
 * the connection tells it when it goes.
 */
SignalrHubProxy *signalr_hub_proxy_new             (SignalrConnection *connection,
                                                    const char        *name);
void             signalr_hub_proxy_connection_gone (SignalrHubProxy   *self);

G_END_DECLS
