/* server-request.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "server-request-private.h"

#include <string.h>

#include "server-admission-private.h"

#define WEB_SOCKET_GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

SignalrRequest *
signalr_request_new (SignalrHost       *host,
                     SoupServerMessage *message,
                     GHashTable        *query)
{
  SignalrRequest *self = g_rc_box_new0 (SignalrRequest);
  const char *path = g_uri_get_path (soup_server_message_get_uri (message));

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

  return self;
}

SignalrRequest *
signalr_request_ref (SignalrRequest *self)
{
  return g_rc_box_acquire (self);
}

static void
signalr_request_clear (gpointer data)
{
  SignalrRequest *self = data;

  if (self->finished_id != 0)
    g_signal_handler_disconnect (self->message, self->finished_id);

  g_free (self->path);
  g_free (self->user);
  g_clear_pointer (&self->query, g_hash_table_unref);
  g_object_unref (self->message);
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

void
signalr_request_set_header (SignalrRequest *self,
                            const char     *name,
                            const char     *value)
{
  soup_message_headers_replace (soup_server_message_get_response_headers (self->message), name, value);
}

void
signalr_request_answer (SignalrRequest *self,
                        guint           status,
                        const char     *type,
                        const char     *body)
{
  if (self->held && self->finished_id == 0)
    return;

  soup_server_message_set_status (self->message, status, NULL);
  if (body != NULL)
    soup_message_body_append (soup_server_message_get_response_body (self->message),
                              SOUP_MEMORY_COPY, body, strlen (body));
  if (type != NULL)
    signalr_request_set_header (self, "Content-Type", type);

  if (self->held)
    {
      g_clear_signal_handler (&self->finished_id, self->message);
      self->held = FALSE;
      soup_server_message_unpause (self->message);
    }
}

static void
signalr_request_finished_cb (SoupServerMessage *message,
                             gpointer           user_data)
{
  SignalrRequest *self = user_data;

  g_clear_signal_handler (&self->finished_id, message);
}

void
signalr_request_hold (SignalrRequest *self)
{
  self->held = TRUE;
  self->finished_id = g_signal_connect (self->message, "finished",
                                        G_CALLBACK (signalr_request_finished_cb), self);
  soup_server_message_pause (self->message);
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
