/* tertulia-split-view.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-split-view.h"

/* Together they are what the smallest window beside which both fit needs. */
#define SIDEBAR_WIDTH 240
#define CONTENT_WIDTH 360

struct _TertuliaSplitView {
  AdwBin     parent_instance;

  GtkWidget *inside;           /* AdwNavigationSplitView, or AdwLeaflet */
  GtkWidget *sidebar;
  GtkWidget *content;
};

G_DEFINE_FINAL_TYPE (TertuliaSplitView, tertulia_split_view, ADW_TYPE_BIN)

typedef enum {
  PROP_SIDEBAR = 1,
  PROP_CONTENT,
  PROP_SHOW_CONTENT,
  PROP_COLLAPSED,
  PROP_SHOW_BACK_BUTTON,
} TertuliaSplitViewProperty;

static GParamSpec *properties[PROP_SHOW_BACK_BUTTON + 1];

static void
tertulia_split_view_collapsed_cb (TertuliaSplitView *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COLLAPSED]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SHOW_BACK_BUTTON]);
}

static void
tertulia_split_view_show_content_cb (TertuliaSplitView *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SHOW_CONTENT]);
}

#if ADW_CHECK_VERSION (1, 4, 0)

G_GNUC_BEGIN_IGNORE_DEPRECATIONS

#define HAS_BACK_BUTTON TRUE

static GtkWidget *
tertulia_split_view_build (TertuliaSplitView *self)
{
  GtkWidget *bin = adw_breakpoint_bin_new ();
  AdwBreakpoint *breakpoint = NULL;
  GValue collapsed = G_VALUE_INIT;

  self->inside = g_object_new (ADW_TYPE_NAVIGATION_SPLIT_VIEW,
                               "min-sidebar-width", (double) SIDEBAR_WIDTH,
                               "max-sidebar-width", (double) SIDEBAR_WIDTH,
                               NULL);
  g_signal_connect_swapped (self->inside, "notify::collapsed",
                            G_CALLBACK (tertulia_split_view_collapsed_cb), self);
  g_signal_connect_swapped (self->inside, "notify::show-content",
                            G_CALLBACK (tertulia_split_view_show_content_cb), self);

  breakpoint = adw_breakpoint_new (adw_breakpoint_condition_new_length (ADW_BREAKPOINT_CONDITION_MAX_WIDTH,
                                                                        SIDEBAR_WIDTH + CONTENT_WIDTH - 1,
                                                                        ADW_LENGTH_UNIT_PX));
  g_value_init (&collapsed, G_TYPE_BOOLEAN);
  g_value_set_boolean (&collapsed, TRUE);
  adw_breakpoint_add_setter (breakpoint, G_OBJECT (self->inside), "collapsed", &collapsed);
  g_value_unset (&collapsed);

  adw_breakpoint_bin_set_child (ADW_BREAKPOINT_BIN (bin), self->inside);
  adw_breakpoint_bin_add_breakpoint (ADW_BREAKPOINT_BIN (bin), breakpoint);
  gtk_widget_set_size_request (bin, CONTENT_WIDTH, 200);

  return bin;
}

static void
tertulia_split_view_set_pane (TertuliaSplitView *self,
                              GtkWidget         *pane,
                              gboolean           is_content)
{
  AdwNavigationPage *page = adw_navigation_page_new (pane, g_get_application_name ());

  if (is_content)
    adw_navigation_split_view_set_content (ADW_NAVIGATION_SPLIT_VIEW (self->inside), page);
  else
    adw_navigation_split_view_set_sidebar (ADW_NAVIGATION_SPLIT_VIEW (self->inside), page);
}

gboolean
tertulia_split_view_get_collapsed (TertuliaSplitView *self)
{
  g_return_val_if_fail (TERTULIA_IS_SPLIT_VIEW (self), FALSE);

  return adw_navigation_split_view_get_collapsed (ADW_NAVIGATION_SPLIT_VIEW (self->inside));
}

gboolean
tertulia_split_view_get_show_content (TertuliaSplitView *self)
{
  g_return_val_if_fail (TERTULIA_IS_SPLIT_VIEW (self), FALSE);

  return adw_navigation_split_view_get_show_content (ADW_NAVIGATION_SPLIT_VIEW (self->inside));
}

void
tertulia_split_view_set_show_content (TertuliaSplitView *self,
                                      gboolean           show_content)
{
  g_return_if_fail (TERTULIA_IS_SPLIT_VIEW (self));

  adw_navigation_split_view_set_show_content (ADW_NAVIGATION_SPLIT_VIEW (self->inside),
                                              show_content);
}

G_GNUC_END_IGNORE_DEPRECATIONS

#else

#define HAS_BACK_BUTTON FALSE

static GtkWidget *
tertulia_split_view_build (TertuliaSplitView *self)
{
  self->inside = g_object_new (ADW_TYPE_LEAFLET,
                               "can-navigate-back", TRUE,
                               "width-request", CONTENT_WIDTH,
                               NULL);
  g_signal_connect_swapped (self->inside, "notify::folded",
                            G_CALLBACK (tertulia_split_view_collapsed_cb), self);
  g_signal_connect_swapped (self->inside, "notify::visible-child",
                            G_CALLBACK (tertulia_split_view_show_content_cb), self);

  return self->inside;
}

static void
tertulia_split_view_set_pane (TertuliaSplitView *self,
                              GtkWidget         *pane,
                              gboolean           is_content)
{
  gtk_widget_set_hexpand (pane, is_content);
  gtk_widget_set_size_request (pane, is_content ? CONTENT_WIDTH : SIDEBAR_WIDTH, -1);

  if (is_content)
    adw_leaflet_append (ADW_LEAFLET (self->inside), pane);
  else
    adw_leaflet_prepend (ADW_LEAFLET (self->inside), pane);
}

gboolean
tertulia_split_view_get_collapsed (TertuliaSplitView *self)
{
  g_return_val_if_fail (TERTULIA_IS_SPLIT_VIEW (self), FALSE);

  return adw_leaflet_get_folded (ADW_LEAFLET (self->inside));
}

gboolean
tertulia_split_view_get_show_content (TertuliaSplitView *self)
{
  g_return_val_if_fail (TERTULIA_IS_SPLIT_VIEW (self), FALSE);

  return adw_leaflet_get_visible_child (ADW_LEAFLET (self->inside)) == self->content;
}

void
tertulia_split_view_set_show_content (TertuliaSplitView *self,
                                      gboolean           show_content)
{
  g_return_if_fail (TERTULIA_IS_SPLIT_VIEW (self));

  adw_leaflet_set_visible_child (ADW_LEAFLET (self->inside),
                                 show_content ? self->content : self->sidebar);
}

#endif

static void
tertulia_split_view_get_property (GObject    *object,
                                  guint       property_id,
                                  GValue     *value,
                                  GParamSpec *pspec)
{
  TertuliaSplitView *self = TERTULIA_SPLIT_VIEW (object);

  switch ((TertuliaSplitViewProperty) property_id)
    {
    case PROP_SIDEBAR:
      g_value_set_object (value, self->sidebar);
      break;

    case PROP_CONTENT:
      g_value_set_object (value, self->content);
      break;

    case PROP_SHOW_CONTENT:
      g_value_set_boolean (value, tertulia_split_view_get_show_content (self));
      break;

    case PROP_COLLAPSED:
      g_value_set_boolean (value, tertulia_split_view_get_collapsed (self));
      break;

    case PROP_SHOW_BACK_BUTTON:
      g_value_set_boolean (value, !HAS_BACK_BUTTON && tertulia_split_view_get_collapsed (self));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
tertulia_split_view_set_property (GObject      *object,
                                  guint         property_id,
                                  const GValue *value,
                                  GParamSpec   *pspec)
{
  TertuliaSplitView *self = TERTULIA_SPLIT_VIEW (object);

  switch ((TertuliaSplitViewProperty) property_id)
    {
    case PROP_SIDEBAR:
      self->sidebar = g_value_get_object (value);
      tertulia_split_view_set_pane (self, self->sidebar, FALSE);
      break;

    case PROP_CONTENT:
      self->content = g_value_get_object (value);
      tertulia_split_view_set_pane (self, self->content, TRUE);
      break;

    case PROP_SHOW_CONTENT:
      tertulia_split_view_set_show_content (self, g_value_get_boolean (value));
      break;

    case PROP_COLLAPSED:
    case PROP_SHOW_BACK_BUTTON:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
tertulia_split_view_dispose (GObject *object)
{
  TertuliaSplitView *self = TERTULIA_SPLIT_VIEW (object);

  if (self->inside != NULL)
    g_signal_handlers_disconnect_by_data (self->inside, self);
  self->inside = NULL;

  G_OBJECT_CLASS (tertulia_split_view_parent_class)->dispose (object);
}

static void
tertulia_split_view_class_init (TertuliaSplitViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = tertulia_split_view_dispose;
  object_class->get_property = tertulia_split_view_get_property;
  object_class->set_property = tertulia_split_view_set_property;

  properties[PROP_SIDEBAR] = g_param_spec_object ("sidebar", NULL, NULL, GTK_TYPE_WIDGET,
                                                  flags | G_PARAM_READWRITE);
  properties[PROP_CONTENT] = g_param_spec_object ("content", NULL, NULL, GTK_TYPE_WIDGET,
                                                  flags | G_PARAM_READWRITE);
  properties[PROP_SHOW_CONTENT] = g_param_spec_boolean ("show-content", NULL, NULL, FALSE,
                                                        flags | G_PARAM_READWRITE);
  properties[PROP_COLLAPSED] = g_param_spec_boolean ("collapsed", NULL, NULL, FALSE,
                                                     flags | G_PARAM_READABLE);
  properties[PROP_SHOW_BACK_BUTTON] = g_param_spec_boolean ("show-back-button", NULL, NULL, FALSE,
                                                            flags | G_PARAM_READABLE);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
tertulia_split_view_init (TertuliaSplitView *self)
{
  adw_bin_set_child (ADW_BIN (self), tertulia_split_view_build (self));
}
