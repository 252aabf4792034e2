/* transport-choice-private.h: which transports to try, and in which order
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "signalr-error.h"

G_BEGIN_DECLS

#define SIGNALR_N_TRANSPORTS (SIGNALR_TRANSPORT_LONG_POLLING + 1)

/* @names: (nullable): what the application allows, in its order. @offered: what
 * the server offers, bits. Returns: how many are in @chosen; 0 with an error
 */
guint signalr_transport_choose (const char * const  *names,
                                guint                offered,
                                SignalrTransport     chosen[SIGNALR_N_TRANSPORTS],
                                GError             **error);

G_END_DECLS
