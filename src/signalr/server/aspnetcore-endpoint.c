/* aspnetcore-endpoint.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aspnetcore-endpoint-private.h"

#include <errno.h>

#include "aspnetcore-connection-private.h"
#include "protocol/aspnetcore-negotiate-private.h"
#include "signalr-hub-private.h"

#define MAX_VERSION 1
#define ID_SIZE 16

/* Returns FALSE, and sets @error to the answer's text, where the server has not
 * what the client asks for.
 */
static gboolean
parse_version (const char  *text,
               guint       *version,
               char       **error)
{
  gint64 wanted = 0;
  GError *failure = NULL;

  if (text != NULL && !g_ascii_string_to_signed (text, 10, G_MININT32, G_MAXINT32, &wanted, &failure))
    {
      g_error_free (failure);
      *error = g_strdup ("The client requested a non-integer protocol version.");
      return FALSE;
    }

  if (wanted < 0)
    {
      *error = g_strdup_printf ("The client requested version '%" G_GINT64_FORMAT "', but the server does not support this version.",
                                wanted);
      return FALSE;
    }

  *version = MIN (wanted, MAX_VERSION);

  return TRUE;
}

static void
negotiate (SignalrRequest *request)
{
  SignalrAspnetcoreNegotiate answer = {
    .transports = 1 << SIGNALR_TRANSPORT_WEB_SOCKETS,
    .binary_transports = 1 << SIGNALR_TRANSPORT_WEB_SOCKETS,
  };
  g_autofree char *id = signalr_random_id (ID_SIZE);
  g_autofree char *token = signalr_random_id (ID_SIZE);
  g_autofree char *error = NULL;
  g_autofree char *text = NULL;

  if (!g_str_equal (signalr_request_get_method (request), "POST"))
    {
      signalr_request_answer (request, SOUP_STATUS_METHOD_NOT_ALLOWED, "text/plain", NULL);
      return;
    }

  if (parse_version (signalr_request_get_query (request, "negotiateVersion"), &answer.version, &error))
    {
      answer.connection_id = id;
      answer.connection_token = answer.version == 0 ? id : token;
      signalr_aspnetcore_connection_new (request->host, request->mount->aspnetcore_hub,
                                         request->mount->aspnetcore_options, id, answer.connection_token);
    }
  else
    {
      answer.error = error;
    }

  text = signalr_aspnetcore_negotiate_encode (&answer);
  signalr_request_answer (request, SOUP_STATUS_OK, "application/json", text);
}

static void
open_web_socket (SignalrRequest              *request,
                 SignalrAspnetcoreConnection *connection)
{
  if (connection == NULL)
    {
      g_autofree char *id = signalr_random_id (ID_SIZE);

      connection = signalr_aspnetcore_connection_new (request->host, request->mount->aspnetcore_hub,
                                                      request->mount->aspnetcore_options, id, NULL);
    }

  if (connection->claimed)
    signalr_request_answer (request, SOUP_STATUS_CONFLICT, NULL, NULL);
  else
    signalr_aspnetcore_connection_upgrade (connection, request);
}

static void
answer_get (SignalrRequest *request)
{
  const char *accept = signalr_request_get_header (request, "Accept");
  gboolean events = accept != NULL && soup_header_contains (accept, "text/event-stream");
  g_autofree char *text = NULL;

  signalr_request_set_header (request, "Cache-Control", "no-cache, no-store");
  signalr_request_set_header (request, "Pragma", "no-cache");
  signalr_request_set_header (request, "Expires", "Thu, 01 Jan 1970 00:00:00 GMT");

  text = g_strdup_printf ("%s transport not supported by this end point type",
                          events ? "ServerSentEvents" : "LongPolling");
  signalr_request_answer (request, SOUP_STATUS_NOT_FOUND, "text/plain", text);
}

static void
connect (SignalrRequest *request)
{
  const char *method = signalr_request_get_method (request);
  const char *token = signalr_request_get_query (request, "id");
  gboolean upgrade = signalr_request_is_upgrade (request);
  gboolean named = token != NULL && token[0] != '\0';
  SignalrAspnetcoreConnection *connection = NULL;

  if (named)
    connection = signalr_aspnetcore_connection_find (request->host, token);
  if (connection != NULL && connection->hub != request->mount->aspnetcore_hub)
    connection = NULL;

  if (!named && !upgrade)
    signalr_request_answer (request, SOUP_STATUS_BAD_REQUEST, "text/plain", "Connection ID required");
  else if (named && connection == NULL)
    signalr_request_answer (request, SOUP_STATUS_NOT_FOUND, "text/plain", "No Connection with that ID");
  else if (upgrade)
    open_web_socket (request, connection);
  else if (g_str_equal (method, "GET"))
    answer_get (request);
  else if (g_str_equal (method, "POST"))
    signalr_request_answer (request, SOUP_STATUS_METHOD_NOT_ALLOWED, "text/plain",
                            "POST requests are not allowed for WebSocket connections.");
  else if (g_str_equal (method, "DELETE"))
    signalr_request_answer (request, SOUP_STATUS_BAD_REQUEST, "text/plain",
                            "Cannot terminate this connection using the DELETE endpoint.");
  else
    signalr_request_answer (request, SOUP_STATUS_METHOD_NOT_ALLOWED, NULL, NULL);
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
