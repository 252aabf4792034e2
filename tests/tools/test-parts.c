/* test-parts.c: what the tools share
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tool-lines.h"
#include "tool-connect-options.h"
#include "tool-server-options.h"

#include <glib-unix.h>
#include <unistd.h>

/* Lines between a tool and a test that is its user. */
typedef struct {
  GInputStream *to_tool;
  int           from_tool;
  int           tool_output;
  ToolLines    *lines;
  GPtrArray    *commands;    /* char*: their names */
  gboolean      ended;
  gboolean      unheard;
} Talk;

static void
command_cb (ToolLines  *lines,
            const char *name,
            JsonObject *command,
            gpointer    user_data)
{
  g_ptr_array_add (((Talk *) user_data)->commands, g_strdup (name));
}

static void
ended_cb (ToolLines *lines,
          gpointer   user_data)
{
  ((Talk *) user_data)->ended = TRUE;
}

static void
unheard_cb (ToolLines *lines,
            gpointer   user_data)
{
  ((Talk *) user_data)->unheard = TRUE;
}

static void
talk_set_up (Talk          *talk,
             gconstpointer  timed)
{
  g_autoptr (GError) error = NULL;
  int output[2];

  g_unix_open_pipe (output, FD_CLOEXEC, &error);
  g_assert_no_error (error);
  talk->from_tool = output[0];
  talk->tool_output = output[1];

  talk->to_tool = g_memory_input_stream_new ();
  talk->commands = g_ptr_array_new_with_free_func (g_free);
  talk->lines = tool_lines_new (talk->to_tool, talk->tool_output, timed != NULL);
  g_signal_connect (talk->lines, "command", G_CALLBACK (command_cb), talk);
  g_signal_connect (talk->lines, "ended", G_CALLBACK (ended_cb), talk);
  g_signal_connect (talk->lines, "unheard", G_CALLBACK (unheard_cb), talk);
}

static void
talk_tear_down (Talk          *talk,
                gconstpointer  timed)
{
  if (talk->from_tool >= 0)
    close (talk->from_tool);
  close (talk->tool_output);
  g_object_unref (talk->to_tool);
  g_ptr_array_unref (talk->commands);
  g_assert_finalize_object (talk->lines);
}

/* All of its input, to the end. */
static void
talk_say (Talk       *talk,
          const char *text,
          gssize      length)
{
  gsize size = length < 0 ? strlen (text) : (gsize) length;

  g_memory_input_stream_add_data (G_MEMORY_INPUT_STREAM (talk->to_tool), g_memdup2 (text, size), size,
                                  g_free);
  tool_lines_listen (talk->lines);
  while (!talk->ended)
    g_main_context_iteration (NULL, TRUE);
}

/* Everything it has said by now. */
static char *
talk_hear (Talk *talk)
{
  g_autoptr (GString) heard = g_string_new (NULL);
  char buffer[4096];
  gssize length;

  g_unix_set_fd_nonblocking (talk->from_tool, TRUE, NULL);
  while ((length = read (talk->from_tool, buffer, sizeof buffer)) > 0)
    g_string_append_len (heard, buffer, length);

  return g_string_free (g_steal_pointer (&heard), FALSE);
}

static void
test_record (Talk          *talk,
             gconstpointer  timed)
{
  g_autofree char *heard = NULL;
  g_autoptr (JsonNode) number = json_node_init_double (json_node_alloc (), 0.1);
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "It \"broke\"\n");
  ToolRecord *record = tool_record_new_event ("test");

  tool_record_add_string (record, "text", "¿\"\\?\x01");
  tool_record_add_string (record, "bytes", "a\xff");
  tool_record_add_string (record, "nothing", NULL);
  tool_record_add_integer (record, "n", G_MAXINT64);
  tool_record_add_boolean (record, "yes", TRUE);
  tool_record_add_seconds (record, "in", 1234567);
  tool_record_add_node (record, "number", number);
  tool_record_add_node (record, "none", NULL);
  tool_record_add_error (record, NULL);
  tool_record_add_error (record, error);
  tool_lines_write (talk->lines, record);

  heard = talk_hear (talk);
  g_assert_cmpstr (heard, ==,
                   "{\"event\":\"test\",\"text\":\"¿\\\"\\\\?\\u0001\",\"bytes\":\"a\xef\xbf\xbd\","
                   "\"nothing\":null,\"n\":9223372036854775807,\"yes\":true,\"in\":1.235,"
                   "\"number\":0.1,\"none\":null,\"error\":\"It \\\"broke\\\"\\n\"}\n");
}

static void
test_timed (Talk          *talk,
            gconstpointer  timed)
{
  g_autofree char *heard = NULL;

  tool_lines_write (talk->lines, tool_record_new_event ("now"));
  heard = talk_hear (talk);
  g_assert_true (g_regex_match_simple ("^\\{\"t\":[0-9]+\\.[0-9]{3},\"event\":\"now\"\\}\n$", heard, 0, 0));
}

static void
test_commands (Talk          *talk,
               gconstpointer  timed)
{
  g_autofree char *heard = NULL;

  /* The last one without a newline, one with that of other systems, and none. */
  talk_say (talk, "{\"do\":\"One\"}\n{\"id\":1,\"do\":\"TWO\"}\r\n\n  \n{\"do\":\"three\"}", -1);
  g_assert_cmpuint (talk->commands->len, ==, 3);
  g_assert_cmpstr (talk->commands->pdata[0], ==, "one");
  g_assert_cmpstr (talk->commands->pdata[1], ==, "two");
  g_assert_cmpstr (talk->commands->pdata[2], ==, "three");
  heard = talk_hear (talk);
  g_assert_cmpstr (heard, ==, "");
}

static void
test_bad_commands (Talk          *talk,
                   gconstpointer  timed)
{
  static const char bad[] =
    "nonsense\n[]\n\"text\"\n{}\n{\"do\":1}\n{\"do\":\"a\"} {\"do\":\"b\"}\n{\"do\":\"a\\u0000b\"}\n"
    "{\"do\":\"c\",\"args\":[1e999]}\n\xff\n{\"do\":\"good\"}\n";
  g_autofree char *heard = NULL;
  g_auto (GStrv) lines = NULL;

  talk_say (talk, bad, -1);
  g_assert_cmpuint (talk->commands->len, ==, 1);
  g_assert_cmpstr (talk->commands->pdata[0], ==, "good");

  heard = talk_hear (talk);
  lines = g_strsplit (heard, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 9 + 1);
  for (gsize i = 0; i < 9; i++)
    g_assert_true (g_str_has_prefix (lines[i], "{\"event\":\"error\",\"error\":\""));
}

static void
test_long_command (Talk          *talk,
                   gconstpointer  timed)
{
  g_autoptr (GString) text = g_string_new ("{\"do\":\"");
  g_autofree char *heard = NULL;

  for (guint i = 0; i < 5 * 1024; i++)
    g_string_append_printf (text, "%01024d", 0);
  g_string_append (text, "\"}\n{\"do\":\"good\"}\n");

  talk_say (talk, text->str, text->len);
  g_assert_cmpuint (talk->commands->len, ==, 1);
  g_assert_cmpstr (talk->commands->pdata[0], ==, "good");
  heard = talk_hear (talk);
  g_assert_cmpstr (heard, ==, "{\"event\":\"error\",\"error\":\"A command is longer than 4194304 bytes\"}\n");
}

/* 100,000 levels deep. */
static void
test_deep_command (Talk          *talk,
                   gconstpointer  timed)
{
  g_autofree char *deep = g_strnfill (100000, '[');
  g_autofree char *text = g_strconcat ("{\"do\":\"a\",\"args\":", deep, "\n{\"do\":\"good\"}\n", NULL);

  talk_say (talk, text, -1);
  g_assert_cmpuint (talk->commands->len, ==, 1);
}

static void
test_unheard (Talk          *talk,
              gconstpointer  timed)
{
  close (talk->from_tool);
  talk->from_tool = -1;

  tool_lines_write (talk->lines, tool_record_new_event ("one"));
  tool_lines_write (talk->lines, tool_record_new_event ("two"));
  g_assert_false (talk->unheard);
  while (!talk->unheard)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_members (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = signalr_node_parse ("{\"s\":\"a\",\"n\":1.5,\"i\":2,\"a\":[1]}", -1, &error);
  JsonObject *command = json_node_get_object (node);
  const char *text = "as it was";
  double number = 7;
  JsonNode *array = NULL;

  g_assert_true (tool_command_read_string (command, "absent", &text, &error));
  g_assert_cmpstr (text, ==, "as it was");
  g_assert_true (tool_command_read_string (command, "s", &text, &error));
  g_assert_cmpstr (text, ==, "a");
  g_assert_true (tool_command_read_number (command, "n", &number, &error));
  g_assert_cmpfloat (number, ==, 1.5);
  g_assert_true (tool_command_read_number (command, "i", &number, &error));
  g_assert_cmpfloat (number, ==, 2);
  g_assert_true (tool_command_read_array (command, "a", &array, &error));
  g_assert_nonnull (array);
  g_assert_no_error (error);

  g_assert_false (tool_command_read_string (command, "n", &text, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_assert_cmpstr (error->message, ==, "“n” of a command is a string");
  g_clear_error (&error);
  g_assert_false (tool_command_read_number (command, "s", &number, &error));
  g_clear_error (&error);
  g_assert_false (tool_command_read_array (command, "s", &array, &error));
}

static void
test_seconds (void)
{
  static const struct {
    const char *text;
    guint       milliseconds;
  } good[] = {
    { "1", 1000 }, { "0.001", 1 }, { "2.5", 2500 }, { ".5", 500 }, { "4294967", 4294967000u },
  };
  const char *bad[] = { "", "0", "-1", "+1", "1s", "1,5", "nan", "inf", "0x10", "1e3", "4294968", " 1", "1 " };
  guint milliseconds;

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (tool_options_read_seconds ("--s", good[i].text, &milliseconds, &error));
      g_assert_cmpuint (milliseconds, ==, good[i].milliseconds);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (tool_options_read_seconds ("--s", bad[i], &milliseconds, &error));
      g_assert_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
      g_assert_nonnull (strstr (error->message, "--s takes seconds"));
    }
}

static void
test_connect_options (void)
{
  const char *good[] = {
    "signalr-cli", "--timeout", "2.5", "connect", "--hub=a", "http://127.0.0.1:1/x", "--hub", "b",
    "--protocol", "AspNet", "--transport", "LONGPOLLING", "--transport", "websockets",
    "--header", "X-One:  1:2 ", "--query", "a=b=c", "--disconnect-timeout", "None",
    "--retry", "FOREVER", "--retry-initial", "--bearer", "secret", "--slow-after", "1", "--ping-interval", "3",
    "--max-message-size", "70000",
  };
  ToolExit status = TOOL_EXIT_DONE;
  g_autoptr (ToolConnectOptions) options = NULL;
  g_autoptr (SignalrConnection) connection = NULL;
  const char * const *transports;

  options = tool_connect_options_parse (G_N_ELEMENTS (good), (char **) good, &status);
  g_assert_nonnull (options);
  g_assert_cmpuint (options->hubs->len, ==, 2);
  g_assert_cmpstr (options->headers->pdata[0], ==, "X-One");
  g_assert_cmpstr (options->headers->pdata[1], ==, "1:2");
  g_assert_cmpstr (options->query->pdata[0], ==, "a");
  g_assert_cmpstr (options->query->pdata[1], ==, "b=c");

  connection = tool_connect_options_apply (options);
  g_assert_cmpstr (signalr_connection_get_url (connection), ==, "http://127.0.0.1:1/x");
  g_assert_cmpint (signalr_connection_get_dialect (connection), ==, SIGNALR_DIALECT_ASPNET);
  g_assert_cmpuint (signalr_connection_get_keep_alive_timeout (connection), ==, 2500);
  g_assert_cmpuint (signalr_connection_get_slow_after (connection), ==, 1000);
  g_assert_cmpuint (signalr_connection_get_max_message_size (connection), ==, 70000);
  g_assert_cmpuint (signalr_connection_get_disconnect_timeout (connection), ==, SIGNALR_TIMEOUT_NONE);
  g_assert_true (signalr_retry_policy_get_retry_initial (signalr_connection_get_retry_policy (connection)));
  transports = signalr_connection_get_transports (connection);
  g_assert_cmpstr (transports[0], ==, "longPolling");
  g_assert_cmpstr (transports[1], ==, "webSockets");
  g_assert_null (transports[2]);
}

static void
test_server_options (void)
{
  const char *good[] = {
    "tertulia-server", "--keep-alive", "2", "--token", "Ana=one", "--token", "Luis=two=2",
    "--disconnect-timeout", "6", "--late-clients", "ADMIT", "--port", "0", "--allow-origin", "http://a",
    "--allow-origin", "HTTPS://B.example:443/", "--allow-origin", "*", "--connection-timeout", "20",
  };
  const char *wrong[] = { "tertulia-server", "--keep-alive", "9", "--disconnect-timeout", "6" };
  ToolExit status = TOOL_EXIT_DONE;
  g_autoptr (ToolServerOptions) options = NULL;
  g_autoptr (SignalrServer) server = signalr_server_new ();
  g_autoptr (GError) error = NULL;

  /* The order of the options does not matter. */
  options = tool_server_options_parse (G_N_ELEMENTS (good), (char **) good, &status);
  g_assert_nonnull (options);
  g_assert_cmpstr (options->address, ==, "127.0.0.1");
  g_assert_true (g_str_has_suffix (options->key, "/tertulia/server.key"));
  g_assert_cmpstr (g_hash_table_lookup (options->tokens, "two=2"), ==, "Luis");
  g_assert_cmpuint (options->origins->len, ==, 3);
  g_assert_cmpstr (options->origins->pdata[0], ==, "http://a");
  g_assert_cmpstr (options->origins->pdata[1], ==, "https://b.example");
  g_assert_cmpstr (options->origins->pdata[2], ==, "*");
  g_assert_true (options->admit_late_clients);
  g_assert_true (tool_server_options_apply_times (options, server, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (signalr_server_get_disconnect_timeout (server), ==, 6000);
  g_assert_cmpuint (signalr_server_get_keep_alive (server), ==, 2000);
  g_assert_cmpuint (signalr_server_get_connection_timeout (server), ==, 20000);
  g_clear_pointer (&options, tool_server_options_free);

  options = tool_server_options_parse (G_N_ELEMENTS (wrong), (char **) wrong, &status);
  g_assert_nonnull (options);
  g_assert_false (tool_server_options_apply_times (options, server, &error));
  g_assert_nonnull (error);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

#define ADD(name, timed, test) \
  g_test_add ("/tools/" name, Talk, timed, talk_set_up, test, talk_tear_down)

  ADD ("record", NULL, test_record);
  ADD ("lines/timed", "timed", test_timed);
  ADD ("lines/commands", NULL, test_commands);
  ADD ("lines/bad-commands", NULL, test_bad_commands);
  ADD ("lines/long-command", NULL, test_long_command);
  ADD ("lines/deep-command", NULL, test_deep_command);
  ADD ("lines/unheard", NULL, test_unheard);
  g_test_add_func ("/tools/lines/members", test_members);
  g_test_add_func ("/tools/options/seconds", test_seconds);
  g_test_add_func ("/tools/options/connect", test_connect_options);
  g_test_add_func ("/tools/options/server", test_server_options);

  return g_test_run ();
}
