/* tertulia-sign-in-page.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-sign-in-page.h"

#include <chat/tertulia-address.h>

struct _TertuliaSignInPage {
  AdwBin            parent_instance;

  GtkWidget        *name;
  GtkWidget        *server;
  GtkWidget        *token;
  GtkWidget        *error;
  GtkWidget        *connect;
};

G_DEFINE_FINAL_TYPE (TertuliaSignInPage, tertulia_sign_in_page, ADW_TYPE_BIN)

enum {
  SIGNAL_CONNECT,
  SIGNAL_PRACTICE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static char *
tertulia_sign_in_page_get_text (GtkWidget *row)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row))));
}

static void
tertulia_sign_in_page_changed_cb (TertuliaSignInPage *self)
{
  g_autofree char *name = tertulia_sign_in_page_get_text (self->name);
  g_autofree char *server = tertulia_sign_in_page_get_text (self->server);

  tertulia_sign_in_page_set_error (self, NULL);
  gtk_widget_remove_css_class (self->server, "error");
  gtk_widget_set_visible (self->token, *server != '\0');
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "sign-in.connect", *name != '\0');
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "sign-in.practice", *name != '\0');
}

static void
tertulia_sign_in_page_connect (TertuliaSignInPage *self)
{
  g_autofree char *name = tertulia_sign_in_page_get_text (self->name);
  g_autofree char *server = tertulia_sign_in_page_get_text (self->server);
  g_autofree char *token = tertulia_sign_in_page_get_text (self->token);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) addresses = NULL;

  if (*name == '\0')
    return;

  if (*server != '\0')
    addresses = tertulia_address_expand (server, &error);

  if (error != NULL)
    {
      tertulia_sign_in_page_set_error (self, error->message);
      gtk_widget_add_css_class (self->server, "error");
      gtk_widget_grab_focus (self->server);
      return;
    }

  g_signal_emit (self, signals[SIGNAL_CONNECT], 0, server, name, token);
}

static void
tertulia_sign_in_page_activate_cb (TertuliaSignInPage *self)
{
  tertulia_sign_in_page_connect (self);
}

static void
tertulia_sign_in_page_connect_cb (GtkWidget  *widget,
                                  const char *action_name,
                                  GVariant   *parameter)
{
  tertulia_sign_in_page_connect (TERTULIA_SIGN_IN_PAGE (widget));
}

static void
tertulia_sign_in_page_practice_cb (GtkWidget  *widget,
                                   const char *action_name,
                                   GVariant   *parameter)
{
  TertuliaSignInPage *self = TERTULIA_SIGN_IN_PAGE (widget);
  g_autofree char *name = tertulia_sign_in_page_get_text (self->name);

  g_signal_emit (self, signals[SIGNAL_PRACTICE], 0, name);
}

static void
tertulia_sign_in_page_class_init (TertuliaSignInPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  signals[SIGNAL_CONNECT] =
    g_signal_new ("connect", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL, G_TYPE_NONE, 3,
                  G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);
  signals[SIGNAL_PRACTICE] =
    g_signal_new ("practice", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tertulia/Tertulia/ui/tertulia-sign-in-page.ui");
  gtk_widget_class_bind_template_child (widget_class, TertuliaSignInPage, name);
  gtk_widget_class_bind_template_child (widget_class, TertuliaSignInPage, server);
  gtk_widget_class_bind_template_child (widget_class, TertuliaSignInPage, token);
  gtk_widget_class_bind_template_child (widget_class, TertuliaSignInPage, error);
  gtk_widget_class_bind_template_child (widget_class, TertuliaSignInPage, connect);
  gtk_widget_class_bind_template_callback (widget_class, tertulia_sign_in_page_activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, tertulia_sign_in_page_changed_cb);

  gtk_widget_class_install_action (widget_class, "sign-in.connect", NULL,
                                   tertulia_sign_in_page_connect_cb);
  gtk_widget_class_install_action (widget_class, "sign-in.practice", NULL,
                                   tertulia_sign_in_page_practice_cb);
}

static void
tertulia_sign_in_page_init (TertuliaSignInPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  tertulia_sign_in_page_changed_cb (self);
}

/**
 * tertulia_sign_in_page_set_settings:
 * @settings: what was chosen last, and stands there already
 */
void
tertulia_sign_in_page_set_settings (TertuliaSignInPage *self,
                                    TertuliaSettings   *settings)
{
  g_autofree char *name = NULL;
  g_autofree char *server = NULL;

  g_return_if_fail (TERTULIA_IS_SIGN_IN_PAGE (self));

  g_object_get (settings, "name", &name, "server", &server, NULL);
  gtk_editable_set_text (GTK_EDITABLE (self->name),
                         *name != '\0' ? name : g_get_user_name ());
  gtk_editable_set_text (GTK_EDITABLE (self->server), server);
}

/**
 * tertulia_sign_in_page_focus:
 *
 * Lets the user type what is missing.
 */
void
tertulia_sign_in_page_focus (TertuliaSignInPage *self)
{
  g_autofree char *name = NULL;

  g_return_if_fail (TERTULIA_IS_SIGN_IN_PAGE (self));

  name = tertulia_sign_in_page_get_text (self->name);
  gtk_widget_grab_focus (*name == '\0' ? self->name : self->server);
}

void
tertulia_sign_in_page_set_error (TertuliaSignInPage *self,
                                 const char         *error)
{
  g_return_if_fail (TERTULIA_IS_SIGN_IN_PAGE (self));

  gtk_label_set_label (GTK_LABEL (self->error), error != NULL ? error : "");
  gtk_widget_set_visible (self->error, error != NULL);
}
