/* tertulia-room-private.h: what a session does to its rooms
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tertulia-gateway-private.h"
#include "tertulia-room.h"
#include "tertulia-store-private.h"

G_BEGIN_DECLS

/* @store outlives the room. */
TertuliaRoom *tertulia_room_new           (const char          *name,
                                           const char          *own_name,
                                           TertuliaStore       *store);

/* There is a connection: joins, catches up, and sends what waits. */
void          tertulia_room_enter         (TertuliaRoom        *self,
                                           TertuliaGateway     *gateway);
/* There is none, or none that can be trusted. */
void          tertulia_room_pause         (TertuliaRoom        *self);

/* What the hub tells. */
void          tertulia_room_hear          (TertuliaRoom        *self,
                                           const TertuliaEntry *entry);
void          tertulia_room_see           (TertuliaRoom        *self,
                                           const char          *name,
                                           const char          *event);
void          tertulia_room_notice_typing (TertuliaRoom        *self,
                                           const char          *name);
/* ... in the shape of a tutorial. */
void          tertulia_room_overhear      (TertuliaRoom        *self,
                                           const char          *name,
                                           const char          *text);

G_END_DECLS
