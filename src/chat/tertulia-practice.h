/* tertulia-practice.h: the built-in server behind the link simulator
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <link/link-simulator.h>

#include "tertulia-session.h"
#include "tertulia-settings.h"

G_BEGIN_DECLS

/* The built-in chat server (src/chat/server), on a port of its own on loopback,
 * with its times from the settings; and a LinkSimulator in front of it, through
 * which the practice connection goes.
 */
#define TERTULIA_TYPE_PRACTICE (tertulia_practice_get_type ())
G_DECLARE_FINAL_TYPE (TertuliaPractice, tertulia_practice, TERTULIA, PRACTICE, GObject)

TertuliaPractice *tertulia_practice_new          (TertuliaSettings  *settings,
                                                  GError           **error);
/* Of the server itself, with /signalr; and through the simulator. */
const char       *tertulia_practice_get_uri      (TertuliaPractice  *self);
LinkSimulator    *tertulia_practice_get_link     (TertuliaPractice  *self);

/* (transfer full): a session of somebody on the built-in server, not started. What
 * is said in it lives as long as the server, so nothing is kept on disk.
 */
TertuliaSession  *tertulia_practice_new_session  (TertuliaPractice  *self,
                                                  const char        *name,
                                                  gboolean           through_link);

G_END_DECLS
