/* aspnetcore-reader.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aspnetcore-codec-private.h"

#include <string.h>

#include "json-scan-private.h"

#define RS '\x1e'

struct _SignalrRecordReader {
  SignalrEncoding  encoding;
  gsize            max_size;
  GByteArray      *buffer;
  gsize            head;       /* where the next record begins */
  gsize            searched;   /* no RS between head and here */
  GError          *broken;     /* the framing is */
  gsize            read;       /* where the record begins that was read last */
  gsize            read_end;
  gboolean         keeps_others;
};

/* A record in the buffer: its body, and where the next one begins. */
typedef struct {
  gsize start;
  gsize end;
  gsize next;
} RecordFrame;

typedef enum {
  FRAME_WHOLE,
  FRAME_PARTIAL,
  FRAME_BROKEN,
} RecordFrameState;

SignalrRecordReader *
signalr_record_reader_new (SignalrEncoding encoding,
                           gsize           max_size)
{
  SignalrRecordReader *reader = g_new0 (SignalrRecordReader, 1);

  reader->encoding = encoding;
  reader->max_size = max_size;
  reader->buffer = g_byte_array_new ();

  return reader;
}

void
signalr_record_reader_free (SignalrRecordReader *reader)
{
  g_byte_array_unref (reader->buffer);
  g_clear_error (&reader->broken);
  g_free (reader);
}

void
signalr_record_reader_set_encoding (SignalrRecordReader *reader,
                                    SignalrEncoding      encoding)
{
  reader->encoding = encoding;
}

void
signalr_record_reader_clear (SignalrRecordReader *reader)
{
  g_byte_array_set_size (reader->buffer, 0);
  reader->head = reader->searched = 0;
}

void
signalr_record_reader_keep_others (SignalrRecordReader *reader)
{
  reader->keeps_others = TRUE;
}

gsize
signalr_record_reader_get_pending (SignalrRecordReader *reader)
{
  return reader->buffer->len - reader->head;
}

static RecordFrameState
reader_break (SignalrRecordReader *reader,
              SignalrError         code,
              const char          *text)
{
  g_clear_error (&reader->broken);
  reader->broken = g_error_new_literal (SIGNALR_ERROR, code, text);

  return FRAME_BROKEN;
}

static RecordFrameState
reader_check_size (SignalrRecordReader *reader,
                   gsize                size,
                   RecordFrameState     state)
{
  g_autofree char *text = NULL;

  if (reader->max_size == 0 || size <= reader->max_size)
    return state;

  text = g_strdup_printf ("A record is larger than %" G_GSIZE_FORMAT " bytes", reader->max_size);

  return reader_break (reader, SIGNALR_ERROR_TOO_LARGE, text);
}

static RecordFrameState
reader_frame_json (SignalrRecordReader *reader,
                   RecordFrame         *frame)
{
  const guint8 *data = reader->buffer->data;
  gsize from = MAX (reader->searched, reader->head);
  const guint8 *end = NULL;

  if (from < reader->buffer->len)
    end = memchr (data + from, RS, reader->buffer->len - from);

  if (end == NULL)
    {
      reader->searched = reader->buffer->len;
      /* With the RS it will be one larger at least. */
      return reader_check_size (reader, reader->buffer->len - reader->head + 1, FRAME_PARTIAL);
    }

  frame->start = reader->head;
  frame->end = end - data;
  frame->next = frame->end + 1;

  return reader_check_size (reader, frame->next - frame->start, FRAME_WHOLE);
}

/* A length in groups of 7 bits, the lowest first, at most 2 GiB − 1. */
static RecordFrameState
reader_frame_messagepack (SignalrRecordReader *reader,
                          RecordFrame         *frame)
{
  const guint8 *data = reader->buffer->data;
  guint64 length = 0;
  gsize at = reader->head;
  guint shift = 0;

  for (;; shift += 7)
    {
      if (at == reader->buffer->len)
        return FRAME_PARTIAL;

      length |= (guint64) (data[at] & 0x7f) << shift;
      if ((data[at++] & 0x80) == 0)
        break;

      if (shift == 28)
        return reader_break (reader, SIGNALR_ERROR_PROTOCOL,
                             "The length before a record has more than five bytes");
    }

  if (length > G_MAXINT32)
    return reader_break (reader, SIGNALR_ERROR_TOO_LARGE, "A record is larger than 2 GiB");
  if (length == 0)
    return reader_break (reader, SIGNALR_ERROR_PROTOCOL, "A record has the length 0");

  frame->start = at;
  frame->end = frame->next = at + length;

  return reader_check_size (reader, frame->end - reader->head,
                            frame->end <= reader->buffer->len ? FRAME_WHOLE : FRAME_PARTIAL);
}

static RecordFrameState
reader_frame (SignalrRecordReader *reader,
              SignalrEncoding      encoding,
              RecordFrame         *frame)
{
  if (reader->broken != NULL)
    return FRAME_BROKEN;

  if (encoding == SIGNALR_ENCODING_MESSAGEPACK)
    return reader_frame_messagepack (reader, frame);

  return reader_frame_json (reader, frame);
}

gboolean
signalr_record_reader_push (SignalrRecordReader  *reader,
                            const guint8         *data,
                            gsize                 length,
                            GError              **error)
{
  RecordFrame frame;

  if (length > G_MAXINT32 - MIN (signalr_record_reader_get_pending (reader), G_MAXINT32))
    reader_break (reader, SIGNALR_ERROR_TOO_LARGE, "More than 2 GiB wait to be read");

  if (reader->broken == NULL)
    {
      g_byte_array_remove_range (reader->buffer, 0, reader->head);
      reader->searched -= MIN (reader->searched, reader->head);
      reader->head = 0;
      g_byte_array_append (reader->buffer, data, length);
    }

  if (reader_frame (reader, reader->encoding, &frame) == FRAME_BROKEN)
    {
      g_propagate_error (error, g_error_copy (reader->broken));
      return FALSE;
    }

  return TRUE;
}

GBytes *
signalr_record_reader_next_raw (SignalrRecordReader *reader)
{
  RecordFrame frame;

  if (reader_frame (reader, SIGNALR_ENCODING_JSON, &frame) != FRAME_WHOLE)
    return NULL;

  reader->head = frame.next;

  return g_bytes_new (reader->buffer->data + frame.start, frame.end - frame.start);
}

static SignalrRecord *
reader_decode (SignalrRecordReader  *reader,
               const RecordFrame    *frame,
               GError              **error)
{
  const guint8 *data = reader->buffer->data + frame->start;
  gsize size = frame->end - frame->start;

  if (reader->encoding == SIGNALR_ENCODING_MESSAGEPACK)
    return signalr_record_messagepack_decode (data, size, error);

  return signalr_record_json_decode ((const char *) data, size, error);
}

static SignalrRecord *
reader_keep (SignalrRecordReader  *reader,
             const RecordFrame    *frame,
             GError              **error)
{
  const guint8 *data = reader->buffer->data + frame->start;
  gsize size = frame->end - frame->start;
  SignalrRecord *record;
  JsonNode *item;

  if (reader->encoding == SIGNALR_ENCODING_MESSAGEPACK)
    item = signalr_record_messagepack_parse (data, size, error);
  else
    item = signalr_json_parse ((const char *) data, size, error);
  if (item == NULL)
    return NULL;

  record = signalr_record_new (SIGNALR_RECORD_OTHER);
  record->item = item;

  return record;
}

SignalrRecord *
signalr_record_reader_salvage (SignalrRecordReader *reader)
{
  const guint8 *data = reader->buffer->data + reader->read;
  gsize size = reader->read_end - reader->read;

  return reader->encoding == SIGNALR_ENCODING_JSON
         ? signalr_record_json_salvage ((const char *) data, size)
         : signalr_record_messagepack_salvage (data, size);
}

SignalrRecord *
signalr_record_reader_mend (SignalrRecordReader *reader)
{
  const guint8 *data = reader->buffer->data + reader->read;
  gsize size = reader->read_end - reader->read;
  SignalrRecord *record;

  if (reader->encoding == SIGNALR_ENCODING_JSON)
    record = signalr_record_json_mend ((const char *) data, size);
  else
    record = signalr_record_messagepack_mend (data, size);

  if (record != NULL)
    record->mended = TRUE;

  return record;
}

SignalrRecord *
signalr_record_reader_next (SignalrRecordReader  *reader,
                            GError              **error)
{
  RecordFrameState state;
  RecordFrame frame;

  while ((state = reader_frame (reader, reader->encoding, &frame)) == FRAME_WHOLE)
    {
      g_autoptr (GError) local_error = NULL;
      SignalrRecord *record;

      record = reader_decode (reader, &frame, &local_error);
      if (record == NULL && local_error == NULL && reader->keeps_others)
        record = reader_keep (reader, &frame, &local_error);
      reader->head = frame.next;
      reader->read = frame.start;
      reader->read_end = frame.end;

      if (record != NULL)
        return record;

      if (local_error != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return NULL;
        }
    }

  if (state == FRAME_BROKEN)
    g_propagate_error (error, g_error_copy (reader->broken));

  return NULL;
}
