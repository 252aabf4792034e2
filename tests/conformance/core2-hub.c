/* core2-hub.c: the hub of part 3.1
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "core-hubs.h"

#include "core-methods.h"

#define STREAM_PAUSE 20
#define TOO_DEEP 100

static void
hello_world_cb (SignalrHub        *hub,
                SignalrInvocation *invocation,
                gpointer           user_data)
{
  signalr_invocation_return_value (invocation, host_string ("Hello World!"));
}

static void
stream_cb (SignalrHub        *hub,
           SignalrInvocation *invocation,
           gpointer           user_data)
{
  gint64 count;

  if (host_arg_int (invocation, 0, &count))
    core_stream_numbers (invocation, count, STREAM_PAUSE);
}

static void
stream_exception_cb (SignalrHub        *hub,
                     SignalrInvocation *invocation,
                     gpointer           user_data)
{
  host_throw (invocation, "Error occurred while streaming.");
}

static void
stream_broken_cb (SignalrHub        *hub,
                  SignalrInvocation *invocation,
                  gpointer           user_data)
{
  signalr_invocation_return_value (invocation, host_int (1));
}

static void
echo_item (SignalrInvocation *invocation,
           JsonNode          *item,
           gpointer           data)
{
  signalr_invocation_send_item (invocation, json_node_ref (item));
}

static void
echo_end (SignalrInvocation *invocation,
          GError            *error,
          gpointer           data)
{
  if (error != NULL)
    signalr_invocation_return_gerror (invocation, error);
  else
    signalr_invocation_return_value (invocation, NULL);
}

static void
stream_echo_cb (SignalrHub        *hub,
                SignalrInvocation *invocation,
                gpointer           user_data)
{
  core_read_upload (invocation, echo_item, echo_end, NULL, NULL);
}

static void
call_echo_cb (SignalrHub        *hub,
              SignalrInvocation *invocation,
              gpointer           user_data)
{
  host_call (hub, invocation, "Echo", host_args ("s", host_arg_string (invocation, 0)));
  signalr_invocation_return_value (invocation, NULL);
}

static void
call_handler_that_doesnt_exist_cb (SignalrHub        *hub,
                                   SignalrInvocation *invocation,
                                   gpointer           user_data)
{
  host_call (hub, invocation, "NoClientHandler", host_args (""));
  signalr_invocation_return_value (invocation, NULL);
}

static void
get_user_identifier_cb (SignalrHub        *hub,
                        SignalrInvocation *invocation,
                        gpointer           user_data)
{
  SignalrCaller *caller = signalr_invocation_get_caller (invocation);

  signalr_invocation_return_value (invocation, host_string (signalr_caller_get_user (caller)));
}

static void
get_header_values_cb (SignalrHub        *hub,
                      SignalrInvocation *invocation,
                      gpointer           user_data)
{
  JsonNode *names = json_array_get_element (signalr_invocation_get_args (invocation), 0);
  g_autoptr (JsonArray) values = json_array_new ();

  for (guint i = 0; JSON_NODE_HOLDS_ARRAY (names) && i < json_array_get_length (json_node_get_array (names)); i++)
    {
      JsonNode *name = json_array_get_element (json_node_get_array (names), i);
      const char *text = JSON_NODE_HOLDS_VALUE (name) ? json_node_get_string (name) : NULL;

      json_array_add_element (values, host_string (core_get_header (invocation, text)));
    }

  signalr_invocation_return_value (invocation, json_node_init_array (json_node_alloc (), values));
}

static void
get_cookie_value_cb (SignalrHub        *hub,
                     SignalrInvocation *invocation,
                     gpointer           user_data)
{
  g_autofree char *escaped = core_get_cookie (invocation, host_arg_string (invocation, 0));
  g_autofree char *value = escaped != NULL ? g_uri_unescape_string (escaped, NULL) : NULL;

  signalr_invocation_return_value (invocation, host_string (value));
}

static void
add_address (JsonArray      *values,
             guint           index,
             GSocketAddress *address)
{
  GInetSocketAddress *inet = G_INET_SOCKET_ADDRESS (address);
  g_autofree char *host = g_inet_address_to_string (g_inet_socket_address_get_address (inet));
  JsonNode *nodes[] = { host_int (g_inet_socket_address_get_port (inet)), host_string (host) };

  for (guint i = 0; i < G_N_ELEMENTS (nodes); i++)
    json_array_add_element (values, nodes[i]);
}

/* Both ports first, then both addresses. */
static void
get_connection_feature_cb (SignalrHub        *hub,
                           SignalrInvocation *invocation,
                           gpointer           user_data)
{
  static const guint order[] = { 0, 2, 1, 3 };
  SignalrCaller *caller = signalr_invocation_get_caller (invocation);
  g_autoptr (JsonArray) values = json_array_new ();
  g_autoptr (JsonArray) ordered = json_array_new ();

  add_address (values, 0, signalr_caller_get_local_address (caller));
  add_address (values, 1, signalr_caller_get_remote_address (caller));
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    json_array_add_element (ordered, json_node_ref (json_array_get_element (values, order[i])));

  signalr_invocation_return_value (invocation, json_node_init_array (json_node_alloc (), ordered));
}

/* All that the server speaks. */
static void
get_http_protocol_cb (SignalrHub        *hub,
                      SignalrInvocation *invocation,
                      gpointer           user_data)
{
  signalr_invocation_return_value (invocation, host_string ("HTTP/1.1"));
}

static void
abort_cb (SignalrHub        *hub,
          SignalrInvocation *invocation,
          gpointer           user_data)
{
  SignalrCaller *caller = signalr_invocation_get_caller (invocation);

  signalr_hub_close_client (hub, signalr_caller_get_connection_id (caller), NULL);
  signalr_invocation_return_value (invocation, NULL);
}

/* What JSON cannot write here is too deep. MessagePack's original does not know the
 * type, which ours has not: so the hub says it.
 */
static gboolean
refuse_in_messagepack (SignalrHub        *hub,
                       SignalrInvocation *invocation)
{
  SignalrCaller *caller = signalr_invocation_get_caller (invocation);

  if (signalr_caller_get_encoding (caller) != SIGNALR_ENCODING_MESSAGEPACK)
    return FALSE;

  signalr_hub_close_client (hub, signalr_caller_get_connection_id (caller),
                            "Connection closed with an error. MessagePackSerializationException: Failed to serialize "
                            "Microsoft.AspNetCore.SignalR.Client.FunctionalTests.TestHub+Unserializable value.");

  return TRUE;
}

static JsonNode *
unserializable_new (void)
{
  JsonNode *node = host_int (0);

  for (int i = 0; i < TOO_DEEP; i++)
    {
      JsonArray *array = json_array_new ();

      json_array_add_element (array, node);
      node = json_node_new (JSON_NODE_ARRAY);
      json_node_take_array (node, array);
    }

  return node;
}

static void
get_unserializable_object_cb (SignalrHub        *hub,
                              SignalrInvocation *invocation,
                              gpointer           user_data)
{
  if (!refuse_in_messagepack (hub, invocation))
    signalr_invocation_return_value (invocation, unserializable_new ());
}

/* A call that cannot be written reaches nobody, and its caller is only warned. */
static void
call_with_unserializable_object_cb (SignalrHub        *hub,
                                    SignalrInvocation *invocation,
                                    gpointer           user_data)
{
  get_unserializable_object_cb (hub, invocation, user_data);
}

static const HostMethod test_methods[] = {
  { "HelloWorld", 0, hello_world_cb },
  { "Echo", 1, core_echo_cb },
  { "Stream", 1, stream_cb, SIGNALR_METHOD_FLAGS_STREAMS },
  { "StreamException", 0, stream_exception_cb, SIGNALR_METHOD_FLAGS_STREAMS },
  { "StreamBroken", 0, stream_broken_cb, SIGNALR_METHOD_FLAGS_STREAMS },
  { "StreamEcho", 0, stream_echo_cb, SIGNALR_METHOD_FLAGS_STREAMS, 1 },
  { "StreamEchoInt", 0, stream_echo_cb, SIGNALR_METHOD_FLAGS_STREAMS, 1 },
  { "StreamIAsyncConsumer", 0, stream_echo_cb, SIGNALR_METHOD_FLAGS_STREAMS, 1 },
  { "CallEcho", 1, call_echo_cb },
  { "CallHandlerThatDoesntExist", 0, call_handler_that_doesnt_exist_cb },
  { "GetCallerConnectionId", 0, core_get_caller_id_cb },
  { "GetActiveTransportName", 0, core_get_transport_cb },
  { "GetUserIdentifier", 0, get_user_identifier_cb },
  { "GetHeaderValues", 1, get_header_values_cb },
  { "GetCookieValue", 1, get_cookie_value_cb },
  { "GetIHttpConnectionFeatureProperties", 0, get_connection_feature_cb },
  { "GetHttpProtocol", 0, get_http_protocol_cb },
  { "Abort", 0, abort_cb },
  { "GetUnserializableObject", 0, get_unserializable_object_cb },
  { "CallWithUnserializableObject", 0, call_with_unserializable_object_cb },
};

SignalrHub *
core2_test_hub_new (void)
{
  return host_hub_new (NULL, test_methods, G_N_ELEMENTS (test_methods));
}
