/* load-client.h: a SignalR client that does as little as it can
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "load-line.h"

G_BEGIN_DECLS

typedef enum {
  LOAD_WEB_SOCKETS,
  LOAD_EVENTS,
  LOAD_POLLING,
} LoadTransport;

typedef struct {
  char          *path;
  gboolean       classic;
  gboolean       messagepack;
  LoadTransport  transport;
  char          *text;        /* the argument of every call */
  guint64        n_messages;  /* that came to all clients */
} LoadPlan;

typedef enum {
  LOAD_NEGOTIATING,
  LOAD_CONNECTING,     /* the request that receives is under way */
  LOAD_OPENING,        /* and open: handshake or first message are to come */
  LOAD_STARTING,       /* classic: the start is under way */
  LOAD_READY,
} LoadStage;

typedef struct LoadClient LoadClient;

struct LoadClient {
  LoadPlan       *plan;
  LoadStage       stage;
  LoadLine        line;         /* receives */
  LoadLine        side;         /* requests that are answered at once */
  char           *query;        /* of the connection, escaped */
  char           *cursor;       /* classic long polling */
  GByteArray     *record;       /* the begin of one, whose end has not come */
  guint64         n_calls;
  guint64         n_results;
};

LoadClient *load_client_new   (LoadPlan   *plan,
                               int         poller);
void        load_client_free  (LoadClient *client);
/* Queues a call; load_client_flush () sends all that are queued. */
void        load_client_call  (LoadClient *client,
                               const char *method);
void        load_client_flush (LoadClient *client);

G_END_DECLS
