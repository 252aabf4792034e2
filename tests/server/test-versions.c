/* test-versions.c: what a program does about versions and records that are new
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "server-fixture.h"

/* A hub that understands one record more. */
struct _NewHub {
  SignalrHub parent_instance;
};

#define NEW_TYPE_HUB (new_hub_get_type ())
G_DECLARE_FINAL_TYPE (NewHub, new_hub, NEW, HUB, SignalrHub)
G_DEFINE_FINAL_TYPE (NewHub, new_hub, SIGNALR_TYPE_HUB)

static void
new_hub_record (SignalrHub    *hub,
                SignalrCaller *caller,
                JsonNode      *record)
{
  JsonArray *array = json_array_new ();
  g_autoptr (JsonNode) args = json_node_new (JSON_NODE_ARRAY);

  json_array_add_element (array, json_node_ref (record));
  json_node_take_array (args, array);
  signalr_hub_call_caller (hub, caller, "heard", args);
}

static void
new_hub_class_init (NewHubClass *klass)
{
  SIGNALR_HUB_CLASS (klass)->record = new_hub_record;
}

static void
new_hub_init (NewHub *self)
{
}

static void
set_up (ServerFixture *fixture,
        gconstpointer  data)
{
  g_autoptr (SignalrHub) hub = g_object_new (NEW_TYPE_HUB, NULL);
  g_autoptr (SignalrMapOptions) options = signalr_map_options_new ();

  server_fixture_begin (fixture);
  signalr_server_add_hub (fixture->server, "NewHub", hub);
  g_object_set (options, "max-protocol-version", 1000, "min-negotiate-version", 1, NULL);
  g_assert_true (signalr_server_map_hub (fixture->server, "/new", "NewHub", options, NULL));
  server_fixture_listen (fixture);
}

static void
test_protocol_version (ServerFixture *fixture,
                       gconstpointer  data)
{
  static const struct {
    const char *path;
    const char *version;
    const char *answer;
  } cases[] = {
    { "/new", "1000", "{}" },
    { "/new", "1001", "{\"error\":\"The server does not support version 1001 of the 'json' protocol.\"}" },
    { "/hub", "2", "{}" },
    { "/hub", "3", "{\"error\":\"The server does not support version 3 of the 'json' protocol.\"}" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (RawPeer) peer = raw_peer_new_socket (fixture->uri, cases[i].path);
      g_autofree char *request = g_strconcat ("{\"protocol\":\"json\",\"version\":", cases[i].version, "}", NULL);

      aspnetcore_send (peer, request);
      aspnetcore_assert_record (peer, cases[i].answer);
    }
}

static void
test_negotiate_version (ServerFixture *fixture,
                        gconstpointer  data)
{
  g_autoptr (RawAnswer) old = raw_request (fixture->uri, "POST", "/new/negotiate", NULL, "");
  g_autoptr (RawAnswer) good = raw_request (fixture->uri, "POST", "/new/negotiate?negotiateVersion=1", NULL, "");

  g_assert_cmpstr (old->body, ==,
                   "{\"error\":\"The client requested version '0', but the server does not support this version.\"}");
  g_assert_nonnull (strstr (good->body, "\"negotiateVersion\":1"));
}

static void
test_record (ServerFixture *fixture,
             gconstpointer  data)
{
  g_autoptr (RawPeer) peer = raw_peer_new_socket (fixture->uri, "/new");
  g_autoptr (RawPeer) other = aspnetcore_connect (fixture);

  aspnetcore_send (peer, "{\"protocol\":\"json\",\"version\":99}");
  aspnetcore_assert_record (peer, "{}");
  aspnetcore_send (peer, "{ \"type\" : 2147483647,\n  \"more\": [1] }");
  aspnetcore_assert_record (peer, "{\"type\":1,\"target\":\"heard\",\"arguments\":[{\"type\":2147483647,\"more\":[1]}]}");

  /* Others do not hear of it, and go on. */
  aspnetcore_send (other, "{\"type\":99}");
  aspnetcore_send (other, "{\"type\":1,\"invocationId\":\"1\",\"target\":\"NoSuch\",\"arguments\":[]}");
  aspnetcore_assert_record (other, "{\"type\":3,\"invocationId\":\"1\",\"error\":\"Failed to invoke 'NoSuch' due to an error on the server. HubException: Method does not exist.\"}");
}

static void
value_cb (SignalrHub        *hub,
          SignalrInvocation *invocation,
          gpointer           user_data)
{
  signalr_invocation_return_value (invocation, json_node_init_int (json_node_alloc (), 1));
}

static void
test_value_of_stream (ServerFixture *fixture,
                      gconstpointer  data)
{
  g_autoptr (RawPeer) peer = aspnetcore_connect (fixture);

  signalr_hub_add_method_full (SIGNALR_HUB (fixture->hub), "NoStream", 0, 0, SIGNALR_METHOD_FLAGS_STREAMS,
                               value_cb, NULL, NULL);
  aspnetcore_send (peer, "{\"type\":4,\"invocationId\":\"1\",\"target\":\"NoStream\",\"arguments\":[]}");
  aspnetcore_assert_record (peer, "{\"type\":3,\"invocationId\":\"1\",\"error\":\"The value returned by the streaming "
                                  "method 'NoStream' is not a ChannelReader<> or IAsyncEnumerable<>.\"}");
}

static void
deep_cb (SignalrHub        *hub,
         SignalrInvocation *invocation,
         gpointer           user_data)
{
  JsonNode *node = json_node_init_int (json_node_alloc (), 1);

  for (int i = 0; i < 100; i++)
    {
      JsonArray *array = json_array_new ();

      json_array_add_element (array, node);
      node = json_node_new (JSON_NODE_ARRAY);
      json_node_take_array (node, array);
    }

  signalr_invocation_return_value (invocation, node);
}

static void
test_unwritable_result (ServerFixture *fixture,
                        gconstpointer  data)
{
  g_autoptr (RawPeer) peer = aspnetcore_connect (fixture);

  signalr_hub_add_method (SIGNALR_HUB (fixture->hub), "Deep", 0, deep_cb, NULL, NULL);
  aspnetcore_send (peer, "{\"type\":1,\"invocationId\":\"1\",\"target\":\"Deep\",\"arguments\":[]}");
  aspnetcore_assert_record (peer, "{\"type\":7,\"error\":\"Connection closed with an error.\"}");
  raw_wait_until (test_hub_count (fixture->hub, "disconnected(false)") == 1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) \
  g_test_add ("/server/versions/" path, ServerFixture, NULL, set_up, func, server_fixture_tear_down)

  ADD ("protocol", test_protocol_version);
  ADD ("negotiate", test_negotiate_version);
  ADD ("record", test_record);
  ADD ("value-of-stream", test_value_of_stream);
  ADD ("unwritable-result", test_unwritable_result);

  return g_test_run ();
}
