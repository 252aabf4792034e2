/* test-sequences.c: the real object on a virtual clock, whatever happens to it
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "played-line.h"
#include "signalr-error-private.h"

#define SECOND      G_USEC_PER_SEC
#define N_SEQUENCES 100000
#define N_STEPS     24

/* The clock of the connection: far ahead of that of the main loop, whose sources
 * never see a deadline come. The tests say when one has.
 */
static gint64 the_time;

gint64
g_get_monotonic_time (void)
{
  return the_time;
}

/* What a call was answered, and by whom it may be cancelled. */
typedef struct {
  guint         n_answers;
  GCancellable *cancellable;   /* (nullable) */
} Promise;

/* A connection, and what it has told. */
typedef struct {
  SignalrConnection *connection;
  SignalrHubProxy   *hub;
  GPtrArray         *promises;      /* Promise */
  gboolean           inside;        /* the application is calling */
  guint              n_handled;     /* how deep in handlers */

  gboolean           started;
  gboolean           connected;
  gboolean           slow;
  gboolean           reconnecting;
  guint              n_starts;
  guint              n_ends;
} Sequence;

static SoupSession *the_session;

static Promise *
promise (Sequence *sequence)
{
  Promise *made = g_new0 (Promise, 1);

  if (g_test_rand_bit ())
    made->cancellable = g_cancellable_new ();
  g_ptr_array_add (sequence->promises, made);

  return made;
}

static void
promise_free (Promise *made)
{
  g_assert_cmpuint (made->n_answers, ==, 1);
  g_clear_object (&made->cancellable);
  g_free (made);
}

static Sequence *the_sequence;

static void
keep_promise (Promise *made)
{
  g_assert_false (the_sequence->inside);
  g_assert_cmpuint (made->n_answers, ==, 0);
  made->n_answers++;
}

static void
started_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  keep_promise (user_data);
  signalr_connection_start_finish (SIGNALR_CONNECTION (source), result, &error);
}

static void
stopped_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  keep_promise (user_data);
  signalr_connection_stop_finish (SIGNALR_CONNECTION (source), result, NULL);
}

static void
called_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = NULL;

  keep_promise (user_data);
  node = signalr_hub_proxy_call_finish (SIGNALR_HUB_PROXY (source), result, NULL, &error);
  g_assert_true ((node != NULL) != (error != NULL));
}

static void
ask_for_call (Sequence *sequence)
{
  g_autoptr (SignalrCall) call = signalr_call_new ("Do", NULL);
  Promise *made = promise (sequence);

  signalr_call_set_policy (call, g_test_rand_int_range (SIGNALR_CALL_POLICY_FAIL,
                                                        SIGNALR_CALL_POLICY_REPEAT + 1));
  signalr_hub_proxy_call_async (sequence->hub, call, made->cancellable, called_cb, made);
}

static void
ask_to_start (Sequence *sequence)
{
  Promise *made = promise (sequence);

  signalr_connection_start_async (sequence->connection, made->cancellable, started_cb, made);
}

static void
ask_to_stop (Sequence *sequence)
{
  Promise *made = promise (sequence);

  signalr_connection_stop_async (sequence->connection, made->cancellable, stopped_cb, made);
}

static void
cancel_one (Sequence *sequence)
{
  Promise *made;

  if (sequence->promises->len == 0)
    return;

  made = sequence->promises->pdata[g_test_rand_int_range (0, sequence->promises->len)];
  if (made->cancellable != NULL)
    g_cancellable_cancel (made->cancellable);
}

/* Something that an application does. */
static void
ask (Sequence *sequence)
{
  gboolean before = sequence->inside;

  sequence->inside = TRUE;
  switch (g_test_rand_int_range (0, 9))
    {
    case 0:
      ask_to_start (sequence);
      break;

    case 1:
      ask_to_stop (sequence);
      break;

    case 2:
      cancel_one (sequence);
      break;

    case 3:
      signalr_connection_retry_now (sequence->connection);
      break;

    case 4:
      signalr_connection_check_now (sequence->connection);
      break;

    case 5:
      signalr_connection_set_keep_alive_timeout (sequence->connection,
                                                 g_test_rand_int_range (0, 30000));
      break;

    default:
      ask_for_call (sequence);
    }
  sequence->inside = before;
}

/* Sometimes a handler does, too: signals of the next event wait for the end of it. */
static void
handle (Sequence *sequence)
{
  g_assert_cmpuint (sequence->n_handled, ==, 0);
  if (g_test_rand_int_range (0, 8) != 0)
    return;

  sequence->n_handled++;
  ask (sequence);
  sequence->n_handled--;
}

static void
state_cb (SignalrConnection *connection,
          GParamSpec        *pspec,
          Sequence          *sequence)
{
  switch (signalr_connection_get_state (connection))
    {
    case SIGNALR_CONNECTION_STATE_CONNECTING:
      g_assert_cmpuint (sequence->n_starts, ==, sequence->n_ends);
      sequence->n_starts++;
      sequence->started = TRUE;
      break;

    case SIGNALR_CONNECTION_STATE_CONNECTED:
      g_assert_true (sequence->started && !sequence->connected);
      sequence->connected = TRUE;
      break;

    case SIGNALR_CONNECTION_STATE_RECONNECTING:
      g_assert_true (sequence->started && sequence->connected);
      sequence->connected = sequence->slow = FALSE;
      break;

    case SIGNALR_CONNECTION_STATE_DISCONNECTING:
    case SIGNALR_CONNECTION_STATE_DISCONNECTED:
    default:
      g_assert_true (sequence->started);
      sequence->connected = sequence->slow = FALSE;
      break;
    }
}

static void
slow_cb (SignalrConnection *connection,
         Sequence          *sequence)
{
  g_assert_true (sequence->connected && !sequence->slow);
  g_assert_false (sequence->inside);
  sequence->slow = TRUE;
  handle (sequence);
}

static void
recovered_cb (SignalrConnection *connection,
              Sequence          *sequence)
{
  g_assert_true (sequence->connected && sequence->slow);
  g_assert_false (sequence->inside);
  sequence->slow = FALSE;
  handle (sequence);
}

static void
reconnecting_cb (SignalrConnection *connection,
                 GError            *error,
                 Sequence          *sequence)
{
  g_assert_true (sequence->started && !sequence->connected && !sequence->reconnecting);
  g_assert_false (sequence->inside);
  g_assert_nonnull (error);
  sequence->reconnecting = TRUE;
  handle (sequence);
}

static void
reconnected_cb (SignalrConnection *connection,
                const char        *id,
                gboolean           resumed,
                Sequence          *sequence)
{
  g_assert_true (sequence->connected && sequence->reconnecting);
  g_assert_false (sequence->inside);
  sequence->reconnecting = FALSE;
  handle (sequence);
}

static void
disconnected_cb (SignalrConnection       *connection,
                 SignalrDisconnectReason  reason,
                 GError                  *error,
                 Sequence                *sequence)
{
  g_assert_true (sequence->started);
  g_assert_false (sequence->inside);
  g_assert_cmpint (error == NULL, ==, reason == SIGNALR_DISCONNECT_REASON_STOPPED);
  sequence->started = sequence->connected = sequence->slow = sequence->reconnecting = FALSE;
  sequence->n_ends++;
  handle (sequence);
}

static void
retrying_cb (SignalrConnection *connection,
             guint              attempt,
             gint64             delay,
             Sequence          *sequence)
{
  g_assert_false (sequence->started);
  g_assert_cmpint (signalr_connection_get_retry_at (connection), !=, 0);
  g_assert_cmpuint (attempt, >, 0);
  handle (sequence);
}

static void
invocation_cb (SignalrHubProxy *hub,
               const char      *method,
               JsonNode        *args,
               Sequence        *sequence)
{
  handle (sequence);
}

static gint64
retry_cb (guint         attempt,
          gint64        elapsed,
          const GError *error,
          gpointer      user_data)
{
  return g_test_rand_int_range (SIGNALR_RETRY_STOP, 5000);
}

static GError *
make_error (void)
{
  static const SignalrError codes[] = {
    SIGNALR_ERROR_REFUSED, SIGNALR_ERROR_TIMED_OUT, SIGNALR_ERROR_NAME_NOT_RESOLVED,
    SIGNALR_ERROR_UNAUTHORIZED, SIGNALR_ERROR_UNREACHABLE,
  };
  GError *error = g_error_new_literal (SIGNALR_ERROR,
                                       codes[g_test_rand_int_range (0, G_N_ELEMENTS (codes))],
                                       "as it happens");

  signalr_error_set_retry_after (error, g_test_rand_int_range (0, 3000));

  return error;
}

static void
happen_while_trying (SignalrLine *line)
{
  g_autoptr (GError) error = make_error ();

  switch (g_test_rand_int_range (0, 8))
    {
    case 0:
      line->events->step (10 * SECOND, line->user_data);
      break;

    case 1:
    case 2:
      line->events->failed (error, line->user_data);
      break;

    case 3:
      line->events->renewed (line->user_data);
      break;

    case 4:
      line->events->ended (error, line->user_data);
      break;

    default:
      played_line_agree (line);
      line->phase = PHASE_READY;
      line->keeps_calls = g_test_rand_bit ();
      line->events->ready (line->again && g_test_rand_bit (), line->user_data);
      if (the_line != NULL)
        the_line->again = TRUE;
    }
}

static void
bring (SignalrLine         *line,
       SignalrIncomingKind  kind)
{
  GQueue queue = G_QUEUE_INIT;
  g_autoptr (SignalrIncoming) news = signalr_incoming_push (&queue, kind);

  g_queue_clear (&queue);
  if (kind == SIGNALR_INCOMING_RESULT && line->sent->len > 0)
    news->id = g_strdup (line->sent->pdata[g_test_rand_int_range (0, line->sent->len)]);
  if (kind == SIGNALR_INCOMING_INVOCATION)
    {
      news->method = g_strdup ("m");
      news->value = json_node_new (JSON_NODE_ARRAY);
      json_node_take_array (news->value, json_array_new ());
    }

  line->events->incoming (news, line->user_data);
}

static void
happen_while_ready (SignalrLine *line)
{
  g_autoptr (GError) error = make_error ();

  switch (g_test_rand_int_range (0, 9))
    {
    case 0:
      line->events->failed (error, line->user_data);
      break;

    case 1:
      line->events->shutdown (error, line->user_data);
      break;

    case 2:
      line->events->ended (error, line->user_data);
      break;

    case 3:
      line->events->probed (line->user_data);
      break;

    case 4:
    case 5:
      bring (line, SIGNALR_INCOMING_RESULT);
      break;

    case 6:
      bring (line, SIGNALR_INCOMING_INVOCATION);
      break;

    default:
      line->events->activity (1, line->user_data);
    }
}

static void
drain (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

/* The next deadline, if it comes now; never early, and sometimes late. */
static void
pass_time (Sequence *sequence)
{
  SignalrConnection *connection = sequence->connection;
  gint64 deadline = signalr_lifetime_get_deadline (&connection->lifetime);

  if (deadline == SIGNALR_NEVER || g_test_rand_bit ())
    the_time += g_test_rand_int_range (0, SECOND);
  else
    the_time = MAX (the_time, deadline) + g_test_rand_int_range (0, 3) * SECOND;

  if (deadline <= the_time)
    signalr_connection_handle (connection, SIGNALR_LIFETIME_DEADLINE);
}

static void
step (Sequence *sequence)
{
  switch (g_test_rand_int_range (0, 6))
    {
    case 0:
      ask (sequence);
      break;

    case 1:
      pass_time (sequence);
      break;

    case 2:
      drain ();
      break;

    default:
      if (the_line->phase == PHASE_TRYING)
        happen_while_trying (the_line);
      else if (the_line->phase == PHASE_READY)
        happen_while_ready (the_line);
      else if (the_line->phase == PHASE_CLOSING)
        the_line->events->said_goodbye (the_line->user_data);
      else
        pass_time (sequence);
    }
}

static void
sequence_init (Sequence           *sequence,
               SignalrRetryPolicy *policy)
{
  *sequence = (Sequence) {
    .connection = signalr_connection_new_with_session ("http://127.0.0.1/x", the_session),
    .promises = g_ptr_array_new_with_free_func ((GDestroyNotify) promise_free),
  };
  sequence->hub = g_object_ref (signalr_connection_get_hub (sequence->connection, "x"));
  signalr_connection_set_retry_policy (sequence->connection, policy);
  the_sequence = sequence;

  g_signal_connect (sequence->connection, "notify::state", G_CALLBACK (state_cb), sequence);
  g_signal_connect (sequence->connection, "slow", G_CALLBACK (slow_cb), sequence);
  g_signal_connect (sequence->connection, "recovered", G_CALLBACK (recovered_cb), sequence);
  g_signal_connect (sequence->connection, "reconnecting", G_CALLBACK (reconnecting_cb), sequence);
  g_signal_connect (sequence->connection, "reconnected", G_CALLBACK (reconnected_cb), sequence);
  g_signal_connect (sequence->connection, "disconnected", G_CALLBACK (disconnected_cb), sequence);
  g_signal_connect (sequence->connection, "retrying", G_CALLBACK (retrying_cb), sequence);
  g_signal_connect (sequence->hub, "invocation", G_CALLBACK (invocation_cb), sequence);
}

/* However it was left, a stop ends it, and nothing is left; nor when it just goes. */
static void
sequence_end (Sequence *sequence)
{
  SignalrConnection *connection = sequence->connection;

  g_signal_handlers_disconnect_by_data (sequence->hub, sequence);
  if (g_test_rand_bit ())
    {
      ask_to_stop (sequence);
      while (sequence->started)
        {
          if (the_line->phase == PHASE_CLOSING && g_test_rand_bit ())
            the_line->events->said_goodbye (the_line->user_data);
          else
            pass_time (sequence);
          if (connection->lifetime.state != SIGNALR_LIFETIME_STOPPING && sequence->started)
            ask_to_stop (sequence);
        }

      /* A handler may have asked for another start, or the policy: that ends, too. */
      g_signal_handlers_disconnect_by_func (connection, disconnected_cb, sequence);
      signalr_connection_set_retry_policy (connection, NULL);
      drain ();
      while (connection->lifetime.state != SIGNALR_LIFETIME_IDLE)
        {
          ask_to_stop (sequence);
          if (the_line->phase == PHASE_CLOSING)
            the_line->events->said_goodbye (the_line->user_data);
          drain ();
        }
      g_assert_cmpint (g_source_get_ready_time (connection->deadline), ==, -1);
      g_assert_cmpuint (g_hash_table_size (connection->calls), ==, 0);
    }

  g_signal_handlers_disconnect_by_data (connection, sequence);
  g_object_run_dispose (G_OBJECT (connection));
  g_assert_null (the_line);
  drain ();
  g_assert_finalize_object (connection);
  g_object_unref (sequence->hub);
  g_ptr_array_unref (sequence->promises);
  g_assert_false (g_main_context_pending (NULL));
}

static void
test_random (void)
{
  g_autoptr (SignalrRetryPolicy) policy = signalr_retry_policy_new_custom (retry_cb, NULL, NULL);
  guint n_ends = 0;
  guint n_promises = 0;

  signalr_retry_policy_set_retry_initial (policy, TRUE);
  for (guint i = 0; i < N_SEQUENCES; i++)
    {
      Sequence sequence;

      sequence_init (&sequence, policy);
      ask_to_start (&sequence);
      for (guint j = 0; j < N_STEPS; j++)
        step (&sequence);
      n_ends += sequence.n_ends;
      n_promises += sequence.promises->len;
      sequence_end (&sequence);
    }

  g_test_message ("%u ends, %u calls", n_ends, n_promises);
}

int
main (int   argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);

  the_time = G_MAXINT64 / 4;
  the_session = soup_session_new ();
  g_test_add_func ("/client/sequences/random", test_random);
  status = g_test_run ();
  g_object_unref (the_session);

  return status;
}
