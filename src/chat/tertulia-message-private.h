/* tertulia-message-private.h: making a message, and moving it on
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tertulia-message.h"

G_BEGIN_DECLS

TertuliaMessage *tertulia_message_new        (const char           *id,
                                              const char           *author,
                                              const char           *text,
                                              GDateTime            *time,
                                              gboolean              own,
                                              TertuliaMessageState  state);

void             tertulia_message_set_state  (TertuliaMessage      *self,
                                              TertuliaMessageState  state,
                                              const char           *error);

void             tertulia_message_set_time   (TertuliaMessage      *self,
                                              GDateTime            *time);

/* The number that the server gave it, rising from 1 in each room; 0 for none. */
gint64           tertulia_message_get_number (TertuliaMessage      *self);
void             tertulia_message_set_number (TertuliaMessage      *self,
                                              gint64                number);

G_END_DECLS
