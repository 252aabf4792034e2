/* gui.h: what the tests of widgets share
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

/* Prepares the toolkit; FALSE where there is no display, which is then told. */
gboolean   gui_init     (int         *argc,
                         char      ***argv);
int        gui_run      (void);
/* The first widget of a type in a tree, shown or not. */
gpointer   gui_find     (gpointer     root,
                         GType        type);
/* The first button in a tree whose label is, or whose child says, @label. */
GtkWidget *gui_find_button (gpointer    root,
                            const char *label);
/* Iterates until @condition holds; fails the test where it does not in time. */
#define gui_wait(condition)                                                            \
  G_STMT_START {                                                                       \
    gint64 gui_wait_end = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;               \
    while (!(condition) && g_get_monotonic_time () < gui_wait_end)                     \
      gui_iterate ();                                                                  \
    g_assert_true (condition);                                                         \
  } G_STMT_END
void       gui_iterate  (void);
void       gui_present  (gpointer     window);
void       gui_destroy  (gpointer     window);
