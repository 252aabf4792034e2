/* connection-private.h: the inside of a connection, for the files that it is made of
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "signalr-connection.h"

G_BEGIN_DECLS

typedef enum {
  SIGNALR_CONNECTION_PROP_URL = 1,
  SIGNALR_CONNECTION_PROP_SESSION,
  SIGNALR_CONNECTION_PROP_DIALECT,
  SIGNALR_CONNECTION_PROP_ENCODING,
  SIGNALR_CONNECTION_PROP_TRANSPORTS,
  SIGNALR_CONNECTION_PROP_TRANSPORT,
  SIGNALR_CONNECTION_PROP_STATE,
  SIGNALR_CONNECTION_PROP_QUALITY,
  SIGNALR_CONNECTION_PROP_CONNECTION_ID,
  SIGNALR_CONNECTION_PROP_LAST_ERROR,
  SIGNALR_CONNECTION_PROP_LAST_RECEIVED,
  SIGNALR_CONNECTION_PROP_RETRY_AT,
  SIGNALR_CONNECTION_PROP_RETRY_POLICY,
  SIGNALR_CONNECTION_PROP_SLOW_AFTER,
  SIGNALR_CONNECTION_PROP_KEEP_ALIVE_TIMEOUT,
  SIGNALR_CONNECTION_PROP_DISCONNECT_TIMEOUT,
  SIGNALR_CONNECTION_PROP_PING_INTERVAL,
  SIGNALR_CONNECTION_PROP_ATTEMPT_TIMEOUT,
} SignalrConnectionProperty;

/* What the application asked for; it is read when a connection is made. Times
 * are in milliseconds, 0 where the application left them alone.
 */
typedef struct {
  char               *url;
  SoupSession        *session;
  SignalrDialect      dialect;
  SignalrEncoding     encoding;
  GStrv               transports;
  SignalrRetryPolicy *retry_policy;
  guint               slow_after;
  guint               keep_alive_timeout;
  guint               disconnect_timeout;
  guint               ping_interval;
  guint               attempt_timeout;
  SoupMessageHeaders *headers;
  GHashTable         *query;        /* char* to char* */
  char               *access_token; /* secret */
} SignalrConnectionSettings;

struct _SignalrConnection {
  GObject                   parent_instance;

  GMainContext             *context;
  SignalrConnectionSettings settings;
  GHashTable               *hubs;         /* lower case name to SignalrHubProxy */

  SignalrDialect            dialect;      /* the one spoken; auto: not known yet */
  SignalrTransport          transport;
  SignalrConnectionState    state;
  SignalrQuality            quality;
  char                     *connection_id;
  GError                   *last_error;
  gint64                    last_received;
  gint64                    retry_at;
};

void signalr_connection_class_init_properties (GObjectClass              *object_class);
void signalr_connection_notify                (SignalrConnection         *self,
                                               SignalrConnectionProperty  property);
void signalr_connection_settings_init         (SignalrConnectionSettings *settings);
void signalr_connection_settings_clear        (SignalrConnectionSettings *settings);

G_END_DECLS
