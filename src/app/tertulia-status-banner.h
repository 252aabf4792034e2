/* tertulia-status-banner.h: the one banner, driven by the status of a session
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include <chat/tertulia-session.h>

G_BEGIN_DECLS

/* Signal: `help (TertuliaStatusButton)`: the button that helps was pressed. */
#define TERTULIA_TYPE_STATUS_BANNER (tertulia_status_banner_get_type ())
G_DECLARE_FINAL_TYPE (TertuliaStatusBanner, tertulia_status_banner, TERTULIA, STATUS_BANNER, AdwBin)

void        tertulia_status_banner_set_session (TertuliaStatusBanner *self,
                                                TertuliaSession      *session);
const char *tertulia_status_banner_get_title   (TertuliaStatusBanner *self);

G_END_DECLS
