/* tertulia-pages.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-pages.h"

/**
 * tertulia_pages_show:
 * @page: one of @stack's
 *
 * Shows @page, and hides the others. A stack alone would leave them in the
 * accessibility tree, as if they could be seen.
 */
void
tertulia_pages_show (GtkStack  *stack,
                     GtkWidget *page)
{
  gtk_widget_set_visible (page, TRUE);
  gtk_stack_set_visible_child (stack, page);

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (stack));
       child != NULL;
       child = gtk_widget_get_next_sibling (child))
    gtk_widget_set_visible (child, child == page);
}
