/* aspnet-connection-private.h: a SignalR connection of classic SignalR
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "carrier-private.h"
#include "protocol/aspnet-envelope-private.h"
#include "server-connection-private.h"
#include "server-request-private.h"

G_BEGIN_DECLS

/* From which version on a start is a request of its own. */
#define SIGNALR_ASPNET_DELAYED_START 104

typedef struct {
  SignalrServerConnection  base;

  SignalrMount            *mount;         /* that it began at */
  SignalrMapOptions       *options;
  SignalrCarrier          *carrier;
  guint                    close_code;    /* of the carrier */
  GPtrArray               *groups;        /* "Hub.group" */
  GPtrArray               *starts;        /* of SignalrRequest, to be answered; NULL for none */
  char                    *start_command; /* of another server, to be acknowledged; NULL for none */
  SignalrTask              pump;
  guint                    n_calls;       /* that are not answered */

  guint                    opened : 1;        /* it once had a transport */
  guint                    init_due : 1;      /* the client is to be told that it is subscribed */
  guint                    init_waits : 1;      /* for the hubs */
  guint                    aborted : 1;       /* the client has told another server that it stops */
  guint                    settling : 1;    /* the hubs are asked when the backplane is there */
  guint                    groups_due : 1;    /* and in which groups it is */
  guint                    resuming : 1;      /* what is missing now has been missed for good */
} SignalrAspnetConnection;

/* What a request for a transport says. */
typedef struct {
  gboolean    connect;         /* a first one */
  gboolean    poll;            /* one more, after no loss */
  guint       version;
  const char *cursor;          /* NULL for from now on */
  const char *groups_token;    /* NULL for none */
} SignalrAspnetArrival;

/* For the first request of a client; borrowed. */
SignalrAspnetConnection *signalr_aspnet_connection_new         (SignalrRequest             *request,
                                                                const char                 *id,
                                                                GPtrArray                  *hubs);
SignalrAspnetConnection *signalr_aspnet_connection_find        (SignalrHost                *host,
                                                                const char                 *id);
/* Takes @carrier, which was made with signalr_aspnet_connection_funcs. */
extern const SignalrCarrierFuncs signalr_aspnet_connection_funcs;
void                     signalr_aspnet_connection_open        (SignalrAspnetConnection    *self,
                                                                SignalrCarrier             *carrier,
                                                                const SignalrAspnetArrival *arrival);
void                     signalr_aspnet_connection_start       (SignalrAspnetConnection    *self,
                                                                SignalrRequest             *request);
/* The request came to another server. */
void                     signalr_aspnet_connection_start_for   (SignalrAspnetConnection    *self,
                                                                const char                 *command_id);

gboolean                 signalr_aspnet_connection_detailed    (SignalrAspnetConnection    *self);
void                     signalr_aspnet_connection_send_result (SignalrAspnetConnection    *self,
                                                                const SignalrHubResult     *result,
                                                                SignalrRequest             *request);

/* aspnet-commands.c: what is next for the client. */
GPtrArray               *signalr_aspnet_connection_collect     (SignalrAspnetConnection    *self,
                                                                gsize                       max_bytes);

/* aspnet-dispatch.c: what the client sent. A result goes through the carrier, or
 * is the answer to @request (nullable).
 */
void                     signalr_aspnet_dispatch               (SignalrAspnetConnection    *self,
                                                                const char                 *text,
                                                                gsize                       length,
                                                                SignalrRequest             *request);

G_END_DECLS
