/* test-json.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <math.h>

#include "protocol/json-read-private.h"
#include "protocol/json-scan-private.h"
#include "protocol/json-write-private.h"
#include "signalr-node.h"

/* A text without a NUL behind it, so that reading too far is seen. */
static JsonNode *
parse (const char  *text,
       gssize       length,
       GError     **error)
{
  gsize size = length < 0 ? strlen (text) : (gsize) length;
  g_autofree char *copy = g_memdup2 (text, size);
  g_autoptr (GError) scan_error = NULL;
  JsonNode *node;

  node = signalr_json_parse (copy, size, error);
  g_assert_cmpint (signalr_json_scan (copy, size, &scan_error), ==, node != NULL);

  return node;
}

static char *
write_text (JsonNode *node)
{
  GString *out = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  signalr_json_write (out, node, &error);
  g_assert_no_error (error);

  return g_string_free (out, FALSE);
}

static void
test_read_and_write (void)
{
  static const struct {
    const char *text;
    const char *written;       /* NULL: the same */
  } cases[] = {
    { "null" }, { "true" }, { "false" }, { "0" }, { "-1" }, { "\"\"" }, { "[]" }, { "{}" },
    { " \t\r\n[ 1 , 2 ]\n", "[1,2]" },
    { "{ \"a\" : { \"b\" : [ ] } }", "{\"a\":{\"b\":[]}}" },
    { "{\"z\":1,\"a\":2,\"m\":3}" },
    { "{\"a\":1,\"b\":2,\"a\":3}", "{\"a\":3,\"b\":2}" },
    { "{\"\":\"\"}" },
    { "9223372036854775807" },
    { "-9223372036854775808" },
    { "9223372036854775808", "9.223372036854776e+18" },
    { "18446744073709551616", "1.8446744073709552e+19" },
    { "123456789012345678901234567890", "1.2345678901234568e+29" },
    { "-0", "-0" },
    { "0.1" }, { "-2.5" }, { "0.30000000000000004" },
    { "20.0", "20" }, { "1e3", "1000" }, { "1E+2", "100" }, { "1.5e-3", "0.0015" },
    { "1e300", "1e+300" }, { "1.7976931348623157e308", "1.7976931348623157e+308" },
    { "5e-324" }, { "2.2250738585072014e-308" }, { "1e-400", "0" },
    { "9007199254740993.0", "9007199254740992" },
    { "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\\"\\\\/\\b\\f\\n\\r\\t\"" },
    { "\"\\u0041\\u00e9\\u20ac\\ud83d\\ude00\"", "\"Aé€😀\"" },
    { "\"\\u0001\\u001f\\u007f\"", "\"\\u0001\\u001f\x7f\"" },
    { "\"\\u0085\\u2028\\u2029\"" },
    { "\"hé <&> +%'\"" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node = parse (cases[i].text, -1, &error);
      g_autofree char *written = NULL;

      g_assert_no_error (error);
      written = write_text (node);
      g_assert_cmpstr (written, ==, cases[i].written != NULL ? cases[i].written : cases[i].text);
    }
}

static void
test_refuse (void)
{
  static const struct {
    const char *text;
    guint       offset;
  } cases[] = {
    { "", 0 }, { "  ", 2 }, { "nul", 0 }, { "nulL", 0 }, { "True", 0 }, { "null1", 4 },
    { "[1] [2]", 4 }, { "{}{}", 2 }, { "var x = [1];", 0 }, { "\xef\xbb\xbf[]", 0 },
    { "[1,]", 3 }, { "[,1]", 1 }, { "[1 2]", 3 }, { "[", 1 }, { "[1", 2 }, { "]", 0 },
    { "{\"a\":1,}", 7 }, { "{a:1}", 1 }, { "{'a':1}", 1 }, { "{\"a\"}", 4 }, { "{\"a\":}", 5 },
    { "{\"a\":1", 6 }, { "{1:2}", 1 }, { "[1}", 2 }, { "{\"a\":1]", 6 },
    { "01", 1 }, { "-", 1 }, { "+1", 0 }, { ".5", 0 }, { "1.", 2 }, { "1.e1", 2 }, { "1e", 2 },
    { "1e+", 3 }, { "0x10", 1 }, { "NaN", 0 }, { "Infinity", 0 }, { "-Infinity", 1 }, { "--1", 1 },
    { "1e999", 0 }, { "[-1e999]", 1 },
    { "\"", 0 }, { "\"abc", 0 }, { "\"\\", 2 }, { "\"\\x\"", 2 }, { "\"\\u12\"", 5 },
    { "\"\\u12g4\"", 5 }, { "\"\\u000", 6 }, { "'x'", 0 },
    { "\"a\\u0000b\"", 2 }, { "{\"\\u0000\":1}", 2 },
    { "\"\\ud800\"", 1 }, { "\"\\ud800x\"", 1 }, { "\"\\udc00\"", 1 }, { "\"\\ud800\\u0041\"", 1 },
    { "\"\\ud800\\ud800\"", 1 },
    { "\"a\nb\"", 2 }, { "\"a\tb\"", 2 }, { "\"\x01\"", 1 },
    { "\"\xff\"", 1 }, { "\"ab\xc3\"", 3 }, { "\"\xc0\x80\"", 1 }, { "\"\xed\xa0\x80\"", 1 },
    { "\"\xf4\x90\x80\x80\"", 1 }, { "\xff", 0 },
    { "[1] // c", 4 }, { "/* c */ 1", 0 }, { "\x1e", 0 }, { "[\v1]", 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *where = g_strdup_printf ("at offset %u:", cases[i].offset);
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node = parse (cases[i].text, -1, &error);

      g_assert_null (node);
      g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
      if (strstr (error->message, where) == NULL)
        g_error ("“%s”: %s, not %s", cases[i].text, error->message, where);
    }
}

static void
test_refuse_nul (void)
{
  static const struct {
    const char *text;
    gsize       length;
  } cases[] = {
    { "\0", 1 }, { "1\0", 2 }, { "\"a\0b\"", 5 }, { "[1,\0" "2]", 6 }, { " \0 1", 4 }, { "\"\\\0\"", 4 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_null (parse (cases[i].text, cases[i].length, NULL));
}

static char *
nest (guint       depth,
      const char *open,
      const char *inside,
      const char *close)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < depth; i++)
    g_string_append (text, open);
  g_string_append (text, inside);
  for (guint i = 0; i < depth; i++)
    g_string_append (text, close);

  return g_string_free (text, FALSE);
}

static void
test_depth (void)
{
  g_autofree char *most = nest (JSON_SCAN_MAX_DEPTH, "[", "", "]");
  g_autofree char *more = nest (JSON_SCAN_MAX_DEPTH + 1, "[", "", "]");
  g_autofree char *objects = nest (JSON_SCAN_MAX_DEPTH + 1, "{\"a\":", "1", "}");
  g_autofree char *hostile = nest (1000000, "[", "", "");
  g_autoptr (JsonNode) node = parse (most, -1, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *written = NULL;

  g_assert_nonnull (node);
  written = write_text (node);
  g_assert_cmpstr (written, ==, most);

  g_assert_null (parse (more, -1, &error));
  g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
  g_assert_null (parse (objects, -1, NULL));
  g_assert_null (parse (hostile, -1, NULL));
}

/* Every text that is cut is refused, wherever it was cut. */
static void
test_cut (void)
{
  const char *text = "{\"a\":[1,-2.5e3,true,null,\"h\\u00e9\\ud83d\\ude00\\n€\"],\"b\":{\"c\":[]}}";

  for (gsize length = 0; length < strlen (text); length++)
    g_assert_null (parse (text, length, NULL));
}

/* One byte changed anywhere: an error or a value, never more than that. */
static void
test_changed (void)
{
  const char *text = "{\"a\":[1,-2.5e3,true,null,\"h\\u00e9\\ud83d\\ude00\\n€\"],\"b\":{\"c\":[]}}";

  for (gsize at = 0; at < strlen (text); at++)
    {
      for (guint byte = 0; byte < 256; byte++)
        {
          g_autofree char *changed = g_strdup (text);
          g_autoptr (JsonNode) node = NULL;
          g_autoptr (GError) error = NULL;

          changed[at] = byte;
          node = parse (changed, strlen (text), &error);
          g_assert_true ((node == NULL) == (error != NULL));
          if (node != NULL)
            {
              g_autofree char *written = write_text (node);
              g_autoptr (JsonNode) again = parse (written, -1, NULL);

              g_assert_true (json_node_equal (node, again));
            }
        }
    }
}

static void
test_elements (void)
{
  static const struct {
    const char *text;
    const char *elements;      /* between bars; NULL: no such array */
  } cases[] = {
    { "{\"M\":[]}", "" },
    { " { \"C\" : \"x\" , \"M\" : [ ] } ", "" },
    { "{\"M\":[1]}", "1" },
    { "{\"C\":\"]}\\\"\",\"M\":[{\"a\":[1,2]},\"],[\",3],\"G\":1}", "{\"a\":[1,2]}|\"],[\"|3" },
    { "{\"M\":[1e999,\"\\u0000\",tru]}", "1e999|\"\\u0000\"|tru" },
    { "{\"M\":[1,]}", "1|" },
    { "{\"M\":[,1]}", "|1" },
    { "{\"X\":{\"M\":[1]},\"M\":[2]}", "2" },
    { "{\"X\":[{\"M\":[1]}]}", NULL },
    { "{\"M\":{}}", NULL }, { "{\"M\":null}", NULL }, { "{}", NULL }, { "[]", NULL }, { "", NULL },
    { "{\"M\":[", NULL }, { "{\"M\":[1", NULL }, { "{\"M\":[1}", NULL }, { "{\"M\":[\"", NULL },
    { "{\"M\":[\"\\", NULL }, { "{\"M\"[1]}", NULL }, { "{\"m\":[1]}", NULL }, { "{", NULL },
    { "{\"M", NULL }, { "{M:[1]}", NULL }, { "\"M\":[1]", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize length = strlen (cases[i].text);
      g_autofree char *copy = g_memdup2 (cases[i].text, length);
      g_autoptr (GString) joined = g_string_new (NULL);
      g_autoptr (GArray) elements = NULL;
      JsonExtent array;

      elements = signalr_json_scan_elements (copy, length, "M", &array);
      g_assert_cmpint (elements != NULL, ==, cases[i].elements != NULL);
      if (elements == NULL)
        continue;

      for (guint j = 0; j < elements->len; j++)
        {
          JsonExtent *extent = &g_array_index (elements, JsonExtent, j);

          if (j > 0)
            g_string_append_c (joined, '|');
          g_string_append_len (joined, copy + extent->start, extent->end - extent->start);
        }

      g_assert_cmpstr (joined->str, ==, cases[i].elements);
      g_assert_cmpint (copy[array.start], ==, '[');
      g_assert_cmpint (copy[array.end - 1], ==, ']');
    }
}

static void
test_write_refuses (void)
{
  const double values[] = { NAN, INFINITY, -INFINITY };
  g_autoptr (GString) out = g_string_new ("before");

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autoptr (JsonArray) array = json_array_new ();
      g_autoptr (JsonNode) node = json_node_init_array (json_node_alloc (), array);
      g_autoptr (GError) error = NULL;

      json_array_add_int_element (array, 1);
      json_array_add_double_element (array, values[i]);
      g_assert_false (signalr_json_write (out, node, &error));
      g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
      g_assert_cmpstr (out->str, ==, "before");
    }
}

static void
test_write_refuses_depth (void)
{
  g_autoptr (JsonNode) node = json_node_init_null (json_node_alloc ());
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i <= JSON_SCAN_MAX_DEPTH; i++)
    {
      g_autoptr (JsonArray) array = json_array_new ();

      json_array_add_element (array, g_steal_pointer (&node));
      node = json_node_init_array (json_node_alloc (), array);
    }

  g_assert_false (signalr_json_write (out, node, &error));
  g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
  g_assert_cmpuint (out->len, ==, 0);
}

/* Doubles read back as what they were, whole ones as integers. */
static void
test_write_doubles (void)
{
  static const struct {
    double      value;
    const char *text;
  } cases[] = {
    { 0, "0" }, { 1, "1" }, { -3, "-3" }, { 100000, "100000" }, { 1e15, "1000000000000000" },
    { 9007199254740991, "9007199254740991" }, { 0.1, "0.1" }, { 1.0 / 3, "0.3333333333333333" },
    { 13.333333333333334, "13.333333333333334" }, { 1e-7, "1e-07" }, { 5e-324, "5e-324" },
  };
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonNode) node = json_node_init_double (json_node_alloc (), cases[i].value);
      g_autofree char *written = write_text (node);

      g_assert_cmpstr (written, ==, cases[i].text);
    }

  for (guint i = 0; i < 10000; i++)
    {
      union { guint32 words[2]; double value; } bits = { { g_rand_int (rand), g_rand_int (rand) } };
      g_autoptr (JsonNode) node = NULL, again = NULL;
      g_autofree char *written = NULL;

      if (!isfinite (bits.value))
        continue;

      node = json_node_init_double (json_node_alloc (), bits.value);
      written = write_text (node);
      again = parse (written, -1, NULL);
      g_assert_cmpfloat (json_node_get_double (again), ==, bits.value);
    }
}

static void
test_write_odd (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new ("\0\1\2", 3);
  g_autoptr (GDateTime) time = g_date_time_new_utc (2020, 1, 2, 3, 4, 5.25);
  g_autoptr (JsonArray) array = json_array_new ();
  g_autoptr (JsonNode) node = json_node_init_array (json_node_alloc (), array);
  g_autoptr (GString) null = g_string_new (NULL);
  g_autofree char *written = NULL;

  json_array_add_element (array, signalr_node_new_bytes (bytes));
  json_array_add_element (array, signalr_node_new_timestamp (time));
  json_array_add_string_element (array, "not\xffUTF-8");
  json_array_add_element (array, json_node_init_string (json_node_alloc (), NULL));

  written = write_text (node);
  g_assert_cmpstr (written, ==, "[\"AAEC\",\"2020-01-02T03:04:05.250000Z\",\"not\xef\xbf\xbdUTF-8\",null]");

  g_assert_true (signalr_json_write (null, NULL, NULL));
  g_assert_cmpstr (null->str, ==, "null");
}

/* Text is looked at in words: wherever in one a byte stands that is not plain, behind
 * bytes that are next to it in value, it is found, and none before it.
 */
static void
test_plain_span (void)
{
  static const char special[] = "\x01\x1f\"\\\x80\xc3\xff";
  static const char plain[] = " !#[]\x7f~aZ0";
  char text[27] = "";

  for (gsize length = 0; length < sizeof text; length++)
    {
      for (gsize i = 0; i < length; i++)
        text[i] = plain[i % strlen (plain)];
      g_assert_cmpuint (signalr_json_plain_span (text, length), ==, length);

      for (gsize i = 0; i < length * strlen (special); i++)
        {
          gsize place = i / strlen (special);
          char kept = text[place];

          text[place] = special[i % strlen (special)];
          g_assert_cmpuint (signalr_json_plain_span (text, length), ==, place);
          text[place] = kept;
        }
    }
}

static void
test_read_members (void)
{
  g_autoptr (JsonNode) root = parse ("{\"s\":\"text\",\"i\":7,\"d\":2.5,\"b\":true,\"a\":[],\"n\":null}",
                                     -1, NULL);
  JsonObject *object = json_node_get_object (root);
  static const char * const names[] = { "s", "i", "d", "b", "a" };
  g_autofree char *text = NULL;
  gint64 integer = 1;
  double number = 1;
  gboolean flag = FALSE;
  JsonArray *array = NULL;

  /* The types each of the functions takes, by the letter of the member. */
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (signalr_json_read_string (object, names[i], &text, NULL), ==, strchr ("s", *names[i]) != NULL);
      g_assert_cmpint (signalr_json_read_int (object, names[i], &integer, NULL), ==, strchr ("i", *names[i]) != NULL);
      g_assert_cmpint (signalr_json_read_double (object, names[i], &number, NULL), ==, strchr ("id", *names[i]) != NULL);
      g_assert_cmpint (signalr_json_read_boolean (object, names[i], &flag, NULL), ==, strchr ("b", *names[i]) != NULL);
      g_assert_cmpint (signalr_json_read_array (object, names[i], &array, &error), ==, strchr ("a", *names[i]) != NULL);
      if (error != NULL)
        {
          g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
          g_assert_nonnull (strstr (error->message, names[i]));
        }
    }

  g_assert_cmpstr (text, ==, "text");
  g_assert_cmpint (integer, ==, 7);
  g_assert_cmpfloat (number, ==, 2.5);
  g_assert_true (flag);
  g_assert_nonnull (array);

  /* Null and nothing leave what was there. */
  g_assert_true (signalr_json_read_string (object, "n", &text, NULL));
  g_assert_true (signalr_json_read_int (object, "absent", &integer, NULL));
  g_assert_cmpstr (text, ==, "text");
  g_assert_cmpint (integer, ==, 7);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/protocol/json/read-and-write", test_read_and_write);
  g_test_add_func ("/protocol/json/refuse", test_refuse);
  g_test_add_func ("/protocol/json/refuse-nul", test_refuse_nul);
  g_test_add_func ("/protocol/json/depth", test_depth);
  g_test_add_func ("/protocol/json/cut", test_cut);
  g_test_add_func ("/protocol/json/changed", test_changed);
  g_test_add_func ("/protocol/json/elements", test_elements);
  g_test_add_func ("/protocol/json/write-refuses", test_write_refuses);
  g_test_add_func ("/protocol/json/write-refuses-depth", test_write_refuses_depth);
  g_test_add_func ("/protocol/json/write-doubles", test_write_doubles);
  g_test_add_func ("/protocol/json/write-odd", test_write_odd);
  g_test_add_func ("/protocol/json/plain-span", test_plain_span);
  g_test_add_func ("/protocol/json/read-members", test_read_members);

  return g_test_run ();
}
