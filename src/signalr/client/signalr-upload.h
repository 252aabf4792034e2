/* signalr-upload.h: a stream from the client to a hub method
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

G_BEGIN_DECLS

#define SIGNALR_TYPE_UPLOAD (signalr_upload_get_type ())
SIGNALR_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (SignalrUpload, signalr_upload, SIGNALR, UPLOAD, GObject)

/* Signals: `ended ()`: nothing more is wanted */
SIGNALR_AVAILABLE_IN_1_0
SignalrUpload *signalr_upload_new      (void);
SIGNALR_AVAILABLE_IN_1_0
gboolean       signalr_upload_push     (SignalrUpload  *self,
                                        JsonNode       *item,
                                        GError        **error);
SIGNALR_AVAILABLE_IN_1_0
void           signalr_upload_push_async  (SignalrUpload        *self,
                                           JsonNode             *item,
                                           GCancellable         *cancellable,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
SIGNALR_AVAILABLE_IN_1_0
gboolean       signalr_upload_push_finish (SignalrUpload        *self,
                                           GAsyncResult         *result,
                                           GError              **error);
SIGNALR_AVAILABLE_IN_1_0
void           signalr_upload_complete (SignalrUpload  *self);
SIGNALR_AVAILABLE_IN_1_0
void           signalr_upload_fail     (SignalrUpload  *self,
                                        const char     *message);

G_END_DECLS
