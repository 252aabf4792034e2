/* json-write.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "json-write-private.h"

#include <math.h>
#include <string.h>

#include "json-scan-private.h"
#include "signalr-node-private.h"

/* Whole numbers up to here are the same as doubles and as integers. */
#define MAX_SAFE_INTEGER 9007199254740991.0

static gboolean write_node (GString   *out,
                            JsonNode  *node,
                            guint      depth,
                            GError   **error);

static gboolean
write_double (GString  *out,
              double    value,
              GError  **error)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  if (!isfinite (value))
    {
      g_set_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA,
                   "JSON has no number for %g", value);
      return FALSE;
    }

  /* A peer may want an integer, and not take 1.0 or 1e0 for one. */
  if (value == trunc (value) && fabs (value) <= MAX_SAFE_INTEGER)
    {
      g_string_append_printf (out, "%.0f", value);
      return TRUE;
    }

  /* Fifteen digits are right for every double but the subnormal ones, whose
   * shortest form may have fewer.
   */
  for (int digits = fabs (value) < DBL_MIN ? 1 : DBL_DIG; digits <= 17; digits++)
    {
      char format[8];

      g_snprintf (format, sizeof format, "%%.%dg", digits);
      g_ascii_formatd (buffer, sizeof buffer, format, value);
      if (g_ascii_strtod (buffer, NULL) == value)
        break;
    }

  g_string_append (out, buffer);

  return TRUE;
}

static gboolean
write_object (GString     *out,
              JsonObject  *object,
              guint        depth,
              GError     **error)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;
  char before = '{';

  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &value))
    {
      g_string_append_c (out, before);
      before = ',';
      signalr_json_write_string (out, name);
      g_string_append_c (out, ':');
      if (!write_node (out, value, depth, error))
        return FALSE;
    }

  g_string_append (out, before == '{' ? "{}" : "}");

  return TRUE;
}

static gboolean
write_array (GString    *out,
             JsonArray  *array,
             guint       depth,
             GError    **error)
{
  guint n_elements = json_array_get_length (array);

  g_string_append_c (out, '[');

  for (guint i = 0; i < n_elements; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      if (!write_node (out, json_array_get_element (array, i), depth, error))
        return FALSE;
    }

  g_string_append_c (out, ']');

  return TRUE;
}

static gboolean
write_value (GString   *out,
             JsonNode  *node,
             GError   **error)
{
  GType type = json_node_get_value_type (node);

  if (type == G_TYPE_STRING)
    {
      const char *text = json_node_get_string (node);

      /* That of json_node_init_string (node, NULL) has none. */
      if (text != NULL)
        signalr_json_write_string (out, text);
      else
        g_string_append (out, "null");
    }
  else if (type == G_TYPE_INT64)
    {
      g_string_append_printf (out, "%" G_GINT64_FORMAT, json_node_get_int (node));
    }
  else if (type == G_TYPE_BOOLEAN)
    {
      g_string_append (out, json_node_get_boolean (node) ? "true" : "false");
    }
  else if (type == G_TYPE_DOUBLE)
    {
      return write_double (out, json_node_get_double (node), error);
    }
  else
    {
      g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA,
                           "A node without a value cannot be written");
      return FALSE;
    }

  return TRUE;
}

static gboolean
write_nested (GString   *out,
              JsonNode  *node,
              guint      depth,
              GError   **error)
{
  const char *text = signalr_node_peek_bytes (node);

  if (text == NULL)
    text = signalr_node_peek_timestamp (node);

  if (text != NULL)
    {
      signalr_json_write_string (out, text);
      return TRUE;
    }

  if (depth == JSON_SCAN_MAX_DEPTH)
    {
      g_set_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA,
                   "A possible object cycle was detected. More than %d levels cannot be written.", JSON_SCAN_MAX_DEPTH);
      return FALSE;
    }

  if (JSON_NODE_HOLDS_OBJECT (node))
    return write_object (out, json_node_get_object (node), depth + 1, error);

  return write_array (out, json_node_get_array (node), depth + 1, error);
}

static gboolean
write_node (GString   *out,
            JsonNode  *node,
            guint      depth,
            GError   **error)
{
  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    {
      g_string_append (out, "null");
      return TRUE;
    }

  if (JSON_NODE_HOLDS_VALUE (node))
    return write_value (out, node, error);

  return write_nested (out, node, depth, error);
}

gboolean
signalr_json_write (GString   *out,
                    JsonNode  *node,
                    GError   **error)
{
  gsize length = out->len;

  if (!write_node (out, node, 0, error))
    {
      g_string_truncate (out, length);
      return FALSE;
    }

  return TRUE;
}

/* Behind the plain bytes that @text begins with. */
static void
write_escaped (GString    *out,
               const char *text)
{
  g_autofree char *repaired = NULL;
  const char *plain;

  if (!g_utf8_validate (text, -1, NULL))
    text = repaired = g_utf8_make_valid (text, -1);

  for (plain = text; *text != '\0'; text = g_utf8_next_char (text))
    {
      static const char escapes[] = "\b\f\n\r\t\"\\";
      static const char letters[] = "bfnrt\"\\";
      gunichar character = (guchar) *text < 0x80 ? (guchar) *text : g_utf8_get_char (text);
      const char *found = character < 0x80 ? strchr (escapes, character) : NULL;

      if (found == NULL && character >= 0x20 && character != 0x85 &&
          character != 0x2028 && character != 0x2029)
        continue;

      g_string_append_len (out, plain, text - plain);
      if (found != NULL)
        g_string_append_printf (out, "\\%c", letters[found - escapes]);
      else
        g_string_append_printf (out, "\\u%04x", character);
      plain = g_utf8_next_char (text);
    }

  g_string_append_len (out, plain, text - plain);
}

/* What the official servers escape: what JSON demands, and the three that end a
 * line in JavaScript. Text that is not UTF-8 is repaired.
 */
void
signalr_json_write_string (GString    *out,
                           const char *text)
{
  gsize length = strlen (text);
  gsize plain = signalr_json_plain_span (text, length);

  g_string_append_c (out, '"');
  g_string_append_len (out, text, plain);
  if (plain < length)
    write_escaped (out, text + plain);
  g_string_append_c (out, '"');
}

/* Inside a script an end tag ends it, wherever it stands. */
void
signalr_json_append_for_script (GString    *out,
                                const char *json,
                                gsize       length)
{
  for (gsize i = 0; i < length; i++)
    {
      if (json[i] == '<')
        g_string_append (out, "\\u003c");
      else if (json[i] == '>')
        g_string_append (out, "\\u003e");
      else
        g_string_append_c (out, json[i]);
    }
}
