/* stage.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "stage.h"

#include <glib/gstdio.h>

#include "virtual-time.h"

#define CONNECTION_LIMIT 5

/* A hub that keeps a log. */

struct _StageHub {
  SignalrHub  parent_instance;

  Stage      *stage;
};

#define STAGE_TYPE_HUB (stage_hub_get_type ())
G_DECLARE_FINAL_TYPE (StageHub, stage_hub, STAGE, HUB, SignalrHub)
G_DEFINE_FINAL_TYPE (StageHub, stage_hub, SIGNALR_TYPE_HUB)

static void
stage_hub_connected (SignalrHub        *hub,
                     SignalrInvocation *start)
{
  g_string_append (STAGE_HUB (hub)->stage->server_log, "connected ");
  signalr_invocation_return_value (start, NULL);
}

static void
stage_hub_reconnected (SignalrHub    *hub,
                       SignalrCaller *caller)
{
  g_string_append (STAGE_HUB (hub)->stage->server_log, "reconnected ");
}

static void
stage_hub_disconnected (SignalrHub    *hub,
                        SignalrCaller *caller,
                        gboolean       stop_called,
                        const GError  *error)
{
  g_string_append_printf (STAGE_HUB (hub)->stage->server_log, "disconnected(%s) ", stop_called ? "true" : "false");
}

static void
stage_hub_class_init (StageHubClass *klass)
{
  SignalrHubClass *hub_class = SIGNALR_HUB_CLASS (klass);

  hub_class->connected = stage_hub_connected;
  hub_class->reconnected = stage_hub_reconnected;
  hub_class->disconnected = stage_hub_disconnected;
}

static void
stage_hub_init (StageHub *self)
{
}

/* What the client hears. */

static void
log_word (Stage      *self,
          const char *word)
{
  double time = virtual_time_get () - self->begin;

  g_test_message ("%g: the client hears %s", time, word);
  g_string_append_printf (self->client_log, "%s ", word);
  g_array_append_val (self->client_times, time);
}

static void
slow_cb (SignalrConnection *client,
         Stage             *self)
{
  log_word (self, "slow");
}

static void
recovered_cb (SignalrConnection *client,
              Stage             *self)
{
  log_word (self, "recovered");
}

static void
reconnecting_cb (SignalrConnection *client,
                 GError            *error,
                 Stage             *self)
{
  log_word (self, "reconnecting");
}

static void
reconnected_cb (SignalrConnection *client,
                const char        *id,
                gboolean           resumed,
                Stage             *self)
{
  log_word (self, g_str_equal (id, self->id) ? "reconnected" : "reconnected(new)");
}

static void
disconnected_cb (SignalrConnection       *client,
                 SignalrDisconnectReason  reason,
                 GError                  *error,
                 Stage                   *self)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (SIGNALR_TYPE_DISCONNECT_REASON);
  g_autofree char *word = NULL;

  word = g_strdup_printf ("disconnected(%s)", g_enum_get_value (klass, reason)->value_nick);
  log_word (self, word);
}

static void
invocation_cb (SignalrHubProxy *proxy,
               const char      *method,
               JsonNode        *args,
               Stage           *self)
{
  if (g_str_equal (method, "stop"))
    stage_stop_client (self);
}

static void
started_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  Stage *self = user_data;
  g_autoptr (GError) error = NULL;

  signalr_connection_start_finish (SIGNALR_CONNECTION (source), result, &error);
  g_assert_no_error (error);
  self->begin = virtual_time_get ();
  log_word (self, "connected");
  self->id = g_strdup (signalr_connection_get_connection_id (self->client));
  self->ready = TRUE;
}

static gboolean
is_ready (gpointer stage)
{
  return ((Stage *) stage)->ready;
}

static void
stage_start_client (Stage *self)
{
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u%s", link_simulator_get_port (self->link),
                                          self->options.dialect == SIGNALR_DIALECT_ASPNET ? "/signalr" : "/hub");
  g_autoptr (SignalrRetryPolicy) never = signalr_retry_policy_new_never ();

  self->client = signalr_connection_new (url);
  signalr_connection_set_dialect (self->client, self->options.dialect);
  signalr_connection_set_transports (self->client, (const char *[]) { self->options.transport, NULL });
  signalr_connection_set_retry_policy (self->client, never);
  signalr_connection_set_stateful_reconnect (self->client, self->options.stateful);
  if (self->options.patience > 0)
    signalr_connection_set_disconnect_timeout (self->client, self->options.patience);
  self->proxy = signalr_connection_get_hub (self->client, "StageHub");

  g_signal_connect (self->client, "slow", G_CALLBACK (slow_cb), self);
  g_signal_connect (self->client, "recovered", G_CALLBACK (recovered_cb), self);
  g_signal_connect (self->client, "reconnecting", G_CALLBACK (reconnecting_cb), self);
  g_signal_connect (self->client, "reconnected", G_CALLBACK (reconnected_cb), self);
  g_signal_connect (self->client, "disconnected", G_CALLBACK (disconnected_cb), self);
  g_signal_connect (self->proxy, "invocation", G_CALLBACK (invocation_cb), self);

  signalr_connection_start_async (self->client, NULL, started_cb, self);
  virtual_time_run (virtual_time_get () + CONNECTION_LIMIT, is_ready, self);
  g_assert_true (self->ready);
}

void
stage_start_server (Stage *self)
{
  g_autofree char *key = g_build_filename (self->folder, "server.key", NULL);
  g_autoptr (SignalrMapOptions) options = signalr_map_options_new ();
  g_autoptr (GError) error = NULL;

  g_assert_null (self->server);
  g_object_set (options, "stateful-reconnect", self->options.stateful, NULL);
  self->server = signalr_server_new ();
  self->hub = g_object_new (STAGE_TYPE_HUB, NULL);
  STAGE_HUB (self->hub)->stage = self;

  signalr_server_add_hub (self->server, "StageHub", self->hub);
  signalr_server_map_hubs (self->server, "/signalr", NULL, &error);
  g_assert_no_error (error);
  signalr_server_map_hub (self->server, "/hub", "StageHub", options, &error);
  g_assert_no_error (error);
  signalr_server_set_key_file (self->server, key, &error);
  g_assert_no_error (error);
  signalr_server_set_admit_late_clients (self->server, self->options.admit_late, &error);
  g_assert_no_error (error);
  if (self->options.no_keep_alive)
    signalr_server_set_keep_alive (self->server, 0, &error);
  g_assert_no_error (error);
  signalr_server_listen (self->server, "127.0.0.1", self->port, &error);
  g_assert_no_error (error);
}

void
stage_set_up (Stage              *self,
              const StageOptions *options)
{
  g_autoptr (GUri) uri = NULL;
  g_autoptr (GError) error = NULL;

  *self = (Stage) { .options = *options };
  self->folder = g_dir_make_tmp ("stage-XXXXXX", NULL);
  self->client_log = g_string_new (NULL);
  self->client_times = g_array_new (FALSE, FALSE, sizeof (double));
  self->server_log = g_string_new (NULL);

  stage_start_server (self);
  uri = g_uri_parse (signalr_server_get_uri (self->server), G_URI_FLAGS_NONE, NULL);
  self->port = g_uri_get_port (uri);

  self->link = link_simulator_new ("127.0.0.1", self->port);
  link_simulator_listen (self->link, 0, &error);
  g_assert_no_error (error);

  stage_start_client (self);
}

void
stage_tear_down (Stage *self)
{
  g_autofree char *key = g_build_filename (self->folder, "server.key", NULL);

  if (self->client != NULL)
    g_signal_handlers_disconnect_by_data (self->client, self);
  g_clear_object (&self->client);
  if (self->server != NULL)
    stage_kill_server (self);
  g_clear_object (&self->link);
  virtual_time_run (virtual_time_get () + 1, NULL, NULL);

  g_unlink (key);
  g_rmdir (self->folder);
  g_free (self->folder);
  g_free (self->id);
  g_string_free (self->client_log, TRUE);
  g_array_unref (self->client_times);
  g_string_free (self->server_log, TRUE);
}

void
stage_set_link (Stage    *self,
                LinkMode  mode)
{
  link_simulator_set_mode (self->link, mode);
}

void
stage_kill_server (Stage *self)
{
  g_clear_object (&self->server);
  g_clear_object (&self->hub);
}

static void
stopped_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_assert_true (signalr_connection_stop_finish (SIGNALR_CONNECTION (source), result, NULL));
}

void
stage_stop_client (Stage *self)
{
  signalr_connection_stop_async (self->client, NULL, stopped_cb, NULL);
}

void
stage_quit_client (Stage *self)
{
  stage_stop_client (self);
  g_clear_object (&self->client);
}

void
stage_tell_to_stop (Stage *self)
{
  signalr_hub_call_all (self->hub, "stop", NULL, NULL);
}

void
stage_close_client (Stage *self)
{
  signalr_hub_close_client (self->hub, self->id, NULL);
}
