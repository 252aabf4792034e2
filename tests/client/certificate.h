/* certificate.h: a certificate for 127.0.0.1 that nobody vouches for
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* With its key; for servers and for clients. */
GTlsCertificate *certificate_new          (void);

/* One that trusts it, and nothing else. */
GTlsDatabase    *certificate_new_database (void);

G_END_DECLS
