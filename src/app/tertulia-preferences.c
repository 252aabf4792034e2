/* tertulia-preferences.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-preferences.h"

#include <glib/gi18n.h>
#include <math.h>

#include "tertulia-timeline.h"
#include "tertulia-timeout-row.h"

struct _TertuliaPreferences {
  AdwPreferencesWindow  parent_instance;

  TertuliaTimeline     *timeline;
  AdwActionRow         *use_server;
  GtkWidget            *use_server_switch;
  GtkWidget            *retry;
  TertuliaTimeoutRow   *slow_after;
  TertuliaTimeoutRow   *keep_alive_timeout;
  TertuliaTimeoutRow   *disconnect_timeout;
  TertuliaTimeoutRow   *server_disconnect_timeout;
  TertuliaTimeoutRow   *server_keep_alive;
  TertuliaTimeoutRow   *server_connection_timeout;
  TertuliaTimeoutRow   *notify_after;

  TertuliaSettings     *settings;
  TertuliaSession      *session;
};

G_DEFINE_FINAL_TYPE (TertuliaPreferences, tertulia_preferences, ADW_TYPE_PREFERENCES_WINDOW)

static double
tertulia_preferences_get_stored (TertuliaPreferences *self,
                                 const char          *key)
{
  double value;

  g_object_get (self->settings, key, &value, NULL);

  return value;
}

/* Of the connection that is there, else of the built-in server. */
static void
tertulia_preferences_get_server_times (TertuliaPreferences *self,
                                       double              *keep_alive,
                                       double              *disconnect_timeout)
{
  SignalrConnection *connection = NULL;

  if (self->session != NULL)
    connection = tertulia_session_get_connection (self->session);

  if (connection != NULL && signalr_connection_get_connection_id (connection) != NULL)
    {
      *keep_alive = signalr_connection_get_keep_alive_timeout (connection) / 2000.0;
      *disconnect_timeout = signalr_connection_get_disconnect_timeout (connection) / 1000.0;
      return;
    }

  *keep_alive = tertulia_preferences_get_stored (self, "server-keep-alive");
  *disconnect_timeout = tertulia_preferences_get_stored (self, "server-disconnect-timeout");
}

static void
tertulia_preferences_draw (TertuliaPreferences *self)
{
  gboolean use_server = gtk_switch_get_active (GTK_SWITCH (self->use_server_switch));
  gboolean retry = gtk_switch_get_active (GTK_SWITCH (self->retry));
  double keep_alive, disconnect_timeout;
  g_autofree char *told = NULL;

  tertulia_preferences_get_server_times (self, &keep_alive, &disconnect_timeout);
  /* Translators: the times that the server asks for, in seconds */
  told = g_strdup_printf (_("KeepAlive %1$.4g s · Disconnect timeout %2$.6g s"),
                          keep_alive, disconnect_timeout);
  adw_action_row_set_subtitle (self->use_server, told);

  if (use_server)
    tertulia_timeline_set_times (self->timeline, keep_alive * 4 / 3, keep_alive * 2,
                                 disconnect_timeout, retry);
  else
    tertulia_timeline_set_times (self->timeline,
                                 tertulia_preferences_get_stored (self, "slow-after"),
                                 tertulia_preferences_get_stored (self, "keep-alive-timeout"),
                                 tertulia_preferences_get_stored (self, "disconnect-timeout"),
                                 retry);

  gtk_widget_set_sensitive (GTK_WIDGET (self->slow_after), !use_server);
  gtk_widget_set_sensitive (GTK_WIDGET (self->keep_alive_timeout), !use_server);
  gtk_widget_set_sensitive (GTK_WIDGET (self->disconnect_timeout), !use_server);
}

static void
tertulia_preferences_hint (TertuliaPreferences *self)
{
  double third = tertulia_preferences_get_stored (self, "server-disconnect-timeout") / 3;
  g_autofree char *hint = NULL;

  if (tertulia_timeout_row_get_error (self->server_keep_alive) != NULL)
    return;

  /* Translators: a limit, in seconds */
  hint = g_strdup_printf (_("At most a third of the disconnect timeout (%.4g s)"),
                          floor (third * 10) / 10);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->server_keep_alive), hint);
}

/* What is typed is used at once where it keeps the rules. Where it breaks one,
 * the row says which, and what was used before is used on. The rules bind
 * several values, so all rows are judged together.
 */
static void
tertulia_preferences_update (TertuliaPreferences *self)
{
  const TertuliaTimeouts typed = {
    .slow_after = tertulia_timeout_row_get_value (self->slow_after),
    .keep_alive_timeout = tertulia_timeout_row_get_value (self->keep_alive_timeout),
    .disconnect_timeout = tertulia_timeout_row_get_value (self->disconnect_timeout),
    .server_keep_alive = tertulia_timeout_row_get_value (self->server_keep_alive),
    .server_disconnect_timeout = tertulia_timeout_row_get_value (self->server_disconnect_timeout),
    .server_connection_timeout = tertulia_timeout_row_get_value (self->server_connection_timeout),
  };
  TertuliaTimeoutRow *rows[] = {
    self->slow_after, self->keep_alive_timeout, self->disconnect_timeout,
    self->server_keep_alive, self->server_disconnect_timeout, self->server_connection_timeout,
  };
  double notify_after = tertulia_timeout_row_get_value (self->notify_after);

  if (self->settings == NULL)
    return;

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const char *key = tertulia_timeout_row_get_key (rows[i]);
      double value = tertulia_timeout_row_get_value (rows[i]);
      const char *rule = tertulia_timeouts_check (&typed, key);
      gboolean changed = !(fabs (value - tertulia_preferences_get_stored (self, key)) < 0.05);

      if (rule == NULL && changed)
        g_object_set (self->settings, key, value, NULL);

      tertulia_timeout_row_set_error (rows[i], rule != NULL && changed ? _(rule) : NULL);
    }

  if (isfinite (notify_after) && notify_after >= 0 && notify_after <= 86400)
    {
      g_object_set (self->settings, "notify-after", notify_after, NULL);
      tertulia_timeout_row_set_error (self->notify_after, NULL);
    }
  else
    tertulia_timeout_row_set_error (self->notify_after, _("This must be a number of seconds"));

  tertulia_preferences_hint (self);
  tertulia_preferences_draw (self);
}

static void
tertulia_preferences_dispose (GObject *object)
{
  TertuliaPreferences *self = TERTULIA_PREFERENCES (object);

  g_clear_object (&self->settings);
  g_clear_object (&self->session);
  gtk_widget_dispose_template (GTK_WIDGET (self), TERTULIA_TYPE_PREFERENCES);

  G_OBJECT_CLASS (tertulia_preferences_parent_class)->dispose (object);
}

static void
tertulia_preferences_class_init (TertuliaPreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tertulia_preferences_dispose;

  g_type_ensure (TERTULIA_TYPE_TIMELINE);
  g_type_ensure (TERTULIA_TYPE_TIMEOUT_ROW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tertulia/Tertulia/ui/tertulia-preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, TertuliaPreferences, timeline);
  gtk_widget_class_bind_template_child (widget_class, TertuliaPreferences, use_server);
  gtk_widget_class_bind_template_child (widget_class, TertuliaPreferences, use_server_switch);
  gtk_widget_class_bind_template_child (widget_class, TertuliaPreferences, retry);
  gtk_widget_class_bind_template_child (widget_class, TertuliaPreferences, slow_after);
  gtk_widget_class_bind_template_child (widget_class, TertuliaPreferences, keep_alive_timeout);
  gtk_widget_class_bind_template_child (widget_class, TertuliaPreferences, disconnect_timeout);
  gtk_widget_class_bind_template_child (widget_class, TertuliaPreferences, server_disconnect_timeout);
  gtk_widget_class_bind_template_child (widget_class, TertuliaPreferences, server_keep_alive);
  gtk_widget_class_bind_template_child (widget_class, TertuliaPreferences, server_connection_timeout);
  gtk_widget_class_bind_template_child (widget_class, TertuliaPreferences, notify_after);
  gtk_widget_class_bind_template_callback (widget_class, tertulia_preferences_update);
}

static void
tertulia_preferences_init (TertuliaPreferences *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
tertulia_preferences_name_list (GtkWidget *row)
{
  GtkWidget *list = gtk_widget_get_ancestor (row, GTK_TYPE_LIST_BOX);
  GtkWidget *group = gtk_widget_get_ancestor (row, ADW_TYPE_PREFERENCES_GROUP);
  const char *title = adw_preferences_group_get_title (ADW_PREFERENCES_GROUP (group));

  gtk_accessible_update_property (GTK_ACCESSIBLE (list),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, *title != '\0' ? title : _("Timeouts"),
                                  -1);
}

/**
 * tertulia_preferences_new:
 * @session: (nullable): whose connection tells what its server says
 *
 * Returns: a window in which @settings are changed
 */
GtkWidget *
tertulia_preferences_new (TertuliaSettings *settings,
                          TertuliaSession  *session)
{
  TertuliaPreferences *self = g_object_new (TERTULIA_TYPE_PREFERENCES, NULL);
  TertuliaTimeoutRow *rows[] = {
    self->slow_after, self->keep_alive_timeout, self->disconnect_timeout,
    self->server_keep_alive, self->server_disconnect_timeout, self->server_connection_timeout,
    self->notify_after,
  };
  const GBindingFlags flags = G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE;

  self->session = session != NULL ? g_object_ref (session) : NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      double value;

      g_object_get (settings, tertulia_timeout_row_get_key (rows[i]), &value, NULL);
      tertulia_timeout_row_set_value (rows[i], value);
    }

  /* libadwaita gives the lists of its groups no name. */
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    tertulia_preferences_name_list (GTK_WIDGET (rows[i]));

  g_object_bind_property (settings, "use-server-timeouts", self->use_server_switch, "active", flags);
  g_object_bind_property (settings, "retry", self->retry, "active", flags);

  /* From here on what is typed counts. */
  self->settings = g_object_ref (settings);
  g_signal_connect_object (settings, "notify::use-server-timeouts",
                           G_CALLBACK (tertulia_preferences_draw), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "notify::retry",
                           G_CALLBACK (tertulia_preferences_draw), self, G_CONNECT_SWAPPED);
  tertulia_preferences_update (self);

  return GTK_WIDGET (self);
}
