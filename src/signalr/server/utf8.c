/* utf8.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "utf8-private.h"

#include <string.h>

/* The bounds of the byte behind a first byte keep out overlong forms,
 * surrogates and what is above U+10FFFF (RFC 3629, section 4).
 */
static gboolean
signalr_utf8_begin (SignalrUtf8 *self,
                    guint8       byte)
{
  self->low = 0x80;
  self->high = 0xbf;

  if (byte < 0x80)
    self->wanted = 0;
  else if (byte >= 0xc2 && byte <= 0xdf)
    self->wanted = 1;
  else if (byte >= 0xe0 && byte <= 0xef)
    self->wanted = 2;
  else if (byte >= 0xf0 && byte <= 0xf4)
    self->wanted = 3;
  else
    return FALSE;

  if (byte == 0xe0)
    self->low = 0xa0;
  else if (byte == 0xed)
    self->high = 0x9f;
  else if (byte == 0xf0)
    self->low = 0x90;
  else if (byte == 0xf4)
    self->high = 0x8f;

  return TRUE;
}

/*< private >
 * signalr_utf8_scan:
 *
 * Returns: whether @data goes on where the last piece ended without a byte
 *   that cannot stand there
 */
gboolean
signalr_utf8_scan (SignalrUtf8  *self,
                   const guint8 *data,
                   gsize         length)
{
  for (gsize i = 0; i < length; i++)
    {
      /* Most text is ASCII: eight bytes at once. */
      while (self->wanted == 0 && length - i >= sizeof (guint64))
        {
          guint64 word;

          memcpy (&word, data + i, sizeof word);
          if ((word & G_GUINT64_CONSTANT (0x8080808080808080)) != 0)
            break;
          i += sizeof word;
        }
      if (i == length)
        break;

      if (self->wanted == 0)
        {
          if (!signalr_utf8_begin (self, data[i]))
            return FALSE;
        }
      else
        {
          if (data[i] < self->low || data[i] > self->high)
            return FALSE;

          self->low = 0x80;
          self->high = 0xbf;
          self->wanted--;
        }
    }

  return TRUE;
}

gboolean
signalr_utf8_whole (SignalrUtf8 *self)
{
  return self->wanted == 0;
}
