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
SignalrHubProxy *signalr_hub_proxy_new              (SignalrConnection *connection,
                                                     const char        *name);
void             signalr_hub_proxy_connection_gone  (SignalrHubProxy   *self);
void             signalr_hub_proxy_merge_state      (SignalrHubProxy   *self,
                                                     JsonNode          *state);
void             signalr_hub_proxy_take_invocation  (SignalrHubProxy   *self,
                                                     const char        *method,
                                                     JsonNode          *args);

/* Whether the application answers calls of that name. */
gboolean         signalr_hub_proxy_take_client_call (SignalrHubProxy   *self,
                                                     const char        *id,
                                                     const char        *method,
                                                     JsonNode          *args);

G_END_DECLS
