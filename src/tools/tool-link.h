/* tool-link.h: signalr-link
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tool-options.h"

G_BEGIN_DECLS

ToolExit tool_link_main (int    argc,
                        char **argv);

G_END_DECLS
