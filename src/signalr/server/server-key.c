/* server-key.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "server-key-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "signalr-error.h"

#define DIGEST_SIZE 32

static void
random_bytes (guint8 *bytes,
              gsize   size)
{
  while (size > 0)
    {
      gssize n = getrandom (bytes, size, 0);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        g_error ("The system has no random numbers: %s", g_strerror (errno));

      bytes += n;
      size -= n;
    }
}

/* base64 for URLs (RFC 4648 section 5), without padding. */
static char *
url_encode (const guint8 *bytes,
            gsize         size)
{
  char *text = g_base64_encode (bytes, size);

  g_strdelimit (text, "+", '-');
  g_strdelimit (text, "/", '_');
  text[strcspn (text, "=")] = '\0';

  return text;
}

static guint8 *
url_decode (const char *text,
            gsize      *size)
{
  g_autoptr (GString) padded = g_string_new (text);

  if (strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") != padded->len)
    return NULL;

  g_strdelimit (padded->str, "-", '+');
  g_strdelimit (padded->str, "_", '/');
  while (padded->len % 4 != 0)
    g_string_append_c (padded, '=');

  return g_base64_decode (padded->str, size);
}

char *
signalr_random_id (gsize size)
{
  guint8 bytes[64];

  g_return_val_if_fail (size <= sizeof bytes, NULL);

  random_bytes (bytes, size);

  return url_encode (bytes, size);
}

void
signalr_server_key_init_random (SignalrServerKey *self)
{
  random_bytes (self->bytes, sizeof self->bytes);
}

static gboolean
fail (GError     **error,
      const char  *path,
      const char  *what)
{
  g_set_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA, "The key file “%s” %s", path, what);

  return FALSE;
}

static gboolean
signalr_server_key_read (SignalrServerKey  *self,
                         const char        *path,
                         GError           **error)
{
  g_autofree char *text = NULL;
  g_autofree guint8 *bytes = NULL;
  gsize length, size;
  GStatBuf status;

  if (!g_file_get_contents (path, &text, &length, error))
    return FALSE;

  if (g_stat (path, &status) == 0 && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return fail (error, path, "can be read by others: make its mode 600, or delete it");

  g_strchomp (text);
  bytes = url_decode (text, &size);
  if (bytes == NULL || size != sizeof self->bytes)
    return fail (error, path, "holds no key: delete it, and a new one is made");

  memcpy (self->bytes, bytes, size);

  return TRUE;
}

/* The file appears with its content or not at all, and where two servers make
 * it at once, both take the one that came first.
 */
static gboolean
signalr_server_key_write (SignalrServerKey  *self,
                          const char        *path,
                          GError           **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *temporary = g_strconcat (path, ".XXXXXX", NULL);
  g_autofree char *encoded = url_encode (self->bytes, sizeof self->bytes);
  g_autofree char *line = g_strconcat (encoded, "\n", NULL);
  gboolean written = FALSE;
  int fd;

  g_mkdir_with_parents (folder, 0700);

  fd = g_mkstemp_full (temporary, O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0)
    {
      written = write (fd, line, strlen (line)) == (gssize) strlen (line) &&
                (link (temporary, path) == 0 || errno == EEXIST);
    }

  if (!written)
    {
      int saved = errno;

      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (saved),
                   "The key file “%s” could not be made: %s", path, g_strerror (saved));
    }

  if (fd >= 0)
    {
      g_unlink (temporary);
      close (fd);
    }

  return written;
}

/*< private >
 * signalr_server_key_load:
 * @path: where the key is kept, by the owner alone
 *
 * Reads the key, or makes one where there is no file yet.
 */
gboolean
signalr_server_key_load (SignalrServerKey  *self,
                         const char        *path,
                         GError           **error)
{
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      signalr_server_key_init_random (self);
      if (!signalr_server_key_write (self, path, error))
        return FALSE;
    }

  return signalr_server_key_read (self, path, error);
}

static void
signalr_server_key_digest (const SignalrServerKey *self,
                           const char             *purpose,
                           const char             *text,
                           gsize                   length,
                           guint8                 *digest)
{
  GHmac *hmac = g_hmac_new (G_CHECKSUM_SHA256, self->bytes, sizeof self->bytes);
  gsize size = DIGEST_SIZE;

  /* With its end, so that no purpose is the beginning of another. */
  g_hmac_update (hmac, (const guchar *) purpose, strlen (purpose) + 1);
  g_hmac_update (hmac, (const guchar *) text, length);
  g_hmac_get_digest (hmac, digest, &size);
  g_hmac_unref (hmac);
}

/*< private >
 * signalr_server_key_sign:
 * @purpose: what the token is for: one for another purpose does not verify
 *
 * Returns: (transfer full): a token that shows @text to whoever wants to read
 *   it, and that nobody without the key can make
 */
char *
signalr_server_key_sign (const SignalrServerKey *self,
                         const char             *purpose,
                         const char             *text)
{
  gsize length = strlen (text);
  g_autofree guint8 *bytes = g_malloc (DIGEST_SIZE + length);

  signalr_server_key_digest (self, purpose, text, length, bytes);
  memcpy (bytes + DIGEST_SIZE, text, length);

  return url_encode (bytes, DIGEST_SIZE + length);
}

/*< private >
 * signalr_server_key_verify:
 *
 * Returns: (transfer full) (nullable): the text that was signed, or %NULL
 */
char *
signalr_server_key_verify (const SignalrServerKey *self,
                           const char             *purpose,
                           const char             *token)
{
  g_autofree guint8 *bytes = NULL;
  guint8 digest[DIGEST_SIZE];
  guint8 difference = 0;
  gsize size;

  bytes = url_decode (token, &size);
  if (bytes == NULL || size <= DIGEST_SIZE)
    return NULL;

  signalr_server_key_digest (self, purpose, (const char *) bytes + DIGEST_SIZE, size - DIGEST_SIZE, digest);

  /* In the same time wherever they differ. */
  for (gsize i = 0; i < DIGEST_SIZE; i++)
    difference |= digest[i] ^ bytes[i];

  if (difference != 0)
    return NULL;

  return g_strndup ((const char *) bytes + DIGEST_SIZE, size - DIGEST_SIZE);
}
