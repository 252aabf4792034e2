/* signalr-hub-proxy.h
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined (SIGNALR_INSIDE) && !defined (SIGNALR_COMPILATION)
#error "Only <signalr.h> can be included directly."
#endif

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "signalr-call.h"
#include "signalr-client-call.h"
#include "signalr-error.h"

G_BEGIN_DECLS

#define SIGNALR_TYPE_HUB_PROXY (signalr_hub_proxy_get_type ())
SIGNALR_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (SignalrHubProxy, signalr_hub_proxy, SIGNALR, HUB_PROXY, GObject)

/* Signals: `invocation (char *method, JsonNode *args)`, detailed by method name */
SIGNALR_AVAILABLE_IN_1_0
const char *signalr_hub_proxy_get_name      (SignalrHubProxy      *self);
SIGNALR_AVAILABLE_IN_1_0
void        signalr_hub_proxy_invoke_async  (SignalrHubProxy      *self,
                                             const char           *method,
                                             JsonNode             *args,
                                             GCancellable         *cancellable,
                                             GAsyncReadyCallback   callback,
                                             gpointer              user_data);
SIGNALR_AVAILABLE_IN_1_0
JsonNode   *signalr_hub_proxy_invoke_finish (SignalrHubProxy      *self,
                                             GAsyncResult         *result,
                                             SignalrDelivery      *delivery,
                                             GError              **error);
SIGNALR_AVAILABLE_IN_1_0
gboolean    signalr_hub_proxy_send          (SignalrHubProxy      *self,
                                             const char           *method,
                                             JsonNode             *args,
                                             GError              **error);
SIGNALR_AVAILABLE_IN_1_0
void        signalr_hub_proxy_call_async    (SignalrHubProxy      *self,
                                             SignalrCall          *call,
                                             GCancellable         *cancellable,
                                             GAsyncReadyCallback   callback,
                                             gpointer              user_data);
SIGNALR_AVAILABLE_IN_1_0
JsonNode   *signalr_hub_proxy_call_finish   (SignalrHubProxy      *self,
                                             GAsyncResult         *result,
                                             SignalrDelivery      *delivery,
                                             GError              **error);
SIGNALR_AVAILABLE_IN_1_0
void        signalr_hub_proxy_set_result_func (SignalrHubProxy       *self,
                                               const char            *method,
                                               SignalrClientCallFunc  func,
                                               gpointer               user_data,
                                               GDestroyNotify         destroy);
SIGNALR_AVAILABLE_IN_1_0
JsonNode   *signalr_hub_proxy_get_state     (SignalrHubProxy      *self);
SIGNALR_AVAILABLE_IN_1_0
void        signalr_hub_proxy_set_state     (SignalrHubProxy      *self,
                                             JsonNode             *state);

G_END_DECLS
