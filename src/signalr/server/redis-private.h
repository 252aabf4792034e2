/* redis-private.h: Redis, as the servers of a farm use it
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "redis-link-private.h"

G_BEGIN_DECLS

/* Two connections: one that is subscribed, and one for everything else. They come
 * back by themselves; it is up while both are there, and everything is subscribed
 * that is to be.
 *
 * Everything asked of it keeps its order, and a command does not overtake a
 * SUBSCRIBE that was asked for before it, though that has a connection of its own:
 * who subscribes and then publishes hears what they publish.
 *
 * While a connection is being made, or made again, commands wait; they fail, with
 * SIGNALR_ERROR_NOT_CONNECTED, when that has failed, and from then on at once, until
 * it is up. What waits is limited (SIGNALR_ERROR_QUEUE_FULL), and so is one command
 * (SIGNALR_ERROR_TOO_LARGE).
 *
 * No callback runs inside the call that asked for it; each command's runs once.
 */
typedef struct _SignalrRedis SignalrRedis;

/* What is published to a channel; @payload is shared by all who want to keep it. */
typedef void (*SignalrRedisMessageFunc) (gpointer    user_data,
                                         const char *channel,
                                         GBytes     *payload);

/* Part of whoever wants to know how it stands. */
typedef struct {
  /* Both connections are there (again) and everything is subscribed (again). What is
   * commanded in here goes before everything that waits.
   */
  void     (*up)   (gpointer      user_data);
  /* Something is lost, or could not be had; not told again until it was up. */
  void     (*down) (gpointer      user_data,
                    const GError *error);
  gpointer   user_data;
} SignalrRedisWatch;

/* @address (transfer full). It begins to connect at once. */
SignalrRedis              *signalr_redis_new         (SignalrLoop             *loop,
                                                      SignalrRedisAddress     *address);
/* Callbacks that are still to come get SIGNALR_ERROR_CANCELLED. */
void                       signalr_redis_free        (SignalrRedis            *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignalrRedis, signalr_redis_free)

const SignalrRedisAddress *signalr_redis_get_address (SignalrRedis            *self);
gboolean                   signalr_redis_is_up       (SignalrRedis            *self);
/* @watch lives as long as @self. They are told in the order they were added. */
void                       signalr_redis_add_watch   (SignalrRedis            *self,
                                                      const SignalrRedisWatch *watch);

/* A channel has one who listens; from now on, and again after each loss. */
void                       signalr_redis_subscribe   (SignalrRedis            *self,
                                                      const char              *channel,
                                                      SignalrRedisMessageFunc  func,
                                                      gpointer                 user_data);
/* Nothing more is heard, be Redis told of it or not. */
void                       signalr_redis_unsubscribe (SignalrRedis            *self,
                                                      const char              *channel);

/* Any command but those of subscriptions. @lengths (nullable) in bytes where an
 * argument is no text. @func may be NULL.
 */
void                       signalr_redis_command     (SignalrRedis            *self,
                                                      guint                    n_args,
                                                      const char * const      *args,
                                                      const gsize             *lengths,
                                                      SignalrRedisReplyFunc    func,
                                                      gpointer                 user_data);
/* The reply is how many heard it: an integer. */
void                       signalr_redis_publish     (SignalrRedis            *self,
                                                      const char              *channel,
                                                      GBytes                  *payload,
                                                      SignalrRedisReplyFunc    func,
                                                      gpointer                 user_data);
/* @func is called, without reply and error, when everything that has been subscribed
 * up to now is; in its place among the commands.
 */
void                       signalr_redis_wait        (SignalrRedis            *self,
                                                      SignalrRedisReplyFunc    func,
                                                      gpointer                 user_data);

G_END_DECLS
