/* tertulia-session.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-session.h"

#include "tertulia-address.h"
#include "tertulia-database-private.h"
#include "tertulia-gateway-private.h"
#include "tertulia-room-private.h"
#include "tertulia-text-private.h"

/**
 * TertuliaSession:
 *
 * One person on one server: keeps the connection up by the user's settings, and
 * the rooms true to it. Every new connection, and every one that is back, joins
 * the rooms again and catches up before anything else.
 *
 * A session belongs to the thread-default main context it was made on.
 */
struct _TertuliaSession {
  GObject            parent_instance;

  TertuliaSettings  *settings;
  char              *server;
  char              *name;
  char              *token;
  char              *data_path;

  GStrv              urls;          /* what the server's address may mean */
  guint              url_index;     /* of the one that is tried */
  gboolean           found;         /* it is the right one */
  SignalrConnection *connection;
  TertuliaGateway   *gateway;
  TertuliaStatus    *status;
  TertuliaStore     *store;
  GListStore        *rooms;
};

G_DEFINE_FINAL_TYPE (TertuliaSession, tertulia_session, G_TYPE_OBJECT)

typedef enum {
  PROP_SETTINGS = 1,
  PROP_SERVER,
  PROP_NAME,
  PROP_TOKEN,
  PROP_DATA_PATH,
  PROP_CONNECTION,
  PROP_STATUS,
  PROP_ROOMS,
} TertuliaSessionProperty;

static GParamSpec *properties[PROP_ROOMS + 1];

static void tertulia_session_try_url (TertuliaSession *self,
                                      guint            index);

static TertuliaRoom *
tertulia_session_find_room (TertuliaSession *self,
                            const char      *name)
{
  guint n_rooms = g_list_model_get_n_items (G_LIST_MODEL (self->rooms));

  for (guint i = 0; i < n_rooms; i++)
    {
      g_autoptr (TertuliaRoom) room = g_list_model_get_item (G_LIST_MODEL (self->rooms), i);

      /* The list keeps it. */
      if (g_str_equal (tertulia_room_get_name (room), name))
        return room;
    }

  return NULL;
}

static void
tertulia_session_for_each_room (TertuliaSession *self,
                                gboolean         enter)
{
  guint n_rooms = g_list_model_get_n_items (G_LIST_MODEL (self->rooms));

  for (guint i = 0; i < n_rooms; i++)
    {
      g_autoptr (TertuliaRoom) room = g_list_model_get_item (G_LIST_MODEL (self->rooms), i);

      if (enter)
        tertulia_room_enter (room, self->gateway);
      else
        tertulia_room_pause (room);
    }
}

static void
tertulia_session_message_cb (TertuliaSession *self,
                             const char      *name,
                             TertuliaEntry   *entry)
{
  TertuliaRoom *room = tertulia_session_find_room (self, name);

  if (room != NULL)
    tertulia_room_hear (room, entry);
}

static void
tertulia_session_person_cb (TertuliaSession *self,
                            const char      *name,
                            const char      *person,
                            const char      *event)
{
  TertuliaRoom *room = tertulia_session_find_room (self, name);

  if (room != NULL)
    tertulia_room_see (room, person, event);
}

static void
tertulia_session_typing_cb (TertuliaSession *self,
                            const char      *name,
                            const char      *person)
{
  TertuliaRoom *room = tertulia_session_find_room (self, name);

  if (room != NULL)
    tertulia_room_notice_typing (room, person);
}

static void
tertulia_session_said_cb (TertuliaSession *self,
                          const char      *person,
                          const char      *text)
{
  TertuliaRoom *room = tertulia_session_find_room (self, TERTULIA_ROOM_DEFAULT);

  if (room != NULL)
    tertulia_room_overhear (room, person, text);
}

/* Reconnected is not resumed: even the same SignalR connection may be one that
 * another server process did not know before.
 */
static void
tertulia_session_state_cb (TertuliaSession *self)
{
  gboolean connected = signalr_connection_get_state (self->connection) ==
                       SIGNALR_CONNECTION_STATE_CONNECTED;

  if (connected)
    self->found = TRUE;
  tertulia_session_for_each_room (self, connected);
}

/* The address had no path, and there is nothing at this one. */
static void
tertulia_session_disconnected_cb (TertuliaSession         *self,
                                  SignalrDisconnectReason  reason,
                                  const GError            *error)
{
  gboolean nothing_there = g_error_matches (error, SIGNALR_ERROR, SIGNALR_ERROR_NOT_FOUND) ||
                           g_error_matches (error, SIGNALR_ERROR, SIGNALR_ERROR_NOT_SIGNALR);

  if (reason == SIGNALR_DISCONNECT_REASON_FAILED && nothing_there &&
      self->url_index + 1 < g_strv_length (self->urls))
    tertulia_session_try_url (self, self->url_index + 1);
}

static void
tertulia_session_apply_settings (TertuliaSession *self)
{
  gboolean use_server, retry;
  double slow_after, keep_alive_timeout, disconnect_timeout;
  g_autoptr (SignalrRetryPolicy) policy = NULL;

  g_object_get (self->settings,
                "use-server-timeouts", &use_server,
                "slow-after", &slow_after,
                "keep-alive-timeout", &keep_alive_timeout,
                "disconnect-timeout", &disconnect_timeout,
                "retry", &retry,
                NULL);

  if (use_server)
    slow_after = keep_alive_timeout = disconnect_timeout = SIGNALR_TIMEOUT_DEFAULT;

  signalr_connection_set_slow_after (self->connection, slow_after * 1000);
  signalr_connection_set_keep_alive_timeout (self->connection, keep_alive_timeout * 1000);
  signalr_connection_set_disconnect_timeout (self->connection, disconnect_timeout * 1000);

  policy = retry ? signalr_retry_policy_new_forever () : signalr_retry_policy_new_never ();
  signalr_retry_policy_set_retry_initial (policy, retry);
  signalr_connection_set_retry_policy (self->connection, policy);
}

static void
tertulia_session_drop_connection (TertuliaSession *self)
{
  if (self->connection == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->connection, self);
  g_signal_handlers_disconnect_by_data (self->gateway, self);
  signalr_connection_stop_async (self->connection, NULL, NULL, NULL);
  g_clear_object (&self->gateway);
  g_clear_object (&self->connection);
}

static void
tertulia_session_use_url (TertuliaSession *self,
                          guint            index)
{
  tertulia_session_drop_connection (self);

  self->url_index = index;
  self->connection = signalr_connection_new (self->urls[index]);
  if (self->token != NULL)
    signalr_connection_set_access_token (self->connection, self->token);
  tertulia_session_apply_settings (self);

  self->gateway = tertulia_gateway_new (self->connection);
  g_signal_connect_swapped (self->gateway, "message", G_CALLBACK (tertulia_session_message_cb), self);
  g_signal_connect_swapped (self->gateway, "person", G_CALLBACK (tertulia_session_person_cb), self);
  g_signal_connect_swapped (self->gateway, "typing", G_CALLBACK (tertulia_session_typing_cb), self);
  g_signal_connect_swapped (self->gateway, "said", G_CALLBACK (tertulia_session_said_cb), self);

  /* Before the status does: it need not know of an address that was only tried. */
  g_signal_connect_swapped (self->connection, "disconnected",
                            G_CALLBACK (tertulia_session_disconnected_cb), self);
  g_signal_connect_swapped (self->connection, "notify::state",
                            G_CALLBACK (tertulia_session_state_cb), self);
  tertulia_status_follow (self->status, self->connection);

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONNECTION]);
}

static void
tertulia_session_try_url (TertuliaSession *self,
                          guint            index)
{
  tertulia_session_use_url (self, index);
  signalr_connection_start_async (self->connection, NULL, NULL, NULL);
}

static TertuliaRoom *
tertulia_session_add_room (TertuliaSession *self,
                           const char      *name)
{
  g_autoptr (TertuliaRoom) room = tertulia_room_new (name, self->name, self->store);

  tertulia_store_add_room (self->store, name);
  g_list_store_append (self->rooms, room);

  /* The list keeps it. */
  return room;
}

/* Where the file cannot be used the session goes on without one: better to chat
 * and to forget than not to chat.
 */
static TertuliaStore *
tertulia_session_open_store (TertuliaSession *self)
{
  g_autofree char *default_path = tertulia_store_default_path ();
  const char *path = self->data_path != NULL ? self->data_path : default_path;
  g_autoptr (GError) error = NULL;
  TertuliaStore *store;

  store = tertulia_store_new (path, self->server, self->name, &error);
  if (store != NULL)
    return store;

  g_message ("What is said is not kept: %s", error->message);

  return tertulia_store_new (TERTULIA_DATABASE_MEMORY, self->server, self->name, NULL);
}

static void
tertulia_session_constructed (GObject *object)
{
  TertuliaSession *self = TERTULIA_SESSION (object);
  g_auto (GStrv) rooms = NULL;

  G_OBJECT_CLASS (tertulia_session_parent_class)->constructed (object);

  self->status = tertulia_status_new ();
  self->rooms = g_list_store_new (TERTULIA_TYPE_ROOM);
  self->store = tertulia_session_open_store (self);

  rooms = tertulia_store_list_rooms (self->store);
  if (rooms[0] == NULL)
    tertulia_session_add_room (self, TERTULIA_ROOM_DEFAULT);
  for (gsize i = 0; rooms[i] != NULL; i++)
    tertulia_session_add_room (self, rooms[i]);

  /* An address that is none is told by the connection, like every other trouble. */
  self->urls = tertulia_address_expand (self->server, NULL);
  if (self->urls == NULL)
    self->urls = g_strdupv ((char *[]) { self->server, NULL });

  tertulia_session_use_url (self, 0);
  g_signal_connect_object (self->settings, "notify",
                           G_CALLBACK (tertulia_session_apply_settings), self, G_CONNECT_SWAPPED);
}

static void
tertulia_session_get_property (GObject    *object,
                               guint       property_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  TertuliaSession *self = TERTULIA_SESSION (object);

  switch ((TertuliaSessionProperty) property_id)
    {
    case PROP_SETTINGS:
      g_value_set_object (value, self->settings);
      break;

    case PROP_SERVER:
      g_value_set_string (value, self->server);
      break;

    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;

    case PROP_CONNECTION:
      g_value_set_object (value, self->connection);
      break;

    case PROP_STATUS:
      g_value_set_object (value, self->status);
      break;

    case PROP_ROOMS:
      g_value_set_object (value, self->rooms);
      break;

    case PROP_TOKEN:
    case PROP_DATA_PATH:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
tertulia_session_set_property (GObject      *object,
                               guint         property_id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  TertuliaSession *self = TERTULIA_SESSION (object);

  switch ((TertuliaSessionProperty) property_id)
    {
    case PROP_SETTINGS:
      self->settings = g_value_dup_object (value);
      break;

    case PROP_SERVER:
      self->server = g_value_dup_string (value);
      break;

    case PROP_NAME:
      self->name = g_value_dup_string (value);
      break;

    case PROP_TOKEN:
      self->token = g_value_dup_string (value);
      break;

    case PROP_DATA_PATH:
      self->data_path = g_value_dup_string (value);
      break;

    case PROP_CONNECTION:
    case PROP_STATUS:
    case PROP_ROOMS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
tertulia_session_dispose (GObject *object)
{
  TertuliaSession *self = TERTULIA_SESSION (object);

  if (self->rooms != NULL)
    tertulia_session_for_each_room (self, FALSE);
  if (self->status != NULL)
    tertulia_status_follow (self->status, NULL);
  tertulia_session_drop_connection (self);

  g_clear_object (&self->status);
  g_clear_object (&self->rooms);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (tertulia_session_parent_class)->dispose (object);
}

static void
tertulia_session_finalize (GObject *object)
{
  TertuliaSession *self = TERTULIA_SESSION (object);

  g_clear_pointer (&self->store, tertulia_store_unref);
  g_strfreev (self->urls);
  g_free (self->server);
  g_free (self->name);
  g_free (self->token);
  g_free (self->data_path);

  G_OBJECT_CLASS (tertulia_session_parent_class)->finalize (object);
}

static void
tertulia_session_class_init (TertuliaSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags read = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  const GParamFlags construct = G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->constructed = tertulia_session_constructed;
  object_class->dispose = tertulia_session_dispose;
  object_class->finalize = tertulia_session_finalize;
  object_class->get_property = tertulia_session_get_property;
  object_class->set_property = tertulia_session_set_property;

  properties[PROP_SETTINGS] = g_param_spec_object ("settings", NULL, NULL, TERTULIA_TYPE_SETTINGS,
                                                   G_PARAM_READWRITE | construct);
  properties[PROP_SERVER] = g_param_spec_string ("server", NULL, NULL, NULL,
                                                 G_PARAM_READWRITE | construct);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL,
                                               G_PARAM_READWRITE | construct);
  /* Not to be read: a token is nobody else's business. */
  properties[PROP_TOKEN] = g_param_spec_string ("token", NULL, NULL, NULL,
                                                G_PARAM_WRITABLE | construct);
  properties[PROP_DATA_PATH] = g_param_spec_string ("data-path", NULL, NULL, NULL,
                                                    G_PARAM_WRITABLE | construct);
  properties[PROP_CONNECTION] = g_param_spec_object ("connection", NULL, NULL,
                                                     SIGNALR_TYPE_CONNECTION, read);
  properties[PROP_STATUS] = g_param_spec_object ("status", NULL, NULL, TERTULIA_TYPE_STATUS, read);
  properties[PROP_ROOMS] = g_param_spec_object ("rooms", NULL, NULL, G_TYPE_LIST_MODEL, read);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
tertulia_session_init (TertuliaSession *self)
{
}

/**
 * tertulia_session_new:
 * @settings: what the user has chosen
 * @server: the address of the server; without a path the usual ones are tried
 * @name: who the user is there
 * @token: (nullable): what the server knows them by
 *
 * What was said before, and what was not sent, is in the rooms at once.
 *
 * Returns: (transfer full): a session that is not started
 */
TertuliaSession *
tertulia_session_new (TertuliaSettings *settings,
                      const char       *server,
                      const char       *name,
                      const char       *token)
{
  g_return_val_if_fail (TERTULIA_IS_SETTINGS (settings), NULL);
  g_return_val_if_fail (server != NULL && name != NULL, NULL);

  return g_object_new (TERTULIA_TYPE_SESSION,
                       "settings", settings,
                       "server", server,
                       "name", name,
                       "token", token,
                       NULL);
}

/**
 * tertulia_session_get_server:
 *
 * Returns: the address, as it was given
 */
const char *
tertulia_session_get_server (TertuliaSession *self)
{
  g_return_val_if_fail (TERTULIA_IS_SESSION (self), NULL);

  return self->server;
}

/**
 * tertulia_session_get_connection:
 *
 * Returns: (transfer none): the connection that is used, or tried
 */
SignalrConnection *
tertulia_session_get_connection (TertuliaSession *self)
{
  g_return_val_if_fail (TERTULIA_IS_SESSION (self), NULL);

  return self->connection;
}

/**
 * tertulia_session_get_status:
 *
 * Returns: (transfer none): what to show of the connection
 */
TertuliaStatus *
tertulia_session_get_status (TertuliaSession *self)
{
  g_return_val_if_fail (TERTULIA_IS_SESSION (self), NULL);

  return self->status;
}

/**
 * tertulia_session_get_rooms:
 *
 * Returns: (transfer none): a list of #TertuliaRoom, in the order they were
 *   joined
 */
GListModel *
tertulia_session_get_rooms (TertuliaSession *self)
{
  g_return_val_if_fail (TERTULIA_IS_SESSION (self), NULL);

  return G_LIST_MODEL (self->rooms);
}

/**
 * tertulia_session_join:
 * @name: of a room
 *
 * Goes into a room, now and whenever there is a connection. One that is there
 * already is the one returned.
 *
 * Returns: (transfer none) (nullable): the room; %NULL where @name cannot be the
 *   name of one, or where there are 50 already
 */
TertuliaRoom *
tertulia_session_join (TertuliaSession *self,
                       const char      *name)
{
  g_autofree char *normal = tertulia_name_normalize (name);
  TertuliaRoom *room;

  g_return_val_if_fail (TERTULIA_IS_SESSION (self), NULL);

  if (normal == NULL)
    return NULL;

  room = tertulia_session_find_room (self, normal);
  if (room != NULL)
    return room;

  if (g_list_model_get_n_items (G_LIST_MODEL (self->rooms)) >= TERTULIA_ROOMS_PER_CLIENT)
    return NULL;

  room = tertulia_session_add_room (self, normal);
  if (signalr_connection_get_state (self->connection) == SIGNALR_CONNECTION_STATE_CONNECTED)
    tertulia_room_enter (room, self->gateway);

  return room;
}

/**
 * tertulia_session_leave:
 * @room: one of the session's
 *
 * Goes out of a room. What was said in it stays on disk, and what was not sent.
 */
void
tertulia_session_leave (TertuliaSession *self,
                        TertuliaRoom    *room)
{
  guint position;

  g_return_if_fail (TERTULIA_IS_SESSION (self));
  g_return_if_fail (TERTULIA_IS_ROOM (room));

  if (!g_list_store_find (self->rooms, room, &position))
    return;

  tertulia_room_pause (room);
  tertulia_store_forget_room (self->store, tertulia_room_get_name (room));
  if (signalr_connection_get_state (self->connection) == SIGNALR_CONNECTION_STATE_CONNECTED)
    tertulia_gateway_leave (self->gateway, tertulia_room_get_name (room));
  g_list_store_remove (self->rooms, position);
}

/**
 * tertulia_session_start:
 *
 * Connects, and keeps connected by the user's settings.
 */
void
tertulia_session_start (TertuliaSession *self)
{
  g_return_if_fail (TERTULIA_IS_SESSION (self));

  signalr_connection_start_async (self->connection, NULL, NULL, NULL);
}

/**
 * tertulia_session_reconnect:
 *
 * Tries at once, because the user says so. Never dead: it ends a try under way,
 * a wait or a silence, and where everything has ended it begins anew.
 */
void
tertulia_session_reconnect (TertuliaSession *self)
{
  g_return_if_fail (TERTULIA_IS_SESSION (self));

  tertulia_status_pressed (self->status);

  /* Where the address led nowhere, it may lead somewhere else now. */
  if (!self->found && signalr_connection_get_retry_at (self->connection) == 0 &&
      signalr_connection_get_state (self->connection) == SIGNALR_CONNECTION_STATE_DISCONNECTED)
    tertulia_session_try_url (self, 0);
  else
    signalr_connection_retry_now (self->connection);
}

/**
 * tertulia_session_disconnect:
 *
 * Ends the connection until tertulia_session_reconnect() or _start().
 */
void
tertulia_session_disconnect (TertuliaSession *self)
{
  g_return_if_fail (TERTULIA_IS_SESSION (self));

  signalr_connection_stop_async (self->connection, NULL, NULL, NULL);
}

static void
tertulia_session_stopped_cb (GObject      *source,
                             GAsyncResult *result,
                             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (signalr_connection_stop_finish (SIGNALR_CONNECTION (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * tertulia_session_stop_async:
 * @cancellable: (nullable): gives up waiting
 * @callback: called when the server has been told, after five seconds at the latest
 *
 * Ends the connection, and waits for the server to know it: so that the others
 * are told that the user left, and not that they lost the connection.
 */
void
tertulia_session_stop_async (TertuliaSession     *self,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (TERTULIA_IS_SESSION (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, tertulia_session_stop_async);
  signalr_connection_stop_async (self->connection, cancellable, tertulia_session_stopped_cb, task);
}

/**
 * tertulia_session_stop_finish:
 *
 * Returns: whether it has ended; otherwise @error is `G_IO_ERROR_CANCELLED`
 */
gboolean
tertulia_session_stop_finish (TertuliaSession  *self,
                              GAsyncResult     *result,
                              GError          **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
