/* tool-certificate.h: what a server shows to say who it is
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Both files are PEM. Refuses a key that is not the certificate's, with which every
 * client would fail. (transfer full)
 */
GTlsCertificate *tool_certificate_load (const char  *certificate,
                                        const char  *key,
                                        GError     **error);

G_END_DECLS
