/* tertulia-entry.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-entry-private.h"

TertuliaEntry *
tertulia_entry_new (gint64      number,
                    const char *name,
                    const char *text,
                    const char *key,
                    gint64      time)
{
  TertuliaEntry *entry = g_new0 (TertuliaEntry, 1);

  entry->number = number;
  entry->name = g_strdup (name);
  entry->text = g_strdup (text);
  entry->key = g_strdup (key);
  entry->time = time;

  return entry;
}

void
tertulia_entry_free (TertuliaEntry *entry)
{
  g_free (entry->name);
  g_free (entry->text);
  g_free (entry->key);
  g_free (entry);
}
