/* json-token-private.h: strings, numbers and words of JSON text, where a scan is
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "json-scan-private.h"

G_BEGIN_DECLS

/* How far a text is read. */
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

/* A number that was read: an integer, or where that cannot hold it a double. */
typedef struct {
  gboolean is_integer;
  gint64   integer;
  double   real;
} JsonNumber;

/* The next byte, or 0 behind the last one; a NUL in the text is no JSON either. */
static inline char
scan_peek (JsonScan *scan)
{
  return scan->at < scan->length ? scan->text[scan->at] : '\0';
}

static inline void
scan_space (JsonScan *scan)
{
  while (scan_peek (scan) == ' ' || scan_peek (scan) == '\t' ||
         scan_peek (scan) == '\n' || scan_peek (scan) == '\r')
    scan->at++;
}

/* Each goes behind what it has read; in case of an error (FALSE) it may stand anywhere. */

gboolean signalr_json_scan_fail    (JsonScan   *scan,
                                    gsize       at,
                                    const char *what);
gboolean signalr_json_scan_expect  (JsonScan   *scan,
                                    char        byte,
                                    const char *what);
gboolean signalr_json_scan_literal (JsonScan   *scan,
                                    const char *literal);
/* To be found in @string of the scan, until the next one is read. */
gboolean signalr_json_scan_string  (JsonScan   *scan);
gboolean signalr_json_scan_number  (JsonScan   *scan,
                                    JsonNumber *result);
void     signalr_json_scan_clear   (JsonScan   *scan);

G_END_DECLS
