/* fuzz-stream.c: the answers that do not end: event streams and forever frames
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "client/stream-parser-private.h"

#include "fuzz.h"

#define MAX_SIZE 256

/* Each message in brackets with its length; and what went wrong behind them. */
static char *
parse (SignalrTransport  transport,
       const char       *data,
       size_t            size,
       size_t            step)
{
  g_autoptr (SignalrStreamParser) parser = signalr_stream_parser_new (transport, MAX_SIZE);
  GString *found = g_string_new (NULL);
  GQueue messages = G_QUEUE_INIT;
  gboolean fits = TRUE;

  for (size_t at = 0; at < size && fits; at += step)
    {
      g_autoptr (GError) error = NULL;
      GBytes *message;

      fits = signalr_stream_parser_push (parser, data + at, MIN (step, size - at), &messages, &error);
      while ((message = g_queue_pop_head (&messages)) != NULL)
        {
          g_autofree char *text = g_strndup (g_bytes_get_data (message, NULL),
                                             g_bytes_get_size (message));

          g_string_append_printf (found, "[%zu %s]", g_bytes_get_size (message), text);
          g_bytes_unref (message);
        }
      g_assert_true (fits == (error == NULL));
    }

  /* How soon too much is noticed depends on how it came. */
  if (!fits)
    g_string_append (found, "!");

  return g_string_free (found, FALSE);
}

static void
check (SignalrTransport  transport,
       const char       *data,
       size_t            size)
{
  g_autofree char *at_once = parse (transport, data, size, MAX (size, 1));
  g_autofree char *by_bytes = parse (transport, data, size, 1);
  g_autofree char *by_sevens = parse (transport, data, size, 7);

  if (!g_str_has_suffix (at_once, "!") && !g_str_has_suffix (by_bytes, "!") &&
      !g_str_has_suffix (by_sevens, "!"))
    {
      g_assert_cmpstr (at_once, ==, by_bytes);
      g_assert_cmpstr (by_sevens, ==, by_bytes);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  check (SIGNALR_TRANSPORT_SERVER_SENT_EVENTS, (const char *) data, size);
  check (SIGNALR_TRANSPORT_FOREVER_FRAME, (const char *) data, size);

  return 0;
}
