/* tertulia-banner.h: AdwBanner, also where libadwaita has none yet
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Properties as AdwBanner has them: `title` (plain text; a second line explains
 * the first, and is smaller), `button-label` (NULL for none), `revealed`;
 * and `button-sensitive`. Signal: `button-clicked ()`.
 *
 * Remove when the minimum is libadwaita 1.3.
 */
#define TERTULIA_TYPE_BANNER (tertulia_banner_get_type ())
G_DECLARE_FINAL_TYPE (TertuliaBanner, tertulia_banner, TERTULIA, BANNER, AdwBin)

const char *tertulia_banner_get_title            (TertuliaBanner *self);
void        tertulia_banner_set_title            (TertuliaBanner *self,
                                                  const char     *title);
const char *tertulia_banner_get_button_label     (TertuliaBanner *self);
void        tertulia_banner_set_button_label     (TertuliaBanner *self,
                                                  const char     *button_label);
gboolean    tertulia_banner_get_revealed         (TertuliaBanner *self);
void        tertulia_banner_set_revealed         (TertuliaBanner *self,
                                                  gboolean        revealed);
gboolean    tertulia_banner_get_button_sensitive (TertuliaBanner *self);
void        tertulia_banner_set_button_sensitive (TertuliaBanner *self,
                                                  gboolean        button_sensitive);

G_END_DECLS
