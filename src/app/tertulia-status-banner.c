/* tertulia-status-banner.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-status-banner.h"

#include "compat/tertulia-banner.h"
#include "tertulia-server-title.h"
#include "tertulia-status-text.h"

struct _TertuliaStatusBanner {
  AdwBin           parent_instance;

  TertuliaBanner  *banner;
  TertuliaStatus  *status;
  char            *server;
};

G_DEFINE_FINAL_TYPE (TertuliaStatusBanner, tertulia_status_banner, ADW_TYPE_BIN)

enum {
  SIGNAL_HELP,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
tertulia_status_banner_update (TertuliaStatusBanner *self)
{
  TertuliaStatusKind kind = tertulia_status_get_kind (self->status);
  g_autofree char *title = NULL;

  /* What it said stays on it while it slides away. */
  if (kind == TERTULIA_STATUS_NOTHING)
    {
      tertulia_banner_set_revealed (self->banner, FALSE);
      return;
    }

  title = tertulia_status_text_banner (kind,
                                       tertulia_status_get_seconds (self->status),
                                       tertulia_status_get_error (self->status),
                                       tertulia_status_get_reason (self->status),
                                       self->server);
  tertulia_banner_set_title (self->banner, title);
  tertulia_banner_set_button_label (self->banner,
                                    tertulia_status_text_button (tertulia_status_get_button (self->status)));
  tertulia_banner_set_button_sensitive (self->banner,
                                        tertulia_status_get_button_sensitive (self->status));
  tertulia_banner_set_revealed (self->banner, TRUE);
}

static void
tertulia_status_banner_clicked_cb (TertuliaStatusBanner *self)
{
  if (self->status != NULL)
    g_signal_emit (self, signals[SIGNAL_HELP], 0,
                   (int) tertulia_status_get_button (self->status));
}

static void
tertulia_status_banner_watch (TertuliaStatusBanner *self)
{
  if (self->status != NULL)
    tertulia_status_set_watched (self->status, gtk_widget_get_mapped (GTK_WIDGET (self)));
}

static void
tertulia_status_banner_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (tertulia_status_banner_parent_class)->map (widget);
  tertulia_status_banner_watch (TERTULIA_STATUS_BANNER (widget));
}

static void
tertulia_status_banner_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (tertulia_status_banner_parent_class)->unmap (widget);
  tertulia_status_banner_watch (TERTULIA_STATUS_BANNER (widget));
}

static void
tertulia_status_banner_dispose (GObject *object)
{
  tertulia_status_banner_set_session (TERTULIA_STATUS_BANNER (object), NULL);

  G_OBJECT_CLASS (tertulia_status_banner_parent_class)->dispose (object);
}

static void
tertulia_status_banner_class_init (TertuliaStatusBannerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tertulia_status_banner_dispose;
  widget_class->map = tertulia_status_banner_map;
  widget_class->unmap = tertulia_status_banner_unmap;

  signals[SIGNAL_HELP] =
    g_signal_new ("help", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
}

static void
tertulia_status_banner_init (TertuliaStatusBanner *self)
{
  self->banner = g_object_new (TERTULIA_TYPE_BANNER, NULL);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->banner));
  g_signal_connect_object (self->banner, "button-clicked",
                           G_CALLBACK (tertulia_status_banner_clicked_cb), self,
                           G_CONNECT_SWAPPED);
}

/**
 * tertulia_status_banner_set_session:
 * @session: (nullable): the session whose status the banner tells
 */
void
tertulia_status_banner_set_session (TertuliaStatusBanner *self,
                                    TertuliaSession      *session)
{
  g_return_if_fail (TERTULIA_IS_STATUS_BANNER (self));

  if (self->status != NULL)
    {
      tertulia_status_set_watched (self->status, FALSE);
      g_signal_handlers_disconnect_by_data (self->status, self);
    }
  g_clear_object (&self->status);
  g_clear_pointer (&self->server, g_free);

  if (session == NULL)
    return;

  self->status = g_object_ref (tertulia_session_get_status (session));
  self->server = tertulia_server_title (tertulia_session_get_server (session));
  g_signal_connect_swapped (self->status, "notify",
                            G_CALLBACK (tertulia_status_banner_update), self);
  tertulia_status_banner_watch (self);
  tertulia_status_banner_update (self);
}

/**
 * tertulia_status_banner_get_title:
 *
 * Returns: (nullable): what the banner says, %NULL while it says nothing
 */
const char *
tertulia_status_banner_get_title (TertuliaStatusBanner *self)
{
  g_return_val_if_fail (TERTULIA_IS_STATUS_BANNER (self), NULL);

  if (!tertulia_banner_get_revealed (self->banner))
    return NULL;

  return tertulia_banner_get_title (self->banner);
}
