/* signalr-call.h: a call of a hub method, with all that may be wanted of it
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined (SIGNALR_INSIDE) && !defined (SIGNALR_COMPILATION)
#error "Only <signalr.h> can be included directly."
#endif

#include <json-glib/json-glib.h>

#include "signalr-error.h"
#include "signalr-upload.h"

G_BEGIN_DECLS

/**
 * SignalrCallPolicy:
 * @SIGNALR_CALL_POLICY_FAIL: fail at once where there is no connection, and when
 *   the connection is lost before the answer
 * @SIGNALR_CALL_POLICY_WAIT: where there is no connection, wait until there is
 *   one again
 * @SIGNALR_CALL_POLICY_REPEAT: wait, and call again where the connection was lost
 *   before the answer; for methods that do no harm when they run twice
 *
 * What becomes of a call for which there is no connection.
 *
 * Since: 1.0
 */
typedef enum {
  SIGNALR_CALL_POLICY_FAIL,
  SIGNALR_CALL_POLICY_WAIT,
  SIGNALR_CALL_POLICY_REPEAT,
} SignalrCallPolicy;

#define SIGNALR_TYPE_CALL_POLICY (signalr_call_policy_get_type ())
SIGNALR_AVAILABLE_IN_1_0
GType signalr_call_policy_get_type (void);

#define SIGNALR_TYPE_CALL (signalr_call_get_type ())
SIGNALR_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (SignalrCall, signalr_call, SIGNALR, CALL, GObject)

/* Signals: `item (JsonNode *item)`: of an answer that is a stream;
 *          `progress (JsonNode *value)` (classic)
 */
SIGNALR_AVAILABLE_IN_1_0
SignalrCall       *signalr_call_new          (const char        *method,
                                              JsonNode          *args);
SIGNALR_AVAILABLE_IN_1_0
const char        *signalr_call_get_method   (SignalrCall       *self);
SIGNALR_AVAILABLE_IN_1_0
JsonNode          *signalr_call_get_args     (SignalrCall       *self);
SIGNALR_AVAILABLE_IN_1_0
gboolean           signalr_call_get_streams  (SignalrCall       *self);
SIGNALR_AVAILABLE_IN_1_0
void               signalr_call_set_streams  (SignalrCall       *self,
                                              gboolean           streams);
SIGNALR_AVAILABLE_IN_1_0
SignalrCallPolicy  signalr_call_get_policy   (SignalrCall       *self);
SIGNALR_AVAILABLE_IN_1_0
void               signalr_call_set_policy   (SignalrCall       *self,
                                              SignalrCallPolicy  policy);
SIGNALR_AVAILABLE_IN_1_0
guint              signalr_call_get_timeout  (SignalrCall       *self);
SIGNALR_AVAILABLE_IN_1_0
void               signalr_call_set_timeout  (SignalrCall       *self,
                                              guint              milliseconds);
SIGNALR_AVAILABLE_IN_1_0
void               signalr_call_add_upload   (SignalrCall       *self,
                                              SignalrUpload     *upload);

G_END_DECLS
