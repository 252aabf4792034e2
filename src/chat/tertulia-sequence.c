/* tertulia-sequence.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-sequence-private.h"

static GPtrArray *
entries_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) tertulia_entry_free);
}

void
tertulia_sequence_init (TertuliaSequence *self,
                        gint64            last)
{
  *self = (TertuliaSequence) { .last = last, .held = entries_new () };
}

void
tertulia_sequence_clear (TertuliaSequence *self)
{
  g_clear_pointer (&self->held, g_ptr_array_unref);
}

void
tertulia_sequence_pause (TertuliaSequence *self)
{
  self->live = FALSE;
}

void
tertulia_sequence_reset (TertuliaSequence *self)
{
  self->last = 0;
  self->live = FALSE;
  self->overflow = FALSE;
  g_ptr_array_set_size (self->held, 0);
}

static void
tertulia_sequence_show (TertuliaSequence *self,
                        TertuliaEntry    *entry,
                        GPtrArray        *shown)
{
  self->last = entry->number;
  g_ptr_array_add (shown, entry);
}

/*< private >
 * tertulia_sequence_hear:
 * @entry: (transfer full): what was told now
 */
gboolean
tertulia_sequence_hear (TertuliaSequence *self,
                        TertuliaEntry    *entry,
                        GPtrArray        *shown)
{
  gboolean gap;

  if (entry->number <= self->last)
    {
      tertulia_entry_free (entry);
      return FALSE;
    }

  if (self->live && entry->number == self->last + 1)
    {
      tertulia_sequence_show (self, entry, shown);
      return FALSE;
    }

  gap = self->live;
  self->live = FALSE;

  if (self->held->len < TERTULIA_SEQUENCE_MAX_HELD)
    {
      g_ptr_array_add (self->held, entry);
    }
  else
    {
      self->overflow = TRUE;
      tertulia_entry_free (entry);
    }

  return gap;
}

static int
compare_numbers (gconstpointer a,
                 gconstpointer b)
{
  const TertuliaEntry *first = *(TertuliaEntry * const *) a;
  const TertuliaEntry *second = *(TertuliaEntry * const *) b;

  return (first->number > second->number) - (first->number < second->number);
}

/* Shows what was held, as far as nothing is missing before it. Where the server
 * has nothing more to give, what is missing is gone for good.
 */
static gboolean
tertulia_sequence_release (TertuliaSequence *self,
                           gboolean          whatever_is_missing,
                           GPtrArray        *shown)
{
  g_ptr_array_sort (self->held, compare_numbers);

  while (self->held->len > 0)
    {
      TertuliaEntry *entry = g_ptr_array_index (self->held, 0);

      if (entry->number > self->last + 1 && !whatever_is_missing)
        return FALSE;

      entry = g_ptr_array_steal_index (self->held, 0);
      if (entry->number <= self->last)
        tertulia_entry_free (entry);
      else
        tertulia_sequence_show (self, entry, shown);
    }

  return TRUE;
}

/*< private >
 * tertulia_sequence_fill:
 * @page: (transfer full): what was said after `last`
 */
gboolean
tertulia_sequence_fill (TertuliaSequence *self,
                        TertuliaPage     *page,
                        GPtrArray        *shown)
{
  gboolean more = page->more, something_new;
  guint before = shown->len;

  while (page->entries->len > 0)
    {
      TertuliaEntry *entry = g_ptr_array_steal_index (page->entries, 0);

      if (entry->number <= self->last)
        tertulia_entry_free (entry);
      else
        tertulia_sequence_show (self, entry, shown);
    }
  tertulia_page_free (page);

  /* A page that brings nothing new would not the next time either. */
  something_new = shown->len > before;
  if (something_new && more)
    return TRUE;

  if (!tertulia_sequence_release (self, !something_new, shown))
    return TRUE;

  if (self->overflow)
    {
      self->overflow = FALSE;
      return TRUE;
    }

  self->live = TRUE;

  return FALSE;
}
