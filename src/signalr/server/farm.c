/* farm.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "farm-private.h"

#include "aspnet-redis-private.h"
#include "aspnetcore-backplane-private.h"
#include "redis-private.h"
#include "server-host-private.h"

static void
signalr_farm_up_cb (gpointer user_data)
{
  SignalrFarm *self = user_data;

  self->up = TRUE;
  self->changed (self->user_data, TRUE, NULL);
}

static void
signalr_farm_down_cb (gpointer      user_data,
                      const GError *error)
{
  SignalrFarm *self = user_data;

  self->up = FALSE;
  self->changed (self->user_data, FALSE, error);
}

SignalrFarm *
signalr_farm_new (const char       *uri,
                  SignalrFarmFunc   changed,
                  gpointer          user_data,
                  GError          **error)
{
  SignalrRedisAddress *address = signalr_redis_address_parse (uri, error);
  SignalrFarm *self;

  if (address == NULL)
    return NULL;

  self = g_new0 (SignalrFarm, 1);
  self->address = address;
  self->hub_namespace = address->hub_namespace;
  self->changed = changed;
  self->user_data = user_data;
  self->id = g_uuid_string_random ();
  self->ears = g_ptr_array_new_with_free_func (g_free);

  return self;
}

void
signalr_farm_free (SignalrFarm *self)
{
  signalr_farm_stop (self);
  signalr_redis_address_unref (self->address);
  g_ptr_array_unref (self->ears);
  g_free (self->id);
  g_free (self);
}

static gboolean
serves_classic_clients (SignalrHost *host)
{
  for (guint i = 0; i < host->mounts->len; i++)
    {
      SignalrMount *mount = g_ptr_array_index (host->mounts, i);

      if (mount->aspnet)
        return TRUE;
    }

  return FALSE;
}

/* What hubs say goes through Redis from now on. */
static gboolean
signalr_farm_share (SignalrFarm  *self,
                    GError      **error)
{
  SignalrHost *host = self->host;

  self->aspnetcore = signalr_aspnetcore_backplane_new (host, self->redis, error);
  if (self->aspnetcore == NULL)
    return FALSE;

  if (serves_classic_clients (host))
    {
      self->aspnet = signalr_aspnet_redis_new (host->bus, host->loop->heartbeat, self->redis, self->address->event_key);
      host->scaleout = signalr_aspnet_redis_get_scaleout (self->aspnet);
    }

  return TRUE;
}

/* Who is told that Redis is up may count on the halves: they are told before. */
gboolean
signalr_farm_start (SignalrFarm  *self,
                    SignalrHost  *host,
                    GError      **error)
{
  const SignalrRedisWatch watch = { signalr_farm_up_cb, signalr_farm_down_cb, self };

  self->host = host;
  self->redis = signalr_redis_new (host->loop, signalr_redis_address_ref (self->address));
  if (!host->local && !signalr_farm_share (self, error))
    {
      g_clear_pointer (&self->redis, signalr_redis_free);
      return FALSE;
    }

  signalr_farm_listen (self);
  signalr_redis_add_watch (self->redis, &watch);

  return TRUE;
}

/*< private >
 * signalr_farm_stop:
 *
 * What has been said up to now still goes out, where Redis takes it at once.
 */
void
signalr_farm_stop (SignalrFarm *self)
{
  if (self->redis == NULL)
    return;

  signalr_turn_run (self->host->loop->turn);
  g_clear_pointer (&self->redis, signalr_redis_free);
  g_ptr_array_set_size (self->ears, 0);
  if (self->aspnetcore != NULL)
    self->aspnetcore->klass->free (g_steal_pointer (&self->aspnetcore));
  self->host->scaleout = NULL;
  g_clear_pointer (&self->aspnet, signalr_aspnet_redis_free);
}
