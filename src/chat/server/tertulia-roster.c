/* tertulia-roster.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-roster-private.h"

const char * const tertulia_roster_words[TERTULIA_ROSTER_N_EVENTS] = {
  [TERTULIA_ROSTER_JOINED] = "joined",
  [TERTULIA_ROSTER_LEFT] = "left",
  [TERTULIA_ROSTER_LOST] = "lost",
  [TERTULIA_ROSTER_BACK] = "back",
  [TERTULIA_ROSTER_GONE] = "gone",
};

/* A person in a room, by name: there may be several connections of theirs. */
typedef struct {
  char     *room;
  char     *name;
  guint     n_connections;
  gboolean  lost;            /* and told so */
  gint64    deadline;        /* while absent: to be told as lost, or forgotten */
} Presence;

typedef struct {
  char       *name;
  GHashTable *rooms;         /* set of names */
} Member;

struct _TertuliaRoster {
  TertuliaRosterFunc  func;
  gpointer            user_data;
  GHashTable         *members;   /* connection -> Member */
  GHashTable         *rooms;     /* room -> (name -> Presence) */
  GPtrArray          *absent;    /* presences without a connection, in order of loss */
};

static void
presence_free (Presence *presence)
{
  g_free (presence->room);
  g_free (presence->name);
  g_free (presence);
}

static void
member_free (Member *member)
{
  g_free (member->name);
  g_hash_table_unref (member->rooms);
  g_free (member);
}

/*< private >
 * tertulia_roster_new:
 * @func: told of every change, while it is made
 *
 * Returns: (transfer full): a roster with nobody in it
 */
TertuliaRoster *
tertulia_roster_new (TertuliaRosterFunc func,
                     gpointer           user_data)
{
  TertuliaRoster *self = g_new0 (TertuliaRoster, 1);

  self->func = func;
  self->user_data = user_data;
  self->members = g_hash_table_new_full (g_str_hash, g_str_equal,
                                         g_free, (GDestroyNotify) member_free);
  self->rooms = g_hash_table_new_full (g_str_hash, g_str_equal,
                                       g_free, (GDestroyNotify) g_hash_table_unref);
  self->absent = g_ptr_array_new ();

  return self;
}

void
tertulia_roster_free (TertuliaRoster *self)
{
  g_ptr_array_unref (self->absent);
  g_hash_table_unref (self->members);
  g_hash_table_unref (self->rooms);
  g_free (self);
}

static Presence *
tertulia_roster_find (TertuliaRoster *self,
                      const char     *room,
                      const char     *name)
{
  GHashTable *people = g_hash_table_lookup (self->rooms, room);

  return people != NULL ? g_hash_table_lookup (people, name) : NULL;
}

static Presence *
tertulia_roster_add (TertuliaRoster *self,
                     const char     *room,
                     const char     *name)
{
  GHashTable *people = g_hash_table_lookup (self->rooms, room);
  Presence *presence = g_new0 (Presence, 1);

  if (people == NULL)
    {
      people = g_hash_table_new_full (g_str_hash, g_str_equal,
                                      NULL, (GDestroyNotify) presence_free);
      g_hash_table_insert (self->rooms, g_strdup (room), people);
    }

  presence->room = g_strdup (room);
  presence->name = g_strdup (name);
  presence->deadline = TERTULIA_ROSTER_NEVER;
  g_hash_table_insert (people, presence->name, presence);

  return presence;
}

/* Tells that @presence has ended, and forgets it. */
static void
tertulia_roster_remove (TertuliaRoster      *self,
                        Presence            *presence,
                        TertuliaRosterEvent  event)
{
  GHashTable *people = g_hash_table_lookup (self->rooms, presence->room);

  g_ptr_array_remove (self->absent, presence);
  g_hash_table_steal (people, presence->name);
  if (g_hash_table_size (people) == 0)
    g_hash_table_remove (self->rooms, presence->room);

  self->func (event, presence->room, presence->name, self->user_data);
  presence_free (presence);
}

const char *
tertulia_roster_get_name (TertuliaRoster *self,
                          const char     *connection)
{
  Member *member = g_hash_table_lookup (self->members, connection);

  return member != NULL ? member->name : NULL;
}

gboolean
tertulia_roster_is_in (TertuliaRoster *self,
                       const char     *connection,
                       const char     *room)
{
  Member *member = g_hash_table_lookup (self->members, connection);

  return member != NULL && g_hash_table_contains (member->rooms, room);
}

guint
tertulia_roster_count_rooms (TertuliaRoster *self,
                             const char     *connection)
{
  Member *member = g_hash_table_lookup (self->members, connection);

  return member != NULL ? g_hash_table_size (member->rooms) : 0;
}

/*< private >
 * tertulia_roster_count:
 *
 * Returns: how many people are in @room, the lost ones too
 */
guint
tertulia_roster_count (TertuliaRoster *self,
                       const char     *room)
{
  GHashTable *people = g_hash_table_lookup (self->rooms, room);

  return people != NULL ? g_hash_table_size (people) : 0;
}

guint
tertulia_roster_count_all_rooms (TertuliaRoster *self)
{
  return g_hash_table_size (self->rooms);
}

GStrv
tertulia_roster_list_rooms (TertuliaRoster *self)
{
  g_autoptr (GStrvBuilder) rooms = g_strv_builder_new ();
  GHashTableIter iter;
  const char *room;

  g_hash_table_iter_init (&iter, self->rooms);
  while (g_hash_table_iter_next (&iter, (gpointer *) &room, NULL))
    g_strv_builder_add (rooms, room);

  return g_strv_builder_end (rooms);
}

static int
compare_entries (gconstpointer a,
                 gconstpointer b)
{
  const TertuliaRosterEntry *first = a, *second = b;

  return strcmp (first->name, second->name);
}

/*< private >
 * tertulia_roster_list:
 *
 * Returns: (transfer container): a #TertuliaRosterEntry for each person in
 *   @room, by name; the names are the roster's
 */
GArray *
tertulia_roster_list (TertuliaRoster *self,
                      const char     *room)
{
  GArray *entries = g_array_new (FALSE, FALSE, sizeof (TertuliaRosterEntry));
  GHashTable *people = g_hash_table_lookup (self->rooms, room);
  GHashTableIter iter;
  Presence *presence;

  if (people == NULL)
    return entries;

  g_hash_table_iter_init (&iter, people);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &presence))
    {
      TertuliaRosterEntry entry = { presence->name, presence->lost };

      g_array_append_val (entries, entry);
    }
  g_array_sort (entries, compare_entries);

  return entries;
}

/*< private >
 * tertulia_roster_join:
 * @name: who it is; of a connection that is somebody already, that
 *
 * Silent where the person is in @room already, and where nobody was told that
 * they were lost.
 */
void
tertulia_roster_join (TertuliaRoster *self,
                      const char     *connection,
                      const char     *name,
                      const char     *room)
{
  Member *member = g_hash_table_lookup (self->members, connection);
  Presence *presence;
  gboolean known, lost;

  if (member == NULL)
    {
      member = g_new0 (Member, 1);
      member->name = g_strdup (name);
      member->rooms = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_hash_table_insert (self->members, g_strdup (connection), member);
    }

  if (!g_hash_table_add (member->rooms, g_strdup (room)))
    return;

  presence = tertulia_roster_find (self, room, member->name);
  known = presence != NULL;
  lost = known && presence->lost;
  if (!known)
    presence = tertulia_roster_add (self, room, member->name);

  if (presence->n_connections++ == 0 && known)
    g_ptr_array_remove (self->absent, presence);
  presence->lost = FALSE;
  presence->deadline = TERTULIA_ROSTER_NEVER;

  if (!known)
    self->func (TERTULIA_ROSTER_JOINED, room, member->name, self->user_data);
  else if (lost)
    self->func (TERTULIA_ROSTER_BACK, room, member->name, self->user_data);
}

/* Takes the connection out of @room. NULL where it was not there, or another connection
 * of the person is.
 */
static Presence *
tertulia_roster_take_out (TertuliaRoster *self,
                          const char     *connection,
                          const char     *room)
{
  Member *member = g_hash_table_lookup (self->members, connection);
  Presence *presence;

  if (member == NULL || !g_hash_table_remove (member->rooms, room))
    return NULL;

  presence = tertulia_roster_find (self, room, member->name);

  return --presence->n_connections == 0 ? presence : NULL;
}

/*< private >
 * tertulia_roster_leave:
 *
 * The person goes out of @room, unless another connection of theirs is in it.
 */
void
tertulia_roster_leave (TertuliaRoster *self,
                       const char     *connection,
                       const char     *room)
{
  Presence *presence = tertulia_roster_take_out (self, connection, room);

  if (presence != NULL)
    tertulia_roster_remove (self, presence, TERTULIA_ROSTER_LEFT);
}

static void
tertulia_roster_add_absent (TertuliaRoster *self,
                            Presence       *presence,
                            gint64          deadline)
{
  if (self->absent->len == TERTULIA_ROSTER_MAX_ABSENT)
    tertulia_roster_remove (self, g_ptr_array_index (self->absent, 0), TERTULIA_ROSTER_GONE);

  presence->deadline = deadline;
  g_ptr_array_add (self->absent, presence);
}

/*< private >
 * tertulia_roster_drop:
 * @stop_called: whether the client said that it ends
 * @grace: where it did not, how long they may take to come back before anybody
 *   is told, in µs
 *
 * The connection has ended.
 */
void
tertulia_roster_drop (TertuliaRoster *self,
                      const char     *connection,
                      gboolean        stop_called,
                      gint64          grace,
                      gint64          now)
{
  Member *member = g_hash_table_lookup (self->members, connection);
  GHashTableIter iter;
  const char *room;

  if (member == NULL)
    return;

  g_hash_table_iter_init (&iter, member->rooms);
  while (g_hash_table_iter_next (&iter, (gpointer *) &room, NULL))
    {
      Presence *presence = tertulia_roster_find (self, room, member->name);

      if (--presence->n_connections > 0)
        continue;

      if (stop_called)
        tertulia_roster_remove (self, presence, TERTULIA_ROSTER_LEFT);
      else
        tertulia_roster_add_absent (self, presence, now + grace);
    }

  g_hash_table_remove (self->members, connection);
}

/*< private >
 * tertulia_roster_lose:
 *
 * The connection is lost to @room alone; tertulia_roster_step () tells it, unless
 * another connection of the person is in it.
 */
void
tertulia_roster_lose (TertuliaRoster *self,
                      const char     *connection,
                      const char     *room,
                      gint64          now)
{
  Presence *presence = tertulia_roster_take_out (self, connection, room);

  if (presence != NULL)
    tertulia_roster_add_absent (self, presence, now);
}

/*< private >
 * tertulia_roster_add_lost:
 *
 * Somebody who was lost before they were known here.
 */
void
tertulia_roster_add_lost (TertuliaRoster *self,
                          const char     *name,
                          const char     *room,
                          gint64          now)
{
  Presence *presence;

  if (tertulia_roster_find (self, room, name) != NULL)
    return;

  presence = tertulia_roster_add (self, room, name);
  presence->lost = TRUE;
  tertulia_roster_add_absent (self, presence, now + TERTULIA_ROSTER_FORGET);
  self->func (TERTULIA_ROSTER_LOST, room, name, self->user_data);
}

/*< private >
 * tertulia_roster_forget:
 *
 * Somebody who seemed lost has left; nothing where they are here.
 */
void
tertulia_roster_forget (TertuliaRoster *self,
                        const char     *name,
                        const char     *room)
{
  Presence *presence = tertulia_roster_find (self, room, name);

  if (presence != NULL && presence->n_connections == 0)
    tertulia_roster_remove (self, presence, TERTULIA_ROSTER_LEFT);
}

/*< private >
 * tertulia_roster_step:
 *
 * Returns: when to step again, in µs on the clock of @now, or
 *   %TERTULIA_ROSTER_NEVER
 */
gint64
tertulia_roster_step (TertuliaRoster *self,
                      gint64          now)
{
  gint64 next = TERTULIA_ROSTER_NEVER;

  for (guint i = 0; i < self->absent->len; i++)
    {
      Presence *presence = g_ptr_array_index (self->absent, i);

      if (presence->deadline <= now && presence->lost)
        {
          tertulia_roster_remove (self, presence, TERTULIA_ROSTER_GONE);
          i--;
          continue;
        }

      if (presence->deadline <= now)
        {
          presence->lost = TRUE;
          presence->deadline = now + TERTULIA_ROSTER_FORGET;
          self->func (TERTULIA_ROSTER_LOST, presence->room, presence->name, self->user_data);
        }

      next = MIN (next, presence->deadline);
    }

  return next;
}
