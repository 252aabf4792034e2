/* tertulia-history-private.h: what was said in the rooms of a server
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "../tertulia-entry-private.h"

G_BEGIN_DECLS

#define TERTULIA_HISTORY_MEMORY_LIMIT 10000
#define TERTULIA_HISTORY_FILE_LIMIT   1000000

/* No answer is larger than this, whatever is asked for. */
#define TERTULIA_HISTORY_PAGE_MESSAGES 200
#define TERTULIA_HISTORY_PAGE_BYTES    (128 * 1024)

typedef struct _TertuliaHistory TertuliaHistory;

TertuliaHistory *tertulia_history_new         (const char       *path,
                                               guint             limit,
                                               GError          **error);
void             tertulia_history_free        (TertuliaHistory  *self);

/* A history that begins anew has another one. */
const char      *tertulia_history_get_id      (TertuliaHistory  *self);
GStrv            tertulia_history_list_rooms  (TertuliaHistory  *self);
guint            tertulia_history_count_rooms (TertuliaHistory  *self);
gint64           tertulia_history_get_last    (TertuliaHistory  *self,
                                               const char       *room);
gint64           tertulia_history_find        (TertuliaHistory  *self,
                                               const char       *room,
                                               const char       *name,
                                               const char       *key,
                                               gint64           *time);
gint64           tertulia_history_add         (TertuliaHistory  *self,
                                               const char       *room,
                                               const char       *name,
                                               const char       *text,
                                               const char       *key,
                                               gint64            time,
                                               GError          **error);

/* Entries in rising order; @more tells whether there are further ones in the
 * direction of reading.
 */
GPtrArray       *tertulia_history_read_after  (TertuliaHistory  *self,
                                               const char       *room,
                                               gint64            number,
                                               guint             max,
                                               gboolean         *more);
GPtrArray       *tertulia_history_read_before (TertuliaHistory  *self,
                                               const char       *room,
                                               gint64            number,
                                               guint             max,
                                               gboolean         *more);

/* For servers that are one chat. What is said on this one
 * has a running number besides that in its room, from 1, whatever the room; and of
 * each of the others, which the id of its history names, it is known how far it was
 * heard.
 */
typedef struct {
  gint64         number;     /* the running one */
  char          *room;
  TertuliaEntry *entry;
} TertuliaSaid;

TertuliaSaid    *tertulia_said_new            (gint64            number,
                                               const char       *room,
                                               TertuliaEntry    *entry);
void             tertulia_said_free           (TertuliaSaid     *said);

gboolean         tertulia_history_share       (TertuliaHistory  *self,
                                               GError          **error);
/* The running number of what was said last; 0 for nothing. */
gint64           tertulia_history_get_said    (TertuliaHistory  *self);
GPtrArray       *tertulia_history_read_said   (TertuliaHistory  *self,
                                               gint64            after,
                                               gboolean         *more);
/* -1 where nothing is known of @origin. */
gint64           tertulia_history_get_heard   (TertuliaHistory  *self,
                                               const char       *origin);
gboolean         tertulia_history_set_heard   (TertuliaHistory  *self,
                                               const char       *origin,
                                               gint64            said,
                                               GError          **error);
gint64           tertulia_history_hear        (TertuliaHistory  *self,
                                               const char       *origin,
                                               gint64            said,
                                               const char       *room,
                                               const TertuliaEntry *entry,
                                               GError          **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TertuliaHistory, tertulia_history_free)

G_END_DECLS
