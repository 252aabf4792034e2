/* peer.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "peer.h"

#include <gio/gnetworking.h>
#include <json-glib/json-glib.h>
#include <string.h>

#define SEPARATOR "\x1e"

static const char core_answer[] =
  "{%s\"negotiateVersion\":1,\"connectionId\":\"id-%u\",\"connectionToken\":\"token+%u\","
  "\"availableTransports\":[{\"transport\":\"WebSockets\",\"transferFormats\":[\"Text\",\"Binary\"]},"
  "{\"transport\":\"ServerSentEvents\",\"transferFormats\":[\"Text\"]},"
  "{\"transport\":\"LongPolling\",\"transferFormats\":[\"Text\",\"Binary\"]}]}";

static const char classic_answer[] =
  "{\"Url\":\"/hub\",\"ConnectionToken\":\"token+%u\",\"ConnectionId\":\"id-%u\","
  "\"KeepAliveTimeout\":20.0,\"DisconnectTimeout\":30.0,\"ConnectionTimeout\":110.0,"
  "\"TryWebSockets\":true,\"ProtocolVersion\":\"%s\",\"TransportConnectTimeout\":5.0,"
  "\"LongPollDelay\":0.0}";

/* The one encoding as the other. */
static GBytes *
binary_of (const char *text)
{
  g_autoptr (SignalrRecordReader) reader = signalr_record_reader_new (SIGNALR_ENCODING_JSON, G_MAXINT);
  g_autoptr (SignalrRecord) record = NULL;
  g_autoptr (GError) error = NULL;

  signalr_record_reader_push (reader, (const guint8 *) text, strlen (text), NULL);
  record = signalr_record_reader_next (reader, &error);
  g_assert_no_error (error);

  return signalr_record_encode (record, SIGNALR_ENCODING_MESSAGEPACK, NULL);
}

/* Those that count: the types 1 to 5. */
static gboolean
is_counted (const char *text)
{
  const char *type = strstr (text, "\"type\":");

  return type != NULL && type[strlen ("\"type\":")] <= '5';
}

static void
send_text (Peer       *peer,
           const char *text)
{
  g_autoptr (GBytes) bytes = NULL;

  if (soup_websocket_connection_get_state (peer->socket) != SOUP_WEBSOCKET_STATE_OPEN)
    return;

  if (peer->binary == NULL)
    {
      soup_websocket_connection_send_text (peer->socket, text);
    }
  else
    {
      /* The answer to the handshake is JSON, in a frame of the agreed kind. */
      bytes = g_str_equal (text, "{}" SEPARATOR) ? g_bytes_new (text, strlen (text))
                                                 : binary_of (text);
      soup_websocket_connection_send_message (peer->socket, SOUP_WEBSOCKET_DATA_BINARY, bytes);
    }
}

static void
stream_text (Peer       *peer,
             const char *text)
{
  SoupMessageBody *body = soup_server_message_get_response_body (peer->stream);
  char *framed;

  framed = peer->frames_scripts ? g_strdup_printf ("<script>r(c, %s);</script>\r\n", text)
                                : g_strdup_printf ("data: %s\r\n\r\n", text);
  soup_message_body_append (body, SOUP_MEMORY_TAKE, framed, strlen (framed));
  soup_server_message_unpause (peer->stream);
}

static void
answer_text (SoupServerMessage *message,
             const char        *type,
             const char        *text)
{
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (message, type, SOUP_MEMORY_COPY, text, strlen (text));
}

/* All that waits, in the answer to the poll that waits. */
static void
answer_poll (Peer *peer)
{
  g_autoptr (GString) body = g_string_new (NULL);

  if (peer->poll == NULL || g_queue_is_empty (&peer->unsent))
    return;

  do
    {
      g_autofree char *text = g_queue_pop_head (&peer->unsent);

      g_string_append (body, text);
    }
  while (peer->core && !g_queue_is_empty (&peer->unsent));

  if (peer->core)
    {
      answer_text (peer->poll, "application/octet-stream", body->str);
    }
  else
    {
      SoupMessageBody *response = soup_server_message_get_response_body (peer->poll);

      soup_message_body_append (response, SOUP_MEMORY_COPY, body->str, body->len);
      soup_message_body_complete (response);
    }
  soup_server_message_unpause (peer->poll);
  g_clear_object (&peer->poll);
}

void
peer_send (Peer       *peer,
           const char *text)
{
  char *record = g_strconcat (text, peer->core ? SEPARATOR : NULL, NULL);

  if (peer->stateful && is_counted (text))
    g_ptr_array_add (peer->kept, g_strdup (record));
  if (peer->socket != NULL)
    {
      send_text (peer, record);
      g_free (record);
    }
  else if (peer->stream != NULL)
    {
      stream_text (peer, record);
      g_free (record);
    }
  else
    {
      g_queue_push_tail (&peer->unsent, record);
      answer_poll (peer);
    }
}

void
peer_beat (Peer *peer)
{
  SoupMessageBody *body = soup_server_message_get_response_body (peer->poll);

  soup_message_body_append (body, SOUP_MEMORY_STATIC, " ", 1);
  soup_server_message_unpause (peer->poll);
}

static void
note_request (Peer              *peer,
              SoupServerMessage *message,
              const char        *path)
{
  const char *query = g_uri_get_query (soup_server_message_get_uri (message));

  g_ptr_array_add (peer->requests,
                   g_strdup_printf ("%s %s", soup_server_message_get_method (message), path));
  g_ptr_array_add (peer->queries, soup_form_decode (query != NULL ? query : ""));
  g_ptr_array_add (peer->headers,
                   soup_message_headers_ref (soup_server_message_get_request_headers (message)));
}

static void
send_shutdown (Peer *peer)
{
  if (peer->dies_silently)
    {
      peer_end (peer);
      return;
    }

  peer_send (peer, peer->core ? "{\"type\":7,\"allowReconnect\":true}"
                              : "{\"C\":\"d-8\",\"T\":1,\"M\":[{\"H\":\"ChatHub\",\"M\":\"last\",\"A\":[]}]}");
}

void
peer_end (Peer *peer)
{
  if (peer->socket != NULL)
    {
      soup_websocket_connection_close (peer->socket, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
    }
  else
    {
      soup_message_body_complete (soup_server_message_get_response_body (peer->stream));
      soup_server_message_unpause (peer->stream);
    }
}

/* Whether it goes. */
static gboolean
is_dying (Peer *peer)
{
  if (peer->n_dying == 0)
    return FALSE;

  peer->n_dying--;

  return TRUE;
}

static char *
answer_call (Peer       *peer,
             const char *id,
             const char *method,
             JsonNode   *args)
{
  g_autofree char *first = NULL;

  if (id == NULL || g_strcmp0 (method, "Hang") == 0 || g_strcmp0 (method, "Endless") == 0)
    return NULL;

  if (g_strcmp0 (method, "Sum") == 0)
    {
      g_free (peer->summing);
      peer->summing = g_strdup (id);
      peer->sum = 0;
      return NULL;
    }

  if (g_strcmp0 (method, "Count") == 0)
    return g_strdup_printf ("{\"type\":2,\"invocationId\":\"%1$s\",\"item\":1}" SEPARATOR
                            "{\"type\":2,\"invocationId\":\"%1$s\",\"item\":2}" SEPARATOR
                            "{\"type\":3,\"invocationId\":\"%1$s\"}", id);

  if (g_strcmp0 (method, "Fail") == 0)
    return g_strdup_printf (peer->core ? "{\"type\":3,\"invocationId\":\"%s\",\"error\":\"no\"}"
                                       : "{\"I\":\"%s\",\"E\":\"no\",\"H\":true,\"D\":{\"n\":7}}", id);

  first = json_to_string (json_array_get_element (json_node_get_array (args), 0), FALSE);

  return g_strdup_printf (peer->core ? "{\"type\":3,\"invocationId\":\"%s\",\"result\":%s}"
                                     : "{\"R\":%2$s,\"I\":\"%1$s\"}", id, first);
}

static char *
answer_stream_record (Peer       *peer,
                      JsonObject *object)
{
  switch (json_object_get_int_member (object, "type"))
    {
    case SIGNALR_RECORD_STREAM_ITEM:
      peer->sum += json_object_get_int_member (object, "item");
      return NULL;

    case SIGNALR_RECORD_COMPLETION:
      if (peer->summing == NULL)
        return NULL;
      return g_strdup_printf ("{\"type\":3,\"invocationId\":\"%s\",\"result\":%" G_GINT64_FORMAT "}",
                              peer->summing, peer->sum);

    case SIGNALR_RECORD_CANCEL_INVOCATION:
      return g_strdup_printf ("{\"type\":3,\"invocationId\":\"%s\"}",
                              json_object_get_string_member (object, "invocationId"));

    default:
      return NULL;
    }
}

/* Whether the record is new. */
static gboolean
take_number (Peer       *peer,
             JsonObject *object)
{
  gint64 type = json_object_get_int_member_with_default (object, "type", 0);
  gint64 number;

  if (type == SIGNALR_RECORD_SEQUENCE)
    peer->next_number = json_object_get_int_member (object, "sequenceId");
  if (type < SIGNALR_RECORD_INVOCATION || type > SIGNALR_RECORD_CANCEL_INVOCATION)
    return TRUE;

  number = peer->next_number++;
  if (number <= peer->latest)
    return FALSE;

  peer->latest = number;

  return TRUE;
}

/* (transfer full) (nullable): the answer */
static char *
take_record (Peer       *peer,
             const char *text)
{
  g_autoptr (JsonNode) root = json_from_string (text, NULL);
  JsonObject *object;

  g_ptr_array_add (peer->frames, g_strdup (text));
  if (peer->silent_sockets || root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return NULL;

  object = json_node_get_object (root);
  if (peer->stateful && !take_number (peer, object))
    return NULL;
  if (g_strcmp0 (json_object_get_string_member_with_default (object, "protocol", NULL),
                 "messagepack") == 0)
    peer->binary = signalr_record_reader_new (SIGNALR_ENCODING_MESSAGEPACK, G_MAXINT);
  if (json_object_has_member (object, "protocol"))
    return g_strdup (peer->handshake != NULL ? peer->handshake
                     : is_dying (peer) ? "{}" SEPARATOR "{\"type\":7,\"allowReconnect\":true}" : "{}");
  if (json_object_has_member (object, "target"))
    return answer_call (peer,
                        json_object_get_string_member_with_default (object, "invocationId", NULL),
                        json_object_get_string_member (object, "target"),
                        json_object_get_member (object, "arguments"));
  if (peer->core && json_object_get_int_member_with_default (object, "type", 0) > 1)
    return answer_stream_record (peer, object);
  if (json_object_has_member (object, "A"))
    return answer_call (peer,
                        json_object_get_string_member_with_default (object, "I", NULL),
                        json_object_get_string_member (object, "M"),
                        json_object_get_member (object, "A"));

  return NULL;
}

static void
take_records (Peer       *peer,
              const char *text)
{
  g_auto (GStrv) records = g_strsplit (text, SEPARATOR, -1);

  for (guint i = 0; records[i] != NULL; i++)
    {
      g_autofree char *answer = *records[i] != '\0' ? take_record (peer, records[i]) : NULL;
      g_auto (GStrv) parts = g_strsplit (answer != NULL ? answer : "", SEPARATOR, -1);

      for (guint j = 0; parts[j] != NULL; j++)
        peer_send (peer, parts[j]);
    }
}

static void
message_cb (SoupWebsocketConnection *socket,
            int                      type,
            GBytes                  *message,
            gpointer                 user_data)
{
  Peer *peer = user_data;
  g_autofree char *text = g_strndup (g_bytes_get_data (message, NULL), g_bytes_get_size (message));

  if (peer->binary == NULL)
    {
      take_records (peer, text);
      return;
    }

  signalr_record_reader_push (peer->binary, g_bytes_get_data (message, NULL),
                              g_bytes_get_size (message), NULL);
  for (;;)
    {
      g_autoptr (SignalrRecord) record = signalr_record_reader_next (peer->binary, NULL);
      g_autoptr (GBytes) bytes = NULL;
      g_autofree char *as_text = NULL;

      if (record == NULL)
        break;

      bytes = signalr_record_encode (record, SIGNALR_ENCODING_JSON, NULL);
      as_text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
      take_records (peer, as_text);
    }
}

static void
closed_cb (SoupWebsocketConnection *socket,
           gpointer                 user_data)
{
  Peer *peer = user_data;

  peer->n_closed++;
  peer->close_code = soup_websocket_connection_get_close_code (socket);
}

static void
forget_transport (Peer *peer)
{
  if (peer->socket != NULL)
    g_signal_handlers_disconnect_by_data (peer->socket, peer);
  g_clear_object (&peer->socket);
  g_clear_object (&peer->stream);
  g_clear_object (&peer->poll);
  g_queue_clear_full (&peer->unsent, g_free);
  g_clear_pointer (&peer->binary, signalr_record_reader_free);
}

static char *
get_token (SoupServerMessage *message)
{
  const char *query = g_uri_get_query (soup_server_message_get_uri (message));
  g_autoptr (GHashTable) form = soup_form_decode (query != NULL ? query : "");

  return g_strdup (g_hash_table_lookup (form, "id"));
}

static gboolean
comes_back (Peer              *peer,
            SoupServerMessage *message)
{
  g_autofree char *token = get_token (message);

  return token != NULL && g_strcmp0 (token, peer->session) == 0;
}

/* Everything again, because nothing was acknowledged. */
static void
take_up (Peer              *peer,
         SoupServerMessage *message)
{
  if (comes_back (peer, message))
    {
      send_text (peer, "{\"type\":9,\"sequenceId\":1}" SEPARATOR);
      for (guint i = 0; i < peer->kept->len; i++)
        send_text (peer, peer->kept->pdata[i]);
      return;
    }

  g_free (peer->session);
  peer->session = get_token (message);
  g_ptr_array_set_size (peer->kept, 0);
  peer->next_number = 1;
  peer->latest = 0;
}

static void
socket_cb (SoupServer              *server,
           SoupServerMessage       *message,
           const char              *path,
           SoupWebsocketConnection *socket,
           gpointer                 user_data)
{
  Peer *peer = user_data;

  forget_transport (peer);
  peer->socket = g_object_ref (socket);
  peer->n_sockets++;
  soup_websocket_connection_set_max_incoming_payload_size (socket, 0);
  g_signal_connect (socket, "message", G_CALLBACK (message_cb), peer);
  g_signal_connect (socket, "closed", G_CALLBACK (closed_cb), peer);

  if (peer->stateful)
    take_up (peer, message);
  if (!peer->core && !peer->silent_sockets && g_str_has_suffix (path, "/connect"))
    peer_send (peer, "{\"C\":\"d-1\",\"S\":1,\"M\":[]}");
  if (g_str_has_suffix (path, "/reconnect") && is_dying (peer))
    send_shutdown (peer);
}

static void
answer_negotiate (Peer              *peer,
                  SoupServerMessage *message)
{
  g_autofree char *text = NULL;
  guint n = peer_count (peer, "POST /hub/negotiate");

  if (peer->cookie != NULL)
    soup_message_headers_append (soup_server_message_get_response_headers (message),
                                 "Set-Cookie", peer->cookie);

  if (peer->answer != NULL)
    text = g_strdup (peer->answer);
  else if (peer->core)
    text = g_strdup_printf (core_answer, peer->stateful ? "\"useStatefulReconnect\":true," : "",
                            n, n);
  else
    text = g_strdup_printf (classic_answer, n, n, peer->version);

  if (peer->core && g_strcmp0 (soup_server_message_get_method (message), "POST") != 0)
    soup_server_message_set_status (message, SOUP_STATUS_METHOD_NOT_ALLOWED, NULL);
  else
    answer_text (message, peer->type, text);
}

/* The headers leave at once. */
static void
begin_endless (SoupServerMessage *message,
               const char        *type)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_message_headers_set_content_type (headers, type, NULL);
  soup_message_headers_set_encoding (headers, SOUP_ENCODING_CHUNKED);
  soup_message_body_set_accumulate (soup_server_message_get_response_body (message), FALSE);
}

static void
answer_stream (Peer              *peer,
               SoupServerMessage *message,
               gboolean           scripts,
               gboolean           resumed)
{
  SoupMessageBody *body = soup_server_message_get_response_body (message);
  const char *first = scripts ? "<html><body><script>var r = 1;</script>"
                              : peer->core ? ":\r\n" : "data: initialized\n\n";

  if (peer->refuse_streams)
    {
      soup_server_message_set_status (message, SOUP_STATUS_INTERNAL_SERVER_ERROR, NULL);
      return;
    }

  forget_transport (peer);
  peer->stream = g_object_ref (message);
  peer->frames_scripts = scripts;
  begin_endless (message, scripts ? "text/html" : "text/event-stream");
  soup_message_body_append (body, SOUP_MEMORY_STATIC, first, strlen (first));
  if (!peer->core && !resumed && !peer->silent_streams)
    peer_send (peer, "{\"C\":\"d-1\",\"S\":1,\"M\":[]}");
  if (resumed && is_dying (peer))
    send_shutdown (peer);
}

static void
take_poll (Peer              *peer,
           SoupServerMessage *message,
           const char        *path,
           GHashTable        *query)
{
  const char *token = g_hash_table_lookup (query, "id");
  gboolean is_first = peer->core ? g_strcmp0 (token, peer->polled) != 0
                                 : g_str_has_suffix (path, "/connect");

  if (peer->refuse_polls)
    {
      soup_server_message_set_status (message, SOUP_STATUS_INTERNAL_SERVER_ERROR, NULL);
      return;
    }

  if (is_first)
    forget_transport (peer);

  if (is_first && peer->core)
    {
      g_free (peer->polled);
  g_free (peer->summing);
      peer->polled = g_strdup (token);
      answer_text (message, "application/octet-stream", "");
      return;
    }

  g_set_object (&peer->poll, message);
  if (!peer->core)
    {
      begin_endless (message, "application/json");
    }
  else
    {
      /* Without a status libsoup would miss an upgrade. */
      soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
      soup_server_message_pause (message);
    }

  if (is_first)
    peer_send (peer, "{\"C\":\"d-1\",\"S\":1,\"M\":[]}");
  else if (g_str_has_suffix (path, "/reconnect") && is_dying (peer))
    send_shutdown (peer);
  else
    answer_poll (peer);
}

static void
take_post (Peer              *peer,
           SoupServerMessage *message)
{
  g_autoptr (GBytes) body = soup_message_body_flatten (soup_server_message_get_request_body (message));
  g_autofree char *text = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  g_autoptr (GHashTable) form = NULL;
  g_autofree char *answer = NULL;

  if (peer->core)
    {
      take_records (peer, text);
      answer_text (message, "text/plain", "");
      return;
    }

  form = soup_form_decode (text);
  answer = take_record (peer, g_hash_table_lookup (form, "data"));
  answer_text (message, "application/json", answer != NULL ? answer : "");
}

static void
answer_receive (Peer              *peer,
                SoupServerMessage *message,
                const char        *path,
                GHashTable        *query)
{
  const char *accept = soup_message_headers_get_one (soup_server_message_get_request_headers (message),
                                                     "Accept");
  const char *transport = query != NULL ? g_hash_table_lookup (query, "transport") : NULL;
  gboolean resumed = g_str_has_suffix (path, "/reconnect");

  if (g_strcmp0 (accept, "text/event-stream") == 0)
    answer_stream (peer, message, FALSE, resumed);
  else if (g_strcmp0 (transport, "foreverFrame") == 0)
    answer_stream (peer, message, TRUE, resumed);
  else
    take_poll (peer, message, path, query);
}

static gboolean
is_refused (Peer              *peer,
            SoupServerMessage *message)
{
  g_autofree char *wanted = g_strconcat ("Bearer ", peer->token, NULL);
  const char *given = soup_message_headers_get_one (soup_server_message_get_request_headers (message),
                                                    "Authorization");

  if (peer->status != 0 && peer->retry_after != NULL)
    soup_message_headers_replace (soup_server_message_get_response_headers (message),
                                  "Retry-After", peer->retry_after);
  if (peer->status != 0)
    soup_server_message_set_status (message, peer->status, NULL);
  else if (peer->token != NULL && g_strcmp0 (given, wanted) != 0)
    soup_server_message_set_status (message, SOUP_STATUS_UNAUTHORIZED, NULL);
  else
    return FALSE;

  return TRUE;
}

static gboolean
is_upgrade (SoupServerMessage *message)
{
  return soup_message_headers_header_contains (soup_server_message_get_request_headers (message),
                                               "Upgrade", "websocket");
}

static void
request_cb (SoupServer        *server,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *query,
            gpointer           user_data)
{
  Peer *peer = user_data;
  const char *method = soup_server_message_get_method (message);

  if (is_upgrade (message))
    return;

  note_request (peer, message, path);
  if (peer->hang)
    {
      soup_server_message_pause (message);
      g_ptr_array_add (peer->hanging, g_object_ref (message));
    }
  else if (is_refused (peer, message))
    return;
  else if (g_str_has_suffix (path, "/negotiate"))
    answer_negotiate (peer, message);
  else if (g_str_has_suffix (path, "/start") && peer->start_status != 0)
    soup_server_message_set_status (message, peer->start_status, NULL);
  else if (g_str_has_suffix (path, "/start"))
    answer_text (message, "application/json", "{ \"Response\": \"started\" }");
  else if (g_str_has_suffix (path, "/ping"))
    answer_text (message, "application/json", "{ \"Response\": \"pong\" }");
  else if (g_str_has_suffix (path, "/abort"))
    answer_text (message, "text/plain", "");
  else if (strcmp (method, "DELETE") == 0)
    soup_server_message_set_status (message, SOUP_STATUS_ACCEPTED, NULL);
  else if (g_str_has_suffix (path, "/send") || (peer->core && strcmp (method, "POST") == 0))
    take_post (peer, message);
  else
    answer_receive (peer, message, path, query);
}

/* Before an upgrade, which happens only where no status is set. */
static void
upgrade_cb (SoupServer        *server,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *query,
            gpointer           user_data)
{
  Peer *peer = user_data;

  if (!is_upgrade (message))
    return;

  note_request (peer, message, path);
  if (peer->hang)
    {
      soup_server_message_pause (message);
      g_ptr_array_add (peer->hanging, g_object_ref (message));
    }
  else if (is_refused (peer, message))
    return;
  else if (peer->resume_status != 0 && comes_back (peer, message))
    soup_server_message_set_status (message, peer->resume_status, NULL);
  else if (peer->refuse_sockets)
    soup_server_message_set_status (message, SOUP_STATUS_NOT_FOUND, NULL);
}

static void
add_sockets (Peer       *peer,
             const char *path)
{
  soup_server_add_handler (peer->server, path, request_cb, peer, NULL);
  soup_server_add_early_handler (peer->server, path, upgrade_cb, peer, NULL);
  soup_server_add_websocket_handler (peer->server, path, NULL, NULL, socket_cb, peer, NULL);
}

Peer *
peer_new (gboolean core)
{
  return peer_new_with_certificate (core, NULL);
}

Peer *
peer_new_with_certificate (gboolean         core,
                           GTlsCertificate *certificate)
{
  Peer *peer = g_new0 (Peer, 1);
  g_autoptr (GError) error = NULL;
  g_autofree char *base = NULL;
  GSList *uris;

  peer->core = core;
  peer->type = "application/json";
  peer->version = "2.0";
  peer->requests = g_ptr_array_new_with_free_func (g_free);
  peer->queries = g_ptr_array_new_with_free_func ((GDestroyNotify) g_hash_table_unref);
  peer->headers = g_ptr_array_new_with_free_func ((GDestroyNotify) soup_message_headers_unref);
  peer->frames = g_ptr_array_new_with_free_func (g_free);
  peer->hanging = g_ptr_array_new_with_free_func (g_object_unref);
  peer->kept = g_ptr_array_new_with_free_func (g_free);

  peer->server = soup_server_new ("tls-certificate", certificate, NULL);
  add_sockets (peer, core ? "/hub" : "/hub/connect");
  if (!core)
    add_sockets (peer, "/hub/reconnect");
  soup_server_add_handler (peer->server, core ? "/hub/negotiate" : "/hub", request_cb, peer, NULL);
  soup_server_listen_local (peer->server, 0,
                            SOUP_SERVER_LISTEN_IPV4_ONLY |
                            (certificate != NULL ? SOUP_SERVER_LISTEN_HTTPS : 0),
                            &error);
  g_assert_no_error (error);

  uris = soup_server_get_uris (peer->server);
  base = g_uri_to_string (uris->data);
  peer->url = g_strconcat (base, "hub", NULL);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);

  return peer;
}

void
peer_stop_listening (Peer *peer)
{
  soup_server_disconnect (peer->server);
}

void
peer_free (Peer *peer)
{
  forget_transport (peer);
  for (guint i = 0; i < peer->hanging->len; i++)
    {
      soup_server_message_set_status (peer->hanging->pdata[i], SOUP_STATUS_SERVICE_UNAVAILABLE, NULL);
      soup_server_message_unpause (peer->hanging->pdata[i]);
    }
  g_ptr_array_unref (peer->hanging);
  soup_server_disconnect (peer->server);
  g_object_unref (peer->server);
  peer_settle ();

  g_ptr_array_unref (peer->requests);
  g_ptr_array_unref (peer->queries);
  g_ptr_array_unref (peer->headers);
  g_ptr_array_unref (peer->frames);
  g_ptr_array_unref (peer->kept);
  g_free (peer->session);
  g_free (peer->url);
  g_free (peer->polled);
  g_free (peer->summing);
  g_free (peer);
}

void
peer_cut (Peer *peer)
{
  SoupServerMessage *message = peer->stream != NULL ? peer->stream : peer->poll;
  g_autoptr (GIOStream) base = NULL;
  g_autoptr (GIOStream) below = NULL;
  GIOStream *stream;

  if (peer->socket == NULL)
    {
      g_socket_shutdown (soup_server_message_get_socket (message), TRUE, TRUE, NULL);
      forget_transport (peer);
      return;
    }

  stream = soup_websocket_connection_get_io_stream (peer->socket);
  g_object_get (stream, "base-iostream", &base, NULL);
  if (G_IS_TLS_CONNECTION (base))
    {
      g_object_get (base, "base-io-stream", &below, NULL);
      g_set_object (&base, below);
    }
  g_socket_shutdown (g_socket_connection_get_socket (G_SOCKET_CONNECTION (base)), TRUE, TRUE, NULL);
}

guint
peer_count (Peer       *peer,
            const char *text)
{
  guint n = 0;

  for (guint i = 0; i < peer->requests->len; i++)
    n += g_str_has_prefix (peer->requests->pdata[i], text);

  return n;
}

static guint
find_last (Peer       *peer,
           const char *request)
{
  guint found = peer->requests->len;

  for (guint i = 0; i < peer->requests->len; i++)
    {
      if (g_str_equal (peer->requests->pdata[i], request))
        found = i;
    }
  g_assert_cmpuint (found, <, peer->requests->len);

  return found;
}

const char *
peer_get_query (Peer       *peer,
                const char *request,
                const char *name)
{
  return g_hash_table_lookup (peer->queries->pdata[find_last (peer, request)], name);
}

const char *
peer_get_header (Peer       *peer,
                 const char *request,
                 const char *name)
{
  return soup_message_headers_get_one (peer->headers->pdata[find_last (peer, request)], name);
}

static gboolean
give_up_cb (gpointer user_data)
{
  g_error ("Waited for 20 seconds");

  return G_SOURCE_REMOVE;
}

void
peer_wait (const guint *flag,
           guint        count)
{
  guint id = g_timeout_add_seconds (20, give_up_cb, NULL);

  while (*flag < count)
    g_main_context_iteration (NULL, TRUE);

  g_source_remove (id);
}

static gboolean
settled_cb (gpointer user_data)
{
  guint *n_rounds = user_data;

  (*n_rounds)++;

  return G_SOURCE_REMOVE;
}

void
peer_settle (void)
{
  guint n_rounds = 0;

  /* Idle means that nothing else was ready; on loopback that is soon. */
  for (guint i = 1; i <= 10; i++)
    {
      g_idle_add_full (G_PRIORITY_LOW, settled_cb, &n_rounds, NULL);
      peer_wait (&n_rounds, i);
    }
}
