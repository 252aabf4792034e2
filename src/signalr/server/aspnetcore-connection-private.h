/* aspnetcore-connection-private.h: a SignalR connection of ASP.NET Core SignalR
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "carrier-private.h"
#include "protocol/aspnetcore-records-private.h"
#include "server-connection-private.h"
#include "server-request-private.h"

G_BEGIN_DECLS

typedef struct _SignalrStateful SignalrStateful;

typedef struct {
  SignalrServerConnection  base;

  char                    *token;
  SignalrHub              *hub;          /* borrowed: it has a seat */
  SignalrEndpoint         *endpoint;     /* the same where it is none; else NULL */
  SignalrMapOptions       *options;
  SignalrCarrier          *carrier;
  guint                    close_code;   /* of the carrier */

  SignalrRecordReader     *reader;
  SignalrEncoding          encoding;
  SignalrRecord           *stalled;      /* what waits: for the call before it, or for room */
  gpointer                 slot;         /* the call that the next has to wait for */
  GPtrArray               *calls;        /* of SignalrInvocation, borrowed: those not answered yet */
  GHashTable              *streams;      /* by id, borrowed: those of them that stream */
  GHashTable              *uploads;      /* by id: SignalrServerUpload */
  GHashTable              *questions;    /* by id: what this client was asked */
  SignalrTask              resumption;   /* goes on reading */
  GByteArray              *posted;       /* what waits to be read; NULL for nothing */
  GQueue                   posts;        /* of SignalrRequest, which wait for room there */
  gsize                    held;         /* how many bytes those bring */
  SignalrTimer             expiry;       /* of what its last transport was let in by */
  SignalrStateful         *stateful;     /* NULL where the connection is that of its transport */

  guint                    resumable : 1;    /* so it was agreed in the negotiation */
  guint                    claimed : 1;      /* a transport has been asked for */
  guint                    opened : 1;       /* and has come */
  guint                    ready : 1;        /* the handshake is done */
  guint                    settling : 1;     /* and other servers are to hear of it before the hub */
  guint                    accepted : 1;     /* by the hub */
  guint                    pinged : 1;       /* the client pings, so its silence means something */
  guint                    said_close : 1;
} SignalrAspnetcoreConnection;

/* Of a negotiation, or (@token NULL) of a WebSocket without one; borrowed. */
SignalrAspnetcoreConnection *signalr_aspnetcore_connection_new     (SignalrHost                 *host,
                                                                    SignalrHub                  *hub,
                                                                    SignalrMapOptions           *options,
                                                                    const char                  *id,
                                                                    const char                  *token);
SignalrAspnetcoreConnection *signalr_aspnetcore_connection_find    (SignalrHost                 *host,
                                                                    const char                  *token);
/* aspnetcore-transports.c: the request that brings its transport, once. */
void                         signalr_aspnetcore_connection_upgrade (SignalrAspnetcoreConnection *self,
                                                                    SignalrRequest              *request);
void                         signalr_aspnetcore_connection_stream  (SignalrAspnetcoreConnection *self,
                                                                    SignalrRequest              *request);
void                         signalr_aspnetcore_connection_poll    (SignalrAspnetcoreConnection *self,
                                                                    SignalrRequest              *request);
/* Keeps it for as long as what the request shows counts. */
void                         signalr_aspnetcore_connection_admit   (SignalrAspnetcoreConnection *self,
                                                                    SignalrRequest              *request);
/* What the client sends where its transport only carries down. */
void                         signalr_aspnetcore_connection_post    (SignalrAspnetcoreConnection *self,
                                                                    SignalrRequest              *request);

/* For its other files. */
extern const SignalrCarrierFuncs signalr_aspnetcore_connection_carrier_funcs;
void                         signalr_aspnetcore_connection_set_carrier (SignalrAspnetcoreConnection *self,
                                                                     SignalrCarrier              *carrier);
void                         signalr_aspnetcore_connection_begin   (SignalrAspnetcoreConnection *self);
void                         signalr_aspnetcore_connection_receive (SignalrAspnetcoreConnection *self,
                                                                    gboolean                     binary,
                                                                    const guint8                *data,
                                                                    gsize                        length);
void                         signalr_aspnetcore_connection_read    (SignalrAspnetcoreConnection *self);
gboolean                     signalr_aspnetcore_connection_waits   (SignalrAspnetcoreConnection *self);
void                         signalr_aspnetcore_connection_read_posts (SignalrAspnetcoreConnection *self);
void                         signalr_aspnetcore_connection_end_too_slow (SignalrAspnetcoreConnection *self);
void                         signalr_aspnetcore_connection_send    (SignalrAspnetcoreConnection *self,
                                                                    const SignalrRecord         *record);
void                         signalr_aspnetcore_connection_broke   (SignalrAspnetcoreConnection *self,
                                                                    GError                      *error);
void                         signalr_aspnetcore_connection_say_close (SignalrAspnetcoreConnection *self,
                                                                     const char                 *error,
                                                                     gboolean                    allow_reconnect);
gboolean                     signalr_aspnetcore_connection_detailed (SignalrAspnetcoreConnection *self);

/* aspnetcore-dispatch.c: what a record makes happen. FALSE where reading has to wait. */
gboolean                     signalr_aspnetcore_dispatch           (SignalrAspnetcoreConnection *self,
                                                                    SignalrRecord               *record);
/* aspnetcore-streams.c: what goes on beside calls. */
gboolean                     signalr_aspnetcore_take_item          (SignalrAspnetcoreConnection *self,
                                                                    SignalrRecord               *record);
void                         signalr_aspnetcore_take_completion    (SignalrAspnetcoreConnection *self,
                                                                    SignalrRecord               *record);
gboolean                     signalr_aspnetcore_ask                (SignalrServerConnection     *base,
                                                                    const char                  *method,
                                                                    JsonNode                    *args,
                                                                    GTask                       *task);
/* The same for another server, which is told through the backplane. */
void                         signalr_aspnetcore_pass_question      (SignalrAspnetcoreConnection *self,
                                                                    const char                  *id,
                                                                    const char                  *return_channel,
                                                                    SignalrMessage              *message);
/* What @completion says, to who asked. */
void                         signalr_aspnetcore_return_result      (GTask                       *task,
                                                                    const SignalrRecord         *completion);
/* Uploads of @ids for a method, (transfer full). */
GPtrArray                   *signalr_aspnetcore_begin_uploads      (SignalrAspnetcoreConnection *self,
                                                                    const char * const          *ids);
void                         signalr_aspnetcore_end_uploads        (SignalrAspnetcoreConnection *self,
                                                                    const char * const          *ids);
/* The connection has ended: whoever waits is told. */
void                         signalr_aspnetcore_end_streams        (SignalrAspnetcoreConnection *self);

/* aspnetcore-stateful.c: a connection that outlives its transport. */
void                         signalr_aspnetcore_stateful_begin     (SignalrAspnetcoreConnection *self);
void                         signalr_aspnetcore_stateful_end       (SignalrAspnetcoreConnection *self);
/* @frame is for the client, as a whole WebSocket message; now, or when there is room.
 * @stream_id: (nullable) of which stream it is an item
 */
void                         signalr_aspnetcore_stateful_send      (SignalrAspnetcoreConnection *self,
                                                                    GBytes                      *frame,
                                                                    const char                  *stream_id);
/* Whether @record is to be dispatched: it counts for nothing else, and is new. */
gboolean                     signalr_aspnetcore_stateful_take      (SignalrAspnetcoreConnection *self,
                                                                    const SignalrRecord         *record,
                                                                    gsize                        size);
/* The request that brings it another transport. */
void                         signalr_aspnetcore_stateful_resume    (SignalrAspnetcoreConnection *self,
                                                                    SignalrRequest              *request);

/* @text, and what @error adds to it for the client; (transfer full). */
char                        *signalr_aspnetcore_describe           (const char                  *text,
                                                                    const GError                *error,
                                                                    gboolean                     detailed);

G_END_DECLS
