/* signalr-server-settings.c: what is set before a server listens
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "signalr-server-private.h"

#include "server-key-private.h"
#include "server-request-private.h"

/**
 * signalr_server_set_disconnect_timeout:
 * @milliseconds: at least 6,000
 *
 * How long a SignalR connection outlives the loss of its transport (classic;
 * 30 seconds). Sets keep-alive to a third of it.
 *
 * Returns: %FALSE where a rule forbids it, or it is too late
 *
 * Since: 1.0
 */
gboolean
signalr_server_set_disconnect_timeout (SignalrServer  *self,
                                       guint           milliseconds,
                                       GError        **error)
{
  g_return_val_if_fail (SIGNALR_IS_SERVER (self), FALSE);

  return signalr_server_is_open (self, error) &&
         signalr_server_times_set_disconnect_timeout (&self->host->times, milliseconds, error);
}

/**
 * signalr_server_get_disconnect_timeout:
 *
 * How long a classic SignalR connection outlives the loss of its transport (see
 * signalr_server_set_disconnect_timeout ()).
 *
 * Returns: in milliseconds; 0 is none
 *
 * Since: 1.0
 */
guint
signalr_server_get_disconnect_timeout (SignalrServer *self)
{
  g_return_val_if_fail (SIGNALR_IS_SERVER (self), 0);

  return self->host->times.disconnect_timeout / 1000;
}

/**
 * signalr_server_set_keep_alive:
 * @milliseconds: at least 2,000 and at most a third of the disconnect timeout; or
 *   0, which turns it off
 *
 * How long a transport connection may be idle before the server sends something
 * (classic; 10 seconds). To be set after the disconnect timeout, which overwrites
 * it. Clients call the connection slow after four thirds of it, and lost after
 * twice it.
 *
 * Returns: %FALSE where a rule forbids it, or it is too late
 *
 * Since: 1.0
 */
gboolean
signalr_server_set_keep_alive (SignalrServer  *self,
                               guint           milliseconds,
                               GError        **error)
{
  g_return_val_if_fail (SIGNALR_IS_SERVER (self), FALSE);

  return signalr_server_is_open (self, error) &&
         signalr_server_times_set_keep_alive (&self->host->times, milliseconds, error);
}

/**
 * signalr_server_get_keep_alive:
 *
 * How long a classic transport connection may be idle (see
 * signalr_server_set_keep_alive ()).
 *
 * Returns: in milliseconds; 0 is none
 *
 * Since: 1.0
 */
guint
signalr_server_get_keep_alive (SignalrServer *self)
{
  g_return_val_if_fail (SIGNALR_IS_SERVER (self), 0);

  return self->host->times.keep_alive / 1000;
}

/**
 * signalr_server_set_connection_timeout:
 * @milliseconds: more than 0
 *
 * How long a transport connection is held open that waits for an answer: a poll;
 * where keep-alive is off, any (classic; 110 seconds).
 *
 * Returns: %FALSE where a rule forbids it, or it is too late
 *
 * Since: 1.0
 */
gboolean
signalr_server_set_connection_timeout (SignalrServer  *self,
                                       guint           milliseconds,
                                       GError        **error)
{
  g_return_val_if_fail (SIGNALR_IS_SERVER (self), FALSE);

  return signalr_server_is_open (self, error) &&
         signalr_server_times_set_positive (&self->host->times.connection_timeout, "connection timeout", milliseconds, error);
}

/**
 * signalr_server_get_connection_timeout:
 *
 * How long a classic transport connection is held open that waits for an answer (see
 * signalr_server_set_connection_timeout ()).
 *
 * Returns: in milliseconds; 0 is none
 *
 * Since: 1.0
 */
guint
signalr_server_get_connection_timeout (SignalrServer *self)
{
  g_return_val_if_fail (SIGNALR_IS_SERVER (self), 0);

  return self->host->times.connection_timeout / 1000;
}

/**
 * signalr_server_set_ping_interval:
 * @milliseconds: more than 0
 *
 * How long a transport connection may be idle before the server sends a ping
 * (ASP.NET Core; 15 seconds). Clients give up after their server timeout, by
 * default 30 seconds: this has to be well below it.
 *
 * Returns: %FALSE where a rule forbids it, or it is too late
 *
 * Since: 1.0
 */
gboolean
signalr_server_set_ping_interval (SignalrServer  *self,
                                  guint           milliseconds,
                                  GError        **error)
{
  g_return_val_if_fail (SIGNALR_IS_SERVER (self), FALSE);

  return signalr_server_is_open (self, error) &&
         signalr_server_times_set_positive (&self->host->times.ping_interval, "ping interval", milliseconds, error);
}

/**
 * signalr_server_set_client_timeout:
 * @milliseconds: more than 0
 *
 * How long a client that sends pings may be silent before the server ends its
 * connection (ASP.NET Core; 30 seconds).
 *
 * Returns: %FALSE where a rule forbids it, or it is too late
 *
 * Since: 1.0
 */
gboolean
signalr_server_set_client_timeout (SignalrServer  *self,
                                   guint           milliseconds,
                                   GError        **error)
{
  g_return_val_if_fail (SIGNALR_IS_SERVER (self), FALSE);

  return signalr_server_is_open (self, error) &&
         signalr_server_times_set_positive (&self->host->times.client_timeout, "client timeout", milliseconds, error);
}

/**
 * signalr_server_set_handshake_timeout:
 * @milliseconds: more than 0
 *
 * How long a client may take for the handshake (ASP.NET Core; 15 seconds).
 *
 * Returns: %FALSE where a rule forbids it, or it is too late
 *
 * Since: 1.0
 */
gboolean
signalr_server_set_handshake_timeout (SignalrServer  *self,
                                      guint           milliseconds,
                                      GError        **error)
{
  g_return_val_if_fail (SIGNALR_IS_SERVER (self), FALSE);

  return signalr_server_is_open (self, error) &&
         signalr_server_times_set_positive (&self->host->times.handshake_timeout, "handshake timeout", milliseconds, error);
}

/**
 * signalr_server_set_admit_late_clients:
 * @admit: whether to let them in
 *
 * Whether a classic client that comes back after its SignalR connection has ended
 * is let in, with `reconnected`, as official servers since 2.1 do. By default it
 * is told that it is disconnected, or refused where its version has no word for
 * that; an ended connection id is remembered for ten minutes.
 *
 * Returns: %FALSE where it is too late
 *
 * Since: 1.0
 */
gboolean
signalr_server_set_admit_late_clients (SignalrServer  *self,
                                       gboolean        admit,
                                       GError        **error)
{
  g_return_val_if_fail (SIGNALR_IS_SERVER (self), FALSE);

  if (!signalr_server_is_open (self, error))
    return FALSE;

  self->host->admit_late = admit;

  return TRUE;
}

/**
 * signalr_server_set_key_file:
 * @path: (type filename): where the key is kept
 *
 * The key that proves that a client's connection and groups tokens are ours.
 * Without a file it is made anew by each process; with one, a server that is
 * restarted knows its classic clients again, and so do servers that share it.
 *
 * A file that is not there is made, with mode 600; one that others can read is
 * refused.
 *
 * Returns: %FALSE where it cannot be read or made, or it is too late
 *
 * Since: 1.0
 */
gboolean
signalr_server_set_key_file (SignalrServer  *self,
                             const char     *path,
                             GError        **error)
{
  g_return_val_if_fail (SIGNALR_IS_SERVER (self), FALSE);
  g_return_val_if_fail (path != NULL, FALSE);

  return signalr_server_is_open (self, error) &&
         signalr_server_key_load (&self->host->key, path, error);
}

/**
 * signalr_server_set_tls_certificate:
 * @certificate: (nullable): with its private key; %NULL for plain HTTP
 *
 * Makes the server speak HTTPS.
 *
 * Returns: %FALSE where it is too late
 *
 * Since: 1.0
 */
gboolean
signalr_server_set_tls_certificate (SignalrServer    *self,
                                    GTlsCertificate  *certificate,
                                    GError          **error)
{
  g_return_val_if_fail (SIGNALR_IS_SERVER (self), FALSE);
  g_return_val_if_fail (certificate == NULL || G_IS_TLS_CERTIFICATE (certificate), FALSE);

  if (!signalr_server_is_open (self, error))
    return FALSE;

  g_set_object (&self->certificate, certificate);

  return TRUE;
}

/**
 * signalr_server_set_allowed_origins:
 * @origins: (nullable) (array zero-terminated=1): such as `https://example.org`;
 *   `*` is any
 *
 * The web sites, besides the server's own address, whose pages may connect. It is
 * browsers that keep to this; clients that are no web pages have no origin.
 *
 * Returns: %FALSE where it is too late
 *
 * Since: 1.0
 */
gboolean
signalr_server_set_allowed_origins (SignalrServer       *self,
                                    const char * const  *origins,
                                    GError             **error)
{
  g_return_val_if_fail (SIGNALR_IS_SERVER (self), FALSE);

  if (!signalr_server_is_open (self, error))
    return FALSE;

  g_strfreev (self->host->origins);
  self->host->origins = g_strdupv ((char **) origins);

  return TRUE;
}

static gboolean
signalr_server_authorize_cb (gpointer            authority,
                             SoupServerMessage  *request,
                             const char         *token,
                             char              **user)
{
  SignalrServer *self = authority;

  return self->authenticate (self, request, token, self->authenticate_data, user);
}

/**
 * signalr_server_set_authenticate_func:
 * @func: (nullable) (scope notified) (closure user_data) (destroy destroy): asked
 *   for every request; %NULL lets everybody in
 * @user_data: for @func
 * @destroy: (nullable): frees @user_data
 *
 * Decides who may come in, and says who it is: by the bearer token of the
 * `Authorization` header, or of the `access_token` parameter where a browser
 * cannot send headers. Who may not is answered 401, or 403 where it is known who.
 *
 * Returns: %FALSE where it is too late
 *
 * Since: 1.0
 */
gboolean
signalr_server_set_authenticate_func (SignalrServer            *self,
                                      SignalrAuthenticateFunc   func,
                                      gpointer                  user_data,
                                      GDestroyNotify            destroy,
                                      GError                  **error)
{
  g_return_val_if_fail (SIGNALR_IS_SERVER (self), FALSE);

  if (!signalr_server_is_open (self, error))
    return FALSE;

  if (self->authenticate_destroy != NULL)
    self->authenticate_destroy (self->authenticate_data);

  self->authenticate = func;
  self->authenticate_data = user_data;
  self->authenticate_destroy = destroy;
  self->host->authorize = func != NULL ? signalr_server_authorize_cb : NULL;
  self->host->authority = self;

  return TRUE;
}

/**
 * signalr_server_expire_request:
 * @request: what a [callback@AuthenticateFunc] decides about
 * @milliseconds: for how long, from now, what the request shows counts
 *
 * A connection of ASP.NET Core SignalR whose transport is made by @request ends then,
 * unless a later poll, or another transport of a stateful connection, has a limit of
 * its own. The client is told that it may come back, as the official server tells it
 * where connections close with the expiry of their authentication. Other requests, and
 * connections of classic SignalR, which have no word for it, are left alone.
 *
 * Since: 1.0
 */
void
signalr_server_expire_request (SignalrServer     *self,
                               SoupServerMessage *request,
                               guint              milliseconds)
{
  g_return_if_fail (SIGNALR_IS_SERVER (self));
  g_return_if_fail (SOUP_IS_SERVER_MESSAGE (request));

  signalr_request_set_expiry (request,
                              signalr_heartbeat_now (self->host->loop->heartbeat) + (gint64) milliseconds * 1000);
}

/**
 * signalr_server_set_shutdown_spread:
 * @milliseconds: 0 tells all at once
 *
 * The longest time over which a server that is shut down spreads its goodbyes; 5
 * seconds. Two hundred clients a second are told, or more of them where that would
 * take longer.
 *
 * Returns: %FALSE where it is too late
 *
 * Since: 1.0
 */
gboolean
signalr_server_set_shutdown_spread (SignalrServer  *self,
                                    guint           milliseconds,
                                    GError        **error)
{
  g_return_val_if_fail (SIGNALR_IS_SERVER (self), FALSE);

  if (!signalr_server_is_open (self, error))
    return FALSE;

  self->shutdown_spread = milliseconds;

  return TRUE;
}
