/* aspnet-envelope.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aspnet-envelope-private.h"
#include "json-read-private.h"
#include "json-scan-private.h"
#include "json-write-private.h"

void
signalr_envelope_free (SignalrEnvelope *self)
{
  g_free (self->cursor);
  g_free (self->groups_token);
  g_free (self->error);
  g_clear_pointer (&self->messages, g_ptr_array_unref);
  g_clear_pointer (&self->result, signalr_hub_result_free);
  g_free (self);
}

static void
message_free (gpointer data)
{
  if (data != NULL)
    json_node_unref (data);
}

/* 1 is what servers write; true will do. */
static gboolean
read_flag (JsonObject *object,
           const char *name)
{
  gboolean flag = FALSE;
  gint64 number = 0;

  if (signalr_json_read_boolean (object, name, &flag, NULL))
    return flag;

  return signalr_json_read_int (object, name, &number, NULL) && number == 1;
}

/* A member of another type than it should have is as good as none. */
static void
read_fields (SignalrEnvelope *self,
             JsonObject      *object)
{
  double poll_delay = -1;

  signalr_json_read_string (object, "C", &self->cursor, NULL);
  signalr_json_read_string (object, "G", &self->groups_token, NULL);
  signalr_json_read_string (object, "E", &self->error, NULL);
  signalr_json_read_double (object, "L", &poll_delay, NULL);

  self->init = read_flag (object, "S");
  self->reconnect = read_flag (object, "T");
  self->disconnect = read_flag (object, "D");
  self->poll_delay = CLAMP (poll_delay, -1, G_MAXINT32);
}

/* The text with an empty array in the place of M. */
static JsonNode *
parse_without_messages (const char        *text,
                        gsize              length,
                        const JsonExtent  *array,
                        GError           **error)
{
  g_autoptr (GString) rest = g_string_sized_new (length - (array->end - array->start) + 2);

  g_string_append_len (rest, text, array->start);
  g_string_append (rest, "[]");
  g_string_append_len (rest, text + array->end, length - array->end);

  return signalr_json_parse (rest->str, rest->len, error);
}

static void
parse_messages (SignalrEnvelope *self,
                const char      *text,
                GArray          *elements)
{
  for (guint i = 0; i < elements->len; i++)
    {
      JsonExtent *extent = &g_array_index (elements, JsonExtent, i);
      g_autoptr (GError) error = NULL;
      JsonNode *message;

      message = signalr_json_parse (text + extent->start, extent->end - extent->start, &error);
      if (message == NULL)
        g_debug ("Message %u of an envelope is lost: %s", i, error->message);

      g_ptr_array_add (self->messages, message);
    }
}

SignalrEnvelope *
signalr_envelope_decode (const char  *text,
                         gsize        length,
                         GError     **error)
{
  g_autoptr (SignalrEnvelope) self = NULL;
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GArray) elements = NULL;
  JsonExtent array;
  JsonObject *object;

  elements = signalr_json_scan_elements (text, length, "M", &array);
  if (elements != NULL)
    root = parse_without_messages (text, length, &array, error);
  else
    root = signalr_json_parse (text, length, error);
  if (root == NULL)
    return NULL;

  if (!JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA,
                           "What the server sent is not an object");
      return NULL;
    }

  self = g_new0 (SignalrEnvelope, 1);
  self->poll_delay = -1;
  self->messages = g_ptr_array_new_with_free_func (message_free);

  object = json_node_get_object (root);
  if (json_object_has_member (object, "I"))
    {
      self->result = signalr_hub_result_decode_node (root, error);
      if (self->result == NULL)
        return NULL;
    }
  else
    {
      read_fields (self, object);
      if (elements != NULL)
        parse_messages (self, text, elements);
    }

  return g_steal_pointer (&self);
}

static void
write_name (GString    *out,
            const char *name)
{
  g_string_append_printf (out, "%s\"%s\":", out->str[out->len - 1] == '{' ? "" : ",", name);
}

static void
write_text (GString    *out,
            const char *name,
            const char *text)
{
  if (text == NULL)
    return;

  write_name (out, name);
  signalr_json_write_string (out, text);
}

static void
write_flag (GString    *out,
            const char *name,
            gboolean    flag)
{
  if (!flag)
    return;

  write_name (out, name);
  g_string_append_c (out, '1');
}

void
signalr_envelope_encode (const SignalrEnvelope *self,
                         GBytes * const        *messages,
                         gsize                  n_messages,
                         GString               *out)
{
  g_string_append_c (out, '{');

  write_text (out, "C", self->cursor);
  write_flag (out, "S", self->init);
  write_flag (out, "D", self->disconnect);
  write_flag (out, "T", self->reconnect);
  write_text (out, "G", self->groups_token);
  if (self->poll_delay > 0)
    {
      write_name (out, "L");
      g_string_append_printf (out, "%" G_GINT64_FORMAT, self->poll_delay);
    }
  write_text (out, "E", self->error);

  /* A keep-alive is the only envelope without a cursor, and without messages. */
  if (self->cursor != NULL || n_messages > 0)
    {
      write_name (out, "M");
      g_string_append_c (out, '[');
      for (gsize i = 0; i < n_messages; i++)
        {
          gsize size;
          const char *data = g_bytes_get_data (messages[i], &size);

          if (i > 0)
            g_string_append_c (out, ',');
          g_string_append_len (out, data, size);
        }
      g_string_append_c (out, ']');
    }

  g_string_append_c (out, '}');
}
