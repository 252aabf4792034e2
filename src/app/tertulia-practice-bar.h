/* tertulia-practice-bar.h: the switch of the practice connection's link
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include <chat/tertulia-practice.h>

G_BEGIN_DECLS

#define TERTULIA_TYPE_PRACTICE_BAR (tertulia_practice_bar_get_type ())
G_DECLARE_FINAL_TYPE (TertuliaPracticeBar, tertulia_practice_bar, TERTULIA, PRACTICE_BAR, AdwBin)

void tertulia_practice_bar_set_link (TertuliaPracticeBar *self,
                                     LinkSimulator       *link);

G_END_DECLS
