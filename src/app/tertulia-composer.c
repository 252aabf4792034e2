/* tertulia-composer.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-composer.h"

#include <glib/gi18n.h>

struct _TertuliaComposer {
  AdwBin     parent_instance;

  GtkWidget *scroller;
  GtkWidget *view;
  GtkWidget *placeholder;
  GtkWidget *send;
};

G_DEFINE_FINAL_TYPE (TertuliaComposer, tertulia_composer, ADW_TYPE_BIN)

enum {
  SIGNAL_SEND,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static gboolean
tertulia_composer_is_blank (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      if (!g_unichar_isspace (g_utf8_get_char (p)))
        return FALSE;
    }

  return TRUE;
}

static void
tertulia_composer_changed_cb (TertuliaComposer *self)
{
  g_autofree char *text = tertulia_composer_get_text (self);

  gtk_widget_set_visible (self->placeholder, *text == '\0');
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "composer.send",
                                 !tertulia_composer_is_blank (text));
}

static void
tertulia_composer_send (TertuliaComposer *self)
{
  g_autofree char *text = g_strstrip (tertulia_composer_get_text (self));

  if (*text == '\0')
    return;

  tertulia_composer_set_text (self, "");
  g_signal_emit (self, signals[SIGNAL_SEND], 0, text);
}

static void
tertulia_composer_send_cb (GtkWidget  *widget,
                           const char *action_name,
                           GVariant   *parameter)
{
  tertulia_composer_send (TERTULIA_COMPOSER (widget));
}

/* Enter belongs to the input method first: while it composes, Enter chooses a
 * word and must not send half of one.
 */
static gboolean
tertulia_composer_key_pressed_cb (GtkEventControllerKey *controller,
                                  guint                  keyval,
                                  guint                  keycode,
                                  GdkModifierType        state,
                                  gpointer               user_data)
{
  GtkWidget *view = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (controller));
  GtkWidget *self = gtk_widget_get_ancestor (view, TERTULIA_TYPE_COMPOSER);
  GdkEvent *event;

  if (keyval != GDK_KEY_Return && keyval != GDK_KEY_KP_Enter && keyval != GDK_KEY_ISO_Enter)
    return GDK_EVENT_PROPAGATE;

  if ((state & (GDK_SHIFT_MASK | GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;

  event = gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (controller));
  if (event != NULL && gtk_text_view_im_context_filter_keypress (GTK_TEXT_VIEW (view), event))
    return GDK_EVENT_STOP;

  tertulia_composer_send (TERTULIA_COMPOSER (self));

  return GDK_EVENT_STOP;
}

static void
tertulia_composer_class_init (TertuliaComposerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  signals[SIGNAL_SEND] =
    g_signal_new ("send", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tertulia/Tertulia/ui/tertulia-composer.ui");
  gtk_widget_class_bind_template_child (widget_class, TertuliaComposer, scroller);
  gtk_widget_class_bind_template_child (widget_class, TertuliaComposer, view);
  gtk_widget_class_bind_template_child (widget_class, TertuliaComposer, placeholder);
  gtk_widget_class_bind_template_child (widget_class, TertuliaComposer, send);
  gtk_widget_class_bind_template_callback (widget_class, tertulia_composer_key_pressed_cb);

  gtk_widget_class_install_action (widget_class, "composer.send", NULL, tertulia_composer_send_cb);
  gtk_widget_class_set_css_name (widget_class, "composer");
}

static void
tertulia_composer_init (TertuliaComposer *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  g_signal_connect_object (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view)), "changed",
                           G_CALLBACK (tertulia_composer_changed_cb), self, G_CONNECT_SWAPPED);
  tertulia_composer_changed_cb (self);
}

/**
 * tertulia_composer_get_text:
 *
 * Returns: (transfer full): what is written
 */
char *
tertulia_composer_get_text (TertuliaComposer *self)
{
  GtkTextBuffer *buffer;
  GtkTextIter start, end;

  g_return_val_if_fail (TERTULIA_IS_COMPOSER (self), NULL);

  buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view));
  gtk_text_buffer_get_bounds (buffer, &start, &end);

  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

void
tertulia_composer_set_text (TertuliaComposer *self,
                            const char       *text)
{
  g_return_if_fail (TERTULIA_IS_COMPOSER (self));

  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view)), text, -1);
}

/**
 * tertulia_composer_focus:
 *
 * Lets the user write on.
 */
void
tertulia_composer_focus (TertuliaComposer *self)
{
  g_return_if_fail (TERTULIA_IS_COMPOSER (self));

  gtk_widget_grab_focus (self->view);
}

/**
 * tertulia_composer_set_room:
 * @name: the room that is written to
 */
void
tertulia_composer_set_room (TertuliaComposer *self,
                            const char       *name)
{
  g_autofree char *text = NULL;

  g_return_if_fail (TERTULIA_IS_COMPOSER (self));

  /* Translators: %s is the name of a room */
  text = g_strdup_printf (_("Message #%s"), name);
  gtk_label_set_label (GTK_LABEL (self->placeholder), text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, text,
                                  GTK_ACCESSIBLE_PROPERTY_MULTI_LINE, TRUE,
                                  -1);
}

/**
 * tertulia_composer_set_delay:
 * @delay: whether a message written now is kept until the connection returns
 *
 * Says so where the message is sent, and locks nothing.
 */
void
tertulia_composer_set_delay (TertuliaComposer *self,
                             gboolean          delay)
{
  const char *text;

  g_return_if_fail (TERTULIA_IS_COMPOSER (self));

  text = delay ? _("Send when the connection returns") : _("Send");
  gtk_widget_set_tooltip_text (self->send, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->send),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text,
                                  -1);
}
