/* tool-server-options.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tool-server-options.h"

#include "tool-certificate.h"

#define DEFAULT_ADDRESS "127.0.0.1"

static gboolean
listen_cb (const char  *option,
           const char  *value,
           gpointer     data,
           GError     **error)
{
  ToolServerOptions *self = data;
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string (value, 0);

  if (address == NULL && g_ascii_strcasecmp (value, "localhost") != 0)
    return tool_options_refuse_value (option, value, "an IP address", error);

  g_free (self->address);
  self->address = address != NULL ? g_strdup (value) : g_strdup ("localhost");

  return TRUE;
}

static gboolean
port_cb (const char  *option,
         const char  *value,
         gpointer     data,
         GError     **error)
{
  return tool_options_read_port (option, value, &((ToolServerOptions *) data)->port, error);
}

/* The name of a file is bytes. */
static gboolean
read_file (const char *value,
           char      **file)
{
  g_free (*file);
  *file = g_strdup (value);

  return TRUE;
}

static gboolean
history_cb (const char  *option,
            const char  *value,
            gpointer     data,
            GError     **error)
{
  return read_file (value, &((ToolServerOptions *) data)->history);
}

static gboolean
key_cb (const char  *option,
        const char  *value,
        gpointer     data,
        GError     **error)
{
  return read_file (value, &((ToolServerOptions *) data)->key);
}

static gboolean
tls_certificate_cb (const char  *option,
                    const char  *value,
                    gpointer     data,
                    GError     **error)
{
  return read_file (value, &((ToolServerOptions *) data)->tls_certificate);
}

static gboolean
tls_key_cb (const char  *option,
            const char  *value,
            gpointer     data,
            GError     **error)
{
  return read_file (value, &((ToolServerOptions *) data)->tls_key);
}

static gboolean
keep_alive_cb (const char  *option,
               const char  *value,
               gpointer     data,
               GError     **error)
{
  ToolServerOptions *self = data;

  self->no_keep_alive = g_ascii_strcasecmp (value, "none") == 0;
  self->keep_alive = 0;

  return self->no_keep_alive ||
         tool_options_read_seconds (option, value, &self->keep_alive, error);
}

static gboolean
disconnect_timeout_cb (const char  *option,
                       const char  *value,
                       gpointer     data,
                       GError     **error)
{
  return tool_options_read_seconds (option, value,
                                    &((ToolServerOptions *) data)->disconnect_timeout, error);
}

static gboolean
connection_timeout_cb (const char  *option,
                       const char  *value,
                       gpointer     data,
                       GError     **error)
{
  return tool_options_read_seconds (option, value,
                                    &((ToolServerOptions *) data)->connection_timeout, error);
}

static gboolean
late_clients_cb (const char  *option,
                 const char  *value,
                 gpointer     data,
                 GError     **error)
{
  static const char * const choices[] = { "tell", "admit", NULL };
  guint index;

  if (!tool_options_read_choice (option, value, choices, &index, error))
    return FALSE;

  ((ToolServerOptions *) data)->admit_late_clients = index == 1;

  return TRUE;
}

static gboolean
redis_cb (const char  *option,
          const char  *value,
          gpointer     data,
          GError     **error)
{
  return tool_options_read_text (option, value, &((ToolServerOptions *) data)->redis, error);
}

static gboolean
token_cb (const char  *option,
          const char  *value,
          gpointer     data,
          GError     **error)
{
  ToolServerOptions *self = data;
  g_autofree char *name = NULL;
  g_autofree char *token = NULL;
  const char *other;

  if (!tool_options_read_pair (option, value, '=', &name, &token, error))
    return FALSE;

  /* It would let in whoever shows nothing. */
  if (*token == '\0')
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "%s takes a value that is not empty for “%s”", option, name);
      return FALSE;
    }

  other = g_hash_table_lookup (self->tokens, token);
  if (other != NULL && !g_str_equal (other, name))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "%s cannot have the same value for “%s” and “%s”: nobody could tell them apart",
                   option, other, name);
      return FALSE;
    }

  g_hash_table_replace (self->tokens, g_steal_pointer (&token), g_steal_pointer (&name));

  return TRUE;
}

/* As browsers write it, who compare letter by letter: (transfer full) (nullable) */
static char *
canonicalize_origin (const char *value)
{
  g_autofree char *scheme = NULL;
  g_autofree char *user = NULL;
  g_autofree char *host = NULL;
  g_autofree char *path = NULL;
  g_autofree char *query = NULL;
  g_autofree char *fragment = NULL;
  g_autofree char *lower = g_ascii_strdown (value, -1);
  char *origin;
  int port;

  if (g_str_equal (value, "*"))
    return g_strdup (value);

  if (!g_uri_split (lower, G_URI_FLAGS_SCHEME_NORMALIZE, &scheme, &user, &host, &port,
                    &path, &query, &fragment, NULL) ||
      scheme == NULL || host == NULL || *host == '\0' || user != NULL || query != NULL || fragment != NULL ||
      strlen (path) > strlen ("/"))
    return NULL;

  /* Which gives it a path. */
  origin = g_uri_join (G_URI_FLAGS_SCHEME_NORMALIZE, scheme, NULL, host, port, "", NULL, NULL);
  if (g_str_has_suffix (origin, "/"))
    origin[strlen (origin) - 1] = '\0';

  return origin;
}

static gboolean
allow_origin_cb (const char  *option,
                 const char  *value,
                 gpointer     data,
                 GError     **error)
{
  char *origin = canonicalize_origin (value);

  if (origin == NULL)
    return tool_options_refuse_value (option, value, "an origin, such as https://example.org, or *", error);

  g_ptr_array_add (((ToolServerOptions *) data)->origins, origin);

  return TRUE;
}

static const GOptionEntry entries[] = {
  TOOL_OPTION ("listen", listen_cb, "The address to listen on (127.0.0.1)", "ADDRESS"),
  TOOL_OPTION ("port", port_cb, "The port to listen on; 0, the default, is any", "N"),
  TOOL_OPTION ("history", history_cb, "Where to keep what was said; else in memory", "FILE"),
  TOOL_OPTION ("key", key_cb, "Where the key for tokens is, made if missing", "FILE"),
  TOOL_OPTION ("keep-alive", keep_alive_cb, "How often to tell idle clients that it lives, or none", "S"),
  TOOL_OPTION ("disconnect-timeout", disconnect_timeout_cb, "How long to wait for a lost client", "S"),
  TOOL_OPTION ("connection-timeout", connection_timeout_cb, "How long a poll may wait", "S"),
  TOOL_OPTION ("late-clients", late_clients_cb, "Tell clients that are back too late, or admit them", "WHAT"),
  TOOL_OPTION ("redis", redis_cb, "The Redis behind which several servers are one chat", "URL"),
  TOOL_OPTION ("token", token_cb, "Admit who shows VALUE, as NAME; may be repeated", "NAME=VALUE"),
  TOOL_OPTION ("tls-certificate", tls_certificate_cb, "The certificate to serve https with", "FILE"),
  TOOL_OPTION ("tls-key", tls_key_cb, "The private key of the certificate", "FILE"),
  TOOL_OPTION ("allow-origin", allow_origin_cb, "A web page's origin to admit; may be repeated", "ORIGIN"),
  { NULL }
};

const ToolProgram tool_server_program = {
  .name = "tertulia-server",
  .parameters = NULL,
  .summary = "Serves Tertulia's chat to SignalR clients of both generations, and prints\n"
             "who comes and goes, in one JSON object a line.",
  .entries = entries,
};

void
tool_server_options_free (ToolServerOptions *self)
{
  g_free (self->address);
  g_free (self->history);
  g_free (self->key);
  g_free (self->redis);
  g_hash_table_unref (self->tokens);
  g_free (self->tls_certificate);
  g_free (self->tls_key);
  g_ptr_array_unref (self->origins);
  g_free (self);
}

static char *
default_key (void)
{
  return g_build_filename (g_get_user_state_dir (), "tertulia", "server.key", NULL);
}

ToolServerOptions *
tool_server_options_parse (int        argc,
                           char     **argv,
                           ToolExit  *status)
{
  g_autoptr (ToolServerOptions) self = g_new0 (ToolServerOptions, 1);
  g_auto (GStrv) arguments = NULL;

  self->address = g_strdup (DEFAULT_ADDRESS);
  self->key = default_key ();
  self->tokens = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->origins = g_ptr_array_new_with_free_func (g_free);

  if (!tool_options_parse (&tool_server_program, argc, argv, self, &arguments, status))
    return NULL;

  if (arguments[0] != NULL)
    {
      *status = tool_options_refuse (&tool_server_program, "There is nothing to do with “%s”",
                                     arguments[0]);
      return NULL;
    }
  if ((self->tls_certificate == NULL) != (self->tls_key == NULL))
    {
      *status = tool_options_refuse (&tool_server_program,
                                     "--tls-certificate and --tls-key go together");
      return NULL;
    }
  return g_steal_pointer (&self);
}

/* All tokens are compared, in full, so that the time it takes tells nothing. */
static gboolean
is_same_token (const char *one,
               const char *other)
{
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, one, -1);
  g_autofree char *wanted = g_compute_checksum_for_string (G_CHECKSUM_SHA256, other, -1);
  guint different = 0;

  for (gsize i = 0; digest[i] != '\0'; i++)
    different |= (guint) (digest[i] ^ wanted[i]);

  return different == 0;
}

static gboolean
authenticate_cb (SignalrServer      *server,
                 SoupServerMessage  *request,
                 const char         *token,
                 gpointer            user_data,
                 char              **user)
{
  GHashTable *tokens = user_data;
  const char *found = NULL;
  GHashTableIter iter;
  gpointer value;
  gpointer name;

  g_hash_table_iter_init (&iter, tokens);
  while (token != NULL && g_hash_table_iter_next (&iter, &value, &name))
    {
      if (is_same_token (token, value))
        found = name;
    }

  if (found != NULL && user != NULL)
    *user = g_strdup (found);

  return found != NULL;
}

/* The disconnect timeout first: setting it sets the keep-alive as well. */
gboolean
tool_server_options_apply_times (const ToolServerOptions  *self,
                                 SignalrServer            *server,
                                 GError                  **error)
{
  if (self->disconnect_timeout > 0 &&
      (!signalr_server_set_disconnect_timeout (server, self->disconnect_timeout, error) ||
       !signalr_server_set_client_timeout (server, self->disconnect_timeout, error)))
    return FALSE;

  if (self->no_keep_alive && !signalr_server_set_keep_alive (server, 0, error))
    return FALSE;
  if (self->keep_alive > 0 &&
      (!signalr_server_set_keep_alive (server, self->keep_alive, error) ||
       !signalr_server_set_ping_interval (server, self->keep_alive, error)))
    return FALSE;

  return self->connection_timeout == 0 ||
         signalr_server_set_connection_timeout (server, self->connection_timeout, error);
}

static gboolean
apply_tls (const ToolServerOptions  *self,
           SignalrServer            *server,
           GError                  **error)
{
  g_autoptr (GTlsCertificate) certificate = NULL;

  if (self->tls_certificate == NULL)
    return TRUE;

  certificate = tool_certificate_load (self->tls_certificate, self->tls_key, error);

  return certificate != NULL && signalr_server_set_tls_certificate (server, certificate, error);
}

gboolean
tool_server_options_apply_access (const ToolServerOptions  *self,
                                  SignalrServer            *server,
                                  GError                  **error)
{
  if (!signalr_server_set_key_file (server, self->key, error) || !apply_tls (self, server, error))
    return FALSE;

  if (g_hash_table_size (self->tokens) > 0 &&
      !signalr_server_set_authenticate_func (server, authenticate_cb,
                                             g_hash_table_ref (self->tokens),
                                             (GDestroyNotify) g_hash_table_unref, error))
    return FALSE;

  if (self->origins->len > 0)
    {
      g_autofree const char **origins = g_new0 (const char *, self->origins->len + 1);

      for (guint i = 0; i < self->origins->len; i++)
        origins[i] = self->origins->pdata[i];
      if (!signalr_server_set_allowed_origins (server, origins, error))
        return FALSE;
    }

  return signalr_server_set_admit_late_clients (server, self->admit_late_clients, error);
}
