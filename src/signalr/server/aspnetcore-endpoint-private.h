/* aspnetcore-endpoint-private.h: the requests of ASP.NET Core SignalR
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "server-request-private.h"

G_BEGIN_DECLS

void signalr_aspnetcore_handle (SignalrRequest *request);

G_END_DECLS
