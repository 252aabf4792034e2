/* test-usage.c: how the tools are called, and that their man pages say so
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "program.h"

#include <signal.h>

static const char * const names[] = { "signalr-cli", "signalr-link", "tertulia-server" };

/* What a program prints that is no JSON, and its exit code. */
static char *
run_from (const char *folder,
          const char *name,
          const char *option)
{
  g_autofree char *path = g_build_filename (g_getenv ("TERTULIA_BUILD_DIR"), "src", folder, name, NULL);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  char *text;

  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, path, option, NULL);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &text, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 0);

  return text;
}

static char *
run (const char *name,
     const char *option)
{
  return run_from ("tools", name, option);
}

static void
test_version (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *text = run (names[i], "--version");

      g_assert_true (g_str_has_prefix (text, names[i]));
      g_assert_true (g_regex_match_simple ("^[a-z-]+ [0-9]+\\.[0-9]+\\.[0-9]+\n$", text, 0, 0));
    }
}

static int
compare (gconstpointer a,
         gconstpointer b)
{
  return strcmp (*(const char * const *) a, *(const char * const *) b);
}

/* What @pattern finds in each line, sorted, in one line. */
static char *
find_all (const char *text,
          const char *pattern)
{
  g_autoptr (GRegex) regex = g_regex_new (pattern, G_REGEX_MULTILINE, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);

  g_assert_nonnull (regex);
  g_regex_match (regex, text, 0, &match);
  for (; g_match_info_matches (match); g_match_info_next (match, NULL))
    g_ptr_array_add (found, g_match_info_fetch (match, 1));

  g_ptr_array_sort (found, compare);
  g_ptr_array_add (found, NULL);

  return g_strjoinv (" ", (char **) found->pdata);
}

/* An option of the man page is the heading of a paragraph. */
static void
check_man_page (const char *name,
                const char *help)
{
  g_autofree char *page_name = g_strconcat (name, ".1", NULL);
  g_autofree char *page_path = g_test_build_filename (G_TEST_DIST, "..", "data", "man", page_name, NULL);
  g_autofree char *helped = find_all (help, "^  (?:-[a-z], )?--([a-z-]+)");
  g_autofree char *page = NULL;
  g_autofree char *described = NULL;
  g_autoptr (GString) plain = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (page_path, &page, NULL, &error);
  g_assert_no_error (error);

  described = find_all (page, "^\\.TP\n\\.(?:BI|BR|B) (?:\\\\-h \", \" |\"\\\\-[a-z], )?\\\\-\\\\-((?:[a-z]|\\\\-)+)");
  plain = g_string_new (described);
  g_string_replace (plain, "\\-", "-", 0);
  g_assert_cmpstr (plain->str, ==, helped);
  g_assert_nonnull (strstr (helped, "help"));
}

static void
test_man_pages (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *help = run (names[i], "--help");

      check_man_page (names[i], help);
    }
}

static void
test_man_page_of_application (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("TERTULIA_BUILD_DIR"), "src", "app", "tertulia", NULL);
  g_autofree char *help = NULL;

  if (!g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
    {
      g_test_skip ("The application is not built");
      return;
    }

  help = run_from ("app", "tertulia", "--help");
  check_man_page ("tertulia", help);
}

/* The options that the systemd unit names. */
static void
test_unit (void)
{
  g_autofree char *help = run ("tertulia-server", "--help");
  g_autofree char *helped = find_all (help, "^  (?:-[a-z], )?--([a-z-]+)");
  g_autofree char *path = g_build_filename (g_getenv ("TERTULIA_BUILD_DIR"), "src", "tools",
                                            "tertulia-server.service", NULL);
  g_autofree char *unit = NULL;
  g_autofree char *named = NULL;
  g_auto (GStrv) options = g_strsplit (helped, " ", -1);
  g_auto (GStrv) used = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &unit, NULL, &error);
  g_assert_no_error (error);
  g_assert_null (strstr (unit, "@bindir@"));

  named = find_all (unit, " --([a-z-]+)");
  used = g_strsplit (named, " ", -1);
  g_assert_cmpuint (g_strv_length (used), >=, 2);
  for (gsize i = 0; used[i] != NULL; i++)
    g_assert_true (g_strv_contains ((const char * const *) options, used[i]));
}

static void
test_bad_options (void)
{
  static const char * const bad[][8] = {
    { "signalr-cli", NULL },
    { "signalr-cli", "connect", NULL },
    { "signalr-cli", "nonsense", "http://127.0.0.1/", NULL },
    { "signalr-cli", "connect", "http://127.0.0.1/", "http://127.0.0.1/", NULL },
    { "signalr-cli", "connect", "http://127.0.0.1/", "--nonsense", NULL },
    { "signalr-cli", "connect", "http://127.0.0.1/", "--timeout", NULL },
    { "signalr-cli", "connect", "http://127.0.0.1/", "--timeout", "none", NULL },
    { "signalr-cli", "connect", "http://127.0.0.1/", "--timeout", "0", NULL },
    { "signalr-cli", "connect", "http://127.0.0.1/", "--protocol", "smtp", NULL },
    { "signalr-cli", "connect", "http://127.0.0.1/", "--transport", "pigeon", NULL },
    { "signalr-cli", "connect", "http://127.0.0.1/", "--encoding", "xml", NULL },
    { "signalr-cli", "connect", "http://127.0.0.1/", "--retry", "sometimes", NULL },
    { "signalr-cli", "connect", "http://127.0.0.1/", "--header", "nonsense", NULL },
    { "signalr-cli", "connect", "http://127.0.0.1/", "--header", "N: a\r\nB: c", NULL },
    { "signalr-cli", "connect", "http://127.0.0.1/", "--header", "a b: c", NULL },
    { "signalr-cli", "connect", "http://127.0.0.1/", "--query", "=v", NULL },
    { "signalr-cli", "connect", "http://127.0.0.1/", "--tls-ca", "/nowhere", NULL },
    { "signalr-link", NULL },
    { "signalr-link", "--listen", "0", NULL },
    { "signalr-link", "--to", "127.0.0.1:1", NULL },
    { "signalr-link", "--listen", "65536", "--to", "127.0.0.1:1", NULL },
    { "signalr-link", "--listen", "0", "--to", "127.0.0.1", NULL },
    { "signalr-link", "--listen", "0", "--to", "127.0.0.1:1", "more", NULL },
    { "tertulia-server", "more", NULL },
    { "tertulia-server", "--port", "-1", NULL },
    { "tertulia-server", "--keep-alive", "1", NULL },
    { "tertulia-server", "--disconnect-timeout", "5", NULL },
    { "tertulia-server", "--keep-alive", "11", NULL },
    { "tertulia-server", "--late-clients", "shoot", NULL },
    { "tertulia-server", "--token", "nonsense", NULL },
    { "tertulia-server", "--token", "Ana=", NULL },
    { "tertulia-server", "--token", "Ana=one", "--token", "Luis=one", NULL },
    { "tertulia-server", "--tls-key", "alone", NULL },
    { "tertulia-server", "--listen", "example.org", NULL },
    { "tertulia-server", "--allow-origin", "example.org", NULL },
    { "tertulia-server", "--allow-origin", "https://example.org/chat", NULL },
    { "tertulia-server", "--allow-origin", "https://", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (Program) program = program_startv (bad[i][0], bad[i] + 1);
      g_autofree char *prefix = g_strconcat (bad[i][0], ": ", NULL);

      g_assert_cmpint (program_wait_end (program), ==, 2);
      g_assert_true (g_str_has_prefix (program_get_errors (program), prefix));
    }
}

static void
test_link (void)
{
  g_autoptr (Program) link = program_start ("signalr-link", "--to=localhost:1", "--listen=0", NULL);
  g_autofree char *port = NULL;
  g_autoptr (Program) second = NULL;
  const char *modes[] = { "SLOW", "silent", "gone", "reset", "good" };
  JsonObject *event;

  port = g_strdup_printf ("%" G_GINT64_FORMAT, program_wait_port (link));
  g_assert_cmpstr (port, !=, "0");

  for (gsize i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      program_do (link, "{\"do\":\"SET\",\"mode\":\"%s\",\"latency\":0.5,\"rate\":1000}", modes[i]);
      event = program_expect (link, "mode");
      g_assert_cmpint (g_ascii_strcasecmp (event_string (event, "mode"), modes[i]), ==, 0);
    }

  program_do (link, "{\"do\":\"set\",\"mode\":\"bad\"}");
  program_expect (link, "error");
  program_do (link, "{\"do\":\"set\"}");
  program_expect (link, "error");
  program_do (link, "{\"do\":\"set\",\"mode\":\"slow\",\"latency\":-1}");
  program_expect (link, "error");
  program_do (link, "{\"do\":\"set\",\"mode\":\"slow\",\"latency\":\"long\"}");
  program_expect (link, "error");
  program_do (link, "{\"do\":\"get\"}");
  program_expect (link, "error");
  program_do (link, "nonsense");
  program_expect (link, "error");

  second = program_start ("signalr-link", "--to", "localhost:1", "--listen", port, NULL);
  g_assert_cmpint (program_wait_end (second), ==, 1);
  g_assert_nonnull (strstr (program_get_errors (second), port));

  /* It goes on without input. */
  program_end_input (link);
  g_clear_pointer (&second, program_free);
  second = program_start ("signalr-link", "--to", "localhost:1", "--listen", port, NULL);
  g_assert_cmpint (program_wait_end (second), ==, 1);

  program_signal (link, SIGTERM);
  g_assert_cmpint (program_wait_end (link), ==, 0);
}

static void
test_bad_commands (void)
{
  g_autoptr (Program) server = program_start ("tertulia-server", NULL);
  g_autoptr (Program) client = program_start ("signalr-cli", "connect", "http://127.0.0.1:1/",
                                              "--retry", "forever", "--retry-initial", NULL);
  const char *bad[] = {
    "nonsense", "{}", "{\"do\":\"nonsense\"}",
    "{\"do\":\"invoke\",\"id\":\"1\",\"method\":\"Send\"}",
    "{\"do\":\"invoke\",\"id\":\"1\",\"hub\":\"chatHub\"}",
    "{\"do\":\"invoke\",\"id\":\"1\",\"hub\":7,\"method\":\"Send\"}",
    "{\"do\":\"invoke\",\"id\":\"1\",\"hub\":\"chatHub\",\"method\":\"Send\",\"args\":{}}",
    "{\"do\":\"send\"}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      program_do (client, "%s", bad[i]);
      program_wait (client, "error");
    }

  program_wait_address (server);
  program_do (server, "{\"do\":\"stop\"}");
  program_expect (server, "error");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/tools/usage/version", test_version);
  g_test_add_func ("/tools/usage/man-pages", test_man_pages);
  g_test_add_func ("/tools/usage/man-page-of-application", test_man_page_of_application);
  g_test_add_func ("/tools/usage/unit", test_unit);
  g_test_add_func ("/tools/usage/bad-options", test_bad_options);
  g_test_add_func ("/tools/usage/link", test_link);
  g_test_add_func ("/tools/usage/bad-commands", test_bad_commands);

  return g_test_run ();
}
