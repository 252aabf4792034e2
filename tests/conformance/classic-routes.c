/* classic-routes.c: what part 1 answers beside SignalR
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "host-http.h"
#include "host-parts.h"

#include <string.h>

static void
answer_json (SoupServerMessage *request,
             const char        *text)
{
  host_answer (request, SOUP_STATUS_OK, "application/json", text);
}

/* Sends a client on to @target of our own address. */
static void
answer_redirect (SoupServerMessage *request,
                 const char        *version,
                 const char        *target)
{
  g_autofree char *url = host_url (request, target);
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (JsonObject) object = json_object_new ();
  g_autofree char *text = NULL;

  json_object_set_string_member (object, "ProtocolVersion", version);
  json_object_set_string_member (object, "RedirectUrl", url);
  json_object_set_string_member (object, "AccessToken", "TestToken");
  json_node_set_object (node, object);
  text = json_to_string (node, FALSE);
  answer_json (request, text);
}

/* With a trailing slash or without, as written: both have to work. */
static const struct {
  const char *path;
  const char *version;
  const char *target;
} redirects[] = {
  { "/redirect", "2.0", "redirect2" },
  { "/redirect2", "2.0", "redirect3/" },
  { "/redirect3", "2.0", "redirect4" },
  { "/redirect4", "2.0", "signalr/" },
  { "/redirect-query-string", "2.0", "redirect-query-string2?name1=value1&name2=value2" },
  { "/redirect-query-string-clear", "2.0", "redirect-query-string-clear2?clearedName=clearedValue" },
  { "/redirect-query-string-invalid", "2.0", "signalr?redirect=invalid&/?=/&" },
  { "/redirect-loop", "2.0", "redirect-loop2" },
  { "/redirect-loop2", "2.0", "redirect-loop" },
  { "/redirect-old-proto", "1.5", "signalr" },
  { "/redirect-new-proto", "2.1", "signalr" },
  { "/redirect-future-proto", "2.2", "signalr" },
};

/* Those that look at the query they came with. */
static gboolean
take_query_redirect (SoupServerMessage *request,
                     const char        *path)
{
  if (host_path_is_below (path, "/redirect-query-string2"))
    {
      g_autofree char *name1 = host_query (request, "name1");
      g_autofree char *escaped = name1 != NULL ? g_uri_escape_string (name1, NULL, FALSE) : NULL;
      g_autofree char *target = g_strconcat ("signalr?name1=newValue&name3=value3",
                                             escaped != NULL ? "&origName1=" : NULL, escaped, NULL);

      answer_redirect (request, "2.0", target);
      return TRUE;
    }

  if (host_path_is_below (path, "/redirect-query-string-clear2"))
    {
      g_autofree char *cleared = host_query (request, "clearedName");

      if (g_strcmp0 (cleared, "clearedValue") == 0)
        answer_redirect (request, "2.0", "signalr");
      else
        host_answer (request, SOUP_STATUS_INTERNAL_SERVER_ERROR, NULL, NULL);
      return TRUE;
    }

  return FALSE;
}

static gboolean
take_fake_negotiation (SoupServerMessage *request,
                       const char        *path)
{
  if (host_path_is_below (path, "/aspnetcore-signalr"))
    answer_json (request, "{\"connectionId\":\"fakeConnectionId\",\"availableTransports\":[]}");
  else if (host_path_is_below (path, "/negotiate-error"))
    answer_json (request, "{\"ProtocolVersion\":\"2.0\",\"Error\":\"Server-provided negotiate error message!\"}");
  else
    {
      for (gsize i = 0; i < G_N_ELEMENTS (redirects); i++)
        {
          if (host_path_is_below (path, redirects[i].path))
            {
              answer_redirect (request, redirects[i].version, redirects[i].target);
              return TRUE;
            }
        }

      return take_query_redirect (request, path);
    }

  return TRUE;
}

/* Whether the query's @parameter names this request: `start` is `/x/start`. */
static gboolean
is_meant (SoupServerMessage *request,
          const char        *path,
          const char        *parameter)
{
  g_autofree char *when = host_query (request, parameter);
  g_autofree char *part = when != NULL ? g_strconcat ("/", when, NULL) : NULL;

  return part != NULL && strstr (path, part) != NULL;
}

static gboolean
take_trouble (SoupServerMessage *request,
              const char        *path)
{
  if (host_path_is_below (path, "/redirectionConnection") && is_meant (request, path, "redirectWhen"))
    {
      g_autofree char *root = host_url (request, "");

      root[strlen (root) - 1] = '\0';
      host_set_header (request, "Location", root);
      host_answer (request, SOUP_STATUS_FOUND, NULL, NULL);
      return TRUE;
    }

  if (host_path_is_below (path, "/statusCodeConnection") && is_meant (request, path, "alterWhen"))
    {
      g_autofree char *status = host_query (request, "statusCode");
      guint64 code = 0;

      if (status == NULL || !g_ascii_string_to_unsigned (status, 10, 200, 599, &code, NULL))
        code = SOUP_STATUS_INTERNAL_SERVER_ERROR;
      host_answer (request, code, "text/plain", "Hello world");
      return TRUE;
    }

  return FALSE;
}

static gboolean
is_signalr (const char *path)
{
  static const char * const mounts[] = {
    "/signalr", "/signalr2/test", "/multisend", "/echo", "/redirectionConnection", "/statusCodeConnection",
    "/jsonp/signalr", "/jsonp/echo",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (mounts); i++)
    {
      if (host_path_is_below (path, mounts[i]))
        return TRUE;
    }

  return FALSE;
}

gboolean
classic_take (SignalrServer     *server,
              SoupServerMessage *request,
              gpointer           web_root)
{
  g_autofree char *path = host_path (request);

  if (host_take_preflight (request) || take_fake_negotiation (request, path) || take_trouble (request, path))
    return TRUE;

  if (is_signalr (path))
    return FALSE;

  if (host_path_is_below (path, "/status"))
    host_answer (request, SOUP_STATUS_OK, NULL, NULL);
  else if (web_root != NULL)
    host_answer_file (request, web_root, path);
  else
    host_answer (request, SOUP_STATUS_NOT_FOUND, NULL, NULL);

  return TRUE;
}
