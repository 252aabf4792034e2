/* aspnet-endpoint.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aspnet-endpoint-private.h"

#include <string.h>

#include "aspnet-connection-private.h"
#include "aspnet-json-private.h"
#include "aspnet-receive-private.h"
#include "aspnet-script-private.h"
#include "protocol/aspnet-negotiate-private.h"
#include "protocol/json-scan-private.h"
#include "signalr-error.h"
#include "signalr-endpoint-private.h"
#include "signalr-map-options-private.h"

#define TOKEN_PURPOSE "connection"

static void
bad_request (SignalrRequest *request,
             const char     *text)
{
  signalr_request_answer (request, SOUP_STATUS_BAD_REQUEST, NULL, text);
}

static gboolean
add_hub (SignalrHost  *host,
         JsonNode     *element,
         GPtrArray    *hubs,
         GError      **error)
{
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (element) ? json_node_get_object (element) : NULL;
  const char *name = NULL;
  JsonObjectIter iter;
  const char *key;
  JsonNode *value;
  SignalrHub *hub;

  if (object != NULL)
    {
      json_object_iter_init (&iter, object);
      while (json_object_iter_next (&iter, &key, &value))
        {
          if (g_ascii_strcasecmp (key, "name") == 0 && JSON_NODE_HOLDS_VALUE (value))
            name = json_node_get_string (value);
        }
    }

  hub = name != NULL ? signalr_host_find_hub (host, name) : NULL;
  if (hub == NULL)
    {
      g_set_error (error, SIGNALR_ERROR, SIGNALR_ERROR_NOT_FOUND, "'%s' Hub could not be resolved.",
                   name != NULL ? name : "");
      return FALSE;
    }

  if (g_ptr_array_find (hubs, hub, NULL))
    {
      g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA, "Duplicate Hub names found.");
      return FALSE;
    }

  g_ptr_array_add (hubs, hub);

  return TRUE;
}

/* The hubs that the client wants to hear, which may be none. */
static GPtrArray *
parse_connection_data (SignalrRequest  *request,
                       GError         **error)
{
  const char *text = signalr_request_get_query (request, "connectionData");
  g_autoptr (GPtrArray) hubs = g_ptr_array_new ();
  g_autoptr (JsonNode) node = NULL;
  JsonArray *array;

  if (request->mount->endpoint != NULL)
    {
      g_ptr_array_add (hubs, request->mount->endpoint);
      return g_steal_pointer (&hubs);
    }

  if (text == NULL || text[0] == '\0')
    return g_steal_pointer (&hubs);

  node = signalr_json_parse (text, strlen (text), error);
  if (node == NULL)
    return NULL;
  if (JSON_NODE_HOLDS_NULL (node))
    return g_steal_pointer (&hubs);
  if (!JSON_NODE_HOLDS_ARRAY (node))
    {
      g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA, "The connection data is no list.");
      return NULL;
    }

  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      if (!add_hub (request->host, json_array_get_element (array, i), hubs, error))
        return NULL;
    }

  return g_steal_pointer (&hubs);
}

/* As in the answers of the official servers, which the JavaScript client uses as
 * the address of its transports.
 */
static char *
base_url (SignalrRequest *request)
{
  g_auto (GStrv) parts = g_strsplit (request->path, "/negotiate", -1);

  return g_strjoinv ("", parts);
}

static void
negotiate (SignalrRequest *request)
{
  SignalrServerTimes *times = &request->host->times;
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *plain = g_strconcat (id, ":", request->user != NULL ? request->user : "", NULL);
  g_autofree char *token = signalr_server_key_sign (&request->host->key, TOKEN_PURPOSE, plain);
  g_autofree char *url = base_url (request);
  g_autofree char *version = NULL;
  g_autofree char *text = NULL;
  SignalrAspnetNegotiate answer = {
    .url = url,
    .connection_token = token,
    .connection_id = id,
    .keep_alive_timeout = times->keep_alive > 0 ? 2.0 * times->keep_alive / G_USEC_PER_SEC : -1,
    .disconnect_timeout = (double) times->disconnect_timeout / G_USEC_PER_SEC,
    .connection_timeout = (double) times->connection_timeout / G_USEC_PER_SEC,
    .transport_connect_timeout = (double) times->transport_connect_timeout / G_USEC_PER_SEC,
    .long_poll_delay = (double) times->long_poll_delay / G_USEC_PER_SEC,
  };

  if (signalr_request_refuse_late (request))
    return;

  answer.try_web_sockets = (signalr_map_options_get_transports (request->mount->aspnet_options) &
                            (1 << SIGNALR_TRANSPORT_WEB_SOCKETS)) != 0;
  answer.version = signalr_aspnet_version_resolve (signalr_request_get_query (request, "clientProtocol"), &version);
  answer.protocol_version = version;
  text = signalr_aspnet_negotiate_encode (&answer);
  signalr_aspnet_answer_json (request, text);
}

/* The id that @request's token proves, or NULL: then it has been answered. */
static char *
verify_token (SignalrRequest *request)
{
  const char *token = signalr_request_get_query (request, "connectionToken");
  const char *user = request->user != NULL ? request->user : "";
  g_autofree char *text = NULL;
  g_autofree char *folded = g_utf8_casefold (user, -1);
  g_autofree char *claimed = NULL;
  char *colon;

  if (token == NULL || token[0] == '\0')
    {
      bad_request (request, "Protocol error: Missing connection token.");
      return NULL;
    }

  text = signalr_server_key_verify (&request->host->key, TOKEN_PURPOSE, token);
  colon = text != NULL ? strchr (text, ':') : NULL;
  if (colon == NULL)
    {
      bad_request (request, "The ConnectionId is in the incorrect format.");
      return NULL;
    }

  *colon = '\0';
  claimed = g_utf8_casefold (colon + 1, -1);
  if (!g_str_equal (claimed, folded))
    {
      signalr_request_answer (request, SOUP_STATUS_FORBIDDEN, NULL,
                              "Unrecognized user identity.  The user identity cannot change during an active SignalR connection.");
      return NULL;
    }

  return g_steal_pointer (&text);
}

static void
started_cb (gpointer      user_data,
            const GError *error)
{
  SignalrRequest *request = user_data;

  if (error == NULL)
    signalr_aspnet_answer_json (request, "{ \"Response\": \"started\" }");
  else
    signalr_request_answer (request, SOUP_STATUS_INTERNAL_SERVER_ERROR, NULL, NULL);
  signalr_request_unref (request);
}

static void
start (SignalrRequest *request,
       const char     *id)
{
  SignalrAspnetConnection *connection = signalr_aspnet_connection_find (request->host, id);

  if (connection != NULL && connection->opened)
    {
      signalr_aspnet_connection_start (connection, request);
    }
  else if (request->host->scaleout != NULL)
    {
      signalr_request_hold (request);
      signalr_scaleout_start (request->host->scaleout, id, started_cb, signalr_request_ref (request));
    }
  else
    {
      bad_request (request, "Protocol error: The connection is not open.");
    }
}

static void
abort_connection (SignalrRequest *request,
                  const char     *id)
{
  SignalrAspnetConnection *connection = signalr_aspnet_connection_find (request->host, id);

  /* Its transport may be on another server. */
  if (request->host->scaleout != NULL && (connection == NULL || connection->carrier == NULL))
    signalr_scaleout_abort (request->host->scaleout, id);
  if (connection != NULL)
    signalr_server_connection_handle (&connection->base, SIGNALR_SERVER_LIFETIME_STOP);

  signalr_request_answer (request, SOUP_STATUS_OK, "text/plain", NULL);
}

/* A script that has no type, as that of the original, a browser does not run: then
 * the client reports each message as not sent.
 */
static void
answer_nothing (SignalrRequest *request)
{
  const char *type = signalr_aspnet_get_callback (request) != NULL ? SIGNALR_ASPNET_SCRIPT_TYPE : NULL;

  signalr_request_answer (request, SOUP_STATUS_OK, type, NULL);
}

/* A call that came in a request of its own; its result is the answer. */
static void
send_call (SignalrRequest *request,
           const char     *id,
           GPtrArray      *hubs)
{
  SignalrAspnetConnection *connection = signalr_aspnet_connection_find (request->host, id);
  g_autofree char *data = NULL;
  gsize length = 0;

  if (signalr_aspnet_get_transport (request) == SIGNALR_TRANSPORT_WEB_SOCKETS)
    {
      bad_request (request, "Not a valid web socket request.");
      return;
    }

  if (connection == NULL && (signalr_request_refuse_late (request) || signalr_request_refuse_full (request)))
    return;
  if (connection == NULL)
    connection = signalr_aspnet_connection_new (request, id, hubs);

  if (connection->base.throttled)
    {
      signalr_request_answer_too_often (request);
      return;
    }
  signalr_server_connection_take (&connection->base);

  data = signalr_aspnet_get_data (request, &length);
  if (connection->mount->endpoint != NULL)
    {
      signalr_endpoint_receive (connection->mount->endpoint, connection->base.caller,
                                data, length);
      answer_nothing (request);
      return;
    }

  signalr_request_hold (request);
  signalr_aspnet_dispatch (connection, data != NULL ? data : "", length, request);
}

/* Whether @request may ask for a script, and names a function where it does; else
 * it has been answered.
 */
static gboolean
check_callback (SignalrRequest *request)
{
  const char *callback = signalr_aspnet_get_callback (request);
  gboolean jsonp;

  if (callback == NULL)
    return TRUE;

  g_object_get (request->mount->aspnet_options, "jsonp", &jsonp, NULL);
  if (!jsonp)
    {
      soup_server_message_set_status (request->message, SOUP_STATUS_FORBIDDEN, "Forbidden: JSONP is disabled.");
      return FALSE;
    }

  if (!signalr_aspnet_is_callback (callback))
    {
      signalr_request_answer (request, SOUP_STATUS_INTERNAL_SERVER_ERROR, NULL, "The callback is not a name.");
      return FALSE;
    }

  return TRUE;
}

/* A connection stays where it began: what it is there, it is nowhere else. */
static gboolean
is_at_home (SignalrRequest *request,
            const char     *id)
{
  SignalrAspnetConnection *connection = signalr_aspnet_connection_find (request->host, id);

  if (connection == NULL)
    return TRUE;

  if (connection->mount->endpoint == request->mount->endpoint)
    {
      signalr_request_introduce (request, connection->base.caller, connection->options);
      return TRUE;
    }

  bad_request (request, "The ConnectionId is in the incorrect format.");

  return FALSE;
}

/* What is behind the token: of one connection. */
static void
handle_connection (SignalrRequest *request,
                   GPtrArray      *hubs)
{
  g_autofree char *id = NULL;

  if (signalr_aspnet_get_transport (request) == SIGNALR_TRANSPORT_NONE)
    {
      bad_request (request, "Protocol error: Unknown transport.");
      return;
    }

  id = verify_token (request);
  if (id == NULL || !is_at_home (request, id))
    return;

  if (signalr_aspnet_ends_with (request, "/start"))
    start (request, id);
  else if (signalr_aspnet_ends_with (request, "/send"))
    send_call (request, id, hubs);
  else if (signalr_aspnet_ends_with (request, "/abort"))
    abort_connection (request, id);
  else
    signalr_aspnet_receive (request, id, hubs);
}

/*< private >
 * signalr_aspnet_handle:
 *
 * Answers a request of classic SignalR. Its end decides what it is, without
 * regard to case, and its method means nothing.
 */
void
signalr_aspnet_handle (SignalrRequest *request)
{
  g_autoptr (GPtrArray) hubs = NULL;
  g_autoptr (GError) error = NULL;

  signalr_request_set_header (request, "Cache-Control", "no-cache");

  if (!check_callback (request))
    return;

  if (signalr_aspnet_is_script (request))
    {
      signalr_aspnet_answer_script (request);
      return;
    }

  hubs = parse_connection_data (request, &error);
  if (hubs == NULL)
    signalr_request_answer (request, SOUP_STATUS_INTERNAL_SERVER_ERROR, NULL, error->message);
  else if (signalr_aspnet_ends_with (request, "/negotiate"))
    negotiate (request);
  else if (signalr_aspnet_ends_with (request, "/ping"))
    signalr_aspnet_answer_json (request, "{ \"Response\": \"pong\" }");
  else
    handle_connection (request, hubs);
}
