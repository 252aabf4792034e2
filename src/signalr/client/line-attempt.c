/* line-attempt.c: how a line is made, and made again
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "line-inside-private.h"

#include "http-private.h"
#include "lifetime-private.h"
#include "negotiate-private.h"
#include "transport-choice-private.h"

#define DEFAULT_ATTEMPT (10 * G_USEC_PER_SEC)

static void negotiate (SignalrLine *self);

gint64
signalr_line_attempt_limit (SignalrLine *self)
{
  guint limit = self->settings->attempt_timeout;

  if (limit == SIGNALR_TIMEOUT_NONE)
    return SIGNALR_NEVER;

  return limit != SIGNALR_TIMEOUT_DEFAULT ? (gint64) limit * 1000 : DEFAULT_ATTEMPT;
}

/* How long a server may take to take what is posted. Where its silence is watched,
 * at least as long as that is borne: who is behind a link that stalls is not hung.
 */
static gint64
post_limit (SignalrLine *self)
{
  gint64 limit = signalr_line_attempt_limit (self);
  guint silence = self->settings->keep_alive_timeout;

  if (self->transport == SIGNALR_TRANSPORT_LONG_POLLING || silence == SIGNALR_TIMEOUT_NONE)
    return limit;
  if (silence != SIGNALR_TIMEOUT_DEFAULT)
    return MAX (limit, (gint64) silence * 1000);

  return MAX (limit, signalr_line_get_negotiated (self)->keep_alive);
}

/* Tokens. An application that gives them is asked before each attempt, and once
 * more where the server does not want the one it was given.
 */

static void
renew_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  SignalrLine *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!signalr_courier_renew_finish (self->courier, result, &error))
    {
      if (self->closing)
        signalr_line_tell_said_goodbye (self);
      else
        signalr_line_tell_failed (self, error);
    }
  else if (self->next_step != NULL)
    self->next_step (self);

  signalr_line_unref (self);
}

static void
renew_and (SignalrLine     *self,
           SignalrLineStep  next_step)
{
  self->next_step = next_step;
  signalr_courier_renew_async (self->courier, self->cancellable, renew_cb,
                               g_rc_box_acquire (self));
}

/* Whether the attempt goes on with another token. */
gboolean
signalr_line_renew_and (SignalrLine     *self,
                        const GError    *error,
                        SignalrLineStep  next_step)
{
  if (!g_error_matches (error, SIGNALR_ERROR, SIGNALR_ERROR_UNAUTHORIZED) || self->renewed ||
      !signalr_courier_can_renew (self->courier))
    return FALSE;

  self->renewed = TRUE;
  signalr_line_tell_step (self, signalr_line_attempt_limit (self));
  renew_and (self, next_step);

  return TRUE;
}

/* Attempts. */

static void
open_carrier (SignalrLine        *self,
              SignalrRequestKind  kind,
              gint64              limit)
{
  gboolean posts = self->transport != SIGNALR_TRANSPORT_WEB_SOCKETS;
  SignalrCarrierSetup setup = {
    .session = signalr_courier_get_session (self->courier),
    .context = self->context,
    .transport = self->transport,
    .max_size = self->settings->max_message_size,
    .binary = self->settings->encoding == SIGNALR_ENCODING_MESSAGEPACK,
    .events = &signalr_line_carrier_events,
    .user_data = self,
  };

  signalr_line_drop (self);
  self->resuming = kind == SIGNALR_REQUEST_RESUME;
  self->beats = FALSE;
  if (!self->resuming)
    g_clear_pointer (&self->poster, signalr_poster_free);
  if (posts && self->poster == NULL)
    self->poster = signalr_poster_new (self->courier, self->dialogue, self->transport,
                                       self->context, post_limit (self),
                                       &signalr_line_poster_events, self);

  self->carrier = signalr_carrier_new (&setup);
  signalr_line_tell_step (self, limit);
  signalr_carrier_open (self->carrier, kind);
}

static void
resume (SignalrLine *self)
{
  open_carrier (self, SIGNALR_REQUEST_RESUME, signalr_line_attempt_limit (self));
}

/* The server says how long it thinks a transport needs; the last one that can be
 * tried has as long as any attempt.
 */
static void
open_transport (SignalrLine *self)
{
  const SignalrNegotiated *negotiated = self->dialogue->negotiated;
  guint left = signalr_transport_offered (negotiated, self->settings->encoding) & ~self->tried;
  gint64 limit = signalr_line_attempt_limit (self);

  if (signalr_transport_choose ((const char * const *) self->settings->transports,
                                left & ~(1u << self->transport),
                                SIGNALR_TRANSPORT_NONE, NULL) != SIGNALR_TRANSPORT_NONE)
    limit = MIN (limit, negotiated->transport_connect);
  open_carrier (self, SIGNALR_REQUEST_RECEIVE, limit);
}

static void
open_again (SignalrLine *self)
{
  if (self->resuming)
    resume (self);
  else
    open_transport (self);
}

gboolean
signalr_line_renew_and_open (SignalrLine  *self,
                             const GError *error)
{
  return signalr_line_renew_and (self, error, open_again);
}

static void
go_on (SignalrLine *self)
{
  signalr_carrier_go_on (self->carrier);
}

gboolean
signalr_line_renew_and_go_on (SignalrLine *self)
{
  if (!signalr_courier_can_renew (self->courier))
    return FALSE;

  renew_and (self, go_on);

  return TRUE;
}

static gboolean
choose_transport (SignalrLine  *self,
                  GError      **error)
{
  guint left = signalr_transport_offered (self->dialogue->negotiated, self->settings->encoding) &
               ~self->tried;

  self->transport = signalr_transport_choose ((const char * const *) self->settings->transports,
                                              left, self->preferred, error);

  return self->transport != SIGNALR_TRANSPORT_NONE;
}

static void
attempt (SignalrLine     *self,
         SignalrLineStep  first_step)
{
  self->renewed = FALSE;
  if (signalr_courier_can_renew (self->courier))
    renew_and (self, first_step);
  else
    first_step (self);
}

void
signalr_line_next_transport (SignalrLine  *self,
                             const GError *error)
{
  SignalrTransport failed = self->transport;

  self->tried |= 1u << failed;
  if (!choose_transport (self, NULL))
    {
      signalr_line_tell_failed (self, error);
      return;
    }

  g_debug ("%s did not work, trying %s: %s", signalr_transport_to_string (failed),
           signalr_transport_to_string (self->transport), error->message);
  if (self->dialogue->dialect->one_transport)
    {
      signalr_line_forget (self);
      attempt (self, negotiate);
    }
  else
    {
      open_transport (self);
    }
}

static void
take_negotiated (SignalrLine       *self,
                 SignalrNegotiated *negotiated)
{
  g_autoptr (GError) error = NULL;
  SignalrDialogueOptions options = {
    .hubs = (const char * const *) self->hubs,
    .encoding = self->settings->encoding,
    .max_size = self->settings->max_message_size,
  };

  self->renewed = FALSE;
  self->dialogue = negotiated->dialect->open (negotiated, &options);
  if (choose_transport (self, &error))
    open_transport (self);
  else
    signalr_line_tell_failed (self, error);
}

static void
negotiate_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  SignalrLine *self = user_data;
  g_autoptr (GError) error = NULL;
  SignalrNegotiated *negotiated;

  negotiated = signalr_negotiate_finish (result, &error);
  if (negotiated != NULL)
    take_negotiated (self, negotiated);
  else if (!signalr_line_renew_and (self, error, negotiate))
    signalr_line_tell_failed (self, error);

  signalr_line_unref (self);
}

static void
negotiate_dress_cb (SoupMessage *message,
                    const char  *url,
                    const char  *token,
                    gpointer     user_data)
{
  SignalrLine *self = user_data;

  signalr_courier_dress (self->courier, message, url, token);
}

static void
negotiate_request_cb (gpointer user_data)
{
  SignalrLine *self = user_data;

  signalr_line_tell_step (self, signalr_line_attempt_limit (self));
}

static char *
build_query (GHashTable *parameters)
{
  g_autoptr (GString) query = g_string_new (NULL);
  GHashTableIter iter;
  gpointer name, value;

  g_hash_table_iter_init (&iter, parameters);
  while (g_hash_table_iter_next (&iter, &name, &value))
    signalr_query_add (query, name, value);

  return query->len > 0 ? g_strdup (query->str) : NULL;
}

static void
negotiate (SignalrLine *self)
{
  SignalrNegotiateSetup setup = {
    .url = self->settings->url,
    .dialect = self->settings->dialect,
    .hubs = (const char * const *) self->hubs,
    .stateful = self->settings->stateful_reconnect,
    .skip = self->settings->skip_negotiation,
    .transports = (const char * const *) self->settings->transports,
    .dress = negotiate_dress_cb,
    .request = negotiate_request_cb,
    .user_data = self,
  };

  g_free (self->query);
  self->query = build_query (self->settings->query);
  setup.query = self->query;

  signalr_negotiate_async (&setup, signalr_courier_get_session (self->courier),
                           self->cancellable, negotiate_cb, g_rc_box_acquire (self));
}

void
signalr_line_dial (SignalrLine        *self,
                   const char * const *hubs)
{
  signalr_line_forget (self);
  g_strfreev (self->hubs);
  self->hubs = g_strdupv ((char **) hubs);
  self->tried = 0;
  attempt (self, negotiate);
}

/* Whether the SignalR connection that lost its transport may still be there. */
gboolean
signalr_line_can_resume (SignalrLine *self)
{
  const SignalrDialectTable *dialect = self->dialogue != NULL ? self->dialogue->dialect : NULL;

  return dialect != NULL && !self->outgrown && dialect->can_resume (self->dialogue) &&
         (dialect->patience == SIGNALR_NEVER ||
          g_get_monotonic_time () - self->lost_at < dialect->patience);
}

/* With another SignalR connection. */
void
signalr_line_begin_anew (SignalrLine *self)
{
  guint epoch;

  signalr_line_forget (self);
  self->tried = 0;

  /* The owner may give up when it hears it. */
  g_rc_box_acquire (self);
  epoch = self->epoch;
  self->events->renewed (self->user_data);
  if (self->epoch == epoch && self->events != NULL)
    attempt (self, negotiate);
  signalr_line_unref (self);
}

static void
resume_to_leave (SignalrLine *self)
{
  resume (self);
  self->closing = TRUE;
}

void
signalr_line_take_leave (SignalrLine *self)
{
  attempt (self, resume_to_leave);
}

void
signalr_line_redial (SignalrLine *self)
{
  if (signalr_line_can_resume (self))
    attempt (self, resume);
  else
    signalr_line_begin_anew (self);
}

void
signalr_line_cut_step_short (SignalrLine *self)
{
  g_autofree char *shown = signalr_url_to_display (self->settings->url);
  g_autoptr (GError) error = NULL;

  error = g_error_new (SIGNALR_ERROR, SIGNALR_ERROR_TIMED_OUT, "%s did not answer in time", shown);

  if (self->carrier != NULL && !self->ready && !self->starting && !self->resuming)
    signalr_line_next_transport (self, error);
  else
    signalr_line_tell_failed (self, error);
}

