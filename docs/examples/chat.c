/* chat.c URL NAME: a chat in C
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <signalr.h>
#include <locale.h>

static const char *name;
static GMainLoop *loop;

static void
heard (SignalrHubProxy *hub, const char *method, JsonNode *args)
{
  JsonArray *words = json_node_get_array (args);

  g_print ("%s: %s\n", json_array_get_string_element (words, 0),
           json_array_get_string_element (words, 1));
}

static gboolean
typed (GIOChannel *keyboard, GIOCondition condition, gpointer hub)
{
  g_autoptr (JsonNode) args = json_node_new (JSON_NODE_ARRAY);
  g_autofree char *line = NULL;
  JsonArray *words = json_array_new ();

  json_node_take_array (args, words);

  if (g_io_channel_read_line (keyboard, &line, NULL, NULL, NULL) != G_IO_STATUS_NORMAL) {
    g_main_loop_quit (loop);
    return G_SOURCE_REMOVE;
  }
  json_array_add_string_element (words, name);
  json_array_add_string_element (words, g_strchomp (line));
  signalr_hub_proxy_send (hub, "SendMessage", args, NULL);
  return G_SOURCE_CONTINUE;
}

static void
started (GObject *connection, GAsyncResult *result, gpointer hub)
{
  g_autoptr (GIOChannel) keyboard = g_io_channel_unix_new (0);
  g_autoptr (GError) error = NULL;

  if (!signalr_connection_start_finish (SIGNALR_CONNECTION (connection), result, &error))
    g_error ("%s", error->message);
  g_io_add_watch (keyboard, G_IO_IN | G_IO_HUP, typed, hub);
}

int
main (int argc, char **argv)
{
  g_autoptr (SignalrConnection) connection = signalr_connection_new (argv[1]);
  SignalrHubProxy *hub = signalr_connection_get_hub (connection, "ChatHub");

  setlocale (LC_ALL, "");
  name = argv[2];
  loop = g_main_loop_new (NULL, FALSE);
  g_signal_connect (hub, "invocation::receivemessage", G_CALLBACK (heard), NULL);
  signalr_connection_start_async (connection, NULL, started, hub);
  g_main_loop_run (loop);
  g_main_loop_unref (loop);
  return 0;
}
