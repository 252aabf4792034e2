/* messagepack-private.h: MessagePack, read strictly into json-glib's nodes, and written
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <msgpack.h>

#include "messagepack-scan-private.h"

G_BEGIN_DECLS

/* One value that fills all of @data. Also an error: deeper than
 * MESSAGEPACK_MAX_DEPTH, text that is not UTF-8 or holds a NUL, keys that are
 * neither text nor integers, extension types but timestamps. The error is
 * SIGNALR_ERROR_INVALID_DATA. An integer beyond gint64 is a double, as in JSON;
 * an integer as key is its decimal digits.
 */
JsonNode *signalr_messagepack_parse (const guint8    *data,
                                     gsize            size,
                                     GError         **error);

/* The same with something else in place of each value that a node cannot hold; NULL
 * where it is no good anyway.
 */
JsonNode *signalr_messagepack_parse_mended (const guint8 *data,
                                            gsize         size);

/* What is packed goes behind what @out holds. */
void      signalr_messagepack_packer_init (msgpack_packer *packer,
                                           GByteArray     *out);
/* Whole doubles that are exact are written as integers: a peer may want one.
 * @node may be NULL, which is nil.
 */
gboolean  signalr_messagepack_write (msgpack_packer  *packer,
                                     JsonNode        *node,
                                     GError         **error);
void      signalr_messagepack_write_string (msgpack_packer *packer,
                                            const char     *text);

G_END_DECLS
