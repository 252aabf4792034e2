/* tool-link.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tool-link.h"

#include <gio/gunixinputstream.h>
#include <glib-unix.h>
#include <link/link-simulator.h>
#include <math.h>
#include <signal.h>
#include <unistd.h>

#include "tool-lines.h"

#define DEFAULT_LATENCY 5.0   /* s */

typedef struct {
  gboolean  has_port;
  guint16   port;
  char     *host;             /* to whom */
  guint16   to;
} ToolLinkOptions;

typedef struct {
  ToolLines     *lines;
  LinkSimulator *link;
  GMainLoop     *loop;
} ToolLink;

static gboolean
listen_cb (const char  *option,
           const char  *value,
           gpointer     data,
           GError     **error)
{
  ToolLinkOptions *self = data;

  self->has_port = TRUE;

  return tool_options_read_port (option, value, &self->port, error);
}

static gboolean
to_cb (const char  *option,
       const char  *value,
       gpointer     data,
       GError     **error)
{
  ToolLinkOptions *self = data;
  g_autoptr (GSocketConnectable) address = g_network_address_parse (value, 0, error);
  guint16 port;

  if (address == NULL)
    {
      g_prefix_error (error, "%s: ", option);
      return FALSE;
    }

  port = g_network_address_get_port (G_NETWORK_ADDRESS (address));
  if (port == 0)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "%s takes a host and a port with “:” between them", option);
      return FALSE;
    }

  g_free (self->host);
  self->host = g_strdup (g_network_address_get_hostname (G_NETWORK_ADDRESS (address)));
  self->to = port;

  return TRUE;
}

static const GOptionEntry entries[] = {
  TOOL_OPTION ("listen", listen_cb, "The port to listen on, at 127.0.0.1; 0 is any", "PORT"),
  TOOL_OPTION ("to", to_cb, "Where to pass on what comes", "HOST:PORT"),
  { NULL }
};

static const ToolProgram program = {
  .name = "signalr-link",
  .parameters = NULL,
  .summary = "Passes TCP connections on, as well or badly as it is told,\n"
             "in one JSON object a line.",
  .entries = entries,
};

static void
opened_cb (LinkSimulator *link,
           guint          n,
           gpointer       user_data)
{
  ToolLink *self = user_data;
  ToolRecord *record = tool_record_new_event ("opened");

  tool_record_add_integer (record, "n", n);
  tool_lines_write (self->lines, record);
}

static void
closed_cb (LinkSimulator *link,
           guint          n,
           const char    *by,
           gpointer       user_data)
{
  ToolLink *self = user_data;
  ToolRecord *record = tool_record_new_event ("closed");

  tool_record_add_integer (record, "n", n);
  tool_record_add_string (record, "by", by);
  tool_lines_write (self->lines, record);
}

static GEnumValue *
find_mode (const char *name)
{
  g_autoptr (GEnumClass) modes = g_type_class_ref (LINK_TYPE_MODE);

  for (guint i = 0; name != NULL && i < modes->n_values; i++)
    {
      if (g_ascii_strcasecmp (modes->values[i].value_nick, name) == 0)
        return &modes->values[i];
    }

  return NULL;
}

static void
set (ToolLink   *self,
     JsonObject *command)
{
  g_autoptr (GError) error = NULL;
  const char *name = NULL;
  double latency = DEFAULT_LATENCY;
  double rate = 0;
  GEnumValue *mode;
  ToolRecord *record;

  if (!tool_command_read_string (command, "mode", &name, &error) ||
      !tool_command_read_number (command, "latency", &latency, &error) ||
      !tool_command_read_number (command, "rate", &rate, &error))
    {
      tool_lines_write_error (self->lines, "%s", error->message);
      return;
    }

  mode = find_mode (name);
  if (mode == NULL)
    {
      tool_lines_write_error (self->lines, "“mode” is good, slow, silent, reset or gone");
      return;
    }
  if (!(latency >= 0 && latency <= G_MAXUINT / 1000) || !(rate >= 0 && rate <= G_MAXUINT))
    {
      tool_lines_write_error (self->lines, "“latency” is seconds and “rate” bytes a second");
      return;
    }

  link_simulator_set_latency (self->link, (guint) round (latency * 1000));
  link_simulator_set_rate (self->link, (guint) rate);
  link_simulator_set_mode (self->link, mode->value);

  record = tool_record_new_event ("mode");
  tool_record_add_string (record, "mode", mode->value_nick);
  tool_lines_write (self->lines, record);
}

static void
command_cb (ToolLines  *lines,
            const char *name,
            JsonObject *command,
            gpointer    user_data)
{
  if (g_str_equal (name, "set"))
    set (user_data, command);
  else
    tool_lines_write_error (lines, "There is no command “%s”", name);
}

static void
unheard_cb (ToolLines *lines,
            gpointer   user_data)
{
  g_main_loop_quit (((ToolLink *) user_data)->loop);
}

static gboolean
signal_cb (gpointer user_data)
{
  g_main_loop_quit (((ToolLink *) user_data)->loop);

  return G_SOURCE_CONTINUE;
}

static void
run (ToolLink *self)
{
  g_autoptr (GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  ToolRecord *record = tool_record_new ();

  self->loop = g_main_loop_new (NULL, FALSE);
  self->lines = tool_lines_new (input, STDOUT_FILENO, FALSE);
  /* What is passed on does not wait for who reads about it. */
  tool_lines_set_limit (self->lines, TOOL_LINES_LIMIT);
  g_signal_connect (self->lines, "command", G_CALLBACK (command_cb), self);
  g_signal_connect (self->lines, "unheard", G_CALLBACK (unheard_cb), self);
  g_signal_connect (self->link, "opened", G_CALLBACK (opened_cb), self);
  g_signal_connect (self->link, "closed", G_CALLBACK (closed_cb), self);
  g_unix_signal_add (SIGINT, signal_cb, self);
  g_unix_signal_add (SIGTERM, signal_cb, self);

  tool_record_add_integer (record, "listening", link_simulator_get_port (self->link));
  tool_lines_write (self->lines, record);
  tool_lines_listen (self->lines);
  g_main_loop_run (self->loop);

  g_signal_handlers_disconnect_by_data (self->lines, self);
  g_clear_object (&self->lines);
  g_clear_pointer (&self->loop, g_main_loop_unref);
}

/* Passes on until a signal ends it. The end of its input does not: whoever runs
 * it in the background has none to give.
 */
ToolExit
tool_link_main (int    argc,
                char **argv)
{
  ToolLinkOptions options = { 0 };
  g_auto (GStrv) arguments = NULL;
  g_autofree char *host = NULL;
  g_autoptr (LinkSimulator) link = NULL;
  g_autoptr (GError) error = NULL;
  gboolean parsed;
  ToolExit status;

  parsed = tool_options_parse (&program, argc, argv, &options, &arguments, &status);
  host = options.host;
  if (!parsed)
    return status;
  if (arguments[0] != NULL)
    return tool_options_refuse (&program, "There is nothing to do with “%s”", arguments[0]);
  if (!options.has_port || host == NULL)
    return tool_options_refuse (&program, "Both --listen and --to must be given");

  link = link_simulator_new (host, options.to);
  if (!link_simulator_listen (link, options.port, &error))
    {
      g_prefix_error (&error, "Port %u cannot be had: ", options.port);
      tool_say (&program, error->message);
      return TOOL_EXIT_FAILED;
    }

  run (&(ToolLink) { .link = link });

  return TOOL_EXIT_DONE;
}
