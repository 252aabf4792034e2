/* server-upload-private.h: what a client streams up to a method
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "turn-private.h"

G_BEGIN_DECLS

typedef struct _SignalrServerUpload SignalrServerUpload;

/* @room (nullable) is added to @turn when an item has been taken. */
SignalrServerUpload *signalr_server_upload_new     (SignalrTurn         *turn,
                                                    SignalrTask         *room);
SignalrServerUpload *signalr_server_upload_ref     (SignalrServerUpload *self);
void                 signalr_server_upload_unref   (SignalrServerUpload *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignalrServerUpload, signalr_server_upload_unref)

gboolean             signalr_server_upload_is_full (SignalrServerUpload *self);
void                 signalr_server_upload_push    (SignalrServerUpload *self,
                                                    JsonNode            *item);
/* Behind what is there nothing comes; @error (transfer full) (nullable) is why. */
void                 signalr_server_upload_end     (SignalrServerUpload *self,
                                                    GError              *error);
/* Takes @task, and returns a JsonNode by it, soon or later. */
void                 signalr_server_upload_read    (SignalrServerUpload *self,
                                                    GTask               *task);

G_END_DECLS
