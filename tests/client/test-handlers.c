/* test-handlers.c: whatever a handler does, in whichever it is
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fixture.h"

typedef enum {
  ACTION_NOTHING,
  ACTION_DISPOSE,
  ACTION_UNREF,
  ACTION_STOP,
  ACTION_RESTART,
  ACTION_CALL,
  N_ACTIONS,
} Action;

/* One life of a connection, in which something is done at one point. */
typedef struct {
  Peer              *peer;
  gboolean           core;
  SignalrConnection *connection;    /* NULL once given away */
  SignalrHubProxy   *hub;
  GWeakRef           weak;
  const char        *point;
  Action             action;
  gboolean           done;
  gboolean           gone;          /* disposed of */
  guint              n_calls;
  guint              n_answers;
  guint              n_started;
  guint              n_made;        /* answers to the calls of the life itself */
  guint              n_late;        /* signals after the end */
  guint              n_starts;
  guint              n_disconnected;
  guint              n_slow;
  guint              n_recovered;
  guint              n_reconnected;
  guint              n_invocations;
} Life;

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data);

static void
call (Life                *life,
      const char          *method,
      GAsyncReadyCallback  callback)
{
  g_autoptr (JsonNode) args = array_of_text ("hi");

  life->n_calls++;
  signalr_hub_proxy_invoke_async (life->hub, method, args, NULL, callback, life);
}

static void
stop_now (Life *life)
{
  life->n_calls++;
  signalr_connection_stop_async (life->connection, NULL, answered_cb, life);
}

static void
start_now (Life *life)
{
  life->n_calls++;
  signalr_connection_start_async (life->connection, NULL, answered_cb, life);
}

static void
act (Life *life)
{
  switch (life->action)
    {
    case ACTION_DISPOSE:
      life->gone = TRUE;
      g_object_run_dispose (G_OBJECT (life->connection));
      break;

    /* What is under way has a reference of its own. */
    case ACTION_UNREF:
      life->gone = life->n_answers == life->n_calls;
      g_clear_object (&life->connection);
      break;

    case ACTION_STOP:
      stop_now (life);
      break;

    case ACTION_RESTART:
      stop_now (life);
      start_now (life);
      break;

    case ACTION_CALL:
      call (life, "Echo", answered_cb);
      signalr_connection_check_now (life->connection);
      break;

    case ACTION_NOTHING:
    case N_ACTIONS:
    default:
      break;
    }
}

static void
reach (Life       *life,
       const char *point)
{
  if (life->done || g_strcmp0 (life->point, point) != 0)
    return;

  life->done = TRUE;
  act (life);
}

/* Answers may come when all is over, signals may not. */
static void
tell (Life       *life,
      const char *point)
{
  life->n_late += life->gone;
  reach (life, point);
}

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  Life *life = user_data;

  life->n_answers++;
}

static void
start_answered_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  Life *life = user_data;

  life->n_answers++;
  life->n_started++;
  reach (life, "start");
}

static void
made_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Life *life = user_data;

  life->n_answers++;
  life->n_made++;
  reach (life, "answer");
}

static void
state_cb (SignalrConnection *connection,
          GParamSpec        *pspec,
          Life              *life)
{
  static const char * const points[] = {
    [SIGNALR_CONNECTION_STATE_DISCONNECTED] = "state-disconnected",
    [SIGNALR_CONNECTION_STATE_CONNECTING] = "state-connecting",
    [SIGNALR_CONNECTION_STATE_CONNECTED] = "state-connected",
    [SIGNALR_CONNECTION_STATE_RECONNECTING] = "state-reconnecting",
    [SIGNALR_CONNECTION_STATE_DISCONNECTING] = "state-disconnecting",
  };

  if (signalr_connection_get_state (connection) == SIGNALR_CONNECTION_STATE_CONNECTING)
    life->n_starts++;
  reach (life, points[signalr_connection_get_state (connection)]);
}

static void
property_cb (SignalrConnection *connection,
             GParamSpec        *pspec,
             Life              *life)
{
  /* Properties that changed together are told together, to the end. */
  if (!g_str_equal (pspec->name, "state"))
    reach (life, pspec->name);
}

static void
slow_cb (SignalrConnection *connection,
         Life              *life)
{
  life->n_slow++;
  tell (life, "slow");
}

static void
recovered_cb (SignalrConnection *connection,
              Life              *life)
{
  life->n_recovered++;
  tell (life, "recovered");
}

static void
reconnecting_cb (SignalrConnection *connection,
                 GError            *error,
                 Life              *life)
{
  tell (life, "reconnecting");
}

static void
reconnected_cb (SignalrConnection *connection,
                const char        *id,
                gboolean           resumed,
                Life              *life)
{
  life->n_reconnected++;
  tell (life, "reconnected");
}

static void
disconnected_cb (SignalrConnection       *connection,
                 SignalrDisconnectReason  reason,
                 GError                  *error,
                 Life                    *life)
{
  life->n_disconnected++;
  tell (life, "disconnected");
}

static void
retrying_cb (SignalrConnection *connection,
             guint              attempt,
             gint64             delay,
             Life              *life)
{
  tell (life, "retrying");
}

static void
invocation_cb (SignalrHubProxy *hub,
               const char      *method,
               JsonNode        *args,
               Life            *life)
{
  life->n_invocations++;
  tell (life, "invocation");
}

static void
item_cb (SignalrCall *source,
         JsonNode    *item,
         Life        *life)
{
  tell (life, "item");
}

static void
progress_cb (SignalrCall *source,
             JsonNode    *item,
             Life        *life)
{
  tell (life, "progress");
}

/* An upload is an object of its own, and may tell of its end whenever that was. */
static void
ended_cb (SignalrUpload *upload,
          Life          *life)
{
  reach (life, "upload-ended");
}

static void
token_cb (SignalrTokenRequest *request,
          gpointer             user_data)
{
  reach (user_data, "token");
  signalr_token_request_return (request, "token");
}

static void
result_cb (SignalrClientCall *client_call,
           gpointer           user_data)
{
  tell (user_data, "client-call");
}

static gint64
retry_cb (guint         attempt,
          gint64        elapsed,
          const GError *error,
          gpointer      user_data)
{
  return attempt == 1 ? 1 : SIGNALR_RETRY_STOP;
}

static gboolean
is_over (Life *life)
{
  return life->done && life->action != ACTION_CALL;
}

static gboolean
give_up_cb (gpointer user_data)
{
  g_error ("Waited for 20 seconds at “%s”", ((Life *) user_data)->point);

  return G_SOURCE_REMOVE;
}

static void
wait_for (Life        *life,
          const guint *count,
          guint        least)
{
  guint id = g_timeout_add_seconds (20, give_up_cb, life);

  while (!is_over (life) && *count < least)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (id);
}

static void
wait_for_state (Life                   *life,
                SignalrConnectionState  state)
{
  guint id = g_timeout_add_seconds (20, give_up_cb, life);

  while (!is_over (life) && signalr_connection_get_state (life->connection) != state)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (id);
}

static void
send (Life       *life,
      const char *core,
      const char *classic)
{
  if (!is_over (life))
    peer_send (life->peer, life->core ? core : classic);
}

/* Calls of every kind, all of which are answered before the end or at it. */
static void
make_calls (Life *life)
{
  g_autoptr (SignalrCall) stream = signalr_call_new ("Count", NULL);
  g_autoptr (SignalrCall) sum = signalr_call_new ("Sum", NULL);
  g_autoptr (SignalrUpload) upload = signalr_upload_new ();

  call (life, "Echo", made_cb);
  call (life, "Hang", answered_cb);
  if (!life->core)
    {
      g_signal_connect (stream, "progress", G_CALLBACK (progress_cb), life);
      life->n_calls++;
      signalr_hub_proxy_call_async (life->hub, stream, NULL, made_cb, life);
      return;
    }

  g_signal_connect (stream, "item", G_CALLBACK (item_cb), life);
  g_signal_connect (upload, "ended", G_CALLBACK (ended_cb), life);
  signalr_call_set_streams (stream, TRUE);
  signalr_call_add_upload (sum, upload);
  life->n_calls += 2;
  signalr_hub_proxy_call_async (life->hub, stream, NULL, made_cb, life);
  signalr_hub_proxy_call_async (life->hub, sum, NULL, made_cb, life);
  signalr_upload_complete (upload);
}

/* All that a connection goes through, until the point is reached. */
static void
live (Life *life)
{
  life->n_calls++;
  signalr_connection_start_async (life->connection, NULL, start_answered_cb, life);
  wait_for (life, &life->n_started, 1);

  if (!is_over (life))
    make_calls (life);
  send (life, "{\"type\":1,\"invocationId\":\"s1\",\"target\":\"m\",\"arguments\":[]}",
        "{\"C\":\"d-9\",\"M\":[{\"I\":\"P|2\",\"P\":{\"I\":\"2\",\"D\":1}},"
        "{\"H\":\"ChatHub\",\"M\":\"m\",\"A\":[]}]}");
  wait_for (life, &life->n_invocations, 1);
  wait_for (life, &life->n_made, life->core ? 3 : 1);

  if (!is_over (life))
    signalr_connection_set_slow_after (life->connection, 20);
  wait_for (life, &life->n_slow, 1);
  send (life, "{\"type\":6}", "{}");
  wait_for (life, &life->n_recovered, 1);
  if (!is_over (life))
    signalr_connection_set_slow_after (life->connection, SIGNALR_TIMEOUT_NONE);

  if (!is_over (life))
    peer_cut (life->peer);
  wait_for (life, &life->n_reconnected, 1);
  send (life, "{\"type\":7}", "{\"D\":1}");
  wait_for (life, &life->n_starts, 2);
  wait_for_state (life, SIGNALR_CONNECTION_STATE_CONNECTED);
  if (!is_over (life))
    stop_now (life);
  wait_for (life, &life->n_disconnected, 2);
}

static void
life_init (Life       *life,
           Peer       *peer,
           const char *point,
           Action      action)
{
  g_autoptr (SignalrRetryPolicy) policy = signalr_retry_policy_new_custom (retry_cb, NULL, NULL);

  *life = (Life) {
    .peer = peer,
    .core = peer->core,
    .connection = signalr_connection_new (peer->url),
    .point = point,
    .action = action,
  };
  g_weak_ref_init (&life->weak, life->connection);
  life->hub = g_object_ref (signalr_connection_get_hub (life->connection, "ChatHub"));
  signalr_connection_set_retry_policy (life->connection, policy);
  signalr_connection_set_token_func (life->connection, token_cb, life, NULL);
  signalr_hub_proxy_set_result_func (life->hub, "m", result_cb, life, NULL);
  g_signal_connect (life->connection, "notify::state", G_CALLBACK (state_cb), life);
  g_signal_connect (life->connection, "notify", G_CALLBACK (property_cb), life);
  g_signal_connect (life->connection, "slow", G_CALLBACK (slow_cb), life);
  g_signal_connect (life->connection, "recovered", G_CALLBACK (recovered_cb), life);
  g_signal_connect (life->connection, "reconnecting", G_CALLBACK (reconnecting_cb), life);
  g_signal_connect (life->connection, "reconnected", G_CALLBACK (reconnected_cb), life);
  g_signal_connect (life->connection, "disconnected", G_CALLBACK (disconnected_cb), life);
  g_signal_connect (life->connection, "retrying", G_CALLBACK (retrying_cb), life);
  g_signal_connect (life->hub, "invocation", G_CALLBACK (invocation_cb), life);
}

/* Nothing is left, and everybody was answered, once. */
static void
life_end (Life *life)
{
  g_autoptr (GObject) left = NULL;

  if (life->connection != NULL && !life->gone && life->done)
    {
      stop_now (life);
      while (signalr_connection_get_state (life->connection) !=
             SIGNALR_CONNECTION_STATE_DISCONNECTED)
        g_main_context_iteration (NULL, TRUE);
      peer_settle ();
      g_assert_cmpuint (life->n_disconnected, ==, life->n_starts);
    }

  life->done = FALSE;
  life->point = "end";
  g_clear_object (&life->connection);
  wait_for (life, &life->n_answers, life->n_calls);
  peer_settle ();
  g_assert_cmpuint (life->n_answers, ==, life->n_calls);
  g_assert_cmpuint (life->n_late, ==, 0);
  left = g_weak_ref_get (&life->weak);
  g_assert_null (left);
  g_weak_ref_clear (&life->weak);
  g_signal_handlers_disconnect_by_data (life->hub, life);
  g_object_unref (life->hub);
}

static const char * const points[] = {
  "state-connecting", "state-connected", "state-reconnecting", "state-disconnecting",
  "state-disconnected", "slow", "recovered", "reconnecting", "reconnected", "disconnected",
  "retrying", "invocation", "item", "progress", "upload-ended", "client-call", "token", "start",
  "answer", "connection-id", "transport", "last-error", "retry-at", "quality", "dialect",
};

static gboolean
exists (const char *point,
        gboolean    core)
{
  if (core)
    return !g_str_equal (point, "progress");

  return !g_str_equal (point, "item") && !g_str_equal (point, "upload-ended") &&
         !g_str_equal (point, "client-call");
}

static void
test_action (gconstpointer data)
{
  Action action = GPOINTER_TO_INT (data) / 2;
  gboolean core = GPOINTER_TO_INT (data) % 2;

  for (guint i = 0; i < G_N_ELEMENTS (points); i++)
    {
      g_autoptr (Peer) peer = NULL;
      Life life;

      if (!exists (points[i], core))
        continue;

      g_test_message ("%s", points[i]);
      peer = peer_new (core);
      life_init (&life, peer, points[i], action);
      live (&life);
      g_assert_true (life.done);
      life_end (&life);
    }
}

int
main (int   argc,
      char *argv[])
{
  static const char * const names[] = { "nothing", "dispose", "unref", "stop", "restart", "call" };

  g_test_init (&argc, &argv, NULL);

  for (Action action = ACTION_DISPOSE; action < N_ACTIONS; action++)
    {
      for (gboolean core = FALSE; core <= TRUE; core++)
        {
          g_autofree char *path = g_strdup_printf ("/client/handlers/%s/%s",
                                                   core ? "core" : "classic", names[action]);

          g_test_add_data_func (path, GINT_TO_POINTER (action * 2 + core), test_action);
        }
    }

  return g_test_run ();
}
