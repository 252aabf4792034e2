/* signalr-server-redis.c: several servers that are one
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "signalr-server-private.h"

/**
 * signalr_server_set_redis:
 * @uri: `redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE]`, or `rediss://` for TLS;
 *   behind it may follow `?channelPrefix=…`, `&eventKey=…`, `&hubNamespace=…` and
 *   `&tlsCa=FILE`
 *
 * Makes this server one with all others behind the same Redis, be they ours or official
 * ones with their Redis backplanes: what a hub says to all, to a group, to a user or to
 * a client reaches clients of every server, and groups can be changed and results asked
 * for wherever the client is. Clients themselves stay with their server, but for classic
 * ones where the servers share a key (see signalr_server_set_key_file ()).
 *
 * Servers are together that use the same `channelPrefix` and give a hub the same type
 * name (see signalr_hub_set_type_name ()), for clients of ASP.NET Core SignalR; and, for
 * classic ones, the same database, the same `eventKey` (`signalr` by default), and the
 * same names of hubs.
 *
 * The certificate of a Redis with TLS is held against those that the system trusts, or
 * those in `tlsCa`, a file in PEM.
 *
 * Everything that is said goes through Redis, and what is said while Redis is away is
 * lost: #SignalrServer::redis-changed tells of that. Clients stay connected then; new
 * ones are refused, and may try again. The connections to Redis are made when the server
 * listens, come back by themselves, and never block.
 *
 * Returns: %FALSE where the address cannot be read (`SIGNALR_ERROR_INVALID_DATA`), the
 *   library was built without Redis (`SIGNALR_ERROR_NOT_FOUND`), or it is too late
 *   (`SIGNALR_ERROR_BUSY`)
 *
 * Since: 1.0
 */
gboolean
signalr_server_set_redis (SignalrServer  *self,
                          const char     *uri,
                          GError        **error)
{
  SignalrFarm *farm;

  g_return_val_if_fail (SIGNALR_IS_SERVER (self), FALSE);
  g_return_val_if_fail (uri != NULL, FALSE);

  if (!signalr_server_is_open (self, error))
    return FALSE;

  farm = signalr_farm_new (uri, signalr_server_redis_changed, self, error);
  if (farm == NULL)
    return FALSE;

  g_clear_pointer (&self->host->farm, signalr_farm_free);
  self->host->farm = farm;

  return TRUE;
}

/**
 * signalr_server_set_local:
 * @local: whether hubs call the clients of this server alone
 *
 * Keeps what hubs say to clients on this server, although it has Redis, which then only
 * carries what hubs tell one another (signalr_hub_tell_servers_async ()). That is for
 * programs that know better than to repeat each call: whose servers have a state of
 * their own, or are to go on while Redis is away. %FALSE by default.
 *
 * Returns: %FALSE where it is too late (`SIGNALR_ERROR_BUSY`)
 *
 * Since: 1.0
 */
gboolean
signalr_server_set_local (SignalrServer  *self,
                          gboolean        local,
                          GError        **error)
{
  g_return_val_if_fail (SIGNALR_IS_SERVER (self), FALSE);

  if (!signalr_server_is_open (self, error))
    return FALSE;

  self->host->local = local;

  return TRUE;
}

/**
 * signalr_server_is_redis_up:
 *
 * Whether what a hub says can reach the clients of other servers.
 *
 * Returns: whether the server is connected to Redis; %FALSE also where it has none
 *
 * Since: 1.0
 */
gboolean
signalr_server_is_redis_up (SignalrServer *self)
{
  g_return_val_if_fail (SIGNALR_IS_SERVER (self), FALSE);

  return self->host->farm != NULL && self->host->farm->up;
}
