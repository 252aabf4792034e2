/* test-words.c: what the window says
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <glib.h>

#include "tertulia-message-text.h"
#include "tertulia-server-title.h"
#include "tertulia-status-text.h"

#define SERVER "chat.example.org:8080"

static void
test_words_titles (void)
{
  const struct {
    TertuliaStatusKind  kind;
    guint               seconds;
    const char         *title;
  } cases[] = {
    { TERTULIA_STATUS_NOTHING, 0, "" },
    { TERTULIA_STATUS_RECONNECTED, 0, "Reconnected" },
    { TERTULIA_STATUS_SLOW, 14, "The server has not answered for 14 seconds" },
    { TERTULIA_STATUS_SLOW, 1, "The server has not answered for 1 second" },
    { TERTULIA_STATUS_CONNECTING, 0, "Connecting…" },
    { TERTULIA_STATUS_RECONNECTING, 0, "Reconnecting…" },
    { TERTULIA_STATUS_WAITING, 8, "Connection lost. Trying again in 8 seconds" },
    { TERTULIA_STATUS_WAITING, 1, "Connection lost. Trying again in 1 second" },
    { TERTULIA_STATUS_OFFLINE, 0, "Offline. Messages are sent when the connection returns" },
    { TERTULIA_STATUS_PORTAL, 0, "This network requires signing in" },
    { TERTULIA_STATUS_DISCONNECTED, 0, "Disconnected" },
    { TERTULIA_STATUS_REFUSED, 0, "This server does not accept the connection" },
    { TERTULIA_STATUS_CERTIFICATE, 0, "The server’s identity could not be verified" },
    { TERTULIA_STATUS_SIGNED_OUT, 0, "Signed out by the server" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *title = tertulia_status_text_title (cases[i].kind, cases[i].seconds);

      g_assert_cmpstr (title, ==, cases[i].title);
    }
}

/* Whatever a banner can say, the header bar says in a word and an icon. */
static void
test_words_every_kind_has_a_word (void)
{
  for (TertuliaStatusKind kind = TERTULIA_STATUS_NOTHING; kind <= TERTULIA_STATUS_SIGNED_OUT; kind++)
    {
      for (SignalrConnectionState state = SIGNALR_CONNECTION_STATE_DISCONNECTED;
           state <= SIGNALR_CONNECTION_STATE_DISCONNECTING;
           state++)
        {
          g_assert_cmpstr (tertulia_status_text_word (kind, state), !=, "");
          g_assert_true (g_str_has_suffix (tertulia_status_text_icon (kind, state), "-symbolic"));
        }
    }

  g_assert_cmpstr (tertulia_status_text_word (TERTULIA_STATUS_NOTHING,
                                              SIGNALR_CONNECTION_STATE_CONNECTED), ==, "Connected");
  g_assert_cmpstr (tertulia_status_text_word (TERTULIA_STATUS_NOTHING,
                                              SIGNALR_CONNECTION_STATE_RECONNECTING), ==, "Reconnecting");
}

static void
test_words_buttons (void)
{
  g_assert_null (tertulia_status_text_button (TERTULIA_STATUS_BUTTON_NONE));
  g_assert_cmpstr (tertulia_status_text_button (TERTULIA_STATUS_BUTTON_TRY_NOW), ==, "Try Now");
  g_assert_cmpstr (tertulia_status_text_button (TERTULIA_STATUS_BUTTON_RECONNECT), ==, "Reconnect");
  g_assert_cmpstr (tertulia_status_text_button (TERTULIA_STATUS_BUTTON_SIGN_IN), ==, "Sign In…");
  g_assert_cmpstr (tertulia_status_text_button (TERTULIA_STATUS_BUTTON_OPEN_PORTAL), ==, "Open Sign-In Page");
  g_assert_cmpstr (tertulia_status_text_button (TERTULIA_STATUS_BUTTON_DETAILS), ==, "Details");
}

/* Each cause of a failed connection is a sentence of its own, with the server in it. */
static void
test_words_causes (void)
{
  const SignalrError codes[] = {
    SIGNALR_ERROR_NAME_NOT_RESOLVED, SIGNALR_ERROR_REFUSED, SIGNALR_ERROR_UNREACHABLE,
    SIGNALR_ERROR_TIMED_OUT, SIGNALR_ERROR_TLS, SIGNALR_ERROR_UNAUTHORIZED,
    SIGNALR_ERROR_FORBIDDEN, SIGNALR_ERROR_NOT_FOUND, SIGNALR_ERROR_NOT_SIGNALR,
    SIGNALR_ERROR_PROTOCOL, SIGNALR_ERROR_HUB, SIGNALR_ERROR_CLOSED_BY_SERVER,
    SIGNALR_ERROR_TOO_LARGE, SIGNALR_ERROR_INVALID_DATA,
  };
  g_autoptr (GHashTable) sentences = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (SIGNALR_ERROR, codes[i], "for logs");
      char *sentence = tertulia_status_text_reason (error, SIGNALR_DISCONNECT_REASON_FAILED, SERVER);

      g_assert_nonnull (sentence);
      g_assert_nonnull (strstr (sentence, SERVER));
      g_assert_null (strstr (sentence, "for logs"));
      g_assert_true (g_hash_table_add (sentences, sentence));
    }
}

static void
test_words_banner (void)
{
  g_autoptr (GError) error = g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_REFUSED, "for logs");
  g_autofree char *waiting = NULL;
  g_autofree char *by_user = NULL;
  g_autofree char *slow = NULL;

  waiting = tertulia_status_text_banner (TERTULIA_STATUS_WAITING, 8, error,
                                         SIGNALR_DISCONNECT_REASON_FAILED, SERVER);
  g_assert_cmpstr (waiting, ==,
                   "Connection lost. Trying again in 8 seconds\n"
                   "Nothing accepts connections at " SERVER);

  by_user = tertulia_status_text_banner (TERTULIA_STATUS_DISCONNECTED, 0, NULL,
                                         SIGNALR_DISCONNECT_REASON_STOPPED, SERVER);
  g_assert_cmpstr (by_user, ==, "Disconnected");

  slow = tertulia_status_text_banner (TERTULIA_STATUS_SLOW, 3, error,
                                      SIGNALR_DISCONNECT_REASON_STOPPED, SERVER);
  g_assert_cmpstr (slow, ==, "The server has not answered for 3 seconds");
}

static void
test_words_server_title (void)
{
  const char *cases[][2] = {
    { "https://chat.example.org/signalr", "chat.example.org" },
    { "http://chat.example.org:8080/chat?room=1", "chat.example.org:8080" },
    { "http://[::1]:80/", "[::1]:80" },
    { "chat.example.org", "chat.example.org" },
    { "chat.example.org:8080/chat", "chat.example.org:8080/chat" },
    { "nonsense %%", "nonsense %%" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *title = tertulia_server_title (cases[i][0]);

      g_assert_cmpstr (title, ==, cases[i][1]);
    }
}

static void
test_words_days (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_local (2026, 3, 1, 9, 30, 0);
  const struct {
    int         year, month, day;
    const char *text;
  } cases[] = {
    { 2026, 3, 1, "Today" },
    { 2026, 2, 28, "Yesterday" },
    { 2026, 2, 3, "Tuesday 3 February" },
    { 2025, 3, 1, "1 March 2025" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GDateTime) time = g_date_time_new_local (cases[i].year, cases[i].month,
                                                          cases[i].day, 22, 5, 0);
      g_autofree char *day = tertulia_message_text_day (time, now);

      g_assert_cmpstr (day, ==, cases[i].text);
    }
}

static void
test_words_time (void)
{
  g_autoptr (GDateTime) time = g_date_time_new_local (2026, 3, 1, 15, 5, 0);
  g_autofree char *of_24 = tertulia_message_text_time (time, TRUE);
  g_autofree char *of_12 = tertulia_message_text_time (time, FALSE);

  g_assert_cmpstr (of_24, ==, "15:05");
  g_assert_cmpstr (of_12, ==, "3:05 PM");
}

/* A message that is answered within a second says nothing of its way. */
static void
test_words_message_states (void)
{
  const gint64 second = G_USEC_PER_SEC;

  g_assert_null (tertulia_message_text_state (TERTULIA_MESSAGE_RECEIVED, 0));
  g_assert_null (tertulia_message_text_state (TERTULIA_MESSAGE_NOTICE, 0));
  g_assert_cmpstr (tertulia_message_text_state (TERTULIA_MESSAGE_QUEUED, 0), ==, "Queued");
  g_assert_null (tertulia_message_text_state (TERTULIA_MESSAGE_SENDING, second - 1));
  g_assert_cmpstr (tertulia_message_text_state (TERTULIA_MESSAGE_SENDING, second), ==, "Sending…");
  g_assert_cmpstr (tertulia_message_text_state (TERTULIA_MESSAGE_SENDING, 5 * second), ==,
                   "Waiting for the server…");
  g_assert_cmpstr (tertulia_message_text_state (TERTULIA_MESSAGE_SENT, 0), ==, "Sent");
  g_assert_cmpstr (tertulia_message_text_state (TERTULIA_MESSAGE_UNKNOWN, 0), ==, "Perhaps not sent");
  g_assert_cmpstr (tertulia_message_text_state (TERTULIA_MESSAGE_FAILED, 0), ==, "Not sent");

  for (TertuliaMessageState state = TERTULIA_MESSAGE_QUEUED; state <= TERTULIA_MESSAGE_FAILED; state++)
    g_assert_nonnull (tertulia_message_text_icon (state));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/words/titles", test_words_titles);
  g_test_add_func ("/words/every-kind-has-a-word", test_words_every_kind_has_a_word);
  g_test_add_func ("/words/buttons", test_words_buttons);
  g_test_add_func ("/words/causes", test_words_causes);
  g_test_add_func ("/words/banner", test_words_banner);
  g_test_add_func ("/words/server-title", test_words_server_title);
  g_test_add_func ("/words/days", test_words_days);
  g_test_add_func ("/words/time", test_words_time);
  g_test_add_func ("/words/message-states", test_words_message_states);

  return g_test_run ();
}
