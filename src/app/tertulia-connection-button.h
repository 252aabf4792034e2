/* tertulia-connection-button.h: the connection as an icon with a text, in the header bar
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include <chat/tertulia-session.h>

G_BEGIN_DECLS

/* Says in a word what the banner says in a sentence; opens the details. */
#define TERTULIA_TYPE_CONNECTION_BUTTON (tertulia_connection_button_get_type ())
G_DECLARE_FINAL_TYPE (TertuliaConnectionButton, tertulia_connection_button,
                      TERTULIA, CONNECTION_BUTTON, AdwBin)

void tertulia_connection_button_set_session (TertuliaConnectionButton *self,
                                             TertuliaSession          *session);
void tertulia_connection_button_open        (TertuliaConnectionButton *self);

G_END_DECLS
