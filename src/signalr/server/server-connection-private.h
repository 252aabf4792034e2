/* server-connection-private.h: one SignalR connection on the server, of either dialect
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "server-beat-private.h"
#include "server-host-private.h"
#include "server-lifetime-private.h"
#include "signalr-caller-private.h"

G_BEGIN_DECLS

/* What a dialect does. All are called by the connection alone. */
typedef struct {
  /* Whether a client takes its connection along to another server: then the hubs
   * hear of no end where it is the server that ends.
   */
  gboolean migrates;

  /* The hubs have let it in, or refused it (then `ended` follows). */
  void (*accepted) (SignalrServerConnection   *self);
  void (*refused)  (SignalrServerConnection   *self,
                    const GError              *error);
  /* The transport connection is due for something. */
  void (*beat)     (SignalrServerConnection   *self,
                    SignalrServerBeatTell      tell);
  /* The client has said more than it may in a second; now it may go on. */
  void (*go_on)    (SignalrServerConnection   *self);
  /* Something for this client alone. */
  void (*send)     (SignalrServerConnection   *self,
                    SignalrMessage            *message);
  /* (nullable) A call that the client answers; whether it can be made. */
  gboolean (*ask)  (SignalrServerConnection   *self,
                    const char                *method,
                    JsonNode                  *args,
                    GTask                     *task);
  /* It is a member of another set of groups. */
  void (*regroup)  (SignalrServerConnection   *self,
                    const char                *topic,
                    gboolean                   joined);
  /* The server ends it: say why to the client. `ended` follows. */
  void (*dismiss)  (SignalrServerConnection   *self,
                    const char                *message);
  /* It has ended, and the hubs know: let go of everything. */
  void (*ended)    (SignalrServerConnection   *self);
  /* The last reference is gone. */
  void (*clear)    (SignalrServerConnection   *self);
} SignalrServerConnectionClass;

typedef struct {
  SignalrHub *hub;
  gboolean    accepted;
} SignalrSeat;

struct _SignalrServerConnection {
  const SignalrServerConnectionClass *klass;
  SignalrHost           *host;
  SignalrCaller         *caller;
  SignalrServerLimits    limits;
  SignalrServerLifetime  lifetime;
  SignalrServerBeat      beat;
  SignalrTimer           timer;
  SignalrSubscriber      subscriber;
  SignalrTask            dismissal;
  char                  *farewell;      /* of the dismissal */
  SignalrTimer           throttle;
  gint64                 served;        /* until when the client has said what it may, µs */
  gboolean               throttled;
  char                  *address;       /* that it counts for; NULL where it counts for none */
  GError                *reason;        /* why it ends, for the hubs; NULL for nothing wrong */
  gboolean               expired;       /* it ends because its time has run out */

  SignalrSeat           *seats;
  guint                  n_seats;
  guint                  n_asked;       /* hubs that have not answered yet */
  GError                *refusal;

  gboolean               has_transport;
  gboolean               sent_away;     /* to the next server */
  gboolean               dismissed;     /* the program has had enough of it */
};

/* The first member of a dialect's own struct of @size. Takes @caller. */
SignalrServerConnection *signalr_server_connection_new         (gsize                               size,
                                                                const SignalrServerConnectionClass *klass,
                                                                SignalrHost                        *host,
                                                                SignalrCaller                      *caller,
                                                                SignalrHub * const                 *hubs,
                                                                guint                               n_hubs,
                                                                const SignalrServerLimits          *limits);
gpointer                 signalr_server_connection_ref         (gpointer                            self);
void                     signalr_server_connection_unref       (gpointer                            self);

/* It counts among those of @address until it ends. */
void                     signalr_server_connection_count       (SignalrServerConnection            *self,
                                                                const char                         *address);
const char              *signalr_server_connection_get_id      (SignalrServerConnection            *self);
gboolean                 signalr_server_connection_serves      (SignalrServerConnection            *self,
                                                                SignalrHub                         *hub);
gboolean                 signalr_server_connection_is_ended    (SignalrServerConnection            *self);

/* Counts something that the client said. FALSE where the rest has to wait. */
gboolean                 signalr_server_connection_take        (SignalrServerConnection            *self);

/* Everything that happens to it. */
void                     signalr_server_connection_handle      (SignalrServerConnection            *self,
                                                                SignalrServerLifetimeEvent          event);
/* Ends it because of @error (transfer full). */
void                     signalr_server_connection_fail        (SignalrServerConnection            *self,
                                                                GError                             *error);
/* Ends it because the server ends. */
void                     signalr_server_connection_release     (SignalrServerConnection            *self);
/* The server ends it: soon, not in this call. */
void                     signalr_server_connection_dismiss     (SignalrServerConnection            *self,
                                                                const char                         *message);

void                     signalr_server_connection_send_away   (SignalrServerConnection            *self);

/* The transport connection; times in µs. */
void                     signalr_server_connection_start_beat  (SignalrServerConnection            *self,
                                                                gint64                              interval,
                                                                gint64                              patience,
                                                                gint64                              lease);
/* Its time is up, whatever the lease. */
void                     signalr_server_connection_expire      (SignalrServerConnection            *self);
void                     signalr_server_connection_stop_beat   (SignalrServerConnection            *self);
void                     signalr_server_connection_rearm       (SignalrServerConnection            *self);
gint64                   signalr_server_connection_now         (SignalrServerConnection            *self);

G_END_DECLS
