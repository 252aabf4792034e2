/* tertulia-sidebar.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-sidebar.h"

#include <glib/gi18n.h>

struct _TertuliaSidebar {
  AdwBin           parent_instance;

  GtkWidget       *server;
  GtkWidget       *rooms;
  GtkWidget       *people_title;
  GtkWidget       *people;

  TertuliaSession *session;
};

G_DEFINE_FINAL_TYPE (TertuliaSidebar, tertulia_sidebar, ADW_TYPE_BIN)

enum {
  SIGNAL_ROOM_SELECTED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
tertulia_sidebar_unread_cb (TertuliaRoom *room,
                            GParamSpec   *pspec,
                            GtkWidget    *row)
{
  GtkWidget *badge = g_object_get_data (G_OBJECT (row), "badge");
  guint unread = tertulia_room_get_unread (room);
  g_autofree char *number = g_strdup_printf ("%u", unread);
  g_autofree char *name = NULL;

  gtk_label_set_label (GTK_LABEL (badge), number);
  gtk_widget_set_visible (badge, unread > 0);

  if (unread > 0)
    /* Translators: the name of a room, and how many messages in it were not read */
    name = g_strdup_printf (ngettext ("%1$s, %2$u unread message", "%1$s, %2$u unread messages", unread),
                            tertulia_room_get_name (room), unread);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name != NULL ? name : tertulia_room_get_name (room),
                                  -1);
}

static GtkWidget *
tertulia_sidebar_room_row_new (gpointer item,
                               gpointer user_data)
{
  TertuliaRoom *room = item;
  g_autofree char *name = g_strdup_printf ("# %s", tertulia_room_get_name (room));
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL,
                                   "label", name,
                                   "ellipsize", PANGO_ELLIPSIZE_END,
                                   "hexpand", TRUE,
                                   "xalign", 0.0f,
                                   NULL);
  GtkWidget *badge = gtk_label_new (NULL);

  gtk_widget_add_css_class (badge, "badge");
  gtk_widget_add_css_class (badge, "numeric");
  gtk_widget_set_valign (badge, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), badge);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);

  g_object_set_data (G_OBJECT (row), "badge", badge);
  g_object_set_data_full (G_OBJECT (row), "room", g_object_ref (room), g_object_unref);
  g_signal_connect_object (room, "notify::unread",
                           G_CALLBACK (tertulia_sidebar_unread_cb), row, 0);
  tertulia_sidebar_unread_cb (room, NULL, row);

  return row;
}

static void
tertulia_sidebar_presence_cb (TertuliaPerson *person,
                              GParamSpec     *pspec,
                              GtkWidget      *row)
{
  GtkWidget *presence = g_object_get_data (G_OBJECT (row), "presence");
  gboolean lost = tertulia_person_get_presence (person) == TERTULIA_PRESENCE_LOST;
  g_autofree char *name = NULL;

  gtk_widget_set_visible (presence, lost);

  if (lost)
    /* Translators: %s is the name of a person */
    name = g_strdup_printf (_("%s, connection lost"), tertulia_person_get_name (person));
  gtk_accessible_update_property (GTK_ACCESSIBLE (row),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  lost ? name : tertulia_person_get_name (person),
                                  -1);
}

static GtkWidget *
tertulia_sidebar_person_row_new (gpointer item,
                                 gpointer user_data)
{
  TertuliaPerson *person = item;
  const char *name = tertulia_person_get_name (person);
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL,
                                   "label", name,
                                   "ellipsize", PANGO_ELLIPSIZE_END,
                                   "xalign", 0.0f,
                                   NULL);
  GtkWidget *presence = g_object_new (GTK_TYPE_LABEL,
                                      "label", _("Connection lost"),
                                      "ellipsize", PANGO_ELLIPSIZE_END,
                                      "xalign", 0.0f,
                                      NULL);

  gtk_widget_add_css_class (presence, "caption");
  gtk_widget_add_css_class (presence, "dim-label");
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (words), label);
  gtk_box_append (GTK_BOX (words), presence);
  gtk_box_append (GTK_BOX (box), adw_avatar_new (24, name, TRUE));
  gtk_box_append (GTK_BOX (box), words);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);

  g_object_set_data (G_OBJECT (row), "presence", presence);
  g_signal_connect_object (person, "notify::presence",
                           G_CALLBACK (tertulia_sidebar_presence_cb), row, 0);
  tertulia_sidebar_presence_cb (person, NULL, row);

  return row;
}

static void
tertulia_sidebar_row_activated_cb (TertuliaSidebar *self,
                                   GtkListBoxRow   *row)
{
  g_signal_emit (self, signals[SIGNAL_ROOM_SELECTED], 0,
                 g_object_get_data (G_OBJECT (row), "room"));
}

static void
tertulia_sidebar_dispose (GObject *object)
{
  TertuliaSidebar *self = TERTULIA_SIDEBAR (object);

  g_clear_object (&self->session);

  G_OBJECT_CLASS (tertulia_sidebar_parent_class)->dispose (object);
}

static void
tertulia_sidebar_class_init (TertuliaSidebarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tertulia_sidebar_dispose;
  signals[SIGNAL_ROOM_SELECTED] =
    g_signal_new ("room-selected", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL, G_TYPE_NONE, 1, TERTULIA_TYPE_ROOM);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tertulia/Tertulia/ui/tertulia-sidebar.ui");
  gtk_widget_class_bind_template_child (widget_class, TertuliaSidebar, server);
  gtk_widget_class_bind_template_child (widget_class, TertuliaSidebar, rooms);
  gtk_widget_class_bind_template_child (widget_class, TertuliaSidebar, people_title);
  gtk_widget_class_bind_template_child (widget_class, TertuliaSidebar, people);
  gtk_widget_class_bind_template_callback (widget_class, tertulia_sidebar_row_activated_cb);
}

static void
tertulia_sidebar_init (TertuliaSidebar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * tertulia_sidebar_set_session:
 * @session: (nullable): the session whose rooms are listed
 * @title: how its server is called
 */
void
tertulia_sidebar_set_session (TertuliaSidebar *self,
                              TertuliaSession *session,
                              const char      *title)
{
  g_return_if_fail (TERTULIA_IS_SIDEBAR (self));

  g_set_object (&self->session, session);
  gtk_label_set_label (GTK_LABEL (self->server), title);
  gtk_list_box_bind_model (GTK_LIST_BOX (self->rooms),
                           session != NULL ? tertulia_session_get_rooms (session) : NULL,
                           tertulia_sidebar_room_row_new, NULL, NULL);
}

/**
 * tertulia_sidebar_set_room:
 * @room: (nullable): the room that is open, whose people are listed
 */
void
tertulia_sidebar_set_room (TertuliaSidebar *self,
                           TertuliaRoom    *room)
{
  GtkListBoxRow *row;

  g_return_if_fail (TERTULIA_IS_SIDEBAR (self));

  gtk_list_box_bind_model (GTK_LIST_BOX (self->people),
                           room != NULL ? tertulia_room_get_people (room) : NULL,
                           tertulia_sidebar_person_row_new, NULL, NULL);

  for (int i = 0; (row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->rooms), i)) != NULL; i++)
    {
      if (g_object_get_data (G_OBJECT (row), "room") == room)
        gtk_list_box_select_row (GTK_LIST_BOX (self->rooms), row);
    }
}
