/* farm-fixture.h: two servers behind one Redis, and clients of ASP.NET Core at both
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "redis-fixture.h"
#include "server-fixture.h"
#include "server/signalr-server-private.h"

G_BEGIN_DECLS

/* What clients hear where farm_hello () are the arguments of `message`. */
#define FARM_HELLO "{\"type\":1,\"target\":\"message\",\"arguments\":[\"hello\"]}"

typedef struct {
  RedisFixture  redis;
  ServerFixture one;
  ServerFixture two;
  GPtrArray    *clients;     /* of RawPeer, of both in turn; freed with the fixture */
} FarmFixture;

/* @data: parameters of Redis' address. Without Redis there is no redis.process, and
 * the test is skipped.
 */
void        farm_set_up        (FarmFixture   *fixture,
                                gconstpointer  data);
/* Nobody listens to anything when both servers are gone. */
void        farm_tear_down     (FarmFixture   *fixture,
                                gconstpointer  data);

/* The next client, of user @user (nullable): the first is of server one, the second of
 * server two, and so on. Borrowed.
 */
RawPeer    *farm_connect       (FarmFixture   *fixture,
                                const char    *user);
const char *farm_id            (FarmFixture   *fixture,
                                guint          client);
JsonNode   *farm_hello         (void);

/* Lets happen whatever has been said: each server hears what it says after it. */
void        farm_settle        (FarmFixture   *fixture);
/* In steps, so that Redis can answer in time. */
void        farm_advance       (FarmFixture   *fixture,
                                guint          seconds);

#define farm_assert_hears(fixture, ...) farm_assert_hears_ (fixture, (const char *[]) { __VA_ARGS__, NULL })

/* Each client, in turn, hears that, and nothing else; "" is nothing. */
void        farm_assert_hears_ (FarmFixture        *fixture,
                                const char * const *expected);

/* Of something asynchronous. */
typedef struct {
  gboolean  done;
  JsonNode *result;
  GError   *error;
} FarmOutcome;

void        farm_outcome_clear (FarmOutcome   *outcome);
void        farm_added_cb      (GObject       *source,
                                GAsyncResult  *result,
                                gpointer       outcome);

/* By that server, and waits until it is through. */
void        farm_regroup       (ServerFixture      *server,
                                const char         *id,
                                const char         *group,
                                gboolean            join);
void        farm_call_group    (ServerFixture      *server,
                                const char         *group,
                                const char * const *except);

G_END_DECLS
