/* dialect-private.h: what the two generations of the protocol have in common, for a client
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "signalr-error.h"

G_BEGIN_DECLS

struct _SignalrStateful;

/* What negotiate has told, and how requests go on from there. Times are in
 * microseconds, SIGNALR_NEVER where there is no limit.
 */
typedef struct {
  const struct _SignalrDialectTable *dialect;
  char      *url;               /* without query, after all redirects */
  char      *query;             /* (nullable): the application's, or that of a redirect */
  char      *access_token;      /* (nullable): that of a redirect; secret */
  char      *connection_id;     /* (nullable) */
  char      *connection_token;  /* (nullable): secret */
  guint      version;           /* classic: 100 * major + minor */
  guint      transports;        /* bits: 1 << SignalrTransport */
  guint      binary_transports;
  gboolean   stateful;
  gint64     keep_alive;
  gint64     rhythm;            /* of the server's pings, measured; 0 where it is not known */
  gint64     disconnect;
  gint64     connection;        /* how long the server lets a poll wait */
  gint64     transport_connect;
  gint64     poll_delay;
} SignalrNegotiated;

SignalrNegotiated *signalr_negotiated_new  (const struct _SignalrDialectTable *dialect);
void               signalr_negotiated_free (SignalrNegotiated *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignalrNegotiated, signalr_negotiated_free)

typedef enum {
  SIGNALR_REQUEST_RECEIVE,      /* what makes the transport connection */
  SIGNALR_REQUEST_RESUME,       /* what makes it again after a loss */
  SIGNALR_REQUEST_POLL,
  SIGNALR_REQUEST_SEND,
  SIGNALR_REQUEST_START,
  SIGNALR_REQUEST_PROBE,
  SIGNALR_REQUEST_FAREWELL,
} SignalrRequestKind;

typedef struct {
  const char *method;
  char       *url;
  GBytes     *body;             /* (nullable) */
  const char *content_type;     /* (nullable) */
} SignalrRequest;

void signalr_request_clear (SignalrRequest *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SignalrRequest, signalr_request_clear)

/* What a message of the server means. */
typedef enum {
  SIGNALR_INCOMING_REPLY,       /* bytes: to be sent at once */
  SIGNALR_INCOMING_START,       /* the start request is to be made */
  SIGNALR_INCOMING_READY,       /* the connection may be used */
  SIGNALR_INCOMING_INVOCATION,  /* hub, method, value: an array, id: an answer is wanted, state */
  SIGNALR_INCOMING_RESULT,      /* id, value or error, state */
  SIGNALR_INCOMING_ITEM,        /* id, value */
  SIGNALR_INCOMING_PROGRESS,    /* id, value */
  SIGNALR_INCOMING_MESSAGE,     /* value */
  SIGNALR_INCOMING_SHUTDOWN,    /* error: the server goes, and will be back */
  SIGNALR_INCOMING_END,         /* error: the server ended the connection for good */
} SignalrIncomingKind;

typedef struct {
  SignalrIncomingKind  kind;
  GBytes              *bytes;
  char                *hub;
  char                *method;
  char                *id;
  JsonNode            *value;
  JsonNode            *state;
  GError              *error;
} SignalrIncoming;

SignalrIncoming *signalr_incoming_push (GQueue              *queue,
                                        SignalrIncomingKind  kind);
void             signalr_incoming_free (SignalrIncoming     *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignalrIncoming, signalr_incoming_free)

typedef enum {
  SIGNALR_OUTGOING_CALL,        /* id is NULL where no answer is wanted */
  SIGNALR_OUTGOING_STREAM,      /* a call whose answer is a stream */
  SIGNALR_OUTGOING_CANCEL,      /* of the stream that is the answer to id */
  SIGNALR_OUTGOING_ITEM,        /* of the stream to the server that is called id */
  SIGNALR_OUTGOING_RESULT,      /* of the server's call that is called id, or the end of a stream */
  SIGNALR_OUTGOING_MESSAGE,     /* value */
} SignalrOutgoingKind;

/* Nothing here is owned. */
typedef struct {
  SignalrOutgoingKind  kind;
  const char          *hub;
  const char          *method;
  const char          *id;
  JsonNode            *value;   /* arguments, an item, a result, a message */
  JsonNode            *state;
  const char          *error;
  const char * const  *stream_ids;
  gboolean             promised; /* it was taken before: there is room for it */
} SignalrOutgoing;

typedef struct {
  const char * const  *hubs;    /* (nullable): none, a raw connection */
  SignalrEncoding      encoding;
  gsize                max_size;
} SignalrDialogueOptions;

/* The state that a dialect keeps of one SignalR connection. */
typedef struct {
  const struct _SignalrDialectTable *dialect;
  SignalrNegotiated                 *negotiated;
  struct _SignalrStateful           *stateful;   /* (nullable): both ends count their messages */
} SignalrDialogue;

typedef struct _SignalrDialectTable {
  SignalrDialect    dialect;
  guint             transports;  /* those that the dialect knows, bits */
  gint64            ping;        /* how often a client pings, µs */
  gint64            handshake;   /* how long an open transport may take, µs; or as part of opening it */
  gint64            keep_alive;  /* where the server does not say, µs */
  gint64            disconnect;
  gint64            patience;    /* how long a server keeps what may be resumed, µs */
  gint64            poll;        /* how long a server may let a poll wait, µs; or what it says itself */

  /* The server takes what is posted, and answers on the way down. */
  gboolean          joins_sends;

  /* Polls have a session, which the client frees though the server ended it. */
  gboolean          frees_polls;

  /* A transport that failed has used the SignalrNegotiated up. */
  gboolean          one_transport;

  SignalrDialogue *(*open)     (SignalrNegotiated            *negotiated,   /* (transfer full) */
                                const SignalrDialogueOptions *options);
  void             (*close)    (SignalrDialogue              *self);

  /* FALSE where the dialect has no such request. @payload: of a SEND */
  gboolean         (*request)  (SignalrDialogue              *self,
                                SignalrRequestKind            kind,
                                SignalrTransport              transport,
                                GBytes                       *payload,
                                SignalrRequest               *request);

  /* A transport connection is open. */
  void             (*opened)   (SignalrDialogue              *self,
                                SignalrTransport              transport,
                                gboolean                      resumed,
                                GQueue                       *incoming);

  /* What was decoded before an error is in @incoming. */
  gboolean         (*decode)   (SignalrDialogue              *self,
                                GBytes                       *message,
                                GQueue                       *incoming,
                                GError                      **error);

  /* The start request was answered. */
  gboolean         (*started)  (SignalrDialogue              *self,
                                GBytes                       *answer,
                                GQueue                       *incoming,
                                GError                      **error);
  GBytes          *(*encode)   (SignalrDialogue              *self,
                                const SignalrOutgoing        *outgoing,
                                GError                      **error);

  /* NULL where the dialect has none. */
  GBytes          *(*ping_record)     (SignalrDialogue *self);
  GBytes          *(*farewell_record) (SignalrDialogue *self);

  /* Whether a lost transport is made again with the same SignalR connection. */
  gboolean         (*can_resume)      (SignalrDialogue *self);
} SignalrDialectTable;

/* @dialect: not auto */
const SignalrDialectTable *signalr_dialect_get_table (SignalrDialect dialect);

extern const SignalrDialectTable signalr_aspnet_dialect;
extern const SignalrDialectTable signalr_aspnetcore_dialect;

/* The hubs as classic SignalR tells them: `[{"name":"chathub"}]`. */
char *signalr_aspnet_connection_data (const char * const *hubs);

G_END_DECLS
