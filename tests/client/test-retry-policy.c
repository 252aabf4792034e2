/* test-retry-policy.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "client/retry-policy-private.h"
#include "signalr-error-private.h"

static const int permanent[] = {
  SIGNALR_ERROR_TLS, SIGNALR_ERROR_UNAUTHORIZED, SIGNALR_ERROR_FORBIDDEN, SIGNALR_ERROR_NOT_FOUND,
  SIGNALR_ERROR_NOT_SIGNALR, SIGNALR_ERROR_PROTOCOL, SIGNALR_ERROR_INVALID_DATA,
};

static void
test_never (void)
{
  g_autoptr (SignalrRetryPolicy) policy = signalr_retry_policy_new_never ();

  g_assert_cmpint (signalr_retry_policy_ask (policy, 1, 0, NULL, 0.5), ==, SIGNALR_RETRY_STOP);
  g_assert_cmpint (signalr_retry_policy_ask (NULL, 1, 0, NULL, 0.5), ==, SIGNALR_RETRY_STOP);
}

static void
test_default (void)
{
  g_autoptr (SignalrRetryPolicy) policy = signalr_retry_policy_new_default ();
  static const gint64 delays[] = { 0, 2000, 10000, 30000, SIGNALR_RETRY_STOP };

  for (guint i = 0; i < G_N_ELEMENTS (delays); i++)
    g_assert_cmpint (signalr_retry_policy_ask (policy, i + 1, 0, NULL, 0.9), ==, delays[i]);
}

static void
test_forever (void)
{
  g_autoptr (SignalrRetryPolicy) policy = signalr_retry_policy_new_forever ();
  static const gint64 delays[] = { 1000, 2000, 5000, 10000, 20000, 30000, 30000, 30000 };

  for (guint i = 0; i < G_N_ELEMENTS (delays); i++)
    {
      gint64 least = signalr_retry_policy_ask (policy, i + 1, 0, NULL, 0);
      gint64 most = signalr_retry_policy_ask (policy, i + 1, 0, NULL, 0.9999999);

      g_assert_cmpint (signalr_retry_policy_ask (policy, i + 1, 0, NULL, 0.5), ==, delays[i]);
      g_assert_cmpint (least, ==, delays[i] * 8 / 10);
      g_assert_cmpint (most, <=, delays[i] * 12 / 10);
      g_assert_cmpint (most, >, delays[i] * 11 / 10);
    }

  g_assert_cmpint (signalr_retry_policy_ask (policy, G_MAXUINT, G_MAXINT64, NULL, 0.5), ==, 30000);
}

static void
test_permanent (void)
{
  g_autoptr (SignalrRetryPolicy) policy = signalr_retry_policy_new_forever ();
  g_autoptr (GError) passing = g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_REFUSED, "refused");

  for (guint i = 0; i < G_N_ELEMENTS (permanent); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (SIGNALR_ERROR, permanent[i], "for good");

      g_assert_cmpint (signalr_retry_policy_ask (policy, 1, 0, error, 0.5), ==, SIGNALR_RETRY_STOP);
    }

  g_assert_cmpint (signalr_retry_policy_ask (policy, 1, 0, passing, 0.5), ==, 1000);
}

/* The wait that a server wants is the least. */
static void
test_retry_after (void)
{
  g_autoptr (SignalrRetryPolicy) forever = signalr_retry_policy_new_forever ();
  g_autoptr (SignalrRetryPolicy) four = signalr_retry_policy_new_default ();
  g_autoptr (GError) error = g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_UNREACHABLE, "busy");

  signalr_error_set_retry_after (error, 7000);
  g_assert_cmpint (signalr_error_get_retry_after (error), ==, 7000);
  g_assert_cmpint (signalr_retry_policy_ask (forever, 1, 0, error, 0.5), ==, 7000);
  g_assert_cmpint (signalr_retry_policy_ask (forever, 4, 0, error, 0.5), ==, 10000);
  g_assert_cmpint (signalr_retry_policy_ask (four, 1, 0, error, 0.5), ==, 7000);
  g_assert_cmpint (signalr_retry_policy_ask (four, 5, 0, error, 0.5), ==, SIGNALR_RETRY_STOP);
}

typedef struct {
  guint    n_asked;
  gboolean gone;
} Custom;

static gint64
custom (guint         attempt,
        gint64        elapsed,
        const GError *error,
        gpointer      user_data)
{
  Custom *data = user_data;

  data->n_asked++;
  g_assert_cmpint (elapsed, ==, 77);
  g_assert_error (error, SIGNALR_ERROR, SIGNALR_ERROR_NOT_FOUND);

  return attempt == 1 ? 42 : -5;
}

static void
custom_free (gpointer user_data)
{
  Custom *data = user_data;

  data->gone = TRUE;
}

static void
test_custom (void)
{
  Custom data = { 0 };
  g_autoptr (SignalrRetryPolicy) policy = signalr_retry_policy_new_custom (custom, &data, custom_free);
  g_autoptr (GError) error = g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_NOT_FOUND, "not yet");

  g_assert_cmpint (signalr_retry_policy_ask (policy, 1, 77, error, 0), ==, 42);
  g_assert_cmpint (signalr_retry_policy_ask (policy, 2, 77, error, 0), ==, SIGNALR_RETRY_STOP);
  g_assert_cmpint (data.n_asked, ==, 2);

  g_clear_object (&policy);
  g_assert_true (data.gone);
}

static void
count_cb (GObject    *object,
          GParamSpec *pspec,
          guint      *count)
{
  (*count)++;
}

static void
test_retry_initial (void)
{
  g_autoptr (SignalrRetryPolicy) policy = signalr_retry_policy_new_forever ();
  gboolean value = TRUE;
  guint n_notified = 0;

  g_signal_connect (policy, "notify::retry-initial", G_CALLBACK (count_cb), &n_notified);
  g_assert_false (signalr_retry_policy_get_retry_initial (policy));
  signalr_retry_policy_set_retry_initial (policy, FALSE);
  g_assert_cmpuint (n_notified, ==, 0);

  g_object_set (policy, "retry-initial", TRUE, NULL);
  g_assert_true (signalr_retry_policy_get_retry_initial (policy));
  g_assert_cmpuint (n_notified, ==, 1);
  g_object_get (policy, "retry-initial", &value, NULL);
  g_assert_true (value);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/client/retry-policy/never", test_never);
  g_test_add_func ("/client/retry-policy/default", test_default);
  g_test_add_func ("/client/retry-policy/forever", test_forever);
  g_test_add_func ("/client/retry-policy/permanent", test_permanent);
  g_test_add_func ("/client/retry-policy/retry-after", test_retry_after);
  g_test_add_func ("/client/retry-policy/custom", test_custom);
  g_test_add_func ("/client/retry-policy/retry-initial", test_retry_initial);

  return g_test_run ();
}
