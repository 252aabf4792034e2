/* connection-private.h: the inside of a connection, for the files that it is made of
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "dialect-private.h"
#include "lifetime-private.h"
#include "pending-private.h"
#include "signalr-connection.h"

G_BEGIN_DECLS

typedef struct _SignalrLine SignalrLine;

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
  SIGNALR_CONNECTION_PROP_STATEFUL_RECONNECT,
  SIGNALR_CONNECTION_PROP_SKIP_NEGOTIATION,
  SIGNALR_CONNECTION_PROP_MAX_MESSAGE_SIZE,
  SIGNALR_CONNECTION_PROP_ROUND_TRIP_TIME,
  SIGNALR_CONNECTION_PROP_BYTES_RECEIVED,
  SIGNALR_CONNECTION_PROP_BYTES_SENT,
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
  guint               max_message_size;  /* bytes */
  SoupMessageHeaders *headers;
  GHashTable         *query;        /* char* to char* */
  char               *access_token; /* secret */
  SignalrTokenFunc    token_func;
  gpointer            token_data;
  GDestroyNotify      token_destroy;
  gboolean            skip_negotiation;
  gboolean            stateful_reconnect;
} SignalrConnectionSettings;

#define SIGNALR_DEFAULT_MAX_MESSAGE_SIZE (64 * 1024 * 1024)

/* Of so many the quickest counts. */
#define SIGNALR_N_ROUND_TRIPS 8

struct _SignalrConnection {
  GObject                    parent_instance;

  GMainContext              *context;
  SignalrConnectionSettings  settings;
  GHashTable                *hubs;           /* lower case name to SignalrHubProxy */

  /* What the application sees. */
  SignalrDialect             dialect;        /* the one spoken; auto: not known yet */
  SignalrTransport           transport;
  SignalrConnectionState     state;
  SignalrQuality             quality;
  char                      *connection_id;
  GError                    *last_error;
  gint64                     last_received;
  gint64                     retry_at;
  guint64                    bytes_received;
  guint64                    bytes_sent;
  gint64                     round_trips[SIGNALR_N_ROUND_TRIPS];   /* µs, the last ones */
  guint                      n_round_trips;  /* over this transport connection */

  /* How it comes about: connection-lifetime.c */
  SignalrLifetime            lifetime;
  SignalrLine               *line;
  GSource                   *deadline;       /* wakes at the lifetime's deadline */
  gint64                     grace;          /* or then, where that is later: after a standstill */
  struct _SignalrVigil      *vigil;          /* since there was a connection, or a wait for one */
  GQueue                     events;         /* what happened while one was handled */
  gboolean                   handling;
  int                        n_holds;        /* references of our own, while handlers run */
  gboolean                   resumed;        /* the line, the last time it was ready */
  guint                      n_renewed;      /* SignalR connections so far: which one it is */
  SignalrPending            *start;          /* the start that is waited for */
  GPtrArray                 *stops;          /* SignalrPending */

  /* connection-calls.c */
  GHashTable                *calls;          /* id to the call that is waited for */
  GQueue                     waiting;        /* those of them that wait for a connection */
  guint64                    last_call;
};

typedef enum {
  SIGNALR_SIGNAL_SLOW,
  SIGNALR_SIGNAL_RECOVERED,
  SIGNALR_SIGNAL_RECONNECTING,
  SIGNALR_SIGNAL_RECONNECTED,
  SIGNALR_SIGNAL_DISCONNECTED,
  SIGNALR_SIGNAL_RETRYING,
  SIGNALR_SIGNAL_RECEIVED,
  SIGNALR_SIGNAL_SEND_LOST,
  SIGNALR_N_SIGNALS,
} SignalrConnectionSignal;

extern guint signalr_connection_signals[SIGNALR_N_SIGNALS];

/* connection-properties.c */
void     signalr_connection_class_init_properties (GObjectClass              *object_class);
void     signalr_connection_notify                (SignalrConnection         *self,
                                                   SignalrConnectionProperty  property);
void     signalr_connection_settings_init         (SignalrConnectionSettings *settings);
void     signalr_connection_settings_clear        (SignalrConnectionSettings *settings);

/* connection-facts.c */
void     signalr_connection_note_round_trip       (SignalrConnection         *self,
                                                   gint64                     time);

/* connection-lifetime.c: all that happens to a connection goes in by handle */
void     signalr_connection_lifetime_init         (SignalrConnection         *self);
void     signalr_connection_lifetime_clear        (SignalrConnection         *self);
void     signalr_connection_handle                (SignalrConnection         *self,
                                                   SignalrLifetimeEvent       event);

/* Whether a handler that ran gave the connection away, or disposed of it: then nothing
 * more is told.
 */
gboolean signalr_connection_is_abandoned          (SignalrConnection         *self);

/* The times in force; what is not known yet is left as it is. */
void     signalr_connection_find_limits           (SignalrConnection         *self,
                                                   SignalrLifetimeLimits     *limits);

/* connection-calls.c */
GHashTable *
         signalr_connection_calls_new             (void);
void     signalr_connection_call                  (SignalrConnection         *self,
                                                   SignalrCall               *call,
                                                   GTask                     *task);   /* (transfer full) */
gboolean signalr_connection_send_call             (SignalrConnection         *self,
                                                   SignalrHubProxy           *hub,
                                                   const char                *method,
                                                   JsonNode                  *args,
                                                   GError                   **error);
gboolean signalr_connection_check_connected       (SignalrConnection         *self,
                                                   GError                   **error);
gboolean signalr_connection_send_outgoing         (SignalrConnection         *self,
                                                   const SignalrOutgoing     *outgoing,
                                                   GError                   **error);
void     signalr_connection_send_waiting          (SignalrConnection         *self);
void     signalr_connection_interrupt_calls       (SignalrConnection         *self,
                                                   SignalrError               code,
                                                   const char                *why);
void     signalr_connection_resume_calls          (SignalrConnection         *self);
void     signalr_connection_fail_calls            (SignalrConnection         *self,
                                                   SignalrError               code,
                                                   const char                *why);
void     signalr_connection_take_result           (SignalrConnection         *self,
                                                   SignalrIncoming           *incoming);
void     signalr_connection_take_item             (SignalrConnection         *self,
                                                   SignalrIncoming           *incoming);
void     signalr_connection_take_progress         (SignalrConnection         *self,
                                                   SignalrIncoming           *incoming);

/* connection-incoming.c */
void     signalr_connection_take                  (SignalrConnection         *self,
                                                   SignalrIncoming           *incoming);

G_END_DECLS
