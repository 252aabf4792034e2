/* server-request-private.h: one HTTP request, and how it is answered
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "server-host-private.h"
#include "server-parking-private.h"
#include "stream-private.h"

G_BEGIN_DECLS

typedef void (*SignalrGoneFunc) (gpointer user_data);

typedef struct {
  SignalrHost       *host;
  SoupServerMessage *message;
  SignalrMount      *mount;
  char              *path;       /* decoded */
  const char        *rest;       /* of it, behind the mount's */
  GHashTable        *query;      /* decoded; NULL where there is none */
  char              *user;       /* NULL where it is not known */
  gboolean           held;
  gulong             finished_id;  /* while it is held, or written to */
  gboolean           begun;
  gulong             wrote_head_id;  /* until the head of an answer that has begun has left */
  SignalrParking    *parking;      /* instead of the message, and all of it, once it has waited for long */
  SignalrTimer       patience;
  SignalrTask        leaving;
  GList              waiting;      /* in the host's list of those that may have to leave libsoup */

  SignalrPolled      watch;        /* for the client's going; -1 where nobody watches */
  SignalrGoneFunc    gone;
  gpointer           gone_data;
} SignalrRequest;

SignalrRequest *signalr_request_new             (SignalrHost        *host,
                                                 SoupServerMessage  *message,
                                                 GHashTable         *query);
SignalrRequest *signalr_request_ref             (SignalrRequest     *self);
void            signalr_request_unref           (SignalrRequest     *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignalrRequest, signalr_request_unref)

/* It is not under way any more; not every request that HTTP knows of ever was. */
void            signalr_request_discount        (SignalrHost        *host,
                                                 SoupServerMessage  *message);

const char     *signalr_request_get_method      (SignalrRequest     *self);
const char     *signalr_request_get_header      (SignalrRequest     *self,
                                                 const char         *name);
/* As it came; NULL where there is none. */
const char     *signalr_request_get_query_text  (SignalrRequest     *self);
/* Without regard to the name's case. */
const char     *signalr_request_get_query       (SignalrRequest     *self,
                                                 const char         *name);
/* The bearer token of the header, else of the query. */
const char     *signalr_request_get_token       (SignalrRequest     *self);

/* The client speaks by this request now. */
void            signalr_request_introduce       (SignalrRequest     *self,
                                                 SignalrCaller      *caller,
                                                 SignalrMapOptions  *options);

/* Until when what it shows counts, on the heartbeat's clock; SIGNALR_NEVER: no such time. */
void            signalr_request_set_expiry      (SoupServerMessage  *message,
                                                 gint64              deadline);
gint64          signalr_request_get_expiry      (SignalrRequest     *self);

/* (transfer full); empty where there is none. */
GBytes         *signalr_request_get_body        (SignalrRequest     *self);
/* Of the body, in bytes. */
gsize           signalr_request_get_length      (SignalrRequest     *self);

void            signalr_request_set_header      (SignalrRequest     *self,
                                                 const char         *name,
                                                 const char         *value);
/* @type and @body may be NULL. */
void            signalr_request_answer          (SignalrRequest     *self,
                                                 guint               status,
                                                 const char         *type,
                                                 const char         *body);
void            signalr_request_answer_bytes    (SignalrRequest     *self,
                                                 guint               status,
                                                 const char         *type,
                                                 GBytes             *body);
/* Whether the server has no room for one more connection of its address, or it asks
 * too often: then it is answered so.
 */
gboolean        signalr_request_refuse_full     (SignalrRequest     *self);
gboolean        signalr_request_refuse_often    (SignalrRequest     *self);
void            signalr_request_answer_too_often (SignalrRequest    *self);
/* Of whom it is, as the door knows them. */
const char     *signalr_request_get_address     (SignalrRequest     *self);
/* Whether it begins something on a server that stops: then it is answered so. */
gboolean        signalr_request_refuse_late     (SignalrRequest     *self);
/* It will be answered later; which does nothing where the client has gone by then. */
void            signalr_request_hold            (SignalrRequest     *self);
/* The head of the answer goes now, the body in pieces. */
void            signalr_request_begin           (SignalrRequest     *self,
                                                 const char         *type);
/* A piece behind which another comes; nothing where the client has not waited long yet. */
void            signalr_request_write           (SignalrRequest     *self,
                                                 const void         *data,
                                                 gsize               length);
/* The last, which may be empty. */
void            signalr_request_end             (SignalrRequest     *self,
                                                 const void         *data,
                                                 gsize               length);
/* @gone is called where the client goes while it waits for the answer: once, and
 * not in this call. %NULL watches no more.
 */
void            signalr_request_watch           (SignalrRequest     *self,
                                                 SignalrGoneFunc     gone,
                                                 gpointer            user_data);

/* @stream (transfer full) is NULL where the client has gone, or the server stops. */
typedef void (*SignalrTakenFunc)                (SignalrStream      *stream,
                                                 gpointer            user_data);

gboolean        signalr_request_is_upgrade      (SignalrRequest     *self);
/* Makes it a WebSocket, or a chunked answer of its own; @func is called once, not
 * in this call.
 */
void            signalr_request_upgrade         (SignalrRequest     *self,
                                                 SignalrTakenFunc    func,
                                                 gpointer            user_data);
void            signalr_request_stream          (SignalrRequest     *self,
                                                 SignalrTakenFunc    func,
                                                 gpointer            user_data);

G_END_DECLS
