/* aspnet-receive.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aspnet-receive-private.h"

#include <string.h>

#include "aspnet-connection-private.h"
#include "aspnet-json-private.h"
#include "aspnet-poll-private.h"
#include "event-stream-private.h"
#include "form-private.h"
#include "protocol/aspnet-negotiate-private.h"
#include "signalr-map-options-private.h"
#include "web-socket-private.h"

gboolean
signalr_aspnet_ends_with (SignalrRequest *request,
                          const char     *suffix)
{
  gsize length = strlen (request->path);
  gsize size = strlen (suffix);

  return length >= size && g_ascii_strcasecmp (request->path + length - size, suffix) == 0;
}

SignalrTransport
signalr_aspnet_get_transport (SignalrRequest *request)
{
  const char *name = signalr_request_get_query (request, "transport");
  SignalrTransport transport = SIGNALR_TRANSPORT_NONE;

  if (name != NULL)
    transport = signalr_transport_from_string (name);

  if ((signalr_map_options_get_transports (request->mount->aspnet_options) & (1 << transport)) == 0)
    return SIGNALR_TRANSPORT_NONE;

  return transport;
}

static char *
get_from_form (SignalrRequest *request,
               const char     *name,
               gsize          *length)
{
  g_autoptr (GBytes) body = signalr_request_get_body (request);
  gsize size;
  const char *form = g_bytes_get_data (body, &size);

  return size > 0 ? signalr_form_get (form, size, name, length) : NULL;
}

/* Polls bring where they are in the query, or else in a form. */
static char *
get_field (SignalrRequest *request,
           const char     *name)
{
  const char *value = signalr_request_get_query (request, name);
  gsize length;

  if (value == NULL && signalr_aspnet_get_transport (request) == SIGNALR_TRANSPORT_LONG_POLLING)
    return get_from_form (request, name, &length);

  return g_strdup (value);
}

/* A poll that may only be a script has no form. */
char *
signalr_aspnet_get_data (SignalrRequest *request,
                         gsize          *length)
{
  char *data = get_from_form (request, "data", length);

  if (data == NULL && signalr_aspnet_get_transport (request) == SIGNALR_TRANSPORT_LONG_POLLING)
    {
      data = g_strdup (signalr_request_get_query (request, "data"));
      *length = data != NULL ? strlen (data) : 0;
    }

  return data;
}

/* A transport on its way. */
typedef struct {
  SignalrAspnetConnection *connection;    /* NULL for a client that comes too late */
  SignalrRequest          *request;
  SignalrTransport         transport;
  SignalrAspnetArrival     arrival;
  char                    *cursor;
  char                    *groups_token;
} Opening;

static guint
version_of (SignalrRequest *request)
{
  g_autofree char *text = NULL;

  return signalr_aspnet_version_resolve (signalr_request_get_query (request, "clientProtocol"), &text);
}

static gboolean
is_next_poll (SignalrRequest *request)
{
  return signalr_aspnet_get_transport (request) == SIGNALR_TRANSPORT_LONG_POLLING &&
         !signalr_aspnet_ends_with (request, "/reconnect");
}

static Opening *
opening_new (SignalrRequest          *request,
             SignalrAspnetConnection *connection,
             char                    *cursor)
{
  Opening *opening = g_new0 (Opening, 1);

  opening->connection = connection != NULL ? signalr_server_connection_ref (connection) : NULL;
  opening->request = signalr_request_ref (request);
  opening->transport = signalr_aspnet_get_transport (request);
  opening->cursor = cursor;
  opening->groups_token = get_field (request, "groupsToken");
  opening->arrival = (SignalrAspnetArrival) {
    .connect = signalr_aspnet_ends_with (request, "/connect"),
    .poll = is_next_poll (request),
    .version = version_of (request),
    .cursor = opening->cursor,
    .groups_token = opening->groups_token,
  };

  return opening;
}

static void
opening_free (Opening *opening)
{
  g_clear_pointer (&opening->connection, signalr_server_connection_unref);
  signalr_request_unref (opening->request);
  g_free (opening->cursor);
  g_free (opening->groups_token);
  g_free (opening);
}
/* What a late client hears is all that it hears. */
static void
closed_cb (gpointer      owner,
           gboolean      goodbye,
           const GError *error)
{
}

static const SignalrCarrierFuncs late_funcs = { .closed = closed_cb };

static void
say_too_late (SignalrCarrier *carrier)
{
  SignalrEnvelope envelope = { .cursor = (char *) "", .disconnect = TRUE, .poll_delay = -1 };
  g_autoptr (GString) text = g_string_new (NULL);

  signalr_envelope_encode (&envelope, NULL, 0, text);
  signalr_carrier_write (carrier, FALSE, text->str, text->len);
  signalr_carrier_close (carrier, 1000, NULL);
}

/* Takes both. */
static void
opening_finish (Opening        *opening,
                SignalrCarrier *carrier)
{
  if (opening->connection != NULL)
    signalr_aspnet_connection_open (opening->connection, carrier, &opening->arrival);
  else
    say_too_late (carrier);

  opening_free (opening);
}

static const SignalrCarrierFuncs *
opening_funcs (Opening *opening)
{
  return opening->connection != NULL ? &signalr_aspnet_connection_funcs : &late_funcs;
}

static SignalrCarrier *
opening_make_socket (Opening       *opening,
                     SignalrStream *stream)
{
  guint max_size;

  g_object_get (opening->request->mount->aspnet_options, "max-message-size", &max_size, NULL);

  return signalr_web_socket_new (opening->request->host->loop, stream, max_size,
                                 opening_funcs (opening), opening->connection);
}

static SignalrCarrier *
opening_make_events (Opening       *opening,
                     SignalrStream *stream)
{
  g_autoptr (GBytes) first = signalr_event_stream_chunk ("data: initialized\n\n", -1);

  signalr_stream_send (stream, first);

  return signalr_event_stream_new (opening->request->host->loop, stream, SIGNALR_EVENT_STREAM_ASPNET,
                                   opening_funcs (opening), opening->connection);
}

/* The document that a browser without event streams loads into a hidden frame. */
static SignalrCarrier *
opening_make_frame (Opening       *opening,
                    SignalrStream *stream)
{
  g_autofree char *text = NULL;
  g_autoptr (GBytes) first = NULL;

  text = g_strdup_printf ("<!DOCTYPE html>"
                          "<html>\r\n<head>\r\n"
                          "<title>SignalR Forever Frame Transport Stream</title>\r\n"
                          "<script>\r\n"
                          "var $ = window.parent.jQuery,\r\n"
                          "    transport = $ ? $.signalR.transports.foreverFrame : null,\r\n"
                          "    c = transport ? transport.getConnection('%s') : null,\r\n"
                          "    r = transport ? transport.receive : function () {};\r\n"
                          "if (transport) { transport.started(c); }\r\n"
                          "</script>\r\n</head>\r\n<body>\r\n",
                          signalr_request_get_query (opening->request, "frameId"));
  first = signalr_event_stream_chunk (text, -1);
  signalr_stream_send (stream, first);

  return signalr_event_stream_new (opening->request->host->loop, stream, SIGNALR_EVENT_STREAM_FOREVER_FRAME,
                                   opening_funcs (opening), opening->connection);
}

static SignalrCarrier *
opening_make_carrier (Opening       *opening,
                      SignalrStream *stream)
{
  switch (opening->transport)
    {
    case SIGNALR_TRANSPORT_WEB_SOCKETS:
      return opening_make_socket (opening, stream);

    case SIGNALR_TRANSPORT_SERVER_SENT_EVENTS:
      return opening_make_events (opening, stream);

    case SIGNALR_TRANSPORT_FOREVER_FRAME:
      return opening_make_frame (opening, stream);

    case SIGNALR_TRANSPORT_NONE:
    case SIGNALR_TRANSPORT_LONG_POLLING:
    default:
      g_return_val_if_reached (NULL);
    }
}

static void
opening_taken_cb (SignalrStream *stream,
                  gpointer       user_data)
{
  Opening *opening = user_data;
  gboolean ended = opening->connection != NULL && signalr_server_connection_is_ended (&opening->connection->base);

  if (stream != NULL && !ended)
    {
      opening_finish (opening, opening_make_carrier (opening, stream));
      return;
    }

  g_clear_pointer (&stream, signalr_stream_free);
  opening_free (opening);
}

/* Takes @opening. */
static void
opening_begin (Opening *opening)
{
  SignalrRequest *request = opening->request;

  switch (opening->transport)
    {
    case SIGNALR_TRANSPORT_WEB_SOCKETS:
      signalr_request_upgrade (request, opening_taken_cb, opening);
      break;

    case SIGNALR_TRANSPORT_SERVER_SENT_EVENTS:
      signalr_request_set_header (request, "Content-Type", "text/event-stream");
      signalr_request_set_header (request, "X-Accel-Buffering", "no");
      signalr_request_stream (request, opening_taken_cb, opening);
      break;

    case SIGNALR_TRANSPORT_FOREVER_FRAME:
      signalr_request_set_header (request, "Content-Type", "text/html; charset=UTF-8");
      signalr_request_set_header (request, "X-Accel-Buffering", "no");
      signalr_request_stream (request, opening_taken_cb, opening);
      break;

    case SIGNALR_TRANSPORT_LONG_POLLING:
      opening_finish (opening, signalr_aspnet_poll_new (request, signalr_aspnet_get_callback (request),
                                                        opening_funcs (opening), opening->connection));
      break;

    case SIGNALR_TRANSPORT_NONE:
    default:
      g_assert_not_reached ();
    }
}

/* It becomes part of a script, so it is a number or nothing. */
static gboolean
is_frame_id (const char *text)
{
  guint64 number;

  return text != NULL && g_ascii_isdigit (text[0]) && g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT32, &number, NULL);
}

/* Returns whether it has the form that its transport needs; else it is answered. */
static gboolean
check_form (SignalrRequest *request,
            const char     *cursor)
{
  SignalrTransport transport = signalr_aspnet_get_transport (request);

  if (transport == SIGNALR_TRANSPORT_WEB_SOCKETS && !signalr_request_is_upgrade (request))
    {
      signalr_request_answer (request, SOUP_STATUS_BAD_REQUEST, NULL, "Not a valid web socket request.");
      return FALSE;
    }

  if (transport == SIGNALR_TRANSPORT_FOREVER_FRAME && !is_frame_id (signalr_request_get_query (request, "frameId")))
    {
      signalr_request_answer (request, SOUP_STATUS_INTERNAL_SERVER_ERROR, NULL,
                              "The supplied frameId is in the incorrect format.");
      return FALSE;
    }

  if (cursor != NULL && signalr_bus_check_cursor (request->host->bus, cursor) == SIGNALR_CURSOR_BROKEN)
    {
      signalr_request_answer (request, SOUP_STATUS_INTERNAL_SERVER_ERROR, NULL, "Invalid cursor.");
      return FALSE;
    }

  return TRUE;
}

/* Also where a call of its own, on a way of its own, has come back before it: that
 * is answered, and opens nothing. A poll that crossed the end is no way back at all.
 */
static gboolean
comes_too_late (SignalrRequest          *request,
                SignalrAspnetConnection *connection,
                const char              *id)
{
  SignalrHost *host = request->host;

  if ((connection != NULL && connection->opened) ||
      !signalr_ended_holds (host->ended, id, signalr_heartbeat_now (host->loop->heartbeat)))
    return FALSE;

  return !host->admit_late || (is_next_poll (request) && signalr_ended_polls (host->ended, id));
}

/* One who comes back after the end is told so, where its version has a word for
 * it (and once: there are clients that do not listen); else it is refused, and
 * ends by its own disconnect timeout. Who ended, or was ended, between two polls
 * does not come back: its next poll is answered in order.
 */
static void
turn_away (SignalrRequest *request,
           const char     *id)
{
  gboolean comes_back = signalr_aspnet_ends_with (request, "/reconnect") ||
                        !signalr_ended_polls (request->host->ended, id);

  if ((!comes_back || version_of (request) <= SIGNALR_ASPNET_DELAYED_START) &&
      signalr_ended_tell (request->host->ended, id))
    opening_begin (opening_new (request, NULL, NULL));
  else
    signalr_request_answer (request, SOUP_STATUS_GONE, NULL, "The connection has ended.");
}

/*< private >
 * signalr_aspnet_receive:
 *
 * Whether the server has ever heard of the connection does not matter: its token
 * proves that it, or one with the same key, has made it.
 */
void
signalr_aspnet_receive (SignalrRequest *request,
                        const char     *id,
                        GPtrArray      *hubs)
{
  g_autofree char *cursor = get_field (request, "messageId");
  SignalrAspnetConnection *connection = signalr_aspnet_connection_find (request->host, id);

  if (!check_form (request, cursor))
    return;

  if ((connection == NULL || !is_next_poll (request)) && signalr_request_refuse_late (request))
    return;

  if (comes_too_late (request, connection, id))
    {
      turn_away (request, id);
      return;
    }

  if (connection == NULL && signalr_request_refuse_full (request))
    return;
  if (connection == NULL)
    connection = signalr_aspnet_connection_new (request, id, hubs);

  opening_begin (opening_new (request, connection, g_steal_pointer (&cursor)));
}
