/* tertulia-notifier.h: when the desktop is told about a lost connection
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tertulia-session.h"

G_BEGIN_DECLS

/* One notification for each outage that lasts `notify-after` while the window is
 * not in front, withdrawn on recovery. Signals: `lost ()`, `withdrawn ()`.
 * Property: `window-active` (writable), FALSE at first.
 */
#define TERTULIA_TYPE_NOTIFIER (tertulia_notifier_get_type ())
G_DECLARE_FINAL_TYPE (TertuliaNotifier, tertulia_notifier, TERTULIA, NOTIFIER, GObject)

TertuliaNotifier *tertulia_notifier_new               (TertuliaSettings *settings,
                                                       TertuliaStatus   *status);
void              tertulia_notifier_set_window_active (TertuliaNotifier *self,
                                                       gboolean          active);

G_END_DECLS
