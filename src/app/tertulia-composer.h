/* tertulia-composer.h: where a message is written
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Property: `text`. Signal: `send (char *text)`. It is never locked, and only
 * sending empties it.
 */
#define TERTULIA_TYPE_COMPOSER (tertulia_composer_get_type ())
G_DECLARE_FINAL_TYPE (TertuliaComposer, tertulia_composer, TERTULIA, COMPOSER, AdwBin)

char *tertulia_composer_get_text  (TertuliaComposer *self);
void  tertulia_composer_set_text  (TertuliaComposer *self,
                                   const char       *text);
void  tertulia_composer_focus     (TertuliaComposer *self);
void  tertulia_composer_set_room  (TertuliaComposer *self,
                                   const char       *name);
void  tertulia_composer_set_delay (TertuliaComposer *self,
                                   gboolean          delay);

G_END_DECLS
