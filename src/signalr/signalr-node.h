/* signalr-node.h: values, what MessagePack has and JSON has not, and their JSON
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined (SIGNALR_INSIDE) && !defined (SIGNALR_COMPILATION)
#error "Only <signalr.h> can be included directly."
#endif

#include <json-glib/json-glib.h>

#include "signalr-version-macros.h"

G_BEGIN_DECLS

SIGNALR_AVAILABLE_IN_1_0
JsonNode  *signalr_node_new_bytes     (GBytes      *bytes);
SIGNALR_AVAILABLE_IN_1_0
GBytes    *signalr_node_get_bytes     (JsonNode    *node);
SIGNALR_AVAILABLE_IN_1_0
JsonNode  *signalr_node_new_timestamp (GDateTime   *time);
SIGNALR_AVAILABLE_IN_1_0
GDateTime *signalr_node_get_timestamp (JsonNode    *node);
SIGNALR_AVAILABLE_IN_1_0
JsonNode  *signalr_node_parse         (const char  *text,
                                       gssize       length,
                                       GError     **error);
SIGNALR_AVAILABLE_IN_1_0
char      *signalr_node_to_json       (JsonNode    *node,
                                       GError     **error);

G_END_DECLS
