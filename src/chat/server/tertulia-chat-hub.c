/* tertulia-chat-hub.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-chat-hub-private.h"

#include "tertulia-chat-json-private.h"
#include "../tertulia-text-private.h"
#include "../tertulia-wake-private.h"

#define HUB_NAME       "ChatHub"

#define MAX_ROOMS      1000
#define GRACE_DEFAULT  5000         /* ms */

/**
 * TertuliaChatHub:
 *
 * Rooms with their history and people, for clients that join; and the chat of
 * the official tutorials, in the room "general", for those that do not. The
 * protocol is told in docs/chat-protocol.md.
 */
G_DEFINE_FINAL_TYPE (TertuliaChatHub, tertulia_chat_hub, SIGNALR_TYPE_HUB)

enum {
  SIGNAL_CLIENT_CONNECTED,
  SIGNAL_CLIENT_RECONNECTED,
  SIGNAL_CLIENT_DISCONNECTED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
call_group (TertuliaChatHub    *self,
            const char         *group,
            const char         *method,
            JsonNode           *args,
            const char * const *except)
{
  const char *groups[] = { group, NULL };

  signalr_hub_call_groups (SIGNALR_HUB (self), groups, method, args, except);
}

void
tertulia_chat_hub_call_room (TertuliaChatHub *self,
                             const char      *room,
                             const char      *method,
                             JsonNode        *value,        /* (transfer full) */
                             const char      *except)
{
  const char *exceptions[] = { except, NULL };
  g_autofree char *group = g_strconcat (TERTULIA_GROUP_ROOM, room, NULL);
  g_autoptr (JsonNode) args = tertulia_chat_json_args (value);

  call_group (self, group, method, args, exceptions);
}

static void
tertulia_chat_hub_set_wake (TertuliaChatHub *self,
                            gint64           at)
{
  g_source_set_ready_time (self->wake, at == TERTULIA_ROSTER_NEVER ? -1 : at);
}

static void
tertulia_chat_hub_step (TertuliaChatHub *self)
{
  gint64 now = g_get_monotonic_time ();
  gint64 next = TERTULIA_ROSTER_NEVER;

  /* Of the farm first, whose people may be lost by it. */
  if (self->farm != NULL)
    next = tertulia_farm_step (self->farm, now);
  next = MIN (next, tertulia_roster_step (self->roster, now));

  tertulia_chat_hub_set_wake (self, next);
}

static gboolean
tertulia_chat_hub_wake_cb (gpointer user_data)
{
  tertulia_chat_hub_step (user_data);

  return G_SOURCE_CONTINUE;
}

static void
tertulia_chat_hub_roster_cb (TertuliaRosterEvent  event,
                             const char          *room,
                             const char          *name,
                             gpointer             user_data)
{
  TertuliaChatHub *self = user_data;

  tertulia_chat_hub_call_room (self, room, "Person", tertulia_chat_json_person_event (room, name, tertulia_roster_words[event]), NULL);
}

/* One message, told to everybody once, in the shape that they understand. */
static void
tertulia_chat_hub_tell (TertuliaChatHub     *self,
                        const char          *room,
                        const TertuliaEntry *entry)
{
  static const char * const tutorial_methods[] = {
    "broadcastMessage", "addNewMessageToPage", "ReceiveMessage",
  };
  g_autoptr (JsonNode) args = NULL;

  tertulia_chat_hub_call_room (self, room, "Message", tertulia_chat_json_message (room, entry), NULL);

  if (!g_str_equal (room, TERTULIA_ROOM_DEFAULT))
    return;

  /* A page has a handler for one of them, and ignores the others. */
  args = tertulia_chat_json_tutorial_args (entry->name, entry->text);
  for (gsize i = 0; i < G_N_ELEMENTS (tutorial_methods); i++)
    call_group (self, TERTULIA_GROUP_TUTORIAL, tutorial_methods[i], args, NULL);
}

gint64
tertulia_chat_hub_add (TertuliaChatHub  *self,
                       const char       *room,
                       const char       *name,
                       const char       *text,
                       const char       *key,
                       gint64           *time,
                       GError          **error)
{
  TertuliaEntry entry = {
    .name = (char *) name,
    .text = (char *) text,
    .key = (char *) key,
    .time = g_get_real_time () / 1000,
  };

  entry.number = tertulia_history_add (self->history, room, name, text, key, entry.time, error);
  if (entry.number == 0)
    return 0;

  *time = entry.time;
  tertulia_chat_hub_tell (self, room, &entry);
  if (self->farm != NULL)
    tertulia_farm_said (self->farm, room, &entry);

  return entry.number;
}

gboolean
tertulia_chat_hub_has_room (TertuliaChatHub *self,
                            const char      *room)
{
  return tertulia_history_get_last (self->history, room) > 0 ||
         tertulia_roster_count (self->roster, room) > 0 ||
         tertulia_history_count_rooms (self->history) +
         tertulia_roster_count_all_rooms (self->roster) < MAX_ROOMS;
}

void
tertulia_chat_hub_enter (TertuliaChatHub *self,
                         const char      *connection,
                         const char      *name,
                         const char      *room)
{
  tertulia_roster_join (self->roster, connection, name, room);
  if (self->farm != NULL)
    tertulia_roster_join (tertulia_farm_get_own (self->farm), connection, name, room);
}

void
tertulia_chat_hub_exit (TertuliaChatHub *self,
                        const char      *connection,
                        const char      *room)
{
  tertulia_roster_leave (self->roster, connection, room);
  if (self->farm != NULL)
    tertulia_roster_leave (tertulia_farm_get_own (self->farm), connection, room);
}

static void
told_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  TertuliaChatHub *self = TERTULIA_CHAT_HUB (source);
  g_autoptr (GError) error = NULL;

  if (signalr_hub_tell_servers_finish (SIGNALR_HUB (self), result, &error) || self->wake == NULL)
    return;

  g_debug ("The other servers were not told: %s", error->message);
  tertulia_farm_fail (self->farm, g_get_monotonic_time ());
  tertulia_chat_hub_set_wake (self, g_get_monotonic_time () + G_USEC_PER_SEC);
}

static void
tertulia_chat_hub_farm_tell (gpointer  owner,
                             JsonNode *value)
{
  g_autoptr (JsonNode) owned = value;

  signalr_hub_tell_servers_async (SIGNALR_HUB (owner), value, NULL, told_cb, NULL);
}

static void
tertulia_chat_hub_farm_message (gpointer             owner,
                                const char          *room,
                                const TertuliaEntry *entry)
{
  tertulia_chat_hub_tell (owner, room, entry);
}

static void
tertulia_chat_hub_farm_typing (gpointer    owner,
                               const char *room,
                               const char *name)
{
  tertulia_chat_hub_call_room (owner, room, "Typing", tertulia_chat_json_typing (room, name), NULL);
}

static gboolean
tertulia_chat_hub_farm_has_room (gpointer    owner,
                                 const char *room)
{
  return tertulia_chat_hub_has_room (owner, room);
}

static void
tertulia_chat_hub_told (SignalrHub *hub,
                        const char *server,
                        JsonNode   *value)
{
  TertuliaChatHub *self = TERTULIA_CHAT_HUB (hub);

  if (self->farm == NULL)
    return;

  tertulia_farm_hear (self->farm, server, value, g_get_monotonic_time ());
  tertulia_chat_hub_step (self);
}

static void
tertulia_chat_hub_connected (SignalrHub        *hub,
                             SignalrInvocation *start)
{
  SignalrCaller *caller = signalr_invocation_get_caller (start);

  signalr_hub_add_to_group (hub, signalr_caller_get_connection_id (caller), TERTULIA_GROUP_TUTORIAL);
  signalr_invocation_return_value (start, NULL);
  g_signal_emit (hub, signals[SIGNAL_CLIENT_CONNECTED], 0, caller);
}

static void
tertulia_chat_hub_reconnected (SignalrHub    *hub,
                               SignalrCaller *caller)
{
  TertuliaChatHub *self = TERTULIA_CHAT_HUB (hub);
  const char *connection = signalr_caller_get_connection_id (caller);

  /* One that this process never saw before: another one served it. */
  if (tertulia_roster_get_name (self->roster, connection) == NULL)
    signalr_hub_add_to_group (hub, connection, TERTULIA_GROUP_TUTORIAL);

  g_signal_emit (hub, signals[SIGNAL_CLIENT_RECONNECTED], 0, caller);
}

static void
tertulia_chat_hub_disconnected (SignalrHub    *hub,
                                SignalrCaller *caller,
                                gboolean       stop_called,
                                const GError  *error)
{
  TertuliaChatHub *self = TERTULIA_CHAT_HUB (hub);
  const char *connection = signalr_caller_get_connection_id (caller);
  gboolean core = signalr_caller_get_dialect (caller) == SIGNALR_DIALECT_ASPNETCORE;
  gint64 grace = core ? (gint64) self->grace * 1000 : 0;
  gint64 now = g_get_monotonic_time ();

  g_hash_table_remove (self->typed_at, connection);
  tertulia_roster_drop (self->roster, connection, stop_called, grace, now);
  if (self->farm != NULL)
    tertulia_roster_drop (tertulia_farm_get_own (self->farm), connection, stop_called, grace, now);
  tertulia_chat_hub_step (self);

  g_signal_emit (hub, signals[SIGNAL_CLIENT_DISCONNECTED], 0, caller, stop_called);
}

static void
tertulia_chat_hub_dispose (GObject *object)
{
  TertuliaChatHub *self = TERTULIA_CHAT_HUB (object);

  tertulia_wake_clear (&self->wake);

  G_OBJECT_CLASS (tertulia_chat_hub_parent_class)->dispose (object);
}

static void
tertulia_chat_hub_finalize (GObject *object)
{
  TertuliaChatHub *self = TERTULIA_CHAT_HUB (object);

  g_clear_pointer (&self->farm, tertulia_farm_free);
  g_clear_pointer (&self->history, tertulia_history_free);
  g_clear_pointer (&self->roster, tertulia_roster_free);
  g_clear_pointer (&self->typed_at, g_hash_table_unref);

  G_OBJECT_CLASS (tertulia_chat_hub_parent_class)->finalize (object);
}

static void
tertulia_chat_hub_class_init (TertuliaChatHubClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  SignalrHubClass *hub_class = SIGNALR_HUB_CLASS (klass);

  object_class->dispose = tertulia_chat_hub_dispose;
  object_class->finalize = tertulia_chat_hub_finalize;

  hub_class->connected = tertulia_chat_hub_connected;
  hub_class->reconnected = tertulia_chat_hub_reconnected;
  hub_class->disconnected = tertulia_chat_hub_disconnected;
  hub_class->told = tertulia_chat_hub_told;

  /**
   * TertuliaChatHub::client-connected:
   * @caller: the client
   */
  signals[SIGNAL_CLIENT_CONNECTED] =
    g_signal_new ("client-connected", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, SIGNALR_TYPE_CALLER);

  /**
   * TertuliaChatHub::client-reconnected:
   * @caller: the client
   */
  signals[SIGNAL_CLIENT_RECONNECTED] =
    g_signal_new ("client-reconnected", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, SIGNALR_TYPE_CALLER);

  /**
   * TertuliaChatHub::client-disconnected:
   * @caller: the client
   * @stop_called: whether it said that it ends
   */
  signals[SIGNAL_CLIENT_DISCONNECTED] =
    g_signal_new ("client-disconnected", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL,
                  G_TYPE_NONE, 2, SIGNALR_TYPE_CALLER, G_TYPE_BOOLEAN);
}

static void
tertulia_chat_hub_init (TertuliaChatHub *self)
{
  self->grace = GRACE_DEFAULT;
  self->roster = tertulia_roster_new (tertulia_chat_hub_roster_cb, self);
  self->typed_at = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  /* What other servers have told is read before it is judged that they are silent. */
  self->wake = tertulia_wake_new ("[tertulia] chat hub", tertulia_chat_hub_wake_cb, self);
  g_source_set_priority (self->wake, G_PRIORITY_DEFAULT + 1);

  tertulia_chat_hub_add_calls (self);
}

/**
 * tertulia_chat_hub_new:
 * @history: (nullable): the file in which the history is, made where it is
 *   missing; %NULL keeps the last 10,000 messages of each room in memory
 *
 * Returns: (transfer full) (nullable): a hub, or %NULL with @error of
 *   `G_IO_ERROR` that names the file
 */
TertuliaChatHub *
tertulia_chat_hub_new (const char  *history,
                       GError     **error)
{
  g_autoptr (TertuliaChatHub) self = g_object_new (TERTULIA_TYPE_CHAT_HUB, NULL);

  self->history = tertulia_history_new (history,
                                        history != NULL ? TERTULIA_HISTORY_FILE_LIMIT
                                                        : TERTULIA_HISTORY_MEMORY_LIMIT,
                                        error);
  if (self->history == NULL)
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * tertulia_chat_hub_share:
 *
 * Makes the hub one chat with those of other servers, which its server reaches over
 * Redis: everybody hears what is said on any of them, once, and sees who is there.
 * Each server keeps a history of its own. Before anybody is served.
 *
 * Returns: whether it is; otherwise @error is of `G_IO_ERROR`, and names the history
 */
gboolean
tertulia_chat_hub_share (TertuliaChatHub  *self,
                         GError          **error)
{
  static const TertuliaFarmFuncs funcs = {
    tertulia_chat_hub_farm_tell,
    tertulia_chat_hub_farm_message,
    tertulia_chat_hub_farm_typing,
    tertulia_chat_hub_farm_has_room,
  };

  g_return_val_if_fail (TERTULIA_IS_CHAT_HUB (self), FALSE);
  g_return_val_if_fail (self->farm == NULL, FALSE);

  self->farm = tertulia_farm_new (self->history, self->roster, &funcs, self, error);
  if (self->farm == NULL)
    return FALSE;

  tertulia_chat_hub_set_wake (self, 0);

  return TRUE;
}

/**
 * tertulia_chat_hub_serve:
 * @server: a server that does not listen yet
 *
 * Adds the hub to @server as ChatHub and maps it: classic at /signalr, Core, with
 * stateful reconnect, at /chatHub and /chat.
 *
 * Returns: whether it is mapped; otherwise @error is of `SIGNALR_ERROR`
 */
gboolean
tertulia_chat_hub_serve (TertuliaChatHub  *self,
                         SignalrServer    *server,
                         GError          **error)
{
  g_autoptr (SignalrMapOptions) options = NULL;

  g_return_val_if_fail (TERTULIA_IS_CHAT_HUB (self), FALSE);
  g_return_val_if_fail (SIGNALR_IS_SERVER (server), FALSE);

  options = g_object_new (SIGNALR_TYPE_MAP_OPTIONS, "stateful-reconnect", TRUE, NULL);
  signalr_server_add_hub (server, HUB_NAME, SIGNALR_HUB (self));

  /* Messages have the numbers of this server's history: no other one can tell them. */
  return signalr_server_set_local (server, TRUE, error) &&
         signalr_server_map_hubs (server, "/signalr", options, error) &&
         signalr_server_map_hub (server, "/chatHub", HUB_NAME, options, error) &&
         signalr_server_map_hub (server, "/chat", HUB_NAME, options, error);
}

/**
 * tertulia_chat_hub_say:
 * @room: a room
 * @name: who says it
 * @text: what
 *
 * Says something in a room, as somebody who is not connected.
 *
 * Returns: whether it is in the history
 */
gboolean
tertulia_chat_hub_say (TertuliaChatHub  *self,
                       const char       *room,
                       const char       *name,
                       const char       *text,
                       GError          **error)
{
  gint64 time;

  g_return_val_if_fail (TERTULIA_IS_CHAT_HUB (self), FALSE);

  return tertulia_chat_hub_add (self, room, name, text, NULL, &time, error) != 0;
}

/**
 * tertulia_chat_hub_set_grace:
 * @milliseconds: how long a Core client may be away before the others are told
 *   that it lost the connection
 */
void
tertulia_chat_hub_set_grace (TertuliaChatHub *self,
                             guint            milliseconds)
{
  g_return_if_fail (TERTULIA_IS_CHAT_HUB (self));

  self->grace = milliseconds;
}
