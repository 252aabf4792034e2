/* form.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "form-private.h"

#include <string.h>

/* What is no escape stands for itself, as with the official servers. */
static GString *
decode (const char *text,
        gsize       length)
{
  GString *decoded = g_string_sized_new (length);

  for (gsize i = 0; i < length; i++)
    {
      if (text[i] == '+')
        {
          g_string_append_c (decoded, ' ');
        }
      else if (text[i] == '%' && length - i > 2 && g_ascii_isxdigit (text[i + 1]) && g_ascii_isxdigit (text[i + 2]))
        {
          g_string_append_c (decoded, (char) (g_ascii_xdigit_value (text[i + 1]) << 4 | g_ascii_xdigit_value (text[i + 2])));
          i += 2;
        }
      else
        {
          g_string_append_c (decoded, text[i]);
        }
    }

  return decoded;
}

static gboolean
is_called (const char *text,
           gsize       length,
           const char *name)
{
  g_autoptr (GString) decoded = decode (text, length);

  return decoded->len == strlen (name) && g_ascii_strcasecmp (decoded->str, name) == 0;
}

/*< private >
 * signalr_form_get:
 * @name: without regard to case
 * @length: (out): of the value, which may hold zero bytes and need not be UTF-8
 *
 * Whatever its type is said to be: some clients say nothing, and some that it is
 * JSON. libsoup's decoder ends a value at its first zero byte, and leaves out one
 * with a wrong escape.
 *
 * Returns: (transfer full) (nullable): the first value of that name, with a zero
 *   byte behind it
 */
char *
signalr_form_get (const char *form,
                  gsize       form_length,
                  const char *name,
                  gsize      *length)
{
  const char *end = form + form_length;

  while (form < end)
    {
      const char *next = memchr (form, '&', end - form);
      const char *field_end = next != NULL ? next : end;
      const char *equals = memchr (form, '=', field_end - form);
      const char *name_end = equals != NULL ? equals : field_end;

      if (is_called (form, name_end - form, name))
        {
          const char *value = equals != NULL ? equals + 1 : field_end;
          GString *decoded = decode (value, field_end - value);

          *length = decoded->len;
          return g_string_free (decoded, FALSE);
        }

      form = field_end + 1;
    }

  return NULL;
}
