/* message-private.h: something for many clients, encoded once for each way of writing it
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "protocol/aspnet-scaleout-private.h"
#include "signalr-enums.h"

G_BEGIN_DECLS

typedef struct _SignalrMessage SignalrMessage;

typedef enum {
  SIGNALR_FORM_ASPNET,               /* an element of M */
  SIGNALR_FORM_RECORD_JSON,
  SIGNALR_FORM_RECORD_MESSAGEPACK,
  SIGNALR_FORM_FRAME_JSON,           /* the record as a whole WebSocket message */
  SIGNALR_FORM_FRAME_MESSAGEPACK,
  SIGNALR_FORM_EVENT_JSON,           /* the record as an event of a stream */
  SIGNALR_N_FORMS,
} SignalrForm;

/* @args is an array, or NULL for none; @except are connection ids, or NULL. */
SignalrMessage *signalr_message_new_call (const char          *hub,
                                          const char          *method,
                                          JsonNode            *args,
                                          const char * const  *except);
/* @state (nullable): what the client keeps is changed by it, too; classic alone. */
void            signalr_message_set_state (SignalrMessage     *self,
                                           JsonNode           *state);
/* What an endpoint sends: the same in all forms. */
SignalrMessage *signalr_message_new_bytes (GBytes              *bytes,
                                           const char * const  *except);
/* Records as they came from another server, of which may be NULL what that does not
 * write; there is no other form of it.
 */
SignalrMessage *signalr_message_new_records (GBytes             *json,
                                             GBytes             *messagepack,
                                             const char * const *except);
/* A command of another server for the one that has the client; no form of it goes to
 * the client.
 */
SignalrMessage *signalr_message_new_command (SignalrScaleoutCommand *command);   /* (transfer full) */
SignalrMessage *signalr_message_ref      (SignalrMessage      *self);
void            signalr_message_unref    (SignalrMessage      *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignalrMessage, signalr_message_unref)

/* NULL where the arguments cannot be written that way. */
GBytes         *signalr_message_get      (SignalrMessage      *self,
                                          SignalrForm          form);
/* NULL for what is none. */
const SignalrScaleoutCommand *signalr_message_get_command (SignalrMessage *self);
/* Those left out, by connection id; NULL for none. */
GHashTable     *signalr_message_get_except  (SignalrMessage    *self);
gboolean        signalr_message_is_for   (SignalrMessage      *self,
                                          const char          *connection_id);

G_END_DECLS
