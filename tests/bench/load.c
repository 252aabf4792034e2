/* load.c: a load on a SignalR server, and what it costs there
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "load-client.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define N_EVENTS 512
#define AT_ONCE 32

static struct {
  int       connections;
  int       window;
  int       messages;
  int       size;
  int       pid;
  char     *transport;
  gboolean  classic;
  gboolean  messagepack;
} options = { .connections = 1, .window = 1, .messages = 10000, .size = 100 };

static const GOptionEntry entries[] = {
  { "connections", 'c', 0, G_OPTION_ARG_INT, &options.connections, "How many clients (1)", "N" },
  { "window", 'w', 0, G_OPTION_ARG_INT, &options.window, "Calls in flight, or set-ups under way (1)", "N" },
  { "messages", 'n', 0, G_OPTION_ARG_INT, &options.messages, "How many calls (10000)", "N" },
  { "size", 's', 0, G_OPTION_ARG_INT, &options.size, "Bytes of each argument, at most 4000 (100)", "N" },
  { "pid", 'p', 0, G_OPTION_ARG_INT, &options.pid, "The server's, for the processor's time that it used", "PID" },
  { "transport", 't', 0, G_OPTION_ARG_STRING, &options.transport, "webSockets, serverSentEvents or longPolling", "NAME" },
  { "classic", 0, 0, G_OPTION_ARG_NONE, &options.classic, "Speak the protocol of ASP.NET SignalR", NULL },
  { "messagepack", 0, 0, G_OPTION_ARG_NONE, &options.messagepack, "Speak MessagePack instead of JSON", NULL },
  { NULL }
};

typedef struct {
  LoadPlan   plan;
  int        poller;
  GPtrArray *clients;
  guint      n_ready;    /* of the first of them */
  guint      n_starting;
} Load;

/* What a measurement compares. */
typedef struct {
  double time;
  double server;    /* seconds of the processor */
  double own;
} Moment;

static double
seconds (clockid_t clock)
{
  struct timespec time;

  if (clock_gettime (clock, &time) != 0)
    load_fail ("The server has gone");

  return time.tv_sec + time.tv_nsec / 1e9;
}

static Moment
moment_now (void)
{
  Moment now = { seconds (CLOCK_MONOTONIC), 0, seconds (CLOCK_PROCESS_CPUTIME_ID) };
  clockid_t clock;

  if (options.pid != 0 && clock_getcpuclockid (options.pid, &clock) == 0)
    now.server = seconds (clock);

  return now;
}

static void
load_turn (Load *self)
{
  struct epoll_event events[N_EVENTS];
  int n = epoll_wait (self->poller, events, N_EVENTS, 30000);

  if (n == 0)
    load_fail ("Nothing came for 30 s");

  for (int i = 0; i < n; i++)
    load_line_handle (events[i].data.ptr, events[i].events);
}

/* Until @n are ready, so many at once. */
static void
load_connect (Load  *self,
              guint  n,
              guint  at_once)
{
  while (self->n_ready < n)
    {
      guint ready = 0;

      while (self->clients->len < n && self->clients->len - self->n_ready < at_once)
        g_ptr_array_add (self->clients, load_client_new (&self->plan, self->poller));

      load_turn (self);
      for (guint i = self->n_ready; i < self->clients->len; i++)
        {
          LoadClient *client = g_ptr_array_index (self->clients, i);

          /* Those that are ready stand before those that are not. */
          if (client->stage == LOAD_READY)
            {
              self->clients->pdata[i] = self->clients->pdata[self->n_ready + ready];
              self->clients->pdata[self->n_ready + ready] = client;
              ready++;
            }
        }
      self->n_ready += ready;
    }
}

/* The real server answers the handshake before what is for all reaches the client; what
 * the client calls it answers behind that.
 */
static void
load_settle (Load *self)
{
  guint n_settled = 0;

  for (guint i = 0; i < self->clients->len; i++)
    {
      load_client_call (g_ptr_array_index (self->clients, i), "Echo");
      load_client_flush (g_ptr_array_index (self->clients, i));
    }

  while (n_settled < self->clients->len)
    {
      LoadClient *client = g_ptr_array_index (self->clients, n_settled);

      if (client->n_results == client->n_calls)
        n_settled++;
      else
        load_turn (self);
    }
}

static void
load_echo (Load  *self,
           guint  n)
{
  LoadClient *client = g_ptr_array_index (self->clients, 0);
  guint64 first = client->n_calls;

  while (client->n_results < first + n)
    {
      while (client->n_calls < first + n && client->n_calls - client->n_results < (guint) options.window)
        load_client_call (client, "Echo");
      load_client_flush (client);
      load_turn (self);
    }
}

/* The next one when all have heard the last one. */
static void
load_broadcast (Load  *self,
                guint  n)
{
  LoadClient *client = g_ptr_array_index (self->clients, 0);

  for (guint i = 0; i < n; i++)
    {
      guint64 wanted = self->plan.n_messages + self->clients->len;

      load_client_call (client, "Broadcast");
      load_client_flush (client);
      while (client->n_results < client->n_calls || self->plan.n_messages < wanted)
        load_turn (self);
    }
}

static void
print_result (const Moment *begin,
              double        n)
{
  Moment now = moment_now ();
  double time = now.time - begin->time;

  printf ("{\"count\":%.0f,\"seconds\":%.4f,\"rate\":%.1f,\"server_cpu\":%.4f,\"load_cpu\":%.4f}\n",
          n, time, n / time, now.server - begin->server, now.own - begin->own);
  fflush (stdout);
}

/* Holds what is connected until standard input ends. */
static void
load_hold (Load *self)
{
  struct epoll_event event = { EPOLLIN, { .ptr = NULL } };

  if (epoll_ctl (self->poller, EPOLL_CTL_ADD, STDIN_FILENO, &event) != 0)
    load_fail ("Standard input cannot be waited for: %s", g_strerror (errno));

  for (;;)
    {
      struct epoll_event events[N_EVENTS];
      int n = epoll_wait (self->poller, events, N_EVENTS, -1);

      for (int i = 0; i < n; i++)
        {
          if (events[i].data.ptr == NULL)
            return;
          load_line_handle (events[i].data.ptr, events[i].events);
        }
    }
}

static void
load_run (Load       *self,
          const char *mode)
{
  guint warm = MAX (options.messages / 10, 1);
  Moment begin = moment_now ();

  if (g_str_equal (mode, "setup"))
    {
      load_connect (self, options.connections, options.window);
      print_result (&begin, options.connections);
    }
  else if (g_str_equal (mode, "idle"))
    {
      load_connect (self, options.connections, AT_ONCE);
      print_result (&begin, options.connections);
      load_hold (self);
    }
  else if (g_str_equal (mode, "echo"))
    {
      load_connect (self, 1, 1);
      load_echo (self, warm);
      begin = moment_now ();
      load_echo (self, options.messages);
      print_result (&begin, options.messages);
    }
  else if (g_str_equal (mode, "broadcast"))
    {
      load_connect (self, options.connections, AT_ONCE);
      load_settle (self);
      load_broadcast (self, warm);
      begin = moment_now ();
      load_broadcast (self, options.messages);
      print_result (&begin, (double) options.messages * options.connections);
    }
  else
    {
      load_fail ("There is no mode %s", mode);
    }
}

static LoadTransport
transport_named (const char *name)
{
  if (name == NULL || g_ascii_strcasecmp (name, "webSockets") == 0)
    return LOAD_WEB_SOCKETS;
  if (g_ascii_strcasecmp (name, "serverSentEvents") == 0)
    return LOAD_EVENTS;
  if (g_ascii_strcasecmp (name, "longPolling") == 0)
    return LOAD_POLLING;

  load_fail ("There is no transport %s", name);
}

static void
raise_file_limit (void)
{
  struct rlimit limit;

  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("echo|broadcast|setup|idle URL");
  g_autoptr (GError) error = NULL;
  g_autoptr (GUri) uri = NULL;
  Load load = { 0 };

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    load_fail ("%s", error->message);
  if (argc != 3 || options.size > 4000 || options.connections < 1 || options.window < 1)
    load_fail ("%s", g_option_context_get_help (context, TRUE, NULL));

  uri = g_uri_parse (argv[2], G_URI_FLAGS_NONE, &error);
  if (uri == NULL)
    load_fail ("%s", error->message);

  raise_file_limit ();
  load_set_server (g_uri_get_host (uri), g_uri_get_port (uri));
  load.plan.path = g_strdup (g_uri_get_path (uri));
  load.plan.classic = options.classic;
  load.plan.messagepack = options.messagepack;
  load.plan.transport = transport_named (options.transport);
  load.plan.text = g_strnfill (options.size, 'x');
  load.poller = epoll_create1 (EPOLL_CLOEXEC);
  load.clients = g_ptr_array_new_with_free_func ((GDestroyNotify) load_client_free);

  load_run (&load, argv[1]);

  g_ptr_array_unref (load.clients);
  g_free (load.plan.path);
  g_free (load.plan.text);

  return 0;
}
