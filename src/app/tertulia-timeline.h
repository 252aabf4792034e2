/* tertulia-timeline.h: what the timeouts mean, as a drawing
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TERTULIA_TYPE_TIMELINE (tertulia_timeline_get_type ())
G_DECLARE_FINAL_TYPE (TertuliaTimeline, tertulia_timeline, TERTULIA, TIMELINE, GtkWidget)

/* Times in seconds: of silence until slow, until the transport is taken for
 * lost, of reconnecting until giving up; and whether a new try follows.
 */
void        tertulia_timeline_set_times   (TertuliaTimeline *self,
                                           double            slow_after,
                                           double            keep_alive_timeout,
                                           double            disconnect_timeout,
                                           gboolean          retry);
const char *tertulia_timeline_get_summary (TertuliaTimeline *self);

G_END_DECLS
