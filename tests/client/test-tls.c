/* test-tls.c: a server whose certificate nobody vouches for, unless told to
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "signalr.h"

#include "certificate.h"
#include "peer.h"

typedef struct {
  guint   n_answers;
  GError *error;
} Answer;

static void
start_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  Answer *answer = user_data;

  answer->n_answers++;
  signalr_connection_start_finish (SIGNALR_CONNECTION (source), result, &answer->error);
}

static void
stop_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  guint *count = user_data;

  (*count)++;
}

static void
count_cb (SignalrConnection *connection,
          guint             *count)
{
  (*count)++;
}

static void
count_reconnected_cb (SignalrConnection *connection,
                      const char        *id,
                      gboolean           resumed,
                      guint             *count)
{
  (*count)++;
}

static Peer *
make_peer (gboolean core)
{
  g_autoptr (GTlsCertificate) certificate = certificate_new ();

  return peer_new_with_certificate (core, certificate);
}

static void
test_not_trusted (void)
{
  g_autoptr (Peer) peer = make_peer (FALSE);
  g_autoptr (SignalrConnection) connection = signalr_connection_new (peer->url);
  g_autoptr (SignalrRetryPolicy) policy = signalr_retry_policy_new_forever ();
  Answer answer = { 0 };

  signalr_retry_policy_set_retry_initial (policy, TRUE);
  signalr_connection_set_retry_policy (connection, policy);
  signalr_connection_start_async (connection, NULL, start_cb, &answer);
  peer_wait (&answer.n_answers, 1);
  g_assert_error (answer.error, SIGNALR_ERROR, SIGNALR_ERROR_TLS);
  g_assert_nonnull (strstr (answer.error->message, "https://127.0.0.1:"));
  g_assert_cmpint (signalr_connection_get_retry_at (connection), ==, 0);
  g_clear_error (&answer.error);
}

/* A database of certificates comes with the session, for WebSockets too; and the
 * socket under it is watched as it is without TLS.
 */
static void
test_trusted (void)
{
  g_autoptr (Peer) peer = make_peer (TRUE);
  g_autoptr (GTlsDatabase) database = certificate_new_database ();
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autoptr (SignalrConnection) connection = NULL;
  guint n_slow = 0, n_recovered = 0, n_reconnected = 0, n_stopped = 0;
  Answer answer = { 0 };

  soup_session_set_tls_database (session, database);

  connection = signalr_connection_new_with_session (peer->url, session);
  signalr_connection_set_slow_after (connection, 100);
  g_signal_connect (connection, "slow", G_CALLBACK (count_cb), &n_slow);
  g_signal_connect (connection, "recovered", G_CALLBACK (count_cb), &n_recovered);
  g_signal_connect (connection, "reconnected", G_CALLBACK (count_reconnected_cb), &n_reconnected);
  signalr_connection_start_async (connection, NULL, start_cb, &answer);
  peer_wait (&answer.n_answers, 1);
  g_assert_no_error (answer.error);

  peer_wait (&n_slow, 1);
  peer_send (peer, "{\"type\":6}");
  peer_wait (&n_recovered, 1);

  signalr_connection_set_slow_after (connection, SIGNALR_TIMEOUT_DEFAULT);
  peer_cut (peer);
  peer_wait (&n_reconnected, 1);

  signalr_connection_stop_async (connection, NULL, stop_cb, &n_stopped);
  peer_wait (&n_stopped, 1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    {
      g_print ("1..0 # SKIP no TLS backend\n");
      return 0;
    }

  g_test_add_func ("/client/tls/not-trusted", test_not_trusted);
  g_test_add_func ("/client/tls/trusted", test_trusted);

  return g_test_run ();
}
