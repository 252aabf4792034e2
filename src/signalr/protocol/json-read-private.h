/* json-read-private.h: members of a JSON object, of the type that is wanted
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "signalr-error.h"

G_BEGIN_DECLS

/* Each takes member @name of @object into @value. Where it is absent or null,
 * @value stays as it is. Of another type: FALSE and INVALID_DATA that names the
 * member and the type.
 */
gboolean signalr_json_read_string  (JsonObject  *object,
                                    const char  *name,
                                    char       **value,    /* (transfer full) */
                                    GError     **error);
gboolean signalr_json_read_int     (JsonObject  *object,
                                    const char  *name,
                                    gint64      *value,
                                    GError     **error);
gboolean signalr_json_read_double  (JsonObject  *object,
                                    const char  *name,
                                    double      *value,
                                    GError     **error);
gboolean signalr_json_read_boolean (JsonObject  *object,
                                    const char  *name,
                                    gboolean    *value,
                                    GError     **error);
gboolean signalr_json_read_array   (JsonObject  *object,
                                    const char  *name,
                                    JsonArray  **value,    /* (transfer none) */
                                    GError     **error);

G_END_DECLS
