/* signalr-invocation.h
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined (SIGNALR_INSIDE) && !defined (SIGNALR_COMPILATION)
#error "Only <signalr.h> can be included directly."
#endif

#include <json-glib/json-glib.h>

#include "signalr-caller.h"
#include "signalr-error.h"

G_BEGIN_DECLS

/* One call of a hub method (or the start of a connection), to be answered
 * exactly once, now or later: return_value, return_error or return_gerror.
 * Dropped unanswered it answers with an error. In the manner of
 * GDBusMethodInvocation, but without its taking of references: the answer does
 * not consume the object.
 */
#define SIGNALR_TYPE_INVOCATION (signalr_invocation_get_type ())
SIGNALR_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (SignalrInvocation, signalr_invocation, SIGNALR, INVOCATION, GObject)

SIGNALR_AVAILABLE_IN_1_0
SignalrCaller *signalr_invocation_get_caller    (SignalrInvocation *self);
SIGNALR_AVAILABLE_IN_1_0
const char    *signalr_invocation_get_method    (SignalrInvocation *self);
SIGNALR_AVAILABLE_IN_1_0
JsonArray     *signalr_invocation_get_args      (SignalrInvocation *self);
SIGNALR_AVAILABLE_IN_1_0
void           signalr_invocation_return_value  (SignalrInvocation *self,
                                                 JsonNode          *value);   /* (transfer full) (nullable) */
SIGNALR_AVAILABLE_IN_1_0
void           signalr_invocation_return_error  (SignalrInvocation *self,
                                                 const char        *message,
                                                 JsonNode          *data);    /* (transfer full) (nullable) */
SIGNALR_AVAILABLE_IN_1_0
void           signalr_invocation_return_gerror (SignalrInvocation *self,
                                                 GError            *error);   /* (transfer full) */

/* Streams, of ASP.NET Core SignalR. */
SIGNALR_AVAILABLE_IN_1_0
GCancellable  *signalr_invocation_get_cancellable (SignalrInvocation    *self);
SIGNALR_AVAILABLE_IN_1_0
gboolean       signalr_invocation_send_item       (SignalrInvocation    *self,
                                                   JsonNode             *item);   /* (transfer full) */
SIGNALR_AVAILABLE_IN_1_0
void           signalr_invocation_read_async      (SignalrInvocation    *self,
                                                   guint                 stream,
                                                   GCancellable         *cancellable,
                                                   GAsyncReadyCallback   callback,
                                                   gpointer              user_data);
SIGNALR_AVAILABLE_IN_1_0
JsonNode      *signalr_invocation_read_finish     (SignalrInvocation    *self,
                                                   GAsyncResult         *result,
                                                   GError              **error);

/* Progress and state, of classic SignalR. */
SIGNALR_AVAILABLE_IN_1_0
void           signalr_invocation_report_progress (SignalrInvocation    *self,
                                                   JsonNode             *value);  /* (transfer full) (nullable) */
SIGNALR_AVAILABLE_IN_1_0
JsonNode      *signalr_invocation_get_state       (SignalrInvocation    *self,
                                                   const char           *name);
SIGNALR_AVAILABLE_IN_1_0
void           signalr_invocation_set_state       (SignalrInvocation    *self,
                                                   const char           *name,
                                                   JsonNode             *value);  /* (transfer full) */

G_END_DECLS
