/* test-foreign.c: servers that are not ours: a tutorial's, elsewhere, and none
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "chat-test.h"

/* A hub as the tutorials write it: one method, told to everybody. */
#define TEST_TYPE_TUTORIAL_HUB (test_tutorial_hub_get_type ())
G_DECLARE_FINAL_TYPE (TestTutorialHub, test_tutorial_hub, TEST, TUTORIAL_HUB, SignalrHub)

struct _TestTutorialHub {
  SignalrHub         parent_instance;

  const char        *event;
  gboolean           hangs_up;     /* instead of answering, once */
  SignalrInvocation *unanswered;
  guint              n_calls;
};

G_DEFINE_FINAL_TYPE (TestTutorialHub, test_tutorial_hub, SIGNALR_TYPE_HUB)

static void
test_tutorial_hub_dispose (GObject *object)
{
  TestTutorialHub *self = TEST_TUTORIAL_HUB (object);

  g_clear_object (&self->unanswered);

  G_OBJECT_CLASS (test_tutorial_hub_parent_class)->dispose (object);
}

static void
test_tutorial_hub_class_init (TestTutorialHubClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = test_tutorial_hub_dispose;
}

static void
test_tutorial_hub_init (TestTutorialHub *self)
{
}

static void
send_cb (SignalrHub        *hub,
         SignalrInvocation *invocation,
         gpointer           user_data)
{
  TestTutorialHub *self = TEST_TUTORIAL_HUB (hub);
  SignalrCaller *caller = signalr_invocation_get_caller (invocation);
  g_autoptr (JsonNode) args = json_node_new (JSON_NODE_ARRAY);

  self->n_calls++;
  if (self->hangs_up)
    {
      self->hangs_up = FALSE;
      self->unanswered = g_object_ref (invocation);
      signalr_hub_close_client (hub, signalr_caller_get_connection_id (caller), "Not now");
      return;
    }

  json_node_set_array (args, signalr_invocation_get_args (invocation));
  signalr_hub_call_all (hub, self->event, args, NULL);
  signalr_invocation_return_value (invocation, NULL);
}

typedef struct {
  const char *path;
  const char *method;
  const char *event;
} Shape;

static const Shape shapes[] = {
  { "/signalr", "Send", "broadcastMessage" },
  { "/signalr", "Send", "addNewMessageToPage" },
  { "/chatHub", "SendMessage", "ReceiveMessage" },
  { "/chatHub", "Send", "broadcastMessage" },
};

static SignalrServer *
serve (const Shape      *shape,
       TestTutorialHub **hub_out)
{
  SignalrServer *server = signalr_server_new ();
  g_autoptr (TestTutorialHub) hub = g_object_new (TEST_TYPE_TUTORIAL_HUB, NULL);
  g_autoptr (GError) error = NULL;

  hub->event = shape->event;
  if (hub_out != NULL)
    *hub_out = hub;
  signalr_hub_add_method (SIGNALR_HUB (hub), shape->method, 2, send_cb, NULL, NULL);
  signalr_server_add_hub (server, "ChatHub", SIGNALR_HUB (hub));
  if (g_str_equal (shape->path, "/signalr"))
    signalr_server_map_hubs (server, shape->path, NULL, &error);
  else
    signalr_server_map_hub (server, shape->path, "ChatHub", NULL, &error);
  g_assert_no_error (error);
  signalr_server_listen (server, "127.0.0.1", 0, &error);
  g_assert_no_error (error);

  return server;
}

static TertuliaSession *
session_new (const char *server,
             const char *name)
{
  g_autoptr (TertuliaSettings) settings = tertulia_settings_new ();

  return g_object_new (TERTULIA_TYPE_SESSION,
                       "settings", settings, "server", server, "name", name,
                       "data-path", ":memory:", NULL);
}

static TertuliaRoom *
general (TertuliaSession *session)
{
  g_autoptr (TertuliaRoom) room = g_list_model_get_item (tertulia_session_get_rooms (session), 0);

  return room;
}

static void
assert_room (TertuliaRoom *room,
             const char   *expected)
{
  g_autofree char *text = chat_test_read_room (room, FALSE);

  g_assert_cmpstr (text, ==, expected);
}

/* The address has no path, the hub is a tutorial's: two people talk all the same,
 * and see each message once.
 */
static void
test_tutorial (gconstpointer data)
{
  g_autoptr (SignalrServer) server = serve (data, NULL);
  g_autoptr (TertuliaSession) ana = session_new (signalr_server_get_uri (server), "Ana");
  g_autoptr (TertuliaSession) luis = session_new (signalr_server_get_uri (server), "Luis");

  tertulia_session_start (ana);
  tertulia_session_start (luis);
  chat_test_wait (tertulia_room_get_live (general (ana)) && tertulia_room_get_live (general (luis)));

  tertulia_room_send (general (ana), "Hello");
  chat_test_wait (tertulia_room_get_unread (general (luis)) == 1 &&
                  tertulia_room_get_n_unsent (general (ana)) == 0);
  tertulia_room_send (general (luis), "Hello");
  tertulia_room_send (general (luis), "Hello");
  chat_test_wait (tertulia_room_get_unread (general (ana)) == 2 &&
                  tertulia_room_get_n_unsent (general (luis)) == 0);
  chat_test_settle ();

  assert_room (general (ana), "Ana: Hello\nLuis: Hello\nLuis: Hello\n");
  assert_room (general (luis), "Ana: Hello\nLuis: Hello\nLuis: Hello\n");
  g_assert_cmpuint (g_list_model_get_n_items (tertulia_room_get_people (general (ana))), ==, 0);

  tertulia_session_disconnect (ana);
  tertulia_session_disconnect (luis);
  chat_test_wait (!tertulia_room_get_live (general (ana)) && !tertulia_room_get_live (general (luis)));
}

/* Nobody knows whether the message arrived, and such a hub would say it twice: so
 * the user is asked.
 */
static void
test_unknown (gconstpointer data)
{
  TestTutorialHub *hub = NULL;
  g_autoptr (SignalrServer) server = serve (data, &hub);
  g_autoptr (TertuliaSession) ana = session_new (signalr_server_get_uri (server), "Ana");
  TertuliaRoom *room = general (ana);
  g_autoptr (TertuliaMessage) message = NULL;

  tertulia_session_start (ana);
  chat_test_wait (tertulia_room_get_live (room));
  /* By now the session knows how this hub is spoken to. */
  tertulia_room_send (room, "first");
  chat_test_wait (tertulia_room_get_n_unsent (room) == 0);

  hub->hangs_up = TRUE;
  hub->n_calls = 0;
  tertulia_room_send (room, "perhaps");
  message = g_list_model_get_item (tertulia_room_get_messages (room), 1);
  chat_test_wait (tertulia_message_get_state (message) == TERTULIA_MESSAGE_UNKNOWN);
  g_assert_cmpuint (tertulia_room_get_n_failed (room), ==, 1);

  /* It is not sent by itself, and does not hold up what is written after it. */
  tertulia_session_reconnect (ana);
  chat_test_wait (tertulia_room_get_live (room));
  tertulia_room_send (room, "after");
  chat_test_wait (tertulia_room_get_n_unsent (room) == 1);
  g_assert_cmpint (tertulia_message_get_state (message), ==, TERTULIA_MESSAGE_UNKNOWN);
  g_assert_cmpuint (hub->n_calls, ==, 2);

  tertulia_room_retry (room, message);
  chat_test_wait (tertulia_room_get_n_unsent (room) == 0);
  g_assert_cmpuint (hub->n_calls, ==, 3);
  assert_room (room, "Ana: first\nAna: after\nAna: perhaps\n");

  tertulia_session_disconnect (ana);
  chat_test_wait (!tertulia_room_get_live (room));
}

static void
kind_cb (TertuliaStatus *status,
         GParamSpec     *pspec,
         gpointer        user_data)
{
  guint *kinds = user_data;

  *kinds |= 1u << tertulia_status_get_kind (status);
}

/* An address without a path is found, and nobody is told of those where nothing was. */
static void
test_path_is_found (void)
{
  static const Shape last = { "/chat", "SendMessage", "ReceiveMessage" };
  g_autoptr (SignalrServer) server = serve (&last, NULL);
  g_autoptr (TertuliaSession) session = session_new (signalr_server_get_uri (server), "Ana");
  guint kinds = 0;

  g_signal_connect (tertulia_session_get_status (session), "notify::kind", G_CALLBACK (kind_cb), &kinds);
  tertulia_session_start (session);
  chat_test_wait (tertulia_room_get_live (general (session)));
  chat_test_settle ();

  g_assert_true (g_str_has_suffix (signalr_connection_get_url (tertulia_session_get_connection (session)),
                                   "/chat"));
  g_assert_cmpuint (kinds, ==, 0);
}

static void
answer_cb (SoupServer        *server,
           SoupServerMessage *message,
           const char        *path,
           GHashTable        *query,
           gpointer           user_data)
{
  soup_server_message_set_status (message, GPOINTER_TO_UINT (user_data), NULL);
}

static void
assert_ends (const char         *address,
             TertuliaStatusKind  kind,
             SignalrError        code)
{
  g_autoptr (TertuliaSession) session = session_new (address, "Ana");
  TertuliaStatus *status = tertulia_session_get_status (session);

  tertulia_session_start (session);
  chat_test_wait (tertulia_status_get_kind (status) == kind);
  g_assert_error (tertulia_status_get_error (status), SIGNALR_ERROR, (int) code);
}

/* What the server answers is told as what it is. */
static void
test_answers (void)
{
  static const struct {
    guint              answer;
    TertuliaStatusKind kind;
    SignalrError       code;
  } answers[] = {
    { SOUP_STATUS_NOT_FOUND, TERTULIA_STATUS_REFUSED, SIGNALR_ERROR_NOT_FOUND },
    { SOUP_STATUS_OK, TERTULIA_STATUS_REFUSED, SIGNALR_ERROR_NOT_SIGNALR },
    { SOUP_STATUS_UNAUTHORIZED, TERTULIA_STATUS_SIGNED_OUT, SIGNALR_ERROR_UNAUTHORIZED },
    { SOUP_STATUS_FORBIDDEN, TERTULIA_STATUS_SIGNED_OUT, SIGNALR_ERROR_FORBIDDEN },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autoptr (SoupServer) server = soup_server_new (NULL, NULL);
      g_autoptr (GError) error = NULL;
      g_autofree char *address = NULL;
      GSList *uris;

      soup_server_add_handler (server, NULL, answer_cb, GUINT_TO_POINTER (answers[i].answer), NULL);
      soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
      g_assert_no_error (error);
      uris = soup_server_get_uris (server);
      address = g_strdup_printf ("127.0.0.1:%d", g_uri_get_port (uris->data));
      g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);

      assert_ends (address, answers[i].kind, answers[i].code);
    }
}

/* Nobody there now: that may change, so it is tried again. */
static void
test_refused (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);
  g_autofree char *address = g_strdup_printf ("http://127.0.0.1:%u/signalr", port);
  g_autoptr (TertuliaSession) session = session_new (address, "Ana");
  SignalrConnection *connection = tertulia_session_get_connection (session);

  g_socket_listener_close (listener);
  tertulia_session_start (session);
  chat_test_wait (signalr_connection_get_retry_at (connection) != 0);
  g_assert_error (tertulia_status_get_error (tertulia_session_get_status (session)),
                  SIGNALR_ERROR, SIGNALR_ERROR_REFUSED);
  g_assert_cmpint (tertulia_status_get_lost_at (tertulia_session_get_status (session)), ==, 0);
}

/* What cannot be an address is told like every other trouble. */
static void
test_nonsense (void)
{
  g_autoptr (TertuliaSession) session = session_new ("no address at all", "Ana");
  TertuliaStatus *status = tertulia_session_get_status (session);

  tertulia_session_start (session);
  chat_test_wait (tertulia_status_get_error (status) != NULL);
  chat_test_wait (tertulia_status_get_kind (status) != TERTULIA_STATUS_NOTHING);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      g_autofree char *path = g_strdup_printf ("/foreign/tutorial%s/%s/%s", shapes[i].path,
                                               shapes[i].method, shapes[i].event);

      g_autofree char *unknown = g_strdup_printf ("/foreign/unknown%s/%s/%s", shapes[i].path,
                                                  shapes[i].method, shapes[i].event);

      g_test_add_data_func (path, &shapes[i], test_tutorial);
      g_test_add_data_func (unknown, &shapes[i], test_unknown);
    }
  g_test_add_func ("/foreign/path-is-found", test_path_is_found);
  g_test_add_func ("/foreign/answers", test_answers);
  g_test_add_func ("/foreign/refused", test_refused);
  g_test_add_func ("/foreign/nonsense", test_nonsense);

  return g_test_run ();
}
