/* tertulia-person.h: somebody in a room
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum {
  TERTULIA_PRESENCE_HERE,
  TERTULIA_PRESENCE_LOST,      /* the connection was lost, the person did not leave */
} TertuliaPresence;

#define TERTULIA_TYPE_PRESENCE (tertulia_presence_get_type ())
GType tertulia_presence_get_type (void);

#define TERTULIA_TYPE_PERSON (tertulia_person_get_type ())
G_DECLARE_FINAL_TYPE (TertuliaPerson, tertulia_person, TERTULIA, PERSON, GObject)

const char       *tertulia_person_get_name     (TertuliaPerson *self);
TertuliaPresence  tertulia_person_get_presence (TertuliaPerson *self);

G_END_DECLS
