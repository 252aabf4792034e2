/* tertulia-connection-button.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-connection-button.h"

#include <glib/gi18n.h>

#include "tertulia-connection-details.h"
#include "tertulia-status-text.h"

struct _TertuliaConnectionButton {
  AdwBin                     parent_instance;

  GtkWidget                 *button;
  GtkWidget                 *icon;
  GtkWidget                 *word;
  TertuliaConnectionDetails *details;

  TertuliaSession           *session;
  GSignalGroup              *connection_signals;
};

G_DEFINE_FINAL_TYPE (TertuliaConnectionButton, tertulia_connection_button, ADW_TYPE_BIN)

static void
tertulia_connection_button_update (TertuliaConnectionButton *self)
{
  TertuliaStatusKind kind = tertulia_status_get_kind (tertulia_session_get_status (self->session));
  SignalrConnectionState state = signalr_connection_get_state (tertulia_session_get_connection (self->session));
  const char *word = tertulia_status_text_word (kind, state);
  gboolean good = state == SIGNALR_CONNECTION_STATE_CONNECTED && kind <= TERTULIA_STATUS_RECONNECTED;
  g_autofree char *label = NULL;

  gtk_label_set_label (GTK_LABEL (self->word), word);
  gtk_widget_set_visible (self->word, !good);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), tertulia_status_text_icon (kind, state));

  if (good)
    gtk_widget_add_css_class (self->button, "good");
  else
    gtk_widget_remove_css_class (self->button, "good");

  /* Translators: %s is the state of the connection, like “Connected” or “Slow” */
  label = g_strdup_printf (_("Connection: %s"), word);
  gtk_widget_set_tooltip_text (self->button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
}

/* The session takes another connection while it finds out what an address means. */
static void
tertulia_connection_button_connection_cb (TertuliaConnectionButton *self)
{
  g_signal_group_set_target (self->connection_signals,
                             tertulia_session_get_connection (self->session));
  tertulia_connection_button_update (self);
}

static void
tertulia_connection_button_dispose (GObject *object)
{
  TertuliaConnectionButton *self = TERTULIA_CONNECTION_BUTTON (object);

  tertulia_connection_button_set_session (self, NULL);
  g_clear_object (&self->connection_signals);

  G_OBJECT_CLASS (tertulia_connection_button_parent_class)->dispose (object);
}

static void
tertulia_connection_button_class_init (TertuliaConnectionButtonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tertulia_connection_button_dispose;

  g_type_ensure (TERTULIA_TYPE_CONNECTION_DETAILS);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tertulia/Tertulia/ui/tertulia-connection-button.ui");
  gtk_widget_class_bind_template_child (widget_class, TertuliaConnectionButton, button);
  gtk_widget_class_bind_template_child (widget_class, TertuliaConnectionButton, icon);
  gtk_widget_class_bind_template_child (widget_class, TertuliaConnectionButton, word);
  gtk_widget_class_bind_template_child (widget_class, TertuliaConnectionButton, details);
}

static void
tertulia_connection_button_init (TertuliaConnectionButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->connection_signals = g_signal_group_new (SIGNALR_TYPE_CONNECTION);
  g_signal_group_connect_swapped (self->connection_signals, "notify::state",
                                  G_CALLBACK (tertulia_connection_button_update), self);
}

/**
 * tertulia_connection_button_set_session:
 * @session: (nullable): the session whose connection is shown
 */
void
tertulia_connection_button_set_session (TertuliaConnectionButton *self,
                                        TertuliaSession          *session)
{
  g_return_if_fail (TERTULIA_IS_CONNECTION_BUTTON (self));

  if (self->session != NULL)
    {
      g_signal_handlers_disconnect_by_data (tertulia_session_get_status (self->session), self);
      g_signal_handlers_disconnect_by_data (self->session, self);
      g_signal_group_set_target (self->connection_signals, NULL);
    }
  g_set_object (&self->session, session);
  tertulia_connection_details_set_session (self->details, session);

  if (session == NULL)
    return;

  g_signal_connect_swapped (tertulia_session_get_status (session), "notify",
                            G_CALLBACK (tertulia_connection_button_update), self);
  g_signal_connect_swapped (session, "notify::connection",
                            G_CALLBACK (tertulia_connection_button_connection_cb), self);
  tertulia_connection_button_connection_cb (self);
}

/**
 * tertulia_connection_button_open:
 *
 * Opens the details.
 */
void
tertulia_connection_button_open (TertuliaConnectionButton *self)
{
  g_return_if_fail (TERTULIA_IS_CONNECTION_BUTTON (self));

  gtk_menu_button_popup (GTK_MENU_BUTTON (self->button));
}
