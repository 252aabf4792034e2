/* stage.h: a client, a link and a server, and what both ends hear
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <link/link-simulator.h>
#include <signalr.h>

G_BEGIN_DECLS

typedef struct {
  SignalrDialect  dialect;
  const char     *transport;
  gboolean        no_keep_alive;
  gboolean        admit_late;
  gboolean        stateful;
  guint           patience;        /* the client's disconnect timeout, ms; 0 the server's */
} StageOptions;

typedef struct {
  StageOptions       options;
  char              *folder;
  guint16            port;
  SignalrServer     *server;       /* NULL while it is away */
  SignalrHub        *hub;
  LinkSimulator     *link;
  SignalrConnection *client;       /* NULL when it is gone */
  SignalrHubProxy   *proxy;
  char              *id;           /* of the connection, as the client knows it */
  double             begin;        /* of the connection, on the virtual clock */
  GString           *client_log;   /* words, with a space behind each */
  GArray            *client_times; /* of double: when each came, since the begin */
  GString           *server_log;
  gboolean           ready;
} Stage;

/* Connected; the logs begin with that. */
void stage_set_up       (Stage              *self,
                         const StageOptions *options);
void stage_tear_down    (Stage              *self);

void stage_set_link     (Stage              *self,
                         LinkMode            mode);
/* The process dies, and says nothing. */
void stage_kill_server  (Stage              *self);
/* One that has the same key, and nothing else of the first. */
void stage_start_server (Stage              *self);
void stage_stop_client  (Stage              *self);
/* The application quits: it stops, and waits for nothing. */
void stage_quit_client  (Stage              *self);
/* The hub calls the client's `stop`, which does that. */
void stage_tell_to_stop (Stage              *self);
void stage_close_client (Stage              *self);

G_END_DECLS
