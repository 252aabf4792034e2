/* signalr-server.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "signalr-server-private.h"

#include <string.h>

#include "server-connection-private.h"
#include "signalr-error.h"
#include "signalr-hub-private.h"

#define SHUTDOWN_SPREAD 5000

/**
 * SignalrServer:
 *
 * Hubs over HTTP, for the clients of both generations of the protocol.
 *
 * A program adds its hubs, maps them to paths, sets what it wants to be other
 * than the default, and listens. From then on nothing can be set any more: every
 * setter fails with `SIGNALR_ERROR_BUSY`.
 *
 * A server belongs to the thread-default main context it was made on, which has
 * to stay that thread's default while it listens. All methods of its hubs run
 * there.
 *
 * Since: 1.0
 */
G_DEFINE_FINAL_TYPE (SignalrServer, signalr_server, G_TYPE_OBJECT)

typedef enum {
  PROP_URI = 1,
} SignalrServerProperty;

static GParamSpec *properties[PROP_URI + 1];
static guint redis_changed_signal;

/* Connections that are left are cut off: who wants to say goodbye to them has
 * signalr_server_shutdown_async ().
 */
void
signalr_server_close (SignalrServer *self)
{
  if (self->front == NULL)
    return;

  signalr_front_unlisten (self->front);
  signalr_host_stop (self->host);
  g_clear_pointer (&self->front, signalr_front_free);
}

static void
signalr_server_dispose (GObject *object)
{
  SignalrServer *self = SIGNALR_SERVER (object);

  signalr_server_close (self);
  if (self->authenticate_destroy != NULL)
    self->authenticate_destroy (self->authenticate_data);
  self->authenticate_destroy = NULL;

  G_OBJECT_CLASS (signalr_server_parent_class)->dispose (object);
}

static void
signalr_server_finalize (GObject *object)
{
  SignalrServer *self = SIGNALR_SERVER (object);

  signalr_host_unref (self->host);
  g_main_context_unref (self->context);
  g_clear_object (&self->certificate);
  g_free (self->uri);

  G_OBJECT_CLASS (signalr_server_parent_class)->finalize (object);
}

static void
signalr_server_get_property (GObject    *object,
                             guint       property_id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  switch ((SignalrServerProperty) property_id)
    {
    case PROP_URI:
      g_value_set_string (value, signalr_server_get_uri (SIGNALR_SERVER (object)));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
signalr_server_class_init (SignalrServerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = signalr_server_dispose;
  object_class->finalize = signalr_server_finalize;
  object_class->get_property = signalr_server_get_property;

  /**
   * SignalrServer:uri: (getter get_uri)
   *
   * Where the server can be reached, or %NULL while it does not listen.
   *
   * Since: 1.0
   */
  properties[PROP_URI] =
    g_param_spec_string ("uri", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  /**
   * SignalrServer::redis-changed:
   * @self: the server
   * @up: whether Redis is there, and everything is subscribed
   * @error: (nullable): why it is not
   *
   * Redis is there (again), or is not, of a server with signalr_server_set_redis ().
   * The first time that is told when the first attempt has come to its end.
   *
   * Since: 1.0
   */
  redis_changed_signal =
    g_signal_new ("redis-changed", SIGNALR_TYPE_SERVER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 2, G_TYPE_BOOLEAN, G_TYPE_ERROR | G_SIGNAL_TYPE_STATIC_SCOPE);
}

void
signalr_server_redis_changed (gpointer      user_data,
                              gboolean      up,
                              const GError *error)
{
  g_signal_emit (user_data, redis_changed_signal, 0, up, error);
}

static void
signalr_server_init (SignalrServer *self)
{
  self->host = signalr_host_new ();
  self->context = g_main_context_ref_thread_default ();
  self->shutdown.func = signalr_server_shutdown_cb;
  self->shutdown_limit.func = signalr_server_shutdown_limit_cb;
  self->shutdown_spread = SHUTDOWN_SPREAD;
}

SignalrHost *
signalr_server_get_host (SignalrServer *self)
{
  return self->host;
}

/**
 * signalr_server_new:
 *
 * Makes a server on the thread-default main context, which is where its hubs' methods
 * will run.
 *
 * Returns: (transfer full): a server that has no hubs and does not listen
 *
 * Since: 1.0
 */
SignalrServer *
signalr_server_new (void)
{
  return g_object_new (SIGNALR_TYPE_SERVER, NULL);
}

gboolean
signalr_server_is_open (SignalrServer  *self,
                        GError        **error)
{
  if (self->uri == NULL)
    return TRUE;

  g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_BUSY,
                       "The server listens already: it is too late to change that");

  return FALSE;
}

/**
 * signalr_server_add_hub:
 * @name: how clients call the hub, without regard to case; no two hubs have the
 *   same, and none has a full stop in it
 * @hub: (transfer none): the hub; it is kept, and can be on one server only
 *
 * Adds a hub, before the server listens. It is served where it is mapped.
 *
 * Since: 1.0
 */
void
signalr_server_add_hub (SignalrServer *self,
                        const char    *name,
                        SignalrHub    *hub)
{
  g_return_if_fail (SIGNALR_IS_SERVER (self));
  g_return_if_fail (name != NULL && name[0] != '\0' && strchr (name, '.') == NULL);
  g_return_if_fail (SIGNALR_IS_HUB (hub));
  g_return_if_fail (signalr_hub_get_name (hub) == NULL);
  g_return_if_fail (signalr_host_find_hub (self->host, name) == NULL);
  g_return_if_fail (self->uri == NULL);

  signalr_host_add_hub (self->host, name, hub);
}

static SignalrMount *
signalr_server_mount (SignalrServer  *self,
                      const char     *path,
                      GError        **error)
{
  if (!signalr_server_is_open (self, error))
    return NULL;

  if (path[0] != '/')
    {
      g_set_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA,
                   "The path “%s” does not begin with a slash", path);
      return NULL;
    }

  return signalr_host_ensure_mount (self->host, path);
}

static gboolean
refuse_second_mount (const char  *path,
                     const char  *dialect,
                     GError     **error)
{
  g_set_error (error, SIGNALR_ERROR, SIGNALR_ERROR_BUSY,
               "Something of %s is mapped to “%s” already", dialect, path);

  return FALSE;
}

static SignalrMapOptions *
ensure_options (SignalrMapOptions *options)
{
  return options != NULL ? g_object_ref (options) : signalr_map_options_new ();
}

/**
 * signalr_server_map_hubs:
 * @path: begins with a slash; matched by whole segments, without regard to case
 * @options: (nullable) (transfer none): what holds there; %NULL for the defaults
 *
 * Serves all hubs at @path to clients of classic SignalR. The same path can serve
 * one hub to clients of ASP.NET Core SignalR as well.
 *
 * Returns: %FALSE where the path is taken, or it is too late
 *
 * Since: 1.0
 */
gboolean
signalr_server_map_hubs (SignalrServer      *self,
                         const char         *path,
                         SignalrMapOptions  *options,
                         GError            **error)
{
  SignalrMount *mount;

  g_return_val_if_fail (SIGNALR_IS_SERVER (self), FALSE);
  g_return_val_if_fail (path != NULL, FALSE);
  g_return_val_if_fail (options == NULL || SIGNALR_IS_MAP_OPTIONS (options), FALSE);

  mount = signalr_server_mount (self, path, error);
  if (mount == NULL)
    return FALSE;
  if (mount->aspnet)
    return refuse_second_mount (path, "classic SignalR", error);

  mount->aspnet = TRUE;
  mount->aspnet_options = ensure_options (options);

  return TRUE;
}

/**
 * signalr_server_map_hub:
 * @path: begins with a slash; matched without regard to case
 * @name: of a hub that has been added
 * @options: (nullable) (transfer none): what holds there; %NULL for the defaults
 *
 * Serves one hub at @path to clients of ASP.NET Core SignalR. The same path can
 * serve all hubs to clients of classic SignalR as well.
 *
 * Returns: %FALSE where there is no such hub, the path is taken, or it is too late
 *
 * Since: 1.0
 */
gboolean
signalr_server_map_hub (SignalrServer      *self,
                        const char         *path,
                        const char         *name,
                        SignalrMapOptions  *options,
                        GError            **error)
{
  SignalrMount *mount;
  SignalrHub *hub;

  g_return_val_if_fail (SIGNALR_IS_SERVER (self), FALSE);
  g_return_val_if_fail (path != NULL, FALSE);
  g_return_val_if_fail (name != NULL, FALSE);
  g_return_val_if_fail (options == NULL || SIGNALR_IS_MAP_OPTIONS (options), FALSE);

  hub = signalr_host_find_hub (self->host, name);
  if (hub == NULL)
    {
      g_set_error (error, SIGNALR_ERROR, SIGNALR_ERROR_NOT_FOUND, "There is no hub “%s” to map", name);
      return FALSE;
    }

  mount = signalr_server_mount (self, path, error);
  if (mount == NULL)
    return FALSE;
  if (mount->aspnetcore_hub != NULL)
    return refuse_second_mount (path, "ASP.NET Core SignalR", error);

  mount->aspnetcore_hub = g_object_ref (hub);
  mount->aspnetcore_options = ensure_options (options);

  return TRUE;
}

/**
 * signalr_server_map_connection:
 * @path: begins with a slash; matched by whole segments, without regard to case
 * @endpoint: (transfer none): what is there; it is kept, and can be at one path of
 *   one server only
 * @options: (nullable) (transfer none): what holds there; %NULL for the defaults
 *
 * Serves connections without hubs at @path, to clients of both generations.
 *
 * Returns: %FALSE where the path is taken, or it is too late
 *
 * Since: 1.0
 */
gboolean
signalr_server_map_connection (SignalrServer      *self,
                               const char         *path,
                               SignalrEndpoint    *endpoint,
                               SignalrMapOptions  *options,
                               GError            **error)
{
  SignalrMount *mount;

  g_return_val_if_fail (SIGNALR_IS_SERVER (self), FALSE);
  g_return_val_if_fail (path != NULL, FALSE);
  g_return_val_if_fail (SIGNALR_IS_ENDPOINT (endpoint), FALSE);
  g_return_val_if_fail (signalr_hub_get_name (SIGNALR_HUB (endpoint)) == NULL, FALSE);
  g_return_val_if_fail (options == NULL || SIGNALR_IS_MAP_OPTIONS (options), FALSE);

  mount = signalr_server_mount (self, path, error);
  if (mount == NULL)
    return FALSE;
  if (mount->aspnet || mount->aspnetcore_hub != NULL)
    return refuse_second_mount (path, "SignalR", error);

  signalr_host_add_endpoint (self->host, mount->path, endpoint);
  mount->endpoint = g_object_ref (endpoint);
  mount->aspnet = TRUE;
  mount->aspnet_options = ensure_options (options);
  mount->aspnetcore_hub = g_object_ref (SIGNALR_HUB (endpoint));
  mount->aspnetcore_options = g_object_ref (mount->aspnet_options);

  return TRUE;
}

/**
 * signalr_server_listen:
 * @address: a numeric address, or `localhost`; `0.0.0.0` and `::` are all
 * @port: 1 to 65535, or 0 for any that is free
 *
 * Begins to serve. A server listens once: one that has been shut down does not
 * listen again.
 *
 * Returns: %FALSE where the address is none or is taken (%G_IO_ERROR_ADDRESS_IN_USE),
 *   or the server has listened before
 *
 * Since: 1.0
 */
gboolean
signalr_server_listen (SignalrServer  *self,
                       const char     *address,
                       guint           port,
                       GError        **error)
{
  g_autoptr (SignalrFront) front = NULL;

  g_return_val_if_fail (SIGNALR_IS_SERVER (self), FALSE);
  g_return_val_if_fail (address != NULL, FALSE);

  if (!signalr_server_is_open (self, error))
    return FALSE;

  if (self->host->loop == NULL && !signalr_host_start (self->host, self->context, error))
    return FALSE;

  front = signalr_front_new (self->host, self->certificate);
  self->uri = signalr_front_listen (front, address, port, error);
  if (self->uri == NULL)
    return FALSE;

  self->front = g_steal_pointer (&front);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_URI]);

  return TRUE;
}

/**
 * signalr_server_get_uri: (get-property uri)
 *
 * Where the server listens, with the port that was found where 0 was asked for.
 *
 * Returns: (nullable): where the server can be reached, such as
 *   `http://127.0.0.1:8080`, or %NULL before it listens
 *
 * Since: 1.0
 */
const char *
signalr_server_get_uri (SignalrServer *self)
{
  g_return_val_if_fail (SIGNALR_IS_SERVER (self), NULL);

  return self->uri;
}
