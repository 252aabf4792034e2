/* tertulia-json.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-json-private.h"

JsonObject *
tertulia_json_as_object (JsonNode *node)
{
  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static const char *
as_string (JsonNode *node)
{
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) ||
      json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;

  return json_node_get_string (node);
}

static JsonNode *
get_member (JsonObject *object,
            const char *member)
{
  return object != NULL ? json_object_get_member (object, member) : NULL;
}

static JsonNode *
get_nth (JsonArray *array,
         guint      index)
{
  return array != NULL && index < json_array_get_length (array)
           ? json_array_get_element (array, index) : NULL;
}

const char *
tertulia_json_get_element (JsonArray *args,
                           guint      index)
{
  return as_string (get_nth (args, index));
}

JsonObject *
tertulia_json_get_item (JsonArray *array,
                        guint      index)
{
  return tertulia_json_as_object (get_nth (array, index));
}

/*< private >
 * tertulia_json_get_request:
 *
 * Returns: the object that is the one argument of a call
 */
JsonObject *
tertulia_json_get_request (JsonArray *args)
{
  return tertulia_json_get_item (args, 0);
}

const char *
tertulia_json_get_string (JsonObject *object,
                          const char *member)
{
  return as_string (get_member (object, member));
}

gint64
tertulia_json_get_number (JsonObject *object,
                          const char *member)
{
  JsonNode *node = get_member (object, member);

  /* Another implementation may write 5.0, or 1e3, for a whole number. */
  if (node != NULL && JSON_NODE_HOLDS_VALUE (node))
    {
      double number = json_node_get_double (node);

      if (json_node_get_value_type (node) == G_TYPE_INT64)
        return MAX (json_node_get_int (node), -1);
      if (json_node_get_value_type (node) == G_TYPE_DOUBLE && number >= 0 && number <= 9007199254740992.0)
        return (gint64) number;
    }

  return -1;
}

gboolean
tertulia_json_get_boolean (JsonObject *object,
                           const char *member)
{
  JsonNode *node = get_member (object, member);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) &&
         json_node_get_value_type (node) == G_TYPE_BOOLEAN && json_node_get_boolean (node);
}

JsonArray *
tertulia_json_get_array (JsonObject *object,
                         const char *member)
{
  JsonNode *node = get_member (object, member);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

JsonNode *
tertulia_json_new_object (JsonObject *object)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (node, object);

  return node;
}
