/* tertulia-chat-page.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-chat-page.h"

#include <glib/gi18n.h>

#include "compat/tertulia-split-view.h"
#include "tertulia-composer.h"
#include "tertulia-connection-button.h"
#include "tertulia-message-list.h"
#include "tertulia-pages.h"
#include "tertulia-practice-bar.h"
#include "tertulia-sidebar.h"
#include "tertulia-status-banner.h"

struct _TertuliaChatPage {
  AdwBin                    parent_instance;

  TertuliaSplitView        *split;
  TertuliaSidebar          *sidebar;
  AdwWindowTitle           *title;
  GtkWidget                *menu_button;
  GtkWidget                *back;
  TertuliaConnectionButton *connection;
  TertuliaPracticeBar      *practice;
  TertuliaStatusBanner     *banner;
  GtkStack                 *stack;
  GtkWidget                *blank;
  GtkWidget                *connecting;
  GtkWidget                *empty;
  GtkSpinner               *spinner;
  TertuliaMessageList      *messages;
  TertuliaComposer         *composer;

  TertuliaSession          *session;
  GSignalGroup             *connection_signals;
  TertuliaRoom             *room;
  gboolean                  active;       /* somebody looks */
  guint                     patience_id;  /* until a start may say that it takes long */
};

G_DEFINE_FINAL_TYPE (TertuliaChatPage, tertulia_chat_page, ADW_TYPE_BIN)

enum {
  SIGNAL_HELP,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
tertulia_chat_page_update_title (TertuliaChatPage *self)
{
  guint n = g_list_model_get_n_items (tertulia_room_get_people (self->room));
  g_autofree char *people = NULL;

  if (n > 0)
    people = g_strdup_printf (ngettext ("%u person", "%u people", n), n);

  adw_window_title_set_title (self->title, tertulia_room_get_name (self->room));
  adw_window_title_set_subtitle (self->title, people != NULL ? people : "");
}

static void
tertulia_chat_page_update_stack (TertuliaChatPage *self)
{
  TertuliaStatusKind kind = tertulia_status_get_kind (tertulia_session_get_status (self->session));
  SignalrConnection *connection = tertulia_session_get_connection (self->session);
  GtkWidget *page = self->empty;

  if (g_list_model_get_n_items (tertulia_room_get_messages (self->room)) > 0)
    page = GTK_WIDGET (self->messages);
  else if (signalr_connection_get_state (connection) != SIGNALR_CONNECTION_STATE_CONNECTED &&
           (kind == TERTULIA_STATUS_NOTHING || kind == TERTULIA_STATUS_CONNECTING))
    page = self->patience_id != 0 ? self->blank : self->connecting;

  tertulia_pages_show (self->stack, page);
  gtk_spinner_set_spinning (self->spinner, page == self->connecting);
}

static gboolean
tertulia_chat_page_patience_cb (gpointer user_data)
{
  TertuliaChatPage *self = user_data;

  self->patience_id = 0;
  tertulia_chat_page_update_stack (self);

  return G_SOURCE_REMOVE;
}

static void
tertulia_chat_page_mark_read (TertuliaChatPage *self)
{
  if (self->active && self->room != NULL && tertulia_room_get_unread (self->room) > 0)
    tertulia_room_mark_read (self->room);
}

static void
tertulia_chat_page_status_cb (TertuliaChatPage *self)
{
  TertuliaStatusKind kind = tertulia_status_get_kind (tertulia_session_get_status (self->session));
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  tertulia_composer_set_delay (self->composer, kind > TERTULIA_STATUS_SLOW);
  if (self->room != NULL)
    tertulia_chat_page_update_stack (self);

  /* The focus is not lost with the banner. */
  if (kind <= TERTULIA_STATUS_RECONNECTED && focus != NULL &&
      gtk_widget_is_ancestor (focus, GTK_WIDGET (self->banner)))
    tertulia_composer_focus (self->composer);
}

static void
tertulia_chat_page_connection_cb (TertuliaChatPage *self)
{
  g_signal_group_set_target (self->connection_signals,
                             tertulia_session_get_connection (self->session));
  tertulia_chat_page_status_cb (self);
}

static void
tertulia_chat_page_set_room (TertuliaChatPage *self,
                             TertuliaRoom     *room)
{
  if (self->room != NULL)
    {
      g_signal_handlers_disconnect_by_data (tertulia_room_get_messages (self->room), self);
      g_signal_handlers_disconnect_by_data (tertulia_room_get_people (self->room), self);
      g_signal_handlers_disconnect_by_data (self->room, self);
    }
  g_set_object (&self->room, room);
  tertulia_message_list_set_room (self->messages, room);
  tertulia_sidebar_set_room (self->sidebar, room);

  if (room == NULL)
    return;

  g_signal_connect_swapped (tertulia_room_get_messages (room), "items-changed",
                            G_CALLBACK (tertulia_chat_page_update_stack), self);
  g_signal_connect_swapped (room, "notify::unread",
                            G_CALLBACK (tertulia_chat_page_mark_read), self);
  g_signal_connect_swapped (tertulia_room_get_people (room), "items-changed",
                            G_CALLBACK (tertulia_chat_page_update_title), self);
  g_signal_connect_swapped (room, "notify::name",
                            G_CALLBACK (tertulia_chat_page_update_title), self);
  tertulia_composer_set_room (self->composer, tertulia_room_get_name (room));
  tertulia_chat_page_update_title (self);
  tertulia_chat_page_update_stack (self);
  tertulia_chat_page_mark_read (self);
}

static void
tertulia_chat_page_room_selected_cb (TertuliaChatPage *self,
                                     TertuliaRoom     *room)
{
  if (room != self->room)
    tertulia_chat_page_set_room (self, room);
  tertulia_split_view_set_show_content (self->split, TRUE);
  tertulia_composer_focus (self->composer);
}

static void
tertulia_chat_page_rooms_changed_cb (TertuliaChatPage *self)
{
  GListModel *rooms = tertulia_session_get_rooms (self->session);
  g_autoptr (TertuliaRoom) first = NULL;

  if (self->room != NULL || g_list_model_get_n_items (rooms) == 0)
    return;

  first = g_list_model_get_item (rooms, 0);
  tertulia_chat_page_set_room (self, first);
}

static void
tertulia_chat_page_send_cb (TertuliaChatPage *self,
                            const char       *text)
{
  if (self->room == NULL)
    return;

  tertulia_room_send (self->room, text);
  tertulia_message_list_show_end (self->messages);
}

static void
tertulia_chat_page_help_cb (TertuliaChatPage *self,
                            int               button)
{
  g_signal_emit (self, signals[SIGNAL_HELP], 0, button);
}

static void
tertulia_chat_page_back_cb (GtkWidget  *widget,
                            const char *action_name,
                            GVariant   *parameter)
{
  TertuliaChatPage *self = TERTULIA_CHAT_PAGE (widget);

  tertulia_split_view_set_show_content (self->split, FALSE);
  gtk_widget_child_focus (GTK_WIDGET (self->sidebar), GTK_DIR_TAB_FORWARD);
}

static void
tertulia_chat_page_compose_cb (GtkWidget  *widget,
                               const char *action_name,
                               GVariant   *parameter)
{
  tertulia_composer_focus (TERTULIA_CHAT_PAGE (widget)->composer);
}

static void
tertulia_chat_page_dispose (GObject *object)
{
  TertuliaChatPage *self = TERTULIA_CHAT_PAGE (object);

  tertulia_chat_page_set_session (self, NULL, "", NULL);
  g_clear_object (&self->connection_signals);

  G_OBJECT_CLASS (tertulia_chat_page_parent_class)->dispose (object);
}

static void
tertulia_chat_page_class_init (TertuliaChatPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tertulia_chat_page_dispose;
  signals[SIGNAL_HELP] =
    g_signal_new ("help", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);

  g_type_ensure (TERTULIA_TYPE_SPLIT_VIEW);
  g_type_ensure (TERTULIA_TYPE_SIDEBAR);
  g_type_ensure (TERTULIA_TYPE_CONNECTION_BUTTON);
  g_type_ensure (TERTULIA_TYPE_PRACTICE_BAR);
  g_type_ensure (TERTULIA_TYPE_STATUS_BANNER);
  g_type_ensure (TERTULIA_TYPE_MESSAGE_LIST);
  g_type_ensure (TERTULIA_TYPE_COMPOSER);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tertulia/Tertulia/ui/tertulia-chat-page.ui");
  gtk_widget_class_bind_template_child (widget_class, TertuliaChatPage, split);
  gtk_widget_class_bind_template_child (widget_class, TertuliaChatPage, sidebar);
  gtk_widget_class_bind_template_child (widget_class, TertuliaChatPage, title);
  gtk_widget_class_bind_template_child (widget_class, TertuliaChatPage, menu_button);
  gtk_widget_class_bind_template_child (widget_class, TertuliaChatPage, back);
  gtk_widget_class_bind_template_child (widget_class, TertuliaChatPage, connection);
  gtk_widget_class_bind_template_child (widget_class, TertuliaChatPage, practice);
  gtk_widget_class_bind_template_child (widget_class, TertuliaChatPage, banner);
  gtk_widget_class_bind_template_child (widget_class, TertuliaChatPage, stack);
  gtk_widget_class_bind_template_child (widget_class, TertuliaChatPage, blank);
  gtk_widget_class_bind_template_child (widget_class, TertuliaChatPage, connecting);
  gtk_widget_class_bind_template_child (widget_class, TertuliaChatPage, empty);
  gtk_widget_class_bind_template_child (widget_class, TertuliaChatPage, spinner);
  gtk_widget_class_bind_template_child (widget_class, TertuliaChatPage, messages);
  gtk_widget_class_bind_template_child (widget_class, TertuliaChatPage, composer);
  gtk_widget_class_bind_template_callback (widget_class, tertulia_chat_page_room_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, tertulia_chat_page_help_cb);
  gtk_widget_class_bind_template_callback (widget_class, tertulia_chat_page_send_cb);

  gtk_widget_class_install_action (widget_class, "chat.back", NULL, tertulia_chat_page_back_cb);
  gtk_widget_class_install_action (widget_class, "chat.compose", NULL, tertulia_chat_page_compose_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "chat.compose", NULL);
}

static void
tertulia_chat_page_init (TertuliaChatPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  tertulia_split_view_set_show_content (self->split, TRUE);

  self->connection_signals = g_signal_group_new (SIGNALR_TYPE_CONNECTION);
  g_signal_group_connect_swapped (self->connection_signals, "notify::state",
                                  G_CALLBACK (tertulia_chat_page_status_cb), self);
}

/**
 * tertulia_chat_page_set_session:
 * @session: (nullable): what is shown
 * @title: how its server is called
 * @link: (nullable): the link of the practice connection, which gets a switch
 */
void
tertulia_chat_page_set_session (TertuliaChatPage *self,
                                TertuliaSession  *session,
                                const char       *title,
                                LinkSimulator    *link)
{
  g_return_if_fail (TERTULIA_IS_CHAT_PAGE (self));

  g_clear_handle_id (&self->patience_id, g_source_remove);
  if (self->session != NULL)
    {
      g_signal_handlers_disconnect_by_data (tertulia_session_get_rooms (self->session), self);
      g_signal_handlers_disconnect_by_data (tertulia_session_get_status (self->session), self);
      g_signal_handlers_disconnect_by_data (self->session, self);
      g_signal_group_set_target (self->connection_signals, NULL);
    }
  tertulia_chat_page_set_room (self, NULL);
  g_set_object (&self->session, session);

  tertulia_sidebar_set_session (self->sidebar, session, title);
  tertulia_status_banner_set_session (self->banner, session);
  tertulia_connection_button_set_session (self->connection, session);
  tertulia_practice_bar_set_link (self->practice, link);
  gtk_widget_set_visible (GTK_WIDGET (self->practice), link != NULL);

  if (session == NULL)
    return;

  self->patience_id = g_timeout_add_seconds (1, tertulia_chat_page_patience_cb, self);
  g_signal_connect_swapped (tertulia_session_get_rooms (session), "items-changed",
                            G_CALLBACK (tertulia_chat_page_rooms_changed_cb), self);
  g_signal_connect_swapped (tertulia_session_get_status (session), "notify::kind",
                            G_CALLBACK (tertulia_chat_page_status_cb), self);
  g_signal_connect_swapped (session, "notify::connection",
                            G_CALLBACK (tertulia_chat_page_connection_cb), self);
  tertulia_chat_page_rooms_changed_cb (self);
  tertulia_chat_page_connection_cb (self);
}

/**
 * tertulia_chat_page_set_active:
 * @active: whether the window is the one the user works in
 *
 * What is shown while nobody looks is not read.
 */
void
tertulia_chat_page_set_active (TertuliaChatPage *self,
                               gboolean          active)
{
  g_return_if_fail (TERTULIA_IS_CHAT_PAGE (self));

  self->active = active;
  tertulia_chat_page_mark_read (self);
}

/**
 * tertulia_chat_page_focus:
 *
 * Lets the user write.
 */
void
tertulia_chat_page_focus (TertuliaChatPage *self)
{
  g_return_if_fail (TERTULIA_IS_CHAT_PAGE (self));

  tertulia_composer_focus (self->composer);
}

/**
 * tertulia_chat_page_move_focus:
 * @forward: to the next pane, or the one before
 *
 * Moves the keyboard focus around the panes: rooms, practice, banner, log,
 * composer; those that are there.
 */
void
tertulia_chat_page_move_focus (TertuliaChatPage *self,
                               gboolean          forward)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = gtk_root_get_focus (root);
  GtkWidget *panes[] = {
    GTK_WIDGET (self->sidebar),
    GTK_WIDGET (self->practice),
    GTK_WIDGET (self->banner),
    GTK_WIDGET (self->messages),
    GTK_WIDGET (self->composer),
  };
  const int n = G_N_ELEMENTS (panes);
  int at = n - 1;

  g_return_if_fail (TERTULIA_IS_CHAT_PAGE (self));

  for (int i = 0; i < n; i++)
    {
      if (focus != NULL && (focus == panes[i] || gtk_widget_is_ancestor (focus, panes[i])))
        at = i;
    }

  for (int step = 1; step <= n; step++)
    {
      GtkWidget *pane = panes[(at + (forward ? step : n - step)) % n];

      if (!gtk_widget_get_mapped (pane) || !gtk_widget_get_child_visible (pane))
        continue;

      if (gtk_widget_child_focus (pane, GTK_DIR_TAB_FORWARD))
        return;
    }
}

void
tertulia_chat_page_show_details (TertuliaChatPage *self)
{
  g_return_if_fail (TERTULIA_IS_CHAT_PAGE (self));

  tertulia_split_view_set_show_content (self->split, TRUE);
  tertulia_connection_button_open (self->connection);
}
