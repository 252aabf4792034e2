/* tertulia-json-private.h: reading what somebody else wrote
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What comes from the other end may be anything: a value that is not there, or
 * of another type, is NULL, FALSE, or -1 for a number. The object and the array
 * may be NULL themselves.
 */
JsonObject *tertulia_json_get_request (JsonArray  *args);
const char *tertulia_json_get_element (JsonArray  *args,
                                       guint       index);
JsonObject *tertulia_json_get_item    (JsonArray  *array,
                                       guint       index);
const char *tertulia_json_get_string  (JsonObject *object,
                                       const char *member);
gint64      tertulia_json_get_number  (JsonObject *object,
                                       const char *member);
gboolean    tertulia_json_get_boolean (JsonObject *object,
                                       const char *member);
JsonArray  *tertulia_json_get_array   (JsonObject *object,
                                       const char *member);

/* (transfer full); takes @object */
JsonNode   *tertulia_json_new_object  (JsonObject *object);

/* The object that @node is, or NULL. */
JsonObject *tertulia_json_as_object   (JsonNode   *node);

G_END_DECLS
