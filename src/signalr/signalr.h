/* signalr.h: SignalR, client and server, for GLib
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#define SIGNALR_INSIDE

#include "signalr-version-macros.h"
#include "signalr-enums.h"
#include "signalr-error.h"
#include "signalr-node.h"

#include "client/signalr-retry-policy.h"
#include "client/signalr-token-request.h"
#include "client/signalr-upload.h"
#include "client/signalr-call.h"
#include "client/signalr-client-call.h"
#include "client/signalr-hub-proxy.h"
#include "client/signalr-connection.h"

#include "server/signalr-caller.h"
#include "server/signalr-invocation.h"
#include "server/signalr-hub.h"
#include "server/signalr-endpoint.h"
#include "server/signalr-map-options.h"
#include "server/signalr-server.h"

#undef SIGNALR_INSIDE
