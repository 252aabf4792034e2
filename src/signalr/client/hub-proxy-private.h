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
void             signalr_hub_proxy_take_invocation (SignalrHubProxy   *self,
                                                    const char        *method,
                                                    JsonNode          *args);
void             signalr_hub_proxy_take_progress   (SignalrHubProxy   *self,
                                                    const char        *invocation_id,
                                                    JsonNode          *value);

G_END_DECLS
