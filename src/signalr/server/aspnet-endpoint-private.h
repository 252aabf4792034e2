/* aspnet-endpoint-private.h: the requests of classic SignalR
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "server-request-private.h"

G_BEGIN_DECLS

void signalr_aspnet_handle (SignalrRequest *request);

G_END_DECLS
