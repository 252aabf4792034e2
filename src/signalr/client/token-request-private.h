/* token-request-private.h: making requests for tokens
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

#include "signalr-token-request.h"

G_BEGIN_DECLS

/* @task: (transfer full): returns the token (char*), never NULL without an error */
SignalrTokenRequest *signalr_token_request_new (GTask *task);

G_END_DECLS
