/* test-preferences.c: the times that the user chooses, and their rules
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "gui.h"

#include "tertulia-preferences.h"
#include "tertulia-timeline.h"
#include "tertulia-timeout-row.h"

typedef struct {
  TertuliaSettings *settings;
  GtkWidget        *window;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->settings = tertulia_settings_new ();
  g_object_set (fixture->settings,
                "use-server-timeouts", FALSE,
                "slow-after", 13.3, "keep-alive-timeout", 20.0, "disconnect-timeout", 30.0,
                "server-keep-alive", 10.0, "server-disconnect-timeout", 30.0,
                "server-connection-timeout", 110.0, "notify-after", 60.0,
                NULL);
  fixture->window = tertulia_preferences_new (fixture->settings, NULL);
  gui_present (fixture->window);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  gui_destroy (fixture->window);
  g_assert_finalize_object (fixture->settings);
}

static TertuliaTimeoutRow *
find_row (gpointer    root,
          const char *key)
{
  if (TERTULIA_IS_TIMEOUT_ROW (root))
    return g_str_equal (tertulia_timeout_row_get_key (root), key) ? root : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (root);
       child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      TertuliaTimeoutRow *row = find_row (child, key);

      if (row != NULL)
        return row;
    }

  return NULL;
}

static void
type (Fixture    *fixture,
      const char *key,
      const char *text)
{
  gtk_editable_set_text (gui_find (find_row (fixture->window, key), GTK_TYPE_SPIN_BUTTON), text);
}

static const char *
get_error (Fixture    *fixture,
           const char *key)
{
  return tertulia_timeout_row_get_error (find_row (fixture->window, key));
}

static double
get_used (Fixture    *fixture,
          const char *key)
{
  double value;

  g_object_get (fixture->settings, key, &value, NULL);

  return value;
}

static void
test_good_value_is_used_at_once (Fixture       *fixture,
                                 gconstpointer  data)
{
  TertuliaTimeline *timeline = gui_find (fixture->window, TERTULIA_TYPE_TIMELINE);

  type (fixture, "slow-after", "5");
  g_assert_null (get_error (fixture, "slow-after"));
  g_assert_cmpfloat (get_used (fixture, "slow-after"), ==, 5);
  g_assert_nonnull (strstr (tertulia_timeline_get_summary (timeline), "silence of 5 s"));
}

static void
test_one_third_rule (Fixture       *fixture,
                     gconstpointer  data)
{
  type (fixture, "server-keep-alive", "11");
  g_assert_cmpstr (get_error (fixture, "server-keep-alive"), ==,
                   "KeepAlive must be at most a third of the disconnect timeout");
  g_assert_cmpfloat (get_used (fixture, "server-keep-alive"), ==, 10);

  /* The row that was not touched is not blamed, and is still used. */
  g_assert_null (get_error (fixture, "server-disconnect-timeout"));

  /* What breaks the rule in one row is mended by the other. */
  type (fixture, "server-disconnect-timeout", "60");
  g_assert_null (get_error (fixture, "server-keep-alive"));
  g_assert_cmpfloat (get_used (fixture, "server-keep-alive"), ==, 11);
  g_assert_cmpfloat (get_used (fixture, "server-disconnect-timeout"), ==, 60);
}

static void
test_disconnect_timeout_too_short (Fixture       *fixture,
                                   gconstpointer  data)
{
  type (fixture, "server-disconnect-timeout", "20");
  g_assert_nonnull (get_error (fixture, "server-disconnect-timeout"));
  g_assert_cmpfloat (get_used (fixture, "server-disconnect-timeout"), ==, 30);

  type (fixture, "server-disconnect-timeout", "5");
  g_assert_cmpstr (get_error (fixture, "server-disconnect-timeout"), ==,
                   "The disconnect timeout must be at least 6 seconds");

  type (fixture, "server-disconnect-timeout", "30");
  g_assert_null (get_error (fixture, "server-disconnect-timeout"));
}

static void
test_slow_before_reconnecting (Fixture       *fixture,
                               gconstpointer  data)
{
  type (fixture, "slow-after", "25");
  g_assert_cmpstr (get_error (fixture, "slow-after"), ==,
                   "The warning must come before the keep-alive timeout");
  g_assert_cmpfloat (get_used (fixture, "slow-after"), ==, 13.3);
}

static void
test_nonsense_is_not_used (Fixture       *fixture,
                           gconstpointer  data)
{
  const char * const nonsense[] = { "", "soon", "1e999", "nan", "-1", "100000" };

  for (gsize i = 0; i < G_N_ELEMENTS (nonsense); i++)
    {
      type (fixture, "disconnect-timeout", nonsense[i]);
      g_assert_nonnull (get_error (fixture, "disconnect-timeout"));
      g_assert_cmpfloat (get_used (fixture, "disconnect-timeout"), ==, 30);

      type (fixture, "notify-after", nonsense[i]);
      g_assert_nonnull (get_error (fixture, "notify-after"));
      g_assert_cmpfloat (get_used (fixture, "notify-after"), ==, 60);
    }

  type (fixture, "notify-after", "1");
  g_assert_null (get_error (fixture, "notify-after"));
  g_assert_cmpfloat (get_used (fixture, "notify-after"), ==, 1);
}

/* The server's own times are those of the built-in one while there is no connection. */
static void
test_use_what_the_server_says (Fixture       *fixture,
                               gconstpointer  data)
{
  TertuliaTimeline *timeline = gui_find (fixture->window, TERTULIA_TYPE_TIMELINE);

  g_object_set (fixture->settings, "use-server-timeouts", TRUE, NULL);
  g_assert_false (gtk_widget_is_sensitive (GTK_WIDGET (find_row (fixture->window, "slow-after"))));

  type (fixture, "server-keep-alive", "6");
  g_assert_cmpstr (tertulia_timeline_get_summary (timeline), ==,
                   "After a silence of 8 s the connection is slow, after 12 s it is made anew, and after 42 s it has ended.");
}

int
main (int   argc,
      char *argv[])
{
  if (!gui_init (&argc, &argv))
    return 0;

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/preferences/good-value-is-used-at-once", test_good_value_is_used_at_once);
  ADD ("/preferences/one-third-rule", test_one_third_rule);
  ADD ("/preferences/disconnect-timeout-too-short", test_disconnect_timeout_too_short);
  ADD ("/preferences/slow-before-reconnecting", test_slow_before_reconnecting);
  ADD ("/preferences/nonsense-is-not-used", test_nonsense_is_not_used);
  ADD ("/preferences/use-what-the-server-says", test_use_what_the_server_says);
#undef ADD

  return gui_run ();
}
