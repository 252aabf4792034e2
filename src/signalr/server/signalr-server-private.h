/* signalr-server-private.h
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "server-host-private.h"
#include "signalr-server.h"

G_BEGIN_DECLS

/* What its connections share. For tests, which stop its clock and look inside. */
SignalrHost *signalr_server_get_host (SignalrServer *self);

G_END_DECLS
