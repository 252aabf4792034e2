/* tertulia-connection-details.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-connection-details.h"

#include <glib/gi18n.h>

#include "tertulia-message-text.h"
#include "tertulia-server-title.h"
#include "tertulia-status-text.h"

struct _TertuliaConnectionDetails {
  GtkPopover       parent_instance;

  GtkWidget       *server_title, *server;
  GtkWidget       *state_title, *state;
  GtkWidget       *since_title, *since;
  GtkWidget       *reason_title, *reason;
  GtkWidget       *protocol_title, *protocol;
  GtkWidget       *transport_title, *transport;
  GtkWidget       *received_title, *received;
  GtkWidget       *retry_title, *retry;

  TertuliaSession *session;
  GSignalGroup    *connection_signals;
  SignalrConnectionState last_state;
  GDateTime       *state_since;
  guint            tick_id;    /* while it is seen */
};

G_DEFINE_FINAL_TYPE (TertuliaConnectionDetails, tertulia_connection_details, GTK_TYPE_POPOVER)

static void
tertulia_connection_details_set (GtkWidget  *title,
                                 GtkWidget  *label,
                                 const char *text)
{
  gtk_label_set_label (GTK_LABEL (label), text != NULL ? text : "");
  gtk_widget_set_visible (title, text != NULL);
  gtk_widget_set_visible (label, text != NULL);
}

static const char *
tertulia_connection_details_dialect (SignalrConnection *connection)
{
  switch (signalr_connection_get_dialect (connection))
    {
    case SIGNALR_DIALECT_ASPNET:
      return _("ASP.NET SignalR");

    case SIGNALR_DIALECT_ASPNETCORE:
      return _("ASP.NET Core SignalR");

    case SIGNALR_DIALECT_AUTO:
    default:
      return NULL;
    }
}

static char *
tertulia_connection_details_ago (gint64 time)
{
  guint seconds;

  if (time <= 0)
    return NULL;

  seconds = MAX (g_get_monotonic_time () - time, 0) / G_USEC_PER_SEC;

  return g_strdup_printf (ngettext ("%u second ago", "%u seconds ago", seconds), seconds);
}

static char *
tertulia_connection_details_in (gint64 time)
{
  gint64 now = g_get_monotonic_time ();
  guint seconds;

  if (time <= now)
    return NULL;

  seconds = (time - now + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC;

  return g_strdup_printf (ngettext ("in %u second", "in %u seconds", seconds), seconds);
}

static void
tertulia_connection_details_update (TertuliaConnectionDetails *self)
{
  SignalrConnection *connection = tertulia_session_get_connection (self->session);
  TertuliaStatus *status = tertulia_session_get_status (self->session);
  SignalrConnectionState state = signalr_connection_get_state (connection);
  g_autofree char *server = tertulia_server_title (tertulia_session_get_server (self->session));
  g_autofree char *since = NULL;
  g_autofree char *reason = NULL;
  g_autofree char *received = NULL;
  g_autofree char *retry = NULL;
  gboolean connected = state == SIGNALR_CONNECTION_STATE_CONNECTED;

  if (state != self->last_state || self->state_since == NULL)
    {
      self->last_state = state;
      g_clear_pointer (&self->state_since, g_date_time_unref);
      self->state_since = g_date_time_new_now_local ();
    }

  if (!connected)
    reason = tertulia_status_text_reason (tertulia_status_get_error (status),
                                          tertulia_status_get_reason (status), server);
  since = g_date_time_format (self->state_since, "%X");
  received = tertulia_connection_details_ago (signalr_connection_get_last_received (connection));
  retry = tertulia_connection_details_in (signalr_connection_get_retry_at (connection));

  tertulia_connection_details_set (self->server_title, self->server,
                                   tertulia_session_get_server (self->session));
  tertulia_connection_details_set (self->state_title, self->state,
                                   tertulia_status_text_word (tertulia_status_get_kind (status), state));
  tertulia_connection_details_set (self->since_title, self->since, since);
  tertulia_connection_details_set (self->reason_title, self->reason, reason);
  tertulia_connection_details_set (self->protocol_title, self->protocol,
                                   tertulia_connection_details_dialect (connection));
  tertulia_connection_details_set (self->transport_title, self->transport,
                                   connected ? signalr_transport_to_string (signalr_connection_get_transport (connection))
                                             : NULL);
  tertulia_connection_details_set (self->received_title, self->received, received);
  tertulia_connection_details_set (self->retry_title, self->retry, retry);
}

static void
tertulia_connection_details_connection_cb (TertuliaConnectionDetails *self)
{
  g_signal_group_set_target (self->connection_signals,
                             tertulia_session_get_connection (self->session));
  tertulia_connection_details_update (self);
}

static gboolean
tertulia_connection_details_tick_cb (gpointer user_data)
{
  tertulia_connection_details_update (user_data);

  return G_SOURCE_CONTINUE;
}

static void
tertulia_connection_details_map (GtkWidget *widget)
{
  TertuliaConnectionDetails *self = TERTULIA_CONNECTION_DETAILS (widget);

  if (self->session != NULL)
    {
      tertulia_connection_details_update (self);
      self->tick_id = g_timeout_add_seconds (1, tertulia_connection_details_tick_cb, self);
    }

  GTK_WIDGET_CLASS (tertulia_connection_details_parent_class)->map (widget);
}

static void
tertulia_connection_details_unmap (GtkWidget *widget)
{
  TertuliaConnectionDetails *self = TERTULIA_CONNECTION_DETAILS (widget);

  g_clear_handle_id (&self->tick_id, g_source_remove);

  GTK_WIDGET_CLASS (tertulia_connection_details_parent_class)->unmap (widget);
}

/* (transfer full): the details as lines of text */
static char *
tertulia_connection_details_get_text (TertuliaConnectionDetails *self)
{
  const struct { GtkWidget *title, *label; } rows[] = {
    { self->server_title, self->server },
    { self->state_title, self->state },
    { self->since_title, self->since },
    { self->reason_title, self->reason },
    { self->protocol_title, self->protocol },
    { self->transport_title, self->transport },
    { self->received_title, self->received },
    { self->retry_title, self->retry },
  };
  g_autoptr (GString) text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      if (gtk_widget_get_visible (rows[i].label))
        g_string_append_printf (text, "%s: %s\n",
                                gtk_label_get_label (GTK_LABEL (rows[i].title)),
                                gtk_label_get_label (GTK_LABEL (rows[i].label)));
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
tertulia_connection_details_copy_cb (GtkWidget  *widget,
                                     const char *action_name,
                                     GVariant   *parameter)
{
  g_autofree char *text = tertulia_connection_details_get_text (TERTULIA_CONNECTION_DETAILS (widget));

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
  gtk_popover_popdown (GTK_POPOVER (widget));
}

static void
tertulia_connection_details_dispose (GObject *object)
{
  TertuliaConnectionDetails *self = TERTULIA_CONNECTION_DETAILS (object);

  g_clear_handle_id (&self->tick_id, g_source_remove);
  tertulia_connection_details_set_session (self, NULL);
  g_clear_object (&self->connection_signals);
  gtk_widget_dispose_template (GTK_WIDGET (self), TERTULIA_TYPE_CONNECTION_DETAILS);

  G_OBJECT_CLASS (tertulia_connection_details_parent_class)->dispose (object);
}

static void
tertulia_connection_details_class_init (TertuliaConnectionDetailsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tertulia_connection_details_dispose;
  widget_class->map = tertulia_connection_details_map;
  widget_class->unmap = tertulia_connection_details_unmap;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tertulia/Tertulia/ui/tertulia-connection-details.ui");
  gtk_widget_class_bind_template_child (widget_class, TertuliaConnectionDetails, server_title);
  gtk_widget_class_bind_template_child (widget_class, TertuliaConnectionDetails, server);
  gtk_widget_class_bind_template_child (widget_class, TertuliaConnectionDetails, state_title);
  gtk_widget_class_bind_template_child (widget_class, TertuliaConnectionDetails, state);
  gtk_widget_class_bind_template_child (widget_class, TertuliaConnectionDetails, since_title);
  gtk_widget_class_bind_template_child (widget_class, TertuliaConnectionDetails, since);
  gtk_widget_class_bind_template_child (widget_class, TertuliaConnectionDetails, reason_title);
  gtk_widget_class_bind_template_child (widget_class, TertuliaConnectionDetails, reason);
  gtk_widget_class_bind_template_child (widget_class, TertuliaConnectionDetails, protocol_title);
  gtk_widget_class_bind_template_child (widget_class, TertuliaConnectionDetails, protocol);
  gtk_widget_class_bind_template_child (widget_class, TertuliaConnectionDetails, transport_title);
  gtk_widget_class_bind_template_child (widget_class, TertuliaConnectionDetails, transport);
  gtk_widget_class_bind_template_child (widget_class, TertuliaConnectionDetails, received_title);
  gtk_widget_class_bind_template_child (widget_class, TertuliaConnectionDetails, received);
  gtk_widget_class_bind_template_child (widget_class, TertuliaConnectionDetails, retry_title);
  gtk_widget_class_bind_template_child (widget_class, TertuliaConnectionDetails, retry);

  gtk_widget_class_install_action (widget_class, "details.copy", NULL,
                                   tertulia_connection_details_copy_cb);
}

static void
tertulia_connection_details_init (TertuliaConnectionDetails *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->connection_signals = g_signal_group_new (SIGNALR_TYPE_CONNECTION);
  g_signal_group_connect_swapped (self->connection_signals, "notify",
                                  G_CALLBACK (tertulia_connection_details_update), self);
}

/**
 * tertulia_connection_details_set_session:
 * @session: (nullable): the session whose connection is told about
 */
void
tertulia_connection_details_set_session (TertuliaConnectionDetails *self,
                                         TertuliaSession           *session)
{
  g_return_if_fail (TERTULIA_IS_CONNECTION_DETAILS (self));

  if (self->session == session)
    return;

  if (self->session != NULL)
    {
      g_signal_handlers_disconnect_by_data (tertulia_session_get_status (self->session), self);
      g_signal_handlers_disconnect_by_data (self->session, self);
      g_signal_group_set_target (self->connection_signals, NULL);
    }
  g_clear_pointer (&self->state_since, g_date_time_unref);
  g_set_object (&self->session, session);

  if (session == NULL)
    return;

  g_signal_connect_swapped (tertulia_session_get_status (session), "notify",
                            G_CALLBACK (tertulia_connection_details_update), self);
  g_signal_connect_swapped (session, "notify::connection",
                            G_CALLBACK (tertulia_connection_details_connection_cb), self);
  tertulia_connection_details_connection_cb (self);
}
