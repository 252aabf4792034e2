/* aspnetcore-salvage.c: which record it was that could not be read
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aspnetcore-codec-private.h"

#include <string.h>

/* An id longer than this is none that was given out here. */
#define MAX_ID_LENGTH 128

/* Behind the closing quote of a string, whatever is in it; @end where there is none. */
static const char *
skip_string (const char *at,
             const char *end)
{
  for (at++; at < end && *at != '"'; at++)
    {
      if (*at == '\\')
        at++;
    }

  return at < end ? at + 1 : end;
}

static const char *
skip_white (const char *at,
            const char *end)
{
  while (at < end && g_ascii_isspace (*at))
    at++;

  return at;
}

static gboolean
is_name (const char *from,
         const char *to,
         const char *name)
{
  gsize length = strlen (name);

  return (gsize) (to - from) == length + 2 && strncmp (from + 1, name, length) == 0;
}

/* A member of the record itself, whose name stands from @from to @to. */
static void
take_member (SignalrRecord *record,
             const char    *from,
             const char    *to,
             const char    *value,
             const char    *end)
{
  if (value == end)
    return;

  if (is_name (from, to, "type") && g_ascii_isdigit (*value) &&
      (value + 1 == end || !g_ascii_isdigit (value[1])))
    {
      record->type = *value - '0';
    }
  else if (is_name (from, to, "invocationId") && *value == '"')
    {
      const char *last = skip_string (value, end);

      g_clear_pointer (&record->invocation_id, g_free);
      if (last - value >= 2 && last[-1] == '"' && last - value <= MAX_ID_LENGTH &&
          memchr (value, '\\', last - value) == NULL)
        record->invocation_id = g_utf8_make_valid (value + 1, last - value - 2);
    }
}

/*< private >
 * signalr_record_json_salvage:
 *
 * Reads no more of a record that is no good than its type and its id.
 *
 * Returns: (transfer full) (nullable): those; %NULL where it is no record at all
 */
SignalrRecord *
signalr_record_json_salvage (const char *text,
                             gsize       length)
{
  const char *end = text + length;
  const char *at = skip_white (text, end);
  g_autoptr (SignalrRecord) record = signalr_record_new (0);
  guint depth = 0;

  if (at == end || *at != '{')
    return NULL;

  while (at < end)
    {
      const char *from = at;

      switch (*at)
        {
        case '{':
        case '[':
          depth++;
          at++;
          break;

        case '}':
        case ']':
          if (--depth == 0)
            return skip_white (at + 1, end) == end && record->type != 0
                   ? g_steal_pointer (&record) : NULL;
          at++;
          break;

        case '"':
          at = skip_string (at, end);
          if (depth == 1 && at < end && *skip_white (at, end - 1) == ':')
            take_member (record, from, at, skip_white (skip_white (at, end) + 1, end), end);
          break;

        default:
          at++;
        }
    }

  return NULL;
}
