/* call-private.h: what a connection does with a call
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "signalr-call.h"

G_BEGIN_DECLS

/* (transfer none) (element-type SignalrUpload) */
GPtrArray *signalr_call_get_uploads   (SignalrCall *self);
void       signalr_call_take_item     (SignalrCall *self,
                                       JsonNode    *item);
void       signalr_call_take_progress (SignalrCall *self,
                                       JsonNode    *value);

G_END_DECLS
