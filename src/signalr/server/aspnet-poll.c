/* aspnet-poll.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aspnet-poll-private.h"

typedef struct {
  SignalrCarrier             carrier;

  SignalrHost               *host;
  SignalrRequest            *request;
  char                      *callback;
  const SignalrCarrierFuncs *funcs;
  gpointer                   owner;
  SignalrTask                task;        /* tells that it is over */
  gboolean                   answered;
} SignalrAspnetPoll;

static void
signalr_aspnet_poll_free (SignalrCarrier *carrier)
{
  SignalrAspnetPoll *self = (SignalrAspnetPoll *) carrier;

  signalr_turn_remove (self->host->loop->turn, &self->task);
  if (!self->answered)
    signalr_request_end (self->request, "", 0);
  signalr_request_unref (self->request);
  signalr_host_unref (self->host);
  g_free (self->callback);
  g_free (self);
}

static void
signalr_aspnet_poll_close (SignalrCarrier *carrier,
                           guint           code,
                           const char     *reason)
{
  signalr_aspnet_poll_free (carrier);
}

static void
signalr_aspnet_poll_task_cb (SignalrTask *task)
{
  SignalrAspnetPoll *self = (SignalrAspnetPoll *) ((guint8 *) task - G_STRUCT_OFFSET (SignalrAspnetPoll, task));

  self->funcs->closed (self->owner, FALSE, NULL);
}

static void
signalr_aspnet_poll_gone_cb (gpointer user_data)
{
  SignalrAspnetPoll *self = user_data;

  self->funcs->closed (self->owner, FALSE, NULL);
}

static void
signalr_aspnet_poll_write (SignalrCarrier *carrier,
                           gboolean        binary,
                           const void     *data,
                           gsize           length)
{
  SignalrAspnetPoll *self = (SignalrAspnetPoll *) carrier;

  if (self->answered)
    return;

  self->answered = TRUE;
  if (self->callback == NULL)
    {
      signalr_request_end (self->request, data, length);
    }
  else
    {
      g_autoptr (GString) text = g_string_new (self->callback);

      g_string_append_c (text, '(');
      g_string_append_len (text, data, length);
      g_string_append (text, ");");
      signalr_request_end (self->request, text->str, text->len);
    }
  signalr_turn_add (self->host->loop->turn, &self->task);
}

/* White space before the message, which JSON allows; a script would not. */
void
signalr_aspnet_poll_keep_alive (SignalrCarrier *carrier)
{
  SignalrAspnetPoll *self = (SignalrAspnetPoll *) carrier;

  if (!self->answered && self->callback == NULL)
    signalr_request_write (self->request, " ", 1);
}

static void
signalr_aspnet_poll_set_reading (SignalrCarrier *carrier,
                                 gboolean        reading)
{
}

/* Behind its one message there is room for no other. */
static gsize
signalr_aspnet_poll_get_unsent (SignalrCarrier *carrier)
{
  return ((SignalrAspnetPoll *) carrier)->answered ? G_MAXSIZE : 0;
}

static void
signalr_aspnet_poll_clear_unsent (SignalrCarrier *carrier)
{
}

static const SignalrCarrierClass signalr_aspnet_poll_class = {
  .transport = SIGNALR_TRANSPORT_LONG_POLLING,
  .write = signalr_aspnet_poll_write,
  .close = signalr_aspnet_poll_close,
  .free = signalr_aspnet_poll_free,
  .set_reading = signalr_aspnet_poll_set_reading,
  .get_unsent = signalr_aspnet_poll_get_unsent,
  .clear_unsent = signalr_aspnet_poll_clear_unsent,
};

/* The head goes at once: clients take it for the sign that they are connected. */
SignalrCarrier *
signalr_aspnet_poll_new (SignalrRequest            *request,
                         const char                *callback,
                         const SignalrCarrierFuncs *funcs,
                         gpointer                   owner)
{
  SignalrAspnetPoll *self = g_new0 (SignalrAspnetPoll, 1);

  self->carrier.klass = &signalr_aspnet_poll_class;
  self->host = signalr_host_ref (request->host);
  self->request = signalr_request_ref (request);
  self->callback = g_strdup (callback);
  self->funcs = funcs;
  self->owner = owner;
  self->task.func = signalr_aspnet_poll_task_cb;

  signalr_request_begin (request, callback != NULL ? "application/javascript; charset=UTF-8"
                                                   : "application/json; charset=UTF-8");
  signalr_request_watch (request, signalr_aspnet_poll_gone_cb, self);

  return &self->carrier;
}
