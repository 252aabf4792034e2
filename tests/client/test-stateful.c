/* test-stateful.c: stateful reconnect, its numbers alone and with a server
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "client/lifetime-private.h"
#include "client/stateful-private.h"
#include "fixture.h"

#define SECOND G_USEC_PER_SEC

/* The numbers, on a clock of their own. */

static void
push_text (SignalrStateful     *stateful,
           SignalrOutgoingKind  kind,
           const char          *id,
           const char          *stream_id)
{
  g_autoptr (GBytes) bytes = g_bytes_new (id, strlen (id));
  const char *stream_ids[] = { stream_id, NULL };
  SignalrOutgoing outgoing = {
    .kind = kind,
    .id = id,
    .stream_ids = stream_id != NULL ? stream_ids : NULL,
  };

  signalr_stateful_push (stateful, bytes, &outgoing);
}

static void
assert_next (SignalrStateful *stateful,
             const char      *text)
{
  g_autoptr (GBytes) bytes = signalr_stateful_next (stateful);
  g_autofree char *got = NULL;

  if (bytes != NULL)
    got = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_assert_cmpstr (got, ==, text);
}

static void
assert_bytes (GBytes     *bytes,   /* (transfer full) */
              const char *text)
{
  g_autofree char *got = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));

  g_assert_cmpstr (got, ==, text);
  g_bytes_unref (bytes);
}

static gboolean
take (SignalrStateful   *stateful,
      SignalrRecordType  type,
      gint64             number,
      const char        *id,
      gint64             now,
      SignalrError       code)
{
  g_autoptr (SignalrRecord) record = signalr_record_new (type);
  g_autoptr (GError) error = NULL;
  gboolean is_new;

  record->sequence_id = number;
  record->invocation_id = g_strdup (id);
  is_new = signalr_stateful_take (stateful, record, 100, now, &error);
  if (code != 0)
    g_assert_error (error, SIGNALR_ERROR, (int) code);
  else
    g_assert_no_error (error);

  return is_new;
}

static void
test_resend (void)
{
  SignalrStateful *stateful = signalr_stateful_new (SIGNALR_ENCODING_JSON, 100000);

  push_text (stateful, SIGNALR_OUTGOING_CALL, "1", NULL);
  push_text (stateful, SIGNALR_OUTGOING_CALL, "2", NULL);
  push_text (stateful, SIGNALR_OUTGOING_CALL, "3", NULL);
  assert_next (stateful, "1");
  assert_next (stateful, "2");
  assert_next (stateful, "3");
  assert_next (stateful, NULL);
  g_assert_false (take (stateful, SIGNALR_RECORD_ACK, 1, NULL, 0, 0));

  /* What is not acknowledged comes again, then what came up meanwhile. */
  push_text (stateful, SIGNALR_OUTGOING_CALL, "4", NULL);
  assert_bytes (signalr_stateful_resume (stateful, 0), "{\"type\":9,\"sequenceId\":2}\x1e");
  assert_next (stateful, "2");
  assert_next (stateful, "3");
  assert_next (stateful, "4");
  assert_next (stateful, NULL);

  g_assert_false (take (stateful, SIGNALR_RECORD_SEQUENCE, 1, NULL, 0, 0));
  g_assert_false (take (stateful, SIGNALR_RECORD_ACK, 4, NULL, 0, 0));
  assert_bytes (signalr_stateful_resume (stateful, 0), "{\"type\":9,\"sequenceId\":5}\x1e");
  g_assert_false (take (stateful, SIGNALR_RECORD_SEQUENCE, 1, NULL, 0, 0));
  take (stateful, SIGNALR_RECORD_ACK, 5, NULL, 0, SIGNALR_ERROR_PROTOCOL);
  signalr_stateful_free (stateful);
}

static void
test_duplicates (void)
{
  SignalrStateful *stateful = signalr_stateful_new (SIGNALR_ENCODING_JSON, 100000);

  g_assert_true (take (stateful, SIGNALR_RECORD_INVOCATION, 0, NULL, 0, 0));
  g_assert_true (take (stateful, SIGNALR_RECORD_PING, 0, NULL, 0, 0));
  g_assert_true (take (stateful, SIGNALR_RECORD_COMPLETION, 0, "1", 0, 0));
  g_assert_true (take (stateful, SIGNALR_RECORD_STREAM_ITEM, 0, "1", 0, 0));

  g_bytes_unref (signalr_stateful_resume (stateful, 0));
  g_assert_true (signalr_stateful_is_resuming (stateful));

  /* What comes before the server said where it goes on belongs to nothing. */
  g_assert_false (take (stateful, SIGNALR_RECORD_INVOCATION, 0, NULL, 0, 0));
  g_assert_false (take (stateful, SIGNALR_RECORD_SEQUENCE, 2, NULL, 0, 0));
  g_assert_false (signalr_stateful_is_resuming (stateful));
  g_assert_false (take (stateful, SIGNALR_RECORD_COMPLETION, 0, "1", 0, 0));
  g_assert_false (take (stateful, SIGNALR_RECORD_STREAM_ITEM, 0, "1", 0, 0));
  g_assert_true (take (stateful, SIGNALR_RECORD_INVOCATION, 0, NULL, 0, 0));

  /* Something is missing. */
  g_bytes_unref (signalr_stateful_resume (stateful, 0));
  take (stateful, SIGNALR_RECORD_SEQUENCE, 6, NULL, 0, SIGNALR_ERROR_PROTOCOL);
  take (stateful, SIGNALR_RECORD_SEQUENCE, 0, NULL, 0, SIGNALR_ERROR_PROTOCOL);
  signalr_stateful_free (stateful);
}

/* Once a second, and only of what is new; sooner where a server would be held up. */
static void
test_acks (void)
{
  SignalrStateful *stateful = signalr_stateful_new (SIGNALR_ENCODING_JSON, 100000);

  g_assert_cmpint (signalr_stateful_get_deadline (stateful), ==, SIGNALR_NEVER);
  take (stateful, SIGNALR_RECORD_INVOCATION, 0, NULL, 5 * SECOND, 0);
  take (stateful, SIGNALR_RECORD_INVOCATION, 0, NULL, 5 * SECOND + 500000, 0);
  g_assert_cmpint (signalr_stateful_get_deadline (stateful), ==, 6 * SECOND);
  g_assert_null (signalr_stateful_tick (stateful, 6 * SECOND - 1, NULL));
  assert_bytes (signalr_stateful_tick (stateful, 6 * SECOND, NULL), "{\"type\":8,\"sequenceId\":2}\x1e");
  g_assert_cmpint (signalr_stateful_get_deadline (stateful), ==, SIGNALR_NEVER);

  for (guint i = 0; i < 500; i++)
    take (stateful, SIGNALR_RECORD_INVOCATION, 0, NULL, 7 * SECOND, 0);
  g_assert_cmpint (signalr_stateful_get_deadline (stateful), ==, 7 * SECOND);
  assert_bytes (signalr_stateful_tick (stateful, 7 * SECOND, NULL),
                "{\"type\":8,\"sequenceId\":502}\x1e");

  /* One that was written to a dead socket is repeated. */
  g_bytes_unref (signalr_stateful_resume (stateful, 8 * SECOND));
  take (stateful, SIGNALR_RECORD_SEQUENCE, 502, NULL, 8 * SECOND, 0);
  g_assert_false (take (stateful, SIGNALR_RECORD_INVOCATION, 0, NULL, 8 * SECOND, 0));
  assert_bytes (signalr_stateful_tick (stateful, 9 * SECOND, NULL),
                "{\"type\":8,\"sequenceId\":502}\x1e");
  signalr_stateful_free (stateful);
}

/* What reaches the limit is sent, and more waits for acknowledgements. */
static void
test_limit (void)
{
  SignalrStateful *stateful = signalr_stateful_new (SIGNALR_ENCODING_JSON, 6);
  guint n_waiting;

  push_text (stateful, SIGNALR_OUTGOING_CALL, "first", NULL);
  push_text (stateful, SIGNALR_OUTGOING_CALL, "second", NULL);
  push_text (stateful, SIGNALR_OUTGOING_CALL, "third", NULL);
  assert_next (stateful, "first");
  assert_next (stateful, "second");
  assert_next (stateful, NULL);
  g_assert_cmpuint (signalr_stateful_get_waiting (stateful, &n_waiting), ==, 5);
  g_assert_cmpuint (n_waiting, ==, 1);

  take (stateful, SIGNALR_RECORD_ACK, 1, NULL, 0, 0);
  assert_next (stateful, NULL);

  /* An acknowledgement that was lost with the socket is drawn by a message that does nothing. */
  g_bytes_unref (signalr_stateful_resume (stateful, 10 * SECOND));
  take (stateful, SIGNALR_RECORD_SEQUENCE, 1, NULL, 10 * SECOND, 0);
  assert_next (stateful, "second");
  assert_next (stateful, NULL);
  g_bytes_unref (signalr_stateful_tick (stateful, 11 * SECOND, NULL));
  assert_bytes (signalr_stateful_tick (stateful, 12 * SECOND, NULL),
                "{\"type\":5,\"invocationId\":\"none\"}\x1e");
  take (stateful, SIGNALR_RECORD_ACK, 3, NULL, 0, 0);
  assert_next (stateful, "third");
  g_assert_cmpuint (signalr_stateful_get_waiting (stateful, &n_waiting), ==, 0);
  take (stateful, SIGNALR_RECORD_ACK, 4, NULL, 0, 0);
  signalr_stateful_free (stateful);
}

/* Official servers do not count the items of a stream they have closed. */
static void
test_uploads (void)
{
  SignalrStateful *stateful = signalr_stateful_new (SIGNALR_ENCODING_JSON, 100000);
  g_autoptr (GError) error = NULL;

  push_text (stateful, SIGNALR_OUTGOING_CALL, "7", "8");
  push_text (stateful, SIGNALR_OUTGOING_ITEM, "8", NULL);
  push_text (stateful, SIGNALR_OUTGOING_RESULT, "8", NULL);
  assert_next (stateful, "7");
  assert_next (stateful, "8");
  assert_next (stateful, "8");
  take (stateful, SIGNALR_RECORD_COMPLETION, 0, "7", 0, 0);
  g_assert_false (signalr_stateful_is_spoilt (stateful));

  /* Its place is taken by what they count. */
  g_bytes_unref (signalr_stateful_resume (stateful, 0));
  assert_next (stateful, "7");
  assert_next (stateful, "{\"type\":5,\"invocationId\":\"none\"}\x1e");
  assert_next (stateful, "8");
  take (stateful, SIGNALR_RECORD_SEQUENCE, 1, NULL, 0, 0);
  take (stateful, SIGNALR_RECORD_ACK, 3, NULL, 0, 0);

  /* An item that comes again may go uncounted: the acknowledgement tells. */
  push_text (stateful, SIGNALR_OUTGOING_CALL, "10", "11");
  push_text (stateful, SIGNALR_OUTGOING_ITEM, "11", NULL);
  assert_next (stateful, "10");
  assert_next (stateful, "11");
  g_bytes_unref (signalr_stateful_resume (stateful, 20 * SECOND));
  take (stateful, SIGNALR_RECORD_SEQUENCE, 1, NULL, 20 * SECOND, 0);
  take (stateful, SIGNALR_RECORD_ACK, 4, NULL, 20 * SECOND, 0);
  g_bytes_unref (signalr_stateful_tick (stateful, 21 * SECOND, NULL));
  g_assert_cmpint (signalr_stateful_get_deadline (stateful), ==, 30 * SECOND);
  g_assert_null (signalr_stateful_tick (stateful, 30 * SECOND, &error));
  g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_PROTOCOL);
  g_assert_true (signalr_stateful_is_spoilt (stateful));
  signalr_stateful_free (stateful);

  /* A call that was answered before its stream ended: nobody knows what was counted. */
  stateful = signalr_stateful_new (SIGNALR_ENCODING_JSON, 100000);
  push_text (stateful, SIGNALR_OUTGOING_CALL, "0", "1");
  assert_next (stateful, "0");
  take (stateful, SIGNALR_RECORD_COMPLETION, 0, "0", 0, 0);
  g_assert_true (signalr_stateful_is_spoilt (stateful));
  signalr_stateful_free (stateful);
}

/* With a server. */

static void
start_stateful (Fixture *fixture)
{
  fixture->peer->stateful = TRUE;
  signalr_connection_set_stateful_reconnect (fixture->connection, TRUE);
  use_transport (fixture, "webSockets");
  start (fixture);
  g_assert_cmpstr (peer_get_query (fixture->peer, "POST /hub/negotiate", "useStatefulReconnect"),
                   ==, "true");
  g_assert_cmpstr (g_ptr_array_index (fixture->peer->frames, 0), ==,
                   "{\"protocol\":\"json\",\"version\":2}");
}

static void
test_drop (Fixture       *fixture,
           gconstpointer  core)
{
  g_autofree char *id = NULL;
  g_auto (Answer) hang = { 0 };
  g_auto (Answer) echo = { 0 };
  g_auto (Answer) gap = { 0 };

  start_stateful (fixture);
  id = g_strdup (signalr_connection_get_connection_id (fixture->connection));
  push (fixture, "one");
  peer_wait (&fixture->n_invocations, 1);
  invoke (fixture, "Hang", &hang);
  invoke (fixture, "Echo", &echo);
  peer_wait (&echo.n_answers, 1);

  peer_cut (fixture->peer);
  push (fixture, "two");
  peer_wait (&fixture->n_reconnecting, 1);

  /* Made while the transport is lost: on its way when it is there again. */
  invoke (fixture, "Echo", &gap);
  peer_wait (&fixture->n_reconnected, 1);
  assert_log (fixture, "reconnecting RECONNECTING connected RECONNECTED ");
  g_assert_true (fixture->resumed);
  g_assert_cmpstr (fixture->id, ==, id);
  peer_wait (&gap.n_answers, 1);
  g_assert_no_error (gap.error);
  peer_wait (&fixture->n_invocations, 2);
  g_assert_cmpstr (fixture->args, ==, "two[1,\"two\"]");

  /* Nothing came twice, and the call before is waited for. */
  peer_settle ();
  g_assert_cmpuint (fixture->n_invocations, ==, 2);
  g_assert_cmpuint (hang.n_answers, ==, 0);
  g_assert_cmpint (fixture->peer->latest, ==, 3);
  g_assert_cmpuint (peer_count (fixture->peer, "POST /hub/negotiate"), ==, 1);
  g_assert_cmpuint (peer_count (fixture->peer, "GET /hub"), ==, 2);

  peer_send (fixture->peer, "{\"type\":3,\"invocationId\":\"0\",\"result\":1}");
  peer_wait (&hang.n_answers, 1);
  g_assert_no_error (hang.error);
  stop (fixture);
}

/* The server acknowledges nothing: it is told so, within a second. */
static void
test_ack_is_sent (Fixture       *fixture,
                  gconstpointer  core)
{
  start_stateful (fixture);
  push (fixture, "one");
  push (fixture, "two");
  while (!g_str_equal (g_ptr_array_index (fixture->peer->frames, fixture->peer->frames->len - 1),
                       "{\"type\":8,\"sequenceId\":2}"))
    g_main_context_iteration (NULL, TRUE);
  stop (fixture);
}

static void
send_lost_cb (SignalrConnection *connection,
              const char        *method,
              JsonNode          *args,
              SignalrDelivery    delivery,
              gpointer           user_data)
{
  g_autofree char *text = json_to_string (args, FALSE);

  g_string_append_printf (user_data, "%s%s %s ", method, text, delivery == SIGNALR_DELIVERY_NOT_SENT ? "no" : "unknown");
}

static void
send_text (Fixture    *fixture,
           const char *text)
{
  g_autoptr (JsonNode) args = signalr_node_parse (text, -1, NULL);

  g_assert_true (signalr_hub_proxy_send (fixture->hub, "Tell", args, NULL));
}

/* What wanted no answer, and may not have arrived, is told of when the server has
 * forgotten the connection; what it acknowledged, and calls, are not.
 */
static void
test_sends_lost (Fixture       *fixture,
                 gconstpointer  core)
{
  g_autoptr (GString) lost = g_string_new (NULL);
  g_auto (Answer) gap = { 0 };

  start_stateful (fixture);
  g_signal_connect (fixture->connection, "send-lost", G_CALLBACK (send_lost_cb), lost);
  send_text (fixture, "[1]");
  while (fixture->peer->latest < 1)
    g_main_context_iteration (NULL, TRUE);
  peer_send (fixture->peer, "{\"type\":8,\"sequenceId\":1}");
  peer_settle ();
  send_text (fixture, "[2]");
  while (fixture->peer->latest < 2)
    g_main_context_iteration (NULL, TRUE);
  fixture->peer->resume_status = SOUP_STATUS_NOT_FOUND;
  peer_cut (fixture->peer);
  peer_wait (&fixture->n_reconnecting, 1);
  invoke (fixture, "Echo", &gap);
  send_text (fixture, "[\"3\"]");
  send_text (fixture, "[]");
  peer_wait (&fixture->n_reconnected, 1);
  g_assert_cmpstr (lost->str, ==, "Tell[2] unknown Tell[\"3\"] no Tell[] no ");

  /* Who stops knows that what is on its way may not arrive. */
  g_string_truncate (lost, 0);
  send_text (fixture, "[4]");
  stop (fixture);
  g_assert_cmpstr (lost->str, ==, "");
}

static void
test_sends_lost_by_stop (Fixture       *fixture,
                         gconstpointer  core)
{
  g_autoptr (GString) lost = g_string_new (NULL);

  start_stateful (fixture);
  g_signal_connect (fixture->connection, "send-lost", G_CALLBACK (send_lost_cb), lost);
  fixture->peer->resume_status = SOUP_STATUS_BAD_GATEWAY;
  peer_cut (fixture->peer);
  peer_wait (&fixture->n_reconnecting, 1);
  send_text (fixture, "[5]");
  stop (fixture);
  g_assert_cmpstr (lost->str, ==, "Tell[5] no ");
}

/* One that is stopped while its transport is lost says so over another; it neither goes
 * on there nor waits for a server that it cannot reach.
 */
static void
test_stopped_while_lost (Fixture       *fixture,
                         gconstpointer  core)
{
  const char *last;

  start_stateful (fixture);
  fixture->peer->resume_status = SOUP_STATUS_BAD_GATEWAY;
  peer_cut (fixture->peer);
  peer_wait (&fixture->n_reconnecting, 1);
  fixture->peer->resume_status = 0;
  stop (fixture);
  last = g_ptr_array_index (fixture->peer->frames, fixture->peer->frames->len - 1);
  g_assert_cmpstr (last, ==, "{\"type\":7}");
  g_assert_cmpuint (fixture->n_reconnected, ==, 0);
  g_assert_cmpint (fixture->reason, ==, SIGNALR_DISCONNECT_REASON_STOPPED);
  g_assert_cmpuint (peer_count (fixture->peer, "POST /hub/negotiate"), ==, 1);
}

static void
test_stopped_while_refused (Fixture       *fixture,
                            gconstpointer  core)
{
  start_stateful (fixture);
  fixture->peer->resume_status = SOUP_STATUS_BAD_GATEWAY;
  peer_cut (fixture->peer);
  peer_wait (&fixture->n_reconnecting, 1);
  stop (fixture);
  g_assert_cmpint (fixture->reason, ==, SIGNALR_DISCONNECT_REASON_STOPPED);
}

/* A server that has forgotten the connection makes a new one, at once. */
static void
test_forgotten (Fixture       *fixture,
                gconstpointer  core)
{
  g_auto (Answer) hang = { 0 };
  g_auto (Answer) gap = { 0 };
  g_autofree char *id = NULL;

  start_stateful (fixture);
  id = g_strdup (signalr_connection_get_connection_id (fixture->connection));
  invoke (fixture, "Hang", &hang);
  fixture->peer->resume_status = SOUP_STATUS_NOT_FOUND;
  peer_cut (fixture->peer);
  peer_wait (&fixture->n_reconnecting, 1);
  invoke (fixture, "Echo", &gap);
  peer_wait (&fixture->n_reconnected, 1);
  assert_log (fixture, "reconnecting RECONNECTING connected RECONNECTED ");
  g_assert_false (fixture->resumed);
  g_assert_cmpstr (fixture->id, !=, id);
  g_assert_cmpuint (peer_count (fixture->peer, "POST /hub/negotiate"), ==, 2);

  g_assert_error (hang.error, SIGNALR_ERROR, SIGNALR_ERROR_NOT_CONNECTED);
  g_assert_cmpint (hang.delivery, ==, SIGNALR_DELIVERY_UNKNOWN);
  g_assert_error (gap.error, SIGNALR_ERROR, SIGNALR_ERROR_NOT_CONNECTED);
  g_assert_cmpint (gap.delivery, ==, SIGNALR_DELIVERY_NOT_SENT);
  stop (fixture);
}

/* It is tried again while the server may still know the connection. */
static void
test_tries_again (Fixture       *fixture,
                  gconstpointer  core)
{
  guint n_requests;

  start_stateful (fixture);
  signalr_connection_set_attempt_timeout (fixture->connection, 100);
  fixture->peer->hang = TRUE;
  n_requests = fixture->peer->requests->len;
  peer_cut (fixture->peer);
  peer_wait (&fixture->peer->requests->len, n_requests + 2);
  fixture->peer->hang = FALSE;
  signalr_connection_set_attempt_timeout (fixture->connection, SIGNALR_TIMEOUT_DEFAULT);
  peer_wait (&fixture->n_reconnected, 1);
  g_assert_true (fixture->resumed);
  g_assert_cmpuint (peer_count (fixture->peer, "POST /hub/negotiate"), ==, 1);
  stop (fixture);
}

/* A proxy whose server is away for a moment has not forgotten anything. */
static void
test_away (Fixture       *fixture,
           gconstpointer  core)
{
  guint n_requests;

  start_stateful (fixture);
  fixture->peer->resume_status = SOUP_STATUS_BAD_GATEWAY;
  n_requests = fixture->peer->requests->len;
  peer_cut (fixture->peer);
  peer_wait (&fixture->peer->requests->len, n_requests + 1);
  fixture->peer->resume_status = 0;
  peer_wait (&fixture->n_reconnected, 1);
  g_assert_true (fixture->resumed);
  g_assert_cmpuint (peer_count (fixture->peer, "POST /hub/negotiate"), ==, 1);
  stop (fixture);
}

/* A server that says goodbye is not asked to take the connection up again. */
static void
test_closed (Fixture       *fixture,
             gconstpointer  core)
{
  start_stateful (fixture);
  peer_send (fixture->peer, "{\"type\":7,\"allowReconnect\":true}");
  peer_wait (&fixture->n_reconnected, 1);
  g_assert_false (fixture->resumed);

  peer_send (fixture->peer, "{\"type\":7}");
  peer_wait (&fixture->n_disconnected, 1);
  g_assert_cmpint (fixture->reason, ==, SIGNALR_DISCONNECT_REASON_CLOSED_BY_SERVER);
}

/* A server that does not count as we do: a new connection. */
static void
test_wrong_numbers (Fixture       *fixture,
                    gconstpointer  core)
{
  start_stateful (fixture);
  peer_send (fixture->peer, "{\"type\":8,\"sequenceId\":9}");
  peer_wait (&fixture->n_reconnected, 1);
  g_assert_false (fixture->resumed);
  stop (fixture);
}

/* Where the server does not grant it, everything is as without. */
static void
test_not_granted (Fixture       *fixture,
                  gconstpointer  core)
{
  signalr_connection_set_stateful_reconnect (fixture->connection, TRUE);
  start (fixture);
  g_assert_cmpstr (g_ptr_array_index (fixture->peer->frames, 0), ==,
                   "{\"protocol\":\"json\",\"version\":1}");
  peer_cut (fixture->peer);
  peer_wait (&fixture->n_reconnected, 1);
  g_assert_false (fixture->resumed);
  stop (fixture);
}

/* More than the server acknowledges waits; at last there is no room. */
static void
test_queue_full (Fixture       *fixture,
                 gconstpointer  core)
{
  g_autofree char *text = g_strnfill (200000, 'x');
  g_autoptr (JsonNode) args = array_of_text (text);
  g_autoptr (GError) error = NULL;
  guint n_frames;
  guint n_sent = 0;

  start_stateful (fixture);
  peer_settle ();
  n_frames = fixture->peer->frames->len;
  while (signalr_hub_proxy_send (fixture->hub, "Say", args, &error))
    {
      g_assert_cmpuint (++n_sent, <, 1000);
      peer_settle ();
    }
  g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_QUEUE_FULL);
  g_assert_cmpuint (fixture->peer->frames->len, ==, n_frames + 1);
  g_assert_cmpuint (n_sent, >, 16 * 1024 * 1024 / 200100);

  /* An acknowledgement makes room for the next. */
  peer_send (fixture->peer, "{\"type\":8,\"sequenceId\":1}");
  peer_wait (&fixture->peer->frames->len, n_frames + 2);
  g_clear_error (&error);
  g_assert_true (signalr_hub_proxy_send (fixture->hub, "Say", args, &error));
  g_assert_no_error (error);
  stop (fixture);
}

static void
test_skip_negotiation (Fixture       *fixture,
                       gconstpointer  core)
{
  g_auto (Answer) echo = { 0 };

  signalr_connection_set_skip_negotiation (fixture->connection, TRUE);
  start_and_fail (fixture, SIGNALR_ERROR_PROTOCOL, "webSockets");
  use_transport (fixture, "longPolling");
  start_and_fail (fixture, SIGNALR_ERROR_PROTOCOL, "webSockets");

  use_transport (fixture, "webSockets");
  signalr_connection_set_dialect (fixture->connection, SIGNALR_DIALECT_ASPNET);
  start_and_fail (fixture, SIGNALR_ERROR_PROTOCOL, "Classic");
  signalr_connection_set_dialect (fixture->connection, SIGNALR_DIALECT_AUTO);

  signalr_connection_set_query (fixture->connection, "room", "7");
  start (fixture);
  g_assert_cmpint (signalr_connection_get_dialect (fixture->connection), ==,
                   SIGNALR_DIALECT_ASPNETCORE);
  g_assert_null (signalr_connection_get_connection_id (fixture->connection));
  g_assert_cmpuint (peer_count (fixture->peer, "POST /hub/negotiate"), ==, 0);
  g_assert_null (peer_get_query (fixture->peer, "GET /hub", "id"));
  g_assert_cmpstr (peer_get_query (fixture->peer, "GET /hub", "room"), ==, "7");
  invoke (fixture, "Echo", &echo);
  peer_wait (&echo.n_answers, 1);
  g_assert_no_error (echo.error);

  peer_cut (fixture->peer);
  peer_wait (&fixture->n_reconnected, 1);
  g_assert_false (fixture->resumed);
  g_assert_cmpuint (peer_count (fixture->peer, "POST /hub/negotiate"), ==, 0);
  stop (fixture);
}

#define ADD(name, func)                                                       \
  g_test_add ("/client/stateful/" name, Fixture, CORE, fixture_set_up, func, fixture_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/client/stateful/resend", test_resend);
  g_test_add_func ("/client/stateful/duplicates", test_duplicates);
  g_test_add_func ("/client/stateful/acks", test_acks);
  g_test_add_func ("/client/stateful/limit", test_limit);
  g_test_add_func ("/client/stateful/uploads", test_uploads);
  ADD ("drop", test_drop);
  ADD ("ack-is-sent", test_ack_is_sent);
  ADD ("sends-lost", test_sends_lost);
  ADD ("sends-lost-by-stop", test_sends_lost_by_stop);
  ADD ("stopped-while-lost", test_stopped_while_lost);
  ADD ("stopped-while-refused", test_stopped_while_refused);
  ADD ("forgotten", test_forgotten);
  ADD ("tries-again", test_tries_again);
  ADD ("away", test_away);
  ADD ("closed", test_closed);
  ADD ("wrong-numbers", test_wrong_numbers);
  ADD ("not-granted", test_not_granted);
  ADD ("queue-full", test_queue_full);
  ADD ("skip-negotiation", test_skip_negotiation);

  return g_test_run ();
}
