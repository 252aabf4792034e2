/* tertulia-window.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-window.h"

#include <glib/gi18n.h>

#include <chat/tertulia-notifier.h>

#include "tertulia-chat-page.h"
#include "tertulia-pages.h"
#include "tertulia-server-title.h"
#include "tertulia-sign-in-page.h"
#include "tertulia-status-text.h"

#define NOTIFICATION_ID "connection"
/* Answered in plain HTTP by anybody: what a network that wants signing in shows its page for. */
#define PORTAL_PROBE "http://nmcheck.gnome.org/"

struct _TertuliaWindow {
  AdwApplicationWindow  parent_instance;

  AdwToastOverlay      *toasts;
  GtkStack             *stack;
  TertuliaSignInPage   *sign_in;
  TertuliaChatPage     *chat;

  TertuliaSettings     *settings;
  TertuliaPractice     *practice;     /* the built-in server, once it is needed */
  TertuliaSession      *session;
  GSignalGroup         *connection_signals;
  TertuliaNotifier     *notifier;
  gboolean              notified;     /* the desktop was told of a loss */
  gboolean              stopping;     /* closed, and saying goodbye */
};

G_DEFINE_FINAL_TYPE (TertuliaWindow, tertulia_window, ADW_TYPE_APPLICATION_WINDOW)

static void
tertulia_window_update_actions (TertuliaWindow *self)
{
  gboolean chatting = self->session != NULL;
  gboolean connected = chatting &&
                       signalr_connection_get_state (tertulia_session_get_connection (self->session)) !=
                       SIGNALR_CONNECTION_STATE_DISCONNECTED;
  gboolean waiting = chatting &&
                     tertulia_status_get_kind (tertulia_session_get_status (self->session)) ==
                     TERTULIA_STATUS_WAITING;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.reconnect", chatting);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.disconnect", connected || waiting);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.details", chatting);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.leave", chatting);
}

static void
tertulia_window_connection_cb (TertuliaWindow *self)
{
  g_signal_group_set_target (self->connection_signals,
                             tertulia_session_get_connection (self->session));
  tertulia_window_update_actions (self);
}

static void
tertulia_window_lost_cb (TertuliaWindow *self)
{
  TertuliaStatus *status = tertulia_session_get_status (self->session);
  g_autofree char *server = tertulia_server_title (tertulia_session_get_server (self->session));
  g_autofree char *reason = tertulia_status_text_reason (tertulia_status_get_error (status),
                                                         tertulia_status_get_reason (status), server);
  g_autoptr (GNotification) notification = NULL;
  g_autofree char *title = NULL;

  /* Translators: a notification; %s is the name of a server */
  title = g_strdup_printf (_("Connection to %s lost"), server);
  notification = g_notification_new (title);
  g_notification_set_body (notification,
                           reason != NULL ? reason
                                          : _("Messages are sent when the connection returns"));
  g_notification_set_category (notification, "network.disconnected");
  g_notification_set_default_action (notification, "app.show");
  self->notified = TRUE;
  g_application_send_notification (g_application_get_default (), NOTIFICATION_ID, notification);
}

static void
tertulia_window_withdrawn_cb (TertuliaWindow *self)
{
  if (!self->notified)
    return;

  self->notified = FALSE;
  g_application_withdraw_notification (g_application_get_default (), NOTIFICATION_ID);
}

static void
tertulia_window_active_cb (TertuliaWindow *self)
{
  gboolean active = gtk_window_is_active (GTK_WINDOW (self));

  tertulia_chat_page_set_active (self->chat, active);
  if (self->notifier != NULL)
    tertulia_notifier_set_window_active (self->notifier, active);
}

static void
tertulia_window_stopped_cb (GObject      *source,
                            GAsyncResult *result,
                            gpointer      user_data)
{
  g_autoptr (TertuliaWindow) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!tertulia_session_stop_finish (TERTULIA_SESSION (source), result, &error))
    g_debug ("A session could not say goodbye: %s", error->message);

  if (self->stopping)
    gtk_window_destroy (GTK_WINDOW (self));
}

static void
tertulia_window_drop_session (TertuliaWindow *self)
{
  if (self->session == NULL)
    return;

  tertulia_window_withdrawn_cb (self);
  g_signal_handlers_disconnect_by_data (self->notifier, self);
  g_clear_object (&self->notifier);
  g_signal_handlers_disconnect_by_data (tertulia_session_get_status (self->session), self);
  g_signal_handlers_disconnect_by_data (self->session, self);
  g_signal_group_set_target (self->connection_signals, NULL);
  tertulia_chat_page_set_session (self->chat, NULL, "", NULL);

  tertulia_session_stop_async (self->session, NULL, tertulia_window_stopped_cb,
                               g_object_ref (self));
  g_clear_object (&self->session);
}

/* Says goodbye to the server, and asks for another one. */
static void
tertulia_window_leave (TertuliaWindow *self)
{
  tertulia_window_drop_session (self);
  gtk_window_set_title (GTK_WINDOW (self), "Tertulia");
  tertulia_pages_show (self->stack, GTK_WIDGET (self->sign_in));
  tertulia_sign_in_page_focus (self->sign_in);
  tertulia_window_update_actions (self);
}

/* Shows @session from now on, which is started. @title is how its server is called;
 * @link (nullable) that of the practice connection.
 */
static void
tertulia_window_open_session (TertuliaWindow  *self,
                              TertuliaSession *session,
                              const char      *title,
                              LinkSimulator   *link)
{
  g_autofree char *window_title = NULL;

  tertulia_window_drop_session (self);
  self->session = g_object_ref (session);
  self->notifier = tertulia_notifier_new (self->settings, tertulia_session_get_status (session));
  g_signal_connect_swapped (self->notifier, "lost", G_CALLBACK (tertulia_window_lost_cb), self);
  g_signal_connect_swapped (self->notifier, "withdrawn",
                            G_CALLBACK (tertulia_window_withdrawn_cb), self);
  g_signal_connect_swapped (tertulia_session_get_status (session), "notify::kind",
                            G_CALLBACK (tertulia_window_update_actions), self);
  g_signal_connect_swapped (session, "notify::connection",
                            G_CALLBACK (tertulia_window_connection_cb), self);

  tertulia_chat_page_set_session (self->chat, session, title, link);
  tertulia_pages_show (self->stack, GTK_WIDGET (self->chat));
  tertulia_chat_page_focus (self->chat);

  /* Translators: the title of the window; %s is the name of a server */
  window_title = g_strdup_printf (_("%s — Tertulia"), title);
  gtk_window_set_title (GTK_WINDOW (self), window_title);

  tertulia_window_active_cb (self);
  tertulia_window_connection_cb (self);
  tertulia_session_start (session);
}

static gboolean
tertulia_window_ensure_practice (TertuliaWindow *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence = NULL;

  if (self->practice == NULL)
    self->practice = tertulia_practice_new (self->settings, &error);

  if (self->practice != NULL)
    return TRUE;

  /* Translators: %s is what the system says */
  sentence = g_strdup_printf (_("The built-in server could not start: %s"), error->message);
  tertulia_sign_in_page_set_error (self->sign_in, sentence);

  return FALSE;
}

/**
 * tertulia_window_connect:
 * @server: (nullable): an address; empty or %NULL for the built-in server
 * @name: (nullable): who chats; empty or %NULL for the user's name here
 * @token: (nullable): empty or %NULL for none
 */
void
tertulia_window_connect (TertuliaWindow *self,
                         const char     *server,
                         const char     *name,
                         const char     *token)
{
  gboolean built_in = server == NULL || *server == '\0';
  const char *who = name != NULL && *name != '\0' ? name : g_get_user_name ();
  g_autoptr (TertuliaSession) session = NULL;
  g_autofree char *title = NULL;

  g_return_if_fail (TERTULIA_IS_WINDOW (self));

  if (built_in && !tertulia_window_ensure_practice (self))
    return;

  session = built_in ? tertulia_practice_new_session (self->practice, who, FALSE)
                     : tertulia_session_new (self->settings, server, who,
                                             token != NULL && *token != '\0' ? token : NULL);
  title = built_in ? g_strdup (_("Built-in server")) : tertulia_server_title (server);
  tertulia_window_open_session (self, session, title, NULL);
}

/**
 * tertulia_window_practice:
 * @name: (nullable): who practises; empty or %NULL for the user's name here
 *
 * Connects to the built-in server over a link that can be made bad.
 */
void
tertulia_window_practice (TertuliaWindow *self,
                          const char     *name)
{
  g_autoptr (TertuliaSession) session = NULL;

  g_return_if_fail (TERTULIA_IS_WINDOW (self));

  if (!tertulia_window_ensure_practice (self))
    return;

  session = tertulia_practice_new_session (self->practice,
                                           name != NULL && *name != '\0' ? name : g_get_user_name (),
                                           TRUE);
  tertulia_window_open_session (self, session, _("Practice"),
                                tertulia_practice_get_link (self->practice));
}

static void
tertulia_window_sign_in_connect_cb (TertuliaWindow *self,
                                    const char     *server,
                                    const char     *name,
                                    const char     *token)
{
  g_object_set (self->settings, "server", server, "name", name, NULL);
  tertulia_window_connect (self, server, name, token);
}

static void
tertulia_window_sign_in_practice_cb (TertuliaWindow *self,
                                     const char     *name)
{
  g_object_set (self->settings, "name", name, NULL);
  tertulia_window_practice (self, name);
}

static void
tertulia_window_help_cb (TertuliaWindow *self,
                         int             button)
{
  switch ((TertuliaStatusButton) button)
    {
    case TERTULIA_STATUS_BUTTON_TRY_NOW:
    case TERTULIA_STATUS_BUTTON_RECONNECT:
      tertulia_session_reconnect (self->session);
      break;

    case TERTULIA_STATUS_BUTTON_SIGN_IN:
      tertulia_window_leave (self);
      break;

    case TERTULIA_STATUS_BUTTON_OPEN_PORTAL:
      gtk_show_uri (GTK_WINDOW (self), PORTAL_PROBE, GDK_CURRENT_TIME);
      break;

    case TERTULIA_STATUS_BUTTON_DETAILS:
      tertulia_chat_page_show_details (self->chat);
      break;

    case TERTULIA_STATUS_BUTTON_NONE:
    default:
      break;
    }
}

static void
tertulia_window_reconnect_cb (GtkWidget  *widget,
                              const char *action_name,
                              GVariant   *parameter)
{
  tertulia_session_reconnect (TERTULIA_WINDOW (widget)->session);
}

static void
tertulia_window_disconnect_cb (GtkWidget  *widget,
                               const char *action_name,
                               GVariant   *parameter)
{
  tertulia_session_disconnect (TERTULIA_WINDOW (widget)->session);
}

static void
tertulia_window_details_cb (GtkWidget  *widget,
                            const char *action_name,
                            GVariant   *parameter)
{
  tertulia_chat_page_show_details (TERTULIA_WINDOW (widget)->chat);
}

static void
tertulia_window_leave_cb (GtkWidget  *widget,
                          const char *action_name,
                          GVariant   *parameter)
{
  tertulia_window_leave (TERTULIA_WINDOW (widget));
}

static void
tertulia_window_move_focus_cb (GtkWidget  *widget,
                               const char *action_name,
                               GVariant   *parameter)
{
  TertuliaWindow *self = TERTULIA_WINDOW (widget);

  if (self->session != NULL)
    tertulia_chat_page_move_focus (self->chat, g_variant_get_boolean (parameter));
}

/* The window goes at once; the server is told before the program does. */
static gboolean
tertulia_window_close_request (GtkWindow *window)
{
  TertuliaWindow *self = TERTULIA_WINDOW (window);

  if (GTK_WINDOW_CLASS (tertulia_window_parent_class)->close_request (window))
    return GDK_EVENT_STOP;

  if (self->session == NULL || self->stopping)
    return GDK_EVENT_PROPAGATE;

  self->stopping = TRUE;
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  tertulia_window_drop_session (self);

  return GDK_EVENT_STOP;
}

static void
tertulia_window_dispose (GObject *object)
{
  TertuliaWindow *self = TERTULIA_WINDOW (object);

  if (self->session != NULL)
    tertulia_window_drop_session (self);
  g_clear_object (&self->connection_signals);
  g_clear_object (&self->practice);
  g_clear_object (&self->settings);
  gtk_widget_dispose_template (GTK_WIDGET (self), TERTULIA_TYPE_WINDOW);

  G_OBJECT_CLASS (tertulia_window_parent_class)->dispose (object);
}

static void
tertulia_window_class_init (TertuliaWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tertulia_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = tertulia_window_close_request;

  g_type_ensure (TERTULIA_TYPE_SIGN_IN_PAGE);
  g_type_ensure (TERTULIA_TYPE_CHAT_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tertulia/Tertulia/ui/tertulia-window.ui");
  gtk_widget_class_bind_template_child (widget_class, TertuliaWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, TertuliaWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, TertuliaWindow, sign_in);
  gtk_widget_class_bind_template_child (widget_class, TertuliaWindow, chat);
  gtk_widget_class_bind_template_callback (widget_class, tertulia_window_help_cb);
  gtk_widget_class_bind_template_callback (widget_class, tertulia_window_sign_in_connect_cb);
  gtk_widget_class_bind_template_callback (widget_class, tertulia_window_sign_in_practice_cb);

  gtk_widget_class_install_action (widget_class, "win.reconnect", NULL,
                                   tertulia_window_reconnect_cb);
  gtk_widget_class_install_action (widget_class, "win.disconnect", NULL,
                                   tertulia_window_disconnect_cb);
  gtk_widget_class_install_action (widget_class, "win.details", NULL,
                                   tertulia_window_details_cb);
  gtk_widget_class_install_action (widget_class, "win.leave", NULL,
                                   tertulia_window_leave_cb);
  gtk_widget_class_install_action (widget_class, "win.move-focus", "b",
                                   tertulia_window_move_focus_cb);

  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F6, 0,
                                       "win.move-focus", "b", TRUE);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F6, GDK_SHIFT_MASK,
                                       "win.move-focus", "b", FALSE);
}

static void
tertulia_window_init (TertuliaWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->connection_signals = g_signal_group_new (SIGNALR_TYPE_CONNECTION);
  g_signal_group_connect_swapped (self->connection_signals, "notify::state",
                                  G_CALLBACK (tertulia_window_update_actions), self);
  tertulia_pages_show (self->stack, GTK_WIDGET (self->sign_in));
  g_signal_connect (self, "notify::is-active", G_CALLBACK (tertulia_window_active_cb), NULL);
  tertulia_window_update_actions (self);
}

/**
 * tertulia_window_new:
 *
 * Returns: a window that asks who and where
 */
TertuliaWindow *
tertulia_window_new (GtkApplication   *application,
                     TertuliaSettings *settings)
{
  TertuliaWindow *self = g_object_new (TERTULIA_TYPE_WINDOW, "application", application, NULL);
  GSettings *gsettings = tertulia_settings_get_gsettings (settings);

  self->settings = g_object_ref (settings);
  g_settings_bind (gsettings, "width", self, "default-width", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (gsettings, "height", self, "default-height", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (gsettings, "maximized", self, "maximized", G_SETTINGS_BIND_DEFAULT);
  tertulia_sign_in_page_set_settings (self->sign_in, settings);
  tertulia_sign_in_page_focus (self->sign_in);

  return self;
}

TertuliaSession *
tertulia_window_get_session (TertuliaWindow *self)
{
  g_return_val_if_fail (TERTULIA_IS_WINDOW (self), NULL);

  return self->session;
}

TertuliaPractice *
tertulia_window_get_practice (TertuliaWindow *self)
{
  g_return_val_if_fail (TERTULIA_IS_WINDOW (self), NULL);

  return self->practice;
}
