/* test-classic-returns.c: classic clients that come back, in time, too late, or to another server
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib/gstdio.h>
#include <string.h>

#include "server-fixture.h"

#define HUBS "&connectionData=[{\"name\":\"testhub\"}]"

/* The socket breaks, messages are sent, the client comes back. */
static void
test_replay (ServerFixture *fixture,
             gconstpointer  data)
{
  g_autofree char *token = aspnet_negotiate (fixture);
  g_autofree char *other_token = aspnet_negotiate (fixture);
  g_autoptr (RawPeer) other = aspnet_connect (fixture, other_token);
  g_autoptr (RawPeer) peer = aspnet_connect (fixture, token);
  g_autoptr (RawPeer) back = NULL;
  g_autofree char *envelope = NULL;
  g_autofree char *cursor = NULL;
  g_autofree char *escaped = NULL;
  g_autofree char *more = NULL;
  g_autofree char *target = NULL;
  g_autofree char *replayed = NULL;
  g_autofree char *story = NULL;

  raw_peer_send_text (other, "{\"H\":\"testhub\",\"M\":\"All\",\"A\":[\"one\"],\"I\":0}");
  envelope = raw_peer_read_text (peer);
  g_assert_true (g_str_has_suffix (envelope, ASPNET_MESSAGE ("one")));
  cursor = aspnet_cursor (envelope);
  g_clear_pointer (&peer, raw_peer_free);

  raw_peer_send_text (other, "{\"H\":\"testhub\",\"M\":\"All\",\"A\":[\"two\"],\"I\":1}");
  raw_peer_send_text (other, "{\"H\":\"testhub\",\"M\":\"All\",\"A\":[\"three\"],\"I\":2}");
  server_fixture_advance (fixture, 29);

  escaped = g_uri_escape_string (cursor, NULL, FALSE);
  more = g_strconcat ("&messageId=", escaped, NULL);
  target = aspnet_target ("reconnect", token, more);
  back = raw_peer_new_socket (fixture->uri, target);
  replayed = raw_peer_read_text (back);
  g_assert_nonnull (strstr (replayed, "[\"two\"]},{\"H\":\"TestHub\",\"M\":\"message\",\"A\":[\"three\"]}]"));
  g_assert_null (strstr (replayed, "one"));
  g_assert_null (strstr (replayed, "\"S\""));

  story = test_hub_story (fixture->hub);
  g_assert_cmpstr (story, ==, "connected connected reconnected");

  /* What has been read is not read again. */
  g_clear_pointer (&cursor, g_free);
  g_clear_pointer (&escaped, g_free);
  g_clear_pointer (&more, g_free);
  g_clear_pointer (&target, g_free);
  cursor = aspnet_cursor (replayed);
  escaped = g_uri_escape_string (cursor, NULL, FALSE);
  more = g_strconcat ("&messageId=", escaped, NULL);
  target = aspnet_target ("reconnect", token, more);
  g_clear_pointer (&back, raw_peer_free);
  back = raw_peer_new_socket (fixture->uri, target);
  raw_wait_until (test_hub_count (fixture->hub, "reconnected") == 2);
  raw_peer_send_text (other, "{\"H\":\"testhub\",\"M\":\"All\",\"A\":[\"four\"],\"I\":3}");
  g_clear_pointer (&replayed, g_free);
  do
    {
      g_free (replayed);
      replayed = raw_peer_read_text (back);
      g_assert_null (strstr (replayed, "three"));
    }
  while (strstr (replayed, "four") == NULL);
}

static void
test_replaced (ServerFixture *fixture,
               gconstpointer  data)
{
  g_autofree char *token = aspnet_negotiate (fixture);
  g_autofree char *target = aspnet_target ("reconnect", token, NULL);
  g_autoptr (RawPeer) peer = aspnet_connect (fixture, token);
  g_autoptr (RawPeer) back = raw_peer_new_socket (fixture->uri, target);
  g_autofree char *story = NULL;

  g_assert_null (raw_peer_read_text (peer));
  g_assert_cmpuint (peer->close_code, ==, 1000);
  server_fixture_advance (fixture, 60);
  story = test_hub_story (fixture->hub);
  g_assert_cmpstr (story, ==, "connected reconnected");
}

static void
test_disconnect_timeout (ServerFixture *fixture,
                         gconstpointer  data)
{
  g_autofree char *token = aspnet_negotiate (fixture);
  g_autofree char *target = aspnet_target ("reconnect", token, NULL);
  g_autofree char *old_target = NULL;
  RawPeer *peer = aspnet_connect (fixture, token);
  g_autoptr (RawPeer) refused = NULL;
  g_autoptr (RawPeer) told = NULL;
  g_autoptr (RawPeer) again = NULL;
  g_autoptr (RawPeer) later = NULL;
  g_autofree char *story = NULL;

  raw_peer_free (peer);
  server_fixture_advance (fixture, 29.9);
  g_assert_cmpuint (fixture->hub->events->len, ==, 1);
  server_fixture_advance (fixture, 0.2);
  story = test_hub_story (fixture->hub);
  g_assert_cmpstr (story, ==, "connected disconnected(false)");

  /* A client of today has no word for it, one of then had. */
  refused = raw_peer_new (fixture->uri);
  again = raw_peer_new (fixture->uri);
  g_assert_cmpuint (raw_peer_upgrade (refused, target, NULL), ==, 410);
  old_target = g_strdup_printf ("/signalr/reconnect?transport=webSockets&clientProtocol=1.4&connectionToken=%s" HUBS, token);
  told = raw_peer_new_socket (fixture->uri, old_target);
  raw_peer_assert_text (told, "{\"C\":\"\",\"D\":1,\"M\":[]}");
  g_assert_null (raw_peer_read_text (told));
  g_assert_cmpuint (told->close_code, ==, 1000);
  g_assert_cmpuint (raw_peer_upgrade (again, old_target, NULL), ==, 410);
  g_assert_cmpuint (fixture->hub->events->len, ==, 2);

  /* After ten minutes it is as if it had never been. */
  server_fixture_advance (fixture, 600);
  later = raw_peer_new_socket (fixture->uri, target);
  raw_wait_until (test_hub_count (fixture->hub, "reconnected") == 1);
}

static void
test_late_clients_admitted (void)
{
  ServerFixture fixture;

  server_fixture_begin (&fixture);
  g_assert_true (signalr_server_set_admit_late_clients (fixture.server, TRUE, NULL));
  server_fixture_listen (&fixture);
  {
    g_autofree char *token = aspnet_negotiate (&fixture);
    g_autofree char *target = aspnet_target ("reconnect", token, NULL);
    RawPeer *peer = aspnet_connect (&fixture, token);
    g_autoptr (RawPeer) late = NULL;
    g_autofree char *story = NULL;

    raw_peer_free (peer);
    server_fixture_advance (&fixture, 30.1);
    late = raw_peer_new_socket (fixture.uri, target);
    raw_wait_until (fixture.hub->events->len == 3);
    story = test_hub_story (fixture.hub);
    g_assert_cmpstr (story, ==, "connected disconnected(false) reconnected");
  }
  server_fixture_tear_down (&fixture, NULL);
}

/* A restarted server knows its clients by the key, and their groups by their
 * token; and what they missed meanwhile is nobody's.
 */
static void
test_restart (void)
{
  ServerFixture first, second;
  g_autofree char *folder = g_dir_make_tmp ("signalr-XXXXXX", NULL);
  g_autofree char *key = g_build_filename (folder, "sub", "server.key", NULL);
  g_autofree char *token = NULL;
  g_autofree char *cursor = NULL;
  g_autofree char *groups = NULL;
  g_autofree char *more = NULL;
  g_autofree char *target = NULL;
  g_autofree char *parent = g_path_get_dirname (key);

  server_fixture_begin (&first);
  g_assert_true (signalr_server_set_key_file (first.server, key, NULL));
  server_fixture_listen (&first);
  token = aspnet_negotiate (&first);
  {
    g_autoptr (RawPeer) peer = aspnet_connect (&first, token);
    g_autofree char *envelope = NULL;
    g_autoptr (JsonNode) node = NULL;

    raw_peer_send_text (peer, "{\"H\":\"testhub\",\"M\":\"Join\",\"A\":[\"g\"],\"I\":3}");
    envelope = raw_peer_read_text (peer);
    node = json_from_string (envelope, NULL);
    groups = g_strdup (json_object_get_string_member (json_node_get_object (node), "G"));
    cursor = g_uri_escape_string (json_object_get_string_member (json_node_get_object (node), "C"), NULL, FALSE);
  }
  server_fixture_tear_down (&first, NULL);

  server_fixture_begin (&second);
  g_assert_true (signalr_server_set_key_file (second.server, key, NULL));
  server_fixture_listen (&second);
  more = g_strdup_printf ("&messageId=%s&groupsToken=%s", cursor, groups);
  target = aspnet_target ("reconnect", token, more);
  {
    g_autoptr (RawPeer) peer = raw_peer_new_socket (second.uri, target);
    g_autofree char *story = NULL;

    raw_wait_until (second.hub->events->len == 1);
    story = test_hub_story (second.hub);
    g_assert_cmpstr (story, ==, "reconnected");
    raw_peer_send_text (peer, "{\"H\":\"testhub\",\"M\":\"ToGroup\",\"A\":[\"g\",\"hi\"],\"I\":4}");
    aspnet_assert_envelope (peer, ASPNET_MESSAGE ("hi"));
  }
  server_fixture_tear_down (&second, NULL);

  g_unlink (key);
  g_rmdir (parent);
  g_rmdir (folder);
}

static void
test_cursors (ServerFixture *fixture,
              gconstpointer  data)
{
  g_autofree char *token = aspnet_negotiate (fixture);
  g_autoptr (RawPeer) peer = aspnet_connect (fixture, token);
  g_autofree char *envelope = NULL;
  g_autofree char *cursor = NULL;
  g_autofree char *prefix = NULL;
  static const char * const broken[] = { "zzz", "B", "B,", "B,x", "", "B,0|B,0", "B,0|" };
  static const char * const foreign[] = { "garbage", "d-0-B,0", "s-0,0" };

  raw_peer_send_text (peer, "{\"H\":\"testhub\",\"M\":\"All\",\"A\":[\"old\"],\"I\":0}");
  envelope = raw_peer_read_text (peer);
  cursor = aspnet_cursor (envelope);
  prefix = g_strndup (cursor, strrchr (cursor, '-') + 1 - cursor);

  for (gsize i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autofree char *more = g_strconcat ("&messageId=", prefix, broken[i], NULL);
      g_autofree char *target = aspnet_target ("reconnect", token, more);
      g_autoptr (RawPeer) back = raw_peer_new (fixture->uri);

      g_assert_cmpuint (raw_peer_upgrade (back, target, NULL), ==, 500);
    }

  for (gsize i = 0; i < G_N_ELEMENTS (foreign); i++)
    {
      g_autofree char *more = g_strconcat ("&messageId=", foreign[i], NULL);
      g_autofree char *target = aspnet_target ("reconnect", token, more);
      g_autoptr (RawPeer) back = raw_peer_new_socket (fixture->uri, target);
      g_autofree char *text = NULL;

      raw_peer_send_text (back, "{\"H\":\"testhub\",\"M\":\"Caller\",\"A\":[\"new\"],\"I\":0}");
      do
        {
          g_free (text);
          text = raw_peer_read_text (back);
          g_assert_null (strstr (text, "old"));
        }
      while (strstr (text, "new") == NULL);
    }
}

/* One who does not read is ended and told why, before it costs much. */
static void
test_overrun (ServerFixture *fixture,
              gconstpointer  data)
{
  g_autofree char *token = aspnet_negotiate (fixture);
  g_autoptr (RawPeer) peer = aspnet_connect (fixture, token);
  g_autofree char *text = g_strnfill (60000, 'x');
  g_autoptr (JsonNode) args = json_from_string ("[]", NULL);
  g_autofree char *last = NULL;
  g_autofree char *next = NULL;

  json_array_add_string_element (json_node_get_array (args), text);
  while (test_hub_count (fixture->hub, "disconnected(false)") == 0)
    {
      signalr_hub_call_all (SIGNALR_HUB (fixture->hub), "message", args, NULL);
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
  g_assert_error (fixture->hub->last_error, SIGNALR_ERROR, SIGNALR_ERROR_QUEUE_FULL);

  while ((next = raw_peer_read_text (peer)) != NULL)
    {
      g_free (last);
      last = g_steal_pointer (&next);
    }
  g_assert_nonnull (strstr (last, "\"D\":1,\"E\":\"The client does not take what it is sent.\""));
  g_assert_cmpuint (peer->close_code, ==, 1008);
}

static void
test_renew_transport (ServerFixture *fixture,
                      gconstpointer  data)
{
  g_autofree char *token = aspnet_negotiate (fixture);
  g_autoptr (RawPeer) peer = aspnet_connect (fixture, token);
  g_autoptr (RawPeer) core = aspnetcore_connect (fixture);
  g_autofree char *target = aspnet_target ("reconnect", token, NULL);
  g_autoptr (RawPeer) again = NULL;

  signalr_hub_renew_transport (SIGNALR_HUB (fixture->hub), "nobody");
  for (guint i = 0; i < 2; i++)
    signalr_hub_renew_transport (SIGNALR_HUB (fixture->hub), g_ptr_array_index (fixture->hub->ids, i));
  server_fixture_advance (fixture, 0.001);
  g_assert_null (raw_peer_read_text (peer));
  g_assert_cmpuint (peer->close_code, ==, 1000);
  g_assert_true (raw_peer_is_silent (core));

  again = raw_peer_new_socket (fixture->uri, target);
  raw_wait_until (test_hub_count (fixture->hub, "reconnected") == 1);
  g_assert_cmpuint (test_hub_count (fixture->hub, "disconnected(false)"), ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) \
  g_test_add ("/classic-returns/" path, ServerFixture, NULL, server_fixture_set_up, func, server_fixture_tear_down)

  ADD ("replay", test_replay);
  ADD ("replaced", test_replaced);
  ADD ("disconnect-timeout", test_disconnect_timeout);
  g_test_add_func ("/classic-returns/late-clients-admitted", test_late_clients_admitted);
  g_test_add_func ("/classic-returns/restart", test_restart);
  ADD ("cursors", test_cursors);
  ADD ("overrun", test_overrun);
  ADD ("renew-transport", test_renew_transport);

  return g_test_run ();
}
