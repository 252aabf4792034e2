/* cursor.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "cursor-private.h"

#include <string.h>

#define MAX_POSITIONS 4096

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_:";

static void
append_topic (GString *text,
              guint64  topic)
{
  char reversed[11];
  gsize n = 0;

  do
    {
      reversed[n++] = digits[topic % 64];
      topic /= 64;
    }
  while (topic > 0);

  while (n > 0)
    g_string_append_c (text, reversed[--n]);
}

/* Official clients give the cursor back as it is; its form is that of the
 * official servers: d-PROCESS-TOPIC,NEXT|TOPIC,NEXT
 */
void
signalr_cursor_append (GString               *text,
                       guint32                process,
                       const SignalrPosition *positions,
                       gsize                  n_positions)
{
  g_string_append_printf (text, "d-%X-", process);

  for (gsize i = 0; i < n_positions; i++)
    {
      if (i > 0)
        g_string_append_c (text, '|');
      append_topic (text, positions[i].topic);
      g_string_append_printf (text, ",%" G_GINT64_MODIFIER "X", positions[i].next);
    }
}

static gboolean
parse_topic (const char **text,
             guint64     *topic)
{
  const char *start = *text;

  *topic = 0;
  for (; **text != '\0' && strchr (digits, **text) != NULL; (*text)++)
    {
      if (*text - start == 10)
        return FALSE;
      *topic = *topic * 64 + (strchr (digits, **text) - digits);
    }

  return *text > start;
}

static gboolean
parse_next (const char **text,
            guint64     *next)
{
  const char *start = *text;

  *next = 0;
  for (; g_ascii_isxdigit (**text); (*text)++)
    {
      if (*text - start == 16)
        return FALSE;
      *next = *next * 16 + g_ascii_xdigit_value (**text);
    }

  return *text > start;
}

static gboolean
holds_topic (GArray  *positions,
             guint64  topic)
{
  for (guint i = 0; i < positions->len; i++)
    {
      if (g_array_index (positions, SignalrPosition, i).topic == topic)
        return TRUE;
    }

  return FALSE;
}

/*< private >
 * signalr_cursor_parse:
 * @positions: (out) (transfer full): of #SignalrPosition; set where the cursor
 *   is of this process
 */
SignalrCursorKind
signalr_cursor_parse (const char  *text,
                      guint32      process,
                      GArray     **positions)
{
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (SignalrPosition));
  g_autofree char *prefix = g_strdup_printf ("d-%X-", process);

  if (!g_str_has_prefix (text, prefix))
    return SIGNALR_CURSOR_FOREIGN;

  for (text += strlen (prefix); ; text++)
    {
      SignalrPosition position;

      if (!parse_topic (&text, &position.topic) || *text++ != ',' ||
          !parse_next (&text, &position.next) ||
          holds_topic (found, position.topic) || found->len == MAX_POSITIONS)
        return SIGNALR_CURSOR_BROKEN;

      g_array_append_val (found, position);

      if (*text == '\0')
        break;
      if (*text != '|')
        return SIGNALR_CURSOR_BROKEN;
    }

  *positions = g_steal_pointer (&found);

  return SIGNALR_CURSOR_HERE;
}

/* That of the official servers behind a backplane with one stream: s-0,ID */
void
signalr_cursor_append_shared (GString *text,
                              guint64  id)
{
  g_string_append_printf (text, "s-0,%" G_GINT64_MODIFIER "X", id);
}

/*< private >
 * signalr_cursor_parse_shared:
 * @id: (out): set where the cursor is of such a stream
 *
 * One of several streams, or of another than the first, is foreign.
 */
SignalrCursorKind
signalr_cursor_parse_shared (const char *text,
                             guint64    *id)
{
  gboolean ours = g_str_has_prefix (text, "s-0,");
  guint n_streams = 0;

  if (!g_str_has_prefix (text, "s-"))
    return SIGNALR_CURSOR_FOREIGN;

  for (text += strlen ("s-"); ; text++)
    {
      guint64 stream;

      if (!parse_topic (&text, &stream) || *text++ != ',' || !parse_next (&text, id) || n_streams++ == MAX_POSITIONS)
        return SIGNALR_CURSOR_BROKEN;

      if (*text == '\0')
        break;
      if (*text != '|')
        return SIGNALR_CURSOR_BROKEN;
    }

  return ours && n_streams == 1 ? SIGNALR_CURSOR_HERE : SIGNALR_CURSOR_FOREIGN;
}
