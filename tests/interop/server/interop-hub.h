/* interop-hub.h: what the official servers beside it offer, with our library
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <signalr.h>

G_BEGIN_DECLS

G_DECLARE_FINAL_TYPE (InteropHub, interop_hub, INTEROP, HUB, SignalrHub)

SignalrHub *interop_hub_new  (void);

/* One line of JSON on standard output, which is taken. */
void        interop_tell     (JsonNode *line);

G_END_DECLS
