/* tertulia-sidebar.h: the rooms of a session, and the people in one of them
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include <chat/tertulia-session.h>

G_BEGIN_DECLS

/* Signal: `room-selected (TertuliaRoom *)` */
#define TERTULIA_TYPE_SIDEBAR (tertulia_sidebar_get_type ())
G_DECLARE_FINAL_TYPE (TertuliaSidebar, tertulia_sidebar, TERTULIA, SIDEBAR, AdwBin)

void tertulia_sidebar_set_session (TertuliaSidebar *self,
                                   TertuliaSession *session,
                                   const char      *title);
void tertulia_sidebar_set_room    (TertuliaSidebar *self,
                                   TertuliaRoom    *room);

G_END_DECLS
