/* test-sequence.c: every message once and in order, whatever the network does
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <chat/tertulia-sequence-private.h>

static TertuliaEntry *
entry (gint64 number)
{
  return tertulia_entry_new (number, "Ana", "text", NULL, 0);
}

static TertuliaPage *
page (gint64   first,
      gint64   last,
      gboolean more)
{
  TertuliaPage *new_page = g_new0 (TertuliaPage, 1);

  new_page->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) tertulia_entry_free);
  new_page->more = more;
  for (gint64 number = first; number <= last; number++)
    g_ptr_array_add (new_page->entries, entry (number));

  return new_page;
}

static void
assert_shown (GPtrArray *shown,
              gint64     first,
              gint64     last)
{
  g_assert_cmpint (shown->len, ==, last - first + 1);
  for (guint i = 0; i < shown->len; i++)
    g_assert_cmpint (((TertuliaEntry *) g_ptr_array_index (shown, i))->number, ==, first + i);
  g_ptr_array_set_size (shown, 0);
}

typedef struct {
  TertuliaSequence  sequence;
  GPtrArray        *shown;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  tertulia_sequence_init (&fixture->sequence, 0);
  fixture->shown = g_ptr_array_new_with_free_func ((GDestroyNotify) tertulia_entry_free);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  tertulia_sequence_clear (&fixture->sequence);
  g_ptr_array_unref (fixture->shown);
}

static void
test_catch_up_before_live (Fixture       *fixture,
                           gconstpointer  data)
{
  TertuliaSequence *sequence = &fixture->sequence;

  /* Told before the answer to Join. */
  g_assert_false (tertulia_sequence_hear (sequence, entry (5), fixture->shown));
  g_assert_false (tertulia_sequence_hear (sequence, entry (6), fixture->shown));
  g_assert_cmpuint (fixture->shown->len, ==, 0);

  g_assert_false (tertulia_sequence_fill (sequence, page (3, 5, FALSE), fixture->shown));
  assert_shown (fixture->shown, 3, 6);
  g_assert_true (sequence->live);

  g_assert_false (tertulia_sequence_hear (sequence, entry (7), fixture->shown));
  g_assert_false (tertulia_sequence_hear (sequence, entry (7), fixture->shown));
  assert_shown (fixture->shown, 7, 7);
}

static void
test_pages (Fixture       *fixture,
            gconstpointer  data)
{
  TertuliaSequence *sequence = &fixture->sequence;

  g_assert_true (tertulia_sequence_fill (sequence, page (1, 200, TRUE), fixture->shown));
  g_assert_false (sequence->live);
  g_assert_false (tertulia_sequence_hear (sequence, entry (231), fixture->shown));
  g_assert_false (tertulia_sequence_fill (sequence, page (201, 230, FALSE), fixture->shown));
  assert_shown (fixture->shown, 1, 231);
  g_assert_true (sequence->live);
}

static void
test_gap (Fixture       *fixture,
          gconstpointer  data)
{
  TertuliaSequence *sequence = &fixture->sequence;

  tertulia_sequence_fill (sequence, page (1, 3, FALSE), fixture->shown);
  assert_shown (fixture->shown, 1, 3);

  g_assert_true (tertulia_sequence_hear (sequence, entry (6), fixture->shown));
  /* Asked once, however much comes meanwhile. */
  g_assert_false (tertulia_sequence_hear (sequence, entry (7), fixture->shown));
  g_assert_cmpuint (fixture->shown->len, ==, 0);

  /* The answer was written before the last two. */
  g_assert_false (tertulia_sequence_fill (sequence, page (4, 5, FALSE), fixture->shown));
  assert_shown (fixture->shown, 4, 7);
}

/* What the server has forgotten is skipped, not waited for. */
static void
test_forgotten (Fixture       *fixture,
                gconstpointer  data)
{
  TertuliaSequence *sequence = &fixture->sequence;

  tertulia_sequence_fill (sequence, page (1, 3, FALSE), fixture->shown);
  tertulia_sequence_pause (sequence);
  g_ptr_array_set_size (fixture->shown, 0);

  g_assert_false (tertulia_sequence_fill (sequence, page (9000, 9001, FALSE), fixture->shown));
  assert_shown (fixture->shown, 9000, 9001);

  g_assert_true (tertulia_sequence_hear (sequence, entry (9005), fixture->shown));
  g_assert_false (tertulia_sequence_fill (sequence, page (1, 0, FALSE), fixture->shown));
  assert_shown (fixture->shown, 9005, 9005);
  g_assert_true (sequence->live);
}

static void
test_new_history (Fixture       *fixture,
                  gconstpointer  data)
{
  TertuliaSequence *sequence = &fixture->sequence;

  tertulia_sequence_fill (sequence, page (50, 60, FALSE), fixture->shown);
  g_ptr_array_set_size (fixture->shown, 0);

  tertulia_sequence_reset (sequence);
  g_assert_false (tertulia_sequence_fill (sequence, page (1, 2, FALSE), fixture->shown));
  assert_shown (fixture->shown, 1, 2);
}

static void
test_bounded (Fixture       *fixture,
              gconstpointer  data)
{
  TertuliaSequence *sequence = &fixture->sequence;
  const gint64 n = TERTULIA_SEQUENCE_MAX_HELD + 50;

  for (gint64 number = 2; number <= n; number++)
    tertulia_sequence_hear (sequence, entry (number), fixture->shown);
  g_assert_cmpuint (sequence->held->len, ==, TERTULIA_SEQUENCE_MAX_HELD);

  /* What did not fit is asked for. */
  g_assert_true (tertulia_sequence_fill (sequence, page (1, 1, FALSE), fixture->shown));
  g_assert_false (tertulia_sequence_fill (sequence, page (sequence->last + 1, n, FALSE), fixture->shown));
  assert_shown (fixture->shown, 1, n);
}

/* A server that says "more" and gives nothing is not asked for ever. */
static void
test_endless (Fixture       *fixture,
              gconstpointer  data)
{
  g_assert_true (tertulia_sequence_fill (&fixture->sequence, page (1, 3, TRUE), fixture->shown));
  g_assert_false (tertulia_sequence_fill (&fixture->sequence, page (1, 3, TRUE), fixture->shown));
  g_assert_true (fixture->sequence.live);
}

/* A server that speaks at random, over a network that loses, repeats and cuts at
 * random, with answers that come at random: in the end everything is shown once.
 */
static void
test_random (Fixture       *fixture,
             gconstpointer  data)
{
  TertuliaSequence *sequence = &fixture->sequence;
  gint64 said = 0, asked_at = -1;
  gboolean asked = FALSE;

  for (guint i = 0; i < 100000; i++)
    {
      switch (g_test_rand_int_range (0, 8))
        {
        case 0: case 1: case 2:
          said++;
          if (g_test_rand_int_range (0, 10) > 0 &&
              tertulia_sequence_hear (sequence, entry (said), fixture->shown))
            asked = TRUE;
          break;

        case 3:
          if (said > 0 && tertulia_sequence_hear (sequence, entry (g_test_rand_int_range (1, said + 1)),
                                                  fixture->shown))
            asked = TRUE;
          break;

        case 4:
          if (g_test_rand_int_range (0, 20) == 0)
            {
              tertulia_sequence_pause (sequence);
              asked = TRUE;
            }
          break;

        default:
          if (asked)
            {
              asked_at = sequence->last;
              asked = tertulia_sequence_fill (sequence,
                                              page (asked_at + 1, MIN (said, asked_at + 20),
                                                    said > asked_at + 20),
                                              fixture->shown);
            }
          break;
        }
    }

  tertulia_sequence_pause (sequence);
  while (tertulia_sequence_fill (sequence, page (sequence->last + 1, MIN (said, sequence->last + 20),
                                                 said > sequence->last + 20),
                                 fixture->shown))
    ;

  g_assert_cmpint (said, >, 10000);
  assert_shown (fixture->shown, 1, said);
}

static JsonNode *
parse (const char *json)
{
  g_autoptr (GError) error = NULL;
  JsonNode *node = json_from_string (json, &error);

  g_assert_no_error (error);

  return node;
}

static void
test_wire_hostile (void)
{
  static const char * const not_ours[] = {
    "null", "7", "\"text\"", "[]", "{}", "{\"tertulia\": \"1\"}", "{\"tertulia\": 0}",
    "{\"tertulia\": 1}",
    "{\"tertulia\": 1, \"room\": \"a\", \"name\": \"b\", \"history\": \"c\"}",
    "{\"tertulia\": 1, \"room\": \"\", \"name\": \"b\", \"history\": \"c\", \"messages\": []}",
    "{\"tertulia\": 1, \"room\": {}, \"name\": [], \"history\": 1, \"messages\": \"x\"}",
  };
  static const char * const no_entries[] = {
    "{}",
    "{\"id\": 0, \"name\": \"a\", \"text\": \"b\", \"time\": 0}",
    "{\"id\": -1, \"name\": \"a\", \"text\": \"b\", \"time\": 0}",
    "{\"id\": 1.5e300, \"name\": \"a\", \"text\": \"b\", \"time\": 0}",
    "{\"id\": 1, \"name\": 1, \"text\": \"b\", \"time\": 0}",
    "{\"id\": 1, \"name\": \"a\", \"text\": null, \"time\": 0}",
    "{\"id\": 1, \"name\": \"a\", \"text\": \"b\"}",
    "{\"id\": 1, \"name\": \"a\", \"text\": \"b\", \"time\": 999999999999999999}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (not_ours); i++)
    {
      g_autoptr (JsonNode) node = parse (not_ours[i]);

      g_assert_null (tertulia_wire_read_joined (node));
    }

  for (gsize i = 0; i < G_N_ELEMENTS (no_entries); i++)
    {
      g_autoptr (JsonNode) node = parse (no_entries[i]);

      g_assert_null (tertulia_wire_read_entry (json_node_get_object (node)));
    }
}

/* What is good of an answer is taken, and the rest left. */
static void
test_wire_joined (void)
{
  g_autoptr (JsonNode) node =
    parse ("{\"tertulia\": 1, \"room\": \"a\", \"name\": \"Ana\", \"history\": \"h\", \"last\": 9,"
           " \"people\": [{\"name\": \"Ana\", \"presence\": \"here\"}, 7, {\"name\": 1},"
           "              {\"name\": \"Luis\", \"presence\": \"lost\"}],"
           " \"messages\": [{\"id\": 7, \"name\": \"Luis\", \"text\": \"x\", \"time\": 5.0, \"key\": \"k\"},"
           "                {\"id\": 7, \"name\": \"Luis\", \"text\": \"again\", \"time\": 5}, null,"
           "                {\"id\": 9, \"name\": \"Luis\", \"text\": \"y\", \"time\": 6}],"
           " \"more\": true}");
  g_autoptr (TertuliaJoined) joined = tertulia_wire_read_joined (node);
  g_autoptr (JsonNode) refusal_node = parse ("{\"tertulia\": 1, \"error\": \"No place\"}");
  g_autoptr (TertuliaJoined) refused = tertulia_wire_read_joined (refusal_node);
  TertuliaEntry *first;

  g_assert_cmpuint (joined->people->len, ==, 2);
  g_assert_true (((TertuliaPersonEntry *) g_ptr_array_index (joined->people, 1))->lost);
  g_assert_cmpuint (joined->page->entries->len, ==, 2);
  first = g_ptr_array_index (joined->page->entries, 0);
  g_assert_cmpstr (first->text, ==, "x");
  g_assert_cmpstr (first->key, ==, "k");
  g_assert_cmpint (first->time, ==, 5);
  g_assert_true (joined->page->more);

  g_assert_cmpstr (refused->refusal, ==, "No place");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define add(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)
  add ("/sequence/catch-up-before-live", test_catch_up_before_live);
  add ("/sequence/pages", test_pages);
  add ("/sequence/gap", test_gap);
  add ("/sequence/forgotten", test_forgotten);
  add ("/sequence/new-history", test_new_history);
  add ("/sequence/bounded", test_bounded);
  add ("/sequence/endless", test_endless);
  add ("/sequence/random", test_random);
  g_test_add_func ("/wire/hostile", test_wire_hostile);
  g_test_add_func ("/wire/joined", test_wire_joined);

  return g_test_run ();
}
