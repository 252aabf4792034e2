/* tertulia-text.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-text-private.h"

/* Characters that are not seen, but change what is seen around them: with them
 * somebody could write another one's name.
 */
static gboolean
is_deceptive (gunichar c)
{
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
         c == 0x200e || c == 0x200f || c == 0x2028 || c == 0x2029;
}

/*< private >
 * tertulia_name_normalize:
 * @name: (nullable): what somebody calls themselves, or a room
 *
 * Returns: (transfer full) (nullable): the one way in which that name is
 *   written, or %NULL where it is none: empty, too long, or with characters
 *   that nobody can see
 */
char *
tertulia_name_normalize (const char *name)
{
  g_autofree char *normal = NULL;

  /* The bound on bytes is before the work that it bounds. */
  if (name == NULL || strlen (name) > TERTULIA_NAME_MAX_LENGTH * 6)
    return NULL;

  normal = g_utf8_normalize (name, -1, G_NORMALIZE_NFC);
  if (normal == NULL)
    return NULL;

  g_strstrip (normal);
  if (*normal == '\0' || g_utf8_strlen (normal, -1) > TERTULIA_NAME_MAX_LENGTH)
    return NULL;

  for (const char *p = normal; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_iscntrl (c) || is_deceptive (c))
        return NULL;
    }

  return g_steal_pointer (&normal);
}

/*< private >
 * tertulia_text_is_valid:
 * @text: (nullable): a message
 *
 * Returns: whether it can be sent: it has something to read, is not too long,
 *   and holds no control characters but tab and newline
 */
gboolean
tertulia_text_is_valid (const char *text)
{
  gboolean something = FALSE;
  gsize length = 0;

  if (text == NULL || strlen (text) > TERTULIA_TEXT_MAX_LENGTH * 6 || !g_utf8_validate (text, -1, NULL))
    return FALSE;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_iscntrl (c) && c != '\n' && c != '\t')
        return FALSE;
      if (!g_unichar_isspace (c))
        something = TRUE;
      length++;
    }

  return something && length <= TERTULIA_TEXT_MAX_LENGTH;
}
