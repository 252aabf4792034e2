/* signalr-endpoint-private.h
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "signalr-endpoint.h"

G_BEGIN_DECLS

/* @data may be NULL. */
void signalr_endpoint_receive (SignalrEndpoint *self,
                               SignalrCaller   *caller,
                               const void      *data,
                               gsize            length);

G_END_DECLS
