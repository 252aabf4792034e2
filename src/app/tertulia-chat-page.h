/* tertulia-chat-page.h: a session: its rooms, people and messages, and its connection
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include <chat/tertulia-practice.h>
#include <chat/tertulia-session.h>

G_BEGIN_DECLS

/* Signal: `help (TertuliaStatusButton)`: the banner's button was pressed. */
#define TERTULIA_TYPE_CHAT_PAGE (tertulia_chat_page_get_type ())
G_DECLARE_FINAL_TYPE (TertuliaChatPage, tertulia_chat_page, TERTULIA, CHAT_PAGE, AdwBin)

void tertulia_chat_page_set_session  (TertuliaChatPage *self,
                                      TertuliaSession  *session,
                                      const char       *title,
                                      LinkSimulator    *link);
void tertulia_chat_page_set_active   (TertuliaChatPage *self,
                                      gboolean          active);
void tertulia_chat_page_focus        (TertuliaChatPage *self);
void tertulia_chat_page_move_focus   (TertuliaChatPage *self,
                                      gboolean          forward);
void tertulia_chat_page_show_details (TertuliaChatPage *self);

G_END_DECLS
