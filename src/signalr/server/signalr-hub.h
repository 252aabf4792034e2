/* signalr-hub.h
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined (SIGNALR_INSIDE) && !defined (SIGNALR_COMPILATION)
#error "Only <signalr.h> can be included directly."
#endif

#include <json-glib/json-glib.h>

#include "signalr-caller.h"
#include "signalr-invocation.h"

G_BEGIN_DECLS

#define SIGNALR_TYPE_HUB (signalr_hub_get_type ())
SIGNALR_AVAILABLE_IN_1_0
G_DECLARE_DERIVABLE_TYPE (SignalrHub, signalr_hub, SIGNALR, HUB, GObject)

/**
 * SignalrHubClass:
 * @connected: a SignalR connection begins; answer @start, at once or later: a
 *   value lets it in, an error refuses it
 * @reconnected: a lost transport connection is back
 * @disconnected: the SignalR connection has ended; @stop_called tells that the
 *   client said so, @error (nullable) why otherwise
 * @record: a client of ASP.NET Core SignalR sent a record of a type that the
 *   protocol has not, such as one of a later version; %NULL ignores them
 * @told: the same hub on another server told something, with
 *   signalr_hub_tell_servers_async (); @server_id names that server, and is another one
 *   when it starts again; %NULL does not listen
 *
 * The class of hubs. Everything is optional, and runs on the server's main context.
 *
 * Of each SignalR connection a hub hears at most one connected, then any number of
 * reconnected, then exactly one disconnected where it has let the connection in. On a
 * server that takes over from another a classic connection may begin with reconnected.
 * One whose server stops goes on with the next, so that this one hears of no end.
 *
 * Since: 1.0
 */
struct _SignalrHubClass {
  GObjectClass parent_class;

  void (*connected)    (SignalrHub        *self,
                        SignalrInvocation *start);
  void (*reconnected)  (SignalrHub        *self,
                        SignalrCaller     *caller);
  void (*disconnected) (SignalrHub        *self,
                        SignalrCaller     *caller,
                        gboolean           stop_called,
                        const GError      *error);
  void (*record)       (SignalrHub        *self,
                        SignalrCaller     *caller,
                        JsonNode          *record);
  void (*told)         (SignalrHub        *self,
                        const char        *server_id,
                        JsonNode          *value);

  /*< private >*/
  gpointer padding[11];
};

/**
 * SignalrMethodFunc:
 * @hub: the hub
 * @invocation: the call, to be answered
 * @user_data: as given
 *
 * A method of a hub. It runs on the server's main context: one that blocks
 * blocks everybody.
 *
 * Since: 1.0
 */
typedef void (*SignalrMethodFunc) (SignalrHub        *hub,
                                   SignalrInvocation *invocation,
                                   gpointer           user_data);

/**
 * SignalrMethodFlags:
 * @SIGNALR_METHOD_FLAGS_NONE: an ordinary method
 * @SIGNALR_METHOD_FLAGS_STREAMS: it answers with a stream of items
 *
 * What is special about a method.
 *
 * Since: 1.0
 */
typedef enum {
  SIGNALR_METHOD_FLAGS_NONE    = 0,
  SIGNALR_METHOD_FLAGS_STREAMS = 1 << 0,
} SignalrMethodFlags;

SIGNALR_AVAILABLE_IN_1_0
void signalr_hub_add_method        (SignalrHub          *self,
                                    const char          *name,
                                    int                  n_args,
                                    SignalrMethodFunc    func,
                                    gpointer             user_data,
                                    GDestroyNotify       destroy);

SIGNALR_AVAILABLE_IN_1_0
void signalr_hub_add_method_full   (SignalrHub          *self,
                                    const char          *name,
                                    int                  n_args,
                                    guint                n_streams,
                                    SignalrMethodFlags   flags,
                                    SignalrMethodFunc    func,
                                    gpointer             user_data,
                                    GDestroyNotify       destroy);

SIGNALR_AVAILABLE_IN_1_0
void signalr_hub_set_proxy_name    (SignalrHub          *self,
                                    const char          *name);
SIGNALR_AVAILABLE_IN_1_0
void signalr_hub_set_type_name     (SignalrHub          *self,
                                    const char          *name);

/* Calls to clients; @args is a JSON array, borrowed; @except may be NULL. */
SIGNALR_AVAILABLE_IN_1_0
void signalr_hub_call_all          (SignalrHub          *self,
                                    const char          *method,
                                    JsonNode            *args,
                                    const char * const  *except);
SIGNALR_AVAILABLE_IN_1_0
void signalr_hub_call_clients      (SignalrHub          *self,
                                    const char * const  *connection_ids,
                                    const char          *method,
                                    JsonNode            *args);
SIGNALR_AVAILABLE_IN_1_0
void signalr_hub_call_caller       (SignalrHub          *self,
                                    SignalrCaller       *caller,
                                    const char          *method,
                                    JsonNode            *args);
SIGNALR_AVAILABLE_IN_1_0
void signalr_hub_call_others       (SignalrHub          *self,
                                    SignalrCaller       *caller,
                                    const char          *method,
                                    JsonNode            *args);
SIGNALR_AVAILABLE_IN_1_0
void signalr_hub_call_groups       (SignalrHub          *self,
                                    const char * const  *groups,
                                    const char          *method,
                                    JsonNode            *args,
                                    const char * const  *except);
SIGNALR_AVAILABLE_IN_1_0
void signalr_hub_call_users        (SignalrHub          *self,
                                    const char * const  *users,
                                    const char          *method,
                                    JsonNode            *args);
SIGNALR_AVAILABLE_IN_1_0
void signalr_hub_invoke_client_async (SignalrHub          *self,
                                      const char          *connection_id,
                                      const char          *method,
                                      JsonNode            *args,
                                      GCancellable        *cancellable,
                                      GAsyncReadyCallback  callback,
                                      gpointer             user_data);
SIGNALR_AVAILABLE_IN_1_0
JsonNode *signalr_hub_invoke_client_finish (SignalrHub    *self,
                                            GAsyncResult  *result,
                                            GError       **error);

SIGNALR_AVAILABLE_IN_1_0
void signalr_hub_add_to_group      (SignalrHub          *self,
                                    const char          *connection_id,
                                    const char          *group);
SIGNALR_AVAILABLE_IN_1_0
void signalr_hub_remove_from_group (SignalrHub          *self,
                                    const char          *connection_id,
                                    const char          *group);
SIGNALR_AVAILABLE_IN_1_0
void signalr_hub_add_to_group_async (SignalrHub         *self,
                                     const char         *connection_id,
                                     const char         *group,
                                     GCancellable       *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);
SIGNALR_AVAILABLE_IN_1_0
gboolean signalr_hub_add_to_group_finish (SignalrHub    *self,
                                          GAsyncResult  *result,
                                          GError       **error);
SIGNALR_AVAILABLE_IN_1_0
void signalr_hub_remove_from_group_async (SignalrHub    *self,
                                          const char    *connection_id,
                                          const char    *group,
                                          GCancellable  *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer       user_data);
SIGNALR_AVAILABLE_IN_1_0
gboolean signalr_hub_remove_from_group_finish (SignalrHub   *self,
                                               GAsyncResult *result,
                                               GError      **error);
SIGNALR_AVAILABLE_IN_1_0
void signalr_hub_renew_transport   (SignalrHub          *self,
                                    const char          *connection_id);
SIGNALR_AVAILABLE_IN_1_0
void signalr_hub_close_client      (SignalrHub          *self,
                                    const char          *connection_id,
                                    const char          *message);

/* To the same hub on other servers; @value is borrowed. */
SIGNALR_AVAILABLE_IN_1_0
void     signalr_hub_tell_servers_async  (SignalrHub           *self,
                                          JsonNode             *value,
                                          GCancellable         *cancellable,
                                          GAsyncReadyCallback   callback,
                                          gpointer              user_data);
SIGNALR_AVAILABLE_IN_1_0
gboolean signalr_hub_tell_servers_finish (SignalrHub           *self,
                                          GAsyncResult         *result,
                                          GError              **error);

G_END_DECLS
