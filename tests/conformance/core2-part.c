/* core2-part.c: part 3, for the functional tests of the .NET client
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "core-hubs.h"
#include "core-methods.h"
#include "host-http.h"
#include "host-parts.h"
#include "host-token.h"

#include <string.h>

#define NEW_RECORD_TYPE G_MAXINT32
#define MAX_VERSION 1000

static void
answer_redirect (SoupServerMessage *request)
{
  g_autofree char *url = host_url (request, "authorizedHub");
  g_autofree char *token = host_token_new ();
  g_autofree char *text = g_strdup_printf ("{\"url\":\"%s\",\"accessToken\":\"%s\"}", url, token);

  host_answer (request, SOUP_STATUS_OK, "application/json", text);
}

static gboolean
take (SignalrServer     *server,
      SoupServerMessage *request,
      gpointer           user_data)
{
  g_autofree char *path = host_path (request);

  if (g_str_has_suffix (path, "/negotiate"))
    soup_message_headers_append (soup_server_message_get_response_headers (request),
                                 "Set-Cookie", "fromNegotiate=a%20value; path=/");

  if (host_path_is_below (path, "/redirect"))
    answer_redirect (request);
  else if (host_path_is_below (path, "/generateJwtToken"))
    {
      g_autofree char *token = host_token_new ();

      host_answer (request, SOUP_STATUS_OK, "text/plain", token);
    }
  else
    return FALSE;

  return TRUE;
}

static gboolean
needs_token (const char *path)
{
  return host_path_is_below (path, "/authorizedhub") || host_path_is_below (path, "/authorizedhub2");
}

static gboolean
authenticate (SignalrServer      *server,
              SoupServerMessage  *request,
              const char         *token,
              gpointer            user_data,
              char              **user)
{
  g_autofree char *path = host_path (request);
  const char *name = host_header (request, "Super-Insecure-UserName");

  *user = g_strdup (name);

  return !needs_token (path) ||
         (host_header (request, "Authorization") != NULL && host_token_is_valid (token));
}

static const struct {
  const char *path;
  const char *hub;
  gboolean    stateful;
  gboolean    no_web_sockets;
  int         min_negotiate_version;
} mounts[] = {
  { "/default", "TestHub", TRUE },
  { "/dynamic", "TestHub" },
  { "/hubT", "TestHub" },
  { "/default-nowebsockets", "TestHub", FALSE, TRUE },
  { "/authorizedhub", "AuthorizedHub" },
  { "/authorizedhub2", "AuthorizedHub" },
  { "/negotiateProtocolVersion12", "TestHub", FALSE, FALSE, 12 },
  { "/negotiateProtocolVersionNegative", "TestHub", FALSE, FALSE, -1 },
};

SignalrServer *
host_core2_new (const HostOptions  *options,
                GError            **error)
{
  static const char * const no_web_sockets[] = { "serverSentEvents", "longPolling", NULL };
  g_autoptr (SignalrServer) server = signalr_server_new ();
  g_autoptr (SignalrHub) test_hub = core2_test_hub_new ();
  g_autoptr (SignalrHub) authorized_hub = core_echo_hub_new ();

  signalr_server_add_hub (server, "TestHub", test_hub);
  signalr_server_add_hub (server, "AuthorizedHub", authorized_hub);

  for (gsize i = 0; i < G_N_ELEMENTS (mounts); i++)
    {
      g_autoptr (SignalrMapOptions) map_options = signalr_map_options_new ();

      g_object_set (map_options,
                    "detailed-errors", TRUE,
                    "keep-requests", TRUE,
                    "allow-user-change", TRUE,
                    "stateful-reconnect", mounts[i].stateful,
                    "min-negotiate-version", mounts[i].min_negotiate_version,
                    "transports", mounts[i].no_web_sockets ? no_web_sockets : NULL,
                    NULL);
      if (!signalr_server_map_hub (server, mounts[i].path, mounts[i].hub, map_options, error))
        return NULL;
    }

  if (!signalr_server_set_request_func (server, take, NULL, NULL, error) ||
      !signalr_server_set_authenticate_func (server, authenticate, NULL, NULL, error))
    return NULL;

  return g_steal_pointer (&server);
}

/* A client of a later version. */
static void
version_record (SignalrHub    *hub,
                SignalrCaller *caller,
                JsonNode      *record)
{
  if (JSON_NODE_HOLDS_OBJECT (record) &&
      json_object_get_int_member_with_default (json_node_get_object (record), "type", 0) == NEW_RECORD_TYPE)
    signalr_hub_call_caller (hub, caller, "NewProtocolMethodClient", NULL);
}

static const HostEvents version_events = { .record = version_record };
static const HostMethod version_methods[] = { { "Echo", 1, core_echo_cb } };

SignalrServer *
host_versions_new (const HostOptions  *options,
                   GError            **error)
{
  g_autoptr (SignalrServer) server = signalr_server_new ();
  g_autoptr (SignalrHub) hub = host_hub_new (&version_events, version_methods, G_N_ELEMENTS (version_methods));
  g_autoptr (SignalrMapOptions) map_options = signalr_map_options_new ();

  g_object_set (map_options, "detailed-errors", TRUE, "max-protocol-version", MAX_VERSION, NULL);
  signalr_server_add_hub (server, "VersionHub", hub);
  if (!signalr_server_map_hub (server, "/version", "VersionHub", map_options, error))
    return NULL;

  return g_steal_pointer (&server);
}
