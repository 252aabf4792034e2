/* test-link-simulator.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <link/link-simulator.h>

#include <sys/socket.h>

/* One end of a connection, which remembers all that arrives. */
typedef struct {
  GSocket *socket;
  GSource *in;
  GString *received;
  gboolean ended;              /* FIN */
  gboolean reset;              /* RST */
} End;

typedef struct {
  GSocket       *listener;     /* the server's */
  GSource       *accept;
  GPtrArray     *servers;      /* End, in the order of their coming */
  LinkSimulator *link;
  guint          n_opened;
  guint          n_closed;
  char          *closed_by;    /* the last one */
} Fixture;

static gboolean
too_long_cb (gpointer user_data)
{
  g_error ("The test waits for something that does not happen");

  return G_SOURCE_REMOVE;
}

#define wait_until(condition) \
  G_STMT_START { \
    guint too_long = g_timeout_add_seconds (20, too_long_cb, NULL); \
    while (!(condition)) \
      g_main_context_iteration (NULL, TRUE); \
    g_source_remove (too_long); \
  } G_STMT_END

/* Until there is nothing more to do now. Loopback delivers at once. */
static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static gboolean
end_readable_cb (GSocket      *socket,
                 GIOCondition  condition,
                 gpointer      user_data)
{
  End *end = user_data;
  g_autoptr (GError) error = NULL;
  char buffer[65536];
  gssize n;

  n = g_socket_receive (socket, buffer, sizeof buffer, NULL, &error);
  if (n > 0)
    {
      g_string_append_len (end->received, buffer, n);
      return G_SOURCE_CONTINUE;
    }

  if (n == 0)
    end->ended = TRUE;
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    end->reset = TRUE;
  else
    return G_SOURCE_CONTINUE;

  return G_SOURCE_REMOVE;
}

static void
end_read (End *end)
{
  end->in = g_socket_create_source (end->socket, G_IO_IN, NULL);
  g_source_set_callback (end->in, G_SOURCE_FUNC (end_readable_cb), end, NULL);
  g_source_attach (end->in, NULL);
}

static End *
end_new (GSocket *socket)
{
  End *end = g_new0 (End, 1);

  end->socket = socket;
  end->received = g_string_new (NULL);
  g_socket_set_blocking (socket, FALSE);
  end_read (end);

  return end;
}

static void
end_free (End *end)
{
  g_source_destroy (end->in);
  g_source_unref (end->in);
  g_object_unref (end->socket);
  g_string_free (end->received, TRUE);
  g_free (end);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (End, end_free)

static void
end_send (End        *end,
          const char *text)
{
  g_assert_cmpint (g_socket_send (end->socket, text, strlen (text), NULL, NULL), ==, strlen (text));
}

static void
end_finish (End *end)
{
  g_assert_true (g_socket_shutdown (end->socket, FALSE, TRUE, NULL));
}

static GSocketAddress *
loopback (guint16 port)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);

  return g_inet_socket_address_new (address, port);
}

static gboolean
accept_cb (GSocket      *socket,
           GIOCondition  condition,
           gpointer      user_data)
{
  Fixture *fixture = user_data;

  g_ptr_array_add (fixture->servers, end_new (g_socket_accept (socket, NULL, NULL)));

  return G_SOURCE_CONTINUE;
}

static void
opened_cb (LinkSimulator *link,
           guint          n,
           gpointer       user_data)
{
  Fixture *fixture = user_data;

  g_assert_cmpuint (n, ==, ++fixture->n_opened);
}

static void
closed_cb (LinkSimulator *link,
           guint          n,
           const char    *by,
           gpointer       user_data)
{
  Fixture *fixture = user_data;

  g_assert_cmpuint (n, >=, 1);
  g_assert_cmpuint (n, <=, fixture->n_opened);
  fixture->n_closed++;
  g_free (fixture->closed_by);
  fixture->closed_by = g_strdup (by);
}

static guint16
socket_get_port (GSocket *socket)
{
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (socket, NULL);

  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
}

static void
set_up (Fixture       *fixture,
        gconstpointer  user_data)
{
  g_autoptr (GSocketAddress) any = loopback (0);
  g_autoptr (GError) error = NULL;

  fixture->servers = g_ptr_array_new_with_free_func ((GDestroyNotify) end_free);

  fixture->listener = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
                                    G_SOCKET_PROTOCOL_TCP, NULL);
  g_assert_true (g_socket_bind (fixture->listener, any, TRUE, NULL));
  g_socket_set_listen_backlog (fixture->listener, 511);
  g_assert_true (g_socket_listen (fixture->listener, NULL));
  fixture->accept = g_socket_create_source (fixture->listener, G_IO_IN, NULL);
  g_source_set_callback (fixture->accept, G_SOURCE_FUNC (accept_cb), fixture, NULL);
  g_source_attach (fixture->accept, NULL);

  fixture->link = link_simulator_new ("127.0.0.1", socket_get_port (fixture->listener));
  g_signal_connect (fixture->link, "opened", G_CALLBACK (opened_cb), fixture);
  g_signal_connect (fixture->link, "closed", G_CALLBACK (closed_cb), fixture);
  link_simulator_listen (fixture->link, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (link_simulator_get_port (fixture->link), !=, 0);
}

static void
stop_listening (Fixture *fixture)
{
  g_source_destroy (fixture->accept);
  g_source_unref (fixture->accept);
  g_clear_object (&fixture->listener);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  user_data)
{
  if (fixture->link != NULL)
    g_assert_finalize_object (fixture->link);
  if (fixture->listener != NULL)
    stop_listening (fixture);
  g_ptr_array_unref (fixture->servers);
  g_free (fixture->closed_by);
}

static GSocket *
try_connect (guint16   port,
             GError  **error)
{
  g_autoptr (GSocketAddress) address = loopback (port);
  g_autoptr (GSocket) socket = NULL;

  socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  if (!g_socket_connect (socket, address, NULL, error))
    return NULL;

  return g_steal_pointer (&socket);
}

/* The kernel completes the connection; the link accepts it in its own time. */
static End *
connect_client (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  GSocket *socket = try_connect (link_simulator_get_port (fixture->link), &error);

  g_assert_no_error (error);

  return end_new (socket);
}

static End *
wait_for_server (Fixture *fixture,
                 guint    n)
{
  wait_until (fixture->servers->len >= n);

  return fixture->servers->pdata[n - 1];
}

static void
test_good (Fixture       *fixture,
           gconstpointer  user_data)
{
  g_autoptr (End) client = connect_client (fixture);
  End *server;

  end_send (client, "hello");
  server = wait_for_server (fixture, 1);
  wait_until (server->received->len == 5);
  g_assert_cmpstr (server->received->str, ==, "hello");
  g_assert_cmpuint (fixture->n_opened, ==, 1);

  /* One end is done; the other one may still speak. */
  end_finish (client);
  wait_until (server->ended);
  end_send (server, "and good bye");
  wait_until (client->received->len == 12);
  g_assert_cmpuint (fixture->n_closed, ==, 0);

  end_finish (server);
  wait_until (client->ended && fixture->n_closed == 1);
  g_assert_cmpstr (fixture->closed_by, ==, "client");
}

static void
test_server_ends (Fixture       *fixture,
                  gconstpointer  user_data)
{
  g_autoptr (End) client = connect_client (fixture);
  End *server = wait_for_server (fixture, 1);

  end_send (server, "last words");
  end_finish (server);
  wait_until (client->ended);
  g_assert_cmpstr (client->received->str, ==, "last words");

  end_finish (client);
  wait_until (fixture->n_closed == 1);
  g_assert_cmpstr (fixture->closed_by, ==, "server");
}

static void
test_peer_resets (Fixture       *fixture,
                  gconstpointer  user_data)
{
  struct linger linger = { .l_onoff = 1 };
  End *client = connect_client (fixture);
  End *server = wait_for_server (fixture, 1);

  setsockopt (g_socket_get_fd (client->socket), SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
  end_free (client);

  wait_until (server->reset && fixture->n_closed == 1);
  g_assert_cmpstr (fixture->closed_by, ==, "client");
}

/* A reset is also noticed behind the end of what that peer sent. */
static void
test_peer_resets_after_its_end (Fixture       *fixture,
                                gconstpointer  user_data)
{
  struct linger linger = { .l_onoff = 1 };
  End *client = connect_client (fixture);
  End *server = wait_for_server (fixture, 1);

  end_finish (client);
  wait_until (server->ended);

  setsockopt (g_socket_get_fd (client->socket), SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
  end_free (client);
  wait_until (fixture->n_closed == 1);
  g_assert_cmpstr (fixture->closed_by, ==, "client");
}

static void
test_slow (Fixture       *fixture,
           gconstpointer  user_data)
{
  g_autoptr (End) client = connect_client (fixture);
  End *server = wait_for_server (fixture, 1);
  gint64 start;

  link_simulator_set_latency (fixture->link, 60);
  link_simulator_set_mode (fixture->link, LINK_MODE_SLOW);

  start = g_get_monotonic_time ();
  end_send (client, "ping");
  wait_until (server->received->len == 4);
  end_send (server, "pong");
  wait_until (client->received->len == 4);
  g_assert_cmpint (g_get_monotonic_time () - start, >=, 2 * 60 * 1000);

  /* What would have taken an hour goes on when the link is good. */
  link_simulator_set_latency (fixture->link, 3600 * 1000);
  end_send (client, "late");
  settle ();
  g_assert_cmpuint (server->received->len, ==, 4);
  link_simulator_set_mode (fixture->link, LINK_MODE_GOOD);
  wait_until (server->received->len == 8);
}

static void
test_slow_rate (Fixture       *fixture,
                gconstpointer  user_data)
{
  g_autoptr (End) client = connect_client (fixture);
  End *server = wait_for_server (fixture, 1);
  g_autofree char *text = g_strnfill (3000, 'x');
  gint64 start;

  link_simulator_set_latency (fixture->link, 0);
  link_simulator_set_rate (fixture->link, 20000);
  link_simulator_set_mode (fixture->link, LINK_MODE_SLOW);

  start = g_get_monotonic_time ();
  end_send (client, text);
  wait_until (server->received->len == 3000);
  g_assert_cmpstr (server->received->str, ==, text);
  g_assert_cmpint (g_get_monotonic_time () - start, >=, 100 * 1000);
}

static void
test_silent (Fixture       *fixture,
             gconstpointer  user_data)
{
  g_autoptr (End) client = connect_client (fixture);
  g_autoptr (End) second = NULL;
  End *server = wait_for_server (fixture, 1);

  link_simulator_set_mode (fixture->link, LINK_MODE_SILENT);
  g_assert_cmpint (link_simulator_get_mode (fixture->link), ==, LINK_MODE_SILENT);

  end_send (client, "up");
  end_send (server, "down");
  end_finish (client);
  second = connect_client (fixture);
  end_send (second, "hello?");
  wait_until (fixture->n_opened == 2);
  settle ();
  g_assert_cmpuint (server->received->len, ==, 0);
  g_assert_cmpuint (client->received->len, ==, 0);
  g_assert_false (server->ended);
  g_assert_cmpuint (fixture->servers->len, ==, 1);

  link_simulator_set_mode (fixture->link, LINK_MODE_GOOD);
  wait_until (server->ended && client->received->len == 4);
  g_assert_cmpstr (server->received->str, ==, "up");
  g_assert_cmpstr (client->received->str, ==, "down");

  server = wait_for_server (fixture, 2);
  wait_until (server->received->len == 6);
}

static void
test_reset (Fixture       *fixture,
            gconstpointer  user_data)
{
  g_autoptr (End) client = connect_client (fixture);
  g_autoptr (End) next = NULL;
  End *server = wait_for_server (fixture, 1);

  link_simulator_set_mode (fixture->link, LINK_MODE_RESET);
  g_assert_cmpint (link_simulator_get_mode (fixture->link), ==, LINK_MODE_GOOD);
  g_assert_cmpuint (fixture->n_closed, ==, 0);

  wait_until (client->reset && server->reset && fixture->n_closed == 1);
  g_assert_cmpstr (fixture->closed_by, ==, "link");

  next = connect_client (fixture);
  end_send (next, "again");
  server = wait_for_server (fixture, 2);
  wait_until (server->received->len == 5);
}

static void
test_gone (Fixture       *fixture,
           gconstpointer  user_data)
{
  guint16 port = link_simulator_get_port (fixture->link);
  g_autoptr (End) client = connect_client (fixture);
  g_autoptr (End) next = NULL;
  g_autoptr (GError) error = NULL;
  End *server = wait_for_server (fixture, 1);

  link_simulator_set_mode (fixture->link, LINK_MODE_GONE);
  wait_until (client->reset && server->reset && fixture->n_closed == 1);
  g_assert_null (try_connect (port, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);

  link_simulator_set_mode (fixture->link, LINK_MODE_GOOD);
  g_assert_cmpuint (link_simulator_get_port (fixture->link), ==, port);
  next = connect_client (fixture);
  end_send (next, "again");
  server = wait_for_server (fixture, 2);
  wait_until (server->received->len == 5);
}

static void
test_gone_from_the_start (Fixture       *fixture,
                          gconstpointer  user_data)
{
  g_autoptr (LinkSimulator) link = link_simulator_new ("127.0.0.1", 1);
  g_autoptr (GError) error = NULL;

  link_simulator_set_mode (link, LINK_MODE_GONE);
  g_assert_true (link_simulator_listen (link, 0, NULL));
  g_assert_null (try_connect (link_simulator_get_port (link), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
}

static void
test_port_taken (Fixture       *fixture,
                 gconstpointer  user_data)
{
  g_autoptr (LinkSimulator) link = link_simulator_new ("127.0.0.1", 1);
  g_autoptr (GError) error = NULL;

  g_assert_false (link_simulator_listen (link, socket_get_port (fixture->listener), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_assert_cmpuint (link_simulator_get_port (link), ==, 0);
}

static void
test_server_refuses (Fixture       *fixture,
                     gconstpointer  user_data)
{
  g_autoptr (End) client = NULL;

  stop_listening (fixture);
  client = connect_client (fixture);

  wait_until (client->reset && fixture->n_closed == 1);
  g_assert_cmpstr (fixture->closed_by, ==, "server");
}

/* A sender is held up by a receiver that does not read, and nothing is lost. */
static void
test_back_pressure (Fixture       *fixture,
                    gconstpointer  user_data)
{
  g_autoptr (End) client = connect_client (fixture);
  End *server = wait_for_server (fixture, 1);
  guint8 block[4096];
  guint32 sum = 0;
  gsize sent = 0;

  g_source_destroy (server->in);
  g_source_unref (server->in);

  for (;;)
    {
      gssize n;

      for (gsize i = 0; i < sizeof block; i++)
        block[i] = (sent + i) % 251;

      n = g_socket_send (client->socket, (const char *) block, sizeof block, NULL, NULL);
      if (n > 0)
        sent += n;
      else if (!g_main_context_iteration (NULL, FALSE))
        break;
      g_assert_cmpuint (sent, <, 256 * 1024 * 1024);
    }

  end_finish (client);
  end_read (server);
  wait_until (server->ended);
  g_assert_cmpuint (server->received->len, ==, sent);
  for (gsize i = 0; i < sent; i++)
    sum += (guint8) server->received->str[i] != i % 251;
  g_assert_cmpuint (sum, ==, 0);
}

static void
test_many (Fixture       *fixture,
           gconstpointer  user_data)
{
  g_autoptr (GPtrArray) clients = g_ptr_array_new_with_free_func ((GDestroyNotify) end_free);

  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *text = g_strdup_printf ("I am %u", i);
      End *client = connect_client (fixture);

      g_ptr_array_add (clients, client);
      end_send (client, text);
      settle ();
    }

  wait_for_server (fixture, 200);
  for (guint i = 0; i < 200; i++)
    {
      End *server = fixture->servers->pdata[i];

      wait_until (server->received->len > 0);
      end_send (server, server->received->str);
    }

  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *text = g_strdup_printf ("I am %u", i);
      End *client = clients->pdata[i];

      wait_until (client->received->len == strlen (text));
      g_assert_cmpstr (client->received->str, ==, text);
    }

  link_simulator_set_mode (fixture->link, LINK_MODE_RESET);
  wait_until (fixture->n_closed == 200);
}

static void
test_disposal (Fixture       *fixture,
               gconstpointer  user_data)
{
  guint16 port = link_simulator_get_port (fixture->link);
  g_autoptr (End) open = connect_client (fixture);
  g_autoptr (End) connecting = NULL;
  g_autoptr (GError) error = NULL;
  End *server = wait_for_server (fixture, 1);

  link_simulator_set_mode (fixture->link, LINK_MODE_SLOW);
  end_send (open, "held");
  settle ();

  /* Accepted, while the way to the server is not yet made. */
  connecting = connect_client (fixture);
  wait_until (fixture->n_opened == 2);
  g_assert_finalize_object (g_steal_pointer (&fixture->link));

  wait_until (open->reset && server->reset && connecting->reset);
  g_assert_null (try_connect (port, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
  g_assert_cmpuint (fixture->n_closed, ==, 0);
}

static void
unref_cb (LinkSimulator *link,
          guint          n,
          gpointer       user_data)
{
  Fixture *fixture = user_data;

  g_clear_object (&fixture->link);
}

static void
test_disposal_in_handler (Fixture       *fixture,
                          gconstpointer  user_data)
{
  g_autoptr (End) client = NULL;

  g_signal_connect (fixture->link, "opened", G_CALLBACK (unref_cb), fixture);
  client = connect_client (fixture);
  wait_until (fixture->link == NULL && client->reset);
}

static void
notify_cb (LinkSimulator *link,
           GParamSpec    *pspec,
           gpointer       user_data)
{
  guint *n = user_data;

  (*n)++;
}

static void
test_properties (Fixture       *fixture,
                 gconstpointer  user_data)
{
  LinkMode mode;
  guint latency, rate, n = 0;

  g_object_get (fixture->link, "mode", &mode, "latency", &latency, "rate", &rate, NULL);
  g_assert_cmpint (mode, ==, LINK_MODE_GOOD);
  g_assert_cmpuint (latency, ==, 5000);
  g_assert_cmpuint (rate, ==, 0);

  g_signal_connect (fixture->link, "notify", G_CALLBACK (notify_cb), &n);
  g_object_set (fixture->link, "mode", LINK_MODE_SLOW, "latency", 7, "rate", 9, NULL);
  g_assert_cmpuint (n, ==, 3);
  g_object_set (fixture->link, "mode", LINK_MODE_SLOW, "latency", 7, "rate", 9, NULL);
  g_assert_cmpuint (n, ==, 3);
  g_object_set (fixture->link, "mode", LINK_MODE_RESET, NULL);
  g_assert_cmpuint (n, ==, 4);

  g_object_get (fixture->link, "mode", &mode, "latency", &latency, "rate", &rate, NULL);
  g_assert_cmpint (mode, ==, LINK_MODE_GOOD);
  g_assert_cmpuint (latency, ==, 7);
  g_assert_cmpuint (rate, ==, 9);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define add(name, func) \
  g_test_add ("/link/simulator/" name, Fixture, NULL, set_up, func, tear_down)

  add ("good", test_good);
  add ("server-ends", test_server_ends);
  add ("peer-resets", test_peer_resets);
  add ("peer-resets-after-its-end", test_peer_resets_after_its_end);
  add ("slow", test_slow);
  add ("slow-rate", test_slow_rate);
  add ("silent", test_silent);
  add ("reset", test_reset);
  add ("gone", test_gone);
  add ("gone-from-the-start", test_gone_from_the_start);
  add ("port-taken", test_port_taken);
  add ("server-refuses", test_server_refuses);
  add ("back-pressure", test_back_pressure);
  add ("many", test_many);
  add ("disposal", test_disposal);
  add ("disposal-in-handler", test_disposal_in_handler);
  add ("properties", test_properties);

  return g_test_run ();
}
