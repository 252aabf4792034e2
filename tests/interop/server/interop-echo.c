/* interop-echo.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "interop-echo.h"

#include <string.h>

struct _InteropEcho {
  SignalrEndpoint parent_instance;
};

G_DEFINE_FINAL_TYPE (InteropEcho, interop_echo, SIGNALR_TYPE_ENDPOINT)

/* What begins with "all: " goes to all. */
static void
interop_echo_received (SignalrEndpoint *endpoint,
                       SignalrCaller   *caller,
                       GBytes          *data)
{
  g_autofree char *text = NULL;
  g_autofree char *json = NULL;
  g_autoptr (JsonNode) value = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (data != NULL)
    text = g_bytes_get_size (data) > 0 ? g_strndup (g_bytes_get_data (data, NULL), g_bytes_get_size (data)) : g_strdup ("");
  value = json_node_init_string (json_node_alloc (), text);
  if (text == NULL || !g_str_has_prefix (text, "all: "))
    {
      signalr_endpoint_send_json (endpoint, signalr_caller_get_connection_id (caller), value);
      return;
    }

  json = json_to_string (value, FALSE);
  bytes = g_bytes_new (json, strlen (json));
  signalr_endpoint_broadcast (endpoint, bytes, NULL);
}

static void
interop_echo_class_init (InteropEchoClass *klass)
{
  SIGNALR_ENDPOINT_CLASS (klass)->received = interop_echo_received;
}

static void
interop_echo_init (InteropEcho *self)
{
}

SignalrEndpoint *
interop_echo_new (void)
{
  return g_object_new (interop_echo_get_type (), NULL);
}
