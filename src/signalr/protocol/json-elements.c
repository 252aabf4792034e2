/* json-elements.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "json-token-private.h"

#include <string.h>

/* Skips a string by its quotes alone. FALSE where it has no end. */
static gboolean
skip_string (JsonScan *scan)
{
  for (scan->at++; scan->at < scan->length; scan->at++)
    {
      if (scan->text[scan->at] == '\\')
        {
          scan->at++;
        }
      else if (scan->text[scan->at] == '"')
        {
          scan->at++;
          return TRUE;
        }
    }

  return FALSE;
}

/* Skips to the comma or the closing bracket that ends what begins here. */
static gboolean
skip_value (JsonScan *scan)
{
  gsize open = 0;

  while (scan->at < scan->length)
    {
      switch (scan->text[scan->at])
        {
        case '"':
          if (!skip_string (scan))
            return FALSE;
          continue;

        case '{':
        case '[':
          open++;
          break;

        case '}':
        case ']':
          if (open == 0)
            return TRUE;
          open--;
          break;

        case ',':
          if (open == 0)
            return TRUE;
          break;

        default:
          break;
        }

      scan->at++;
    }

  return FALSE;
}

static GArray *
skip_elements (JsonScan   *scan,
               JsonExtent *array)
{
  g_autoptr (GArray) elements = g_array_new (FALSE, FALSE, sizeof (JsonExtent));

  array->start = scan->at;

  do
    {
      JsonExtent extent;

      scan->at++;
      scan_space (scan);
      if (scan_peek (scan) == ']' && elements->len == 0)
        break;

      extent.start = scan->at;
      if (!skip_value (scan))
        return NULL;
      extent.end = scan->at;
      g_array_append_val (elements, extent);
    }
  while (scan_peek (scan) == ',');

  if (scan_peek (scan) != ']')
    return NULL;

  array->end = ++scan->at;

  return g_steal_pointer (&elements);
}

GArray *
signalr_json_scan_elements (const char *text,
                            gsize       length,
                            const char *name,
                            JsonExtent *array)
{
  JsonScan scan = { .text = text, .length = length };
  g_autofree char *quoted = g_strdup_printf ("\"%s\"", name);

  scan_space (&scan);
  if (scan_peek (&scan) != '{')
    return NULL;

  do
    {
      gsize start;

      scan.at++;
      scan_space (&scan);
      start = scan.at;
      if (scan_peek (&scan) != '"' || !skip_string (&scan))
        return NULL;

      if (scan.at - start == strlen (quoted) && memcmp (text + start, quoted, scan.at - start) == 0)
        {
          scan_space (&scan);
          if (scan_peek (&scan) != ':')
            return NULL;
          scan.at++;
          scan_space (&scan);
          if (scan_peek (&scan) == '[')
            return skip_elements (&scan, array);
        }

      if (!skip_value (&scan))
        return NULL;
    }
  while (scan_peek (&scan) == ',');

  return NULL;
}
