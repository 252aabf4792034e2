/* tertulia-person-private.h: making a person
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tertulia-person.h"

G_BEGIN_DECLS

TertuliaPerson *tertulia_person_new          (const char       *name,
                                              TertuliaPresence  presence);
void            tertulia_person_set_presence (TertuliaPerson   *self,
                                              TertuliaPresence  presence);

G_END_DECLS
