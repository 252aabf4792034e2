/* tool-calls.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tool-calls.h"

struct _ToolCalls {
  ToolLines   *lines;
  void       (*ended) (gpointer user_data);
  gpointer     user_data;

  guint        n_pending;
  GHashTable  *made;    /* an id, as JSON, to its ToolCall */
  GHashTable  *asked;   /* an id to its SignalrClientCall */
};

typedef struct {
  ToolCalls     *owner;
  JsonNode      *id;            /* (nullable) */
  char          *key;           /* (nullable) */
  SignalrCall   *call;          /* (nullable) */
  SignalrUpload *upload;        /* (nullable) */
  GCancellable  *cancellable;
} ToolCall;

ToolCalls *
tool_calls_new (ToolLines *lines,
                void     (*ended) (gpointer user_data),
                gpointer   user_data)
{
  ToolCalls *self = g_new0 (ToolCalls, 1);

  self->lines = g_object_ref (lines);
  self->ended = ended;
  self->user_data = user_data;
  self->made = g_hash_table_new (g_str_hash, g_str_equal);
  self->asked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);

  return self;
}

void
tool_calls_free (ToolCalls *self)
{
  g_hash_table_unref (self->made);
  g_hash_table_unref (self->asked);
  g_object_unref (self->lines);
  g_free (self);
}

guint
tool_calls_count (ToolCalls *self)
{
  return self->n_pending;
}

static char *
key_from_id (JsonNode *id)
{
  return id != NULL ? json_to_string (id, FALSE) : NULL;
}

static ToolCall *
tool_call_new (ToolCalls *owner,
               JsonNode  *id)
{
  ToolCall *call = g_new0 (ToolCall, 1);

  call->owner = owner;
  call->id = id != NULL ? json_node_ref (id) : NULL;
  call->key = key_from_id (id);
  call->cancellable = g_cancellable_new ();
  owner->n_pending++;
  if (call->key != NULL)
    g_hash_table_replace (owner->made, call->key, call);

  return call;
}

/* @record: (transfer full) (nullable) */
static void
tool_call_end (ToolCall   *call,
               ToolRecord *record)
{
  ToolCalls *owner = call->owner;

  if (record != NULL)
    tool_lines_write (owner->lines, record);

  /* Another call may have taken the id. */
  if (call->key != NULL && g_hash_table_lookup (owner->made, call->key) == call)
    g_hash_table_remove (owner->made, call->key);
  if (call->call != NULL)
    g_signal_handlers_disconnect_by_data (call->call, call);
  g_clear_object (&call->call);
  g_clear_object (&call->upload);
  g_clear_pointer (&call->id, json_node_unref);
  g_object_unref (call->cancellable);
  g_free (call->key);
  g_free (call);

  owner->n_pending--;
  owner->ended (owner->user_data);
}

static ToolRecord *
record_new (const char *event,
            JsonNode   *id)
{
  ToolRecord *record = tool_record_new_event (event);

  tool_record_add_node (record, "id", id);

  return record;
}

static ToolRecord *
record_new_failed (JsonNode        *id,
                   const GError    *error,
                   SignalrDelivery  delivery)
{
  static const char * const sent[] = {
    [SIGNALR_DELIVERY_NOT_SENT] = "no",
    [SIGNALR_DELIVERY_UNKNOWN] = "unknown",
    [SIGNALR_DELIVERY_FAILED] = "yes",
  };
  gboolean is_cancelled = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  ToolRecord *record = record_new ("result", id);

  tool_record_add_error (record, error);
  tool_record_add_string (record, "code",
                          is_cancelled ? "CANCELLED" : signalr_error_get_code_name (error));
  tool_record_add_node (record, "data", signalr_error_get_data (error));
  tool_record_add_string (record, "sent", sent[delivery]);

  return record;
}

void
tool_calls_write_error (ToolCalls       *self,
                        JsonNode        *id,
                        const GError    *error,
                        SignalrDelivery  delivery)
{
  tool_lines_write (self->lines, record_new_failed (id, error, delivery));
}

/* Calls. */

static void
item_cb (SignalrCall *source,
         JsonNode    *item,
         gpointer     user_data)
{
  ToolCall *call = user_data;
  ToolRecord *record = record_new ("item", call->id);

  tool_record_add_node (record, "item", item);
  tool_lines_write (call->owner->lines, record);
}

static void
progress_cb (SignalrCall *source,
             JsonNode    *value,
             gpointer     user_data)
{
  ToolCall *call = user_data;
  ToolRecord *record = record_new ("progress", call->id);

  tool_record_add_node (record, "progress", value);
  tool_lines_write (call->owner->lines, record);
}

static void
called_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  ToolCall *call = user_data;
  SignalrDelivery delivery;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) value = NULL;
  ToolRecord *record;

  value = signalr_hub_proxy_call_finish (SIGNALR_HUB_PROXY (source), result, &delivery, &error);
  if (value == NULL)
    {
      record = record_new_failed (call->id, error, delivery);
    }
  else
    {
      record = record_new ("result", call->id);
      tool_record_add_node (record, "result", value);
    }

  tool_call_end (call, record);
}

void
tool_calls_make (ToolCalls       *self,
                 ToolCallKind     kind,
                 SignalrHubProxy *hub,
                 const char      *method,
                 JsonNode        *args,
                 JsonNode        *id)
{
  ToolCall *call = tool_call_new (self, id);

  call->call = signalr_call_new (method, args);
  signalr_call_set_streams (call->call, kind == TOOL_CALL_STREAM || kind == TOOL_CALL_BOTH);
  if (kind == TOOL_CALL_UPLOAD || kind == TOOL_CALL_BOTH)
    {
      call->upload = signalr_upload_new ();
      signalr_call_add_upload (call->call, call->upload);
    }
  g_signal_connect (call->call, "item", G_CALLBACK (item_cb), call);
  g_signal_connect (call->call, "progress", G_CALLBACK (progress_cb), call);

  signalr_hub_proxy_call_async (hub, call->call, call->cancellable, called_cb, call);
}

static void
sent_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  ToolCall *call = user_data;
  g_autoptr (GError) error = NULL;
  ToolRecord *record = NULL;

  if (!signalr_connection_send_finish (SIGNALR_CONNECTION (source), result, &error))
    record = record_new_failed (call->id, error, signalr_error_get_delivery (error));

  tool_call_end (call, record);
}

void
tool_calls_send_data (ToolCalls         *self,
                      SignalrConnection *connection,
                      JsonNode          *data,
                      JsonNode          *id)
{
  ToolCall *call = tool_call_new (self, id);

  signalr_connection_send_async (connection, data, call->cancellable, sent_cb, call);
}

/* The call of a command; NULL where there is none, which was answered. */
static ToolCall *
find_call (ToolCalls  *self,
           JsonObject *command)
{
  g_autofree char *key = key_from_id (json_object_get_member (command, "id"));
  ToolCall *call = key != NULL ? g_hash_table_lookup (self->made, key) : NULL;

  if (call == NULL)
    tool_lines_write_error (self->lines, "No call with the id %s is under way",
                            key != NULL ? key : "null");

  return call;
}

/* The same of one that takes a stream which goes on. */
static ToolCall *
find_upload (ToolCalls  *self,
             JsonObject *command)
{
  ToolCall *call = find_call (self, command);

  if (call == NULL || call->upload != NULL)
    return call;

  tool_lines_write_error (self->lines, "The call takes no stream, or its stream has ended");

  return NULL;
}

void
tool_calls_item (ToolCalls  *self,
                 JsonObject *command)
{
  ToolCall *call = find_upload (self, command);
  JsonNode *item = json_object_get_member (command, "item");
  g_autoptr (JsonNode) null = NULL;
  g_autoptr (GError) error = NULL;

  if (call == NULL)
    return;

  if (item == NULL)
    item = null = json_node_new (JSON_NODE_NULL);
  if (!signalr_upload_push (call->upload, item, &error))
    tool_lines_write_error (self->lines, "%s", error->message);
}

void
tool_calls_complete (ToolCalls  *self,
                     JsonObject *command)
{
  ToolCall *call = find_upload (self, command);
  const char *message = NULL;
  g_autoptr (GError) error = NULL;

  if (call == NULL)
    return;

  if (!tool_command_read_string (command, "error", &message, &error))
    {
      tool_lines_write_error (self->lines, "%s", error->message);
      return;
    }

  if (message != NULL && *message != '\0')
    signalr_upload_fail (call->upload, message);
  else
    signalr_upload_complete (call->upload);
  g_clear_object (&call->upload);
}

void
tool_calls_cancel (ToolCalls  *self,
                   JsonObject *command)
{
  ToolCall *call = find_call (self, command);

  if (call != NULL)
    g_cancellable_cancel (call->cancellable);
}

/* Questions of the server. */

void
tool_calls_keep (ToolCalls         *self,
                 SignalrClientCall *call)
{
  g_hash_table_replace (self->asked, g_strdup (signalr_client_call_get_id (call)),
                        g_object_ref (call));
}

void
tool_calls_return (ToolCalls  *self,
                   JsonObject *command)
{
  const char *id = NULL;
  const char *message = NULL;
  g_autoptr (GError) error = NULL;
  SignalrClientCall *call;

  if (!tool_command_read_string (command, "id", &id, &error) ||
      !tool_command_read_string (command, "error", &message, &error))
    {
      tool_lines_write_error (self->lines, "%s", error->message);
      return;
    }

  call = id != NULL ? g_hash_table_lookup (self->asked, id) : NULL;
  if (call == NULL)
    {
      tool_lines_write_error (self->lines, "The server waits for no answer with the id %s",
                              id != NULL ? id : "null");
      return;
    }

  if (message != NULL && *message != '\0')
    signalr_client_call_return_error (call, message);
  else
    signalr_client_call_return (call, json_object_get_member (command, "result"));
  g_hash_table_remove (self->asked, id);
}

void
tool_calls_forget (ToolCalls *self)
{
  g_hash_table_remove_all (self->asked);
}
