/* test-scenarios.c: what both ends hear in each of the scenarios of a connection's life
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "stage.h"
#include "virtual-time.h"

typedef void (*Act) (Stage *stage);

static void
silent (Stage *stage)
{
  stage_set_link (stage, LINK_MODE_SILENT);
}

static void
good (Stage *stage)
{
  stage_set_link (stage, LINK_MODE_GOOD);
}

static void
cut (Stage *stage)
{
  stage_set_link (stage, LINK_MODE_RESET);
}

static void
gone (Stage *stage)
{
  stage_set_link (stage, LINK_MODE_GONE);
}

/* The whole machine stood still, as one that is halted for a while, and no clock did. */
static void
stand_still (Stage *stage)
{
  virtual_time_jump (70);
}

/* At some second of the connection's life something happens. */
typedef struct {
  double  time;
  Act     act;     /* NULL: it is looked at what both ends have heard */
} Step;

typedef struct {
  const char   *name;
  StageOptions  options;       /* the dialect and the transport come from below */
  const char   *client;
  const char   *server;
  Step          steps[6];
  const char   *transport;     /* the only one; NULL for all */
  double        times[6];      /* of the client's events, from the first; 0 for none that is known */
} Scenario;

/* How exact deadlines are. */
#define TOLERANCE 0.05

/* In every scenario the connection has begun at 0, and all has been quiet. */
static const Scenario classic[] = {
  { "1-start-stop", { 0 }, "connected disconnected(stopped) ", "connected disconnected(true) ",
    { { 5, stage_stop_client }, { 5.1, NULL } } },
  { "2-short-silence", { 0 }, "connected ", "connected ",
    { { 10, silent }, { 22, good }, { 100, NULL } } },
  { "3-slow", { 0 }, "connected slow recovered ", "connected ",
    { { 10.5, silent }, { 29, good }, { 100, NULL } } },
  { "4-back-in-time", { 0 }, "connected slow reconnecting reconnected ", "connected reconnected ",
    { { 10, silent }, { 35, good }, { 100, NULL } } },
  { "4-transport-aware", { 0 }, "connected reconnecting reconnected ", "connected reconnected ",
    { { 10, cut }, { 100, NULL } } },
  /* Refused: its version has no word for it, and waits for its own time. */
  { "5-too-late", { .patience = 60000 },
    "connected slow reconnecting disconnected(timeout) ", "connected disconnected(false) ",
    { { 10, silent }, { 31, gone }, { 65, good }, { 200, NULL } } },
  { "5-too-late-and-admitted", { .patience = 60000, .admit_late = TRUE },
    "connected slow reconnecting reconnected ", "connected disconnected(false) reconnected ",
    { { 10, silent }, { 31, gone }, { 65, good }, { 80, NULL } } },
  { "5-never-back", { 0 }, "connected slow reconnecting disconnected(timeout) ", "connected disconnected(false) ",
    { { 10, silent }, { 31, gone }, { 200, NULL } } },
  { "6-crashed", { 0 }, "connected reconnecting disconnected(timeout) ", "connected disconnected(false) ",
    { { 10, gone }, { 60, NULL } } },
  { "6-woke-up", { 0 }, "connected reconnecting reconnected ", "connected reconnected ",
    { { 10, gone }, { 35, good }, { 60, NULL } } },
  { "6-stood-still", { 0 }, "connected ", "connected ",
    { { 15, stand_still }, { 300, NULL } } },
  /* Neither could do anything in the time that they would have waited for each other. */
  { "6-stood-still-while-lost", { 0 }, "connected reconnecting reconnected ", "connected reconnected ",
    { { 15, gone }, { 20, good }, { 20.1, stand_still }, { 300, NULL } } },
  { "7-application-quits", { 0 }, "connected disconnected(stopped) ", "connected disconnected(true) ",
    { { 10, stage_quit_client }, { 10.1, NULL } } },
  { "8-another-server", { 0 }, "connected reconnecting reconnected ", "connected reconnected ",
    { { 10, stage_kill_server }, { 20, stage_start_server }, { 60, NULL } } },
  /* The last keep-alive came at 10. */
  { "9-server-away", { 0 }, "connected slow reconnecting disconnected(timeout) ", "connected ",
    { { 10.5, silent }, { 11, stage_kill_server }, { 100, NULL } }, NULL, { 0, 23.33, 30, 60 } },
  { "10-idle", { 0 }, "connected ", "connected ",
    { { 250, NULL } } },
  { "11-told-to-stop", { 0 }, "connected disconnected(stopped) ", "connected disconnected(true) ",
    { { 10, stage_tell_to_stop }, { 12, NULL } } },
  { "11-ended-by-server", { 0 }, "connected disconnected(closed-by-server) ", "connected disconnected(false) ",
    { { 10, stage_close_client }, { 100, NULL } } },
  { "12-no-keep-alive", { .no_keep_alive = TRUE }, "connected reconnecting reconnected ", "connected reconnected ",
    { { 109, NULL }, { 120, NULL } } },
};

/* Without a state that outlives its transport: a new connection each time. */
static const Scenario core[] = {
  { "1-start-stop", { 0 }, "connected disconnected(stopped) ", "connected disconnected(true) ",
    { { 5, stage_stop_client }, { 5.1, NULL } } },
  { "2-short-silence", { 0 }, "connected ", "connected ",
    { { 16, silent }, { 30, good }, { 100, NULL } } },
  { "3-slow", { 0 }, "connected slow recovered ", "connected ",
    { { 16, silent }, { 43, good }, { 100, NULL } } },
  { "4-back", { 0 }, "connected slow reconnecting reconnected(new) ", "connected disconnected(false) connected ",
    { { 10, silent }, { 60, good }, { 100, NULL } } },
  { "4-transport-aware", { 0 }, "connected reconnecting reconnected(new) ",
    "connected disconnected(false) connected ",
    { { 10, cut }, { 100, NULL } }, "webSockets" },
  /* Where a goodbye may come in a request of its own it is waited for. */
  { "4-transport-aware", { 0 }, "connected reconnecting reconnected(new) ",
    "connected connected disconnected(false) ",
    { { 10, cut }, { 100, NULL } }, "serverSentEvents" },
  { "4-transport-aware", { 0 }, "connected reconnecting reconnected(new) ",
    "connected connected disconnected(false) ",
    { { 10, cut }, { 100, NULL } }, "longPolling" },
  { "6-crashed", { 0 }, "connected reconnecting disconnected(timeout) ", "connected disconnected(false) ",
    { { 10, gone }, { 60, NULL } } },
  { "7-application-quits", { 0 }, "connected disconnected(stopped) ", "connected disconnected(true) ",
    { { 10, stage_quit_client }, { 10.1, NULL } } },
  /* The last ping came at 15. */
  { "9-server-away", { 0 }, "connected slow reconnecting disconnected(timeout) ", "connected disconnected(false) ",
    { { 16, silent }, { 17, stage_kill_server }, { 100, NULL } }, NULL, { 0, 35, 45, 75 } },
  { "10-idle", { 0 }, "connected ", "connected ",
    { { 250, NULL } } },
  { "11-told-to-stop", { 0 }, "connected disconnected(stopped) ", "connected disconnected(true) ",
    { { 10, stage_tell_to_stop }, { 12, NULL } } },
  { "11-ended-by-server", { 0 }, "connected disconnected(closed-by-server) ", "connected disconnected(false) ",
    { { 10, stage_close_client }, { 100, NULL } } },
};

/* With a state that outlives its transport: as classic ones. */
static const Scenario stateful[] = {
  { "1-start-stop", { .stateful = TRUE }, "connected disconnected(stopped) ", "connected disconnected(true) ",
    { { 5, stage_stop_client }, { 5.1, NULL } } },
  { "4-transport-aware", { .stateful = TRUE }, "connected reconnecting reconnected ", "connected reconnected ",
    { { 10, cut }, { 100, NULL } } },
  { "6-crashed", { .stateful = TRUE }, "connected reconnecting disconnected(timeout) ", "connected disconnected(false) ",
    { { 10, gone }, { 100, NULL } } },
  { "11-ended-by-server", { .stateful = TRUE }, "connected disconnected(closed-by-server) ",
    "connected disconnected(false) ",
    { { 10, stage_close_client }, { 100, NULL } } },
};

typedef struct {
  const Scenario *scenario;
  SignalrDialect  dialect;
  const char     *transport;
} Case;

static void
test_scenario (gconstpointer data)
{
  const Case *play = data;
  const Scenario *scenario = play->scenario;
  StageOptions options = scenario->options;
  Stage stage;
  double begin;

  options.dialect = play->dialect;
  options.transport = play->transport;
  stage_set_up (&stage, &options);
  begin = virtual_time_get ();

  for (gsize i = 0; i < G_N_ELEMENTS (scenario->steps) && scenario->steps[i].time > 0; i++)
    {
      virtual_time_run (begin + scenario->steps[i].time, NULL, NULL);
      g_test_message ("%g: client %s; server %s", scenario->steps[i].time, stage.client_log->str, stage.server_log->str);
      if (scenario->steps[i].act != NULL)
        scenario->steps[i].act (&stage);
    }

  g_assert_cmpstr (stage.client_log->str, ==, scenario->client);
  g_assert_cmpstr (stage.server_log->str, ==, scenario->server);
  for (guint i = 0; i < MIN (stage.client_times->len, G_N_ELEMENTS (scenario->times)); i++)
    {
      if (scenario->times[i] > 0)
        g_assert_cmpfloat_with_epsilon (g_array_index (stage.client_times, double, i), scenario->times[i], TOLERANCE);
    }
  stage_tear_down (&stage);
}

static void
add (const Scenario *scenario,
     SignalrDialect  dialect,
     const char     *transport)
{
  Case *play;
  const char *kind = scenario->options.stateful ? "stateful" : transport;
  g_autofree char *path = NULL;

  if (scenario->transport != NULL && !g_str_equal (scenario->transport, transport))
    return;

  path = g_strconcat ("/scenarios/", dialect == SIGNALR_DIALECT_ASPNET ? "aspnet/" : "aspnetcore/",
                      kind, "/", scenario->name, NULL);
  play = g_new (Case, 1);
  *play = (Case) { scenario, dialect, transport };
  g_test_add_data_func_full (path, play, test_scenario, g_free);
}

/* Polls hear no keep-alive: there is no slow, and no silence that is noticed. */
static gboolean
is_for_polls (const Scenario *scenario)
{
  static const char * const names[] = {
    "1-start-stop", "4-transport-aware", "6-crashed", "7-application-quits", "8-another-server", "10-idle",
    "11-told-to-stop", "11-ended-by-server", NULL,
  };

  return g_strv_contains (names, scenario->name);
}

int
main (int   argc,
      char *argv[])
{
  static const char * const streams[] = { "webSockets", "serverSentEvents", "foreverFrame" };

  g_test_init (&argc, &argv, NULL);
  virtual_time_begin ();

  for (gsize i = 0; i < G_N_ELEMENTS (classic); i++)
    {
      for (gsize j = 0; j < G_N_ELEMENTS (streams); j++)
        add (&classic[i], SIGNALR_DIALECT_ASPNET, streams[j]);
      if (is_for_polls (&classic[i]))
        add (&classic[i], SIGNALR_DIALECT_ASPNET, "longPolling");
    }

  for (gsize i = 0; i < G_N_ELEMENTS (core); i++)
    {
      for (gsize j = 0; j < 2; j++)
        add (&core[i], SIGNALR_DIALECT_ASPNETCORE, streams[j]);
      if (is_for_polls (&core[i]))
        add (&core[i], SIGNALR_DIALECT_ASPNETCORE, "longPolling");
    }

  for (gsize i = 0; i < G_N_ELEMENTS (stateful); i++)
    add (&stateful[i], SIGNALR_DIALECT_ASPNETCORE, "webSockets");

  return g_test_run ();
}
