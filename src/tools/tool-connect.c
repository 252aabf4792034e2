/* tool-connect.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tool-connect.h"

#include <gio/gunixinputstream.h>
#include <glib-unix.h>
#include <signal.h>
#include <unistd.h>

#include "tool-calls.h"
#include "tool-connect-options.h"
#include "tool-lines.h"

/* One connection, told and commanded in JSON lines. */
typedef struct {
  ToolConnectOptions     *options;
  ToolLines              *lines;
  SignalrConnection      *connection;
  GMainLoop              *loop;
  SignalrConnectionState  state;       /* that was told last */
  GPtrArray              *hubs;        /* SignalrHubProxy, whose calls are told */
  GSource                *settle;
  ToolCalls              *calls;
  gboolean                told;        /* the call of the server that comes next, already */
  guint                   n_waiting;   /* starts and stops that wait for an answer */
  gboolean                ending;      /* once stopped, it is over */
  gboolean                over;
  ToolExit                status;
  char                   *sentence;    /* why the connection ended last */
} ToolConnect;

typedef void (*ToolConnectDo) (ToolConnect *self,
                               JsonObject  *command);

static void
write_event (ToolConnect *self,
             const char  *event)
{
  tool_lines_write (self->lines, tool_record_new_event (event));
}

/* Everybody who waits for an answer has it before the end. */
static void
leave (ToolConnect *self)
{
  if (self->over && self->n_waiting == 0 && tool_calls_count (self->calls) == 0)
    g_main_loop_quit (self->loop);
}

static void
end_with (ToolConnect *self,
          ToolExit     status)
{
  if (!self->over)
    self->status = status;
  self->over = TRUE;
  leave (self);
}

static void
answered (ToolConnect *self)
{
  self->n_waiting--;
  leave (self);
}

static void
call_ended_cb (gpointer user_data)
{
  leave (user_data);
}

/* Hubs. */

static gboolean
is_core (ToolConnect *self)
{
  return signalr_connection_get_dialect (self->connection) == SIGNALR_DIALECT_ASPNETCORE;
}

static void
invocation_cb (SignalrHubProxy *hub,
               const char      *method,
               JsonNode        *args,
               gpointer         user_data)
{
  ToolConnect *self = user_data;
  ToolRecord *record;

  /* ASP.NET Core has one hub, and tells every proxy of its calls. */
  if (is_core (self) && hub != self->hubs->pdata[0])
    return;

  if (self->told)
    {
      self->told = FALSE;
      return;
    }

  record = tool_record_new_event ("invocation");
  if (!is_core (self))
    tool_record_add_string (record, "hub", signalr_hub_proxy_get_name (hub));
  tool_record_add_string (record, "method", method);
  tool_record_add_node (record, "args", args);
  tool_lines_write (self->lines, record);
}

/* The server wants an answer: that comes before the call is told as all are. */
static void
asked_cb (SignalrClientCall *call,
          gpointer           user_data)
{
  ToolConnect *self = user_data;
  ToolRecord *record = tool_record_new_event ("invocation");

  self->told = TRUE;
  tool_record_add_string (record, "id", signalr_client_call_get_id (call));
  tool_record_add_string (record, "method", signalr_client_call_get_method (call));
  tool_record_add_node (record, "args", signalr_client_call_get_args (call));
  tool_lines_write (self->lines, record);
  tool_calls_keep (self->calls, call);
}

static SignalrHubProxy *
use_hub (ToolConnect *self,
         const char  *name)
{
  SignalrHubProxy *hub = signalr_connection_get_hub (self->connection, name);

  if (!g_ptr_array_find (self->hubs, hub, NULL))
    {
      g_ptr_array_add (self->hubs, g_object_ref (hub));
      g_signal_connect (hub, "invocation", G_CALLBACK (invocation_cb), self);
      signalr_hub_proxy_set_result_func (hub, NULL, asked_cb, self, NULL);
    }

  return hub;
}

/* The hub that a command means: of several it must name one. */
static SignalrHubProxy *
find_hub (ToolConnect  *self,
          JsonObject   *command,
          GError      **error)
{
  const char *name = NULL;

  if (!tool_command_read_string (command, "hub", &name, error))
    return NULL;
  if (self->hubs->len > 0 && (is_core (self) || (name == NULL && self->hubs->len == 1)))
    return self->hubs->pdata[0];
  if (name != NULL)
    return use_hub (self, name);

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       self->state == SIGNALR_CONNECTION_STATE_CONNECTED
                       ? "The command must name a hub by its member “hub”"
                       : "The connection is not made: until then a command must name a hub by its member “hub”");

  return NULL;
}

/* What the connection tells. */

static void
write_connected (ToolConnect *self)
{
  g_autoptr (GEnumClass) dialects = g_type_class_ref (SIGNALR_TYPE_DIALECT);
  SignalrDialect dialect = signalr_connection_get_dialect (self->connection);
  SignalrTransport transport = signalr_connection_get_transport (self->connection);
  ToolRecord *record = tool_record_new_event ("connected");

  tool_record_add_string (record, "id", signalr_connection_get_connection_id (self->connection));
  tool_record_add_string (record, "transport", signalr_transport_to_string (transport));
  tool_record_add_string (record, "dialect", g_enum_get_value (dialects, dialect)->value_nick);
  tool_lines_write (self->lines, record);
}

static void
state_cb (SignalrConnection *connection,
          GParamSpec        *pspec,
          gpointer           user_data)
{
  g_autoptr (GEnumClass) states = g_type_class_ref (SIGNALR_TYPE_CONNECTION_STATE);
  ToolConnect *self = user_data;
  SignalrConnectionState before = self->state;
  ToolRecord *record = tool_record_new_event ("state");

  self->state = signalr_connection_get_state (connection);
  tool_record_add_string (record, "state", g_enum_get_value (states, self->state)->value_nick);
  tool_lines_write (self->lines, record);

  if (self->state != SIGNALR_CONNECTION_STATE_CONNECTED ||
      before != SIGNALR_CONNECTION_STATE_CONNECTING)
    return;

  /* Its one hub has no name that anybody would have to know. */
  if (is_core (self) && self->hubs->len == 0)
    use_hub (self, "");
  write_connected (self);
}

static void
slow_cb (SignalrConnection *connection,
         gpointer           user_data)
{
  write_event (user_data, "slow");
}

static void
recovered_cb (SignalrConnection *connection,
              gpointer           user_data)
{
  write_event (user_data, "recovered");
}

static void
reconnecting_cb (SignalrConnection *connection,
                 const GError      *error,
                 gpointer           user_data)
{
  ToolConnect *self = user_data;
  ToolRecord *record = tool_record_new_event ("reconnecting");

  tool_record_add_error (record, error);
  tool_lines_write (self->lines, record);
}

static void
reconnected_cb (SignalrConnection *connection,
                const char        *id,
                gboolean           resumed,
                gpointer           user_data)
{
  ToolConnect *self = user_data;
  ToolRecord *record = tool_record_new_event ("reconnected");

  if (!resumed)
    tool_calls_forget (self->calls);
  tool_record_add_string (record, "id", id);
  tool_record_add_boolean (record, "resumed", resumed);
  tool_lines_write (self->lines, record);
}

/* In the iteration after an end: by now a retry has begun to wait, or none will. */
static gboolean
settle_cb (gpointer user_data)
{
  ToolConnect *self = user_data;

  g_clear_pointer (&self->settle, g_source_unref);

  if (!self->ending &&
      signalr_connection_get_state (self->connection) == SIGNALR_CONNECTION_STATE_DISCONNECTED &&
      signalr_connection_get_retry_at (self->connection) == 0)
    end_with (self, self->status);

  return G_SOURCE_REMOVE;
}

static void
disconnected_cb (SignalrConnection       *connection,
                 SignalrDisconnectReason  reason,
                 const GError            *error,
                 gpointer                 user_data)
{
  g_autoptr (GEnumClass) reasons = g_type_class_ref (SIGNALR_TYPE_DISCONNECT_REASON);
  ToolConnect *self = user_data;
  ToolRecord *record = tool_record_new_event ("disconnected");

  tool_calls_forget (self->calls);
  tool_record_add_string (record, "reason", g_enum_get_value (reasons, reason)->value_nick);
  tool_record_add_error (record, error);
  tool_lines_write (self->lines, record);

  g_free (self->sentence);
  self->sentence = error != NULL ? g_strdup (error->message) : NULL;
  self->status = reason == SIGNALR_DISCONNECT_REASON_CLOSED_BY_SERVER ? TOOL_EXIT_DONE
                                                                      : TOOL_EXIT_FAILED;

  /* Who stopped it may start it again. */
  if (reason == SIGNALR_DISCONNECT_REASON_STOPPED || self->settle != NULL)
    return;

  self->settle = g_idle_source_new ();
  g_source_set_static_name (self->settle, "[signalr-cli] settle");
  g_source_set_callback (self->settle, settle_cb, self, NULL);
  g_source_attach (self->settle, NULL);
}

static void
retrying_cb (SignalrConnection *connection,
             guint              attempt,
             gint64             delay,
             gpointer           user_data)
{
  ToolConnect *self = user_data;
  ToolRecord *record = tool_record_new_event ("retry");

  tool_record_add_integer (record, "attempt", attempt);
  tool_record_add_seconds (record, "in", delay * 1000);
  tool_lines_write (self->lines, record);
}

static void
received_cb (SignalrConnection *connection,
             JsonNode          *data,
             gpointer           user_data)
{
  ToolConnect *self = user_data;
  ToolRecord *record = tool_record_new_event ("received");

  tool_record_add_node (record, "data", data);
  tool_lines_write (self->lines, record);
}

static void
send_lost_cb (SignalrConnection *connection,
              const char        *method,
              JsonNode          *args,
              SignalrDelivery    delivery,
              gpointer           user_data)
{
  ToolConnect *self = user_data;
  ToolRecord *record = tool_record_new_event ("lost");

  tool_record_add_string (record, "method", method);
  tool_record_add_node (record, "args", args);
  tool_record_add_string (record, "sent", delivery == SIGNALR_DELIVERY_NOT_SENT ? "no" : "unknown");
  tool_lines_write (self->lines, record);
}

/* Calls. */

/* The hub, method and arguments of a command; NULL where one is missing, which
 * was answered.
 */
static SignalrHubProxy *
read_call (ToolConnect  *self,
           JsonObject   *command,
           const char  **method,
           JsonNode    **args)
{
  g_autoptr (GError) error = NULL;
  SignalrHubProxy *hub;

  *method = NULL;
  *args = NULL;

  hub = find_hub (self, command, &error);
  if (hub != NULL &&
      tool_command_read_string (command, "method", method, &error) &&
      tool_command_read_array (command, "args", args, &error))
    {
      if (*method != NULL)
        return hub;

      g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           "The command must name a method by its member “method”");
    }

  tool_lines_write_error (self->lines, "%s", error->message);

  return NULL;
}

static void
make_call (ToolConnect  *self,
           JsonObject   *command,
           ToolCallKind  kind)
{
  const char *method;
  JsonNode *args;
  SignalrHubProxy *hub = read_call (self, command, &method, &args);

  if (hub != NULL)
    tool_calls_make (self->calls, kind, hub, method, args, json_object_get_member (command, "id"));
}

static void
do_invoke (ToolConnect *self,
           JsonObject  *command)
{
  make_call (self, command, TOOL_CALL_INVOKE);
}

static void
do_stream (ToolConnect *self,
           JsonObject  *command)
{
  make_call (self, command, TOOL_CALL_STREAM);
}

/* With `stream` it is answered by a stream, too. */
static void
do_upload (ToolConnect *self,
           JsonObject  *command)
{
  gboolean streams = FALSE;
  g_autoptr (GError) error = NULL;

  if (!tool_command_read_boolean (command, "stream", &streams, &error))
    tool_lines_write_error (self->lines, "%s", error->message);
  else
    make_call (self, command, streams ? TOOL_CALL_BOTH : TOOL_CALL_UPLOAD);
}

/* Sets what travels with each call of a hub, where the command has it, and tells it. */
static void
do_hub_state (ToolConnect *self,
              JsonObject  *command)
{
  g_autoptr (GError) error = NULL;
  SignalrHubProxy *hub = find_hub (self, command, &error);
  JsonNode *state = json_object_get_member (command, "state");
  ToolRecord *record;

  if (hub == NULL)
    {
      tool_lines_write_error (self->lines, "%s", error->message);
      return;
    }

  if (state != NULL && !JSON_NODE_HOLDS_OBJECT (state) && !JSON_NODE_HOLDS_NULL (state))
    {
      tool_lines_write_error (self->lines, "The state of a hub is an object");
      return;
    }

  if (state != NULL)
    signalr_hub_proxy_set_state (hub, JSON_NODE_HOLDS_NULL (state) ? NULL : state);

  record = tool_record_new_event ("hub-state");
  tool_record_add_string (record, "hub", signalr_hub_proxy_get_name (hub));
  tool_record_add_node (record, "state", signalr_hub_proxy_get_state (hub));
  tool_lines_write (self->lines, record);
}

static void
do_item (ToolConnect *self,
         JsonObject  *command)
{
  tool_calls_item (self->calls, command);
}

static void
do_complete (ToolConnect *self,
             JsonObject  *command)
{
  tool_calls_complete (self->calls, command);
}

static void
do_cancel (ToolConnect *self,
           JsonObject  *command)
{
  tool_calls_cancel (self->calls, command);
}

static void
do_return (ToolConnect *self,
           JsonObject  *command)
{
  tool_calls_return (self->calls, command);
}

static void
do_send (ToolConnect *self,
         JsonObject  *command)
{
  JsonNode *data = json_object_get_member (command, "data");
  JsonNode *id = json_object_get_member (command, "id");
  g_autoptr (GError) error = NULL;
  SignalrHubProxy *hub;
  const char *method;
  JsonNode *args;

  if (data != NULL)
    {
      tool_calls_send_data (self->calls, self->connection, data, id);
      return;
    }

  hub = read_call (self, command, &method, &args);
  if (hub != NULL && !signalr_hub_proxy_send (hub, method, args, &error))
    tool_calls_write_error (self->calls, id, error, signalr_error_get_delivery (error));
}

/* Starting and stopping. */

static void
start_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  ToolConnect *self = user_data;
  g_autoptr (GError) error = NULL;

  /* Why a connection could not be made is told by `disconnected`. */
  if (!signalr_connection_start_finish (SIGNALR_CONNECTION (source), result, &error) &&
      g_error_matches (error, SIGNALR_ERROR, SIGNALR_ERROR_BUSY))
    tool_lines_write_error (self->lines, "%s", error->message);

  answered (self);
}

static void
do_start (ToolConnect *self,
          JsonObject  *command)
{
  self->n_waiting++;
  signalr_connection_start_async (self->connection, NULL, start_cb, self);
}

static void
stop_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  ToolConnect *self = user_data;

  signalr_connection_stop_finish (SIGNALR_CONNECTION (source), result, NULL);
  if (self->ending)
    end_with (self, TOOL_EXIT_DONE);

  answered (self);
}

static void
do_stop (ToolConnect *self,
         JsonObject  *command)
{
  self->n_waiting++;
  signalr_connection_stop_async (self->connection, NULL, stop_cb, self);
}

static void
do_retry (ToolConnect *self,
          JsonObject  *command)
{
  signalr_connection_retry_now (self->connection);
}

static void
do_check (ToolConnect *self,
          JsonObject  *command)
{
  signalr_connection_check_now (self->connection);
}

static const struct {
  const char    *name;
  ToolConnectDo  func;
} commands[] = {
  { "invoke", do_invoke },
  { "send", do_send },
  { "stream", do_stream },
  { "upload", do_upload },
  { "hub-state", do_hub_state },
  { "item", do_item },
  { "complete", do_complete },
  { "cancel", do_cancel },
  { "return", do_return },
  { "start", do_start },
  { "stop", do_stop },
  { "retry", do_retry },
  { "check", do_check },
};

static void
command_cb (ToolLines  *lines,
            const char *name,
            JsonObject *command,
            gpointer    user_data)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      if (g_str_equal (name, commands[i].name))
        {
          commands[i].func (user_data, command);
          return;
        }
    }

  tool_lines_write_error (lines, "There is no command “%s”", name);
}

static void
end (ToolConnect *self)
{
  if (self->ending)
    return;

  self->ending = TRUE;
  do_stop (self, NULL);
}

static void
ended_cb (ToolLines *lines,
          gpointer   user_data)
{
  end (user_data);
}

/* A second signal does not wait for the server to be told. */
static gboolean
signal_cb (gpointer user_data)
{
  ToolConnect *self = user_data;

  if (self->ending)
    g_main_loop_quit (self->loop);
  end (self);

  return G_SOURCE_CONTINUE;
}

static void
tool_connect_init (ToolConnect *self)
{
  g_autoptr (GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);

  self->loop = g_main_loop_new (NULL, FALSE);
  self->status = TOOL_EXIT_FAILED;
  self->hubs = g_ptr_array_new_with_free_func (g_object_unref);

  self->lines = tool_lines_new (input, STDOUT_FILENO, TRUE);
  self->calls = tool_calls_new (self->lines, call_ended_cb, self);
  g_signal_connect (self->lines, "command", G_CALLBACK (command_cb), self);
  g_signal_connect (self->lines, "ended", G_CALLBACK (ended_cb), self);
  g_signal_connect (self->lines, "unheard", G_CALLBACK (ended_cb), self);

  self->connection = tool_connect_options_apply (self->options);
  g_signal_connect (self->connection, "notify::state", G_CALLBACK (state_cb), self);
  g_signal_connect (self->connection, "slow", G_CALLBACK (slow_cb), self);
  g_signal_connect (self->connection, "recovered", G_CALLBACK (recovered_cb), self);
  g_signal_connect (self->connection, "reconnecting", G_CALLBACK (reconnecting_cb), self);
  g_signal_connect (self->connection, "reconnected", G_CALLBACK (reconnected_cb), self);
  g_signal_connect (self->connection, "disconnected", G_CALLBACK (disconnected_cb), self);
  g_signal_connect (self->connection, "retrying", G_CALLBACK (retrying_cb), self);
  g_signal_connect (self->connection, "received", G_CALLBACK (received_cb), self);
  g_signal_connect (self->connection, "send-lost", G_CALLBACK (send_lost_cb), self);

  /* Classic servers are told of the hubs when the connection is made. */
  for (guint i = 0; i < self->options->hubs->len; i++)
    use_hub (self, self->options->hubs->pdata[i]);
}

static void
tool_connect_clear (ToolConnect *self)
{
  if (self->settle != NULL)
    g_source_destroy (self->settle);
  g_clear_pointer (&self->settle, g_source_unref);

  g_signal_handlers_disconnect_by_data (self->connection, self);
  for (guint i = 0; i < self->hubs->len; i++)
    g_signal_handlers_disconnect_by_data (self->hubs->pdata[i], self);
  g_signal_handlers_disconnect_by_data (self->lines, self);

  for (guint i = 0; i < self->hubs->len; i++)
    signalr_hub_proxy_set_result_func (self->hubs->pdata[i], NULL, NULL, NULL, NULL);
  g_clear_pointer (&self->hubs, g_ptr_array_unref);
  g_clear_object (&self->connection);
  g_clear_pointer (&self->calls, tool_calls_free);
  g_clear_object (&self->lines);
  g_clear_pointer (&self->loop, g_main_loop_unref);
  g_clear_pointer (&self->sentence, g_free);
}

/* Connects, and goes on until it is over. */
ToolExit
tool_connect_main (int    argc,
                   char **argv)
{
  ToolExit status;
  g_autoptr (ToolConnectOptions) options = tool_connect_options_parse (argc, argv, &status);
  ToolConnect self = { .options = options };

  if (options == NULL)
    return status;

  tool_connect_init (&self);
  g_unix_signal_add (SIGINT, signal_cb, &self);
  g_unix_signal_add (SIGTERM, signal_cb, &self);

  tool_lines_listen (self.lines);
  do_start (&self, NULL);
  g_main_loop_run (self.loop);

  if (self.status == TOOL_EXIT_FAILED && self.sentence != NULL)
    tool_say (&tool_connect_program, self.sentence);
  tool_connect_clear (&self);

  return self.status;
}
