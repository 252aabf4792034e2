/* tertulia-pages.h: pages of which one is there
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void tertulia_pages_show (GtkStack  *stack,
                          GtkWidget *page);

G_END_DECLS
