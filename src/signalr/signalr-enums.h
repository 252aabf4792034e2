/* signalr-enums.h
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined (SIGNALR_INSIDE) && !defined (SIGNALR_COMPILATION)
#error "Only <signalr.h> can be included directly."
#endif

#include <glib-object.h>

#include "signalr-version-macros.h"

G_BEGIN_DECLS

/**
 * SignalrDialect:
 * @SIGNALR_DIALECT_AUTO: not known yet; the answer to negotiate tells
 * @SIGNALR_DIALECT_ASPNET: classic ASP.NET SignalR 1.x and 2.x
 * @SIGNALR_DIALECT_ASPNETCORE: ASP.NET Core SignalR
 *
 * Which generation of the protocol is spoken.
 *
 * Since: 1.0
 */
typedef enum {
  SIGNALR_DIALECT_AUTO,
  SIGNALR_DIALECT_ASPNET,
  SIGNALR_DIALECT_ASPNETCORE,
} SignalrDialect;

#define SIGNALR_TYPE_DIALECT (signalr_dialect_get_type ())
SIGNALR_AVAILABLE_IN_1_0
GType signalr_dialect_get_type (void);

/**
 * SignalrTransport:
 * @SIGNALR_TRANSPORT_NONE: no transport connection
 * @SIGNALR_TRANSPORT_WEB_SOCKETS: one WebSocket for both directions
 * @SIGNALR_TRANSPORT_SERVER_SENT_EVENTS: an event stream down, requests up
 * @SIGNALR_TRANSPORT_FOREVER_FRAME: a stream of script elements down, requests up (classic only)
 * @SIGNALR_TRANSPORT_LONG_POLLING: requests that wait for an answer, requests up
 *
 * How a SignalR connection is carried. The nicks are the protocol's own names
 * (`webSockets`, `serverSentEvents`, `foreverFrame`, `longPolling`).
 *
 * Since: 1.0
 */
typedef enum {
  SIGNALR_TRANSPORT_NONE,
  SIGNALR_TRANSPORT_WEB_SOCKETS,
  SIGNALR_TRANSPORT_SERVER_SENT_EVENTS,
  SIGNALR_TRANSPORT_FOREVER_FRAME,
  SIGNALR_TRANSPORT_LONG_POLLING,
} SignalrTransport;

#define SIGNALR_TYPE_TRANSPORT (signalr_transport_get_type ())
SIGNALR_AVAILABLE_IN_1_0
GType            signalr_transport_get_type    (void);
SIGNALR_AVAILABLE_IN_1_0
const char      *signalr_transport_to_string   (SignalrTransport  transport);
SIGNALR_AVAILABLE_IN_1_0
SignalrTransport signalr_transport_from_string (const char       *name);

/**
 * SignalrEncoding:
 * @SIGNALR_ENCODING_JSON: JSON text
 * @SIGNALR_ENCODING_MESSAGEPACK: MessagePack (ASP.NET Core only)
 *
 * How records are written.
 *
 * Since: 1.0
 */
typedef enum {
  SIGNALR_ENCODING_JSON,
  SIGNALR_ENCODING_MESSAGEPACK,
} SignalrEncoding;

#define SIGNALR_TYPE_ENCODING (signalr_encoding_get_type ())
SIGNALR_AVAILABLE_IN_1_0
GType signalr_encoding_get_type (void);

/**
 * SignalrConnectionState:
 * @SIGNALR_CONNECTION_STATE_DISCONNECTED: there is no SignalR connection
 * @SIGNALR_CONNECTION_STATE_CONNECTING: one is being made
 * @SIGNALR_CONNECTION_STATE_CONNECTED: it is there, and so is its transport
 * @SIGNALR_CONNECTION_STATE_RECONNECTING: its transport is lost and being re-established
 * @SIGNALR_CONNECTION_STATE_DISCONNECTING: it is being ended by `stop`
 *
 * Where a [class@Connection] is in its life.
 *
 * Since: 1.0
 */
typedef enum {
  SIGNALR_CONNECTION_STATE_DISCONNECTED,
  SIGNALR_CONNECTION_STATE_CONNECTING,
  SIGNALR_CONNECTION_STATE_CONNECTED,
  SIGNALR_CONNECTION_STATE_RECONNECTING,
  SIGNALR_CONNECTION_STATE_DISCONNECTING,
} SignalrConnectionState;

#define SIGNALR_TYPE_CONNECTION_STATE (signalr_connection_state_get_type ())
SIGNALR_AVAILABLE_IN_1_0
GType signalr_connection_state_get_type (void);

/**
 * SignalrQuality:
 * @SIGNALR_QUALITY_GOOD: the server was heard lately
 * @SIGNALR_QUALITY_SLOW: it has been silent for two thirds of the keep-alive timeout
 *
 * Whether the server is heard as often as it should be.
 *
 * Since: 1.0
 */
typedef enum {
  SIGNALR_QUALITY_GOOD,
  SIGNALR_QUALITY_SLOW,
} SignalrQuality;

#define SIGNALR_TYPE_QUALITY (signalr_quality_get_type ())
SIGNALR_AVAILABLE_IN_1_0
GType signalr_quality_get_type (void);

/**
 * SignalrDisconnectReason:
 * @SIGNALR_DISCONNECT_REASON_STOPPED: `stop` was called
 * @SIGNALR_DISCONNECT_REASON_CLOSED_BY_SERVER: the server ended the connection
 * @SIGNALR_DISCONNECT_REASON_TIMEOUT: the disconnect timeout ran out while reconnecting
 * @SIGNALR_DISCONNECT_REASON_FAILED: the connection could not be made
 *
 * Why a SignalR connection ended.
 *
 * Since: 1.0
 */
typedef enum {
  SIGNALR_DISCONNECT_REASON_STOPPED,
  SIGNALR_DISCONNECT_REASON_CLOSED_BY_SERVER,
  SIGNALR_DISCONNECT_REASON_TIMEOUT,
  SIGNALR_DISCONNECT_REASON_FAILED,
} SignalrDisconnectReason;

#define SIGNALR_TYPE_DISCONNECT_REASON (signalr_disconnect_reason_get_type ())
SIGNALR_AVAILABLE_IN_1_0
GType signalr_disconnect_reason_get_type (void);

/**
 * SignalrDelivery:
 * @SIGNALR_DELIVERY_NOT_SENT: the call never left; repeating it is safe
 * @SIGNALR_DELIVERY_UNKNOWN: it was sent, and no answer came; it may have run
 * @SIGNALR_DELIVERY_FAILED: the server got it and answered with an error
 *
 * How far a call that failed has come.
 *
 * Since: 1.0
 */
typedef enum {
  SIGNALR_DELIVERY_NOT_SENT,
  SIGNALR_DELIVERY_UNKNOWN,
  SIGNALR_DELIVERY_FAILED,
} SignalrDelivery;

#define SIGNALR_TYPE_DELIVERY (signalr_delivery_get_type ())
SIGNALR_AVAILABLE_IN_1_0
GType signalr_delivery_get_type (void);

G_END_DECLS
