/* host-token.h: tokens that only this process makes, and that it need not keep
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* (transfer full) */
char     *host_token_new      (void);
gboolean  host_token_is_valid (const char *token);   /* (nullable) */

G_END_DECLS
