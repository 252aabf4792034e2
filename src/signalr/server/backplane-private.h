/* backplane-private.h: what carries calls to the clients of other servers
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

#include "message-private.h"

G_BEGIN_DECLS

typedef struct _SignalrBackplane SignalrBackplane;
typedef struct _SignalrHost SignalrHost;
typedef struct _SignalrHub SignalrHub;
typedef struct _SignalrRedis SignalrRedis;

/* Whom a hub calls, besides single clients. */
typedef enum {
  SIGNALR_AUDIENCE_ALL,
  SIGNALR_AUDIENCE_GROUP,
  SIGNALR_AUDIENCE_USER,
} SignalrAudience;

/* One for each dialect, because on Redis they share nothing. A host that has them
 * does not deliver by itself: what a hub says goes to each half whose dialect is
 * mapped for that hub, and each delivers to the clients of its own dialect alone.
 *
 * To keep the dialects apart on the bus, the topics of Core's clients are then those
 * that signalr_host_topic () names; those of classic clients are as ever.
 *
 * Every GTask is answered once, and not within the call.
 */
typedef struct {
  /* To an audience; @name is that of the group or user, NULL for all. */
  void     (*publish)   (SignalrBackplane *self,
                         SignalrHub       *hub,
                         SignalrAudience   audience,
                         const char       *name,
                         SignalrMessage   *message);
  /* To one client that is not a Core client of this server: it is of another, or is
   * not at all, or is a classic one of this.
   */
  void     (*send)      (SignalrBackplane *self,
                         SignalrHub       *hub,
                         const char       *connection_id,
                         SignalrMessage   *message);
  /* (nullable) Asks one such client; @task gets the result, a JsonNode. */
  void     (*ask)       (SignalrBackplane *self,
                         SignalrHub       *hub,
                         const char       *connection_id,
                         const char       *method,
                         JsonNode         *args,
                         GTask            *task);
  /* Changes the groups of one such client. @task (nullable) is told when that is
   * through, or has failed; it has to be referred to.
   */
  void     (*regroup)   (SignalrBackplane *self,
                         SignalrHub       *hub,
                         const char       *connection_id,
                         const char       *group,
                         gboolean          join,
                         GTask            *task);
  /* (nullable) The first of this server's subscribers listens to a topic on the bus,
   * or the last does not any more.
   */
  void     (*listen)    (SignalrBackplane *self,
                         const char       *topic,
                         gboolean          listened);
  void     (*free)      (SignalrBackplane *self);
} SignalrBackplaneClass;

/* The first member of a half's own struct. */
struct _SignalrBackplane {
  const SignalrBackplaneClass *klass;
  SignalrHost                 *host;      /* which frees it */
};

/* aspnetcore-backplane.c; @redis is borrowed. */
SignalrBackplane *signalr_aspnetcore_backplane_new (SignalrHost  *host,
                                                    SignalrRedis *redis);

G_END_DECLS
