/* core-part.c: part 2, for the functional tests of the JavaScript client
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "core-hubs.h"
#include "host-http.h"
#include "host-parts.h"
#include "host-token.h"

#include <string.h>

#define MAX_MESSAGE 32768

typedef struct {
  SignalrHub *test_hub;
  guint       n_redirects;
} Core;

static void
core_free (gpointer data)
{
  Core *core = data;

  g_object_unref (core->test_hub);
  g_free (core);
}

/* What a page of another address may read: the origin the server has allowed. */
static void
allow (SoupServerMessage *request)
{
  const char *method = host_header (request, "Access-Control-Request-Method");
  const char *headers = host_header (request, "Access-Control-Request-Headers");

  if (method != NULL)
    host_set_header (request, "Access-Control-Allow-Methods", method);
  if (headers != NULL)
    host_set_header (request, "Access-Control-Allow-Headers", headers);
}

static void
set_cookies (SoupServerMessage *request)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (request);
  const char *scheme = g_uri_get_scheme (soup_server_message_get_uri (request));
  const char *forwarded = host_header (request, "X-Forwarded-Proto");
  gboolean secure = g_str_equal (scheme, "https") || g_strcmp0 (forwarded, "https") == 0;
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr (GDateTime) before = g_date_time_add_hours (now, -1);
  g_autofree char *past = soup_date_time_to_string (before, SOUP_DATE_HTTP);
  g_autofree char *expired = g_strconcat ("expiredCookie=doesntmatter; expires=", past, NULL);
  const char *cookies[] = { "testCookie=testValue", "testCookie2=testValue2", expired };

  for (gsize i = 0; i < G_N_ELEMENTS (cookies); i++)
    {
      g_autofree char *cookie = g_strconcat (cookies[i], "; path=/",
                                             secure ? "; secure; samesite=none; partitioned" : NULL, NULL);

      soup_message_headers_append (headers, "Set-Cookie", cookie);
    }
}

static gboolean
begins_with (const char *path,
             const char *prefix)
{
  return g_ascii_strncasecmp (path, prefix, strlen (prefix)) == 0;
}

/* To the same without the second half of its first word, query and all. */
static void
answer_echo_redirect (SoupServerMessage *request)
{
  GUri *uri = soup_server_message_get_uri (request);
  const char *query = g_uri_get_query (uri);
  g_autofree char *location = NULL;

  location = g_strconcat ("/echo", g_uri_get_path (uri) + strlen ("/echoredirect"),
                          query != NULL ? "?" : NULL, query, NULL);
  host_set_header (request, "Location", location);
  host_answer (request, SOUP_STATUS_TEMPORARY_REDIRECT, NULL, NULL);
}

static void
answer_redirect (Core              *core,
                 SoupServerMessage *request)
{
  g_autofree char *base = host_query (request, "baseUrl");
  g_autofree char *text = NULL;
  g_autofree char *url = NULL;
  g_autoptr (JsonNode) node = NULL;

  url = g_strdup_printf ("%s/testHub?numRedirects=%u", base != NULL ? base : "", ++core->n_redirects);
  node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, json_object_new ());
  json_object_set_string_member (json_node_get_object (node), "url", url);
  text = json_to_string (node, FALSE);
  host_answer (request, SOUP_STATUS_OK, "application/json", text);
}

static void
client_result_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (SoupServerMessage) request = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) value = signalr_hub_invoke_client_finish (SIGNALR_HUB (source), result, &error);
  g_autofree char *text = value != NULL ? json_to_string (value, FALSE) : NULL;

  host_answer (request, SOUP_STATUS_OK, "text/plain", text != NULL ? text : error->message);
  soup_server_message_unpause (request);
}

static void
answer_client_result (Core              *core,
                      SoupServerMessage *request,
                      const char        *connection_id)
{
  soup_server_message_pause (request);
  signalr_hub_invoke_client_async (core->test_hub, connection_id, "Result", NULL, NULL,
                                   client_result_cb, g_object_ref (request));
}

static gboolean
take (SignalrServer     *server,
      SoupServerMessage *request,
      gpointer           user_data)
{
  Core *core = user_data;
  g_autofree char *path = host_path (request);

  if (host_take_preflight (request))
    return TRUE;

  allow (request);
  if (strstr (path, "/negotiate") != NULL)
    set_cookies (request);

  if (begins_with (path, "/echoredirect"))
    answer_echo_redirect (request);
  else if (begins_with (path, "/redirect"))
    answer_redirect (core, request);
  else if (begins_with (path, "/bad-negotiate"))
    host_answer (request, SOUP_STATUS_BAD_REQUEST, "text/plain", "Some response from server");
  else if (g_ascii_strcasecmp (path, "/generateJwtToken") == 0)
    {
      g_autofree char *token = host_token_new ();

      host_answer (request, SOUP_STATUS_OK, "text/plain", token);
    }
  else if (begins_with (path, "/clientresult/"))
    answer_client_result (core, request, path + strlen ("/clientresult/"));
  else
    return FALSE;

  return TRUE;
}

static gboolean
authenticate (SignalrServer      *server,
              SoupServerMessage  *request,
              const char         *token,
              gpointer            user_data,
              char              **user)
{
  g_autofree char *path = host_path (request);

  return !host_path_is_below (path, "/authorizedhub") || host_token_is_valid (token);
}

static SignalrMapOptions *
make_options (const char * const *transports)
{
  SignalrMapOptions *options = signalr_map_options_new ();

  g_object_set (options,
                "detailed-errors", TRUE,
                "keep-requests", TRUE,
                "max-message-size", MAX_MESSAGE,
                "transports", transports,
                NULL);

  return options;
}

static gboolean
map_all (SignalrServer  *server,
         SignalrHub     *test_hub,
         GError        **error)
{
  static const char * const no_web_sockets[] = { "serverSentEvents", "longPolling", NULL };
  g_autoptr (SignalrMapOptions) all = make_options (NULL);
  g_autoptr (SignalrMapOptions) some = make_options (no_web_sockets);
  g_autoptr (SignalrHub) authorized_hub = core_echo_hub_new ();
  g_autoptr (SignalrHub) uncreatable_hub = core_uncreatable_hub_new ();
  g_autoptr (SignalrEndpoint) echo = core_raw_echo_new ();

  signalr_server_add_hub (server, "TestHub", test_hub);
  signalr_server_add_hub (server, "AuthorizedHub", authorized_hub);
  signalr_server_add_hub (server, "UncreatableHub", uncreatable_hub);

  return signalr_server_map_hub (server, "/testhub", "TestHub", all, error) &&
         signalr_server_map_hub (server, "/testhub-nowebsockets", "TestHub", some, error) &&
         signalr_server_map_hub (server, "/authorizedhub", "AuthorizedHub", all, error) &&
         signalr_server_map_hub (server, "/uncreatable", "UncreatableHub", all, error) &&
         signalr_server_map_connection (server, "/echo", echo, all, error);
}

SignalrServer *
host_core_new (const HostOptions  *options,
               GError            **error)
{
  static const char * const anybody[] = { "*", NULL };
  g_autoptr (SignalrServer) server = signalr_server_new ();
  Core *core = g_new0 (Core, 1);

  core->test_hub = core_test_hub_new ();
  if (!signalr_server_set_request_func (server, take, core, core_free, error) ||
      !signalr_server_set_authenticate_func (server, authenticate, NULL, NULL, error) ||
      !signalr_server_set_allowed_origins (server, anybody, error) ||
      !map_all (server, core->test_hub, error))
    return NULL;

  return g_steal_pointer (&server);
}
