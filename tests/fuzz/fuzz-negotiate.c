/* fuzz-negotiate.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "protocol/aspnet-negotiate-private.h"
#include "protocol/aspnetcore-negotiate-private.h"
#include "protocol/aspnetcore-records-private.h"
#include "protocol/json-scan-private.h"

#include "fuzz.h"

static JsonNode *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  JsonNode *node = signalr_json_parse (text, strlen (text), &error);

  g_assert_no_error (error);

  return node;
}

static void
check_core (JsonNode *root)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SignalrAspnetcoreNegotiate) answer = signalr_aspnetcore_negotiate_decode (root, &error);
  g_autoptr (SignalrAspnetcoreNegotiate) copy = NULL;
  g_autoptr (JsonNode) again = NULL;
  g_autofree char *text = NULL;

  g_assert_true ((answer != NULL) == (error == NULL));
  if (answer == NULL)
    return;

  text = signalr_aspnetcore_negotiate_encode (answer);
  again = parse (text);
  copy = signalr_aspnetcore_negotiate_decode (again, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (copy->error, ==, answer->error);
  if (answer->error == NULL)
    {
      g_assert_cmpstr (copy->url, ==, answer->url);
      g_assert_cmpuint (copy->transports, ==, answer->transports);
    }
}

static void
check_classic (JsonNode *root)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SignalrAspnetNegotiate) answer = signalr_aspnet_negotiate_decode (root, &error);
  g_autoptr (SignalrAspnetNegotiate) copy = NULL;
  g_autoptr (JsonNode) again = NULL;
  g_autofree char *text = NULL, *version = NULL;

  g_assert_true ((answer != NULL) == (error == NULL));
  if (answer == NULL)
    return;

  text = signalr_aspnet_negotiate_encode (answer);
  again = parse (text);
  copy = signalr_aspnet_negotiate_decode (again, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (copy->keep_alive_timeout, ==, answer->keep_alive_timeout);
  g_assert_cmpfloat (copy->disconnect_timeout, ==, answer->disconnect_timeout);
  g_assert_cmpstr (copy->connection_token, ==, answer->connection_token);

  g_assert_cmpuint (signalr_aspnet_version_resolve (answer->protocol_version, &version), <=, 200);
}

static void
check_handshake (const uint8_t *data,
                 size_t         size)
{
  g_autoptr (GBytes) record = g_bytes_new (data, size);
  SignalrEncoding encoding;
  guint version;

  if (signalr_handshake_request_decode (record, 2, &encoding, &version, NULL))
    g_assert_cmpuint (version, <=, 2);
  signalr_handshake_response_decode (record, NULL);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr (JsonNode) root = signalr_json_parse ((const char *) data, size, NULL);
  g_autofree char *text = g_strndup ((const char *) data, size), *version = NULL;

  if (root != NULL)
    {
      check_core (root);
      check_classic (root);
      g_assert_false (signalr_aspnetcore_negotiate_fits (root) &&
                      json_object_has_member (json_node_get_object (root), "ProtocolVersion"));
    }
  check_handshake (data, size);

  g_assert_cmpuint (signalr_aspnet_version_resolve (text, &version), <=, 200);

  return 0;
}
