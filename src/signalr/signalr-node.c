/* signalr-node.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "signalr-node-private.h"

#include <string.h>

/* A JsonNode has no kind of its own for these values. Such a node is an object
 * with one member whose name is not UTF-8: neither JSON nor MessagePack text
 * that we accept can hold such a name, so no peer can make a node look like one.
 * The member is the text that JSON has for the value.
 */
#define BYTES_MEMBER     "\xff" "bytes"
#define TIMESTAMP_MEMBER "\xff" "timestamp"

static JsonNode *
node_new (const char *member,
          const char *text)
{
  g_autoptr (JsonObject) object = json_object_new ();

  json_object_set_string_member (object, member, text);

  return json_node_init_object (json_node_alloc (), object);
}

static const char *
node_peek (JsonNode   *node,
           const char *member)
{
  JsonObject *object;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return NULL;

  object = json_node_get_object (node);
  if (json_object_get_size (object) != 1 || !json_object_has_member (object, member))
    return NULL;

  return json_object_get_string_member (object, member);
}

const char *
signalr_node_peek_bytes (JsonNode *node)
{
  return node_peek (node, BYTES_MEMBER);
}

const char *
signalr_node_peek_timestamp (JsonNode *node)
{
  return node_peek (node, TIMESTAMP_MEMBER);
}

static const char *
node_get_text (JsonNode   *node,
               const char *member)
{
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    return json_node_get_string (node);

  return node_peek (node, member);
}

/* Base64 of RFC 4648 §4 with its padding; g_base64_decode () skips what is not. */
static gboolean
is_base64 (const char *text)
{
  gsize length = strlen (text);
  gsize digits = strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");

  return length % 4 == 0 && length - digits <= 2 && strspn (text + digits, "=") == length - digits;
}

/**
 * signalr_node_new_bytes:
 * @bytes: any bytes
 *
 * Makes a node of binary data, to be an argument or a result or part of one.
 *
 * MessagePack has a type for it; over JSON it is a string of base64. The inside
 * of the node is not for other functions than [func@Signalr.node_get_bytes].
 *
 * Returns: (transfer full): a node
 *
 * Since: 1.0
 */
JsonNode *
signalr_node_new_bytes (GBytes *bytes)
{
  g_autofree char *text = NULL;
  gconstpointer data;
  gsize size;

  g_return_val_if_fail (bytes != NULL, NULL);

  data = g_bytes_get_data (bytes, &size);
  text = g_base64_encode (data, size);

  return node_new (BYTES_MEMBER, text);
}

/**
 * signalr_node_get_bytes:
 * @node: a node made by [func@Signalr.node_new_bytes] or received
 *
 * Reads binary data from a node. As JSON has no other way to carry them, a
 * string of base64 will do too.
 *
 * Returns: (transfer full) (nullable): the bytes, or %NULL where @node holds
 *   neither
 *
 * Since: 1.0
 */
GBytes *
signalr_node_get_bytes (JsonNode *node)
{
  const char *text;
  guchar *data;
  gsize size;

  g_return_val_if_fail (node != NULL, NULL);

  text = node_get_text (node, BYTES_MEMBER);
  if (text == NULL || !is_base64 (text))
    return NULL;

  data = g_base64_decode (text, &size);

  return g_bytes_new_take (data, size);
}

/**
 * signalr_node_new_timestamp:
 * @time: a time
 *
 * Makes a node of a moment in time, to be an argument or a result or part of
 * one, exact to the microsecond.
 *
 * MessagePack has a type for it, which is always UTC; over JSON it is a string
 * in the manner of ISO 8601, which keeps the offset of @time. The inside of the
 * node is not for other functions than [func@Signalr.node_get_timestamp].
 *
 * Returns: (transfer full): a node
 *
 * Since: 1.0
 */
JsonNode *
signalr_node_new_timestamp (GDateTime *time)
{
  g_autofree char *text = NULL;

  g_return_val_if_fail (time != NULL, NULL);

  text = g_date_time_format_iso8601 (time);

  return node_new (TIMESTAMP_MEMBER, text);
}

/**
 * signalr_node_get_timestamp:
 * @node: a node made by [func@Signalr.node_new_timestamp] or received
 *
 * Reads a moment in time from a node. As JSON has no other way to carry it, a
 * string in the manner of ISO 8601 will do too; one without an offset is UTC.
 *
 * Returns: (transfer full) (nullable): the time, or %NULL where @node holds
 *   neither
 *
 * Since: 1.0
 */
GDateTime *
signalr_node_get_timestamp (JsonNode *node)
{
  g_autoptr (GTimeZone) utc = NULL;
  const char *text;

  g_return_val_if_fail (node != NULL, NULL);

  text = node_get_text (node, TIMESTAMP_MEMBER);
  if (text == NULL)
    return NULL;

  utc = g_time_zone_new_utc ();

  return g_date_time_new_from_iso8601 (text, utc);
}
