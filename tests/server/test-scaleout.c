/* test-scaleout.c: two servers of classic SignalR that are one for their clients
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "server-fixture.h"
#include "server/signalr-server-private.h"
#include "signalr-error.h"

/* Two servers with the same key, and what they say to each other through. */
typedef struct {
  ServerFixture  a;
  ServerFixture  b;
  guint64        number;      /* of the last thing said */
  GBytes        *last;
  gboolean       down;
} Farm;

typedef struct {
  Farm                *farm;
  GBytes              *body;
  SignalrScaleoutFunc  func;
  gpointer             user_data;
} Saying;

static SignalrScaleout *
scaleout_of (ServerFixture *node)
{
  return signalr_server_get_host (node->server)->scaleout;
}

/* Both hear it. */
static void
farm_utter (Farm   *self,
            GBytes *bytes)
{
  signalr_scaleout_hear (scaleout_of (&self->a), bytes);
  signalr_scaleout_hear (scaleout_of (&self->b), bytes);
}

static gboolean
said_cb (gpointer user_data)
{
  Saying *saying = user_data;
  Farm *self = saying->farm;
  g_autofree char *number = NULL;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GError) error = NULL;

  if (self->down)
    {
      error = g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_NOT_CONNECTED, "nobody hears");
    }
  else
    {
      number = g_strdup_printf ("%" G_GUINT64_FORMAT " ", ++self->number);
      g_byte_array_append (bytes, (const guint8 *) number, strlen (number));
      g_byte_array_append (bytes, g_bytes_get_data (saying->body, NULL), g_bytes_get_size (saying->body));
      g_clear_pointer (&self->last, g_bytes_unref);
      self->last = g_bytes_new (bytes->data, bytes->len);
      farm_utter (self, self->last);
    }

  saying->func (saying->user_data, error);
  g_bytes_unref (saying->body);
  g_free (saying);

  return G_SOURCE_REMOVE;
}

static void
say_cb (gpointer             backplane,
        GBytes              *body,
        SignalrScaleoutFunc  func,
        gpointer             user_data)
{
  Saying *saying = g_new (Saying, 1);

  saying->farm = backplane;
  saying->body = g_bytes_ref (body);
  saying->func = func;
  saying->user_data = user_data;
  g_idle_add_full (G_PRIORITY_DEFAULT, said_cb, saying, NULL);
}

typedef struct {
  Farm                *farm;
  SignalrScaleoutFunc  func;
  gpointer             user_data;
} Settling;

static gboolean
settled_cb (gpointer user_data)
{
  Settling *settling = user_data;
  g_autoptr (GError) error = NULL;

  if (settling->farm->down)
    error = g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_NOT_CONNECTED, "nobody hears");
  settling->func (settling->user_data, error);
  g_free (settling);

  return G_SOURCE_REMOVE;
}

static void
settle_cb (gpointer             backplane,
           SignalrScaleoutFunc  func,
           gpointer             user_data)
{
  Settling *settling = g_new (Settling, 1);

  settling->farm = backplane;
  settling->func = func;
  settling->user_data = user_data;
  g_idle_add_full (G_PRIORITY_DEFAULT, settled_cb, settling, NULL);
}

static const SignalrScaleoutFuncs funcs = { say_cb, settle_cb };

static void
farm_add (Farm          *self,
          ServerFixture *node)
{
  SignalrHost *host;

  server_fixture_set_up (node, NULL);
  host = signalr_server_get_host (node->server);
  host->key = signalr_server_get_host (self->a.server)->key;
  host->scaleout = signalr_scaleout_new (host->bus, host->loop->heartbeat, &funcs, self);
}

static void
farm_set_up (Farm          *self,
             gconstpointer  data)
{
  farm_add (self, &self->a);
  farm_add (self, &self->b);
}

static void
farm_tear_down (Farm          *self,
                gconstpointer  data)
{
  self->down = FALSE;
  raw_settle ();
  server_fixture_tear_down (&self->a, NULL);
  server_fixture_tear_down (&self->b, NULL);
  g_clear_pointer (&self->last, g_bytes_unref);
}

/* A client that is connected, and its id. */
typedef struct {
  RawPeer *peer;
  char    *token;
  char    *id;
  char    *cursor;          /* of the last envelope */
  char    *groups_token;    /* the last one; NULL for none */
} Client;

static void
client_come (Client        *self,
             ServerFixture *node)
{
  *self = (Client) { .token = aspnet_negotiate (node) };
  self->peer = aspnet_connect (node, self->token);
  self->id = g_strdup (g_ptr_array_index (node->hub->ids, node->hub->ids->len - 1));
}

static void
client_go (Client *self)
{
  g_clear_pointer (&self->peer, raw_peer_free);
  g_free (self->token);
  g_free (self->id);
  g_free (self->cursor);
  g_free (self->groups_token);
}

/* The transport is lost. */
static void
client_drop (Client *self)
{
  g_clear_pointer (&self->peer, raw_peer_free);
  raw_settle ();
}

/* To either server, with what it was told by the last. */
static void
client_return (Client        *self,
               ServerFixture *node)
{
  g_autofree char *cursor = g_uri_escape_string (self->cursor, NULL, FALSE);
  g_autofree char *more = g_strdup_printf ("&messageId=%s&groupsToken=%s", cursor,
                                           self->groups_token != NULL ? self->groups_token : "");
  g_autofree char *target = aspnet_target ("reconnect", self->token, more);

  self->peer = raw_peer_new_socket (node->uri, target);
}

/* Reads one envelope: the arguments of its calls, separated by spaces. */
static char *
client_read (Client *self)
{
  g_autofree char *text = raw_peer_read_text (self->peer);
  g_autoptr (JsonNode) node = json_from_string (text, NULL);
  GString *heard = g_string_new (NULL);
  JsonObject *envelope;
  JsonArray *messages;

  g_assert_nonnull (node);
  envelope = json_node_get_object (node);
  g_free (self->cursor);
  self->cursor = g_strdup (json_object_get_string_member (envelope, "C"));
  if (json_object_has_member (envelope, "G"))
    {
      g_free (self->groups_token);
      self->groups_token = g_strdup (json_object_get_string_member (envelope, "G"));
    }

  messages = json_object_get_array_member (envelope, "M");
  for (guint i = 0; i < json_array_get_length (messages); i++)
    {
      JsonObject *call = json_array_get_object_element (messages, i);

      g_string_append_printf (heard, "%s%s", i > 0 ? " " : "",
                              json_array_get_string_element (json_object_get_array_member (call, "A"), 0));
    }

  return g_string_free (heard, FALSE);
}

#define assert_heard(client, expected) \
  G_STMT_START { \
    g_autofree char *_heard = client_read (client); \
    g_assert_cmpstr (_heard, ==, expected); \
  } G_STMT_END

static JsonNode *
words (const char *text)
{
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);
  JsonArray *array = json_array_new ();

  json_array_add_string_element (array, text);
  json_node_take_array (node, array);

  return node;
}

static void
say_all (ServerFixture *node,
         const char    *text,
         const char    *except)
{
  g_autoptr (JsonNode) args = words (text);

  signalr_hub_call_all (SIGNALR_HUB (node->hub), "message", args, (const char *[]) { except, NULL });
}

static void
say_client (ServerFixture *node,
            const char    *text,
            const char    *id)
{
  g_autoptr (JsonNode) args = words (text);

  signalr_hub_call_clients (SIGNALR_HUB (node->hub), (const char *[]) { id, NULL }, "message", args);
}

static void
say_group (ServerFixture *node,
           const char    *text,
           const char    *group,
           const char    *except)
{
  g_autoptr (JsonNode) args = words (text);

  signalr_hub_call_groups (SIGNALR_HUB (node->hub), (const char *[]) { group, NULL }, "message", args,
                           (const char *[]) { except, NULL });
}

static void
test_targets (Farm          *farm,
              gconstpointer  data)
{
  Client here, there;

  client_come (&here, &farm->a);
  client_come (&there, &farm->b);

  say_all (&farm->a, "all", NULL);
  assert_heard (&here, "all");
  assert_heard (&there, "all");
  g_assert_cmpstr (here.cursor, ==, "s-0,1");
  g_assert_cmpstr (there.cursor, ==, "s-0,1");

  /* What one is left out of moves its cursor with the next that is for it. */
  say_all (&farm->a, "others", here.id);
  assert_heard (&there, "others");
  say_client (&farm->b, "you", here.id);
  g_free (client_read (&here));
  if (!g_str_equal (here.cursor, "s-0,3"))
    assert_heard (&here, "you");
  g_assert_cmpstr (here.cursor, ==, "s-0,3");
  raw_settle ();
  g_assert_true (raw_peer_is_silent (there.peer));

  /* A call's own client, before its answer or behind it. */
  raw_peer_send_text (here.peer, "{\"H\":\"testhub\",\"M\":\"Caller\",\"A\":[\"me\"],\"I\":0}");
  raw_peer_assert_text (here.peer, "{\"I\":\"0\"}");
  assert_heard (&here, "me");

  client_go (&here);
  client_go (&there);
}

/* A hub that joins a client of another server is sure that what it says next is heard. */
static void
test_groups (Farm          *farm,
             gconstpointer  data)
{
  Client here, there;

  client_come (&here, &farm->a);
  client_come (&there, &farm->b);

  signalr_hub_add_to_group (SIGNALR_HUB (farm->b.hub), here.id, "g");
  say_group (&farm->b, "first", "g", NULL);
  assert_heard (&here, "");
  g_assert_nonnull (here.groups_token);
  assert_heard (&here, "first");

  signalr_hub_add_to_group (SIGNALR_HUB (farm->b.hub), there.id, "g");
  say_group (&farm->a, "both", "g", NULL);
  assert_heard (&here, "both");
  assert_heard (&there, "");
  assert_heard (&there, "both");
  say_group (&farm->a, "one", "g", here.id);
  assert_heard (&there, "one");

  signalr_hub_remove_from_group (SIGNALR_HUB (farm->a.hub), there.id, "g");
  say_group (&farm->b, "left", "g", NULL);
  g_free (client_read (&here));
  g_free (client_read (&there));
  raw_settle ();
  g_assert_true (raw_peer_is_silent (there.peer));

  client_go (&here);
  client_go (&there);
}

typedef struct {
  guint   n;
  GError *error;
} Answer;

static void
answer_cb (gpointer      user_data,
           const GError *error)
{
  Answer *answer = user_data;

  answer->n++;
  answer->error = error != NULL ? g_error_copy (error) : NULL;
}

static void
test_acknowledgements (Farm          *farm,
                       gconstpointer  data)
{
  Client here;
  Answer known = { 0 }, unknown = { 0 }, lost = { 0 };

  client_come (&here, &farm->a);

  signalr_scaleout_regroup (scaleout_of (&farm->b), here.id, "hg-TestHub.g", TRUE, answer_cb, &known);
  raw_wait_until (known.n == 1);
  g_assert_no_error (known.error);

  signalr_scaleout_regroup (scaleout_of (&farm->b), "nobody", "hg-TestHub.g", TRUE, answer_cb, &unknown);
  server_fixture_advance (&farm->b, 29.9);
  g_assert_cmpuint (unknown.n, ==, 0);
  server_fixture_advance (&farm->b, 0.2);
  g_assert_cmpuint (unknown.n, ==, 1);
  g_assert_error (unknown.error, SIGNALR_ERROR, SIGNALR_ERROR_TIMED_OUT);

  farm->down = TRUE;
  signalr_scaleout_regroup (scaleout_of (&farm->b), here.id, "hg-TestHub.g", FALSE, answer_cb, &lost);
  g_assert_cmpuint (lost.n, ==, 0);
  raw_settle ();
  g_assert_cmpuint (lost.n, ==, 1);
  g_assert_error (lost.error, SIGNALR_ERROR, SIGNALR_ERROR_NOT_CONNECTED);

  g_clear_error (&unknown.error);
  g_clear_error (&lost.error);
  client_go (&here);
}

#define N_GROUPS 200
#define N_CHANGES 600

/* All that a client hears until "end". */
static char *
client_read_to_end (Client *self)
{
  GString *all = g_string_new (NULL);

  while (!g_str_has_suffix (all->str, "end"))
    {
      g_autofree char *heard = client_read (self);

      if (heard[0] != '\0')
        g_string_append_printf (all, "%s%s", all->len > 0 ? " " : "", heard);
    }

  return g_string_free (all, FALSE);
}

/* Many groups, joined and left at random from both servers, are what a model says they are. */
static void
test_model (Farm          *farm,
            gconstpointer  data)
{
  ServerFixture *nodes[] = { &farm->a, &farm->b };
  gboolean members[2][N_GROUPS] = { 0 };
  Client clients[2];
  Answer answer = { 0 };

  client_come (&clients[0], &farm->a);
  client_come (&clients[1], &farm->b);
  for (guint i = 0; i < N_CHANGES; i++)
    {
      guint who = g_test_rand_int_range (0, 2);
      guint group = g_test_rand_int_range (0, N_GROUPS);
      g_autofree char *topic = g_strdup_printf ("hg-TestHub.g%u", group);

      members[who][group] = g_test_rand_int_range (0, 2);
      signalr_scaleout_regroup (scaleout_of (nodes[g_test_rand_int_range (0, 2)]), clients[who].id, topic,
                                members[who][group], answer_cb, &answer);
    }
  raw_wait_until (answer.n == N_CHANGES);
  g_assert_no_error (answer.error);

  for (guint i = 0; i < N_GROUPS; i++)
    {
      g_autofree char *group = g_strdup_printf ("g%u", i);

      say_group (nodes[g_test_rand_int_range (0, 2)], group, group, NULL);
    }
  say_all (&farm->a, "end", NULL);

  for (guint who = 0; who < 2; who++)
    {
      g_autofree char *heard = client_read_to_end (&clients[who]);
      g_autoptr (GString) expected = g_string_new (NULL);

      for (guint i = 0; i < N_GROUPS; i++)
        {
          if (members[who][i])
            g_string_append_printf (expected, "g%u ", i);
        }
      g_string_append (expected, "end");
      g_assert_cmpstr (heard, ==, expected->str);
      client_go (&clients[who]);
    }
}

/* A client goes on where it was, on another server; its groups come along. */
static void
test_hop (Farm          *farm,
          gconstpointer  data)
{
  Client one, two;
  g_autofree char *story = NULL;

  client_come (&one, &farm->a);
  client_come (&two, &farm->a);
  signalr_hub_add_to_group (SIGNALR_HUB (farm->a.hub), one.id, "g");
  assert_heard (&one, "");
  say_all (&farm->b, "before", NULL);
  assert_heard (&one, "before");

  client_drop (&one);
  say_all (&farm->b, "1", NULL);
  say_group (&farm->b, "2", "g", NULL);
  say_group (&farm->b, "x", "h", NULL);
  say_client (&farm->a, "3", one.id);
  say_client (&farm->a, "x", two.id);
  say_all (&farm->a, "x", one.id);
  raw_settle ();

  client_return (&one, &farm->b);
  assert_heard (&one, "1 2 3");
  story = test_hub_story (farm->b.hub);
  g_assert_cmpstr (story, ==, "reconnected");
  say_group (&farm->a, "after", "g", NULL);
  assert_heard (&one, "after");

  /* And back; what it has had is not said again. */
  client_drop (&one);
  say_all (&farm->b, "4", NULL);
  client_return (&one, &farm->a);
  assert_heard (&one, "4");

  client_go (&one);
  client_go (&two);
}

/* A client that was elsewhere is in the groups that it has now, not in those of before. */
static void
test_return (Farm          *farm,
             gconstpointer  data)
{
  Client one;

  client_come (&one, &farm->a);
  signalr_hub_add_to_group (SIGNALR_HUB (farm->a.hub), one.id, "old");
  assert_heard (&one, "");
  client_drop (&one);
  client_return (&one, &farm->b);
  raw_wait_until (farm->b.hub->events->len == 1);
  signalr_hub_add_to_group (SIGNALR_HUB (farm->b.hub), one.id, "new");
  g_free (client_read (&one));
  signalr_hub_remove_from_group (SIGNALR_HUB (farm->b.hub), one.id, "old");
  g_free (client_read (&one));
  say_group (&farm->b, "1", "new", NULL);
  assert_heard (&one, "1");

  client_drop (&one);
  say_group (&farm->b, "2", "new", NULL);
  say_group (&farm->b, "x", "old", NULL);
  raw_settle ();
  client_return (&one, &farm->a);
  assert_heard (&one, "2");
  say_group (&farm->b, "x", "old", NULL);
  say_group (&farm->b, "3", "new", NULL);
  assert_heard (&one, "3");

  client_go (&one);
}

/* Whoever left and joined while it was away hears what was said while it was a member. */
static void
test_commands_in_order (Farm          *farm,
                        gconstpointer  data)
{
  Client one;
  g_autofree char *heard = NULL;
  g_autofree char *rest = NULL;

  client_come (&one, &farm->a);
  signalr_hub_add_to_group (SIGNALR_HUB (farm->a.hub), one.id, "g");
  assert_heard (&one, "");
  client_drop (&one);

  say_group (&farm->b, "1", "g", NULL);
  signalr_hub_remove_from_group (SIGNALR_HUB (farm->b.hub), one.id, "g");
  say_group (&farm->b, "x", "g", NULL);
  signalr_hub_add_to_group (SIGNALR_HUB (farm->b.hub), one.id, "g");
  say_group (&farm->b, "2", "g", NULL);
  say_all (&farm->b, "end", NULL);
  raw_settle ();

  client_return (&one, &farm->a);
  heard = client_read_to_end (&one);
  g_assert_cmpstr (heard, ==, "1 2 end");
  say_all (&farm->b, "end", NULL);
  rest = client_read_to_end (&one);
  g_assert_cmpstr (rest, ==, "end");

  client_go (&one);
}

/* A command that waits for a client finds it on another server. */
static void
test_hop_with_command (Farm          *farm,
                       gconstpointer  data)
{
  Client one;
  Answer answer = { 0 };

  client_come (&one, &farm->a);
  say_all (&farm->b, "before", NULL);
  assert_heard (&one, "before");
  client_drop (&one);

  signalr_scaleout_regroup (scaleout_of (&farm->a), one.id, "hg-TestHub.g", TRUE, answer_cb, &answer);
  say_group (&farm->a, "hello", "g", NULL);
  raw_settle ();
  g_assert_cmpuint (answer.n, ==, 0);

  client_return (&one, &farm->b);
  raw_wait_until (answer.n == 1);
  g_assert_no_error (answer.error);
  assert_heard (&one, "");
  assert_heard (&one, "hello");

  client_go (&one);
}

/* Whoever does not wait until its transport is closed has stopped all the same. */
static void
test_abort_and_go (Farm          *farm,
                   gconstpointer  data)
{
  Client one;
  g_autofree char *target = NULL;
  g_autofree char *story = NULL;
  g_autoptr (RawAnswer) answer = NULL;

  client_come (&one, &farm->a);
  client_drop (&one);
  target = aspnet_target ("abort", one.token, NULL);
  answer = raw_request (farm->b.uri, "POST", target, NULL, NULL);
  g_assert_cmpuint (answer->status, ==, 200);
  raw_wait_until (farm->a.hub->events->len == 2);
  story = test_hub_story (farm->a.hub);
  g_assert_cmpstr (story, ==, "connected disconnected(true)");

  client_go (&one);
}

static void
test_abort_elsewhere (Farm          *farm,
                      gconstpointer  data)
{
  Client one;
  g_autofree char *target = NULL;
  g_autofree char *story = NULL;
  g_autoptr (RawAnswer) answer = NULL;

  client_come (&one, &farm->a);
  target = aspnet_target ("abort", one.token, NULL);
  answer = raw_request (farm->b.uri, "POST", target, NULL, NULL);
  g_assert_cmpuint (answer->status, ==, 200);
  raw_wait_until (farm->a.hub->events->len == 2);
  g_assert_null (raw_peer_read_text (one.peer));
  story = test_hub_story (farm->a.hub);
  g_assert_cmpstr (story, ==, "connected disconnected(true)");
  g_assert_cmpuint (farm->b.hub->events->len, ==, 0);

  client_go (&one);
}

/* A balancer may send each request to another server than the one with the transport. */
static void
test_requests_elsewhere (Farm          *farm,
                         gconstpointer  data)
{
  Client one = { .token = aspnet_negotiate (&farm->b) };
  g_autofree char *connect = aspnet_target ("connect", one.token, NULL);
  g_autofree char *start = aspnet_target ("start", one.token, NULL);
  g_autofree char *send = g_strconcat ("/signalr/send?transport=serverSentEvents&connectionToken=", one.token, NULL);
  g_autofree char *init = NULL;
  g_autofree char *story = NULL;

  one.peer = raw_peer_new_socket (farm->a.uri, connect);
  init = raw_peer_read_text (one.peer);
  g_assert_nonnull (strstr (init, "\"S\":1"));

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (RawAnswer) answer = raw_request (farm->b.uri, "GET", start, NULL, NULL);

      g_assert_cmpstr (answer->body, ==, "{ \"Response\": \"started\" }");
      assert_heard (&one, "");
    }
  story = test_hub_story (farm->a.hub);
  g_assert_cmpstr (story, ==, "connected");
  g_assert_cmpuint (farm->b.hub->events->len, ==, 0);

  for (guint i = 0; i < 2; i++)
    {
      const char *text = i == 0 ? "Caller" : "Join";
      g_autofree char *body = g_strdup_printf ("data={\"H\":\"testhub\",\"M\":\"%s\",\"A\":[\"me\"],\"I\":%u}", text, i);
      g_autofree char *result = g_strdup_printf ("{\"I\":\"%u\"}", i);
      g_autoptr (RawAnswer) answer = raw_request (farm->b.uri, "POST", send,
                                                  "Content-Type: application/x-www-form-urlencoded\r\n", body);

      g_assert_cmpstr (answer->body, ==, result);
      assert_heard (&one, i == 0 ? "me" : "");
    }
  say_group (&farm->b, "group", "me", NULL);
  assert_heard (&one, "group");

  client_go (&one);
}

/* Hubs refuse as ever; and who is nowhere cannot start. */
static void
test_start_elsewhere_refused (Farm          *farm,
                              gconstpointer  data)
{
  g_autofree char *token = aspnet_negotiate (&farm->b);
  g_autofree char *connect = aspnet_target ("connect", token, NULL);
  g_autofree char *start = aspnet_target ("start", token, NULL);
  g_autoptr (RawPeer) peer = NULL;
  g_autoptr (RawPeer) starter = raw_peer_new (farm->b.uri);
  g_autoptr (RawAnswer) answer = NULL;

  farm->a.hub->refusal = g_strdup ("no");
  peer = raw_peer_new_socket (farm->a.uri, connect);
  g_free (raw_peer_read_text (peer));
  raw_peer_ask (starter, "GET", start, NULL, NULL);
  while (TRUE)
    {
      g_autofree char *text = raw_peer_read_text (peer);

      if (text == NULL)
        break;
    }
  server_fixture_advance (&farm->b, 31);
  answer = raw_peer_read_answer (starter);
  g_assert_cmpuint (answer->status, ==, 500);
}

/* What makes no sense is lost alone, and what is said twice is heard once. */
static void
test_nonsense (Farm          *farm,
               gconstpointer  data)
{
  static const SignalrScaleoutMessage nonsense[] = {
    { .key = (char *) "h-TestHub" },
    { .key = (char *) "h-TestHub", .command_id = (char *) "id" },
    { .key = (char *) "c-nobody", .command_id = (char *) "id", .wait_for_ack = TRUE },
    { .key = (char *) "h-TestHub", .is_ack = TRUE },
    { .key = (char *) SIGNALR_SCALEOUT_SERVERS, .command_id = (char *) "id", .is_ack = TRUE },
  };
  Client one;
  g_autoptr (GBytes) garbage = g_bytes_new_static ("garbage", 7);
  g_autoptr (GBytes) empty = g_bytes_new_static ("", 0);

  client_come (&one, &farm->a);
  farm_utter (farm, garbage);
  farm_utter (farm, empty);
  for (gsize i = 0; i < G_N_ELEMENTS (nonsense); i++)
    {
      g_autoptr (GBytes) body = signalr_scaleout_encode (&nonsense[i], 0);

      say_cb (farm, body, answer_cb, &(Answer) { 0 });
      raw_settle ();
    }

  say_all (&farm->b, "sense", NULL);
  assert_heard (&one, "sense");
  farm_utter (farm, farm->last);
  say_all (&farm->b, "more", NULL);
  assert_heard (&one, "more");

  client_go (&one);
}

/* Nobody who is here misses anything where the numbers begin again. */
static void
test_regression (Farm          *farm,
                 gconstpointer  data)
{
  Client here, away;

  farm->number = 1000;
  client_come (&here, &farm->a);
  client_come (&away, &farm->a);
  say_all (&farm->b, "before", NULL);
  assert_heard (&here, "before");
  assert_heard (&away, "before");
  client_drop (&away);

  farm->number = 0;
  say_all (&farm->b, "1", NULL);
  assert_heard (&here, "1");
  g_assert_cmpstr (here.cursor, ==, "s-0,1");
  client_return (&away, &farm->a);
  assert_heard (&away, "1");
  say_all (&farm->b, "2", NULL);
  assert_heard (&here, "2");
  assert_heard (&away, "2");

  client_go (&here);
  client_go (&away);
}

/* Who cannot ask the others is still its own clients' server. */
static void
test_down (Farm          *farm,
           gconstpointer  data)
{
  Client one;

  client_come (&one, &farm->a);
  farm->down = TRUE;
  signalr_hub_add_to_group (SIGNALR_HUB (farm->a.hub), one.id, "g");
  say_all (&farm->a, "lost", NULL);
  assert_heard (&one, "");
  g_assert_nonnull (one.groups_token);

  farm->down = FALSE;
  say_group (&farm->b, "back", "g", NULL);
  assert_heard (&one, "back");

  client_go (&one);
}

/* Who would hear nobody does not begin; the same client may come again. */
static void
test_refusal (Farm          *farm,
              gconstpointer  data)
{
  g_autofree char *token = aspnet_negotiate (&farm->a);
  g_autofree char *connect = aspnet_target ("connect", token, NULL);
  g_autofree char *start = aspnet_target ("start", token, NULL);
  g_autoptr (RawPeer) peer = NULL;
  g_autoptr (RawAnswer) answer = NULL;
  Client one;

  farm->down = TRUE;
  peer = raw_peer_new_socket (farm->a.uri, connect);
  g_free (raw_peer_read_text (peer));
  answer = raw_request (farm->a.uri, "GET", start, NULL, NULL);
  g_assert_cmpuint (answer->status, ==, 500);
  g_assert_null (raw_peer_read_text (peer));
  g_assert_cmpuint (farm->a.hub->events->len, ==, 0);

  farm->down = FALSE;
  client_come (&one, &farm->a);
  say_all (&farm->b, "welcome", NULL);
  assert_heard (&one, "welcome");
  client_go (&one);
}

static void
add (const char *path,
     void      (*func) (Farm *, gconstpointer))
{
  g_test_add (path, Farm, NULL, farm_set_up, func, farm_tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("/scaleout/targets", test_targets);
  add ("/scaleout/groups", test_groups);
  add ("/scaleout/acknowledgements", test_acknowledgements);
  add ("/scaleout/model", test_model);
  add ("/scaleout/hop", test_hop);
  add ("/scaleout/return", test_return);
  add ("/scaleout/commands-in-order", test_commands_in_order);
  add ("/scaleout/hop-with-command", test_hop_with_command);
  add ("/scaleout/abort-elsewhere", test_abort_elsewhere);
  add ("/scaleout/abort-and-go", test_abort_and_go);
  add ("/scaleout/requests-elsewhere", test_requests_elsewhere);
  add ("/scaleout/start-elsewhere-refused", test_start_elsewhere_refused);
  add ("/scaleout/nonsense", test_nonsense);
  add ("/scaleout/regression", test_regression);
  add ("/scaleout/down", test_down);
  add ("/scaleout/refusal", test_refusal);

  return g_test_run ();
}
