/* tertulia-people-private.h: who is in a room, as its server tells
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _TertuliaPeople TertuliaPeople;

TertuliaPeople *tertulia_people_new       (void);
void            tertulia_people_free      (TertuliaPeople *self);
/* Of TertuliaPerson, by name. */
GListModel     *tertulia_people_get_model (TertuliaPeople *self);

/* All of them, TertuliaPersonEntry: who is not among them has gone meanwhile. */
void            tertulia_people_replace   (TertuliaPeople *self,
                                           GPtrArray      *entries);
/* What has happened to one; (transfer full) (nullable): the sentence about it. */
char           *tertulia_people_apply     (TertuliaPeople *self,
                                           const char     *name,
                                           const char     *event);

G_END_DECLS
