/* tool-connect.h: signalr-cli connect
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tool-options.h"

G_BEGIN_DECLS

ToolExit tool_connect_main (int    argc,
                            char **argv);

G_END_DECLS
