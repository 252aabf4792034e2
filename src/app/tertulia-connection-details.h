/* tertulia-connection-details.h: all that is known of a connection, in a popover
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include <chat/tertulia-session.h>

G_BEGIN_DECLS

#define TERTULIA_TYPE_CONNECTION_DETAILS (tertulia_connection_details_get_type ())
G_DECLARE_FINAL_TYPE (TertuliaConnectionDetails, tertulia_connection_details,
                      TERTULIA, CONNECTION_DETAILS, GtkPopover)

void tertulia_connection_details_set_session (TertuliaConnectionDetails *self,
                                              TertuliaSession           *session);

G_END_DECLS
