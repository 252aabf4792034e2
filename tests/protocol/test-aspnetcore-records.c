/* test-aspnetcore-records.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-config.h"

#include <math.h>

#include "protocol/aspnetcore-codec-private.h"
#include "protocol/json-write-private.h"

#define RS "\x1e"

/* A record in words that a test can compare. */
static char *
describe (const SignalrRecord *record)
{
  g_autofree char *ids = record->stream_ids != NULL ? g_strjoinv (",", record->stream_ids) : NULL;
  g_autoptr (GString) arguments = g_string_new (NULL);
  g_autoptr (GString) item = g_string_new (NULL);

  if (record->arguments != NULL)
    g_assert_true (signalr_json_write (arguments, record->arguments, NULL));
  if (record->item != NULL)
    g_assert_true (signalr_json_write (item, record->item, NULL));

  return g_strdup_printf ("%d id=%s target=%s args=%s item=%s%s error=%s%s seq=%" G_GINT64_FORMAT " ids=%s",
                          record->type,
                          record->invocation_id != NULL ? record->invocation_id : "",
                          record->target != NULL ? record->target : "",
                          arguments->str, item->str, record->has_result ? "!" : "",
                          record->error != NULL ? record->error : "",
                          record->allow_reconnect ? " again" : "",
                          record->sequence_id, ids != NULL ? ids : "");
}

/* Records as the official server writes them, which are also what ours are. */
static const struct {
  const char *text;
  const char *meaning;
} records[] = {
  { "{\"type\":1,\"target\":\"Receive\",\"arguments\":[\"bob\",{\"text\":\"hi\"}]}",
    "1 id= target=Receive args=[\"bob\",{\"text\":\"hi\"}] item= error= seq=0 ids=" },
  { "{\"type\":1,\"invocationId\":\"s1\",\"target\":\"ask\",\"arguments\":[]}",
    "1 id=s1 target=ask args=[] item= error= seq=0 ids=" },
  { "{\"type\":1,\"invocationId\":\"1\",\"target\":\"Sum\",\"arguments\":[],\"streamIds\":[\"2\",\"3\"]}",
    "1 id=1 target=Sum args=[] item= error= seq=0 ids=2,3" },
  { "{\"type\":2,\"invocationId\":\"1\",\"item\":0}", "2 id=1 target= args= item=0 error= seq=0 ids=" },
  { "{\"type\":2,\"invocationId\":\"1\",\"item\":null}", "2 id=1 target= args= item=null error= seq=0 ids=" },
  { "{\"type\":3,\"invocationId\":\"1\",\"result\":42}", "3 id=1 target= args= item=42! error= seq=0 ids=" },
  { "{\"type\":3,\"invocationId\":\"1\",\"result\":null}", "3 id=1 target= args= item=null! error= seq=0 ids=" },
  { "{\"type\":3,\"invocationId\":\"1\"}", "3 id=1 target= args= item= error= seq=0 ids=" },
  { "{\"type\":3,\"invocationId\":\"1\",\"error\":\"no \\\"way\\\"\"}",
    "3 id=1 target= args= item= error=no \"way\" seq=0 ids=" },
  { "{\"type\":4,\"invocationId\":\"3\",\"target\":\"Count\",\"arguments\":[3,10]}",
    "4 id=3 target=Count args=[3,10] item= error= seq=0 ids=" },
  { "{\"type\":5,\"invocationId\":\"3\"}", "5 id=3 target= args= item= error= seq=0 ids=" },
  { "{\"type\":6}", "6 id= target= args= item= error= seq=0 ids=" },
  { "{\"type\":7}", "7 id= target= args= item= error= seq=0 ids=" },
  { "{\"type\":7,\"allowReconnect\":true}", "7 id= target= args= item= error= again seq=0 ids=" },
  { "{\"type\":7,\"error\":\"Connection closed with an error.\",\"allowReconnect\":true}",
    "7 id= target= args= item= error=Connection closed with an error. again seq=0 ids=" },
  { "{\"type\":8,\"sequenceId\":1394}", "8 id= target= args= item= error= seq=1394 ids=" },
  { "{\"type\":9,\"sequenceId\":9223372036854775807}",
    "9 id= target= args= item= error= seq=9223372036854775807 ids=" },
};

static SignalrRecord *
decode (const char  *text,
        GError     **error)
{
  return signalr_record_json_decode (text, strlen (text), error);
}

static void
test_both_ways (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (records); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SignalrRecord) record = decode (records[i].text, &error);
      g_autoptr (GBytes) bytes = NULL;
      g_autofree char *meaning = NULL, *framed = g_strconcat (records[i].text, RS, NULL);

      g_assert_no_error (error);
      meaning = describe (record);
      g_assert_cmpstr (meaning, ==, records[i].meaning);

      bytes = signalr_record_encode (record, SIGNALR_ENCODING_JSON, &error);
      g_assert_no_error (error);
      g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), framed, strlen (framed));
    }
}

/* Others write other orders, spaces, headers and what a later version brings. */
static void
test_read_others (void)
{
  static const struct {
    const char *text;
    const char *meaning;
  } cases[] = {
    { "{\"target\":\"Add\",\"arguments\":[40,2],\"invocationId\":\"0\",\"type\":1}",
      "1 id=0 target=Add args=[40,2] item= error= seq=0 ids=" },
    { " { \"arguments\" : [ ] , \"type\" : 1 , \"target\" : \"X\" } ",
      "1 id= target=X args=[] item= error= seq=0 ids=" },
    { "{\"type\":1,\"headers\":{\"traceparent\":\"00-01\"},\"invocationId\":\"\",\"target\":\"X\","
      "\"arguments\":[],\"streamIds\":[],\"later\":{\"a\":null}}",
      "1 id= target=X args=[] item= error= seq=0 ids=" },
    { "{\"type\":6,\"target\":7,\"type\":6}", "6 id= target= args= item= error= seq=0 ids=" },
    { "{\"type\":7,\"allowReconnect\":false,\"error\":\"\"}", "7 id= target= args= item= error= seq=0 ids=" },
    { "{\"item\":[null],\"invocationId\":\"1\",\"type\":2}", "2 id=1 target= args= item=[null] error= seq=0 ids=" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SignalrRecord) record = decode (cases[i].text, &error);
      g_autofree char *meaning = NULL;

      g_assert_no_error (error);
      meaning = describe (record);
      g_assert_cmpstr (meaning, ==, cases[i].meaning);
    }
}

static void
test_refuse (void)
{
  static const char * const cases[] = {
    "", " ", "null", "[]", "1", "{", "{}", "{\"type\":null}", "{\"type\":\"1\"}", "{\"type\":1.0}",
    "{\"type\":1,\"target\":\"X\"}",
    "{\"type\":1,\"target\":\"X\",\"arguments\":null}",
    "{\"type\":1,\"target\":\"X\",\"arguments\":{}}",
    "{\"type\":1,\"arguments\":[]}",
    "{\"type\":1,\"target\":null,\"arguments\":[]}",
    "{\"type\":1,\"target\":7,\"arguments\":[]}",
    "{\"type\":1,\"invocationId\":null,\"target\":\"X\",\"arguments\":[]}",
    "{\"type\":1,\"invocationId\":1,\"target\":\"X\",\"arguments\":[]}",
    "{\"type\":1,\"target\":\"X\",\"arguments\":[],\"streamIds\":null}",
    "{\"type\":1,\"target\":\"X\",\"arguments\":[],\"streamIds\":\"1\"}",
    "{\"type\":1,\"target\":\"X\",\"arguments\":[],\"streamIds\":[null]}",
    "{\"type\":1,\"target\":\"X\",\"arguments\":[],\"headers\":null}",
    "{\"type\":1,\"target\":\"X\",\"arguments\":[],\"headers\":[]}",
    "{\"type\":1,\"target\":\"X\",\"arguments\":[],\"headers\":{\"a\":1}}",
    "{\"type\":1,\"target\":\"X\",\"arguments\":[1e999]}",
    "{\"type\":2,\"invocationId\":\"1\"}",
    "{\"type\":2,\"item\":1}",
    "{\"type\":2,\"invocationId\":\"\",\"item\":1}",
    "{\"type\":3}",
    "{\"type\":3,\"invocationId\":\"1\",\"error\":null}",
    "{\"type\":3,\"invocationId\":\"1\",\"error\":7}",
    "{\"type\":3,\"invocationId\":\"1\",\"error\":\"x\",\"result\":1}",
    "{\"type\":4,\"target\":\"X\",\"arguments\":[]}",
    "{\"type\":4,\"invocationId\":\"\",\"target\":\"X\",\"arguments\":[]}",
    "{\"type\":5}",
    "{\"type\":7,\"error\":null}",
    "{\"type\":7,\"allowReconnect\":null}",
    "{\"type\":7,\"allowReconnect\":1}",
    "{\"type\":8}", "{\"type\":8,\"sequenceId\":null}", "{\"type\":8,\"sequenceId\":\"1\"}",
    "{\"type\":9,\"sequenceId\":1.5}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SignalrRecord) record = decode (cases[i], &error);

      if (record != NULL || error == NULL)
        g_error ("not refused: %s", cases[i]);
      g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
    }
}

/* What no peer would take is not written. */
static void
test_refuse_to_write (void)
{
  static const SignalrRecord cases[] = {
    { .type = SIGNALR_RECORD_INVOCATION },
    { .type = SIGNALR_RECORD_INVOCATION, .target = (char *) "" },
    { .type = SIGNALR_RECORD_STREAM_INVOCATION, .target = (char *) "X" },
    { .type = SIGNALR_RECORD_STREAM_ITEM },
    { .type = SIGNALR_RECORD_COMPLETION, .invocation_id = (char *) "" },
    { .type = SIGNALR_RECORD_COMPLETION, .invocation_id = (char *) "1", .error = (char *) "x", .has_result = TRUE },
    { .type = SIGNALR_RECORD_CANCEL_INVOCATION },
  };
  g_autoptr (SignalrRecord) endless = signalr_record_new (SIGNALR_RECORD_STREAM_ITEM);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) local_error = NULL;

      g_assert_null (signalr_record_encode (&cases[i], SIGNALR_ENCODING_JSON, &local_error));
      g_assert_error (local_error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
    }

  endless->invocation_id = g_strdup ("1");
  endless->item = json_node_init_double (json_node_alloc (), INFINITY);
  g_assert_null (signalr_record_encode (endless, SIGNALR_ENCODING_JSON, &error));
  g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
}

static void
push (SignalrRecordReader *reader,
      const char          *text,
      gsize                length)
{
  /* Exactly as large as it is, so that reading too far is seen. */
  g_autofree guint8 *copy = g_memdup2 (text, length);
  g_autoptr (GError) error = NULL;

  signalr_record_reader_push (reader, copy, length, &error);
  g_assert_no_error (error);
}

static guint
count (SignalrRecordReader *reader)
{
  g_autoptr (GError) error = NULL;
  SignalrRecord *record;
  guint n = 0;

  while ((record = signalr_record_reader_next (reader, &error)) != NULL)
    {
      g_autoptr (SignalrRecord) owned = record;
      g_autofree char *meaning = describe (owned);

      g_assert_cmpstr (meaning, ==, records[n % G_N_ELEMENTS (records)].meaning);
      n++;
    }
  g_assert_no_error (error);

  return n;
}

static char *
join_records (void)
{
  GString *stream = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (records); i++)
    g_string_append_printf (stream, "%s" RS, records[i].text);

  return g_string_free (stream, FALSE);
}

/* However the stream was cut in two, the same records come out. */
static void
test_every_split (void)
{
  g_autofree char *stream = join_records ();
  gsize length = strlen (stream);

  for (gsize cut = 0; cut <= length; cut++)
    {
      g_autoptr (SignalrRecordReader) reader = signalr_record_reader_new (SIGNALR_ENCODING_JSON, 4096);

      push (reader, stream, cut);
      push (reader, stream + cut, length - cut);
      g_assert_cmpuint (count (reader), ==, G_N_ELEMENTS (records));
      g_assert_cmpuint (signalr_record_reader_get_pending (reader), ==, 0);
    }
}

static void
test_byte_by_byte (void)
{
  g_autofree char *stream = join_records ();
  g_autoptr (SignalrRecordReader) reader = signalr_record_reader_new (SIGNALR_ENCODING_JSON, 4096);
  guint n = 0;

  for (gsize at = 0; stream[at] != '\0'; at++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SignalrRecord) record = NULL;

      push (reader, stream + at, 1);
      record = signalr_record_reader_next (reader, &error);
      g_assert_no_error (error);
      g_assert_cmpint (record != NULL, ==, stream[at] == *RS);
      n += record != NULL;
    }

  g_assert_cmpuint (n, ==, G_N_ELEMENTS (records));
}

static void
test_unknown_types (void)
{
  static const char stream[] =
    "{\"type\":10}" RS "{\"type\":0}" RS "{\"type\":2147483648,\n\"x\":[]}" RS "{\"type\":-1}" RS "{\"type\":6}" RS;
  g_autoptr (SignalrRecordReader) reader = signalr_record_reader_new (SIGNALR_ENCODING_JSON, 0);
  g_autoptr (SignalrRecord) record = NULL;

  push (reader, stream, strlen (stream));
  record = signalr_record_reader_next (reader, NULL);
  g_assert_cmpint (record->type, ==, SIGNALR_RECORD_PING);
  g_assert_null (signalr_record_reader_next (reader, NULL));
}

/* One bad record does not lose the next one. */
static void
test_bad_record (void)
{
  static const char stream[] = "{\"type\":1}" RS RS "{\"type\":6}" RS;
  g_autoptr (SignalrRecordReader) reader = signalr_record_reader_new (SIGNALR_ENCODING_JSON, 0);
  g_autoptr (SignalrRecord) record = NULL;

  push (reader, stream, strlen (stream));
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (signalr_record_reader_next (reader, &error));
      g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
    }

  record = signalr_record_reader_next (reader, NULL);
  g_assert_cmpint (record->type, ==, SIGNALR_RECORD_PING);
}

static void
test_too_large (void)
{
  static const char ping[] = "{\"type\":6}" RS;
  g_autofree guint8 *endless = g_malloc0 (12);

  /* A record of exactly the size passes, with its RS. */
  {
    g_autoptr (SignalrRecordReader) reader = signalr_record_reader_new (SIGNALR_ENCODING_JSON, strlen (ping));
    g_autoptr (SignalrRecord) record = NULL;

    push (reader, ping, strlen (ping));
    record = signalr_record_reader_next (reader, NULL);
    g_assert_nonnull (record);
  }

  /* One byte less, and it is known before the RS has come. */
  {
    g_autoptr (SignalrRecordReader) reader = signalr_record_reader_new (SIGNALR_ENCODING_JSON, strlen (ping) - 1);
    g_autoptr (GError) error = NULL, again = NULL, next = NULL;

    g_assert_false (signalr_record_reader_push (reader, (const guint8 *) ping, strlen (ping) - 1, &error));
    g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_TOO_LARGE);
    g_assert_false (signalr_record_reader_push (reader, (const guint8 *) RS, 1, &again));
    g_assert_error (again, SIGNALR_ERROR, SIGNALR_ERROR_TOO_LARGE);
    g_assert_null (signalr_record_reader_next (reader, &next));
    g_assert_error (next, SIGNALR_ERROR, SIGNALR_ERROR_TOO_LARGE);
  }

  /* What was whole before the one that is too large is still there. */
  {
    g_autoptr (SignalrRecordReader) reader = signalr_record_reader_new (SIGNALR_ENCODING_JSON, strlen (ping));
    g_autoptr (SignalrRecord) record = NULL;
    g_autoptr (GError) error = NULL;

    push (reader, ping, strlen (ping));
    push (reader, (const char *) endless, 12);
    record = signalr_record_reader_next (reader, NULL);
    g_assert_nonnull (record);
    g_assert_null (signalr_record_reader_next (reader, &error));
    g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_TOO_LARGE);
  }
}

static void
test_handshake_request (void)
{
  static const struct {
    const char      *text;
    SignalrEncoding  encoding;
    guint            version;
  } cases[] = {
    { "{\"protocol\":\"json\",\"version\":1}", SIGNALR_ENCODING_JSON, 1 },
    { "{\"protocol\":\"messagepack\",\"version\":1}", SIGNALR_ENCODING_MESSAGEPACK, 1 },
    { "{\"version\":2,\"protocol\":\"JSON\",\"more\":null}", SIGNALR_ENCODING_JSON, 2 },
    { "{\"protocol\":\"json\",\"version\":0}", SIGNALR_ENCODING_JSON, 0 },
    { "{\"protocol\":\"json\",\"version\":-1}", SIGNALR_ENCODING_JSON, 0 },
  };
  g_autoptr (GBytes) json = signalr_handshake_request_encode (SIGNALR_ENCODING_JSON, 1);
  g_autoptr (GBytes) messagepack = signalr_handshake_request_encode (SIGNALR_ENCODING_MESSAGEPACK, 2);

  g_assert_cmpmem (g_bytes_get_data (json, NULL), g_bytes_get_size (json),
                   "{\"protocol\":\"json\",\"version\":1}" RS, 32);
  g_assert_cmpmem (g_bytes_get_data (messagepack, NULL), g_bytes_get_size (messagepack),
                   "{\"protocol\":\"messagepack\",\"version\":2}" RS, 39);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) record = g_bytes_new (cases[i].text, strlen (cases[i].text));
      g_autoptr (GError) error = NULL;
      SignalrEncoding encoding;
      guint version;

      signalr_handshake_request_decode (record, 2, &encoding, &version, &error);
      g_assert_no_error (error);
      g_assert_cmpint (encoding, ==, cases[i].encoding);
      g_assert_cmpuint (version, ==, cases[i].version);
    }
}

static void
test_handshake_request_refused (void)
{
  static const struct {
    const char *text;
    const char *answer;        /* NULL: it is no handshake */
  } cases[] = {
    { "{\"protocol\":\"foo\",\"version\":1}", "The protocol 'foo' is not supported." },
    { "{\"protocol\":\"json\",\"version\":3}", "The server does not support version 3 of the 'json' protocol." },
    { "{\"protocol\":\"messagepack\",\"version\":2147483647}",
      "The server does not support version 2147483647 of the 'messagepack' protocol." },
    { "{\"protocol\":\"json\"}" }, { "{\"version\":1}" }, { "{\"protocol\":1,\"version\":1}" },
    { "{\"protocol\":\"json\",\"version\":\"1\"}" }, { "{\"protocol\":\"json\",\"version\":1.0}" },
    { "[]" }, { "" }, { "{\"type\":6}" }, { "GET / HTTP/1.1" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) record = g_bytes_new (cases[i].text, strlen (cases[i].text));
      g_autoptr (GError) error = NULL;
      SignalrEncoding encoding;
      guint version;

      g_assert_false (signalr_handshake_request_decode (record, 2, &encoding, &version, &error));
      g_assert_error (error, SIGNALR_ERROR,
                      (cases[i].answer != NULL ? SIGNALR_ERROR_PROTOCOL : SIGNALR_ERROR_INVALID_DATA));
      if (cases[i].answer != NULL)
        g_assert_cmpstr (error->message, ==, cases[i].answer);
    }
}

static void
test_handshake_response (void)
{
  static const struct {
    const char *text;
    int         code;          /* -1: accepted */
  } cases[] = {
    { "{}", -1 }, { "{\"more\":1}", -1 }, { "{\"error\":null}", -1 },
    { "{\"error\":\"The protocol 'foo' is not supported.\"}", SIGNALR_ERROR_PROTOCOL },
    { "{\"type\":6}", SIGNALR_ERROR_PROTOCOL },
    { "{\"type\":7,\"error\":\"x\"}", SIGNALR_ERROR_PROTOCOL },
    { "{\"error\":7}", SIGNALR_ERROR_INVALID_DATA }, { "[]", SIGNALR_ERROR_INVALID_DATA },
    { "", SIGNALR_ERROR_INVALID_DATA }, { "<html>", SIGNALR_ERROR_INVALID_DATA },
  };
  g_autoptr (GBytes) good = signalr_handshake_response_encode (NULL);
  g_autoptr (GBytes) bad = signalr_handshake_response_encode ("no \"way\"");

  g_assert_cmpmem (g_bytes_get_data (good, NULL), g_bytes_get_size (good), "{}" RS, 3);
  g_assert_cmpmem (g_bytes_get_data (bad, NULL), g_bytes_get_size (bad),
                   "{\"error\":\"no \\\"way\\\"\"}" RS, 23);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) record = g_bytes_new (cases[i].text, strlen (cases[i].text));
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (signalr_handshake_response_decode (record, &error), ==, cases[i].code < 0);
      if (cases[i].code >= 0)
        g_assert_error (error, SIGNALR_ERROR, cases[i].code);
    }
}

/* Records may follow the handshake at once, and are kept. */
static void
test_handshake_then_records (void)
{
  static const char stream[] = "{}" RS "{\"type\":6}" RS;
  g_autoptr (SignalrRecordReader) reader = signalr_record_reader_new (SIGNALR_ENCODING_JSON, 32768);
  g_autoptr (GBytes) handshake = NULL;
  g_autoptr (SignalrRecord) record = NULL;

  g_assert_null (signalr_record_reader_next_raw (reader));
  push (reader, stream, 2);
  g_assert_null (signalr_record_reader_next_raw (reader));
  push (reader, stream + 2, strlen (stream) - 2);

  handshake = signalr_record_reader_next_raw (reader);
  g_assert_true (signalr_handshake_response_decode (handshake, NULL));
  record = signalr_record_reader_next (reader, NULL);
  g_assert_cmpint (record->type, ==, SIGNALR_RECORD_PING);
}

/* A library without MessagePack says so. */
static void
test_without_messagepack (void)
{
  g_autoptr (SignalrRecordReader) reader = signalr_record_reader_new (SIGNALR_ENCODING_MESSAGEPACK, 32768);
  g_autoptr (SignalrRecord) ping = signalr_record_new (SIGNALR_RECORD_PING);
  g_autoptr (GError) write_error = NULL, read_error = NULL;

  if (SIGNALR_HAVE_MSGPACK)
    {
      g_test_skip ("built with MessagePack");
      return;
    }

  g_assert_null (signalr_record_encode (ping, SIGNALR_ENCODING_MESSAGEPACK, &write_error));
  g_assert_error (write_error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
  g_assert_true (signalr_record_reader_push (reader, (const guint8 *) "\x02\x91\x06", 3, NULL));
  g_assert_null (signalr_record_reader_next (reader, &read_error));
  g_assert_error (read_error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
}

/* A record of which only values cannot be held. */
static void
test_mend (void)
{
  static const struct {
    SignalrEncoding  encoding;
    const char      *bytes;
    gsize            length;
    const char      *meaning;    /* NULL: there is more wrong */
  } cases[] = {
#define JSON(text) SIGNALR_ENCODING_JSON, text "\x1e", sizeof text
    { JSON ("{\"type\":1,\"target\":\"X\",\"arguments\":[1e999,\"\\u0000\",\"\\ud83d\\ude00\",\"\\ude00\",-0.5e1]}"),
      "1 id= target=X args=[0,\"�\",\"😀\",\"�\",-5] item= error= seq=0 ids=" },
    { JSON ("{\"type\":2,\"invocationId\":\"1\",\"item\":1e999}"), "2 id=1 target= args= item=0 error= seq=0 ids=" },
    { JSON ("{\"type\":1,\"target\":7,\"arguments\":[1e999]}"), NULL },
    { JSON ("{\"type\":1,\"target\":\"X\",\"arguments\":[1e999,01]}"), NULL },
    { JSON ("{\"type\":1,\"target\":\"X\",\"arguments\":[\"\\u00"), NULL },
    { JSON ("{\"type\":1,\"target\":\"\\"), NULL },
#undef JSON
#if SIGNALR_HAVE_MSGPACK
#define PACK(text) SIGNALR_ENCODING_MESSAGEPACK, text, sizeof text - 1
    { PACK ("\x0d\x96\x01\x80\xa1" "7" "\xa1" "X" "\x91\xa3" "a\x00\xff" "\x90"), "1 id=7 target=X args=[\"a??\"] item= error= seq=0 ids=" },
    { PACK ("\x0b\x96\x01\x80\xc0\xa1" "X" "\x91\xd4\x05\x01\x90"), "1 id= target=X args=[null] item= error= seq=0 ids=" },
    { PACK ("\x0c\x96\x01\x80\xc0\xa1" "X" "\x92\xa0\xd4\x05\x01\x90"), "1 id= target=X args=[\"\",null] item= error= seq=0 ids=" },
    { PACK ("\x09\x96\x01\x80\xc0\x07\x91\xa1\x00\x90"), NULL },
#undef PACK
#endif
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SignalrRecordReader) reader = signalr_record_reader_new (cases[i].encoding, 0);
      g_autoptr (SignalrRecord) mended = NULL;
      g_autofree char *meaning = NULL;
      g_autoptr (GError) error = NULL;

      g_assert_true (signalr_record_reader_push (reader, (const guint8 *) cases[i].bytes, cases[i].length, NULL));
      g_assert_null (signalr_record_reader_next (reader, &error));
      g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
      mended = signalr_record_reader_mend (reader);
      if (mended != NULL)
        meaning = describe (mended);
      g_assert_cmpstr (meaning, ==, cases[i].meaning);
      g_assert_true (mended == NULL || mended->mended);
    }
}

/* Of a record that is no good, its type and its id. */
static void
test_salvage (void)
{
  static const struct {
    SignalrEncoding   encoding;
    const char       *bytes;
    gsize             length;
    SignalrRecordType type;      /* 0: it is no record */
    const char       *id;
  } cases[] = {
#define JSON(text) SIGNALR_ENCODING_JSON, text "\x1e", sizeof text
    { JSON ("{\"type\":3,\"invocationId\":\"7\",\"result\":1e999}"), 3, "7" },
    { JSON (" { \"result\" : [{\"type\":9,\"invocationId\":\"no\"}, 1e999] , \"invocationId\" : \"7\" , \"type\" : 3 } "), 3, "7" },
    { JSON ("{\"target\":\"type\",\"arguments\":[\"\\\"type\\\":7\",\"\\u0000\"],\"type\":1}"), 1, NULL },
    { JSON ("{\"type\":1,\"invocationId\":\"\\u0041\",\"target\":3}"), 1, NULL },
    { JSON ("{\"type\":12,\"result\":1e999}"), 0, NULL },
    { JSON ("{\"result\":1e999}"), 0, NULL },
    { JSON ("{\"type\":1"), 0, NULL },
    { JSON ("{\"type\":3,\"invocationId\":\""), 0, NULL },
    { JSON ("{\"type\":3,\"invocationId\":\"x"), 0, NULL },
    { JSON ("{\"type\":3,\"invocationId\":"), 0, NULL },
    { JSON ("{\"type\":1}}"), 0, NULL },
    { JSON ("<html>"), 0, NULL },
    { JSON ("[1e999]"), 0, NULL },
    { JSON ("\"unfinished"), 0, NULL },
#undef JSON
#if SIGNALR_HAVE_MSGPACK
#define PACK(text) SIGNALR_ENCODING_MESSAGEPACK, text, sizeof text - 1
    { PACK ("\x09\x95\x03\x80\xa1" "7" "\x03\xa2\x00\x00"), 3, "7" },
    { PACK ("\x0a\x95\x03\x80\xd9\x01" "7" "\x03\xa2\xff\xff"), 3, "7" },
    { PACK ("\x0a\x96\x01\x80\xc0\xa1" "m" "\x91\xa1\x00\x90"), 1, NULL },
    { PACK ("\x03\x92\x01\x80"), 0, NULL },
    { PACK ("\x02\xa1" "x"), 0, NULL },
#undef PACK
#endif
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SignalrRecordReader) reader = signalr_record_reader_new (cases[i].encoding, 0);
      g_autoptr (SignalrRecord) record = NULL;
      g_autoptr (SignalrRecord) salvaged = NULL;
      g_autoptr (GError) error = NULL;

      g_assert_true (signalr_record_reader_push (reader, (const guint8 *) cases[i].bytes,
                                                 cases[i].length, NULL));
      record = signalr_record_reader_next (reader, &error);
      g_assert_null (record);
      g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
      salvaged = signalr_record_reader_salvage (reader);
      g_assert_cmpint (salvaged != NULL ? salvaged->type : 0, ==, cases[i].type);
      g_assert_cmpstr (salvaged != NULL ? salvaged->invocation_id : NULL, ==, cases[i].id);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/protocol/aspnetcore/records/both-ways", test_both_ways);
  g_test_add_func ("/protocol/aspnetcore/records/read-others", test_read_others);
  g_test_add_func ("/protocol/aspnetcore/records/refuse", test_refuse);
  g_test_add_func ("/protocol/aspnetcore/records/refuse-to-write", test_refuse_to_write);
  g_test_add_func ("/protocol/aspnetcore/reader/every-split", test_every_split);
  g_test_add_func ("/protocol/aspnetcore/reader/byte-by-byte", test_byte_by_byte);
  g_test_add_func ("/protocol/aspnetcore/reader/unknown-types", test_unknown_types);
  g_test_add_func ("/protocol/aspnetcore/reader/bad-record", test_bad_record);
  g_test_add_func ("/protocol/aspnetcore/reader/too-large", test_too_large);
  g_test_add_func ("/protocol/aspnetcore/handshake/request", test_handshake_request);
  g_test_add_func ("/protocol/aspnetcore/handshake/request-refused", test_handshake_request_refused);
  g_test_add_func ("/protocol/aspnetcore/handshake/response", test_handshake_response);
  g_test_add_func ("/protocol/aspnetcore/handshake/then-records", test_handshake_then_records);
  g_test_add_func ("/protocol/aspnetcore/without-messagepack", test_without_messagepack);
  g_test_add_func ("/protocol/aspnetcore/mend", test_mend);
  g_test_add_func ("/protocol/aspnetcore/salvage", test_salvage);

  return g_test_run ();
}
