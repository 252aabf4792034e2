/* tertulia-room.h: a room: its messages and people
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "tertulia-message.h"
#include "tertulia-person.h"

G_BEGIN_DECLS

/* Properties, read-only, notified: `name`, `messages` and `people` (GListModel),
 * `unread`; `live`: what is shown is all that was said; `n-failed`: messages that
 * ask for the user, `n-unsent`: those and the ones on their way; `typing`
 * (GStrv): who is writing
 */
#define TERTULIA_TYPE_ROOM (tertulia_room_get_type ())
G_DECLARE_FINAL_TYPE (TertuliaRoom, tertulia_room, TERTULIA, ROOM, GObject)

const char         *tertulia_room_get_name     (TertuliaRoom    *self);
GListModel         *tertulia_room_get_messages (TertuliaRoom    *self);
GListModel         *tertulia_room_get_people   (TertuliaRoom    *self);
guint               tertulia_room_get_unread   (TertuliaRoom    *self);
gboolean            tertulia_room_get_live     (TertuliaRoom    *self);
guint               tertulia_room_get_n_failed (TertuliaRoom    *self);
guint               tertulia_room_get_n_unsent (TertuliaRoom    *self);
const char * const *tertulia_room_get_typing   (TertuliaRoom    *self);
void                tertulia_room_mark_read    (TertuliaRoom    *self);
/* Queues @text: it is in the outbox when this returns, and its row in messages. */
void                tertulia_room_send         (TertuliaRoom    *self,
                                                const char      *text);
void                tertulia_room_retry        (TertuliaRoom    *self,
                                                TertuliaMessage *message);
void                tertulia_room_discard      (TertuliaRoom    *self,
                                                TertuliaMessage *message);
/* Tells the others that the user is writing; as often as one likes. */
void                tertulia_room_type         (TertuliaRoom    *self);

G_END_DECLS
