/* tertulia-wake-private.h: a source that is ready at a time that is set
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Calls @func on the thread-default main context when the time comes that
 * g_source_set_ready_time() sets; @func sets the next one, or -1. @name is static.
 */
GSource *tertulia_wake_new   (const char  *name,
                              GSourceFunc  func,
                              gpointer     user_data);
void     tertulia_wake_clear (GSource    **wake);

G_END_DECLS
