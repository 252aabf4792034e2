/* tertulia-typing-private.h: who is writing now
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef void (*TertuliaTypingFunc) (gpointer user_data);

typedef struct _TertuliaTyping TertuliaTyping;

/* @func is told when the names have changed, never inside a call. */
TertuliaTyping     *tertulia_typing_new       (TertuliaTypingFunc  func,
                                               gpointer            user_data);
void                tertulia_typing_free      (TertuliaTyping     *self);
void                tertulia_typing_begin     (TertuliaTyping     *self,
                                               const char         *name);
void                tertulia_typing_end       (TertuliaTyping     *self,
                                               const char         *name);
const char * const *tertulia_typing_get_names (TertuliaTyping     *self);

G_END_DECLS
