/* program.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "program.h"

#include <signal.h>
#include <sys/prctl.h>

/* A safety net, not a measure: what is waited for comes much sooner, or never. */
#define LIMIT (20 * G_USEC_PER_SEC)

struct _Program {
  char             *name;
  GSubprocess      *process;
  GDataInputStream *output;
  GDataInputStream *errors;
  GCancellable     *cancellable;
  GQueue            lines;       /* JsonNode, that nobody has seen yet */
  GPtrArray        *seen;        /* JsonNode */
  GString          *said;        /* on standard error */
  guint             n_open;      /* of its streams and itself */
};

static void
end_with_parent (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static void
read_output_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  Program *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;
  JsonNode *node;
  gsize length;

  line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, &length, &error);
  if (line == NULL)
    {
      self->n_open--;
      return;
    }

  g_test_message ("%s: %s", self->name, line);
  node = signalr_node_parse (line, length, &error);
  g_assert_no_error (error);
  g_assert_true (JSON_NODE_HOLDS_OBJECT (node));
  g_queue_push_tail (&self->lines, node);

  g_data_input_stream_read_line_async (self->output, G_PRIORITY_DEFAULT, self->cancellable,
                                       read_output_cb, self);
}

static void
read_errors_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  Program *self = user_data;
  g_autofree char *line = NULL;

  line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, NULL);
  if (line == NULL)
    {
      self->n_open--;
      return;
    }

  g_test_message ("%s says: %s", self->name, line);
  g_string_append_printf (self->said, "%s\n", line);

  g_data_input_stream_read_line_async (self->errors, G_PRIORITY_DEFAULT, self->cancellable,
                                       read_errors_cb, self);
}

static void
wait_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Program *self = user_data;

  g_subprocess_wait_finish (G_SUBPROCESS (source), result, NULL);
  self->n_open--;
}

Program *
program_startv (const char         *name,
                const char * const *args)
{
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  Program *self = g_new0 (Program, 1);

  path = g_build_filename (g_getenv ("TERTULIA_BUILD_DIR"), "src", "tools", name, NULL);
  g_ptr_array_add (argv, path);
  for (gsize i = 0; args[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer) args[i]);
  g_ptr_array_add (argv, NULL);

  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE |
                                        G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                        G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_subprocess_launcher_setenv (launcher, "XDG_STATE_HOME", g_get_user_state_dir (), TRUE);
  g_subprocess_launcher_set_child_setup (launcher, end_with_parent, NULL, NULL);

  self->name = g_strdup (name);
  self->process = g_subprocess_launcher_spawnv (launcher, (const char * const *) argv->pdata, &error);
  g_assert_no_error (error);
  self->cancellable = g_cancellable_new ();
  self->seen = g_ptr_array_new_with_free_func ((GDestroyNotify) json_node_unref);
  self->said = g_string_new (NULL);
  g_queue_init (&self->lines);

  self->output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  self->errors = g_data_input_stream_new (g_subprocess_get_stderr_pipe (self->process));
  self->n_open = 3;
  g_data_input_stream_read_line_async (self->output, G_PRIORITY_DEFAULT, self->cancellable,
                                       read_output_cb, self);
  g_data_input_stream_read_line_async (self->errors, G_PRIORITY_DEFAULT, self->cancellable,
                                       read_errors_cb, self);
  g_subprocess_wait_async (self->process, self->cancellable, wait_cb, self);

  return self;
}

Program *
program_start (const char *name,
               ...)
{
  g_autoptr (GPtrArray) args = g_ptr_array_new ();
  const char *arg;
  va_list list;

  va_start (list, name);
  do
    {
      arg = va_arg (list, const char *);
      g_ptr_array_add (args, (gpointer) arg);
    }
  while (arg != NULL);
  va_end (list);

  return program_startv (name, (const char * const *) args->pdata);
}

/* Ends it the hard way where it still runs. */
void
program_free (Program *self)
{
  g_subprocess_force_exit (self->process);
  g_subprocess_wait (self->process, NULL, NULL);
  g_cancellable_cancel (self->cancellable);
  while (self->n_open > 0)
    g_main_context_iteration (NULL, TRUE);

  g_clear_object (&self->output);
  g_clear_object (&self->errors);
  g_clear_object (&self->process);
  g_clear_object (&self->cancellable);
  g_queue_clear_full (&self->lines, (GDestroyNotify) json_node_unref);
  g_ptr_array_unref (self->seen);
  g_string_free (self->said, TRUE);
  g_free (self->name);
  g_free (self);
}

void
program_do (Program    *self,
            const char *format,
            ...)
{
  g_autofree char *command = NULL;
  g_autofree char *line = NULL;
  g_autoptr (GError) error = NULL;
  va_list args;

  va_start (args, format);
  command = g_strdup_vprintf (format, args);
  va_end (args);

  g_test_message ("%s < %s", self->name, command);
  line = g_strconcat (command, "\n", NULL);
  g_output_stream_write_all (g_subprocess_get_stdin_pipe (self->process), line, strlen (line),
                             NULL, NULL, &error);
  g_assert_no_error (error);
}

static gboolean
wake_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* NULL where it has ended without a line. */
static JsonObject *
next_line (Program    *self,
           const char *what)
{
  gint64 limit = g_get_monotonic_time () + LIMIT;
  guint wake = g_timeout_add (100, wake_cb, NULL);
  JsonNode *node = NULL;

  while ((node = g_queue_pop_head (&self->lines)) == NULL && self->n_open > 0)
    {
      if (g_get_monotonic_time () > limit)
        g_error ("%s: waited too long for %s", self->name, what);
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (wake);

  if (node == NULL)
    return NULL;

  g_ptr_array_add (self->seen, node);

  return json_node_get_object (node);
}

const char *
event_string (JsonObject *event,
              const char *member)
{
  g_assert_true (json_object_has_member (event, member));
  g_assert_true (JSON_NODE_HOLDS_VALUE (json_object_get_member (event, member)));

  return json_object_get_string_member (event, member);
}

static const char *
event_name (JsonObject *event)
{
  return json_object_get_string_member_with_default (event, "event", "");
}

JsonObject *
program_next (Program *self)
{
  JsonObject *event;

  do
    event = next_line (self, "an event");
  while (event != NULL && g_str_equal (event_name (event), "state"));

  g_assert_nonnull (event);

  return event;
}

JsonObject *
program_expect (Program    *self,
                const char *name)
{
  JsonObject *event = program_next (self);

  g_assert_cmpstr (event_name (event), ==, name);

  return event;
}

JsonObject *
program_wait (Program    *self,
              const char *name)
{
  JsonObject *event;

  do
    event = next_line (self, name);
  while (event != NULL && !g_str_equal (event_name (event), name));

  g_assert_nonnull (event);

  return event;
}

const char *
program_wait_address (Program *self)
{
  JsonObject *line = next_line (self, "its address");

  g_assert_nonnull (line);

  return event_string (line, "listening");
}

gint64
program_wait_port (Program *self)
{
  JsonObject *line = next_line (self, "its port");

  g_assert_nonnull (line);
  g_assert_true (json_object_has_member (line, "listening"));

  return json_object_get_int_member (line, "listening");
}

void
program_end_input (Program *self)
{
  g_output_stream_close (g_subprocess_get_stdin_pipe (self->process), NULL, NULL);
}

void
program_signal (Program *self,
                int      number)
{
  g_subprocess_send_signal (self->process, number);
}

int
program_wait_end (Program *self)
{
  JsonObject *event;

  while ((event = next_line (self, "its end")) != NULL)
    g_assert_cmpstr (event_name (event), ==, "state");

  g_assert_true (g_subprocess_get_if_exited (self->process));

  return g_subprocess_get_exit_status (self->process);
}

const char *
program_get_errors (Program *self)
{
  return self->said->str;
}
