/* upload-private.h: what a connection does with an upload
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "signalr-connection.h"
#include "signalr-upload.h"

G_BEGIN_DECLS

/* The call that takes it is sent: what waits follows. @connection tells when it
 * is over.
 */
void     signalr_upload_begin     (SignalrUpload     *self,
                                   SignalrConnection *connection,
                                   const char        *id);

/* `ended` is told from @context. */

/* The call is not wanted any more: the method gets an error when it reads on. */
void     signalr_upload_abandon   (SignalrUpload     *self);
void     signalr_upload_end       (SignalrUpload     *self,
                                   GMainContext      *context);

/* Whether it was begun, or has ended. */
gboolean signalr_upload_is_used   (SignalrUpload     *self);

G_END_DECLS
