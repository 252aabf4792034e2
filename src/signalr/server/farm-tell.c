/* farm-tell.c: what hubs tell the same hubs of other servers
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "farm-private.h"

#include <string.h>

#include "protocol/json-scan-private.h"
#include "protocol/json-write-private.h"
#include "redis-private.h"
#include "server-host-private.h"
#include "signalr-hub-private.h"

#define MAX_SERVER_ID 64

/* A hub that is told. */
typedef struct {
  SignalrFarm *farm;
  SignalrHub  *hub;
} Ear;

/* A channel that official servers do not know. */
static char *
make_channel (SignalrFarm *self,
              SignalrHub  *hub)
{
  g_autofree char *type = signalr_hub_dup_type_name (hub, self->hub_namespace);

  return g_strconcat (signalr_redis_get_address (self->redis)->channel_prefix, type, ":internal:servers", NULL);
}

static void
told_cb (gpointer          user_data,
         const redisReply *reply,
         const GError     *error)
{
  g_autoptr (GTask) task = user_data;

  if (error != NULL)
    g_task_return_error (task, g_error_copy (error));
  else
    g_task_return_boolean (task, TRUE);
}

void
signalr_farm_tell (SignalrFarm *self,
                   SignalrHub  *hub,
                   JsonNode    *value,
                   GTask       *task)
{
  g_autoptr (GTask) owned = task;
  g_autoptr (GString) text = g_string_new ("[");
  g_autoptr (GBytes) payload = NULL;
  g_autofree char *channel = NULL;
  GError *error = NULL;

  signalr_json_write_string (text, self->id);
  g_string_append_c (text, ',');
  if (!signalr_json_write (text, value, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  g_string_append_c (text, ']');

  if (text->len > SIGNALR_FARM_MAX_TOLD)
    {
      g_task_return_new_error (task, SIGNALR_ERROR, SIGNALR_ERROR_TOO_LARGE,
                               "%" G_GSIZE_FORMAT " bytes are too many to be told.", text->len);
      return;
    }

  channel = make_channel (self, hub);
  payload = g_string_free_to_bytes (g_steal_pointer (&text));
  signalr_redis_publish (self->redis, channel, payload, told_cb, g_steal_pointer (&owned));
}

/* Who says it, of `[server, value]`; NULL where it is no such thing. */
static const char *
get_server (JsonNode *message)
{
  JsonArray *array = JSON_NODE_HOLDS_ARRAY (message) ? json_node_get_array (message) : NULL;
  JsonNode *server = array != NULL && json_array_get_length (array) == 2 ? json_array_get_element (array, 0) : NULL;
  const char *id = NULL;

  if (server != NULL && JSON_NODE_HOLDS_VALUE (server) && json_node_get_value_type (server) == G_TYPE_STRING)
    id = json_node_get_string (server);

  return id != NULL && *id != '\0' && strlen (id) <= MAX_SERVER_ID ? id : NULL;
}

static void
hear_cb (gpointer    user_data,
         const char *channel,
         GBytes     *payload)
{
  Ear *ear = user_data;
  gsize size;
  const char *text = g_bytes_get_data (payload, &size);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) message = NULL;
  const char *server;

  if (size > SIGNALR_FARM_MAX_TOLD)
    {
      g_debug ("%s: %" G_GSIZE_FORMAT " bytes are too many", channel, size);
      return;
    }

  message = signalr_json_parse (text, size, &error);
  server = message != NULL ? get_server (message) : NULL;
  if (server == NULL)
    {
      g_debug ("%s: %s", channel, error != NULL ? error->message : "it does not say who says it");
      return;
    }

  if (!g_str_equal (server, ear->farm->id))
    SIGNALR_HUB_GET_CLASS (ear->hub)->told (ear->hub, server,
                                            json_array_get_element (json_node_get_array (message), 1));
}

void
signalr_farm_listen (SignalrFarm *self)
{
  GPtrArray *hubs = self->host->hubs;

  for (guint i = 0; i < hubs->len; i++)
    {
      SignalrHub *hub = g_ptr_array_index (hubs, i);
      g_autofree char *channel = NULL;
      Ear *ear;

      if (SIGNALR_HUB_GET_CLASS (hub)->told == NULL)
        continue;

      ear = g_new (Ear, 1);
      *ear = (Ear) { self, hub };
      g_ptr_array_add (self->ears, ear);
      channel = make_channel (self, hub);
      signalr_redis_subscribe (self->redis, channel, hear_cb, ear);
    }
}
