/* tertulia-timeout-row.h: a time among the preferences, in seconds
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Properties: `key` (the settings key), `value` (what is typed, NaN where that
 * is no number). Signal: `edited ()`, at each key stroke.
 */
#define TERTULIA_TYPE_TIMEOUT_ROW (tertulia_timeout_row_get_type ())
G_DECLARE_FINAL_TYPE (TertuliaTimeoutRow, tertulia_timeout_row, TERTULIA, TIMEOUT_ROW, AdwActionRow)

const char *tertulia_timeout_row_get_key   (TertuliaTimeoutRow *self);
double      tertulia_timeout_row_get_value (TertuliaTimeoutRow *self);
void        tertulia_timeout_row_set_value (TertuliaTimeoutRow *self,
                                            double              value);
const char *tertulia_timeout_row_get_error (TertuliaTimeoutRow *self);
/* @error is the rule that the value breaks, in a sentence; NULL for none. */
void        tertulia_timeout_row_set_error (TertuliaTimeoutRow *self,
                                            const char         *error);

G_END_DECLS
