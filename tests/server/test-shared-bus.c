/* test-shared-bus.c: a bus whose messages have the ids of a stream that servers share
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "server/bus-private.h"

#define TTL (100 * G_USEC_PER_SEC)

/* Somebody who listens there. */
typedef struct {
  SignalrSubscriber subscriber;
} Listener;

/* One server's half of the world. */
typedef struct {
  SignalrHeartbeat *heartbeat;
  SignalrBus       *bus;
} Node;

static void
deliver_cb (SignalrSubscriber *subscriber,
            SignalrMessage    *message)
{
}

static void
node_init (Node *self)
{
  self->heartbeat = signalr_heartbeat_new (NULL);
  signalr_heartbeat_freeze (self->heartbeat);
  self->bus = signalr_bus_new (self->heartbeat, TTL);
  signalr_bus_share (self->bus);
}

static void
node_clear (Node *self)
{
  signalr_bus_free (self->bus);
  signalr_heartbeat_unref (self->heartbeat);
}

/* What comes over the backplane: its text is its id. */
static void
node_hear (Node       *self,
           guint64     id,
           const char *topic)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, id);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (SignalrMessage) message = signalr_message_new_bytes (bytes, NULL);

  signalr_bus_advance (self->bus, id);
  signalr_bus_hear (self->bus, topic, message);
}

static void
listener_init (Listener *self)
{
  *self = (Listener) { { .deliver = deliver_cb, .keeps_place = TRUE } };
}

/* Comes to @node, and listens to the topics in @topics. */
static void
listener_come (Listener           *self,
               Node               *node,
               const char * const *topics,
               const char         *cursor)
{
  listener_init (self);
  for (gsize i = 0; topics[i] != NULL; i++)
    signalr_bus_subscribe (node->bus, topics[i], &self->subscriber);
  if (cursor != NULL)
    g_assert_cmpint (signalr_bus_rewind (node->bus, &self->subscriber, cursor, FALSE), ==, SIGNALR_CURSOR_HERE);
}

static void
assert_heard (Listener   *self,
              const char *expected)
{
  g_autoptr (GPtrArray) messages = signalr_subscriber_collect (&self->subscriber, "id", G_MAXSIZE, NULL);
  g_autoptr (GString) heard = g_string_new (NULL);

  for (guint i = 0; i < messages->len; i++)
    {
      gsize size;
      const char *text = g_bytes_get_data (g_ptr_array_index (messages, i), &size);

      g_string_append_printf (heard, "%s%.*s", i > 0 ? " " : "", (int) size, text);
    }
  g_assert_cmpstr (heard->str, ==, expected);
}

static void
assert_cursor (Listener   *self,
               Node       *node,
               const char *expected)
{
  g_autoptr (GString) cursor = g_string_new (NULL);

  signalr_bus_append_cursor (node->bus, &self->subscriber, cursor);
  g_assert_cmpstr (cursor->str, ==, expected);
}

static const char * const a_b[] = { "a", "b", NULL };

/* Between topics too the order is that of the stream: a cursor is one number. */
static void
test_order (void)
{
  Node node;
  Listener listener;

  node_init (&node);
  listener_come (&listener, &node, a_b, NULL);
  assert_cursor (&listener, &node, "s-0,FFFFFFFFFFFFFFFF");

  node_hear (&node, 1, "b");
  node_hear (&node, 2, "a");
  node_hear (&node, 3, "c");
  node_hear (&node, 4, "b");
  assert_cursor (&listener, &node, "s-0,0");
  assert_heard (&listener, "1 2 4");
  assert_cursor (&listener, &node, "s-0,4");

  /* What is not for it moves the cursor, too. */
  node_hear (&node, 26, "c");
  assert_heard (&listener, "");
  assert_cursor (&listener, &node, "s-0,1A");

  signalr_bus_unsubscribe_all (node.bus, &listener.subscriber);
  node_clear (&node);
}

/* Where nothing has come yet, what was said before is for nobody. */
static void
test_beginning (void)
{
  Node node, other;
  Listener listener, hopped;

  node_init (&node);
  node_init (&other);
  node_hear (&other, 31, "a");
  node_hear (&other, 32, "a");
  signalr_bus_begin_at (node.bus, 31);
  listener_come (&listener, &node, a_b, NULL);
  assert_cursor (&listener, &node, "s-0,1F");
  listener_come (&hopped, &other, a_b, "s-0,1F");
  assert_heard (&hopped, "32");

  signalr_bus_unsubscribe_all (node.bus, &listener.subscriber);
  signalr_bus_unsubscribe_all (other.bus, &hopped.subscriber);
  node_clear (&node);
  node_clear (&other);
}

/* A part of what is there leaves the cursor between. */
static void
test_part (void)
{
  Node node;
  Listener listener;
  g_autoptr (GPtrArray) part = NULL;

  node_init (&node);
  listener_come (&listener, &node, a_b, NULL);
  for (guint id = 1; id <= 6; id++)
    node_hear (&node, id, id % 2 == 0 ? "a" : "b");

  part = signalr_subscriber_collect (&listener.subscriber, "id", 3, NULL);
  g_assert_cmpuint (part->len, ==, 3);
  assert_cursor (&listener, &node, "s-0,3");
  assert_heard (&listener, "4 5 6");

  signalr_bus_unsubscribe_all (node.bus, &listener.subscriber);
  node_clear (&node);
}

/* Where a cursor of another server leads to. */
static void
test_hop (void)
{
  static const struct {
    const char *cursor;
    const char *heard;
    const char *after;
  } cases[] = {
    { NULL, "", "s-0,28" },
    { "s-0,1E", "40", "s-0,28" },              /* known: behind it */
    { "s-0,F", "20 30 40", "s-0,28" },         /* between two: from the next higher */
    { "s-0,1", "10 20 30 40", "s-0,28" },      /* before all */
    { "s-0,FFFFFFFFFFFFFFFF", "10 20 30 40", "s-0,28" },
    { "s-0,28", "", "s-0,28" },
    { "s-0,29", "", "s-0,29" },                /* of a server that is ahead */
  };
  Node node;

  node_init (&node);
  for (guint id = 10; id <= 40; id += 10)
    node_hear (&node, id, id % 20 == 0 ? "a" : "b");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Listener listener;

      listener_come (&listener, &node, a_b, cases[i].cursor);
      assert_heard (&listener, cases[i].heard);
      assert_cursor (&listener, &node, cases[i].after);
      signalr_bus_unsubscribe_all (node.bus, &listener.subscriber);
    }

  node_clear (&node);
}

/* A server that is behind another does not say twice what that one has said. */
static void
test_ahead (void)
{
  Node node;
  Listener listener;

  node_init (&node);
  listener_come (&listener, &node, a_b, "s-0,2");
  assert_cursor (&listener, &node, "s-0,2");
  node_hear (&node, 1, "a");
  node_hear (&node, 2, "b");
  node_hear (&node, 3, "a");
  assert_heard (&listener, "3");
  assert_cursor (&listener, &node, "s-0,3");

  signalr_bus_unsubscribe_all (node.bus, &listener.subscriber);
  node_clear (&node);
}

/* Who comes back to where it was hears nothing of before it joined. */
static void
test_back (void)
{
  Node node;
  Listener listener;

  node_init (&node);
  node_hear (&node, 1, "a");
  listener_come (&listener, &node, a_b, NULL);
  node_hear (&node, 2, "a");
  node_hear (&node, 3, "b");
  assert_heard (&listener, "2 3");

  signalr_bus_rewind (node.bus, &listener.subscriber, "s-0,0", TRUE);
  assert_heard (&listener, "2 3");
  signalr_bus_rewind (node.bus, &listener.subscriber, "s-0,2", TRUE);
  assert_heard (&listener, "3");
  g_assert_cmpint (signalr_bus_rewind (node.bus, &listener.subscriber, "d-1F-A,0", TRUE), ==, SIGNALR_CURSOR_FOREIGN);
  g_assert_cmpint (signalr_bus_rewind (node.bus, &listener.subscriber, "s-0,", TRUE), ==, SIGNALR_CURSOR_BROKEN);
  assert_heard (&listener, "");

  signalr_bus_unsubscribe_all (node.bus, &listener.subscriber);
  node_clear (&node);
}

/* A group is listened to from the command on that joined it, whenever that is read. */
static void
test_behind (void)
{
  Node node;
  Listener listener;

  node_init (&node);
  listener_come (&listener, &node, a_b, NULL);
  node_hear (&node, 1, "group");
  node_hear (&node, 2, "a");
  node_hear (&node, 3, "group");
  g_assert_true (signalr_bus_subscribe_behind (node.bus, "group", &listener.subscriber, 2));
  g_assert_false (signalr_bus_subscribe_behind (node.bus, "group", &listener.subscriber, 2));
  assert_heard (&listener, "2 3");

  /* That nobody has published to yet. */
  g_assert_true (signalr_bus_subscribe_behind (node.bus, "other", &listener.subscriber, 2));
  node_hear (&node, 4, "other");
  assert_heard (&listener, "4");

  signalr_bus_unsubscribe_all (node.bus, &listener.subscriber);
  node_clear (&node);
}

/* The counter was lost: ids begin again, and whoever is here hears all the same. */
static void
test_regression (void)
{
  Node node;
  Listener listener, lost, late, waiting;

  node_init (&node);
  listener_come (&listener, &node, a_b, NULL);
  listener_come (&waiting, &node, a_b, "s-0,7D0");
  for (guint id = 1000; id < 1003; id++)
    node_hear (&node, id, "a");
  assert_heard (&listener, "1000 1001 1002");
  node_hear (&node, 1003, "b");

  node_hear (&node, 1, "a");
  node_hear (&node, 2, "b");
  assert_heard (&listener, "1003 1 2");
  assert_cursor (&listener, &node, "s-0,2");
  assert_heard (&waiting, "1 2");

  /* Who was away meanwhile has had nothing since. */
  listener_come (&lost, &node, a_b, "s-0,3EA");
  assert_heard (&lost, "1 2");

  /* A low cursor is of the stream as it is now. */
  listener_come (&late, &node, a_b, "s-0,1");
  assert_heard (&late, "2");
  node_hear (&node, 3, "a");
  assert_heard (&late, "3");
  assert_heard (&lost, "3");
  assert_heard (&listener, "3");

  signalr_bus_unsubscribe_all (node.bus, &listener.subscriber);
  signalr_bus_unsubscribe_all (node.bus, &lost.subscriber);
  signalr_bus_unsubscribe_all (node.bus, &late.subscriber);
  signalr_bus_unsubscribe_all (node.bus, &waiting.subscriber);
  node_clear (&node);
}

/* The ring of a topic goes round with its ids. */
static void
test_ring (void)
{
  Node node;
  Listener listener;
  g_autoptr (GPtrArray) kept = NULL;

  node_init (&node);
  for (guint id = 1; id <= 2500; id++)
    node_hear (&node, id, "a");

  listener_come (&listener, &node, a_b, "s-0,9C2");
  assert_heard (&listener, "2499 2500");
  signalr_bus_rewind (node.bus, &listener.subscriber, "s-0,1", FALSE);
  kept = signalr_subscriber_collect (&listener.subscriber, "id", G_MAXSIZE, NULL);
  g_assert_cmpuint (kept->len, ==, 1000);

  signalr_bus_unsubscribe_all (node.bus, &listener.subscriber);
  node_clear (&node);
}

/* What nobody here listens to is kept for a while, and not without end. */
static void
test_idle (void)
{
  Node node;
  Listener listener;

  node_init (&node);
  node_hear (&node, 1, "a");
  signalr_heartbeat_advance (node.heartbeat, TTL - 1);
  node_hear (&node, 2, "b");
  listener_come (&listener, &node, a_b, "s-0,0");
  assert_heard (&listener, "1 2");
  signalr_bus_unsubscribe_all (node.bus, &listener.subscriber);

  signalr_heartbeat_advance (node.heartbeat, TTL);
  listener_come (&listener, &node, a_b, "s-0,0");
  assert_heard (&listener, "");
  signalr_bus_unsubscribe_all (node.bus, &listener.subscriber);

  /* Of many topics the longest unused is forgotten; those that are listened to are not. */
  listener_come (&listener, &node, (const char *[]) { "b", NULL }, NULL);
  node_hear (&node, 3, "a");
  node_hear (&node, 4, "b");
  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *topic = g_strdup_printf ("t%u", i);

      node_hear (&node, 5 + i, topic);
    }
  signalr_bus_subscribe (node.bus, "a", &listener.subscriber);
  signalr_bus_rewind (node.bus, &listener.subscriber, "s-0,0", FALSE);
  assert_heard (&listener, "4");

  signalr_bus_unsubscribe_all (node.bus, &listener.subscriber);
  node_clear (&node);
}

/* Large ones are limited by what they weigh together. */
static void
test_idle_bytes (void)
{
  Node node;
  Listener listener;
  g_autofree char *blank = g_strnfill (2 * 1024 * 1024, ' ');
  g_autoptr (GBytes) large = g_bytes_new (blank, strlen (blank));
  g_autoptr (GPtrArray) kept = NULL;

  node_init (&node);
  listener_init (&listener);
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *topic = g_strdup_printf ("t%u", i);
      g_autoptr (SignalrMessage) message = signalr_message_new_bytes (large, NULL);

      signalr_bus_advance (node.bus, i + 1);
      signalr_bus_hear (node.bus, topic, message);
    }

  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *topic = g_strdup_printf ("t%u", i);

      signalr_bus_subscribe (node.bus, topic, &listener.subscriber);
    }
  signalr_bus_rewind (node.bus, &listener.subscriber, "s-0,0", FALSE);
  kept = signalr_subscriber_collect (&listener.subscriber, "id", G_MAXSIZE, NULL);
  g_assert_cmpuint (kept->len, ==, 31);

  signalr_bus_unsubscribe_all (node.bus, &listener.subscriber);
  node_clear (&node);
}

/* Who keeps no place listens to topics of another kind. */
static void
test_others (void)
{
  Node node;
  Listener listener, other = { { .deliver = deliver_cb } };
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);
  g_autoptr (SignalrMessage) message = signalr_message_new_bytes (bytes, NULL);

  node_init (&node);
  listener_come (&listener, &node, a_b, NULL);
  signalr_bus_subscribe (node.bus, "Hub:all", &other.subscriber);
  signalr_bus_publish (node.bus, "Hub:all", message);
  signalr_bus_publish (node.bus, "a", message);
  signalr_bus_publish (node.bus, "c", message);
  assert_heard (&listener, "");
  node_hear (&node, 2, "a");
  node_hear (&node, 1, "a");
  assert_heard (&listener, "2 1");

  signalr_bus_unsubscribe_all (node.bus, &other.subscriber);
  signalr_bus_unsubscribe_all (node.bus, &listener.subscriber);
  node_clear (&node);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/shared-bus/order", test_order);
  g_test_add_func ("/shared-bus/beginning", test_beginning);
  g_test_add_func ("/shared-bus/part", test_part);
  g_test_add_func ("/shared-bus/hop", test_hop);
  g_test_add_func ("/shared-bus/ahead", test_ahead);
  g_test_add_func ("/shared-bus/back", test_back);
  g_test_add_func ("/shared-bus/behind", test_behind);
  g_test_add_func ("/shared-bus/regression", test_regression);
  g_test_add_func ("/shared-bus/ring", test_ring);
  g_test_add_func ("/shared-bus/idle", test_idle);
  g_test_add_func ("/shared-bus/idle-bytes", test_idle_bytes);
  g_test_add_func ("/shared-bus/others", test_others);

  return g_test_run ();
}
