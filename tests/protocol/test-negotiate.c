/* test-negotiate.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "protocol/aspnet-negotiate-private.h"
#include "protocol/aspnetcore-negotiate-private.h"
#include "protocol/json-scan-private.h"

#define WS  (1 << SIGNALR_TRANSPORT_WEB_SOCKETS)
#define SSE (1 << SIGNALR_TRANSPORT_SERVER_SENT_EVENTS)
#define LP  (1 << SIGNALR_TRANSPORT_LONG_POLLING)

#define ALL_TRANSPORTS \
  "\"availableTransports\":[{\"transport\":\"WebSockets\",\"transferFormats\":[\"Text\",\"Binary\"]}," \
  "{\"transport\":\"ServerSentEvents\",\"transferFormats\":[\"Text\"]}," \
  "{\"transport\":\"LongPolling\",\"transferFormats\":[\"Text\",\"Binary\"]}]"

static JsonNode *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  JsonNode *node = signalr_json_parse (text, strlen (text), &error);

  g_assert_no_error (error);

  return node;
}

static void
test_core_both_ways (void)
{
  static const struct {
    const char                 *text;
    SignalrAspnetcoreNegotiate  wanted;
  } cases[] = {
    { "{\"negotiateVersion\":1,\"connectionId\":\"id\",\"connectionToken\":\"token\"," ALL_TRANSPORTS "}",
      { .version = 1, .connection_id = (char *) "id", .connection_token = (char *) "token",
        .transports = WS | SSE | LP, .binary_transports = WS | LP } },
    { "{\"useStatefulReconnect\":true,\"negotiateVersion\":1,\"connectionId\":\"id\",\"connectionToken\":\"t\","
      "\"availableTransports\":[{\"transport\":\"LongPolling\",\"transferFormats\":[\"Text\"]}]}",
      { .version = 1, .connection_id = (char *) "id", .connection_token = (char *) "t", .stateful = TRUE,
        .transports = LP } },
    { "{\"negotiateVersion\":0,\"connectionId\":\"id\"," ALL_TRANSPORTS "}",
      { .connection_id = (char *) "id", .connection_token = (char *) "id",
        .transports = WS | SSE | LP, .binary_transports = WS | LP } },
    { "{\"negotiateVersion\":0,\"url\":\"https://svc.example/client/?hub=chat\",\"accessToken\":\"eyJ\","
      "\"availableTransports\":[]}",
      { .url = (char *) "https://svc.example/client/?hub=chat", .access_token = (char *) "eyJ" } },
    { "{\"error\":\"The client requested version '-1', but the server does not support this version.\"}",
      { .error = (char *) "The client requested version '-1', but the server does not support this version." } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonNode) root = parse (cases[i].text);
      g_autoptr (SignalrAspnetcoreNegotiate) answer = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *written = NULL;

      g_assert_true (signalr_aspnetcore_negotiate_fits (root));
      g_assert_false (signalr_aspnet_negotiate_fits (root));
      answer = signalr_aspnetcore_negotiate_decode (root, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (answer->version, ==, cases[i].wanted.version);
      g_assert_cmpstr (answer->connection_id, ==, cases[i].wanted.connection_id);
      g_assert_cmpstr (answer->connection_token, ==, cases[i].wanted.connection_token);
      g_assert_cmpstr (answer->url, ==, cases[i].wanted.url);
      g_assert_cmpstr (answer->access_token, ==, cases[i].wanted.access_token);
      g_assert_cmpstr (answer->error, ==, cases[i].wanted.error);
      g_assert_cmpint (answer->stateful, ==, cases[i].wanted.stateful);
      g_assert_cmphex (answer->transports, ==, cases[i].wanted.transports);
      g_assert_cmphex (answer->binary_transports, ==, cases[i].wanted.binary_transports);

      written = signalr_aspnetcore_negotiate_encode (answer);
      g_assert_cmpstr (written, ==, cases[i].text);
    }
}

static void
test_core_tolerant (void)
{
  g_autoptr (JsonNode) root =
    parse ("{\"later\":[1],\"availableTransports\":[{\"transport\":\"Pigeon\",\"transferFormats\":[\"Text\"]},"
           "{\"transferFormats\":[\"Smoke\",7,\"Text\"],\"transport\":\"WebSockets\",\"x\":1}],"
           "\"connectionId\":\"id\",\"url\":null,\"error\":null}");
  g_autoptr (SignalrAspnetcoreNegotiate) answer = signalr_aspnetcore_negotiate_decode (root, NULL);

  g_assert_cmphex (answer->transports, ==, WS);
  g_assert_cmphex (answer->binary_transports, ==, 0);
  g_assert_cmpuint (answer->version, ==, 0);
  g_assert_cmpstr (answer->connection_token, ==, "id");
}

static void
test_core_refuse (void)
{
  static const char * const cases[] = {
    "[]", "null", "\"text\"", "{}", "{\"availableTransports\":[]}",
    "{\"connectionId\":7," ALL_TRANSPORTS "}",
    "{\"negotiateVersion\":1,\"connectionId\":\"id\"," ALL_TRANSPORTS "}",
    "{\"negotiateVersion\":\"1\",\"connectionId\":\"id\"," ALL_TRANSPORTS "}",
    "{\"connectionId\":\"id\",\"availableTransports\":{}}",
    "{\"connectionId\":\"id\",\"availableTransports\":[7]}",
    "{\"connectionId\":\"id\",\"availableTransports\":[{}]}",
    "{\"connectionId\":\"id\",\"availableTransports\":[{\"transport\":\"WebSockets\"}]}",
    "{\"connectionId\":\"id\",\"availableTransports\":[{\"transport\":1,\"transferFormats\":[]}]}",
    "{\"connectionId\":\"id\",\"useStatefulReconnect\":1," ALL_TRANSPORTS "}",
    "{\"url\":7}", "{\"error\":{}}", "{\"url\":\"x\",\"accessToken\":7}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonNode) root = parse (cases[i]);
      g_autoptr (GError) error = NULL;

      g_assert_null (signalr_aspnetcore_negotiate_decode (root, &error));
      g_assert_nonnull (error);
      g_assert_true (error->domain == SIGNALR_ERROR);
    }
}

#define CLASSIC \
  "{\"Url\":\"/signalr\",\"ConnectionToken\":\"AQ/+==\",\"ConnectionId\":\"1d7e\"," \
  "\"KeepAliveTimeout\":%s,\"DisconnectTimeout\":%s,\"ConnectionTimeout\":110.0,\"TryWebSockets\":true," \
  "\"ProtocolVersion\":\"%s\",\"TransportConnectTimeout\":5.0,\"LongPollDelay\":0.0%s}"

static void
test_classic_both_ways (void)
{
  static const struct {
    const char *keep_alive;
    const char *disconnect;
    const char *protocol;
    double      keep_alive_timeout;
    double      disconnect_timeout;
    guint       version;
  } cases[] = {
    { "20.0", "30.0", "2.0", 20, 30, 200 },
    { "null", "30.0", "1.5", -1, 30, 105 },
    { "13.333333333333334", "20.0", "1.2", 13.333333333333334, 20, 102 },
    { "4.0", "6.5", "1.2.5", 4, 6.5, 102 },
    { "4.0", "6.0", "2.1", 4, 6, 201 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf (CLASSIC, cases[i].keep_alive, cases[i].disconnect,
                                               cases[i].protocol, "");
      g_autoptr (JsonNode) root = parse (text);
      g_autoptr (SignalrAspnetNegotiate) answer = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *written = NULL;

      g_assert_true (signalr_aspnet_negotiate_fits (root));
      g_assert_false (signalr_aspnetcore_negotiate_fits (root));
      answer = signalr_aspnet_negotiate_decode (root, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (answer->url, ==, "/signalr");
      g_assert_cmpstr (answer->connection_token, ==, "AQ/+==");
      g_assert_cmpstr (answer->connection_id, ==, "1d7e");
      g_assert_cmpfloat (answer->keep_alive_timeout, ==, cases[i].keep_alive_timeout);
      g_assert_cmpfloat (answer->disconnect_timeout, ==, cases[i].disconnect_timeout);
      g_assert_cmpfloat (answer->connection_timeout, ==, 110);
      g_assert_true (answer->try_web_sockets);
      g_assert_cmpuint (answer->version, ==, cases[i].version);

      written = signalr_aspnet_negotiate_encode (answer);
      g_assert_cmpstr (written, ==, text);
    }
}

/* A server of the 1.x generation leaves things out. */
static void
test_classic_old (void)
{
  g_autoptr (JsonNode) root =
    parse ("{\"Url\":\"/signalr\",\"ConnectionToken\":\"t\",\"ConnectionId\":\"i\",\"KeepAliveTimeout\":0,"
           "\"DisconnectTimeout\":40,\"TryWebSockets\":false,\"WebSocketServerUrl\":null,\"ProtocolVersion\":\"1.2\"}");
  g_autoptr (SignalrAspnetNegotiate) answer = signalr_aspnet_negotiate_decode (root, NULL);

  g_assert_cmpfloat (answer->keep_alive_timeout, <, 0);
  g_assert_cmpfloat (answer->disconnect_timeout, ==, 40);
  g_assert_cmpfloat (answer->connection_timeout, ==, 110);
  g_assert_cmpfloat (answer->transport_connect_timeout, ==, 5);
  g_assert_cmpfloat (answer->long_poll_delay, ==, 0);
}

static void
test_classic_redirect (void)
{
  g_autoptr (JsonNode) redirect =
    parse ("{\"ProtocolVersion\":\"2.0\",\"RedirectUrl\":\"https://svc.example/?a=b\",\"AccessToken\":\"eyJ\"}");
  g_autoptr (JsonNode) refusal = parse ("{\"ProtocolVersion\":\"2.0\",\"Error\":\"No.\"}");
  g_autoptr (SignalrAspnetNegotiate) moved = signalr_aspnet_negotiate_decode (redirect, NULL);
  g_autoptr (SignalrAspnetNegotiate) refused = signalr_aspnet_negotiate_decode (refusal, NULL);

  g_assert_cmpstr (moved->redirect_url, ==, "https://svc.example/?a=b");
  g_assert_cmpstr (moved->access_token, ==, "eyJ");
  g_assert_cmpstr (refused->error, ==, "No.");
}

static void
test_classic_refuse (void)
{
  static const char * const cases[] = {
    "[]", "{}", "{\"ProtocolVersion\":\"2.0\"}", "{\"ProtocolVersion\":\"2.0\",\"ConnectionToken\":\"t\"}",
    "{\"ConnectionToken\":\"t\",\"ConnectionId\":\"i\"}",
    "{\"ProtocolVersion\":2.0,\"ConnectionToken\":\"t\",\"ConnectionId\":\"i\"}",
    "{\"ProtocolVersion\":\"two\",\"ConnectionToken\":\"t\",\"ConnectionId\":\"i\"}",
    "{\"ProtocolVersion\":\"2.0\",\"ConnectionToken\":7,\"ConnectionId\":\"i\"}",
    "{\"ProtocolVersion\":\"2.0\",\"ConnectionToken\":\"t\",\"ConnectionId\":\"i\",\"KeepAliveTimeout\":\"20\"}",
    "{\"ProtocolVersion\":\"2.0\",\"ConnectionToken\":\"t\",\"ConnectionId\":\"i\",\"KeepAliveTimeout\":1e300}",
    "{\"ProtocolVersion\":\"2.0\",\"ConnectionToken\":\"t\",\"ConnectionId\":\"i\",\"DisconnectTimeout\":-1}",
    "{\"ProtocolVersion\":\"2.0\",\"ConnectionToken\":\"t\",\"ConnectionId\":\"i\",\"TryWebSockets\":\"yes\"}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonNode) root = parse (cases[i]);
      g_autoptr (GError) error = NULL;

      g_assert_null (signalr_aspnet_negotiate_decode (root, &error));
      g_assert_nonnull (error);
      g_assert_true (error->domain == SIGNALR_ERROR);
    }
}

/* The table of what the official server echoes. */
static void
test_classic_versions (void)
{
  static const struct {
    const char *asked;
    const char *text;
    guint       version;
  } cases[] = {
    { NULL, "1.2", 102 }, { "", "1.2", 102 }, { "abc", "1.2", 102 }, { "2", "1.2", 102 },
    { "1337", "1.2", 102 }, { "0.1337", "1.2", 102 }, { "1.1", "1.2", 102 }, { "-1.5", "1.2", 102 },
    { "1.2", "1.2", 102 }, { "1.3", "1.3", 103 }, { "1.4", "1.4", 104 }, { "1.5", "1.5", 105 },
    { "1.2.5", "1.2.5", 102 }, { "1.5.0", "1.5.0", 105 }, { "2.0", "2.0", 200 },
    { "2.0.0", "2.0", 200 }, { "2.1", "2.0", 200 }, { "1337.0", "2.0", 200 }, { "3.5.1.2", "2.0", 200 },
    { "1.5.", "1.2", 102 }, { ".5", "1.2", 102 }, { "1.5.0.0.0", "1.2", 102 }, { "1.5x", "1.2", 102 },
    { "99999999999.0", "1.2", 102 }, { "1.300", "1.300", 199 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = NULL;

      g_assert_cmpuint (signalr_aspnet_version_resolve (cases[i].asked, &text), ==, cases[i].version);
      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

/* What is neither, as web servers answer. */
static void
test_fits_neither (void)
{
  static const char * const cases[] = { "{}", "[]", "null", "7", "\"url\"", "{\"status\":\"ok\"}" };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonNode) root = parse (cases[i]);

      g_assert_false (signalr_aspnetcore_negotiate_fits (root));
      g_assert_false (signalr_aspnet_negotiate_fits (root));
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/protocol/aspnetcore/negotiate/both-ways", test_core_both_ways);
  g_test_add_func ("/protocol/aspnetcore/negotiate/tolerant", test_core_tolerant);
  g_test_add_func ("/protocol/aspnetcore/negotiate/refuse", test_core_refuse);
  g_test_add_func ("/protocol/aspnet/negotiate/both-ways", test_classic_both_ways);
  g_test_add_func ("/protocol/aspnet/negotiate/old", test_classic_old);
  g_test_add_func ("/protocol/aspnet/negotiate/redirect", test_classic_redirect);
  g_test_add_func ("/protocol/aspnet/negotiate/refuse", test_classic_refuse);
  g_test_add_func ("/protocol/aspnet/negotiate/versions", test_classic_versions);
  g_test_add_func ("/protocol/negotiate/fits-neither", test_fits_neither);

  return g_test_run ();
}
