/* signalr-hub-calls.c: calls to clients, and who they are
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "signalr-hub-private.h"

#include "signalr-caller-private.h"
#include "signalr-error.h"
#include "signalr-invocation-private.h"

static gboolean
is_arguments (JsonNode *args)
{
  return args == NULL || JSON_NODE_HOLDS_ARRAY (args);
}

static void
signalr_hub_publish (SignalrHub         *self,
                     SignalrAudience     audience,
                     const char         *name,
                     const char         *method,
                     JsonNode           *args,
                     const char * const *except)
{
  SignalrHost *host = signalr_hub_get_host (self);
  g_autoptr (SignalrMessage) message = signalr_message_new_call (signalr_hub_get_name (self), method, args, except);

  signalr_host_publish (host, self, audience, name, message);
}

/**
 * signalr_hub_call_all:
 * @method: of the clients, as they spell it
 * @args: (nullable): an array of arguments; %NULL is none
 * @except: (nullable) (array zero-terminated=1): ids of connections left out
 *
 * Calls a method of every client of this hub.
 *
 * Since: 1.0
 */
void
signalr_hub_call_all (SignalrHub         *self,
                      const char         *method,
                      JsonNode           *args,
                      const char * const *except)
{
  SignalrHost *host;

  g_return_if_fail (SIGNALR_IS_HUB (self));
  g_return_if_fail (method != NULL);
  g_return_if_fail (is_arguments (args));

  host = signalr_hub_get_host (self);
  if (host != NULL)
    signalr_hub_publish (self, SIGNALR_AUDIENCE_ALL, NULL, method, args, except);
}

/**
 * signalr_hub_call_clients:
 * @connection_ids: (array zero-terminated=1): whom; an id that is not known is
 *   passed over
 * @method: of the clients, as they spell it
 * @args: (nullable): an array of arguments; %NULL is none
 *
 * Calls a method of some clients.
 *
 * Since: 1.0
 */
void
signalr_hub_call_clients (SignalrHub         *self,
                          const char * const *connection_ids,
                          const char         *method,
                          JsonNode           *args)
{
  SignalrHost *host;
  g_autoptr (SignalrMessage) message = NULL;

  g_return_if_fail (SIGNALR_IS_HUB (self));
  g_return_if_fail (connection_ids != NULL);
  g_return_if_fail (method != NULL);
  g_return_if_fail (is_arguments (args));

  host = signalr_hub_get_host (self);
  if (host == NULL)
    return;

  message = signalr_message_new_call (signalr_hub_get_name (self), method, args, NULL);
  for (gsize i = 0; connection_ids[i] != NULL; i++)
    signalr_host_send (host, self, connection_ids[i], message);
}

/**
 * signalr_hub_call_caller:
 * @caller: a client of this hub
 * @method: of the client, as it spells it
 * @args: (nullable): an array of arguments; %NULL is none
 *
 * Calls a method of the client that @caller is. What the method that is running for a
 * classic client has changed of its state (signalr_invocation_set_state ()) goes along,
 * so that the client's handler sees it.
 *
 * Since: 1.0
 */
void
signalr_hub_call_caller (SignalrHub    *self,
                         SignalrCaller *caller,
                         const char    *method,
                         JsonNode      *args)
{
  SignalrHost *host;
  SignalrInvocation *current;
  g_autoptr (JsonNode) changes = NULL;
  g_autoptr (SignalrMessage) message = NULL;

  g_return_if_fail (SIGNALR_IS_HUB (self));
  g_return_if_fail (SIGNALR_IS_CALLER (caller));
  g_return_if_fail (method != NULL);
  g_return_if_fail (is_arguments (args));

  host = signalr_hub_get_host (self);
  if (host == NULL)
    return;

  message = signalr_message_new_call (signalr_hub_get_name (self), method, args, NULL);
  current = signalr_caller_get_current (caller);
  if (current != NULL)
    changes = signalr_invocation_dup_changes (current);
  signalr_message_set_state (message, changes);
  signalr_host_send (host, self, signalr_caller_get_connection_id (caller), message);
}

/**
 * signalr_hub_call_others:
 * @caller: a client of this hub
 * @method: of the clients, as they spell it
 * @args: (nullable): an array of arguments; %NULL is none
 *
 * Calls a method of every client of this hub but @caller.
 *
 * Since: 1.0
 */
void
signalr_hub_call_others (SignalrHub    *self,
                         SignalrCaller *caller,
                         const char    *method,
                         JsonNode      *args)
{
  g_return_if_fail (SIGNALR_IS_CALLER (caller));

  signalr_hub_call_all (self, method, args,
                        (const char *[]) { signalr_caller_get_connection_id (caller), NULL });
}

/**
 * signalr_hub_call_groups:
 * @groups: (array zero-terminated=1): names, with regard to case
 * @method: of the clients, as they spell it
 * @args: (nullable): an array of arguments; %NULL is none
 * @except: (nullable) (array zero-terminated=1): ids of connections left out
 *
 * Calls a method of the members of some groups. One who is in two of them is
 * called twice.
 *
 * Since: 1.0
 */
void
signalr_hub_call_groups (SignalrHub         *self,
                         const char * const *groups,
                         const char         *method,
                         JsonNode           *args,
                         const char * const *except)
{
  SignalrHost *host;

  g_return_if_fail (SIGNALR_IS_HUB (self));
  g_return_if_fail (groups != NULL);
  g_return_if_fail (method != NULL);
  g_return_if_fail (is_arguments (args));

  host = signalr_hub_get_host (self);
  for (gsize i = 0; host != NULL && groups[i] != NULL; i++)
    signalr_hub_publish (self, SIGNALR_AUDIENCE_GROUP, groups[i], method, args, except);
}

/**
 * signalr_hub_call_users:
 * @users: (array zero-terminated=1): as the server's #SignalrAuthenticateFunc
 *   named them, with regard to case
 * @method: of the clients, as they spell it
 * @args: (nullable): an array of arguments; %NULL is none
 *
 * Calls a method of every connection of some users.
 *
 * Since: 1.0
 */
void
signalr_hub_call_users (SignalrHub         *self,
                        const char * const *users,
                        const char         *method,
                        JsonNode           *args)
{
  SignalrHost *host;

  g_return_if_fail (SIGNALR_IS_HUB (self));
  g_return_if_fail (users != NULL);
  g_return_if_fail (method != NULL);
  g_return_if_fail (is_arguments (args));

  host = signalr_hub_get_host (self);
  for (gsize i = 0; host != NULL && users[i] != NULL; i++)
    signalr_hub_publish (self, SIGNALR_AUDIENCE_USER, users[i], method, args, NULL);
}

/**
 * signalr_hub_invoke_client_async:
 * @connection_id: whom
 * @method: of the client, as it spells it
 * @args: (nullable): an array of arguments; %NULL is none
 * @cancellable: (nullable): ends the waiting; the client is not told
 * @callback: called when the client has answered, or never will
 * @user_data: for @callback
 *
 * Calls a method of one client, and waits for its result. Only clients of ASP.NET
 * Core SignalR can answer. Not before the hub has let the client in.
 *
 * Since: 1.0
 */
void
signalr_hub_invoke_client_async (SignalrHub          *self,
                                 const char          *connection_id,
                                 const char          *method,
                                 JsonNode            *args,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  SignalrHost *host;
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (SIGNALR_IS_HUB (self));
  g_return_if_fail (connection_id != NULL);
  g_return_if_fail (method != NULL);
  g_return_if_fail (is_arguments (args));

  host = signalr_hub_get_host (self);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, signalr_hub_invoke_client_async);

  if (host == NULL || !signalr_host_ask (host, self, connection_id, method, args, task))
    g_task_return_new_error (task, SIGNALR_ERROR, SIGNALR_ERROR_NOT_CONNECTED,
                             "Connection '%s' does not exist.", connection_id);
}

/**
 * signalr_hub_invoke_client_finish:
 * @result: what the callback was given
 *
 * Ends signalr_hub_invoke_client_async ().
 *
 * Returns: (transfer full): the result. @error is `SIGNALR_ERROR_HUB` with the client's
 *   text where it answered with an error, `SIGNALR_ERROR_NOT_CONNECTED` where it is
 *   not there, or goes before it answers, or %G_IO_ERROR_CANCELLED. Of a client of
 *   another server (see signalr_server_set_redis ()) it is `SIGNALR_ERROR_HUB` also
 *   where that goes, and `SIGNALR_ERROR_TIMED_OUT` where it gives none within a minute
 *
 * Since: 1.0
 */
JsonNode *
signalr_hub_invoke_client_finish (SignalrHub    *self,
                                  GAsyncResult  *result,
                                  GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * signalr_hub_add_to_group:
 * @connection_id: whom; nothing happens where it is not known
 * @group: a name, with regard to case
 *
 * Makes a connection a member of a group, from now on. A group is there while it
 * has members. A classic client that comes back to a server that has been
 * restarted is still a member; a new connection is in no group.
 *
 * Where the connection is on another server (see signalr_server_set_redis ()), or is a
 * classic one of a server with Redis, it is a member when its server has heard of it,
 * which signalr_hub_add_to_group_async () tells.
 *
 * Since: 1.0
 */
void
signalr_hub_add_to_group (SignalrHub *self,
                          const char *connection_id,
                          const char *group)
{
  SignalrHost *host;

  g_return_if_fail (SIGNALR_IS_HUB (self));
  g_return_if_fail (connection_id != NULL);
  g_return_if_fail (group != NULL);

  host = signalr_hub_get_host (self);
  if (host != NULL)
    signalr_host_regroup (host, self, connection_id, group, TRUE, NULL);
}

/**
 * signalr_hub_remove_from_group:
 * @connection_id: whom; nothing happens where it is not known, or no member
 * @group: a name, with regard to case
 *
 * Ends a connection's membership of a group.
 *
 * Since: 1.0
 */
void
signalr_hub_remove_from_group (SignalrHub *self,
                               const char *connection_id,
                               const char *group)
{
  SignalrHost *host;

  g_return_if_fail (SIGNALR_IS_HUB (self));
  g_return_if_fail (connection_id != NULL);
  g_return_if_fail (group != NULL);

  host = signalr_hub_get_host (self);
  if (host != NULL)
    signalr_host_regroup (host, self, connection_id, group, FALSE, NULL);
}

static void
signalr_hub_regroup_async (SignalrHub          *self,
                           const char          *connection_id,
                           const char          *group,
                           gboolean             join,
                           GTask               *task)
{
  SignalrHost *host = signalr_hub_get_host (self);

  if (host != NULL)
    signalr_host_regroup (host, self, connection_id, group, join, task);
  else
    g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

/**
 * signalr_hub_add_to_group_async:
 * @connection_id: whom
 * @group: a name, with regard to case
 * @cancellable: (nullable): ends the waiting; the connection may become a member all the
 *   same
 * @callback: called when it is a member, or is not known to be one
 * @user_data: for @callback
 *
 * Does what signalr_hub_add_to_group () does, and tells when that is through: what is
 * sent to the group from then on, by any server, reaches the new member too. Without
 * Redis that is at once.
 *
 * Since: 1.0
 */
void
signalr_hub_add_to_group_async (SignalrHub          *self,
                                const char          *connection_id,
                                const char          *group,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (SIGNALR_IS_HUB (self));
  g_return_if_fail (connection_id != NULL);
  g_return_if_fail (group != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, signalr_hub_add_to_group_async);
  signalr_hub_regroup_async (self, connection_id, group, TRUE, task);
}

/**
 * signalr_hub_add_to_group_finish:
 * @result: what the callback was given
 *
 * Ends signalr_hub_add_to_group_async ().
 *
 * Returns: %TRUE where it is a member; without Redis also where there is no such
 *   connection. Else @error is `SIGNALR_ERROR_TIMED_OUT` where no server has answered
 *   for the connection within 30 seconds, as for one that is on none;
 *   `SIGNALR_ERROR_NOT_CONNECTED` where Redis is away, or %G_IO_ERROR_CANCELLED
 *
 * Since: 1.0
 */
gboolean
signalr_hub_add_to_group_finish (SignalrHub    *self,
                                 GAsyncResult  *result,
                                 GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * signalr_hub_remove_from_group_async:
 * @connection_id: whom
 * @group: a name, with regard to case
 * @cancellable: (nullable): ends the waiting; the membership may end all the same
 * @callback: called when it is no member any more, or may still be one
 * @user_data: for @callback
 *
 * Does what signalr_hub_remove_from_group () does, and tells when that is through.
 *
 * Since: 1.0
 */
void
signalr_hub_remove_from_group_async (SignalrHub          *self,
                                     const char          *connection_id,
                                     const char          *group,
                                     GCancellable        *cancellable,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (SIGNALR_IS_HUB (self));
  g_return_if_fail (connection_id != NULL);
  g_return_if_fail (group != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, signalr_hub_remove_from_group_async);
  signalr_hub_regroup_async (self, connection_id, group, FALSE, task);
}

/**
 * signalr_hub_remove_from_group_finish:
 * @result: what the callback was given
 *
 * Ends signalr_hub_remove_from_group_async ().
 *
 * Returns: %TRUE where it is no member any more; the errors are those of
 *   signalr_hub_add_to_group_finish ()
 *
 * Since: 1.0
 */
gboolean
signalr_hub_remove_from_group_finish (SignalrHub    *self,
                                      GAsyncResult  *result,
                                      GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * signalr_hub_renew_transport:
 * @connection_id: whose; nothing happens where it is not known
 *
 * Ends the transport connection of a classic client, as its age would (see
 * signalr_server_set_connection_timeout ()). The client makes a new one, by the
 * same id. Clients of ASP.NET Core SignalR, whose transport cannot be renewed, are
 * left alone.
 *
 * Since: 1.0
 */
void
signalr_hub_renew_transport (SignalrHub *self,
                             const char *connection_id)
{
  SignalrHost *host;

  g_return_if_fail (SIGNALR_IS_HUB (self));
  g_return_if_fail (connection_id != NULL);

  host = signalr_hub_get_host (self);
  if (host != NULL)
    signalr_host_renew_transport (host, connection_id);
}

/**
 * signalr_hub_close_client:
 * @connection_id: whom; nothing happens where it is not known
 * @message: (nullable): why, for the client
 *
 * Ends a client's SignalR connection: the client is told, and does not come back
 * by itself. Its `disconnected` follows when the main loop goes on. Clients of
 * ASP.NET SignalR 2.2 and 2.3 have no word for this: they try to reconnect and
 * are refused, until they give up.
 *
 * Since: 1.0
 */
void
signalr_hub_close_client (SignalrHub *self,
                          const char *connection_id,
                          const char *message)
{
  SignalrHost *host;

  g_return_if_fail (SIGNALR_IS_HUB (self));
  g_return_if_fail (connection_id != NULL);

  host = signalr_hub_get_host (self);
  if (host != NULL)
    signalr_host_close_client (host, connection_id, message);
}
