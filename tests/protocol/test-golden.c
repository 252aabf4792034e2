/* test-golden.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Everything that the official programs put on the wire in the transcripts of
 * tests/golden is understood, and what their servers wrote, ours writes alike.
 */

#include "protocol/aspnet-envelope-private.h"
#include "protocol/aspnet-negotiate-private.h"
#include "protocol/aspnetcore-codec-private.h"
#include "protocol/aspnetcore-negotiate-private.h"
#include "protocol/json-scan-private.h"

#define RS "\x1e"

typedef enum {
  CLIENT_TO_SERVER,
  SERVER_TO_CLIENT,
} Direction;

/* One request, and what was exchanged on it. */
typedef struct {
  const char *line;
  const char *type;            /* of the answer's content */
  const char *body;
  gboolean    whole;           /* the answer came to its end */
  GString    *answer;
  GString    *frames[2];       /* of a WebSocket, joined */
} Exchange;

typedef struct {
  JsonArray  *lines;
  GHashTable *exchanges;
  gboolean    is_raw;          /* a persistent connection without hubs */
} Transcript;

/* How much was seen; a test of nothing would pass too. */
static struct {
  guint negotiates;
  guint envelopes;
  guint results;
  guint calls;
  guint records;
  guint handshakes;
} seen;

static void
exchange_free (Exchange *exchange)
{
  g_string_free (exchange->answer, TRUE);
  g_string_free (exchange->frames[CLIENT_TO_SERVER], TRUE);
  g_string_free (exchange->frames[SERVER_TO_CLIENT], TRUE);
  g_free (exchange);
}

static void
transcript_free (Transcript *transcript)
{
  json_array_unref (transcript->lines);
  g_hash_table_unref (transcript->exchanges);
  g_free (transcript);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Transcript, transcript_free)

static Exchange *
transcript_get_exchange (Transcript *transcript,
                         JsonObject *line)
{
  gint64 n = json_object_get_int_member (line, "n");
  Exchange *exchange = g_hash_table_lookup (transcript->exchanges, GINT_TO_POINTER (n));

  if (exchange != NULL)
    return exchange;

  exchange = g_new0 (Exchange, 1);
  exchange->answer = g_string_new (NULL);
  exchange->frames[CLIENT_TO_SERVER] = g_string_new (NULL);
  exchange->frames[SERVER_TO_CLIENT] = g_string_new (NULL);
  g_hash_table_insert (transcript->exchanges, GINT_TO_POINTER (n), exchange);

  return exchange;
}

static JsonObject *
parse_line (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = signalr_json_parse (text, strlen (text), &error);

  g_assert_no_error (error);

  return json_node_dup_object (node);
}

static void check_classic_frame (Transcript *transcript,
                                 Direction   direction,
                                 const char *text);

static void
transcript_add (Transcript *transcript,
                JsonObject *line,
                gboolean    is_classic)
{
  const char *kind = json_object_get_string_member_with_default (line, "k", "");
  Exchange *exchange;

  if (!json_object_has_member (line, "n"))
    return;

  exchange = transcript_get_exchange (transcript, line);

  if (g_str_equal (kind, "req"))
    {
      exchange->line = json_object_get_string_member (line, "line");
      exchange->body = json_object_get_string_member_with_default (line, "body", "");
    }
  else if (g_str_equal (kind, "res"))
    {
      JsonObject *headers = json_object_get_object_member (line, "headers");

      exchange->type = json_object_get_string_member_with_default (headers, "Content-Type", "");
    }
  else if (g_str_equal (kind, "data"))
    {
      g_string_append (exchange->answer, json_object_get_string_member (line, "body"));
    }
  else if (g_str_equal (kind, "end"))
    {
      exchange->whole = TRUE;
    }
  else if (g_str_equal (kind, "frame") && json_object_has_member (line, "text"))
    {
      const char *text = json_object_get_string_member (line, "text");
      Direction direction = g_str_equal (json_object_get_string_member (line, "dir"), "c>s")
                            ? CLIENT_TO_SERVER : SERVER_TO_CLIENT;

      g_string_append (exchange->frames[direction], text);
      if (is_classic)
        check_classic_frame (transcript, direction, text);
    }
}

static Transcript *
transcript_load (const char *path,
                 gboolean    is_classic)
{
  Transcript *transcript = g_new0 (Transcript, 1);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);

  transcript->lines = json_array_new ();
  transcript->exchanges = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) exchange_free);
  transcript->is_raw = strstr (path, "/raw-") != NULL;

  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (*lines[i] == '\0')
        continue;

      json_array_add_object_element (transcript->lines, parse_line (lines[i]));
      transcript_add (transcript, json_array_get_object_element (transcript->lines, i), is_classic);
    }

  return transcript;
}

static JsonNode *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  JsonNode *node = signalr_json_parse (text, strlen (text), &error);

  g_assert_no_error (error);

  return node;
}

/* The messages of an envelope as they stand there. */
static GPtrArray *
cut_messages (const char *text)
{
  g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (GArray) elements = NULL;
  JsonExtent array;

  elements = signalr_json_scan_elements (text, strlen (text), "M", &array);
  for (guint i = 0; elements != NULL && i < elements->len; i++)
    {
      JsonExtent *extent = &g_array_index (elements, JsonExtent, i);

      g_ptr_array_add (messages, g_bytes_new (text + extent->start, extent->end - extent->start));
    }

  return g_steal_pointer (&messages);
}

static void
check_message (JsonNode *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (message);
  if (json_object_has_member (json_node_get_object (message), "P"))
    {
      g_autoptr (SignalrHubResult) progress = signalr_hub_result_decode_node (message, &error);

      g_assert_no_error (error);
      g_assert_nonnull (progress->progress_id);
      seen.results++;
    }
  else
    {
      g_autoptr (SignalrHubCall) call = signalr_hub_call_decode (message, &error);

      g_assert_no_error (error);
      seen.calls++;
    }
}

static void
check_result (SignalrHubResult *result,
              const char       *text)
{
  g_autoptr (GString) written = g_string_new (NULL);

  g_assert_true (signalr_hub_result_encode (result, written, NULL));
  g_assert_cmpstr (written->str, ==, text);
  seen.results++;
}

static void
check_envelope (Transcript *transcript,
                const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SignalrEnvelope) envelope = signalr_envelope_decode (text, strlen (text), &error);
  g_autoptr (GPtrArray) messages = cut_messages (text);
  g_autoptr (GString) written = g_string_new (NULL);

  g_assert_no_error (error);

  if (envelope->result != NULL)
    {
      check_result (envelope->result, text);
      return;
    }

  signalr_envelope_encode (envelope, (GBytes * const *) messages->pdata, messages->len, written);
  g_assert_cmpstr (written->str, ==, text);

  for (guint i = 0; i < envelope->messages->len && !transcript->is_raw; i++)
    check_message (envelope->messages->pdata[i]);

  seen.envelopes++;
}

static void
check_call (const char *text)
{
  g_autoptr (JsonNode) node = parse (text);
  g_autoptr (JsonNode) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (SignalrHubCall) call = signalr_hub_call_decode (node, &error);
  g_autoptr (GString) written = g_string_new (NULL);

  g_assert_no_error (error);
  g_assert_true (signalr_hub_call_encode (call, written, NULL));

  /* Ours has ids that are strings, and an order of its own. */
  again = parse (written->str);
  json_object_set_string_member (json_node_get_object (node), "I", call->id);
  g_assert_true (json_node_equal (node, again));
  seen.calls++;
}

static void
check_classic_frame (Transcript *transcript,
                     Direction   direction,
                     const char *text)
{
  if (direction == SERVER_TO_CLIENT)
    check_envelope (transcript, text);
  else if (!transcript->is_raw)
    check_call (text);
}

static void
check_classic_events (Transcript *transcript,
                      Exchange   *exchange)
{
  g_auto (GStrv) events = g_strsplit (exchange->answer->str, "\n\n", -1);

  /* What is behind the last empty line was cut off. */
  for (guint i = 0; events[i] != NULL && events[i + 1] != NULL; i++)
    {
      g_assert_true (g_str_has_prefix (events[i], "data: "));
      if (!g_str_has_suffix (events[i], "initialized"))
        check_envelope (transcript, events[i] + strlen ("data: "));
    }
}

static void
check_classic_negotiate (const char *text)
{
  g_autoptr (JsonNode) root = parse (text);
  g_autoptr (GError) error = NULL;
  g_autoptr (SignalrAspnetNegotiate) answer = signalr_aspnet_negotiate_decode (root, &error);
  g_autofree char *written = NULL, *version = NULL;

  g_assert_no_error (error);
  g_assert_true (signalr_aspnet_negotiate_fits (root));
  written = signalr_aspnet_negotiate_encode (answer);
  g_assert_cmpstr (written, ==, text);
  g_assert_cmpuint (signalr_aspnet_version_resolve (answer->protocol_version, &version), ==, answer->version);
  seen.negotiates++;
}

static void
check_classic_send (Transcript *transcript,
                    Exchange   *exchange)
{
  g_autoptr (GHashTable) form = NULL;
  g_autoptr (GError) error = NULL;

  if (transcript->is_raw)
    return;

  form = g_uri_parse_params (exchange->body, -1, "&", G_URI_PARAMS_WWW_FORM, &error);
  g_assert_no_error (error);
  check_call (g_hash_table_lookup (form, "data"));

  if (exchange->whole && exchange->answer->len > 0)
    {
      g_autoptr (SignalrHubResult) result = NULL;

      result = signalr_hub_result_decode (exchange->answer->str, exchange->answer->len, &error);
      g_assert_no_error (error);
      check_result (result, exchange->answer->str);
    }
}

static gboolean
is_good (Exchange *exchange)
{
  return exchange->type != NULL && exchange->answer->len > 0;
}

static void
check_classic (Transcript *transcript,
               Exchange   *exchange)
{
  if (strstr (exchange->line, "/negotiate?") != NULL)
    {
      if (is_good (exchange))
        check_classic_negotiate (exchange->answer->str);
    }
  else if (strstr (exchange->line, "/send?") != NULL)
    {
      check_classic_send (transcript, exchange);
    }
  else if (is_good (exchange) && g_str_has_prefix (exchange->type, "text/event-stream"))
    {
      check_classic_events (transcript, exchange);
    }
  else if (exchange->whole && strstr (exchange->line, "transport=longPolling") != NULL &&
           (strstr (exchange->line, "/connect?") != NULL || strstr (exchange->line, "/poll?") != NULL ||
            strstr (exchange->line, "/reconnect?") != NULL))
    {
      const char *text = exchange->answer->str + strspn (exchange->answer->str, " ");

      if (*text != '\0')
        check_envelope (transcript, text);
    }
}

static void
check_core_negotiate (const char *text)
{
  g_autoptr (JsonNode) root = parse (text);
  g_autoptr (GError) error = NULL;
  g_autoptr (SignalrAspnetcoreNegotiate) answer = signalr_aspnetcore_negotiate_decode (root, &error);
  g_autofree char *written = NULL;

  g_assert_no_error (error);
  g_assert_true (signalr_aspnetcore_negotiate_fits (root));
  written = signalr_aspnetcore_negotiate_encode (answer);
  g_assert_cmpstr (written, ==, text);
  seen.negotiates++;
}

static void
check_handshake (GBytes    *record,
                 Direction  direction)
{
  g_autoptr (GError) error = NULL;
  SignalrEncoding encoding;
  guint version;

  if (direction == CLIENT_TO_SERVER)
    signalr_handshake_request_decode (record, 2, &encoding, &version, &error);
  else
    signalr_handshake_response_decode (record, &error);
  g_assert_no_error (error);
}

/* The server's records come out of ours as they went in; a client's have the
 * same members with the same values.
 */
static void
check_record (SignalrRecord *record,
              Direction      direction,
              const char    *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) written = signalr_record_encode (record, SIGNALR_ENCODING_JSON, &error);
  g_autofree char *copy = NULL;

  g_assert_no_error (error);
  copy = g_strndup (g_bytes_get_data (written, NULL), g_bytes_get_size (written) - 1);

  if (direction == SERVER_TO_CLIENT)
    {
      g_assert_cmpstr (copy, ==, text);
    }
  else
    {
      g_autoptr (JsonNode) ours = parse (copy), theirs = parse (text);

      g_assert_true (json_node_equal (ours, theirs));
    }
}

/* Cut in two at every place, the stream comes apart alike. */
static void
check_splits (const char *text,
              GStrv       texts)
{
  gsize length = strlen (text);

  for (gsize cut = 0; cut <= length; cut++)
    {
      g_autoptr (SignalrRecordReader) reader = signalr_record_reader_new (SIGNALR_ENCODING_JSON, 32768);
      guint n = 0;

      for (guint half = 0; half < 2; half++)
        {
          GBytes *record;

          g_assert_true (signalr_record_reader_push (reader,
                                                     (const guint8 *) (half == 0 ? text : text + cut),
                                                     half == 0 ? cut : length - cut, NULL));
          while ((record = signalr_record_reader_next_raw (reader)) != NULL)
            {
              g_autoptr (GBytes) owned = record;

              g_assert_cmpmem (g_bytes_get_data (owned, NULL), g_bytes_get_size (owned),
                               texts[n], strlen (texts[n]));
              n++;
            }
        }

      g_assert_cmpuint (n, ==, g_strv_length (texts) - 1);
    }
}

/* Only a connection that is resumed has no handshake. */
static void
check_core_stream (const char *text,
                   Direction   direction)
{
  g_auto (GStrv) texts = g_strsplit (text, RS, -1);
  g_autoptr (SignalrRecordReader) reader = signalr_record_reader_new (SIGNALR_ENCODING_JSON, 32768);
  g_autoptr (GError) error = NULL;
  SignalrRecord *record;
  guint n = 0;

  check_splits (text, texts);

  g_assert_true (signalr_record_reader_push (reader, (const guint8 *) text, strlen (text), NULL));
  if (g_str_has_prefix (text, "{\"protocol\"") || g_str_has_prefix (text, "{}"))
    {
      g_autoptr (GBytes) handshake = signalr_record_reader_next_raw (reader);

      check_handshake (handshake, direction);
      seen.handshakes++;
      n++;
    }

  while ((record = signalr_record_reader_next (reader, &error)) != NULL)
    {
      g_autoptr (SignalrRecord) owned = record;

      check_record (owned, direction, texts[n++]);
      seen.records++;
    }
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, g_strv_length (texts) - 1);
}

static char *
join_events (const char *answer)
{
  g_auto (GStrv) lines = g_strsplit (answer, "\r\n", -1);
  GString *joined = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (g_str_has_prefix (lines[i], "data: "))
        g_string_append (joined, lines[i] + strlen ("data: "));
    }

  return g_string_free (joined, FALSE);
}

static void
check_core (Exchange *exchange)
{
  g_autofree char *events = NULL;

  for (Direction direction = CLIENT_TO_SERVER; direction <= SERVER_TO_CLIENT; direction++)
    {
      if (exchange->frames[direction]->len > 0)
        check_core_stream (exchange->frames[direction]->str, direction);
    }

  if (g_str_has_suffix (exchange->body, RS))
    check_core_stream (exchange->body, CLIENT_TO_SERVER);

  if (!is_good (exchange))
    return;

  if (strstr (exchange->line, "/negotiate?") != NULL)
    {
      if (g_str_has_prefix (exchange->answer->str, "{"))
        check_core_negotiate (exchange->answer->str);
    }
  else if (g_str_has_prefix (exchange->type, "text/event-stream"))
    {
      events = join_events (exchange->answer->str);
      check_core_stream (events, SERVER_TO_CLIENT);
    }
  else if (g_str_has_suffix (exchange->answer->str, RS))
    {
      check_core_stream (exchange->answer->str, SERVER_TO_CLIENT);
    }
}

static void
check_all (const char *name)
{
  gboolean is_classic = g_str_equal (name, "aspnet");
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "golden", name, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (path, 0, &error);
  const char *file;
  guint n_files = 0;

  g_assert_no_error (error);

  while ((file = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file_path = g_build_filename (path, file, NULL);
      g_autoptr (Transcript) transcript = NULL;
      GHashTableIter iter;
      gpointer exchange;

      g_test_message ("%s", file);
      transcript = transcript_load (file_path, is_classic);
      g_hash_table_iter_init (&iter, transcript->exchanges);
      while (g_hash_table_iter_next (&iter, NULL, &exchange))
        {
          if (is_classic)
            check_classic (transcript, exchange);
          else
            check_core (exchange);
        }
      n_files++;
    }

  g_test_message ("%u transcripts: %u negotiates, %u envelopes, %u results, %u calls, %u records, %u handshakes",
                  n_files, seen.negotiates, seen.envelopes, seen.results, seen.calls, seen.records, seen.handshakes);
}

static void
test_aspnet (void)
{
  memset (&seen, 0, sizeof seen);
  check_all ("aspnet");
  g_assert_cmpuint (seen.negotiates, >, 100);
  g_assert_cmpuint (seen.envelopes, >, 400);
  g_assert_cmpuint (seen.results, >, 200);
  g_assert_cmpuint (seen.calls, >, 300);
}

static void
test_aspnetcore (void)
{
  memset (&seen, 0, sizeof seen);
  check_all ("aspnetcore");
  g_assert_cmpuint (seen.negotiates, >, 30);
  g_assert_cmpuint (seen.records, >, 200);
  g_assert_cmpuint (seen.handshakes, >, 60);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/protocol/golden/aspnet", test_aspnet);
  g_test_add_func ("/protocol/golden/aspnetcore", test_aspnetcore);

  return g_test_run ();
}
