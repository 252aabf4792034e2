/* certificate.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "certificate.h"

/* Made for these tests, for localhost and 127.0.0.1, and good for nothing else. */
static const char pem[] =
  "-----BEGIN CERTIFICATE-----\n"
  "MIIBmjCCAUGgAwIBAgIUOUYuBJcLb1FkKa68UstlJy4k3ykwCgYIKoZIzj0EAwIw\n"
  "FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTEyMzYxNFoYDzIxMDkwMTEw\n"
  "MTIzNjE0WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO\n"
  "PQMBBwNCAAQTHnk2NjHI15chdH8i0w45Nlk+zlXYsrdPqn+Q3c/VqpKOVwJTT3Kk\n"
  "DX2enOrIxxtJTez9ELeF220pe3o2JofAo28wbTAdBgNVHQ4EFgQUFPcy18rIU9l/\n"
  "+WzRBbOypxvrqKUwHwYDVR0jBBgwFoAUFPcy18rIU9l/+WzRBbOypxvrqKUwDwYD\n"
  "VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI\n"
  "zj0EAwIDRwAwRAIgRnK+1KaZ+3mHwoYQ29ejzSqtf2PUVliYdPGg/DCZtacCIHdS\n"
  "Ovi5OYdW3lLRUyXjW7LCAbrQVsqbui2IK9d3IJwk\n"
  "-----END CERTIFICATE-----\n"
  "-----BEGIN PRIVATE KEY-----\n"
  "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgmbODTge6ZSpRY2iK\n"
  "6LYy1CqI+kGUe8Sn4IswbKP0NdahRANCAAQTHnk2NjHI15chdH8i0w45Nlk+zlXY\n"
  "srdPqn+Q3c/VqpKOVwJTT3KkDX2enOrIxxtJTez9ELeF220pe3o2JofA\n"
  "-----END PRIVATE KEY-----\n";

char *
certificate_write (void)
{
  g_autofree char *file = g_build_filename (g_get_user_runtime_dir (), "certificate.pem", NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (file, pem, -1, &error);
  g_assert_no_error (error);

  return g_steal_pointer (&file);
}
