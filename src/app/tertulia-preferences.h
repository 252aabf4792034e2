/* tertulia-preferences.h: the preferences window
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include <chat/tertulia-session.h>

G_BEGIN_DECLS

#define TERTULIA_TYPE_PREFERENCES (tertulia_preferences_get_type ())
G_DECLARE_FINAL_TYPE (TertuliaPreferences, tertulia_preferences,
                      TERTULIA, PREFERENCES, AdwPreferencesWindow)

GtkWidget *tertulia_preferences_new (TertuliaSettings *settings,
                                     TertuliaSession  *session);

G_END_DECLS
