/* aspnet-json-private.h: JSON as an answer, or as the argument of a function
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "server-request-private.h"

G_BEGIN_DECLS

#define SIGNALR_ASPNET_SCRIPT_TYPE "application/javascript; charset=UTF-8"

/* The function that @request wants its answer given to (JSONP), or NULL. */
const char *signalr_aspnet_get_callback   (SignalrRequest *request);
/* Whether that is a name, and not a script of somebody's own. */
gboolean    signalr_aspnet_is_callback    (const char     *name);

void        signalr_aspnet_answer_json    (SignalrRequest *request,
                                           const char     *json);

G_END_DECLS
