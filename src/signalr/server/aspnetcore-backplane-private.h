/* aspnetcore-backplane-private.h: servers of ASP.NET Core SignalR that are one
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "awaited-private.h"
#include "backplane-private.h"
#include "redis-private.h"

G_BEGIN_DECLS

/* The channels of a hub that is called P on all servers, behind their prefix:
 *
 *   P:all                 calls for everybody
 *   P:group:NAME          … for the members of a group
 *   P:user:NAME           … for a user
 *   P:connection:ID       … for one client, which may be asked for a result
 *   P:internal:groups     a client of whoever has it joins or leaves a group,
 *   P:internal:ack:S      which server S is told when it is done
 *   P:internal:return:S   a result that server S has asked for
 *
 * A server listens to those that somebody of its own is concerned by; itself it hears
 * what it says in the same way.
 *
 * @host and @redis are borrowed; @redis goes first. NULL and @error where two hubs are
 * called the same.
 */
SignalrBackplane *signalr_aspnetcore_backplane_new (SignalrHost   *host,
                                                    SignalrRedis  *redis,
                                                    GError       **error);

/* For its own files. */
typedef struct {
  SignalrBackplane  base;
  SignalrRedis     *redis;
  const char       *prefix;
  char             *server;       /* S */
  GHashTable       *parts;        /* by P: SignalrBackplanePart */
  SignalrAwaited   *acks;         /* by the number of a command */
  SignalrAwaited   *results;      /* by the id of an invocation */
  gint32            n_commands;
} SignalrAspnetcoreBackplane;

/* One hub. */
typedef struct {
  SignalrAspnetcoreBackplane *backplane;
  SignalrHub                 *hub;
  char                       *type;       /* P */
  gboolean                    lacked;     /* a record in a protocol of ours, of which was told */
} SignalrBackplanePart;

SignalrBackplanePart *signalr_aspnetcore_backplane_find    (SignalrAspnetcoreBackplane *self,
                                                            SignalrHub                 *hub);
/* To P:@kind@name of the hub. @func (nullable) gets the reply. */
void                  signalr_aspnetcore_backplane_publish (SignalrBackplanePart       *part,
                                                            const char                 *kind,
                                                            const char                 *name,
                                                            GBytes                     *payload,
                                                            SignalrRedisReplyFunc       func,
                                                            gpointer                    user_data);

/* aspnetcore-backplane-calls.c: what is waited for. */
void                  signalr_aspnetcore_backplane_ask     (SignalrBackplane           *base,
                                                            SignalrHub                 *hub,
                                                            const char                 *connection_id,
                                                            const char                 *method,
                                                            JsonNode                   *args,
                                                            GTask                      *task);
void                  signalr_aspnetcore_backplane_answer  (SignalrBackplane           *base,
                                                            const char                 *return_channel,
                                                            SignalrEncoding             encoding,
                                                            const SignalrRecord        *completion);
void                  signalr_aspnetcore_backplane_regroup (SignalrBackplane           *base,
                                                            SignalrHub                 *hub,
                                                            const char                 *connection_id,
                                                            const char                 *group,
                                                            gboolean                    join,
                                                            GTask                      *task);
void                  signalr_aspnetcore_backplane_command_cb (gpointer                 user_data,
                                                               const char              *channel,
                                                               GBytes                  *payload);
void                  signalr_aspnetcore_backplane_ack_cb     (gpointer                 user_data,
                                                               const char              *channel,
                                                               GBytes                  *payload);
void                  signalr_aspnetcore_backplane_result_cb  (gpointer                 user_data,
                                                               const char              *channel,
                                                               GBytes                  *payload);

G_END_DECLS
