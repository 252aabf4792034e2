/* server-connection.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "server-connection-private.h"

#include "signalr-error.h"
#include "signalr-hub-private.h"
#include "signalr-invocation-private.h"

/* What a client may say at once, where it is limited: as much as in this time. */
#define BURST G_USEC_PER_SEC

static void
signalr_server_connection_clear (gpointer data)
{
  SignalrServerConnection *self = data;

  self->klass->clear (self);

  g_clear_object (&self->caller);
  g_clear_error (&self->reason);
  g_clear_error (&self->refusal);
  g_free (self->farewell);
  g_free (self->address);
  for (guint i = 0; i < self->n_seats; i++)
    g_object_unref (self->seats[i].hub);
  g_free (self->seats);
  signalr_host_unref (self->host);
}

gpointer
signalr_server_connection_ref (gpointer self)
{
  return g_rc_box_acquire (self);
}

void
signalr_server_connection_unref (gpointer self)
{
  g_rc_box_release_full (self, signalr_server_connection_clear);
}

gint64
signalr_server_connection_now (SignalrServerConnection *self)
{
  return signalr_heartbeat_now (self->host->loop->heartbeat);
}

void
signalr_server_connection_count (SignalrServerConnection *self,
                                 const char              *address)
{
  self->address = g_strdup (address);
  signalr_door_enter (self->host->door, address, SIGNALR_DOOR_CONNECTION);
}

const char *
signalr_server_connection_get_id (SignalrServerConnection *self)
{
  return signalr_caller_get_connection_id (self->caller);
}

gboolean
signalr_server_connection_serves (SignalrServerConnection *self,
                                  SignalrHub              *hub)
{
  for (guint i = 0; i < self->n_seats; i++)
    {
      if (self->seats[i].hub == hub)
        return TRUE;
    }

  return FALSE;
}

/* For everybody but the hubs, which may have to be told yet. */
gboolean
signalr_server_connection_is_ended (SignalrServerConnection *self)
{
  return self->lifetime.state >= SIGNALR_SERVER_LIFETIME_LEAVING;
}

/*< private >
 * signalr_server_connection_rearm:
 *
 * A deadline that has moved away is left where it is: when it comes it is found
 * to be early, and set anew. So what is read and written costs nothing here.
 */
void
signalr_server_connection_rearm (SignalrServerConnection *self)
{
  gint64 deadline = self->lifetime.deadline;

  if (self->has_transport)
    deadline = MIN (deadline, signalr_server_beat_next (&self->beat));

  if (deadline != SIGNALR_NEVER && self->timer.place != 0 && self->timer.deadline <= deadline)
    return;

  signalr_heartbeat_set (self->host->loop->heartbeat, &self->timer, deadline);
}

void
signalr_server_connection_start_beat (SignalrServerConnection *self,
                                      gint64                   interval,
                                      gint64                   patience,
                                      gint64                   lease)
{
  self->has_transport = TRUE;
  signalr_server_beat_init (&self->beat, interval, patience, lease, signalr_server_connection_now (self));
  signalr_server_connection_rearm (self);
}

void
signalr_server_connection_expire (SignalrServerConnection *self)
{
  if (!self->has_transport)
    return;

  self->beat.lease = 0;
  signalr_server_connection_rearm (self);
}

void
signalr_server_connection_stop_beat (SignalrServerConnection *self)
{
  self->has_transport = FALSE;
  signalr_server_connection_rearm (self);
}

static void
signalr_server_connection_timer_cb (SignalrTimer *timer,
                                    gint64        now)
{
  SignalrServerConnection *self = (SignalrServerConnection *) ((guint8 *) timer - G_STRUCT_OFFSET (SignalrServerConnection, timer));
  SignalrServerBeatTell tell = SIGNALR_SERVER_BEAT_NOTHING;

  signalr_server_connection_ref (self);

  if (now >= self->lifetime.deadline)
    signalr_server_connection_handle (self, SIGNALR_SERVER_LIFETIME_DEADLINE);
  else if (self->has_transport)
    tell = signalr_server_beat_due (&self->beat, now);

  if (tell != SIGNALR_SERVER_BEAT_NOTHING)
    self->klass->beat (self, tell);

  if (!signalr_server_connection_is_ended (self))
    signalr_server_connection_rearm (self);

  signalr_server_connection_unref (self);
}

static void
signalr_server_connection_throttle_cb (SignalrTimer *timer,
                                       gint64        now)
{
  SignalrServerConnection *self = (SignalrServerConnection *) ((guint8 *) timer - G_STRUCT_OFFSET (SignalrServerConnection, throttle));

  self->throttled = FALSE;
  self->klass->go_on (self);
}

gboolean
signalr_server_connection_take (SignalrServerConnection *self)
{
  gint64 interval = self->host->message_interval;
  gint64 now, next;

  if (interval == 0 || signalr_server_connection_is_ended (self))
    return TRUE;

  now = signalr_server_connection_now (self);
  self->served = MAX (self->served, now) + interval;
  next = self->served + interval - BURST;
  if (next <= now)
    return TRUE;

  self->throttled = TRUE;
  signalr_heartbeat_set (self->host->loop->heartbeat, &self->throttle, next);

  return FALSE;
}

static void
signalr_server_connection_dismissal_cb (SignalrTask *task)
{
  SignalrServerConnection *self = (SignalrServerConnection *) ((guint8 *) task - G_STRUCT_OFFSET (SignalrServerConnection, dismissal));

  signalr_server_connection_ref (self);
  self->klass->dismiss (self, self->farewell);
  if (self->sent_away)
    signalr_server_connection_release (self);
  else
    signalr_server_connection_handle (self, SIGNALR_SERVER_LIFETIME_CLOSE);
  signalr_server_connection_unref (self);
}

SignalrServerConnection *
signalr_server_connection_new (gsize                               size,
                               const SignalrServerConnectionClass *klass,
                               SignalrHost                        *host,
                               SignalrCaller                      *caller,
                               SignalrHub * const                 *hubs,
                               guint                               n_hubs,
                               const SignalrServerLimits          *limits)
{
  SignalrServerConnection *self = g_rc_box_alloc0 (size);

  self->klass = klass;
  self->host = signalr_host_ref (host);
  self->caller = caller;
  self->limits = *limits;
  self->timer.func = signalr_server_connection_timer_cb;
  self->dismissal.func = signalr_server_connection_dismissal_cb;
  self->throttle.func = signalr_server_connection_throttle_cb;

  self->n_seats = n_hubs;
  self->seats = g_new0 (SignalrSeat, n_hubs);
  for (guint i = 0; i < n_hubs; i++)
    self->seats[i].hub = g_object_ref (hubs[i]);

  signalr_server_lifetime_init (&self->lifetime, &self->limits, signalr_server_connection_now (self));
  g_hash_table_insert (host->connections, (gpointer) signalr_server_connection_get_id (self), self);
  signalr_server_connection_rearm (self);

  return self;
}

typedef struct {
  SignalrServerConnection *connection;
  guint                    seat;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  signalr_server_connection_unref (question->connection);
  g_free (question);
}

static void
signalr_server_connection_count_answer (SignalrServerConnection *self)
{
  if (--self->n_asked > 0)
    return;

  if (self->refusal == NULL)
    {
      signalr_server_connection_handle (self, SIGNALR_SERVER_LIFETIME_ACCEPT);
      if (!signalr_server_connection_is_ended (self))
        self->klass->accepted (self);
    }
  else
    {
      if (!signalr_server_connection_is_ended (self))
        self->klass->refused (self, self->refusal);
      signalr_server_connection_handle (self, SIGNALR_SERVER_LIFETIME_REFUSE);
    }
}

static void
signalr_server_connection_answer_cb (SignalrInvocation   *start,
                                     const SignalrAnswer *answer,
                                     gpointer             user_data)
{
  Question *question = user_data;
  SignalrServerConnection *self = question->connection;

  if (answer->failure != NULL && self->refusal == NULL)
    self->refusal = g_error_copy (answer->failure);
  else if (answer->error != NULL && self->refusal == NULL)
    self->refusal = g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_HUB, answer->error);
  else
    self->seats[question->seat].accepted = answer->failure == NULL && answer->error == NULL;

  signalr_server_connection_count_answer (self);
}

static const SignalrInvocationFuncs start_funcs = { .answered = signalr_server_connection_answer_cb };

static void
signalr_server_connection_ask_hubs (SignalrServerConnection *self)
{
  /* One more than there are hubs, so that it is not over before all are asked. */
  self->n_asked = self->n_seats + 1;

  for (guint i = 0; i < self->n_seats; i++)
    {
      SignalrInvocation *start;
      Question *question = g_new (Question, 1);

      question->connection = signalr_server_connection_ref (self);
      question->seat = i;
      start = signalr_invocation_new (&self->host->spare, self->caller, NULL, NULL,
                                      &start_funcs, question, question_free);
      SIGNALR_HUB_GET_CLASS (self->seats[i].hub)->connected (self->seats[i].hub, start);
      signalr_invocation_retire (start, &self->host->spare);
    }

  signalr_server_connection_count_answer (self);
}

static void
signalr_server_connection_tell_reconnected (SignalrServerConnection *self)
{
  for (guint i = 0; i < self->n_seats; i++)
    {
      self->seats[i].accepted = TRUE;
      SIGNALR_HUB_GET_CLASS (self->seats[i].hub)->reconnected (self->seats[i].hub, self->caller);
    }
}

static void
signalr_server_connection_tell_disconnected (SignalrServerConnection *self,
                                             gboolean                 stop_called)
{
  for (guint i = 0; i < self->n_seats; i++)
    {
      SignalrHub *hub = self->seats[i].hub;

      if (self->seats[i].accepted)
        SIGNALR_HUB_GET_CLASS (hub)->disconnected (hub, self->caller, stop_called,
                                                   stop_called ? NULL : self->reason);
      self->seats[i].accepted = FALSE;
    }
}

/* Nobody finds it any more: what a hub does in `disconnected` is not for it. */
static void
signalr_server_connection_withdraw (SignalrServerConnection *self)
{
  SignalrHost *host = self->host;

  signalr_heartbeat_set (host->loop->heartbeat, &self->timer, SIGNALR_NEVER);
  signalr_heartbeat_set (host->loop->heartbeat, &self->throttle, SIGNALR_NEVER);
  signalr_turn_remove (host->loop->turn, &self->dismissal);
  signalr_bus_unsubscribe_all (host->bus, &self->subscriber);
  g_hash_table_remove (host->connections, signalr_server_connection_get_id (self));
  if (self->address != NULL)
    signalr_door_leave (host->door, self->address, SIGNALR_DOOR_CONNECTION);
}

static void
signalr_server_connection_act (SignalrServerConnection   *self,
                               SignalrServerLifetimeTell  tell)
{
  switch (tell)
    {
    case SIGNALR_SERVER_LIFETIME_TELL_NOTHING:
      break;

    case SIGNALR_SERVER_LIFETIME_TELL_CONNECTED:
      signalr_server_connection_ask_hubs (self);
      break;

    case SIGNALR_SERVER_LIFETIME_TELL_RECONNECTED:
      signalr_server_connection_tell_reconnected (self);
      break;

    case SIGNALR_SERVER_LIFETIME_TELL_STOPPED:
      signalr_server_connection_tell_disconnected (self, TRUE);
      break;

    case SIGNALR_SERVER_LIFETIME_TELL_DISCONNECTED:
    case SIGNALR_SERVER_LIFETIME_TELL_FORGET:
      /* Where one hub refuses, another may have let it in. */
      signalr_server_connection_tell_disconnected (self, FALSE);
      break;

    default:
      g_assert_not_reached ();
    }
}

/*< private >
 * signalr_server_connection_handle:
 *
 * The only way in: everything that happens to a connection is an event of its
 * lifetime, and what the hubs hear is what that tells.
 */
void
signalr_server_connection_handle (SignalrServerConnection    *self,
                                  SignalrServerLifetimeEvent  event)
{
  gboolean had_ended = signalr_server_connection_is_ended (self);
  SignalrServerLifetimeTell tell;
  gboolean ends;

  tell = signalr_server_lifetime_step (&self->lifetime, event, &self->limits,
                                       signalr_server_connection_now (self));
  ends = signalr_server_connection_is_ended (self) && !had_ended;
  self->expired = ends && event == SIGNALR_SERVER_LIFETIME_DEADLINE;

  if (ends)
    signalr_server_connection_withdraw (self);
  else if (!had_ended)
    signalr_server_connection_rearm (self);

  signalr_server_connection_act (self, tell);

  /* The host's reference was the one that kept it; hubs that are asked have one. */
  if (ends)
    {
      self->klass->ended (self);
      signalr_server_connection_unref (self);
    }
}

void
signalr_server_connection_fail (SignalrServerConnection *self,
                                GError                  *error)
{
  if (self->reason == NULL)
    self->reason = error;
  else
    g_error_free (error);

  signalr_server_connection_handle (self, SIGNALR_SERVER_LIFETIME_CLOSE);
}

void
signalr_server_connection_release (SignalrServerConnection *self)
{
  self->sent_away = TRUE;
  for (guint i = 0; self->klass->migrates && i < self->n_seats; i++)
    self->seats[i].accepted = FALSE;

  signalr_server_connection_handle (self, SIGNALR_SERVER_LIFETIME_CLOSE);
}

void
signalr_server_connection_dismiss (SignalrServerConnection *self,
                                   const char              *message)
{
  if (signalr_server_connection_is_ended (self))
    return;

  self->dismissed = !self->sent_away;
  g_free (self->farewell);
  self->farewell = g_strdup (message);
  signalr_turn_add (self->host->loop->turn, &self->dismissal);
}

/*< private >
 * signalr_server_connection_send_away:
 *
 * The server stops, and the client may come back.
 */
void
signalr_server_connection_send_away (SignalrServerConnection *self)
{
  self->sent_away = TRUE;
  signalr_server_connection_dismiss (self, NULL);
}
