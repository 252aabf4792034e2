/* test-messagepack.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <math.h>

#include "protocol/aspnetcore-codec-private.h"
#include "protocol/json-scan-private.h"
#include "protocol/json-write-private.h"
#include "protocol/messagepack-private.h"
#include "signalr-node-private.h"

static GBytes *
from_hex (const char *hex)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  for (; *hex != '\0'; hex++)
    {
      guint8 byte;

      if (*hex == ' ')
        continue;

      byte = g_ascii_xdigit_value (hex[0]) << 4 | g_ascii_xdigit_value (hex[1]);
      g_byte_array_append (bytes, &byte, 1);
      hex++;
    }

  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

static char *
to_hex (const guint8 *data,
        gsize         size)
{
  GString *hex = g_string_new (NULL);

  for (gsize i = 0; i < size; i++)
    g_string_append_printf (hex, "%s%02x", i > 0 ? " " : "", data[i]);

  return g_string_free (hex, FALSE);
}

static int
append_cb (void       *data,
           const char *bytes,
           size_t      size)
{
  g_byte_array_append (data, (const guint8 *) bytes, size);

  return 0;
}

static char *
write_hex (JsonNode *node)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  msgpack_packer packer;

  msgpack_packer_init (&packer, out, append_cb);
  signalr_messagepack_write (&packer, node, &error);
  g_assert_no_error (error);

  return to_hex (out->data, out->len);
}

static JsonNode *
parse_hex (const char  *hex,
           GError     **error)
{
  g_autoptr (GBytes) bytes = from_hex (hex);

  return signalr_messagepack_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error);
}

/* MessagePack and the JSON of the same value; NULL: it is not read back alike. */
static const struct {
  const char *hex;
  const char *json;
  const char *written;         /* NULL: the same */
} values[] = {
  { "c0", "null" }, { "c2", "false" }, { "c3", "true" },
  { "00", "0" }, { "7f", "127" }, { "ff", "-1" }, { "e0", "-32" },
  { "cc 80", "128" }, { "cd 01 2c", "300" }, { "ce 00 01 00 00", "65536" },
  { "cf 7f ff ff ff ff ff ff ff", "9223372036854775807" },
  { "d0 80", "-128" }, { "d1 80 00", "-32768" }, { "d2 80 00 00 00", "-2147483648" },
  { "d3 80 00 00 00 00 00 00 00", "-9223372036854775808" },
  { "cc 01", "1", "01" }, { "d3 ff ff ff ff ff ff ff ff", "-1", "ff" },
  { "cf ff ff ff ff ff ff ff ff", "1.8446744073709552e+19", "cb 43 f0 00 00 00 00 00 00" },
  { "ca 3f c0 00 00", "1.5", "cb 3f f8 00 00 00 00 00 00" },
  { "cb 3f b9 99 99 99 99 99 9a", "0.1" },
  { "cb 3f f0 00 00 00 00 00 00", "1", "01" },
  { "a0", "\"\"" }, { "a5 68 c3 a9 e2 82", NULL }, { "a2 68 69", "\"hi\"" },
  { "d9 02 68 69", "\"hi\"", "a2 68 69" }, { "da 00 01 78", "\"x\"", "a1 78" },
  { "db 00 00 00 01 78", "\"x\"", "a1 78" },
  { "c4 03 01 02 03", "\"AQID\"" }, { "c4 00", "\"\"" }, { "c5 00 01 ff", "\"/w==\"", "c4 01 ff" },
  { "c6 00 00 00 01 ff", "\"/w==\"", "c4 01 ff" },
  { "90", "[]" }, { "93 01 c0 a1 61", "[1,null,\"a\"]" }, { "dc 00 01 01", "[1]", "91 01" },
  { "dd 00 00 00 00", "[]", "90" },
  { "80", "{}" }, { "82 a1 7a 01 a1 61 02", "{\"z\":1,\"a\":2}" },
  { "82 01 c3 ff c2", "{\"1\":true,\"-1\":false}", "82 a1 31 c3 a2 2d 31 c2" },
  { "de 00 01 a1 61 90", "{\"a\":[]}", "81 a1 61 90" }, { "df 00 00 00 00", "{}", "80" },
  { "d6 ff 38 6d 43 80", "\"2000-01-01T00:00:00Z\"" },
  { "d7 ff 77 35 94 00 38 6d 43 80", "\"2000-01-01T00:00:00.500000Z\"" },
  { "c7 0c ff 3b 9a c6 18 ff ff ff ff ff ff ff ff", "\"1969-12-31T23:59:59.999999Z\"" },
  { "c7 0c ff 00 00 00 00 ff ff ff f1 88 6e 09 00", "\"0001-01-01T00:00:00Z\"" },
};

static void
test_values (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node = parse_hex (values[i].hex, &error);
      g_autoptr (GString) json = g_string_new (NULL);
      g_autofree char *written = NULL;

      if (values[i].json == NULL)
        {
          g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
          continue;
        }

      g_assert_no_error (error);
      g_assert_true (signalr_json_write (json, node, NULL));
      g_assert_cmpstr (json->str, ==, values[i].json);

      written = write_hex (node);
      g_assert_cmpstr (written, ==, values[i].written != NULL ? values[i].written : values[i].hex);
    }
}

static void
test_kinds (void)
{
  g_autoptr (JsonNode) bin = parse_hex ("c4 03 01 02 03", NULL);
  g_autoptr (JsonNode) text = parse_hex ("a4 41 51 49 44", NULL);
  g_autoptr (JsonNode) time = parse_hex ("d6 ff 38 6d 43 80", NULL);
  g_autoptr (JsonNode) nan = parse_hex ("cb 7f f8 00 00 00 00 00 00", NULL);
  g_autofree char *written = write_hex (nan);

  /* Bytes stay bytes, and text that looks like them stays text. */
  g_assert_nonnull (signalr_node_peek_bytes (bin));
  g_assert_null (signalr_node_peek_bytes (text));
  g_assert_nonnull (signalr_node_peek_timestamp (time));

  g_assert_true (isnan (json_node_get_double (nan)));
  g_assert_cmpstr (written, ==, "cb 7f f8 00 00 00 00 00 00");

  g_clear_pointer (&written, g_free);
  written = write_hex (NULL);
  g_assert_cmpstr (written, ==, "c0");
}

static void
test_refuse (void)
{
  static const char * const cases[] = {
    "", "c1", "91", "91 c1", "92 01", "81 a1 61", "81 a1 61 c1", "a1", "a2 61", "d9", "d9 05 61", "da 00",
    "db 00 00 00", "c4", "c4 02 01", "c5 ff", "c6 ff ff ff ff", "c7 00", "c7", "cc", "cd 00", "ce 00 00 00",
    "cf 00", "ca 00", "cb 00 00", "d0", "d4 ff", "d6 ff 00", "d8",
    "dc ff ff", "dd ff ff ff ff", "de ff ff", "df ff ff ff ff", "dd ff ff ff ff 00", "df 80 00 00 00 00 00",
    "01 02", "90 c0",                                       /* something behind */
    "a1 ff", "a2 c3 28", "a1 00", "81 a1 00 01", "81 a1 ff 01",
    "81 c0 01", "81 c3 01", "81 90 01", "81 c4 01 61 01", "81 cb 3f f0 00 00 00 00 00 00 01",
    "d4 01 00", "c7 00 ff", "d5 ff 00 00", "d8 ff 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00",
    "d7 ff ff ff ff ff 00 00 00 00",                        /* more than a second of nanoseconds */
    "c7 0c ff 00 00 00 00 7f ff ff ff ff ff ff ff", "c7 0c ff 00 00 00 00 80 00 00 00 00 00 00 00",
    "c7 0c ff 00 00 00 00 00 00 00 3a ff f4 41 80",         /* the year 10000 */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node = parse_hex (cases[i], &error);

      if (node != NULL)
        g_error ("not refused: %s", cases[i]);
      g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
    }
}

static void
test_depth (void)
{
  g_autofree guint8 *hostile = g_malloc (1000000);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = NULL;

  memset (hostile, 0x91, 1000000);
  g_assert_null (signalr_messagepack_parse (hostile, 1000000, &error));
  g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);

  hostile[MESSAGEPACK_MAX_DEPTH] = 0xc0;
  node = signalr_messagepack_parse (hostile, MESSAGEPACK_MAX_DEPTH + 1, NULL);
  g_assert_nonnull (node);

  hostile[MESSAGEPACK_MAX_DEPTH] = 0x91;
  hostile[MESSAGEPACK_MAX_DEPTH + 1] = 0xc0;
  g_assert_null (signalr_messagepack_parse (hostile, MESSAGEPACK_MAX_DEPTH + 2, NULL));

  /* Nor is more written. */
  {
    g_autoptr (JsonArray) array = json_array_new ();
    g_autoptr (JsonNode) deeper = NULL;
    g_autoptr (GByteArray) out = g_byte_array_new ();
    msgpack_packer packer;

    json_array_add_element (array, g_steal_pointer (&node));
    deeper = json_node_init_array (json_node_alloc (), array);
    msgpack_packer_init (&packer, out, append_cb);
    g_assert_false (signalr_messagepack_write (&packer, deeper, NULL));
  }
}

/* The records of the specification, with their length in front. */
static const struct {
  const char *hex;
  const char *json;            /* of the same record */
} records[] = {
  { "0d 96 01 80 a1 31 a3 41 64 64 92 28 02 90",
    "{\"type\":1,\"invocationId\":\"1\",\"target\":\"Add\",\"arguments\":[40,2]}" },
  { "0c 96 01 80 c0 a5 50 69 6e 67 32 90 90", "{\"type\":1,\"target\":\"Ping2\",\"arguments\":[]}" },
  { "0f 96 01 80 a1 32 a3 53 75 6d 90 92 a1 31 a1 33",
    "{\"type\":1,\"invocationId\":\"2\",\"target\":\"Sum\",\"arguments\":[],\"streamIds\":[\"1\",\"3\"]}" },
  { "06 94 02 80 a1 31 07", "{\"type\":2,\"invocationId\":\"1\",\"item\":7}" },
  { "0b 95 03 80 a1 31 01 a4 6f 6f 70 73", "{\"type\":3,\"invocationId\":\"1\",\"error\":\"oops\"}" },
  { "06 94 03 80 a1 31 02", "{\"type\":3,\"invocationId\":\"1\"}" },
  { "07 95 03 80 a1 31 03 2a", "{\"type\":3,\"invocationId\":\"1\",\"result\":42}" },
  { "07 95 03 80 a1 31 03 c0", "{\"type\":3,\"invocationId\":\"1\",\"result\":null}" },
  { "0f 96 04 80 a1 33 a5 43 6f 75 6e 74 92 03 0a 90",
    "{\"type\":4,\"invocationId\":\"3\",\"target\":\"Count\",\"arguments\":[3,10]}" },
  { "05 93 05 80 a1 33", "{\"type\":5,\"invocationId\":\"3\"}" },
  { "02 91 06", "{\"type\":6}" },
  { "04 93 07 c0 c2", "{\"type\":7}" },
  { "04 93 07 c0 c3", "{\"type\":7,\"allowReconnect\":true}" },
  { "06 93 07 a2 6e 6f c2", "{\"type\":7,\"error\":\"no\"}" },
  { "05 92 08 cd 01 2c", "{\"type\":8,\"sequenceId\":300}" },
  { "03 92 09 05", "{\"type\":9,\"sequenceId\":5}" },
};

static char *
record_to_json (const SignalrRecord *record)
{
  GString *out = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  signalr_record_json_encode (record, out, &error);
  g_assert_no_error (error);

  return g_string_free (out, FALSE);
}

static void
test_records (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (records); i++)
    {
      g_autoptr (SignalrRecordReader) reader = signalr_record_reader_new (SIGNALR_ENCODING_MESSAGEPACK, 32768);
      g_autoptr (GBytes) bytes = from_hex (records[i].hex);
      g_autoptr (GBytes) encoded = NULL;
      g_autoptr (SignalrRecord) record = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *json = NULL;

      g_assert_true (signalr_record_reader_push (reader, g_bytes_get_data (bytes, NULL),
                                                 g_bytes_get_size (bytes), NULL));
      record = signalr_record_reader_next (reader, &error);
      g_assert_no_error (error);
      json = record_to_json (record);
      g_assert_cmpstr (json, ==, records[i].json);

      encoded = signalr_record_encode (record, SIGNALR_ENCODING_MESSAGEPACK, &error);
      g_assert_no_error (error);
      g_assert_true (g_bytes_equal (encoded, bytes));
    }
}

/* What others write in other ways. */
static void
test_records_of_others (void)
{
  static const struct {
    const char *hex;
    const char *json;
  } cases[] = {
    { "95 01 80 a1 31 a3 41 64 64 92 28 02",
      "{\"type\":1,\"invocationId\":\"1\",\"target\":\"Add\",\"arguments\":[40,2]}" },
    { "96 01 81 a1 6b a1 76 a1 32 a3 53 75 6d 90 91 a1 31",
      "{\"type\":1,\"invocationId\":\"2\",\"target\":\"Sum\",\"arguments\":[],\"streamIds\":[\"1\"]}" },
    { "96 01 80 a0 a1 58 90 90", "{\"type\":1,\"target\":\"X\",\"arguments\":[]}" },
    { "97 01 80 c0 a1 58 90 90 c0", "{\"type\":1,\"target\":\"X\",\"arguments\":[]}" },
    { "92 07 c0", "{\"type\":7}" },
    { "92 06 c0", "{\"type\":6}" },
    { "93 cc 05 80 a1 33", "{\"type\":5,\"invocationId\":\"3\"}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = from_hex (cases[i].hex);
      g_autoptr (SignalrRecord) record = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *json = NULL;

      record = signalr_record_messagepack_decode (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error);
      g_assert_no_error (error);
      json = record_to_json (record);
      g_assert_cmpstr (json, ==, cases[i].json);
    }
}

static void
test_records_refuse (void)
{
  static const char * const cases[] = {
    "c0", "01", "80", "90", "91 c0", "91 a1 31", "91 cb 3f f0 00 00 00 00 00 00",
    "91 01", "92 01 80", "93 01 80 c0", "94 01 80 c0 a1 58",
    "95 01 c0 c0 a1 58 90",                                 /* headers nil */
    "95 01 90 c0 a1 58 90", "95 01 c4 00 c0 a1 58 90", "95 01 d6 ff 00 00 00 00 c0 a1 58 90",
    "95 01 81 a0 a1 76 c0 a1 58 90", "95 01 81 a1 6b a0 c0 a1 58 90", "95 01 81 a1 6b 01 c0 a1 58 90",
    "95 01 80 01 a1 58 90",                                 /* an id that is an integer */
    "95 01 80 c0 c0 90", "95 01 80 c0 01 90", "95 01 80 c0 a0 90", "95 01 80 c0 a1 58 c0", "95 01 80 c0 a1 58 80",
    "96 01 80 c0 a1 58 90 c0", "96 01 80 c0 a1 58 90 91 01", "96 01 80 c0 a1 58 90 91 c0",
    "93 02 80 a1 31", "94 02 80 c0 07", "94 02 80 a0 07",
    "93 03 80 a1 31", "94 03 80 a1 31 00", "94 03 80 a1 31 04", "94 03 80 a1 31 01", "95 03 80 a1 31 01 c0",
    "94 03 80 a1 31 03", "94 03 80 c0 02",
    "96 04 80 c0 a1 58 90 90", "93 05 80 c0", "92 05 80",
    "91 07", "92 07 01", "93 07 c0 c0", "93 07 c0 01",
    "91 08", "92 08 c0", "92 08 a1 31", "92 09 cf ff ff ff ff ff ff ff ff",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = from_hex (cases[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (SignalrRecord) record = NULL;

      record = signalr_record_messagepack_decode (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error);
      if (record != NULL || error == NULL)
        g_error ("not refused: %s", cases[i]);
      g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
    }
}

static GByteArray *
join_records (void)
{
  GByteArray *stream = g_byte_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (records); i++)
    {
      g_autoptr (GBytes) bytes = from_hex (records[i].hex);

      g_byte_array_append (stream, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    }

  return stream;
}

/* However the stream was cut in two, the same records come out. */
static void
test_every_split (void)
{
  g_autoptr (GByteArray) stream = join_records ();

  for (gsize cut = 0; cut <= stream->len; cut++)
    {
      g_autoptr (SignalrRecordReader) reader = signalr_record_reader_new (SIGNALR_ENCODING_MESSAGEPACK, 4096);
      g_autoptr (GError) error = NULL;
      SignalrRecord *record;
      guint n = 0;

      for (guint half = 0; half < 2; half++)
        {
          gsize start = half == 0 ? 0 : cut;
          gsize size = half == 0 ? cut : stream->len - cut;
          g_autofree guint8 *copy = g_memdup2 (stream->data + start, size);

          g_assert_true (signalr_record_reader_push (reader, copy, size, NULL));
          while ((record = signalr_record_reader_next (reader, &error)) != NULL)
            {
              g_autoptr (SignalrRecord) owned = record;
              g_autofree char *json = record_to_json (owned);

              g_assert_cmpstr (json, ==, records[n++].json);
            }
          g_assert_no_error (error);
        }

      g_assert_cmpuint (n, ==, G_N_ELEMENTS (records));
      g_assert_cmpuint (signalr_record_reader_get_pending (reader), ==, 0);
    }
}

/* Every body that is cut is refused, wherever it was cut. */
static void
test_cut (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (records); i++)
    {
      g_autoptr (GBytes) bytes = from_hex (records[i].hex);
      const guint8 *data = g_bytes_get_data (bytes, NULL);

      for (gsize size = 1; size < g_bytes_get_size (bytes); size++)
        {
          g_autofree guint8 *copy = g_memdup2 (data + 1, size - 1);
          g_autoptr (GError) error = NULL;

          g_assert_null (signalr_record_messagepack_decode (copy, size - 1, &error));
          g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
        }
    }
}

static void
test_lengths (void)
{
  static const struct {
    const char *hex;
    int         code;          /* -1: more is needed */
  } cases[] = {
    { "80", -1 }, { "ff ff ff", -1 }, { "01", -1 },
    { "00", SIGNALR_ERROR_PROTOCOL }, { "80 00", SIGNALR_ERROR_PROTOCOL },
    { "80 80 80 80 80", SIGNALR_ERROR_PROTOCOL },
    { "ff ff ff ff 08", SIGNALR_ERROR_TOO_LARGE }, { "ff ff ff ff 07", SIGNALR_ERROR_TOO_LARGE },
    { "80 80 01", SIGNALR_ERROR_TOO_LARGE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SignalrRecordReader) reader = signalr_record_reader_new (SIGNALR_ENCODING_MESSAGEPACK, 16000);
      g_autoptr (GBytes) bytes = from_hex (cases[i].hex);
      g_autoptr (GError) error = NULL, again = NULL;

      signalr_record_reader_push (reader, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error);
      g_assert_null (signalr_record_reader_next (reader, &again));
      if (cases[i].code >= 0)
        {
          g_assert_error (error, SIGNALR_ERROR, cases[i].code);
          g_assert_error (again, SIGNALR_ERROR, cases[i].code);
        }
      else
        {
          g_assert_no_error (error);
          g_assert_no_error (again);
        }
    }
}

/* Lengths of one, two and three groups, and one that is longer than it must be. */
static void
test_long_records (void)
{
  static const gsize sizes[] = { 1, 100, 127, 128, 300, 16383, 16384, 100000 };
  g_autoptr (SignalrRecordReader) reader = signalr_record_reader_new (SIGNALR_ENCODING_MESSAGEPACK, 0);
  g_autoptr (SignalrRecord) ping = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (SignalrRecord) record = signalr_record_new (SIGNALR_RECORD_STREAM_ITEM);
      g_autoptr (SignalrRecord) again = NULL;
      g_autoptr (GBytes) encoded = NULL;
      g_autofree char *text = g_strnfill (sizes[i], 'x');

      record->invocation_id = g_strdup ("1");
      record->item = json_node_init_string (json_node_alloc (), text);
      encoded = signalr_record_encode (record, SIGNALR_ENCODING_MESSAGEPACK, NULL);
      g_assert_true (signalr_record_reader_push (reader, g_bytes_get_data (encoded, NULL),
                                                 g_bytes_get_size (encoded), NULL));
      again = signalr_record_reader_next (reader, NULL);
      g_assert_cmpstr (json_node_get_string (again->item), ==, text);
    }

  g_assert_true (signalr_record_reader_push (reader, (const guint8 *) "\x82\x80\x00\x91\x06", 5, NULL));
  ping = signalr_record_reader_next (reader, NULL);
  g_assert_cmpint (ping->type, ==, SIGNALR_RECORD_PING);
}

/* A record of an unknown type is skipped, a bad one lost alone. */
static void
test_unknown_and_bad (void)
{
  static const guint8 stream[] = { 0x02, 0x91, 0x0a, 0x04, 0x91, 0xcd, 0x01, 0x00, 0x01, 0xc0, 0x02, 0x91, 0x06 };
  g_autoptr (SignalrRecordReader) reader = signalr_record_reader_new (SIGNALR_ENCODING_MESSAGEPACK, 0);
  g_autoptr (SignalrRecord) record = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (signalr_record_reader_push (reader, stream, sizeof stream, NULL));
  g_assert_null (signalr_record_reader_next (reader, &error));
  g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
  record = signalr_record_reader_next (reader, NULL);
  g_assert_cmpint (record->type, ==, SIGNALR_RECORD_PING);
}

/* The handshake is JSON; what follows in the same bytes is not. */
static void
test_handshake (void)
{
  static const char stream[] = "{}\x1e\x02\x91\x06";
  g_autoptr (SignalrRecordReader) client = signalr_record_reader_new (SIGNALR_ENCODING_MESSAGEPACK, 32768);
  g_autoptr (SignalrRecordReader) server = signalr_record_reader_new (SIGNALR_ENCODING_JSON, 32768);
  SignalrRecordReader *readers[] = { client, server };

  for (guint i = 0; i < G_N_ELEMENTS (readers); i++)
    {
      g_autoptr (GBytes) handshake = NULL;
      g_autoptr (SignalrRecord) record = NULL;

      g_assert_true (signalr_record_reader_push (readers[i], (const guint8 *) stream, strlen (stream), NULL));
      handshake = signalr_record_reader_next_raw (readers[i]);
      g_assert_true (signalr_handshake_response_decode (handshake, NULL));
      signalr_record_reader_set_encoding (readers[i], SIGNALR_ENCODING_MESSAGEPACK);
      record = signalr_record_reader_next (readers[i], NULL);
      g_assert_cmpint (record->type, ==, SIGNALR_RECORD_PING);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/protocol/messagepack/values", test_values);
  g_test_add_func ("/protocol/messagepack/kinds", test_kinds);
  g_test_add_func ("/protocol/messagepack/refuse", test_refuse);
  g_test_add_func ("/protocol/messagepack/depth", test_depth);
  g_test_add_func ("/protocol/messagepack/records", test_records);
  g_test_add_func ("/protocol/messagepack/records-of-others", test_records_of_others);
  g_test_add_func ("/protocol/messagepack/records-refuse", test_records_refuse);
  g_test_add_func ("/protocol/messagepack/every-split", test_every_split);
  g_test_add_func ("/protocol/messagepack/cut", test_cut);
  g_test_add_func ("/protocol/messagepack/lengths", test_lengths);
  g_test_add_func ("/protocol/messagepack/long-records", test_long_records);
  g_test_add_func ("/protocol/messagepack/unknown-and-bad", test_unknown_and_bad);
  g_test_add_func ("/protocol/messagepack/handshake", test_handshake);

  return g_test_run ();
}
