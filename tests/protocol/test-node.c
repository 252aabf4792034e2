/* test-node.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "protocol/json-scan-private.h"
#include "signalr-node-private.h"

static void
test_bytes (void)
{
  for (gsize size = 0; size < 20; size++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new ("\0\xff\x80\x1e any bytes at all", size);
      g_autoptr (JsonNode) node = signalr_node_new_bytes (bytes);
      g_autoptr (JsonNode) copy = json_node_copy (node);
      g_autoptr (GBytes) again = signalr_node_get_bytes (copy);

      g_assert_true (g_bytes_equal (bytes, again));
      g_assert_nonnull (signalr_node_peek_bytes (node));
      g_assert_null (signalr_node_peek_timestamp (node));
      g_assert_null (signalr_node_get_timestamp (node));
    }
}

static void
test_timestamp (void)
{
  static const char * const times[] = {
    "2020-01-02T03:04:05Z", "1970-01-01T00:00:00Z", "1969-12-31T23:59:59.999999Z",
    "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "2020-01-02T03:04:05.000001+02:00",
    "2026-11-20T19:34:31.287789-05:30",
  };

  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (times[i], NULL);
      g_autoptr (JsonNode) node = signalr_node_new_timestamp (time);
      g_autoptr (GDateTime) again = signalr_node_get_timestamp (node);

      g_assert_true (g_date_time_equal (time, again));
      g_assert_cmpint (g_date_time_get_utc_offset (time), ==, g_date_time_get_utc_offset (again));
      g_assert_null (signalr_node_get_bytes (node));
    }
}

/* What a peer sent as text over JSON. */
static void
test_from_text (void)
{
  static const struct {
    const char *json;
    gssize      size;          /* -1: no bytes */
    const char *time;          /* NULL: no time */
  } cases[] = {
    { "\"AQID\"",                            3, NULL },
    { "\"AQI=\"",                            2, NULL },
    { "\"\"",                                0, NULL },
    { "\"AQI\"",                            -1, NULL },
    { "\"A=ID\"",                           -1, NULL },
    { "\"====\"",                           -1, NULL },
    { "\"AQ ID\"",                          -1, NULL },
    { "\"2000-01-01T00:00:00Z\"",           -1, "2000-01-01T00:00:00Z" },
    { "\"2000-01-01T00:00:00\"",            -1, "2000-01-01T00:00:00Z" },
    { "\"2000-01-01T00:00:00.1234567Z\"",   -1, "2000-01-01T00:00:00.123456Z" },
    { "\"2000-01-01T02:00:00+02:00\"",      -1, "2000-01-01T02:00:00+02" },
    { "\"2000-13-01T00:00:00Z\"",           -1, NULL },
    { "\"not one\"",                        -1, NULL },
    { "7", -1, NULL }, { "null", -1, NULL }, { "[]", -1, NULL }, { "{}", -1, NULL },
    { "{\"bytes\":\"AQID\"}", -1, NULL }, { "{\"timestamp\":\"2000-01-01T00:00:00Z\"}", -1, NULL },
    { "{\"ÿbytes\":\"AQID\"}", -1, NULL }, { "{\"\\u00ffbytes\":\"AQID\"}", -1, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonNode) node = signalr_json_parse (cases[i].json, strlen (cases[i].json), NULL);
      g_autoptr (GBytes) bytes = signalr_node_get_bytes (node);
      g_autoptr (GDateTime) time = signalr_node_get_timestamp (node);

      g_assert_cmpint (bytes != NULL ? (gssize) g_bytes_get_size (bytes) : -1, ==, cases[i].size);
      g_assert_cmpint (time != NULL, ==, cases[i].time != NULL);
      if (time != NULL)
        {
          g_autofree char *text = g_date_time_format_iso8601 (time);

          g_assert_cmpstr (text, ==, cases[i].time);
        }
      g_assert_null (signalr_node_peek_bytes (node));
      g_assert_null (signalr_node_peek_timestamp (node));
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/protocol/node/bytes", test_bytes);
  g_test_add_func ("/protocol/node/timestamp", test_timestamp);
  g_test_add_func ("/protocol/node/from-text", test_from_text);

  return g_test_run ();
}
