/* test-widgets.c: each widget by itself
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "gui.h"

#include <math.h>

#include <chat/tertulia-settings.h>

#include "compat/tertulia-banner.h"
#include "compat/tertulia-split-view.h"
#include "tertulia-composer.h"
#include "tertulia-practice-bar.h"
#include "tertulia-sign-in-page.h"
#include "tertulia-timeline.h"
#include "tertulia-timeout-row.h"

static GtkWidget *
window_with (gpointer child)
{
  GtkWidget *window = gtk_window_new ();

  gtk_window_set_child (GTK_WINDOW (window), child);
  gui_present (window);

  return window;
}

static void
count_cb (int *count)
{
  (*count)++;
}

/* A widget, or one around it: which one, is libadwaita's business. */
static gboolean
has_role_within (GtkWidget         *widget,
                 GtkWidget         *outermost,
                 GtkAccessibleRole  role)
{
  for (; widget != outermost; widget = gtk_widget_get_parent (widget))
    {
      if (gtk_test_accessible_has_role (GTK_ACCESSIBLE (widget), role))
        return TRUE;
    }

  return FALSE;
}

static void
test_banner_shows_and_hides (void)
{
  TertuliaBanner *banner = g_object_new (TERTULIA_TYPE_BANNER, NULL);
  GtkWidget *window = window_with (banner);
  GtkWidget *label, *button;
  int clicked = 0;

  tertulia_banner_set_title (banner, "It rains\nand it is <wet>");
  tertulia_banner_set_button_label (banner, "Try Now");
  label = gui_find (banner, GTK_TYPE_LABEL);
  button = gui_find_button (banner, "Try Now");
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (label)), ==, "It rains\nand it is <wet>");

  /* What is hidden is not in the accessibility tree. */
  g_assert_false (gtk_widget_is_visible (label));
  tertulia_banner_set_revealed (banner, TRUE);
  g_assert_true (gtk_widget_is_visible (label));
  g_assert_true (has_role_within (label, GTK_WIDGET (banner), GTK_ACCESSIBLE_ROLE_STATUS));
  g_assert_true (gtk_test_accessible_has_relation (GTK_ACCESSIBLE (button),
                                                   GTK_ACCESSIBLE_RELATION_DESCRIBED_BY) ||
                 gtk_test_accessible_has_relation (GTK_ACCESSIBLE (button),
                                                   GTK_ACCESSIBLE_RELATION_LABELLED_BY));

  g_signal_connect_swapped (banner, "button-clicked", G_CALLBACK (count_cb), &clicked);
  g_signal_emit_by_name (button, "clicked");
  g_assert_cmpint (clicked, ==, 1);

  tertulia_banner_set_button_sensitive (banner, FALSE);
  g_assert_false (gtk_widget_is_sensitive (button));
  tertulia_banner_set_button_sensitive (banner, TRUE);
  g_assert_true (gtk_widget_is_sensitive (button));

  tertulia_banner_set_button_label (banner, NULL);
  g_assert_false (gtk_widget_is_visible (button));

  tertulia_banner_set_revealed (banner, FALSE);
  gui_wait (!gtk_widget_is_visible (label));

  gui_destroy (window);
}

static void
test_banner_notifies_changes (void)
{
  g_autoptr (TertuliaBanner) banner = g_object_ref_sink (g_object_new (TERTULIA_TYPE_BANNER, NULL));
  int notified = 0;

  g_signal_connect_swapped (banner, "notify", G_CALLBACK (count_cb), &notified);

  g_object_set (banner, "title", "One", "button-label", "Two", "revealed", TRUE,
                "button-sensitive", FALSE, NULL);
  g_assert_cmpint (notified, ==, 4);
  g_object_set (banner, "title", "One", "button-label", "Two", "revealed", TRUE,
                "button-sensitive", FALSE, NULL);
  g_assert_cmpint (notified, ==, 4);
  g_assert_cmpstr (tertulia_banner_get_title (banner), ==, "One");
  g_assert_cmpstr (tertulia_banner_get_button_label (banner), ==, "Two");
  g_assert_true (tertulia_banner_get_revealed (banner));
  g_assert_false (tertulia_banner_get_button_sensitive (banner));
}

/* Side by side from 600 pixels on, below that one page at a time. */
static void
test_split_view_collapses (void)
{
  GtkWidget *sidebar = gtk_label_new ("Rooms");
  GtkWidget *content = gtk_label_new ("Room");
  TertuliaSplitView *split = g_object_new (TERTULIA_TYPE_SPLIT_VIEW,
                                           "sidebar", sidebar, "content", content, NULL);
  GtkWidget *window = gtk_window_new ();

  tertulia_split_view_set_show_content (split, TRUE);
  gtk_window_set_default_size (GTK_WINDOW (window), 360, 300);
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (split));
  gui_present (window);
  gui_wait (tertulia_split_view_get_collapsed (split));
  gui_wait (!gtk_widget_get_mapped (sidebar));
  g_assert_true (tertulia_split_view_get_show_content (split));

  tertulia_split_view_set_show_content (split, FALSE);
  g_assert_false (tertulia_split_view_get_show_content (split));

  gtk_window_set_default_size (GTK_WINDOW (window), 700, 300);
  gui_wait (!tertulia_split_view_get_collapsed (split));
  gui_wait (gtk_widget_get_width (sidebar) > 0 && gtk_widget_get_width (content) > 0);

  gui_destroy (window);
}

static void
sent_cb (TertuliaComposer *composer,
         const char       *text,
         char            **sent)
{
  g_free (*sent);
  *sent = g_strdup (text);
}

static void
test_composer_sends (void)
{
  TertuliaComposer *composer = g_object_new (TERTULIA_TYPE_COMPOSER, NULL);
  GtkWidget *window = window_with (composer);
  GtkWidget *button = gui_find (composer, GTK_TYPE_BUTTON);
  GtkWidget *view = gui_find (composer, GTK_TYPE_TEXT_VIEW);
  g_autofree char *sent = NULL;
  g_autofree char *text = NULL;

  g_signal_connect (composer, "send", G_CALLBACK (sent_cb), &sent);
  tertulia_composer_set_room (composer, "general");
  gtk_test_accessible_assert_property (view, GTK_ACCESSIBLE_PROPERTY_LABEL, "Message #general");
  gtk_test_accessible_assert_property (button, GTK_ACCESSIBLE_PROPERTY_LABEL, "Send");

  tertulia_composer_set_text (composer, " \n ");
  g_assert_false (gtk_widget_is_sensitive (button));
  gtk_widget_activate_action (GTK_WIDGET (composer), "composer.send", NULL);
  g_assert_null (sent);

  tertulia_composer_set_text (composer, "Shall we ship it today? ");
  g_assert_true (gtk_widget_is_sensitive (button));
  gtk_widget_activate_action (GTK_WIDGET (composer), "composer.send", NULL);
  g_assert_cmpstr (sent, ==, "Shall we ship it today?");
  text = tertulia_composer_get_text (composer);
  g_assert_cmpstr (text, ==, "");

  gui_destroy (window);
}

/* Offline only says when it is sent: nothing is locked, nothing is emptied. */
static void
test_composer_is_never_locked (void)
{
  TertuliaComposer *composer = g_object_new (TERTULIA_TYPE_COMPOSER, NULL);
  GtkWidget *window = window_with (composer);
  GtkWidget *button = gui_find (composer, GTK_TYPE_BUTTON);
  g_autofree char *text = NULL;

  tertulia_composer_set_text (composer, "Half a thought");
  tertulia_composer_set_delay (composer, TRUE);
  g_assert_true (gtk_widget_is_sensitive (gui_find (composer, GTK_TYPE_TEXT_VIEW)));
  g_assert_true (gtk_widget_is_sensitive (button));
  g_assert_cmpstr (gtk_widget_get_tooltip_text (button), ==, "Send when the connection returns");
  text = tertulia_composer_get_text (composer);
  g_assert_cmpstr (text, ==, "Half a thought");

  tertulia_composer_set_delay (composer, FALSE);
  g_assert_cmpstr (gtk_widget_get_tooltip_text (button), ==, "Send");

  gui_destroy (window);
}

static void
test_practice_bar_follows_the_link (void)
{
  g_autoptr (LinkSimulator) link = link_simulator_new ("127.0.0.1", 9);
  TertuliaPracticeBar *bar = g_object_new (TERTULIA_TYPE_PRACTICE_BAR, NULL);
  GtkWidget *window = window_with (bar);
  GtkWidget *silent = gui_find_button (bar, "Silent");
  GtkWidget *good = gui_find_button (bar, "Good");

  tertulia_practice_bar_set_link (bar, link);
  g_assert_true (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (good)));

  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (silent), TRUE);
  g_assert_cmpint (link_simulator_get_mode (link), ==, LINK_MODE_SILENT);

  /* Reset is over as soon as it is done. */
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (gui_find_button (bar, "Reset")), TRUE);
  gui_wait (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (good)));
  g_assert_cmpint (link_simulator_get_mode (link), ==, LINK_MODE_GOOD);

  gui_destroy (window);
}

static void
test_timeline_tells_its_times (void)
{
  TertuliaTimeline *timeline = g_object_new (TERTULIA_TYPE_TIMELINE, NULL);
  GtkWidget *window = window_with (timeline);

  tertulia_timeline_set_times (timeline, 13.333, 20, 30, TRUE);
  g_assert_cmpstr (tertulia_timeline_get_summary (timeline), ==,
                   "After a silence of 13.3 s the connection is slow, after 20 s it is made anew, and after 50 s it has ended.");
  gtk_test_accessible_assert_role (timeline, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_test_accessible_assert_property (timeline, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       tertulia_timeline_get_summary (timeline));

  /* Times that make no sense are not drawn. */
  tertulia_timeline_set_times (timeline, 20, 20, 30, TRUE);
  g_assert_nonnull (strstr (tertulia_timeline_get_summary (timeline), "13.3 s"));

  gui_destroy (window);
}

static void
test_timeout_row_reads_what_is_typed (void)
{
  TertuliaTimeoutRow *row = g_object_new (TERTULIA_TYPE_TIMEOUT_ROW,
                                          "key", "slow-after", "title", "Warn After",
                                          "subtitle", "A hint", NULL);
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *window = window_with (list);
  GtkEditable *spin = gui_find (row, GTK_TYPE_SPIN_BUTTON);

  gtk_list_box_append (GTK_LIST_BOX (list), GTK_WIDGET (row));
  tertulia_timeout_row_set_value (row, 20);
  g_assert_cmpstr (gtk_editable_get_text (spin), ==, "20");
  tertulia_timeout_row_set_value (row, 13.3);
  g_assert_cmpstr (gtk_editable_get_text (spin), ==, "13.3");

  gtk_editable_set_text (spin, "7.5");
  g_assert_cmpfloat (tertulia_timeout_row_get_value (row), ==, 7.5);
  gtk_editable_set_text (spin, "soon");
  g_assert_true (isnan (tertulia_timeout_row_get_value (row)));
  gtk_editable_set_text (spin, "");
  g_assert_true (isnan (tertulia_timeout_row_get_value (row)));

  tertulia_timeout_row_set_error (row, "This must be a number of seconds");
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), ==,
                   "This must be a number of seconds");
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (row), "error"));
  gtk_test_accessible_assert_state (GTK_WIDGET (spin), GTK_ACCESSIBLE_STATE_INVALID,
                                    GTK_ACCESSIBLE_INVALID_TRUE);

  tertulia_timeout_row_set_error (row, NULL);
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), ==, "A hint");
  g_assert_false (gtk_widget_has_css_class (GTK_WIDGET (row), "error"));

  gui_destroy (window);
}

static void
connect_cb (TertuliaSignInPage *page,
            const char         *server,
            const char         *name,
            const char         *token,
            char              **asked)
{
  g_free (*asked);
  *asked = g_strjoin ("|", server, name, token, NULL);
}

static void
test_sign_in_asks_name_and_server (void)
{
  g_autoptr (TertuliaSettings) settings = tertulia_settings_new ();
  TertuliaSignInPage *page = g_object_new (TERTULIA_TYPE_SIGN_IN_PAGE, NULL);
  GtkWidget *window = window_with (page);
  GtkWidget *name = gui_find (page, ADW_TYPE_ENTRY_ROW);
  GtkWidget *server = gtk_widget_get_next_sibling (name);
  g_autofree char *asked = NULL;

  g_object_set (settings, "name", "Ana", "server", "", NULL);
  tertulia_sign_in_page_set_settings (page, settings);
  g_signal_connect (page, "connect", G_CALLBACK (connect_cb), &asked);

  /* The built-in server needs no address. */
  gtk_widget_activate_action (GTK_WIDGET (page), "sign-in.connect", NULL);
  g_assert_cmpstr (asked, ==, "|Ana|");

  gtk_editable_set_text (GTK_EDITABLE (server), "chat.example.org");
  gtk_widget_activate_action (GTK_WIDGET (page), "sign-in.connect", NULL);
  g_assert_cmpstr (asked, ==, "chat.example.org|Ana|");

  /* What is no address is said at once, and tried nowhere. */
  g_clear_pointer (&asked, g_free);
  gtk_editable_set_text (GTK_EDITABLE (server), "ftp://chat.example.org");
  gtk_widget_activate_action (GTK_WIDGET (page), "sign-in.connect", NULL);
  g_assert_null (asked);
  g_assert_true (gtk_widget_has_css_class (server, "error"));
  gtk_editable_set_text (GTK_EDITABLE (server), "");
  g_assert_false (gtk_widget_has_css_class (server, "error"));

  gtk_editable_set_text (GTK_EDITABLE (name), "  ");
  gtk_widget_activate_action (GTK_WIDGET (page), "sign-in.connect", NULL);
  g_assert_null (asked);

  gui_destroy (window);
}

int
main (int   argc,
      char *argv[])
{
  if (!gui_init (&argc, &argv))
    return 0;

  g_test_add_func ("/banner/shows-and-hides", test_banner_shows_and_hides);
  g_test_add_func ("/banner/notifies-changes", test_banner_notifies_changes);
  g_test_add_func ("/split-view/collapses", test_split_view_collapses);
  g_test_add_func ("/composer/sends", test_composer_sends);
  g_test_add_func ("/composer/is-never-locked", test_composer_is_never_locked);
  g_test_add_func ("/practice-bar/follows-the-link", test_practice_bar_follows_the_link);
  g_test_add_func ("/timeline/tells-its-times", test_timeline_tells_its_times);
  g_test_add_func ("/timeout-row/reads-what-is-typed", test_timeout_row_reads_what_is_typed);
  g_test_add_func ("/sign-in/asks-name-and-server", test_sign_in_asks_name_and_server);

  return gui_run ();
}
