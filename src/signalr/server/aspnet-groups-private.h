/* aspnet-groups-private.h: the groups of a client, as a text that it carries
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "server-connection-private.h"

G_BEGIN_DECLS

/* @groups: of "Hub.group". */
char      *signalr_aspnet_groups_sign   (GPtrArray               *groups,
                                         const SignalrServerKey  *key,
                                         const char              *connection_id);
/* @token is nullable. Empty where it is not of this connection; of its hubs alone. */
GPtrArray *signalr_aspnet_groups_verify (const char              *token,
                                         SignalrServerConnection *connection);
/* Whether both are the same groups, in whatever order. */
gboolean   signalr_aspnet_groups_equal  (GPtrArray               *one,
                                         GPtrArray               *other);

G_END_DECLS
