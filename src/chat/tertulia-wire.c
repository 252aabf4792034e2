/* tertulia-wire.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-wire-private.h"

#include "tertulia-json-private.h"

/* A server may keep longer messages than ours does, but not endless ones. */
#define MAX_ENTRIES    1000
#define MAX_PEOPLE     10000
#define MAX_TEXT_BYTES (64 * 1024)
#define MAX_NAME_BYTES 1024
#define MAX_TIME       G_GINT64_CONSTANT (253402300799999)   /* the year 9999 */

static char *
dup_bounded (const char *text,
             gsize       max)
{
  return text != NULL && *text != '\0' && strlen (text) <= max ? g_strdup (text) : NULL;
}

static void
person_entry_free (TertuliaPersonEntry *person)
{
  g_free (person->name);
  g_free (person);
}

void
tertulia_page_free (TertuliaPage *page)
{
  g_ptr_array_unref (page->entries);
  g_free (page);
}

void
tertulia_joined_free (TertuliaJoined *joined)
{
  g_free (joined->refusal);
  g_free (joined->room);
  g_free (joined->name);
  g_free (joined->history);
  g_clear_pointer (&joined->people, g_ptr_array_unref);
  g_clear_pointer (&joined->page, tertulia_page_free);
  g_free (joined);
}

TertuliaEntry *
tertulia_wire_read_entry (JsonObject *object)
{
  const char *name = tertulia_json_get_string (object, "name");
  const char *text = tertulia_json_get_string (object, "text");
  const char *key = tertulia_json_get_string (object, "key");
  gint64 number = tertulia_json_get_number (object, "id");
  gint64 time = tertulia_json_get_number (object, "time");

  if (number <= 0 || time < 0 || time > MAX_TIME ||
      name == NULL || strlen (name) > MAX_NAME_BYTES ||
      text == NULL || strlen (text) > MAX_TEXT_BYTES ||
      (key != NULL && strlen (key) > MAX_NAME_BYTES))
    return NULL;

  return tertulia_entry_new (number, name, text, key, time);
}

static TertuliaPage *
read_page (JsonObject *object)
{
  JsonArray *messages = tertulia_json_get_array (object, "messages");
  TertuliaPage *page;
  gint64 last = 0;

  if (messages == NULL)
    return NULL;

  page = g_new0 (TertuliaPage, 1);
  page->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) tertulia_entry_free);
  page->more = tertulia_json_get_boolean (object, "more");

  for (guint i = 0; i < MIN (json_array_get_length (messages), MAX_ENTRIES); i++)
    {
      g_autoptr (TertuliaEntry) entry = NULL;

      entry = tertulia_wire_read_entry (tertulia_json_get_item (messages, i));
      if (entry == NULL || entry->number <= last)
        continue;

      last = entry->number;
      g_ptr_array_add (page->entries, g_steal_pointer (&entry));
    }

  return page;
}

TertuliaPage *
tertulia_wire_read_page (JsonNode *node)
{
  return read_page (tertulia_json_as_object (node));
}

static GPtrArray *
read_people (JsonArray *array)
{
  GPtrArray *people = g_ptr_array_new_with_free_func ((GDestroyNotify) person_entry_free);
  guint length = array != NULL ? json_array_get_length (array) : 0;

  for (guint i = 0; i < MIN (length, MAX_PEOPLE); i++)
    {
      JsonObject *object = tertulia_json_get_item (array, i);
      g_autofree char *name = dup_bounded (tertulia_json_get_string (object, "name"), MAX_NAME_BYTES);
      TertuliaPersonEntry *person;

      if (name == NULL)
        continue;

      person = g_new0 (TertuliaPersonEntry, 1);
      person->name = g_steal_pointer (&name);
      person->lost = g_strcmp0 (tertulia_json_get_string (object, "presence"), "lost") == 0;
      g_ptr_array_add (people, person);
    }

  return people;
}

/*< private >
 * tertulia_wire_read_joined:
 *
 * Returns: (transfer full) (nullable): the answer to Join; %NULL where the hub
 *   is not one of ours
 */
TertuliaJoined *
tertulia_wire_read_joined (JsonNode *node)
{
  JsonObject *object = tertulia_json_as_object (node);
  g_autoptr (TertuliaJoined) joined = NULL;

  if (tertulia_json_get_number (object, "tertulia") < 1)
    return NULL;

  joined = g_new0 (TertuliaJoined, 1);
  joined->refusal = dup_bounded (tertulia_json_get_string (object, "error"), MAX_TEXT_BYTES);
  if (joined->refusal != NULL)
    return g_steal_pointer (&joined);

  joined->room = dup_bounded (tertulia_json_get_string (object, "room"), MAX_NAME_BYTES);
  joined->name = dup_bounded (tertulia_json_get_string (object, "name"), MAX_NAME_BYTES);
  joined->history = dup_bounded (tertulia_json_get_string (object, "history"), MAX_NAME_BYTES);
  joined->people = read_people (tertulia_json_get_array (object, "people"));
  joined->page = read_page (object);

  if (joined->room == NULL || joined->name == NULL || joined->history == NULL || joined->page == NULL)
    return NULL;

  return g_steal_pointer (&joined);
}

static JsonNode *
one_object (JsonObject *object)
{
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);
  JsonArray *array = json_array_sized_new (1);

  json_array_add_object_element (array, object);
  json_node_take_array (node, array);

  return node;
}

JsonNode *
tertulia_wire_write_join (const char *room,
                          const char *name,
                          const char *history,
                          gint64      after)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "room", room);
  json_object_set_string_member (object, "name", name);
  if (history != NULL)
    {
      json_object_set_string_member (object, "history", history);
      json_object_set_int_member (object, "after", after);
    }

  return one_object (object);
}

JsonNode *
tertulia_wire_write_history (const char *room,
                             gint64      after)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "room", room);
  json_object_set_int_member (object, "after", after);

  return one_object (object);
}

JsonNode *
tertulia_wire_write_post (const char *room,
                          const char *key,
                          const char *text)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "room", room);
  json_object_set_string_member (object, "key", key);
  json_object_set_string_member (object, "text", text);

  return one_object (object);
}

/*< private >
 * tertulia_wire_write_strings:
 * @second: (nullable): where there are two
 */
JsonNode *
tertulia_wire_write_strings (const char *first,
                             const char *second)
{
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);
  JsonArray *array = json_array_sized_new (2);

  json_array_add_string_element (array, first);
  if (second != NULL)
    json_array_add_string_element (array, second);
  json_node_take_array (node, array);

  return node;
}
