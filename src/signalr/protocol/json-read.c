/* json-read.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "json-read-private.h"

static JsonNode *
read_member (JsonObject *object,
             const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && !JSON_NODE_HOLDS_NULL (node) ? node : NULL;
}

static gboolean
read_fail (const char  *name,
           const char  *type,
           GError     **error)
{
  g_set_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA,
               "“%s” is not %s", name, type);

  return FALSE;
}

gboolean
signalr_json_read_string (JsonObject  *object,
                          const char  *name,
                          char       **value,
                          GError     **error)
{
  JsonNode *node = read_member (object, name);

  if (node == NULL)
    return TRUE;

  if (json_node_get_value_type (node) != G_TYPE_STRING)
    return read_fail (name, "a string", error);

  g_free (*value);
  *value = json_node_dup_string (node);

  return TRUE;
}

gboolean
signalr_json_read_int (JsonObject  *object,
                       const char  *name,
                       gint64      *value,
                       GError     **error)
{
  JsonNode *node = read_member (object, name);

  if (node == NULL)
    return TRUE;

  if (json_node_get_value_type (node) != G_TYPE_INT64)
    return read_fail (name, "an integer", error);

  *value = json_node_get_int (node);

  return TRUE;
}

gboolean
signalr_json_read_double (JsonObject  *object,
                          const char  *name,
                          double      *value,
                          GError     **error)
{
  JsonNode *node = read_member (object, name);

  if (node == NULL)
    return TRUE;

  if (json_node_get_value_type (node) != G_TYPE_INT64 &&
      json_node_get_value_type (node) != G_TYPE_DOUBLE)
    return read_fail (name, "a number", error);

  *value = json_node_get_double (node);

  return TRUE;
}

gboolean
signalr_json_read_boolean (JsonObject  *object,
                           const char  *name,
                           gboolean    *value,
                           GError     **error)
{
  JsonNode *node = read_member (object, name);

  if (node == NULL)
    return TRUE;

  if (json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return read_fail (name, "a boolean", error);

  *value = json_node_get_boolean (node);

  return TRUE;
}

gboolean
signalr_json_read_array (JsonObject  *object,
                         const char  *name,
                         JsonArray  **value,
                         GError     **error)
{
  JsonNode *node = read_member (object, name);

  if (node == NULL)
    return TRUE;

  if (!JSON_NODE_HOLDS_ARRAY (node))
    return read_fail (name, "an array", error);

  *value = json_node_get_array (node);

  return TRUE;
}
