/* tertulia-window.h: the window: signing in, then chatting
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include <chat/tertulia-practice.h>
#include <chat/tertulia-session.h>

G_BEGIN_DECLS

#define TERTULIA_TYPE_WINDOW (tertulia_window_get_type ())
G_DECLARE_FINAL_TYPE (TertuliaWindow, tertulia_window, TERTULIA, WINDOW, AdwApplicationWindow)

TertuliaWindow   *tertulia_window_new          (GtkApplication   *application,
                                                TertuliaSettings *settings);
void              tertulia_window_connect      (TertuliaWindow   *self,
                                                const char       *server,
                                                const char       *name,
                                                const char       *token);
void              tertulia_window_practice     (TertuliaWindow   *self,
                                                const char       *name);
TertuliaSession  *tertulia_window_get_session  (TertuliaWindow   *self);
TertuliaPractice *tertulia_window_get_practice (TertuliaWindow   *self);

G_END_DECLS
