/* test-error.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <libsoup/soup.h>

#include "signalr-error-private.h"

static void
test_carries (void)
{
  g_autoptr (GError) error = g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_NOT_FOUND, "text");
  g_autoptr (JsonNode) data = json_node_init_int (json_node_alloc (), 42);
  g_autoptr (GError) copy = NULL;

  g_assert_cmpstr (signalr_error_get_code_name (error), ==, "NOT_FOUND");
  g_assert_null (signalr_error_get_cause (error));
  g_assert_cmpuint (signalr_error_get_status (error), ==, 0);
  g_assert_cmpint (signalr_error_get_delivery (error), ==, SIGNALR_DELIVERY_NOT_SENT);
  g_assert_null (signalr_error_get_data (error));

  signalr_error_set_cause (error, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "first"));
  signalr_error_set_cause (error, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "cause"));
  signalr_error_set_status (error, 404);
  signalr_error_set_delivery (error, SIGNALR_DELIVERY_FAILED);
  signalr_error_set_data (error, json_node_ref (data));
  signalr_error_set_data (error, json_node_ref (data));

  copy = g_error_copy (error);
  g_clear_error (&error);
  g_assert_cmpstr (signalr_error_get_cause (copy)->message, ==, "cause");
  g_assert_cmpuint (signalr_error_get_status (copy), ==, 404);
  g_assert_cmpint (signalr_error_get_delivery (copy), ==, SIGNALR_DELIVERY_FAILED);
  g_assert_true (signalr_error_get_data (copy) == data);
}

static void
test_other_domains (void)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled");

  g_assert_null (signalr_error_get_code_name (error));
  g_assert_null (signalr_error_get_cause (error));
  g_assert_cmpuint (signalr_error_get_status (error), ==, 0);
  g_assert_cmpint (signalr_error_get_delivery (error), ==, SIGNALR_DELIVERY_UNKNOWN);
  g_assert_null (signalr_error_get_data (error));
}

static void
test_names (void)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (SIGNALR_TYPE_ERROR);

  g_assert_cmpuint (klass->n_values, ==, 18);
  for (guint i = 0; i < klass->n_values; i++)
    {
      g_autoptr (GError) error = g_error_new_literal (SIGNALR_ERROR, klass->values[i].value, "text");
      g_autofree char *nick = g_ascii_strdown (signalr_error_get_code_name (error), -1);

      g_strdelimit (nick, "_", '-');
      g_assert_cmpstr (nick, ==, klass->values[i].value_nick);
    }
}

static void
test_from (void)
{
  const struct {
    GQuark       domain;
    int          code;
    SignalrError wanted;
  } cases[] = {
    { G_IO_ERROR,            G_IO_ERROR_CONNECTION_REFUSED,            SIGNALR_ERROR_REFUSED },
    { G_IO_ERROR,            G_IO_ERROR_HOST_NOT_FOUND,                SIGNALR_ERROR_NAME_NOT_RESOLVED },
    { G_IO_ERROR,            G_IO_ERROR_HOST_UNREACHABLE,              SIGNALR_ERROR_UNREACHABLE },
    { G_IO_ERROR,            G_IO_ERROR_NETWORK_UNREACHABLE,           SIGNALR_ERROR_UNREACHABLE },
    { G_IO_ERROR,            G_IO_ERROR_PROXY_FAILED,                  SIGNALR_ERROR_UNREACHABLE },
    { G_IO_ERROR,            G_IO_ERROR_TIMED_OUT,                     SIGNALR_ERROR_TIMED_OUT },
    { G_IO_ERROR,            G_IO_ERROR_CONNECTION_CLOSED,             SIGNALR_ERROR_CLOSED_BY_SERVER },
    { G_IO_ERROR,            G_IO_ERROR_PARTIAL_INPUT,                 SIGNALR_ERROR_CLOSED_BY_SERVER },
    { G_IO_ERROR,            G_IO_ERROR_NOT_CONNECTED,                 SIGNALR_ERROR_NOT_CONNECTED },
    { G_IO_ERROR,            G_IO_ERROR_MESSAGE_TOO_LARGE,             SIGNALR_ERROR_TOO_LARGE },
    { G_IO_ERROR,            G_IO_ERROR_INVALID_ARGUMENT,              SIGNALR_ERROR_INVALID_DATA },
    { G_IO_ERROR,            G_IO_ERROR_PENDING,                       SIGNALR_ERROR_BUSY },
    { G_IO_ERROR,            G_IO_ERROR_FAILED,                        SIGNALR_ERROR_UNREACHABLE },
    { G_RESOLVER_ERROR,      G_RESOLVER_ERROR_TEMPORARY_FAILURE,       SIGNALR_ERROR_NAME_NOT_RESOLVED },
    { G_TLS_ERROR,           G_TLS_ERROR_BAD_CERTIFICATE,              SIGNALR_ERROR_TLS },
    { G_TLS_ERROR,           G_TLS_ERROR_NOT_TLS,                      SIGNALR_ERROR_TLS },
    { G_TLS_ERROR,           G_TLS_ERROR_EOF,                          SIGNALR_ERROR_CLOSED_BY_SERVER },
    { SOUP_SESSION_ERROR,    SOUP_SESSION_ERROR_PARSING,               SIGNALR_ERROR_NOT_SIGNALR },
    { SOUP_SESSION_ERROR,    SOUP_SESSION_ERROR_TOO_MANY_REDIRECTS,    SIGNALR_ERROR_NOT_SIGNALR },
    { SOUP_SESSION_ERROR,    SOUP_SESSION_ERROR_MESSAGE_ALREADY_IN_QUEUE, SIGNALR_ERROR_BUSY },
    { SOUP_WEBSOCKET_ERROR,  SOUP_WEBSOCKET_ERROR_NOT_WEBSOCKET,       SIGNALR_ERROR_NOT_SIGNALR },
    { SOUP_WEBSOCKET_ERROR,  SOUP_WEBSOCKET_ERROR_BAD_HANDSHAKE,       SIGNALR_ERROR_PROTOCOL },
    { SOUP_WEBSOCKET_ERROR,  SOUP_WEBSOCKET_ERROR_BAD_ORIGIN,          SIGNALR_ERROR_FORBIDDEN },
    { SOUP_WEBSOCKET_ERROR,  SOUP_WEBSOCKET_CLOSE_BAD_DATA,            SIGNALR_ERROR_PROTOCOL },
    { SOUP_WEBSOCKET_ERROR,  SOUP_WEBSOCKET_CLOSE_TOO_BIG,             SIGNALR_ERROR_TOO_LARGE },
    { SOUP_WEBSOCKET_ERROR,  SOUP_WEBSOCKET_CLOSE_GOING_AWAY,          SIGNALR_ERROR_CLOSED_BY_SERVER },
    { G_URI_ERROR,           G_URI_ERROR_BAD_HOST,                     SIGNALR_ERROR_INVALID_DATA },
    { G_FILE_ERROR,          G_FILE_ERROR_MFILE,                       SIGNALR_ERROR_UNREACHABLE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      error = signalr_error_new_from (g_error_new_literal (cases[i].domain, cases[i].code, "the cause"),
                                      "chat.example:%s");
      g_assert_error (error, SIGNALR_ERROR, (int) cases[i].wanted);
      g_assert_nonnull (strstr (error->message, "chat.example:%s"));
      g_assert_nonnull (strstr (error->message, "the cause"));
      g_assert_true (g_error_matches (signalr_error_get_cause (error), cases[i].domain, cases[i].code));
    }
}

static void
test_from_as_it_is (void)
{
  g_autoptr (GError) ours = g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_HUB, "no");
  g_autoptr (GError) cancelled = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "stop");

  ours = signalr_error_new_from (ours, "here");
  cancelled = signalr_error_new_from (cancelled, "here");
  g_assert_cmpstr (ours->message, ==, "no");
  g_assert_cmpstr (cancelled->message, ==, "stop");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/protocol/error/carries", test_carries);
  g_test_add_func ("/protocol/error/other-domains", test_other_domains);
  g_test_add_func ("/protocol/error/names", test_names);
  g_test_add_func ("/protocol/error/from", test_from);
  g_test_add_func ("/protocol/error/from-as-it-is", test_from_as_it_is);

  return g_test_run ();
}
