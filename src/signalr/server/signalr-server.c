/* signalr-server.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "signalr-server.h"

#include "signalr-error.h"

/**
 * SignalrServer:
 *
 * Hubs over HTTP, for the clients of both generations of the protocol.
 *
 * Since: 1.0
 */
struct _SignalrServer {
  GObject parent_instance;
};

G_DEFINE_FINAL_TYPE (SignalrServer, signalr_server, G_TYPE_OBJECT)

static void
signalr_server_class_init (SignalrServerClass *klass)
{
}

static void
signalr_server_init (SignalrServer *self)
{
}

SignalrServer *
signalr_server_new (void)
{
  return g_object_new (SIGNALR_TYPE_SERVER, NULL);
}

static gboolean
signalr_server_not_built (GError **error)
{
  g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_NOT_FOUND, "The server is not built yet");

  return FALSE;
}

void
signalr_server_add_hub (SignalrServer *self,
                        const char    *name,
                        SignalrHub    *hub)
{
  g_return_if_fail (SIGNALR_IS_SERVER (self));
}

gboolean
signalr_server_map_hubs (SignalrServer *self, const char *path, SignalrMapOptions *options, GError **error)
{
  return signalr_server_not_built (error);
}

gboolean
signalr_server_map_hub (SignalrServer *self, const char *path, const char *name, SignalrMapOptions *options, GError **error)
{
  return signalr_server_not_built (error);
}

gboolean
signalr_server_set_disconnect_timeout (SignalrServer *self, guint milliseconds, GError **error)
{
  return signalr_server_not_built (error);
}

gboolean
signalr_server_set_keep_alive (SignalrServer *self, guint milliseconds, GError **error)
{
  return signalr_server_not_built (error);
}

gboolean
signalr_server_set_connection_timeout (SignalrServer *self, guint milliseconds, GError **error)
{
  return signalr_server_not_built (error);
}

gboolean
signalr_server_set_ping_interval (SignalrServer *self, guint milliseconds, GError **error)
{
  return signalr_server_not_built (error);
}

gboolean
signalr_server_set_client_timeout (SignalrServer *self, guint milliseconds, GError **error)
{
  return signalr_server_not_built (error);
}

gboolean
signalr_server_set_handshake_timeout (SignalrServer *self, guint milliseconds, GError **error)
{
  return signalr_server_not_built (error);
}

guint
signalr_server_get_disconnect_timeout (SignalrServer *self)
{
  return 0;
}

guint
signalr_server_get_keep_alive (SignalrServer *self)
{
  return 0;
}

guint
signalr_server_get_connection_timeout (SignalrServer *self)
{
  return 0;
}

gboolean
signalr_server_set_admit_late_clients (SignalrServer *self, gboolean admit, GError **error)
{
  return signalr_server_not_built (error);
}

gboolean
signalr_server_set_key_file (SignalrServer *self, const char *path, GError **error)
{
  return signalr_server_not_built (error);
}

gboolean
signalr_server_set_tls_certificate (SignalrServer *self, GTlsCertificate *certificate, GError **error)
{
  return signalr_server_not_built (error);
}

gboolean
signalr_server_set_allowed_origins (SignalrServer *self, const char * const *origins, GError **error)
{
  return signalr_server_not_built (error);
}

gboolean
signalr_server_set_authenticate_func (SignalrServer *self, SignalrAuthenticateFunc func, gpointer user_data, GDestroyNotify destroy, GError **error)
{
  return signalr_server_not_built (error);
}

gboolean
signalr_server_listen (SignalrServer *self, const char *address, guint port, GError **error)
{
  return signalr_server_not_built (error);
}

const char *
signalr_server_get_uri (SignalrServer *self)
{
  g_return_val_if_fail (SIGNALR_IS_SERVER (self), NULL);

  return NULL;
}

void
signalr_server_shutdown_async (SignalrServer       *self,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_return_boolean (task, TRUE);
}

gboolean
signalr_server_shutdown_finish (SignalrServer  *self,
                                GAsyncResult   *result,
                                GError        **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
