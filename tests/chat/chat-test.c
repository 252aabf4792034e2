/* chat-test.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "chat-test.h"

#include <glib/gstdio.h>

static gboolean
net_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

GSource *
chat_test_net_new (void)
{
  GSource *source = g_timeout_source_new (1000);

  g_source_set_callback (source, net_cb, NULL, NULL);
  g_source_attach (source, NULL);

  return source;
}

void
chat_test_settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static gboolean
authenticate_cb (SignalrServer      *server,
                 SoupServerMessage  *request,
                 const char         *token,
                 gpointer            user_data,
                 char              **user)
{
  /* A token is somebody's name, in these tests; without one, anybody. */
  *user = g_strdup (token);

  return TRUE;
}

static void
chat_server_start (ChatServer *self)
{
  g_autofree char *key = g_build_filename (self->folder, "server.key", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GUri) uri = NULL;

  self->hub = tertulia_chat_hub_new (self->history, &error);
  g_assert_no_error (error);
  tertulia_chat_hub_set_grace (self->hub, 0);

  self->server = signalr_server_new ();
  signalr_server_set_disconnect_timeout (self->server, 6000, &error);
  g_assert_no_error (error);
  signalr_server_set_ping_interval (self->server, 2000, &error);
  g_assert_no_error (error);
  signalr_server_set_client_timeout (self->server, 6000, &error);
  g_assert_no_error (error);
  signalr_server_set_key_file (self->server, key, &error);
  g_assert_no_error (error);
  signalr_server_set_authenticate_func (self->server, authenticate_cb, NULL, NULL, &error);
  g_assert_no_error (error);
  if (self->redis != NULL)
    {
      signalr_server_set_redis (self->server, self->redis, &error);
      g_assert_no_error (error);
      tertulia_chat_hub_share (self->hub, &error);
      g_assert_no_error (error);
    }
  tertulia_chat_hub_serve (self->hub, self->server, &error);
  g_assert_no_error (error);
  signalr_server_listen (self->server, "127.0.0.1", self->port, &error);
  g_assert_no_error (error);

  uri = g_uri_parse (signalr_server_get_uri (self->server), G_URI_FLAGS_NONE, &error);
  g_assert_no_error (error);
  self->port = g_uri_get_port (uri);
}

ChatServer *
chat_server_new (void)
{
  return chat_server_new_shared (NULL);
}

ChatServer *
chat_server_new_shared (const char *redis)
{
  ChatServer *self = g_new0 (ChatServer, 1);
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("tertulia-XXXXXX", &error);
  g_assert_no_error (error);
  self->history = g_build_filename (self->folder, "history.db", NULL);
  self->redis = g_strdup (redis);
  chat_server_start (self);

  self->link = link_simulator_new ("127.0.0.1", self->port);
  link_simulator_listen (self->link, 0, &error);
  g_assert_no_error (error);

  return self;
}

static void
done_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  gboolean *done = user_data;

  *done = TRUE;
}

void
chat_server_stop (ChatServer *self)
{
  gboolean done = FALSE;

  signalr_server_shutdown_async (self->server, NULL, done_cb, &done);
  chat_test_wait (done);
  g_clear_object (&self->server);
  g_assert_finalize_object (g_steal_pointer (&self->hub));
}

static void
chat_server_forget (ChatServer *self,
                    const char *name)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);

  g_unlink (path);
}

void
chat_server_restart (ChatServer *self,
                     gboolean    history_is_lost)
{
  chat_server_stop (self);
  if (history_is_lost)
    chat_server_forget (self, "history.db");
  chat_server_start (self);
}

void
chat_server_free (ChatServer *self)
{
  g_clear_object (&self->link);
  chat_server_stop (self);
  chat_server_forget (self, "history.db");
  chat_server_forget (self, "server.key");
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_free (self->history);
  g_free (self->redis);
  g_free (self->folder);
  g_free (self);
}

char *
chat_server_get_url (ChatServer *self,
                     const char *path)
{
  return g_strdup_printf ("http://127.0.0.1:%u%s", self->port, path);
}

char *
chat_server_get_link_url (ChatServer *self,
                          const char *path)
{
  return g_strdup_printf ("http://127.0.0.1:%u%s", link_simulator_get_port (self->link), path);
}

static void
heard_cb (ChatClient *self,
          const char *method,
          JsonNode   *args)
{
  g_autofree char *json = json_to_string (args, FALSE);

  g_ptr_array_add (self->heard, g_strdup_printf ("%s %s", method, json));
}

static void
ended_cb (ChatClient *self)
{
  self->ended = TRUE;
}

ChatClient *
chat_client_new (const char *url)
{
  return chat_client_new_with_token (url, NULL);
}

ChatClient *
chat_client_new_with_token (const char *url,
                            const char *token)
{
  ChatClient *self = g_new0 (ChatClient, 1);

  self->connection = signalr_connection_new (url);
  if (token != NULL)
    signalr_connection_set_access_token (self->connection, token);
  self->hub = signalr_connection_get_hub (self->connection, "chatHub");
  self->heard = g_ptr_array_new_with_free_func (g_free);
  g_signal_connect_swapped (self->hub, "invocation", G_CALLBACK (heard_cb), self);
  g_signal_connect_swapped (self->connection, "disconnected", G_CALLBACK (ended_cb), self);

  signalr_connection_start_async (self->connection, NULL, NULL, NULL);
  chat_test_wait (self->ended ||
                  signalr_connection_get_state (self->connection) == SIGNALR_CONNECTION_STATE_CONNECTED);
  g_assert_no_error (signalr_connection_get_last_error (self->connection));

  return self;
}

void
chat_client_free (ChatClient *self)
{
  chat_client_stop (self);
  g_signal_handlers_disconnect_by_data (self->hub, self);
  g_signal_handlers_disconnect_by_data (self->connection, self);
  g_object_unref (self->connection);
  g_ptr_array_unref (self->heard);
  g_free (self);
}

void
chat_client_stop (ChatClient *self)
{
  gboolean done = FALSE;

  signalr_connection_stop_async (self->connection, NULL, done_cb, &done);
  chat_test_wait (done);
}

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  char **answer = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = NULL;

  node = signalr_hub_proxy_invoke_finish (SIGNALR_HUB_PROXY (source), result, NULL, &error);
  *answer = node != NULL ? json_to_string (node, FALSE) : g_strdup_printf ("! %s", error->message);
}

char *
chat_client_call (ChatClient *self,
                  const char *method,
                  const char *args)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = json_from_string (args, &error);
  char *answer = NULL;

  g_assert_no_error (error);
  signalr_hub_proxy_invoke_async (self->hub, method, node, NULL, answered_cb, &answer);
  chat_test_wait (answer != NULL);

  return answer;
}

guint
chat_client_count (ChatClient *self,
                   const char *what)
{
  guint n = 0;

  for (guint i = 0; i < self->heard->len; i++)
    {
      if (g_str_has_prefix (g_ptr_array_index (self->heard, i), what))
        n++;
    }

  return n;
}

char *
chat_test_read_room (TertuliaRoom *room,
                     gboolean      with_notices)
{
  GListModel *messages = tertulia_room_get_messages (room);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (messages); i++)
    {
      g_autoptr (TertuliaMessage) message = g_list_model_get_item (messages, i);

      if (tertulia_message_get_state (message) == TERTULIA_MESSAGE_NOTICE)
        {
          if (with_notices)
            g_string_append_printf (text, "(%s)\n", tertulia_message_get_text (message));
          continue;
        }

      g_string_append_printf (text, "%s: %s\n",
                              tertulia_message_get_author (message),
                              tertulia_message_get_text (message));
    }

  return g_string_free (text, FALSE);
}
