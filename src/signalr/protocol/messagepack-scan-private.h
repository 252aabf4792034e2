/* messagepack-scan-private.h: one strict pass over MessagePack, before msgpack-c sees it
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "signalr-error.h"

G_BEGIN_DECLS

/* What msgpack-c's own stack holds. */
#define MESSAGEPACK_MAX_DEPTH 32

/* One whole value, no deeper than MESSAGEPACK_MAX_DEPTH, with no more values than
 * there are bytes: msgpack-c makes room for as many as are counted, be they there
 * or not. The error is SIGNALR_ERROR_INVALID_DATA and names the offset.
 */
gboolean signalr_messagepack_scan (const guint8  *data,
                                   gsize          size,
                                   GError       **error);
/* The same, whatever is behind the value. */
gboolean signalr_messagepack_scan_first (const guint8  *data,
                                         gsize          size,
                                         GError       **error);

G_END_DECLS
