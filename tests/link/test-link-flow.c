/* test-link-flow.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <link/link-flow-private.h>

static const LinkConditions good;

static void
push_text (LinkFlow   *flow,
           const char *text,
           gint64      now)
{
  link_flow_push (flow, (const guint8 *) text, strlen (text), now);
}

/* Takes what may go at @now; ends at the first wait. */
static char *
take_all (LinkFlow             *flow,
          const LinkConditions *conditions,
          gint64                now,
          gint64               *wake)
{
  GString *taken = g_string_new (NULL);
  const guint8 *data;
  gsize size;

  while (link_flow_next (flow, conditions, now, &data, &size, wake) == LINK_FLOW_DATA)
    {
      g_string_append_len (taken, (const char *) data, size);
      link_flow_sent (flow, conditions, size, now);
    }

  return g_string_free (taken, FALSE);
}

static void
test_good (void)
{
  g_autofree char *taken = NULL;
  LinkFlow flow;
  gint64 wake;

  link_flow_init (&flow);
  push_text (&flow, "one ", 10);
  push_text (&flow, "two", 10);

  taken = take_all (&flow, &good, 10, &wake);
  g_assert_cmpstr (taken, ==, "one two");
  g_assert_cmpint (wake, ==, LINK_NEVER);
  g_assert_cmpuint (flow.held, ==, 0);
}

static void
test_latency (void)
{
  LinkConditions slow = { .latency = 1000 };
  g_autofree char *first = NULL, *second = NULL;
  LinkFlow flow;
  gint64 wake;
  const guint8 *data;
  gsize size;

  link_flow_init (&flow);
  push_text (&flow, "one", 10);
  push_text (&flow, "two", 20);

  g_assert_cmpint (link_flow_next (&flow, &slow, 1009, &data, &size, &wake), ==, LINK_FLOW_WAIT);
  g_assert_cmpint (wake, ==, 1010);

  first = take_all (&flow, &slow, 1010, &wake);
  g_assert_cmpstr (first, ==, "one");
  g_assert_cmpint (wake, ==, 1020);

  /* What is under way follows the link as it is now. */
  second = take_all (&flow, &good, 1011, &wake);
  g_assert_cmpstr (second, ==, "two");
}

static void
test_rate (void)
{
  LinkConditions slow = { .rate = 1000 };
  LinkFlow flow;
  gint64 wake = 0;
  gsize sent = 0;

  link_flow_init (&flow);
  for (guint i = 0; i < 100; i++)
    push_text (&flow, "ten bytes ", 0);

  /* 1,000 bytes at 1,000 a second: the last leave before the second is over. */
  for (gint64 now = 0; now != LINK_NEVER; now = wake)
    {
      g_autofree char *taken = take_all (&flow, &slow, now, &wake);

      sent += strlen (taken);
      g_assert_cmpuint (sent, <=, 50 + now / 1000);
      if (sent == 1000)
        g_assert_cmpint (now, <=, G_USEC_PER_SEC);
    }

  g_assert_cmpuint (sent, ==, 1000);
}

static void
test_silent (void)
{
  LinkConditions silent = { .silent = TRUE };
  g_autofree char *taken = NULL;
  const guint8 *data;
  gint64 wake;
  LinkFlow flow;
  gsize size;

  link_flow_init (&flow);
  push_text (&flow, "held", 0);

  g_assert_cmpint (link_flow_next (&flow, &silent, G_USEC_PER_SEC, &data, &size, &wake),
                   ==, LINK_FLOW_WAIT);
  g_assert_cmpint (wake, ==, LINK_NEVER);

  taken = take_all (&flow, &good, G_USEC_PER_SEC, &wake);
  g_assert_cmpstr (taken, ==, "held");
}

static void
test_end (void)
{
  LinkConditions slow = { .latency = 1000 };
  g_autofree char *taken = NULL;
  const guint8 *data;
  gint64 wake;
  LinkFlow flow;
  gsize size;

  link_flow_init (&flow);
  push_text (&flow, "last", 0);
  link_flow_push (&flow, NULL, 0, 500);

  taken = take_all (&flow, &slow, 1000, &wake);
  g_assert_cmpstr (taken, ==, "last");
  g_assert_cmpint (wake, ==, 1500);
  g_assert_cmpint (link_flow_next (&flow, &slow, 1500, &data, &size, &wake), ==, LINK_FLOW_END);

  link_flow_clear (&flow);
}

static void
test_limit (void)
{
  guint8 block[4096] = { 0 };
  LinkFlow flow;
  gsize pushed = 0;

  link_flow_init (&flow);
  for (; !link_flow_is_full (&flow); pushed += sizeof block)
    link_flow_push (&flow, block, sizeof block, 0);
  g_assert_cmpuint (pushed, <=, LINK_FLOW_LIMIT);
  link_flow_clear (&flow);
  g_assert_false (link_flow_is_full (&flow));

  /* Single bytes cost more than a byte. */
  for (pushed = 0; !link_flow_is_full (&flow); pushed++)
    link_flow_push (&flow, block, 1, 0);
  g_assert_cmpuint (pushed, <=, LINK_FLOW_LIMIT / 16);
  link_flow_clear (&flow);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/link/flow/good", test_good);
  g_test_add_func ("/link/flow/latency", test_latency);
  g_test_add_func ("/link/flow/rate", test_rate);
  g_test_add_func ("/link/flow/silent", test_silent);
  g_test_add_func ("/link/flow/end", test_end);
  g_test_add_func ("/link/flow/limit", test_limit);

  return g_test_run ();
}
