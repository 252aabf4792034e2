/* json-scan.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "json-scan-private.h"

#include <errno.h>
#include <math.h>
#include <string.h>

/* Room for most strings. */
#define FIRST_STRING 256

/* One recursive descent that checks and, where asked, builds. json-glib's own
 * parser is not used: version 1.6 takes what is not JSON, changes large numbers,
 * cuts strings at \u0000 and overflows the stack.
 */
typedef struct {
  const char  *text;
  gsize        length;
  gsize        at;
  guint        depth;
  gboolean     builds;
  const char  *string;         /* the last string read, where something is built */
  gsize        string_length;
  GString     *unescaped;      /* holds it, where it is not in the text as it is */
  GError     **error;
} JsonScan;

static gboolean scan_value (JsonScan  *scan,
                            JsonNode **node);

static gboolean
scan_fail (JsonScan   *scan,
           gsize       at,
           const char *what)
{
  g_set_error (scan->error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA,
               "Invalid JSON at offset %" G_GSIZE_FORMAT ": %s", at, what);

  return FALSE;
}

/* The next byte, or 0 behind the last one; a NUL in the text is no JSON either. */
static char
scan_peek (JsonScan *scan)
{
  return scan->at < scan->length ? scan->text[scan->at] : '\0';
}

static void
scan_space (JsonScan *scan)
{
  while (scan_peek (scan) == ' ' || scan_peek (scan) == '\t' ||
         scan_peek (scan) == '\n' || scan_peek (scan) == '\r')
    scan->at++;
}

static gboolean
scan_expect (JsonScan   *scan,
             char        byte,
             const char *what)
{
  if (scan_peek (scan) != byte)
    return scan_fail (scan, scan->at, what);

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
        return scan_fail (scan, scan->at, "\\u without four hexadecimal digits");

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
    return scan_fail (scan, start, "\\u0000, which no string can hold");
  if (unit >= 0xdc00 && unit <= 0xdfff)
    return scan_fail (scan, start, "half of a surrogate pair");

  if (unit >= 0xd800 && unit <= 0xdbff)
    {
      if (scan->length - scan->at < 2 || memcmp (scan->text + scan->at, "\\u", 2) != 0)
        return scan_fail (scan, start, "half of a surrogate pair");

      scan->at += 2;
      if (!scan_hex (scan, &low))
        return FALSE;
      if (low < 0xdc00 || low > 0xdfff)
        return scan_fail (scan, start, "half of a surrogate pair");

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
    return scan_fail (scan, scan->at, "an unknown escape");

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
    return scan_fail (scan, scan->at + (invalid - start), "invalid UTF-8");

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
          return scan_fail (scan, scan->at, "a control character in a string");
        }
      else if (!scan_plain (scan))
        {
          return FALSE;
        }
    }

  return scan_fail (scan, start, "a string without an end");
}

static gboolean
scan_string (JsonScan *scan)
{
  gsize start = scan->at;
  gsize plain;

  if (!scan_expect (scan, '"', "a string was expected"))
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
    return scan_fail (scan, scan->at, "a digit was expected");

  while (g_ascii_isdigit (scan_peek (scan)))
    scan->at++;

  return TRUE;
}

/* A number that was read: an integer, or where that cannot hold it a double. */
typedef struct {
  gboolean is_integer;
  gint64   integer;
  double   real;
} JsonNumber;

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
    return scan_fail (scan, start, "a number out of range");

  return TRUE;
}

static gboolean
scan_number (JsonScan   *scan,
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

static gboolean
is_number (char first)
{
  return first == '-' || g_ascii_isdigit (first);
}

static JsonNode *
make_number (const JsonNumber *number)
{
  if (number->is_integer)
    return json_node_init_int (json_node_alloc (), number->integer);

  return json_node_init_double (json_node_alloc (), number->real);
}

static gboolean
scan_literal (JsonScan   *scan,
              const char *literal)
{
  gsize length = strlen (literal);

  if (scan->length - scan->at < length || memcmp (scan->text + scan->at, literal, length) != 0)
    return scan_fail (scan, scan->at, "a value was expected");

  scan->at += length;

  return TRUE;
}

static void
clear_member (JsonMember *member)
{
  g_clear_pointer (&member->string, g_free);
  g_clear_pointer (&member->node, json_node_unref);
  member->kind = JSON_MEMBER_ABSENT;
}

static gboolean
scan_wanted (JsonScan   *scan,
             JsonMember *member)
{
  clear_member (member);
  scan_space (scan);

  if (!member->as_node && scan_peek (scan) == '"')
    {
      if (!scan_string (scan))
        return FALSE;

      member->kind = JSON_MEMBER_STRING;
      member->string = g_strndup (scan->string, scan->string_length);
      return TRUE;
    }

  if (!member->as_node && is_number (scan_peek (scan)))
    {
      JsonNumber number;

      if (!scan_number (scan, &number))
        return FALSE;

      member->kind = number.is_integer ? JSON_MEMBER_INTEGER : JSON_MEMBER_REAL;
      member->integer = number.is_integer ? number.integer : 0;
      return TRUE;
    }

  if (!scan_value (scan, &member->node))
    return FALSE;

  member->kind = JSON_NODE_HOLDS_NULL (member->node) ? JSON_MEMBER_NULL : JSON_MEMBER_NODE;

  return TRUE;
}

/* What becomes of the members of an object: all are put into @object, or those
 * that are wanted into @members; neither only checks them.
 */
typedef struct {
  JsonObject *object;
  JsonMember *members;
  gsize       n_members;
} JsonTaker;

static gboolean
is_name (JsonScan   *scan,
         const char *name)
{
  return name[0] == scan->string[0] &&
         strncmp (name, scan->string, scan->string_length) == 0 &&
         name[scan->string_length] == '\0';
}

static gboolean
scan_member (JsonScan  *scan,
             JsonTaker *taker)
{
  g_autofree char *name = NULL;
  JsonMember *wanted = NULL;
  JsonNode *value = NULL;

  if (!scan_string (scan))
    return FALSE;

  for (gsize i = 0; i < taker->n_members && wanted == NULL; i++)
    if (is_name (scan, taker->members[i].name))
      wanted = &taker->members[i];

  if (taker->object != NULL)
    name = g_strndup (scan->string, scan->string_length);

  scan_space (scan);
  if (!scan_expect (scan, ':', "a colon was expected"))
    return FALSE;

  if (wanted != NULL)
    return scan_wanted (scan, wanted);

  if (!scan_value (scan, taker->object != NULL ? &value : NULL))
    return FALSE;

  if (taker->object != NULL)
    json_object_set_member (taker->object, name, value);

  return TRUE;
}

static gboolean
scan_members (JsonScan  *scan,
              JsonTaker *taker)
{
  scan->at++;
  scan_space (scan);

  if (scan_peek (scan) == '}')
    {
      scan->at++;
      return TRUE;
    }

  for (;;)
    {
      if (!scan_member (scan, taker))
        return FALSE;

      scan_space (scan);
      if (scan_peek (scan) != ',')
        break;

      scan->at++;
      scan_space (scan);
    }

  return scan_expect (scan, '}', "a comma or the end of an object was expected");
}

static gboolean
scan_object (JsonScan  *scan,
             JsonNode **node)
{
  g_autoptr (JsonObject) object = node != NULL ? json_object_new () : NULL;

  if (!scan_members (scan, &(JsonTaker) { .object = object }))
    return FALSE;

  if (node != NULL)
    *node = json_node_init_object (json_node_alloc (), object);

  return TRUE;
}

static gboolean
scan_array (JsonScan  *scan,
            JsonNode **node)
{
  g_autoptr (JsonArray) array = node != NULL ? json_array_new () : NULL;

  scan->at++;
  scan_space (scan);

  if (scan_peek (scan) == ']')
    {
      scan->at++;
    }
  else
    {
      for (;;)
        {
          g_autoptr (JsonNode) element = NULL;

          if (!scan_value (scan, array != NULL ? &element : NULL))
            return FALSE;

          if (array != NULL)
            json_array_add_element (array, g_steal_pointer (&element));

          scan_space (scan);
          if (scan_peek (scan) != ',')
            break;

          scan->at++;
        }

      if (!scan_expect (scan, ']', "a comma or the end of an array was expected"))
        return FALSE;
    }

  if (node != NULL)
    *node = json_node_init_array (json_node_alloc (), array);

  return TRUE;
}

static gboolean
scan_nested (JsonScan  *scan,
             JsonNode **node)
{
  gboolean ok;

  if (scan->depth == JSON_SCAN_MAX_DEPTH)
    return scan_fail (scan, scan->at, "too many levels");

  scan->depth++;
  ok = scan->text[scan->at] == '{' ? scan_object (scan, node) : scan_array (scan, node);
  scan->depth--;

  return ok;
}

/* json-glib copies what ends with a NUL. */
static JsonNode *
make_string (JsonScan *scan)
{
  char room[FIRST_STRING];
  g_autofree char *longer = NULL;
  char *string = room;

  if (scan->string_length >= sizeof room)
    string = longer = g_malloc (scan->string_length + 1);

  memcpy (string, scan->string, scan->string_length);
  string[scan->string_length] = '\0';

  return json_node_init_string (json_node_alloc (), string);
}

static gboolean
scan_scalar (JsonScan  *scan,
             JsonNode **node)
{
  JsonNumber number;

  switch (scan_peek (scan))
    {
    case '"':
      if (!scan_string (scan))
        return FALSE;
      if (node != NULL)
        *node = make_string (scan);
      return TRUE;

    case 't':
      if (!scan_literal (scan, "true"))
        return FALSE;
      if (node != NULL)
        *node = json_node_init_boolean (json_node_alloc (), TRUE);
      return TRUE;

    case 'f':
      if (!scan_literal (scan, "false"))
        return FALSE;
      if (node != NULL)
        *node = json_node_init_boolean (json_node_alloc (), FALSE);
      return TRUE;

    case 'n':
      if (!scan_literal (scan, "null"))
        return FALSE;
      if (node != NULL)
        *node = json_node_init_null (json_node_alloc ());
      return TRUE;

    case '-':
    case '0': case '1': case '2': case '3': case '4':
    case '5': case '6': case '7': case '8': case '9':
      if (!scan_number (scan, &number))
        return FALSE;
      if (node != NULL)
        *node = make_number (&number);
      return TRUE;

    default:
      return scan_fail (scan, scan->at, "a value was expected");
    }
}

static gboolean
scan_value (JsonScan  *scan,
            JsonNode **node)
{
  scan_space (scan);

  if (scan_peek (scan) == '{' || scan_peek (scan) == '[')
    return scan_nested (scan, node);

  return scan_scalar (scan, node);
}

static gboolean
scan_end (JsonScan *scan)
{
  scan_space (scan);
  if (scan->at < scan->length)
    return scan_fail (scan, scan->at, "something behind the value");

  return TRUE;
}

static gboolean
scan_text (JsonScan  *scan,
           JsonNode **node)
{
  return scan_value (scan, node) && scan_end (scan);
}

static void
scan_clear (JsonScan *scan)
{
  if (scan->unescaped != NULL)
    g_string_free (scan->unescaped, TRUE);
}

gboolean
signalr_json_scan (const char  *text,
                   gsize        length,
                   GError     **error)
{
  JsonScan scan = { .text = text, .length = length, .error = error };

  return scan_text (&scan, NULL);
}

JsonNode *
signalr_json_parse (const char  *text,
                    gsize        length,
                    GError     **error)
{
  JsonScan scan = { .text = text, .length = length, .builds = TRUE, .error = error };
  g_autoptr (JsonNode) node = NULL;
  gboolean valid = scan_text (&scan, &node);

  scan_clear (&scan);

  return valid ? g_steal_pointer (&node) : NULL;
}

gboolean
signalr_json_parse_members (const char  *text,
                            gsize        length,
                            JsonMember  *members,
                            gsize        n_members,
                            GError     **error)
{
  JsonScan scan = { .text = text, .length = length, .builds = TRUE, .error = error };
  gboolean valid = FALSE;

  scan_space (&scan);
  if (scan_peek (&scan) == '{')
    {
      /* The object itself is a level. */
      scan.depth++;
      valid = scan_members (&scan, &(JsonTaker) { .members = members, .n_members = n_members }) &&
              scan_end (&scan);
    }
  else
    {
      scan_text (&scan, NULL);
    }

  scan_clear (&scan);

  return valid;
}

void
signalr_json_clear_members (JsonMember *members,
                            gsize       n_members)
{
  for (gsize i = 0; i < n_members; i++)
    clear_member (&members[i]);
}

/* Skips a string by its quotes alone. FALSE where it has no end. */
static gboolean
skip_string (JsonScan *scan)
{
  for (scan->at++; scan->at < scan->length; scan->at++)
    {
      if (scan->text[scan->at] == '\\')
        {
          scan->at++;
        }
      else if (scan->text[scan->at] == '"')
        {
          scan->at++;
          return TRUE;
        }
    }

  return FALSE;
}

/* Skips to the comma or the closing bracket that ends what begins here. */
static gboolean
skip_value (JsonScan *scan)
{
  gsize open = 0;

  while (scan->at < scan->length)
    {
      switch (scan->text[scan->at])
        {
        case '"':
          if (!skip_string (scan))
            return FALSE;
          continue;

        case '{':
        case '[':
          open++;
          break;

        case '}':
        case ']':
          if (open == 0)
            return TRUE;
          open--;
          break;

        case ',':
          if (open == 0)
            return TRUE;
          break;

        default:
          break;
        }

      scan->at++;
    }

  return FALSE;
}

static GArray *
skip_elements (JsonScan   *scan,
               JsonExtent *array)
{
  g_autoptr (GArray) elements = g_array_new (FALSE, FALSE, sizeof (JsonExtent));

  array->start = scan->at;

  do
    {
      JsonExtent extent;

      scan->at++;
      scan_space (scan);
      if (scan_peek (scan) == ']' && elements->len == 0)
        break;

      extent.start = scan->at;
      if (!skip_value (scan))
        return NULL;
      extent.end = scan->at;
      g_array_append_val (elements, extent);
    }
  while (scan_peek (scan) == ',');

  if (scan_peek (scan) != ']')
    return NULL;

  array->end = ++scan->at;

  return g_steal_pointer (&elements);
}

GArray *
signalr_json_scan_elements (const char *text,
                            gsize       length,
                            const char *name,
                            JsonExtent *array)
{
  JsonScan scan = { .text = text, .length = length };
  g_autofree char *quoted = g_strdup_printf ("\"%s\"", name);

  scan_space (&scan);
  if (scan_peek (&scan) != '{')
    return NULL;

  do
    {
      gsize start;

      scan.at++;
      scan_space (&scan);
      start = scan.at;
      if (scan_peek (&scan) != '"' || !skip_string (&scan))
        return NULL;

      if (scan.at - start == strlen (quoted) && memcmp (text + start, quoted, scan.at - start) == 0)
        {
          scan_space (&scan);
          if (scan_peek (&scan) != ':')
            return NULL;
          scan.at++;
          scan_space (&scan);
          if (scan_peek (&scan) == '[')
            return skip_elements (&scan, array);
        }

      if (!skip_value (&scan))
        return NULL;
    }
  while (scan_peek (&scan) == ',');

  return NULL;
}
