/* signalr-endpoint.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "signalr-endpoint-private.h"

#include "protocol/json-write-private.h"
#include "signalr-hub-private.h"

/**
 * SignalrEndpoint:
 *
 * A connection without hubs: what a client sends is given to the program as it
 * is, and nothing is called. Classic SignalR calls it a persistent connection.
 *
 * A program derives a class, and gives an object of it to
 * signalr_server_map_connection (). Connections begin and end as those of a hub
 * do, and groups, users and signalr_hub_close_client () are those of a hub; it has
 * no methods, and calls none.
 *
 * What is sent to classic clients is JSON, and has to be: to them
 * signalr_endpoint_send_json () is the way to send a text. To clients of ASP.NET
 * Core SignalR bytes go as they are.
 *
 * Since: 1.0
 */
G_DEFINE_ABSTRACT_TYPE (SignalrEndpoint, signalr_endpoint, SIGNALR_TYPE_HUB)

static void
signalr_endpoint_real_received (SignalrEndpoint *self,
                                SignalrCaller   *caller,
                                GBytes          *data)
{
}

static void
signalr_endpoint_class_init (SignalrEndpointClass *klass)
{
  klass->received = signalr_endpoint_real_received;
}

static void
signalr_endpoint_init (SignalrEndpoint *self)
{
}

void
signalr_endpoint_receive (SignalrEndpoint *self,
                          SignalrCaller   *caller,
                          const void      *data,
                          gsize            length)
{
  g_autoptr (GBytes) bytes = NULL;

  if (data != NULL)
    bytes = g_bytes_new (data, length);

  SIGNALR_ENDPOINT_GET_CLASS (self)->received (self, caller, bytes);
}

/**
 * signalr_endpoint_send:
 * @connection_id: whom; nothing happens where it is not known
 * @data: what; for a classic client one JSON value
 *
 * Sends to one client. It leaves when the main loop goes on; to a classic client that
 * has lost its transport, when it is back.
 *
 * Since: 1.0
 */
void
signalr_endpoint_send (SignalrEndpoint *self,
                       const char      *connection_id,
                       GBytes          *data)
{
  SignalrHost *host;
  g_autoptr (SignalrMessage) message = NULL;

  g_return_if_fail (SIGNALR_IS_ENDPOINT (self));
  g_return_if_fail (connection_id != NULL);
  g_return_if_fail (data != NULL);

  host = signalr_hub_get_host (SIGNALR_HUB (self));
  if (host == NULL)
    return;

  message = signalr_message_new_bytes (data, NULL);
  signalr_host_send (host, SIGNALR_HUB (self), connection_id, message);
}

/**
 * signalr_endpoint_send_json:
 * @connection_id: whom; nothing happens where it is not known
 * @value: (nullable): what; %NULL is null
 *
 * Sends a JSON value to one client, as signalr_endpoint_send () does with bytes. A value
 * that JSON has no words for, such as an infinite number, is not sent.
 *
 * Since: 1.0
 */
void
signalr_endpoint_send_json (SignalrEndpoint *self,
                            const char      *connection_id,
                            JsonNode        *value)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GBytes) data = NULL;
  g_autoptr (GError) error = NULL;

  g_return_if_fail (SIGNALR_IS_ENDPOINT (self));
  g_return_if_fail (connection_id != NULL);

  if (!signalr_json_write (text, value, &error))
    {
      g_info ("A value cannot be written: %s", error->message);
      return;
    }

  data = g_bytes_new (text->str, text->len);
  signalr_endpoint_send (self, connection_id, data);
}

static void
signalr_endpoint_publish (SignalrEndpoint    *self,
                          SignalrAudience     audience,
                          const char         *name,
                          GBytes             *data,
                          const char * const *except)
{
  SignalrHost *host = signalr_hub_get_host (SIGNALR_HUB (self));
  g_autoptr (SignalrMessage) message = signalr_message_new_bytes (data, except);

  if (host != NULL)
    signalr_host_publish (host, SIGNALR_HUB (self), audience, name, message);
}

/**
 * signalr_endpoint_broadcast:
 * @data: what; one JSON value where there are classic clients
 * @except: (nullable) (array zero-terminated=1): ids of connections left out
 *
 * Sends to everybody.
 *
 * Since: 1.0
 */
void
signalr_endpoint_broadcast (SignalrEndpoint    *self,
                            GBytes             *data,
                            const char * const *except)
{
  g_return_if_fail (SIGNALR_IS_ENDPOINT (self));
  g_return_if_fail (data != NULL);

  signalr_endpoint_publish (self, SIGNALR_AUDIENCE_ALL, NULL, data, except);
}

/**
 * signalr_endpoint_send_group:
 * @group: to whose members (see signalr_hub_add_to_group ())
 * @data: what; one JSON value where there are classic clients
 * @except: (nullable) (array zero-terminated=1): ids of connections left out
 *
 * Sends to the members of a group.
 *
 * Since: 1.0
 */
void
signalr_endpoint_send_group (SignalrEndpoint    *self,
                             const char         *group,
                             GBytes             *data,
                             const char * const *except)
{
  g_return_if_fail (SIGNALR_IS_ENDPOINT (self));
  g_return_if_fail (group != NULL);
  g_return_if_fail (data != NULL);

  signalr_endpoint_publish (self, SIGNALR_AUDIENCE_GROUP, group, data, except);
}
