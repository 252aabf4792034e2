/* tertulia-walk.h: the practice connection through all its states, by itself
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tertulia-window.h"

G_BEGIN_DECLS

/* Prints one event a line, with the path of a picture of it: good, slow,
 * reconnecting, reconnected, disconnected, retry, connected.
 *
 * Signal: `done (gboolean complete)`, exactly once.
 */
#define TERTULIA_TYPE_WALK (tertulia_walk_get_type ())
G_DECLARE_FINAL_TYPE (TertuliaWalk, tertulia_walk, TERTULIA, WALK, GObject)

void          tertulia_walk_prepare_settings (TertuliaSettings *settings);
TertuliaWalk *tertulia_walk_new              (TertuliaWindow   *window,
                                              const char       *folder);

G_END_DECLS
