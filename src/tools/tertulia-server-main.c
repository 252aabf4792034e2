/* tertulia-server-main.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tool-server.h"

int
main (int    argc,
      char **argv)
{
  return tool_server_main (argc, argv);
}
