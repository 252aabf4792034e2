/* tertulia-banner.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-banner.h"

/* The widget inside is one of two: AdwBanner, or a revealer with a label and a
 * button. Both press the action `banner.press`, whose being enabled is the
 * button's being sensitive.
 */
struct _TertuliaBanner {
  AdwBin     parent_instance;

  GtkWidget *inside;           /* AdwBanner, or GtkRevealer */
  GtkWidget *box;              /* what the revealer reveals */
  GtkWidget *label;
  GtkWidget *button;

  char      *title;
  char      *button_label;
  gboolean   revealed;
  gboolean   button_sensitive;
};

G_DEFINE_FINAL_TYPE (TertuliaBanner, tertulia_banner, ADW_TYPE_BIN)

typedef enum {
  PROP_TITLE = 1,
  PROP_BUTTON_LABEL,
  PROP_REVEALED,
  PROP_BUTTON_SENSITIVE,
} TertuliaBannerProperty;

static GParamSpec *properties[PROP_BUTTON_SENSITIVE + 1];

enum {
  SIGNAL_BUTTON_CLICKED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* The first line is what is the case; what follows explains it, and is smaller. */
static char *
tertulia_banner_get_markup (TertuliaBanner *self)
{
  g_auto (GStrv) lines = g_strsplit (self->title, "\n", 2);

  if (lines[0] == NULL || lines[1] == NULL)
    return g_markup_escape_text (self->title, -1);

  return g_markup_printf_escaped ("%s\n<span weight=\"normal\" size=\"small\">%s</span>",
                                  lines[0], lines[1]);
}

#if ADW_CHECK_VERSION (1, 3, 0)

G_GNUC_BEGIN_IGNORE_DEPRECATIONS

static void
tertulia_banner_build (TertuliaBanner *self)
{
  self->inside = g_object_new (ADW_TYPE_BANNER,
                               "accessible-role", GTK_ACCESSIBLE_ROLE_STATUS,
                               "use-markup", TRUE,
                               NULL);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->inside), "banner.press");
}

static void
tertulia_banner_update (TertuliaBanner *self)
{
  g_autofree char *markup = tertulia_banner_get_markup (self);

  adw_banner_set_title (ADW_BANNER (self->inside), markup);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->inside),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, self->title,
                                  -1);
  adw_banner_set_button_label (ADW_BANNER (self->inside), self->button_label);
  adw_banner_set_revealed (ADW_BANNER (self->inside), self->revealed);
  gtk_widget_set_visible (self->inside, self->revealed);
}

G_GNUC_END_IGNORE_DEPRECATIONS

#else

/* What a revealer has hidden stands in the accessibility tree all the same. */
static void
tertulia_banner_child_revealed_cb (TertuliaBanner *self)
{
  if (!self->revealed)
    gtk_widget_set_visible (self->box, FALSE);
}

static void
tertulia_banner_build (TertuliaBanner *self)
{
  self->label = g_object_new (GTK_TYPE_LABEL,
                              "accessible-role", GTK_ACCESSIBLE_ROLE_STATUS,
                              "hexpand", TRUE,
                              "justify", GTK_JUSTIFY_CENTER,
                              "lines", 4,
                              "ellipsize", PANGO_ELLIPSIZE_END,
                              "wrap", TRUE,
                              "wrap-mode", PANGO_WRAP_WORD_CHAR,
                              NULL);
  gtk_widget_add_css_class (self->label, "heading");

  self->button = g_object_new (GTK_TYPE_BUTTON,
                               "action-name", "banner.press",
                               "halign", GTK_ALIGN_CENTER,
                               "valign", GTK_ALIGN_CENTER,
                               NULL);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (self->button),
                                  GTK_ACCESSIBLE_RELATION_DESCRIBED_BY, self->label, NULL,
                                  -1);

  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  gtk_widget_add_css_class (self->box, "tertulia-banner");
  gtk_box_append (GTK_BOX (self->box), self->label);
  gtk_box_append (GTK_BOX (self->box), self->button);
  gtk_widget_set_visible (self->box, FALSE);

  self->inside = g_object_new (GTK_TYPE_REVEALER, "child", self->box, NULL);
  g_signal_connect_object (self->inside, "notify::child-revealed",
                           G_CALLBACK (tertulia_banner_child_revealed_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
tertulia_banner_update (TertuliaBanner *self)
{
  g_autofree char *markup = tertulia_banner_get_markup (self);

  gtk_label_set_markup (GTK_LABEL (self->label), markup);
  gtk_widget_set_visible (self->button, self->button_label != NULL);
  gtk_button_set_label (GTK_BUTTON (self->button),
                        self->button_label != NULL ? self->button_label : "");

  if (self->revealed)
    gtk_widget_set_visible (self->box, TRUE);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->inside), self->revealed);
  tertulia_banner_child_revealed_cb (self);
}

#endif

static void
tertulia_banner_press_cb (GtkWidget  *widget,
                          const char *action_name,
                          GVariant   *parameter)
{
  g_signal_emit (widget, signals[SIGNAL_BUTTON_CLICKED], 0);
}

static void
tertulia_banner_get_property (GObject    *object,
                              guint       property_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  TertuliaBanner *self = TERTULIA_BANNER (object);

  switch ((TertuliaBannerProperty) property_id)
    {
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;

    case PROP_BUTTON_LABEL:
      g_value_set_string (value, self->button_label);
      break;

    case PROP_REVEALED:
      g_value_set_boolean (value, self->revealed);
      break;

    case PROP_BUTTON_SENSITIVE:
      g_value_set_boolean (value, self->button_sensitive);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
tertulia_banner_set_property (GObject      *object,
                              guint         property_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  TertuliaBanner *self = TERTULIA_BANNER (object);

  switch ((TertuliaBannerProperty) property_id)
    {
    case PROP_TITLE:
      tertulia_banner_set_title (self, g_value_get_string (value));
      break;

    case PROP_BUTTON_LABEL:
      tertulia_banner_set_button_label (self, g_value_get_string (value));
      break;

    case PROP_REVEALED:
      tertulia_banner_set_revealed (self, g_value_get_boolean (value));
      break;

    case PROP_BUTTON_SENSITIVE:
      tertulia_banner_set_button_sensitive (self, g_value_get_boolean (value));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
tertulia_banner_finalize (GObject *object)
{
  TertuliaBanner *self = TERTULIA_BANNER (object);

  g_free (self->title);
  g_free (self->button_label);

  G_OBJECT_CLASS (tertulia_banner_parent_class)->finalize (object);
}

static void
tertulia_banner_class_init (TertuliaBannerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = tertulia_banner_finalize;
  object_class->get_property = tertulia_banner_get_property;
  object_class->set_property = tertulia_banner_set_property;

  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, "", flags);
  properties[PROP_BUTTON_LABEL] = g_param_spec_string ("button-label", NULL, NULL, NULL, flags);
  properties[PROP_REVEALED] = g_param_spec_boolean ("revealed", NULL, NULL, FALSE, flags);
  properties[PROP_BUTTON_SENSITIVE] = g_param_spec_boolean ("button-sensitive", NULL, NULL,
                                                            TRUE, flags);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  signals[SIGNAL_BUTTON_CLICKED] =
    g_signal_new ("button-clicked",
                  G_TYPE_FROM_CLASS (klass),
                  G_SIGNAL_RUN_LAST,
                  0,
                  NULL, NULL,
                  NULL,
                  G_TYPE_NONE, 0);

  gtk_widget_class_install_action (widget_class, "banner.press", NULL, tertulia_banner_press_cb);
}

static void
tertulia_banner_init (TertuliaBanner *self)
{
  self->title = g_strdup ("");
  self->button_sensitive = TRUE;

  tertulia_banner_build (self);
  adw_bin_set_child (ADW_BIN (self), self->inside);
  tertulia_banner_update (self);
}

const char *
tertulia_banner_get_title (TertuliaBanner *self)
{
  g_return_val_if_fail (TERTULIA_IS_BANNER (self), NULL);

  return self->title;
}

void
tertulia_banner_set_title (TertuliaBanner *self,
                           const char     *title)
{
  g_return_if_fail (TERTULIA_IS_BANNER (self));
  g_return_if_fail (title != NULL);

  if (g_str_equal (self->title, title))
    return;

  g_free (self->title);
  self->title = g_strdup (title);
  tertulia_banner_update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TITLE]);
}

const char *
tertulia_banner_get_button_label (TertuliaBanner *self)
{
  g_return_val_if_fail (TERTULIA_IS_BANNER (self), NULL);

  return self->button_label;
}

void
tertulia_banner_set_button_label (TertuliaBanner *self,
                                  const char     *button_label)
{
  g_return_if_fail (TERTULIA_IS_BANNER (self));

  if (g_strcmp0 (self->button_label, button_label) == 0)
    return;

  g_free (self->button_label);
  self->button_label = g_strdup (button_label);
  tertulia_banner_update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUTTON_LABEL]);
}

gboolean
tertulia_banner_get_revealed (TertuliaBanner *self)
{
  g_return_val_if_fail (TERTULIA_IS_BANNER (self), FALSE);

  return self->revealed;
}

void
tertulia_banner_set_revealed (TertuliaBanner *self,
                              gboolean        revealed)
{
  g_return_if_fail (TERTULIA_IS_BANNER (self));

  if (self->revealed == revealed)
    return;

  self->revealed = revealed;
  tertulia_banner_update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REVEALED]);
}

gboolean
tertulia_banner_get_button_sensitive (TertuliaBanner *self)
{
  g_return_val_if_fail (TERTULIA_IS_BANNER (self), FALSE);

  return self->button_sensitive;
}

void
tertulia_banner_set_button_sensitive (TertuliaBanner *self,
                                      gboolean        button_sensitive)
{
  g_return_if_fail (TERTULIA_IS_BANNER (self));

  if (self->button_sensitive == button_sensitive)
    return;

  self->button_sensitive = button_sensitive;
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "banner.press", button_sensitive);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUTTON_SENSITIVE]);
}
