/* stream-parser.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "stream-parser-private.h"

#include <string.h>

/* What stands around an envelope in a forever frame. */
#define SCRIPT_BEGIN "<script>r(c, "
#define SCRIPT_END   ");</script>"

struct _SignalrStreamParser {
  gboolean    is_events;
  gsize       max_size;

  GByteArray *pending;      /* of a line, of a script element, or of what is outside */
  gboolean    in_script;
  gsize       searched;     /* how much of what is pending has no mark */
  gboolean    after_return; /* the last byte was a CR, and may have an LF */
  GByteArray *data;         /* of the event that is being read */
  gboolean    has_data;
};

SignalrStreamParser *
signalr_stream_parser_new (SignalrTransport transport,
                           gsize            max_size)
{
  SignalrStreamParser *self = g_new0 (SignalrStreamParser, 1);

  self->is_events = transport == SIGNALR_TRANSPORT_SERVER_SENT_EVENTS;
  self->max_size = max_size;
  self->pending = g_byte_array_new ();
  self->data = g_byte_array_new ();

  return self;
}

void
signalr_stream_parser_free (SignalrStreamParser *self)
{
  g_byte_array_unref (self->pending);
  g_byte_array_unref (self->data);
  g_free (self);
}

static void
dispatch_event (SignalrStreamParser *self,
                GQueue              *messages)
{
  if (self->has_data)
    g_queue_push_tail (messages, g_bytes_new (self->data->data, self->data->len));

  g_byte_array_set_size (self->data, 0);
  self->has_data = FALSE;
}

/* Of the fields of an event only its data mean something here. */
static void
take_line (SignalrStreamParser *self,
           GQueue              *messages)
{
  const char *line = (const char *) self->pending->data;
  gsize length = self->pending->len;

  if (length == 0)
    {
      dispatch_event (self, messages);
      return;
    }

  if (length < 5 || g_ascii_strncasecmp (line, "data:", 5) != 0)
    return;

  line += 5;
  length -= 5;
  if (length > 0 && *line == ' ')
    {
      line++;
      length--;
    }

  if (self->has_data)
    g_byte_array_append (self->data, (const guint8 *) "\n", 1);
  g_byte_array_append (self->data, (const guint8 *) line, length);
  self->has_data = TRUE;
}

static gsize
find_line_end (const char *data,
               gsize       length)
{
  gsize end = 0;

  while (end < length && data[end] != '\n' && data[end] != '\r')
    end++;

  return end;
}

static void
push_events (SignalrStreamParser *self,
             const char          *data,
             gsize                length,
             GQueue              *messages)
{
  while (length > 0)
    {
      gsize end;

      if (self->after_return && *data == '\n')
        {
          self->after_return = FALSE;
          data++;
          length--;
          continue;
        }

      end = find_line_end (data, length);
      self->after_return = FALSE;
      g_byte_array_append (self->pending, (const guint8 *) data, end);
      if (end < length)
        {
          self->after_return = data[end] == '\r';
          take_line (self, messages);
          g_byte_array_set_size (self->pending, 0);
          end++;
        }

      data += end;
      length -= end;
    }
}

/* What stands outside of the elements is the page around them; of it only as
 * much is kept as may be the beginning of the next.
 */
static void
push_scripts (SignalrStreamParser *self,
              const char          *data,
              gsize                length,
              GQueue              *messages)
{
  const char *mark, *text, *found;
  gsize at = 0, kept;

  g_byte_array_append (self->pending, (const guint8 *) data, length);
  text = (const char *) self->pending->data;
  length = self->pending->len;

  for (;;)
    {
      gsize from = MAX (at, self->searched);

      mark = self->in_script ? SCRIPT_END : SCRIPT_BEGIN;
      found = memmem (text + from, length - from, mark, strlen (mark));
      if (found == NULL)
        break;

      if (self->in_script)
        g_queue_push_tail (messages, g_bytes_new (text + at, found - (text + at)));
      at = found - text + strlen (mark);
      self->in_script = !self->in_script;
    }

  kept = length - at;
  if (!self->in_script)
    kept = MIN (kept, strlen (SCRIPT_BEGIN) - 1);
  g_byte_array_remove_range (self->pending, 0, length - kept);
  self->searched = kept - MIN (kept, strlen (mark) - 1);
}

gboolean
signalr_stream_parser_push (SignalrStreamParser  *self,
                            const char           *data,
                            gsize                 length,
                            GQueue               *messages,
                            GError              **error)
{
  if (self->is_events)
    push_events (self, data, length, messages);
  else
    push_scripts (self, data, length, messages);

  if (self->pending->len <= self->max_size && self->data->len <= self->max_size)
    return TRUE;

  g_set_error (error, SIGNALR_ERROR, SIGNALR_ERROR_TOO_LARGE,
               "The server sends a message of more than %" G_GSIZE_FORMAT " bytes",
               self->max_size);

  return FALSE;
}
