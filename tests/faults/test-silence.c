/* test-silence.c: a server that is there, and says nothing any more
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "world.h"

/* Over every way at once, so that each limit has to be waited for but once. */
typedef struct {
  World      world;
  GPtrArray *connections;
  guint      n_started;
  guint      n_failed;         /* starts that were not answered in time */
  guint      n_lost;
  guint      n_stopped;
  guint      n_ended;
} Fixture;

static gboolean
give_up_cb (gpointer user_data)
{
  g_error ("Waited for 20 seconds");

  return G_SOURCE_REMOVE;
}

static void
wait_for_all (const guint *count)
{
  guint id = g_timeout_add_seconds (20, give_up_cb, NULL);

  while (*count < world_n_ways)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (id);
}

static void
reconnecting_cb (SignalrConnection *connection,
                 GError            *error,
                 Fixture           *fixture)
{
  g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_TIMED_OUT);
  fixture->n_lost++;
}

static void
disconnected_cb (SignalrConnection       *connection,
                 SignalrDisconnectReason  reason,
                 GError                  *error,
                 Fixture                 *fixture)
{
  fixture->n_ended++;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  world_begin (&fixture->world, NULL);
  fixture->connections = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < world_n_ways; i++)
    {
      SignalrConnection *connection = world_connection_new (&fixture->world, &world_ways[i]);

      g_ptr_array_add (fixture->connections, connection);
      g_signal_connect (connection, "reconnecting", G_CALLBACK (reconnecting_cb), fixture);
      g_signal_connect (connection, "disconnected", G_CALLBACK (disconnected_cb), fixture);
    }
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  for (guint i = 0; i < world_n_ways; i++)
    g_signal_handlers_disconnect_by_data (fixture->connections->pdata[i], fixture);
  g_ptr_array_unref (fixture->connections);
  fault_link_reset (fixture->world.link);
  world_end (&fixture->world);
}

static void
started_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  Fixture *fixture = user_data;
  g_autoptr (GError) error = NULL;

  if (signalr_connection_start_finish (SIGNALR_CONNECTION (source), result, &error))
    {
      fixture->n_started++;
      return;
    }

  g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_TIMED_OUT);
  fixture->n_failed++;
}

static void
start_all (Fixture *fixture)
{
  for (guint i = 0; i < world_n_ways; i++)
    signalr_connection_start_async (fixture->connections->pdata[i], NULL, started_cb, fixture);
}

static void
stopped_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  Fixture *fixture = user_data;

  g_assert_true (signalr_connection_stop_finish (SIGNALR_CONNECTION (source), result, NULL));
  fixture->n_stopped++;
}

static void
stop_all (Fixture *fixture)
{
  for (guint i = 0; i < world_n_ways; i++)
    signalr_connection_stop_async (fixture->connections->pdata[i], NULL, stopped_cb, fixture);
}

/* Nobody waits for a keep-alive then. */
static void
test_check_now (Fixture       *fixture,
                gconstpointer  data)
{
  start_all (fixture);
  wait_for_all (&fixture->n_started);

  fault_link_stall (fixture->world.link);
  for (guint i = 0; i < world_n_ways; i++)
    {
      signalr_connection_set_keep_alive_timeout (fixture->connections->pdata[i],
                                                 SIGNALR_TIMEOUT_NONE);
      signalr_connection_check_now (fixture->connections->pdata[i]);
    }
  wait_for_all (&fixture->n_lost);
  g_assert_cmpuint (fixture->n_lost, ==, world_n_ways);
}

static void
test_stop (Fixture       *fixture,
           gconstpointer  data)
{
  start_all (fixture);
  wait_for_all (&fixture->n_started);

  fault_link_stall (fixture->world.link);
  stop_all (fixture);
  wait_for_all (&fixture->n_stopped);
  g_assert_cmpuint (fixture->n_ended, ==, world_n_ways);
  g_assert_cmpuint (fixture->n_lost, ==, 0);
}

/* It accepts, and answers nothing; then it answers, and it is as if nothing had been. */
static void
test_start (Fixture       *fixture,
            gconstpointer  data)
{
  fault_link_stall (fixture->world.link);
  for (guint i = 0; i < world_n_ways; i++)
    signalr_connection_set_attempt_timeout (fixture->connections->pdata[i], 200);
  start_all (fixture);
  wait_for_all (&fixture->n_failed);
  g_assert_cmpuint (fixture->n_ended, ==, world_n_ways);

  fault_link_heal (fixture->world.link);
  for (guint i = 0; i < world_n_ways; i++)
    signalr_connection_set_attempt_timeout (fixture->connections->pdata[i],
                                            SIGNALR_TIMEOUT_DEFAULT);
  start_all (fixture);
  wait_for_all (&fixture->n_started);
  stop_all (fixture);
  wait_for_all (&fixture->n_stopped);
  g_assert_cmpuint (fixture->n_ended, ==, 2 * world_n_ways);
}

/* To stop what is still being made is to stop all the same. */
static void
test_stop_start (Fixture       *fixture,
                 gconstpointer  data)
{
  fault_link_stall (fixture->world.link);
  for (guint i = 0; i < world_n_ways; i++)
    signalr_connection_start_async (fixture->connections->pdata[i], NULL, NULL, NULL);
  stop_all (fixture);
  wait_for_all (&fixture->n_stopped);
  g_assert_cmpuint (fixture->n_ended, ==, world_n_ways);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) \
  g_test_add ("/faults/silence/" name, Fixture, NULL, set_up, func, tear_down)

  ADD ("check-now", test_check_now);
  ADD ("stop", test_stop);
  ADD ("start", test_start);
  ADD ("stop-start", test_stop_start);

  return g_test_run ();
}
