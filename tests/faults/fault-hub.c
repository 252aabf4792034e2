/* fault-hub.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fault-hub.h"

G_DEFINE_FINAL_TYPE (FaultHub, fault_hub, SIGNALR_TYPE_HUB)

static void
string_free (gpointer string)
{
  g_string_free (string, TRUE);
}

static void
tell (FaultHub      *self,
      SignalrCaller *caller,
      char           event)
{
  const char *id = signalr_caller_get_connection_id (caller);
  GString *story = g_hash_table_lookup (self->stories, id);

  if (story == NULL)
    {
      story = g_string_new (NULL);
      g_hash_table_insert (self->stories, g_strdup (id), story);
    }
  g_string_append_c (story, event);
}

static void
fault_hub_connected (SignalrHub        *hub,
                     SignalrInvocation *start)
{
  tell (FAULT_HUB (hub), signalr_invocation_get_caller (start), 'c');
  signalr_invocation_return_value (start, NULL);
}

static void
fault_hub_reconnected (SignalrHub    *hub,
                       SignalrCaller *caller)
{
  tell (FAULT_HUB (hub), caller, 'r');
}

static void
fault_hub_disconnected (SignalrHub    *hub,
                        SignalrCaller *caller,
                        gboolean       stop_called,
                        const GError  *error)
{
  tell (FAULT_HUB (hub), caller, 'd');
}

static void
note_cb (SignalrHub        *hub,
         SignalrInvocation *invocation,
         gpointer           user_data)
{
  FaultHub *self = FAULT_HUB (hub);
  JsonArray *args = signalr_invocation_get_args (invocation);
  const char *note = json_array_get_string_element (args, 0);

  g_hash_table_insert (self->notes, g_strdup (note),
                       GUINT_TO_POINTER (fault_hub_count (self, note) + 1));
  signalr_invocation_return_value (invocation, json_array_dup_element (args, 0));
}

static void
fault_hub_finalize (GObject *object)
{
  FaultHub *self = FAULT_HUB (object);

  g_hash_table_unref (self->notes);
  g_hash_table_unref (self->stories);

  G_OBJECT_CLASS (fault_hub_parent_class)->finalize (object);
}

static void
fault_hub_class_init (FaultHubClass *klass)
{
  SignalrHubClass *hub_class = SIGNALR_HUB_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = fault_hub_finalize;
  hub_class->connected = fault_hub_connected;
  hub_class->reconnected = fault_hub_reconnected;
  hub_class->disconnected = fault_hub_disconnected;
}

static void
fault_hub_init (FaultHub *self)
{
  self->notes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->stories = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, string_free);
  signalr_hub_add_method (SIGNALR_HUB (self), "Note", 1, note_cb, NULL, NULL);
}

FaultHub *
fault_hub_new (void)
{
  return g_object_new (FAULT_TYPE_HUB, NULL);
}

guint
fault_hub_count (FaultHub   *self,
                 const char *note)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->notes, note));
}

void
fault_hub_tick (FaultHub *self,
                guint     number)
{
  g_autoptr (JsonNode) args = json_node_new (JSON_NODE_ARRAY);
  JsonArray *array = json_array_new ();

  json_array_add_int_element (array, number);
  json_node_take_array (args, array);
  signalr_hub_call_all (SIGNALR_HUB (self), "tick", args, NULL);
}

void
fault_hub_assert_stories (FaultHub *self)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, self->stories);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const char *story = ((GString *) value)->str;

      if (!g_regex_match_simple ("^cr*d$", story, 0, 0))
        g_error ("The server told of a connection: %s", story);
    }
}

void
fault_hub_forget (FaultHub *self)
{
  g_hash_table_remove_all (self->notes);
  g_hash_table_remove_all (self->stories);
}
