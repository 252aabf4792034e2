/* signalr-map-options-private.h
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "signalr-map-options.h"

G_BEGIN_DECLS

guint signalr_map_options_get_transports (SignalrMapOptions *self);

G_END_DECLS
