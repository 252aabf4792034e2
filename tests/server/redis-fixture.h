/* redis-fixture.h: a Redis of the test's own, on loopback
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <hiredis/hiredis.h>

#include "raw-peer.h"

G_BEGIN_DECLS

typedef struct {
  guint         port;
  char         *uri;
  GSubprocess  *process;
  redisContext *client;     /* the test's own, which blocks */
} RedisFixture;

/* Whether the program is there; else the test is skipped, with words. */
gboolean    redis_fixture_begin   (RedisFixture *self);
void        redis_fixture_end     (RedisFixture *self);

/* Adds a test that has a Redis of its own. */
typedef void (*RedisTestFunc) (RedisFixture *redis);
void        redis_fixture_add     (const char   *path,
                                   RedisTestFunc func);

/* One that nobody listens at. */
guint       redis_fixture_find_port (void);

/* Ends the process, and begins one that has nothing, at the same port. */
void        redis_fixture_stop    (RedisFixture *self);
void        redis_fixture_start   (RedisFixture *self);
/* While it is frozen it accepts, and answers nothing. */
void        redis_fixture_freeze  (RedisFixture *self);
void        redis_fixture_thaw    (RedisFixture *self);

/* Its answer, (transfer full); the test fails where that is an error. */
redisReply *redis_fixture_command (RedisFixture *self,
                                   const char   *format,
                                   ...);
gint64      redis_fixture_integer (RedisFixture *self,
                                   const char   *format,
                                   ...);
void        redis_fixture_publish (RedisFixture *self,
                                   const char   *channel,
                                   gconstpointer data,
                                   gsize         length);
/* How many channels somebody listens to. */
guint       redis_fixture_n_channels (RedisFixture *self);

G_END_DECLS
