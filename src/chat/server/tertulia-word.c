/* tertulia-word.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-word-private.h"

#include <string.h>

#include "../tertulia-json-private.h"
#include "../tertulia-text-private.h"

/* Ids of servers and histories, which are our own. */
#define MAX_ID 64

static const char * const kinds[] = {
  [TERTULIA_WORD_BEAT] = "beat",
  [TERTULIA_WORD_SAID] = "said",
  [TERTULIA_WORD_ASK] = "ask",
  [TERTULIA_WORD_PAGE] = "page",
  [TERTULIA_WORD_PERSON] = "person",
  [TERTULIA_WORD_PEOPLE] = "people",
  [TERTULIA_WORD_TYPING] = "typing",
};

static int
find_word (const char * const *words,
           guint               n_words,
           const char         *word)
{
  for (guint i = 0; i < n_words; i++)
    {
      if (g_strcmp0 (words[i], word) == 0)
        return i;
    }

  return -1;
}

static gboolean
is_id (const char *id)
{
  return id != NULL && *id != '\0' && strlen (id) <= MAX_ID;
}

/* A name as it is written everywhere. */
static gboolean
is_name (const char *name)
{
  g_autofree char *normal = tertulia_name_normalize (name);

  return normal != NULL && g_str_equal (normal, name);
}

static gboolean
is_key (const char *key)
{
  return key == NULL || (*key != '\0' && strlen (key) <= TERTULIA_KEY_MAX_LENGTH);
}

static gboolean
read_place (JsonObject  *object,
            const char **room,
            const char **name)
{
  *room = tertulia_json_get_string (object, "room");
  *name = tertulia_json_get_string (object, "name");

  return is_name (*room) && is_name (*name);
}

static gboolean
read_message (TertuliaWord *self,
              JsonObject   *object,
              gint64        after)
{
  const char *text = tertulia_json_get_string (object, "text");
  const char *key = tertulia_json_get_string (object, "key");
  gint64 number = tertulia_json_get_number (object, "number");
  gint64 time = tertulia_json_get_number (object, "time");
  const char *room, *name;

  if (!read_place (object, &room, &name) || !tertulia_text_is_valid (text) || !is_key (key) ||
      number <= after || time < 0)
    return FALSE;

  g_ptr_array_add (self->messages,
                   tertulia_said_new (number, room, tertulia_entry_new (0, name, text, key, time)));

  return TRUE;
}

static gboolean
read_messages (TertuliaWord *self,
               JsonObject   *object)
{
  JsonArray *array = tertulia_json_get_array (object, "messages");
  guint n = array != NULL ? json_array_get_length (array) : 0;
  gint64 number = self->after;

  if (array == NULL || n > TERTULIA_HISTORY_PAGE_MESSAGES)
    return FALSE;

  for (guint i = 0; i < n; i++)
    {
      if (!read_message (self, tertulia_json_get_item (array, i), number))
        return FALSE;
      number = ((TertuliaSaid *) g_ptr_array_index (self->messages, i))->number;
    }

  return number <= self->last;
}

static gboolean
read_people (TertuliaWord *self,
             JsonObject   *object)
{
  JsonArray *array = tertulia_json_get_array (object, "people");
  guint n = array != NULL ? json_array_get_length (array) : 0;

  if (array == NULL || n > TERTULIA_WORD_MAX_PEOPLE)
    return FALSE;

  for (guint i = 0; i < n; i++)
    {
      JsonObject *item = tertulia_json_get_item (array, i);
      TertuliaWordPerson person;

      if (!read_place (item, &person.room, &person.name))
        return FALSE;
      person.lost = tertulia_json_get_boolean (item, "lost");
      g_array_append_val (self->people, person);
    }

  return TRUE;
}

static gboolean
read_event (TertuliaWord *self,
            JsonObject   *object)
{
  int event = find_word (tertulia_roster_words, TERTULIA_ROSTER_N_EVENTS, tertulia_json_get_string (object, "event"));

  self->event = event;

  return event >= 0;
}

static gboolean
tertulia_word_read_kind (TertuliaWord *self,
                         JsonObject   *object)
{
  switch (self->kind)
    {
    case TERTULIA_WORD_BEAT:
      return is_id (self->history) && self->first >= 0 && self->last >= self->first && self->version >= 0;

    case TERTULIA_WORD_SAID:
      return is_id (self->history) && read_message (self, object, 0);

    case TERTULIA_WORD_ASK:
      return is_id (self->history);

    case TERTULIA_WORD_PAGE:
      return is_id (self->history) && self->after >= 0 && self->last > self->after && read_messages (self, object);

    case TERTULIA_WORD_PERSON:
      return self->version > 0 && read_event (self, object) && read_place (object, &self->room, &self->name);

    case TERTULIA_WORD_PEOPLE:
      return self->version >= 0 && self->part >= 0 && read_people (self, object);

    case TERTULIA_WORD_TYPING:
      return read_place (object, &self->room, &self->name);

    default:
      return FALSE;
    }
}

gboolean
tertulia_word_read (TertuliaWord *self,
                    JsonNode     *value)
{
  JsonObject *object = tertulia_json_as_object (value);
  int kind = find_word (kinds, G_N_ELEMENTS (kinds), tertulia_json_get_string (object, "kind"));

  memset (self, 0, sizeof *self);
  self->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) tertulia_said_free);
  self->people = g_array_new (FALSE, FALSE, sizeof (TertuliaWordPerson));
  if (kind < 0)
    {
      g_debug ("Another server says something that is not of this chat");
      return FALSE;
    }

  self->kind = kind;
  self->history = tertulia_json_get_string (object, "history");
  self->first = tertulia_json_get_number (object, "first");
  self->last = tertulia_json_get_number (object, "last");
  self->after = tertulia_json_get_number (object, "after");
  self->version = tertulia_json_get_number (object, "version");
  self->part = tertulia_json_get_number (object, "part");
  self->hello = tertulia_json_get_boolean (object, "hello");
  self->more = tertulia_json_get_boolean (object, "more");

  if (tertulia_word_read_kind (self, object))
    return TRUE;

  g_debug ("Another server's %s makes no sense", kinds[kind]);

  return FALSE;
}

void
tertulia_word_clear (TertuliaWord *self)
{
  g_clear_pointer (&self->messages, g_ptr_array_unref);
  g_clear_pointer (&self->people, g_array_unref);
}

static JsonObject *
word_new (TertuliaWordKind kind)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "kind", kinds[kind]);

  return object;
}

static void
set_place (JsonObject *object,
           const char *room,
           const char *name)
{
  json_object_set_string_member (object, "room", room);
  json_object_set_string_member (object, "name", name);
}

JsonNode *
tertulia_word_beat (const char *history,
                    gint64      first,
                    gint64      last,
                    gint64      version,
                    gboolean    hello)
{
  JsonObject *object = word_new (TERTULIA_WORD_BEAT);

  json_object_set_string_member (object, "history", history);
  json_object_set_int_member (object, "first", first);
  json_object_set_int_member (object, "last", last);
  json_object_set_int_member (object, "version", version);
  if (hello)
    json_object_set_boolean_member (object, "hello", TRUE);

  return tertulia_json_new_object (object);
}

static void
set_message (JsonObject          *object,
             gint64               number,
             const char          *room,
             const TertuliaEntry *entry)
{
  set_place (object, room, entry->name);
  json_object_set_int_member (object, "number", number);
  json_object_set_string_member (object, "text", entry->text);
  json_object_set_int_member (object, "time", entry->time);
  if (entry->key != NULL)
    json_object_set_string_member (object, "key", entry->key);
}

JsonNode *
tertulia_word_said (const char          *history,
                    gint64               number,
                    const char          *room,
                    const TertuliaEntry *entry)
{
  JsonObject *object = word_new (TERTULIA_WORD_SAID);

  json_object_set_string_member (object, "history", history);
  set_message (object, number, room, entry);

  return tertulia_json_new_object (object);
}

/*< private >
 * tertulia_word_ask:
 * @after: what was said after that one; -1 asks who is there
 */
JsonNode *
tertulia_word_ask (const char *history,
                   gint64      after)
{
  JsonObject *object = word_new (TERTULIA_WORD_ASK);

  json_object_set_string_member (object, "history", history);
  if (after >= 0)
    json_object_set_int_member (object, "after", after);

  return tertulia_json_new_object (object);
}

JsonNode *
tertulia_word_page (const char *history,
                    gint64      after,
                    gint64      last,
                    GPtrArray  *messages)
{
  JsonObject *object = word_new (TERTULIA_WORD_PAGE);
  JsonArray *array = json_array_sized_new (messages->len);

  for (guint i = 0; i < messages->len; i++)
    {
      TertuliaSaid *said = g_ptr_array_index (messages, i);
      JsonObject *message = json_object_new ();

      set_message (message, said->number, said->room, said->entry);
      json_array_add_object_element (array, message);
    }

  json_object_set_string_member (object, "history", history);
  json_object_set_int_member (object, "after", after);
  json_object_set_int_member (object, "last", last);
  json_object_set_array_member (object, "messages", array);

  return tertulia_json_new_object (object);
}

JsonNode *
tertulia_word_person (gint64               version,
                      const char          *room,
                      const char          *name,
                      TertuliaRosterEvent  event)
{
  JsonObject *object = word_new (TERTULIA_WORD_PERSON);

  json_object_set_int_member (object, "version", version);
  set_place (object, room, name);
  json_object_set_string_member (object, "event", tertulia_roster_words[event]);

  return tertulia_json_new_object (object);
}

JsonNode *
tertulia_word_people (gint64                    version,
                      gint64                    part,
                      gboolean                  more,
                      const TertuliaWordPerson *people,
                      guint                     n_people)
{
  JsonObject *object = word_new (TERTULIA_WORD_PEOPLE);
  JsonArray *array = json_array_sized_new (n_people);

  for (guint i = 0; i < n_people; i++)
    {
      JsonObject *person = json_object_new ();

      set_place (person, people[i].room, people[i].name);
      if (people[i].lost)
        json_object_set_boolean_member (person, "lost", TRUE);
      json_array_add_object_element (array, person);
    }

  json_object_set_int_member (object, "version", version);
  json_object_set_int_member (object, "part", part);
  json_object_set_boolean_member (object, "more", more);
  json_object_set_array_member (object, "people", array);

  return tertulia_json_new_object (object);
}

JsonNode *
tertulia_word_typing (const char *room,
                      const char *name)
{
  JsonObject *object = word_new (TERTULIA_WORD_TYPING);

  set_place (object, room, name);

  return tertulia_json_new_object (object);
}
