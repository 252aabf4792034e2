/* fuzz-json.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "protocol/json-scan-private.h"
#include "protocol/json-write-private.h"

#include "fuzz.h"

/* What is read is written, and read back as the same. */
static void
check_value (JsonNode *node)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (JsonNode) again = NULL;

  g_assert_true (signalr_json_write (text, node, NULL));
  again = signalr_json_parse (text->str, text->len, NULL);
  g_assert_nonnull (again);
  g_assert_true (json_node_equal (node, again));
}

static void
check_elements (const char *text,
                gsize       length)
{
  g_autoptr (GArray) elements = NULL;
  JsonExtent array;
  gsize at;

  elements = signalr_json_scan_elements (text, length, "M", &array);
  if (elements == NULL)
    return;

  g_assert_cmpuint (array.end, <=, length);
  at = array.start;
  for (guint i = 0; i < elements->len; i++)
    {
      JsonExtent *extent = &g_array_index (elements, JsonExtent, i);

      g_assert_cmpuint (extent->start, >, at);
      g_assert_cmpuint (extent->end, >=, extent->start);
      at = extent->end;
    }
  g_assert_cmpuint (at, <, array.end);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  const char *text = (const char *) data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = signalr_json_parse (text, size, &error);

  g_assert_true ((node != NULL) == (error == NULL));
  g_assert_cmpint (signalr_json_scan (text, size, NULL), ==, node != NULL);
  if (node != NULL)
    check_value (node);
  check_elements (text, size);

  return 0;
}
