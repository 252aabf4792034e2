/* test-raw.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "raw-peer.h"
#include "signalr.h"

/* Says back what it hears: to a classic client as a JSON string, to another as it is. */
#define TEST_TYPE_ECHO (test_echo_get_type ())
G_DECLARE_FINAL_TYPE (TestEcho, test_echo, TEST, ECHO, SignalrEndpoint)

struct _TestEcho {
  SignalrEndpoint  parent_instance;
  GString         *story;
};

G_DEFINE_FINAL_TYPE (TestEcho, test_echo, SIGNALR_TYPE_ENDPOINT)

static void
test_echo_connected (SignalrHub        *hub,
                     SignalrInvocation *start)
{
  SignalrCaller *caller = signalr_invocation_get_caller (start);

  g_string_append (TEST_ECHO (hub)->story, "connected ");
  signalr_hub_add_to_group (hub, signalr_caller_get_connection_id (caller), "everybody");
  signalr_invocation_return_value (start, NULL);
}

static void
test_echo_disconnected (SignalrHub    *hub,
                        SignalrCaller *caller,
                        gboolean       stop_called,
                        const GError  *error)
{
  g_string_append (TEST_ECHO (hub)->story, stop_called ? "stopped " : "lost ");
}

static void
test_echo_received (SignalrEndpoint *endpoint,
                    SignalrCaller   *caller,
                    GBytes          *data)
{
  const char *id = signalr_caller_get_connection_id (caller);
  g_autoptr (JsonNode) value = NULL;
  g_autofree char *text = NULL;
  gsize size;

  if (signalr_caller_get_dialect (caller) == SIGNALR_DIALECT_ASPNETCORE)
    {
      signalr_endpoint_send (endpoint, id, data);
      return;
    }

  if (data != NULL)
    {
      const char *bytes = g_bytes_get_data (data, &size);

      text = g_strndup (size > 0 ? bytes : "", size);
      value = json_node_new (JSON_NODE_VALUE);
      json_node_set_string (value, text);
    }
  signalr_endpoint_send_json (endpoint, id, value);
}

static void
test_echo_finalize (GObject *object)
{
  g_string_free (TEST_ECHO (object)->story, TRUE);

  G_OBJECT_CLASS (test_echo_parent_class)->finalize (object);
}

static void
test_echo_class_init (TestEchoClass *klass)
{
  SignalrHubClass *hub_class = SIGNALR_HUB_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = test_echo_finalize;
  hub_class->connected = test_echo_connected;
  hub_class->disconnected = test_echo_disconnected;
  SIGNALR_ENDPOINT_CLASS (klass)->received = test_echo_received;
}

static void
test_echo_init (TestEcho *self)
{
  self->story = g_string_new (NULL);
}

typedef struct {
  SignalrServer *server;
  TestEcho      *echo;
  const char    *uri;
} RawFixture;

static void
set_up (RawFixture    *fixture,
        gconstpointer  data)
{
  fixture->server = signalr_server_new ();
  fixture->echo = g_object_new (TEST_TYPE_ECHO, NULL);
  g_assert_true (signalr_server_map_connection (fixture->server, "/echo", SIGNALR_ENDPOINT (fixture->echo), NULL, NULL));
  g_assert_true (signalr_server_map_hubs (fixture->server, "/signalr", NULL, NULL));
  g_assert_false (signalr_server_map_hubs (fixture->server, "/echo", NULL, NULL));
  g_assert_true (signalr_server_listen (fixture->server, "127.0.0.1", 0, NULL));
  fixture->uri = signalr_server_get_uri (fixture->server);
}

static void
tear_down (RawFixture    *fixture,
           gconstpointer  data)
{
  g_assert_finalize_object (fixture->server);
  raw_settle ();
  g_assert_finalize_object (fixture->echo);
}

static char *
classic_target (const char *path,
                const char *transport,
                const char *token)
{
  return g_strconcat (path, "?transport=", transport, "&clientProtocol=2.1&connectionToken=", token, NULL);
}

static char *
classic_token (RawFixture *fixture)
{
  g_autoptr (RawAnswer) answer = raw_request (fixture->uri, "GET", "/echo/negotiate?clientProtocol=2.1", NULL, NULL);
  g_autoptr (JsonNode) node = json_from_string (answer->body, NULL);

  return g_strdup (json_object_get_string_member (json_node_get_object (node), "ConnectionToken"));
}

static void
assert_message (char       *envelope,
                const char *messages)
{
  g_autofree char *owned = envelope;
  g_autofree char *end = g_strconcat ("\"M\":[", messages, "]}", NULL);

  g_assert_true (g_str_has_suffix (g_strchomp (envelope), end));
}

static void
test_classic_socket (RawFixture    *fixture,
                     gconstpointer  data)
{
  g_autofree char *token = classic_token (fixture);
  g_autofree char *connect = classic_target ("/echo/connect", "webSockets", token);
  g_autofree char *start = classic_target ("/echo/start", "webSockets", token);
  g_autofree char *abort = classic_target ("/echo/abort", "webSockets", token);
  g_autofree char *elsewhere = classic_target ("/signalr/reconnect", "webSockets", token);
  g_autoptr (RawPeer) peer = raw_peer_new_socket (fixture->uri, connect);
  g_autoptr (RawPeer) lost = raw_peer_new (fixture->uri);
  g_autofree char *init = raw_peer_read_text (peer);
  g_autoptr (RawAnswer) started = raw_request (fixture->uri, "GET", start, NULL, NULL);
  g_autoptr (RawAnswer) aborted = NULL;
  g_autoptr (GBytes) value = g_bytes_new_static ("[1,2]", 5);
  g_autofree char *groups = raw_peer_read_text (peer);

  g_assert_cmpuint (started->status, ==, 200);
  g_assert_nonnull (strstr (groups, "\"G\":"));
  raw_peer_send_text (peer, "{\"H\":\"hub\"} said \"ñ\"");
  assert_message (raw_peer_read_text (peer), "\"{\\\"H\\\":\\\"hub\\\"} said \\\"ñ\\\"\"");
  raw_peer_send_text (peer, "");
  assert_message (raw_peer_read_text (peer), "\"\"");

  signalr_endpoint_broadcast (SIGNALR_ENDPOINT (fixture->echo), value, NULL);
  assert_message (raw_peer_read_text (peer), "[1,2]");
  signalr_endpoint_send_group (SIGNALR_ENDPOINT (fixture->echo), "everybody", value, NULL);
  assert_message (raw_peer_read_text (peer), "[1,2]");

  /* Its connection is nobody else's. */
  g_assert_cmpuint (raw_peer_upgrade (lost, elsewhere, NULL), ==, 400);

  aborted = raw_request (fixture->uri, "POST", abort, NULL, "");
  g_assert_cmpuint (aborted->status, ==, 200);
  g_assert_cmpstr (fixture->echo->story->str, ==, "connected stopped ");
}

static void
test_classic_poll (RawFixture    *fixture,
                   gconstpointer  data)
{
  g_autofree char *token = classic_token (fixture);
  g_autofree char *connect = classic_target ("/echo/connect", "longPolling", token);
  g_autofree char *poll = classic_target ("/echo/poll", "longPolling", token);
  g_autofree char *send = classic_target ("/echo/send", "longPolling", token);
  g_autoptr (RawPeer) peer = raw_peer_new (fixture->uri);
  g_autoptr (RawAnswer) init = raw_peer_request (peer, "POST", connect, NULL, "");
  g_autoptr (RawAnswer) sent = raw_request (fixture->uri, "POST", send, NULL, "data=a+b%2Bc");
  g_autoptr (RawAnswer) empty = raw_request (fixture->uri, "POST", send, NULL, "data=");
  g_autoptr (RawAnswer) nothing = raw_request (fixture->uri, "POST", send, NULL, "");
  g_autoptr (RawAnswer) polled = raw_peer_request (peer, "POST", poll, NULL, "");

  g_assert_cmpuint (sent->status, ==, 200);
  g_assert_cmpstr (sent->body, ==, "");
  g_assert_cmpuint (empty->status, ==, 200);
  g_assert_cmpuint (nothing->status, ==, 200);
  assert_message (g_strdup (polled->body), "\"a b+c\",\"\",null");
}

/* What counts as sent: the form's field, whatever the query says; only a poll, which
 * may be a script, says it there.
 */
static void
test_classic_form (RawFixture    *fixture,
                   gconstpointer  data)
{
  static const struct {
    const char *transport;
    const char *query;
    const char *form;
    const char *message;
  } cases[] = {
    { "serverSentEvents", "", "x=1&DATA=%C3%B1", "\"ñ\"" },
    { "serverSentEvents", "", "data=100%", "\"100%\"" },
    { "serverSentEvents", "&data=query", "data=form", "\"form\"" },
    { "serverSentEvents", "&data=query", "", "null" },
    { "longPolling", "&data=query", "data=form", "\"form\"" },
    { "longPolling", "&data=query", "", "\"query\"" },
    { "longPolling", "", "data", "\"\"" },
  };
  g_autofree char *token = classic_token (fixture);
  g_autofree char *connect = classic_target ("/echo/connect", "webSockets", token);
  g_autofree char *start = classic_target ("/echo/start", "webSockets", token);
  g_autoptr (RawPeer) peer = raw_peer_new_socket (fixture->uri, connect);
  g_autofree char *init = raw_peer_read_text (peer);
  g_autoptr (RawAnswer) started = raw_request (fixture->uri, "GET", start, NULL, NULL);
  g_autofree char *groups = raw_peer_read_text (peer);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *send = classic_target ("/echo/send", cases[i].transport, token);
      g_autofree char *target = g_strconcat (send, cases[i].query, NULL);
      g_autoptr (RawAnswer) sent = raw_request (fixture->uri, "POST", target, NULL, cases[i].form);

      g_assert_cmpuint (sent->status, ==, 200);
      assert_message (raw_peer_read_text (peer), cases[i].message);
    }
}

static void
test_core_socket (RawFixture    *fixture,
                  gconstpointer  data)
{
  g_autoptr (RawPeer) peer = raw_peer_new_socket (fixture->uri, "/echo");
  g_autofree char *large = g_strnfill (60000, 'x');
  g_autofree char *echoed = NULL;

  raw_peer_send_text (peer, "anything \x1e at all");
  raw_peer_assert_text (peer, "anything \x1e at all");
  raw_peer_send_text (peer, large);
  echoed = raw_peer_read_text (peer);
  g_assert_cmpstr (echoed, ==, large);

  raw_peer_send_frame (peer, 0x80 | RAW_BINARY, TRUE, "\xff\xfe", 2);
  raw_wait_until (!raw_peer_is_silent (peer));
  g_assert_cmpmem (peer->input->data, peer->input->len, "\x82\x02\xff\xfe", 4);
  g_byte_array_set_size (peer->input, 0);

  raw_peer_send_frame (peer, 0x80 | RAW_CLOSE, TRUE, "\x03\xe8", 2);
  g_assert_null (raw_peer_read_text (peer));
  g_assert_cmpuint (peer->close_code, ==, 1000);
  g_assert_cmpstr (fixture->echo->story->str, ==, "connected stopped ");
}

static void
test_core_http (RawFixture    *fixture,
                gconstpointer  data)
{
  static const char * const accepts[] = { "", "Accept: text/event-stream\r\n" };

  for (gsize i = 0; i < G_N_ELEMENTS (accepts); i++)
    {
      g_autoptr (RawAnswer) answer = raw_request (fixture->uri, "POST", "/echo/negotiate?negotiateVersion=1", NULL, "");
      g_autoptr (JsonNode) node = json_from_string (answer->body, NULL);
      g_autofree char *target = NULL;
      g_autoptr (RawPeer) peer = raw_peer_new (fixture->uri);
      g_autoptr (RawAnswer) first = NULL;
      g_autoptr (RawAnswer) sent = NULL;

      target = g_strconcat ("/echo?id=", json_object_get_string_member (json_node_get_object (node), "connectionToken"), NULL);
      raw_peer_ask (peer, "GET", target, accepts[i], NULL);
      first = i == 0 ? raw_peer_read_answer (peer) : raw_peer_read_head (peer);
      g_assert_cmpuint (first->status, ==, 200);
      sent = raw_request (fixture->uri, "POST", target, NULL, "hello");
      g_assert_cmpuint (sent->status, ==, 200);

      if (i == 0)
        {
          g_autoptr (RawAnswer) polled = raw_peer_request (peer, "GET", target, NULL, NULL);

          g_assert_cmpstr (polled->body, ==, "hello");
        }
      else
        {
          raw_peer_assert_chunk (peer, ":\r\n");
          raw_peer_assert_chunk (peer, "data: hello\r\n\r\n");
        }
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add ("/raw/" path, RawFixture, NULL, set_up, func, tear_down)

  ADD ("classic-socket", test_classic_socket);
  ADD ("classic-poll", test_classic_poll);
  ADD ("classic-form", test_classic_form);
  ADD ("core-socket", test_core_socket);
  ADD ("core-http", test_core_http);

  return g_test_run ();
}
