/* tertulia-timeout-row.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-timeout-row.h"

#include <glib/gi18n.h>
#include <math.h>

struct _TertuliaTimeoutRow {
  AdwActionRow  parent_instance;

  GtkWidget    *spin;
  char         *key;
  char         *hint;         /* the subtitle, while there is no error */
  char         *error;
};

G_DEFINE_FINAL_TYPE (TertuliaTimeoutRow, tertulia_timeout_row, ADW_TYPE_ACTION_ROW)

typedef enum {
  PROP_KEY = 1,
} TertuliaTimeoutRowProperty;

static GParamSpec *properties[PROP_KEY + 1];

enum {
  SIGNAL_EDITED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
tertulia_timeout_row_changed_cb (TertuliaTimeoutRow *self)
{
  g_signal_emit (self, signals[SIGNAL_EDITED], 0);
}

/* Tenths where there are any: 13.3, and 20 rather than 20.0. */
static gboolean
tertulia_timeout_row_output_cb (TertuliaTimeoutRow *self)
{
  double value = gtk_spin_button_get_value (GTK_SPIN_BUTTON (self->spin));
  g_autofree char *text = g_strdup_printf ("%.*f", fabs (value - round (value)) < 0.05 ? 0 : 1, value);

  if (g_strcmp0 (text, gtk_editable_get_text (GTK_EDITABLE (self->spin))) != 0)
    gtk_editable_set_text (GTK_EDITABLE (self->spin), text);

  return TRUE;
}

static void
tertulia_timeout_row_title_cb (TertuliaTimeoutRow *self)
{
  const char *title = adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self));
  /* Translators: a field that a number is typed into; %s is its title, like “Give up after” */
  g_autofree char *label = g_strdup_printf (_("%s, in seconds"), title);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->spin),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
}

static void
tertulia_timeout_row_get_property (GObject    *object,
                                   guint       property_id,
                                   GValue     *value,
                                   GParamSpec *pspec)
{
  TertuliaTimeoutRow *self = TERTULIA_TIMEOUT_ROW (object);

  switch ((TertuliaTimeoutRowProperty) property_id)
    {
    case PROP_KEY:
      g_value_set_string (value, self->key);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
tertulia_timeout_row_set_property (GObject      *object,
                                   guint         property_id,
                                   const GValue *value,
                                   GParamSpec   *pspec)
{
  TertuliaTimeoutRow *self = TERTULIA_TIMEOUT_ROW (object);

  switch ((TertuliaTimeoutRowProperty) property_id)
    {
    case PROP_KEY:
      self->key = g_value_dup_string (value);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
tertulia_timeout_row_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), TERTULIA_TYPE_TIMEOUT_ROW);

  G_OBJECT_CLASS (tertulia_timeout_row_parent_class)->dispose (object);
}

static void
tertulia_timeout_row_finalize (GObject *object)
{
  TertuliaTimeoutRow *self = TERTULIA_TIMEOUT_ROW (object);

  g_free (self->key);
  g_free (self->hint);
  g_free (self->error);

  G_OBJECT_CLASS (tertulia_timeout_row_parent_class)->finalize (object);
}

static void
tertulia_timeout_row_class_init (TertuliaTimeoutRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = tertulia_timeout_row_dispose;
  object_class->finalize = tertulia_timeout_row_finalize;
  object_class->get_property = tertulia_timeout_row_get_property;
  object_class->set_property = tertulia_timeout_row_set_property;

  properties[PROP_KEY] = g_param_spec_string ("key", NULL, NULL, NULL,
                                              G_PARAM_READWRITE |
                                              G_PARAM_CONSTRUCT_ONLY |
                                              G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  signals[SIGNAL_EDITED] =
    g_signal_new ("edited", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tertulia/Tertulia/ui/tertulia-timeout-row.ui");
  gtk_widget_class_bind_template_child (widget_class, TertuliaTimeoutRow, spin);
  gtk_widget_class_bind_template_callback (widget_class, tertulia_timeout_row_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, tertulia_timeout_row_output_cb);
}

static void
tertulia_timeout_row_init (TertuliaTimeoutRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  g_signal_connect (self, "notify::title", G_CALLBACK (tertulia_timeout_row_title_cb), NULL);
}

const char *
tertulia_timeout_row_get_key (TertuliaTimeoutRow *self)
{
  g_return_val_if_fail (TERTULIA_IS_TIMEOUT_ROW (self), NULL);

  return self->key;
}

/**
 * tertulia_timeout_row_get_value:
 *
 * Returns: what is typed, in seconds; NaN where that is no number
 */
double
tertulia_timeout_row_get_value (TertuliaTimeoutRow *self)
{
  g_autofree char *text = NULL;
  char *end = NULL;
  double value;

  g_return_val_if_fail (TERTULIA_IS_TIMEOUT_ROW (self), NAN);

  text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->spin))));
  value = g_strtod (text, &end);

  return *text != '\0' && *end == '\0' ? value : NAN;
}

void
tertulia_timeout_row_set_value (TertuliaTimeoutRow *self,
                                double              value)
{
  g_return_if_fail (TERTULIA_IS_TIMEOUT_ROW (self));

  gtk_spin_button_set_value (GTK_SPIN_BUTTON (self->spin), value);
}

const char *
tertulia_timeout_row_get_error (TertuliaTimeoutRow *self)
{
  g_return_val_if_fail (TERTULIA_IS_TIMEOUT_ROW (self), NULL);

  return self->error;
}

void
tertulia_timeout_row_set_error (TertuliaTimeoutRow *self,
                                const char         *error)
{
  g_return_if_fail (TERTULIA_IS_TIMEOUT_ROW (self));

  if (g_strcmp0 (self->error, error) == 0)
    return;

  if (self->error == NULL)
    {
      g_free (self->hint);
      self->hint = g_strdup (adw_action_row_get_subtitle (ADW_ACTION_ROW (self)));
    }
  g_free (self->error);
  self->error = g_strdup (error);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self),
                               error != NULL ? error : self->hint != NULL ? self->hint : "");
  if (error != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "error");

  gtk_accessible_update_property (GTK_ACCESSIBLE (self->spin),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, error != NULL ? error : "",
                                  -1);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->spin),
                               GTK_ACCESSIBLE_STATE_INVALID,
                               error != NULL ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE,
                               -1);
}
