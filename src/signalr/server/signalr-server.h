/* signalr-server.h
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined (SIGNALR_INSIDE) && !defined (SIGNALR_COMPILATION)
#error "Only <signalr.h> can be included directly."
#endif

#include <gio/gio.h>
#include <libsoup/soup.h>

#include "signalr-endpoint.h"
#include "signalr-hub.h"
#include "signalr-map-options.h"

G_BEGIN_DECLS

#define SIGNALR_TYPE_SERVER (signalr_server_get_type ())
SIGNALR_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (SignalrServer, signalr_server, SIGNALR, SERVER, GObject)

/**
 * SignalrRequestFunc:
 * @server: the server
 * @request: a request, whole
 * @user_data: as given
 *
 * Called with each request before the server looks at it, for the pages that a
 * program has beside its hubs, and for headers that go with every answer. It runs
 * on the server's main context.
 *
 * Returns: whether the program answers it: has set its status, or has paused it and
 *   will; otherwise the server goes on with it, and keeps what headers were set
 *
 * Since: 1.0
 */
typedef gboolean (*SignalrRequestFunc) (SignalrServer     *server,
                                        SoupServerMessage *request,
                                        gpointer           user_data);

/**
 * SignalrAuthenticateFunc:
 * @server: the server
 * @request: what is asked for, by whom
 * @token: (nullable): the bearer token of the request
 * @user_data: as given
 * @user: (out) (optional) (nullable) (transfer full): who it is
 *
 * Decides about a request, on the server's main context: so it is not to block. It is
 * asked about every request, also about each poll; about a WebSocket once, when it is
 * made, and never about the preflight of a browser, which bears no token.
 *
 * Returns: whether the request may go on; otherwise it is answered 401, or 403 where
 *   @user is known, as by the official servers
 *
 * Since: 1.0
 */
typedef gboolean (*SignalrAuthenticateFunc) (SignalrServer      *server,
                                             SoupServerMessage  *request,
                                             const char         *token,
                                             gpointer            user_data,
                                             char              **user);

SIGNALR_AVAILABLE_IN_1_0
SignalrServer *signalr_server_new                    (void);
SIGNALR_AVAILABLE_IN_1_0
void           signalr_server_add_hub                (SignalrServer            *self,
                                                      const char               *name,
                                                      SignalrHub               *hub);
SIGNALR_AVAILABLE_IN_1_0
gboolean       signalr_server_map_hubs               (SignalrServer            *self,
                                                      const char               *path,
                                                      SignalrMapOptions        *options,
                                                      GError                  **error);
SIGNALR_AVAILABLE_IN_1_0
gboolean       signalr_server_map_hub                (SignalrServer            *self,
                                                      const char               *path,
                                                      const char               *name,
                                                      SignalrMapOptions        *options,
                                                      GError                  **error);
SIGNALR_AVAILABLE_IN_1_0
gboolean       signalr_server_map_connection         (SignalrServer            *self,
                                                      const char               *path,
                                                      SignalrEndpoint          *endpoint,
                                                      SignalrMapOptions        *options,
                                                      GError                  **error);

/* Times, in milliseconds; 0 is none where the rules allow none. Each is checked
 * by the rules of the protocol, and an error (BUSY) once the server listens.
 */
SIGNALR_AVAILABLE_IN_1_0
gboolean       signalr_server_set_disconnect_timeout (SignalrServer            *self,
                                                      guint                     milliseconds,
                                                      GError                  **error);
SIGNALR_AVAILABLE_IN_1_0
guint          signalr_server_get_disconnect_timeout (SignalrServer            *self);
SIGNALR_AVAILABLE_IN_1_0
gboolean       signalr_server_set_keep_alive         (SignalrServer            *self,
                                                      guint                     milliseconds,
                                                      GError                  **error);
SIGNALR_AVAILABLE_IN_1_0
guint          signalr_server_get_keep_alive         (SignalrServer            *self);
SIGNALR_AVAILABLE_IN_1_0
gboolean       signalr_server_set_connection_timeout (SignalrServer            *self,
                                                      guint                     milliseconds,
                                                      GError                  **error);
SIGNALR_AVAILABLE_IN_1_0
guint          signalr_server_get_connection_timeout (SignalrServer            *self);
SIGNALR_AVAILABLE_IN_1_0
gboolean       signalr_server_set_ping_interval      (SignalrServer            *self,
                                                      guint                     milliseconds,
                                                      GError                  **error);
SIGNALR_AVAILABLE_IN_1_0
gboolean       signalr_server_set_client_timeout     (SignalrServer            *self,
                                                      guint                     milliseconds,
                                                      GError                  **error);
SIGNALR_AVAILABLE_IN_1_0
gboolean       signalr_server_set_handshake_timeout  (SignalrServer            *self,
                                                      guint                     milliseconds,
                                                      GError                  **error);
SIGNALR_AVAILABLE_IN_1_0
gboolean       signalr_server_set_admit_late_clients (SignalrServer            *self,
                                                      gboolean                  admit,
                                                      GError                  **error);
SIGNALR_AVAILABLE_IN_1_0
void           signalr_server_expire_request         (SignalrServer            *self,
                                                      SoupServerMessage        *request,
                                                      guint                     milliseconds);
SIGNALR_AVAILABLE_IN_1_0
gboolean       signalr_server_set_key_file           (SignalrServer            *self,
                                                      const char               *path,
                                                      GError                  **error);
SIGNALR_AVAILABLE_IN_1_0
gboolean       signalr_server_set_redis              (SignalrServer            *self,
                                                      const char               *uri,
                                                      GError                  **error);
SIGNALR_AVAILABLE_IN_1_0
gboolean       signalr_server_set_local              (SignalrServer            *self,
                                                      gboolean                  local,
                                                      GError                  **error);
SIGNALR_AVAILABLE_IN_1_0
gboolean       signalr_server_is_redis_up            (SignalrServer            *self);
SIGNALR_AVAILABLE_IN_1_0
gboolean       signalr_server_set_tls_certificate    (SignalrServer            *self,
                                                      GTlsCertificate          *certificate,
                                                      GError                  **error);
SIGNALR_AVAILABLE_IN_1_0
gboolean       signalr_server_set_allowed_origins    (SignalrServer            *self,
                                                      const char * const       *origins,
                                                      GError                  **error);
SIGNALR_AVAILABLE_IN_1_0
gboolean       signalr_server_set_authenticate_func  (SignalrServer            *self,
                                                      SignalrAuthenticateFunc   func,
                                                      gpointer                  user_data,
                                                      GDestroyNotify            destroy,
                                                      GError                  **error);

SIGNALR_AVAILABLE_IN_1_0
gboolean       signalr_server_set_request_func       (SignalrServer            *self,
                                                      SignalrRequestFunc        func,
                                                      gpointer                  user_data,
                                                      GDestroyNotify            destroy,
                                                      GError                  **error);

/* Limits. Each is an error (BUSY) once the server listens. */
SIGNALR_AVAILABLE_IN_1_0
gboolean       signalr_server_set_max_connections    (SignalrServer            *self,
                                                      guint                     total,
                                                      guint                     per_address,
                                                      GError                  **error);
SIGNALR_AVAILABLE_IN_1_0
gboolean       signalr_server_set_max_unsent         (SignalrServer            *self,
                                                      guint                     bytes,
                                                      GError                  **error);
SIGNALR_AVAILABLE_IN_1_0
gboolean       signalr_server_set_max_calls          (SignalrServer            *self,
                                                      guint                     calls,
                                                      GError                  **error);
SIGNALR_AVAILABLE_IN_1_0
gboolean       signalr_server_set_rate_limits        (SignalrServer            *self,
                                                      guint                     requests,
                                                      guint                     messages,
                                                      GError                  **error);

SIGNALR_AVAILABLE_IN_1_0
gboolean       signalr_server_set_shutdown_spread    (SignalrServer            *self,
                                                      guint                     milliseconds,
                                                      GError                  **error);

SIGNALR_AVAILABLE_IN_1_0
gboolean       signalr_server_listen                 (SignalrServer            *self,
                                                      const char               *address,
                                                      guint                     port,
                                                      GError                  **error);
SIGNALR_AVAILABLE_IN_1_0
const char    *signalr_server_get_uri                (SignalrServer            *self);
SIGNALR_AVAILABLE_IN_1_0
void           signalr_server_shutdown_async         (SignalrServer            *self,
                                                      GCancellable             *cancellable,
                                                      GAsyncReadyCallback       callback,
                                                      gpointer                  user_data);
SIGNALR_AVAILABLE_IN_1_0
gboolean       signalr_server_shutdown_finish        (SignalrServer            *self,
                                                      GAsyncResult             *result,
                                                      GError                  **error);

G_END_DECLS
