/* tertulia-message-list.h: the log of a room
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include <chat/tertulia-room.h>

G_BEGIN_DECLS

#define TERTULIA_TYPE_MESSAGE_LIST (tertulia_message_list_get_type ())
G_DECLARE_FINAL_TYPE (TertuliaMessageList, tertulia_message_list, TERTULIA, MESSAGE_LIST, AdwBin)

void tertulia_message_list_set_room (TertuliaMessageList *self,
                                     TertuliaRoom        *room);
void tertulia_message_list_show_end (TertuliaMessageList *self);

G_END_DECLS
