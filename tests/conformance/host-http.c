/* host-http.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "host-http.h"

#include <string.h>

char *
host_path (SoupServerMessage *request)
{
  const char *path = g_uri_get_path (soup_server_message_get_uri (request));
  char *decoded = g_uri_unescape_string (path, NULL);

  return decoded != NULL ? decoded : g_strdup (path);
}

gboolean
host_path_is_below (const char *path,
                    const char *prefix)
{
  gsize length = strlen (prefix);

  return g_ascii_strncasecmp (path, prefix, length) == 0 && (path[length] == '\0' || path[length] == '/');
}

char *
host_query (SoupServerMessage *request,
            const char        *name)
{
  const char *query = g_uri_get_query (soup_server_message_get_uri (request));
  g_autoptr (GHashTable) form = NULL;

  if (query == NULL)
    return NULL;

  form = soup_form_decode (query);

  return g_strdup (g_hash_table_lookup (form, name));
}

const char *
host_header (SoupServerMessage *request,
             const char        *name)
{
  return soup_message_headers_get_one (soup_server_message_get_request_headers (request), name);
}

void
host_set_header (SoupServerMessage *request,
                 const char        *name,
                 const char        *value)
{
  soup_message_headers_replace (soup_server_message_get_response_headers (request), name, value);
}

char *
host_url (SoupServerMessage *request,
          const char        *target)
{
  const char *scheme = g_uri_get_scheme (soup_server_message_get_uri (request));

  return g_strconcat (scheme, "://", host_header (request, "Host"), "/", target, NULL);
}

void
host_answer (SoupServerMessage *request,
             guint              status,
             const char        *type,
             const char        *body)
{
  soup_server_message_set_status (request, status, NULL);
  if (body != NULL)
    soup_server_message_set_response (request, type, SOUP_MEMORY_COPY, body, strlen (body));
}

/* Whoever asks may ask: the origin itself the server has named already. */
gboolean
host_take_preflight (SoupServerMessage *request)
{
  const char *method = host_header (request, "Access-Control-Request-Method");
  const char *headers = host_header (request, "Access-Control-Request-Headers");

  if (!g_str_equal (soup_server_message_get_method (request), "OPTIONS"))
    return FALSE;

  if (method != NULL)
    host_set_header (request, "Access-Control-Allow-Methods", method);
  if (headers != NULL)
    host_set_header (request, "Access-Control-Allow-Headers", headers);
  host_answer (request, SOUP_STATUS_NO_CONTENT, NULL, NULL);

  return TRUE;
}

void
host_answer_file (SoupServerMessage *request,
                  const char        *root,
                  const char        *path)
{
  g_autoptr (GFile) folder = g_file_new_for_path (root);
  g_autoptr (GFile) file = g_file_resolve_relative_path (folder, path + strspn (path, "/"));
  g_autofree char *content = NULL;
  g_autofree char *type = NULL;
  g_autofree char *mime = NULL;
  gsize length;

  if (g_str_has_suffix (path, "/"))
    {
      g_autoptr (GFile) index = g_file_get_child (file, "index.html");

      g_set_object (&file, index);
    }

  if (!g_file_has_prefix (file, folder) ||
      !g_file_load_contents (file, NULL, &content, &length, NULL, NULL))
    {
      host_answer (request, SOUP_STATUS_NOT_FOUND, NULL, NULL);
      return;
    }

  type = g_content_type_guess (path, (const guchar *) content, length, NULL);
  mime = g_content_type_get_mime_type (type);
  soup_server_message_set_status (request, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (request, mime != NULL ? mime : "application/octet-stream",
                                    SOUP_MEMORY_COPY, content, length);
}
