/* aspnet-groups.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aspnet-groups-private.h"

#include <string.h>

#include "protocol/json-scan-private.h"
#include "protocol/json-write-private.h"
#include "signalr-hub-private.h"

#define PURPOSE "groups"

char *
signalr_aspnet_groups_sign (GPtrArray              *groups,
                            const SignalrServerKey *key,
                            const char             *connection_id)
{
  g_autoptr (GString) text = g_string_new (connection_id);

  g_string_append (text, ":[");
  for (guint i = 0; i < groups->len; i++)
    {
      if (i > 0)
        g_string_append_c (text, ',');
      signalr_json_write_string (text, g_ptr_array_index (groups, i));
    }
  g_string_append_c (text, ']');

  return signalr_server_key_sign (key, PURPOSE, text->str);
}

/* The name with the hub's own spelling, or NULL where the client is not of it. */
static char *
canonical_name (SignalrServerConnection *connection,
                const char              *name)
{
  for (guint i = 0; i < connection->n_seats; i++)
    {
      const char *hub = signalr_hub_get_topic_name (connection->seats[i].hub);
      gsize length = strlen (hub);

      if (g_ascii_strncasecmp (name, hub, length) == 0 && name[length] == '.')
        return g_strconcat (hub, name + length, NULL);
    }

  return NULL;
}

/* No token means no groups, and so does one that is none: the client can still be
 * served.
 */
GPtrArray *
signalr_aspnet_groups_verify (const char              *token,
                              SignalrServerConnection *connection)
{
  const char *id = signalr_server_connection_get_id (connection);
  g_autofree char *text = NULL;
  GPtrArray *groups = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (JsonNode) names = NULL;
  JsonArray *array;
  gsize prefix = strlen (id);

  if (token != NULL)
    text = signalr_server_key_verify (&connection->host->key, PURPOSE, token);

  if (text == NULL || g_ascii_strncasecmp (text, id, prefix) != 0 || text[prefix] != ':')
    return groups;

  names = signalr_json_parse (text + prefix + 1, strlen (text + prefix + 1), NULL);
  if (names == NULL || !JSON_NODE_HOLDS_ARRAY (names))
    return groups;

  array = json_node_get_array (names);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      const char *name = json_array_get_string_element (array, i);
      char *canonical = name != NULL ? canonical_name (connection, name) : NULL;

      if (canonical != NULL)
        g_ptr_array_add (groups, canonical);
    }

  return groups;
}

gboolean
signalr_aspnet_groups_equal (GPtrArray *one,
                             GPtrArray *other)
{
  if (one->len != other->len)
    return FALSE;

  for (guint i = 0; i < one->len; i++)
    {
      if (!g_ptr_array_find_with_equal_func (other, g_ptr_array_index (one, i), g_str_equal, NULL))
        return FALSE;
    }

  return TRUE;
}
