/* aspnetcore-records-private.h: the records of ASP.NET Core SignalR
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "signalr-error.h"

G_BEGIN_DECLS

typedef enum {
  SIGNALR_RECORD_OTHER             = 0,   /* of a type that is not known: `item` is all of it */
  SIGNALR_RECORD_INVOCATION        = 1,
  SIGNALR_RECORD_STREAM_ITEM       = 2,
  SIGNALR_RECORD_COMPLETION        = 3,
  SIGNALR_RECORD_STREAM_INVOCATION = 4,
  SIGNALR_RECORD_CANCEL_INVOCATION = 5,
  SIGNALR_RECORD_PING              = 6,
  SIGNALR_RECORD_CLOSE             = 7,
  SIGNALR_RECORD_ACK               = 8,
  SIGNALR_RECORD_SEQUENCE          = 9,
} SignalrRecordType;

/* What a field means depends on the type; what a type has not is NULL or 0. */
typedef struct {
  SignalrRecordType  type;
  char              *invocation_id;
  char              *target;
  JsonNode          *arguments;      /* an array */
  JsonNode          *item;           /* of a StreamItem; the result of a Completion */
  gboolean           has_result;     /* a Completion with a result, be it null */
  char              *error;          /* of a Completion or Close */
  gboolean           allow_reconnect;
  gint64             sequence_id;
  GStrv              stream_ids;
  gboolean           mended;         /* not all values are those that came */
} SignalrRecord;

SignalrRecord *signalr_record_new    (SignalrRecordType   type);
void           signalr_record_free   (SignalrRecord      *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignalrRecord, signalr_record_free)

/* How the protocol calls it. */
const char    *signalr_encoding_get_name (SignalrEncoding encoding);

/* One record with its framing (RS behind JSON, length before MessagePack). */
GBytes        *signalr_record_encode (const SignalrRecord *record,
                                      SignalrEncoding      encoding,
                                      GError             **error);
/* The same, behind what @out holds; after an error there may be a part of it. */
gboolean       signalr_record_write  (const SignalrRecord *record,
                                      SignalrEncoding      encoding,
                                      GString             *out,
                                      GError             **error);

/* Takes a stream of bytes apart, however it was cut. @max_size is of one record
 * with its framing, in bytes; 0 is no limit. Records are to be taken until there
 * is none before more is pushed: what waits here is at most what was pushed last
 * and one record.
 */
typedef struct _SignalrRecordReader SignalrRecordReader;

SignalrRecordReader *signalr_record_reader_new  (SignalrEncoding      encoding,
                                                 gsize                max_size);
void                 signalr_record_reader_free (SignalrRecordReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignalrRecordReader, signalr_record_reader_free)

/* For a server, which learns the encoding from the handshake. */
void           signalr_record_reader_set_encoding (SignalrRecordReader *reader,
                                                   SignalrEncoding      encoding);

/* Gives records of a type that is not known, instead of skipping them. */
void           signalr_record_reader_keep_others (SignalrRecordReader  *reader);

/* FALSE and TOO_LARGE where a record would be larger than max_size. */
gboolean       signalr_record_reader_push (SignalrRecordReader  *reader,
                                           const guint8         *data,
                                           gsize                 length,
                                           GError              **error);

/* The next whole record, as bytes without framing (for the handshake, which ends
 * with RS in either encoding), or NULL when more bytes are needed.
 */
GBytes        *signalr_record_reader_next_raw (SignalrRecordReader *reader);

/* The next whole record. NULL without an error: more bytes are needed. Records
 * of a type that is not known are skipped, unless they are kept. INVALID_DATA is the fault of one
 * record, which is gone: the next call goes on behind it. Any other error is the
 * framing's, which nothing can follow: every later call gives it again.
 */
SignalrRecord *signalr_record_reader_next (SignalrRecordReader  *reader,
                                           GError              **error);
/* Forgets what waits. */
void           signalr_record_reader_clear (SignalrRecordReader  *reader);

/* After INVALID_DATA: what can be told of that record without reading it, its type
 * and its id; NULL where it has not even the shape of one.
 */
SignalrRecord *signalr_record_reader_salvage     (SignalrRecordReader *reader);
/* The same: that record, where nothing was wrong with it but values that a JsonNode
 * cannot hold, such as text with a NUL; in their place is something else.
 */
SignalrRecord *signalr_record_reader_mend        (SignalrRecordReader *reader);
gsize          signalr_record_reader_get_pending (SignalrRecordReader *reader);

/* The handshake (JSON in either encoding). */
GBytes        *signalr_handshake_request_encode  (SignalrEncoding   encoding,
                                                  guint             version);
gboolean       signalr_handshake_request_decode  (GBytes           *record,
                                                  guint             max_version,
                                                  SignalrEncoding  *encoding,
                                                  guint            *version,
                                                  GError          **error);

/* @error_text: NULL where the server accepts. A refusal is decoded as PROTOCOL. */
GBytes        *signalr_handshake_response_encode (const char       *error_text);
gboolean       signalr_handshake_response_decode (GBytes           *record,
                                                  GError          **error);

G_END_DECLS
