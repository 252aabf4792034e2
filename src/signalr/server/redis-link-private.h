/* redis-link-private.h: one connection to Redis, made again whenever it is lost
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>
#include <hiredis/hiredis.h>

#include "loop-private.h"
#include "redis-address-private.h"

G_BEGIN_DECLS

/* The socket, its TLS and the name of the host are GIO's, which waits for nothing;
 * hiredis, whose own connections look names up while everybody waits, reads and
 * writes the protocol.
 */
typedef struct _SignalrRedisLink SignalrRedisLink;

typedef enum {
  SIGNALR_REDIS_LINK_CONNECTING,   /* an attempt is under way */
  SIGNALR_REDIS_LINK_READY,        /* Redis has let us in */
  SIGNALR_REDIS_LINK_WAITING,      /* until the next attempt */
} SignalrRedisLinkState;

/* @reply is NULL where there is an @error: that of Redis itself
 * (SIGNALR_ERROR_PROTOCOL, with its text), or of the connection, after which it is
 * not known whether the command was carried out.
 */
typedef void (*SignalrRedisReplyFunc) (gpointer          user_data,
                                       const redisReply *reply,
                                       const GError     *error);

/* What its owner hears, never in a call of its own. Each may free the link. */
typedef struct {
  void (*ready) (gpointer      owner);
  /* The connection is lost, or an attempt failed. */
  void (*lost)  (gpointer      owner,
                 const GError *error);
  /* (nullable) Something that answers no command; then none but (P)SUBSCRIBE and
   * (P)UNSUBSCRIBE are sent. @reply (transfer full).
   */
  void (*push)  (gpointer      owner,
                 redisReply   *reply);
} SignalrRedisLinkFuncs;

/* @address is borrowed. The first attempt begins at once. */
SignalrRedisLink      *signalr_redis_link_new        (SignalrLoop                 *loop,
                                                      const SignalrRedisAddress   *address,
                                                      const SignalrRedisLinkFuncs *funcs,
                                                      gpointer                     owner);
/* Whoever waits for a reply gets SIGNALR_ERROR_CANCELLED. */
void                   signalr_redis_link_free       (SignalrRedisLink            *self);
SignalrRedisLinkState  signalr_redis_link_get_state  (SignalrRedisLink            *self);
/* Bytes that are not sent yet. */
gsize                  signalr_redis_link_get_unsent (SignalrRedisLink            *self);
/* While it is ready. @func (nullable) is called once; not on a link that is pushed to. */
void                   signalr_redis_link_send       (SignalrRedisLink            *self,
                                                      GBytes                      *command,
                                                      SignalrRedisReplyFunc        func,
                                                      gpointer                     user_data);
/* What Redis says makes no sense: the connection is made anew. @error (transfer full). */
void                   signalr_redis_link_break      (SignalrRedisLink            *self,
                                                      GError                      *error);

/* A command as it goes to Redis; @lengths in bytes. */
GBytes                *signalr_redis_command_new     (guint                        n_args,
                                                      const char * const          *args,
                                                      const gsize                 *lengths);

G_END_DECLS
