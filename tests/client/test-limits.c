/* test-limits.c: how much a server may send, and how much may wait for it
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "signalr.h"

#include <string.h>

#include "fixture.h"

#define MAX_SIZE 4096

typedef struct {
  const char *name;
  gboolean    core;
  const char *transport;
} Way;

static const Way ways[] = {
  { "classic/webSockets", FALSE, "webSockets" },
  { "classic/serverSentEvents", FALSE, "serverSentEvents" },
  { "classic/foreverFrame", FALSE, "foreverFrame" },
  { "classic/longPolling", FALSE, "longPolling" },
  { "core/webSockets", TRUE, "webSockets" },
  { "core/serverSentEvents", TRUE, "serverSentEvents" },
  { "core/longPolling", TRUE, "longPolling" },
};

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  const Way *way = data;

  fixture_set_up (fixture, GINT_TO_POINTER (way->core));
  use_transport (fixture, way->transport);
  signalr_connection_set_max_message_size (fixture->connection, MAX_SIZE);
  start (fixture);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  fixture_tear_down (fixture, GINT_TO_POINTER (((const Way *) data)->core));
}

/* A call of the client that is so long, in all. */
static void
push_long (Fixture *fixture,
           gsize    length)
{
  const char *begin = fixture->peer->core ? "{\"type\":1,\"target\":\"long\",\"arguments\":[\""
                                          : "{\"C\":\"d-9\",\"M\":[{\"H\":\"ChatHub\",\"M\":\"long\",\"A\":[\"";
  const char *end = fixture->peer->core ? "\"]}" : "\"]}]}";
  g_autofree char *filling = g_strnfill (length - strlen (begin) - strlen (end), 'x');
  g_autofree char *text = g_strconcat (begin, filling, end, NULL);

  peer_send (fixture->peer, text);
}

static void
lost_cb (SignalrConnection *connection,
         GError            *error,
         gpointer           user_data)
{
  g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_TOO_LARGE);
  g_test_message ("%s", error->message);
}

/* What is too large would be so again: the connection is another one then. */
static void
test_too_large (Fixture       *fixture,
                gconstpointer  data)
{
  g_autofree char *id = g_strdup (signalr_connection_get_connection_id (fixture->connection));
  g_auto (Answer) answer = { 0 };

  g_signal_connect (fixture->connection, "reconnecting", G_CALLBACK (lost_cb), NULL);
  push_long (fixture, MAX_SIZE - 20);
  peer_wait (&fixture->n_invocations, 1);
  assert_log (fixture, "");

  /* More than what may belong to the next message. */
  push_long (fixture, MAX_SIZE + 100000);
  peer_wait (&fixture->n_reconnected, 1);
  g_assert_cmpuint (fixture->n_invocations, ==, 1);
  g_assert_false (fixture->resumed);
  g_assert_cmpstr (fixture->id, !=, id);
  assert_log (fixture, "reconnecting RECONNECTING connected RECONNECTED ");

  invoke (fixture, "Echo", &answer);
  peer_wait (&answer.n_answers, 1);
  g_assert_no_error (answer.error);
  stop (fixture);
}

/* What nobody takes waits; but not without end. */
static void
test_queue_full (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autofree char *text = g_strnfill (40000, 'x');
  g_autoptr (JsonNode) args = array_of_text (text);
  g_autoptr (GError) error = NULL;
  guint n_sent = 0;

  /* The peer is not run meanwhile. */
  while (n_sent < 3000 && signalr_hub_proxy_send (fixture->hub, "Nothing", args, &error))
    n_sent++;
  g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_QUEUE_FULL);
  g_assert_cmpuint (n_sent, >, 400);
  g_assert_cmpuint (n_sent, <=, 1001);
  assert_log (fixture, "");

  /* Once it is, there is room again. */
  g_clear_error (&error);
  while (!signalr_hub_proxy_send (fixture->hub, "Nothing", args, NULL))
    g_main_context_iteration (NULL, TRUE);

  /* Nobody waits for all the others. */
  g_signal_handlers_disconnect_by_data (fixture->connection, fixture);
  g_assert_finalize_object (g_steal_pointer (&fixture->connection));
}

static gboolean
ping_cb (gpointer user_data)
{
  peer_send (user_data, "{\"type\":6}");

  return G_SOURCE_CONTINUE;
}

/* The stream lives, but nobody takes what is sent. */
static void
test_post_hangs (Fixture       *fixture,
                 gconstpointer  data)
{
  const Way *way = data;
  g_auto (Answer) answer = { 0 };
  guint pings = 0;

  /* Whose silence is watched has as long as that is borne. */
  signalr_connection_set_attempt_timeout (fixture->connection, 200);
  signalr_connection_set_keep_alive_timeout (fixture->connection, 500);
  stop (fixture);
  g_string_truncate (fixture->log, 0);
  start (fixture);

  fixture->peer->hang = TRUE;
  if (g_str_equal (way->transport, "serverSentEvents"))
    pings = g_timeout_add (50, ping_cb, fixture->peer);
  invoke (fixture, "Echo", &answer);
  peer_wait (&answer.n_answers, 1);
  g_clear_handle_id (&pings, g_source_remove);
  g_assert_error (answer.error, SIGNALR_ERROR, SIGNALR_ERROR_NOT_CONNECTED);
  g_assert_cmpint (answer.delivery, ==, SIGNALR_DELIVERY_UNKNOWN);
  g_assert_cmpuint (fixture->n_reconnecting, ==, 1);
  g_assert_error (signalr_connection_get_last_error (fixture->connection),
                  SIGNALR_ERROR, SIGNALR_ERROR_TIMED_OUT);

  fixture->peer->hang = FALSE;
  peer_wait (&fixture->n_reconnected, 1);
}

/* A server that accepts, and is slow to say the rest of what it begins with. */
typedef struct {
  GSocketService *service;
  const char     *first;
  gboolean        trickles;      /* a byte at a time, for ever */
  GPtrArray      *clients;       /* GSocketConnection */
  guint           trickle_id;
} Slow;

static gboolean
incoming_cb (GSocketService    *service,
             GSocketConnection *connection,
             GObject           *source,
             gpointer           user_data)
{
  Slow *slow = user_data;

  g_ptr_array_add (slow->clients, g_object_ref (connection));
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)),
                             slow->first, strlen (slow->first), NULL, NULL, NULL);

  return TRUE;
}

static gboolean
trickle_cb (gpointer user_data)
{
  Slow *slow = user_data;

  for (guint i = 0; i < slow->clients->len && slow->trickles; i++)
    g_output_stream_write_all (g_io_stream_get_output_stream (slow->clients->pdata[i]),
                               " ", 1, NULL, NULL, NULL);

  return G_SOURCE_CONTINUE;
}

#define HEAD "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n"

static void
test_slow_server (void)
{
  static const Slow servers[] = {
    { .first = "" },
    { .first = HEAD },
    { .first = HEAD, .trickles = TRUE },
    { .first = "HTTP/1.1 200 OK\r\nX: ", .trickles = TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (servers); i++)
    {
      Slow slow = servers[i];
      g_autoptr (SignalrConnection) connection = NULL;
      g_autofree char *url = NULL;
      g_auto (Answer) answer = { 0 };

      slow.service = g_socket_service_new ();
      slow.clients = g_ptr_array_new_with_free_func (g_object_unref);
      slow.trickle_id = g_timeout_add (20, trickle_cb, &slow);
      g_signal_connect (slow.service, "incoming", G_CALLBACK (incoming_cb), &slow);
      url = g_strdup_printf ("http://127.0.0.1:%u/hub",
                             g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (slow.service),
                                                                  NULL, NULL));

      connection = signalr_connection_new (url);
      signalr_connection_set_attempt_timeout (connection, 200);
      signalr_connection_start_async (connection, NULL, start_cb, &answer);
      peer_wait (&answer.n_answers, 1);
      g_assert_error (answer.error, SIGNALR_ERROR, SIGNALR_ERROR_TIMED_OUT);

      g_source_remove (slow.trickle_id);
      g_socket_service_stop (slow.service);
      g_socket_listener_close (G_SOCKET_LISTENER (slow.service));
      g_object_unref (slow.service);
      g_ptr_array_unref (slow.clients);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autofree char *too_large = g_strconcat ("/client/limits/too-large/", ways[i].name, NULL);
      g_autofree char *queue_full = g_strconcat ("/client/limits/queue-full/", ways[i].name, NULL);

      g_test_add (too_large, Fixture, &ways[i], set_up, test_too_large, tear_down);
      if (ways[i].core && !g_str_equal (ways[i].transport, "webSockets"))
        {
          g_autofree char *post_hangs = g_strconcat ("/client/limits/post-hangs/", ways[i].name, NULL);

          g_test_add (post_hangs, Fixture, &ways[i], set_up, test_post_hangs, tear_down);
        }
      g_test_add (queue_full, Fixture, &ways[i], set_up, test_queue_full, tear_down);
    }

  g_test_add_func ("/client/limits/slow-server", test_slow_server);

  return g_test_run ();
}
