/* tertulia-people.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-people-private.h"

#include <glib/gi18n-lib.h>

#include "tertulia-person-private.h"
#include "tertulia-wire-private.h"

#define MAX_PEOPLE 10000   /* what a server can make us keep */

struct _TertuliaPeople {
  GListStore *list;
  GHashTable *by_name;   /* name, which is the person's -> TertuliaPerson */
};

TertuliaPeople *
tertulia_people_new (void)
{
  TertuliaPeople *self = g_new0 (TertuliaPeople, 1);

  self->list = g_list_store_new (TERTULIA_TYPE_PERSON);
  self->by_name = g_hash_table_new (g_str_hash, g_str_equal);

  return self;
}

void
tertulia_people_free (TertuliaPeople *self)
{
  g_hash_table_unref (self->by_name);
  g_object_unref (self->list);
  g_free (self);
}

GListModel *
tertulia_people_get_model (TertuliaPeople *self)
{
  return G_LIST_MODEL (self->list);
}

static int
compare_people (gconstpointer a,
                gconstpointer b,
                gpointer      user_data)
{
  return g_utf8_collate (tertulia_person_get_name ((TertuliaPerson *) a),
                         tertulia_person_get_name ((TertuliaPerson *) b));
}

static void
tertulia_people_put (TertuliaPeople   *self,
                     const char       *name,
                     TertuliaPresence  presence)
{
  TertuliaPerson *known = g_hash_table_lookup (self->by_name, name);
  g_autoptr (TertuliaPerson) person = NULL;

  if (known != NULL)
    {
      tertulia_person_set_presence (known, presence);
      return;
    }

  if (g_hash_table_size (self->by_name) >= MAX_PEOPLE)
    return;

  person = tertulia_person_new (name, presence);
  g_list_store_insert_sorted (self->list, person, compare_people, NULL);
  g_hash_table_insert (self->by_name, (gpointer) tertulia_person_get_name (person), person);
}

static void
tertulia_people_remove (TertuliaPeople *self,
                        const char     *name)
{
  TertuliaPerson *person = g_hash_table_lookup (self->by_name, name);
  guint position;

  if (person == NULL)
    return;

  g_hash_table_remove (self->by_name, name);
  if (g_list_store_find (self->list, person, &position))
    g_list_store_remove (self->list, position);
}

void
tertulia_people_replace (TertuliaPeople *self,
                         GPtrArray      *entries)
{
  g_autoptr (GHashTable) present = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < entries->len; i++)
    {
      TertuliaPersonEntry *entry = g_ptr_array_index (entries, i);

      g_hash_table_add (present, entry->name);
      tertulia_people_put (self, entry->name,
                           entry->lost ? TERTULIA_PRESENCE_LOST : TERTULIA_PRESENCE_HERE);
    }

  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->list)); i > 0; i--)
    {
      g_autoptr (TertuliaPerson) person = g_list_model_get_item (G_LIST_MODEL (self->list), i - 1);

      if (!g_hash_table_contains (present, tertulia_person_get_name (person)))
        tertulia_people_remove (self, tertulia_person_get_name (person));
    }
}

char *
tertulia_people_apply (TertuliaPeople *self,
                       const char     *name,
                       const char     *event)
{
  if (g_str_equal (event, "joined"))
    {
      tertulia_people_put (self, name, TERTULIA_PRESENCE_HERE);
      /* Translators: %s is somebody's name, in this and the next three */
      return g_strdup_printf (_("%s joined"), name);
    }

  if (g_str_equal (event, "left"))
    {
      tertulia_people_remove (self, name);
      return g_strdup_printf (_("%s left"), name);
    }

  if (g_str_equal (event, "lost"))
    {
      tertulia_people_put (self, name, TERTULIA_PRESENCE_LOST);
      return g_strdup_printf (_("%s lost the connection"), name);
    }

  if (g_str_equal (event, "back"))
    {
      tertulia_people_put (self, name, TERTULIA_PRESENCE_HERE);
      return g_strdup_printf (_("%s is back"), name);
    }

  /* Nobody needs to be told that somebody who was lost is off the list. */
  if (g_str_equal (event, "gone"))
    tertulia_people_remove (self, name);

  return NULL;
}
