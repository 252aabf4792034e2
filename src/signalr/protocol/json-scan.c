/* json-scan.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "json-token-private.h"

#include <string.h>

/* Room for most strings. */
#define FIRST_STRING 256

/* One recursive descent that checks and, where asked, builds. json-glib's own
 * parser is not used: version 1.6 takes what is not JSON, changes large numbers,
 * cuts strings at \u0000 and overflows the stack.
 */
static gboolean scan_value (JsonScan  *scan,
                            JsonNode **node);

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
      if (!signalr_json_scan_string (scan))
        return FALSE;

      member->kind = JSON_MEMBER_STRING;
      member->string = g_strndup (scan->string, scan->string_length);
      return TRUE;
    }

  if (!member->as_node && is_number (scan_peek (scan)))
    {
      JsonNumber number;

      if (!signalr_json_scan_number (scan, &number))
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

  if (!signalr_json_scan_string (scan))
    return FALSE;

  for (gsize i = 0; i < taker->n_members && wanted == NULL; i++)
    if (is_name (scan, taker->members[i].name))
      wanted = &taker->members[i];

  if (taker->object != NULL)
    name = g_strndup (scan->string, scan->string_length);

  scan_space (scan);
  if (!signalr_json_scan_expect (scan, ':', "a colon was expected"))
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

  return signalr_json_scan_expect (scan, '}', "a comma or the end of an object was expected");
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

      if (!signalr_json_scan_expect (scan, ']', "a comma or the end of an array was expected"))
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
    return signalr_json_scan_fail (scan, scan->at, "too many levels");

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
      if (!signalr_json_scan_string (scan))
        return FALSE;
      if (node != NULL)
        *node = make_string (scan);
      return TRUE;

    case 't':
      if (!signalr_json_scan_literal (scan, "true"))
        return FALSE;
      if (node != NULL)
        *node = json_node_init_boolean (json_node_alloc (), TRUE);
      return TRUE;

    case 'f':
      if (!signalr_json_scan_literal (scan, "false"))
        return FALSE;
      if (node != NULL)
        *node = json_node_init_boolean (json_node_alloc (), FALSE);
      return TRUE;

    case 'n':
      if (!signalr_json_scan_literal (scan, "null"))
        return FALSE;
      if (node != NULL)
        *node = json_node_init_null (json_node_alloc ());
      return TRUE;

    case '-':
    case '0': case '1': case '2': case '3': case '4':
    case '5': case '6': case '7': case '8': case '9':
      if (!signalr_json_scan_number (scan, &number))
        return FALSE;
      if (node != NULL)
        *node = make_number (&number);
      return TRUE;

    default:
      return signalr_json_scan_fail (scan, scan->at, "a value was expected");
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
    return signalr_json_scan_fail (scan, scan->at, "something behind the value");

  return TRUE;
}

static gboolean
scan_text (JsonScan  *scan,
           JsonNode **node)
{
  return scan_value (scan, node) && scan_end (scan);
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

  signalr_json_scan_clear (&scan);

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

  signalr_json_scan_clear (&scan);

  return valid;
}

void
signalr_json_clear_members (JsonMember *members,
                            gsize       n_members)
{
  for (gsize i = 0; i < n_members; i++)
    clear_member (&members[i]);
}
