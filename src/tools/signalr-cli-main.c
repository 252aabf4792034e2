/* signalr-cli-main.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tool-connect.h"

int
main (int    argc,
      char **argv)
{
  return tool_connect_main (argc, argv);
}
