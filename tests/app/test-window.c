/* test-window.c: the window as a whole: names, keys, focus
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "gui.h"

#include "tertulia-chat-page.h"
#include "tertulia-composer.h"
#include "tertulia-connection-button.h"
#include "tertulia-message-list.h"
#include "tertulia-preferences.h"
#include "tertulia-sidebar.h"
#include "tertulia-sign-in-page.h"
#include "tertulia-window.h"

/* Where nothing listens: the session there is never connected. */
#define NOWHERE "http://127.0.0.1:9/signalr"

typedef struct {
  TertuliaSettings *settings;
  TertuliaWindow   *window;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->settings = tertulia_settings_new ();
  fixture->window = tertulia_window_new (NULL, fixture->settings);
  gui_present (fixture->window);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_object_add_weak_pointer (G_OBJECT (fixture->window), (gpointer *) &fixture->window);
  gtk_window_close (GTK_WINDOW (fixture->window));
  gui_wait (fixture->window == NULL);
  g_assert_finalize_object (fixture->settings);
}

static void
chat (Fixture *fixture)
{
  tertulia_window_connect (fixture->window, NOWHERE, "Ana", NULL);
  gui_wait (gtk_widget_get_width (gui_find (fixture->window, TERTULIA_TYPE_COMPOSER)) > 0);
}

/* GtkButton makes its icon its label, which is no name: it reads “GtkImage”. */
static gboolean
has_name (GtkWidget *widget)
{
  if (gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL))
    return TRUE;

  if (!gtk_test_accessible_has_relation (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_RELATION_LABELLED_BY))
    return FALSE;

  return !GTK_IS_BUTTON (widget) || !GTK_IS_IMAGE (gtk_button_get_child (GTK_BUTTON (widget)));
}

/* Parts of GTK's and libadwaita's own, which the one around them speaks for. */
static gboolean
is_part (GtkWidget *widget)
{
  return GTK_IS_TEXT (widget) || GTK_IS_SCROLLED_WINDOW (widget) || GTK_IS_WINDOW (widget) ||
         GTK_IS_POPOVER (widget) || GTK_IS_VIEWPORT (widget) || GTK_IS_SCROLLBAR (widget) ||
         gtk_widget_get_ancestor (widget, GTK_TYPE_SPIN_BUTTON) != NULL ||
         gtk_widget_get_ancestor (widget, GTK_TYPE_WINDOW_CONTROLS) != NULL ||
         (GTK_IS_TOGGLE_BUTTON (widget) && GTK_IS_MENU_BUTTON (gtk_widget_get_parent (widget))) ||
         (GTK_IS_BUTTON (widget) && !gtk_widget_get_visible (widget)) ||
         (GTK_IS_LIST_BOX (widget) && gtk_widget_get_first_child (widget) == NULL) ||
         gtk_widget_get_ancestor (widget, ADW_TYPE_ENTRY_ROW) != NULL;
}

static guint
sweep (GtkWidget *widget)
{
  guint n = 0;

  if (gtk_widget_get_focusable (widget) && !is_part (widget))
    {
      n++;
      if (!has_name (widget))
        {
          g_test_message ("%s in %s in %s has no name", G_OBJECT_TYPE_NAME (widget),
                          G_OBJECT_TYPE_NAME (gtk_widget_get_parent (widget)),
                          G_OBJECT_TYPE_NAME (gtk_widget_get_parent (gtk_widget_get_parent (widget))));
          g_test_fail ();
        }
    }

  for (GtkWidget *child = gtk_widget_get_first_child (widget);
       child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += sweep (child);

  return n;
}

static void
test_everything_has_a_name (Fixture       *fixture,
                            gconstpointer  data)
{
  GtkWidget *preferences = tertulia_preferences_new (fixture->settings, NULL);

  g_assert_cmpuint (sweep (gui_find (fixture->window, TERTULIA_TYPE_SIGN_IN_PAGE)), >=, 3);

  chat (fixture);
  tertulia_room_send (g_list_model_get_item (tertulia_session_get_rooms (tertulia_window_get_session (fixture->window)), 0),
                      "Is anybody there?");
  gui_wait (gui_find (gui_find (fixture->window, TERTULIA_TYPE_MESSAGE_LIST), GTK_TYPE_LABEL) != NULL);
  g_assert_cmpuint (sweep (GTK_WIDGET (fixture->window)), >=, 8);

  gui_present (preferences);
  g_assert_cmpuint (sweep (preferences), >=, 9);
  gui_destroy (preferences);
}

/* Focus goes round by the Tab key and comes to where one writes. */
static void
test_tab_reaches_everything (Fixture       *fixture,
                             gconstpointer  data)
{
  gboolean rooms = FALSE, menu = FALSE, connection = FALSE, composer = FALSE;
  GtkWidget *focus;

  chat (fixture);
  g_assert_true (GTK_IS_TEXT_VIEW (gtk_window_get_focus (GTK_WINDOW (fixture->window))));

  for (int i = 0; i < 30; i++)
    {
      gtk_widget_child_focus (GTK_WIDGET (fixture->window), GTK_DIR_TAB_FORWARD);
      focus = gtk_window_get_focus (GTK_WINDOW (fixture->window));
      if (focus == NULL)
        continue;

      rooms = rooms || gtk_widget_get_ancestor (focus, TERTULIA_TYPE_SIDEBAR) != NULL;
      menu = menu || (gtk_widget_get_ancestor (focus, GTK_TYPE_MENU_BUTTON) != NULL &&
                      gtk_widget_get_ancestor (focus, TERTULIA_TYPE_CONNECTION_BUTTON) == NULL);
      connection = connection || gtk_widget_get_ancestor (focus, TERTULIA_TYPE_CONNECTION_BUTTON) != NULL;
      composer = composer || gtk_widget_get_ancestor (focus, TERTULIA_TYPE_COMPOSER) != NULL;
    }

  g_assert_true (rooms && menu && connection && composer);
}

static GType
focused_pane (Fixture *fixture)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (fixture->window));
  const GType panes[] = {
    TERTULIA_TYPE_SIDEBAR, TERTULIA_TYPE_MESSAGE_LIST, TERTULIA_TYPE_COMPOSER,
  };

  for (gsize i = 0; focus != NULL && i < G_N_ELEMENTS (panes); i++)
    {
      if (gtk_widget_get_ancestor (focus, panes[i]) != NULL)
        return panes[i];
    }

  return G_TYPE_NONE;
}

static void
test_f6_goes_round_the_panes (Fixture       *fixture,
                              gconstpointer  data)
{
  chat (fixture);
  tertulia_room_send (g_list_model_get_item (tertulia_session_get_rooms (tertulia_window_get_session (fixture->window)), 0),
                      "Is anybody there?");
  gui_wait (gtk_widget_get_mapped (gui_find (fixture->window, TERTULIA_TYPE_MESSAGE_LIST)));

  g_assert_cmpstr (g_type_name (focused_pane (fixture)), ==, "TertuliaComposer");
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.move-focus", "b", TRUE);
  g_assert_cmpstr (g_type_name (focused_pane (fixture)), ==, "TertuliaSidebar");
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.move-focus", "b", TRUE);
  g_assert_cmpstr (g_type_name (focused_pane (fixture)), ==, "TertuliaMessageList");
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.move-focus", "b", TRUE);
  g_assert_cmpstr (g_type_name (focused_pane (fixture)), ==, "TertuliaComposer");
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.move-focus", "b", FALSE);
  g_assert_cmpstr (g_type_name (focused_pane (fixture)), ==, "TertuliaMessageList");
  gtk_widget_activate_action (gtk_window_get_focus (GTK_WINDOW (fixture->window)), "chat.compose", NULL);
  g_assert_cmpstr (g_type_name (focused_pane (fixture)), ==, "TertuliaComposer");
}

static void
test_actions_follow_the_page (Fixture       *fixture,
                              gconstpointer  data)
{
  /* There is nothing to reconnect or leave yet: the keys do nothing. */
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.reconnect", NULL);
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.leave", NULL);
  g_assert_null (tertulia_window_get_session (fixture->window));

  chat (fixture);
  g_assert_nonnull (tertulia_window_get_session (fixture->window));
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.leave", NULL);
  g_assert_null (tertulia_window_get_session (fixture->window));
  gui_wait (gtk_widget_get_mapped (gui_find (fixture->window, TERTULIA_TYPE_SIGN_IN_PAGE)));
}

/* What is written is in the log at once, and says that it waits. */
static void
test_offline_message_is_queued (Fixture       *fixture,
                                gconstpointer  data)
{
  TertuliaComposer *composer;
  TertuliaMessageList *list;
  g_autoptr (TertuliaRoom) room = NULL;
  g_autoptr (TertuliaMessage) message = NULL;
  GListModel *messages;

  chat (fixture);
  composer = gui_find (fixture->window, TERTULIA_TYPE_COMPOSER);
  list = gui_find (fixture->window, TERTULIA_TYPE_MESSAGE_LIST);
  room = g_list_model_get_item (tertulia_session_get_rooms (tertulia_window_get_session (fixture->window)), 0);
  messages = tertulia_room_get_messages (room);

  tertulia_composer_set_text (composer, "Are you there?");
  gtk_widget_activate_action (GTK_WIDGET (composer), "composer.send", NULL);
  message = g_list_model_get_item (messages, g_list_model_get_n_items (messages) - 1);
  g_assert_cmpstr (tertulia_message_get_text (message), ==, "Are you there?");
  g_assert_cmpint (tertulia_message_get_state (message), ==, TERTULIA_MESSAGE_QUEUED);
  gui_wait (gtk_widget_get_mapped (GTK_WIDGET (list)));
}

int
main (int   argc,
      char *argv[])
{
  if (!gui_init (&argc, &argv))
    return 0;

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/window/everything-has-a-name", test_everything_has_a_name);
  ADD ("/window/tab-reaches-everything", test_tab_reaches_everything);
  ADD ("/window/f6-goes-round-the-panes", test_f6_goes_round_the_panes);
  ADD ("/window/actions-follow-the-page", test_actions_follow_the_page);
  ADD ("/window/offline-message-is-queued", test_offline_message_is_queued);
#undef ADD

  return gui_run ();
}
