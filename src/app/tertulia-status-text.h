/* tertulia-status-text.h: the words for what a connection is, for people
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <chat/tertulia-status.h>

G_BEGIN_DECLS

char       *tertulia_status_text_title  (TertuliaStatusKind       kind,
                                         guint                    seconds);
char       *tertulia_status_text_reason (const GError            *error,
                                         SignalrDisconnectReason  reason,
                                         const char              *server);
char       *tertulia_status_text_banner (TertuliaStatusKind       kind,
                                         guint                    seconds,
                                         const GError            *error,
                                         SignalrDisconnectReason  reason,
                                         const char              *server);
const char *tertulia_status_text_button (TertuliaStatusButton     button);
const char *tertulia_status_text_word   (TertuliaStatusKind       kind,
                                         SignalrConnectionState   state);
const char *tertulia_status_text_icon   (TertuliaStatusKind       kind,
                                         SignalrConnectionState   state);

G_END_DECLS
