/* aspnetcore-records-no-messagepack.c: where msgpack-c is not there
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aspnetcore-codec-private.h"

static gboolean
refuse (GError **error)
{
  g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA,
                       "This library was built without MessagePack");

  return FALSE;
}

gboolean
signalr_record_messagepack_encode (const SignalrRecord  *record,
                                   GByteArray           *out,
                                   GError              **error)
{
  return refuse (error);
}

SignalrRecord *
signalr_record_messagepack_decode (const guint8  *data,
                                   gsize          size,
                                   GError       **error)
{
  refuse (error);

  return NULL;
}

SignalrRecord *
signalr_record_messagepack_salvage (const guint8 *data,
                                    gsize         size)
{
  return NULL;
}

SignalrRecord *
signalr_record_messagepack_mend (const guint8 *data,
                                 gsize         size)
{
  return NULL;
}

JsonNode *
signalr_record_messagepack_parse (const guint8  *data,
                                  gsize          size,
                                  GError       **error)
{
  refuse (error);

  return NULL;
}
