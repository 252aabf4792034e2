/* signalr-hub-servers.c: what a hub tells itself on other servers
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "signalr-hub-private.h"

#include "farm-private.h"
#include "signalr-error.h"

/**
 * signalr_hub_tell_servers_async:
 * @value: (nullable): anything that is up to 1 MiB as JSON; %NULL is null
 * @cancellable: (nullable): ends the waiting; it may be told all the same
 * @callback: called when Redis has taken it, or has not
 * @user_data: for @callback
 *
 * Tells the same hub on all other servers that are behind the same Redis (see
 * signalr_server_set_redis ()): its #SignalrHubClass.told is called there. A hub is the
 * same where its type name and the channel prefix are. Official servers do not hear it.
 *
 * What one hub tells arrives in order, at most once; whoever is away, or slower than
 * Redis has patience, misses it, and nobody learns of that. Anybody with access to
 * that Redis can tell, too.
 *
 * Since: 1.0
 */
void
signalr_hub_tell_servers_async (SignalrHub          *self,
                                JsonNode            *value,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  SignalrHost *host;

  g_return_if_fail (SIGNALR_IS_HUB (self));

  host = signalr_hub_get_host (self);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, signalr_hub_tell_servers_async);

  if (host == NULL || host->farm == NULL || host->farm->redis == NULL)
    g_task_return_new_error (task, SIGNALR_ERROR, SIGNALR_ERROR_NOT_CONNECTED,
                             "This hub's server does not listen, or has no Redis.");
  else
    signalr_farm_tell (host->farm, self, value, g_steal_pointer (&task));
}

/**
 * signalr_hub_tell_servers_finish:
 * @result: what the callback was given
 *
 * Ends signalr_hub_tell_servers_async ().
 *
 * Returns: whether Redis has taken it; nobody may have heard it. Else @error is
 *   `SIGNALR_ERROR_NOT_CONNECTED` where there is no Redis, `SIGNALR_ERROR_QUEUE_FULL`
 *   where too much waits for it, `SIGNALR_ERROR_TOO_LARGE`, `SIGNALR_ERROR_INVALID_DATA`
 *   where @value cannot be written as JSON, or %G_IO_ERROR_CANCELLED
 *
 * Since: 1.0
 */
gboolean
signalr_hub_tell_servers_finish (SignalrHub    *self,
                                 GAsyncResult  *result,
                                 GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
