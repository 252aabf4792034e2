/* signalr-endpoint.h
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined (SIGNALR_INSIDE) && !defined (SIGNALR_COMPILATION)
#error "Only <signalr.h> can be included directly."
#endif

#include "signalr-hub.h"

G_BEGIN_DECLS

#define SIGNALR_TYPE_ENDPOINT (signalr_endpoint_get_type ())
SIGNALR_AVAILABLE_IN_1_0
G_DECLARE_DERIVABLE_TYPE (SignalrEndpoint, signalr_endpoint, SIGNALR, ENDPOINT, SignalrHub)

/**
 * SignalrEndpointClass:
 * @received: a client sent @data, as it is; %NULL where it sent nothing at all,
 *   which classic clients can
 *
 * The class of raw connections. Their beginning, return and end are those of hubs:
 * see #SignalrHubClass.
 *
 * Since: 1.0
 */
struct _SignalrEndpointClass {
  SignalrHubClass parent_class;

  void (*received) (SignalrEndpoint *self,
                    SignalrCaller   *caller,
                    GBytes          *data);

  /*< private >*/
  gpointer padding[4];
};

SIGNALR_AVAILABLE_IN_1_0
void signalr_endpoint_send       (SignalrEndpoint     *self,
                                  const char          *connection_id,
                                  GBytes              *data);
SIGNALR_AVAILABLE_IN_1_0
void signalr_endpoint_send_json  (SignalrEndpoint     *self,
                                  const char          *connection_id,
                                  JsonNode            *value);
SIGNALR_AVAILABLE_IN_1_0
void signalr_endpoint_broadcast  (SignalrEndpoint     *self,
                                  GBytes              *data,
                                  const char * const  *except);
SIGNALR_AVAILABLE_IN_1_0
void signalr_endpoint_send_group (SignalrEndpoint     *self,
                                  const char          *group,
                                  GBytes              *data,
                                  const char * const  *except);

G_END_DECLS
