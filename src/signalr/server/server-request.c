/* server-request.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "server-request-private.h"

#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "server-admission-private.h"
#include "signalr-caller-private.h"

#define TOO_MANY_REQUESTS 429
/* How long a request waits for its answer before it leaves HTTP. Longer than between
 * two messages of a lively talk: leaving and coming back cost as much as a connection.
 */
#define PATIENCE (G_USEC_PER_SEC / 2)
/* How many may have such patience: beyond, the loop is slower by what they cost than by
 * their leaving. That does not wait for a loop that has time.
 */
#define MAX_PATIENT 100

#define COUNTED_KEY "signalr-counted"
#define WEB_SOCKET_GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

SignalrRequest *
signalr_request_new (SignalrHost       *host,
                     SoupServerMessage *message,
                     GHashTable        *query)
{
  SignalrRequest *self = g_rc_box_new0 (SignalrRequest);
  const char *path = g_uri_get_path (soup_server_message_get_uri (message));

  self->watch.fd = -1;
  self->host = signalr_host_ref (host);
  self->message = g_object_ref (message);
  self->path = g_uri_unescape_string (path, NULL);
  if (self->path == NULL || !g_utf8_validate (self->path, -1, NULL))
    {
      g_free (self->path);
      self->path = g_utf8_make_valid (path, -1);
    }
  if (query != NULL)
    self->query = g_hash_table_ref (query);

  host->n_requests++;
  g_object_set_data (G_OBJECT (message), COUNTED_KEY, GINT_TO_POINTER (TRUE));

  return self;
}

void
signalr_request_discount (SignalrHost       *host,
                          SoupServerMessage *message)
{
  if (g_object_steal_data (G_OBJECT (message), COUNTED_KEY) != NULL)
    signalr_host_finish_request (host);
}

SignalrRequest *
signalr_request_ref (SignalrRequest *self)
{
  return g_rc_box_acquire (self);
}

/* All that is not needed for the answer. */
static void
signalr_request_forget (SignalrRequest *self)
{
  if (self->message != NULL)
    {
      g_clear_signal_handler (&self->finished_id, self->message);
      g_clear_signal_handler (&self->wrote_head_id, self->message);
    }
  g_clear_object (&self->message);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->user, g_free);
  g_clear_pointer (&self->query, g_hash_table_unref);
}

static void
signalr_request_clear (gpointer data)
{
  SignalrRequest *self = data;

  signalr_request_watch (self, NULL, NULL);
  signalr_request_forget (self);
  g_clear_pointer (&self->parking, signalr_parking_free);
  signalr_host_unref (self->host);
}

void
signalr_request_unref (SignalrRequest *self)
{
  g_rc_box_release_full (self, signalr_request_clear);
}

const char *
signalr_request_get_method (SignalrRequest *self)
{
  return soup_server_message_get_method (self->message);
}

const char *
signalr_request_get_header (SignalrRequest *self,
                            const char     *name)
{
  return soup_message_headers_get_one (soup_server_message_get_request_headers (self->message), name);
}

const char *
signalr_request_get_query_text (SignalrRequest *self)
{
  return g_uri_get_query (soup_server_message_get_uri (self->message));
}

const char *
signalr_request_get_query (SignalrRequest *self,
                           const char     *name)
{
  GHashTableIter iter;
  gpointer key, value;

  if (self->query == NULL)
    return NULL;

  g_hash_table_iter_init (&iter, self->query);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      if (g_ascii_strcasecmp (key, name) == 0)
        return value;
    }

  return NULL;
}

const char *
signalr_request_get_token (SignalrRequest *self)
{
  const char *authorization = signalr_request_get_header (self, "Authorization");

  if (authorization != NULL && g_ascii_strncasecmp (authorization, "Bearer ", strlen ("Bearer ")) == 0)
    return authorization + strlen ("Bearer ");

  return signalr_request_get_query (self, "access_token");
}

static G_DEFINE_QUARK (signalr-request-expiry, expiry)

void
signalr_request_set_expiry (SoupServerMessage *message,
                            gint64             deadline)
{
  g_object_set_qdata_full (G_OBJECT (message), expiry_quark (), g_memdup2 (&deadline, sizeof deadline), g_free);
}

gint64
signalr_request_get_expiry (SignalrRequest *self)
{
  gint64 *deadline = g_object_get_qdata (G_OBJECT (self->message), expiry_quark ());

  return deadline != NULL ? *deadline : SIGNALR_NEVER;
}

void
signalr_request_set_header (SignalrRequest *self,
                            const char     *name,
                            const char     *value)
{
  soup_message_headers_replace (soup_server_message_get_response_headers (self->message), name, value);
}

void
signalr_request_introduce (SignalrRequest    *self,
                           SignalrCaller     *caller,
                           SignalrMapOptions *options)
{
  gboolean keep;

  signalr_caller_set_request (caller, self->user, signalr_request_get_query_text (self));

  g_object_get (options, "keep-requests", &keep, NULL);
  if (keep)
    signalr_caller_set_details (caller, self->path,
                                soup_server_message_get_request_headers (self->message),
                                soup_server_message_get_local_address (self->message),
                                soup_server_message_get_remote_address (self->message));
}

GBytes *
signalr_request_get_body (SignalrRequest *self)
{
  return soup_message_body_flatten (soup_server_message_get_request_body (self->message));
}

gsize
signalr_request_get_length (SignalrRequest *self)
{
  return soup_server_message_get_request_body (self->message)->length;
}

/* Whether the client is still there to be answered. */
static gboolean
signalr_request_is_open (SignalrRequest *self)
{
  return self->parking != NULL || !self->held || self->finished_id != 0;
}

static void
signalr_request_finished_cb (SoupServerMessage *message,
                             gpointer           user_data)
{
  SignalrRequest *self = user_data;

  g_clear_signal_handler (&self->finished_id, message);
}

/* The answer is whole: now it is for the client to read it. */
static void
signalr_request_let_go (SignalrRequest *self)
{
  SignalrAdmission *admission = signalr_admission_get (self->message);

  signalr_request_watch (self, NULL, NULL);
  if (admission != NULL)
    signalr_admission_expect (admission, SIGNALR_ANSWER_TIMEOUT);
  if (!self->held)
    return;

  g_clear_signal_handler (&self->finished_id, self->message);
  g_clear_signal_handler (&self->wrote_head_id, self->message);
  self->held = FALSE;
  soup_server_message_unpause (self->message);
}

void
signalr_request_answer_bytes (SignalrRequest *self,
                              guint           status,
                              const char     *type,
                              GBytes         *body)
{
  if (!signalr_request_is_open (self))
    return;

  if (self->parking != NULL)
    {
      signalr_parking_answer (g_steal_pointer (&self->parking), status, type, body);
      return;
    }

  soup_server_message_set_status (self->message, status, NULL);
  if (type != NULL)
    signalr_request_set_header (self, "Content-Type", type);
  if (body != NULL)
    soup_message_body_append_bytes (soup_server_message_get_response_body (self->message), body);

  signalr_request_let_go (self);
}

void
signalr_request_answer (SignalrRequest *self,
                        guint           status,
                        const char     *type,
                        const char     *body)
{
  g_autoptr (GBytes) bytes = NULL;

  if (body != NULL)
    bytes = g_bytes_new (body, strlen (body));
  signalr_request_answer_bytes (self, status, type, bytes);
}

const char *
signalr_request_get_address (SignalrRequest *self)
{
  SignalrAdmission *admission = signalr_admission_get (self->message);

  return admission != NULL ? signalr_admission_get_address (admission) : "";
}

gboolean
signalr_request_refuse_full (SignalrRequest *self)
{
  if (signalr_door_has_room (self->host->door, signalr_request_get_address (self), SIGNALR_DOOR_CONNECTION))
    return FALSE;

  signalr_request_answer (self, SOUP_STATUS_SERVICE_UNAVAILABLE, NULL, NULL);

  return TRUE;
}

void
signalr_request_answer_too_often (SignalrRequest *self)
{
  signalr_request_set_header (self, "Retry-After", "1");
  signalr_request_answer (self, TOO_MANY_REQUESTS, NULL, NULL);
}

gboolean
signalr_request_refuse_often (SignalrRequest *self)
{
  if (signalr_door_take_request (self->host->door, signalr_request_get_address (self),
                                 signalr_heartbeat_now (self->host->loop->heartbeat)))
    return FALSE;

  signalr_request_answer_too_often (self);

  return TRUE;
}

gboolean
signalr_request_refuse_late (SignalrRequest *self)
{
  if (!self->host->stopping)
    return FALSE;

  signalr_request_set_header (self, "Connection", "close");
  signalr_request_answer (self, SOUP_STATUS_SERVICE_UNAVAILABLE, NULL, NULL);

  return TRUE;
}

void
signalr_request_hold (SignalrRequest *self)
{
  if (self->held)
    return;

  self->held = TRUE;
  self->finished_id = g_signal_connect (self->message, "finished",
                                        G_CALLBACK (signalr_request_finished_cb), self);
  soup_server_message_pause (self->message);
}

/* Once libsoup gets to the body it also ends it when it is to let go. */
static void
signalr_request_wrote_head_cb (SoupServerMessage *message,
                               gpointer           user_data)
{
  SignalrRequest *self = user_data;

  g_clear_signal_handler (&self->wrote_head_id, message);
  soup_server_message_pause (message);
}

void
signalr_request_begin (SignalrRequest *self,
                       const char     *type)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (self->message);

  signalr_request_hold (self);
  soup_server_message_set_status (self->message, SOUP_STATUS_OK, NULL);
  signalr_request_set_header (self, "Content-Type", type);
  soup_message_headers_set_encoding (headers, SOUP_ENCODING_CHUNKED);
  soup_message_body_set_accumulate (soup_server_message_get_response_body (self->message), FALSE);
  self->begun = TRUE;
  self->wrote_head_id = g_signal_connect (self->message, "wrote-headers",
                                          G_CALLBACK (signalr_request_wrote_head_cb), self);
  soup_server_message_unpause (self->message);
}

void
signalr_request_end (SignalrRequest *self,
                     const void     *data,
                     gsize           length)
{
  SoupMessageBody *body;

  if (!signalr_request_is_open (self))
    return;

  if (self->parking != NULL)
    {
      signalr_parking_end (g_steal_pointer (&self->parking), data, length);
      return;
    }

  body = soup_server_message_get_response_body (self->message);
  soup_message_body_append (body, SOUP_MEMORY_COPY, data, length);
  soup_message_body_complete (body);
  signalr_request_let_go (self);
}

static void
signalr_request_gone_cb (SignalrPolled *polled,
                         guint32        events)
{
  SignalrRequest *self = (SignalrRequest *) ((guint8 *) polled - G_STRUCT_OFFSET (SignalrRequest, watch));
  SignalrGoneFunc gone = self->gone;
  gpointer user_data = self->gone_data;

  signalr_request_watch (self, NULL, NULL);
  gone (user_data);
}

static void
signalr_request_parked_gone_cb (gpointer user_data)
{
  SignalrRequest *self = user_data;
  SignalrGoneFunc gone = g_steal_pointer (&self->gone);

  g_clear_pointer (&self->parking, signalr_parking_free);
  if (gone != NULL)
    gone (self->gone_data);
}

static void
signalr_request_be_patient (SignalrRequest *self)
{
  SignalrHeartbeat *heartbeat = self->host->loop->heartbeat;

  self->waiting.data = self;
  g_queue_push_tail_link (&self->host->waiting, &self->waiting);
  signalr_heartbeat_set (heartbeat, &self->patience, signalr_heartbeat_now (heartbeat) + PATIENCE);
}

static void
signalr_request_end_patience (SignalrRequest *self)
{
  signalr_heartbeat_set (self->host->loop->heartbeat, &self->patience, SIGNALR_NEVER);
  signalr_turn_remove (self->host->loop->turn, &self->leaving);
  if (self->waiting.data != NULL)
    g_queue_unlink (&self->host->waiting, &self->waiting);
  self->waiting.data = NULL;
}

static void
signalr_request_park (SignalrRequest *self)
{
  SignalrGoneFunc gone = self->gone;
  gpointer user_data = self->gone_data;
  SoupServerMessage *message = self->message;

  signalr_request_end_patience (self);
  if (self->host->stopping || self->finished_id == 0)
    return;

  if (self->wrote_head_id != 0)
    {
      signalr_request_be_patient (self);
      return;
    }

  signalr_request_watch (self, NULL, NULL);
  g_clear_signal_handler (&self->finished_id, message);
  self->parking = signalr_parking_new (self->host, message, self->begun,
                                       signalr_request_parked_gone_cb, self);
  signalr_request_discount (self->host, message);
  signalr_request_forget (self);

  if (self->parking == NULL)
    {
      gone (user_data);
      return;
    }

  self->gone = gone;
  self->gone_data = user_data;
}

static void
signalr_request_patience_cb (SignalrTimer *timer,
                             gint64        now)
{
  signalr_request_park ((SignalrRequest *) ((guint8 *) timer - G_STRUCT_OFFSET (SignalrRequest, patience)));
}

static void
signalr_request_leaving_cb (SignalrTask *task)
{
  signalr_request_park ((SignalrRequest *) ((guint8 *) task - G_STRUCT_OFFSET (SignalrRequest, leaving)));
}

void
signalr_request_write (SignalrRequest *self,
                       const void     *data,
                       gsize           length)
{
  if (self->parking != NULL)
    signalr_parking_write (self->parking, data, length);
}

/* libsoup does not look at the socket of a request that waits. The descriptor is
 * one of our own: that of the socket may be another's by the time we let go.
 */
void
signalr_request_watch (SignalrRequest  *self,
                       SignalrGoneFunc  gone,
                       gpointer         user_data)
{
  SignalrAdmission *admission;

  self->gone = NULL;
  signalr_request_end_patience (self);
  if (self->watch.fd >= 0)
    {
      signalr_poller_remove (self->host->loop->poller, &self->watch);
      close (self->watch.fd);
      self->watch.fd = -1;
    }

  if (gone == NULL || (admission = signalr_admission_get (self->message)) == NULL)
    return;

  self->gone = gone;
  self->gone_data = user_data;
  self->watch.func = signalr_request_gone_cb;
  self->watch.fd = signalr_admission_dup_fd (admission);
  if (self->watch.fd >= 0)
    signalr_poller_add (self->host->loop->poller, &self->watch, EPOLLRDHUP);

  self->patience.func = signalr_request_patience_cb;
  self->leaving.func = signalr_request_leaving_cb;
  signalr_request_be_patient (self);

  if (self->host->waiting.length > MAX_PATIENT)
    signalr_turn_add (self->host->loop->turn, &((SignalrRequest *) self->host->waiting.head->data)->leaving);
}

gboolean
signalr_request_is_upgrade (SignalrRequest *self)
{
  const char *upgrade = signalr_request_get_header (self, "Upgrade");

  return upgrade != NULL && soup_header_contains (upgrade, "websocket") &&
         soup_websocket_server_check_handshake (self->message, NULL, NULL, NULL, NULL);
}

/* A request on its way out of HTTP: libsoup is in the middle of it, so it is
 * taken from there when the loop gets to it.
 */
typedef struct {
  SignalrTask       task;
  SignalrRequest   *request;
  GBytes           *head;
  SignalrTakenFunc  func;
  gpointer          user_data;
} Taking;

static SignalrStream *
taking_steal (Taking *taking)
{
  SoupServerMessage *message = taking->request->message;
  SignalrHost *host = taking->request->host;
  SignalrAdmission *admission = signalr_admission_get (message);
  g_autoptr (GIOStream) stolen = NULL;
  g_autoptr (GError) error = NULL;
  SignalrStream *stream;

  if (host->stopping || taking->request->finished_id == 0)
    return NULL;

  g_clear_signal_handler (&taking->request->finished_id, message);
  signalr_request_discount (host, message);
  stolen = soup_server_message_steal_connection (message);
  if (stolen == NULL)
    return NULL;

  stream = signalr_stream_new (host->loop, stolen, host->max_unsent,
                               admission != NULL ? g_object_ref (G_OBJECT (admission)) : NULL, &error);
  if (stream == NULL)
    g_debug ("%s", error->message);
  else
    signalr_stream_send (stream, taking->head);

  return stream;
}

static void
taking_task_cb (SignalrTask *task)
{
  Taking *taking = (Taking *) ((guint8 *) task - G_STRUCT_OFFSET (Taking, task));

  taking->func (taking_steal (taking), taking->user_data);

  g_bytes_unref (taking->head);
  signalr_request_unref (taking->request);
  g_free (taking);
}

static void
signalr_request_take (SignalrRequest   *self,
                      GString          *head,
                      SignalrTakenFunc  func,
                      gpointer          user_data)
{
  Taking *taking = g_new0 (Taking, 1);

  signalr_request_hold (self);
  taking->task.func = taking_task_cb;
  taking->request = signalr_request_ref (self);
  taking->head = g_string_free_to_bytes (head);
  taking->func = func;
  taking->user_data = user_data;
  signalr_turn_add (self->host->loop->turn, &taking->task);
}

static void
append_header_cb (const char *name,
                  const char *value,
                  gpointer    user_data)
{
  g_string_append_printf (user_data, "%s: %s\r\n", name, value);
}

/* Those that were set so far, be it for CORS. */
static GString *
signalr_request_begin_head (SignalrRequest *self,
                            guint           status)
{
  GString *head = g_string_new (NULL);

  g_string_append_printf (head, "HTTP/1.1 %u %s\r\n", status, soup_status_get_phrase (status));
  soup_message_headers_foreach (soup_server_message_get_response_headers (self->message),
                                append_header_cb, head);

  return head;
}

void
signalr_request_upgrade (SignalrRequest   *self,
                         SignalrTakenFunc  func,
                         gpointer          user_data)
{
  const char *key = signalr_request_get_header (self, "Sec-WebSocket-Key");
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA1);
  g_autofree char *accept = NULL;
  GString *head;
  guint8 digest[20];
  gsize size = sizeof digest;

  g_checksum_update (checksum, (const guchar *) key, -1);
  g_checksum_update (checksum, (const guchar *) WEB_SOCKET_GUID, -1);
  g_checksum_get_digest (checksum, digest, &size);
  accept = g_base64_encode (digest, size);

  head = signalr_request_begin_head (self, SOUP_STATUS_SWITCHING_PROTOCOLS);
  g_string_append_printf (head,
                          "Upgrade: websocket\r\n"
                          "Connection: Upgrade\r\n"
                          "Sec-WebSocket-Accept: %s\r\n"
                          "\r\n", accept);

  signalr_request_take (self, head, func, user_data);
}

void
signalr_request_stream (SignalrRequest   *self,
                        SignalrTakenFunc  func,
                        gpointer          user_data)
{
  GString *head = signalr_request_begin_head (self, SOUP_STATUS_OK);

  g_string_append (head,
                   "Transfer-Encoding: chunked\r\n"
                   "Connection: close\r\n"
                   "\r\n");

  signalr_request_take (self, head, func, user_data);
}
