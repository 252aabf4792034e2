/* connection-properties.c: what an application sets on a connection and reads from it
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "connection-private.h"

#define N_PROPERTIES (SIGNALR_CONNECTION_PROP_BYTES_SENT + 1)

static GParamSpec *properties[N_PROPERTIES];

void
signalr_connection_notify (SignalrConnection         *self,
                           SignalrConnectionProperty  property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
signalr_connection_get_property (GObject    *object,
                                 guint       property_id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  SignalrConnection *self = SIGNALR_CONNECTION (object);

  switch ((SignalrConnectionProperty) property_id)
    {
    case SIGNALR_CONNECTION_PROP_URL:
      g_value_set_string (value, self->settings.url);
      break;

    case SIGNALR_CONNECTION_PROP_SESSION:
      g_value_set_object (value, self->settings.session);
      break;

    case SIGNALR_CONNECTION_PROP_DIALECT:
      g_value_set_enum (value, signalr_connection_get_dialect (self));
      break;

    case SIGNALR_CONNECTION_PROP_ENCODING:
      g_value_set_enum (value, self->settings.encoding);
      break;

    case SIGNALR_CONNECTION_PROP_TRANSPORTS:
      g_value_set_boxed (value, self->settings.transports);
      break;

    case SIGNALR_CONNECTION_PROP_TRANSPORT:
      g_value_set_enum (value, self->transport);
      break;

    case SIGNALR_CONNECTION_PROP_STATE:
      g_value_set_enum (value, self->state);
      break;

    case SIGNALR_CONNECTION_PROP_QUALITY:
      g_value_set_enum (value, self->quality);
      break;

    case SIGNALR_CONNECTION_PROP_CONNECTION_ID:
      g_value_set_string (value, self->connection_id);
      break;

    case SIGNALR_CONNECTION_PROP_LAST_ERROR:
      g_value_set_boxed (value, self->last_error);
      break;

    case SIGNALR_CONNECTION_PROP_LAST_RECEIVED:
      g_value_set_int64 (value, self->last_received);
      break;

    case SIGNALR_CONNECTION_PROP_RETRY_AT:
      g_value_set_int64 (value, self->retry_at);
      break;

    case SIGNALR_CONNECTION_PROP_ROUND_TRIP_TIME:
      g_value_set_int64 (value, signalr_connection_get_round_trip_time (self));
      break;

    case SIGNALR_CONNECTION_PROP_BYTES_RECEIVED:
      g_value_set_uint64 (value, self->bytes_received);
      break;

    case SIGNALR_CONNECTION_PROP_BYTES_SENT:
      g_value_set_uint64 (value, self->bytes_sent);
      break;

    case SIGNALR_CONNECTION_PROP_RETRY_POLICY:
      g_value_set_object (value, self->settings.retry_policy);
      break;

    case SIGNALR_CONNECTION_PROP_SLOW_AFTER:
      g_value_set_uint (value, signalr_connection_get_slow_after (self));
      break;

    case SIGNALR_CONNECTION_PROP_KEEP_ALIVE_TIMEOUT:
      g_value_set_uint (value, signalr_connection_get_keep_alive_timeout (self));
      break;

    case SIGNALR_CONNECTION_PROP_DISCONNECT_TIMEOUT:
      g_value_set_uint (value, signalr_connection_get_disconnect_timeout (self));
      break;

    case SIGNALR_CONNECTION_PROP_PING_INTERVAL:
      g_value_set_uint (value, signalr_connection_get_ping_interval (self));
      break;

    case SIGNALR_CONNECTION_PROP_ATTEMPT_TIMEOUT:
      g_value_set_uint (value, signalr_connection_get_attempt_timeout (self));
      break;

    case SIGNALR_CONNECTION_PROP_STATEFUL_RECONNECT:
      g_value_set_boolean (value, self->settings.stateful_reconnect);
      break;

    case SIGNALR_CONNECTION_PROP_SKIP_NEGOTIATION:
      g_value_set_boolean (value, self->settings.skip_negotiation);
      break;

    case SIGNALR_CONNECTION_PROP_MAX_MESSAGE_SIZE:
      g_value_set_uint (value, self->settings.max_message_size);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
signalr_connection_set_property (GObject      *object,
                                 guint         property_id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  SignalrConnection *self = SIGNALR_CONNECTION (object);

  switch ((SignalrConnectionProperty) property_id)
    {
    case SIGNALR_CONNECTION_PROP_URL:
      self->settings.url = g_value_dup_string (value);
      break;

    case SIGNALR_CONNECTION_PROP_SESSION:
      self->settings.session = g_value_dup_object (value);
      break;

    case SIGNALR_CONNECTION_PROP_DIALECT:
      signalr_connection_set_dialect (self, g_value_get_enum (value));
      break;

    case SIGNALR_CONNECTION_PROP_ENCODING:
      signalr_connection_set_encoding (self, g_value_get_enum (value));
      break;

    case SIGNALR_CONNECTION_PROP_TRANSPORTS:
      signalr_connection_set_transports (self, g_value_get_boxed (value));
      break;

    case SIGNALR_CONNECTION_PROP_RETRY_POLICY:
      signalr_connection_set_retry_policy (self, g_value_get_object (value));
      break;

    case SIGNALR_CONNECTION_PROP_SLOW_AFTER:
      signalr_connection_set_slow_after (self, g_value_get_uint (value));
      break;

    case SIGNALR_CONNECTION_PROP_KEEP_ALIVE_TIMEOUT:
      signalr_connection_set_keep_alive_timeout (self, g_value_get_uint (value));
      break;

    case SIGNALR_CONNECTION_PROP_DISCONNECT_TIMEOUT:
      signalr_connection_set_disconnect_timeout (self, g_value_get_uint (value));
      break;

    case SIGNALR_CONNECTION_PROP_PING_INTERVAL:
      signalr_connection_set_ping_interval (self, g_value_get_uint (value));
      break;

    case SIGNALR_CONNECTION_PROP_ATTEMPT_TIMEOUT:
      signalr_connection_set_attempt_timeout (self, g_value_get_uint (value));
      break;

    case SIGNALR_CONNECTION_PROP_MAX_MESSAGE_SIZE:
      signalr_connection_set_max_message_size (self, g_value_get_uint (value));
      break;

    case SIGNALR_CONNECTION_PROP_STATEFUL_RECONNECT:
      signalr_connection_set_stateful_reconnect (self, g_value_get_boolean (value));
      break;

    case SIGNALR_CONNECTION_PROP_SKIP_NEGOTIATION:
      signalr_connection_set_skip_negotiation (self, g_value_get_boolean (value));
      break;

    case SIGNALR_CONNECTION_PROP_TRANSPORT:
    case SIGNALR_CONNECTION_PROP_STATE:
    case SIGNALR_CONNECTION_PROP_QUALITY:
    case SIGNALR_CONNECTION_PROP_CONNECTION_ID:
    case SIGNALR_CONNECTION_PROP_LAST_ERROR:
    case SIGNALR_CONNECTION_PROP_LAST_RECEIVED:
    case SIGNALR_CONNECTION_PROP_RETRY_AT:
    case SIGNALR_CONNECTION_PROP_ROUND_TRIP_TIME:
    case SIGNALR_CONNECTION_PROP_BYTES_RECEIVED:
    case SIGNALR_CONNECTION_PROP_BYTES_SENT:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
install_settings (void)
{
  /**
   * SignalrConnection:url: (getter get_url)
   *
   * Where the SignalR server is, without `/negotiate` and without query.
   *
   * Since: 1.0
   */
  properties[SIGNALR_CONNECTION_PROP_URL] =
    g_param_spec_string ("url", NULL, NULL,
                         NULL,
                         G_PARAM_READWRITE |
                         G_PARAM_CONSTRUCT_ONLY |
                         G_PARAM_STATIC_STRINGS);

  /**
   * SignalrConnection:session:
   *
   * What HTTP is spoken with: proxies, certificates, cookies and authentication
   * are its business. Several connections may share one. Without one the
   * connection makes its own.
   *
   * Since: 1.0
   */
  properties[SIGNALR_CONNECTION_PROP_SESSION] =
    g_param_spec_object ("session", NULL, NULL,
                         SOUP_TYPE_SESSION,
                         G_PARAM_READWRITE |
                         G_PARAM_CONSTRUCT_ONLY |
                         G_PARAM_STATIC_STRINGS);

  /**
   * SignalrConnection:dialect: (getter get_dialect) (setter set_dialect)
   *
   * Which generation of the protocol is spoken. Set to auto, the answer to
   * negotiate tells, and from then on the property reads what it told.
   *
   * Since: 1.0
   */
  properties[SIGNALR_CONNECTION_PROP_DIALECT] =
    g_param_spec_enum ("dialect", NULL, NULL,
                       SIGNALR_TYPE_DIALECT, SIGNALR_DIALECT_AUTO,
                       G_PARAM_READWRITE |
                       G_PARAM_EXPLICIT_NOTIFY |
                       G_PARAM_STATIC_STRINGS);

  /**
   * SignalrConnection:encoding: (getter get_encoding) (setter set_encoding)
   *
   * How records are written. Classic SignalR has only JSON.
   *
   * Since: 1.0
   */
  properties[SIGNALR_CONNECTION_PROP_ENCODING] =
    g_param_spec_enum ("encoding", NULL, NULL,
                       SIGNALR_TYPE_ENCODING, SIGNALR_ENCODING_JSON,
                       G_PARAM_READWRITE |
                       G_PARAM_EXPLICIT_NOTIFY |
                       G_PARAM_STATIC_STRINGS);

  /**
   * SignalrConnection:transports: (getter get_transports) (setter set_transports)
   *
   * The transports that may be used, in the order in which they are tried.
   * %NULL is all of them, in the protocol's own order.
   *
   * Since: 1.0
   */
  properties[SIGNALR_CONNECTION_PROP_TRANSPORTS] =
    g_param_spec_boxed ("transports", NULL, NULL,
                        G_TYPE_STRV,
                        G_PARAM_READWRITE |
                        G_PARAM_EXPLICIT_NOTIFY |
                        G_PARAM_STATIC_STRINGS);

  /**
   * SignalrConnection:retry-policy: (getter get_retry_policy) (setter set_retry_policy)
   *
   * Whether and when a connection that ended is started again. %NULL is never.
   *
   * Since: 1.0
   */
  properties[SIGNALR_CONNECTION_PROP_RETRY_POLICY] =
    g_param_spec_object ("retry-policy", NULL, NULL,
                         SIGNALR_TYPE_RETRY_POLICY,
                         G_PARAM_READWRITE |
                         G_PARAM_EXPLICIT_NOTIFY |
                         G_PARAM_STATIC_STRINGS);

  /**
   * SignalrConnection:stateful-reconnect: (getter get_stateful_reconnect) (setter set_stateful_reconnect)
   *
   * Whether the server is asked to take a lost connection up again: with the same
   * id, and without losing or repeating a message (ASP.NET Core 8 and later, over
   * webSockets, where the server allows it).
   *
   * Calls made meanwhile are sent then. Where the server has forgotten the
   * connection, after 15 seconds or when it was restarted, a new one is made, as
   * without this.
   *
   * Since: 1.0
   */
  properties[SIGNALR_CONNECTION_PROP_STATEFUL_RECONNECT] =
    g_param_spec_boolean ("stateful-reconnect", NULL, NULL,
                          FALSE,
                          G_PARAM_READWRITE |
                          G_PARAM_EXPLICIT_NOTIFY |
                          G_PARAM_STATIC_STRINGS);

  /**
   * SignalrConnection:skip-negotiation: (getter get_skip_negotiation) (setter set_skip_negotiation)
   *
   * Whether the WebSocket is opened at once, without asking the server what it can
   * (ASP.NET Core only, and only where webSockets is the one transport allowed).
   *
   * It saves a request, and a load balancer need not keep clients on their server.
   * The connection has no id then, and there are no redirects and no stateful
   * reconnect.
   *
   * Since: 1.0
   */
  properties[SIGNALR_CONNECTION_PROP_SKIP_NEGOTIATION] =
    g_param_spec_boolean ("skip-negotiation", NULL, NULL,
                          FALSE,
                          G_PARAM_READWRITE |
                          G_PARAM_EXPLICIT_NOTIFY |
                          G_PARAM_STATIC_STRINGS);
}

static void
install_times (void)
{
  /**
   * SignalrConnection:slow-after: (getter get_slow_after) (setter set_slow_after)
   *
   * After how many milliseconds of silence the connection is slow. Two thirds
   * of [property@Connection:keep-alive-timeout] unless set; later where an ASP.NET
   * Core server is known to ping more seldom than that.
   *
   * Since: 1.0
   */
  properties[SIGNALR_CONNECTION_PROP_SLOW_AFTER] =
    g_param_spec_uint ("slow-after", NULL, NULL,
                       0, G_MAXUINT, SIGNALR_TIMEOUT_DEFAULT,
                       G_PARAM_READWRITE |
                       G_PARAM_EXPLICIT_NOTIFY |
                       G_PARAM_STATIC_STRINGS);

  /**
   * SignalrConnection:keep-alive-timeout: (getter get_keep_alive_timeout) (setter set_keep_alive_timeout)
   *
   * After how many milliseconds of silence the transport counts as lost. Unless
   * set it is the classic server's own, and 30 s with ASP.NET Core, where it is
   * called the server timeout.
   *
   * Since: 1.0
   */
  properties[SIGNALR_CONNECTION_PROP_KEEP_ALIVE_TIMEOUT] =
    g_param_spec_uint ("keep-alive-timeout", NULL, NULL,
                       0, G_MAXUINT, SIGNALR_TIMEOUT_DEFAULT,
                       G_PARAM_READWRITE |
                       G_PARAM_EXPLICIT_NOTIFY |
                       G_PARAM_STATIC_STRINGS);

  /**
   * SignalrConnection:disconnect-timeout: (getter get_disconnect_timeout) (setter set_disconnect_timeout)
   *
   * For how many milliseconds a lost transport is tried to be re-established
   * before the connection has ended. Unless set it is the classic server's own,
   * and 30 s with ASP.NET Core. %SIGNALR_TIMEOUT_NONE tries for ever.
   *
   * Since: 1.0
   */
  properties[SIGNALR_CONNECTION_PROP_DISCONNECT_TIMEOUT] =
    g_param_spec_uint ("disconnect-timeout", NULL, NULL,
                       0, G_MAXUINT, SIGNALR_TIMEOUT_DEFAULT,
                       G_PARAM_READWRITE |
                       G_PARAM_EXPLICIT_NOTIFY |
                       G_PARAM_STATIC_STRINGS);

  /**
   * SignalrConnection:ping-interval: (getter get_ping_interval) (setter set_ping_interval)
   *
   * After how many milliseconds without sending anything a ping is sent: 15 s
   * with ASP.NET Core unless set. Classic SignalR has no pings of the client.
   *
   * Since: 1.0
   */
  properties[SIGNALR_CONNECTION_PROP_PING_INTERVAL] =
    g_param_spec_uint ("ping-interval", NULL, NULL,
                       0, G_MAXUINT, SIGNALR_TIMEOUT_DEFAULT,
                       G_PARAM_READWRITE |
                       G_PARAM_EXPLICIT_NOTIFY |
                       G_PARAM_STATIC_STRINGS);

  /**
   * SignalrConnection:attempt-timeout: (getter get_attempt_timeout) (setter set_attempt_timeout)
   *
   * How many milliseconds each step of making a connection may take: negotiate,
   * opening a transport, each attempt to reconnect. 10 s unless set.
   *
   * Since: 1.0
   */
  properties[SIGNALR_CONNECTION_PROP_ATTEMPT_TIMEOUT] =
    g_param_spec_uint ("attempt-timeout", NULL, NULL,
                       0, G_MAXUINT, SIGNALR_TIMEOUT_DEFAULT,
                       G_PARAM_READWRITE |
                       G_PARAM_EXPLICIT_NOTIFY |
                       G_PARAM_STATIC_STRINGS);

  /**
   * SignalrConnection:max-message-size: (getter get_max_message_size) (setter set_max_message_size)
   *
   * How many bytes a message of the server may have: an envelope of classic
   * SignalR, a record of ASP.NET Core. One that is larger is not waited for: the
   * transport is lost with `SIGNALR_ERROR_TOO_LARGE`, and made again as a new
   * SignalR connection, to which it is not sent again.
   *
   * Since: 1.0
   */
  properties[SIGNALR_CONNECTION_PROP_MAX_MESSAGE_SIZE] =
    g_param_spec_uint ("max-message-size", NULL, NULL,
                       1, G_MAXUINT, SIGNALR_DEFAULT_MAX_MESSAGE_SIZE,
                       G_PARAM_READWRITE |
                       G_PARAM_EXPLICIT_NOTIFY |
                       G_PARAM_STATIC_STRINGS);
}

static void
install_facts (void)
{
  /**
   * SignalrConnection:transport: (getter get_transport)
   *
   * The transport in use, none where there is no transport connection.
   *
   * Since: 1.0
   */
  properties[SIGNALR_CONNECTION_PROP_TRANSPORT] =
    g_param_spec_enum ("transport", NULL, NULL,
                       SIGNALR_TYPE_TRANSPORT, SIGNALR_TRANSPORT_NONE,
                       G_PARAM_READABLE |
                       G_PARAM_STATIC_STRINGS);

  /**
   * SignalrConnection:state: (getter get_state)
   *
   * Where the connection stands.
   *
   * Since: 1.0
   */
  properties[SIGNALR_CONNECTION_PROP_STATE] =
    g_param_spec_enum ("state", NULL, NULL,
                       SIGNALR_TYPE_CONNECTION_STATE, SIGNALR_CONNECTION_STATE_DISCONNECTED,
                       G_PARAM_READABLE |
                       G_PARAM_STATIC_STRINGS);

  /**
   * SignalrConnection:quality: (getter get_quality)
   *
   * Whether the server was heard lately.
   *
   * Since: 1.0
   */
  properties[SIGNALR_CONNECTION_PROP_QUALITY] =
    g_param_spec_enum ("quality", NULL, NULL,
                       SIGNALR_TYPE_QUALITY, SIGNALR_QUALITY_GOOD,
                       G_PARAM_READABLE |
                       G_PARAM_STATIC_STRINGS);

  /**
   * SignalrConnection:connection-id: (getter get_connection_id)
   *
   * The name that the server gave the connection; %NULL where there is none.
   *
   * Since: 1.0
   */
  properties[SIGNALR_CONNECTION_PROP_CONNECTION_ID] =
    g_param_spec_string ("connection-id", NULL, NULL,
                         NULL,
                         G_PARAM_READABLE |
                         G_PARAM_STATIC_STRINGS);

  /**
   * SignalrConnection:last-error: (getter get_last_error)
   *
   * What went wrong last, since the last start.
   *
   * Since: 1.0
   */
  properties[SIGNALR_CONNECTION_PROP_LAST_ERROR] =
    g_param_spec_boxed ("last-error", NULL, NULL,
                        G_TYPE_ERROR,
                        G_PARAM_READABLE |
                        G_PARAM_STATIC_STRINGS);

  /**
   * SignalrConnection:last-received: (getter get_last_received)
   *
   * When the server was last heard, in microseconds of the monotonic clock; 0
   * where it was not. It changes with every byte, so nobody is notified.
   *
   * Since: 1.0
   */
  properties[SIGNALR_CONNECTION_PROP_LAST_RECEIVED] =
    g_param_spec_int64 ("last-received", NULL, NULL,
                        0, G_MAXINT64, 0,
                        G_PARAM_READABLE |
                        G_PARAM_STATIC_STRINGS);

  /**
   * SignalrConnection:retry-at: (getter get_retry_at)
   *
   * When the connection is started again by itself, in microseconds of the
   * monotonic clock; 0 where it is not. It is known before `disconnected` is
   * emitted: a handler sees there whether it is the end.
   *
   * Since: 1.0
   */
  properties[SIGNALR_CONNECTION_PROP_RETRY_AT] =
    g_param_spec_int64 ("retry-at", NULL, NULL,
                        0, G_MAXINT64, 0,
                        G_PARAM_READABLE |
                        G_PARAM_STATIC_STRINGS);

  /**
   * SignalrConnection:round-trip-time: (getter get_round_trip_time)
   *
   * How long a word to the server and one back took lately, in microseconds: the
   * quickest of the last answers to calls, over this transport connection. 0 where
   * none was answered yet. Nobody is notified.
   *
   * Since: 1.0
   */
  properties[SIGNALR_CONNECTION_PROP_ROUND_TRIP_TIME] =
    g_param_spec_int64 ("round-trip-time", NULL, NULL,
                        0, G_MAXINT64, 0,
                        G_PARAM_READABLE |
                        G_PARAM_STATIC_STRINGS);

  /**
   * SignalrConnection:bytes-received: (getter get_bytes_received)
   *
   * How many bytes came on the transport's way down, since the object was made: of
   * a WebSocket all that its socket received, else the bodies of the answers.
   * Nobody is notified.
   *
   * Since: 1.0
   */
  properties[SIGNALR_CONNECTION_PROP_BYTES_RECEIVED] =
    g_param_spec_uint64 ("bytes-received", NULL, NULL,
                         0, G_MAXUINT64, 0,
                         G_PARAM_READABLE |
                         G_PARAM_STATIC_STRINGS);

  /**
   * SignalrConnection:bytes-sent: (getter get_bytes_sent)
   *
   * How many bytes of messages were handed to the transport, since the object was
   * made. Nobody is notified.
   *
   * Since: 1.0
   */
  properties[SIGNALR_CONNECTION_PROP_BYTES_SENT] =
    g_param_spec_uint64 ("bytes-sent", NULL, NULL,
                         0, G_MAXUINT64, 0,
                         G_PARAM_READABLE |
                         G_PARAM_STATIC_STRINGS);
}

void
signalr_connection_class_init_properties (GObjectClass *object_class)
{
  object_class->get_property = signalr_connection_get_property;
  object_class->set_property = signalr_connection_set_property;

  install_settings ();
  install_times ();
  install_facts ();
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}
