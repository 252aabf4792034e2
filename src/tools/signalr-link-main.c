/* signalr-link-main.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tool-link.h"

int
main (int    argc,
      char **argv)
{
  return tool_link_main (argc, argv);
}
