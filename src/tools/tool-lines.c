/* tool-lines.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tool-lines.h"

#include <signal.h>
#include <string.h>

#include "tool-output.h"

#define MAX_LINE   (4 * 1024 * 1024)
#define CHUNK_SIZE 16384

/**
 * ToolLines:
 *
 * What a tool says, one JSON object a line, and what it is told to do, the same
 * way. A line that is no command is answered with an `error` event, and nothing
 * ends by it.
 *
 * It belongs to the thread-default main context it was made on: commands arrive
 * there. What is written is with the reader when the call returns: a tool whose
 * output nobody takes waits for it, like every program in a pipe, unless it has a limit.
 */
struct _ToolLines {
  GObject       parent_instance;

  GMainContext *context;
  GInputStream *input;
  GCancellable *cancellable;
  ToolOutput   *output;
  gboolean      timed;
  gint64        started;       /* µs */
  GByteArray   *line;          /* that has not ended yet */
  gboolean      skipping;      /* the rest of a line that is too long */
  gboolean      unheard;
};

G_DEFINE_FINAL_TYPE (ToolLines, tool_lines, G_TYPE_OBJECT)

enum {
  SIGNAL_COMMAND,
  SIGNAL_ENDED,
  SIGNAL_UNHEARD,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
tool_lines_dispose (GObject *object)
{
  ToolLines *self = TOOL_LINES (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->input);

  G_OBJECT_CLASS (tool_lines_parent_class)->dispose (object);
}

static void
tool_lines_finalize (GObject *object)
{
  ToolLines *self = TOOL_LINES (object);

  tool_output_free (self->output);
  g_main_context_unref (self->context);
  g_object_unref (self->cancellable);
  g_byte_array_unref (self->line);

  G_OBJECT_CLASS (tool_lines_parent_class)->finalize (object);
}

static void
tool_lines_class_init (ToolLinesClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = tool_lines_dispose;
  object_class->finalize = tool_lines_finalize;

  /**
   * ToolLines::command:
   * @name: what to do, in lower case
   * @command: all of it
   *
   * A command came.
   */
  signals[SIGNAL_COMMAND] =
    g_signal_new ("command", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL,
                  G_TYPE_NONE, 2, G_TYPE_STRING, JSON_TYPE_OBJECT);

  /**
   * ToolLines::ended:
   *
   * The input has ended, after all commands that came before.
   */
  signals[SIGNAL_ENDED] =
    g_signal_new ("ended", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL,
                  G_TYPE_NONE, 0);

  /**
   * ToolLines::unheard:
   *
   * The output is closed at its other end. Told once.
   */
  signals[SIGNAL_UNHEARD] =
    g_signal_new ("unheard", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL,
                  G_TYPE_NONE, 0);
}

static void
tool_lines_init (ToolLines *self)
{
  self->context = g_main_context_ref_thread_default ();
  self->started = g_get_monotonic_time ();
  self->cancellable = g_cancellable_new ();
  self->line = g_byte_array_new ();
}

/**
 * tool_lines_new:
 * @input: where commands come from
 * @output: a file descriptor to write to; it stays the caller's
 * @timed: whether each event begins with `t`, the seconds since now
 *
 * Returns: (transfer full): lines that are not listened to yet
 */
ToolLines *
tool_lines_new (GInputStream *input,
                int           output,
                gboolean      timed)
{
  ToolLines *self;

  g_return_val_if_fail (G_IS_INPUT_STREAM (input), NULL);

  /* That nobody reads is told by write (), too. */
  signal (SIGPIPE, SIG_IGN);

  self = g_object_new (TOOL_TYPE_LINES, NULL);
  self->input = g_object_ref (input);
  self->output = tool_output_new (output);
  self->timed = timed;

  return self;
}

static gboolean
tool_lines_unheard_cb (gpointer user_data)
{
  g_signal_emit (user_data, signals[SIGNAL_UNHEARD], 0);

  return G_SOURCE_REMOVE;
}

static void
tool_lines_post_unheard (ToolLines *self)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_static_name (source, "[tools] unheard");
  g_source_set_callback (source, tool_lines_unheard_cb, g_object_ref (self), g_object_unref);
  g_source_attach (source, self->context);
}

/**
 * tool_lines_set_limit:
 * @limit: how much may wait for a reader, in bytes
 *
 * Makes it one that never waits for its reader: lines beyond are left out, and counted in
 * a `dropped` event.
 */
void
tool_lines_set_limit (ToolLines *self,
                      gsize      limit)
{
  g_return_if_fail (TOOL_IS_LINES (self));

  tool_output_set_limit (self->output, limit);
}

/**
 * tool_lines_write:
 * @record: (transfer full): what to say
 *
 * Says it, in one line, at once.
 */
void
tool_lines_write (ToolLines  *self,
                  ToolRecord *record)
{
  g_autoptr (ToolRecord) line = NULL;

  g_return_if_fail (TOOL_IS_LINES (self));

  line = tool_record_new ();
  if (self->timed)
    tool_record_add_seconds (line, "t", g_get_monotonic_time () - self->started);
  if (line->len > 0)
    g_string_append_c (line, ',');
  g_string_append_len (line, record->str, record->len);
  g_string_prepend_c (line, '{');
  g_string_append (line, "}\n");
  tool_record_free (record);

  if (self->unheard || tool_output_write (self->output, line))
    return;

  self->unheard = TRUE;
  tool_lines_post_unheard (self);
}

/**
 * tool_lines_write_error:
 * @format: one sentence, as of printf()
 *
 * Answers what cannot be done with an `error` event.
 */
void
tool_lines_write_error (ToolLines  *self,
                        const char *format,
                        ...)
{
  ToolRecord *record = tool_record_new_event ("error");
  g_autofree char *sentence = NULL;
  va_list args;

  va_start (args, format);
  sentence = g_strdup_vprintf (format, args);
  va_end (args);

  tool_record_add_string (record, "error", sentence);
  tool_lines_write (self, record);
}

static void
tool_lines_handle (ToolLines *self)
{
  const char *text = (const char *) self->line->data;
  gsize length = self->line->len;
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;
  const char *what = NULL;
  JsonObject *command;

  while (length > 0 && g_ascii_isspace (text[length - 1]))
    length--;
  if (length == 0)
    return;

  node = signalr_node_parse (text, length, &error);
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    {
      tool_lines_write_error (self, "A command is a JSON object%s%s",
                              error != NULL ? ": " : "", error != NULL ? error->message : "");
      return;
    }

  command = json_node_get_object (node);
  if (!tool_command_read_string (command, "do", &what, &error))
    {
      tool_lines_write_error (self, "%s", error->message);
      return;
    }
  if (what == NULL)
    {
      tool_lines_write_error (self, "A command says what to do by its member “do”");
      return;
    }

  name = g_ascii_strdown (what, -1);
  g_signal_emit (self, signals[SIGNAL_COMMAND], 0, name, command);
}

/* A piece of a line, and whether the line ends with it. */
static void
tool_lines_take (ToolLines    *self,
                 const guint8 *data,
                 gsize         length,
                 gboolean      ends)
{
  if (!self->skipping && self->line->len + length > MAX_LINE)
    {
      self->skipping = TRUE;
      tool_lines_write_error (self, "A command is longer than %d bytes", MAX_LINE);
    }
  if (!self->skipping)
    g_byte_array_append (self->line, data, length);
  if (!ends)
    return;

  if (!self->skipping)
    tool_lines_handle (self);
  self->skipping = FALSE;
  g_byte_array_set_size (self->line, 0);
}

static void
tool_lines_take_chunk (ToolLines *self,
                       GBytes    *chunk)
{
  gsize left;
  const guint8 *data = g_bytes_get_data (chunk, &left);
  const guint8 *newline;

  while (left > 0 && (newline = memchr (data, '\n', left)) != NULL)
    {
      tool_lines_take (self, data, newline - data, TRUE);
      left -= newline + 1 - data;
      data = newline + 1;
    }
  if (left > 0)
    tool_lines_take (self, data, left, FALSE);
}

static void
tool_lines_read_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (ToolLines) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) chunk = NULL;

  chunk = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);
  if (self->input == NULL)
    return;

  if (chunk != NULL && g_bytes_get_size (chunk) > 0)
    {
      tool_lines_take_chunk (self, chunk);
      tool_lines_listen (self);
      return;
    }

  /* The last line need not have a newline. */
  tool_lines_take (self, NULL, 0, TRUE);
  g_signal_emit (self, signals[SIGNAL_ENDED], 0);
}

/**
 * tool_lines_listen:
 *
 * Begins to read commands. To be called once.
 */
void
tool_lines_listen (ToolLines *self)
{
  g_return_if_fail (TOOL_IS_LINES (self));

  if (self->input != NULL)
    g_input_stream_read_bytes_async (self->input, CHUNK_SIZE, G_PRIORITY_DEFAULT,
                                     self->cancellable, tool_lines_read_cb, g_object_ref (self));
}

static gboolean
refuse_member (const char  *name,
               const char  *kind,
               GError     **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "“%s” of a command is %s", name, kind);

  return FALSE;
}

gboolean
tool_command_read_string (JsonObject  *command,
                          const char  *name,
                          const char **value,
                          GError     **error)
{
  JsonNode *node = json_object_get_member (command, name);

  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    return refuse_member (name, "a string", error);

  *value = json_node_get_string (node);

  return TRUE;
}

gboolean
tool_command_read_boolean (JsonObject  *command,
                           const char  *name,
                           gboolean    *value,
                           GError     **error)
{
  JsonNode *node = json_object_get_member (command, name);

  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return refuse_member (name, "true or false", error);

  *value = json_node_get_boolean (node);

  return TRUE;
}

gboolean
tool_command_read_number (JsonObject  *command,
                          const char  *name,
                          double      *value,
                          GError     **error)
{
  JsonNode *node = json_object_get_member (command, name);

  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE (node) ||
      (json_node_get_value_type (node) != G_TYPE_INT64 &&
       json_node_get_value_type (node) != G_TYPE_DOUBLE))
    return refuse_member (name, "a number", error);

  *value = json_node_get_double (node);

  return TRUE;
}

gboolean
tool_command_read_array (JsonObject  *command,
                         const char  *name,
                         JsonNode   **value,
                         GError     **error)
{
  JsonNode *node = json_object_get_member (command, name);

  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return refuse_member (name, "an array", error);

  *value = node;

  return TRUE;
}
