/* test-matrix.c: a conversation, broken at every step of every transport
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <signalr.h>
#include <string.h>

#include "world.h"
#include "server/signalr-server-private.h"

#define PAUSE_MS 20

/* Of each trouble, at the most or so. */
#ifdef __SANITIZE_ADDRESS__
#define N_PLACES 20
#else
#define N_PLACES 60
#endif

typedef enum {
  TROUBLE_NONE,
  TROUBLE_RESET,               /* both ends get RST */
  TROUBLE_CLOSE,               /* both ends get FIN */
  TROUBLE_PAUSE,               /* nothing gets through for a while, on any connection */
  TROUBLE_STALL,               /* until the client has noticed */
} Trouble;

static const char * const trouble_names[] = { "none", "reset", "close", "pause", "stall" };

/* What is expected of a call once all is over. */
typedef enum {
  FATE_OPEN,
  FATE_NEVER,                  /* the caller was told that it was not sent */
  FATE_ONCE,                   /* it was answered */
  FATE_UNKNOWN,                /* the caller was told that nobody knows */
  FATE_REPEATED,               /* it was answered, and may have been repeated */
} Fate;

/* One client, from its start to its end. */
typedef struct {
  World                  *world;
  Trouble                 trouble;
  SignalrConnection      *connection;
  SignalrHubProxy        *hub;
  SignalrConnectionState  state;
  GString                *log;
  guint                   n_starts;
  guint                   n_ends;
  guint                   n_stopped;
  guint                   last_tick;     /* the newest that came, or came before this connection */
  gboolean                lost;          /* since then */
  guint                   n_losses;
  gboolean                stopping;
  GHashTable             *notes;         /* to its Fate */
  guint                   n_open;
  guint                   n_unsure;      /* calls of whose fate the caller was told less than all */
  GSource                *healing;
} Talk;

typedef struct {
  Talk              *talk;
  char              *text;
  SignalrCallPolicy  policy;
} Note;

static gboolean
give_up_cb (gpointer user_data)
{
  Talk *talk = user_data;

  g_error ("Waited for 20 seconds: %s", talk->log->str);

  return G_SOURCE_REMOVE;
}

#define wait_until(talk, condition)                                             \
  G_STMT_START {                                                                \
    guint _id = g_timeout_add_seconds (20, give_up_cb, talk);                   \
    while (!(condition))                                                        \
      g_main_context_iteration (NULL, TRUE);                                    \
    g_source_remove (_id);                                                      \
  } G_STMT_END

static gboolean
settled_cb (gpointer user_data)
{
  (*(guint *) user_data)++;

  return G_SOURCE_REMOVE;
}

/* Until nothing happens any more. */
static void
settle (Talk *talk)
{
  guint n_rounds = 0;

  for (guint i = 1; i <= 10; i++)
    {
      g_idle_add_full (G_PRIORITY_LOW, settled_cb, &n_rounds, NULL);
      wait_until (talk, n_rounds == i);
    }
}

/* What the client tells. */

static gboolean
resumes (Talk *talk)
{
  return talk->world->way->resumes;
}

static void
noticed (Talk *talk)
{
  if (talk->trouble == TROUBLE_STALL)
    fault_link_heal (talk->world->link);
}

static void
state_cb (SignalrConnection *connection,
          GParamSpec        *pspec,
          Talk              *talk)
{
  SignalrConnectionState before = talk->state;

  talk->state = signalr_connection_get_state (connection);
  g_string_append_printf (talk->log, "%u ", talk->state);
  switch (talk->state)
    {
    case SIGNALR_CONNECTION_STATE_CONNECTING:
      g_assert_cmpint (before, ==, SIGNALR_CONNECTION_STATE_DISCONNECTED);
      g_assert_cmpuint (talk->n_starts, ==, talk->n_ends);
      talk->n_starts++;
      break;

    case SIGNALR_CONNECTION_STATE_CONNECTED:
      if (before == SIGNALR_CONNECTION_STATE_CONNECTING)
        {
          talk->last_tick = talk->world->n_ticks;
          talk->lost = FALSE;
        }
      break;

    case SIGNALR_CONNECTION_STATE_RECONNECTING:
    case SIGNALR_CONNECTION_STATE_DISCONNECTING:
    case SIGNALR_CONNECTION_STATE_DISCONNECTED:
    default:
      break;
    }
}

static void
reconnecting_cb (SignalrConnection *connection,
                 GError            *error,
                 Talk              *talk)
{
  g_string_append_printf (talk->log, "RECONNECTING (%s) ", error->message);
  talk->lost = TRUE;
  talk->n_losses++;
  noticed (talk);
}

static void
reconnected_cb (SignalrConnection *connection,
                const char        *id,
                gboolean           resumed,
                Talk              *talk)
{
  g_string_append (talk->log, "RECONNECTED ");
  g_assert_true (resumed == resumes (talk));
}

static void
disconnected_cb (SignalrConnection       *connection,
                 SignalrDisconnectReason  reason,
                 GError                  *error,
                 Talk                    *talk)
{
  g_string_append_printf (talk->log, "DISCONNECTED %u (%s) ", reason,
                          error != NULL ? error->message : "");
  talk->n_ends++;
  g_assert_cmpuint (talk->n_starts, ==, talk->n_ends);
  noticed (talk);
}

/* Where the connection is resumed, nothing that was pushed is lost while it lives. */
static void
invocation_cb (SignalrHubProxy *hub,
               const char      *method,
               JsonNode        *args,
               Talk            *talk)
{
  guint tick = json_array_get_int_element (json_node_get_array (args), 0);

  g_string_append_printf (talk->log, "tick-%u ", tick);
  g_assert_cmpint (talk->state, ==, SIGNALR_CONNECTION_STATE_CONNECTED);
  g_assert_cmpuint (tick, >, talk->last_tick);
  g_assert_cmpuint (tick, <=, talk->world->n_ticks);
  if (resumes (talk) || !talk->lost)
    g_assert_cmpuint (tick, ==, talk->last_tick + 1);
  talk->last_tick = tick;
  talk->lost = FALSE;
}

static gint64
retry_cb (guint         attempt,
          gint64        elapsed,
          const GError *error,
          gpointer      user_data)
{
  return 0;
}

/* Calls. */

static void say (Talk              *talk,
                 const char        *text,
                 SignalrCallPolicy  policy);

static void
called_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autofree Note *note = user_data;
  g_autofree char *text = note->text;
  Talk *talk = note->talk;
  g_autoptr (JsonNode) answer = NULL;
  g_autoptr (GError) error = NULL;
  SignalrDelivery delivery;
  Fate fate = FATE_OPEN;

  answer = signalr_hub_proxy_call_finish (SIGNALR_HUB_PROXY (source), result, &delivery, &error);
  talk->n_open--;
  g_string_append_printf (talk->log, "%s=%s ", text,
                          answer != NULL ? "answered" : error->message);
  if (answer != NULL)
    {
      g_assert_cmpstr (json_node_get_string (answer), ==, text);
      fate = note->policy == SIGNALR_CALL_POLICY_REPEAT ? FATE_REPEATED : FATE_ONCE;
    }
  else if (delivery == SIGNALR_DELIVERY_UNKNOWN)
    {
      g_assert_cmpint (note->policy, !=, SIGNALR_CALL_POLICY_REPEAT);
      fate = FATE_UNKNOWN;
      talk->n_unsure++;
    }
  else
    {
      g_assert_cmpint (delivery, ==, SIGNALR_DELIVERY_NOT_SENT);
      fate = FATE_NEVER;
    }

  g_hash_table_insert (talk->notes, g_steal_pointer (&text), GUINT_TO_POINTER (fate));
}

static void
say (Talk              *talk,
     const char        *text,
     SignalrCallPolicy  policy)
{
  g_autoptr (JsonNode) args = json_node_new (JSON_NODE_ARRAY);
  g_autoptr (SignalrCall) call = NULL;
  JsonArray *array = json_array_new ();
  Note *note = g_new (Note, 1);

  json_array_add_string_element (array, text);
  json_node_take_array (args, array);
  call = signalr_call_new ("Note", args);
  signalr_call_set_policy (call, policy);

  *note = (Note) { talk, g_strdup (text), policy };
  talk->n_open++;
  g_hash_table_insert (talk->notes, g_strdup (text), GUINT_TO_POINTER (FATE_OPEN));
  signalr_hub_proxy_call_async (talk->hub, call, NULL, called_cb, note);
}

/* Without an answer: it may be lost without a word once it was handed over. */
static void
say_only (Talk       *talk,
          const char *text)
{
  g_autoptr (JsonNode) args = json_node_new (JSON_NODE_ARRAY);
  JsonArray *array = json_array_new ();
  gboolean sent;

  json_array_add_string_element (array, text);
  json_node_take_array (args, array);
  sent = signalr_hub_proxy_send (talk->hub, "Note", args, NULL);
  g_hash_table_insert (talk->notes, g_strdup (text),
                       GUINT_TO_POINTER (sent ? FATE_UNKNOWN : FATE_NEVER));
}

static void
wait_for_answers (Talk *talk)
{
  wait_until (talk, talk->n_open == 0);
}

static void
wait_for_connection (Talk *talk)
{
  wait_until (talk, talk->state == SIGNALR_CONNECTION_STATE_CONNECTED);
}

/* What is pushed before the client knows that it is connected may come or not. */
static void
tick (Talk *talk)
{
  if (talk->state == SIGNALR_CONNECTION_STATE_CONNECTED ||
      talk->state == SIGNALR_CONNECTION_STATE_RECONNECTING)
    fault_hub_tick (talk->world->hub, ++talk->world->n_ticks);
}

static void
wait_for_ticks (Talk *talk)
{
  for (;;)
    {
      guint n_starts, n_losses;

      wait_for_connection (talk);
      n_starts = talk->n_starts;
      n_losses = talk->n_losses;
      tick (talk);
      wait_until (talk, talk->last_tick == talk->world->n_ticks || talk->n_starts > n_starts ||
                        (talk->n_losses > n_losses && !resumes (talk)));
      if (talk->last_tick == talk->world->n_ticks)
        return;
    }
}

/* The trouble. */

static gboolean
healing_cb (gpointer user_data)
{
  Talk *talk = user_data;

  g_clear_pointer (&talk->healing, g_source_unref);
  if (talk->trouble == TROUBLE_PAUSE)
    fault_link_heal (talk->world->link);
  else
    fault_link_reset (talk->world->link);

  return G_SOURCE_REMOVE;
}

/* A stall that nobody would notice for long ends as most do: by a reset. */
static void
struck_cb (gpointer user_data)
{
  Talk *talk = user_data;

  if (talk->trouble != TROUBLE_PAUSE && talk->trouble != TROUBLE_STALL)
    return;

  talk->healing = g_timeout_source_new (talk->trouble == TROUBLE_PAUSE ? PAUSE_MS : 10 * PAUSE_MS);
  g_source_set_callback (talk->healing, healing_cb, talk, NULL);
  g_source_attach (talk->healing, NULL);
}

static FaultKind
kind_of (Trouble trouble)
{
  return trouble == TROUBLE_RESET ? FAULT_RESET
       : trouble == TROUBLE_CLOSE ? FAULT_CLOSE
       : FAULT_STALL;
}

static void
talk_begin (Talk             *talk,
            World            *world,
            Trouble           trouble,
            const FaultPlace *place)
{
  g_autoptr (SignalrRetryPolicy) policy = NULL;

  *talk = (Talk) { .world = world, .trouble = trouble };
  fault_link_plan (world->link, place, kind_of (trouble), struck_cb, talk);
  policy = signalr_retry_policy_new_custom (retry_cb, NULL, NULL);
  signalr_retry_policy_set_retry_initial (policy, TRUE);

  talk->log = g_string_new (NULL);
  talk->notes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  talk->connection = world_connection_new (world, world->way);
  talk->hub = signalr_connection_get_hub (talk->connection, "FaultHub");
  signalr_connection_set_retry_policy (talk->connection, policy);
  if (trouble == TROUBLE_STALL)
    {
      signalr_connection_set_attempt_timeout (talk->connection, 5 * PAUSE_MS);
      signalr_connection_set_keep_alive_timeout (talk->connection, 5 * PAUSE_MS);
    }

  g_signal_connect (talk->connection, "notify::state", G_CALLBACK (state_cb), talk);
  g_signal_connect (talk->connection, "reconnecting", G_CALLBACK (reconnecting_cb), talk);
  g_signal_connect (talk->connection, "reconnected", G_CALLBACK (reconnected_cb), talk);
  g_signal_connect (talk->connection, "disconnected", G_CALLBACK (disconnected_cb), talk);
  g_signal_connect (talk->hub, "invocation::tick", G_CALLBACK (invocation_cb), talk);
}

static void
stopped_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  Talk *talk = user_data;

  g_assert_true (signalr_connection_stop_finish (SIGNALR_CONNECTION (source), result, NULL));
  talk->n_stopped++;
}

static void
talk_all_of_it (Talk *talk)
{
  signalr_connection_start_async (talk->connection, NULL, NULL, NULL);
  wait_for_connection (talk);

  say (talk, "one", SIGNALR_CALL_POLICY_FAIL);
  tick (talk);
  wait_for_answers (talk);

  say (talk, "two", SIGNALR_CALL_POLICY_WAIT);
  say (talk, "three", SIGNALR_CALL_POLICY_REPEAT);
  tick (talk);
  tick (talk);
  wait_for_answers (talk);

  say_only (talk, "four");
  say (talk, "five", SIGNALR_CALL_POLICY_WAIT);
  wait_for_answers (talk);
  wait_for_ticks (talk);

  signalr_connection_stop_async (talk->connection, NULL, stopped_cb, talk);
  wait_until (talk, talk->n_stopped == 1);
}

static void
check_notes (Talk *talk)
{
  FaultHub *hub = talk->world->hub;
  GHashTableIter iter;
  gpointer text, fate;

  g_hash_table_iter_init (&iter, talk->notes);
  while (g_hash_table_iter_next (&iter, &text, &fate))
    {
      guint n = fault_hub_count (hub, text);

      switch ((Fate) GPOINTER_TO_UINT (fate))
        {
        case FATE_NEVER:
          g_assert_cmpuint (n, ==, 0);
          break;

        case FATE_ONCE:
          g_assert_cmpuint (n, ==, 1);
          break;

        case FATE_UNKNOWN:
          g_assert_cmpuint (n, <=, 1);
          break;

        case FATE_REPEATED:
          g_assert_cmpuint (n, >=, 1);
          break;

        case FATE_OPEN:
        default:
          g_assert_not_reached ();
        }
    }
}

/* The server gives up whoever it was not told of. */
static void
talk_end (Talk *talk)
{
  World *world = talk->world;
  SignalrHost *host = signalr_server_get_host (world->server);

  g_assert_cmpint (talk->state, ==, SIGNALR_CONNECTION_STATE_DISCONNECTED);
  g_assert_cmpuint (talk->n_ends, ==, talk->n_starts);
  if (talk->healing != NULL)
    g_source_destroy (talk->healing);
  g_clear_pointer (&talk->healing, g_source_unref);
  fault_link_plan (world->link, NULL, FAULT_RESET, NULL, NULL);
  settle (talk);
  g_signal_handlers_disconnect_by_data (talk->connection, talk);
  g_assert_finalize_object (talk->connection);
  settle (talk);

  for (guint i = 0; i < 20; i++)
    {
      signalr_heartbeat_advance (host->loop->heartbeat, 10 * G_USEC_PER_SEC);
      settle (talk);
    }
  check_notes (talk);
  fault_hub_assert_stories (world->hub);
  fault_hub_forget (world->hub);
  g_assert_cmpuint (g_hash_table_size (host->connections), ==, 0);
  /* A thread of libsoup's ends some of them. */
  wait_until (talk, host->n_requests == 0);

  g_hash_table_unref (talk->notes);
  g_string_free (talk->log, TRUE);
}

/* Each place where something began or ended, and the middle between two. */
static GArray *
list_places (FaultLink *link)
{
  GArray *marks = fault_link_marks (link);
  GArray *places = g_array_new (FALSE, FALSE, sizeof (FaultPlace));
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i + 1 < marks->len; i += 2)
    {
      FaultPlace begin = g_array_index (marks, FaultPlace, i);
      FaultPlace end = g_array_index (marks, FaultPlace, i + 1);
      guint64 offsets[] = { begin.at, (begin.at + end.at) / 2, end.at };

      for (guint j = 0; j < G_N_ELEMENTS (offsets); j++)
        {
          FaultPlace place = { begin.connection, begin.upwards, offsets[j] };

          if (g_hash_table_add (known, g_strdup_printf ("%u %d %" G_GUINT64_FORMAT, place.connection,
                                                        place.upwards, place.at)))
            g_array_append_val (places, place);
        }
    }

  return places;
}

/* Whether @place was reached. */
static gboolean
converse (World            *world,
          Trouble           trouble,
          const FaultPlace *place)
{
  Talk talk;
  gboolean struck;

  talk_begin (&talk, world, trouble, place);
  talk_all_of_it (&talk);
  struck = fault_link_struck (world->link);

  /* What was called is heard of again, too, where both ends keep what they said. */
  if (world->way->dialect == SIGNALR_DIALECT_ASPNETCORE && resumes (&talk) && talk.n_starts == 1)
    g_assert_cmpuint (talk.n_unsure, ==, 0);
  talk_end (&talk);

  return struck;
}

/* Where nothing is wrong nothing is told to be, and each byte is counted. */
static GArray *
converse_well (World *world)
{
  GArray *places;
  Talk talk;

  talk_begin (&talk, world, TROUBLE_NONE, NULL);
  talk_all_of_it (&talk);
  g_test_message ("%s", talk.log->str);
  g_assert_cmpuint (talk.n_starts, ==, 1);
  g_assert_cmpuint (talk.n_unsure, ==, 0);
  g_assert_cmpuint (talk.n_losses, ==, 0);
  places = list_places (world->link);
  talk_end (&talk);

  return places;
}

/* What was closed is closed at the other end, too, when it is seen there. */
static void
wait_for_descriptors (guint most)
{
  gint64 end = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  while (world_count_descriptors () > most)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_main_context_iteration (NULL, FALSE);
    }
}

static void
test_way (gconstpointer user_data)
{
  World world;
  g_autoptr (GArray) places = NULL;
  guint n_descriptors;

  world_begin (&world, user_data);
  places = converse_well (&world);
  n_descriptors = world_count_descriptors ();

  for (Trouble trouble = TROUBLE_RESET; trouble <= TROUBLE_STALL; trouble++)
    {
      guint n_struck = 0;

      guint step = MAX (1, places->len / (trouble < TROUBLE_PAUSE ? N_PLACES : N_PLACES / 2));

      /* Polls have more places than a test has time. */
      for (guint i = 0; i < places->len; i += step)
        {
          const FaultPlace *place = &g_array_index (places, FaultPlace, i);

          g_test_message ("%s behind byte %" G_GUINT64_FORMAT " %s connection %u",
                          trouble_names[trouble], place->at, place->upwards ? "up" : "down",
                          place->connection);
          n_struck += converse (&world, trouble, place);
          wait_for_descriptors (n_descriptors);
        }
      g_test_message ("%s: %u of %u places reached", trouble_names[trouble], n_struck,
                      places->len / step);
      g_assert_cmpuint (n_struck, >, places->len / step * 2 / 3);
    }
  world_end (&world);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < world_n_ways; i++)
    {
      g_autofree char *path = g_strconcat ("/faults/", world_ways[i].name, NULL);

      g_test_add_data_func (path, &world_ways[i], test_way);
    }

  return g_test_run ();
}
