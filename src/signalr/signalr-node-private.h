/* signalr-node-private.h: what the codecs see of bytes and timestamps
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "signalr-node.h"

G_BEGIN_DECLS

/* The text of the value, as JSON has it (base64, ISO 8601), or NULL where @node
 * is of another kind. A string that looks like one is none.
 */
const char *signalr_node_peek_bytes     (JsonNode *node);
const char *signalr_node_peek_timestamp (JsonNode *node);

G_END_DECLS
