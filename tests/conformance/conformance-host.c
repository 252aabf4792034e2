/* conformance-host.c: what the official functional tests talk to
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib-unix.h>
#include <locale.h>
#include <string.h>
#include <sys/resource.h>

#include "host-parts.h"

/* In the order of their part, and of the first line. */
static const struct {
  const char   *name;
  HostPartFunc  make;
  gboolean      is_socket;   /* and named so */
} parts[] = {
  { "listening", host_classic_new },
  { "core", host_core_new },
  { "core2", host_core2_new },
  { "versions", host_versions_new },
  { "twin", host_twin_new },
  { "websocket-echo", host_socket_echo_new, TRUE },
};

static int ports[G_N_ELEMENTS (parts)];
static HostOptions host_options = { NULL, -1, -1, -1, FALSE, -1, -1, -1, FALSE, FALSE, -1 };

/* Seconds, with decimals; `off` is none. */
static gboolean
parse_seconds_cb (const char  *name,
                  const char  *value,
                  gpointer     data,
                  GError     **error)
{
  HostOptions *options = data;
  char *end;
  double seconds = g_ascii_strtod (value, &end);
  int milliseconds = g_str_equal (value, "off") ? 0 : (int) (seconds * 1000 + 0.5);

  if (milliseconds < 0 || (*end != '\0' && !g_str_equal (value, "off")))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "“%s” is no number of seconds", value);
      return FALSE;
    }

  if (g_str_equal (name, "--keepalive"))
    options->keep_alive_ms = milliseconds;
  else if (g_str_equal (name, "--disconnect"))
    options->disconnect_ms = milliseconds;
  else
    options->timeout_ms = milliseconds;

  return TRUE;
}

static gboolean
parse_stateful_cb (const char  *name,
                   const char  *value,
                   gpointer     data,
                   GError     **error)
{
  ((HostOptions *) data)->stateful = g_str_equal (value, "true");

  return TRUE;
}

static gboolean
parse (int      *argc,
       char   ***argv,
       GError  **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  GOptionGroup *group = g_option_group_new ("host", NULL, NULL, &host_options, NULL);
  const GOptionEntry entries[] = {
    { "port", 0, 0, G_OPTION_ARG_INT, &ports[0], "Port of part 1, classic", "N" },
    { "core-port", 0, 0, G_OPTION_ARG_INT, &ports[1], "Port of part 2, Core", "N" },
    { "core2-port", 0, 0, G_OPTION_ARG_INT, &ports[2], "Port of part 3.1, Core", "N" },
    { "versions-port", 0, 0, G_OPTION_ARG_INT, &ports[3], "Port of part 3.2, versions of Core", "N" },
    { "twin-port", 0, 0, G_OPTION_ARG_INT, &ports[4], "Port of part 4, both", "N" },
    { "web-root", 0, 0, G_OPTION_ARG_FILENAME, &host_options.web_root, "What part 1 serves besides", "DIR" },
    { "keepalive", 0, 0, G_OPTION_ARG_CALLBACK, parse_seconds_cb, "Keep-alive of part 4, classic", "S|off" },
    { "disconnect", 0, 0, G_OPTION_ARG_CALLBACK, parse_seconds_cb, "Its disconnect timeout", "S" },
    { "timeout", 0, 0, G_OPTION_ARG_CALLBACK, parse_seconds_cb, "Its connection timeout", "S" },
    { "detailed", 0, 0, G_OPTION_ARG_NONE, &host_options.detailed, "Its errors are detailed", NULL },
    { "keep-alive-ms", 0, 0, G_OPTION_ARG_INT, &host_options.ping_ms, "Ping interval of part 4, Core", "N" },
    { "close-on-expiry", 0, 0, G_OPTION_ARG_NONE, &host_options.close_on_expiry, "Whether it ends what has expired", NULL },
    { "handshake-timeout-ms", 0, 0, G_OPTION_ARG_INT, &host_options.handshake_ms, "Its time for handshakes", "N" },
    { "client-timeout-ms", 0, 0, G_OPTION_ARG_INT, &host_options.client_timeout_ms, "Its client timeout", "N" },
    { "stateful", 0, 0, G_OPTION_ARG_CALLBACK, parse_stateful_cb, "Whether it allows stateful reconnect", "true" },
    { "max-receive", 0, 0, G_OPTION_ARG_INT, &host_options.max_receive, "Its largest message", "BYTES" },
    { NULL },
  };

  g_option_group_add_entries (group, entries);
  g_option_context_set_main_group (context, group);

  return g_option_context_parse (context, argc, argv, error);
}

/* One line that tells where all are. */
static gboolean
listen_all (GPtrArray  *servers,
            GError    **error)
{
  g_autoptr (GString) line = g_string_new ("{");

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      SignalrServer *server = parts[i].make (&host_options, error);
      g_autofree char *address = NULL;

      if (server == NULL)
        return FALSE;
      g_ptr_array_add (servers, server);

      if (!signalr_server_listen (server, "127.0.0.1", ports[i], error))
        return FALSE;
      if (parts[i].is_socket)
        address = g_strconcat ("ws", signalr_server_get_uri (server) + strlen ("http"), "/", NULL);
      else
        address = g_strdup (signalr_server_get_uri (server));
      g_string_append_printf (line, "%s\"%s\":\"%s\"", i > 0 ? "," : "", parts[i].name, address);
    }

  g_string_append (line, "}");
  g_print ("%s\n", line->str);

  return TRUE;
}

static gboolean
quit_cb (gpointer loop)
{
  g_main_loop_quit (loop);

  return G_SOURCE_CONTINUE;
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GPtrArray) servers = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) error = NULL;
  struct rlimit limit;

  setlocale (LC_ALL, "");
  if (!parse (&argc, &argv, &error))
    {
      g_printerr ("conformance-host: %s\n", error->message);
      return 2;
    }

  /* Each client is a file. */
  if (getrlimit (RLIMIT_NOFILE, &limit) == 0)
    {
      limit.rlim_cur = limit.rlim_max;
      setrlimit (RLIMIT_NOFILE, &limit);
    }

  if (!listen_all (servers, &error))
    {
      g_printerr ("conformance-host: %s\n", error->message);
      return 1;
    }

  g_unix_signal_add (SIGINT, quit_cb, loop);
  g_unix_signal_add (SIGTERM, quit_cb, loop);
  g_main_loop_run (loop);

  return 0;
}
