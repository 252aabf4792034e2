/* signalr-token-request.h: a connection asks the application for an access token
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined (SIGNALR_INSIDE) && !defined (SIGNALR_COMPILATION)
#error "Only <signalr.h> can be included directly."
#endif

#include <glib-object.h>

#include "signalr-version-macros.h"

G_BEGIN_DECLS

#define SIGNALR_TYPE_TOKEN_REQUEST (signalr_token_request_get_type ())
SIGNALR_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (SignalrTokenRequest, signalr_token_request, SIGNALR, TOKEN_REQUEST, GObject)

/**
 * SignalrTokenFunc:
 * @request: what to answer, now or later
 * @user_data: as given
 *
 * Gets an access token, and gives it to @request. A reference on that may be
 * kept until the token is there.
 *
 * Since: 1.0
 */
typedef void (*SignalrTokenFunc) (SignalrTokenRequest *request,
                                  gpointer             user_data);

SIGNALR_AVAILABLE_IN_1_0
void signalr_token_request_return       (SignalrTokenRequest *self,
                                         const char          *token);
SIGNALR_AVAILABLE_IN_1_0
void signalr_token_request_return_error (SignalrTokenRequest *self,
                                         const GError        *error);

G_END_DECLS
