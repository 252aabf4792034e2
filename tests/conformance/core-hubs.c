/* core-hubs.c: the hubs of part 2
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "core-hubs.h"

#include "core-methods.h"

static void
get_num_redirects_cb (SignalrHub        *hub,
                      SignalrInvocation *invocation,
                      gpointer           user_data)
{
  const char *text = signalr_caller_get_query (signalr_invocation_get_caller (invocation), "numRedirects");

  signalr_invocation_return_value (invocation, host_int (text != NULL ? g_ascii_strtoll (text, NULL, 10) : 0));
}

/* Whatever the message: the original wraps it away. */
static void
throw_exception_cb (SignalrHub        *hub,
                    SignalrInvocation *invocation,
                    gpointer           user_data)
{
  host_throw (invocation, "An error occurred.");
}

static void
invoke_with_string_cb (SignalrHub        *hub,
                       SignalrInvocation *invocation,
                       gpointer           user_data)
{
  host_call (hub, invocation, "Message", host_args ("s", host_arg_string (invocation, 0)));
  signalr_invocation_return_value (invocation, NULL);
}

static void
send_custom_object_cb (SignalrHub        *hub,
                       SignalrInvocation *invocation,
                       gpointer           user_data)
{
  g_autoptr (JsonArray) args = json_array_new ();
  JsonNode *custom = json_array_get_element (signalr_invocation_get_args (invocation), 0);

  json_array_add_element (args, json_node_ref (custom));
  host_call (hub, invocation, "CustomObject", json_node_init_array (json_node_alloc (), args));
  signalr_invocation_return_value (invocation, NULL);
}

static void
stream_cb (SignalrHub        *hub,
           SignalrInvocation *invocation,
           gpointer           user_data)
{
  static const char * const items[] = { "a", "b", "c" };

  for (gsize i = 0; i < G_N_ELEMENTS (items); i++)
    signalr_invocation_send_item (invocation, host_string (items[i]));
  signalr_invocation_return_value (invocation, NULL);
}

static void
empty_stream_cb (SignalrHub        *hub,
                 SignalrInvocation *invocation,
                 gpointer           user_data)
{
  signalr_invocation_return_value (invocation, NULL);
}

static void
infinite_stream_cancelled (SignalrHub        *hub,
                           SignalrInvocation *invocation)
{
  host_call (hub, invocation, "StreamCanceled", host_args (""));
  signalr_invocation_return_value (invocation, NULL);
}

static void
infinite_stream_cb (SignalrHub        *hub,
                    SignalrInvocation *invocation,
                    gpointer           user_data)
{
  core_on_cancelled (hub, invocation, infinite_stream_cancelled);
}

static void
concat_item (SignalrInvocation *invocation,
             JsonNode          *item,
             gpointer           data)
{
  if (JSON_NODE_HOLDS_VALUE (item) && json_node_get_value_type (item) == G_TYPE_STRING)
    g_string_append (data, json_node_get_string (item));
}

static void
concat_end (SignalrInvocation *invocation,
            GError            *error,
            gpointer           data)
{
  if (error != NULL)
    signalr_invocation_return_gerror (invocation, error);
  else
    signalr_invocation_return_value (invocation, host_string (((GString *) data)->str));
}

static void
string_free (gpointer string)
{
  g_string_free (string, TRUE);
}

static void
streaming_concat_cb (SignalrHub        *hub,
                     SignalrInvocation *invocation,
                     gpointer           user_data)
{
  core_read_upload (invocation, concat_item, concat_end, g_string_new (NULL), string_free);
}

static void
send_complex_object_cb (SignalrHub        *hub,
                        SignalrInvocation *invocation,
                        gpointer           user_data)
{
  static const guint8 bytes[] = { 1, 2, 3 };
  g_autoptr (GBytes) data = g_bytes_new_static (bytes, sizeof bytes);
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (GDateTime) time = g_date_time_new_utc (2000, 1, 1, 0, 0, 0);
  JsonArray *numbers = json_array_new ();

  for (int i = 1; i <= 3; i++)
    json_array_add_int_element (numbers, i);

  json_object_set_string_member (object, "String", "hello world");
  json_object_set_array_member (object, "IntArray", numbers);
  json_object_set_member (object, "ByteArray", signalr_node_new_bytes (data));
  json_object_set_string_member (object, "Guid", "00010203-0405-0607-0706-050403020100");
  json_object_set_member (object, "DateTime", signalr_node_new_timestamp (time));

  signalr_invocation_return_value (invocation, json_node_init_object (json_node_alloc (), object));
}

static void
get_header_cb (SignalrHub        *hub,
               SignalrInvocation *invocation,
               gpointer           user_data)
{
  signalr_invocation_return_value (invocation, host_string (core_get_header (invocation, host_arg_string (invocation, 0))));
}

static void
get_content_type_header_cb (SignalrHub        *hub,
                            SignalrInvocation *invocation,
                            gpointer           user_data)
{
  signalr_invocation_return_value (invocation, host_string (core_get_header (invocation, "Content-Type")));
}

static void
get_cookie_cb (SignalrHub        *hub,
               SignalrInvocation *invocation,
               gpointer           user_data)
{
  g_autofree char *value = core_get_cookie (invocation, host_arg_string (invocation, 0));

  signalr_invocation_return_value (invocation, host_string (value));
}

static const HostMethod test_methods[] = {
  { "Echo", 1, core_echo_cb },
  { "GetCallerConnectionId", 0, core_get_caller_id_cb },
  { "GetNumRedirects", 0, get_num_redirects_cb },
  { "ThrowException", 1, throw_exception_cb },
  { "InvokeWithString", 1, invoke_with_string_cb },
  { "SendCustomObject", 1, send_custom_object_cb },
  { "Stream", 0, stream_cb, SIGNALR_METHOD_FLAGS_STREAMS },
  { "EmptyStream", 0, empty_stream_cb, SIGNALR_METHOD_FLAGS_STREAMS },
  { "InfiniteStream", 0, infinite_stream_cb, SIGNALR_METHOD_FLAGS_STREAMS },
  { "StreamThrowException", 1, throw_exception_cb, SIGNALR_METHOD_FLAGS_STREAMS },
  { "StreamingConcat", 0, streaming_concat_cb, SIGNALR_METHOD_FLAGS_NONE, 1 },
  { "GetActiveTransportName", 0, core_get_transport_cb },
  { "EchoComplexObject", 1, core_echo_cb },
  { "SendComplexObject", 0, send_complex_object_cb },
  { "GetHeader", 1, get_header_cb },
  { "GetContentTypeHeader", 0, get_content_type_header_cb },
  { "GetCookie", 1, get_cookie_cb },
};

SignalrHub *
core_test_hub_new (void)
{
  return host_hub_new (NULL, test_methods, G_N_ELEMENTS (test_methods));
}

static const HostMethod echo_methods[] = { { "Echo", 1, core_echo_cb } };

SignalrHub *
core_echo_hub_new (void)
{
  return host_hub_new (NULL, echo_methods, G_N_ELEMENTS (echo_methods));
}

static void
uncreatable_connected (SignalrHub        *hub,
                       SignalrInvocation *start)
{
  host_throw (start, "Unable to resolve service for type 'System.Object' while attempting to activate "
                     "'FunctionalTests.UncreatableHub'.");
}

static const HostEvents uncreatable_events = { .connected = uncreatable_connected };

SignalrHub *
core_uncreatable_hub_new (void)
{
  return host_hub_new (&uncreatable_events, NULL, 0);
}

static void
raw_received (SignalrEndpoint *endpoint,
              SignalrCaller   *caller,
              GBytes          *data)
{
  if (data != NULL)
    signalr_endpoint_send (endpoint, signalr_caller_get_connection_id (caller), data);
}

static const HostEvents raw_events = { .received = raw_received };

SignalrEndpoint *
core_raw_echo_new (void)
{
  return host_endpoint_new (&raw_events);
}
