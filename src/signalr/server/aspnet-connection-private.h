/* aspnet-connection-private.h: a SignalR connection of classic SignalR
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "protocol/aspnet-envelope-private.h"
#include "server-connection-private.h"
#include "server-request-private.h"
#include "web-socket-private.h"

G_BEGIN_DECLS

/* From which version on a start is a request of its own. */
#define SIGNALR_ASPNET_DELAYED_START 104

typedef struct {
  SignalrServerConnection  base;

  SignalrMapOptions       *options;
  SignalrWebSocket        *socket;
  guint                    close_code;    /* of the socket */
  GPtrArray               *groups;        /* "Hub.group" */
  GPtrArray               *starts;        /* of SignalrRequest, to be answered; NULL for none */
  SignalrTask              pump;

  guint                    opened : 1;        /* it once had a transport */
  guint                    init_due : 1;      /* the client is to be told that it is subscribed */
  guint                    init_waits : 1;      /* for the hubs */
  guint                    groups_due : 1;    /* and in which groups it is */
  guint                    resuming : 1;      /* what is missing now has been missed for good */
} SignalrAspnetConnection;

/* What a request for a transport says. */
typedef struct {
  gboolean    connect;         /* a first one */
  guint       version;
  const char *cursor;          /* NULL for from now on */
  const char *groups_token;    /* NULL for none */
} SignalrAspnetArrival;

SignalrAspnetConnection *signalr_aspnet_connection_new         (SignalrHost                *host,
                                                                SignalrMapOptions          *options,
                                                                const char                 *id,
                                                                SignalrHub * const         *hubs,
                                                                guint                       n_hubs);
SignalrAspnetConnection *signalr_aspnet_connection_find        (SignalrHost                *host,
                                                                const char                 *id);
void                     signalr_aspnet_connection_open_socket (SignalrAspnetConnection    *self,
                                                                SignalrStream              *stream,
                                                                const SignalrAspnetArrival *arrival);
void                     signalr_aspnet_connection_start       (SignalrAspnetConnection    *self,
                                                                SignalrRequest             *request);

gboolean                 signalr_aspnet_connection_detailed    (SignalrAspnetConnection    *self);
void                     signalr_aspnet_connection_send_result (SignalrAspnetConnection    *self,
                                                                const SignalrHubResult     *result);

/* aspnet-dispatch.c: what the client sent, be it through the socket or in a
 * request. @answer (transfer full) is NULL where there is nothing to say.
 */
void                     signalr_aspnet_dispatch               (SignalrAspnetConnection    *self,
                                                                const char                 *text,
                                                                gsize                       length);

G_END_DECLS
