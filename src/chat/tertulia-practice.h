/* tertulia-practice.h: the built-in server behind the link simulator
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <link/link-simulator.h>

#include "tertulia-settings.h"

G_BEGIN_DECLS

/* The built-in chat server (src/chat/server), on a port of its own on loopback,
 * with its times from the settings; and a LinkSimulator in front of it, through
 * which the practice connection goes.
 */
#define TERTULIA_TYPE_PRACTICE (tertulia_practice_get_type ())
G_DECLARE_FINAL_TYPE (TertuliaPractice, tertulia_practice, TERTULIA, PRACTICE, GObject)

TertuliaPractice *tertulia_practice_new       (TertuliaSettings  *settings,
                                               GError           **error);
const char       *tertulia_practice_get_uri   (TertuliaPractice  *self);  /* of the server itself, with /signalr */
const char       *tertulia_practice_get_link_uri (TertuliaPractice *self); /* through the simulator */
LinkSimulator    *tertulia_practice_get_link  (TertuliaPractice  *self);

G_END_DECLS
