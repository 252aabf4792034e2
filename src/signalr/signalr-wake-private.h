/* signalr-wake-private.h: a source that calls when it is told to
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @name is static. Calls @func at the ready time that it is set to, and when a
 * descriptor that was added to it is ready; it is not attached yet. (transfer full)
 */
GSource *signalr_wake_new (const char  *name,
                           GSourceFunc  func,
                           gpointer     user_data);

G_END_DECLS
