/* server-host.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "server-host-private.h"

#include <string.h>

#include "carrier-private.h"
#include "server-admission-private.h"
#include "server-connection-private.h"
#include "signalr-hub-private.h"

#define MAX_UNSENT (1024 * 1024)
#define MAX_CALLS 1000
#define MAX_SCRATCH 65536

static void
signalr_mount_free (gpointer data)
{
  SignalrMount *mount = data;

  g_free (mount->path);
  g_clear_object (&mount->aspnet_options);
  g_clear_object (&mount->aspnetcore_hub);
  g_clear_object (&mount->aspnetcore_options);
  g_clear_object (&mount->endpoint);
  g_free (mount);
}

SignalrHost *
signalr_host_new (void)
{
  SignalrHost *self = g_rc_box_new0 (SignalrHost);

  self->times = SIGNALR_SERVER_TIMES_DEFAULT;
  signalr_server_key_init_random (&self->key);
  self->max_unsent = MAX_UNSENT;
  self->max_calls = MAX_CALLS;
  self->door = signalr_door_new ();
  self->hubs = g_ptr_array_new_with_free_func (g_object_unref);
  self->endpoints = g_ptr_array_new_with_free_func (g_object_unref);
  self->mounts = g_ptr_array_new_with_free_func (signalr_mount_free);
  self->scratch = g_string_new (NULL);

  return self;
}

SignalrHost *
signalr_host_ref (SignalrHost *self)
{
  return g_rc_box_acquire (self);
}

static void
signalr_host_clear (gpointer data)
{
  SignalrHost *self = data;

  g_ptr_array_unref (self->hubs);
  g_ptr_array_unref (self->endpoints);
  g_ptr_array_unref (self->mounts);
  g_strfreev (self->origins);
  g_string_free (self->scratch, TRUE);
  g_clear_object (&self->spare);
  if (self->pages.destroy != NULL)
    self->pages.destroy (self->pages.user_data);
  signalr_door_unref (self->door);
  g_clear_pointer (&self->connections, g_hash_table_unref);
  g_clear_pointer (&self->tokens, g_hash_table_unref);
  g_clear_pointer (&self->polls, g_hash_table_unref);
  g_clear_pointer (&self->ended, signalr_ended_free);
  g_clear_pointer (&self->farm, signalr_farm_free);
  g_clear_pointer (&self->bus, signalr_bus_free);
  g_clear_pointer (&self->loop, signalr_loop_unref);
}

void
signalr_host_unref (SignalrHost *self)
{
  g_rc_box_release_full (self, signalr_host_clear);
}

GString *
signalr_host_get_scratch (SignalrHost *self)
{
  /* What was once large need not stay so. */
  if (self->scratch->allocated_len > MAX_SCRATCH)
    {
      g_string_free (self->scratch, TRUE);
      self->scratch = g_string_new (NULL);
    }

  return g_string_truncate (self->scratch, 0);
}

gboolean
signalr_host_start (SignalrHost   *self,
                    GMainContext  *context,
                    GError       **error)
{
  SignalrServerTimes *times = &self->times;

  self->loop = signalr_loop_new (context, error);
  if (self->loop == NULL)
    return FALSE;

  self->bus = signalr_bus_new (self->loop->heartbeat,
                               2 * (times->disconnect_timeout + 2 * times->keep_alive));
  self->ended = signalr_ended_new ();
  self->connections = g_hash_table_new (g_str_hash, g_str_equal);
  self->tokens = g_hash_table_new (g_str_hash, g_str_equal);
  self->polls = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < self->hubs->len; i++)
    signalr_hub_attach (g_ptr_array_index (self->hubs, i), self);
  for (guint i = 0; i < self->endpoints->len; i++)
    signalr_hub_attach (g_ptr_array_index (self->endpoints, i), self);

  return self->farm == NULL || signalr_farm_start (self->farm, self, error);
}

static void
signalr_host_foreach (SignalrHost *self,
                      void       (*func) (SignalrServerConnection *connection))
{
  g_autoptr (GList) connections = g_hash_table_get_values (self->connections);

  for (GList *l = connections; l != NULL; l = l->next)
    signalr_server_connection_ref (l->data);

  for (GList *l = connections; l != NULL; l = l->next)
    {
      func (l->data);
      signalr_server_connection_unref (l->data);
    }
}

void
signalr_host_finish_request (SignalrHost *self)
{
  g_return_if_fail (self->n_requests > 0);

  self->n_requests--;
  signalr_host_look_around (self);
}

static void
free_polls (SignalrHost *self)
{
  g_autoptr (GList) polls = g_hash_table_get_values (self->polls);

  for (GList *l = polls; l != NULL; l = l->next)
    signalr_carrier_free (l->data);
}

/*< private >
 * signalr_host_stop:
 *
 * Whoever is left is cut off, and the hubs' calls go nowhere from now on.
 */
void
signalr_host_stop (SignalrHost *self)
{
  self->stopping = TRUE;
  signalr_host_end_goodbye (self);
  signalr_host_foreach (self, signalr_server_connection_release);

  self->loop->quiet = NULL;
  while (self->loop->closing.head != NULL)
    signalr_carrier_free (self->loop->closing.head->data);
  free_polls (self);
  if (self->farm != NULL)
    signalr_farm_stop (self->farm);

  for (guint i = 0; i < self->hubs->len; i++)
    signalr_hub_detach (g_ptr_array_index (self->hubs, i));
  for (guint i = 0; i < self->endpoints->len; i++)
    signalr_hub_detach (g_ptr_array_index (self->endpoints, i));

  g_clear_pointer (&self->scaleout, signalr_scaleout_free);
}

void
signalr_host_add_hub (SignalrHost *self,
                      const char  *name,
                      SignalrHub  *hub)
{
  signalr_hub_set_name (hub, name);
  g_ptr_array_add (self->hubs, g_object_ref (hub));
}

void
signalr_host_add_endpoint (SignalrHost     *self,
                           const char      *name,
                           SignalrEndpoint *endpoint)
{
  signalr_hub_set_name (SIGNALR_HUB (endpoint), name);
  g_ptr_array_add (self->endpoints, g_object_ref (endpoint));
}

SignalrHub *
signalr_host_find_hub (SignalrHost *self,
                       const char  *name)
{
  g_autofree char *folded = g_utf8_casefold (name, -1);

  for (guint i = 0; i < self->hubs->len; i++)
    {
      SignalrHub *hub = g_ptr_array_index (self->hubs, i);
      g_autofree char *candidate = g_utf8_casefold (signalr_hub_get_name (hub), -1);

      if (g_str_equal (folded, candidate))
        return hub;
    }

  return NULL;
}

/*< private >
 * signalr_host_ensure_mount:
 * @path: begins with a slash
 */
SignalrMount *
signalr_host_ensure_mount (SignalrHost *self,
                           const char  *path)
{
  g_autofree char *bare = g_strdup (path);
  SignalrMount *mount;

  while (g_str_has_suffix (bare, "/"))
    bare[strlen (bare) - 1] = '\0';

  for (guint i = 0; i < self->mounts->len; i++)
    {
      mount = g_ptr_array_index (self->mounts, i);
      if (g_ascii_strcasecmp (mount->path, bare) == 0)
        return mount;
    }

  mount = g_new0 (SignalrMount, 1);
  mount->path = g_steal_pointer (&bare);
  g_ptr_array_add (self->mounts, mount);

  return mount;
}

/*< private >
 * signalr_host_find_mount:
 *
 * By whole segments, without regard to case; the longest where they nest.
 */
SignalrMount *
signalr_host_find_mount (SignalrHost  *self,
                         const char   *path,
                         const char  **rest)
{
  SignalrMount *best = NULL;
  gsize best_length = 0;

  for (guint i = 0; i < self->mounts->len; i++)
    {
      SignalrMount *mount = g_ptr_array_index (self->mounts, i);
      gsize length = strlen (mount->path);

      if (g_ascii_strncasecmp (path, mount->path, length) != 0 ||
          (path[length] != '\0' && path[length] != '/') ||
          (best != NULL && length <= best_length))
        continue;

      best = mount;
      best_length = length;
      *rest = path + length;
    }

  return best;
}

gboolean
signalr_host_serves (SignalrHost    *self,
                     SignalrHub     *hub,
                     SignalrDialect  dialect)
{
  for (guint i = 0; i < self->mounts->len; i++)
    {
      SignalrMount *mount = g_ptr_array_index (self->mounts, i);

      if (dialect == SIGNALR_DIALECT_ASPNETCORE ? mount->aspnetcore_hub == hub
                                                : mount->aspnet && (mount->endpoint == NULL) == !SIGNALR_IS_ENDPOINT (hub))
        return TRUE;
    }

  return FALSE;
}

SignalrServerConnection *
signalr_host_find (SignalrHost *self,
                   const char  *connection_id)
{
  return g_hash_table_lookup (self->connections, connection_id);
}

SignalrServerConnection *
signalr_host_find_of (SignalrHost *self,
                      SignalrHub  *hub,
                      const char  *connection_id)
{
  SignalrServerConnection *connection = signalr_host_find (self, connection_id);

  return connection != NULL && signalr_server_connection_serves (connection, hub) ? connection : NULL;
}

void
signalr_host_renew_transport (SignalrHost *self,
                              const char  *connection_id)
{
  SignalrServerConnection *connection = signalr_host_find (self, connection_id);

  if (connection != NULL && connection->klass->migrates)
    signalr_server_connection_expire (connection);
}

void
signalr_host_close_client (SignalrHost *self,
                           const char  *connection_id,
                           const char  *message)
{
  SignalrServerConnection *connection = signalr_host_find (self, connection_id);

  if (connection != NULL)
    signalr_server_connection_dismiss (connection, message);
}
