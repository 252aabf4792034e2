/* connection-settings.c: how an application wants a connection to be made
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "connection-private.h"

void
signalr_connection_settings_init (SignalrConnectionSettings *settings)
{
  settings->headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_REQUEST);
  settings->query = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  settings->max_message_size = SIGNALR_DEFAULT_MAX_MESSAGE_SIZE;
}

void
signalr_connection_settings_clear (SignalrConnectionSettings *settings)
{
  g_clear_pointer (&settings->url, g_free);
  g_clear_object (&settings->session);
  g_clear_pointer (&settings->transports, g_strfreev);
  g_clear_object (&settings->retry_policy);
  g_clear_pointer (&settings->headers, soup_message_headers_unref);
  g_clear_pointer (&settings->query, g_hash_table_unref);
  g_clear_pointer (&settings->access_token, g_free);
  if (settings->token_destroy != NULL)
    settings->token_destroy (settings->token_data);
  settings->token_destroy = NULL;
}

/**
 * signalr_connection_set_dialect: (set-property dialect)
 * @dialect: the generation of the protocol to speak, or auto
 *
 * Counts from the next start on.
 *
 * Since: 1.0
 */
void
signalr_connection_set_dialect (SignalrConnection *self,
                                SignalrDialect     dialect)
{
  g_return_if_fail (SIGNALR_IS_CONNECTION (self));

  if (self->settings.dialect == dialect)
    return;

  self->settings.dialect = dialect;
  signalr_connection_notify (self, SIGNALR_CONNECTION_PROP_DIALECT);
}

/**
 * signalr_connection_get_encoding: (get-property encoding)
 *
 * Gets how messages are encoded (ASP.NET Core only; classic is always JSON).
 *
 * Returns: how records are written
 *
 * Since: 1.0
 */
SignalrEncoding
signalr_connection_get_encoding (SignalrConnection *self)
{
  g_return_val_if_fail (SIGNALR_IS_CONNECTION (self), SIGNALR_ENCODING_JSON);

  return self->settings.encoding;
}

/**
 * signalr_connection_set_encoding: (set-property encoding)
 * @encoding: how to write records
 *
 * Counts from the next start on.
 *
 * Since: 1.0
 */
void
signalr_connection_set_encoding (SignalrConnection *self,
                                 SignalrEncoding    encoding)
{
  g_return_if_fail (SIGNALR_IS_CONNECTION (self));

  if (self->settings.encoding == encoding)
    return;

  self->settings.encoding = encoding;
  signalr_connection_notify (self, SIGNALR_CONNECTION_PROP_ENCODING);
}

/**
 * signalr_connection_get_transports: (get-property transports)
 *
 * Gets the transports that may be used.
 *
 * Returns: (transfer none) (nullable) (array zero-terminated=1): the names of
 *   the transports that may be used, in order; %NULL is all
 *
 * Since: 1.0
 */
const char * const *
signalr_connection_get_transports (SignalrConnection *self)
{
  g_return_val_if_fail (SIGNALR_IS_CONNECTION (self), NULL);

  return (const char * const *) self->settings.transports;
}

/**
 * signalr_connection_set_transports: (set-property transports)
 * @transports: (nullable) (array zero-terminated=1): names of transports, in any
 *   case and in the order in which to try them
 *
 * Counts from the next start on, which fails where a name is not known.
 *
 * Since: 1.0
 */
void
signalr_connection_set_transports (SignalrConnection  *self,
                                   const char * const *transports)
{
  GStrv copy;

  g_return_if_fail (SIGNALR_IS_CONNECTION (self));

  copy = g_strdupv ((char **) transports);
  g_strfreev (self->settings.transports);
  self->settings.transports = copy;
  signalr_connection_notify (self, SIGNALR_CONNECTION_PROP_TRANSPORTS);
}

/**
 * signalr_connection_get_retry_policy: (get-property retry-policy)
 *
 * Gets what decides on starts after a `disconnected`.
 *
 * Returns: (nullable) (transfer none): what decides whether and when a
 *   connection that ended is started again
 *
 * Since: 1.0
 */
SignalrRetryPolicy *
signalr_connection_get_retry_policy (SignalrConnection *self)
{
  g_return_val_if_fail (SIGNALR_IS_CONNECTION (self), NULL);

  return self->settings.retry_policy;
}

/**
 * signalr_connection_set_retry_policy: (set-property retry-policy)
 * @policy: (nullable): what decides whether and when a connection that ended is
 *   started again
 *
 * Counts from the next `disconnected` on.
 *
 * Since: 1.0
 */
void
signalr_connection_set_retry_policy (SignalrConnection  *self,
                                     SignalrRetryPolicy *policy)
{
  g_return_if_fail (SIGNALR_IS_CONNECTION (self));
  g_return_if_fail (policy == NULL || SIGNALR_IS_RETRY_POLICY (policy));

  if (g_set_object (&self->settings.retry_policy, policy))
    signalr_connection_notify (self, SIGNALR_CONNECTION_PROP_RETRY_POLICY);
}

static void
set_switch (SignalrConnection         *self,
            gboolean                  *field,
            gboolean                   value,
            SignalrConnectionProperty  property)
{
  value = !!value;
  if (*field == value)
    return;

  *field = value;
  signalr_connection_notify (self, property);
}

/**
 * signalr_connection_get_stateful_reconnect: (get-property stateful-reconnect)
 *
 * Gets whether a reconnect may keep the connection id.
 *
 * Returns: whether the server is asked to take a lost connection up again
 *
 * Since: 1.0
 */
gboolean
signalr_connection_get_stateful_reconnect (SignalrConnection *self)
{
  g_return_val_if_fail (SIGNALR_IS_CONNECTION (self), FALSE);

  return self->settings.stateful_reconnect;
}

/**
 * signalr_connection_set_stateful_reconnect: (set-property stateful-reconnect)
 * @stateful_reconnect: whether to ask the server to take a lost connection up again
 *
 * Counts from the next start on.
 *
 * Since: 1.0
 */
void
signalr_connection_set_stateful_reconnect (SignalrConnection *self,
                                           gboolean           stateful_reconnect)
{
  g_return_if_fail (SIGNALR_IS_CONNECTION (self));

  set_switch (self, &self->settings.stateful_reconnect, stateful_reconnect,
              SIGNALR_CONNECTION_PROP_STATEFUL_RECONNECT);
}

/**
 * signalr_connection_get_skip_negotiation: (get-property skip-negotiation)
 *
 * Gets whether there is no negotiation.
 *
 * Returns: whether the WebSocket is opened without asking the server first
 *
 * Since: 1.0
 */
gboolean
signalr_connection_get_skip_negotiation (SignalrConnection *self)
{
  g_return_val_if_fail (SIGNALR_IS_CONNECTION (self), FALSE);

  return self->settings.skip_negotiation;
}

/**
 * signalr_connection_set_skip_negotiation: (set-property skip-negotiation)
 * @skip_negotiation: whether to open the WebSocket without asking the server first
 *
 * Counts from the next start on.
 *
 * Since: 1.0
 */
void
signalr_connection_set_skip_negotiation (SignalrConnection *self,
                                         gboolean           skip_negotiation)
{
  g_return_if_fail (SIGNALR_IS_CONNECTION (self));

  set_switch (self, &self->settings.skip_negotiation, skip_negotiation,
              SIGNALR_CONNECTION_PROP_SKIP_NEGOTIATION);
}

/**
 * signalr_connection_set_header:
 * @name: the name of an HTTP header
 * @value: (nullable): its value; %NULL takes it away
 *
 * Sends a header with every request, WebSocket upgrades included. Counts from
 * the next request on.
 *
 * Since: 1.0
 */
void
signalr_connection_set_header (SignalrConnection *self,
                               const char        *name,
                               const char        *value)
{
  g_return_if_fail (SIGNALR_IS_CONNECTION (self));
  g_return_if_fail (name != NULL);

  if (value != NULL)
    soup_message_headers_replace (self->settings.headers, name, value);
  else
    soup_message_headers_remove (self->settings.headers, name);
}

/**
 * signalr_connection_set_query:
 * @name: the name of a query parameter, not encoded
 * @value: (nullable): its value, not encoded; %NULL takes it away
 *
 * Sends a query parameter with every request. Counts from the next request on.
 * The protocol's own parameters win over one of the same name.
 *
 * Since: 1.0
 */
void
signalr_connection_set_query (SignalrConnection *self,
                              const char        *name,
                              const char        *value)
{
  g_return_if_fail (SIGNALR_IS_CONNECTION (self));
  g_return_if_fail (name != NULL);

  if (value != NULL)
    g_hash_table_replace (self->settings.query, g_strdup (name), g_strdup (value));
  else
    g_hash_table_remove (self->settings.query, name);
}

/**
 * signalr_connection_set_access_token:
 * @token: (nullable): a bearer token; %NULL takes it away
 *
 * Sends a token with every request as `Authorization: Bearer`. Counts from the
 * next request on. The token is never logged.
 *
 * Since: 1.0
 */
void
signalr_connection_set_access_token (SignalrConnection *self,
                                     const char        *token)
{
  char *copy;

  g_return_if_fail (SIGNALR_IS_CONNECTION (self));

  copy = g_strdup (token);
  g_free (self->settings.access_token);
  self->settings.access_token = copy;
}

/**
 * signalr_connection_set_token_func:
 * @func: (nullable) (scope notified) (closure user_data) (destroy destroy): asked
 *   for a bearer token; %NULL takes it away
 * @user_data: for @func
 * @destroy: (nullable): frees @user_data
 *
 * Gets an access token whenever one is needed: for each attempt to connect or to
 * reconnect, and once more where the server refuses the one it was given (401).
 *
 * It takes the place of [method@Connection.set_access_token]. @func is called on
 * the main context of the connection, and may answer later.
 *
 * Since: 1.0
 */
void
signalr_connection_set_token_func (SignalrConnection *self,
                                   SignalrTokenFunc   func,
                                   gpointer           user_data,
                                   GDestroyNotify     destroy)
{
  GDestroyNotify old_destroy;
  gpointer old_data;

  g_return_if_fail (SIGNALR_IS_CONNECTION (self));

  old_destroy = self->settings.token_destroy;
  old_data = self->settings.token_data;
  self->settings.token_func = func;
  self->settings.token_data = user_data;
  self->settings.token_destroy = destroy;
  if (old_destroy != NULL)
    old_destroy (old_data);
}

/**
 * signalr_connection_get_max_message_size: (get-property max-message-size)
 *
 * Gets how large a message of the server may be.
 *
 * Returns: bytes
 *
 * Since: 1.0
 */
guint
signalr_connection_get_max_message_size (SignalrConnection *self)
{
  g_return_val_if_fail (SIGNALR_IS_CONNECTION (self), 0);

  return self->settings.max_message_size;
}

/**
 * signalr_connection_set_max_message_size: (set-property max-message-size)
 * @bytes: more than 0
 *
 * Sets how large a message of the server may be. It counts from the next transport
 * connection on.
 *
 * Since: 1.0
 */
void
signalr_connection_set_max_message_size (SignalrConnection *self,
                                         guint              bytes)
{
  g_return_if_fail (SIGNALR_IS_CONNECTION (self));
  g_return_if_fail (bytes > 0);

  if (self->settings.max_message_size == bytes)
    return;

  self->settings.max_message_size = bytes;
  signalr_connection_notify (self, SIGNALR_CONNECTION_PROP_MAX_MESSAGE_SIZE);
}
