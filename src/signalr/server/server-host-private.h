/* server-host-private.h: what all connections of a server share
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "backplane-private.h"
#include "bus-private.h"
#include "ended-private.h"
#include "farm-private.h"
#include "loop-private.h"
#include "scaleout-private.h"
#include "server-door-private.h"
#include "server-key-private.h"
#include "server-times-private.h"
#include "signalr-endpoint.h"
#include "signalr-invocation.h"
#include "signalr-map-options.h"

G_BEGIN_DECLS

typedef struct _SignalrAdmission SignalrAdmission;
typedef struct _SignalrFront SignalrFront;
typedef struct _SignalrServer SignalrServer;
typedef struct _SignalrServerConnection SignalrServerConnection;

/* One address; either dialect, or both. */
typedef struct {
  char              *path;             /* without a slash at its end */
  gboolean           aspnet;           /* all hubs */
  SignalrMapOptions *aspnet_options;
  SignalrHub        *aspnetcore_hub;   /* NULL where Core is not served */
  SignalrMapOptions *aspnetcore_options;
  SignalrEndpoint   *endpoint;         /* instead of hubs; also the hub of Core */
} SignalrMount;

/* Whether one with @token (nullable) may ask; @user (out) is who it is. */
typedef gboolean (*SignalrAuthorizeFunc) (gpointer            authority,
                                          SoupServerMessage  *request,
                                          const char         *token,
                                          char              **user);

/* Gives a connection back to HTTP. */
typedef void (*SignalrReadmitFunc) (SignalrFront     *front,
                                    SignalrAdmission *admission,
                                    GIOStream        *stream);

/* What the program itself does with a request. */
typedef struct {
  gboolean       (*func) (SignalrServer     *server,
                          SoupServerMessage *request,
                          gpointer           user_data);   /* NULL for nothing */
  SignalrServer   *server;
  gpointer         user_data;
  GDestroyNotify   destroy;
} SignalrPages;

/* What a client is told that has max_calls of them already. */
#define SIGNALR_TOO_MANY_CALLS "Too many calls of this client wait for their answers."

/* While the server stops. */
typedef struct {
  GPtrArray    *left;            /* of connections, which have not been told; NULL for none */
  guint         batch;           /* how many at a time */
  SignalrTimer  timer;
} SignalrGoodbye;

struct _SignalrHost {
  SignalrServerTimes  times;
  SignalrServerKey    key;
  gboolean            admit_late;
  gsize               max_unsent;      /* bytes, for each connection */
  guint               max_calls;       /* of each connection, that are not answered */
  gint64              message_interval;  /* µs between two of one connection; 0 for no limit */
  SignalrDoor        *door;
  GPtrArray          *hubs;            /* of SignalrHub */
  GPtrArray          *endpoints;       /* of SignalrHub, which no client can name */
  GPtrArray          *mounts;          /* of SignalrMount */
  GStrv               origins;         /* that may ask besides our own; "*" is any */
  SignalrAuthorizeFunc authorize;      /* NULL where everybody may */
  gpointer            authority;
  SignalrPages        pages;
  SignalrFarm        *farm;            /* NULL where this server is alone */
  gboolean            local;           /* hubs call its own clients alone, all the same */

  /* While it listens. */
  SignalrLoop        *loop;
  SignalrFront       *front;
  SignalrReadmitFunc  readmit;
  SignalrBus         *bus;
  SignalrScaleout    *scaleout;        /* of the classic dialect; NULL where the server is alone */
  SignalrEnded       *ended;
  GHashTable         *connections;     /* by connection id */
  GHashTable         *tokens;          /* those of Core, by connection token */
  GHashTable         *polls;           /* by connection token: SignalrCarriers that have one answer left */
  GString            *scratch;
  SignalrInvocation  *spare;           /* for the next call; NULL while there is none */
  guint               n_requests;      /* that are not answered yet */
  GQueue              waiting;         /* SignalrRequests that wait long for their answers, in libsoup */
  gboolean            stopping;
  SignalrGoodbye      goodbye;
};

SignalrHost             *signalr_host_new           (void);
SignalrHost             *signalr_host_ref           (SignalrHost              *self);
void                     signalr_host_unref         (SignalrHost              *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignalrHost, signalr_host_unref)

gboolean                 signalr_host_start         (SignalrHost              *self,
                                                     GMainContext             *context,
                                                     GError                  **error);
/* server-goodbye.c: tells every client that the server stops, within @spread; in µs,
 * like how long it will take, which it returns.
 */
gint64                   signalr_host_say_goodbye   (SignalrHost              *self,
                                                     gint64                    spread);
void                     signalr_host_end_goodbye   (SignalrHost              *self);
/* Something has gone that a shutdown may have waited for. */
void                     signalr_host_look_around   (SignalrHost              *self);
/* One request fewer is under way. */
void                     signalr_host_finish_request (SignalrHost             *self);
/* Whether nobody is left, nor on their way out. */
gboolean                 signalr_host_is_quiet      (SignalrHost              *self);
void                     signalr_host_stop          (SignalrHost              *self);

void                     signalr_host_add_endpoint  (SignalrHost              *self,
                                                     const char               *name,
                                                     SignalrEndpoint          *endpoint);
void                     signalr_host_add_hub       (SignalrHost              *self,
                                                     const char               *name,
                                                     SignalrHub               *hub);
SignalrHub              *signalr_host_find_hub      (SignalrHost              *self,
                                                     const char               *name);
SignalrMount            *signalr_host_ensure_mount  (SignalrHost              *self,
                                                     const char               *path);
/* @rest (out): what of @path lies behind the mount's. */
SignalrMount            *signalr_host_find_mount    (SignalrHost              *self,
                                                     const char               *path,
                                                     const char              **rest);

SignalrServerConnection *signalr_host_find          (SignalrHost              *self,
                                                     const char               *connection_id);

/* Empty, to write in what is copied from there before anybody else can ask for it. */
GString                 *signalr_host_get_scratch   (SignalrHost              *self);

/* Whether clients of @dialect can come to @hub. */
gboolean                 signalr_host_serves        (SignalrHost              *self,
                                                     SignalrHub               *hub,
                                                     SignalrDialect            dialect);
/* A connection of this hub that is on this server, or NULL. */
SignalrServerConnection *signalr_host_find_of       (SignalrHost              *self,
                                                     SignalrHub               *hub,
                                                     const char               *connection_id);

/* server-calls.c: by which way what a hub says goes to its clients.
 * What carries @hub's calls to those of ASP.NET Core that are on other servers; NULL
 * where there is nothing.
 */
SignalrBackplane        *signalr_host_get_backplane (SignalrHost              *self,
                                                     SignalrHub               *hub);
/* FALSE where it does so already. */
gboolean                 signalr_host_subscribe     (SignalrHost              *self,
                                                     SignalrHub               *hub,
                                                     SignalrAudience           audience,
                                                     const char               *name,
                                                     SignalrServerConnection  *connection);

/* For hubs. */
void                     signalr_host_publish       (SignalrHost              *self,
                                                     SignalrHub               *hub,
                                                     SignalrAudience           audience,
                                                     const char               *name,
                                                     SignalrMessage           *message);
void                     signalr_host_publish_topic (SignalrHost              *self,
                                                     const char               *topic,
                                                     SignalrMessage           *message);
void                     signalr_host_send          (SignalrHost              *self,
                                                     SignalrHub               *hub,
                                                     const char               *connection_id,
                                                     SignalrMessage           *message);
/* Whether the client is there, and can answer: then @task gets its result. */
gboolean                 signalr_host_ask           (SignalrHost              *self,
                                                     SignalrHub               *hub,
                                                     const char               *connection_id,
                                                     const char               *method,
                                                     JsonNode                 *args,
                                                     GTask                    *task);
/* @task (nullable) is told when it is through. */
void                     signalr_host_regroup       (SignalrHost              *self,
                                                     SignalrHub               *hub,
                                                     const char               *connection_id,
                                                     const char               *group,
                                                     gboolean                  join,
                                                     GTask                    *task);
/* A client of this server, on the bus alone. */
void                     signalr_host_regroup_here  (SignalrHost              *self,
                                                     SignalrHub               *hub,
                                                     SignalrServerConnection  *connection,
                                                     const char               *group,
                                                     gboolean                  join);
void                     signalr_host_renew_transport (SignalrHost            *self,
                                                     const char               *connection_id);
void                     signalr_host_close_client  (SignalrHost              *self,
                                                     const char               *connection_id,
                                                     const char               *message);

G_END_DECLS
