/* tertulia-peer.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-peer-private.h"

#include "tertulia-farm-private.h"

/* Half of what a server keeps between two for one client: on the way they may come
 * closer together.
 */
#define TYPING_PAUSE (G_USEC_PER_SEC / 2)

typedef struct {
  char     *key;          /* room and name */
  char     *room;
  char     *name;
  char     *connection;   /* in the roster: the name on that server */
  gboolean  here;         /* else lost */
  gboolean  listed;       /* in the list that comes */
  gint64    typed_at;
} Person;

static void
person_free (gpointer data)
{
  Person *person = data;

  g_free (person->key);
  g_free (person->room);
  g_free (person->name);
  g_free (person->connection);
  g_free (person);
}

/* Neither room nor name has a control character. */
static char *
make_key (const char *room,
          const char *name)
{
  return g_strconcat (room, "\n", name, NULL);
}

TertuliaPeer *
tertulia_peer_new (const char     *server,
                   TertuliaRoster *roster)
{
  TertuliaPeer *self = g_new0 (TertuliaPeer, 1);

  self->server = g_strdup (server);
  self->roster = roster;
  self->version = -1;
  self->list_part = -1;
  self->ask_messages_at = self->ask_people_at = G_MININT64;
  self->people = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, person_free);

  return self;
}

void
tertulia_peer_free (TertuliaPeer *self)
{
  g_hash_table_unref (self->people);
  g_free (self->server);
  g_free (self->history);
  g_free (self);
}

void
tertulia_peer_set_history (TertuliaPeer *self,
                           const char   *history)
{
  g_autofree char *old = self->history;

  self->history = g_strdup (history);
}

static Person *
tertulia_peer_find (TertuliaPeer *self,
                    const char   *room,
                    const char   *name)
{
  g_autofree char *key = make_key (room, name);

  return g_hash_table_lookup (self->people, key);
}

/* NULL where there are too many already. */
static Person *
tertulia_peer_ensure (TertuliaPeer *self,
                      const char   *room,
                      const char   *name)
{
  Person *person = tertulia_peer_find (self, room, name);

  if (person != NULL || g_hash_table_size (self->people) >= TERTULIA_FARM_MAX_PEOPLE)
    return person;

  person = g_new0 (Person, 1);
  person->key = make_key (room, name);
  person->room = g_strdup (room);
  person->name = g_strdup (name);
  person->connection = g_strconcat (self->server, "\n", name, NULL);
  g_hash_table_insert (self->people, person->key, person);

  return person;
}

static void
tertulia_peer_set_here (TertuliaPeer *self,
                        Person       *person)
{
  person->here = TRUE;
  tertulia_roster_join (self->roster, person->connection, person->name, person->room);
}

/* The roster knows a connection until its end, even without a room. */
static void
tertulia_peer_drop_empty (TertuliaPeer *self,
                          Person       *person,
                          gint64        now)
{
  if (tertulia_roster_count_rooms (self->roster, person->connection) == 0)
    tertulia_roster_drop (self->roster, person->connection, TRUE, 0, now);
}

static void
tertulia_peer_set_lost (TertuliaPeer *self,
                        Person       *person,
                        gint64        now)
{
  if (person->here)
    tertulia_roster_lose (self->roster, person->connection, person->room, now);
  else
    tertulia_roster_add_lost (self->roster, person->name, person->room, now);

  person->here = FALSE;
  tertulia_peer_drop_empty (self, person, now);
}

static void
tertulia_peer_set_left (TertuliaPeer *self,
                        Person       *person)
{
  if (person->here)
    tertulia_roster_leave (self->roster, person->connection, person->room);
  else
    tertulia_roster_forget (self->roster, person->name, person->room);

  tertulia_peer_drop_empty (self, person, 0);
}

/*< private >
 * tertulia_peer_wake:
 *
 * Who was silent may have changed in the meantime.
 */
void
tertulia_peer_wake (TertuliaPeer *self,
                    gint64        now)
{
  self->heard_at = now;
  if (!self->silent)
    return;

  self->silent = FALSE;
  self->version = -1;
  self->list_part = -1;
}

void
tertulia_peer_fall_silent (TertuliaPeer *self,
                           gint64        now)
{
  GHashTableIter iter;
  Person *person;

  self->silent = TRUE;
  g_hash_table_iter_init (&iter, self->people);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &person))
    {
      if (person->here)
        tertulia_peer_set_lost (self, person, now);
    }
}

void
tertulia_peer_apply (TertuliaPeer        *self,
                     TertuliaRosterEvent  event,
                     const char          *room,
                     const char          *name,
                     gint64               now)
{
  Person *person = tertulia_peer_ensure (self, room, name);

  if (person == NULL)
    return;

  switch (event)
    {
    case TERTULIA_ROSTER_JOINED:
    case TERTULIA_ROSTER_BACK:
      tertulia_peer_set_here (self, person);
      break;
    case TERTULIA_ROSTER_LOST:
      tertulia_peer_set_lost (self, person, now);
      break;
    case TERTULIA_ROSTER_LEFT:
      tertulia_peer_set_left (self, person);
      g_hash_table_remove (self->people, person->key);
      break;
    case TERTULIA_ROSTER_GONE:
      /* The roster itself forgets them by and by. */
      if (person->here)
        tertulia_peer_set_lost (self, person, now);
      g_hash_table_remove (self->people, person->key);
      break;
    default:
      g_assert_not_reached ();
    }
}

gboolean
tertulia_peer_begin_part (TertuliaPeer *self,
                          gint64        version,
                          gint64        part)
{
  GHashTableIter iter;
  Person *person;

  if (version < self->version || (part > 0 && (version != self->list_version || part != self->list_part)))
    {
      self->list_part = -1;
      return FALSE;
    }

  if (part > 0)
    return TRUE;

  self->list_version = version;
  self->list_part = 0;
  g_hash_table_iter_init (&iter, self->people);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &person))
    person->listed = FALSE;

  return TRUE;
}

void
tertulia_peer_list (TertuliaPeer *self,
                    const char   *room,
                    const char   *name,
                    gboolean      lost,
                    gint64        now)
{
  Person *person = tertulia_peer_ensure (self, room, name);

  if (person == NULL)
    return;

  person->listed = TRUE;
  if (lost)
    tertulia_peer_set_lost (self, person, now);
  else
    tertulia_peer_set_here (self, person);
}

void
tertulia_peer_end_part (TertuliaPeer *self,
                        gboolean      more)
{
  GHashTableIter iter;
  Person *person;

  if (more)
    {
      self->list_part++;
      return;
    }

  self->version = self->list_version;
  self->list_part = -1;
  g_hash_table_iter_init (&iter, self->people);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &person))
    {
      if (person->listed)
        continue;

      tertulia_peer_set_left (self, person);
      g_hash_table_iter_remove (&iter);
    }
}

gboolean
tertulia_peer_types (TertuliaPeer *self,
                     const char   *room,
                     const char   *name,
                     gint64        now)
{
  Person *person = tertulia_peer_find (self, room, name);

  if (person == NULL || !person->here || (person->typed_at != 0 && now - person->typed_at < TYPING_PAUSE))
    return FALSE;

  person->typed_at = now;

  return TRUE;
}
