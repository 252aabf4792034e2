/* http.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "http-private.h"

#include <string.h>

#include "signalr-error-private.h"

#define BLOCK_SIZE    8192
#define QUOTED_LENGTH 200

/* The most of a server's wish that is believed. */
#define MAX_RETRY_AFTER 3600

void
signalr_query_add (GString    *query,
                   const char *name,
                   const char *value)
{
  if (query->len > 0)
    g_string_append_c (query, '&');
  g_string_append_uri_escaped (query, name, NULL, FALSE);
  g_string_append_c (query, '=');
  g_string_append_uri_escaped (query, value, NULL, FALSE);
}

void
signalr_query_append (GString    *query,
                      const char *more)
{
  if (more == NULL || *more == '\0')
    return;

  if (query->len > 0)
    g_string_append_c (query, '&');
  g_string_append (query, more);
}

/*< private >
 * signalr_url_split:
 * @base: (out): what stands before the first question mark
 * @query: (out) (nullable): what stands behind it; %NULL where there is none
 */
void
signalr_url_split (const char  *url,
                   char       **base,
                   char       **query)
{
  const char *end = url + strcspn (url, "#");
  const char *mark = memchr (url, '?', end - url);

  *base = g_strndup (url, (mark != NULL ? mark : end) - url);
  *query = mark != NULL ? g_strndup (mark + 1, end - mark - 1) : NULL;
}

/*< private >
 * signalr_url_build:
 * @base: an address without query
 * @segment: (nullable): what comes behind its path
 * @query: (nullable): a query string
 */
char *
signalr_url_build (const char *base,
                   const char *segment,
                   const char *query)
{
  GString *url = g_string_new (base);

  if (segment != NULL)
    {
      if (!g_str_has_suffix (base, "/"))
        g_string_append_c (url, '/');
      g_string_append (url, segment);
    }
  if (query != NULL && *query != '\0')
    g_string_append_printf (url, "?%s", query);

  return g_string_free (url, FALSE);
}

char *
signalr_url_to_display (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);

  if (uri == NULL)
    return g_strndup (url, strcspn (url, "?#"));

  return g_uri_to_string_partial (uri, G_URI_HIDE_QUERY | G_URI_HIDE_FRAGMENT | G_URI_HIDE_PASSWORD);
}

static int
effective_port (GUri *uri)
{
  if (g_uri_get_port (uri) != -1)
    return g_uri_get_port (uri);

  return g_strcmp0 (g_uri_get_scheme (uri), "https") == 0 ? 443 : 80;
}

gboolean
signalr_url_same_origin (const char *a,
                         const char *b)
{
  g_autoptr (GUri) first = g_uri_parse (a, SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr (GUri) second = g_uri_parse (b, SOUP_HTTP_URI_FLAGS, NULL);

  return first != NULL && second != NULL &&
         g_strcmp0 (g_uri_get_scheme (first), g_uri_get_scheme (second)) == 0 &&
         g_ascii_strcasecmp (g_uri_get_host (first), g_uri_get_host (second)) == 0 &&
         effective_port (first) == effective_port (second);
}

/*< private >
 * signalr_url_parse:
 *
 * Returns: (transfer full): the parts of @url; %NULL with
 *   %SIGNALR_ERROR_INVALID_DATA where that is not an address of HTTP
 */
GUri *
signalr_url_parse (const char  *url,
                   GError     **error)
{
  g_autoptr (GUri) uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  g_autofree char *shown = NULL;

  if (uri != NULL && g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0' &&
      (strcmp (g_uri_get_scheme (uri), "http") == 0 ||
       strcmp (g_uri_get_scheme (uri), "https") == 0))
    return g_steal_pointer (&uri);

  shown = signalr_url_to_display (url);
  g_set_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA,
               "“%s” is not an address of the form http://host/path or https://host/path", shown);

  return NULL;
}

/* Redirections are not followed: where they lead is the caller's business. */
SoupMessage *
signalr_http_message_new (const char  *method,
                          const char  *url,
                          GError     **error)
{
  g_autoptr (GUri) uri = signalr_url_parse (url, error);
  SoupMessage *message;

  if (uri == NULL)
    return NULL;

  message = soup_message_new_from_uri (method, uri);
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);

  return message;
}

typedef struct {
  SoupMessage *message;
  GByteArray  *body;
  gsize        max_size;
} Fetch;

static void
fetch_free (Fetch *fetch)
{
  g_object_unref (fetch->message);
  g_byte_array_unref (fetch->body);
  g_free (fetch);
}

/*< private >
 * signalr_http_explain:
 * @error: (transfer full): what libsoup or GIO says about @message
 *
 * Returns: (transfer full): the same in our words, with the address
 */
GError *
signalr_http_explain (SoupMessage *message,
                      GError      *error)
{
  g_autofree char *url = g_uri_to_string (soup_message_get_uri (message));
  g_autofree char *shown = signalr_url_to_display (url);

  return signalr_error_new_from (error, shown);
}

static void
fetch_fail (GTask  *task,
            GError *error)
{
  Fetch *fetch = g_task_get_task_data (task);

  g_task_return_error (task, signalr_http_explain (fetch->message, error));
}

static void fetch_read (GTask *task, GInputStream *stream);

static void
fetch_read_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  GInputStream *stream = G_INPUT_STREAM (source);
  g_autoptr (GTask) task = user_data;
  Fetch *fetch = g_task_get_task_data (task);
  g_autoptr (GBytes) block = NULL;
  GError *error = NULL;

  block = g_input_stream_read_bytes_finish (stream, result, &error);
  if (block == NULL)
    {
      fetch_fail (task, error);
      return;
    }

  if (g_bytes_get_size (block) == 0)
    {
      g_task_return_pointer (task,
                             g_byte_array_free_to_bytes (g_steal_pointer (&fetch->body)),
                             (GDestroyNotify) g_bytes_unref);
      fetch->body = g_byte_array_new ();
      return;
    }

  if (fetch->body->len + g_bytes_get_size (block) > fetch->max_size)
    {
      fetch_fail (task, g_error_new (G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                                     "more than %" G_GSIZE_FORMAT " bytes", fetch->max_size));
      return;
    }

  g_byte_array_append (fetch->body, g_bytes_get_data (block, NULL), g_bytes_get_size (block));
  fetch_read (g_steal_pointer (&task), stream);
}

static void
fetch_read (GTask        *task,
            GInputStream *stream)
{
  g_input_stream_read_bytes_async (stream, BLOCK_SIZE, G_PRIORITY_DEFAULT,
                                   g_task_get_cancellable (task), fetch_read_cb, task);
}

static void
fetch_send_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GInputStream) stream = NULL;
  GError *error = NULL;

  stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (stream == NULL)
    {
      fetch_fail (task, error);
      return;
    }

  fetch_read (g_steal_pointer (&task), stream);
}

void
signalr_http_fetch_async (SoupSession         *session,
                          SoupMessage         *message,
                          gsize                max_size,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  GTask *task = g_task_new (session, cancellable, callback, user_data);
  Fetch *fetch = g_new0 (Fetch, 1);

  fetch->message = g_object_ref (message);
  fetch->body = g_byte_array_new ();
  fetch->max_size = max_size;
  g_task_set_source_tag (task, signalr_http_fetch_async);
  g_task_set_task_data (task, fetch, (GDestroyNotify) fetch_free);

  soup_session_send_async (session, message, G_PRIORITY_DEFAULT, cancellable,
                           fetch_send_cb, task);
}

GBytes *
signalr_http_fetch_finish (GAsyncResult  *result,
                           GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* The first line of a text that came with an error, as far as it can be shown. */
static char *
quote_body (SoupMessage *message,
            GBytes      *body)
{
  const char *type = soup_message_headers_get_content_type (soup_message_get_response_headers (message),
                                                            NULL);
  const char *text;
  gsize length;

  if (body == NULL || g_bytes_get_size (body) == 0 ||
      (type != NULL && g_ascii_strcasecmp (type, "text/plain") != 0))
    return NULL;

  text = g_bytes_get_data (body, &length);
  length = MIN (length, QUOTED_LENGTH);
  for (gsize i = 0; i < length; i++)
    {
      if (g_ascii_iscntrl (text[i]))
        length = i;
    }

  return length > 0 ? g_utf8_make_valid (text, length) : NULL;
}

static SignalrError
code_from_status (guint status)
{
  switch (status)
    {
    case SOUP_STATUS_UNAUTHORIZED:
    case SOUP_STATUS_PROXY_UNAUTHORIZED:
      return SIGNALR_ERROR_UNAUTHORIZED;

    case SOUP_STATUS_FORBIDDEN:
      return SIGNALR_ERROR_FORBIDDEN;

    case SOUP_STATUS_NOT_FOUND:
    case SOUP_STATUS_GONE:
      return SIGNALR_ERROR_NOT_FOUND;

    case SOUP_STATUS_REQUEST_TIMEOUT:
    case SOUP_STATUS_GATEWAY_TIMEOUT:
      return SIGNALR_ERROR_TIMED_OUT;

    case SOUP_STATUS_METHOD_NOT_ALLOWED:
    case SOUP_STATUS_NOT_IMPLEMENTED:
      return SIGNALR_ERROR_NOT_SIGNALR;

    case 429: /* too many requests */
      return SIGNALR_ERROR_UNREACHABLE;

    default:
      if (SOUP_STATUS_IS_SERVER_ERROR (status))
        return SIGNALR_ERROR_UNREACHABLE;
      if (SOUP_STATUS_IS_CLIENT_ERROR (status))
        return SIGNALR_ERROR_PROTOCOL;
      return SIGNALR_ERROR_NOT_SIGNALR;
    }
}

static const char *
sentence_from_status (guint status)
{
  switch (status)
    {
    case SOUP_STATUS_UNAUTHORIZED:
      return "%s wants to know who asks: sign in";

    case SOUP_STATUS_PROXY_UNAUTHORIZED:
      return "The proxy on the way to %s wants to know who asks";

    case SOUP_STATUS_FORBIDDEN:
      return "%s refuses this client";

    case SOUP_STATUS_NOT_FOUND:
    case SOUP_STATUS_GONE:
      return "The server has nothing at %s";

    case SOUP_STATUS_METHOD_NOT_ALLOWED:
    case SOUP_STATUS_NOT_IMPLEMENTED:
      return "%s answers, but not as SignalR does";

    default:
      if (SOUP_STATUS_IS_REDIRECTION (status))
        return "%s leads elsewhere, which is not SignalR’s answer";
      if (SOUP_STATUS_IS_SERVER_ERROR (status))
        return "The server failed at %s";
      return "The server did not accept the request for %s";
    }
}

/* In milliseconds; a number of seconds, or a date. */
static gint64
read_retry_after (SoupMessage *message)
{
  const char *text = soup_message_headers_get_one (soup_message_get_response_headers (message),
                                                   "Retry-After");
  g_autoptr (GDateTime) date = NULL;
  g_autoptr (GDateTime) now = NULL;
  guint64 seconds = 0;

  if (text == NULL)
    return 0;

  if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT32, &seconds, NULL))
    {
      date = soup_date_time_new_from_http_string (text);
      now = g_date_time_new_now_utc ();
      if (date != NULL && g_date_time_compare (date, now) > 0)
        seconds = 1 + g_date_time_difference (date, now) / G_TIME_SPAN_SECOND;
    }

  return 1000 * (gint64) MIN (seconds, MAX_RETRY_AFTER);
}

GError *
signalr_http_check_status (SoupMessage *message,
                           GBytes      *body)
{
  guint status = soup_message_get_status (message);
  g_autofree char *url = g_uri_to_string (soup_message_get_uri (message));
  g_autofree char *shown = signalr_url_to_display (url);
  g_autofree char *quoted = quote_body (message, body);
  g_autoptr (GString) text = NULL;
  const char *location;
  GError *error;

  if (SOUP_STATUS_IS_SUCCESSFUL (status))
    return NULL;

  text = g_string_new (sentence_from_status (status));
  g_string_replace (text, "%s", shown, 1);
  g_string_append_printf (text, " (HTTP %u%s%s)", status,
                          quoted != NULL ? ": " : "", quoted != NULL ? quoted : "");

  location = soup_message_headers_get_one (soup_message_get_response_headers (message), "Location");
  if (SOUP_STATUS_IS_REDIRECTION (status) && location != NULL)
    {
      g_autofree char *target = signalr_url_to_display (location);

      g_string_append_printf (text, ": %s", target);
    }

  error = g_error_new_literal (SIGNALR_ERROR, code_from_status (status), text->str);
  signalr_error_set_status (error, status);
  signalr_error_set_retry_after (error, read_retry_after (message));

  return error;
}
