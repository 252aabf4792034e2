/* fuzz-replay.c: runs a fuzz target over its corpus, where there is no libFuzzer
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib.h>

#include "fuzz.h"

/* Each file as it is, cut at every place, and with every byte turned around. */
static void
replay (const char *contents,
        gsize       length)
{
  LLVMFuzzerTestOneInput ((const guint8 *) contents, length);

  for (gsize at = 0; at < length; at++)
    {
      g_autofree guint8 *cut = g_memdup2 (contents, at);
      g_autofree guint8 *turned = g_memdup2 (contents, length);

      turned[at] ^= 0xff;
      LLVMFuzzerTestOneInput (cut, at);
      LLVMFuzzerTestOneInput (turned, length);
    }
}

static void
test_corpus (gconstpointer user_data)
{
  const char *path = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (path, 0, &error);
  const char *name;
  guint n_files = 0;

  g_assert_no_error (error);

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);
      g_autofree char *contents = NULL;
      gsize length;

      g_file_get_contents (file, &contents, &length, &error);
      g_assert_no_error (error);
      replay (contents, length);
      n_files++;
    }

  g_assert_cmpuint (n_files, >, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);

  g_test_add_data_func ("/fuzz/corpus", argv[1], test_corpus);

  return g_test_run ();
}
