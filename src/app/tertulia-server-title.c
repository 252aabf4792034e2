/* tertulia-server-title.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-server-title.h"

#include <string.h>

/**
 * tertulia_server_title:
 * @address: of a server, as it was typed or as it is used
 *
 * Returns: (transfer full): how to call the server there: its host, with the
 *   port where one is given; all of @address where that cannot be told
 */
char *
tertulia_server_title (const char *address)
{
  g_autoptr (GUri) uri = g_uri_parse (address, G_URI_FLAGS_NONE, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;

  if (host == NULL || *host == '\0')
    return g_strdup (address);

  if (g_uri_get_port (uri) == -1)
    return g_strdup (host);

  return g_strdup_printf (strchr (host, ':') != NULL ? "[%s]:%d" : "%s:%d",
                          host, g_uri_get_port (uri));
}
