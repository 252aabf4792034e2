/* json-write-private.h: JsonNodes as compact JSON text
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "signalr-error.h"

G_BEGIN_DECLS

/* Appends @node to @out: no white space, the shortest doubles that read back
 * (1 for 1.0), bytes as base64, timestamps as ISO 8601. NaN and infinity, which
 * JSON has not, are an error of SIGNALR_ERROR_INVALID_DATA that leaves @out as
 * it was. @node may be NULL, which is null.
 */
gboolean signalr_json_write        (GString     *out,
                                    JsonNode    *node,
                                    GError     **error);
void     signalr_json_write_string (GString     *out,
                                    const char  *text);
/* JSON text as a page may hold it in a script. */
void     signalr_json_append_for_script (GString    *out,
                                         const char *json,
                                         gsize       length);

G_END_DECLS
