/* farm-private.h: several servers that are one to their clients, behind Redis
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "backplane-private.h"

G_BEGIN_DECLS

typedef struct _SignalrAspnetRedis SignalrAspnetRedis;
typedef struct _SignalrRedis SignalrRedis;
typedef struct _SignalrRedisAddress SignalrRedisAddress;

/* Redis is there, or (@error) is not any more. */
typedef void (*SignalrFarmFunc) (gpointer      user_data,
                                 gboolean      up,
                                 const GError *error);

/* Of what a hub tells, as it is published, in bytes. */
#define SIGNALR_FARM_MAX_TOLD (1024 * 1024)

typedef struct {
  SignalrRedisAddress *address;
  SignalrFarmFunc      changed;
  gpointer             user_data;
  gboolean             up;
  const char          *hub_namespace; /* NULL for none */
  char                *id;            /* of this server, until it ends */

  /* While the server listens. */
  SignalrHost         *host;
  SignalrRedis        *redis;
  SignalrBackplane    *aspnetcore;    /* NULL where hubs are local */
  SignalrAspnetRedis  *aspnet;        /* NULL where there are no classic clients, too */
  GPtrArray           *ears;          /* of hubs that other servers tell something */
} SignalrFarm;

/* Where it is built without Redis there is none: an error that says so. */
SignalrFarm *signalr_farm_new     (const char       *uri,
                                   SignalrFarmFunc   changed,
                                   gpointer          user_data,
                                   GError          **error);
void         signalr_farm_free    (SignalrFarm      *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignalrFarm, signalr_farm_free)

gboolean     signalr_farm_start   (SignalrFarm      *self,
                                   SignalrHost      *host,
                                   GError          **error);
void         signalr_farm_stop    (SignalrFarm      *self);

/* farm-tell.c */
void         signalr_farm_listen  (SignalrFarm      *self);
/* @task (transfer full) is told whether it has gone out. */
void         signalr_farm_tell    (SignalrFarm      *self,
                                   SignalrHub       *hub,
                                   JsonNode         *value,
                                   GTask            *task);

G_END_DECLS
