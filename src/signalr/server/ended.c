/* ended.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "ended-private.h"

#include <string.h>

#define MAX_ENDED 65536
#define REMEMBERED (10 * 60 * G_USEC_PER_SEC)

/* The id of a connection that has ended never comes to life again: whoever
 * comes back with it later is told, or refused.
 */
struct _SignalrEnded {
  GHashTable *ids;       /* id → Ended, which it lies in */
  GQueue      order;     /* of Ended, the oldest first */
};

typedef struct {
  GList    link;
  gint64   time;
  gboolean polls;
  gboolean told;
  char     id[];
} Ended;

SignalrEnded *
signalr_ended_new (void)
{
  SignalrEnded *self = g_new0 (SignalrEnded, 1);

  self->ids = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  g_queue_init (&self->order);

  return self;
}

void
signalr_ended_free (SignalrEnded *self)
{
  g_hash_table_unref (self->ids);
  g_free (self);
}

static void
signalr_ended_forget (SignalrEnded *self,
                      gint64        now)
{
  Ended *oldest;

  while ((oldest = g_queue_peek_head (&self->order)) != NULL &&
         (self->order.length > MAX_ENDED || now - oldest->time >= REMEMBERED))
    {
      g_queue_unlink (&self->order, &oldest->link);
      g_hash_table_remove (self->ids, oldest->id);
    }
}

void
signalr_ended_add (SignalrEnded *self,
                   const char   *connection_id,
                   gboolean      polls,
                   gint64        now)
{
  gsize size = strlen (connection_id) + 1;
  Ended *ended = g_hash_table_lookup (self->ids, connection_id);

  if (ended == NULL)
    {
      ended = g_malloc0 (sizeof *ended + size);
      ended->link.data = ended;
      memcpy (ended->id, connection_id, size);
      g_hash_table_insert (self->ids, ended->id, ended);
    }
  else
    {
      g_queue_unlink (&self->order, &ended->link);
    }

  ended->time = now;
  ended->polls = polls;
  g_queue_push_tail_link (&self->order, &ended->link);
  signalr_ended_forget (self, now);
}

gboolean
signalr_ended_holds (SignalrEnded *self,
                     const char   *connection_id,
                     gint64        now)
{
  signalr_ended_forget (self, now);

  return g_hash_table_contains (self->ids, connection_id);
}

gboolean
signalr_ended_polls (SignalrEnded *self,
                     const char   *connection_id)
{
  Ended *ended = g_hash_table_lookup (self->ids, connection_id);

  return ended != NULL && ended->polls;
}

gboolean
signalr_ended_tell (SignalrEnded *self,
                    const char   *connection_id)
{
  Ended *ended = g_hash_table_lookup (self->ids, connection_id);

  if (ended == NULL || ended->told)
    return FALSE;

  ended->told = TRUE;

  return TRUE;
}
