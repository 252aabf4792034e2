/* test-settings.c: the schema, the properties over it, and the rules of the times
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <chat/tertulia-settings.h>

#include <math.h>

static const struct {
  const char       *key;
  TertuliaTimeouts  timeouts;  /* slow, keep-alive, disconnect; the server's three */
  const char       *rule;      /* words of it, or NULL where all is well */
} rules[] = {
  { "slow-after", { 13.3, 20, 30, 10, 30, 110 }, NULL },
  { "keep-alive-timeout", { 13.3, 20, 30, 10, 30, 110 }, NULL },
  { "disconnect-timeout", { 13.3, 20, 30, 10, 30, 110 }, NULL },
  { "server-keep-alive", { 13.3, 20, 30, 10, 30, 110 }, NULL },
  { "server-disconnect-timeout", { 13.3, 20, 30, 10, 30, 110 }, NULL },
  { "server-connection-timeout", { 13.3, 20, 30, 10, 30, 110 }, NULL },

  { "slow-after", { 20, 20, 30, 10, 30, 110 }, "before the keep-alive timeout" },
  { "slow-after", { 0, 20, 30, 10, 30, 110 }, "more than 0" },
  { "keep-alive-timeout", { 13.3, 13.3, 30, 10, 30, 110 }, "before the keep-alive timeout" },
  { "keep-alive-timeout", { 13.3, -1, 30, 10, 30, 110 }, "longer than 0" },
  { "disconnect-timeout", { 13.3, 20, 0, 10, 30, 110 }, "longer than 0" },
  { "disconnect-timeout", { 13.3, 20, 100000, 10, 30, 110 }, "at most a day" },
  { "slow-after", { NAN, 20, 30, 10, 30, 110 }, "a number" },
  { "disconnect-timeout", { 13.3, 20, INFINITY, 10, 30, 110 }, "a number" },

  { "server-keep-alive", { 13.3, 20, 30, 10.001, 30, 110 }, "at most a third" },
  { "server-keep-alive", { 13.3, 20, 30, 1.9, 30, 110 }, "at least 2" },
  { "server-keep-alive", { 13.3, 20, 30, 0, 30, 110 }, NULL },
  { "server-keep-alive", { 13.3, 20, 30, 2, 30, 110 }, NULL },
  { "server-disconnect-timeout", { 13.3, 20, 30, 10, 29.9, 110 }, "at most a third" },
  { "server-disconnect-timeout", { 13.3, 20, 30, 10, 5.9, 110 }, "at least 6" },
  { "server-disconnect-timeout", { 13.3, 20, 30, 2, 6, 110 }, NULL },
  { "server-connection-timeout", { 13.3, 20, 30, 10, 30, 0.5 }, "at least 1" },

  /* A row is not blamed for another one's mistake. */
  { "disconnect-timeout", { 40, 20, 30, 10, 30, 110 }, NULL },
  { "server-connection-timeout", { 13.3, 20, 30, 20, 30, 110 }, NULL },
};

static void
test_rules (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      const char *rule = tertulia_timeouts_check (&rules[i].timeouts, rules[i].key);

      g_test_message ("%zu: %s: %s", i, rules[i].key, rule != NULL ? rule : "good");
      if (rules[i].rule == NULL)
        g_assert_null (rule);
      else
        g_assert_nonnull (rule != NULL ? strstr (rule, rules[i].rule) : NULL);
    }
}

static void
notify_cb (GObject    *object,
           GParamSpec *pspec,
           gpointer    user_data)
{
  guint *n_notified = user_data;

  (*n_notified)++;
}

static void
test_properties (void)
{
  g_autoptr (TertuliaSettings) settings = tertulia_settings_new ();
  g_autoptr (TertuliaSettings) other = tertulia_settings_new ();
  g_autofree char *name = NULL;
  gboolean retry;
  double notify_after;
  guint n_notified = 0;

  g_object_get (settings, "name", &name, "retry", &retry, "notify-after", &notify_after, NULL);
  g_assert_cmpstr (name, ==, "");
  g_assert_true (retry);
  g_assert_cmpfloat (notify_after, ==, 60);

  g_signal_connect (other, "notify::name", G_CALLBACK (notify_cb), &n_notified);
  g_object_set (settings, "name", "Ana", "retry", FALSE, "notify-after", 0.5, NULL);
  while (n_notified == 0)
    g_main_context_iteration (NULL, TRUE);

  g_clear_pointer (&name, g_free);
  g_object_get (other, "name", &name, "retry", &retry, "notify-after", &notify_after, NULL);
  g_assert_cmpstr (name, ==, "Ana");
  g_assert_false (retry);
  g_assert_cmpfloat (notify_after, ==, 0.5);

  g_settings_reset (tertulia_settings_get_gsettings (settings), "name");
  g_settings_reset (tertulia_settings_get_gsettings (settings), "retry");
  g_settings_reset (tertulia_settings_get_gsettings (settings), "notify-after");
}

/* The defaults keep the rules that the user's values must keep. */
static void
test_defaults (void)
{
  g_autoptr (TertuliaSettings) settings = tertulia_settings_new ();
  TertuliaTimeouts timeouts;

  g_object_get (settings,
                "slow-after", &timeouts.slow_after,
                "keep-alive-timeout", &timeouts.keep_alive_timeout,
                "disconnect-timeout", &timeouts.disconnect_timeout,
                "server-keep-alive", &timeouts.server_keep_alive,
                "server-disconnect-timeout", &timeouts.server_disconnect_timeout,
                "server-connection-timeout", &timeouts.server_connection_timeout,
                NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++)
    g_assert_null (tertulia_timeouts_check (&timeouts, rules[i].key));
}

static void
test_finalized (void)
{
  g_assert_finalize_object (tertulia_settings_new ());
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/settings/rules", test_rules);
  g_test_add_func ("/settings/properties", test_properties);
  g_test_add_func ("/settings/defaults", test_defaults);
  g_test_add_func ("/settings/finalized", test_finalized);

  return g_test_run ();
}
