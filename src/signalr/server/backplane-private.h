/* backplane-private.h: what carries calls to the clients of other servers
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

#include "message-private.h"
#include "protocol/aspnetcore-records-private.h"

G_BEGIN_DECLS

typedef struct _SignalrBackplane SignalrBackplane;
typedef struct _SignalrHost SignalrHost;
typedef struct _SignalrHub SignalrHub;

/* Whom a hub calls, besides single clients. */
typedef enum {
  SIGNALR_AUDIENCE_ALL,
  SIGNALR_AUDIENCE_GROUP,
  SIGNALR_AUDIENCE_USER,
  SIGNALR_AUDIENCE_CONNECTION,
} SignalrAudience;

/* @error is NULL where all is well. */
typedef void (*SignalrSettledFunc) (gpointer      user_data,
                                    const GError *error);

/* What there is for clients of ASP.NET Core; that of classic ones, with which it shares
 * nothing, is SignalrScaleout. A host that has it does not deliver by itself: what a
 * hub says to its clients of that dialect comes back from here.
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
  /* To one client that is not here: it is of another server, or is not at all. */
  void     (*send)      (SignalrBackplane *self,
                         SignalrHub       *hub,
                         const char       *connection_id,
                         SignalrMessage   *message);
  /* Asks one such client; @task gets the result, a JsonNode. */
  void     (*ask)       (SignalrBackplane *self,
                         SignalrHub       *hub,
                         const char       *connection_id,
                         const char       *method,
                         JsonNode         *args,
                         GTask            *task);
  /* Changes the groups of one such client. @task (nullable) is told when that is
   * through, or has failed; it has to be referred to. It applies what it hears of its
   * own clients by signalr_host_regroup_here ().
   */
  void     (*regroup)   (SignalrBackplane *self,
                         SignalrHub       *hub,
                         const char       *connection_id,
                         const char       *group,
                         gboolean          join,
                         GTask            *task);
  /* @func is called when other servers reach those who have subscribed on the bus up to
   * now, and not within the call.
   */
  void     (*settle)    (SignalrBackplane   *self,
                         SignalrSettledFunc  func,
                         gpointer            user_data);
  /* What a client of this server has answered, to who asked through the
   * backplane; @completion has the id that came with the question.
   */
  void     (*answer)    (SignalrBackplane    *self,
                         const char          *return_channel,
                         SignalrEncoding      encoding,
                         const SignalrRecord *completion);
  void     (*free)      (SignalrBackplane *self);
} SignalrBackplaneClass;

/* The first member of a half's own struct. */
struct _SignalrBackplane {
  const SignalrBackplaneClass *klass;
  SignalrHost                 *host;      /* which frees it */
};

G_END_DECLS
