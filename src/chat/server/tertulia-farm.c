/* tertulia-farm.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-farm-private.h"

#include "tertulia-peer-private.h"

#define RETRY      (1 * G_USEC_PER_SEC)        /* after a failure */
#define HURRY      (G_USEC_PER_SEC / 2)        /* between two beats, whoever asks */
#define MAX_PAGES  50                          /* told in a second */

struct _TertuliaFarm {
  TertuliaHistory   *history;
  TertuliaRoster    *people;
  TertuliaFarmFuncs  funcs;
  gpointer           owner;

  TertuliaRoster    *own;          /* the people of this server */
  gint64             first;        /* the running number when it began */
  gint64             version;      /* how often the own people have changed */
  GHashTable        *peers;        /* by server */

  gboolean           hello;        /* with the next beat: others may know nothing of us */
  gboolean           copied;       /* another has our history, and that was told */
  gint64             beat_at;
  gint64             last_beat;
  gint64             listed_at;    /* when all own people were told last */
  gint64             second;       /* since when pages are counted */
  guint              n_pages;
};

static void
tertulia_farm_tell (TertuliaFarm *self,
                    JsonNode     *value)      /* (transfer full) */
{
  self->funcs.tell (self->owner, value);
}

static void
tertulia_farm_own_cb (TertuliaRosterEvent  event,
                      const char          *room,
                      const char          *name,
                      gpointer             user_data)
{
  TertuliaFarm *self = user_data;

  tertulia_farm_tell (self, tertulia_word_person (++self->version, room, name, event));
}

TertuliaFarm *
tertulia_farm_new (TertuliaHistory          *history,
                   TertuliaRoster           *people,
                   const TertuliaFarmFuncs  *funcs,
                   gpointer                  owner,
                   GError                  **error)
{
  TertuliaFarm *self;

  if (!tertulia_history_share (history, error))
    return NULL;

  self = g_new0 (TertuliaFarm, 1);
  self->history = history;
  self->people = people;
  self->funcs = *funcs;
  self->owner = owner;
  self->own = tertulia_roster_new (tertulia_farm_own_cb, self);
  self->first = tertulia_history_get_said (history);
  self->peers = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) tertulia_peer_free);
  self->hello = TRUE;
  self->listed_at = self->second = G_MININT64 / 2;
  self->last_beat = G_MININT64 / 2;

  return self;
}

void
tertulia_farm_free (TertuliaFarm *self)
{
  g_hash_table_unref (self->peers);
  tertulia_roster_free (self->own);
  g_free (self);
}

TertuliaRoster *
tertulia_farm_get_own (TertuliaFarm *self)
{
  return self->own;
}

static void
tertulia_farm_beat (TertuliaFarm *self,
                    gint64        now)
{
  gboolean hello = self->hello;

  self->hello = FALSE;
  self->last_beat = now;
  self->beat_at = now + TERTULIA_FARM_BEAT;
  tertulia_farm_tell (self, tertulia_word_beat (tertulia_history_get_id (self->history), self->first,
                                                tertulia_history_get_said (self->history),
                                                self->version, hello));
}

/* Asks for what is missing, unless that is under way. */
static void
tertulia_farm_catch_up (TertuliaFarm *self,
                        TertuliaPeer *peer,
                        gint64        now)
{
  gint64 heard = tertulia_history_get_heard (self->history, peer->history);

  if (heard >= peer->last || now < peer->ask_messages_at)
    return;

  peer->ask_messages_at = now + TERTULIA_FARM_BEAT;
  tertulia_farm_tell (self, tertulia_word_ask (peer->history, heard));
}

static void
tertulia_farm_ask_people (TertuliaFarm *self,
                          TertuliaPeer *peer,
                          gint64        now)
{
  if (now < peer->ask_people_at)
    return;

  peer->ask_people_at = now + TERTULIA_FARM_BEAT;
  tertulia_farm_tell (self, tertulia_word_ask (peer->history, -1));
}

/* Where to begin with what @peer says it has. */
static gboolean
tertulia_farm_find_place (TertuliaFarm        *self,
                          TertuliaPeer        *peer,
                          const TertuliaWord  *word,
                          GError             **error)
{
  gint64 heard = tertulia_history_get_heard (self->history, peer->history);
  gint64 place = heard;

  if (heard < 0)
    place = MAX (word->first, word->last - TERTULIA_FARM_FIRST_MESSAGES);
  else if (heard > word->last)
    place = word->last;      /* its history is an older one again */
  else if (word->last - heard > TERTULIA_FARM_MAX_MESSAGES)
    place = word->last - TERTULIA_FARM_MAX_MESSAGES;

  if (heard >= 0 && place > heard)
    g_message ("%" G_GINT64_FORMAT " messages that were said on another server are too many to be fetched",
               place - heard);

  return place == heard || tertulia_history_set_heard (self->history, peer->history, place, error);
}

static void
tertulia_farm_hear_beat (TertuliaFarm       *self,
                         TertuliaPeer       *peer,
                         const TertuliaWord *word,
                         gint64              now)
{
  g_autoptr (GError) error = NULL;

  tertulia_peer_set_history (peer, word->history);
  peer->last = word->last;

  if (tertulia_farm_find_place (self, peer, word, &error))
    tertulia_farm_catch_up (self, peer, now);
  else
    g_message ("The history could not be written: %s", error->message);

  if (word->version != peer->version)
    tertulia_farm_ask_people (self, peer, now);
  if (word->hello)
    self->beat_at = MIN (self->beat_at, MAX (now, self->last_beat + HURRY));
}

/* Takes over what comes next of @peer. FALSE where it cannot be kept: it is asked for
 * again.
 */
static gboolean
tertulia_farm_take (TertuliaFarm *self,
                    TertuliaPeer *peer,
                    TertuliaSaid *said)
{
  g_autoptr (GError) error = NULL;

  if (self->funcs.has_room (self->owner, said->room))
    {
      said->entry->number = tertulia_history_hear (self->history, peer->history, said->number,
                                                   said->room, said->entry, &error);
      if (said->entry->number != 0)
        self->funcs.message (self->owner, said->room, said->entry);
    }
  else
    {
      g_debug ("There is no place for the room of a message from another server");
      tertulia_history_set_heard (self->history, peer->history, said->number, &error);
    }

  if (error != NULL)
    g_message ("The history could not be written: %s", error->message);

  return error == NULL;
}

static void
tertulia_farm_hear_said (TertuliaFarm       *self,
                         TertuliaPeer       *peer,
                         const TertuliaWord *word,
                         gint64              now)
{
  TertuliaSaid *said = g_ptr_array_index (word->messages, 0);
  gint64 heard = tertulia_history_get_heard (self->history, peer->history);

  peer->last = MAX (peer->last, said->number);
  if (said->number == heard + 1)
    tertulia_farm_take (self, peer, said);
  else
    tertulia_farm_catch_up (self, peer, now);
}

static void
tertulia_farm_hear_page (TertuliaFarm       *self,
                         TertuliaPeer       *peer,
                         const TertuliaWord *word,
                         gint64              now)
{
  gint64 heard = tertulia_history_get_heard (self->history, peer->history);
  gint64 n_lost = 0;

  if (heard < word->after || heard >= word->last)
    return;

  for (guint i = 0; i < word->messages->len; i++)
    {
      TertuliaSaid *said = g_ptr_array_index (word->messages, i);

      if (said->number <= heard)
        continue;
      if (!tertulia_farm_take (self, peer, said))
        return;
      n_lost += said->number - heard - 1;
      heard = said->number;
    }

  n_lost += word->last - heard;
  if (heard < word->last && !tertulia_history_set_heard (self->history, peer->history, word->last, NULL))
    return;

  if (n_lost > 0)
    g_message ("%" G_GINT64_FORMAT " messages that were said on another server are not there any more", n_lost);

  peer->last = MAX (peer->last, word->last);
  peer->ask_messages_at = now;
  tertulia_farm_catch_up (self, peer, now);
}

static void
tertulia_farm_tell_page (TertuliaFarm *self,
                         gint64        after,
                         gint64        now)
{
  gint64 last = tertulia_history_get_said (self->history);
  g_autoptr (GPtrArray) page = NULL;
  gboolean more;

  if (now - self->second >= G_USEC_PER_SEC)
    {
      self->second = now;
      self->n_pages = 0;
    }
  if (after >= last || self->n_pages++ >= MAX_PAGES)
    return;

  page = tertulia_history_read_said (self->history, after, &more);
  if (more)
    last = ((TertuliaSaid *) g_ptr_array_index (page, page->len - 1))->number;
  tertulia_farm_tell (self, tertulia_word_page (tertulia_history_get_id (self->history), after, last, page));
}

static GArray *
tertulia_farm_list_own (TertuliaFarm *self,
                        GStrv         rooms)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (TertuliaWordPerson));

  for (gsize i = 0; rooms[i] != NULL; i++)
    {
      g_autoptr (GArray) people = tertulia_roster_list (self->own, rooms[i]);

      for (guint j = 0; j < people->len && list->len < TERTULIA_FARM_MAX_PEOPLE; j++)
        {
          const TertuliaRosterEntry *entry = &g_array_index (people, TertuliaRosterEntry, j);
          TertuliaWordPerson person = { rooms[i], entry->name, entry->lost };

          g_array_append_val (list, person);
        }
    }

  return list;
}

/* To everybody: who knows it already is not disturbed. */
static void
tertulia_farm_tell_people (TertuliaFarm *self,
                           gint64        now)
{
  g_auto (GStrv) rooms = NULL;
  g_autoptr (GArray) list = NULL;
  guint done = 0;

  if (now - self->listed_at < G_USEC_PER_SEC)
    return;

  self->listed_at = now;
  rooms = tertulia_roster_list_rooms (self->own);
  list = tertulia_farm_list_own (self, rooms);

  for (gint64 part = 0; part == 0 || done < list->len; part++)
    {
      guint n = MIN (list->len - done, TERTULIA_WORD_MAX_PEOPLE);

      tertulia_farm_tell (self, tertulia_word_people (self->version, part, done + n < list->len,
                                                      (TertuliaWordPerson *) list->data + done, n));
      done += n;
    }
}

static void
tertulia_farm_hear_ask (TertuliaFarm       *self,
                        const TertuliaWord *word,
                        gint64              now)
{
  if (!g_str_equal (word->history, tertulia_history_get_id (self->history)))
    return;

  if (word->after >= 0)
    tertulia_farm_tell_page (self, word->after, now);
  else
    tertulia_farm_tell_people (self, now);
}

/* Makes room for one more, if some server has been silent. */
static gboolean
tertulia_farm_make_room (TertuliaFarm *self)
{
  TertuliaPeer *peer, *oldest = NULL;
  GHashTableIter iter;

  if (g_hash_table_size (self->peers) < TERTULIA_FARM_MAX_SERVERS)
    return TRUE;

  g_hash_table_iter_init (&iter, self->peers);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &peer))
    {
      if (peer->silent && (oldest == NULL || peer->heard_at < oldest->heard_at))
        oldest = peer;
    }

  return oldest != NULL && g_hash_table_remove (self->peers, oldest->server);
}

/* Another server with our numbers would make both lose messages. */
static gboolean
tertulia_farm_is_copy (TertuliaFarm       *self,
                       const TertuliaWord *word)
{
  if (word->kind == TERTULIA_WORD_ASK || word->history == NULL ||
      !g_str_equal (word->history, tertulia_history_get_id (self->history)))
    return FALSE;

  if (!self->copied)
    g_message ("Another server has a copy of this history: what it says is not heard until it has one of its own");
  self->copied = TRUE;

  return TRUE;
}

/* Who speaks; NULL where nobody is to be heard. Only a beat makes a server known. */
static TertuliaPeer *
tertulia_farm_get_peer (TertuliaFarm       *self,
                        const char         *server,
                        const TertuliaWord *word,
                        gint64              now)
{
  TertuliaPeer *peer = g_hash_table_lookup (self->peers, server);

  if (peer == NULL && word->kind == TERTULIA_WORD_BEAT)
    {
      if (!tertulia_farm_make_room (self))
        {
          g_debug ("There are too many other servers");
          return NULL;
        }

      peer = tertulia_peer_new (server, self->people);
      g_hash_table_insert (self->peers, peer->server, peer);
    }

  if (peer != NULL)
    tertulia_peer_wake (peer, now);

  return peer;
}

static void
tertulia_farm_hear_typing (TertuliaFarm       *self,
                           TertuliaPeer       *peer,
                           const TertuliaWord *word,
                           gint64              now)
{
  if (tertulia_peer_types (peer, word->room, word->name, now))
    self->funcs.typing (self->owner, word->room, word->name);
}

static gboolean
tertulia_farm_may_enter (TertuliaFarm *self,
                         const char   *room)
{
  return self->funcs.has_room (self->owner, room);
}

static void
tertulia_farm_hear_person (TertuliaFarm       *self,
                           TertuliaPeer       *peer,
                           const TertuliaWord *word,
                           gint64              now)
{
  if (word->version <= peer->version)
    return;

  if (word->version != peer->version + 1)
    {
      tertulia_farm_ask_people (self, peer, now);
      return;
    }

  peer->version = word->version;
  if (tertulia_farm_may_enter (self, word->room))
    tertulia_peer_apply (peer, word->event, word->room, word->name, now);
}

static void
tertulia_farm_hear_people (TertuliaFarm       *self,
                           TertuliaPeer       *peer,
                           const TertuliaWord *word,
                           gint64              now)
{
  if (!tertulia_peer_begin_part (peer, word->version, word->part))
    return;

  for (guint i = 0; i < word->people->len; i++)
    {
      TertuliaWordPerson *person = &g_array_index (word->people, TertuliaWordPerson, i);

      if (tertulia_farm_may_enter (self, person->room))
        tertulia_peer_list (peer, person->room, person->name, person->lost, now);
    }

  tertulia_peer_end_part (peer, word->more);
}

void
tertulia_farm_hear (TertuliaFarm *self,
                    const char   *server,
                    JsonNode     *value,
                    gint64        now)
{
  g_auto (TertuliaWord) word = { 0 };
  TertuliaPeer *peer;

  if (!tertulia_word_read (&word, value) || tertulia_farm_is_copy (self, &word))
    return;

  /* One that heard our hello may ask before we hear its beat. */
  peer = tertulia_farm_get_peer (self, server, &word, now);
  if (word.kind == TERTULIA_WORD_ASK)
    tertulia_farm_hear_ask (self, &word, now);
  if (peer == NULL || word.kind == TERTULIA_WORD_ASK)
    return;

  /* Messages are those of the history that it said it has. */
  if ((word.kind == TERTULIA_WORD_SAID || word.kind == TERTULIA_WORD_PAGE) &&
      !g_str_equal (word.history, peer->history))
    return;

  switch (word.kind)
    {
    case TERTULIA_WORD_BEAT:
      tertulia_farm_hear_beat (self, peer, &word, now);
      break;
    case TERTULIA_WORD_SAID:
      tertulia_farm_hear_said (self, peer, &word, now);
      break;
    case TERTULIA_WORD_PAGE:
      tertulia_farm_hear_page (self, peer, &word, now);
      break;
    case TERTULIA_WORD_PERSON:
      tertulia_farm_hear_person (self, peer, &word, now);
      break;
    case TERTULIA_WORD_PEOPLE:
      tertulia_farm_hear_people (self, peer, &word, now);
      break;
    case TERTULIA_WORD_TYPING:
      tertulia_farm_hear_typing (self, peer, &word, now);
      break;
    default:
      g_assert_not_reached ();
    }
}

/*< private >
 * tertulia_farm_fail:
 *
 * Others will see from the next beat what they miss; and they may have been silent
 * for us, too.
 */
void
tertulia_farm_fail (TertuliaFarm *self,
                    gint64        now)
{
  self->hello = TRUE;
  self->beat_at = MIN (self->beat_at, now + RETRY);
}

void
tertulia_farm_said (TertuliaFarm        *self,
                    const char          *room,
                    const TertuliaEntry *entry)
{
  tertulia_farm_tell (self, tertulia_word_said (tertulia_history_get_id (self->history),
                                                tertulia_history_get_said (self->history), room, entry));
}

void
tertulia_farm_typed (TertuliaFarm *self,
                     const char   *room,
                     const char   *name)
{
  tertulia_farm_tell (self, tertulia_word_typing (room, name));
}

/* While we did not run, nobody could be heard. */
static void
tertulia_farm_excuse (TertuliaFarm *self,
                      gint64        now)
{
  TertuliaPeer *peer;
  GHashTableIter iter;

  g_hash_table_iter_init (&iter, self->peers);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &peer))
    {
      if (!peer->silent)
        peer->heard_at = now;
    }
}

gint64
tertulia_farm_step (TertuliaFarm *self,
                    gint64        now)
{
  gint64 next = tertulia_roster_step (self->own, now);
  TertuliaPeer *peer;
  GHashTableIter iter;

  if (self->beat_at != 0 && now - self->beat_at > TERTULIA_FARM_BEAT)
    tertulia_farm_excuse (self, now);
  if (now >= self->beat_at)
    tertulia_farm_beat (self, now);

  g_hash_table_iter_init (&iter, self->peers);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &peer))
    {
      if (!peer->silent && now - peer->heard_at >= TERTULIA_FARM_SILENCE)
        tertulia_peer_fall_silent (peer, now);

      if (!peer->silent)
        next = MIN (next, peer->heard_at + TERTULIA_FARM_SILENCE);
      else if (now - peer->heard_at >= TERTULIA_FARM_SILENCE + TERTULIA_ROSTER_FORGET)
        g_hash_table_iter_remove (&iter);
    }

  return MIN (next, self->beat_at);
}
