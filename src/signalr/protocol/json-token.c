/* json-token.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "json-token-private.h"

#include <errno.h>
#include <math.h>
#include <string.h>

gboolean
signalr_json_scan_fail (JsonScan   *scan,
                        gsize       at,
                        const char *what)
{
  g_set_error (scan->error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA,
               "Invalid JSON at offset %" G_GSIZE_FORMAT ": %s", at, what);

  return FALSE;
}

gboolean
signalr_json_scan_expect (JsonScan   *scan,
                          char        byte,
                          const char *what)
{
  if (scan_peek (scan) != byte)
    return signalr_json_scan_fail (scan, scan->at, what);

  scan->at++;

  return TRUE;
}

static gboolean
scan_hex (JsonScan *scan,
          gunichar *unit)
{
  *unit = 0;

  for (guint i = 0; i < 4; i++)
    {
      int digit = g_ascii_xdigit_value (scan_peek (scan));

      if (digit < 0)
        return signalr_json_scan_fail (scan, scan->at, "\\u without four hexadecimal digits");

      *unit = *unit << 4 | digit;
      scan->at++;
    }

  return TRUE;
}

/* Behind "\u". */
static gboolean
scan_unicode (JsonScan *scan)
{
  gsize start = scan->at - 2;
  gunichar unit, low;

  if (!scan_hex (scan, &unit))
    return FALSE;

  if (unit == 0)
    return signalr_json_scan_fail (scan, start, "\\u0000, which no string can hold");
  if (unit >= 0xdc00 && unit <= 0xdfff)
    return signalr_json_scan_fail (scan, start, "half of a surrogate pair");

  if (unit >= 0xd800 && unit <= 0xdbff)
    {
      if (scan->length - scan->at < 2 || memcmp (scan->text + scan->at, "\\u", 2) != 0)
        return signalr_json_scan_fail (scan, start, "half of a surrogate pair");

      scan->at += 2;
      if (!scan_hex (scan, &low))
        return FALSE;
      if (low < 0xdc00 || low > 0xdfff)
        return signalr_json_scan_fail (scan, start, "half of a surrogate pair");

      unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
    }

  if (scan->unescaped != NULL)
    g_string_append_unichar (scan->unescaped, unit);

  return TRUE;
}

/* Behind the backslash. */
static gboolean
scan_escape (JsonScan *scan)
{
  static const char escapes[] = "\"\\/bfnrt";
  static const char meanings[] = "\"\\/\b\f\n\r\t";
  char byte = scan_peek (scan);
  const char *found = byte != '\0' ? strchr (escapes, byte) : NULL;

  if (byte == 'u')
    {
      scan->at++;
      return scan_unicode (scan);
    }

  if (found == NULL)
    return signalr_json_scan_fail (scan, scan->at, "an unknown escape");

  scan->at++;
  if (scan->unescaped != NULL)
    g_string_append_c (scan->unescaped, meanings[found - escapes]);

  return TRUE;
}

static const guint8 is_plain[256] = {
  [' ' ... '!'] = TRUE, ['#' ... '['] = TRUE, [']' ... 0x7f] = TRUE,
};

#define EACH(byte) (G_GUINT64_CONSTANT (0x0101010101010101) * (byte))

/* The top bits of the eight bytes of @word that are not plain. What a byte borrows
 * it borrows from a higher one, so above the lowest bit there may be some too many.
 */
static guint64
special_bytes (guint64 word)
{
  guint64 controls = word - EACH (0x20);
  guint64 quotes = (word ^ EACH ('"')) - EACH (1);
  guint64 backslashes = (word ^ EACH ('\\')) - EACH (1);

  return (word | controls | quotes | backslashes) & EACH (0x80);
}

gsize
signalr_json_plain_span (const char *text,
                         gsize       length)
{
  gsize n = 0;

  /* Eight bytes at once, the first of them the lowest. */
  while (length - n >= sizeof (guint64))
    {
      guint64 word, special;

      memcpy (&word, text + n, sizeof word);
      special = special_bytes (GUINT64_FROM_LE (word));
      if (special != 0)
        {
          n += __builtin_ctzll (special) / 8;
          break;
        }

      n += sizeof word;
    }

  while (n < length && is_plain[(guchar) text[n]])
    n++;

  return n;
}

/* Bytes that stand for themselves, up to a quote or a backslash. */
static gboolean
scan_plain (JsonScan *scan)
{
  const char *start = scan->text + scan->at;
  const char *invalid;
  gsize left = scan->length - scan->at;
  gsize n = signalr_json_plain_span (start, left);
  gboolean ascii = TRUE;

  while (n < left && start[n] != '"' && start[n] != '\\' && (guchar) start[n] >= 0x20)
    {
      ascii &= (guchar) start[n] < 0x80;
      n++;
    }

  if (!ascii && !g_utf8_validate_len (start, n, &invalid))
    return signalr_json_scan_fail (scan, scan->at + (invalid - start), "invalid UTF-8");

  if (scan->unescaped != NULL)
    g_string_append_len (scan->unescaped, start, n);
  scan->at += n;

  return TRUE;
}

/* Up to the quote that ends it, with whatever there is on the way. */
static gboolean
scan_string_rest (JsonScan *scan,
                  gsize     start)
{
  if (scan->builds && scan->unescaped == NULL)
    scan->unescaped = g_string_new (NULL);
  if (scan->builds)
    g_string_truncate (scan->unescaped, 0);

  while (scan->at < scan->length)
    {
      char byte = scan->text[scan->at];

      if (byte == '"')
        {
          scan->at++;
          if (scan->builds)
            {
              scan->string = scan->unescaped->str;
              scan->string_length = scan->unescaped->len;
            }
          return TRUE;
        }

      if (byte == '\\')
        {
          scan->at++;
          if (!scan_escape (scan))
            return FALSE;
        }
      else if ((guchar) byte < 0x20)
        {
          return signalr_json_scan_fail (scan, scan->at, "a control character in a string");
        }
      else if (!scan_plain (scan))
        {
          return FALSE;
        }
    }

  return signalr_json_scan_fail (scan, start, "a string without an end");
}

gboolean
signalr_json_scan_string (JsonScan *scan)
{
  gsize start = scan->at;
  gsize plain;

  if (!signalr_json_scan_expect (scan, '"', "a string was expected"))
    return FALSE;

  plain = signalr_json_plain_span (scan->text + scan->at, scan->length - scan->at);
  if (scan->at + plain == scan->length || scan->text[scan->at + plain] != '"')
    return scan_string_rest (scan, start);

  scan->string = scan->text + scan->at;
  scan->string_length = plain;
  scan->at += plain + 1;

  return TRUE;
}

static gboolean
scan_digits (JsonScan *scan)
{
  if (!g_ascii_isdigit (scan_peek (scan)))
    return signalr_json_scan_fail (scan, scan->at, "a digit was expected");

  while (g_ascii_isdigit (scan_peek (scan)))
    scan->at++;

  return TRUE;
}

static gboolean
scan_number_value (JsonScan   *scan,
                   gsize       start,
                   gboolean    whole,
                   JsonNumber *result)
{
  char buffer[32];
  gsize length = scan->at - start;
  g_autofree char *long_text = NULL;
  const char *number = buffer;

  /* The text need not end with a NUL. */
  if (length < sizeof buffer)
    {
      memcpy (buffer, scan->text + start, length);
      buffer[length] = '\0';
    }
  else
    {
      number = long_text = g_strndup (scan->text + start, length);
    }

  if (whole && g_strcmp0 (number, "-0") != 0)
    {
      errno = 0;
      result->integer = g_ascii_strtoll (number, NULL, 10);
      result->is_integer = errno == 0;
      if (result->is_integer)
        return TRUE;
    }

  result->is_integer = FALSE;
  result->real = g_ascii_strtod (number, NULL);
  if (!isfinite (result->real))
    return signalr_json_scan_fail (scan, start, "a number out of range");

  return TRUE;
}

gboolean
signalr_json_scan_number (JsonScan   *scan,
                          JsonNumber *result)
{
  gsize start = scan->at;
  gboolean whole = TRUE;

  if (scan_peek (scan) == '-')
    scan->at++;

  if (scan_peek (scan) == '0')
    scan->at++;
  else if (!scan_digits (scan))
    return FALSE;

  if (scan_peek (scan) == '.')
    {
      whole = FALSE;
      scan->at++;
      if (!scan_digits (scan))
        return FALSE;
    }

  if (scan_peek (scan) == 'e' || scan_peek (scan) == 'E')
    {
      whole = FALSE;
      scan->at++;
      if (scan_peek (scan) == '+' || scan_peek (scan) == '-')
        scan->at++;
      if (!scan_digits (scan))
        return FALSE;
    }

  return scan_number_value (scan, start, whole, result);
}

gboolean
signalr_json_scan_literal (JsonScan   *scan,
                           const char *literal)
{
  gsize length = strlen (literal);

  if (scan->length - scan->at < length || memcmp (scan->text + scan->at, literal, length) != 0)
    return signalr_json_scan_fail (scan, scan->at, "a value was expected");

  scan->at += length;

  return TRUE;
}

void
signalr_json_scan_clear (JsonScan *scan)
{
  if (scan->unescaped != NULL)
    g_string_free (scan->unescaped, TRUE);
}
