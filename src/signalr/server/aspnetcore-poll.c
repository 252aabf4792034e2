/* aspnetcore-poll.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aspnetcore-poll-private.h"

#define BINARY_TYPE "application/octet-stream"
#define TEXT_TYPE "text/plain"

typedef struct {
  SignalrCarrier             carrier;

  SignalrHost               *host;
  char                      *token;
  const SignalrCarrierFuncs *funcs;     /* NULL once its owner has let go */
  gpointer                   owner;

  SignalrRequest            *request;   /* the poll that waits */
  GByteArray                *unsent;    /* NULL while nothing waits */
  SignalrTask                task;
  SignalrTimer               timer;     /* how long a poll waits, or one is waited for */
  gboolean                   overflowing;
} SignalrAspnetcorePoll;

static void
signalr_aspnetcore_poll_free (SignalrCarrier *carrier)
{
  SignalrAspnetcorePoll *self = (SignalrAspnetcorePoll *) carrier;

  if (self->funcs == NULL)
    g_hash_table_remove (self->host->polls, self->token);
  signalr_host_look_around (self->host);
  signalr_turn_remove (self->host->loop->turn, &self->task);
  signalr_heartbeat_set (self->host->loop->heartbeat, &self->timer, SIGNALR_NEVER);
  if (self->request != NULL)
    signalr_request_answer (self->request, SOUP_STATUS_NO_CONTENT, TEXT_TYPE, NULL);
  g_clear_pointer (&self->request, signalr_request_unref);
  g_clear_pointer (&self->unsent, g_byte_array_unref);
  g_free (self->token);
  signalr_host_unref (self->host);
  g_free (self);
}

static void
signalr_aspnetcore_poll_wait (SignalrAspnetcorePoll *self)
{
  SignalrServerTimes *times = &self->host->times;
  gint64 now = signalr_heartbeat_now (self->host->loop->heartbeat);

  signalr_heartbeat_set (self->host->loop->heartbeat, &self->timer,
                         now + (self->request != NULL ? times->poll_timeout : times->unconnected_timeout));
}

static void
signalr_aspnetcore_poll_answer (SignalrAspnetcorePoll *self,
                                guint                  status,
                                const char            *type,
                                GBytes                *body)
{
  g_autoptr (SignalrRequest) request = g_steal_pointer (&self->request);

  signalr_request_answer_bytes (request, status, type, body);
  signalr_aspnetcore_poll_wait (self);
  signalr_host_look_around (self->host);
}

static void
signalr_aspnetcore_poll_gone_cb (gpointer user_data)
{
  SignalrAspnetcorePoll *self = user_data;

  signalr_aspnetcore_poll_answer (self, SOUP_STATUS_NO_CONTENT, TEXT_TYPE, NULL);
}

static void
signalr_aspnetcore_poll_task_cb (SignalrTask *task)
{
  SignalrAspnetcorePoll *self = (SignalrAspnetcorePoll *) ((guint8 *) task - G_STRUCT_OFFSET (SignalrAspnetcorePoll, task));

  if (self->request != NULL && self->unsent != NULL)
    {
      g_autoptr (GBytes) body = g_byte_array_free_to_bytes (g_steal_pointer (&self->unsent));

      signalr_aspnetcore_poll_answer (self, SOUP_STATUS_OK, BINARY_TYPE, body);
    }
  else if (self->request != NULL && self->funcs == NULL)
    {
      signalr_aspnetcore_poll_free (&self->carrier);
      return;
    }

  if (self->overflowing && self->funcs != NULL)
    self->funcs->overflow (self->owner);
}

static void
signalr_aspnetcore_poll_timer_cb (SignalrTimer *timer,
                                  gint64        now)
{
  SignalrAspnetcorePoll *self = (SignalrAspnetcorePoll *) ((guint8 *) timer - G_STRUCT_OFFSET (SignalrAspnetcorePoll, timer));

  if (self->request != NULL)
    signalr_aspnetcore_poll_answer (self, SOUP_STATUS_OK, TEXT_TYPE, NULL);
  else if (self->funcs != NULL)
    self->funcs->closed (self->owner, FALSE, NULL);
  else
    signalr_aspnetcore_poll_free (&self->carrier);
}

static void
signalr_aspnetcore_poll_write (SignalrCarrier *carrier,
                               gboolean        binary,
                               const void     *data,
                               gsize           length)
{
  SignalrAspnetcorePoll *self = (SignalrAspnetcorePoll *) carrier;

  signalr_turn_add (self->host->loop->turn, &self->task);

  if (self->unsent == NULL)
    self->unsent = g_byte_array_new ();

  self->overflowing |= self->unsent->len > self->host->max_unsent;
  if (self->overflowing)
    return;

  g_byte_array_append (self->unsent, data, length);
}

static void
signalr_aspnetcore_poll_send (SignalrCarrier *carrier,
                              GBytes         *form)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (form, &size);

  signalr_aspnetcore_poll_write (carrier, FALSE, data, size);
}

static void
signalr_aspnetcore_poll_close (SignalrCarrier *carrier,
                               guint           code,
                               const char     *reason)
{
  SignalrAspnetcorePoll *self = (SignalrAspnetcorePoll *) carrier;

  /* A client that does not come for it is not waited for without end. */
  self->funcs = NULL;
  g_hash_table_insert (self->host->polls, self->token, self);
  signalr_aspnetcore_poll_wait (self);
  signalr_turn_add (self->host->loop->turn, &self->task);
}

static void
signalr_aspnetcore_poll_set_reading (SignalrCarrier *carrier,
                                     gboolean        reading)
{
}

static gsize
signalr_aspnetcore_poll_get_unsent (SignalrCarrier *carrier)
{
  SignalrAspnetcorePoll *self = (SignalrAspnetcorePoll *) carrier;

  return self->unsent != NULL ? self->unsent->len : 0;
}

static void
signalr_aspnetcore_poll_clear_unsent (SignalrCarrier *carrier)
{
  SignalrAspnetcorePoll *self = (SignalrAspnetcorePoll *) carrier;

  self->overflowing = FALSE;
  g_clear_pointer (&self->unsent, g_byte_array_unref);
}

static const SignalrCarrierClass signalr_aspnetcore_poll_class = {
  .transport = SIGNALR_TRANSPORT_LONG_POLLING,
  .forms = { SIGNALR_FORM_RECORD_JSON, SIGNALR_FORM_RECORD_MESSAGEPACK },
  .write = signalr_aspnetcore_poll_write,
  .send = signalr_aspnetcore_poll_send,
  .close = signalr_aspnetcore_poll_close,
  .free = signalr_aspnetcore_poll_free,
  .set_reading = signalr_aspnetcore_poll_set_reading,
  .get_unsent = signalr_aspnetcore_poll_get_unsent,
  .clear_unsent = signalr_aspnetcore_poll_clear_unsent,
};

SignalrCarrier *
signalr_aspnetcore_poll_new (SignalrHost               *host,
                             const char                *token,
                             const SignalrCarrierFuncs *funcs,
                             gpointer                   owner)
{
  SignalrAspnetcorePoll *self = g_new0 (SignalrAspnetcorePoll, 1);

  self->carrier.klass = &signalr_aspnetcore_poll_class;
  self->host = signalr_host_ref (host);
  self->token = g_strdup (token);
  self->funcs = funcs;
  self->owner = owner;
  self->task.func = signalr_aspnetcore_poll_task_cb;
  self->timer.func = signalr_aspnetcore_poll_timer_cb;
  signalr_aspnetcore_poll_wait (self);

  return &self->carrier;
}

void
signalr_aspnetcore_poll_take (SignalrCarrier *carrier,
                              SignalrRequest *request)
{
  SignalrAspnetcorePoll *self = (SignalrAspnetcorePoll *) carrier;

  if (self->request != NULL)
    signalr_aspnetcore_poll_answer (self, SOUP_STATUS_NO_CONTENT, TEXT_TYPE, NULL);

  signalr_request_hold (request);
  signalr_request_watch (request, signalr_aspnetcore_poll_gone_cb, self);
  self->request = signalr_request_ref (request);
  signalr_aspnetcore_poll_wait (self);
  signalr_turn_add (self->host->loop->turn, &self->task);
}

SignalrCarrier *
signalr_aspnetcore_poll_find (SignalrHost *host,
                              const char  *token)
{
  return g_hash_table_lookup (host->polls, token);
}

/*< private >
 * signalr_aspnetcore_poll_drop:
 * @carrier: one that signalr_aspnetcore_poll_find () found
 *
 * The client has said goodbye: a poll of it that waits still hears what is left,
 * but no other is waited for.
 */
void
signalr_aspnetcore_poll_drop (SignalrCarrier *carrier)
{
  SignalrAspnetcorePoll *self = (SignalrAspnetcorePoll *) carrier;

  if (self->request != NULL && self->unsent != NULL)
    {
      g_autoptr (GBytes) body = g_byte_array_free_to_bytes (g_steal_pointer (&self->unsent));

      signalr_aspnetcore_poll_answer (self, SOUP_STATUS_OK, BINARY_TYPE, body);
    }
  signalr_aspnetcore_poll_free (carrier);
}
