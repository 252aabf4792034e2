/* peer.h: a server that does what a test tells it
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "protocol/aspnetcore-records-private.h"

G_BEGIN_DECLS

/* It speaks either dialect at /hub, over every transport, and answers the methods
 * Echo (its first argument), Fail (an error), Hang (nothing), Count (a stream of
 * two numbers), Sum (of a stream), Endless (a stream that has to be cancelled).
 */
typedef struct {
  SoupServer              *server;
  char                    *url;
  gboolean                 core;

  /* What it does; a test changes it at any time. */
  guint                    status;          /* of each answer but 101, where not 0 */
  const char              *retry_after;     /* a header of that answer */
  const char              *answer;          /* to negotiate, instead of its own */
  const char              *type;            /* of that answer */
  guint                    start_status;
  gboolean                 refuse_sockets;  /* 404 instead of an upgrade */
  gboolean                 refuse_streams;  /* 500 instead of one */
  gboolean                 refuse_polls;    /* the same of polls */
  gboolean                 silent_streams;  /* headers, and nothing more */
  const char              *cookie;          /* set with the answer to negotiate, where not NULL */
  const char              *token;           /* the only one that is accepted, where not NULL */
  gboolean                 silent_sockets;  /* upgrades, and says nothing more */
  gboolean                 hang;            /* answers no request at all */
  const char              *handshake;       /* the answer to it, instead of its own */
  const char              *version;         /* of the classic protocol */
  gboolean                 stateful;        /* counts messages (Core), and never acknowledges one */
  guint                    resume_status;   /* of the answer to who comes back, where not 0 */
  gboolean                 dies_silently;   /* it just ends what it began */
  guint                    n_dying;         /* how often it still answers that it goes, at once */

  /* What it saw. */
  GPtrArray               *requests;        /* "GET /hub/negotiate" */
  GPtrArray               *queries;         /* GHashTable, of each request */
  GPtrArray               *headers;         /* SoupMessageHeaders, of each request */
  GPtrArray               *frames;          /* char* */
  guint                    n_sockets;       /* opened so far */
  guint                    n_closed;
  gushort                  close_code;      /* of the client, the last time */
  SoupWebsocketConnection *socket;          /* the newest */
  SoupServerMessage       *stream;          /* the newest answer that does not end */
  SoupServerMessage       *poll;            /* the one that waits */
  char                    *polled;          /* the token of the polls (Core) */
  gboolean                 frames_scripts;  /* the stream is a forever frame */
  GQueue                   unsent;          /* char*: what no poll has taken yet */
  GPtrArray               *hanging;         /* SoupServerMessage */
  SignalrRecordReader     *binary;          /* NULL: JSON is spoken */
  char                    *summing;         /* the call that takes a stream */
  gint64                   sum;
  char                    *session;         /* the token of a stateful connection */
  GPtrArray               *kept;            /* char*: all that it was sent */
  gint64                   next_number;     /* of what comes */
  gint64                   latest;
} Peer;

Peer       *peer_new           (gboolean    core);
Peer       *peer_new_with_certificate (gboolean         core,
                                       GTlsCertificate *certificate);
void        peer_free          (Peer       *peer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Peer, peer_free)

/* To the newest client; a record separator is added for Core. */
void        peer_send          (Peer       *peer,
                                const char *text);

/* A poll is answered with white space, and waits on. */
void        peer_beat          (Peer       *peer);

/* Ends the newest client's transport in an orderly way. */
void        peer_end           (Peer       *peer);

/* Its socket breaks, without a word. */
void        peer_cut           (Peer       *peer);

/* Nothing listens any more. */
void        peer_stop_listening (Peer      *peer);

/* How many requests begin with @text. */
guint       peer_count         (Peer       *peer,
                                const char *text);
const char *peer_get_query     (Peer       *peer,
                                const char *request,
                                const char *name);
const char *peer_get_header    (Peer       *peer,
                                const char *request,
                                const char *name);

/* Iterates the main context until @flag is at least @count; 20 s at the most. */
void        peer_wait          (const guint *flag,
                                guint        count);

/* Iterates until nothing happens any more. */
void        peer_settle        (void);

G_END_DECLS
