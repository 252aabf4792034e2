/* tool-server.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tool-server.h"

#include <chat/server/tertulia-chat-hub.h>
#include <gio/gunixinputstream.h>
#include <glib-unix.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tool-lines.h"
#include "tool-server-options.h"

#define HUB_NAME "ChatHub"

typedef struct {
  ToolLines     *lines;
  SignalrServer *server;
  GMainLoop     *loop;
  gboolean       ending;
} ToolServer;

/* Each client is a file: as many as the system lets us have. */
static void
raise_file_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) == 0)
    {
      limit.rlim_cur = limit.rlim_max;
      setrlimit (RLIMIT_NOFILE, &limit);
    }
}

static ToolRecord *
client_event_new (const char    *event,
                  SignalrCaller *caller)
{
  ToolRecord *record = tool_record_new_event (event);
  SignalrTransport transport = signalr_caller_get_transport (caller);

  tool_record_add_string (record, "id", signalr_caller_get_connection_id (caller));
  tool_record_add_string (record, "hub", HUB_NAME);
  tool_record_add_string (record, "transport", signalr_transport_to_string (transport));

  return record;
}

static void
client_connected_cb (TertuliaChatHub *hub,
                     SignalrCaller   *caller,
                     gpointer         user_data)
{
  ToolServer *self = user_data;

  tool_lines_write (self->lines, client_event_new ("connected", caller));
}

static void
client_reconnected_cb (TertuliaChatHub *hub,
                       SignalrCaller   *caller,
                       gpointer         user_data)
{
  ToolServer *self = user_data;

  tool_lines_write (self->lines, client_event_new ("reconnected", caller));
}

static void
client_disconnected_cb (TertuliaChatHub *hub,
                        SignalrCaller   *caller,
                        gboolean         stop_called,
                        gpointer         user_data)
{
  ToolServer *self = user_data;
  ToolRecord *record = client_event_new ("disconnected", caller);

  tool_record_add_boolean (record, "stopCalled", stop_called);
  tool_lines_write (self->lines, record);
}

static void
redis_changed_cb (SignalrServer *server,
                  gboolean       up,
                  const GError  *error,
                  gpointer       user_data)
{
  ToolServer *self = user_data;
  ToolRecord *record = tool_record_new_event ("redis");

  tool_record_add_string (record, "state", up ? "up" : "down");
  if (error != NULL)
    tool_record_add_string (record, "error", error->message);
  tool_lines_write (self->lines, record);
}

static void
command_cb (ToolLines  *lines,
            const char *name,
            JsonObject *command,
            gpointer    user_data)
{
  tool_lines_write_error (lines, "There is no command “%s”: a signal ends the server", name);
}

static void
shutdown_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  ToolServer *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!signalr_server_shutdown_finish (SIGNALR_SERVER (source), result, &error))
    tool_say (&tool_server_program, error->message);
  g_main_loop_quit (self->loop);
}

/* A second signal does not wait for the clients to be told. */
static gboolean
signal_cb (gpointer user_data)
{
  ToolServer *self = user_data;

  if (self->ending)
    g_main_loop_quit (self->loop);
  else
    signalr_server_shutdown_async (self->server, NULL, shutdown_cb, self);
  self->ending = TRUE;

  return G_SOURCE_CONTINUE;
}

static TertuliaChatHub *
make_hub (ToolServer               *self,
          const ToolServerOptions  *options,
          GError                  **error)
{
  g_autoptr (TertuliaChatHub) hub = tertulia_chat_hub_new (options->history, error);

  if (hub == NULL || (options->redis != NULL && !tertulia_chat_hub_share (hub, error)) ||
      !tertulia_chat_hub_serve (hub, self->server, error))
    return NULL;

  g_signal_connect (hub, "client-connected", G_CALLBACK (client_connected_cb), self);
  g_signal_connect (hub, "client-reconnected", G_CALLBACK (client_reconnected_cb), self);
  g_signal_connect (hub, "client-disconnected", G_CALLBACK (client_disconnected_cb), self);

  return g_steal_pointer (&hub);
}

/* Until a signal ends it; the end of its input does not, which a service has
 * none of.
 */
static void
run (ToolServer *self)
{
  ToolRecord *record = tool_record_new ();

  self->loop = g_main_loop_new (NULL, FALSE);
  g_signal_connect (self->lines, "command", G_CALLBACK (command_cb), self);
  g_unix_signal_add (SIGINT, signal_cb, self);
  g_unix_signal_add (SIGTERM, signal_cb, self);

  /* In the background of a terminal there are no commands to be had. */
  signal (SIGTTIN, SIG_IGN);
  tool_record_add_string (record, "listening", signalr_server_get_uri (self->server));
  tool_lines_write (self->lines, record);
  tool_lines_listen (self->lines);
  g_main_loop_run (self->loop);

  g_clear_pointer (&self->loop, g_main_loop_unref);
}

ToolExit
tool_server_main (int    argc,
                  char **argv)
{
  ToolExit status;
  g_autoptr (ToolServerOptions) options = tool_server_options_parse (argc, argv, &status);
  g_autoptr (GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (ToolLines) lines = tool_lines_new (input, STDOUT_FILENO, FALSE);
  g_autoptr (SignalrServer) server = NULL;
  g_autoptr (TertuliaChatHub) hub = NULL;
  g_autoptr (GError) error = NULL;
  ToolServer self = { .lines = lines };

  if (options == NULL)
    return status;

  tool_lines_set_limit (lines, TOOL_LINES_LIMIT);
  raise_file_limit ();
  self.server = server = signalr_server_new ();
  g_signal_connect (server, "redis-changed", G_CALLBACK (redis_changed_cb), &self);
  if (!tool_server_options_apply_times (options, server, &error) ||
      (options->redis != NULL && !signalr_server_set_redis (server, options->redis, &error)))
    return tool_options_refuse (&tool_server_program, "%s", error->message);

  if (!tool_server_options_apply_access (options, server, &error) ||
      (hub = make_hub (&self, options, &error)) == NULL ||
      !signalr_server_listen (server, options->address, options->port, &error))
    {
      tool_say (&tool_server_program, error->message);
      return TOOL_EXIT_FAILED;
    }

  run (&self);

  g_signal_handlers_disconnect_by_data (hub, &self);
  g_signal_handlers_disconnect_by_data (lines, &self);
  g_signal_handlers_disconnect_by_data (server, &self);

  return TOOL_EXIT_DONE;
}
