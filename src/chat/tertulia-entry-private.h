/* tertulia-entry-private.h: a message as it is kept and sent
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  gint64  number;     /* rising from 1 in each room, without a gap; 0 for none */
  char   *name;
  char   *text;
  char   *key;        /* (nullable): the id that its author gave it */
  gint64  time;       /* ms since 1970 */
} TertuliaEntry;

TertuliaEntry *tertulia_entry_new  (gint64         number,
                                    const char    *name,
                                    const char    *text,
                                    const char    *key,
                                    gint64         time);
void           tertulia_entry_free (TertuliaEntry *entry);

/* (transfer full): in local time; never NULL. */
GDateTime     *tertulia_entry_get_time (const TertuliaEntry *entry);
gint64         tertulia_time_to_ms     (GDateTime           *time);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TertuliaEntry, tertulia_entry_free)

G_END_DECLS
