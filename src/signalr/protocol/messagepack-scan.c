/* messagepack-scan.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "messagepack-scan-private.h"

/* What follows the first byte of a value. */
typedef enum {
  SHAPE_INVALID,
  SHAPE_FIXED,                 /* that many bytes */
  SHAPE_SIZED,                 /* a size in that many bytes, and as many bytes */
  SHAPE_EXTENSION,             /* the same, and a byte for the type */
  SHAPE_ARRAY,                 /* a count in that many bytes, and as many values */
  SHAPE_MAP,                   /* the same, and twice as many values */
} ScanShape;

static const struct {
  ScanShape shape;
  guint     bytes;
} shapes[] = {
  /* 0xc0 to 0xdf; the others hold their size or value themselves. */
  { SHAPE_FIXED, 0 }, { SHAPE_INVALID, 0 }, { SHAPE_FIXED, 0 }, { SHAPE_FIXED, 0 },
  { SHAPE_SIZED, 1 }, { SHAPE_SIZED, 2 }, { SHAPE_SIZED, 4 }, { SHAPE_EXTENSION, 1 },
  { SHAPE_EXTENSION, 2 }, { SHAPE_EXTENSION, 4 }, { SHAPE_FIXED, 4 }, { SHAPE_FIXED, 8 },
  { SHAPE_FIXED, 1 }, { SHAPE_FIXED, 2 }, { SHAPE_FIXED, 4 }, { SHAPE_FIXED, 8 },
  { SHAPE_FIXED, 1 }, { SHAPE_FIXED, 2 }, { SHAPE_FIXED, 4 }, { SHAPE_FIXED, 8 },
  { SHAPE_FIXED, 2 }, { SHAPE_FIXED, 3 }, { SHAPE_FIXED, 5 }, { SHAPE_FIXED, 9 },
  { SHAPE_FIXED, 17 }, { SHAPE_SIZED, 1 }, { SHAPE_SIZED, 2 }, { SHAPE_SIZED, 4 },
  { SHAPE_ARRAY, 2 }, { SHAPE_ARRAY, 4 }, { SHAPE_MAP, 2 }, { SHAPE_MAP, 4 },
};

typedef struct {
  const guint8  *data;
  gsize          size;
  gsize          at;
  guint          depth;
  GError       **error;
} MessagepackScan;

static gboolean
scan_fail (MessagepackScan *scan,
           const char      *what)
{
  g_set_error (scan->error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA,
               "Invalid MessagePack at offset %" G_GSIZE_FORMAT ": %s", scan->at, what);

  return FALSE;
}

static gboolean
scan_skip (MessagepackScan *scan,
           guint64          bytes)
{
  if (bytes > scan->size - scan->at)
    return scan_fail (scan, "it is cut off");

  scan->at += bytes;

  return TRUE;
}

/* A big-endian number. */
static gboolean
scan_number (MessagepackScan *scan,
             guint            bytes,
             guint64         *number)
{
  gsize start = scan->at;

  if (!scan_skip (scan, bytes))
    return FALSE;

  for (*number = 0; start < scan->at; start++)
    *number = *number << 8 | scan->data[start];

  return TRUE;
}

static gboolean scan_value (MessagepackScan *scan);

static gboolean
scan_values (MessagepackScan *scan,
             guint64          count)
{
  /* Each is a byte at least: a count that lies costs no memory. */
  if (count > scan->size - scan->at)
    return scan_fail (scan, "it counts more values than there can be");

  if (scan->depth == MESSAGEPACK_MAX_DEPTH)
    return scan_fail (scan, "too many levels");

  scan->depth++;
  for (guint64 i = 0; i < count; i++)
    {
      if (!scan_value (scan))
        return FALSE;
    }
  scan->depth--;

  return TRUE;
}

static gboolean
scan_shape (MessagepackScan *scan,
            ScanShape        shape,
            guint            bytes)
{
  guint64 number;

  if (shape == SHAPE_INVALID)
    return scan_fail (scan, "a byte that begins no value");
  if (shape == SHAPE_FIXED)
    return scan_skip (scan, bytes);

  if (!scan_number (scan, bytes, &number))
    return FALSE;

  switch (shape)
    {
    case SHAPE_SIZED:
      return scan_skip (scan, number);

    case SHAPE_EXTENSION:
      return scan_skip (scan, number + 1);

    case SHAPE_ARRAY:
      return scan_values (scan, number);

    case SHAPE_MAP:
      return scan_values (scan, 2 * number);

    case SHAPE_INVALID:
    case SHAPE_FIXED:
    default:
      g_return_val_if_reached (FALSE);
    }
}

static gboolean
scan_value (MessagepackScan *scan)
{
  guint8 byte;

  if (scan->at == scan->size)
    return scan_fail (scan, "it is cut off");

  byte = scan->data[scan->at++];

  if (byte < 0x80 || byte >= 0xe0)
    return TRUE;
  if (byte < 0x90)
    return scan_values (scan, 2 * (byte & 0x0f));
  if (byte < 0xa0)
    return scan_values (scan, byte & 0x0f);
  if (byte < 0xc0)
    return scan_skip (scan, byte & 0x1f);

  return scan_shape (scan, shapes[byte - 0xc0].shape, shapes[byte - 0xc0].bytes);
}

gboolean
signalr_messagepack_scan_first (const guint8  *data,
                                gsize          size,
                                GError       **error)
{
  MessagepackScan scan = { .data = data, .size = size, .error = error };

  return scan_value (&scan);
}

gboolean
signalr_messagepack_scan (const guint8  *data,
                          gsize          size,
                          GError       **error)
{
  MessagepackScan scan = { .data = data, .size = size, .error = error };

  if (!scan_value (&scan))
    return FALSE;

  if (scan.at < size)
    return scan_fail (&scan, "something behind the value");

  return TRUE;
}
