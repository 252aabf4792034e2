/* tertulia-chat-json.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-chat-json-private.h"

#include "../tertulia-json-private.h"
#include "../tertulia-text-private.h"

/* What the answer to Join says first, and another hub's does not. */
#define PROTOCOL_VERSION 1

static JsonNode *
array_node (JsonArray *array)
{
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);

  json_node_take_array (node, array);

  return node;
}

JsonNode *
tertulia_chat_json_args (JsonNode *value)
{
  JsonArray *args = json_array_sized_new (1);

  json_array_add_element (args, value);

  return array_node (args);
}

JsonNode *
tertulia_chat_json_tutorial_args (const char *name,
                                  const char *text)
{
  JsonArray *args = json_array_sized_new (2);

  json_array_add_string_element (args, name);
  json_array_add_string_element (args, text);

  return array_node (args);
}

static JsonObject *
message_object (const TertuliaEntry *entry)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "id", entry->number);
  json_object_set_string_member (object, "name", entry->name);
  json_object_set_string_member (object, "text", entry->text);
  json_object_set_int_member (object, "time", entry->time);
  if (entry->key != NULL)
    json_object_set_string_member (object, "key", entry->key);

  return object;
}

JsonNode *
tertulia_chat_json_message (const char          *room,
                            const TertuliaEntry *entry)
{
  JsonObject *object = message_object (entry);

  json_object_set_string_member (object, "room", room);

  return tertulia_json_new_object (object);
}

JsonNode *
tertulia_chat_json_person_event (const char *room,
                                 const char *name,
                                 const char *event)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "room", room);
  json_object_set_string_member (object, "name", name);
  json_object_set_string_member (object, "event", event);

  return tertulia_json_new_object (object);
}

JsonNode *
tertulia_chat_json_typing (const char *room,
                           const char *name)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "room", room);
  json_object_set_string_member (object, "name", name);

  return tertulia_json_new_object (object);
}

JsonNode *
tertulia_chat_json_people (GArray *people)
{
  JsonArray *array = json_array_sized_new (people->len);

  for (guint i = 0; i < people->len; i++)
    {
      const TertuliaRosterEntry *entry = &g_array_index (people, TertuliaRosterEntry, i);
      JsonObject *object = json_object_new ();

      json_object_set_string_member (object, "name", entry->name);
      json_object_set_string_member (object, "presence", entry->lost ? "lost" : "here");
      json_array_add_object_element (array, object);
    }

  return array_node (array);
}

JsonNode *
tertulia_chat_json_page (const char *room,
                         GPtrArray  *entries,
                         gboolean    more)
{
  JsonObject *object = json_object_new ();
  JsonArray *messages = json_array_sized_new (entries->len);

  for (guint i = 0; i < entries->len; i++)
    json_array_add_object_element (messages, message_object (g_ptr_array_index (entries, i)));

  json_object_set_string_member (object, "room", room);
  json_object_set_array_member (object, "messages", messages);
  json_object_set_boolean_member (object, "more", more);

  return tertulia_json_new_object (object);
}

/*< private >
 * tertulia_chat_json_joined:
 * @page: (transfer full): what was said
 */
JsonNode *
tertulia_chat_json_joined (const char *name,
                           const char *room,
                           const char *history,
                           gint64      last,
                           GArray     *people,
                           JsonNode   *page)
{
  JsonObject *object = json_node_get_object (page);

  json_object_set_int_member (object, "tertulia", PROTOCOL_VERSION);
  json_object_set_string_member (object, "name", name);
  json_object_set_string_member (object, "room", room);
  json_object_set_string_member (object, "history", history);
  json_object_set_int_member (object, "last", last);
  json_object_set_member (object, "people", tertulia_chat_json_people (people));

  return page;
}

JsonNode *
tertulia_chat_json_refused (const char *why)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "tertulia", PROTOCOL_VERSION);
  json_object_set_string_member (object, "error", why);

  return tertulia_json_new_object (object);
}

JsonNode *
tertulia_chat_json_posted (gint64   number,
                           gint64   time,
                           gboolean duplicate)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "id", number);
  json_object_set_int_member (object, "time", time);
  json_object_set_boolean_member (object, "duplicate", duplicate);

  return tertulia_json_new_object (object);
}

static void
add_room (JsonArray       *array,
          GHashTable      *seen,
          TertuliaHistory *history,
          TertuliaRoster  *roster,
          const char      *room)
{
  JsonObject *object;

  if (!g_hash_table_add (seen, (gpointer) room))
    return;

  object = json_object_new ();
  json_object_set_string_member (object, "room", room);
  json_object_set_int_member (object, "last", tertulia_history_get_last (history, room));
  json_object_set_int_member (object, "people", tertulia_roster_count (roster, room));
  json_array_add_object_element (array, object);
}

/*< private >
 * tertulia_chat_json_rooms:
 *
 * Returns: (transfer full): the rooms that somebody is in, or something was
 *   said in, the default one first
 */
JsonNode *
tertulia_chat_json_rooms (TertuliaHistory *history,
                          TertuliaRoster  *roster)
{
  JsonArray *array = json_array_new ();
  g_auto (GStrv) said = tertulia_history_list_rooms (history);
  g_auto (GStrv) peopled = tertulia_roster_list_rooms (roster);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  add_room (array, seen, history, roster, TERTULIA_ROOM_DEFAULT);
  for (gsize i = 0; said[i] != NULL; i++)
    add_room (array, seen, history, roster, said[i]);
  for (gsize i = 0; peopled[i] != NULL; i++)
    add_room (array, seen, history, roster, peopled[i]);

  return array_node (array);
}
