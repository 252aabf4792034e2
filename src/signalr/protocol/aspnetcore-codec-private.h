/* aspnetcore-codec-private.h: the two encodings of a record, without framing
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "aspnetcore-records-private.h"

G_BEGIN_DECLS

/* Decoding gives NULL without an error for a record of a type that is not known. */
gboolean       signalr_record_json_encode (const SignalrRecord  *record,
                                           GString              *out,
                                           GError              **error);
SignalrRecord *signalr_record_json_decode (const char           *text,
                                           gsize                 length,
                                           GError              **error);
SignalrRecord *signalr_record_json_salvage       (const char           *text,
                                                  gsize                 length);
gboolean       signalr_record_messagepack_encode (const SignalrRecord  *record,
                                                  GByteArray           *out,
                                                  GError              **error);
SignalrRecord *signalr_record_messagepack_decode (const guint8         *data,
                                                  gsize                 size,
                                                  GError              **error);
SignalrRecord *signalr_record_messagepack_salvage (const guint8        *data,
                                                   gsize                size);
SignalrRecord *signalr_record_json_mend           (const char          *text,
                                                   gsize                length);
SignalrRecord *signalr_record_messagepack_mend    (const guint8        *data,
                                                   gsize                size);
/* All of one, whatever it means. */
JsonNode      *signalr_record_messagepack_parse  (const guint8         *data,
                                                  gsize                 size,
                                                  GError              **error);

/* What must be there for a record of its type, in either encoding. */
gboolean       signalr_record_check       (const SignalrRecord  *record,
                                           GError              **error);

G_END_DECLS
