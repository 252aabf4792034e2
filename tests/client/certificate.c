/* certificate.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "certificate.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

/* Made for this test, for 127.0.0.1, and good for nothing else. */
static const char pem[] =
  "-----BEGIN EC PRIVATE KEY-----\n"
  "MHcCAQEEINA4JxmvWenrvqlSo4WNeCApTOmVCNfCQR5Bn3HmTDCaoAoGCCqGSM49\n"
  "AwEHoUQDQgAEunsk8nQFBnbdrF0r1ksBysbaJ29pfhyFzKYTQRTq+3+EXAH7d4aq\n"
  "dHpBbY2zIhJ8Qn9eItYQfTrDERdHxZmW1w==\n"
  "-----END EC PRIVATE KEY-----\n"
  "-----BEGIN CERTIFICATE-----\n"
  "MIIBkTCCATagAwIBAgIUOa8gYCPqbGuvwEk/ZlYj85wxpFgwCgYIKoZIzj0EAwIw\n"
  "FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyMTEyMTk0NloYDzIxMjYxMDI4\n"
  "MTIxOTQ2WjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO\n"
  "PQMBBwNCAAS6eyTydAUGdt2sXSvWSwHKxtonb2l+HIXMphNBFOr7f4RcAft3hqp0\n"
  "ekFtjbMiEnxCf14i1hB9OsMRF0fFmZbXo2QwYjAdBgNVHQ4EFgQUItbin4lBk5Mh\n"
  "eFadLe2dpewDFrUwHwYDVR0jBBgwFoAUItbin4lBk5MheFadLe2dpewDFrUwDwYD\n"
  "VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0kAMEYC\n"
  "IQCnwSdbSAhuJ0aYBAo0VPx3GXo5tDryimnHkBOx2BElbwIhAJZu/KUbSWNb2BVZ\n"
  "19NBlPCrleFYc4x29wOskLvDq3jS\n"
  "-----END CERTIFICATE-----\n";

GTlsCertificate *
certificate_new (void)
{
  g_autoptr (GError) error = NULL;
  GTlsCertificate *certificate = g_tls_certificate_new_from_pem (pem, -1, &error);

  g_assert_no_error (error);

  return certificate;
}

static char *database_path;

static void
remove_database (void)
{
  g_unlink (database_path);
  g_free (database_path);
}

/* GnuTLS reads the file again for each connection. */
static const char *
write_database (void)
{
  g_autoptr (GError) error = NULL;

  if (database_path != NULL)
    return database_path;

  database_path = g_build_filename (g_get_tmp_dir (), "test-tls-XXXXXX", NULL);
  g_close (g_mkstemp (database_path), NULL);
  g_file_set_contents (database_path, strstr (pem, "-----BEGIN CERTIFICATE"), -1, &error);
  g_assert_no_error (error);
  atexit (remove_database);

  return database_path;
}

GTlsDatabase *
certificate_new_database (void)
{
  g_autoptr (GError) error = NULL;
  GTlsDatabase *database = g_tls_file_database_new (write_database (), &error);

  g_assert_no_error (error);

  return database;
}
