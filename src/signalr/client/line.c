/* line.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "line-inside-private.h"

#include "lifetime-private.h"
#include "stateful-private.h"

#define MAX_UNSENT_BYTES (16 * 1024 * 1024)
#define MAX_UNSENT       1000

/* For the way of an answer that was given at the last moment. */
#define POLL_ALLOWANCE   (10 * G_USEC_PER_SEC)

static void
signalr_line_clear (SignalrLine *self)
{
  g_main_context_unref (self->context);
  signalr_courier_unref (self->courier);
  g_strfreev (self->hubs);
  g_free (self->query);
  g_object_unref (self->cancellable);
  g_clear_pointer (&self->unheard, g_ptr_array_unref);
}

void
signalr_line_unref (SignalrLine *self)
{
  g_rc_box_release_full (self, (GDestroyNotify) signalr_line_clear);
}

SignalrLine *
signalr_line_new (const SignalrConnectionSettings *settings,
                  GMainContext                    *context,
                  const SignalrLineEvents         *events,
                  gpointer                         user_data)
{
  SignalrLine *self = g_rc_box_new0 (SignalrLine);

  self->settings = settings;
  self->context = g_main_context_ref (context);
  self->events = events;
  self->user_data = user_data;
  self->courier = signalr_courier_new (settings);
  self->cancellable = g_cancellable_new ();
  g_queue_init (&self->held);

  return self;
}

/* Telling the owner. Whatever is told may make the owner give everything up. */

void
signalr_line_tell_failed (SignalrLine  *self,
                          const GError *error)
{
  /* It would be sent again to whoever comes back. */
  self->outgrown |= g_error_matches (error, SIGNALR_ERROR, SIGNALR_ERROR_TOO_LARGE);

  if (self->events != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    self->events->failed (error, self->user_data);
}

void
signalr_line_tell_step (SignalrLine *self,
                        gint64       limit)
{
  if (self->events != NULL)
    self->events->step (limit, self->user_data);
}

void
signalr_line_tell_said_goodbye (SignalrLine *self)
{
  if (self->events != NULL && self->closing)
    self->events->said_goodbye (self->user_data);
}

/* Giving up. */

SoupMessage *
signalr_line_make_request (SignalrLine         *self,
                           SignalrRequestKind   kind,
                           GError             **error)
{
  return signalr_courier_make (self->courier, self->dialogue, kind, self->transport, NULL, error);
}

void
signalr_line_fetch (SignalrLine         *self,
                    SoupMessage         *message,
                    GCancellable        *cancellable,
                    GAsyncReadyCallback  callback)
{
  signalr_courier_fetch_async (self->courier, message, SIGNALR_LINE_MAX_ANSWER_SIZE, cancellable,
                               callback, g_rc_box_acquire (self));
  g_object_unref (message);
}

/* Whatever it answers, and be it nothing: it was told. */
static void
farewell_fetch_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  SignalrLine *self = user_data;
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GError) error = NULL;

  body = signalr_courier_fetch_finish (self->courier, result, &error);
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    signalr_line_tell_said_goodbye (self);

  signalr_line_unref (self);
}

gboolean
signalr_line_send_farewell (SignalrLine  *self,
                            GCancellable *cancellable)
{
  SoupMessage *message = NULL;

  if (self->known)
    message = signalr_line_make_request (self, SIGNALR_REQUEST_FAREWELL, NULL);
  if (message == NULL)
    return FALSE;

  signalr_line_fetch (self, message, cancellable, farewell_fetch_cb);

  return TRUE;
}

static void
give_up_requests (SignalrLine *self)
{
  self->epoch++;
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
}

void
signalr_line_drop (SignalrLine *self)
{
  /* The server may take for made what fails here. */
  if (self->starting && !self->ready)
    signalr_line_send_farewell (self, NULL);

  if (self->ready)
    self->lost_at = g_get_monotonic_time ();

  give_up_requests (self);
  signalr_line_stop_settling (self);
  signalr_line_stop_watching (self);
  self->opened = self->starting = self->resuming = self->ready = FALSE;
  self->closing = self->telling = FALSE;

  if (self->carrier != NULL)
    signalr_carrier_drop (self->carrier);
  g_clear_object (&self->carrier);
  g_queue_clear_full (&self->held, (GDestroyNotify) signalr_incoming_free);
}

void
signalr_line_forget (SignalrLine *self)
{
  signalr_line_drop (self);

  g_clear_pointer (&self->poster, signalr_poster_free);
  if (self->dialogue != NULL && self->dialogue->stateful != NULL)
    {
      if (self->unheard == NULL)
        self->unheard = signalr_unheard_list_new ();
      signalr_stateful_list_unheard (self->dialogue->stateful, self->unheard);
    }
  if (self->dialogue != NULL)
    self->dialogue->dialect->close (self->dialogue);
  self->dialogue = NULL;
  self->known = self->outgrown = FALSE;
}

void
signalr_line_hang_up (SignalrLine *self)
{
  self->events = NULL;
  signalr_line_forget (self);
  signalr_line_unref (self);
}

/* Goodbye. */

static gboolean
said_goodbye_idle_cb (gpointer user_data)
{
  signalr_line_tell_said_goodbye (user_data);

  return G_SOURCE_REMOVE;
}

void
signalr_line_close_carrier (SignalrLine *self)
{
  g_autoptr (GBytes) record = self->dialogue->dialect->farewell_record (self->dialogue);

  if (record != NULL && self->poster == NULL)
    signalr_carrier_send (self->carrier, record);
  signalr_carrier_close (self->carrier);
}

/* Where the connection would outlive its transport, and that is lost, the server only
 * hears of the end over another one.
 */
static gboolean
may_take_leave (SignalrLine *self)
{
  return !self->opened && self->dialogue != NULL && self->dialogue->stateful != NULL &&
         signalr_line_can_resume (self);
}

void
signalr_line_say_goodbye (SignalrLine *self)
{
  gboolean takes_leave = may_take_leave (self);
  g_autoptr (GSource) source = NULL;

  if (self->opened)
    give_up_requests (self);
  else
    signalr_line_drop (self);

  signalr_line_stop_settling (self);
  self->closing = TRUE;
  self->starting = FALSE;
  self->telling = signalr_line_send_farewell (self, self->cancellable);

  /* What is told by a request of its own must be heard before the stream ends,
   * which by itself is a loss.
   */
  if (self->opened && !(self->telling && self->poster != NULL))
    signalr_line_close_carrier (self);
  if (takes_leave)
    signalr_line_take_leave (self);
  if (self->opened || self->telling || takes_leave)
    return;

  source = g_idle_source_new ();
  g_source_set_static_name (source, "[signalr] said goodbye");
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, said_goodbye_idle_cb, g_rc_box_acquire (self),
                         (GDestroyNotify) signalr_line_unref);
  g_source_attach (source, self->context);
}

/* While it is ready. */

void
signalr_line_send_bytes (SignalrLine *self,
                         GBytes      *bytes,
                         const char  *id)
{
  if (self->poster != NULL)
    signalr_poster_post (self->poster, bytes, id);
  else
    signalr_carrier_send (self->carrier, bytes);

  if (self->events != NULL)
    self->events->sent (g_bytes_get_size (bytes), self->user_data);
}

void
signalr_line_ping (SignalrLine *self)
{
  g_autoptr (GBytes) record = self->dialogue->dialect->ping_record (self->dialogue);

  if (record != NULL)
    signalr_line_send_bytes (self, record, NULL);
}

static void
probe_fetch_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  SignalrLine *self = user_data;
  g_autoptr (GBytes) body = NULL;

  body = signalr_courier_fetch_finish (self->courier, result, NULL);
  if (body != NULL && self->events != NULL)
    self->events->probed (self->user_data);

  signalr_line_unref (self);
}

/* What travels down cannot be asked; that its way up is open, and that its socket
 * is not known to be dead, is all that can be told.
 */
void
signalr_line_probe (SignalrLine *self)
{
  SoupMessage *message;

  signalr_carrier_probe (self->carrier);
  if (self->poster == NULL)
    {
      signalr_line_ping (self);
      return;
    }

  message = signalr_line_make_request (self, SIGNALR_REQUEST_PROBE, NULL);
  if (message != NULL)
    signalr_line_fetch (self, message, self->cancellable, probe_fetch_cb);
}

static gboolean
is_full (SignalrLine *self)
{
  guint n_unsent = 0;
  gsize unsent = 0;

  if (self->poster != NULL)
    unsent = signalr_poster_get_unsent (self->poster, &n_unsent);
  else if (self->carrier != NULL)
    unsent = signalr_carrier_get_unsent (self->carrier, &n_unsent);

  if (self->dialogue->stateful != NULL)
    {
      guint n_waiting;

      unsent += signalr_stateful_get_waiting (self->dialogue->stateful, &n_waiting);
      n_unsent += n_waiting;
    }

  return unsent > MAX_UNSENT_BYTES || n_unsent > MAX_UNSENT;
}

gboolean
signalr_line_send (SignalrLine            *self,
                   const SignalrOutgoing  *outgoing,
                   gboolean               *held,
                   GError                **error)
{
  g_autoptr (GBytes) bytes = NULL;

  g_return_val_if_fail (self->dialogue != NULL, FALSE);

  bytes = self->dialogue->dialect->encode (self->dialogue, outgoing, error);
  if (bytes == NULL)
    return FALSE;

  if (!outgoing->promised && is_full (self))
    {
      g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_QUEUE_FULL,
                           "Too much is waiting to be sent already");
      return FALSE;
    }

  if (held != NULL)
    *held = self->dialogue->stateful != NULL && !self->ready;

  if (self->dialogue->stateful == NULL)
    {
      signalr_line_send_bytes (self, bytes, outgoing->id);
    }
  else
    {
      signalr_stateful_push (self->dialogue->stateful, bytes, outgoing);
      signalr_line_flush (self);
    }

  return TRUE;
}

gboolean
signalr_line_keeps_calls (SignalrLine *self)
{
  if (self->dialogue == NULL)
    return FALSE;

  return (self->poster != NULL && !self->dialogue->dialect->joins_sends) ||
         (self->dialogue->stateful != NULL && signalr_line_can_resume (self));
}

GPtrArray *
signalr_line_steal_unheard (SignalrLine *self)
{
  return g_steal_pointer (&self->unheard);
}

const SignalrNegotiated *
signalr_line_get_negotiated (SignalrLine *self)
{
  return self->dialogue != NULL ? self->dialogue->negotiated : NULL;
}

SignalrTransport
signalr_line_get_transport (SignalrLine *self)
{
  return self->transport;
}

/* A poll that waits may be silent for as long as the server lets it wait. */
gint64
signalr_line_get_silence (SignalrLine *self,
                          gint64       keep_alive)
{
  const SignalrNegotiated *negotiated = signalr_line_get_negotiated (self);

  if (negotiated == NULL || self->transport != SIGNALR_TRANSPORT_LONG_POLLING || self->beats)
    return keep_alive;

  if (negotiated->dialect->poll != SIGNALR_NEVER)
    return negotiated->dialect->poll;

  return negotiated->connection != SIGNALR_NEVER ? negotiated->connection + POLL_ALLOWANCE
                                                 : SIGNALR_NEVER;
}
