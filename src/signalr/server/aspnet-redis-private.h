/* aspnet-redis-private.h: the stream that servers of classic SignalR share, on Redis
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "redis-private.h"
#include "scaleout-private.h"

G_BEGIN_DECLS

/* One name is the key of a counter and a channel; a script raises the one and
 * publishes to the other, so that numbers come in their order. A Redis that has
 * forgotten the counter is told of it before anything else.
 */
typedef struct _SignalrAspnetRedis SignalrAspnetRedis;

/* @bus is shared from now on; @key is the same on all servers. */
SignalrAspnetRedis *signalr_aspnet_redis_new          (SignalrBus         *bus,
                                                       SignalrHeartbeat   *heartbeat,
                                                       SignalrRedis       *redis,
                                                       const char         *key);
/* After @redis is freed. */
void                signalr_aspnet_redis_free         (SignalrAspnetRedis *self);
SignalrScaleout    *signalr_aspnet_redis_get_scaleout (SignalrAspnetRedis *self);

G_END_DECLS
