/* certificate.h: a certificate that nobody vouches for
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Returns: (transfer full): a file of the test with its certificate and key */
char *certificate_write (void);

G_END_DECLS
