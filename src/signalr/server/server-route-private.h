/* server-route-private.h: what a request means, and whether it may be made
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "server-request-private.h"

G_BEGIN_DECLS

void signalr_route (SignalrRequest *request);

G_END_DECLS
