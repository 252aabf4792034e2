/* host-token.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "host-token.h"

#include <string.h>

static char *
sign (const char *text)
{
  static char *secret;

  if (secret == NULL)
    secret = g_uuid_string_random ();

  return g_compute_hmac_for_string (G_CHECKSUM_SHA256, (const guchar *) secret, strlen (secret), text, -1);
}

char *
host_token_new (void)
{
  g_autofree char *text = g_uuid_string_random ();
  g_autofree char *signature = sign (text);

  return g_strconcat (text, ".", signature, NULL);
}

gboolean
host_token_is_valid (const char *token)
{
  const char *dot = token != NULL ? strchr (token, '.') : NULL;
  g_autofree char *text = NULL;
  g_autofree char *signature = NULL;

  if (dot == NULL)
    return FALSE;

  text = g_strndup (token, dot - token);
  signature = sign (text);

  return g_str_equal (signature, dot + 1);
}
