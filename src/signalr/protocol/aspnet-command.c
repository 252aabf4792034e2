/* aspnet-command.c: what a server asks of the one that has a connection
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aspnet-scaleout-private.h"
#include "json-read-private.h"
#include "json-scan-private.h"
#include "json-write-private.h"

static const char * const names[SIGNALR_SCALEOUT_N_COMMANDS] = {
  [SIGNALR_SCALEOUT_INITIALIZE] = "Initializing",
  [SIGNALR_SCALEOUT_ADD_TO_GROUP] = "AddToGroup",
  [SIGNALR_SCALEOUT_REMOVE_FROM_GROUP] = "RemoveFromGroup",
  [SIGNALR_SCALEOUT_ABORT] = "Abort",
};

void
signalr_scaleout_command_free (SignalrScaleoutCommand *self)
{
  g_free (self->id);
  g_free (self->value);
  g_free (self);
}

GBytes *
signalr_scaleout_command_encode (const SignalrScaleoutCommand *self)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "{\"WaitForAck\":%s,\"Id\":", self->wait_for_ack ? "true" : "false");
  signalr_json_write_string (text, self->id);
  g_string_append_printf (text, ",\"CommandType\":%d,\"Value\":", self->type);
  if (self->value != NULL)
    signalr_json_write_string (text, self->value);
  else
    g_string_append (text, "null");
  g_string_append_c (text, '}');

  return g_string_free_to_bytes (text);
}

/* A number, or its name where the program's settings made it so. */
static gboolean
read_type (JsonObject                  *object,
           SignalrScaleoutCommandType  *type,
           GError                     **error)
{
  g_autofree char *name = NULL;
  gint64 number = -1;

  if (signalr_json_read_string (object, "CommandType", &name, NULL) && name != NULL)
    {
      for (number = 0; number < SIGNALR_SCALEOUT_N_COMMANDS; number++)
        {
          if (g_ascii_strcasecmp (names[number], name) == 0)
            break;
        }
    }
  else if (!signalr_json_read_int (object, "CommandType", &number, error))
    {
      return FALSE;
    }

  if (number < 0 || number >= SIGNALR_SCALEOUT_N_COMMANDS)
    {
      g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA, "A command of another server is none");
      return FALSE;
    }

  *type = number;

  return TRUE;
}

static gboolean
wants_value (SignalrScaleoutCommandType type)
{
  return type == SIGNALR_SCALEOUT_ADD_TO_GROUP || type == SIGNALR_SCALEOUT_REMOVE_FROM_GROUP;
}

SignalrScaleoutCommand *
signalr_scaleout_command_decode (GBytes  *value,
                                 GError **error)
{
  g_autoptr (SignalrScaleoutCommand) self = g_new0 (SignalrScaleoutCommand, 1);
  g_autoptr (JsonNode) node = NULL;
  JsonObject *object;
  const char *text;
  gsize length;

  text = g_bytes_get_data (value, &length);
  node = signalr_json_parse (text != NULL ? text : "", length, error);
  if (node == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA,
                           "A command of another server is not an object");
      return NULL;
    }

  object = json_node_get_object (node);
  if (!signalr_json_read_string (object, "Id", &self->id, error) ||
      !signalr_json_read_boolean (object, "WaitForAck", &self->wait_for_ack, error) ||
      !signalr_json_read_string (object, "Value", &self->value, error) ||
      !read_type (object, &self->type, error))
    return NULL;

  if (wants_value (self->type) && self->value == NULL)
    {
      g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA,
                           "A command of another server names no group");
      return NULL;
    }

  return g_steal_pointer (&self);
}
