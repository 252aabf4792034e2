/* client-call-private.h: making calls of the server for the application
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "signalr-client-call.h"
#include "signalr-connection.h"

G_BEGIN_DECLS

SignalrClientCall *signalr_client_call_new (SignalrConnection *connection,
                                            const char        *id,
                                            const char        *method,
                                            JsonNode          *args);

G_END_DECLS
