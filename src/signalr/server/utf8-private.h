/* utf8-private.h: whether bytes that come in pieces are UTF-8
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* All zero at the beginning and between characters. */
typedef struct {
  guint8 wanted;    /* bytes that the character still lacks */
  guint8 low;       /* and between which bounds the next of them lies */
  guint8 high;
} SignalrUtf8;

gboolean signalr_utf8_scan  (SignalrUtf8   *self,
                             const guint8  *data,
                             gsize          length);
gboolean signalr_utf8_whole (SignalrUtf8   *self);

G_END_DECLS
