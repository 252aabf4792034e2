/* test-stream-parser.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "client/stream-parser-private.h"

#include <string.h>

/* However the bytes are cut, the messages are the same. */
static void
check (SignalrTransport  transport,
       const char       *stream,
       const char       *messages)
{
  gsize length = strlen (stream);

  for (gsize step = 1; step <= length; step++)
    {
      g_autoptr (SignalrStreamParser) parser = signalr_stream_parser_new (transport, 1000);
      g_autoptr (GString) found = g_string_new (NULL);
      g_autoptr (GError) error = NULL;
      GQueue queue = G_QUEUE_INIT;
      GBytes *message;

      for (gsize at = 0; at < length; at += step)
        {
          signalr_stream_parser_push (parser, stream + at, MIN (step, length - at), &queue, &error);
          g_assert_no_error (error);
        }

      while ((message = g_queue_pop_head (&queue)) != NULL)
        {
          g_string_append_c (found, '[');
          g_string_append_len (found, g_bytes_get_data (message, NULL), g_bytes_get_size (message));
          g_string_append_c (found, ']');
          g_bytes_unref (message);
        }

      g_assert_cmpstr (found->str, ==, messages);
    }
}

static void
test_events (void)
{
  SignalrTransport events = SIGNALR_TRANSPORT_SERVER_SENT_EVENTS;

  check (events, "data: initialized\n\ndata: {}\n\n", "[initialized][{}]");
  check (events, ":\r\ndata: {}\x1e\r\n\r\n", "[{}\x1e]");
  check (events, "data:one\r\rdata:  two\r\n\n", "[one][ two]");
  check (events, "data: a\ndata: b\n\n", "[a\nb]");
  check (events, "id: 7\nevent: x\nretry: 5\ndata: x\nfoo\n\n", "[x]");
  check (events, "\n\n: comment\n\n", "");
  check (events, "data\n\ndata:\n\n", "[]");
  check (events, "data: \xc3\xb6\xe2\x82\xac\n\n", "[\xc3\xb6\xe2\x82\xac]");

  /* An event that is cut off by the end of the stream is none. */
  check (events, "data: whole\n\ndata: half\n", "[whole]");
}

static void
test_scripts (void)
{
  SignalrTransport frame = SIGNALR_TRANSPORT_FOREVER_FRAME;

  check (frame, "<html><script>var c = 1, r = 2; r(c, 3);</script><body>", "");
  check (frame, "<body>\r\n<script>r(c, {\"C\":\"d-1\"});</script>\r\n<script>r(c, {});</script>\n\n",
         "[{\"C\":\"d-1\"}][{}]");
  check (frame, "<script>r(c, {\"M\":[\"a);b\"]});</script>", "[{\"M\":[\"a);b\"]}]");
  check (frame, "<script><script>r(c, 1);</script>", "[1]");
  check (frame, "<script>r(c, {half", "");
}

static void
test_limit (void)
{
  static const struct {
    SignalrTransport  transport;
    const char       *begin;
  } streams[] = {
    { SIGNALR_TRANSPORT_SERVER_SENT_EVENTS, "data: " },
    { SIGNALR_TRANSPORT_FOREVER_FRAME, "<script>r(c, " },
  };
  g_autofree char *block = g_strnfill (100, 'x');

  for (guint i = 0; i < G_N_ELEMENTS (streams); i++)
    {
      g_autoptr (SignalrStreamParser) parser = signalr_stream_parser_new (streams[i].transport, 1000);
      g_autoptr (GError) error = NULL;
      GQueue queue = G_QUEUE_INIT;
      guint n_blocks = 0;

      signalr_stream_parser_push (parser, streams[i].begin, strlen (streams[i].begin), &queue, NULL);
      while (signalr_stream_parser_push (parser, block, 100, &queue, &error))
        n_blocks++;
      g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_TOO_LARGE);
      g_assert_cmpuint (n_blocks, <=, 10);
    }
}

/* The page around the scripts may be as long as it likes. */
static void
test_endless_page (void)
{
  g_autoptr (SignalrStreamParser) parser = NULL;
  g_autofree char *block = g_strnfill (100, '<');
  GQueue queue = G_QUEUE_INIT;

  parser = signalr_stream_parser_new (SIGNALR_TRANSPORT_FOREVER_FRAME, 1000);
  for (guint i = 0; i < 100; i++)
    g_assert_true (signalr_stream_parser_push (parser, block, 100, &queue, NULL));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/client/stream-parser/events", test_events);
  g_test_add_func ("/client/stream-parser/scripts", test_scripts);
  g_test_add_func ("/client/stream-parser/limit", test_limit);
  g_test_add_func ("/client/stream-parser/endless-page", test_endless_page);

  return g_test_run ();
}
