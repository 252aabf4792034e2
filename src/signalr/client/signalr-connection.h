/* signalr-connection.h
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined (SIGNALR_INSIDE) && !defined (SIGNALR_COMPILATION)
#error "Only <signalr.h> can be included directly."
#endif

#include <gio/gio.h>
#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

#include "signalr-enums.h"
#include "signalr-error.h"
#include "signalr-hub-proxy.h"
#include "signalr-retry-policy.h"
#include "signalr-token-request.h"

G_BEGIN_DECLS

/**
 * SIGNALR_TIMEOUT_DEFAULT:
 *
 * The time that the server asks for, or our own where it asks for none.
 *
 * Since: 1.0
 */
#define SIGNALR_TIMEOUT_DEFAULT 0

/**
 * SIGNALR_TIMEOUT_NONE:
 *
 * No limit.
 *
 * Since: 1.0
 */
#define SIGNALR_TIMEOUT_NONE G_MAXUINT

#define SIGNALR_TYPE_CONNECTION (signalr_connection_get_type ())
SIGNALR_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (SignalrConnection, signalr_connection, SIGNALR, CONNECTION, GObject)

/* Signals: `slow ()`, `recovered ()`, `reconnecting (GError *error)`,
 *          `reconnected (char *connection_id, gboolean resumed)`,
 *          `disconnected (SignalrDisconnectReason reason, GError *error)`,
 *          `retrying (guint attempt, gint64 delay_in_ms)`: a wait has begun,
 *          `received (JsonNode *data)`: raw connections; and `notify::state`
 */
SIGNALR_AVAILABLE_IN_1_0
SignalrConnection      *signalr_connection_new                    (const char           *url);
SIGNALR_AVAILABLE_IN_1_0
SignalrConnection      *signalr_connection_new_with_session       (const char           *url,
                                                                   SoupSession          *session);
SIGNALR_AVAILABLE_IN_1_0
const char             *signalr_connection_get_url                (SignalrConnection    *self);
SIGNALR_AVAILABLE_IN_1_0
SignalrDialect          signalr_connection_get_dialect            (SignalrConnection    *self);
SIGNALR_AVAILABLE_IN_1_0
void                    signalr_connection_set_dialect            (SignalrConnection    *self,
                                                                   SignalrDialect        dialect);
SIGNALR_AVAILABLE_IN_1_0
SignalrEncoding         signalr_connection_get_encoding           (SignalrConnection    *self);
SIGNALR_AVAILABLE_IN_1_0
void                    signalr_connection_set_encoding           (SignalrConnection    *self,
                                                                   SignalrEncoding       encoding);
SIGNALR_AVAILABLE_IN_1_0
const char * const     *signalr_connection_get_transports         (SignalrConnection    *self);
SIGNALR_AVAILABLE_IN_1_0
void                    signalr_connection_set_transports         (SignalrConnection    *self,
                                                                   const char * const   *transports);
SIGNALR_AVAILABLE_IN_1_0
SignalrTransport        signalr_connection_get_transport          (SignalrConnection    *self);
SIGNALR_AVAILABLE_IN_1_0
SignalrConnectionState  signalr_connection_get_state              (SignalrConnection    *self);
SIGNALR_AVAILABLE_IN_1_0
SignalrQuality          signalr_connection_get_quality            (SignalrConnection    *self);
SIGNALR_AVAILABLE_IN_1_0
const char             *signalr_connection_get_connection_id      (SignalrConnection    *self);
SIGNALR_AVAILABLE_IN_1_0
const GError           *signalr_connection_get_last_error         (SignalrConnection    *self);
SIGNALR_AVAILABLE_IN_1_0
gint64                  signalr_connection_get_last_received      (SignalrConnection    *self);
SIGNALR_AVAILABLE_IN_1_0
gint64                  signalr_connection_get_round_trip_time    (SignalrConnection    *self);
SIGNALR_AVAILABLE_IN_1_0
guint64                 signalr_connection_get_bytes_received     (SignalrConnection    *self);
SIGNALR_AVAILABLE_IN_1_0
guint64                 signalr_connection_get_bytes_sent         (SignalrConnection    *self);
SIGNALR_AVAILABLE_IN_1_0
gint64                  signalr_connection_get_retry_at           (SignalrConnection    *self);
SIGNALR_AVAILABLE_IN_1_0
SignalrRetryPolicy     *signalr_connection_get_retry_policy       (SignalrConnection    *self);
SIGNALR_AVAILABLE_IN_1_0
void                    signalr_connection_set_retry_policy       (SignalrConnection    *self,
                                                                   SignalrRetryPolicy   *policy);

/* Times, in milliseconds. The getter tells the one in force: what was set, else
 * the server's own (known once connected), else the default of the dialect.
 */
SIGNALR_AVAILABLE_IN_1_0
guint                   signalr_connection_get_slow_after         (SignalrConnection    *self);
SIGNALR_AVAILABLE_IN_1_0
void                    signalr_connection_set_slow_after         (SignalrConnection    *self,
                                                                   guint                 milliseconds);
SIGNALR_AVAILABLE_IN_1_0
guint                   signalr_connection_get_keep_alive_timeout (SignalrConnection    *self);
SIGNALR_AVAILABLE_IN_1_0
void                    signalr_connection_set_keep_alive_timeout (SignalrConnection    *self,
                                                                   guint                 milliseconds);
SIGNALR_AVAILABLE_IN_1_0
guint                   signalr_connection_get_disconnect_timeout (SignalrConnection    *self);
SIGNALR_AVAILABLE_IN_1_0
void                    signalr_connection_set_disconnect_timeout (SignalrConnection    *self,
                                                                   guint                 milliseconds);
SIGNALR_AVAILABLE_IN_1_0
guint                   signalr_connection_get_ping_interval      (SignalrConnection    *self);
SIGNALR_AVAILABLE_IN_1_0
void                    signalr_connection_set_ping_interval      (SignalrConnection    *self,
                                                                   guint                 milliseconds);
SIGNALR_AVAILABLE_IN_1_0
guint                   signalr_connection_get_attempt_timeout    (SignalrConnection    *self);
SIGNALR_AVAILABLE_IN_1_0
void                    signalr_connection_set_attempt_timeout    (SignalrConnection    *self,
                                                                   guint                 milliseconds);
SIGNALR_AVAILABLE_IN_1_0
guint                   signalr_connection_get_max_message_size   (SignalrConnection    *self);
SIGNALR_AVAILABLE_IN_1_0
void                    signalr_connection_set_max_message_size   (SignalrConnection    *self,
                                                                   guint                 bytes);
SIGNALR_AVAILABLE_IN_1_0
gboolean                signalr_connection_get_stateful_reconnect (SignalrConnection    *self);
SIGNALR_AVAILABLE_IN_1_0
void                    signalr_connection_set_stateful_reconnect (SignalrConnection    *self,
                                                                   gboolean              stateful_reconnect);
SIGNALR_AVAILABLE_IN_1_0
gboolean                signalr_connection_get_skip_negotiation   (SignalrConnection    *self);
SIGNALR_AVAILABLE_IN_1_0
void                    signalr_connection_set_skip_negotiation   (SignalrConnection    *self,
                                                                   gboolean              skip_negotiation);

SIGNALR_AVAILABLE_IN_1_0
void                    signalr_connection_set_header             (SignalrConnection    *self,
                                                                   const char           *name,
                                                                   const char           *value);
SIGNALR_AVAILABLE_IN_1_0
void                    signalr_connection_set_query              (SignalrConnection    *self,
                                                                   const char           *name,
                                                                   const char           *value);
SIGNALR_AVAILABLE_IN_1_0
void                    signalr_connection_set_access_token       (SignalrConnection    *self,
                                                                   const char           *token);
SIGNALR_AVAILABLE_IN_1_0
void                    signalr_connection_set_token_func         (SignalrConnection    *self,
                                                                   SignalrTokenFunc      func,
                                                                   gpointer              user_data,
                                                                   GDestroyNotify        destroy);

SIGNALR_AVAILABLE_IN_1_0
SignalrHubProxy        *signalr_connection_get_hub                (SignalrConnection    *self,
                                                                   const char           *name);

SIGNALR_AVAILABLE_IN_1_0
void                    signalr_connection_start_async            (SignalrConnection    *self,
                                                                   GCancellable         *cancellable,
                                                                   GAsyncReadyCallback   callback,
                                                                   gpointer              user_data);
SIGNALR_AVAILABLE_IN_1_0
gboolean                signalr_connection_start_finish           (SignalrConnection    *self,
                                                                   GAsyncResult         *result,
                                                                   GError              **error);
SIGNALR_AVAILABLE_IN_1_0
void                    signalr_connection_stop_async             (SignalrConnection    *self,
                                                                   GCancellable         *cancellable,
                                                                   GAsyncReadyCallback   callback,
                                                                   gpointer              user_data);
SIGNALR_AVAILABLE_IN_1_0
gboolean                signalr_connection_stop_finish            (SignalrConnection    *self,
                                                                   GAsyncResult         *result,
                                                                   GError              **error);
SIGNALR_AVAILABLE_IN_1_0
void                    signalr_connection_send_async             (SignalrConnection    *self,
                                                                   JsonNode             *data,
                                                                   GCancellable         *cancellable,
                                                                   GAsyncReadyCallback   callback,
                                                                   gpointer              user_data);
SIGNALR_AVAILABLE_IN_1_0
gboolean                signalr_connection_send_finish            (SignalrConnection    *self,
                                                                   GAsyncResult         *result,
                                                                   GError              **error);
SIGNALR_AVAILABLE_IN_1_0
void                    signalr_connection_retry_now              (SignalrConnection    *self);
SIGNALR_AVAILABLE_IN_1_0
void                    signalr_connection_check_now              (SignalrConnection    *self);

G_END_DECLS
