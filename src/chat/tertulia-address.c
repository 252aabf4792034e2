/* tertulia-address.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-address.h"

#include <glib/gi18n-lib.h>

/* Where chat hubs are: ours and the tutorials' of classic SignalR, then of Core. */
static const char * const usual_paths[] = { "/signalr", "/chatHub", "/chat" };

/* Only what stays on this computer, or has no name that a certificate could be
 * for, is spoken to in the clear without being asked for.
 */
static gboolean
is_plain (const char *host)
{
  return g_hostname_is_ip_address (host) || g_ascii_strcasecmp (host, "localhost") == 0 ||
         strchr (host, '.') == NULL;
}

static GUri *
parse (const char  *address,
       GError     **error)
{
  g_autofree char *text = g_strstrip (g_strdup (address));
  g_autofree char *guess = NULL;
  g_autoptr (GUri) uri = NULL;

  if (strstr (text, "://") != NULL)
    return g_uri_parse (text, G_URI_FLAGS_ENCODED, error);

  guess = g_strconcat ("https://", text, NULL);
  uri = g_uri_parse (guess, G_URI_FLAGS_ENCODED, error);
  if (uri == NULL || g_uri_get_host (uri) == NULL || !is_plain (g_uri_get_host (uri)))
    return g_steal_pointer (&uri);

  return g_uri_build (G_URI_FLAGS_ENCODED, "http", NULL, g_uri_get_host (uri), g_uri_get_port (uri),
                      g_uri_get_path (uri), g_uri_get_query (uri), NULL);
}

/**
 * tertulia_address_expand:
 * @address: what somebody typed: a URL, or less of one
 *
 * Returns: (transfer full) (nullable): the URLs to try, in this order: where a
 *   path was given one, else one for each usual path; or %NULL with @error of
 *   `G_IO_ERROR_INVALID_ARGUMENT`, a sentence for the one who typed
 */
GStrv
tertulia_address_expand (const char  *address,
                         GError     **error)
{
  g_autoptr (GUri) uri = parse (address, NULL);
  g_autoptr (GStrvBuilder) urls = g_strv_builder_new ();
  const char *scheme = uri != NULL ? g_uri_get_scheme (uri) : NULL;
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;

  if (host == NULL || *host == '\0' || strpbrk (host, " \t\n%") != NULL ||
      (!g_str_equal (scheme, "http") && !g_str_equal (scheme, "https")))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   /* Translators: %s is what was typed as the address of a server */
                   _("“%s” is not the address of a server"), address);
      return NULL;
    }

  if (strlen (g_uri_get_path (uri)) > 1)
    {
      g_autofree char *url = g_uri_to_string (uri);

      g_strv_builder_add (urls, url);
      return g_strv_builder_end (urls);
    }

  for (gsize i = 0; i < G_N_ELEMENTS (usual_paths); i++)
    {
      g_autoptr (GUri) with_path = NULL;
      g_autofree char *url = NULL;

      with_path = g_uri_build (G_URI_FLAGS_ENCODED, scheme, g_uri_get_userinfo (uri), host,
                               g_uri_get_port (uri), usual_paths[i], g_uri_get_query (uri), NULL);
      url = g_uri_to_string (with_path);
      g_strv_builder_add (urls, url);
    }

  return g_strv_builder_end (urls);
}
