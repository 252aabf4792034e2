/* peer-hub.c: what a peer says, over whatever there is, and what it answers
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "peer-inside.h"

#include <json-glib/json-glib.h>
#include <string.h>

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

void
peer_send_on_socket (Peer       *peer,
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

void
peer_answer (SoupServerMessage *message,
             const char        *type,
             const char        *text)
{
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (message, type, SOUP_MEMORY_COPY, text, strlen (text));
}

void
peer_answer_poll (Peer *peer)
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
      peer_answer (peer->poll, "application/octet-stream", body->str);
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
      peer_send_on_socket (peer, record);
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
      peer_answer_poll (peer);
    }
}

void
peer_beat (Peer *peer)
{
  SoupMessageBody *body = soup_server_message_get_response_body (peer->poll);

  soup_message_body_append (body, SOUP_MEMORY_STATIC, " ", 1);
  soup_server_message_unpause (peer->poll);
}

void
peer_send_shutdown (Peer *peer)
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

gboolean
peer_is_dying (Peer *peer)
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

char *
peer_take_record (Peer       *peer,
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
                     : peer_is_dying (peer) ? "{}" SEPARATOR "{\"type\":7,\"allowReconnect\":true}" : "{}");
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

void
peer_take_records (Peer       *peer,
                   const char *text)
{
  g_auto (GStrv) records = g_strsplit (text, SEPARATOR, -1);

  for (guint i = 0; records[i] != NULL; i++)
    {
      g_autofree char *answer = *records[i] != '\0' ? peer_take_record (peer, records[i]) : NULL;
      g_auto (GStrv) parts = g_strsplit (answer != NULL ? answer : "", SEPARATOR, -1);

      for (guint j = 0; parts[j] != NULL; j++)
        peer_send (peer, parts[j]);
    }
}

void
peer_take_message (SoupWebsocketConnection *socket,
                   int                      type,
                   GBytes                  *message,
                   gpointer                 user_data)
{
  Peer *peer = user_data;
  g_autofree char *text = g_strndup (g_bytes_get_data (message, NULL), g_bytes_get_size (message));

  if (peer->binary == NULL)
    {
      peer_take_records (peer, text);
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
      peer_take_records (peer, as_text);
    }
}
