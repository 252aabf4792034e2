/* tertulia-entry.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-entry-private.h"

#define YEAR_9999 G_GINT64_CONSTANT (253402214400000)   /* its last day begins, in ms */

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

GDateTime *
tertulia_entry_get_time (const TertuliaEntry *entry)
{
  gint64 time = CLAMP (entry->time, 0, YEAR_9999);
  g_autoptr (GDateTime) whole = g_date_time_new_from_unix_local (time / 1000);

  return g_date_time_add (whole, time % 1000 * 1000);
}

gint64
tertulia_time_to_ms (GDateTime *time)
{
  return g_date_time_to_unix (time) * 1000 + g_date_time_get_microsecond (time) / 1000;
}
