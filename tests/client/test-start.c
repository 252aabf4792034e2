/* test-start.c: starts that fail, that lead elsewhere, and servers of old
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fixture.h"

static void
test_retry_initial (Fixture       *fixture,
                    gconstpointer  core)
{
  g_autoptr (SignalrRetryPolicy) policy = signalr_retry_policy_new_default ();
  g_auto (Answer) answer = { 0 };

  signalr_retry_policy_set_retry_initial (policy, TRUE);
  signalr_connection_set_retry_policy (fixture->connection, policy);
  fixture->peer->status = SOUP_STATUS_SERVICE_UNAVAILABLE;
  signalr_connection_start_async (fixture->connection, NULL, start_cb, &answer);
  peer_wait (&answer.n_answers, 1);
  g_assert_error (answer.error, SIGNALR_ERROR, SIGNALR_ERROR_UNREACHABLE);
  g_assert_cmpuint (signalr_error_get_status (answer.error), ==, 503);
  g_assert_true (g_str_has_prefix (fixture->log->str,
                                   "connecting disconnected DISCONNECTED RETRYING-1 "));

  /* The first delay is 0; and what failed once or twice works. */
  fixture->peer->status = 0;
  while (signalr_connection_get_state (fixture->connection) != SIGNALR_CONNECTION_STATE_CONNECTED)
    g_main_context_iteration (NULL, TRUE);
  stop (fixture);
}

static void
test_permanent_failure (Fixture       *fixture,
                        gconstpointer  core)
{
  g_autoptr (SignalrRetryPolicy) policy = signalr_retry_policy_new_forever ();

  signalr_retry_policy_set_retry_initial (policy, TRUE);
  signalr_connection_set_retry_policy (fixture->connection, policy);

  fixture->peer->status = SOUP_STATUS_NOT_FOUND;
  start_and_fail (fixture, SIGNALR_ERROR_NOT_FOUND, "nothing at http://127.0.0.1:");
  fixture->peer->status = SOUP_STATUS_UNAUTHORIZED;
  start_and_fail (fixture, SIGNALR_ERROR_UNAUTHORIZED, "401");
  fixture->peer->status = SOUP_STATUS_FORBIDDEN;
  start_and_fail (fixture, SIGNALR_ERROR_FORBIDDEN, "403");

  fixture->peer->status = 0;
  fixture->peer->type = "text/html";
  fixture->peer->answer = "<html><body>Welcome!</body></html>";
  start_and_fail (fixture, SIGNALR_ERROR_NOT_SIGNALR, core ? "405" : "not a SignalR server");
  fixture->peer->answer = "{\"hello\":1}";
  start_and_fail (fixture, SIGNALR_ERROR_NOT_SIGNALR, core ? "405" : "not a SignalR server");
  fixture->peer->answer = "{\"ProtocolVersion\":\"3.0\",\"ConnectionToken\":\"t\",\"ConnectionId\":\"i\"}";
  if (!core)
    start_and_fail (fixture, SIGNALR_ERROR_PROTOCOL, "3.0");
}

static gint64
retry_in (Fixture *fixture)
{
  return (signalr_connection_get_retry_at (fixture->connection) - g_get_monotonic_time ()) / 1000;
}

/* A server that is busy says when it wants to be asked again: in seconds, or with a
 * date. Not everything is believed.
 */
static void
test_retry_after (Fixture       *fixture,
                  gconstpointer  core)
{
  g_autoptr (SignalrRetryPolicy) policy = signalr_retry_policy_new_forever ();
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr (GDateTime) later = g_date_time_add_seconds (now, 500);
  g_autofree char *date = soup_date_time_to_string (later, SOUP_DATE_HTTP);
  const struct {
    const char *value;
    guint       status;
    gint64      least;
    gint64      most;
  } cases[] = {
    { "120", 503, 100000, 120000 },
    { date, 429, 450000, 501000 },
    { "99999999", 503, 3500000, 3600000 },
    { "soon", 503, 0, 40000 },
    { "Sun, 06 Nov 1994 08:49:37 GMT", 503, 0, 40000 },
    { NULL, 503, 0, 40000 },
  };

  signalr_retry_policy_set_retry_initial (policy, TRUE);
  signalr_connection_set_retry_policy (fixture->connection, policy);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      fixture->peer->status = cases[i].status;
      fixture->peer->retry_after = cases[i].value;
      signalr_connection_retry_now (fixture->connection);
      peer_wait (&fixture->n_retrying, i + 1);
      g_assert_error (fixture->error, SIGNALR_ERROR, SIGNALR_ERROR_UNREACHABLE);
      g_assert_cmpint (retry_in (fixture), >=, cases[i].least);
      g_assert_cmpint (retry_in (fixture), <=, cases[i].most);
    }

  stop (fixture);
}

static void
test_negotiate_says_no (Fixture       *fixture,
                        gconstpointer  core)
{
  fixture->peer->answer = core ? "{\"error\":\"not today\"}"
                               : "{\"ProtocolVersion\":\"2.0\",\"ConnectionToken\":\"t\","
                                 "\"ConnectionId\":\"i\",\"Error\":\"not today\"}";
  start_and_fail (fixture, SIGNALR_ERROR_PROTOCOL, "not today");
}

static void
test_other_dialect (Fixture       *fixture,
                    gconstpointer  core)
{
  signalr_connection_set_dialect (fixture->connection,
                                  core ? SIGNALR_DIALECT_ASPNET : SIGNALR_DIALECT_ASPNETCORE);
  start_and_fail (fixture, SIGNALR_ERROR_NOT_SIGNALR, core ? "405" : "classic");
}

static void
test_refused (Fixture       *fixture,
              gconstpointer  core)
{
  peer_stop_listening (fixture->peer);
  start_and_fail (fixture, SIGNALR_ERROR_REFUSED, "refused");
}

static void
test_bad_address (void)
{
  static const char * const urls[] = { "", "chat", "ftp://127.0.0.1/x", "http://", "http://[::1/x" };

  for (guint i = 0; i < G_N_ELEMENTS (urls); i++)
    {
      g_autoptr (SignalrConnection) connection = signalr_connection_new (urls[i]);
      g_auto (Answer) answer = { 0 };

      signalr_connection_start_async (connection, NULL, start_cb, &answer);
      g_assert_cmpuint (answer.n_answers, ==, 0);
      peer_wait (&answer.n_answers, 1);
      g_assert_error (answer.error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
    }
}

static void
test_name_not_resolved (void)
{
  g_autoptr (SignalrConnection) connection = signalr_connection_new ("http://nowhere.invalid/chat");
  g_auto (Answer) answer = { 0 };

  signalr_connection_start_async (connection, NULL, start_cb, &answer);
  peer_wait (&answer.n_answers, 1);
  g_assert_error (answer.error, SIGNALR_ERROR, SIGNALR_ERROR_NAME_NOT_RESOLVED);
  g_assert_nonnull (strstr (answer.error->message, "nowhere.invalid"));
}

static void
attempt_cb (SignalrConnection *connection,
            guint              attempt,
            gint64             delay,
            GArray            *told)
{
  gint64 pair[] = { attempt, delay };

  g_array_append_vals (told, pair, 2);
}

/* A name that does not resolve yet is no try of the policy's four, nor made at once. */
static void
test_name_is_spared (void)
{
  g_autoptr (SignalrConnection) connection = signalr_connection_new ("http://nowhere.invalid/chat");
  g_autoptr (SignalrRetryPolicy) policy = signalr_retry_policy_new_default ();
  g_autoptr (GArray) told = g_array_new (FALSE, FALSE, sizeof (gint64));

  signalr_retry_policy_set_retry_initial (policy, TRUE);
  signalr_connection_set_retry_policy (connection, policy);
  g_signal_connect (connection, "retrying", G_CALLBACK (attempt_cb), told);
  for (guint i = 0; i < 6; i++)
    {
      signalr_connection_retry_now (connection);
      peer_wait (&told->len, 2 * (i + 1));
      g_assert_cmpint (g_array_index (told, gint64, 2 * i), ==, 1);
      g_assert_cmpint (g_array_index (told, gint64, 2 * i + 1), >=, i == 0 ? 800 : 1600);
    }
}

static void
test_no_web_sockets (Fixture       *fixture,
                     gconstpointer  core)
{
  static const char * const transports[] = { "webSockets", NULL };

  signalr_connection_set_transports (fixture->connection, transports);
  fixture->peer->refuse_sockets = TRUE;
  start_and_fail (fixture, SIGNALR_ERROR_NOT_FOUND, "404");
}

static void
test_unknown_transport (Fixture       *fixture,
                        gconstpointer  core)
{
  static const char * const transports[] = { "pigeon", NULL };

  signalr_connection_set_transports (fixture->connection, transports);
  start_and_fail (fixture, SIGNALR_ERROR_INVALID_DATA, "pigeon");
}

static void
test_hung_server (Fixture       *fixture,
                  gconstpointer  core)
{
  static const char * const transports[] = { "webSockets", NULL };

  signalr_connection_set_transports (fixture->connection, transports);
  signalr_connection_set_attempt_timeout (fixture->connection, 100);
  fixture->peer->hang = TRUE;
  start_and_fail (fixture, SIGNALR_ERROR_TIMED_OUT, "in time");
  fixture->peer->hang = FALSE;

  /* An upgrade, and then nothing: classic waits for the init message. */
  if (!core)
    {
      fixture->peer->silent_sockets = TRUE;
      start_and_fail (fixture, SIGNALR_ERROR_TIMED_OUT, "in time");
    }
}

static void
test_start_refused (Fixture       *fixture,
                    gconstpointer  core)
{
  fixture->peer->start_status = SOUP_STATUS_INTERNAL_SERVER_ERROR;
  start_and_fail (fixture, SIGNALR_ERROR_UNREACHABLE, "500");

  /* The server runs OnConnected before it answers: it is told. */
  peer_settle ();
  g_assert_cmpuint (peer_count (fixture->peer, "POST /hub/abort"), ==, 1);
}

static void
test_handshake_refused (Fixture       *fixture,
                        gconstpointer  core)
{
  fixture->peer->handshake = "{\"error\":\"The protocol 'json' is not supported.\"}";
  start_and_fail (fixture, SIGNALR_ERROR_PROTOCOL, "not supported");
  fixture->peer->handshake = "HTTP/1.1 200 OK";
  start_and_fail (fixture, SIGNALR_ERROR_INVALID_DATA, "cannot be read");
}

/* Servers of the 1.x and 2.0 generation know neither init nor start, and the first
 * of them no form in a poll.
 */
static void
test_old_servers (Fixture       *fixture,
                  gconstpointer  core)
{
  static const struct {
    const char *version;
    gboolean    has_start;
    gboolean    has_form;
  } cases[] = {
    { "1.2", FALSE, FALSE },
    { "1.3", FALSE, FALSE },
    { "1.4", TRUE, FALSE },
    { "1.5", TRUE, TRUE },
    { "2.0", TRUE, TRUE },
    { "2.1", TRUE, TRUE },
  };
  static const char * const transports[] = {
    "webSockets", "serverSentEvents", "foreverFrame", "longPolling"
  };
  guint n_starts = 0;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      for (guint j = 0; j < G_N_ELEMENTS (transports); j++)
        {
          g_auto (Answer) echo = { 0 };

          g_string_truncate (fixture->log, 0);
          fixture->peer->version = cases[i].version;
          use_transport (fixture, transports[j]);
          start (fixture);
          n_starts += cases[i].has_start;
          invoke (fixture, "Echo", &echo);
          peer_wait (&echo.n_answers, 1);
          g_assert_no_error (echo.error);
          g_assert_cmpuint (peer_count (fixture->peer, "GET /hub/start"), ==, n_starts);
          stop (fixture);
        }

      g_assert_cmpuint (peer_count (fixture->peer, "POST /hub/connect") > 0, ==, cases[i].has_form);
    }
}

/* Another server, with a token for it; that of the application is for its own. */
static void
test_redirect (Fixture       *fixture,
               gconstpointer  core)
{
  g_autoptr (Peer) other = peer_new (core != NULL);
  g_autofree char *answer = NULL;
  g_auto (Answer) answered = { 0 };
  const char *connect = core ? "GET /hub" : "GET /hub/connect";

  answer = g_strdup_printf (core ? "{\"url\":\"%s?shard=7\",\"accessToken\":\"theirs\"}"
                                 : "{\"ProtocolVersion\":\"2.0\",\"RedirectUrl\":\"%s?shard=7\","
                                   "\"AccessToken\":\"theirs\"}", other->url);
  fixture->peer->answer = answer;
  other->token = "theirs";
  signalr_connection_set_access_token (fixture->connection, "mine");
  signalr_connection_set_header (fixture->connection, "X-Test", "yes");
  start (fixture);
  g_assert_cmpuint (fixture->peer->requests->len, ==, core ? 1 : 2);
  g_assert_cmpstr (peer_get_query (other, connect, "shard"), ==, "7");
  g_assert_cmpstr (peer_get_header (other, connect, "Authorization"), ==, "Bearer theirs");
  g_assert_cmpstr (peer_get_header (other, connect, "X-Test"), ==, "yes");

  /* The same connection goes on there; a new one begins at the old address. */
  peer_cut (other);
  peer_wait (&fixture->n_reconnected, 1);
  g_assert_cmpuint (fixture->peer->requests->len, ==, 2);
  stop (fixture);

  /* Without a token of its own the other server gets none. */
  g_free (answer);
  answer = g_strdup_printf (core ? "{\"url\":\"%s\"}"
                                 : "{\"ProtocolVersion\":\"2.0\",\"RedirectUrl\":\"%s\"}", other->url);
  fixture->peer->answer = answer;
  signalr_connection_start_async (fixture->connection, NULL, start_cb, &answered);
  peer_wait (&answered.n_answers, 1);
  g_assert_error (answered.error, SIGNALR_ERROR, SIGNALR_ERROR_UNAUTHORIZED);
  g_assert_null (peer_get_header (other, core ? "POST /hub/negotiate" : "GET /hub/negotiate",
                                  "Authorization"));
  fixture->peer->answer = NULL;
}

/* An answer of version 0 has no token: the id stands for it. */
static void
test_version_0 (Fixture       *fixture,
                gconstpointer  core)
{
  fixture->peer->answer = "{\"connectionId\":\"old+id\",\"availableTransports\":[{\"transport\":"
                          "\"WebSockets\",\"transferFormats\":[\"Text\",\"Binary\"]}]}";
  start (fixture);
  g_assert_cmpstr (signalr_connection_get_connection_id (fixture->connection), ==, "old+id");
  g_assert_cmpstr (peer_get_query (fixture->peer, "GET /hub", "id"), ==, "old+id");
  stop (fixture);
}

/* How long a transport may take the server says; the next is tried then. */
static void
test_transport_connect_timeout (Fixture       *fixture,
                                gconstpointer  core)
{
  fixture->peer->answer = "{\"Url\":\"/hub\",\"ConnectionToken\":\"t\",\"ConnectionId\":\"i\","
                          "\"KeepAliveTimeout\":20.0,\"DisconnectTimeout\":30.0,"
                          "\"TryWebSockets\":true,\"ProtocolVersion\":\"2.0\","
                          "\"TransportConnectTimeout\":1.0,\"LongPollDelay\":0.0}";
  fixture->peer->silent_sockets = TRUE;
  start (fixture);
  g_assert_cmpint (signalr_connection_get_transport (fixture->connection), ==,
                   SIGNALR_TRANSPORT_SERVER_SENT_EVENTS);
  g_assert_cmpuint (fixture->peer->n_sockets, ==, 1);
  stop (fixture);
}

static void
test_redirects_without_end (Fixture       *fixture,
                            gconstpointer  core)
{
  g_autofree char *answer = NULL;

  answer = g_strdup_printf (core ? "{\"url\":\"%s\"}"
                                 : "{\"ProtocolVersion\":\"2.0\",\"RedirectUrl\":\"%s\"}",
                            fixture->peer->url);
  fixture->peer->answer = answer;
  signalr_connection_set_dialect (fixture->connection,
                                  core ? SIGNALR_DIALECT_ASPNETCORE : SIGNALR_DIALECT_ASPNET);
  start_and_fail (fixture, SIGNALR_ERROR_PROTOCOL, "without end");
  g_assert_cmpuint (fixture->peer->requests->len, ==, 100);
  fixture->peer->answer = NULL;
}

#define ADD(path, core, func)                                                 \
  g_test_add (path, Fixture, core, fixture_set_up, func, fixture_tear_down)
#define ADD_BOTH(name, func)                                                  \
  ADD ("/client/start/classic/" name, CLASSIC, func);                         \
  ADD ("/client/start/core/" name, CORE, func)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD_BOTH ("retry-initial", test_retry_initial);
  ADD_BOTH ("permanent-failure", test_permanent_failure);
  ADD_BOTH ("retry-after", test_retry_after);
  ADD_BOTH ("negotiate-says-no", test_negotiate_says_no);
  ADD_BOTH ("other-dialect", test_other_dialect);
  ADD_BOTH ("refused", test_refused);
  ADD_BOTH ("no-web-sockets", test_no_web_sockets);
  ADD_BOTH ("unknown-transport", test_unknown_transport);
  ADD_BOTH ("hung-server", test_hung_server);
  ADD ("/client/start/core/version-0", CORE, test_version_0);
  ADD ("/client/start/classic/transport-connect-timeout", CLASSIC, test_transport_connect_timeout);
  ADD_BOTH ("redirect", test_redirect);
  ADD_BOTH ("redirects-without-end", test_redirects_without_end);
  ADD ("/client/start/classic/start-refused", CLASSIC, test_start_refused);
  ADD ("/client/start/classic/old-servers", CLASSIC, test_old_servers);
  ADD ("/client/start/core/handshake-refused", CORE, test_handshake_refused);
  g_test_add_func ("/client/start/bad-address", test_bad_address);
  g_test_add_func ("/client/start/name-not-resolved", test_name_not_resolved);
  g_test_add_func ("/client/start/name-is-spared", test_name_is_spared);

  return g_test_run ();
}
