/* test-writes.c: what is ready together for one client leaves in one write
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "server-fixture.h"

#define CLASSIC "clientProtocol=2.1&connectionData=%5B%7B%22name%22%3A%22testhub%22%7D%5D&connectionToken="

/* Of the client that is looked at; 0 for none. */
static guint16 watched_port;
static guint n_writes;
static guint n_telling;      /* of them, those with messages in them */
static guint n_held;         /* writes that wait for more, or for a push */
static guint n_pushes;

static gboolean
is_watched (int fd)
{
  struct sockaddr_in address = { 0 };
  socklen_t size = sizeof address;

  return watched_port != 0 && getpeername (fd, (struct sockaddr *) &address, &size) == 0 &&
         address.sin_family == AF_INET && ntohs (address.sin_port) == watched_port;
}

static gboolean
is_telling (const struct iovec *parts,
            gsize               n_parts)
{
  for (gsize i = 0; i < n_parts; i++)
    {
      if (memmem (parts[i].iov_base, parts[i].iov_len, "\"hello\"", strlen ("\"hello\"")) != NULL)
        return TRUE;
    }

  return FALSE;
}

/* In the place of those of the C library. */
ssize_t
sendmsg (int                  fd,
         const struct msghdr *message,
         int                  flags)
{
  if (is_watched (fd))
    {
      n_writes++;
      n_telling += is_telling (message->msg_iov, message->msg_iovlen);
    }

  return syscall (SYS_sendmsg, fd, message, flags);
}

ssize_t
send (int         fd,
      const void *data,
      size_t      size,
      int         flags)
{
  struct iovec part = { (void *) data, size };

  if (is_watched (fd))
    {
      n_held += (flags & MSG_MORE) != 0;
      n_writes += (flags & MSG_MORE) == 0;
      n_telling += is_telling (&part, 1);
    }

  return syscall (SYS_sendto, fd, data, size, flags, NULL, 0);
}

int
setsockopt (int         fd,
            int         level,
            int         name,
            const void *value,
            socklen_t   size)
{
  if (level == IPPROTO_TCP && name == TCP_NODELAY && is_watched (fd))
    n_pushes++;

  return syscall (SYS_setsockopt, fd, level, name, value, size);
}

static void
watch (RawPeer *peer)
{
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (peer->socket, NULL);

  g_assert_true (raw_peer_is_silent (peer));
  watched_port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (local));
  n_writes = n_telling = n_held = n_pushes = 0;
}

static guint
count_in (RawPeer    *peer,
          const char *text)
{
  const char *data = (const char *) peer->input->data;
  const char *end = data + peer->input->len;
  const char *found;
  guint n = 0;

  while (data < end && (found = memmem (data, end - data, text, strlen (text))) != NULL)
    {
      n++;
      data = found + strlen (text);
    }

  return n;
}

/* Five for all, and then five for the client alone. */
static void
call_ten_times (ServerFixture *fixture)
{
  const char * const ids[] = { g_ptr_array_index (fixture->hub->ids, 0), NULL };
  g_autoptr (JsonNode) args = json_from_string ("[\"hello\"]", NULL);

  for (guint i = 0; i < 10; i++)
    {
      if (i < 5)
        signalr_hub_call_all (SIGNALR_HUB (fixture->hub), "message", args, NULL);
      else
        signalr_hub_call_clients (SIGNALR_HUB (fixture->hub), ids, "message", args);
    }
}

static void
assert_together (ServerFixture *fixture,
                 RawPeer       *peer)
{
  watch (peer);
  call_ten_times (fixture);
  g_assert_cmpuint (n_writes, ==, 0);
  g_assert_false (raw_peer_is_silent (peer));
  g_assert_cmpuint (count_in (peer, "\"hello\""), ==, 10);
  if (!g_str_has_prefix (fixture->uri, "https:"))
    g_assert_cmpuint (n_telling, ==, 1);
  watched_port = 0;
}

static char *
core_target (ServerFixture *fixture)
{
  g_autoptr (RawAnswer) answer = raw_request (fixture->uri, "POST", "/hub/negotiate?negotiateVersion=1", NULL, "");
  g_autoptr (JsonNode) node = json_from_string (answer->body, NULL);

  return g_strconcat ("/hub?id=", json_object_get_string_member (json_node_get_object (node), "connectionToken"), NULL);
}

static void
shake_hands (ServerFixture *fixture,
             const char    *target)
{
  g_autoptr (RawAnswer) answer = NULL;

  answer = raw_request (fixture->uri, "POST", target, NULL, "{\"protocol\":\"json\",\"version\":1}\x1e");
  g_assert_cmpuint (answer->status, ==, 200);
  raw_wait_until (fixture->hub->ids->len == 1);
}

static void
test_core_socket (ServerFixture *fixture,
                  gconstpointer  data)
{
  g_autoptr (RawPeer) peer = aspnetcore_connect (fixture);

  raw_wait_until (fixture->hub->ids->len == 1);
  assert_together (fixture, peer);
  g_assert_cmpuint (n_writes, ==, 1);
}

/* What calls made together cause, and their answers. */
static void
test_core_answers (ServerFixture *fixture,
                   gconstpointer  data)
{
  g_autoptr (RawPeer) peer = aspnetcore_connect (fixture);

  raw_wait_until (fixture->hub->ids->len == 1);
  watch (peer);
  raw_peer_send_text (peer,
                      "{\"type\":1,\"invocationId\":\"1\",\"target\":\"All\",\"arguments\":[\"hello\"]}\x1e"
                      "{\"type\":1,\"invocationId\":\"2\",\"target\":\"Caller\",\"arguments\":[\"hello\"]}\x1e"
                      "{\"type\":1,\"invocationId\":\"3\",\"target\":\"Add\",\"arguments\":[1,1]}\x1e");
  g_assert_false (raw_peer_is_silent (peer));
  g_assert_cmpuint (count_in (peer, "\"hello\""), ==, 2);
  g_assert_cmpuint (count_in (peer, "\"type\":3"), ==, 3);
  g_assert_cmpuint (n_writes, ==, 1);
}

static void
test_core_events (ServerFixture *fixture,
                  gconstpointer  data)
{
  g_autofree char *target = core_target (fixture);
  g_autoptr (RawPeer) peer = raw_peer_new (fixture->uri);
  g_autoptr (RawAnswer) head = NULL;

  raw_peer_ask (peer, "GET", target, "Accept: text/event-stream\r\n", NULL);
  head = raw_peer_read_head (peer);
  raw_peer_assert_chunk (peer, ":\r\n");
  shake_hands (fixture, target);
  raw_peer_assert_chunk (peer, "data: {}\x1e\r\n\r\n");
  assert_together (fixture, peer);
  g_assert_cmpuint (n_writes, ==, 1);
}

/* The messages are one answer, whose framing is libsoup's. */
static void
test_core_poll (ServerFixture *fixture,
                gconstpointer  data)
{
  g_autofree char *target = core_target (fixture);
  g_autoptr (RawPeer) peer = raw_peer_new (fixture->uri);
  g_autoptr (RawAnswer) first = raw_peer_request (peer, "GET", target, NULL, NULL);
  g_autoptr (RawAnswer) second = NULL;

  shake_hands (fixture, target);
  second = raw_peer_request (peer, "GET", target, NULL, NULL);
  g_assert_cmpstr (second->body, ==, "{}\x1e");
  raw_peer_ask (peer, "GET", target, NULL, NULL);
  assert_together (fixture, peer);
  g_assert_cmpuint (count_in (peer, "HTTP/1.1 200"), ==, 1);
}

/* One that has waited for long leaves in one, with its framing. */
static void
test_core_long_poll (ServerFixture *fixture,
                     gconstpointer  data)
{
  g_autofree char *target = core_target (fixture);
  g_autoptr (RawPeer) peer = raw_peer_new (fixture->uri);
  g_autoptr (RawAnswer) first = raw_peer_request (peer, "GET", target, NULL, NULL);
  g_autoptr (RawAnswer) second = NULL;

  shake_hands (fixture, target);
  second = raw_peer_request (peer, "GET", target, NULL, NULL);
  g_assert_cmpstr (second->body, ==, "{}\x1e");
  raw_peer_ask (peer, "GET", target, NULL, NULL);
  server_fixture_advance (fixture, 5);
  assert_together (fixture, peer);
  g_assert_cmpuint (n_writes, ==, 1);
}

static void
start (ServerFixture *fixture,
       const char    *transport,
       const char    *token)
{
  g_autofree char *target = g_strconcat ("/signalr/start?transport=", transport, "&" CLASSIC, token, NULL);
  g_autoptr (RawAnswer) answer = raw_request (fixture->uri, "GET", target, NULL, NULL);

  g_assert_cmpuint (answer->status, ==, 200);
  g_assert_cmpuint (fixture->hub->ids->len, ==, 1);
}

static void
test_classic_socket (ServerFixture *fixture,
                     gconstpointer  data)
{
  g_autofree char *token = aspnet_negotiate (fixture);
  g_autoptr (RawPeer) peer = aspnet_connect (fixture, token);

  assert_together (fixture, peer);
  g_assert_cmpuint (n_writes, ==, 1);
  g_assert_cmpuint (count_in (peer, "\"M\":["), ==, 1);
}

static void
test_classic_answers (ServerFixture *fixture,
                      gconstpointer  data)
{
  g_autofree char *token = aspnet_negotiate (fixture);
  g_autoptr (RawPeer) peer = aspnet_connect (fixture, token);

  watch (peer);
  raw_peer_send_text (peer, "{\"H\":\"testhub\",\"M\":\"All\",\"A\":[\"hello\"],\"I\":1}");
  g_assert_false (raw_peer_is_silent (peer));
  g_assert_cmpuint (count_in (peer, "\"hello\""), ==, 1);
  g_assert_cmpuint (count_in (peer, "{\"I\":\"1\"}"), ==, 1);
  g_assert_cmpuint (n_writes, ==, 1);
}

/* Event streams and forever frames. */
static void
test_classic_stream (ServerFixture *fixture,
                     gconstpointer  data)
{
  const char *transport = data;
  g_autofree char *token = aspnet_negotiate (fixture);
  g_autofree char *target = g_strconcat ("/signalr/connect?frameId=1&transport=", transport, "&" CLASSIC, token, NULL);
  g_autoptr (RawPeer) peer = raw_peer_new (fixture->uri);
  g_autoptr (RawAnswer) head = NULL;
  g_autofree char *first = NULL;
  g_autofree char *init = NULL;

  raw_peer_ask (peer, "GET", target, NULL, NULL);
  head = raw_peer_read_head (peer);
  first = raw_peer_read_chunk (peer);
  init = raw_peer_read_chunk (peer);
  start (fixture, transport, token);
  assert_together (fixture, peer);
  g_assert_cmpuint (n_writes, ==, 1);
  g_assert_cmpuint (count_in (peer, "\"M\":["), ==, 1);
}

/* The head of the answer has gone before there was anything to tell. */
static void
test_classic_poll (ServerFixture *fixture,
                   gconstpointer  data)
{
  g_autofree char *token = aspnet_negotiate (fixture);
  g_autofree char *connect = g_strconcat ("/signalr/connect?transport=longPolling&" CLASSIC, token, NULL);
  g_autofree char *poll = g_strconcat ("/signalr/poll?transport=longPolling&" CLASSIC, token, NULL);
  g_autoptr (RawPeer) peer = raw_peer_new (fixture->uri);
  g_autoptr (RawAnswer) init = raw_peer_request (peer, "GET", connect, NULL, NULL);
  g_autoptr (RawAnswer) head = NULL;

  start (fixture, "longPolling", token);
  raw_peer_ask (peer, "GET", poll, NULL, NULL);
  head = raw_peer_read_head (peer);
  assert_together (fixture, peer);
  g_assert_cmpuint (count_in (peer, "\"M\":["), ==, 1);
}

/* And then the end of the answer comes with it. */
static void
test_classic_long_poll (ServerFixture *fixture,
                        gconstpointer  data)
{
  g_autofree char *token = aspnet_negotiate (fixture);
  g_autofree char *connect = g_strconcat ("/signalr/connect?transport=longPolling&" CLASSIC, token, NULL);
  g_autofree char *poll = g_strconcat ("/signalr/poll?transport=longPolling&" CLASSIC, token, NULL);
  g_autoptr (RawPeer) peer = raw_peer_new (fixture->uri);
  g_autoptr (RawAnswer) init = raw_peer_request (peer, "GET", connect, NULL, NULL);
  g_autoptr (RawAnswer) head = NULL;

  start (fixture, "longPolling", token);
  raw_peer_ask (peer, "GET", poll, NULL, NULL);
  head = raw_peer_read_head (peer);
  server_fixture_advance (fixture, 5);
  assert_together (fixture, peer);
  g_assert_cmpuint (n_writes, ==, 1);
  g_assert_cmpuint (count_in (peer, "\"M\":["), ==, 1);
  g_assert_cmpuint (count_in (peer, "\r\n0\r\n\r\n"), ==, 1);
}

/* libsoup writes head and body of an answer one after the other: they leave together. */
static void
test_http (ServerFixture *fixture,
           gconstpointer  data)
{
  g_autoptr (RawPeer) peer = raw_peer_new (fixture->uri);

  watch (peer);
  for (guint i = 1; i <= 2; i++)
    {
      g_autoptr (RawAnswer) answer = raw_peer_request (peer, "POST", "/hub/negotiate?negotiateVersion=1", NULL, "");

      g_assert_cmpuint (answer->status, ==, 200);
      g_assert_nonnull (strstr (answer->body, "\"availableTransports\""));
      g_assert_true (raw_peer_is_silent (peer));
      if (g_str_has_prefix (fixture->uri, "https:"))
        continue;

      g_assert_cmpuint (n_held, ==, i);
      g_assert_cmpuint (n_writes, ==, i);
      g_assert_cmpuint (n_pushes, ==, 0);
    }
  watched_port = 0;
}

int
main (int   argc,
      char *argv[])
{
  server_test_init (&argc, &argv);

#define ADD(path, func, data) \
  g_test_add ("/writes/" path, ServerFixture, data, server_fixture_set_up, func, server_fixture_tear_down)

  ADD ("core-socket", test_core_socket, NULL);
  ADD ("core-answers", test_core_answers, NULL);
  ADD ("core-events", test_core_events, NULL);
  ADD ("core-poll", test_core_poll, NULL);
  ADD ("core-long-poll", test_core_long_poll, NULL);
  ADD ("classic-socket", test_classic_socket, NULL);
  ADD ("classic-answers", test_classic_answers, NULL);
  ADD ("classic-events", test_classic_stream, "serverSentEvents");
  ADD ("classic-frame", test_classic_stream, "foreverFrame");
  ADD ("classic-poll", test_classic_poll, NULL);
  ADD ("classic-long-poll", test_classic_long_poll, NULL);
  ADD ("http", test_http, NULL);

  return g_test_run ();
}
