/* test-session.c: people who talk over a link that is good, bad and gone
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "chat-test.h"

#include <chat/tertulia-store-private.h>
#include <glib/gstdio.h>

static const char * const classic = "/signalr";
static const char * const core = "/chatHub";

static TertuliaSession *
session_new (const char *url,
             const char *name,
             const char *data_path)
{
  g_autoptr (TertuliaSettings) settings = tertulia_settings_new ();

  return g_object_new (TERTULIA_TYPE_SESSION,
                       "settings", settings,
                       "server", url,
                       "name", name,
                       "data-path", data_path != NULL ? data_path : ":memory:",
                       NULL);
}

static TertuliaRoom *
general (TertuliaSession *session)
{
  g_autoptr (TertuliaRoom) room = g_list_model_get_item (tertulia_session_get_rooms (session), 0);

  return room;
}

static TertuliaSession *
session_start (const char *url,
               const char *name)
{
  TertuliaSession *session = session_new (url, name, NULL);

  tertulia_session_start (session);
  chat_test_wait (tertulia_room_get_live (general (session)));

  return session;
}

static guint
count_rows (TertuliaRoom *room)
{
  g_autofree char *text = chat_test_read_room (room, FALSE);
  guint n = 0;

  for (const char *p = text; *p != '\0'; p++)
    n += *p == '\n';

  return n;
}

static void
assert_room (TertuliaRoom *room,
             const char   *expected)
{
  g_autofree char *text = chat_test_read_room (room, FALSE);

  g_assert_cmpstr (text, ==, expected);
}

static TertuliaMessage *
last_message (TertuliaRoom *room)
{
  GListModel *messages = tertulia_room_get_messages (room);
  g_autoptr (TertuliaMessage) message = NULL;

  message = g_list_model_get_item (messages, g_list_model_get_n_items (messages) - 1);

  return message;
}

static gboolean
has_notice (TertuliaRoom *room,
            const char   *notice)
{
  g_autofree char *text = chat_test_read_room (room, TRUE);

  return strstr (text, notice) != NULL;
}

static void
test_talk (gconstpointer data)
{
  g_autoptr (ChatServer) server = chat_server_new ();
  g_autofree char *url = chat_server_get_url (server, data);
  g_autoptr (TertuliaSession) ana = session_start (url, "Ana");
  g_autoptr (TertuliaSession) luis = session_start (url, "Luis");

  tertulia_room_send (general (ana), "Shall we ship it?");
  g_assert_cmpint (tertulia_message_get_state (last_message (general (ana))), !=, TERTULIA_MESSAGE_SENT);
  chat_test_wait (count_rows (general (luis)) == 1 &&
                  tertulia_room_get_n_unsent (general (ana)) == 0);
  tertulia_room_send (general (luis), "Two tests are red.");
  tertulia_room_send (general (luis), "Now they are green.");
  chat_test_wait (count_rows (general (ana)) == 3 &&
                  tertulia_room_get_n_unsent (general (luis)) == 0);

  assert_room (general (ana), "Ana: Shall we ship it?\nLuis: Two tests are red.\nLuis: Now they are green.\n");
  assert_room (general (luis), "Ana: Shall we ship it?\nLuis: Two tests are red.\nLuis: Now they are green.\n");
  g_assert_cmpint (tertulia_message_get_state (last_message (general (luis))), ==, TERTULIA_MESSAGE_SENT);
  g_assert_true (tertulia_message_get_own (last_message (general (luis))));
  g_assert_false (tertulia_message_get_own (last_message (general (ana))));

  g_assert_cmpuint (tertulia_room_get_unread (general (ana)), ==, 2);
  tertulia_room_mark_read (general (ana));
  g_assert_cmpuint (tertulia_room_get_unread (general (ana)), ==, 0);
}

/* What is written with no connection goes out when there is one. */
static void
test_written_before (gconstpointer data)
{
  g_autoptr (ChatServer) server = chat_server_new ();
  g_autofree char *url = chat_server_get_url (server, data);
  g_autoptr (TertuliaSession) luis = session_start (url, "Luis");
  g_autoptr (TertuliaSession) ana = session_new (url, "Ana", NULL);

  tertulia_room_send (general (ana), "one");
  tertulia_room_send (general (ana), "two");
  g_assert_cmpint (tertulia_message_get_state (last_message (general (ana))), ==, TERTULIA_MESSAGE_QUEUED);
  g_assert_cmpuint (tertulia_room_get_n_unsent (general (ana)), ==, 2);
  g_assert_cmpuint (tertulia_room_get_n_failed (general (ana)), ==, 0);

  tertulia_session_start (ana);
  chat_test_wait (count_rows (general (luis)) == 2 && tertulia_room_get_n_unsent (general (ana)) == 0);
  assert_room (general (luis), "Ana: one\nAna: two\n");
}

/* Written while the link is gone: told once each, in order, when it is back; and
 * what the others said meanwhile stands before it.
 */
static void
test_written_while_gone (gconstpointer data)
{
  g_autoptr (ChatServer) server = chat_server_new ();
  g_autofree char *url = chat_server_get_url (server, data);
  g_autofree char *link_url = chat_server_get_link_url (server, data);
  g_autoptr (TertuliaSession) ana = session_start (link_url, "Ana");
  g_autoptr (TertuliaSession) luis = session_start (url, "Luis");
  const char *expected = "Ana: before\nLuis: where are you?\nAna: one\nAna: two\nAna: three\n";

  tertulia_room_send (general (ana), "before");
  chat_test_wait (count_rows (general (luis)) == 1 && tertulia_room_get_n_unsent (general (ana)) == 0);

  link_simulator_set_mode (server->link, LINK_MODE_GONE);
  chat_test_wait (!tertulia_room_get_live (general (ana)));
  tertulia_room_send (general (ana), "one");
  tertulia_room_send (general (ana), "two");
  tertulia_room_send (general (ana), "three");
  tertulia_room_send (general (luis), "where are you?");
  chat_test_wait (tertulia_room_get_n_unsent (general (luis)) == 0);
  g_assert_cmpuint (tertulia_room_get_n_unsent (general (ana)), ==, 3);

  link_simulator_set_mode (server->link, LINK_MODE_GOOD);
  chat_test_wait (count_rows (general (luis)) == 5 && tertulia_room_get_n_unsent (general (ana)) == 0);
  assert_room (general (luis), expected);
  assert_room (general (ana), expected);
}

/* A link that holds everything back, then lets it go. */
static void
test_silent (gconstpointer data)
{
  g_autoptr (ChatServer) server = chat_server_new ();
  g_autofree char *url = chat_server_get_url (server, data);
  g_autofree char *link_url = chat_server_get_link_url (server, data);
  g_autoptr (TertuliaSession) ana = session_new (link_url, "Ana", NULL);
  g_autoptr (TertuliaSession) luis = session_start (url, "Luis");
  SignalrConnection *connection = tertulia_session_get_connection (ana);

  /* Longer than the server's two seconds between keep-alives. */
  signalr_connection_set_keep_alive_timeout (connection, 3000);
  tertulia_session_start (ana);
  chat_test_wait (tertulia_room_get_live (general (ana)));

  link_simulator_set_mode (server->link, LINK_MODE_SILENT);
  tertulia_room_send (general (ana), "into the void");
  tertulia_room_send (general (ana), "and once more");
  chat_test_wait (signalr_connection_get_state (connection) == SIGNALR_CONNECTION_STATE_RECONNECTING);

  link_simulator_set_mode (server->link, LINK_MODE_GOOD);
  chat_test_wait (tertulia_room_get_n_unsent (general (ana)) == 0 && count_rows (general (luis)) >= 2);
  chat_test_settle ();
  assert_room (general (luis), "Ana: into the void\nAna: and once more\n");
  assert_room (general (ana), "Ana: into the void\nAna: and once more\n");
}

/* The link is cut again and again while both talk. */
static void
test_cut_again_and_again (gconstpointer data)
{
  g_autoptr (ChatServer) server = chat_server_new ();
  g_autofree char *url = chat_server_get_url (server, data);
  g_autofree char *link_url = chat_server_get_link_url (server, data);
  g_autoptr (TertuliaSession) ana = session_start (link_url, "Ana");
  g_autoptr (TertuliaSession) luis = session_start (url, "Luis");
  g_autofree char *of_ana = NULL;
  g_autofree char *of_luis = NULL;
  guint next = 1;

  for (guint i = 1; i <= 40; i++)
    {
      g_autofree char *text = g_strdup_printf ("message %u.", i);

      tertulia_room_send (general (ana), text);
      tertulia_room_send (general (luis), text);
      for (int n = g_test_rand_int_range (0, 30); n > 0; n--)
        g_main_context_iteration (NULL, FALSE);
      if (i % 5 == 0)
        {
          link_simulator_set_mode (server->link, LINK_MODE_RESET);
          tertulia_session_reconnect (ana);
          chat_test_wait (tertulia_room_get_live (general (ana)));
        }
    }

  chat_test_wait (tertulia_room_get_n_unsent (general (ana)) == 0 &&
                  tertulia_room_get_n_unsent (general (luis)) == 0 &&
                  count_rows (general (ana)) == 80 && count_rows (general (luis)) == 80);

  of_ana = chat_test_read_room (general (ana), FALSE);
  of_luis = chat_test_read_room (general (luis), FALSE);
  g_assert_cmpstr (of_ana, ==, of_luis);
  for (const char *p = of_luis; (p = strstr (p, "Ana: message ")) != NULL; p++)
    g_assert_cmpuint (g_ascii_strtoull (p + strlen ("Ana: message "), NULL, 10), ==, next++);
  g_assert_cmpuint (next, ==, 41);
}

static void
test_presence (gconstpointer data)
{
  g_autoptr (ChatServer) server = chat_server_new ();
  g_autofree char *url = chat_server_get_url (server, data);
  g_autofree char *link_url = chat_server_get_link_url (server, data);
  g_autoptr (TertuliaSession) ana = session_start (url, "Ana");
  g_autoptr (TertuliaSession) luis = session_start (link_url, "Luis");
  g_autoptr (TertuliaSession) marta = session_start (url, "Marta");
  GListModel *people = tertulia_room_get_people (general (ana));
  g_autoptr (TertuliaPerson) person = NULL;

  chat_test_wait (g_list_model_get_n_items (people) == 3);
  g_assert_true (has_notice (general (ana), "(Luis joined)"));
  person = g_list_model_get_item (people, 1);
  g_assert_cmpstr (tertulia_person_get_name (person), ==, "Luis");

  tertulia_session_disconnect (marta);
  chat_test_wait (g_list_model_get_n_items (people) == 2);
  g_assert_true (has_notice (general (ana), "(Marta left)"));

  link_simulator_set_mode (server->link, LINK_MODE_GONE);
  chat_test_wait (tertulia_person_get_presence (person) == TERTULIA_PRESENCE_LOST);
  g_assert_true (has_notice (general (ana), "(Luis lost the connection)"));
  g_assert_false (has_notice (general (ana), "(Luis left)"));

  link_simulator_set_mode (server->link, LINK_MODE_GOOD);
  tertulia_session_reconnect (luis);
  chat_test_wait (tertulia_person_get_presence (person) == TERTULIA_PRESENCE_HERE);
  g_assert_true (has_notice (general (ana), "(Luis is back)"));
}

static void
test_rooms (gconstpointer data)
{
  g_autoptr (ChatServer) server = chat_server_new ();
  g_autofree char *url = chat_server_get_url (server, data);
  g_autoptr (TertuliaSession) ana = session_start (url, "Ana");
  g_autoptr (TertuliaSession) luis = session_start (url, "Luis");
  TertuliaRoom *ana_cooks = tertulia_session_join (ana, " cooking ");
  TertuliaRoom *luis_cooks = tertulia_session_join (luis, "cooking");

  g_assert_cmpstr (tertulia_room_get_name (ana_cooks), ==, "cooking");
  g_assert_true (tertulia_session_join (ana, "cooking") == ana_cooks);
  g_assert_null (tertulia_session_join (ana, "\n"));

  chat_test_wait (tertulia_room_get_live (ana_cooks) && tertulia_room_get_live (luis_cooks));
  tertulia_room_send (ana_cooks, "More salt");
  chat_test_wait (count_rows (luis_cooks) == 1);
  g_assert_cmpuint (count_rows (general (luis)), ==, 0);

  tertulia_room_type (luis_cooks);
  chat_test_wait (g_strv_length ((GStrv) tertulia_room_get_typing (ana_cooks)) == 1);
  g_assert_cmpstr (tertulia_room_get_typing (ana_cooks)[0], ==, "Luis");
  tertulia_room_send (luis_cooks, "Enough");
  chat_test_wait (g_strv_length ((GStrv) tertulia_room_get_typing (ana_cooks)) == 0);

  tertulia_session_leave (luis, luis_cooks);
  g_assert_cmpuint (g_list_model_get_n_items (tertulia_session_get_rooms (luis)), ==, 1);
  chat_test_wait (g_list_model_get_n_items (tertulia_room_get_people (ana_cooks)) == 1);
}

/* The program ends with messages that are not sent; the next one sends them. */
static void
test_restart (gconstpointer data)
{
  g_autoptr (ChatServer) server = chat_server_new ();
  g_autofree char *url = chat_server_get_url (server, data);
  g_autofree char *folder = g_dir_make_tmp ("tertulia-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "chat.db", NULL);
  g_autoptr (TertuliaSession) luis = session_start (url, "Luis");
  g_autoptr (TertuliaSession) ana = session_new (url, "Ana", path);

  tertulia_session_start (ana);
  chat_test_wait (tertulia_room_get_live (general (ana)));
  tertulia_room_send (general (luis), "heard");
  chat_test_wait (count_rows (general (ana)) == 1);
  tertulia_session_disconnect (ana);
  chat_test_wait (!tertulia_room_get_live (general (ana)));
  tertulia_room_send (general (ana), "unsent");
  tertulia_session_join (ana, "cooking");
  g_assert_finalize_object (g_steal_pointer (&ana));

  /* All is there before there is a connection. */
  ana = session_new (url, "Ana", path);
  assert_room (general (ana), "Luis: heard\nAna: unsent\n");
  g_assert_cmpuint (tertulia_room_get_unread (general (ana)), ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (tertulia_session_get_rooms (ana)), ==, 2);

  tertulia_session_start (ana);
  chat_test_wait (count_rows (general (luis)) == 2 && tertulia_room_get_n_unsent (general (ana)) == 0);
  assert_room (general (luis), "Luis: heard\nAna: unsent\n");
  assert_room (general (ana), "Luis: heard\nAna: unsent\n");

  g_clear_object (&ana);
  g_unlink (path);
  g_rmdir (folder);
}

static void
leave_behind (TertuliaStore        *store,
              const char           *text,
              gint64                minutes_ago,
              TertuliaMessageState  state)
{
  gint64 time = g_get_real_time () / 1000 - minutes_ago * 60 * 1000;
  g_autoptr (TertuliaEntry) entry = tertulia_entry_new (0, "Ana", text, text, time);

  tertulia_store_put_outbox (store, "general", entry, state, NULL);
}

/* The program crashed. What nobody knows the fate of is asked about when it is
 * old, and said again under the same key when it is not; nothing is lost.
 */
static void
test_crash (gconstpointer data)
{
  g_autoptr (ChatServer) server = chat_server_new ();
  g_autofree char *url = chat_server_get_url (server, data);
  g_autofree char *folder = g_dir_make_tmp ("tertulia-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "chat.db", NULL);
  g_autoptr (TertuliaStore) store = tertulia_store_new (path, url, "Ana", NULL);
  g_autoptr (TertuliaSession) luis = session_start (url, "Luis");
  g_autoptr (TertuliaSession) ana = NULL;
  g_autoptr (TertuliaMessage) old_queued = NULL;
  g_autoptr (TertuliaMessage) old_sending = NULL;
  GListModel *messages;

  leave_behind (store, "old queued", 11, TERTULIA_MESSAGE_QUEUED);
  leave_behind (store, "old sending", 11, TERTULIA_MESSAGE_SENDING);
  leave_behind (store, "new sending", 9, TERTULIA_MESSAGE_SENDING);
  leave_behind (store, "new queued", 9, TERTULIA_MESSAGE_QUEUED);
  g_clear_pointer (&store, tertulia_store_unref);

  ana = session_new (url, "Ana", path);
  messages = tertulia_room_get_messages (general (ana));
  old_queued = g_list_model_get_item (messages, 0);
  old_sending = g_list_model_get_item (messages, 1);
  g_assert_cmpint (tertulia_message_get_state (old_queued), ==, TERTULIA_MESSAGE_FAILED);
  g_assert_nonnull (tertulia_message_get_error (old_queued));
  g_assert_cmpint (tertulia_message_get_state (old_sending), ==, TERTULIA_MESSAGE_UNKNOWN);
  g_assert_cmpuint (tertulia_room_get_n_failed (general (ana)), ==, 2);
  g_assert_cmpuint (tertulia_room_get_n_unsent (general (ana)), ==, 4);

  tertulia_session_start (ana);
  chat_test_wait (tertulia_room_get_n_unsent (general (ana)) == 2);
  chat_test_wait (count_rows (general (luis)) == 2);
  assert_room (general (luis), "Ana: new sending\nAna: new queued\n");
  assert_room (general (ana), "Ana: new sending\nAna: new queued\nAna: old queued\nAna: old sending\n");

  tertulia_room_discard (general (ana), old_queued);
  tertulia_room_retry (general (ana), old_sending);
  chat_test_wait (count_rows (general (luis)) == 3 && tertulia_room_get_n_unsent (general (ana)) == 0);
  assert_room (general (luis), "Ana: new sending\nAna: new queued\nAna: old sending\n");

  g_clear_object (&ana);
  g_unlink (path);
  g_rmdir (folder);
}

/* A server that lost its history says so, and the session believes it. */
static void
test_new_history (gconstpointer data)
{
  g_autoptr (ChatServer) server = chat_server_new ();
  g_autofree char *url = chat_server_get_url (server, data);
  g_autoptr (TertuliaSession) ana = session_start (url, "Ana");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 5; i++)
    tertulia_room_send (general (ana), "before");
  chat_test_wait (tertulia_room_get_n_unsent (general (ana)) == 0);

  chat_server_restart (server, TRUE);
  tertulia_chat_hub_say (server->hub, "general", "Marta", "first of the new ones", &error);
  g_assert_no_error (error);

  tertulia_session_reconnect (ana);
  chat_test_wait (count_rows (general (ana)) == 6);
  g_assert_cmpstr (tertulia_message_get_text (last_message (general (ana))), ==, "first of the new ones");
  tertulia_room_send (general (ana), "after");
  chat_test_wait (tertulia_room_get_n_unsent (general (ana)) == 0);
  g_assert_cmpuint (count_rows (general (ana)), ==, 7);
}

/* The server dies, and another process serves in its place. */
static void
test_server_restart (gconstpointer data)
{
  g_autoptr (ChatServer) server = chat_server_new ();
  g_autofree char *url = chat_server_get_url (server, data);
  g_autoptr (TertuliaSession) ana = session_start (url, "Ana");
  g_autoptr (TertuliaSession) luis = session_start (url, "Luis");
  const char *expected = "Ana: before\nAna: while it was away\nLuis: after\n";

  tertulia_room_send (general (ana), "before");
  chat_test_wait (count_rows (general (luis)) == 1);

  chat_server_restart (server, FALSE);
  tertulia_room_send (general (ana), "while it was away");
  chat_test_wait (count_rows (general (luis)) == 2);
  tertulia_room_send (general (luis), "after");
  chat_test_wait (count_rows (general (ana)) == 3 && tertulia_room_get_n_unsent (general (luis)) == 0);

  assert_room (general (ana), expected);
  assert_room (general (luis), expected);
  chat_test_wait (g_list_model_get_n_items (tertulia_room_get_people (general (ana))) == 2);
}

static void
test_refused_message (gconstpointer data)
{
  g_autoptr (ChatServer) server = chat_server_new ();
  g_autofree char *url = chat_server_get_url (server, data);
  g_autoptr (TertuliaSession) ana = session_start (url, "Ana");
  g_autofree char *too_long = g_strnfill (4001, 'x');
  TertuliaMessage *failed;

  tertulia_room_send (general (ana), too_long);
  failed = last_message (general (ana));
  g_assert_cmpint (tertulia_message_get_state (failed), ==, TERTULIA_MESSAGE_FAILED);
  g_assert_nonnull (tertulia_message_get_error (failed));
  g_assert_cmpuint (tertulia_room_get_n_failed (general (ana)), ==, 1);

  /* It does not stand in the way of others, nor does trying again help it. */
  tertulia_room_retry (general (ana), failed);
  tertulia_room_send (general (ana), "short");
  chat_test_wait (tertulia_room_get_n_unsent (general (ana)) == 1);
  g_assert_cmpint (tertulia_message_get_state (failed), ==, TERTULIA_MESSAGE_FAILED);

  tertulia_room_discard (general (ana), failed);
  g_assert_cmpuint (tertulia_room_get_n_unsent (general (ana)), ==, 0);
  assert_room (general (ana), "Ana: short\n");
}

/* Reconnect is never dead. */
static void
test_reconnect (gconstpointer data)
{
  g_autoptr (ChatServer) server = chat_server_new ();
  g_autofree char *url = chat_server_get_url (server, data);
  g_autoptr (TertuliaSession) ana = session_new (url, "Ana", NULL);

  tertulia_session_reconnect (ana);
  chat_test_wait (tertulia_room_get_live (general (ana)));

  tertulia_session_disconnect (ana);
  chat_test_wait (tertulia_status_get_kind (tertulia_session_get_status (ana)) == TERTULIA_STATUS_DISCONNECTED);
  g_assert_cmpint (tertulia_status_get_lost_at (tertulia_session_get_status (ana)), ==, 0);
  tertulia_session_reconnect (ana);
  tertulia_session_reconnect (ana);
  chat_test_wait (tertulia_room_get_live (general (ana)));
  tertulia_session_reconnect (ana);
  chat_test_wait (tertulia_room_get_live (general (ana)));
}

static void
stopped_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  gboolean *stopped = user_data;
  g_autoptr (GError) error = NULL;

  tertulia_session_stop_finish (TERTULIA_SESSION (source), result, &error);
  g_assert_no_error (error);
  *stopped = TRUE;
}

static void
test_stop (gconstpointer data)
{
  g_autoptr (ChatServer) server = chat_server_new ();
  g_autofree char *url = chat_server_get_url (server, data);
  g_autoptr (TertuliaSession) ana = session_start (url, "Ana");
  g_autoptr (TertuliaSession) luis = session_start (url, "Luis");
  gboolean stopped = FALSE;

  tertulia_session_stop_async (luis, NULL, stopped_cb, &stopped);
  g_assert_false (stopped);
  chat_test_wait (stopped && has_notice (general (ana), "(Luis left)"));
  g_assert_finalize_object (g_steal_pointer (&luis));
}

int
main (int   argc,
      char *argv[])
{
  static const struct {
    const char    *name;
    GTestDataFunc  func;
  } tests[] = {
    { "talk", test_talk },
    { "written-before", test_written_before },
    { "written-while-gone", test_written_while_gone },
    { "silent", test_silent },
    { "cut-again-and-again", test_cut_again_and_again },
    { "presence", test_presence },
    { "rooms", test_rooms },
    { "restart", test_restart },
    { "crash", test_crash },
    { "new-history", test_new_history },
    { "server-restart", test_server_restart },
    { "refused-message", test_refused_message },
    { "reconnect", test_reconnect },
    { "stop", test_stop },
  };

  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *on_classic = g_strconcat ("/session/aspnet/", tests[i].name, NULL);
      g_autofree char *on_core = g_strconcat ("/session/aspnetcore/", tests[i].name, NULL);

      g_test_add_data_func (on_classic, classic, tests[i].func);
      g_test_add_data_func (on_core, core, tests[i].func);
    }

  return g_test_run ();
}
