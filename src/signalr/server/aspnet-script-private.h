/* aspnet-script-private.h: the script that gives a page an object for each hub
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "server-request-private.h"

G_BEGIN_DECLS

/* Whether the path says that the script is wanted. */
gboolean signalr_aspnet_is_script     (SignalrRequest *request);
void     signalr_aspnet_answer_script (SignalrRequest *request);

G_END_DECLS
