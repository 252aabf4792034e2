/* test-history.c: what a server keeps of what was said
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <chat/server/tertulia-history-private.h>
#include <chat/tertulia-text-private.h>

#include <glib/gstdio.h>

static gint64
say (TertuliaHistory *history,
     const char      *room,
     const char      *text,
     const char      *key)
{
  g_autoptr (GError) error = NULL;
  gint64 number = tertulia_history_add (history, room, "Ana", text, key, 1000, &error);

  g_assert_no_error (error);

  return number;
}

static void
assert_numbers (GPtrArray *entries,
                gint64     first,
                guint      n)
{
  g_assert_cmpuint (entries->len, ==, n);
  for (guint i = 0; i < n; i++)
    {
      TertuliaEntry *entry = g_ptr_array_index (entries, i);

      g_assert_cmpint (entry->number, ==, first + i);
    }
}

static void
test_numbers_rise_in_each_room (void)
{
  g_autoptr (TertuliaHistory) history = tertulia_history_new (NULL, 100, NULL);
  g_auto (GStrv) rooms = NULL;

  g_assert_cmpint (tertulia_history_get_last (history, "a"), ==, 0);
  g_assert_cmpint (say (history, "a", "one", NULL), ==, 1);
  g_assert_cmpint (say (history, "b", "one", NULL), ==, 1);
  g_assert_cmpint (say (history, "a", "two", NULL), ==, 2);
  g_assert_cmpint (tertulia_history_get_last (history, "a"), ==, 2);
  g_assert_cmpuint (tertulia_history_count_rooms (history), ==, 2);

  rooms = tertulia_history_list_rooms (history);
  g_assert_cmpstrv (rooms, ((const char *[]) { "a", "b", NULL }));
}

static void
test_key_is_refused_twice (void)
{
  g_autoptr (TertuliaHistory) history = tertulia_history_new (NULL, 100, NULL);
  g_autoptr (GError) error = NULL;
  gint64 time = 0;

  g_assert_cmpint (say (history, "a", "one", "k"), ==, 1);
  g_assert_cmpint (tertulia_history_find (history, "a", "Ana", "k", &time), ==, 1);
  g_assert_cmpint (time, ==, 1000);

  /* The key is its author's and the room's. */
  g_assert_cmpint (tertulia_history_find (history, "a", "Luis", "k", NULL), ==, 0);
  g_assert_cmpint (tertulia_history_find (history, "b", "Ana", "k", NULL), ==, 0);

  g_assert_cmpint (tertulia_history_add (history, "a", "Ana", "again", "k", 1, &error), ==, 0);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);

  /* What failed has taken no number. */
  g_assert_cmpint (say (history, "a", "two", "l"), ==, 2);
}

static void
test_pages (void)
{
  g_autoptr (TertuliaHistory) history = tertulia_history_new (NULL, 1000, NULL);
  g_autoptr (GPtrArray) entries = NULL;
  gboolean more;

  for (guint i = 0; i < 300; i++)
    say (history, "a", "text", NULL);

  entries = tertulia_history_read_after (history, "a", 10, 50, &more);
  assert_numbers (entries, 11, 50);
  g_assert_true (more);
  g_clear_pointer (&entries, g_ptr_array_unref);

  entries = tertulia_history_read_after (history, "a", 250, 50, &more);
  assert_numbers (entries, 251, 50);
  g_assert_false (more);
  g_clear_pointer (&entries, g_ptr_array_unref);

  entries = tertulia_history_read_before (history, "a", G_MAXINT64, 30, &more);
  assert_numbers (entries, 271, 30);
  g_assert_true (more);
  g_clear_pointer (&entries, g_ptr_array_unref);

  entries = tertulia_history_read_before (history, "a", 11, 50, &more);
  assert_numbers (entries, 1, 10);
  g_assert_false (more);
  g_clear_pointer (&entries, g_ptr_array_unref);

  /* Whoever asks for everything gets a page. */
  entries = tertulia_history_read_after (history, "a", 0, G_MAXUINT, &more);
  assert_numbers (entries, 1, TERTULIA_HISTORY_PAGE_MESSAGES);
  g_assert_true (more);
}

static void
test_page_of_bytes (void)
{
  g_autoptr (TertuliaHistory) history = tertulia_history_new (NULL, 1000, NULL);
  g_autofree char *text = g_strnfill (TERTULIA_HISTORY_PAGE_BYTES / 4, 'x');
  g_autofree char *huge = g_strnfill (TERTULIA_HISTORY_PAGE_BYTES * 2, 'x');
  g_autoptr (GPtrArray) entries = NULL;
  gboolean more;

  for (guint i = 0; i < 6; i++)
    say (history, "a", text, NULL);
  say (history, "a", huge, NULL);

  entries = tertulia_history_read_after (history, "a", 0, 100, &more);
  assert_numbers (entries, 1, 4);
  g_assert_true (more);
  g_clear_pointer (&entries, g_ptr_array_unref);

  /* One is given however large it is, or nobody would ever get past it. */
  entries = tertulia_history_read_after (history, "a", 6, 100, &more);
  assert_numbers (entries, 7, 1);
}

static void
test_limit (void)
{
  g_autoptr (TertuliaHistory) history = tertulia_history_new (NULL, 5, NULL);
  g_autoptr (GPtrArray) entries = NULL;
  gboolean more;

  for (guint i = 0; i < 8; i++)
    say (history, "a", "text", NULL);
  say (history, "b", "text", NULL);

  entries = tertulia_history_read_after (history, "a", 0, 100, &more);
  assert_numbers (entries, 4, 5);
  g_assert_cmpint (tertulia_history_get_last (history, "b"), ==, 1);
}

static void
test_survives (void)
{
  g_autofree char *folder = g_dir_make_tmp ("tertulia-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "deep", "history.db", NULL);
  g_autofree char *deep = g_path_get_dirname (path);
  g_autofree char *id = NULL;
  g_autoptr (TertuliaHistory) history = NULL;
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (GError) error = NULL;
  TertuliaEntry *entry;
  GStatBuf info;
  gboolean more;

  history = tertulia_history_new (path, 100, &error);
  g_assert_no_error (error);
  id = g_strdup (tertulia_history_get_id (history));
  say (history, "a", "kept", "k");
  g_clear_pointer (&history, tertulia_history_free);

  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);

  history = tertulia_history_new (path, 100, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (tertulia_history_get_id (history), ==, id);
  entries = tertulia_history_read_after (history, "a", 0, 100, &more);
  assert_numbers (entries, 1, 1);
  entry = g_ptr_array_index (entries, 0);
  g_assert_cmpstr (entry->name, ==, "Ana");
  g_assert_cmpstr (entry->text, ==, "kept");
  g_assert_cmpstr (entry->key, ==, "k");
  g_clear_pointer (&history, tertulia_history_free);

  g_unlink (path);
  g_rmdir (deep);
  g_rmdir (folder);
}

static void
test_bad_file (void)
{
  g_autofree char *folder = g_dir_make_tmp ("tertulia-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "history.db", NULL);
  g_autoptr (TertuliaHistory) history = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, "This is not a database, but a letter to my aunt.", -1, NULL));
  history = tertulia_history_new (path, 100, &error);
  g_assert_null (history);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, path));
  g_clear_error (&error);

  history = tertulia_history_new ("/dev/null/history.db", 100, &error);
  g_assert_null (history);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY);

  g_unlink (path);
  g_rmdir (folder);
}

/* Names and texts, as the server takes them. */
static void
test_text (void)
{
  const struct {
    const char *name, *normal;
  } names[] = {
    { "Ana", "Ana" },
    { "  Ana María ", "Ana María" },
    { "Jose\u0301", "José" },
    { "", NULL },
    { "   ", NULL },
    { "a\nb", NULL },
    { "\u202e" "anA", NULL },
    { "\xff", NULL },
    { NULL, NULL },
  };
  g_autofree char *longest = g_strnfill (TERTULIA_TEXT_MAX_LENGTH, 'x');
  g_autofree char *too_long = g_strnfill (TERTULIA_TEXT_MAX_LENGTH + 1, 'x');
  g_autofree char *long_name = g_strnfill (TERTULIA_NAME_MAX_LENGTH + 1, 'x');

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *normal = tertulia_name_normalize (names[i].name);

      g_assert_cmpstr (normal, ==, names[i].normal);
    }
  g_assert_null (tertulia_name_normalize (long_name));

  g_assert_true (tertulia_text_is_valid ("Hello"));
  g_assert_true (tertulia_text_is_valid ("two\n\tlines"));
  g_assert_true (tertulia_text_is_valid (longest));
  g_assert_false (tertulia_text_is_valid (too_long));
  g_assert_false (tertulia_text_is_valid (""));
  g_assert_false (tertulia_text_is_valid (" \n "));
  g_assert_false (tertulia_text_is_valid ("bell\a"));
  g_assert_false (tertulia_text_is_valid ("\xff\xfe"));
  g_assert_false (tertulia_text_is_valid (NULL));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/history/numbers", test_numbers_rise_in_each_room);
  g_test_add_func ("/history/key", test_key_is_refused_twice);
  g_test_add_func ("/history/pages", test_pages);
  g_test_add_func ("/history/page-of-bytes", test_page_of_bytes);
  g_test_add_func ("/history/limit", test_limit);
  g_test_add_func ("/history/survives", test_survives);
  g_test_add_func ("/history/bad-file", test_bad_file);
  g_test_add_func ("/history/text", test_text);

  return g_test_run ();
}
