/* tertulia-chat-hub.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-chat-hub.h"

#include "tertulia-chat-json-private.h"
#include "tertulia-history-private.h"
#include "tertulia-roster-private.h"
#include "../tertulia-json-private.h"
#include "../tertulia-text-private.h"
#include "../tertulia-wake-private.h"

#define HUB_NAME       "ChatHub"
#define GROUP_ROOM     "room:"      /* and its name: who has joined it */
#define GROUP_TUTORIAL "tutorial"   /* who has joined nothing */

#define MAX_ROOMS      1000
#define GRACE_DEFAULT  5000         /* ms */
#define TYPING_PAUSE   (G_USEC_PER_SEC)

/**
 * TertuliaChatHub:
 *
 * Rooms with their history and people, for clients that join; and the chat of
 * the official tutorials, in the room "general", for those that do not. The
 * protocol is told in docs/chat-protocol.md.
 */
struct _TertuliaChatHub {
  SignalrHub       parent_instance;

  TertuliaHistory *history;
  TertuliaRoster  *roster;
  guint            grace;         /* ms */
  GHashTable      *typed_at;      /* connection -> gint64, of the last Typing */
  GSource         *wake;          /* for the roster */
};

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

static void
call_room (TertuliaChatHub *self,
           const char      *room,
           const char      *method,
           JsonNode        *value,        /* (transfer full) */
           const char      *except)
{
  const char *exceptions[] = { except, NULL };
  g_autofree char *group = g_strconcat (GROUP_ROOM, room, NULL);
  g_autoptr (JsonNode) args = tertulia_chat_json_args (value);

  call_group (self, group, method, args, exceptions);
}

static void
tertulia_chat_hub_set_wake (TertuliaChatHub *self,
                            gint64           at)
{
  g_source_set_ready_time (self->wake, at == TERTULIA_ROSTER_NEVER ? -1 : at);
}

static gboolean
tertulia_chat_hub_wake_cb (gpointer user_data)
{
  TertuliaChatHub *self = user_data;

  tertulia_chat_hub_set_wake (self, tertulia_roster_step (self->roster, g_get_monotonic_time ()));

  return G_SOURCE_CONTINUE;
}

static void
tertulia_chat_hub_roster_cb (TertuliaRosterEvent  event,
                             const char          *room,
                             const char          *name,
                             gpointer             user_data)
{
  static const char * const words[] = {
    [TERTULIA_ROSTER_JOINED] = "joined",
    [TERTULIA_ROSTER_LEFT] = "left",
    [TERTULIA_ROSTER_LOST] = "lost",
    [TERTULIA_ROSTER_BACK] = "back",
    [TERTULIA_ROSTER_GONE] = "gone",
  };
  TertuliaChatHub *self = user_data;

  call_room (self, room, "Person", tertulia_chat_json_person_event (room, name, words[event]), NULL);
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

  call_room (self, room, "Message", tertulia_chat_json_message (room, entry), NULL);

  if (!g_str_equal (room, TERTULIA_ROOM_DEFAULT))
    return;

  /* A page has a handler for one of them, and ignores the others. */
  args = tertulia_chat_json_tutorial_args (entry->name, entry->text);
  for (gsize i = 0; i < G_N_ELEMENTS (tutorial_methods); i++)
    call_group (self, GROUP_TUTORIAL, tutorial_methods[i], args, NULL);
}

static gint64
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

  return entry.number;
}

/* The failure of our own disk is our trouble: the client learns that it was not
 * kept, and may try again.
 */
static void
return_storage_error (SignalrInvocation *invocation,
                      const GError      *error)
{
  g_message ("The history could not be written: %s", error->message);
  signalr_invocation_return_error (invocation, "The message could not be stored", NULL);
}

/* The tutorials' Send and SendMessage: a name and a text. */
static void
tertulia_chat_hub_send (SignalrHub        *hub,
                        SignalrInvocation *invocation,
                        gpointer           user_data)
{
  TertuliaChatHub *self = TERTULIA_CHAT_HUB (hub);
  const char *user = signalr_caller_get_user (signalr_invocation_get_caller (invocation));
  JsonArray *args = signalr_invocation_get_args (invocation);
  const char *text = tertulia_json_get_element (args, 1);
  g_autofree char *name = NULL;
  g_autoptr (GError) error = NULL;
  gint64 time;

  name = tertulia_name_normalize (user != NULL ? user : tertulia_json_get_element (args, 0));
  if (name == NULL)
    {
      signalr_invocation_return_error (invocation, "The name must be 1 to 64 characters of text", NULL);
      return;
    }

  if (!tertulia_text_is_valid (text))
    {
      signalr_invocation_return_error (invocation, "The message must be 1 to 4,000 characters of text", NULL);
      return;
    }

  if (tertulia_chat_hub_add (self, TERTULIA_ROOM_DEFAULT, name, text, NULL, &time, &error) == 0)
    return_storage_error (invocation, error);
  else
    signalr_invocation_return_value (invocation, NULL);
}

/* The one who is known by name in the room that the call is about; else the call
 * is answered.
 */
static const char *
require_member (TertuliaChatHub   *self,
                SignalrInvocation *invocation,
                const char        *room)
{
  SignalrCaller *caller = signalr_invocation_get_caller (invocation);
  const char *connection = signalr_caller_get_connection_id (caller);

  if (room != NULL && tertulia_roster_is_in (self->roster, connection, room))
    return tertulia_roster_get_name (self->roster, connection);

  signalr_invocation_return_error (invocation, "Join the room first", NULL);

  return NULL;
}

static void
tertulia_chat_hub_post (SignalrHub        *hub,
                        SignalrInvocation *invocation,
                        gpointer           user_data)
{
  TertuliaChatHub *self = TERTULIA_CHAT_HUB (hub);
  JsonObject *request = tertulia_json_get_request (signalr_invocation_get_args (invocation));
  const char *room = tertulia_json_get_string (request, "room");
  const char *key = tertulia_json_get_string (request, "key");
  const char *text = tertulia_json_get_string (request, "text");
  const char *name = require_member (self, invocation, room);
  g_autoptr (GError) error = NULL;
  gint64 number, time;

  if (name == NULL)
    return;

  if (key == NULL || *key == '\0' || strlen (key) > TERTULIA_KEY_MAX_LENGTH)
    {
      signalr_invocation_return_error (invocation, "The key must be 1 to 64 bytes of text", NULL);
      return;
    }

  if (!tertulia_text_is_valid (text))
    {
      signalr_invocation_return_error (invocation, "The message must be 1 to 4,000 characters of text", NULL);
      return;
    }

  /* Said twice because the first answer was lost: it is said once. */
  number = tertulia_history_find (self->history, room, name, key, &time);
  if (number != 0)
    {
      signalr_invocation_return_value (invocation, tertulia_chat_json_posted (number, time, TRUE));
      return;
    }

  number = tertulia_chat_hub_add (self, room, name, text, key, &time, &error);
  if (number == 0)
    return_storage_error (invocation, error);
  else
    signalr_invocation_return_value (invocation, tertulia_chat_json_posted (number, time, FALSE));
}

/* Why somebody may not join, or NULL. */
static const char *
tertulia_chat_hub_refuse (TertuliaChatHub *self,
                          const char      *connection,
                          const char      *name,
                          const char      *room)
{
  const char *known = tertulia_roster_get_name (self->roster, connection);

  if (name == NULL)
    return "The name must be 1 to 64 characters of text";
  if (room == NULL)
    return "The room must be 1 to 64 characters of text";
  if (known != NULL && !g_str_equal (known, name))
    return "This connection has another name already";
  if (tertulia_roster_is_in (self->roster, connection, room))
    return NULL;
  if (tertulia_roster_count_rooms (self->roster, connection) >= TERTULIA_ROOMS_PER_CLIENT)
    return "Too many rooms: leave one first";
  if (tertulia_history_get_last (self->history, room) == 0 &&
      tertulia_roster_count (self->roster, room) == 0 &&
      tertulia_history_count_rooms (self->history) +
      tertulia_roster_count_all_rooms (self->roster) >= MAX_ROOMS)
    return "This server has no place for another room";

  return NULL;
}

static JsonNode *
tertulia_chat_hub_read_page (TertuliaChatHub *self,
                             const char      *room,
                             JsonObject      *request,
                             gboolean         after_is_known)
{
  gint64 after = tertulia_json_get_number (request, "after");
  gint64 before = tertulia_json_get_number (request, "before");
  gint64 max = tertulia_json_get_number (request, "max");
  g_autoptr (GPtrArray) entries = NULL;
  gboolean more;

  if (max <= 0 || max > TERTULIA_HISTORY_PAGE_MESSAGES)
    max = TERTULIA_HISTORY_PAGE_MESSAGES;

  if (after_is_known && after >= 0)
    entries = tertulia_history_read_after (self->history, room, after, max, &more);
  else
    entries = tertulia_history_read_before (self->history, room,
                                            before > 0 ? before : G_MAXINT64, max, &more);

  return tertulia_chat_json_page (room, entries, more);
}

static void
tertulia_chat_hub_join (SignalrHub        *hub,
                        SignalrInvocation *invocation,
                        gpointer           user_data)
{
  TertuliaChatHub *self = TERTULIA_CHAT_HUB (hub);
  SignalrCaller *caller = signalr_invocation_get_caller (invocation);
  const char *connection = signalr_caller_get_connection_id (caller);
  const char *user = signalr_caller_get_user (caller);
  JsonObject *request = tertulia_json_get_request (signalr_invocation_get_args (invocation));
  const char *history_id = tertulia_history_get_id (self->history);
  g_autofree char *name = NULL;
  g_autofree char *room = NULL;
  g_autofree char *group = NULL;
  g_autoptr (GArray) people = NULL;
  const char *refusal;
  gboolean same_history;

  name = tertulia_name_normalize (user != NULL ? user
                                               : tertulia_json_get_string (request, "name"));
  room = tertulia_name_normalize (tertulia_json_get_string (request, "room"));

  refusal = tertulia_chat_hub_refuse (self, connection, name, room);
  if (refusal != NULL)
    {
      signalr_invocation_return_value (invocation, tertulia_chat_json_refused (refusal));
      return;
    }

  group = g_strconcat (GROUP_ROOM, room, NULL);
  signalr_hub_remove_from_group (hub, connection, GROUP_TUTORIAL);
  signalr_hub_add_to_group (hub, connection, group);
  tertulia_roster_join (self->roster, connection, name, room);

  /* Numbers of another history mean nothing in this one. */
  same_history = g_strcmp0 (tertulia_json_get_string (request, "history"), history_id) == 0;
  people = tertulia_roster_list (self->roster, room);

  signalr_invocation_return_value (
    invocation,
    tertulia_chat_json_joined (name, room, history_id,
                               tertulia_history_get_last (self->history, room), people,
                               tertulia_chat_hub_read_page (self, room, request, same_history)));
}

static void
tertulia_chat_hub_leave (SignalrHub        *hub,
                         SignalrInvocation *invocation,
                         gpointer           user_data)
{
  TertuliaChatHub *self = TERTULIA_CHAT_HUB (hub);
  SignalrCaller *caller = signalr_invocation_get_caller (invocation);
  const char *connection = signalr_caller_get_connection_id (caller);
  const char *room = tertulia_json_get_element (signalr_invocation_get_args (invocation), 0);
  g_autofree char *group = NULL;

  if (require_member (self, invocation, room) == NULL)
    return;

  group = g_strconcat (GROUP_ROOM, room, NULL);
  signalr_hub_remove_from_group (hub, connection, group);
  tertulia_roster_leave (self->roster, connection, room);

  signalr_invocation_return_value (invocation, NULL);
}

static void
tertulia_chat_hub_history (SignalrHub        *hub,
                           SignalrInvocation *invocation,
                           gpointer           user_data)
{
  TertuliaChatHub *self = TERTULIA_CHAT_HUB (hub);
  JsonObject *request = tertulia_json_get_request (signalr_invocation_get_args (invocation));
  const char *room = tertulia_json_get_string (request, "room");

  if (require_member (self, invocation, room) == NULL)
    return;

  signalr_invocation_return_value (invocation,
                                   tertulia_chat_hub_read_page (self, room, request, TRUE));
}

static void
tertulia_chat_hub_typing (SignalrHub        *hub,
                          SignalrInvocation *invocation,
                          gpointer           user_data)
{
  TertuliaChatHub *self = TERTULIA_CHAT_HUB (hub);
  SignalrCaller *caller = signalr_invocation_get_caller (invocation);
  const char *connection = signalr_caller_get_connection_id (caller);
  const char *room = tertulia_json_get_element (signalr_invocation_get_args (invocation), 0);
  const char *name = require_member (self, invocation, room);
  gint64 *typed_at = g_hash_table_lookup (self->typed_at, connection);
  gint64 now = g_get_monotonic_time ();

  if (name == NULL)
    return;

  /* Nobody types faster than others can read that they do. */
  if (typed_at == NULL)
    {
      typed_at = g_new0 (gint64, 1);
      g_hash_table_insert (self->typed_at, g_strdup (connection), typed_at);
    }
  if (*typed_at == 0 || now - *typed_at >= TYPING_PAUSE)
    {
      *typed_at = now;
      call_room (self, room, "Typing", tertulia_chat_json_typing (room, name), connection);
    }

  signalr_invocation_return_value (invocation, NULL);
}

static void
tertulia_chat_hub_rooms (SignalrHub        *hub,
                         SignalrInvocation *invocation,
                         gpointer           user_data)
{
  TertuliaChatHub *self = TERTULIA_CHAT_HUB (hub);

  signalr_invocation_return_value (invocation,
                                   tertulia_chat_json_rooms (self->history, self->roster));
}

static void
tertulia_chat_hub_people (SignalrHub        *hub,
                          SignalrInvocation *invocation,
                          gpointer           user_data)
{
  TertuliaChatHub *self = TERTULIA_CHAT_HUB (hub);
  const char *room = tertulia_json_get_element (signalr_invocation_get_args (invocation), 0);
  g_autoptr (GArray) people = NULL;

  if (require_member (self, invocation, room) == NULL)
    return;

  people = tertulia_roster_list (self->roster, room);
  signalr_invocation_return_value (invocation, tertulia_chat_json_people (people));
}

static void
tertulia_chat_hub_connected (SignalrHub        *hub,
                             SignalrInvocation *start)
{
  SignalrCaller *caller = signalr_invocation_get_caller (start);

  signalr_hub_add_to_group (hub, signalr_caller_get_connection_id (caller), GROUP_TUTORIAL);
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
    signalr_hub_add_to_group (hub, connection, GROUP_TUTORIAL);

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
  gint64 now = g_get_monotonic_time ();

  g_hash_table_remove (self->typed_at, connection);
  tertulia_roster_drop (self->roster, connection, stop_called,
                        core ? (gint64) self->grace * 1000 : 0, now);
  tertulia_chat_hub_set_wake (self, tertulia_roster_step (self->roster, now));

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
  static const struct {
    const char        *name;
    int                n_args;
    SignalrMethodFunc  func;
  } methods[] = {
    { "Send", 2, tertulia_chat_hub_send },
    { "SendMessage", 2, tertulia_chat_hub_send },
    { "Join", 1, tertulia_chat_hub_join },
    { "Leave", 1, tertulia_chat_hub_leave },
    { "Post", 1, tertulia_chat_hub_post },
    { "History", 1, tertulia_chat_hub_history },
    { "Typing", 1, tertulia_chat_hub_typing },
    { "Rooms", 0, tertulia_chat_hub_rooms },
    { "People", 1, tertulia_chat_hub_people },
  };

  self->grace = GRACE_DEFAULT;
  self->roster = tertulia_roster_new (tertulia_chat_hub_roster_cb, self);
  self->typed_at = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  self->wake = tertulia_wake_new ("[tertulia] chat hub", tertulia_chat_hub_wake_cb, self);

  for (gsize i = 0; i < G_N_ELEMENTS (methods); i++)
    signalr_hub_add_method (SIGNALR_HUB (self), methods[i].name, methods[i].n_args,
                            methods[i].func, NULL, NULL);
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

  return signalr_server_map_hubs (server, "/signalr", options, error) &&
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
