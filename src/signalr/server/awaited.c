/* awaited.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "awaited-private.h"

#include "signalr-error.h"

#define MAX_AWAITED 65536

struct _SignalrAwaited {
  SignalrLoop *loop;
  GHashTable  *entries;    /* by key */
};

typedef struct {
  SignalrAwaited *awaited;
  char           *key;
  GTask          *task;
  GSource        *cancelled;   /* NULL where it cannot be */
  SignalrTimer    timer;
  char           *late;
} Entry;

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  signalr_heartbeat_set (entry->awaited->loop->heartbeat, &entry->timer, SIGNALR_NEVER);
  if (entry->cancelled != NULL)
    g_source_destroy (entry->cancelled);
  g_clear_pointer (&entry->cancelled, g_source_unref);
  g_object_unref (entry->task);
  g_free (entry->key);
  g_free (entry->late);
  g_free (entry);
}

static void
entry_timer_cb (SignalrTimer *timer,
                gint64        now)
{
  Entry *entry = (Entry *) ((guint8 *) timer - G_STRUCT_OFFSET (Entry, timer));
  g_autofree char *late = g_strdup (entry->late);
  g_autoptr (GTask) task = signalr_awaited_take (entry->awaited, entry->key);

  g_task_return_new_error (task, SIGNALR_ERROR, SIGNALR_ERROR_TIMED_OUT, "%s", late);
}

static gboolean
entry_cancelled_cb (GCancellable *cancellable,
                    gpointer      user_data)
{
  Entry *entry = user_data;
  g_autoptr (GTask) task = signalr_awaited_take (entry->awaited, entry->key);

  g_task_return_error_if_cancelled (task);

  return G_SOURCE_REMOVE;
}

SignalrAwaited *
signalr_awaited_new (SignalrLoop *loop)
{
  SignalrAwaited *self = g_new0 (SignalrAwaited, 1);

  self->loop = signalr_loop_ref (loop);
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, entry_free);

  return self;
}

void
signalr_awaited_free (SignalrAwaited *self)
{
  g_autoptr (GList) entries = g_hash_table_get_values (self->entries);

  for (GList *l = entries; l != NULL; l = l->next)
    g_task_return_new_error (((Entry *) l->data)->task, SIGNALR_ERROR, SIGNALR_ERROR_CANCELLED,
                             "The server has stopped.");

  g_hash_table_unref (self->entries);
  signalr_loop_unref (self->loop);
  g_free (self);
}

void
signalr_awaited_add (SignalrAwaited *self,
                     const char     *key,
                     GTask          *task,
                     gint64          limit,
                     const char     *late)
{
  SignalrHeartbeat *heartbeat = self->loop->heartbeat;
  GCancellable *cancellable = g_task_get_cancellable (task);
  Entry *entry;

  if (g_hash_table_size (self->entries) >= MAX_AWAITED)
    {
      g_task_return_new_error (task, SIGNALR_ERROR, SIGNALR_ERROR_QUEUE_FULL,
                               "Too much waits for other servers already.");
      return;
    }

  entry = g_new0 (Entry, 1);
  entry->awaited = self;
  entry->key = g_strdup (key);
  entry->task = g_object_ref (task);
  entry->late = g_strdup (late);
  entry->timer.func = entry_timer_cb;
  signalr_heartbeat_set (heartbeat, &entry->timer, signalr_heartbeat_now (heartbeat) + limit);
  if (cancellable != NULL)
    {
      entry->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_static_name (entry->cancelled, "[signalr] waiting cancelled");
      g_source_set_callback (entry->cancelled, G_SOURCE_FUNC (entry_cancelled_cb), entry, NULL);
      g_source_attach (entry->cancelled, self->loop->context);
    }
  g_hash_table_replace (self->entries, entry->key, entry);
}

GTask *
signalr_awaited_take (SignalrAwaited *self,
                      const char     *key)
{
  Entry *entry = g_hash_table_lookup (self->entries, key);
  GTask *task;

  if (entry == NULL)
    return NULL;

  task = g_object_ref (entry->task);
  g_hash_table_remove (self->entries, key);

  return task;
}
