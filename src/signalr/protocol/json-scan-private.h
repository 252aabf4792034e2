/* json-scan-private.h: JSON text, read strictly, into json-glib's nodes
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "signalr-error.h"

G_BEGIN_DECLS

#define JSON_SCAN_MAX_DEPTH 64

typedef struct {
  gsize start;
  gsize end;                   /* one behind the last byte */
} JsonExtent;

/* RFC 8259 and nothing more; also an error: deeper than JSON_SCAN_MAX_DEPTH,
 * numbers that neither gint64 nor a finite double can hold, \u0000, lone
 * surrogates, invalid UTF-8. The error is SIGNALR_ERROR_INVALID_DATA and names
 * the offset.
 */
gboolean  signalr_json_scan         (const char  *text,
                                     gsize        length,
                                     GError     **error);

/* The same, and makes a node of it. Never returns a NULL node without an error.
 * A whole number beyond gint64 is a double, as in JavaScript.
 */
JsonNode *signalr_json_parse        (const char  *text,
                                     gsize        length,
                                     GError     **error);

/* What is wanted of an object, by name; the last one where there are several.
 * Texts and numbers come without a node, unless @as_node asks for one.
 */
typedef enum {
  JSON_MEMBER_ABSENT,
  JSON_MEMBER_NULL,
  JSON_MEMBER_STRING,
  JSON_MEMBER_INTEGER,
  JSON_MEMBER_REAL,            /* another number, whose value nobody has asked for */
  JSON_MEMBER_NODE,            /* anything else */
} JsonMemberKind;

typedef struct {
  const char     *name;
  gboolean        as_node;
  JsonMemberKind  kind;
  char           *string;
  gint64          integer;
  JsonNode       *node;        /* also of null, where it was asked for */
} JsonMember;

/* Reads @text as strictly as signalr_json_parse (), without making what is not
 * wanted. FALSE without an error where it is not an object.
 */
gboolean  signalr_json_parse_members (const char  *text,
                                      gsize        length,
                                      JsonMember  *members,
                                      gsize        n_members,
                                      GError     **error);
void      signalr_json_clear_members (JsonMember  *members,
                                      gsize        n_members);

/* How many bytes from the first one stand for themselves in a string, and are
 * one character each.
 */
gsize     signalr_json_plain_span   (const char  *text,
                                     gsize        length);

/* The extents of the elements of the array that is member @name of the object
 * in @text, and of that array with its brackets. They are found by quotes and
 * brackets alone: what an element holds need not be valid, so that one bad
 * element does not lose the rest. (transfer full) GArray of JsonExtent, NULL
 * where there is no such array.
 */
GArray   *signalr_json_scan_elements (const char *text,
                                      gsize       length,
                                      const char *name,
                                      JsonExtent *array);

G_END_DECLS
