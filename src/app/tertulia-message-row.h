/* tertulia-message-row.h: a message in the log
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include <chat/tertulia-message.h>

G_BEGIN_DECLS

/* Signals: `retry (TertuliaMessage *)`, `discard (TertuliaMessage *)` */
#define TERTULIA_TYPE_MESSAGE_ROW (tertulia_message_row_get_type ())
G_DECLARE_FINAL_TYPE (TertuliaMessageRow, tertulia_message_row, TERTULIA, MESSAGE_ROW, AdwBin)

GtkWidget *tertulia_message_row_new  (void);
/* @before is the message above, NULL for none. */
void       tertulia_message_row_bind (TertuliaMessageRow *self,
                                      TertuliaMessage    *message,
                                      TertuliaMessage    *before,
                                      gboolean            use_24h);

G_END_DECLS
