/* aspnetcore-endpoint.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aspnetcore-endpoint-private.h"

#include <errno.h>

#include "aspnetcore-connection-private.h"
#include "aspnetcore-poll-private.h"
#include "protocol/aspnetcore-negotiate-private.h"
#include "signalr-caller-private.h"
#include "signalr-map-options-private.h"

#define MAX_VERSION 1
#define ID_SIZE 16

#define VERSION_NAME "negotiateVersion"

/* The version that the query asks for, or NULL; no number where it asks twice, or
 * for none.
 */
static const char *
find_version (SignalrRequest *request)
{
  const char *text = signalr_request_get_query (request, VERSION_NAME);
  const char *query = signalr_request_get_query_text (request);
  g_auto (GStrv) parts = g_strsplit (query != NULL ? query : "", "&", -1);
  guint n_times = 0;

  for (gsize i = 0; parts[i] != NULL; i++)
    n_times += g_ascii_strncasecmp (parts[i], VERSION_NAME, strlen (VERSION_NAME)) == 0 &&
               strchr ("=", parts[i][strlen (VERSION_NAME)]) != NULL;

  return n_times > 1 || (n_times == 1 && text == NULL) ? "" : text;
}

/* .NET reads numbers with spaces around them, and with a sign. */
static gboolean
parse_number (const char *text,
              gint64     *number)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  const char *digits = stripped[0] == '+' && g_ascii_isdigit (stripped[1]) ? stripped + 1 : stripped;

  return g_ascii_string_to_signed (digits, 10, G_MININT32, G_MAXINT32, number, NULL);
}

/* Returns FALSE, and sets @error to the answer's text, where the server has not
 * what the client asks for.
 */
static gboolean
parse_version (const char  *text,
               gint64       minimum,
               guint       *version,
               char       **error)
{
  gint64 wanted = 0;

  if (text != NULL && !parse_number (text, &wanted))
    {
      *error = g_strdup ("The client requested a non-integer protocol version.");
      return FALSE;
    }

  if (wanted < minimum)
    {
      *error = g_strdup_printf ("The client requested version '%" G_GINT64_FORMAT "', but the server does not support this version.",
                                wanted);
      return FALSE;
    }

  *version = CLAMP (wanted, 0, MAX_VERSION);

  return TRUE;
}

/* The transports that the mapping offers, as bits. */
static guint
offered_transports (SignalrMount *mount)
{
  return signalr_map_options_get_transports (mount->aspnetcore_options) & ~(1 << SIGNALR_TRANSPORT_FOREVER_FRAME);
}

static gboolean
is_stateful (SignalrRequest *request)
{
  g_autofree char *wanted = g_strdup (signalr_request_get_query (request, "useStatefulReconnect"));
  gboolean allowed;

  g_object_get (request->mount->aspnetcore_options, "stateful-reconnect", &allowed, NULL);

  return allowed && wanted != NULL && g_ascii_strcasecmp (g_strstrip (wanted), "true") == 0;
}

static void
negotiate (SignalrRequest *request)
{
  SignalrAspnetcoreNegotiate answer = { 0 };
  SignalrAspnetcoreConnection *connection;
  g_autofree char *id = signalr_random_id (ID_SIZE);
  g_autofree char *token = signalr_random_id (ID_SIZE);
  g_autofree char *error = NULL;
  g_autofree char *text = NULL;
  int minimum;

  if (!g_str_equal (signalr_request_get_method (request), "POST"))
    {
      signalr_request_answer (request, SOUP_STATUS_METHOD_NOT_ALLOWED, "text/plain", NULL);
      return;
    }

  if (signalr_request_refuse_late (request) || signalr_request_refuse_full (request))
    return;

  g_object_get (request->mount->aspnetcore_options, "min-negotiate-version", &minimum, NULL);
  if (parse_version (find_version (request), minimum, &answer.version, &error))
    {
      answer.transports = offered_transports (request->mount);
      answer.binary_transports = answer.transports & ~(1 << SIGNALR_TRANSPORT_SERVER_SENT_EVENTS);
      answer.connection_id = id;
      answer.connection_token = answer.version == 0 ? id : token;
      answer.stateful = is_stateful (request);
      connection = signalr_aspnetcore_connection_new (request->host, request->mount->aspnetcore_hub,
                                                      request->mount->aspnetcore_options, id, answer.connection_token);
      signalr_server_connection_count (&connection->base, signalr_request_get_address (request));
      connection->resumable = answer.stateful;
      signalr_caller_set_request (connection->base.caller, request->user, NULL);
    }
  else
    {
      answer.error = error;
    }

  text = signalr_aspnetcore_negotiate_encode (&answer);
  signalr_request_answer (request, SOUP_STATUS_OK, "application/json", text);
}

static const char *
name_of (SignalrTransport transport)
{
  switch (transport)
    {
    case SIGNALR_TRANSPORT_WEB_SOCKETS:
      return "WebSockets";

    case SIGNALR_TRANSPORT_SERVER_SENT_EVENTS:
      return "ServerSentEvents";

    case SIGNALR_TRANSPORT_LONG_POLLING:
      return "LongPolling";

    case SIGNALR_TRANSPORT_NONE:
    case SIGNALR_TRANSPORT_FOREVER_FRAME:
    default:
      g_return_val_if_reached ("");
    }
}

static SignalrTransport
wanted_transport (SignalrRequest *request)
{
  const char *accept = signalr_request_get_header (request, "Accept");

  if (signalr_request_is_upgrade (request))
    return SIGNALR_TRANSPORT_WEB_SOCKETS;

  /* With a quality, or as a pattern, it does not count: so do the official servers. */
  if (accept != NULL && soup_header_contains (accept, "text/event-stream"))
    return SIGNALR_TRANSPORT_SERVER_SENT_EVENTS;

  return SIGNALR_TRANSPORT_LONG_POLLING;
}

static void
refuse_transport (SignalrRequest   *request,
                  SignalrTransport  transport)
{
  g_autofree char *text = g_strdup_printf ("%s transport not supported by this end point type", name_of (transport));

  signalr_request_answer (request, SOUP_STATUS_NOT_FOUND, "text/plain", text);
}

/* @connection (nullable) is NULL for a WebSocket without a negotiation. */
static void
open_transport (SignalrRequest              *request,
                SignalrAspnetcoreConnection *connection)
{
  SignalrTransport wanted = wanted_transport (request);
  SignalrTransport present;

  /* All but the next poll. */
  if ((connection == NULL || !connection->claimed || wanted != SIGNALR_TRANSPORT_LONG_POLLING) &&
      signalr_request_refuse_late (request))
    return;

  if ((offered_transports (request->mount) & (1 << wanted)) == 0)
    {
      refuse_transport (request, wanted);
      return;
    }

  if (connection == NULL && signalr_request_refuse_full (request))
    return;

  if (connection == NULL)
    {
      g_autofree char *id = signalr_random_id (ID_SIZE);

      connection = signalr_aspnetcore_connection_new (request->host, request->mount->aspnetcore_hub,
                                                      request->mount->aspnetcore_options, id, NULL);
      signalr_server_connection_count (&connection->base, signalr_request_get_address (request));
    }

  present = signalr_caller_get_transport (connection->base.caller);
  if (present != SIGNALR_TRANSPORT_NONE && present != wanted)
    signalr_request_answer (request, SOUP_STATUS_BAD_REQUEST, "text/plain", "Cannot change transports mid-connection");
  else if (connection->stateful != NULL)
    signalr_aspnetcore_stateful_resume (connection, request);
  else if (connection->claimed && present != SIGNALR_TRANSPORT_LONG_POLLING)
    signalr_request_answer (request, SOUP_STATUS_CONFLICT, "text/plain", NULL);
  else if (wanted == SIGNALR_TRANSPORT_WEB_SOCKETS)
    signalr_aspnetcore_connection_upgrade (connection, request);
  else if (wanted == SIGNALR_TRANSPORT_SERVER_SENT_EVENTS)
    signalr_aspnetcore_connection_stream (connection, request);
  else
    signalr_aspnetcore_connection_poll (connection, request);
}

static void
take_post (SignalrRequest              *request,
           SignalrAspnetcoreConnection *connection)
{
  if (signalr_caller_get_transport (connection->base.caller) == SIGNALR_TRANSPORT_WEB_SOCKETS)
    signalr_request_answer (request, SOUP_STATUS_METHOD_NOT_ALLOWED, "text/plain",
                            "POST requests are not allowed for WebSocket connections.");
  else
    signalr_aspnetcore_connection_post (connection, request);
}

static void
take_delete (SignalrRequest              *request,
             SignalrAspnetcoreConnection *connection)
{
  g_autofree char *token = g_strdup (connection->token);
  SignalrHost *host = request->host;
  SignalrCarrier *poll;

  if (signalr_caller_get_transport (connection->base.caller) != SIGNALR_TRANSPORT_LONG_POLLING)
    {
      signalr_request_answer (request, SOUP_STATUS_BAD_REQUEST, "text/plain",
                              "Cannot terminate this connection using the DELETE endpoint.");
      return;
    }

  signalr_request_answer (request, SOUP_STATUS_ACCEPTED, "text/plain", NULL);
  signalr_aspnetcore_connection_say_close (connection, NULL, TRUE);
  signalr_server_connection_handle (&connection->base, SIGNALR_SERVER_LIFETIME_STOP);

  poll = signalr_aspnetcore_poll_find (host, token);
  if (poll != NULL)
    signalr_aspnetcore_poll_drop (poll);
}

/* The last poll of a connection that has ended. */
static gboolean
take_last_poll (SignalrRequest *request,
                const char     *token)
{
  SignalrCarrier *poll = signalr_aspnetcore_poll_find (request->host, token);

  if (poll == NULL || !g_str_equal (signalr_request_get_method (request), "GET"))
    return FALSE;

  signalr_aspnetcore_poll_take (poll, request);

  return TRUE;
}

/* Who knows another's token cannot do anything with it. One who negotiated as
 * nobody may say who it is with the transport.
 */
static gboolean
is_own (SignalrRequest              *request,
        SignalrAspnetcoreConnection *connection)
{
  const char *user = signalr_caller_get_user (connection->base.caller);
  gboolean may_change;

  if ((user == NULL && !connection->claimed) || g_strcmp0 (user, request->user) == 0)
    return TRUE;

  g_object_get (connection->options, "allow-user-change", &may_change, NULL);

  return may_change;
}

static void
handle_connection (SignalrRequest              *request,
                   SignalrAspnetcoreConnection *connection)
{
  const char *method = signalr_request_get_method (request);

  if (!is_own (request, connection))
    signalr_request_answer (request, SOUP_STATUS_FORBIDDEN, "text/plain",
                            "The user identity cannot change during an active SignalR connection.");
  else if (g_str_equal (method, "GET"))
    open_transport (request, connection);
  else if (g_str_equal (method, "POST"))
    take_post (request, connection);
  else
    take_delete (request, connection);
}

static const char * const methods[] = { "GET", "POST", "DELETE", NULL };

static void
connect (SignalrRequest *request)
{
  const char *method = signalr_request_get_method (request);
  const char *token = signalr_request_get_query (request, "id");
  gboolean named = token != NULL && token[0] != '\0';
  gboolean upgrade = signalr_request_is_upgrade (request);
  SignalrAspnetcoreConnection *connection = NULL;

  if (!g_strv_contains (methods, method))
    {
      signalr_request_answer (request, SOUP_STATUS_METHOD_NOT_ALLOWED, "text/plain", NULL);
      return;
    }

  if (g_str_equal (method, "GET") && wanted_transport (request) == SIGNALR_TRANSPORT_LONG_POLLING)
    {
      signalr_request_set_header (request, "Cache-Control", "no-cache, no-store");
      signalr_request_set_header (request, "Pragma", "no-cache");
      signalr_request_set_header (request, "Expires", "Thu, 01 Jan 1970 00:00:00 GMT");
    }

  if (named)
    connection = signalr_aspnetcore_connection_find (request->host, token);
  if (connection != NULL && connection->hub != request->mount->aspnetcore_hub)
    connection = NULL;

  if (connection != NULL)
    handle_connection (request, connection);
  else if (!named && upgrade)
    open_transport (request, NULL);
  else if (!named)
    signalr_request_answer (request, SOUP_STATUS_BAD_REQUEST, "text/plain", "Connection ID required");
  else if (!take_last_poll (request, token))
    signalr_request_answer (request, SOUP_STATUS_NOT_FOUND, upgrade ? NULL : "text/plain", "No Connection with that ID");
}

/*< private >
 * signalr_aspnetcore_handle:
 *
 * Answers a request to one hub of ASP.NET Core SignalR.
 */
void
signalr_aspnetcore_handle (SignalrRequest *request)
{
  const char *rest = request->rest;

  if (rest[0] == '\0' || g_str_equal (rest, "/"))
    connect (request);
  else if (g_ascii_strcasecmp (rest, "/negotiate") == 0 || g_ascii_strcasecmp (rest, "/negotiate/") == 0)
    negotiate (request);
  else
    signalr_request_answer (request, SOUP_STATUS_NOT_FOUND, "text/plain", "Nothing is served at this path.");
}
