/* peer.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "peer-inside.h"

#include <gio/gnetworking.h>
#include <string.h>

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
      peer_send_on_socket (peer, "{\"type\":9,\"sequenceId\":1}" SEPARATOR);
      for (guint i = 0; i < peer->kept->len; i++)
        peer_send_on_socket (peer, peer->kept->pdata[i]);
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
  g_signal_connect (socket, "message", G_CALLBACK (peer_take_message), peer);
  g_signal_connect (socket, "closed", G_CALLBACK (closed_cb), peer);

  if (peer->stateful)
    take_up (peer, message);
  if (!peer->core && !peer->silent_sockets && g_str_has_suffix (path, "/connect"))
    peer_send (peer, "{\"C\":\"d-1\",\"S\":1,\"M\":[]}");
  if (g_str_has_suffix (path, "/reconnect") && peer_is_dying (peer))
    peer_send_shutdown (peer);
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
    peer_answer (message, peer->type, text);
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
  if (resumed && peer_is_dying (peer))
    peer_send_shutdown (peer);
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
      peer_answer (message, "application/octet-stream", "");
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
  else if (g_str_has_suffix (path, "/reconnect") && peer_is_dying (peer))
    peer_send_shutdown (peer);
  else
    peer_answer_poll (peer);
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
      peer_take_records (peer, text);
      peer_answer (message, "text/plain", "");
      return;
    }

  form = soup_form_decode (text);
  answer = peer_take_record (peer, g_hash_table_lookup (form, "data"));
  peer_answer (message, "application/json", answer != NULL ? answer : "");
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
    peer_answer (message, "application/json", "{ \"Response\": \"started\" }");
  else if (g_str_has_suffix (path, "/ping"))
    peer_answer (message, "application/json", "{ \"Response\": \"pong\" }");
  else if (g_str_has_suffix (path, "/abort"))
    peer_answer (message, "text/plain", "");
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
