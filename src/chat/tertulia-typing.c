/* tertulia-typing.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-typing-private.h"

#include <glib-object.h>

#include "tertulia-wake-private.h"

#define LASTS      (6 * G_USEC_PER_SEC)   /* what somebody's word is good for */
#define MAX_TYPING 100

struct _TertuliaTyping {
  TertuliaTypingFunc  func;
  gpointer            user_data;
  GHashTable         *until;     /* name -> gint64, until when it is believed */
  GStrv               names;
  GSource            *wake;
};

static gboolean
tertulia_typing_wake_cb (gpointer user_data)
{
  TertuliaTyping *self = user_data;
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_auto (GStrv) before = g_steal_pointer (&self->names);
  gint64 now = g_get_monotonic_time (), next = G_MAXINT64;
  GHashTableIter iter;
  const char *name;
  gint64 *until;

  g_hash_table_iter_init (&iter, self->until);
  while (g_hash_table_iter_next (&iter, (gpointer *) &name, (gpointer *) &until))
    {
      if (*until <= now)
        {
          g_hash_table_iter_remove (&iter);
          continue;
        }
      g_strv_builder_add (names, name);
      next = MIN (next, *until);
    }

  self->names = g_strv_builder_end (names);
  g_source_set_ready_time (self->wake, next == G_MAXINT64 ? -1 : next);

  if (!g_strv_equal ((const char * const *) before, (const char * const *) self->names))
    self->func (self->user_data);

  return G_SOURCE_CONTINUE;
}

TertuliaTyping *
tertulia_typing_new (TertuliaTypingFunc func,
                     gpointer           user_data)
{
  TertuliaTyping *self = g_new0 (TertuliaTyping, 1);

  self->func = func;
  self->user_data = user_data;
  self->until = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->names = g_new0 (char *, 1);

  self->wake = tertulia_wake_new ("[tertulia] typing", tertulia_typing_wake_cb, self);

  return self;
}

void
tertulia_typing_free (TertuliaTyping *self)
{
  tertulia_wake_clear (&self->wake);
  g_hash_table_unref (self->until);
  g_strfreev (self->names);
  g_free (self);
}

/*< private >
 * tertulia_typing_begin:
 *
 * Somebody says that they are writing: it is believed for six seconds.
 */
void
tertulia_typing_begin (TertuliaTyping *self,
                       const char     *name)
{
  gint64 *until = g_hash_table_lookup (self->until, name);

  if (until == NULL && g_hash_table_size (self->until) >= MAX_TYPING)
    return;

  if (until == NULL)
    {
      until = g_new (gint64, 1);
      g_hash_table_insert (self->until, g_strdup (name), until);
    }
  *until = g_get_monotonic_time () + LASTS;
  g_source_set_ready_time (self->wake, 0);
}

/*< private >
 * tertulia_typing_end:
 *
 * Who has said it is not writing it any more.
 */
void
tertulia_typing_end (TertuliaTyping *self,
                     const char     *name)
{
  if (g_hash_table_remove (self->until, name))
    g_source_set_ready_time (self->wake, 0);
}

const char * const *
tertulia_typing_get_names (TertuliaTyping *self)
{
  return (const char * const *) self->names;
}
