/* tertulia-message-list.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-message-list.h"

#include "tertulia-message-row.h"

/* A reader this near to the end, in pixels, is taken along by new messages. */
#define NEAR_END 24

struct _TertuliaMessageList {
  AdwBin         parent_instance;

  GtkWidget     *scroller;
  GtkWidget     *view;

  TertuliaRoom  *room;
  GListModel    *messages;
  gboolean       at_end;
  guint          follow_id;
  gboolean       use_24h;
};

G_DEFINE_FINAL_TYPE (TertuliaMessageList, tertulia_message_list, ADW_TYPE_BIN)

static void
tertulia_message_list_retry_cb (TertuliaMessageList *self,
                                TertuliaMessage     *message)
{
  tertulia_room_retry (self->room, message);
}

static void
tertulia_message_list_discard_cb (TertuliaMessageList *self,
                                  TertuliaMessage     *message)
{
  tertulia_room_discard (self->room, message);
}

/* What stands above a message, a day or an author, depends on the one before. */
static void
tertulia_message_list_show_item (TertuliaMessageList *self,
                                 GtkListItem         *item)
{
  GtkWidget *row = gtk_list_item_get_child (item);
  TertuliaMessage *message = gtk_list_item_get_item (item);
  guint position = gtk_list_item_get_position (item);
  g_autoptr (TertuliaMessage) before = NULL;

  if (message != NULL && position > 0)
    before = g_list_model_get_item (self->messages, position - 1);

  tertulia_message_row_bind (TERTULIA_MESSAGE_ROW (row), message, before, self->use_24h);
}

static void
tertulia_message_list_position_cb (GtkListItem         *item,
                                   GParamSpec          *pspec,
                                   TertuliaMessageList *self)
{
  if (gtk_list_item_get_item (item) != NULL && gtk_list_item_get_child (item) != NULL)
    tertulia_message_list_show_item (self, item);
}

static void
tertulia_message_list_setup_cb (TertuliaMessageList *self,
                                GtkListItem         *item)
{
  GtkWidget *row = tertulia_message_row_new ();

  g_signal_connect_object (row, "retry", G_CALLBACK (tertulia_message_list_retry_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "discard", G_CALLBACK (tertulia_message_list_discard_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (item, "notify::position",
                           G_CALLBACK (tertulia_message_list_position_cb), self, 0);
  gtk_list_item_set_child (item, row);
  gtk_list_item_set_activatable (item, FALSE);
}

static void
tertulia_message_list_bind_cb (TertuliaMessageList *self,
                               GtkListItem         *item)
{
  tertulia_message_list_show_item (self, item);
}

static void
tertulia_message_list_unbind_cb (TertuliaMessageList *self,
                                 GtkListItem         *item)
{
  tertulia_message_row_bind (TERTULIA_MESSAGE_ROW (gtk_list_item_get_child (item)),
                             NULL, NULL, FALSE);
}

static void
tertulia_message_list_value_cb (TertuliaMessageList *self,
                                GtkAdjustment       *adjustment)
{
  self->at_end = gtk_adjustment_get_value (adjustment) + gtk_adjustment_get_page_size (adjustment) >=
                 gtk_adjustment_get_upper (adjustment) - NEAR_END;
}

static gboolean
tertulia_message_list_follow_cb (gpointer user_data)
{
  TertuliaMessageList *self = user_data;

  self->follow_id = 0;
  tertulia_message_list_show_end (self);

  return G_SOURCE_REMOVE;
}

/* The list keeps its place when rows are added or grow; at the end, the end is
 * the place to keep. This comes from inside its allocation, where it cannot be
 * moved yet.
 */
static void
tertulia_message_list_changed_cb (TertuliaMessageList *self)
{
  if (self->at_end && self->follow_id == 0)
    {
      self->follow_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, tertulia_message_list_follow_cb,
                                         self, NULL);
      g_source_set_name_by_id (self->follow_id, "[tertulia] follow the log");
    }
}

static void
tertulia_message_list_items_changed_cb (TertuliaMessageList *self,
                                        guint                position,
                                        guint                removed,
                                        guint                added)
{
  guint n = g_list_model_get_n_items (self->messages);
  g_autoptr (TertuliaMessage) last = NULL;

  if (added == 0 || position + added != n)
    return;

  last = g_list_model_get_item (self->messages, n - 1);
  if (self->at_end || (added == 1 && tertulia_message_get_own (last)))
    tertulia_message_list_show_end (self);
}

/**
 * tertulia_message_list_set_room:
 * @room: (nullable): the room whose messages are shown
 */
void
tertulia_message_list_set_room (TertuliaMessageList *self,
                                TertuliaRoom        *room)
{
  g_autoptr (GtkSelectionModel) selection = NULL;

  g_return_if_fail (TERTULIA_IS_MESSAGE_LIST (self));

  g_clear_handle_id (&self->follow_id, g_source_remove);
  if (self->messages != NULL)
    g_signal_handlers_disconnect_by_data (self->messages, self);
  gtk_list_view_set_model (GTK_LIST_VIEW (self->view), NULL);
  g_clear_object (&self->messages);
  g_set_object (&self->room, room);

  if (room == NULL)
    return;

  self->messages = g_object_ref (tertulia_room_get_messages (room));
  self->at_end = TRUE;
  selection = GTK_SELECTION_MODEL (gtk_no_selection_new (g_object_ref (self->messages)));
  gtk_list_view_set_model (GTK_LIST_VIEW (self->view), selection);
  g_signal_connect_swapped (self->messages, "items-changed",
                            G_CALLBACK (tertulia_message_list_items_changed_cb), self);
  tertulia_message_list_show_end (self);
}

/**
 * tertulia_message_list_show_end:
 *
 * Shows the newest message, and keeps to the end from now on.
 */
void
tertulia_message_list_show_end (TertuliaMessageList *self)
{
  guint n;

  g_return_if_fail (TERTULIA_IS_MESSAGE_LIST (self));

  n = self->messages != NULL ? g_list_model_get_n_items (self->messages) : 0;
  if (n == 0)
    return;

  self->at_end = TRUE;
  gtk_widget_activate_action (self->view, "list.scroll-to-item", "u", n - 1);
}

static void
tertulia_message_list_dispose (GObject *object)
{
  TertuliaMessageList *self = TERTULIA_MESSAGE_LIST (object);

  tertulia_message_list_set_room (self, NULL);

  G_OBJECT_CLASS (tertulia_message_list_parent_class)->dispose (object);
}

static void
tertulia_message_list_class_init (TertuliaMessageListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tertulia_message_list_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tertulia/Tertulia/ui/tertulia-message-list.ui");
  gtk_widget_class_bind_template_child (widget_class, TertuliaMessageList, scroller);
  gtk_widget_class_bind_template_child (widget_class, TertuliaMessageList, view);
}

static gboolean
tertulia_message_list_use_24h (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = NULL;
  g_autoptr (GSettings) desktop = NULL;
  g_autofree char *format = NULL;

  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, "org.gnome.desktop.interface", TRUE);
  if (schema == NULL)
    return TRUE;

  desktop = g_settings_new_full (schema, NULL, NULL);
  format = g_settings_get_string (desktop, "clock-format");

  return !g_str_equal (format, "12h");
}

static void
tertulia_message_list_init (TertuliaMessageList *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  GtkAdjustment *adjustment;

  gtk_widget_init_template (GTK_WIDGET (self));

  self->use_24h = tertulia_message_list_use_24h ();
  self->at_end = TRUE;

  g_signal_connect_swapped (factory, "setup", G_CALLBACK (tertulia_message_list_setup_cb), self);
  g_signal_connect_swapped (factory, "bind", G_CALLBACK (tertulia_message_list_bind_cb), self);
  g_signal_connect_swapped (factory, "unbind", G_CALLBACK (tertulia_message_list_unbind_cb), self);
  gtk_list_view_set_factory (GTK_LIST_VIEW (self->view), factory);

  adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller));
  g_signal_connect_object (adjustment, "value-changed",
                           G_CALLBACK (tertulia_message_list_value_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (adjustment, "changed",
                           G_CALLBACK (tertulia_message_list_changed_cb), self, G_CONNECT_SWAPPED);
}
