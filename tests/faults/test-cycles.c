/* test-cycles.c: connections made and lost, many times and many at once
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <malloc.h>
#include <string.h>

#include "server/signalr-server-private.h"
#include "world.h"

#ifdef __SANITIZE_ADDRESS__
#define N_CYCLES 1000
#else
#define N_CYCLES 10000
#endif

/* As many as are made before the first look: caches are full then. */
#define N_WARM   (N_CYCLES / 10)
#define N_AT_ONCE 210

/* What a heap may hold more of, for no reason but its order. */
#define SLACK    (128 * 1024)

typedef struct {
  gsize heap;
  gsize resident;
  guint descriptors;
  guint threads;
} Usage;

static gboolean
give_up_cb (gpointer user_data)
{
  g_error ("Waited for 20 seconds");

  return G_SOURCE_REMOVE;
}

static void
wait_for (const guint *flag,
          guint        count)
{
  guint id = g_timeout_add_seconds (20, give_up_cb, NULL);

  while (*flag < count)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (id);
}

static void
started_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  guint *n_started = user_data;

  signalr_connection_start_finish (SIGNALR_CONNECTION (source), result, &error);
  g_assert_no_error (error);
  (*n_started)++;
}

static void
reconnecting_cb (SignalrConnection *connection,
                 GError            *error,
                 guint             *n_lost)
{
  (*n_lost)++;
}

/* The server gives up those that it waits for. */
static void
let_time_pass (World *world)
{
  SignalrHost *host = signalr_server_get_host (world->server);

  for (guint i = 0; i < 10; i++)
    {
      signalr_heartbeat_advance (host->loop->heartbeat, 60 * G_USEC_PER_SEC);
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
  g_assert_cmpuint (g_hash_table_size (host->connections), ==, 0);
  g_assert_cmpuint (g_hash_table_size (host->polls), ==, 0);
  fault_hub_assert_stories (world->hub);
  fault_hub_forget (world->hub);
}

static void
connect_and_lose (World     *world,
                  const Way *way)
{
  SignalrConnection *connection = world_connection_new (world, way);
  guint n_started = 0, n_lost = 0, id;

  g_signal_connect (connection, "reconnecting", G_CALLBACK (reconnecting_cb), &n_lost);
  signalr_connection_start_async (connection, NULL, started_cb, &n_started);
  wait_for (&n_started, 1);

  /* What is on its way through the link when it breaks comes behind that. */
  id = g_timeout_add_seconds (20, give_up_cb, NULL);
  while (n_lost == 0)
    {
      fault_link_reset (world->link);
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (id);
  g_assert_finalize_object (connection);
}

/* But for those that GLib keeps for work that blocks, be it the names of hosts. */
static guint
count_threads (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/task", 0, NULL);
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc/self/task", name, "comm", NULL);
      g_autofree char *text = NULL;

      if (g_file_get_contents (path, &text, NULL, NULL) && !g_str_has_prefix (text, "pool-"))
        n++;
    }

  return n;
}

static gsize
get_resident (void)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) fields = NULL;

  g_file_get_contents ("/proc/self/statm", &text, NULL, NULL);
  fields = g_strsplit (text, " ", 3);

  return g_ascii_strtoull (fields[1], NULL, 10) * 4096;
}

static Usage
measure (World *world)
{
  Usage usage;

  let_time_pass (world);
  malloc_trim (0);
  usage.heap = mallinfo2 ().uordblks;
  usage.resident = get_resident ();
  usage.descriptors = world_count_descriptors ();
  usage.threads = count_threads ();
  g_test_message ("%zu kB of heap, %zu kB resident, %u descriptors, %u threads", usage.heap / 1024,
                  usage.resident / 1024, usage.descriptors, usage.threads);

  return usage;
}

static void
test_cycles (void)
{
  Usage before, after;
  World world;

  world_begin (&world, NULL);
  for (guint i = 0; i < N_WARM; i++)
    connect_and_lose (&world, &world_ways[i % world_n_ways]);
  before = measure (&world);

  for (guint i = N_WARM; i < N_CYCLES; i++)
    {
      connect_and_lose (&world, &world_ways[i % world_n_ways]);
      if (i % 100 == 0)
        let_time_pass (&world);
    }
  after = measure (&world);

  g_assert_cmpuint (after.descriptors, <=, before.descriptors);
  g_assert_cmpuint (after.threads, <=, before.threads);
  g_assert_cmpuint (after.heap, <, before.heap + SLACK);
#ifndef __SANITIZE_ADDRESS__
  g_assert_cmpuint (after.resident, <, before.resident + 4 * SLACK);
#endif
  world_end (&world);
}

/* A connection is a few objects, and sources of the one loop. */
static void
test_threads (void)
{
  g_autoptr (GPtrArray) connections = g_ptr_array_new_with_free_func (g_object_unref);
  guint n_started = 0, n_threads;
  World world;

  world_begin (&world, NULL);
  connect_and_lose (&world, &world_ways[0]);
  n_threads = count_threads ();

  for (guint i = 0; i < N_AT_ONCE; i++)
    {
      g_ptr_array_add (connections, world_connection_new (&world, &world_ways[i % world_n_ways]));
      signalr_connection_start_async (connections->pdata[i], NULL, started_cb, &n_started);
      wait_for (&n_started, i + 1);
    }
  g_assert_cmpuint (count_threads (), ==, n_threads);

  g_ptr_array_set_size (connections, 0);
  let_time_pass (&world);
  world_end (&world);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/faults/cycles", test_cycles);
  g_test_add_func ("/faults/threads", test_threads);

  return g_test_run ();
}
