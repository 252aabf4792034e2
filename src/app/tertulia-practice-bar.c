/* tertulia-practice-bar.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-practice-bar.h"

#include <glib/gi18n.h>

#define N_MODES (LINK_MODE_GONE + 1)

struct _TertuliaPracticeBar {
  AdwBin         parent_instance;

  GtkWidget     *modes;
  GtkWidget     *buttons[N_MODES];
  LinkSimulator *link;
};

G_DEFINE_FINAL_TYPE (TertuliaPracticeBar, tertulia_practice_bar, ADW_TYPE_BIN)

static const struct {
  const char *name;
  const char *explanation;
} modes[N_MODES] = {
  [LINK_MODE_GOOD]   = { NC_("link", "Good"), N_("The link works") },
  [LINK_MODE_SLOW]   = { NC_("link", "Slow"), N_("Everything takes five seconds longer") },
  [LINK_MODE_SILENT] = { NC_("link", "Silent"), N_("Nothing gets through, and nobody is told") },
  [LINK_MODE_RESET]  = { NC_("link", "Reset"), N_("The link breaks once, and both ends are told") },
  [LINK_MODE_GONE]   = { NC_("link", "Gone"), N_("The link is broken, and a new one is refused") },
};

static void
tertulia_practice_bar_toggled_cb (TertuliaPracticeBar *self,
                                  GtkToggleButton     *button)
{
  if (self->link == NULL || !gtk_toggle_button_get_active (button))
    return;

  for (LinkMode mode = LINK_MODE_GOOD; mode < N_MODES; mode++)
    {
      if (self->buttons[mode] == GTK_WIDGET (button) && link_simulator_get_mode (self->link) != mode)
        link_simulator_set_mode (self->link, mode);
    }
}

static void
tertulia_practice_bar_mode_cb (TertuliaPracticeBar *self)
{
  LinkMode mode = link_simulator_get_mode (self->link);

  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->buttons[mode]), TRUE);
}

static void
tertulia_practice_bar_dispose (GObject *object)
{
  TertuliaPracticeBar *self = TERTULIA_PRACTICE_BAR (object);

  g_clear_object (&self->link);

  G_OBJECT_CLASS (tertulia_practice_bar_parent_class)->dispose (object);
}

static void
tertulia_practice_bar_class_init (TertuliaPracticeBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tertulia_practice_bar_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tertulia/Tertulia/ui/tertulia-practice-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, TertuliaPracticeBar, modes);
}

static void
tertulia_practice_bar_init (TertuliaPracticeBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  for (LinkMode mode = LINK_MODE_GOOD; mode < N_MODES; mode++)
    {
      const char *name = g_dpgettext2 (NULL, "link", modes[mode].name);
      GtkWidget *button = gtk_toggle_button_new_with_label (name);

      gtk_widget_set_tooltip_text (button, _(modes[mode].explanation));
      gtk_accessible_update_property (GTK_ACCESSIBLE (button),
                                      GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                      GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, _(modes[mode].explanation),
                                      -1);
      if (mode != LINK_MODE_GOOD)
        gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (button),
                                     GTK_TOGGLE_BUTTON (self->buttons[LINK_MODE_GOOD]));
      gtk_box_append (GTK_BOX (self->modes), button);
      self->buttons[mode] = button;
      g_signal_connect_object (button, "toggled", G_CALLBACK (tertulia_practice_bar_toggled_cb),
                               self, G_CONNECT_SWAPPED);
    }
}

/**
 * tertulia_practice_bar_set_link:
 * @link: (nullable): the link that is switched
 */
void
tertulia_practice_bar_set_link (TertuliaPracticeBar *self,
                                LinkSimulator       *link)
{
  g_return_if_fail (TERTULIA_IS_PRACTICE_BAR (self));

  if (self->link != NULL)
    g_signal_handlers_disconnect_by_data (self->link, self);
  g_set_object (&self->link, link);

  if (link == NULL)
    return;

  g_signal_connect_object (link, "notify::mode", G_CALLBACK (tertulia_practice_bar_mode_cb),
                           self, G_CONNECT_SWAPPED);
  tertulia_practice_bar_mode_cb (self);
}
