/* line.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "line-private.h"

#include "carrier-private.h"
#include "http-private.h"
#include "lifetime-private.h"
#include "negotiate-private.h"
#include "signalr-error-private.h"
#include "transport-choice-private.h"

#define MAX_MESSAGE_SIZE (64 * 1024 * 1024)
#define MAX_ANSWER_SIZE  65536
#define MAX_UNSENT_BYTES (16 * 1024 * 1024)
#define MAX_UNSENT       1000
#define MAX_HELD         10000
#define DEFAULT_ATTEMPT  (10 * G_USEC_PER_SEC)

struct _SignalrLine {
  const SignalrConnectionSettings *settings;
  SoupSession                     *session;
  GMainContext                    *context;
  const SignalrLineEvents         *events;       /* NULL once hung up */
  gpointer                         user_data;

  GStrv                            hubs;         /* NULL: a raw connection */
  char                            *query;
  GCancellable                    *cancellable;  /* of what is under way */
  SignalrDialogue                 *dialogue;     /* NULL before negotiate was answered */
  SignalrCarrier                  *carrier;
  SignalrTransport                 candidates[SIGNALR_N_TRANSPORTS];
  guint                            n_candidates;
  guint                            candidate;    /* the one in use */
  GQueue                           held;         /* what came before the line was ready */
  guint                            epoch;        /* changes when the owner gives something up */
  gboolean                         opened;
  gboolean                         starting;     /* too late for another transport */
  gboolean                         resuming;
  gboolean                         ready;
  gboolean                         known;        /* the server may have heard of the connection */
  gboolean                         closing;      /* to say goodbye */
  gboolean                         telling;      /* so by a request */
};

static void process        (SignalrLine  *self,
                            GQueue       *incoming,
                            GError       *error);
static void next_transport (SignalrLine  *self,
                            const GError *error);

static void
signalr_line_clear (SignalrLine *self)
{
  g_object_unref (self->session);
  g_main_context_unref (self->context);
  g_strfreev (self->hubs);
  g_free (self->query);
  g_object_unref (self->cancellable);
}

static void
signalr_line_unref (SignalrLine *self)
{
  g_rc_box_release_full (self, (GDestroyNotify) signalr_line_clear);
}

static void
clear_held (SignalrLine *self)
{
  g_queue_clear_full (&self->held, (GDestroyNotify) signalr_incoming_free);
}

static gint64
attempt_limit (SignalrLine *self)
{
  guint limit = self->settings->attempt_timeout;

  if (limit == SIGNALR_TIMEOUT_NONE)
    return SIGNALR_NEVER;

  return limit != SIGNALR_TIMEOUT_DEFAULT ? (gint64) limit * 1000 : DEFAULT_ATTEMPT;
}

SignalrLine *
signalr_line_new (const SignalrConnectionSettings *settings,
                  GMainContext                    *context,
                  const SignalrLineEvents         *events,
                  gpointer                         user_data)
{
  SignalrLine *self = g_rc_box_new0 (SignalrLine);

  self->settings = settings;
  self->session = g_object_ref (settings->session);
  self->context = g_main_context_ref (context);
  self->events = events;
  self->user_data = user_data;
  self->cancellable = g_cancellable_new ();
  g_queue_init (&self->held);

  return self;
}

/* Requests. */

/* The token of the application is for its own server, that of a redirect for
 * where it leads; headers that the application set may be secret as well.
 */
static void
dress (SoupMessage *message,
       const char  *url,
       const char  *token,
       gpointer     user_data)
{
  SignalrLine *self = user_data;
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);
  gboolean at_home = signalr_url_same_origin (url, self->settings->url);
  SoupMessageHeadersIter iter;
  const char *name, *value;

  soup_message_headers_replace (headers, "X-Requested-With", "XMLHttpRequest");

  soup_message_headers_iter_init (&iter, self->settings->headers);
  while (soup_message_headers_iter_next (&iter, &name, &value))
    {
      if (at_home || (g_ascii_strcasecmp (name, "Authorization") != 0 &&
                      g_ascii_strcasecmp (name, "Cookie") != 0))
        soup_message_headers_replace (headers, name, value);
    }

  if (token == NULL && at_home)
    token = self->settings->access_token;
  if (token != NULL && *token != '\0')
    {
      g_autofree char *bearer = g_strconcat ("Bearer ", token, NULL);

      soup_message_headers_replace (headers, "Authorization", bearer);
    }
}

static SoupMessage *
make_request (SignalrRequestKind   kind,
              GBytes              *payload,
              GError             **error,
              gpointer             user_data)
{
  SignalrLine *self = user_data;
  g_auto (SignalrRequest) request = { 0 };
  SoupMessage *message;

  if (!self->dialogue->dialect->request (self->dialogue, kind, signalr_line_get_transport (self),
                                         payload, &request))
    {
      g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_PROTOCOL,
                           "The protocol has no such request");
      return NULL;
    }

  message = signalr_http_message_new (request.method, request.url, error);
  if (message == NULL)
    return NULL;

  if (request.body != NULL)
    soup_message_set_request_body_from_bytes (message, request.content_type, request.body);
  else if (g_strcmp0 (request.method, "POST") == 0)
    soup_message_headers_set_content_length (soup_message_get_request_headers (message), 0);
  dress (message, request.url, self->dialogue->negotiated->access_token, self);

  return message;
}

typedef struct {
  SignalrLine *line;
  SoupMessage *message;
} LineRequest;

static LineRequest *
line_request_new (SignalrLine *line,
                  SoupMessage *message)
{
  LineRequest *request = g_new (LineRequest, 1);

  request->line = g_rc_box_acquire (line);
  request->message = message;

  return request;
}

static void
line_request_free (LineRequest *request)
{
  signalr_line_unref (request->line);
  g_object_unref (request->message);
  g_free (request);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LineRequest, line_request_free)

/* Telling the owner. Whatever is told may make the owner give everything up. */

static void
tell_failed (SignalrLine  *self,
             const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (self->events != NULL)
    self->events->failed (error, self->user_data);
}

static void
tell_step (SignalrLine *self,
           gint64       limit)
{
  if (self->events != NULL)
    self->events->step (limit, self->user_data);
}

static void
tell_said_goodbye (SignalrLine *self)
{
  if (self->events != NULL && self->closing)
    self->events->said_goodbye (self->user_data);
}

static void
negotiate_request_cb (gpointer user_data)
{
  SignalrLine *self = user_data;

  tell_step (self, attempt_limit (self));
}

/* Giving up. */

/* Whatever it answers, and be it nothing: it was told. */
static void
farewell_fetch_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (LineRequest) request = user_data;
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GError) error = NULL;

  body = signalr_http_fetch_finish (result, &error);
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    tell_said_goodbye (request->line);
}

/* Whether the server is told by a request of its own. */
static gboolean
send_farewell (SignalrLine  *self,
               GCancellable *cancellable)
{
  SoupMessage *message = NULL;

  if (self->known)
    message = make_request (SIGNALR_REQUEST_FAREWELL, NULL, NULL, self);
  if (message == NULL)
    return FALSE;

  signalr_http_fetch_async (self->session, message, MAX_ANSWER_SIZE, cancellable,
                            farewell_fetch_cb, line_request_new (self, message));

  return TRUE;
}

void
signalr_line_hang_up (SignalrLine *self)
{
  self->events = NULL;
  signalr_line_forget (self);
  signalr_line_unref (self);
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
    send_farewell (self, NULL);

  give_up_requests (self);
  self->opened = self->starting = self->resuming = self->ready = FALSE;
  self->closing = self->telling = FALSE;

  if (self->carrier != NULL)
    signalr_carrier_drop (self->carrier);
  g_clear_object (&self->carrier);
  clear_held (self);
}

void
signalr_line_forget (SignalrLine *self)
{
  signalr_line_drop (self);

  if (self->dialogue != NULL)
    self->dialogue->dialect->close (self->dialogue);
  self->dialogue = NULL;
  self->n_candidates = self->candidate = 0;
  self->known = FALSE;
}

/* Talking. */

static void
send_bytes (SignalrLine *self,
            GBytes      *bytes)
{
  signalr_carrier_send (self->carrier, bytes);
  if (self->events != NULL)
    self->events->sent (self->user_data);
}

static void
start_fetch_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (LineRequest) request = user_data;
  SignalrLine *self = request->line;
  g_autoptr (GBytes) body = NULL;
  GQueue incoming = G_QUEUE_INIT;
  GError *error = NULL;

  body = signalr_http_fetch_finish (result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_error_free (error);
      return;
    }

  if (body != NULL)
    error = signalr_http_check_status (request->message, body);
  if (error == NULL)
    self->dialogue->dialect->started (self->dialogue, body, &incoming, &error);
  process (self, &incoming, error);
}

static void
send_start (SignalrLine *self)
{
  GError *error = NULL;
  SoupMessage *message;

  self->starting = TRUE;
  tell_step (self, attempt_limit (self));

  message = make_request (SIGNALR_REQUEST_START, NULL, &error, self);
  if (message == NULL)
    {
      tell_failed (self, error);
      g_error_free (error);
      return;
    }

  signalr_http_fetch_async (self->session, message, MAX_ANSWER_SIZE, self->cancellable,
                            start_fetch_cb, line_request_new (self, message));
}

static void
become_ready (SignalrLine *self)
{
  guint epoch = self->epoch;
  SignalrIncoming *news;

  self->ready = TRUE;
  if (self->events != NULL)
    self->events->ready (self->resuming, self->user_data);

  while (self->epoch == epoch && (news = g_queue_pop_head (&self->held)) != NULL)
    {
      self->events->incoming (news, self->user_data);
      signalr_incoming_free (news);
    }
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
  tell_failed (self, error);
}

static void
take (SignalrLine     *self,
      SignalrIncoming *news)
{
  g_autoptr (SignalrIncoming) owned = news;

  switch (news->kind)
    {
    case SIGNALR_INCOMING_REPLY:
      send_bytes (self, news->bytes);
      break;

    case SIGNALR_INCOMING_START:
      send_start (self);
      break;

    case SIGNALR_INCOMING_READY:
      become_ready (self);
      break;

    case SIGNALR_INCOMING_SHUTDOWN:
      self->events->shutdown (news->error, self->user_data);
      break;

    case SIGNALR_INCOMING_END:
      self->events->ended (news->error, self->user_data);
      break;

    case SIGNALR_INCOMING_INVOCATION:
    case SIGNALR_INCOMING_RESULT:
    case SIGNALR_INCOMING_ITEM:
    case SIGNALR_INCOMING_PROGRESS:
    case SIGNALR_INCOMING_MESSAGE:
    default:
      if (self->ready)
        self->events->incoming (news, self->user_data);
      else
        hold (self, g_steal_pointer (&owned));
    }
}

/* Whatever the owner is told may make it give everything up: then the rest of
 * @incoming is for nobody. @error: (transfer full) (nullable): came behind it
 */
static void
process (SignalrLine *self,
         GQueue      *incoming,
         GError      *error)
{
  guint epoch = self->epoch;
  SignalrIncoming *news;

  g_rc_box_acquire (self);

  while (self->epoch == epoch && (news = g_queue_pop_head (incoming)) != NULL)
    take (self, news);
  g_queue_clear_full (incoming, (GDestroyNotify) signalr_incoming_free);

  if (error != NULL && self->epoch == epoch)
    tell_failed (self, error);
  g_clear_error (&error);

  signalr_line_unref (self);
}

/* What the carrier tells. */

static void
carrier_opened_cb (gpointer user_data)
{
  SignalrLine *self = user_data;
  const SignalrDialectTable *dialect = self->dialogue->dialect;
  GQueue incoming = G_QUEUE_INIT;

  self->opened = self->known = TRUE;
  if (!self->resuming && dialect->handshake != SIGNALR_NEVER)
    tell_step (self, dialect->handshake);

  dialect->opened (self->dialogue, signalr_line_get_transport (self), self->resuming, &incoming);
  process (self, &incoming, NULL);
}

static void
carrier_activity_cb (gpointer user_data)
{
  SignalrLine *self = user_data;

  self->events->activity (self->user_data);
}

static void
carrier_message_cb (GBytes   *message,
                    gpointer  user_data)
{
  SignalrLine *self = user_data;
  GQueue incoming = G_QUEUE_INIT;
  GError *error = NULL;

  if (self->closing)
    return;

  if (!self->dialogue->dialect->decode (self->dialogue, message, &incoming, &error) &&
      g_error_matches (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA))
    g_prefix_error (&error, "%s sent what cannot be read: ", self->dialogue->negotiated->url);
  process (self, &incoming, error);
}

/* With these another transport would fail the same way. */
static gboolean
is_no_fault_of_transport (const GError *error)
{
  return g_error_matches (error, SIGNALR_ERROR, SIGNALR_ERROR_NAME_NOT_RESOLVED) ||
         g_error_matches (error, SIGNALR_ERROR, SIGNALR_ERROR_REFUSED) ||
         g_error_matches (error, SIGNALR_ERROR, SIGNALR_ERROR_UNREACHABLE) ||
         g_error_matches (error, SIGNALR_ERROR, SIGNALR_ERROR_TLS) ||
         g_error_matches (error, SIGNALR_ERROR, SIGNALR_ERROR_UNAUTHORIZED) ||
         g_error_matches (error, SIGNALR_ERROR, SIGNALR_ERROR_FORBIDDEN);
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
  else if (self->ready || self->starting || self->resuming || is_no_fault_of_transport (error))
    tell_failed (self, error);
  else
    next_transport (self, error);

  signalr_line_unref (self);
}

static const SignalrCarrierEvents carrier_events = {
  .opened = carrier_opened_cb,
  .activity = carrier_activity_cb,
  .message = carrier_message_cb,
  .closed = carrier_closed_cb,
  .request = make_request,
};

/* Attempts. */

static void
open_carrier (SignalrLine        *self,
              SignalrRequestKind  kind,
              gint64              limit)
{
  SignalrCarrierSetup setup = {
    .session = self->session,
    .context = self->context,
    .max_size = MAX_MESSAGE_SIZE,
    .binary = self->settings->encoding == SIGNALR_ENCODING_MESSAGEPACK,
    .events = &carrier_events,
    .user_data = self,
  };

  signalr_line_drop (self);
  self->resuming = kind == SIGNALR_REQUEST_RESUME;
  self->carrier = signalr_carrier_new (self->candidates[self->candidate], &setup);
  tell_step (self, limit);
  signalr_carrier_open (self->carrier, kind);
}

/* The server says how long it thinks a transport needs; the last one has as long
 * as any attempt.
 */
static void
try_candidate (SignalrLine *self)
{
  gint64 limit = attempt_limit (self);

  if (self->candidate + 1 < self->n_candidates)
    limit = MIN (limit, self->dialogue->negotiated->transport_connect);
  open_carrier (self, SIGNALR_REQUEST_RECEIVE, limit);
}

static void
next_transport (SignalrLine  *self,
                const GError *error)
{
  if (self->candidate + 1 >= self->n_candidates)
    {
      tell_failed (self, error);
      return;
    }

  g_debug ("%s did not work, trying %s: %s",
           signalr_transport_to_string (self->candidates[self->candidate]),
           signalr_transport_to_string (self->candidates[self->candidate + 1]), error->message);
  self->candidate++;
  try_candidate (self);
}

static void
negotiate_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  SignalrLine *self = user_data;
  g_autoptr (SignalrNegotiated) negotiated = NULL;
  g_autoptr (GError) error = NULL;

  negotiated = signalr_negotiate_finish (result, &error);
  if (negotiated != NULL)
    {
      SignalrDialogueOptions options = {
        .hubs = (const char * const *) self->hubs,
        .encoding = self->settings->encoding,
        .max_size = MAX_MESSAGE_SIZE,
      };
      const SignalrDialectTable *dialect = negotiated->dialect;

      guint offered = negotiated->transports & dialect->transports;

      if (options.encoding == SIGNALR_ENCODING_MESSAGEPACK)
        offered &= negotiated->binary_transports;
      self->dialogue = dialect->open (g_steal_pointer (&negotiated), &options);
      self->candidate = 0;
      self->n_candidates = signalr_transport_choose ((const char * const *) self->settings->transports,
                                                     offered, self->candidates, &error);
      if (self->n_candidates > 0)
        try_candidate (self);
    }

  if (error != NULL)
    tell_failed (self, error);
  signalr_line_unref (self);
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
    .dress = dress,
    .request = negotiate_request_cb,
    .user_data = self,
  };

  g_free (self->query);
  self->query = build_query (self->settings->query);
  setup.query = self->query;

  signalr_negotiate_async (&setup, self->session, self->cancellable, negotiate_cb,
                           g_rc_box_acquire (self));
}

void
signalr_line_dial (SignalrLine        *self,
                   const char * const *hubs)
{
  signalr_line_forget (self);
  g_strfreev (self->hubs);
  self->hubs = g_strdupv ((char **) hubs);
  negotiate (self);
}

void
signalr_line_redial (SignalrLine *self)
{
  if (self->dialogue != NULL && self->dialogue->dialect->can_resume (self->dialogue))
    {
      open_carrier (self, SIGNALR_REQUEST_RESUME, attempt_limit (self));
      return;
    }

  signalr_line_forget (self);
  negotiate (self);
}

void
signalr_line_cut_step_short (SignalrLine *self)
{
  g_autofree char *shown = signalr_url_to_display (self->settings->url);
  g_autoptr (GError) error = NULL;

  error = g_error_new (SIGNALR_ERROR, SIGNALR_ERROR_TIMED_OUT, "%s did not answer in time", shown);

  if (self->carrier != NULL && !self->ready && !self->starting && !self->resuming)
    next_transport (self, error);
  else
    tell_failed (self, error);
}

/* Goodbye. */

static gboolean
said_goodbye_idle_cb (gpointer user_data)
{
  tell_said_goodbye (user_data);

  return G_SOURCE_REMOVE;
}

static void
close_carrier (SignalrLine *self)
{
  g_autoptr (GBytes) record = self->dialogue->dialect->farewell_record (self->dialogue);

  if (record != NULL)
    signalr_carrier_send (self->carrier, record);
  signalr_carrier_close (self->carrier);
}

void
signalr_line_say_goodbye (SignalrLine *self)
{
  g_autoptr (GSource) source = NULL;

  if (self->opened)
    give_up_requests (self);
  else
    signalr_line_drop (self);

  self->closing = TRUE;
  self->starting = FALSE;
  if (self->opened)
    close_carrier (self);
  self->telling = send_farewell (self, self->cancellable);
  if (self->opened || self->telling)
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
signalr_line_ping (SignalrLine *self)
{
  g_autoptr (GBytes) record = self->dialogue->dialect->ping_record (self->dialogue);

  if (record != NULL)
    send_bytes (self, record);
}

void
signalr_line_probe (SignalrLine *self)
{
  signalr_line_ping (self);
  signalr_carrier_probe (self->carrier);
}

gboolean
signalr_line_send (SignalrLine            *self,
                   const SignalrOutgoing  *outgoing,
                   GError                **error)
{
  g_autoptr (GBytes) bytes = NULL;
  guint n_unsent;

  g_return_val_if_fail (self->carrier != NULL, FALSE);

  bytes = self->dialogue->dialect->encode (self->dialogue, outgoing, error);
  if (bytes == NULL)
    return FALSE;

  if (signalr_carrier_get_unsent (self->carrier, &n_unsent) > MAX_UNSENT_BYTES ||
      n_unsent > MAX_UNSENT)
    {
      g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_QUEUE_FULL,
                           "Too much is waiting to be sent already");
      return FALSE;
    }

  send_bytes (self, bytes);

  return TRUE;
}

const SignalrNegotiated *
signalr_line_get_negotiated (SignalrLine *self)
{
  return self->dialogue != NULL ? self->dialogue->negotiated : NULL;
}

SignalrTransport
signalr_line_get_transport (SignalrLine *self)
{
  return self->n_candidates > 0 ? self->candidates[self->candidate] : SIGNALR_TRANSPORT_NONE;
}
