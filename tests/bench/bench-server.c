/* bench-server.c: what the load is put on, made from the public library
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <signalr.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#define HUB_NAME "BenchHub"
/* The load sends no pings while it is idle. */
#define CLIENT_TIMEOUT (600 * 1000)

#define BENCH_TYPE_HUB (bench_hub_get_type ())
G_DECLARE_FINAL_TYPE (BenchHub, bench_hub, BENCH, HUB, SignalrHub)

struct _BenchHub {
  SignalrHub parent_instance;
};

G_DEFINE_FINAL_TYPE (BenchHub, bench_hub, SIGNALR_TYPE_HUB)

static void
bench_hub_class_init (BenchHubClass *klass)
{
}

static void
echo_cb (SignalrHub        *hub,
         SignalrInvocation *invocation,
         gpointer           user_data)
{
  JsonArray *args = signalr_invocation_get_args (invocation);

  signalr_invocation_return_value (invocation, json_array_dup_element (args, 0));
}

static void
broadcast_cb (SignalrHub        *hub,
              SignalrInvocation *invocation,
              gpointer           user_data)
{
  g_autoptr (JsonNode) args = json_node_new (JSON_NODE_ARRAY);

  json_node_set_array (args, signalr_invocation_get_args (invocation));
  signalr_hub_call_all (hub, "Broadcast", args, NULL);
  signalr_invocation_return_value (invocation, NULL);
}

static void
bench_hub_init (BenchHub *self)
{
  signalr_hub_add_method (SIGNALR_HUB (self), "Echo", 1, echo_cb, NULL, NULL);
  signalr_hub_add_method (SIGNALR_HUB (self), "Broadcast", 1, broadcast_cb, NULL, NULL);
}

static void
raise_file_limit (void)
{
  struct rlimit limit;

  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
}

static void
check (gboolean  done,
       GError   *error)
{
  if (done)
    return;

  fprintf (stderr, "bench-server: %s\n", error->message);
  exit (1);
}

/* With TLS where a file with a certificate and its key is given. */
int
main (int    argc,
      char **argv)
{
  g_autoptr (SignalrServer) server = signalr_server_new ();
  g_autoptr (BenchHub) hub = g_object_new (BENCH_TYPE_HUB, NULL);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autofree char *key = g_build_filename (g_get_user_state_dir (), "bench-server.key", NULL);
  GError *error = NULL;

  raise_file_limit ();
  signalr_server_add_hub (server, HUB_NAME, SIGNALR_HUB (hub));
  check (signalr_server_set_key_file (server, key, &error), error);
  if (argc > 1)
    {
      g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_file (argv[1], &error);

      check (certificate != NULL && signalr_server_set_tls_certificate (server, certificate, &error), error);
    }
  check (signalr_server_set_client_timeout (server, CLIENT_TIMEOUT, &error), error);
  check (signalr_server_map_hubs (server, "/signalr", NULL, &error), error);
  check (signalr_server_map_hub (server, "/test", HUB_NAME, NULL, &error), error);
  check (signalr_server_listen (server, "127.0.0.1", 0, &error), error);

  printf ("{\"listening\":\"%s\"}\n", signalr_server_get_uri (server));
  fflush (stdout);
  g_main_loop_run (loop);

  return 0;
}
