/* fuzz-records.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fuzz-records.h"

#define MAX_SIZE 1000

/* What was read can be written, but for numbers and levels that the other
 * encoding has not; and the same comes back.
 */
static void
check_record (SignalrRecord   *record,
              SignalrEncoding  encoding)
{
  g_autoptr (SignalrRecordReader) reader = signalr_record_reader_new (encoding, 0);
  g_autoptr (SignalrRecord) again = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) bytes_again = NULL;
  g_autoptr (GError) error = NULL;

  /* That is read, but never written. */
  if (g_strcmp0 (record->target, "") == 0)
    return;

  bytes = signalr_record_encode (record, encoding, &error);
  g_assert_no_error (error);
  g_assert_true (signalr_record_reader_push (reader, g_bytes_get_data (bytes, NULL),
                                             g_bytes_get_size (bytes), NULL));
  again = signalr_record_reader_next (reader, &error);
  g_assert_no_error (error);
  bytes_again = signalr_record_encode (again, encoding, NULL);
  g_assert_true (g_bytes_equal (bytes, bytes_again));
}

/* What can be told of a record that was no good is what it is called. */
static void
check_salvaged (SignalrRecordReader *reader,
                SignalrEncoding      encoding)
{
  g_autoptr (SignalrRecord) record = signalr_record_reader_salvage (reader);
  g_autoptr (SignalrRecord) mended = signalr_record_reader_mend (reader);

  if (mended != NULL)
    check_record (mended, encoding);
  if (record == NULL)
    return;

  g_assert_cmpint (record->type, >, 0);
  g_assert_true (record->invocation_id == NULL || g_utf8_validate (record->invocation_id, -1, NULL));
}

/* Reads what is whole; the number of records and errors. */
static guint
read_records (SignalrRecordReader *reader,
              SignalrEncoding      encoding,
              gboolean            *is_broken)
{
  guint n = 0;

  for (;;)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SignalrRecord) record = signalr_record_reader_next (reader, &error);

      if (record == NULL && error == NULL)
        return n;

      g_assert_true (record == NULL || error == NULL);
      if (record != NULL)
        check_record (record, encoding);
      else if (g_error_matches (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA))
        check_salvaged (reader, encoding);
      if (record == NULL && !g_error_matches (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA))
        *is_broken = TRUE;

      if (*is_broken)
        return n;

      n++;
    }
}

static guint
read_in_pieces (SignalrEncoding  encoding,
                const uint8_t   *data,
                size_t           size,
                size_t           piece)
{
  g_autoptr (SignalrRecordReader) reader = signalr_record_reader_new (encoding, MAX_SIZE);
  gboolean is_broken = FALSE;
  guint n = 0;

  for (size_t at = 0; at < size && !is_broken; at += piece)
    {
      is_broken = !signalr_record_reader_push (reader, data + at, MIN (piece, size - at), NULL);
      n += read_records (reader, encoding, &is_broken);
    }

  if (!is_broken)
    g_assert_cmpuint (signalr_record_reader_get_pending (reader), <=, MAX_SIZE);

  return n;
}

/* However the bytes are cut, the same number of records comes out. */
void
fuzz_records (SignalrEncoding  encoding,
              const uint8_t   *data,
              size_t           size)
{
  guint whole;

  if (size == 0)
    return;

  whole = read_in_pieces (encoding, data, size, size);
  g_assert_cmpuint (read_in_pieces (encoding, data, size, 1 + data[0] % 16), ==, whole);
}
