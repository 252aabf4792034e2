/* test-status.c: what the window is told of a real connection, and the desktop
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "chat-test.h"

#include <chat/tertulia-notifier.h>
#include <chat/tertulia-practice.h>

#include "test-monitor.h"

/* What a status has shown, in order. */
static void
shown_cb (TertuliaStatus *status,
          GParamSpec     *pspec,
          gpointer        user_data)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (TERTULIA_TYPE_STATUS_KIND);

  g_string_append_printf (user_data, "%s ",
                          g_enum_get_value (klass, tertulia_status_get_kind (status))->value_nick);
}

typedef struct {
  TertuliaSettings *settings;
  TertuliaPractice *practice;
  TertuliaSession  *session;
  TertuliaStatus   *status;
  GString          *shown;
} Fixture;

static TertuliaRoom *
general (Fixture *fixture)
{
  g_autoptr (TertuliaRoom) room = NULL;

  room = g_list_model_get_item (tertulia_session_get_rooms (fixture->session), 0);

  return room;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  fixture->settings = tertulia_settings_new ();
  g_object_set (fixture->settings,
                "server-keep-alive", 2.0,
                "server-disconnect-timeout", 6.0,
                "notify-after", 0.2,
                NULL);
  fixture->practice = tertulia_practice_new (fixture->settings, &error);
  g_assert_no_error (error);

  fixture->session = tertulia_practice_new_session (fixture->practice, "Ana", TRUE);
  fixture->status = tertulia_session_get_status (fixture->session);
  fixture->shown = g_string_new (NULL);
  g_signal_connect (fixture->status, "notify::kind", G_CALLBACK (shown_cb), fixture->shown);

  tertulia_session_start (fixture->session);
  chat_test_wait (tertulia_room_get_live (general (fixture)));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  tertulia_session_disconnect (fixture->session);
  chat_test_wait (signalr_connection_get_state (tertulia_session_get_connection (fixture->session)) ==
                  SIGNALR_CONNECTION_STATE_DISCONNECTED);
  g_assert_finalize_object (g_steal_pointer (&fixture->session));
  g_assert_finalize_object (g_steal_pointer (&fixture->practice));
  g_string_free (fixture->shown, TRUE);
  g_settings_reset (tertulia_settings_get_gsettings (fixture->settings), "server-keep-alive");
  g_settings_reset (tertulia_settings_get_gsettings (fixture->settings), "server-disconnect-timeout");
  g_settings_reset (tertulia_settings_get_gsettings (fixture->settings), "notify-after");
  g_object_unref (fixture->settings);
}

static void
set_link (Fixture  *fixture,
          LinkMode  mode)
{
  link_simulator_set_mode (tertulia_practice_get_link (fixture->practice), mode);
}

static void
test_practice (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (TertuliaSession) direct = NULL;
  g_autofree char *welcome = chat_test_read_room (general (fixture), FALSE);

  g_assert_true (g_str_has_prefix (welcome, "Tertulia: Welcome!"));
  g_assert_cmpstr (fixture->shown->str, ==, "");

  /* The server itself is reached whatever the link does. */
  set_link (fixture, LINK_MODE_GONE);
  direct = tertulia_practice_new_session (fixture->practice, "Luis", FALSE);
  g_assert_cmpstr (tertulia_session_get_server (direct), ==, tertulia_practice_get_uri (fixture->practice));
  tertulia_session_start (direct);
  chat_test_wait (signalr_connection_get_state (tertulia_session_get_connection (direct)) ==
                  SIGNALR_CONNECTION_STATE_CONNECTED);
  tertulia_session_disconnect (direct);
  chat_test_wait (signalr_connection_get_state (tertulia_session_get_connection (direct)) ==
                  SIGNALR_CONNECTION_STATE_DISCONNECTED);
}

static void
test_practice_rules (void)
{
  g_autoptr (TertuliaSettings) settings = tertulia_settings_new ();
  g_autoptr (TertuliaPractice) practice = NULL;
  g_autoptr (GError) error = NULL;

  g_object_set (settings, "server-keep-alive", 20.0, NULL);
  practice = tertulia_practice_new (settings, &error);
  g_assert_null (practice);
  g_assert_nonnull (error);
  g_settings_reset (tertulia_settings_get_gsettings (settings), "server-keep-alive");
}

/* A short loss is nobody's business. */
static void
test_flap (Fixture       *fixture,
           gconstpointer  data)
{
  guint n_entered = 0;
  TertuliaRoom *room = general (fixture);

  for (n_entered = 0; n_entered < 3; n_entered++)
    {
      set_link (fixture, LINK_MODE_RESET);
      chat_test_wait (!tertulia_room_get_live (room));
      chat_test_wait (tertulia_room_get_live (room));
    }
  chat_test_settle ();

  g_assert_cmpstr (fixture->shown->str, ==, "");
  g_assert_cmpint (tertulia_status_get_lost_at (fixture->status), ==, 0);
}

/* Silence: slow is shown at once, and the loss after it too, and that it is over. */
static void
test_silence (Fixture       *fixture,
              gconstpointer  data)
{
  set_link (fixture, LINK_MODE_SILENT);
  chat_test_wait (tertulia_status_get_kind (fixture->status) == TERTULIA_STATUS_SLOW);
  g_assert_cmpint (tertulia_status_get_button (fixture->status), ==, TERTULIA_STATUS_BUTTON_TRY_NOW);
  g_assert_cmpuint (tertulia_status_get_seconds (fixture->status), ==, 2);
  g_assert_cmpint (tertulia_status_get_lost_at (fixture->status), ==, 0);

  chat_test_wait (tertulia_status_get_kind (fixture->status) == TERTULIA_STATUS_RECONNECTING);
  g_assert_cmpint (tertulia_status_get_lost_at (fixture->status), !=, 0);
  g_assert_nonnull (tertulia_status_get_error (fixture->status));

  set_link (fixture, LINK_MODE_GOOD);
  chat_test_wait (tertulia_status_get_kind (fixture->status) == TERTULIA_STATUS_RECONNECTED);
  g_assert_cmpint (tertulia_status_get_lost_at (fixture->status), ==, 0);
  g_assert_null (tertulia_status_get_error (fixture->status));
  g_assert_cmpint (tertulia_status_get_button (fixture->status), ==, TERTULIA_STATUS_BUTTON_NONE);

  chat_test_wait (tertulia_status_get_kind (fixture->status) == TERTULIA_STATUS_NOTHING);
  g_assert_cmpstr (fixture->shown->str, ==, "slow reconnecting reconnected nothing ");
}

static void
count_cb (gpointer  object,
          guint    *n)
{
  (*n)++;
}

/* Gone for good: the end of it, the countdown, and one notification. */
static void
test_gone (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (TertuliaNotifier) notifier = tertulia_notifier_new (fixture->settings, fixture->status);
  SignalrConnection *connection = tertulia_session_get_connection (fixture->session);
  guint n_lost = 0, n_withdrawn = 0;
  gint64 lost_at;

  g_signal_connect_data (notifier, "lost", G_CALLBACK (count_cb), &n_lost, NULL, 0);
  g_signal_connect_data (notifier, "withdrawn", G_CALLBACK (count_cb), &n_withdrawn, NULL, 0);
  tertulia_status_set_watched (fixture->status, TRUE);

  set_link (fixture, LINK_MODE_GONE);
  chat_test_wait (n_lost == 1);
  lost_at = tertulia_status_get_lost_at (fixture->status);
  chat_test_wait (tertulia_status_get_kind (fixture->status) == TERTULIA_STATUS_RECONNECTING);
  chat_test_wait (signalr_connection_get_state (connection) == SIGNALR_CONNECTION_STATE_DISCONNECTED);
  g_assert_cmpint (tertulia_status_get_reason (fixture->status), ==, SIGNALR_DISCONNECT_REASON_TIMEOUT);
  chat_test_wait (tertulia_status_get_kind (fixture->status) == TERTULIA_STATUS_WAITING);
  g_assert_cmpuint (tertulia_status_get_seconds (fixture->status), >=, 4);

  /* One outage, from its first moment, however many tries there were. */
  g_assert_cmpint (tertulia_status_get_lost_at (fixture->status), ==, lost_at);
  g_assert_cmpuint (n_lost, ==, 1);
  g_assert_cmpuint (n_withdrawn, ==, 0);

  set_link (fixture, LINK_MODE_GOOD);
  tertulia_session_reconnect (fixture->session);
  chat_test_settle ();
  g_assert_false (tertulia_status_get_button_sensitive (fixture->status));
  chat_test_wait (n_withdrawn == 1);
  chat_test_wait (tertulia_status_get_kind (fixture->status) == TERTULIA_STATUS_RECONNECTED);
  g_assert_cmpuint (n_lost, ==, 1);
  g_assert_true (g_str_has_suffix (fixture->shown->str, "waiting reconnecting reconnected "));
  g_assert_null (strstr (fixture->shown->str, "disconnected"));
}

/* Whoever has the window before them is not notified; who goes away is, in time. */
static void
test_notifier_window (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr (TertuliaNotifier) notifier = tertulia_notifier_new (fixture->settings, fixture->status);
  guint n_lost = 0, n_withdrawn = 0;
  gint64 until;

  g_signal_connect_data (notifier, "lost", G_CALLBACK (count_cb), &n_lost, NULL, 0);
  g_signal_connect_data (notifier, "withdrawn", G_CALLBACK (count_cb), &n_withdrawn, NULL, 0);

  tertulia_notifier_set_window_active (notifier, TRUE);
  set_link (fixture, LINK_MODE_GONE);
  chat_test_wait (tertulia_status_get_lost_at (fixture->status) != 0);
  until = tertulia_status_get_lost_at (fixture->status) + G_USEC_PER_SEC;
  chat_test_wait (g_get_monotonic_time () > until);
  g_assert_cmpuint (n_lost, ==, 0);

  tertulia_notifier_set_window_active (notifier, FALSE);
  chat_test_wait (n_lost == 1);

  /* It does not outlive the one who would withdraw it. */
  g_assert_finalize_object (g_steal_pointer (&notifier));
  g_assert_cmpuint (n_withdrawn, ==, 1);
}

/* No network says the system: of a server on this computer that means nothing, of
 * another one it is told when the connection is lost, not before.
 */
static void
test_network (void)
{
  g_autoptr (TestMonitor) monitor = g_object_new (TEST_TYPE_MONITOR, NULL);
  g_autoptr (TertuliaStatus) near = g_object_new (TERTULIA_TYPE_STATUS, "network-monitor", monitor, NULL);
  g_autoptr (TertuliaStatus) far = g_object_new (TERTULIA_TYPE_STATUS, "network-monitor", monitor, NULL);
  g_autoptr (SignalrConnection) to_near = signalr_connection_new ("http://127.0.0.1:1/signalr");
  /* An address that nobody has, by RFC 5737. */
  g_autoptr (SignalrConnection) to_far = signalr_connection_new ("http://192.0.2.1/signalr");
  g_autoptr (SignalrRetryPolicy) policy = signalr_retry_policy_new_forever ();

  signalr_retry_policy_set_retry_initial (policy, TRUE);
  signalr_connection_set_retry_policy (to_near, policy);
  signalr_connection_set_retry_policy (to_far, policy);
  tertulia_status_follow (near, to_near);
  tertulia_status_follow (far, to_far);

  test_monitor_set (monitor, FALSE, G_NETWORK_CONNECTIVITY_LOCAL);
  chat_test_settle ();
  g_assert_cmpint (tertulia_status_get_kind (far), ==, TERTULIA_STATUS_NOTHING);

  signalr_connection_start_async (to_near, NULL, NULL, NULL);
  signalr_connection_start_async (to_far, NULL, NULL, NULL);
  chat_test_wait (tertulia_status_get_kind (far) == TERTULIA_STATUS_OFFLINE);
  g_assert_cmpint (tertulia_status_get_button (far), ==, TERTULIA_STATUS_BUTTON_TRY_NOW);
  g_assert_cmpint (tertulia_status_get_kind (near), !=, TERTULIA_STATUS_OFFLINE);

  test_monitor_set (monitor, TRUE, G_NETWORK_CONNECTIVITY_FULL);
  chat_test_wait (tertulia_status_get_kind (far) != TERTULIA_STATUS_OFFLINE);

  signalr_connection_stop_async (to_near, NULL, NULL, NULL);
  signalr_connection_stop_async (to_far, NULL, NULL, NULL);
  chat_test_wait (tertulia_status_get_kind (far) == TERTULIA_STATUS_DISCONNECTED &&
                  tertulia_status_get_kind (near) == TERTULIA_STATUS_DISCONNECTED);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define add(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)
  add ("/status/practice", test_practice);
  add ("/status/flap", test_flap);
  add ("/status/silence", test_silence);
  add ("/status/gone", test_gone);
  add ("/status/notifier-window", test_notifier_window);
  g_test_add_func ("/status/practice-rules", test_practice_rules);
  g_test_add_func ("/status/network", test_network);

  return g_test_run ();
}
