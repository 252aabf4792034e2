/* tool-connect-options.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tool-connect-options.h"

#include <string.h>

static const char * const dialect_names[] = { "auto", "aspnet", "aspnetcore", NULL };
static const char * const encoding_names[] = { "json", "messagepack", NULL };

typedef enum {
  RETRY_NEVER,
  RETRY_DEFAULT,
  RETRY_FOREVER,
} Retry;

static const char * const retry_names[] = { "never", "default", "forever", NULL };

static gboolean
protocol_cb (const char  *option,
             const char  *value,
             gpointer     data,
             GError     **error)
{
  ToolConnectOptions *self = data;
  guint index;

  if (!tool_options_read_choice (option, value, dialect_names, &index, error))
    return FALSE;

  self->dialect = (SignalrDialect) index;

  return TRUE;
}

static gboolean
encoding_cb (const char  *option,
             const char  *value,
             gpointer     data,
             GError     **error)
{
  ToolConnectOptions *self = data;
  guint index;

  if (!tool_options_read_choice (option, value, encoding_names, &index, error))
    return FALSE;

  self->encoding = (SignalrEncoding) index;

  return TRUE;
}

static gboolean
transport_cb (const char  *option,
              const char  *value,
              gpointer     data,
              GError     **error)
{
  static const char * const names[] = {
    "webSockets", "serverSentEvents", "foreverFrame", "longPolling", NULL
  };
  ToolConnectOptions *self = data;
  guint index;

  if (!tool_options_read_choice (option, value, names, &index, error))
    return FALSE;

  g_ptr_array_add (self->transports, g_strdup (names[index]));

  return TRUE;
}

static gboolean
hub_cb (const char  *option,
        const char  *value,
        gpointer     data,
        GError     **error)
{
  ToolConnectOptions *self = data;
  char *hub = NULL;

  if (!tool_options_read_text (option, value, &hub, error))
    return FALSE;

  g_ptr_array_add (self->hubs, hub);

  return TRUE;
}

static gboolean
read_pair (const char  *option,
           const char  *value,
           char         separator,
           GPtrArray   *pairs,
           GError     **error)
{
  char *name;
  char *content;

  if (!tool_options_read_pair (option, value, separator, &name, &content, error))
    return FALSE;

  g_ptr_array_add (pairs, name);
  g_ptr_array_add (pairs, content);

  return TRUE;
}

/* A header's name is a token of RFC 9110; the space around its value is none. */
static gboolean
header_cb (const char  *option,
           const char  *value,
           gpointer     data,
           GError     **error)
{
  GPtrArray *headers = ((ToolConnectOptions *) data)->headers;
  const char *name;

  if (!read_pair (option, value, ':', headers, error))
    return FALSE;

  name = headers->pdata[headers->len - 2];
  g_strstrip (headers->pdata[headers->len - 1]);
  if (strspn (name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "!#$%&'*+-.^_`|~") == strlen (name))
    return TRUE;

  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               "%s: “%s” is no name of a header", option, name);

  return FALSE;
}

static gboolean
query_cb (const char  *option,
          const char  *value,
          gpointer     data,
          GError     **error)
{
  return read_pair (option, value, '=', ((ToolConnectOptions *) data)->query, error);
}

static gboolean
bearer_cb (const char  *option,
           const char  *value,
           gpointer     data,
           GError     **error)
{
  return tool_options_read_text (option, value, &((ToolConnectOptions *) data)->bearer, error);
}

static gboolean
stateful_cb (const char  *option,
             const char  *value,
             gpointer     data,
             GError     **error)
{
  ((ToolConnectOptions *) data)->stateful = TRUE;

  return TRUE;
}

static gboolean
skip_negotiation_cb (const char  *option,
                     const char  *value,
                     gpointer     data,
                     GError     **error)
{
  ((ToolConnectOptions *) data)->skip_negotiation = TRUE;

  return TRUE;
}

static gboolean
retry_cb (const char  *option,
          const char  *value,
          gpointer     data,
          GError     **error)
{
  return tool_options_read_choice (option, value, retry_names,
                                   &((ToolConnectOptions *) data)->retry, error);
}

static gboolean
retry_initial_cb (const char  *option,
                  const char  *value,
                  gpointer     data,
                  GError     **error)
{
  ((ToolConnectOptions *) data)->retry_initial = TRUE;

  return TRUE;
}

static gboolean
slow_after_cb (const char  *option,
               const char  *value,
               gpointer     data,
               GError     **error)
{
  return tool_options_read_seconds (option, value,
                                    &((ToolConnectOptions *) data)->slow_after, error);
}

static gboolean
timeout_cb (const char  *option,
            const char  *value,
            gpointer     data,
            GError     **error)
{
  return tool_options_read_seconds (option, value,
                                    &((ToolConnectOptions *) data)->keep_alive_timeout, error);
}

static gboolean
disconnect_timeout_cb (const char  *option,
                       const char  *value,
                       gpointer     data,
                       GError     **error)
{
  ToolConnectOptions *self = data;

  if (g_ascii_strcasecmp (value, "none") == 0)
    {
      self->disconnect_timeout = SIGNALR_TIMEOUT_NONE;
      return TRUE;
    }

  return tool_options_read_seconds (option, value, &self->disconnect_timeout, error);
}

static gboolean
ping_interval_cb (const char  *option,
                  const char  *value,
                  gpointer     data,
                  GError     **error)
{
  return tool_options_read_seconds (option, value,
                                    &((ToolConnectOptions *) data)->ping_interval, error);
}

static gboolean
max_message_size_cb (const char  *option,
                     const char  *value,
                     gpointer     data,
                     GError     **error)
{
  return tool_options_read_bytes (option, value,
                                  &((ToolConnectOptions *) data)->max_message_size, error);
}

static gboolean
tls_ca_cb (const char  *option,
           const char  *value,
           gpointer     data,
           GError     **error)
{
  ToolConnectOptions *self = data;
  g_autofree char *path = g_canonicalize_filename (value, NULL);
  g_autofree char *shown = g_filename_display_name (value);
  GTlsDatabase *trusted = g_tls_file_database_new (path, error);

  if (trusted == NULL)
    {
      g_prefix_error (error, "%s cannot use %s: ", option, shown);
      return FALSE;
    }

  g_clear_object (&self->trusted);
  self->trusted = trusted;

  return TRUE;
}

static const GOptionEntry entries[] = {
  TOOL_OPTION ("protocol", protocol_cb, "What to speak: auto, aspnet or aspnetcore", "NAME"),
  TOOL_OPTION ("transport", transport_cb, "What to speak over; may be repeated, tried in order", "NAME"),
  TOOL_OPTION ("hub", hub_cb, "A hub to use; may be repeated", "NAME"),
  TOOL_OPTION ("encoding", encoding_cb, "How to write: json or messagepack", "NAME"),
  TOOL_OPTION ("header", header_cb, "An HTTP header for every request; may be repeated", "'N: V'"),
  TOOL_OPTION ("query", query_cb, "A query parameter for every request; may be repeated", "N=V"),
  TOOL_OPTION ("bearer", bearer_cb, "The token to show to the server", "TOKEN"),
  TOOL_OPTION ("tls-ca", tls_ca_cb, "Who may vouch for the server, instead of the system's", "FILE"),
  TOOL_SWITCH ("stateful", stateful_cb, "Ask for stateful reconnect (ASP.NET Core)"),
  TOOL_SWITCH ("skip-negotiation", skip_negotiation_cb,
               "Open the WebSocket without asking first (ASP.NET Core)"),
  TOOL_OPTION ("retry", retry_cb, "Start again when disconnected: never, default or forever", "POLICY"),
  TOOL_SWITCH ("retry-initial", retry_initial_cb, "Retry a first start that fails, too"),
  TOOL_OPTION ("slow-after", slow_after_cb, "Silence after which the connection is slow", "S"),
  TOOL_OPTION ("timeout", timeout_cb, "Silence after which the transport is lost", "S"),
  TOOL_OPTION ("disconnect-timeout", disconnect_timeout_cb, "How long to try to reconnect, or none", "S"),
  TOOL_OPTION ("ping-interval", ping_interval_cb, "How often to ping (ASP.NET Core)", "S"),
  TOOL_OPTION ("max-message-size", max_message_size_cb, "How large a message of the server may be", "BYTES"),
  { NULL }
};

const ToolProgram tool_connect_program = {
  .name = "signalr-cli",
  .parameters = "connect URL",
  .summary = "Connects to a SignalR server, prints what happens and does what it is told,\n"
             "in one JSON object a line.",
  .entries = entries,
};

void
tool_connect_options_free (ToolConnectOptions *self)
{
  g_free (self->url);
  g_ptr_array_unref (self->transports);
  g_ptr_array_unref (self->hubs);
  g_ptr_array_unref (self->headers);
  g_ptr_array_unref (self->query);
  g_free (self->bearer);
  g_clear_object (&self->trusted);
  g_free (self);
}

ToolConnectOptions *
tool_connect_options_parse (int        argc,
                            char     **argv,
                            ToolExit  *status)
{
  g_autoptr (ToolConnectOptions) self = g_new0 (ToolConnectOptions, 1);
  g_auto (GStrv) arguments = NULL;

  self->transports = g_ptr_array_new_with_free_func (g_free);
  self->hubs = g_ptr_array_new_with_free_func (g_free);
  self->headers = g_ptr_array_new_with_free_func (g_free);
  self->query = g_ptr_array_new_with_free_func (g_free);
  self->retry = RETRY_DEFAULT;

  if (!tool_options_parse (&tool_connect_program, argc, argv, self, &arguments, status))
    return NULL;

  if (arguments[0] == NULL || g_ascii_strcasecmp (arguments[0], "connect") != 0)
    {
      *status = tool_options_refuse (&tool_connect_program, "The command is “connect”");
      return NULL;
    }
  if (g_strv_length (arguments) != 2 ||
      !tool_options_read_text ("connect", arguments[1], &self->url, NULL))
    {
      *status = tool_options_refuse (&tool_connect_program, "connect takes one address");
      return NULL;
    }
  return g_steal_pointer (&self);
}

static SignalrRetryPolicy *
make_policy (const ToolConnectOptions *self)
{
  SignalrRetryPolicy *policy;

  switch ((Retry) self->retry)
    {
    case RETRY_NEVER:
      policy = signalr_retry_policy_new_never ();
      break;

    case RETRY_FOREVER:
      policy = signalr_retry_policy_new_forever ();
      break;

    case RETRY_DEFAULT:
    default:
      policy = signalr_retry_policy_new_default ();
      break;
    }

  signalr_retry_policy_set_retry_initial (policy, self->retry_initial);

  return policy;
}

static GStrv
dup_strings (GPtrArray *strings)
{
  GStrv copy = g_new0 (char *, strings->len + 1);

  for (guint i = 0; i < strings->len; i++)
    copy[i] = g_strdup (strings->pdata[i]);

  return copy;
}

static SignalrConnection *
make_connection (const ToolConnectOptions *self)
{
  g_autoptr (SoupSession) session = NULL;

  if (self->trusted == NULL)
    return signalr_connection_new (self->url);

  session = soup_session_new ();
  soup_session_set_tls_database (session, self->trusted);

  return signalr_connection_new_with_session (self->url, session);
}

SignalrConnection *
tool_connect_options_apply (const ToolConnectOptions *self)
{
  g_autoptr (SignalrConnection) connection = make_connection (self);
  g_autoptr (SignalrRetryPolicy) policy = make_policy (self);
  g_auto (GStrv) transports = dup_strings (self->transports);

  signalr_connection_set_dialect (connection, self->dialect);
  signalr_connection_set_encoding (connection, self->encoding);
  signalr_connection_set_stateful_reconnect (connection, self->stateful);
  signalr_connection_set_skip_negotiation (connection, self->skip_negotiation);
  signalr_connection_set_retry_policy (connection, policy);
  if (*transports != NULL)
    signalr_connection_set_transports (connection, (const char * const *) transports);

  signalr_connection_set_slow_after (connection, self->slow_after);
  signalr_connection_set_keep_alive_timeout (connection, self->keep_alive_timeout);
  signalr_connection_set_disconnect_timeout (connection, self->disconnect_timeout);
  signalr_connection_set_ping_interval (connection, self->ping_interval);
  if (self->max_message_size != 0)
    signalr_connection_set_max_message_size (connection, self->max_message_size);

  for (guint i = 0; i < self->headers->len; i += 2)
    signalr_connection_set_header (connection, self->headers->pdata[i], self->headers->pdata[i + 1]);
  for (guint i = 0; i < self->query->len; i += 2)
    signalr_connection_set_query (connection, self->query->pdata[i], self->query->pdata[i + 1]);
  if (self->bearer != NULL)
    signalr_connection_set_access_token (connection, self->bearer);

  return g_steal_pointer (&connection);
}
