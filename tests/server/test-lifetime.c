/* test-lifetime.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "server/server-beat-private.h"
#include "server/server-lifetime-private.h"
#include "server/server-times-private.h"
#include "signalr.h"

#define S G_USEC_PER_SEC
#define N_STATES SIGNALR_SERVER_LIFETIME_N_STATES
#define N_EVENTS SIGNALR_SERVER_LIFETIME_N_EVENTS

static const SignalrServerLimits limits = { .unopened = 15 * S, .opening = 20 * S, .lost = 30 * S };

static gboolean
waits (SignalrServerLifetimeState state)
{
  return state == SIGNALR_SERVER_LIFETIME_UNOPENED ||
         state == SIGNALR_SERVER_LIFETIME_OPENING ||
         state == SIGNALR_SERVER_LIFETIME_OPENING_LOST ||
         state == SIGNALR_SERVER_LIFETIME_STARTING_LOST ||
         state == SIGNALR_SERVER_LIFETIME_LOST;
}

static void
test_every_pair (void)
{
  for (SignalrServerLifetimeState state = 0; state < N_STATES; state++)
    {
      for (SignalrServerLifetimeEvent event = 0; event < N_EVENTS; event++)
        {
          SignalrServerLifetime lifetime = { state, waits (state) ? 100 : SIGNALR_NEVER };
          SignalrServerLifetimeTell tell;

          tell = signalr_server_lifetime_step (&lifetime, event, &limits, 200);

          /* A deadline stands exactly where something is waited for. */
          g_assert_cmpint (waits (lifetime.state), ==, lifetime.deadline != SIGNALR_NEVER);
          /* What ends is told, but for what has ended. */
          if (lifetime.state == SIGNALR_SERVER_LIFETIME_ENDED && state != SIGNALR_SERVER_LIFETIME_ENDED)
            g_assert_cmpint (tell, >=, SIGNALR_SERVER_LIFETIME_TELL_STOPPED);
          else
            g_assert_cmpint (tell, <=, SIGNALR_SERVER_LIFETIME_TELL_RECONNECTED);
        }
    }
}

/* Walks through all that can happen in @depth steps, from a connection that is
 * new, and holds it against what is promised.
 */
typedef struct {
  gboolean asked;
  gboolean known;      /* a hub has let it in, or has seen it come back */
  gboolean ended;
} Promise;

static void
walk (SignalrServerLifetime lifetime,
      Promise               promise,
      guint                 depth)
{
  if (depth == 0)
    return;

  for (SignalrServerLifetimeEvent event = 0; event < N_EVENTS; event++)
    {
      SignalrServerLifetime next = lifetime;
      Promise after = promise;
      gboolean answer = event == SIGNALR_SERVER_LIFETIME_ACCEPT || event == SIGNALR_SERVER_LIFETIME_REFUSE;
      gboolean asking = lifetime.state == SIGNALR_SERVER_LIFETIME_STARTING ||
                        lifetime.state == SIGNALR_SERVER_LIFETIME_STARTING_LOST ||
                        lifetime.state == SIGNALR_SERVER_LIFETIME_LEAVING ||
                        lifetime.state == SIGNALR_SERVER_LIFETIME_DROPPED;

      if (answer != asking && answer)
        continue;

      switch (signalr_server_lifetime_step (&next, event, &limits, 1000 * S))
        {
        case SIGNALR_SERVER_LIFETIME_TELL_CONNECTED:
          g_assert_false (promise.asked || promise.known || promise.ended);
          after.asked = TRUE;
          break;

        case SIGNALR_SERVER_LIFETIME_TELL_RECONNECTED:
          /* Between the two others, or first of all. */
          g_assert_false (promise.ended);
          g_assert_true (promise.known || !promise.asked);
          after.known = TRUE;
          break;

        case SIGNALR_SERVER_LIFETIME_TELL_STOPPED:
        case SIGNALR_SERVER_LIFETIME_TELL_DISCONNECTED:
          g_assert_true (promise.known || event == SIGNALR_SERVER_LIFETIME_ACCEPT);
          g_assert_false (promise.ended);
          after.ended = TRUE;
          break;

        case SIGNALR_SERVER_LIFETIME_TELL_FORGET:
          g_assert_false (promise.known || promise.ended);
          after.ended = TRUE;
          break;

        case SIGNALR_SERVER_LIFETIME_TELL_NOTHING:
        default:
          break;
        }

      after.known |= event == SIGNALR_SERVER_LIFETIME_ACCEPT && asking;
      next.deadline = next.deadline == SIGNALR_NEVER ? SIGNALR_NEVER : 0;
      walk (next, after, depth - 1);
    }
}

static void
test_promises (void)
{
  SignalrServerLifetime lifetime;

  signalr_server_lifetime_init (&lifetime, &limits, 0);
  walk (lifetime, (Promise) { FALSE, FALSE, FALSE }, 7);
}

/* One scenario: at each time (in seconds) something happens; what the hubs hear. */
typedef struct {
  double                     time;
  SignalrServerLifetimeEvent event;
} Step;

#define AT(time, event) { time, SIGNALR_SERVER_LIFETIME_##event }
#define END { -1, 0 }

typedef struct {
  const char *name;
  Step        steps[8];
  const char *story;
} Scenario;

static const Scenario scenarios[] = {
  { "1-start-stop", { AT (0, OPEN), AT (1, START), AT (1, ACCEPT), AT (9, STOP), END },
    "1 connected, 9 disconnected(true)" },
  { "2-3-silence-unnoticed", { AT (0, OPEN), AT (1, START), AT (1, ACCEPT), END },
    "1 connected" },
  { "4-back-in-time", { AT (0, OPEN), AT (1, START), AT (1, ACCEPT), AT (20, LOSE), AT (49.9, REOPEN), END },
    "1 connected, 49.9 reconnected" },
  { "4-back-before-the-loss-was-noticed", { AT (0, OPEN), AT (1, START), AT (1, ACCEPT), AT (22, REOPEN), END },
    "1 connected, 22 reconnected" },
  { "5-back-too-late", { AT (0, OPEN), AT (1, START), AT (1, ACCEPT), AT (20, LOSE), AT (50.1, REOPEN), END },
    "1 connected, 50 disconnected(false)" },
  { "6-client-crashed", { AT (0, OPEN), AT (1, START), AT (1, ACCEPT), AT (20, LOSE), END },
    "1 connected, 50 disconnected(false)" },
  { "6-client-back", { AT (0, OPEN), AT (1, START), AT (1, ACCEPT), AT (20, LOSE), AT (30, REOPEN), AT (40, LOSE), END },
    "1 connected, 30 reconnected, 70 disconnected(false)" },
  { "7-page-closed", { AT (0, OPEN), AT (1, START), AT (1, ACCEPT), AT (9, LOSE), AT (9.1, STOP), END },
    "1 connected, 9.1 disconnected(true)" },
  { "8-another-server", { AT (0, REOPEN), AT (5, STOP), END },
    "0 reconnected, 5 disconnected(true)" },
  { "9-server-away", { AT (0, LOSE), END },
    "15 forgotten" },
  { "10-polls", { AT (0, OPEN), AT (1, START), AT (1, ACCEPT), AT (2, LOSE), AT (2.1, RESUME), AT (112, LOSE), AT (112.1, RESUME), END },
    "1 connected" },
  { "11-ended-by-server", { AT (0, OPEN), AT (1, START), AT (1, ACCEPT), AT (9, CLOSE), AT (10, STOP), AT (10, REOPEN), END },
    "1 connected, 9 disconnected(false)" },
  { "12-expired", { AT (0, OPEN), AT (1, START), AT (1, ACCEPT), AT (110, LOSE), AT (110.1, REOPEN), END },
    "1 connected, 110.1 reconnected" },
  { "never-started", { AT (0, OPEN), END }, "20 forgotten" },
  { "start-without-transport", { AT (0, OPEN), AT (1, LOSE), AT (2, START), AT (3, ACCEPT), END },
    "2 connected, 31 disconnected(false)" },
  { "refused", { AT (0, OPEN), AT (1, START), AT (2, REFUSE), AT (3, STOP), END },
    "1 connected, 2 forgotten" },
  { "stopped-while-asked", { AT (0, OPEN), AT (1, START), AT (2, STOP), AT (5, ACCEPT), END },
    "1 connected, 5 disconnected(true)" },
  { "lost-while-asked", { AT (0, OPEN), AT (1, START), AT (2, LOSE), AT (40, ACCEPT), END },
    "1 connected, 40 disconnected(false)" },
};

static void
tell_story (GString                   *story,
            double                     time,
            SignalrServerLifetimeTell  tell)
{
  static const char * const words[] = {
    NULL, "connected", "reconnected", "disconnected(true)", "disconnected(false)", "forgotten",
  };

  if (words[tell] != NULL)
    g_string_append_printf (story, "%s%g %s", story->len > 0 ? ", " : "", time, words[tell]);
}

static void
test_scenario (gconstpointer data)
{
  const Scenario *scenario = data;
  SignalrServerLifetime lifetime;
  g_autoptr (GString) story = g_string_new (NULL);

  signalr_server_lifetime_init (&lifetime, &limits, 0);

  for (const Step *step = scenario->steps; ; step++)
    {
      double until = step->time < 0 ? 10000 : step->time;

      while (lifetime.deadline < until * S)
        {
          gint64 now = lifetime.deadline;

          tell_story (story, (double) now / S,
                      signalr_server_lifetime_step (&lifetime, SIGNALR_SERVER_LIFETIME_DEADLINE, &limits, now));
        }

      if (step->time < 0)
        break;

      tell_story (story, step->time,
                  signalr_server_lifetime_step (&lifetime, step->event, &limits, step->time * S));
    }

  g_assert_cmpstr (story->str, ==, scenario->story);
}

static void
test_deadline_early (void)
{
  SignalrServerLifetime lifetime = { SIGNALR_SERVER_LIFETIME_LOST, 100 };

  g_assert_cmpint (signalr_server_lifetime_step (&lifetime, SIGNALR_SERVER_LIFETIME_DEADLINE, &limits, 99), ==,
                   SIGNALR_SERVER_LIFETIME_TELL_NOTHING);
  g_assert_cmpint (lifetime.state, ==, SIGNALR_SERVER_LIFETIME_LOST);
}

static void
test_beat (void)
{
  SignalrServerBeat beat;

  signalr_server_beat_init (&beat, 10, 30, 100, 1000);
  g_assert_cmpint (signalr_server_beat_next (&beat), ==, 1010);
  g_assert_cmpint (signalr_server_beat_due (&beat, 1009), ==, SIGNALR_SERVER_BEAT_NOTHING);
  g_assert_cmpint (signalr_server_beat_due (&beat, 1010), ==, SIGNALR_SERVER_BEAT_PING);

  signalr_server_beat_written (&beat, 1010);
  g_assert_cmpint (signalr_server_beat_next (&beat), ==, 1020);

  signalr_server_beat_listen (&beat, 1005);
  signalr_server_beat_written (&beat, 1034);
  g_assert_cmpint (signalr_server_beat_next (&beat), ==, 1035);
  g_assert_cmpint (signalr_server_beat_due (&beat, 1035), ==, SIGNALR_SERVER_BEAT_SILENT);

  signalr_server_beat_deafen (&beat);
  signalr_server_beat_written (&beat, 1099);
  g_assert_cmpint (signalr_server_beat_due (&beat, 1099), ==, SIGNALR_SERVER_BEAT_NOTHING);
  g_assert_cmpint (signalr_server_beat_due (&beat, 1100), ==, SIGNALR_SERVER_BEAT_EXPIRED);

  signalr_server_beat_init (&beat, SIGNALR_NEVER, SIGNALR_NEVER, SIGNALR_NEVER, 0);
  signalr_server_beat_listen (&beat, 0);
  g_assert_cmpint (signalr_server_beat_next (&beat), ==, SIGNALR_NEVER);
}

static void
test_rules (void)
{
  g_autoptr (SignalrServer) server = signalr_server_new ();
  static const struct {
    guint       disconnect;
    guint       keep_alive;
    const char *refusal;
    guint       then;         /* keep-alive in the end */
  } cases[] = {
    { 5999, 0, "The disconnect timeout must be at least six seconds", 10000 },
    { 6000, 2000, NULL, 2000 },
    { 6000, 2001, "Keep-alive must be no more than a third of the disconnect timeout", 2000 },
    { 6000, 1999, "Keep-alive must be none, or at least two seconds", 2000 },
    { 6000, 0, NULL, 0 },
    { 20000, 6666, NULL, 6666 },
    { 20000, 6667, "Keep-alive must be no more than a third of the disconnect timeout", 6666 },
    { 30000, 10000, NULL, 10000 },
  };

  g_assert_cmpuint (signalr_server_get_disconnect_timeout (server), ==, 30000);
  g_assert_cmpuint (signalr_server_get_keep_alive (server), ==, 10000);
  g_assert_cmpuint (signalr_server_get_connection_timeout (server), ==, 110000);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      if (signalr_server_set_disconnect_timeout (server, cases[i].disconnect, &error))
        {
          g_assert_cmpuint (signalr_server_get_keep_alive (server), ==, cases[i].disconnect / 3);
          signalr_server_set_keep_alive (server, cases[i].keep_alive, &error);
        }
      if (cases[i].refusal != NULL)
        g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
      g_assert_cmpstr (error != NULL ? error->message : NULL, ==, cases[i].refusal);
      g_assert_cmpuint (signalr_server_get_keep_alive (server), ==, cases[i].then);
    }
}

static void
test_times_more_than_nothing (void)
{
  g_autoptr (SignalrServer) server = signalr_server_new ();
  static gboolean (* const setters[]) (SignalrServer *, guint, GError **) = {
    signalr_server_set_connection_timeout,
    signalr_server_set_ping_interval,
    signalr_server_set_client_timeout,
    signalr_server_set_handshake_timeout,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (setters); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (setters[i] (server, 0, &error));
      g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA);
      g_assert_true (g_str_has_suffix (error->message, "must be more than nothing"));
      g_assert_true (setters[i] (server, 1000, NULL));
    }
  g_assert_cmpuint (signalr_server_get_connection_timeout (server), ==, 1000);
}

static void
test_too_late (void)
{
  g_autoptr (SignalrServer) server = signalr_server_new ();
  const char * const origins[] = { "*", NULL };

  g_assert_true (signalr_server_listen (server, "127.0.0.1", 0, NULL));

#define ASSERT_BUSY(call) \
  G_STMT_START { \
    g_autoptr (GError) error = NULL; \
    g_assert_false (call); \
    g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_BUSY); \
  } G_STMT_END

  ASSERT_BUSY (signalr_server_set_disconnect_timeout (server, 30000, &error));
  ASSERT_BUSY (signalr_server_set_keep_alive (server, 5000, &error));
  ASSERT_BUSY (signalr_server_set_connection_timeout (server, 5000, &error));
  ASSERT_BUSY (signalr_server_set_ping_interval (server, 5000, &error));
  ASSERT_BUSY (signalr_server_set_client_timeout (server, 5000, &error));
  ASSERT_BUSY (signalr_server_set_handshake_timeout (server, 5000, &error));
  ASSERT_BUSY (signalr_server_set_admit_late_clients (server, TRUE, &error));
  ASSERT_BUSY (signalr_server_set_key_file (server, "/nowhere/key", &error));
  ASSERT_BUSY (signalr_server_set_tls_certificate (server, NULL, &error));
  ASSERT_BUSY (signalr_server_set_allowed_origins (server, origins, &error));
  ASSERT_BUSY (signalr_server_set_authenticate_func (server, NULL, NULL, NULL, &error));
  ASSERT_BUSY (signalr_server_map_hubs (server, "/x", NULL, &error));
  ASSERT_BUSY (signalr_server_listen (server, "127.0.0.1", 0, &error));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/lifetime/every-pair", test_every_pair);
  g_test_add_func ("/lifetime/promises", test_promises);
  g_test_add_func ("/lifetime/deadline-early", test_deadline_early);
  for (gsize i = 0; i < G_N_ELEMENTS (scenarios); i++)
    {
      g_autofree char *path = g_strconcat ("/lifetime/scenario/", scenarios[i].name, NULL);

      g_test_add_data_func (path, &scenarios[i], test_scenario);
    }
  g_test_add_func ("/lifetime/beat", test_beat);
  g_test_add_func ("/times/rules", test_rules);
  g_test_add_func ("/times/more-than-nothing", test_times_more_than_nothing);
  g_test_add_func ("/times/too-late", test_too_late);

  return g_test_run ();
}
