/* poster.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "poster-private.h"

#include "lifetime-private.h"
#include "signalr-error-private.h"


/* Two requests may overtake each other, so one waits for the answer to the one
 * before; but a classic server answers only when the method has run, and one
 * that runs for long shall not hold up all others.
 */
#define PATIENCE_MS     500

struct _SignalrPoster {
  SignalrCourier            *courier;
  SignalrDialogue           *dialogue;
  SignalrTransport           transport;
  GMainContext              *context;
  const SignalrPosterEvents *events;       /* NULL once freed by the owner */
  gpointer                   user_data;

  GCancellable              *cancellable;
  GQueue                     letters;      /* Letter: those that wait */
  gsize                      n_bytes;      /* of those, and of those on the way */
  guint                      n_messages;
  guint                      n_on_the_way;
  struct _Letter            *newest;       /* of those */
  gint64                     limit;        /* µs, of each where the server only takes it */
  GSource                   *patience;     /* with the newest */
};

/* One request: a message, or several that waited together. */
typedef struct _Letter {
  SignalrPoster *poster;
  GBytes        *body;
  char          *id;
  guint          n_messages;
  gboolean       renewed;       /* a token was got for it once more */
} Letter;

static void send_next (SignalrPoster *self);
static void fetch_cb  (GObject       *source,
                       GAsyncResult  *result,
                       gpointer       user_data);

static void
signalr_poster_clear (SignalrPoster *self)
{
  signalr_courier_unref (self->courier);
  g_main_context_unref (self->context);
  g_object_unref (self->cancellable);
}

static void
letter_free (Letter *letter)
{
  g_bytes_unref (letter->body);
  g_free (letter->id);
  g_rc_box_release_full (letter->poster, (GDestroyNotify) signalr_poster_clear);
  g_free (letter);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Letter, letter_free)

SignalrPoster *
signalr_poster_new (SignalrCourier            *courier,
                    SignalrDialogue           *dialogue,
                    SignalrTransport           transport,
                    GMainContext              *context,
                    gint64                     limit,
                    const SignalrPosterEvents *events,
                    gpointer                   user_data)
{
  SignalrPoster *self = g_rc_box_new0 (SignalrPoster);

  self->courier = signalr_courier_ref (courier);
  self->dialogue = dialogue;
  self->transport = transport;
  self->context = g_main_context_ref (context);
  self->limit = limit;
  self->events = events;
  self->user_data = user_data;
  self->cancellable = g_cancellable_new ();
  g_queue_init (&self->letters);

  return self;
}

static void
stop_waiting (SignalrPoster *self)
{
  if (self->patience != NULL)
    g_source_destroy (self->patience);
  g_clear_pointer (&self->patience, g_source_unref);
}

void
signalr_poster_free (SignalrPoster *self)
{
  self->events = NULL;
  g_cancellable_cancel (self->cancellable);
  stop_waiting (self);
  g_queue_clear_full (&self->letters, (GDestroyNotify) letter_free);
  g_rc_box_release_full (self, (GDestroyNotify) signalr_poster_clear);
}

static gboolean
patience_cb (gpointer user_data)
{
  SignalrPoster *self = user_data;

  g_clear_pointer (&self->patience, g_source_unref);
  send_next (self);

  return G_SOURCE_REMOVE;
}

static void
wait_for (SignalrPoster *self,
          guint          milliseconds,
          GSourceFunc    func)
{
  stop_waiting (self);
  self->patience = g_timeout_source_new (milliseconds);
  g_source_set_static_name (self->patience, "[signalr] patience");
  g_source_set_callback (self->patience, func, self, NULL);
  g_source_attach (self->patience, self->context);
}

static void
be_patient (SignalrPoster *self)
{
  wait_for (self, PATIENCE_MS, patience_cb);
}

/* What it says of the server behind it is that it does not know. */
static gboolean
is_of_gateway (guint status)
{
  return status == SOUP_STATUS_BAD_GATEWAY || status == SOUP_STATUS_GATEWAY_TIMEOUT;
}

/* How far a message came that brought no answer. */
static GError *
judge (GError *error)
{
  if (error->domain != SIGNALR_ERROR)
    return error;

  if (is_of_gateway (signalr_error_get_status (error)))
    signalr_error_set_delivery (error, SIGNALR_DELIVERY_UNKNOWN);
  else if (signalr_error_get_status (error) != 0)
    signalr_error_set_delivery (error, SIGNALR_DELIVERY_FAILED);
  else if (error->code != SIGNALR_ERROR_REFUSED &&
           error->code != SIGNALR_ERROR_NAME_NOT_RESOLVED &&
           error->code != SIGNALR_ERROR_UNREACHABLE)
    signalr_error_set_delivery (error, SIGNALR_DELIVERY_UNKNOWN);

  return error;
}

static void
post_letter (Letter *letter)
{
  SignalrPoster *self = letter->poster;
  g_autoptr (SoupMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  message = signalr_courier_make (self->courier, self->dialogue, SIGNALR_REQUEST_SEND,
                                  self->transport, letter->body, &error);
  if (message == NULL)
    {
      g_task_report_error (NULL, fetch_cb, letter, signalr_courier_fetch_async,
                           g_steal_pointer (&error));
      return;
    }

  signalr_courier_fetch_async (self->courier, message,
                               signalr_courier_get_max_size (self->courier), self->cancellable,
                               fetch_cb, letter);
}

static void
finish_letter (Letter       *letter,
               GBytes       *answer,
               const GError *error)
{
  SignalrPoster *self = letter->poster;
  gboolean is_newest = self->newest == letter;

  self->n_on_the_way--;
  self->n_bytes -= g_bytes_get_size (letter->body);
  self->n_messages -= letter->n_messages;
  if (is_newest)
    self->newest = NULL;

  if (error != NULL)
    self->events->failed (letter->id, error, self->user_data);
  else if (g_bytes_get_size (answer) > 0)
    self->events->answered (answer, self->user_data);

  if (self->events != NULL && (is_newest || self->n_on_the_way == 0))
    send_next (self);
}

static void
renew_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (Letter) letter = user_data;
  SignalrPoster *self = letter->poster;
  g_autoptr (GError) error = NULL;

  if (!signalr_courier_renew_finish (self->courier, result, &error))
    {
      if (self->events != NULL)
        finish_letter (letter, NULL, error);
      return;
    }

  if (self->events != NULL)
    post_letter (g_steal_pointer (&letter));
}

static void
fetch_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (Letter) letter = user_data;
  SignalrPoster *self = letter->poster;
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GError) error = NULL;

  answer = signalr_courier_fetch_finish (self->courier, result, &error);
  if (self->events == NULL)
    return;

  if (g_error_matches (error, SIGNALR_ERROR, SIGNALR_ERROR_UNAUTHORIZED) && !letter->renewed &&
      signalr_courier_can_renew (self->courier))
    {
      letter->renewed = TRUE;
      signalr_courier_renew_async (self->courier, self->cancellable, renew_cb,
                                   g_steal_pointer (&letter));
      return;
    }

  finish_letter (letter, answer, error != NULL ? judge (error) : NULL);
}

/* Where the server only takes what is sent, all that waits may go together. */
static Letter *
take_letter (SignalrPoster *self)
{
  Letter *letter = g_queue_pop_head (&self->letters);
  g_autoptr (GByteArray) joined = NULL;

  if (!self->dialogue->dialect->joins_sends || g_queue_is_empty (&self->letters))
    return letter;

  joined = g_bytes_unref_to_array (g_steal_pointer (&letter->body));
  while (!g_queue_is_empty (&self->letters))
    {
      g_autoptr (Letter) next = g_queue_pop_head (&self->letters);

      g_byte_array_append (joined, g_bytes_get_data (next->body, NULL),
                           g_bytes_get_size (next->body));
      letter->n_messages += next->n_messages;
    }
  letter->body = g_byte_array_free_to_bytes (g_steal_pointer (&joined));

  return letter;
}

/* Nothing would be sent any more behind what a hung server does not take. */
static gboolean
overdue_cb (gpointer user_data)
{
  SignalrPoster *self = g_rc_box_acquire (user_data);
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->patience, g_source_unref);
  error = g_error_new (SIGNALR_ERROR, SIGNALR_ERROR_TIMED_OUT,
                       "The server did not take in time what was sent");
  signalr_error_set_delivery (error, SIGNALR_DELIVERY_UNKNOWN);
  self->events->failed (NULL, error, self->user_data);
  g_rc_box_release_full (self, (GDestroyNotify) signalr_poster_clear);

  return G_SOURCE_REMOVE;
}

static void
send_next (SignalrPoster *self)
{
  Letter *letter;

  stop_waiting (self);
  if (g_queue_is_empty (&self->letters))
    return;

  letter = take_letter (self);
  self->n_on_the_way++;
  self->newest = letter;
  post_letter (letter);
  if (self->dialogue->dialect->joins_sends && self->limit != SIGNALR_NEVER)
    wait_for (self, self->limit / 1000, overdue_cb);
  else if (!self->dialogue->dialect->joins_sends && !g_queue_is_empty (&self->letters))
    be_patient (self);
}

void
signalr_poster_post (SignalrPoster *self,
                     GBytes        *message,
                     const char    *id)
{
  Letter *letter = g_new0 (Letter, 1);

  letter->poster = g_rc_box_acquire (self);
  letter->body = g_bytes_ref (message);
  letter->id = g_strdup (id);
  letter->n_messages = 1;
  g_queue_push_tail (&self->letters, letter);
  self->n_bytes += g_bytes_get_size (message);
  self->n_messages++;

  if (self->n_on_the_way == 0)
    send_next (self);
  else if (!self->dialogue->dialect->joins_sends && self->patience == NULL)
    be_patient (self);
}

gsize
signalr_poster_get_unsent (SignalrPoster *self,
                           guint         *n_messages)
{
  *n_messages = self->n_messages;

  return self->n_bytes;
}
