/* link-pair-private.h: one connection through the link: two sockets, two flows
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

#include "link-flow-private.h"

G_BEGIN_DECLS

typedef enum {
  LINK_SIDE_CLIENT,
  LINK_SIDE_SERVER,
} LinkSide;

typedef struct _LinkPair LinkPair;

/* The pair has closed its sockets, because @side did. It is the last that is
 * heard of it; the owner frees it, also from here.
 */
typedef void (* LinkPairClosed) (LinkPair *pair,
                                 LinkSide  side,
                                 gpointer  user_data);

/* @conditions stays the owner's, who calls link_pair_refresh () when it changes. */
LinkPair *link_pair_new     (GSocket              *client,
                             const char           *host,
                             guint16               port,
                             const LinkConditions *conditions,
                             GMainContext         *context,
                             LinkPairClosed        closed,
                             gpointer              user_data);

/* Resets both connections where they are still open. */
void      link_pair_free    (LinkPair             *pair);
void      link_pair_refresh (LinkPair             *pair);

G_END_DECLS
