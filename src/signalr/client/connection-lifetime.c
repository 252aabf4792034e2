/* connection-lifetime.c: what moves a connection
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "connection-private.h"

#include "http-private.h"
#include "line-private.h"
#include "retry-policy-private.h"
#include "signalr-error-private.h"
#include "signalr-wake-private.h"
#include "stateful-private.h"
#include "vigil-private.h"

#define DEFAULT_ATTEMPT (10 * G_USEC_PER_SEC)
#define STANDSTILL (1 * G_USEC_PER_SEC)
#define GRACE (1 * G_USEC_PER_SEC)

typedef struct {
  SignalrLifetimeEvent  event;
  gint64                limit;
  GError               *error;   /* (nullable) */
} Happening;

static void
happening_free (Happening *happening)
{
  g_clear_error (&happening->error);
  g_free (happening);
}

/* What the application set wins over what the server says, and that over what
 * the dialect has.
 */
static gint64
choose_time (guint  milliseconds,
             gint64 otherwise)
{
  if (milliseconds == SIGNALR_TIMEOUT_NONE)
    return SIGNALR_NEVER;

  return milliseconds != SIGNALR_TIMEOUT_DEFAULT ? (gint64) milliseconds * 1000 : otherwise;
}

/* Two thirds of the time after which the transport is lost; but between two pings of
 * a server that is known to ping more seldom nothing is slow yet.
 */
static gint64
slow_from (gint64                   keep_alive,
           const SignalrNegotiated *negotiated)
{
  gint64 rhythm = negotiated != NULL ? negotiated->rhythm : 0;

  if (keep_alive == SIGNALR_NEVER)
    return SIGNALR_NEVER;
  if (rhythm >= keep_alive)
    return keep_alive * 2 / 3;

  return MAX (keep_alive * 2 / 3, MIN (rhythm * 5 / 4, (rhythm + keep_alive) / 2));
}

void
signalr_connection_find_limits (SignalrConnection     *self,
                                SignalrLifetimeLimits *limits)
{
  const SignalrConnectionSettings *settings = &self->settings;
  const SignalrNegotiated *negotiated = NULL;
  const SignalrDialectTable *dialect = NULL;

  if (self->line != NULL)
    negotiated = signalr_line_get_negotiated (self->line);
  if (negotiated != NULL)
    dialect = negotiated->dialect;
  else if (signalr_connection_get_dialect (self) != SIGNALR_DIALECT_AUTO)
    dialect = signalr_dialect_get_table (signalr_connection_get_dialect (self));

  limits->attempt = choose_time (settings->attempt_timeout, DEFAULT_ATTEMPT);
  if (dialect == NULL)
    return;

  limits->keep_alive = choose_time (settings->keep_alive_timeout,
                                    negotiated != NULL ? negotiated->keep_alive
                                                       : dialect->keep_alive);
  limits->slow = choose_time (settings->slow_after, slow_from (limits->keep_alive, negotiated));
  if (negotiated != NULL &&
      signalr_line_get_transport (self->line) == SIGNALR_TRANSPORT_LONG_POLLING)
    {
      limits->slow = SIGNALR_NEVER;
      limits->keep_alive = signalr_line_get_silence (self->line, limits->keep_alive);
    }
  limits->disconnect = choose_time (settings->disconnect_timeout,
                                    negotiated != NULL ? negotiated->disconnect
                                                       : dialect->disconnect);
  limits->ping = dialect->ping != SIGNALR_NEVER ? choose_time (settings->ping_interval, dialect->ping)
                                                : SIGNALR_NEVER;
}

static void
set_last_error (SignalrConnection *self,
                GError            *error)
{
  if (self->last_error == NULL && error == NULL)
    return;

  g_clear_error (&self->last_error);
  self->last_error = error;
  signalr_connection_notify (self, SIGNALR_CONNECTION_PROP_LAST_ERROR);
}

static GError *
error_from_silence (SignalrConnection *self)
{
  g_autofree char *shown = signalr_url_to_display (self->settings.url);
  double seconds = (g_get_monotonic_time () - self->last_received) / (double) G_USEC_PER_SEC;

  return g_error_new (SIGNALR_ERROR, SIGNALR_ERROR_TIMED_OUT,
                      "%s has been silent for %.1f seconds", shown, seconds);
}

static GError *
error_from_disconnect_timeout (SignalrConnection *self)
{
  g_autofree char *shown = signalr_url_to_display (self->settings.url);
  GError *error;

  error = g_error_new (SIGNALR_ERROR, SIGNALR_ERROR_TIMED_OUT,
                       "The connection to %s could not be re-established within %.1f seconds (%s)",
                       shown, self->lifetime.limits.disconnect / (double) G_USEC_PER_SEC,
                       self->last_error != NULL ? self->last_error->message : "no answer");
  if (self->last_error != NULL)
    signalr_error_set_cause (error, g_error_copy (self->last_error));

  return error;
}

static gint64
ask_policy (SignalrDisconnectReason reason,
            guint                   attempt,
            gint64                  elapsed,
            gboolean                first,
            gpointer                user_data)
{
  SignalrConnection *self = user_data;
  SignalrRetryPolicy *policy = self->settings.retry_policy;

  if (reason == SIGNALR_DISCONNECT_REASON_TIMEOUT)
    set_last_error (self, error_from_disconnect_timeout (self));

  if (policy == NULL || (first && !signalr_retry_policy_get_retry_initial (policy)))
    return SIGNALR_RETRY_STOP;

  return signalr_retry_policy_ask (policy, attempt, elapsed, self->last_error, g_random_double ());
}

static void
dial (SignalrConnection *self)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer proxy;

  g_hash_table_iter_init (&iter, self->hubs);
  while (g_hash_table_iter_next (&iter, NULL, &proxy))
    g_ptr_array_add (names, (gpointer) signalr_hub_proxy_get_name (proxy));
  g_ptr_array_add (names, NULL);

  signalr_line_dial (self->line,
                     names->len > 1 ? (const char * const *) names->pdata : NULL);
}

static void
act (SignalrConnection      *self,
     SignalrLifetimeActions  actions)
{
  if (actions & SIGNALR_DO_DROP)
    signalr_line_drop (self->line);
  if (actions & SIGNALR_DO_FORGET)
    signalr_line_forget (self->line);
  if (actions & SIGNALR_DO_SAY_GOODBYE)
    signalr_line_say_goodbye (self->line);
  if (actions & SIGNALR_DO_DIAL)
    dial (self);
  if (actions & SIGNALR_DO_REDIAL)
    signalr_line_redial (self->line);
  if (actions & SIGNALR_DO_CUT_STEP_SHORT)
    signalr_line_cut_step_short (self->line);
  if (actions & SIGNALR_DO_PROBE)
    signalr_line_probe (self->line);
  if (actions & SIGNALR_DO_PING)
    signalr_line_ping (self->line);
}

/* Properties. */

static SignalrConnectionState
state_of (SignalrLifetimeState state)
{
  switch (state)
    {
    case SIGNALR_LIFETIME_CONNECTING:
      return SIGNALR_CONNECTION_STATE_CONNECTING;

    case SIGNALR_LIFETIME_CONNECTED:
    case SIGNALR_LIFETIME_SLOW:
      return SIGNALR_CONNECTION_STATE_CONNECTED;

    case SIGNALR_LIFETIME_TRYING:
    case SIGNALR_LIFETIME_WAITING:
      return SIGNALR_CONNECTION_STATE_RECONNECTING;

    case SIGNALR_LIFETIME_STOPPING:
      return SIGNALR_CONNECTION_STATE_DISCONNECTING;

    case SIGNALR_LIFETIME_IDLE:
    case SIGNALR_LIFETIME_RETRYING:
    case SIGNALR_LIFETIME_N_STATES:
    default:
      return SIGNALR_CONNECTION_STATE_DISCONNECTED;
    }
}

static void
show_id (SignalrConnection *self)
{
  const SignalrNegotiated *negotiated = signalr_line_get_negotiated (self->line);
  const char *id = self->connection_id;

  if (self->state == SIGNALR_CONNECTION_STATE_CONNECTED)
    id = negotiated->connection_id;
  else if (self->state == SIGNALR_CONNECTION_STATE_CONNECTING ||
           self->state == SIGNALR_CONNECTION_STATE_DISCONNECTED)
    id = NULL;

  if (g_strcmp0 (id, self->connection_id) == 0)
    return;

  g_free (self->connection_id);
  self->connection_id = g_strdup (id);
  signalr_connection_notify (self, SIGNALR_CONNECTION_PROP_CONNECTION_ID);
}

static void
show_dialect (SignalrConnection *self)
{
  const SignalrNegotiated *negotiated = signalr_line_get_negotiated (self->line);

  if (negotiated == NULL || negotiated->dialect->dialect == self->dialect)
    return;

  self->dialect = negotiated->dialect->dialect;
  signalr_connection_notify (self, SIGNALR_CONNECTION_PROP_DIALECT);
}

static void
show (SignalrConnection *self)
{
  SignalrConnectionState state = state_of (self->lifetime.state);
  SignalrQuality quality = self->lifetime.state == SIGNALR_LIFETIME_SLOW ? SIGNALR_QUALITY_SLOW
                                                                        : SIGNALR_QUALITY_GOOD;
  SignalrTransport transport = state == SIGNALR_CONNECTION_STATE_CONNECTED
                               ? signalr_line_get_transport (self->line) : SIGNALR_TRANSPORT_NONE;
  gint64 retry_at = self->lifetime.state == SIGNALR_LIFETIME_RETRYING
                    ? self->lifetime.timers[SIGNALR_TIMER_DELAY] : 0;

  if (self->state != state)
    {
      self->state = state;
      signalr_connection_notify (self, SIGNALR_CONNECTION_PROP_STATE);
    }
  if (self->quality != quality)
    {
      self->quality = quality;
      signalr_connection_notify (self, SIGNALR_CONNECTION_PROP_QUALITY);
    }
  if (self->transport != transport)
    {
      self->transport = transport;
      signalr_connection_notify (self, SIGNALR_CONNECTION_PROP_TRANSPORT);
    }
  if (self->retry_at != retry_at)
    {
      self->retry_at = retry_at;
      signalr_connection_notify (self, SIGNALR_CONNECTION_PROP_RETRY_AT);
    }
  show_dialect (self);
  show_id (self);
}

/* Answers and signals. */

static void
answer_start (SignalrConnection       *self,
              SignalrDisconnectReason  reason)
{
  if (self->start == NULL)
    return;

  signalr_pending_return_error (g_steal_pointer (&self->start),
                                reason != SIGNALR_DISCONNECT_REASON_STOPPED && self->last_error != NULL
                                ? g_error_copy (self->last_error)
                                : g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_CANCELLED,
                                                       "The connection was stopped before it was made"));
}

static void
answer_stops (SignalrConnection *self)
{
  for (guint i = 0; i < self->stops->len; i++)
    signalr_pending_return_boolean (self->stops->pdata[i], TRUE);
  g_ptr_array_set_size (self->stops, 0);
}

static void
answer (SignalrConnection           *self,
        const SignalrLifetimeOutput *output)
{
  SignalrLifetimeActions actions = output->actions;

  if (actions & SIGNALR_TELL_CONNECTED && self->start != NULL)
    signalr_pending_return_boolean (g_steal_pointer (&self->start), TRUE);

  if (actions & SIGNALR_DO_SAY_GOODBYE)
    {
      answer_start (self, SIGNALR_DISCONNECT_REASON_STOPPED);
      signalr_connection_fail_calls (self, SIGNALR_ERROR_CANCELLED,
                                     "the connection was stopped");
    }

  if (actions & SIGNALR_TELL_RECONNECTING && !signalr_line_keeps_calls (self->line))
    signalr_connection_interrupt_calls (self, SIGNALR_ERROR_NOT_CONNECTED,
                                        "the connection was lost");

  if (actions & SIGNALR_TELL_RECONNECTED && self->resumed)
    signalr_connection_resume_calls (self);

  if (actions & SIGNALR_TELL_DISCONNECTED)
    {
      if (!(actions & SIGNALR_DO_START_AGAIN))
        answer_start (self, output->reason);
      signalr_connection_interrupt_calls (self, SIGNALR_ERROR_CLOSED_BY_SERVER,
                                          "the connection ended");
      if (self->lifetime.state == SIGNALR_LIFETIME_IDLE)
        signalr_connection_fail_calls (self, SIGNALR_ERROR_NOT_CONNECTED,
                                       "the connection ended");
    }

  /* Also where it was stopped between two starts. */
  if (self->lifetime.state == SIGNALR_LIFETIME_IDLE)
    signalr_connection_fail_calls (self, SIGNALR_ERROR_CANCELLED, "the connection was stopped");
  if (self->lifetime.state != SIGNALR_LIFETIME_STOPPING)
    answer_stops (self);
}

/* While handlers run. */
static void
hold (SignalrConnection *self)
{
  g_object_ref (self);
  self->n_holds++;
}

static void
release (SignalrConnection *self)
{
  self->n_holds--;
  g_object_unref (self);
}

gboolean
signalr_connection_is_abandoned (SignalrConnection *self)
{
  return self->line == NULL ||
         g_atomic_int_get ((int *) &G_OBJECT (self)->ref_count) == self->n_holds;
}

static void
emit (SignalrConnection       *self,
      SignalrConnectionSignal  signal)
{
  g_signal_emit (self, signalr_connection_signals[signal], 0);
}

static void
tell (SignalrConnection           *self,
      const SignalrLifetimeOutput *output)
{
  SignalrLifetimeActions actions = output->actions;
  gboolean stopped = output->reason == SIGNALR_DISCONNECT_REASON_STOPPED;

  if (actions & SIGNALR_TELL_SLOW)
    emit (self, SIGNALR_SIGNAL_SLOW);
  if (actions & SIGNALR_TELL_RECOVERED)
    emit (self, SIGNALR_SIGNAL_RECOVERED);
  if (actions & SIGNALR_TELL_RECONNECTING)
    g_signal_emit (self, signalr_connection_signals[SIGNALR_SIGNAL_RECONNECTING], 0,
                   self->last_error);
  if (actions & SIGNALR_TELL_RECONNECTED)
    g_signal_emit (self, signalr_connection_signals[SIGNALR_SIGNAL_RECONNECTED], 0,
                   self->connection_id, self->resumed);
  if (actions & SIGNALR_TELL_DISCONNECTED)
    g_signal_emit (self, signalr_connection_signals[SIGNALR_SIGNAL_DISCONNECTED], 0,
                   output->reason, stopped ? NULL : self->last_error);
  if (actions & SIGNALR_TELL_RETRYING)
    g_signal_emit (self, signalr_connection_signals[SIGNALR_SIGNAL_RETRYING], 0,
                   self->lifetime.attempt, self->lifetime.delay);
}

/* The machine slept, its clock was set, or its network changed. Without a network
 * it is of no use to try before the time; but nobody is kept from it.
 */
static void
vigil_cb (gboolean online,
          gpointer user_data)
{
  SignalrConnection *self = user_data;

  if (online || state_of (self->lifetime.state) == SIGNALR_CONNECTION_STATE_CONNECTED)
    signalr_connection_handle (self, SIGNALR_LIFETIME_CHECK_NOW);
}

/* A first start needs none, and shall not wait until it is there. */
static void
keep_vigil (SignalrConnection *self)
{
  if (self->vigil == NULL && self->lifetime.state != SIGNALR_LIFETIME_IDLE &&
      self->lifetime.state != SIGNALR_LIFETIME_CONNECTING)
    self->vigil = signalr_vigil_join (self->context, vigil_cb, self);
}

/* @stopped: what was on its way then is not told of. */
static void
tell_lost (SignalrConnection *self,
           gboolean           stopped)
{
  g_autoptr (GPtrArray) lost = signalr_line_steal_unheard (self->line);

  for (guint i = 0; lost != NULL && i < lost->len && !signalr_connection_is_abandoned (self); i++)
    {
      SignalrUnheard *unheard = lost->pdata[i];

      if (!stopped || !unheard->sent)
        g_signal_emit (self, signalr_connection_signals[SIGNALR_SIGNAL_SEND_LOST], 0,
                       unheard->method, unheard->args,
                       unheard->sent ? SIGNALR_DELIVERY_UNKNOWN : SIGNALR_DELIVERY_NOT_SENT);
    }
}

/* One event after the other. What happens while one is handled, because a
 * handler stops the connection for example, waits until all is told of that one.
 */

static void
handle_one (SignalrConnection *self,
            Happening         *happening)
{
  SignalrLifetimeState before = self->lifetime.state;
  SignalrLifetimeInput input = {
    .event = happening->event,
    .now = g_get_monotonic_time (),
    .random = g_random_double (),
    .limit = happening->limit,
    .least = happening->error != NULL ? signalr_error_get_retry_after (happening->error) * 1000 : 0,
    .spared = g_error_matches (happening->error, SIGNALR_ERROR, SIGNALR_ERROR_NAME_NOT_RESOLVED),
  };
  gboolean has_error = happening->error != NULL;
  SignalrLifetimeOutput output;

  /* All properties are set before the first handler runs. */
  g_object_freeze_notify (G_OBJECT (self));
  if (has_error)
    set_last_error (self, g_steal_pointer (&happening->error));
  if (happening->event == SIGNALR_LIFETIME_READY || happening->event == SIGNALR_LIFETIME_RECEIVED)
    self->last_received = input.now;
  signalr_connection_find_limits (self, &self->lifetime.limits);

  output = signalr_lifetime_step (&self->lifetime, &input);
  if (output.event == SIGNALR_LIFETIME_RENEWED)
    signalr_connection_interrupt_calls (self, SIGNALR_ERROR_NOT_CONNECTED,
                                        "the connection was lost");
  if (output.actions == 0 && self->lifetime.state == before && self->stops->len == 0)
    {
      g_object_thaw_notify (G_OBJECT (self));
      tell_lost (self, FALSE);
      return;
    }

  if (output.actions & SIGNALR_TELL_RECONNECTING && !has_error)
    set_last_error (self, error_from_silence (self));
  if (output.event == SIGNALR_LIFETIME_START && output.actions & SIGNALR_DO_DIAL)
    set_last_error (self, NULL);

  keep_vigil (self);
  act (self, output.actions);
  show (self);
  g_object_thaw_notify (G_OBJECT (self));
  if (signalr_connection_is_abandoned (self))
    return;

  answer (self, &output);
  tell_lost (self, output.actions & SIGNALR_TELL_DISCONNECTED && output.reason == SIGNALR_DISCONNECT_REASON_STOPPED);
  if (signalr_connection_is_abandoned (self))
    return;

  tell (self, &output);
  if (signalr_connection_is_abandoned (self))
    return;

  if (output.actions & (SIGNALR_TELL_CONNECTED | SIGNALR_TELL_RECONNECTED))
    signalr_connection_send_waiting (self);
  if (output.actions & SIGNALR_TELL_DISCONNECTED)
    signalr_connection_handle (self, SIGNALR_LIFETIME_ANNOUNCE);
  if (output.actions & SIGNALR_DO_START_AGAIN)
    signalr_connection_handle (self, SIGNALR_LIFETIME_START);
}

static void
handle (SignalrConnection    *self,
        SignalrLifetimeEvent  event,
        gint64                limit,
        const GError         *error)
{
  Happening *happening;
  gint64 deadline;

  if (self->line == NULL)
    return;

  happening = g_new (Happening, 1);
  *happening = (Happening) { event, limit, error != NULL ? g_error_copy (error) : NULL };
  g_queue_push_tail (&self->events, happening);
  if (self->handling)
    return;

  hold (self);
  self->handling = TRUE;
  while (!signalr_connection_is_abandoned (self) &&
         (happening = g_queue_pop_head (&self->events)) != NULL)
    {
      handle_one (self, happening);
      happening_free (happening);
    }
  self->handling = FALSE;

  deadline = signalr_lifetime_get_deadline (&self->lifetime);
  if (self->deadline != NULL)
    g_source_set_ready_time (self->deadline, deadline == SIGNALR_NEVER ? -1 : MAX (deadline, self->grace));
  release (self);
}

void
signalr_connection_handle (SignalrConnection    *self,
                           SignalrLifetimeEvent  event)
{
  handle (self, event, SIGNALR_NEVER, NULL);
}

/* What the line tells. */

static void
line_step_cb (gint64   limit,
              gpointer user_data)
{
  handle (user_data, SIGNALR_LIFETIME_STEP, limit, NULL);
}

static void
line_ready_cb (gboolean resumed,
               gpointer user_data)
{
  SignalrConnection *self = user_data;

  self->resumed = resumed;
  self->n_round_trips = 0;
  self->n_renewed += !resumed;
  handle (self, SIGNALR_LIFETIME_READY, SIGNALR_NEVER, NULL);
}

static void
line_renewed_cb (gpointer user_data)
{
  handle (user_data, SIGNALR_LIFETIME_RENEWED, SIGNALR_NEVER, NULL);
}

/* A classic server that refuses to resume a connection may be one that has just
 * started: how long to try is for the disconnect timeout to say.
 */
static void
line_failed_cb (const GError *error,
                gpointer      user_data)
{
  SignalrConnection *self = user_data;
  gboolean resumes = self->lifetime.state == SIGNALR_LIFETIME_TRYING &&
                     self->dialect == SIGNALR_DIALECT_ASPNET;

  handle (self,
          !resumes && signalr_error_is_permanent (error) ? SIGNALR_LIFETIME_REFUSED
                                                         : SIGNALR_LIFETIME_FAILED,
          SIGNALR_NEVER, error);
}

static void
line_shutdown_cb (const GError *error,
                  gpointer      user_data)
{
  handle (user_data, SIGNALR_LIFETIME_SHUTDOWN, SIGNALR_NEVER, error);
}

static void
line_ended_cb (const GError *error,
               gpointer      user_data)
{
  handle (user_data, SIGNALR_LIFETIME_ENDED, SIGNALR_NEVER, error);
}

static void
line_activity_cb (gsize    n_bytes,
                  gpointer user_data)
{
  SignalrConnection *self = user_data;

  self->bytes_received += n_bytes;
  handle (self, SIGNALR_LIFETIME_RECEIVED, SIGNALR_NEVER, NULL);
}

static void
line_probed_cb (gpointer user_data)
{
  handle (user_data, SIGNALR_LIFETIME_PROBED, SIGNALR_NEVER, NULL);
}

static void
line_sent_cb (gsize    n_bytes,
              gpointer user_data)
{
  SignalrConnection *self = user_data;

  self->bytes_sent += n_bytes;
  handle (self, SIGNALR_LIFETIME_SENT, SIGNALR_NEVER, NULL);
}

static void
line_incoming_cb (SignalrIncoming *incoming,
                  gpointer         user_data)
{
  SignalrConnection *self = user_data;

  hold (self);
  signalr_connection_take (self, incoming);
  release (self);
}

static void
line_said_goodbye_cb (gpointer user_data)
{
  handle (user_data, SIGNALR_LIFETIME_SAID_GOODBYE, SIGNALR_NEVER, NULL);
}

static const SignalrLineEvents line_events = {
  .step = line_step_cb,
  .ready = line_ready_cb,
  .renewed = line_renewed_cb,
  .failed = line_failed_cb,
  .shutdown = line_shutdown_cb,
  .ended = line_ended_cb,
  .activity = line_activity_cb,
  .probed = line_probed_cb,
  .sent = line_sent_cb,
  .incoming = line_incoming_cb,
  .said_goodbye = line_said_goodbye_cb,
};

/* A loop that is so late stood still, in a debugger or with its whole machine; and
 * so, perhaps, did the server: it is heard before it is judged.
 */
static gboolean
deadline_cb (gpointer user_data)
{
  SignalrConnection *self = user_data;
  gint64 deadline = signalr_lifetime_get_deadline (&self->lifetime);
  gint64 now = g_get_monotonic_time ();

  if (now - deadline > STANDSTILL && self->grace < deadline)
    {
      self->grace = now + GRACE;
      g_source_set_ready_time (self->deadline, self->grace);
      return G_SOURCE_CONTINUE;
    }

  handle (self, SIGNALR_LIFETIME_DEADLINE, SIGNALR_NEVER, NULL);

  return G_SOURCE_CONTINUE;
}

/* Once the session is there. */
void
signalr_connection_lifetime_init (SignalrConnection *self)
{
  signalr_lifetime_init (&self->lifetime, ask_policy, self);
  self->line = signalr_line_new (&self->settings, self->context, &line_events, self);
  self->stops = g_ptr_array_new ();
  g_queue_init (&self->events);

  self->deadline = signalr_wake_new ("[signalr] deadline", deadline_cb, self);
  /* After the sockets': what has arrived already is read before silence is judged. */
  g_source_set_priority (self->deadline, G_PRIORITY_DEFAULT + 1);
  g_source_attach (self->deadline, self->context);
}

void
signalr_connection_lifetime_clear (SignalrConnection *self)
{
  g_clear_pointer (&self->line, signalr_line_hang_up);
  if (self->vigil != NULL)
    signalr_vigil_leave (self->vigil, self);
  self->vigil = NULL;
  g_queue_clear_full (&self->events, (GDestroyNotify) happening_free);
  if (self->deadline != NULL)
    g_source_destroy (self->deadline);
  g_clear_pointer (&self->deadline, g_source_unref);

  answer_start (self, SIGNALR_DISCONNECT_REASON_STOPPED);
  if (self->stops != NULL)
    answer_stops (self);
  g_clear_pointer (&self->stops, g_ptr_array_unref);
}
