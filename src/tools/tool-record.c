/* tool-record.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tool-record.h"

ToolRecord *
tool_record_new (void)
{
  return g_string_new (NULL);
}

ToolRecord *
tool_record_new_event (const char *event)
{
  ToolRecord *self = tool_record_new ();

  tool_record_add_string (self, "event", event);

  return self;
}

void
tool_record_free (ToolRecord *self)
{
  g_string_free (self, TRUE);
}

/* The names are our own: nothing in them is to be escaped. */
static void
add_name (ToolRecord *self,
          const char *name)
{
  g_string_append_printf (self, "%s\"%s\":", self->len > 0 ? "," : "", name);
}

void
tool_record_add_string (ToolRecord *self,
                        const char *name,
                        const char *value)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_NULL);
  g_autofree char *valid = NULL;

  if (value != NULL)
    {
      valid = g_utf8_make_valid (value, -1);
      json_node_init_string (node, valid);
    }

  tool_record_add_node (self, name, node);
}

void
tool_record_add_integer (ToolRecord *self,
                         const char *name,
                         gint64      value)
{
  add_name (self, name);
  g_string_append_printf (self, "%" G_GINT64_FORMAT, value);
}

void
tool_record_add_boolean (ToolRecord *self,
                         const char *name,
                         gboolean    value)
{
  add_name (self, name);
  g_string_append (self, value ? "true" : "false");
}

/* With three decimals, as all our seconds. */
void
tool_record_add_seconds (ToolRecord *self,
                         const char *name,
                         gint64      microseconds)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  add_name (self, name);
  g_string_append (self, g_ascii_formatd (text, sizeof text, "%.3f",
                                          microseconds / (double) G_USEC_PER_SEC));
}

/* What neither JSON nor MessagePack could have brought here is null. */
void
tool_record_add_node (ToolRecord *self,
                      const char *name,
                      JsonNode   *value)
{
  g_autofree char *text = signalr_node_to_json (value, NULL);

  add_name (self, name);
  g_string_append (self, text != NULL ? text : "null");
}

void
tool_record_add_error (ToolRecord   *self,
                       const GError *error)
{
  if (error != NULL)
    tool_record_add_string (self, "error", error->message);
}
