/* tool-output.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tool-output.h"

#include <errno.h>
#include <glib-unix.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include "tool-record.h"

/* How long the last lines wait for a reader, in ms. */
#define LAST_WORDS 1000

/*
 * ToolOutput:
 *
 * Lines to a file descriptor, whole and in order. As it is made, writing waits for the
 * reader, like that of every program in a pipe. One with a limit never waits: so much
 * is kept for the reader, and lines that have no room are left out and counted, which
 * a line `{"event":"dropped","lines":N}` tells in their place.
 *
 * The descriptor may be shared with other programs, so it is not made non-blocking: as
 * little is written at a time as there is room for wherever there is any.
 */
struct _ToolOutput {
  int         fd;
  gsize       limit;       /* bytes; 0 for one that waits */
  GByteArray *waiting;
  guint64     n_dropped;   /* behind what waits */
  GSource    *writable;    /* while something waits */
  gboolean    closed;
};

/**
 * tool_output_new:
 * @fd: it stays the caller's
 *
 * Returns: (transfer full): an output that waits for its reader
 */
ToolOutput *
tool_output_new (int fd)
{
  ToolOutput *self = g_new0 (ToolOutput, 1);

  self->fd = fd;
  self->waiting = g_byte_array_new ();

  return self;
}

/* Whether something can be written within @timeout, in ms, or -1 for any time. */
static gboolean
tool_output_has_room (ToolOutput *self,
                      int         timeout)
{
  struct pollfd room = { .fd = self->fd, .events = POLLOUT };
  int n;

  do
    n = poll (&room, 1, timeout);
  while (n < 0 && errno == EINTR);

  return n == 1;
}

/* Returns how many were written, or -1 where nobody reads. */
static gssize
tool_output_write_some (ToolOutput *self,
                        const void *data,
                        gsize       length)
{
  gssize n = write (self->fd, data, MIN (length, PIPE_BUF));

  return n < 0 && (errno == EINTR || errno == EAGAIN) ? 0 : n;
}

/* As much as goes without waiting for longer than @timeout each time. */
static void
tool_output_flush (ToolOutput *self,
                   int         timeout)
{
  gsize done = 0;

  while (!self->closed && done < self->waiting->len && tool_output_has_room (self, timeout))
    {
      gssize n = tool_output_write_some (self, self->waiting->data + done, self->waiting->len - done);

      self->closed = n < 0;
      done += MAX (n, 0);
    }

  if (self->closed)
    done = self->waiting->len;
  if (done > 0)
    g_byte_array_remove_range (self->waiting, 0, done);
}

/* Where lines are missing, that is said before anything else is. */
static void
tool_output_tell_dropped (ToolOutput *self)
{
  g_autoptr (GString) line = NULL;

  if (self->n_dropped == 0)
    return;

  line = tool_record_new_event ("dropped");
  tool_record_add_integer (line, "lines", self->n_dropped);
  g_string_prepend_c (line, '{');
  g_string_append (line, "}\n");
  g_byte_array_append (self->waiting, (const guint8 *) line->str, line->len);
  self->n_dropped = 0;
}

static gboolean
tool_output_writable_cb (int          fd,
                         GIOCondition condition,
                         gpointer     user_data)
{
  ToolOutput *self = user_data;

  tool_output_flush (self, 0);
  if (self->waiting->len == 0)
    {
      tool_output_tell_dropped (self);
      tool_output_flush (self, 0);
    }

  if (self->waiting->len > 0)
    return G_SOURCE_CONTINUE;

  g_clear_pointer (&self->writable, g_source_unref);

  return G_SOURCE_REMOVE;
}

static void
tool_output_wait (ToolOutput *self)
{
  if (self->waiting->len == 0 || self->writable != NULL)
    return;

  self->writable = g_unix_fd_source_new (self->fd, G_IO_OUT);
  g_source_set_static_name (self->writable, "[tools] output");
  g_source_set_callback (self->writable, G_SOURCE_FUNC (tool_output_writable_cb), self, NULL);
  g_source_attach (self->writable, g_main_context_get_thread_default ());
}

/**
 * tool_output_set_limit:
 * @limit: how much may wait for a reader, in bytes
 *
 * Makes it one that does not wait. What waits is written as the thread-default main
 * context runs.
 */
void
tool_output_set_limit (ToolOutput *self,
                       gsize       limit)
{
  self->limit = limit;
}

/**
 * tool_output_write:
 * @line: with its end
 *
 * Returns: whether somebody may read it; once nobody does, it is forgotten
 */
gboolean
tool_output_write (ToolOutput    *self,
                   const GString *line)
{
  if (self->closed)
    return FALSE;

  if (self->limit > 0 && self->waiting->len + line->len > self->limit)
    {
      self->n_dropped++;
      return TRUE;
    }

  tool_output_tell_dropped (self);
  g_byte_array_append (self->waiting, (const guint8 *) line->str, line->len);
  if (self->writable == NULL)
    tool_output_flush (self, self->limit > 0 ? 0 : -1);
  tool_output_wait (self);

  return !self->closed;
}

/**
 * tool_output_free:
 *
 * What waits has a second more to be read.
 */
void
tool_output_free (ToolOutput *self)
{
  gint64 end = g_get_monotonic_time () + LAST_WORDS * 1000;

  tool_output_tell_dropped (self);
  while (self->waiting->len > 0 && !self->closed && g_get_monotonic_time () < end)
    tool_output_flush (self, 10);

  if (self->writable != NULL)
    g_source_destroy (self->writable);
  g_clear_pointer (&self->writable, g_source_unref);
  g_byte_array_unref (self->waiting);
  g_free (self);
}
