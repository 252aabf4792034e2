/* tertulia-session.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-session.h"

struct _TertuliaSession {
  GObject            parent_instance;

  char              *server;
  char              *name;
  SignalrConnection *connection;
  TertuliaStatus    *status;
  GListStore        *rooms;
};

G_DEFINE_FINAL_TYPE (TertuliaSession, tertulia_session, G_TYPE_OBJECT)

static void
tertulia_session_dispose (GObject *object)
{
  TertuliaSession *self = TERTULIA_SESSION (object);

  g_clear_pointer (&self->server, g_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_object (&self->connection);
  g_clear_object (&self->status);
  g_clear_object (&self->rooms);

  G_OBJECT_CLASS (tertulia_session_parent_class)->dispose (object);
}

static void
tertulia_session_class_init (TertuliaSessionClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tertulia_session_dispose;
}

static void
tertulia_session_init (TertuliaSession *self)
{
  self->status = tertulia_status_new ();
  self->rooms = g_list_store_new (TERTULIA_TYPE_ROOM);
}

TertuliaSession *
tertulia_session_new (TertuliaSettings *settings,
                      const char       *server,
                      const char       *name,
                      const char       *token)
{
  TertuliaSession *self = g_object_new (TERTULIA_TYPE_SESSION, NULL);
  g_autoptr (TertuliaRoom) room = g_object_new (TERTULIA_TYPE_ROOM, NULL);

  self->server = g_strdup (server);
  self->name = g_strdup (name);
  self->connection = signalr_connection_new (server);
  g_list_store_append (self->rooms, room);

  return self;
}

const char *
tertulia_session_get_server (TertuliaSession *self)
{
  return self->server;
}

const char *
tertulia_session_get_name (TertuliaSession *self)
{
  return self->name;
}

SignalrConnection *
tertulia_session_get_connection (TertuliaSession *self)
{
  return self->connection;
}

TertuliaStatus *
tertulia_session_get_status (TertuliaSession *self)
{
  return self->status;
}

GListModel *
tertulia_session_get_rooms (TertuliaSession *self)
{
  return G_LIST_MODEL (self->rooms);
}

void
tertulia_session_start (TertuliaSession *self)
{
}

void
tertulia_session_reconnect (TertuliaSession *self)
{
}

void
tertulia_session_disconnect (TertuliaSession *self)
{
}

void
tertulia_session_stop_async (TertuliaSession     *self,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  g_task_report_new_error (self, callback, user_data, tertulia_session_stop_async,
                           G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "Sessions are not built yet");
}

gboolean
tertulia_session_stop_finish (TertuliaSession  *self,
                              GAsyncResult     *result,
                              GError          **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
