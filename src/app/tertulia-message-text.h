/* tertulia-message-text.h: a message in words, for people
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <chat/tertulia-message.h>

G_BEGIN_DECLS

char       *tertulia_message_text_time     (GDateTime            *time,
                                            gboolean              use_24h);
char       *tertulia_message_text_day      (GDateTime            *time,
                                            GDateTime            *now);
const char *tertulia_message_text_state    (TertuliaMessageState  state,
                                            gint64                age);
const char *tertulia_message_text_icon     (TertuliaMessageState  state);
char       *tertulia_message_text_sentence (TertuliaMessage      *message,
                                            gint64                age,
                                            gboolean              use_24h);

G_END_DECLS
