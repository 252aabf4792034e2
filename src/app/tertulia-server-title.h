/* tertulia-server-title.h: how a server is called
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *tertulia_server_title (const char *address);

G_END_DECLS
