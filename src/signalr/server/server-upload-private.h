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

typedef struct _SignalrUpload SignalrUpload;

/* @room (nullable) is added to @turn when an item has been taken. */
SignalrUpload *signalr_upload_new     (SignalrTurn   *turn,
                                       SignalrTask   *room);
SignalrUpload *signalr_upload_ref     (SignalrUpload *self);
void           signalr_upload_unref   (SignalrUpload *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignalrUpload, signalr_upload_unref)

gboolean       signalr_upload_is_full (SignalrUpload *self);
void           signalr_upload_push    (SignalrUpload *self,
                                       JsonNode      *item);
/* Behind what is there nothing comes; @error (transfer full) (nullable) is why. */
void           signalr_upload_end     (SignalrUpload *self,
                                       GError        *error);
/* Takes @task, and returns a JsonNode by it, soon or later. */
void           signalr_upload_read    (SignalrUpload *self,
                                       GTask         *task);

G_END_DECLS
