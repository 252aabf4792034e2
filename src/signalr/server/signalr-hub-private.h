/* signalr-hub-private.h
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "server-host-private.h"
#include "signalr-hub.h"

G_BEGIN_DECLS

typedef struct {
  char               *name;         /* as it was added */
  int                 n_args;
  guint               n_streams;
  SignalrMethodFlags  flags;
  SignalrMethodFunc   func;
  gpointer            user_data;
  GDestroyNotify      destroy;
} SignalrMethod;

typedef enum {
  SIGNALR_METHOD_FOUND,
  SIGNALR_METHOD_UNKNOWN,          /* none of that name */
  SIGNALR_METHOD_NO_OVERLOAD,      /* none of that number of arguments */
} SignalrMethodLookup;

void               signalr_hub_set_name (SignalrHub        *self,
                                         const char        *name);
/* NULL for the usual one. */
const char        *signalr_hub_get_proxy_name (SignalrHub  *self);
const char        *signalr_hub_get_name (SignalrHub        *self);
const char        *signalr_hub_get_topic_name (SignalrHub  *self);
/* NULL without a server that listens. */
SignalrHost       *signalr_hub_get_host (SignalrHub        *self);
void               signalr_hub_attach   (SignalrHub        *self,
                                         SignalrHost       *host);
void               signalr_hub_detach   (SignalrHub        *self);

/* @method (out, transfer none) where it is found; @n_wanted (out) is how many
 * arguments one of that name takes where it is not.
 */
SignalrMethodLookup  signalr_hub_find_method (SignalrHub           *self,
                                              const char           *name,
                                              guint                 n_args,
                                              const SignalrMethod **method,
                                              int                  *n_wanted);
/* The names of those that classic clients can call, sorted; (transfer full). */
GStrv                signalr_hub_list_methods (SignalrHub          *self);
void                 signalr_hub_run_method  (SignalrHub           *self,
                                              const SignalrMethod  *method,
                                              SignalrInvocation    *invocation);

/* The number of the next call that a client is to answer. */
guint64              signalr_hub_next_question (SignalrHub          *self);

/* Those that wait for an answer, of all clients. */
void                 signalr_hub_note_question (SignalrHub          *self,
                                                const char          *id,
                                                gboolean             waits);
gboolean             signalr_hub_has_question  (SignalrHub          *self,
                                                const char          *id);

/* The topic of an audience, for classic clients; (transfer full). */
char              *signalr_hub_topic         (SignalrHub       *self,
                                              SignalrAudience   audience,
                                              const char       *name);
/* What the hub is called among servers of ASP.NET Core; (transfer full). */
char              *signalr_hub_dup_type_name (SignalrHub       *self,
                                              const char       *namespace);
/* The channel of an audience among them, without their prefix; (transfer full). Where
 * there are several servers it is the topic for their clients.
 */
char              *signalr_hub_channel       (SignalrHub       *self,
                                              const char       *namespace,
                                              SignalrAudience   audience,
                                              const char       *name);

G_END_DECLS
