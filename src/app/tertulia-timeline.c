/* tertulia-timeline.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-timeline.h"

#include <glib/gi18n.h>
#include <math.h>

/* Seconds from giving up to the first new try. */
#define FIRST_RETRY 1.0

/* The smallest part of the width between two points. */
#define LEAST_GAP 0.14

#define DOT 6
#define MARGIN 12
#define GAP 8

typedef struct {
  PangoLayout *layout;
  double       at;             /* seconds */
  double       x;              /* 0 to 1 */
} TertuliaTimelinePoint;

enum {
  POINT_LAST_WORD,
  POINT_SLOW,
  POINT_RECONNECTING,
  POINT_DISCONNECTED,
  POINT_RETRY,
  N_POINTS,
};

/* The points of a silence on a line. Words stand above and below it in turn,
 * so that they have room on a narrow window too.
 */
struct _TertuliaTimeline {
  GtkWidget              parent_instance;

  TertuliaTimelinePoint  points[N_POINTS];
  guint                  n_points;
  char                  *summary;
};

G_DEFINE_FINAL_TYPE (TertuliaTimeline, tertulia_timeline, GTK_TYPE_WIDGET)

static const char * const words[N_POINTS] = {
  [POINT_LAST_WORD]    = N_("last word"),
  [POINT_SLOW]         = N_("slow"),
  [POINT_RECONNECTING] = N_("reconnecting"),
  [POINT_DISCONNECTED] = N_("disconnected"),
  [POINT_RETRY]        = N_("new try"),
};

static char *
tertulia_timeline_format_time (double seconds)
{
  double tenths = round (seconds * 10) / 10;

  /* Translators: a number of seconds */
  return g_strdup_printf (_("%.*f s"), tenths == round (tenths) ? 0 : 1, tenths);
}

/* In proportion to time, but never so near to each other that they cannot be told apart. */
static void
tertulia_timeline_place (TertuliaTimeline *self)
{
  guint n_gaps = self->n_points - 1;
  double whole = self->points[n_gaps].at;
  double spare = 1 - n_gaps * LEAST_GAP;

  self->points[0].x = 0;
  for (guint i = 1; i <= n_gaps; i++)
    self->points[i].x = self->points[i - 1].x + LEAST_GAP +
                        spare * (self->points[i].at - self->points[i - 1].at) / whole;
}

static void
tertulia_timeline_write (TertuliaTimeline *self)
{
  for (guint i = 0; i < N_POINTS; i++)
    {
      g_autofree char *time = tertulia_timeline_format_time (self->points[i].at);
      g_autofree char *text = g_strdup_printf ("%s\n%s", _(words[i]), time);
      PangoAttrList *attributes = pango_attr_list_new ();

      pango_attr_list_insert (attributes, pango_attr_scale_new (0.82));
      pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
      g_clear_object (&self->points[i].layout);
      self->points[i].layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
      pango_layout_set_alignment (self->points[i].layout, PANGO_ALIGN_CENTER);
      pango_layout_set_attributes (self->points[i].layout, attributes);
      pango_attr_list_unref (attributes);
    }
}

static void
tertulia_timeline_measure (GtkWidget      *widget,
                           GtkOrientation  orientation,
                           int             for_size,
                           int            *minimum,
                           int            *natural,
                           int            *minimum_baseline,
                           int            *natural_baseline)
{
  TertuliaTimeline *self = TERTULIA_TIMELINE (widget);
  int height = 0, width = 0;

  for (guint i = 0; i < self->n_points; i++)
    {
      int w, h;

      pango_layout_get_pixel_size (self->points[i].layout, &w, &h);
      width = MAX (width, w);
      height = MAX (height, h);
    }

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = width * 3;
      *natural = MAX (*minimum, 480);
    }
  else
    *minimum = *natural = 2 * (height + GAP + DOT) + MARGIN;
}

static void
tertulia_timeline_append_rect (GtkSnapshot   *snapshot,
                               const GdkRGBA *color,
                               float          x,
                               float          y,
                               float          width,
                               float          height)
{
  GskRoundedRect rounded;

  gsk_rounded_rect_init_from_rect (&rounded, &GRAPHENE_RECT_INIT (x, y, width, height),
                                   MIN (width, height) / 2);
  gtk_snapshot_push_rounded_clip (snapshot, &rounded);
  gtk_snapshot_append_color (snapshot, color, &rounded.bounds);
  gtk_snapshot_pop (snapshot);
}

static void
tertulia_timeline_get_colors (TertuliaTimeline *self,
                              GdkRGBA           colors[N_POINTS])
{
  GtkStyleContext *style = gtk_widget_get_style_context (GTK_WIDGET (self));
  const char * const names[N_POINTS] = {
    [POINT_LAST_WORD] = "success_color",
    [POINT_SLOW] = "warning_color",
    [POINT_RECONNECTING] = "warning_color",
    [POINT_DISCONNECTED] = "error_color",
    [POINT_RETRY] = "success_color",
  };

  for (guint i = 0; i < N_POINTS; i++)
    {
      if (!gtk_style_context_lookup_color (style, names[i], &colors[i]))
        gtk_style_context_get_color (style, &colors[i]);
    }
}

static void
tertulia_timeline_snapshot (GtkWidget   *widget,
                            GtkSnapshot *snapshot)
{
  TertuliaTimeline *self = TERTULIA_TIMELINE (widget);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int width = gtk_widget_get_width (widget);
  float middle = gtk_widget_get_height (widget) / 2.0f;
  float inset, length;
  GdkRGBA foreground, background, colors[N_POINTS];
  float xs[N_POINTS];
  int first, last;

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &foreground);
  if (!gtk_style_context_lookup_color (gtk_widget_get_style_context (widget),
                                       "card_bg_color", &background))
    background = (GdkRGBA) { 1, 1, 1, 1 };
  tertulia_timeline_get_colors (self, colors);

  pango_layout_get_pixel_size (self->points[0].layout, &first, NULL);
  pango_layout_get_pixel_size (self->points[self->n_points - 1].layout, &last, NULL);
  inset = MAX (first, last) / 2.0f;
  length = width - 2 * inset;

  for (guint i = 0; i < self->n_points; i++)
    xs[i] = inset + length * (rtl ? 1 - self->points[i].x : self->points[i].x);

  for (guint i = 0; i + 1 < self->n_points; i++)
    tertulia_timeline_append_rect (snapshot, &colors[i],
                                   MIN (xs[i], xs[i + 1]) - 1.5f, middle - 1.5f,
                                   fabsf (xs[i + 1] - xs[i]) + 3, 3);

  for (guint i = 0; i < self->n_points; i++)
    {
      gboolean above = i % 2 == 0;
      int w, h;
      float x, y;

      tertulia_timeline_append_rect (snapshot, &colors[i],
                                     xs[i] - DOT, middle - DOT, 2 * DOT, 2 * DOT);

      pango_layout_get_pixel_size (self->points[i].layout, &w, &h);
      x = CLAMP (xs[i] - w / 2.0f, 0, width - w);
      y = above ? middle - DOT - GAP / 2.0f - h : middle + DOT + GAP / 2.0f;

      gtk_snapshot_save (snapshot);
      gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (roundf (x), roundf (y)));
      gtk_snapshot_append_layout (snapshot, self->points[i].layout, &foreground);
      gtk_snapshot_restore (snapshot);
    }
}

static void
tertulia_timeline_system_setting_changed (GtkWidget        *widget,
                                          GtkSystemSetting  setting)
{
  GTK_WIDGET_CLASS (tertulia_timeline_parent_class)->system_setting_changed (widget, setting);

  tertulia_timeline_write (TERTULIA_TIMELINE (widget));
  gtk_widget_queue_resize (widget);
}

static void
tertulia_timeline_dispose (GObject *object)
{
  TertuliaTimeline *self = TERTULIA_TIMELINE (object);

  for (guint i = 0; i < N_POINTS; i++)
    g_clear_object (&self->points[i].layout);
  g_clear_pointer (&self->summary, g_free);

  G_OBJECT_CLASS (tertulia_timeline_parent_class)->dispose (object);
}

static void
tertulia_timeline_class_init (TertuliaTimelineClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tertulia_timeline_dispose;
  widget_class->measure = tertulia_timeline_measure;
  widget_class->snapshot = tertulia_timeline_snapshot;
  widget_class->system_setting_changed = tertulia_timeline_system_setting_changed;

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_css_name (widget_class, "timeline");
}

static void
tertulia_timeline_init (TertuliaTimeline *self)
{
  tertulia_timeline_set_times (self, 13.3, 20, 30, TRUE);
}

/**
 * tertulia_timeline_set_times:
 *
 * Draws other times. Those that are not in order are not drawn: what is drawn
 * stays.
 */
void
tertulia_timeline_set_times (TertuliaTimeline *self,
                             double            slow_after,
                             double            keep_alive_timeout,
                             double            disconnect_timeout,
                             gboolean          retry)
{
  g_autofree char *slow = NULL;
  g_autofree char *reconnecting = NULL;
  g_autofree char *disconnected = NULL;

  g_return_if_fail (TERTULIA_IS_TIMELINE (self));

  if (!(slow_after > 0 && slow_after < keep_alive_timeout && disconnect_timeout > 0))
    return;

  self->points[POINT_LAST_WORD].at = 0;
  self->points[POINT_SLOW].at = slow_after;
  self->points[POINT_RECONNECTING].at = keep_alive_timeout;
  self->points[POINT_DISCONNECTED].at = keep_alive_timeout + disconnect_timeout;
  self->points[POINT_RETRY].at = keep_alive_timeout + disconnect_timeout + FIRST_RETRY;
  self->n_points = retry ? N_POINTS : N_POINTS - 1;

  tertulia_timeline_place (self);
  tertulia_timeline_write (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));

  slow = tertulia_timeline_format_time (slow_after);
  reconnecting = tertulia_timeline_format_time (keep_alive_timeout);
  disconnected = tertulia_timeline_format_time (keep_alive_timeout + disconnect_timeout);
  g_free (self->summary);
  /* Translators: what a drawing shows; each %s is a number of seconds, like “13.3 s” */
  self->summary = g_strdup_printf (_("After a silence of %1$s the connection is slow, after %2$s it is made anew, and after %3$s it has ended."),
                                   slow, reconnecting, disconnected);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, self->summary,
                                  -1);
}

/**
 * tertulia_timeline_get_summary:
 *
 * Returns: what is drawn, in a sentence
 */
const char *
tertulia_timeline_get_summary (TertuliaTimeline *self)
{
  g_return_val_if_fail (TERTULIA_IS_TIMELINE (self), NULL);

  return self->summary;
}
