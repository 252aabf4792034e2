/* signalr-enums.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "signalr-enums.h"

G_DEFINE_ENUM_TYPE (SignalrDialect, signalr_dialect,
                    G_DEFINE_ENUM_VALUE (SIGNALR_DIALECT_AUTO, "auto"),
                    G_DEFINE_ENUM_VALUE (SIGNALR_DIALECT_ASPNET, "aspnet"),
                    G_DEFINE_ENUM_VALUE (SIGNALR_DIALECT_ASPNETCORE, "aspnetcore"))

G_DEFINE_ENUM_TYPE (SignalrTransport, signalr_transport,
                    G_DEFINE_ENUM_VALUE (SIGNALR_TRANSPORT_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (SIGNALR_TRANSPORT_WEB_SOCKETS, "webSockets"),
                    G_DEFINE_ENUM_VALUE (SIGNALR_TRANSPORT_SERVER_SENT_EVENTS, "serverSentEvents"),
                    G_DEFINE_ENUM_VALUE (SIGNALR_TRANSPORT_FOREVER_FRAME, "foreverFrame"),
                    G_DEFINE_ENUM_VALUE (SIGNALR_TRANSPORT_LONG_POLLING, "longPolling"))

G_DEFINE_ENUM_TYPE (SignalrEncoding, signalr_encoding,
                    G_DEFINE_ENUM_VALUE (SIGNALR_ENCODING_JSON, "json"),
                    G_DEFINE_ENUM_VALUE (SIGNALR_ENCODING_MESSAGEPACK, "messagepack"))

G_DEFINE_ENUM_TYPE (SignalrConnectionState, signalr_connection_state,
                    G_DEFINE_ENUM_VALUE (SIGNALR_CONNECTION_STATE_DISCONNECTED, "disconnected"),
                    G_DEFINE_ENUM_VALUE (SIGNALR_CONNECTION_STATE_CONNECTING, "connecting"),
                    G_DEFINE_ENUM_VALUE (SIGNALR_CONNECTION_STATE_CONNECTED, "connected"),
                    G_DEFINE_ENUM_VALUE (SIGNALR_CONNECTION_STATE_RECONNECTING, "reconnecting"),
                    G_DEFINE_ENUM_VALUE (SIGNALR_CONNECTION_STATE_DISCONNECTING, "disconnecting"))

G_DEFINE_ENUM_TYPE (SignalrQuality, signalr_quality,
                    G_DEFINE_ENUM_VALUE (SIGNALR_QUALITY_GOOD, "good"),
                    G_DEFINE_ENUM_VALUE (SIGNALR_QUALITY_SLOW, "slow"))

G_DEFINE_ENUM_TYPE (SignalrDisconnectReason, signalr_disconnect_reason,
                    G_DEFINE_ENUM_VALUE (SIGNALR_DISCONNECT_REASON_STOPPED, "stopped"),
                    G_DEFINE_ENUM_VALUE (SIGNALR_DISCONNECT_REASON_CLOSED_BY_SERVER, "closed-by-server"),
                    G_DEFINE_ENUM_VALUE (SIGNALR_DISCONNECT_REASON_TIMEOUT, "timeout"),
                    G_DEFINE_ENUM_VALUE (SIGNALR_DISCONNECT_REASON_FAILED, "failed"))

G_DEFINE_ENUM_TYPE (SignalrDelivery, signalr_delivery,
                    G_DEFINE_ENUM_VALUE (SIGNALR_DELIVERY_NOT_SENT, "not-sent"),
                    G_DEFINE_ENUM_VALUE (SIGNALR_DELIVERY_UNKNOWN, "unknown"),
                    G_DEFINE_ENUM_VALUE (SIGNALR_DELIVERY_FAILED, "failed"))

/**
 * signalr_transport_to_string:
 * @transport: a transport
 *
 * Names a transport as the protocols do.
 *
 * Returns: the name that the protocols use for @transport
 *
 * Since: 1.0
 */
const char *
signalr_transport_to_string (SignalrTransport transport)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (SIGNALR_TYPE_TRANSPORT);
  GEnumValue *value = g_enum_get_value (klass, transport);

  return value != NULL ? value->value_nick : "none";
}

/**
 * signalr_transport_from_string:
 * @name: a name, in any case: `webSockets` is classic's, `WebSockets` Core's
 *
 * Finds the transport that a name means.
 *
 * Returns: the transport of that name, or %SIGNALR_TRANSPORT_NONE where there
 *   is none
 *
 * Since: 1.0
 */
SignalrTransport
signalr_transport_from_string (const char *name)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (SIGNALR_TYPE_TRANSPORT);

  g_return_val_if_fail (name != NULL, SIGNALR_TRANSPORT_NONE);

  for (guint i = 0; i < klass->n_values; i++)
    {
      if (g_ascii_strcasecmp (klass->values[i].value_nick, name) == 0)
        return klass->values[i].value;
    }

  return SIGNALR_TRANSPORT_NONE;
}
