/* tertulia-split-view.h: a sidebar beside its content, or one of the two at a time
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Properties: `sidebar` and `content` (widgets), `show-content` (which of the
 * two while they are pages); read-only: `collapsed` (whether they are),
 * `show-back-button` (whether the content must offer a way back itself).
 *
 * Remove when the minimum is libadwaita 1.4, which has AdwNavigationSplitView.
 */
#define TERTULIA_TYPE_SPLIT_VIEW (tertulia_split_view_get_type ())
G_DECLARE_FINAL_TYPE (TertuliaSplitView, tertulia_split_view, TERTULIA, SPLIT_VIEW, AdwBin)

gboolean tertulia_split_view_get_collapsed    (TertuliaSplitView *self);
gboolean tertulia_split_view_get_show_content (TertuliaSplitView *self);
void     tertulia_split_view_set_show_content (TertuliaSplitView *self,
                                               gboolean           show_content);

G_END_DECLS
