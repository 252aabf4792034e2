/* tertulia-address.h: the addresses that somebody may have meant
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

GStrv tertulia_address_expand (const char  *address,
                               GError     **error);

G_END_DECLS
