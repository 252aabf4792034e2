/* signalr-client-call.h: the server calls a method of the client, and wants an answer
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined (SIGNALR_INSIDE) && !defined (SIGNALR_COMPILATION)
#error "Only <signalr.h> can be included directly."
#endif

#include <json-glib/json-glib.h>

#include "signalr-version-macros.h"

G_BEGIN_DECLS

#define SIGNALR_TYPE_CLIENT_CALL (signalr_client_call_get_type ())
SIGNALR_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (SignalrClientCall, signalr_client_call, SIGNALR, CLIENT_CALL, GObject)

/**
 * SignalrClientCallFunc:
 * @call: what to answer, now or later
 * @user_data: as given
 *
 * A method of the client that answers. A reference on @call may be kept until
 * the answer is there.
 *
 * Since: 1.0
 */
typedef void (*SignalrClientCallFunc) (SignalrClientCall *call,
                                       gpointer           user_data);

SIGNALR_AVAILABLE_IN_1_0
const char *signalr_client_call_get_id       (SignalrClientCall *self);
SIGNALR_AVAILABLE_IN_1_0
const char *signalr_client_call_get_method   (SignalrClientCall *self);
SIGNALR_AVAILABLE_IN_1_0
JsonNode   *signalr_client_call_get_args     (SignalrClientCall *self);
SIGNALR_AVAILABLE_IN_1_0
void        signalr_client_call_return       (SignalrClientCall *self,
                                              JsonNode          *result);
SIGNALR_AVAILABLE_IN_1_0
void        signalr_client_call_return_error (SignalrClientCall *self,
                                              const char        *message);

G_END_DECLS
