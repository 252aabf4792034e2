/* fixture.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fixture.h"

static void
state_cb (SignalrConnection *connection,
          GParamSpec        *pspec,
          Fixture           *fixture)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (SIGNALR_TYPE_CONNECTION_STATE);
  GEnumValue *value = g_enum_get_value (klass, signalr_connection_get_state (connection));

  g_string_append_printf (fixture->log, "%s ", value->value_nick);
}

static void
slow_cb (SignalrConnection *connection,
         Fixture           *fixture)
{
  g_assert_cmpint (signalr_connection_get_quality (connection), ==, SIGNALR_QUALITY_SLOW);
  g_string_append (fixture->log, "SLOW ");
  fixture->n_slow++;
}

static void
recovered_cb (SignalrConnection *connection,
              Fixture           *fixture)
{
  g_assert_cmpint (signalr_connection_get_quality (connection), ==, SIGNALR_QUALITY_GOOD);
  g_string_append (fixture->log, "RECOVERED ");
}

static void
reconnecting_cb (SignalrConnection *connection,
                 GError            *error,
                 Fixture           *fixture)
{
  g_assert_nonnull (error);
  g_assert_cmpint (signalr_connection_get_transport (connection), ==, SIGNALR_TRANSPORT_NONE);
  g_string_append (fixture->log, "RECONNECTING ");
  fixture->n_reconnecting++;
}

static void
reconnected_cb (SignalrConnection *connection,
                const char        *id,
                gboolean           resumed,
                Fixture           *fixture)
{
  g_assert_cmpstr (id, ==, signalr_connection_get_connection_id (connection));
  g_string_append (fixture->log, "RECONNECTED ");
  g_free (fixture->id);
  fixture->id = g_strdup (id);
  fixture->resumed = resumed;
  fixture->n_reconnected++;
}

static void
disconnected_cb (SignalrConnection       *connection,
                 SignalrDisconnectReason  reason,
                 GError                  *error,
                 Fixture                 *fixture)
{
  g_assert_cmpint (signalr_connection_get_state (connection), ==,
                   SIGNALR_CONNECTION_STATE_DISCONNECTED);
  g_string_append (fixture->log, "DISCONNECTED ");
  fixture->reason = reason;
  g_clear_error (&fixture->error);
  fixture->error = error != NULL ? g_error_copy (error) : NULL;
  fixture->n_disconnected++;
}

static void
retrying_cb (SignalrConnection *connection,
             guint              attempt,
             gint64             delay,
             Fixture           *fixture)
{
  g_assert_cmpint (signalr_connection_get_retry_at (connection), !=, 0);
  g_string_append_printf (fixture->log, "RETRYING-%u ", attempt);
  fixture->n_retrying++;
}

static void
invocation_cb (SignalrHubProxy *hub,
               const char      *method,
               JsonNode        *args,
               Fixture         *fixture)
{
  g_autofree char *text = json_to_string (args, FALSE);

  g_free (fixture->args);
  fixture->args = g_strconcat (method, text, NULL);
  fixture->n_invocations++;
}

void
fixture_set_up (Fixture       *fixture,
                gconstpointer  core)
{
  fixture->peer = peer_new (GPOINTER_TO_INT (core));
  fixture->connection = signalr_connection_new (fixture->peer->url);
  fixture->hub = signalr_connection_get_hub (fixture->connection, "ChatHub");
  fixture->log = g_string_new (NULL);

  g_signal_connect (fixture->connection, "notify::state", G_CALLBACK (state_cb), fixture);
  g_signal_connect (fixture->connection, "slow", G_CALLBACK (slow_cb), fixture);
  g_signal_connect (fixture->connection, "recovered", G_CALLBACK (recovered_cb), fixture);
  g_signal_connect (fixture->connection, "reconnecting", G_CALLBACK (reconnecting_cb), fixture);
  g_signal_connect (fixture->connection, "reconnected", G_CALLBACK (reconnected_cb), fixture);
  g_signal_connect (fixture->connection, "disconnected", G_CALLBACK (disconnected_cb), fixture);
  g_signal_connect (fixture->connection, "retrying", G_CALLBACK (retrying_cb), fixture);
  g_signal_connect (fixture->hub, "invocation", G_CALLBACK (invocation_cb), fixture);
}

void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  core)
{
  if (fixture->connection != NULL)
    {
      g_signal_handlers_disconnect_by_data (fixture->connection, fixture);
      peer_settle ();
      g_assert_finalize_object (g_steal_pointer (&fixture->connection));
    }

  peer_free (fixture->peer);
  g_string_free (fixture->log, TRUE);
  g_clear_error (&fixture->error);
  g_free (fixture->id);
  g_free (fixture->args);
}

void
assert_log (Fixture    *fixture,
            const char *words)
{
  g_assert_cmpstr (fixture->log->str, ==, words);
  g_string_truncate (fixture->log, 0);
}

void
answer_clear (Answer *answer)
{
  g_clear_pointer (&answer->node, json_node_unref);
  g_clear_error (&answer->error);
}

void
start_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  Answer *answer = user_data;

  answer->n_answers++;
  signalr_connection_start_finish (SIGNALR_CONNECTION (source), result, &answer->error);
}

void
stop_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Answer *answer = user_data;

  answer->n_answers++;
  g_assert_true (signalr_connection_stop_finish (SIGNALR_CONNECTION (source), result, NULL));
}

void
invoke_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Answer *answer = user_data;

  answer->n_answers++;
  answer->node = signalr_hub_proxy_invoke_finish (SIGNALR_HUB_PROXY (source), result,
                                                  &answer->delivery, &answer->error);
  g_assert_true ((answer->node != NULL) != (answer->error != NULL));
}

void
use_transport (Fixture    *fixture,
               const char *transport)
{
  const char *transports[] = { transport, NULL };

  signalr_connection_set_transports (fixture->connection, transports);
}

void
start (Fixture *fixture)
{
  g_auto (Answer) answer = { 0 };

  signalr_connection_start_async (fixture->connection, NULL, start_cb, &answer);
  g_assert_cmpint (signalr_connection_get_state (fixture->connection), ==,
                   SIGNALR_CONNECTION_STATE_CONNECTING);
  peer_wait (&answer.n_answers, 1);
  g_assert_no_error (answer.error);
  assert_log (fixture, "connecting connected ");
}

void
start_and_fail (Fixture      *fixture,
                SignalrError  code,
                const char   *cause)
{
  g_auto (Answer) answer = { 0 };

  signalr_connection_start_async (fixture->connection, NULL, start_cb, &answer);
  peer_wait (&answer.n_answers, 1);
  g_assert_error (answer.error, SIGNALR_ERROR, (int) code);
  g_test_message ("%s", answer.error->message);
  g_assert_nonnull (strstr (answer.error->message, cause));
  g_assert_null (strchr (answer.error->message, '\n'));

  assert_log (fixture, "connecting disconnected DISCONNECTED ");
  g_assert_cmpint (fixture->reason, ==, SIGNALR_DISCONNECT_REASON_FAILED);
  g_assert_cmpint (fixture->error->code, ==, code);
  g_assert_cmpint (signalr_connection_get_retry_at (fixture->connection), ==, 0);
}

void
stop (Fixture *fixture)
{
  Answer answer = { 0 };

  signalr_connection_stop_async (fixture->connection, NULL, stop_cb, &answer);
  g_assert_cmpint (answer.n_answers, ==, 0);
  peer_wait (&answer.n_answers, 1);
}

JsonNode *
array_of_text (const char *text)
{
  JsonArray *array = json_array_new ();
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);

  json_array_add_string_element (array, text);
  json_node_take_array (node, array);

  return node;
}

void
invoke (Fixture    *fixture,
        const char *method,
        Answer     *answer)
{
  g_autoptr (JsonNode) args = array_of_text ("hi");

  signalr_hub_proxy_invoke_async (fixture->hub, method, args, NULL, invoke_cb, answer);
  g_assert_cmpint (answer->n_answers, ==, 0);
}

void
push (Fixture    *fixture,
      const char *method)
{
  g_autofree char *text = NULL;

  text = g_strdup_printf (fixture->peer->core
                          ? "{\"type\":1,\"target\":\"%s\",\"arguments\":[1,\"two\"]}"
                          : "{\"C\":\"d-9\",\"M\":[{\"H\":\"chatHUB\",\"M\":\"%s\",\"A\":[1,\"two\"]}]}",
                          method);
  peer_send (fixture->peer, text);
}
