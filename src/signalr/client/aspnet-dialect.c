/* aspnet-dialect.c: classic ASP.NET SignalR, 1.x and 2.x
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "dialect-private.h"

#include <string.h>

#include "http-private.h"
#include "lifetime-private.h"
#include "signalr-error-private.h"
#include "../protocol/aspnet-envelope-private.h"
#include "../protocol/json-scan-private.h"
#include "../protocol/json-write-private.h"

/* From these on a server sends the init message, and wants the start request. */
#define VERSION_WITH_INIT  103
#define VERSION_WITH_START 104
#define VERSION_WITH_FORM  105

#define MAX_POLL_DELAY_MS 3600000

#define FORM_TYPE "application/x-www-form-urlencoded; charset=UTF-8"

typedef struct {
  SignalrDialogue  parent;

  char            *connection_data;  /* NULL: a raw connection */
  char            *cursor;
  char            *groups_token;     /* secret */
  gboolean         initialized;
} AspnetDialogue;

char *
signalr_aspnet_connection_data (const char * const *hubs)
{
  GString *data = g_string_new ("[");

  for (guint i = 0; hubs[i] != NULL; i++)
    {
      g_autofree char *name = g_ascii_strdown (hubs[i], -1);

      g_string_append (data, i == 0 ? "{\"name\":" : ",{\"name\":");
      signalr_json_write_string (data, name);
      g_string_append_c (data, '}');
    }
  g_string_append_c (data, ']');

  return g_string_free (data, FALSE);
}

static SignalrDialogue *
aspnet_open (SignalrNegotiated            *negotiated,
             const SignalrDialogueOptions *options)
{
  AspnetDialogue *self = g_new0 (AspnetDialogue, 1);

  self->parent.dialect = &signalr_aspnet_dialect;
  self->parent.negotiated = negotiated;
  if (options->hubs != NULL)
    self->connection_data = signalr_aspnet_connection_data (options->hubs);

  return &self->parent;
}

static void
aspnet_close (SignalrDialogue *dialogue)
{
  AspnetDialogue *self = (AspnetDialogue *) dialogue;

  signalr_negotiated_free (self->parent.negotiated);
  g_free (self->connection_data);
  g_free (self->cursor);
  g_free (self->groups_token);
  g_free (self);
}

/* Where the client has got to, in the query or in the body of the request. */
static void
add_position (AspnetDialogue *self,
              GString        *where)
{
  if (self->cursor != NULL)
    signalr_query_add (where, "messageId", self->cursor);
  if (self->groups_token != NULL)
    signalr_query_add (where, "groupsToken", self->groups_token);
}

static const char *
segment_of (SignalrRequestKind kind)
{
  switch (kind)
    {
    case SIGNALR_REQUEST_RECEIVE:
      return "connect";

    case SIGNALR_REQUEST_RESUME:
      return "reconnect";

    case SIGNALR_REQUEST_POLL:
      return "poll";

    case SIGNALR_REQUEST_SEND:
      return "send";

    case SIGNALR_REQUEST_START:
      return "start";

    case SIGNALR_REQUEST_PROBE:
      return "ping";

    case SIGNALR_REQUEST_FAREWELL:
      return "abort";

    default:
      g_return_val_if_reached (NULL);
    }
}

static GBytes *
send_form (GBytes *payload)
{
  g_autofree char *text = g_strndup (g_bytes_get_data (payload, NULL), g_bytes_get_size (payload));
  GString *form = g_string_new (NULL);

  signalr_query_add (form, "data", text);

  return g_string_free_to_bytes (form);
}

static gboolean
aspnet_request (SignalrDialogue    *dialogue,
                SignalrRequestKind  kind,
                SignalrTransport    transport,
                GBytes             *payload,
                SignalrRequest     *request)
{
  AspnetDialogue *self = (AspnetDialogue *) dialogue;
  SignalrNegotiated *negotiated = dialogue->negotiated;
  gboolean receives = kind == SIGNALR_REQUEST_RECEIVE || kind == SIGNALR_REQUEST_RESUME ||
                      kind == SIGNALR_REQUEST_POLL;
  gboolean polls = receives && transport == SIGNALR_TRANSPORT_LONG_POLLING;
  gboolean form = polls && negotiated->version >= VERSION_WITH_FORM;
  g_autoptr (GString) query = g_string_new (NULL);

  /* Each transport that is tried for a start begins anew. */
  if (kind == SIGNALR_REQUEST_RECEIVE)
    {
      g_clear_pointer (&self->cursor, g_free);
      self->initialized = FALSE;
    }

  if (kind != SIGNALR_REQUEST_PROBE)
    {
      signalr_query_add (query, "transport", signalr_transport_to_string (transport));
      signalr_query_add (query, "clientProtocol", "2.1");
      signalr_query_add (query, "connectionToken", negotiated->connection_token);
      if (self->connection_data != NULL)
        signalr_query_add (query, "connectionData", self->connection_data);
    }
  signalr_query_append (query, negotiated->query);
  if (transport == SIGNALR_TRANSPORT_FOREVER_FRAME && receives)
    signalr_query_add (query, "frameId", "1");

  *request = (SignalrRequest) { .method = "GET" };
  if (form)
    {
      GString *body = g_string_new (NULL);

      add_position (self, body);
      request->body = g_string_free_to_bytes (body);
    }
  else if (receives)
    {
      add_position (self, query);
    }

  if (kind == SIGNALR_REQUEST_SEND)
    request->body = send_form (payload);
  if (request->body != NULL)
    request->content_type = FORM_TYPE;
  if (request->body != NULL || kind == SIGNALR_REQUEST_FAREWELL)
    request->method = "POST";

  request->url = signalr_url_build (negotiated->url, segment_of (kind), query->str);

  return TRUE;
}

static void
aspnet_opened (SignalrDialogue  *dialogue,
               SignalrTransport  transport,
               gboolean          resumed,
               GQueue           *incoming)
{
  if (resumed || dialogue->negotiated->version < VERSION_WITH_INIT)
    signalr_incoming_push (incoming, SIGNALR_INCOMING_READY);
}

static void
push_result (SignalrHubResult *result,
             GQueue           *incoming)
{
  SignalrIncoming *news;

  if (result->progress_id != NULL)
    {
      news = signalr_incoming_push (incoming, SIGNALR_INCOMING_PROGRESS);
      news->id = g_steal_pointer (&result->progress_id);
      news->value = g_steal_pointer (&result->progress);
      news->state = g_steal_pointer (&result->state);
      return;
    }

  news = signalr_incoming_push (incoming, SIGNALR_INCOMING_RESULT);
  news->id = g_steal_pointer (&result->id);
  news->state = g_steal_pointer (&result->state);
  if (result->error != NULL)
    {
      news->error = g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_HUB, result->error);
      signalr_error_set_delivery (news->error, SIGNALR_DELIVERY_FAILED);
      signalr_error_set_data (news->error, g_steal_pointer (&result->data));
    }
  else
    {
      news->value = g_steal_pointer (&result->result);
    }
}

/* Progress travels among the messages, as `{"I":"P|0","P":{"I":"0","D":33}}`. */
static gboolean
push_progress (JsonNode *message,
               GQueue   *incoming)
{
  JsonObject *object, *progress;
  JsonNode *member, *id;
  SignalrIncoming *news;

  if (!JSON_NODE_HOLDS_OBJECT (message))
    return FALSE;

  object = json_node_get_object (message);
  member = json_object_get_member (object, "P");
  if (member == NULL || !JSON_NODE_HOLDS_OBJECT (member))
    return FALSE;

  progress = json_node_get_object (member);
  id = json_object_get_member (progress, "I");
  if (id == NULL || json_node_get_value_type (id) != G_TYPE_STRING)
    return FALSE;

  news = signalr_incoming_push (incoming, SIGNALR_INCOMING_PROGRESS);
  news->id = json_node_dup_string (id);
  member = json_object_get_member (progress, "D");
  news->value = member != NULL ? json_node_ref (member) : json_node_new (JSON_NODE_NULL);

  return TRUE;
}

static void
push_message (AspnetDialogue *self,
              JsonNode       *message,
              GQueue         *incoming)
{
  g_autoptr (SignalrHubCall) call = NULL;
  g_autoptr (GError) error = NULL;
  SignalrIncoming *news;

  if (self->connection_data == NULL)
    {
      news = signalr_incoming_push (incoming, SIGNALR_INCOMING_MESSAGE);
      news->value = json_node_ref (message);
      return;
    }

  if (push_progress (message, incoming))
    return;

  call = signalr_hub_call_decode (message, &error);
  if (call == NULL)
    {
      g_debug ("Skipped a message that is no call: %s", error->message);
      return;
    }

  news = signalr_incoming_push (incoming, SIGNALR_INCOMING_INVOCATION);
  news->hub = g_steal_pointer (&call->hub);
  news->method = g_steal_pointer (&call->method);
  news->value = g_steal_pointer (&call->args);
  news->state = g_steal_pointer (&call->state);
}

static gboolean
is_empty (const char *text,
          gsize       length)
{
  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isspace (text[i]))
        return length == strlen ("initialized") &&
               g_ascii_strncasecmp (text, "initialized", length) == 0;
    }

  return TRUE;
}

static gboolean
aspnet_decode (SignalrDialogue  *dialogue,
               GBytes           *message,
               GQueue           *incoming,
               GError          **error)
{
  AspnetDialogue *self = (AspnetDialogue *) dialogue;
  g_autoptr (SignalrEnvelope) envelope = NULL;
  gsize length;
  const char *text = g_bytes_get_data (message, &length);

  /* White space keeps a poll alive; `initialized` opens an event stream. */
  if (is_empty (text, length))
    return TRUE;

  envelope = signalr_envelope_decode (text, length, error);
  if (envelope == NULL)
    return FALSE;

  if (envelope->result != NULL)
    {
      push_result (envelope->result, incoming);
      return TRUE;
    }

  if (envelope->groups_token != NULL)
    {
      g_free (self->groups_token);
      self->groups_token = g_steal_pointer (&envelope->groups_token);
    }
  if (envelope->cursor != NULL)
    {
      g_free (self->cursor);
      self->cursor = g_steal_pointer (&envelope->cursor);
    }

  if (envelope->poll_delay >= 0)
    dialogue->negotiated->poll_delay = MIN (envelope->poll_delay, MAX_POLL_DELAY_MS) * 1000;

  for (guint i = 0; envelope->messages != NULL && i < envelope->messages->len; i++)
    {
      if (envelope->messages->pdata[i] != NULL)
        push_message (self, envelope->messages->pdata[i], incoming);
    }

  if (envelope->error != NULL || envelope->disconnect)
    {
      signalr_incoming_push (incoming, SIGNALR_INCOMING_END)->error =
        envelope->error != NULL
        ? g_error_new (SIGNALR_ERROR, SIGNALR_ERROR_CLOSED_BY_SERVER,
                       "The server ended the connection: %s", envelope->error)
        : g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_CLOSED_BY_SERVER,
                               "The server ended the connection");
    }
  else if (envelope->reconnect)
    {
      signalr_incoming_push (incoming, SIGNALR_INCOMING_SHUTDOWN)->error =
        g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_CLOSED_BY_SERVER,
                             "The server shuts down, and asks to come back");
    }

  if (envelope->init && !self->initialized)
    {
      self->initialized = TRUE;
      signalr_incoming_push (incoming,
                             dialogue->negotiated->version >= VERSION_WITH_START
                             ? SIGNALR_INCOMING_START : SIGNALR_INCOMING_READY);
    }

  return TRUE;
}

static gboolean
aspnet_started (SignalrDialogue  *dialogue,
                GBytes           *answer,
                GQueue           *incoming,
                GError          **error)
{
  g_autoptr (JsonNode) root = NULL;
  JsonNode *response = NULL;

  root = signalr_json_parse (g_bytes_get_data (answer, NULL), g_bytes_get_size (answer), NULL);
  if (root != NULL && JSON_NODE_HOLDS_OBJECT (root))
    response = json_object_get_member (json_node_get_object (root), "Response");

  if (response == NULL || g_strcmp0 (json_node_get_string (response), "started") != 0)
    {
      g_set_error (error, SIGNALR_ERROR, SIGNALR_ERROR_PROTOCOL,
                   "%s answered the start request with something else than “started”",
                   dialogue->negotiated->url);
      return FALSE;
    }

  signalr_incoming_push (incoming, SIGNALR_INCOMING_READY);

  return TRUE;
}

static GBytes *
encode_message (JsonNode  *value,
                GError   **error)
{
  GString *text = g_string_new (NULL);

  if (json_node_get_value_type (value) == G_TYPE_STRING)
    {
      g_string_append (text, json_node_get_string (value));
    }
  else if (!signalr_json_write (text, value, error))
    {
      g_string_free (text, TRUE);
      return NULL;
    }

  return g_string_free_to_bytes (text);
}

static GBytes *
encode_call (const SignalrOutgoing  *outgoing,
             GError                **error)
{
  GString *text = g_string_new (NULL);
  SignalrHubCall call = {
    .hub = (char *) outgoing->hub,
    .method = (char *) outgoing->method,
    .args = outgoing->value,
    .id = (char *) outgoing->id,
    .state = outgoing->state,
  };

  if (!signalr_hub_call_encode (&call, text, error))
    {
      g_string_free (text, TRUE);
      return NULL;
    }

  return g_string_free_to_bytes (text);
}

static GBytes *
aspnet_encode (SignalrDialogue        *dialogue,
               const SignalrOutgoing  *outgoing,
               GError                **error)
{
  AspnetDialogue *self = (AspnetDialogue *) dialogue;

  if (outgoing->kind == SIGNALR_OUTGOING_MESSAGE && self->connection_data == NULL)
    return encode_message (outgoing->value, error);

  if (outgoing->kind == SIGNALR_OUTGOING_CALL && outgoing->stream_ids == NULL)
    return encode_call (outgoing, error);

  g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_PROTOCOL,
                       outgoing->kind == SIGNALR_OUTGOING_MESSAGE
                       ? "A connection with hubs carries only calls of their methods"
                       : "Classic SignalR has neither streams nor results of clients");

  return NULL;
}

static GBytes *
aspnet_no_record (SignalrDialogue *dialogue)
{
  return NULL;
}

static gboolean
aspnet_can_resume (SignalrDialogue *dialogue)
{
  return TRUE;
}

const SignalrDialectTable signalr_aspnet_dialect = {
  .dialect = SIGNALR_DIALECT_ASPNET,
  .transports = 1 << SIGNALR_TRANSPORT_WEB_SOCKETS | 1 << SIGNALR_TRANSPORT_SERVER_SENT_EVENTS |
                1 << SIGNALR_TRANSPORT_FOREVER_FRAME | 1 << SIGNALR_TRANSPORT_LONG_POLLING,
  .ping = SIGNALR_NEVER,
  .handshake = SIGNALR_NEVER,
  .keep_alive = 20 * G_USEC_PER_SEC,
  .disconnect = 30 * G_USEC_PER_SEC,
  .patience = SIGNALR_NEVER,
  .poll = SIGNALR_NEVER,
  .open = aspnet_open,
  .close = aspnet_close,
  .request = aspnet_request,
  .opened = aspnet_opened,
  .decode = aspnet_decode,
  .started = aspnet_started,
  .encode = aspnet_encode,
  .ping_record = aspnet_no_record,
  .farewell_record = aspnet_no_record,
  .can_resume = aspnet_can_resume,
};
