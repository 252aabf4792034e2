/* main.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-application.h"

int
main (int   argc,
      char *argv[])
{
  return tertulia_application_run (argc, argv);
}
