/* tertulia-gateway.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-gateway-private.h"

#include "tertulia-json-private.h"

#define HUB_NAME    "chatHub"
#define SAY_CORE    "SendMessage"
#define SAY_CLASSIC "Send"

/**
 * TertuliaGateway:
 *
 * The chat hub at the other end of a connection: ours, by the protocol in
 * docs/chat-protocol.md, or one of the official tutorials.
 */
struct _TertuliaGateway {
  GObject            parent_instance;

  SignalrConnection *connection;
  SignalrHubProxy   *hub;
  const char        *say_method;   /* (nullable): the one that was understood */
};

G_DEFINE_FINAL_TYPE (TertuliaGateway, tertulia_gateway, G_TYPE_OBJECT)

enum {
  SIGNAL_MESSAGE,
  SIGNAL_PERSON,
  SIGNAL_TYPING,
  SIGNAL_SAID,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* What a call carries until it is answered. */
typedef struct {
  JsonNode        *answer;
  SignalrDelivery  delivery;
  const char      *says;       /* (nullable): the tutorial's method that is tried */
  JsonNode        *args;       /* for the next one */
} Call;

static void
call_free (Call *call)
{
  g_clear_pointer (&call->answer, json_node_unref);
  g_clear_pointer (&call->args, json_node_unref);
  g_free (call);
}

static void
tertulia_gateway_read_message (TertuliaGateway *self,
                               JsonArray       *args)
{
  JsonObject *object = tertulia_json_get_request (args);
  const char *room = tertulia_json_get_string (object, "room");
  g_autoptr (TertuliaEntry) entry = tertulia_wire_read_entry (object);

  if (room != NULL && entry != NULL)
    g_signal_emit (self, signals[SIGNAL_MESSAGE], 0, room, entry);
}

static void
tertulia_gateway_read_person (TertuliaGateway *self,
                              JsonArray       *args)
{
  JsonObject *object = tertulia_json_get_request (args);
  const char *room = tertulia_json_get_string (object, "room");
  const char *name = tertulia_json_get_string (object, "name");
  const char *event = tertulia_json_get_string (object, "event");

  if (room != NULL && name != NULL && event != NULL)
    g_signal_emit (self, signals[SIGNAL_PERSON], 0, room, name, event);
}

static void
tertulia_gateway_read_typing (TertuliaGateway *self,
                              JsonArray       *args)
{
  JsonObject *object = tertulia_json_get_request (args);
  const char *room = tertulia_json_get_string (object, "room");
  const char *name = tertulia_json_get_string (object, "name");

  if (room != NULL && name != NULL)
    g_signal_emit (self, signals[SIGNAL_TYPING], 0, room, name);
}

static void
tertulia_gateway_read_said (TertuliaGateway *self,
                            JsonArray       *args)
{
  const char *name = tertulia_json_get_element (args, 0);
  const char *text = tertulia_json_get_element (args, 1);

  if (name != NULL && text != NULL)
    g_signal_emit (self, signals[SIGNAL_SAID], 0, name, text);
}

static void
tertulia_gateway_invocation_cb (TertuliaGateway *self,
                                const char      *method,
                                JsonNode        *args)
{
  static const struct {
    const char *method;
    void      (*read) (TertuliaGateway *self, JsonArray *args);
  } readers[] = {
    { "Message", tertulia_gateway_read_message },
    { "Person", tertulia_gateway_read_person },
    { "Typing", tertulia_gateway_read_typing },
    { "broadcastMessage", tertulia_gateway_read_said },
    { "addNewMessageToPage", tertulia_gateway_read_said },
    { "ReceiveMessage", tertulia_gateway_read_said },
  };

  if (args == NULL || !JSON_NODE_HOLDS_ARRAY (args))
    return;

  for (gsize i = 0; i < G_N_ELEMENTS (readers); i++)
    {
      if (g_ascii_strcasecmp (readers[i].method, method) == 0)
        {
          readers[i].read (self, json_node_get_array (args));
          return;
        }
    }
}

static void
tertulia_gateway_dispose (GObject *object)
{
  TertuliaGateway *self = TERTULIA_GATEWAY (object);

  if (self->hub != NULL)
    g_signal_handlers_disconnect_by_data (self->hub, self);
  g_clear_object (&self->hub);
  g_clear_object (&self->connection);

  G_OBJECT_CLASS (tertulia_gateway_parent_class)->dispose (object);
}

static void
tertulia_gateway_class_init (TertuliaGatewayClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tertulia_gateway_dispose;

  signals[SIGNAL_MESSAGE] =
    g_signal_new ("message", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_POINTER);
  signals[SIGNAL_PERSON] =
    g_signal_new ("person", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);
  signals[SIGNAL_TYPING] =
    g_signal_new ("typing", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[SIGNAL_SAID] =
    g_signal_new ("said", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
}

static void
tertulia_gateway_init (TertuliaGateway *self)
{
}

/*< private >
 * tertulia_gateway_new:
 * @connection: a connection that is not started yet
 *
 * Returns: (transfer full): the chat hub at its other end
 */
TertuliaGateway *
tertulia_gateway_new (SignalrConnection *connection)
{
  TertuliaGateway *self = g_object_new (TERTULIA_TYPE_GATEWAY, NULL);

  self->connection = g_object_ref (connection);
  self->hub = g_object_ref (signalr_connection_get_hub (connection, HUB_NAME));
  g_signal_connect_object (self->hub, "invocation",
                           G_CALLBACK (tertulia_gateway_invocation_cb), self, G_CONNECT_SWAPPED);

  return self;
}

static void
tertulia_gateway_answered_cb (GObject      *source,
                              GAsyncResult *result,
                              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  TertuliaGateway *self = g_task_get_source_object (task);
  Call *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  call->answer = signalr_hub_proxy_invoke_finish (SIGNALR_HUB_PROXY (source), result,
                                                  &call->delivery, &error);
  if (call->answer != NULL)
    {
      if (call->says != NULL)
        self->say_method = call->says;
      g_task_return_boolean (task, TRUE);
    }
  else if (g_strcmp0 (call->says, SAY_CORE) == 0 && self->say_method == NULL &&
           g_error_matches (error, SIGNALR_ERROR, SIGNALR_ERROR_HUB))
    {
      call->says = SAY_CLASSIC;
      signalr_hub_proxy_invoke_async (self->hub, call->says, call->args,
                                      g_task_get_cancellable (task),
                                      tertulia_gateway_answered_cb, g_object_ref (task));
    }
  else
    {
      g_task_return_error (task, g_steal_pointer (&error));
    }
}

static GTask *
tertulia_gateway_task_new (TertuliaGateway     *self,
                           gpointer             source_tag,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, source_tag);
  g_task_set_task_data (task, g_new0 (Call, 1), (GDestroyNotify) call_free);

  return task;
}

static void
tertulia_gateway_invoke (TertuliaGateway *self,
                         const char      *method,
                         JsonNode        *args,    /* (transfer full) */
                         GTask           *task)    /* (transfer full) */
{
  signalr_hub_proxy_invoke_async (self->hub, method, args, g_task_get_cancellable (task),
                                  tertulia_gateway_answered_cb, task);
  json_node_unref (args);
}

void
tertulia_gateway_join_async (TertuliaGateway     *self,
                             const char          *room,
                             const char          *name,
                             const char          *history,
                             gint64               after,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  tertulia_gateway_invoke (self, "Join", tertulia_wire_write_join (room, name, history, after),
                           tertulia_gateway_task_new (self, tertulia_gateway_join_async,
                                                      cancellable, callback, user_data));
}

/*< private >
 * tertulia_gateway_join_finish:
 *
 * Returns: (transfer full) (nullable): the answer; without it and without
 *   @error, the hub is not one of ours
 */
TertuliaJoined *
tertulia_gateway_join_finish (TertuliaGateway  *self,
                              GAsyncResult     *result,
                              GError          **error)
{
  Call *call = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) local_error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &local_error))
    return tertulia_wire_read_joined (call->answer);

  /* A hub of ours answers Join always; an error comes from one that has none. */
  if (!g_error_matches (local_error, SIGNALR_ERROR, SIGNALR_ERROR_HUB))
    g_propagate_error (error, g_steal_pointer (&local_error));

  return NULL;
}

void
tertulia_gateway_history_async (TertuliaGateway     *self,
                                const char          *room,
                                gint64               after,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  tertulia_gateway_invoke (self, "History", tertulia_wire_write_history (room, after),
                           tertulia_gateway_task_new (self, tertulia_gateway_history_async,
                                                      cancellable, callback, user_data));
}

TertuliaPage *
tertulia_gateway_history_finish (TertuliaGateway  *self,
                                 GAsyncResult     *result,
                                 GError          **error)
{
  Call *call = g_task_get_task_data (G_TASK (result));
  TertuliaPage *page;

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;

  page = tertulia_wire_read_page (call->answer);
  if (page == NULL)
    g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA,
                         "The answer to History has no messages");

  return page;
}

void
tertulia_gateway_post_async (TertuliaGateway     *self,
                             const char          *room,
                             const char          *key,
                             const char          *text,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  tertulia_gateway_invoke (self, "Post", tertulia_wire_write_post (room, key, text),
                           tertulia_gateway_task_new (self, tertulia_gateway_post_async,
                                                      cancellable, callback, user_data));
}

/*< private >
 * tertulia_gateway_say_async:
 *
 * Says something by the method of a tutorial: SendMessage on Core, Send on
 * classic; and Send on a Core hub that has no SendMessage.
 */
void
tertulia_gateway_say_async (TertuliaGateway     *self,
                            const char          *name,
                            const char          *text,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  GTask *task = tertulia_gateway_task_new (self, tertulia_gateway_say_async,
                                           cancellable, callback, user_data);
  Call *call = g_task_get_task_data (task);
  gboolean core = signalr_connection_get_dialect (self->connection) == SIGNALR_DIALECT_ASPNETCORE;

  if (self->say_method != NULL)
    call->says = self->say_method;
  else
    call->says = core ? SAY_CORE : SAY_CLASSIC;

  call->args = tertulia_wire_write_strings (name, text);
  tertulia_gateway_invoke (self, call->says, json_node_ref (call->args), task);
}

gboolean
tertulia_gateway_send_finish (TertuliaGateway  *self,
                              GAsyncResult     *result,
                              gint64           *number,
                              gint64           *time,
                              SignalrDelivery  *delivery,
                              GError          **error)
{
  Call *call = g_task_get_task_data (G_TASK (result));
  JsonObject *answer;

  *delivery = call->delivery;
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;

  answer = tertulia_json_as_object (call->answer);
  *number = MAX (0, tertulia_json_get_number (answer, "id"));
  *time = MAX (0, tertulia_json_get_number (answer, "time"));

  return TRUE;
}

static void
tertulia_gateway_send (TertuliaGateway *self,
                       const char      *method,
                       const char      *room)
{
  g_autoptr (JsonNode) args = tertulia_wire_write_strings (room, NULL);
  g_autoptr (GError) error = NULL;

  if (!signalr_hub_proxy_send (self->hub, method, args, &error))
    g_debug ("%s could not be told: %s", method, error->message);
}

void
tertulia_gateway_leave (TertuliaGateway *self,
                        const char      *room)
{
  tertulia_gateway_send (self, "Leave", room);
}

void
tertulia_gateway_type (TertuliaGateway *self,
                       const char      *room)
{
  tertulia_gateway_send (self, "Typing", room);
}
