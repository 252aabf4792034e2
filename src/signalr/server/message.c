/* message.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "message-private.h"

#include "event-stream-private.h"
#include "protocol/aspnet-envelope-private.h"
#include "protocol/aspnetcore-records-private.h"
#include "web-socket-private.h"

struct _SignalrMessage {
  char       *hub;
  char       *method;
  JsonNode   *args;
  JsonNode   *state;      /* of the client, changed; NULL for none */
  GBytes     *bytes;      /* instead of these */
  SignalrScaleoutCommand *command;   /* instead of all; NULL for none */
  GHashTable *except;
  GBytes     *forms[SIGNALR_N_FORMS];
  guint       failed;     /* of them, as bits: those that cannot be */
};

static GHashTable *
set_of (const char * const *ids)
{
  GHashTable *set;

  if (ids == NULL || ids[0] == NULL)
    return NULL;

  set = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (gsize i = 0; ids[i] != NULL; i++)
    g_hash_table_add (set, g_strdup (ids[i]));

  return set;
}

SignalrMessage *
signalr_message_new_call (const char         *hub,
                          const char         *method,
                          JsonNode           *args,
                          const char * const *except)
{
  SignalrMessage *self = g_rc_box_new0 (SignalrMessage);

  self->hub = g_strdup (hub);
  self->method = g_strdup (method);
  if (args != NULL)
    {
      self->args = json_node_ref (args);
    }
  else
    {
      self->args = json_node_new (JSON_NODE_ARRAY);
      json_node_take_array (self->args, json_array_new ());
    }

  self->except = set_of (except);

  return self;
}

void
signalr_message_set_state (SignalrMessage *self,
                           JsonNode       *state)
{
  if (state != NULL)
    self->state = json_node_ref (state);
}

SignalrMessage *
signalr_message_new_bytes (GBytes             *bytes,
                           const char * const *except)
{
  SignalrMessage *self = g_rc_box_new0 (SignalrMessage);

  self->bytes = g_bytes_ref (bytes);
  self->except = set_of (except);

  return self;
}

SignalrMessage *
signalr_message_new_command (SignalrScaleoutCommand *command)
{
  SignalrMessage *self = g_rc_box_new0 (SignalrMessage);

  self->command = command;
  self->failed = (1 << SIGNALR_N_FORMS) - 1;

  return self;
}

SignalrMessage *
signalr_message_new_records (GBytes             *json,
                             GBytes             *messagepack,
                             const char * const *except)
{
  SignalrMessage *self = g_rc_box_new0 (SignalrMessage);

  if (json != NULL)
    self->forms[SIGNALR_FORM_RECORD_JSON] = g_bytes_ref (json);
  if (messagepack != NULL)
    self->forms[SIGNALR_FORM_RECORD_MESSAGEPACK] = g_bytes_ref (messagepack);
  self->failed = 1 << SIGNALR_FORM_ASPNET | 1 << SIGNALR_FORM_RECORD_JSON | 1 << SIGNALR_FORM_RECORD_MESSAGEPACK;
  self->except = set_of (except);

  return self;
}

SignalrMessage *
signalr_message_ref (SignalrMessage *self)
{
  return g_rc_box_acquire (self);
}

static void
signalr_message_clear (gpointer data)
{
  SignalrMessage *self = data;

  g_free (self->hub);
  g_free (self->method);
  g_clear_pointer (&self->args, json_node_unref);
  g_clear_pointer (&self->state, json_node_unref);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->command, signalr_scaleout_command_free);
  g_clear_pointer (&self->except, g_hash_table_unref);
  for (gsize i = 0; i < SIGNALR_N_FORMS; i++)
    g_clear_pointer (&self->forms[i], g_bytes_unref);
}

void
signalr_message_unref (SignalrMessage *self)
{
  g_rc_box_release_full (self, signalr_message_clear);
}

static GBytes *
signalr_message_encode_aspnet (SignalrMessage  *self,
                               GError         **error)
{
  SignalrHubCall call = { .hub = self->hub, .method = self->method, .args = self->args, .state = self->state };
  GString *text;

  if (self->bytes != NULL)
    return g_bytes_ref (self->bytes);

  text = g_string_new (NULL);
  if (!signalr_hub_call_encode (&call, text, error))
    {
      g_string_free (text, TRUE);
      return NULL;
    }

  return g_string_free_to_bytes (text);
}

static GBytes *
signalr_message_encode_record (SignalrMessage   *self,
                               SignalrEncoding   encoding,
                               GError          **error)
{
  SignalrRecord record = {
    .type = SIGNALR_RECORD_INVOCATION,
    .target = self->method,
    .arguments = self->args,
  };

  if (self->bytes != NULL)
    return g_bytes_ref (self->bytes);

  return signalr_record_encode (&record, encoding, error);
}

static GBytes *
signalr_message_frame (SignalrMessage *self,
                       SignalrForm     form,
                       gboolean        binary)
{
  GBytes *record = signalr_message_get (self, form);
  gconstpointer data;
  gsize size;

  if (record == NULL)
    return NULL;

  data = g_bytes_get_data (record, &size);

  return signalr_web_socket_frame (binary, data, size);
}

static GBytes *
signalr_message_event (SignalrMessage *self)
{
  GBytes *record = signalr_message_get (self, SIGNALR_FORM_RECORD_JSON);
  gconstpointer data;
  gsize size;

  if (record == NULL)
    return NULL;

  data = g_bytes_get_data (record, &size);

  return signalr_event_stream_event (SIGNALR_EVENT_STREAM_ASPNETCORE, data, size);
}

static GBytes *
signalr_message_encode (SignalrMessage  *self,
                        SignalrForm      form,
                        GError         **error)
{
  switch (form)
    {
    case SIGNALR_FORM_ASPNET:
      return signalr_message_encode_aspnet (self, error);

    case SIGNALR_FORM_RECORD_JSON:
      return signalr_message_encode_record (self, SIGNALR_ENCODING_JSON, error);

    case SIGNALR_FORM_RECORD_MESSAGEPACK:
      return signalr_message_encode_record (self, SIGNALR_ENCODING_MESSAGEPACK, error);

    case SIGNALR_FORM_FRAME_JSON:
      return signalr_message_frame (self, SIGNALR_FORM_RECORD_JSON, FALSE);

    case SIGNALR_FORM_FRAME_MESSAGEPACK:
      return signalr_message_frame (self, SIGNALR_FORM_RECORD_MESSAGEPACK, TRUE);

    case SIGNALR_FORM_EVENT_JSON:
      return signalr_message_event (self);

    case SIGNALR_N_FORMS:
    default:
      g_return_val_if_reached (NULL);
    }
}

/*< private >
 * signalr_message_get:
 *
 * Returns: (transfer none) (nullable): the message as it goes to a client, the
 *   same bytes for all
 */
GBytes *
signalr_message_get (SignalrMessage *self,
                     SignalrForm     form)
{
  g_autoptr (GError) error = NULL;

  if (self->forms[form] == NULL && (self->failed & (1 << form)) == 0)
    self->forms[form] = signalr_message_encode (self, form, &error);

  /* What it says may be what a client said: a number, say, that JSON has not. */
  if (error != NULL)
    g_info ("A call of %s.%s cannot be written: %s", self->hub, self->method, error->message);
  if (self->forms[form] == NULL)
    self->failed |= 1 << form;

  return self->forms[form];
}

const SignalrScaleoutCommand *
signalr_message_get_command (SignalrMessage *self)
{
  return self->command;
}

GHashTable *
signalr_message_get_except (SignalrMessage *self)
{
  return self->except;
}

gboolean
signalr_message_is_for (SignalrMessage *self,
                        const char     *connection_id)
{
  return self->except == NULL || !g_hash_table_contains (self->except, connection_id);
}
