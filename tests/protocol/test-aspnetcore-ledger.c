/* test-aspnetcore-ledger.c: the numbers of stateful reconnect, on a clock of their own
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "protocol/aspnetcore-ledger-private.h"

#define SECOND G_USEC_PER_SEC

static void
keep (SignalrLedger *ledger,
      const char    *text,
      const char    *stream_id)
{
  g_autoptr (GBytes) record = g_bytes_new (text, strlen (text));

  signalr_ledger_keep (ledger, record, stream_id);
}

/* All that may go now, in one string. */
static void
assert_goes (SignalrLedger *ledger,
             const char    *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);
  GBytes *record;

  while ((record = signalr_ledger_next (ledger)) != NULL)
    g_string_append_len (text, g_bytes_get_data (record, NULL), g_bytes_get_size (record));
  g_assert_cmpstr (text->str, ==, expected);
}

static void
test_sends_again (void)
{
  SignalrLedger ledger;

  signalr_ledger_init (&ledger, 1000);
  keep (&ledger, "a", NULL);
  keep (&ledger, "b", NULL);
  keep (&ledger, "c", NULL);
  assert_goes (&ledger, "abc");
  g_assert_true (signalr_ledger_take_ack (&ledger, 1));

  keep (&ledger, "d", NULL);
  g_assert_cmpint (signalr_ledger_resume (&ledger, 0), ==, 2);
  assert_goes (&ledger, "bcd");

  /* What came by the last transport is sent by this one too, where that was said to
   * begin with it; what was never sent cannot have come.
   */
  g_assert_cmpint (signalr_ledger_resume (&ledger, 0), ==, 2);
  keep (&ledger, "e", NULL);
  g_assert_false (signalr_ledger_take_ack (&ledger, 5));
  g_assert_true (signalr_ledger_take_ack (&ledger, 3));
  g_assert_true (signalr_ledger_take_ack (&ledger, 2));
  assert_goes (&ledger, "bcde");
  g_assert_cmpuint (ledger.sent_bytes, ==, 2);
  g_assert_true (signalr_ledger_take_ack (&ledger, 5));
  g_assert_cmpint (signalr_ledger_resume (&ledger, 0), ==, 6);
  assert_goes (&ledger, "");
  g_assert_cmpuint (ledger.sent_bytes, ==, 0);
  signalr_ledger_clear (&ledger);
}

static void
test_limit (void)
{
  SignalrLedger ledger;

  signalr_ledger_init (&ledger, 3);
  keep (&ledger, "aa", NULL);
  keep (&ledger, "bb", NULL);
  keep (&ledger, "ccc", NULL);
  keep (&ledger, "d", NULL);
  assert_goes (&ledger, "aabb");
  g_assert_cmpuint (signalr_ledger_get_n_waiting (&ledger), ==, 2);
  g_assert_cmpuint (ledger.waiting_bytes, ==, 4);

  /* All that was sent fits again. */
  signalr_ledger_resume (&ledger, 0);
  assert_goes (&ledger, "aabb");
  g_assert_true (signalr_ledger_take_ack (&ledger, 1));
  assert_goes (&ledger, "ccc");
  g_assert_true (signalr_ledger_take_ack (&ledger, 3));
  assert_goes (&ledger, "d");
  g_assert_cmpuint (ledger.waiting_bytes, ==, 0);
  signalr_ledger_clear (&ledger);
}

/* The last acknowledgement went with the transport, and is not repeated. */
static void
test_nudges (void)
{
  SignalrLedger ledger;
  g_autoptr (GBytes) nothing = g_bytes_new_static ("-", 1);

  signalr_ledger_init (&ledger, 2);
  keep (&ledger, "aa", NULL);
  assert_goes (&ledger, "aa");
  g_assert_cmpint (signalr_ledger_get_deadline (&ledger), ==, SIGNALR_NEVER);
  signalr_ledger_resume (&ledger, SECOND);
  assert_goes (&ledger, "aa");
  g_assert_cmpint (signalr_ledger_get_deadline (&ledger), ==, 3 * SECOND);
  g_assert_cmpint (signalr_ledger_tick (&ledger, 3 * SECOND - 1), ==, SIGNALR_DUE_NOTHING);
  g_assert_cmpint (signalr_ledger_tick (&ledger, 3 * SECOND), ==, SIGNALR_DUE_NUDGE);
  g_assert_cmpint (signalr_ledger_tick (&ledger, 3 * SECOND), ==, SIGNALR_DUE_NOTHING);

  /* Nothing waited when it was due: the next that comes may go, and only that. */
  keep (&ledger, "b", NULL);
  keep (&ledger, "c", NULL);
  assert_goes (&ledger, "b");

  /* That is sent again with what it went behind: a peer that has it may say so before
   * it comes, and goes on counting from the first.
   */
  signalr_ledger_resume (&ledger, 10 * SECOND);
  assert_goes (&ledger, "aab");
  g_assert_cmpint (signalr_ledger_tick (&ledger, 12 * SECOND), ==, SIGNALR_DUE_NUDGE);

  /* An end may have something that only counts: it goes before what waits. */
  g_assert_true (signalr_ledger_take_ack (&ledger, 1));
  signalr_ledger_resume (&ledger, 20 * SECOND);
  assert_goes (&ledger, "bc");
  keep (&ledger, "d", NULL);
  signalr_ledger_resume (&ledger, 30 * SECOND);
  assert_goes (&ledger, "bc");
  g_assert_cmpint (signalr_ledger_tick (&ledger, 32 * SECOND), ==, SIGNALR_DUE_NUDGE);
  signalr_ledger_keep_nudge (&ledger, nothing);
  assert_goes (&ledger, "-");

  /* An acknowledgement has come by itself. */
  signalr_ledger_resume (&ledger, 40 * SECOND);
  g_assert_cmpint (signalr_ledger_get_deadline (&ledger), ==, 42 * SECOND);
  assert_goes (&ledger, "bc-");
  g_assert_true (signalr_ledger_take_ack (&ledger, 4));
  assert_goes (&ledger, "d");
  g_assert_cmpint (signalr_ledger_get_deadline (&ledger), ==, SIGNALR_NEVER);
  signalr_ledger_clear (&ledger);
}

/* Items that come again may go uncounted: then the acknowledgement stays behind. */
static void
test_distrusts (void)
{
  g_autoptr (GBytes) nothing = g_bytes_new_static ("--", 2);
  SignalrLedger ledger;

  signalr_ledger_init (&ledger, 1000);
  keep (&ledger, "a", NULL);
  keep (&ledger, "b", "s");
  assert_goes (&ledger, "ab");
  keep (&ledger, "c", NULL);
  signalr_ledger_resume (&ledger, 0);
  g_assert_cmpint (signalr_ledger_get_deadline (&ledger), ==, 10 * SECOND);
  assert_goes (&ledger, "abc");
  g_assert_true (signalr_ledger_take_ack (&ledger, 1));
  g_assert_cmpint (signalr_ledger_tick (&ledger, 10 * SECOND), ==, SIGNALR_DUE_END);

  /* What was sent by then is enough. */
  signalr_ledger_resume (&ledger, 0);
  keep (&ledger, "d", "s");
  keep (&ledger, "e", "t");
  assert_goes (&ledger, "bcde");
  g_assert_true (signalr_ledger_take_ack (&ledger, 3));
  g_assert_cmpint (signalr_ledger_get_deadline (&ledger), ==, SIGNALR_NEVER);

  /* An item that has become something else is not doubted. */
  keep (&ledger, "f", "s");
  signalr_ledger_replace_items (&ledger, "s", nothing);
  g_assert_cmpuint (ledger.sent_bytes, ==, 3);
  g_assert_cmpuint (ledger.waiting_bytes, ==, 2);
  signalr_ledger_resume (&ledger, 0);
  g_assert_true (signalr_ledger_take_ack (&ledger, 5));
  g_assert_cmpuint (ledger.sent_bytes, ==, 0);
  signalr_ledger_resume (&ledger, 0);
  assert_goes (&ledger, "--");
  g_assert_cmpint (signalr_ledger_get_deadline (&ledger), ==, SIGNALR_NEVER);
  signalr_ledger_clear (&ledger);
}

static void
test_acknowledges (void)
{
  SignalrLedger ledger;

  signalr_ledger_init (&ledger, 1000);

  /* Where nothing came there is nothing to acknowledge. */
  g_assert_true (signalr_ledger_take_sequence (&ledger, 1, 0));
  g_assert_cmpint (signalr_ledger_get_deadline (&ledger), ==, SIGNALR_NEVER);

  g_assert_true (signalr_ledger_take (&ledger, 10, SECOND));
  g_assert_true (signalr_ledger_take (&ledger, 10, SECOND + 1));
  g_assert_cmpint (signalr_ledger_get_deadline (&ledger), ==, 2 * SECOND);
  g_assert_cmpint (signalr_ledger_tick (&ledger, 2 * SECOND), ==, SIGNALR_DUE_ACK);
  g_assert_cmpint (ledger.latest, ==, 2);
  g_assert_cmpint (signalr_ledger_get_deadline (&ledger), ==, SIGNALR_NEVER);

  /* Much is acknowledged at once. */
  g_assert_true (signalr_ledger_take (&ledger, 30000, 3 * SECOND));
  g_assert_cmpint (signalr_ledger_get_deadline (&ledger), ==, 4 * SECOND);
  g_assert_true (signalr_ledger_take (&ledger, 20000, 3 * SECOND));
  g_assert_cmpint (signalr_ledger_get_deadline (&ledger), ==, 3 * SECOND);
  g_assert_cmpint (signalr_ledger_tick (&ledger, 3 * SECOND), ==, SIGNALR_DUE_ACK);

  /* What comes again is not new, but its sender wants to know; none may be missing. */
  g_assert_false (signalr_ledger_take_sequence (&ledger, 6, 5 * SECOND));
  g_assert_false (signalr_ledger_take_sequence (&ledger, 0, 5 * SECOND));
  g_assert_true (signalr_ledger_take_sequence (&ledger, 4, 5 * SECOND));
  g_assert_cmpint (signalr_ledger_get_deadline (&ledger), ==, 5 * SECOND);
  g_assert_cmpint (signalr_ledger_tick (&ledger, 5 * SECOND), ==, SIGNALR_DUE_ACK);
  g_assert_false (signalr_ledger_take (&ledger, 20000, 5 * SECOND));
  g_assert_cmpint (signalr_ledger_get_deadline (&ledger), ==, SIGNALR_NEVER);
  g_assert_true (signalr_ledger_take_sequence (&ledger, 5, 6 * SECOND));
  g_assert_true (signalr_ledger_take (&ledger, 1, 6 * SECOND));
  g_assert_cmpint (ledger.latest, ==, 5);
  signalr_ledger_clear (&ledger);
}

/* Two ends that lose each other again and again, at any record, with all that is on
 * its way: each record comes once, in its order, and nobody waits for ever.
 */

typedef struct {
  SignalrLedger ledger;
  GQueue        way;       /* char*: to the other end; "s4": Sequence 4, "a7": Ack 7 */
  gboolean      resuming;
  guint         n_kept;
  guint         n_taken;
} End;

static void
end_send (End *self)
{
  GBytes *record;

  while ((record = signalr_ledger_next (&self->ledger)) != NULL)
    g_queue_push_tail (&self->way, g_strndup (g_bytes_get_data (record, NULL), g_bytes_get_size (record)));
}

static void
end_take (End        *self,
          const char *text,
          gint64      now)
{
  gint64 number = g_ascii_strtoll (text + 1, NULL, 10);

  if (text[0] == 's')
    {
      g_assert_true (signalr_ledger_take_sequence (&self->ledger, number, now));
      self->resuming = FALSE;
    }
  else if (self->resuming)
    {
      return;
    }
  else if (text[0] == 'a')
    {
      g_assert_true (signalr_ledger_take_ack (&self->ledger, number));
    }
  else if (signalr_ledger_take (&self->ledger, strlen (text), now))
    {
      g_assert_cmpint (number, ==, self->n_taken++);
    }
}

static void
test_random (void)
{
  for (guint round = 0; round < 2000; round++)
    {
      End ends[2] = { 0 };
      gint64 now = 0;

      for (guint j = 0; j < 2; j++)
        signalr_ledger_init (&ends[j].ledger, 20);

      for (guint i = 0; i < 200 || ends[0].n_taken < ends[1].n_kept || ends[1].n_taken < ends[0].n_kept; i++)
        {
          guint side = g_test_rand_bit ();
          End *end = &ends[side];
          g_autofree char *text = NULL;

          g_assert_cmpuint (i, <, 100000);
          now += g_test_rand_int_range (0, SECOND);

          if (i < 200 && g_test_rand_int_range (0, 3) == 0)
            {
              g_autofree char *record = g_strdup_printf ("r%u", end->n_kept++);

              keep (&end->ledger, record, NULL);
            }

          for (guint j = 0; i < 200 && side == 0 && j < 2 && i % 20 == round % 20; j++)
            {
              g_queue_clear_full (&ends[j].way, g_free);
              ends[j].resuming = TRUE;
              g_queue_push_tail (&ends[j].way,
                                 g_strdup_printf ("s%" G_GINT64_FORMAT, signalr_ledger_resume (&ends[j].ledger, now)));
            }

          end_send (end);
          if (!end->resuming && signalr_ledger_tick (&end->ledger, now) == SIGNALR_DUE_ACK)
            g_queue_push_tail (&end->way, g_strdup_printf ("a%" G_GINT64_FORMAT, end->ledger.latest));

          text = g_queue_pop_head (&ends[!side].way);
          if (text != NULL)
            end_take (end, text, now);
        }

      for (guint j = 0; j < 2; j++)
        {
          g_queue_clear_full (&ends[j].way, g_free);
          signalr_ledger_clear (&ends[j].ledger);
        }
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/aspnetcore-ledger/sends-again", test_sends_again);
  g_test_add_func ("/aspnetcore-ledger/limit", test_limit);
  g_test_add_func ("/aspnetcore-ledger/nudges", test_nudges);
  g_test_add_func ("/aspnetcore-ledger/distrusts", test_distrusts);
  g_test_add_func ("/aspnetcore-ledger/acknowledges", test_acknowledges);
  g_test_add_func ("/aspnetcore-ledger/random", test_random);

  return g_test_run ();
}
