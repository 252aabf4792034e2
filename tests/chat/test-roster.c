/* test-roster.c: who is told to have come, gone, and been lost
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <chat/server/tertulia-roster-private.h>

#define S ((gint64) G_USEC_PER_SEC)

static void
told_cb (TertuliaRosterEvent  event,
         const char          *room,
         const char          *name,
         gpointer             user_data)
{
  static const char * const words[] = { "joined", "left", "lost", "back", "gone" };
  GString *told = user_data;

  g_string_append_printf (told, "%s %s %s; ", name, words[event], room);
}

#define assert_told(expected) G_STMT_START { \
  g_assert_cmpstr (told->str, ==, (expected)); \
  g_string_truncate (told, 0); \
} G_STMT_END

#define ROSTER \
  g_autoptr (GString) told = g_string_new (NULL); \
  g_autoptr (TertuliaRoster) roster = tertulia_roster_new (told_cb, told)

static void
test_joins_and_leaves (void)
{
  ROSTER;

  tertulia_roster_join (roster, "1", "Ana", "a");
  assert_told ("Ana joined a; ");
  g_assert_cmpstr (tertulia_roster_get_name (roster, "1"), ==, "Ana");
  g_assert_true (tertulia_roster_is_in (roster, "1", "a"));
  g_assert_false (tertulia_roster_is_in (roster, "1", "b"));

  tertulia_roster_join (roster, "1", "Ana", "a");
  assert_told ("");
  g_assert_cmpuint (tertulia_roster_count_rooms (roster, "1"), ==, 1);

  tertulia_roster_leave (roster, "1", "a");
  assert_told ("Ana left a; ");
  tertulia_roster_leave (roster, "1", "a");
  tertulia_roster_leave (roster, "unknown", "a");
  assert_told ("");
  g_assert_cmpuint (tertulia_roster_count (roster, "a"), ==, 0);
  g_assert_cmpuint (tertulia_roster_count_all_rooms (roster), ==, 0);
}

static void
test_stop_is_leaving (void)
{
  ROSTER;

  tertulia_roster_join (roster, "1", "Ana", "a");
  tertulia_roster_join (roster, "1", "Ana", "b");
  g_string_truncate (told, 0);

  tertulia_roster_drop (roster, "1", TRUE, 5 * S, 0);
  g_assert_nonnull (strstr (told->str, "Ana left a; "));
  g_assert_nonnull (strstr (told->str, "Ana left b; "));
  g_assert_null (tertulia_roster_get_name (roster, "1"));
  g_assert_cmpint (tertulia_roster_step (roster, 0), ==, TERTULIA_ROSTER_NEVER);
}

static void
test_lost_then_back (void)
{
  g_autoptr (GArray) people = NULL;
  ROSTER;

  tertulia_roster_join (roster, "1", "Ana", "a");
  g_string_truncate (told, 0);

  tertulia_roster_drop (roster, "1", FALSE, 5 * S, 100 * S);
  g_assert_cmpint (tertulia_roster_step (roster, 100 * S), ==, 105 * S);
  assert_told ("");
  tertulia_roster_step (roster, 105 * S);
  assert_told ("Ana lost a; ");

  people = tertulia_roster_list (roster, "a");
  g_assert_cmpuint (people->len, ==, 1);
  g_assert_true (g_array_index (people, TertuliaRosterEntry, 0).lost);

  tertulia_roster_join (roster, "2", "Ana", "a");
  assert_told ("Ana back a; ");
  g_assert_cmpint (tertulia_roster_step (roster, 10000 * S), ==, TERTULIA_ROSTER_NEVER);
  assert_told ("");
}

/* Who is back before anybody was told was never away. */
static void
test_grace (void)
{
  ROSTER;

  tertulia_roster_join (roster, "1", "Ana", "a");
  g_string_truncate (told, 0);

  tertulia_roster_drop (roster, "1", FALSE, 5 * S, 0);
  tertulia_roster_join (roster, "2", "Ana", "a");
  tertulia_roster_step (roster, 100 * S);
  assert_told ("");
}

/* A new connection may be there before the end of the old one is noticed. */
static void
test_overlap (void)
{
  ROSTER;

  tertulia_roster_join (roster, "1", "Ana", "a");
  tertulia_roster_join (roster, "2", "Ana", "a");
  assert_told ("Ana joined a; ");

  tertulia_roster_drop (roster, "1", FALSE, 0, 0);
  g_assert_cmpint (tertulia_roster_step (roster, 0), ==, TERTULIA_ROSTER_NEVER);
  assert_told ("");

  tertulia_roster_leave (roster, "2", "a");
  assert_told ("Ana left a; ");
}

static void
test_forgotten (void)
{
  gint64 due;
  ROSTER;

  tertulia_roster_join (roster, "1", "Ana", "a");
  tertulia_roster_drop (roster, "1", FALSE, 0, 10 * S);
  due = tertulia_roster_step (roster, 10 * S);
  assert_told ("Ana joined a; Ana lost a; ");
  g_assert_cmpint (due, ==, 10 * S + TERTULIA_ROSTER_FORGET);

  g_assert_cmpint (tertulia_roster_step (roster, due), ==, TERTULIA_ROSTER_NEVER);
  assert_told ("Ana gone a; ");
  g_assert_cmpuint (tertulia_roster_count_all_rooms (roster), ==, 0);
}

/* Those who never come back do not fill the memory. */
static void
test_bounded (void)
{
  ROSTER;

  for (guint i = 0; i < TERTULIA_ROSTER_MAX_ABSENT + 10; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u", i);

      tertulia_roster_join (roster, name, name, "a");
      tertulia_roster_drop (roster, name, FALSE, 0, 0);
    }

  g_assert_cmpuint (tertulia_roster_count (roster, "a"), ==, TERTULIA_ROSTER_MAX_ABSENT);
  g_assert_nonnull (strstr (told->str, "0 gone a; "));
  g_assert_nonnull (strstr (told->str, "9 gone a; "));
  g_assert_null (strstr (told->str, "10 gone a; "));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/roster/joins-and-leaves", test_joins_and_leaves);
  g_test_add_func ("/roster/stop-is-leaving", test_stop_is_leaving);
  g_test_add_func ("/roster/lost-then-back", test_lost_then_back);
  g_test_add_func ("/roster/grace", test_grace);
  g_test_add_func ("/roster/overlap", test_overlap);
  g_test_add_func ("/roster/forgotten", test_forgotten);
  g_test_add_func ("/roster/bounded", test_bounded);

  return g_test_run ();
}
