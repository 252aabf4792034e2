/* tertulia-chat-calls.c: what clients call
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-chat-hub-private.h"

#include "tertulia-chat-json-private.h"
#include "../tertulia-json-private.h"
#include "../tertulia-text-private.h"

#define TYPING_PAUSE (G_USEC_PER_SEC)

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
  if (!tertulia_chat_hub_has_room (self, room))
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

  group = g_strconcat (TERTULIA_GROUP_ROOM, room, NULL);
  signalr_hub_remove_from_group (hub, connection, TERTULIA_GROUP_TUTORIAL);
  signalr_hub_add_to_group (hub, connection, group);
  tertulia_chat_hub_enter (self, connection, name, room);

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

  group = g_strconcat (TERTULIA_GROUP_ROOM, room, NULL);
  signalr_hub_remove_from_group (hub, connection, group);
  tertulia_chat_hub_exit (self, connection, room);

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
      tertulia_chat_hub_call_room (self, room, "Typing", tertulia_chat_json_typing (room, name), connection);
      if (self->farm != NULL)
        tertulia_farm_typed (self->farm, room, name);
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

void
tertulia_chat_hub_add_calls (TertuliaChatHub *self)
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

  for (gsize i = 0; i < G_N_ELEMENTS (methods); i++)
    signalr_hub_add_method (SIGNALR_HUB (self), methods[i].name, methods[i].n_args,
                            methods[i].func, NULL, NULL);
}
