/* node-json.c: the JSON of the wire, for applications
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "signalr-node.h"

#include <string.h>

#include "json-scan-private.h"
#include "json-write-private.h"

/**
 * signalr_node_parse:
 * @text: JSON, in UTF-8
 * @length: its length in bytes, or -1 where it ends with a zero byte
 *
 * Reads JSON as the library reads it from the wire: by RFC 8259 and nothing
 * more. Other than JsonParser it refuses what a node cannot hold (numbers out
 * of the range of a double, `\u0000`, lone surrogates) and what nobody means
 * (more than 64 levels), instead of making something else of it. A whole number
 * beyond 64 bits is a double, as in JavaScript.
 *
 * Returns: (transfer full): the value; %NULL with @error of
 *   `SIGNALR_ERROR_INVALID_DATA`, which names the offset
 *
 * Since: 1.0
 */
JsonNode *
signalr_node_parse (const char  *text,
                    gssize       length,
                    GError     **error)
{
  g_return_val_if_fail (text != NULL, NULL);

  return signalr_json_parse (text, length < 0 ? strlen (text) : (gsize) length, error);
}

/**
 * signalr_node_to_json:
 * @node: (nullable): a value; %NULL is null
 *
 * Writes JSON as the library writes it to the wire: compactly, with the shortest
 * numbers that read back, binary data as base64 and timestamps as ISO 8601.
 *
 * Returns: (transfer full): the text; %NULL with @error of
 *   `SIGNALR_ERROR_INVALID_DATA` where @node holds NaN or an infinity
 *
 * Since: 1.0
 */
char *
signalr_node_to_json (JsonNode  *node,
                      GError   **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (!signalr_json_write (text, node, error))
    return NULL;

  return g_string_free (g_steal_pointer (&text), FALSE);
}
