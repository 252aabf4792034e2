/* server-route.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "server-route-private.h"

#include <string.h>

#include "aspnet-endpoint-private.h"
#include "aspnetcore-endpoint-private.h"

/* A page of our own address may always ask, and so may whoever is no page. */
static gboolean
is_origin_allowed (SignalrRequest *request,
                   const char     *origin)
{
  const char * const *origins = (const char * const *) request->host->origins;
  const char *own = signalr_request_get_header (request, "Host");
  const char *authority = strstr (origin, "://");

  if (origins != NULL && (g_strv_contains (origins, origin) || g_strv_contains (origins, "*")))
    return TRUE;

  return own != NULL && authority != NULL && g_ascii_strcasecmp (authority + strlen ("://"), own) == 0;
}

/* With credentials no wildcard will do: the origin itself is named. */
static gboolean
allow_origin (SignalrRequest *request)
{
  const char *origin = signalr_request_get_header (request, "Origin");

  if (origin == NULL)
    return TRUE;

  signalr_request_set_header (request, "Vary", "Origin");
  if (!is_origin_allowed (request, origin))
    return FALSE;

  signalr_request_set_header (request, "Access-Control-Allow-Origin", origin);
  signalr_request_set_header (request, "Access-Control-Allow-Credentials", "true");

  return TRUE;
}

static void
answer_preflight (SignalrRequest *request)
{
  const char *headers = signalr_request_get_header (request, "Access-Control-Request-Headers");

  signalr_request_set_header (request, "Access-Control-Allow-Methods", "GET, POST, DELETE, OPTIONS");
  if (headers != NULL)
    signalr_request_set_header (request, "Access-Control-Allow-Headers", headers);

  signalr_request_answer (request, SOUP_STATUS_NO_CONTENT, NULL, NULL);
}

/* Both dialects may share an address. What only one of them says decides. */
static gboolean
is_aspnetcore (SignalrRequest *request)
{
  SignalrMount *mount = request->mount;
  const char *rest = request->rest;

  if (mount->aspnetcore_hub == NULL || !mount->aspnet)
    return mount->aspnetcore_hub != NULL;

  if (g_ascii_strcasecmp (rest, "/negotiate") == 0 || g_ascii_strcasecmp (rest, "/negotiate/") == 0)
    return g_str_equal (signalr_request_get_method (request), "POST") &&
           signalr_request_get_query (request, "clientProtocol") == NULL;

  return (rest[0] == '\0' || g_str_equal (rest, "/")) &&
         signalr_request_get_query (request, "transport") == NULL;
}

static gboolean
authorize (SignalrRequest *request)
{
  SignalrHost *host = request->host;

  return host->authorize == NULL ||
         host->authorize (host->authority, request->message, signalr_request_get_token (request), &request->user);
}

static gboolean
is_for_program (SignalrRequest *request)
{
  SignalrPages *pages = &request->host->pages;

  return pages->func != NULL && pages->func (pages->server, request->message, pages->user_data);
}

/*< private >
 * signalr_route:
 *
 * Answers @request, now or later.
 */
void
signalr_route (SignalrRequest *request)
{
  gboolean allowed = allow_origin (request);

  if (signalr_request_refuse_often (request))
    return;

  if (is_for_program (request))
    return;

  request->mount = signalr_host_find_mount (request->host, request->path, &request->rest);
  if (request->mount == NULL)
    {
      signalr_request_answer (request, SOUP_STATUS_NOT_FOUND, "text/plain", "Nothing is served at this path.");
      return;
    }

  signalr_request_set_header (request, "X-Content-Type-Options", "nosniff");

  /* An ordinary answer a browser keeps from the page; a WebSocket it does not. */
  if (!allowed && signalr_request_is_upgrade (request))
    {
      signalr_request_answer (request, SOUP_STATUS_FORBIDDEN, "text/plain", "This origin may not ask.");
      return;
    }

  if (g_str_equal (signalr_request_get_method (request), "OPTIONS") &&
      signalr_request_get_header (request, "Access-Control-Request-Method") != NULL)
    answer_preflight (request);
  else if (!authorize (request))
    signalr_request_answer (request, request->user != NULL ? SOUP_STATUS_FORBIDDEN : SOUP_STATUS_UNAUTHORIZED, NULL, NULL);
  else if (is_aspnetcore (request))
    signalr_aspnetcore_handle (request);
  else
    signalr_aspnet_handle (request);
}
