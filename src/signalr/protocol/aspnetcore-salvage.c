/* aspnetcore-salvage.c: which record it was that could not be read
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aspnetcore-codec-private.h"

#include <math.h>
#include <string.h>

/* The longest number that is looked at as one; 1e309 is out of range already. */
#define MAX_NUMBER_LENGTH 64
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

/* The unit of `\\uXXXX` at @at; G_MAXUINT where there is none. */
static guint
escaped_unit (const char *at,
              const char *end)
{
  guint unit = 0;

  if (end - at < 6 || at[0] != '\\' || at[1] != 'u')
    return G_MAXUINT;

  for (guint i = 2; i < 6; i++)
    {
      if (!g_ascii_isxdigit (at[i]))
        return G_MAXUINT;
      unit = unit << 4 | g_ascii_xdigit_value (at[i]);
    }

  return unit;
}

/* Another character in place of one that no string of ours holds; what is behind it. */
static char *
mend_escape (char       *at,
             const char *end)
{
  guint unit = escaped_unit (at, end);
  guint next = escaped_unit (at + 6, end);

  if (unit == G_MAXUINT)
    return MIN (at + 2, (char *) end);

  if (unit >= 0xd800 && unit < 0xdc00 && next >= 0xdc00 && next < 0xe000)
    return at + 12;

  if (unit == 0 || (unit >= 0xd800 && unit < 0xe000))
    memcpy (at + 2, "fffd", 4);

  return at + 6;
}

static char *
mend_number (char       *at,
             const char *end)
{
  char *behind = at;
  g_autofree char *number = NULL;

  while (behind < end && (g_ascii_isalnum (*behind) || strchr ("+-.", *behind) != NULL))
    behind++;

  number = g_strndup (at, MIN (behind - at, MAX_NUMBER_LENGTH));
  if (!isfinite (g_ascii_strtod (number, NULL)))
    {
      memset (at, ' ', behind - at);
      *at = '0';
    }

  return behind;
}

/*< private >
 * signalr_record_json_mend:
 *
 * Reads a record with something else in place of each value that is JSON, and that
 * our nodes cannot hold.
 *
 * Returns: (transfer full) (nullable): that; %NULL where it is no good anyway
 */
SignalrRecord *
signalr_record_json_mend (const char *text,
                          gsize       length)
{
  g_autofree char *mended = g_strndup (text, length);
  const char *end = mended + length;
  gboolean in_string = FALSE;

  for (char *at = mended; at < end;)
    {
      if (*at == '"')
        in_string = !in_string;

      if (in_string && *at == '\\')
        at = mend_escape (at, end);
      else if (!in_string && (*at == '-' || g_ascii_isdigit (*at)))
        at = mend_number (at, end);
      else
        at++;
    }

  return signalr_record_json_decode (mended, length, NULL);
}
