/* tertulia-sign-in-page.h: who, and where
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include <chat/tertulia-settings.h>

G_BEGIN_DECLS

/* Signals: `connect (char *server, char *name, char *token)`: server is empty
 * for the built-in one, token for none; `practice (char *name)`.
 */
#define TERTULIA_TYPE_SIGN_IN_PAGE (tertulia_sign_in_page_get_type ())
G_DECLARE_FINAL_TYPE (TertuliaSignInPage, tertulia_sign_in_page, TERTULIA, SIGN_IN_PAGE, AdwBin)

void tertulia_sign_in_page_set_settings (TertuliaSignInPage *self,
                                         TertuliaSettings   *settings);
void tertulia_sign_in_page_focus        (TertuliaSignInPage *self);
/* @error is a sentence about what was tried, NULL for none. */
void tertulia_sign_in_page_set_error    (TertuliaSignInPage *self,
                                         const char         *error);

G_END_DECLS
