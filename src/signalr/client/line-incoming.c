/* line-incoming.c: what comes over a line
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "line-inside-private.h"

#include "lifetime-private.h"

#define MAX_HELD 10000

/* A host that is about to stop answers, and says in the same breath that it goes: more
 * likely where it has said so before.
 */
#define SETTLE_MS            100
#define SETTLE_AFTER_WORD_MS 250

static void process    (SignalrLine *self,
                        GQueue      *incoming,
                        GError      *error);
static void send_start (SignalrLine *self);

static void
start_fetch_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  SignalrLine *self = user_data;
  g_autoptr (GBytes) body = NULL;
  GQueue incoming = G_QUEUE_INIT;
  GError *error = NULL;

  body = signalr_courier_fetch_finish (self->courier, result, &error);
  if (body != NULL)
    self->dialogue->dialect->started (self->dialogue, body, &incoming, &error);

  if (error != NULL && signalr_line_renew_and (self, error, send_start))
    g_error_free (error);
  else
    process (self, &incoming, error);

  signalr_line_unref (self);
}

static void
send_start (SignalrLine *self)
{
  g_autoptr (GError) error = NULL;
  SoupMessage *message;

  self->starting = TRUE;
  signalr_line_tell_step (self, signalr_line_attempt_limit (self));

  message = signalr_line_make_request (self, SIGNALR_REQUEST_START, &error);
  if (message != NULL)
    signalr_line_fetch (self, message, self->cancellable, start_fetch_cb);
  else
    signalr_line_tell_failed (self, error);
}

static void
become_ready (SignalrLine *self)
{
  guint epoch = self->epoch;
  SignalrIncoming *news;

  signalr_line_stop_settling (self);
  self->ready = TRUE;
  self->shut_down = FALSE;
  self->preferred = self->transport;
  self->events->ready (self->resuming, self->user_data);

  while (self->epoch == epoch && (news = g_queue_pop_head (&self->held)) != NULL)
    {
      self->events->incoming (news, self->user_data);
      signalr_incoming_free (news);
    }
}

void
signalr_line_stop_settling (SignalrLine *self)
{
  if (self->settling != NULL)
    g_source_destroy (self->settling);
  g_clear_pointer (&self->settling, g_source_unref);
}

static gboolean
settled_cb (gpointer user_data)
{
  SignalrLine *self = user_data;

  g_rc_box_acquire (self);
  become_ready (self);
  signalr_line_unref (self);

  return G_SOURCE_REMOVE;
}

/* What is answered by a server that said it goes, or by a poll whose body is still
 * to come, may be the dying host's: it is no connection before its first word.
 */
static void
settle (SignalrLine *self)
{
  gboolean polls = self->transport == SIGNALR_TRANSPORT_LONG_POLLING;

  if (!self->shut_down && !(self->resuming && polls))
    {
      become_ready (self);
      return;
    }

  /* It was answered: the limit of the attempt is not for this. */
  signalr_line_tell_step (self, SIGNALR_NEVER);
  self->settling = g_timeout_source_new (self->shut_down ? SETTLE_AFTER_WORD_MS : SETTLE_MS);
  g_source_set_static_name (self->settling, "[signalr] settling");
  g_source_set_callback (self->settling, settled_cb, self, NULL);
  g_source_attach (self->settling, self->context);
}

static void
hold (SignalrLine     *self,
      SignalrIncoming *news)
{
  g_autoptr (GError) error = NULL;

  g_queue_push_tail (&self->held, news);
  if (self->held.length <= MAX_HELD)
    return;

  error = g_error_new_literal (SIGNALR_ERROR, SIGNALR_ERROR_TOO_LARGE,
                               "The server sends too much before the connection is made");
  signalr_line_tell_failed (self, error);
}

static void
take (SignalrLine     *self,
      SignalrIncoming *news)
{
  g_autoptr (SignalrIncoming) owned = news;

  switch (news->kind)
    {
    case SIGNALR_INCOMING_REPLY:
      signalr_line_send_bytes (self, news->bytes, NULL);
      break;

    case SIGNALR_INCOMING_START:
      send_start (self);
      break;

    case SIGNALR_INCOMING_READY:
      settle (self);
      break;

    case SIGNALR_INCOMING_SHUTDOWN:
      self->shut_down = TRUE;
      self->events->shutdown (news->error, self->user_data);
      break;

    case SIGNALR_INCOMING_END:
      if (self->dialogue->dialect->frees_polls &&
          self->transport == SIGNALR_TRANSPORT_LONG_POLLING)
        signalr_line_send_farewell (self, NULL);
      self->events->ended (news->error, self->user_data);
      break;

    case SIGNALR_INCOMING_RESULT:
      self->events->incoming (news, self->user_data);
      break;

    case SIGNALR_INCOMING_INVOCATION:
    case SIGNALR_INCOMING_ITEM:
    case SIGNALR_INCOMING_PROGRESS:
    case SIGNALR_INCOMING_MESSAGE:
    default:
      /* What a resumed connection is sent is not sent again. */
      if (self->ready || self->resuming)
        self->events->incoming (news, self->user_data);
      else
        hold (self, g_steal_pointer (&owned));
    }
}

/* The first word of a server that stays. A result is none: it may be the answer to
 * what was posted.
 */
static gboolean
is_welcome (GQueue *incoming)
{
  gboolean speaks = FALSE;

  for (GList *l = incoming->head; l != NULL; l = l->next)
    {
      SignalrIncoming *news = l->data;

      if (news->kind == SIGNALR_INCOMING_SHUTDOWN || news->kind == SIGNALR_INCOMING_END)
        return FALSE;
      speaks |= news->kind != SIGNALR_INCOMING_RESULT && news->kind != SIGNALR_INCOMING_REPLY;
    }

  return speaks;
}

/* The rest of @incoming is for nobody once everything is given up. @error:
 * (transfer full) (nullable): came behind it
 */
static void
process (SignalrLine *self,
         GQueue      *incoming,
         GError      *error)
{
  guint epoch = self->epoch;
  SignalrIncoming *news;

  g_rc_box_acquire (self);

  if (self->settling != NULL && is_welcome (incoming))
    become_ready (self);

  while (self->epoch == epoch && (news = g_queue_pop_head (incoming)) != NULL)
    take (self, news);
  g_queue_clear_full (incoming, (GDestroyNotify) signalr_incoming_free);

  if (error != NULL && self->epoch == epoch)
    signalr_line_tell_failed (self, error);
  else if (self->epoch == epoch)
    signalr_line_flush (self);
  g_clear_error (&error);

  signalr_line_unref (self);
}

static void
decode (SignalrLine *self,
        GBytes      *message)
{
  GQueue incoming = G_QUEUE_INIT;
  GError *error = NULL;

  if (!self->dialogue->dialect->decode (self->dialogue, message, &incoming, &error) &&
      g_error_matches (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA))
    g_prefix_error (&error, "%s sent what cannot be read: ", self->dialogue->negotiated->url);
  process (self, &incoming, error);
}

/* What the poster tells. */

static void
poster_answered_cb (GBytes   *answer,
                    gpointer  user_data)
{
  decode (user_data, answer);
}

/* Where messages are joined, all of them may be lost; else it is the one. */
static void
poster_failed_cb (const char   *id,
                  const GError *error,
                  gpointer      user_data)
{
  SignalrLine *self = user_data;
  GQueue incoming = G_QUEUE_INIT;
  SignalrIncoming *news;

  if (self->dialogue->dialect->joins_sends)
    {
      signalr_line_tell_failed (self, error);
      return;
    }

  if (id == NULL)
    {
      g_debug ("A message was not accepted: %s", error->message);
      return;
    }

  news = signalr_incoming_push (&incoming, SIGNALR_INCOMING_RESULT);
  news->id = g_strdup (id);
  news->error = g_error_copy (error);
  process (self, &incoming, NULL);
}

const SignalrPosterEvents signalr_line_poster_events = {
  .answered = poster_answered_cb,
  .failed = poster_failed_cb,
};

/* What the carrier tells. */

static void
carrier_opened_cb (gpointer user_data)
{
  SignalrLine *self = user_data;
  const SignalrDialectTable *dialect = self->dialogue->dialect;
  GQueue incoming = G_QUEUE_INIT;

  self->opened = self->known = TRUE;
  self->renewed = FALSE;
  if (self->closing)
    {
      signalr_line_close_carrier (self);
      return;
    }

  if (self->resuming && self->dialogue->stateful != NULL)
    signalr_line_tell_step (self, signalr_line_attempt_limit (self));
  else if (!self->resuming && dialect->handshake != SIGNALR_NEVER)
    signalr_line_tell_step (self, dialect->handshake);

  dialect->opened (self->dialogue, self->transport, self->resuming, &incoming);
  process (self, &incoming, NULL);
}

static void
carrier_activity_cb (gsize    n_bytes,
                     gpointer user_data)
{
  SignalrLine *self = user_data;

  self->events->activity (n_bytes, self->user_data);
}

static void
carrier_message_cb (GBytes   *message,
                    gpointer  user_data)
{
  SignalrLine *self = user_data;

  if (!self->closing)
    decode (self, message);
}

/* With these another transport would fail the same way. */
static gboolean
is_no_fault_of_transport (const GError *error)
{
  return g_error_matches (error, SIGNALR_ERROR, SIGNALR_ERROR_NAME_NOT_RESOLVED) ||
         g_error_matches (error, SIGNALR_ERROR, SIGNALR_ERROR_REFUSED) ||
         g_error_matches (error, SIGNALR_ERROR, SIGNALR_ERROR_TLS) ||
         g_error_matches (error, SIGNALR_ERROR, SIGNALR_ERROR_UNAUTHORIZED) ||
         g_error_matches (error, SIGNALR_ERROR, SIGNALR_ERROR_FORBIDDEN);
}

/* The server knows the SignalR connection no more, and says so. */
static gboolean
is_forgotten (SignalrLine  *self,
              const GError *error)
{
  guint status = error != NULL && error->domain == SIGNALR_ERROR
                 ? signalr_error_get_status (error) : 0;

  /* One that is only too busy, or away behind its proxy, may know it still. */
  return self->resuming && !self->opened && self->dialogue->stateful != NULL &&
         status != 0 && !SOUP_STATUS_IS_SERVER_ERROR (status) &&
         status != SOUP_STATUS_REQUEST_TIMEOUT && status != 429;
}

/* A stream that ends may have been cut by what is between, but a close frame is the
 * server's word: who is told to go waits before it comes back. Whether that is so.
 */
static gboolean
is_sent_away (SignalrLine *self)
{
  gboolean ended = self->ready && signalr_carrier_is_ended (self->carrier);

  self->shut_down |= ended;

  return ended && self->transport == SIGNALR_TRANSPORT_WEB_SOCKETS;
}

static void
carrier_closed_cb (const GError *error,
                   gpointer      user_data)
{
  SignalrLine *self = user_data;

  g_rc_box_acquire (self);

  if (self->closing && !self->telling)
    self->events->said_goodbye (self->user_data);
  else if (self->closing)
    g_clear_object (&self->carrier);
  else if (!self->ready && signalr_line_renew_and_open (self, error))
    g_clear_object (&self->carrier);
  else if (is_forgotten (self, error))
    signalr_line_begin_anew (self);
  else if (is_sent_away (self))
    self->events->shutdown (error, self->user_data);
  else if (self->ready || self->starting || self->resuming || self->settling != NULL ||
           is_no_fault_of_transport (error))
    signalr_line_tell_failed (self, error);
  else
    signalr_line_next_transport (self, error);

  signalr_line_unref (self);
}

static void
carrier_beat_cb (gpointer user_data)
{
  SignalrLine *self = user_data;

  self->beats = TRUE;
}

static gint64
carrier_poll_delay_cb (gpointer user_data)
{
  SignalrLine *self = user_data;

  return self->dialogue->negotiated->poll_delay;
}

static gboolean
carrier_renew_cb (gpointer user_data)
{
  return signalr_line_renew_and_go_on (user_data);
}

static SoupMessage *
carrier_request_cb (SignalrRequestKind   kind,
                    GBytes              *payload,
                    GError             **error,
                    gpointer             user_data)
{
  return signalr_line_make_request (user_data, kind, error);
}

const SignalrCarrierEvents signalr_line_carrier_events = {
  .opened = carrier_opened_cb,
  .activity = carrier_activity_cb,
  .message = carrier_message_cb,
  .closed = carrier_closed_cb,
  .beat = carrier_beat_cb,
  .poll_delay = carrier_poll_delay_cb,
  .renew = carrier_renew_cb,
  .request = carrier_request_cb,
};

