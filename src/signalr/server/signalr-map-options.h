/* signalr-map-options.h
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined (SIGNALR_INSIDE) && !defined (SIGNALR_COMPILATION)
#error "Only <signalr.h> can be included directly."
#endif

#include <glib-object.h>

#include "signalr-enums.h"

G_BEGIN_DECLS

/* Properties, all settable until a server uses them: `detailed-errors` (FALSE),
 * `jsonp` (FALSE), `stateful-reconnect` (FALSE), `stateful-buffer-size` (bytes,
 * 100,000), `transports` (all, a GStrv), `max-message-size` (bytes, 65,536),
 * `keep-requests` (FALSE),
 * `min-negotiate-version` (0), `max-protocol-version` (2), `allow-user-change` (FALSE)
 */
#define SIGNALR_TYPE_MAP_OPTIONS (signalr_map_options_get_type ())
SIGNALR_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (SignalrMapOptions, signalr_map_options, SIGNALR, MAP_OPTIONS, GObject)

SIGNALR_AVAILABLE_IN_1_0
SignalrMapOptions *signalr_map_options_new (void);

G_END_DECLS
