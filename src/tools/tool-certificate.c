/* tool-certificate.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tool-certificate.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <sys/socket.h>

/* A handshake with ourselves. */
typedef struct {
  GCancellable *over;
  guint         n_ends;   /* that are done with it */
  GError       *error;    /* the first */
} Trial;

static gboolean
accept_cb (GTlsConnection       *connection,
           GTlsCertificate      *certificate,
           GTlsCertificateFlags  errors,
           gpointer              user_data)
{
  return TRUE;
}

/* The other end would wait for one that has given up. */
static void
end_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  Trial *trial = user_data;
  GError **error = trial->error == NULL ? &trial->error : NULL;

  if (!g_tls_connection_handshake_finish (G_TLS_CONNECTION (source), result, error))
    g_cancellable_cancel (trial->over);
  trial->n_ends++;
}

static gboolean
shake_hands (GIOStream        *one,
             GIOStream        *other,
             GTlsCertificate  *certificate,
             GError          **error)
{
  g_autoptr (GCancellable) over = g_cancellable_new ();
  g_autoptr (GIOStream) server = g_tls_server_connection_new (one, certificate, error);
  g_autoptr (GIOStream) client = NULL;
  Trial trial = { .over = over };

  if (server == NULL || (client = g_tls_client_connection_new (other, NULL, error)) == NULL)
    return FALSE;

  g_signal_connect (client, "accept-certificate", G_CALLBACK (accept_cb), NULL);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (server), G_PRIORITY_DEFAULT, over, end_cb, &trial);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (client), G_PRIORITY_DEFAULT, over, end_cb, &trial);
  while (trial.n_ends < 2)
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);

  if (trial.error != NULL)
    g_propagate_error (error, trial.error);

  return trial.error == NULL;
}

static GIOStream *
make_end (int      fd,
          GError **error)
{
  g_autoptr (GSocket) socket = g_socket_new_from_fd (fd, error);

  if (socket == NULL)
    {
      g_close (fd, NULL);
      return NULL;
    }

  return G_IO_STREAM (g_socket_connection_factory_create_connection (socket));
}

static gboolean
can_be_shown (GTlsCertificate  *certificate,
              GError          **error)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GIOStream) one = NULL;
  g_autoptr (GIOStream) other = NULL;
  gboolean can = FALSE;
  int fds[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0)
    {
      g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
      return FALSE;
    }

  g_main_context_push_thread_default (context);
  one = make_end (fds[0], error);
  other = make_end (fds[1], one != NULL ? error : NULL);
  if (one != NULL && other != NULL)
    can = shake_hands (one, other, certificate, error);
  g_main_context_pop_thread_default (context);

  return can;
}

GTlsCertificate *
tool_certificate_load (const char  *certificate,
                       const char  *key,
                       GError     **error)
{
  g_autoptr (GTlsCertificate) loaded = g_tls_certificate_new_from_files (certificate, key, error);

  if (loaded == NULL || !can_be_shown (loaded, error))
    {
      g_prefix_error (error, "The certificate %s with the key %s cannot be used: ", certificate, key);
      return NULL;
    }

  return g_steal_pointer (&loaded);
}
