/* tertulia-application.h: the program, once a session
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define TERTULIA_TYPE_APPLICATION (tertulia_application_get_type ())
G_DECLARE_FINAL_TYPE (TertuliaApplication, tertulia_application,
                      TERTULIA, APPLICATION, AdwApplication)

int tertulia_application_run (int   argc,
                              char *argv[]);

G_END_DECLS
