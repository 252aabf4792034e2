/* negotiate.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "negotiate-private.h"

#include <string.h>

#include "http-private.h"
#include "lifetime-private.h"
#include "signalr-error-private.h"
#include "../protocol/aspnet-negotiate-private.h"
#include "../protocol/aspnetcore-negotiate-private.h"
#include "../protocol/json-scan-private.h"

#define MAX_REQUESTS    100
#define MAX_ANSWER_SIZE 65536

#define OLDEST_VERSION 102
#define NEWEST_VERSION 201

typedef struct {
  SignalrNegotiateSetup  setup;
  SoupSession           *session;
  char                  *connection_data;  /* (nullable) */
  char                  *url;              /* where it goes on; no query */
  char                  *query;            /* (nullable) */
  char                  *token;            /* (nullable): of a redirect; secret */
  SoupMessage           *message;          /* the request that is under way */
  gboolean               classic;          /* what it asks for */
  guint                  n_requests;
  gboolean               asked_again;      /* because libsoup asked somebody else */
  GError                *core_error;       /* why it is not ASP.NET Core, or seems so */
} Negotiation;

static void ask (GTask *task);

static void
negotiation_free (Negotiation *self)
{
  g_object_unref (self->session);
  g_free (self->connection_data);
  g_free (self->url);
  g_free (self->query);
  g_free (self->token);
  g_clear_object (&self->message);
  g_clear_error (&self->core_error);
  g_free (self);
}

/* Seconds as the classic server tells them; a negative number is none. */
static gint64
microseconds (double seconds)
{
  return seconds < 0 ? SIGNALR_NEVER : (gint64) (seconds * G_USEC_PER_SEC);
}

static SignalrNegotiated *
negotiated_new (Negotiation               *self,
                const SignalrDialectTable *dialect)
{
  SignalrNegotiated *negotiated = signalr_negotiated_new (dialect);

  negotiated->url = g_steal_pointer (&self->url);
  negotiated->query = g_steal_pointer (&self->query);
  negotiated->access_token = g_steal_pointer (&self->token);

  return negotiated;
}

static void
take_start (Negotiation *self)
{
  g_autofree char *own_query = NULL;
  g_autoptr (GString) query = g_string_new (NULL);

  signalr_url_split (self->setup.url, &self->url, &own_query);
  signalr_query_append (query, own_query);
  signalr_query_append (query, self->setup.query);
  self->query = g_strdup (query->str);
}

/* The protocol's own redirect: what it does not say of query and token is gone. */
static void
take_redirect (Negotiation *self,
               const char  *url,
               const char  *token)
{
  g_free (self->url);
  g_free (self->query);
  signalr_url_split (url, &self->url, &self->query);

  g_free (self->token);
  self->token = g_strdup (token);
}

/* Of two errors the one that says more: of the two questions the second is only
 * asked because the answer to the first was none.
 */
static void
fail (GTask  *task,
      GError *error)
{
  Negotiation *self = g_task_get_task_data (task);
  const GError *first = self->core_error;

  if (first != NULL && error->domain == SIGNALR_ERROR &&
      (first->code == SIGNALR_ERROR_UNAUTHORIZED || first->code == SIGNALR_ERROR_FORBIDDEN ||
       SOUP_STATUS_IS_REDIRECTION (signalr_error_get_status (first))))
    {
      g_error_free (error);
      error = g_steal_pointer (&self->core_error);
    }

  g_task_return_error (task, error);
}

static void
fail_here (GTask        *task,
           SignalrError  code,
           const char   *format,
           ...) G_GNUC_PRINTF (3, 4);

/* @format: what comes behind the address */
static void
fail_here (GTask        *task,
           SignalrError  code,
           const char   *format,
           ...)
{
  Negotiation *self = g_task_get_task_data (task);
  g_autofree char *shown = signalr_url_to_display (self->url);
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);

  fail (task, g_error_new (SIGNALR_ERROR, code, "%s %s", shown, text));
}

static void
take_core (GTask    *task,
           JsonNode *root)
{
  Negotiation *self = g_task_get_task_data (task);
  g_autoptr (SignalrAspnetcoreNegotiate) answer = NULL;
  SignalrNegotiated *negotiated;
  GError *error = NULL;

  answer = signalr_aspnetcore_negotiate_decode (root, &error);
  if (answer == NULL)
    {
      fail (task, error);
      return;
    }

  if (answer->error != NULL)
    {
      fail_here (task, SIGNALR_ERROR_PROTOCOL, "refuses to negotiate: %s", answer->error);
      return;
    }

  if (answer->url != NULL)
    {
      take_redirect (self, answer->url, answer->access_token);
      ask (task);
      return;
    }

  negotiated = negotiated_new (self, &signalr_aspnetcore_dialect);
  negotiated->connection_id = g_steal_pointer (&answer->connection_id);
  negotiated->connection_token = g_steal_pointer (&answer->connection_token);
  negotiated->transports = answer->transports;
  negotiated->binary_transports = answer->binary_transports;
  negotiated->stateful = answer->stateful && self->setup.stateful;
  g_task_return_pointer (task, negotiated, (GDestroyNotify) signalr_negotiated_free);
}

static void
take_classic (GTask    *task,
              JsonNode *root)
{
  Negotiation *self = g_task_get_task_data (task);
  g_autoptr (SignalrAspnetNegotiate) answer = NULL;
  SignalrNegotiated *negotiated;
  GError *error = NULL;

  answer = signalr_aspnet_negotiate_decode (root, &error);
  if (answer == NULL)
    {
      fail (task, error);
      return;
    }

  if (answer->version < OLDEST_VERSION || answer->version > NEWEST_VERSION)
    {
      fail_here (task, SIGNALR_ERROR_PROTOCOL,
                 "speaks version %s of classic SignalR; this client knows 1.2 to 2.1",
                 answer->protocol_version);
      return;
    }

  if (answer->error != NULL)
    {
      fail_here (task, SIGNALR_ERROR_PROTOCOL, "refuses to negotiate: %s", answer->error);
      return;
    }

  if (answer->redirect_url != NULL)
    {
      take_redirect (self, answer->redirect_url, answer->access_token);
      if (self->query == NULL)
        self->query = g_strdup (self->setup.query);
      ask (task);
      return;
    }

  negotiated = negotiated_new (self, &signalr_aspnet_dialect);
  negotiated->connection_id = g_steal_pointer (&answer->connection_id);
  negotiated->connection_token = g_steal_pointer (&answer->connection_token);
  negotiated->version = answer->version;
  negotiated->transports = signalr_aspnet_dialect.transports;
  if (!answer->try_web_sockets)
    negotiated->transports &= ~(1u << SIGNALR_TRANSPORT_WEB_SOCKETS);
  negotiated->keep_alive = microseconds (answer->keep_alive_timeout);
  negotiated->disconnect = microseconds (answer->disconnect_timeout);
  negotiated->connection = microseconds (answer->connection_timeout);
  negotiated->transport_connect = microseconds (answer->transport_connect_timeout);
  negotiated->poll_delay = microseconds (answer->long_poll_delay);
  g_task_return_pointer (task, negotiated, (GDestroyNotify) signalr_negotiated_free);
}

static void
ask_classic (GTask  *task,
             GError *core_error)
{
  Negotiation *self = g_task_get_task_data (task);

  g_clear_error (&self->core_error);
  self->core_error = core_error;
  self->classic = TRUE;
  ask (task);
}

static void
take_answer (GTask    *task,
             JsonNode *root)
{
  Negotiation *self = g_task_get_task_data (task);
  gboolean is_core = root != NULL && signalr_aspnetcore_negotiate_fits (root);
  gboolean is_classic = root != NULL && signalr_aspnet_negotiate_fits (root);
  gboolean open = self->setup.dialect == SIGNALR_DIALECT_AUTO && !self->classic;

  if (is_core && !self->classic)
    take_core (task, root);
  else if (is_classic && self->classic)
    take_classic (task, root);
  else if (open)
    ask_classic (task, NULL);
  else if (is_core)
    fail_here (task, SIGNALR_ERROR_NOT_SIGNALR,
               "speaks ASP.NET Core SignalR, not classic SignalR");
  else if (is_classic)
    fail_here (task, SIGNALR_ERROR_NOT_SIGNALR,
               "speaks classic SignalR, not ASP.NET Core SignalR");
  else
    fail_here (task, SIGNALR_ERROR_NOT_SIGNALR, "answers, but is not a SignalR server");
}

/* An ordinary redirect, for as far as it keeps the question as it is. */
static gboolean
follow_redirect (Negotiation *self)
{
  guint status = soup_message_get_status (self->message);
  const char *location = soup_message_headers_get_one (soup_message_get_response_headers (self->message),
                                                       "Location");
  g_autofree char *target = NULL;
  g_autofree char *path = NULL;
  g_autofree char *query = NULL;
  g_autoptr (GUri) uri = NULL;

  if (location == NULL || !SOUP_STATUS_IS_REDIRECTION (status) ||
      (!self->classic && status != SOUP_STATUS_TEMPORARY_REDIRECT &&
       status != SOUP_STATUS_PERMANENT_REDIRECT))
    return FALSE;

  uri = g_uri_parse_relative (soup_message_get_uri (self->message), location,
                              SOUP_HTTP_URI_FLAGS, NULL);
  if (uri == NULL)
    return FALSE;

  target = g_uri_to_string (uri);
  signalr_url_split (target, &path, &query);
  if (!g_str_has_suffix (path, "/negotiate"))
    return FALSE;

  path[strlen (path) - strlen ("/negotiate")] = '\0';
  g_free (self->url);
  self->url = g_steal_pointer (&path);

  return TRUE;
}

/* A classic server fails so where a hub is asked for that it has not. */
static GError *
name_hubs (Negotiation *self,
           GError      *error)
{
  g_autofree char *hubs = NULL;
  g_autofree char *shown = NULL;
  GError *named;

  if (!self->classic || self->setup.hubs == NULL || *self->setup.hubs == NULL ||
      signalr_error_get_status (error) != SOUP_STATUS_INTERNAL_SERVER_ERROR)
    return error;

  hubs = g_strjoinv ("”, “", (char **) self->setup.hubs);
  shown = signalr_url_to_display (self->url);
  named = g_error_new (SIGNALR_ERROR, SIGNALR_ERROR_HUB,
                       "%s failed (HTTP 500), as it does where there is no hub “%s”", shown, hubs);
  signalr_error_set_status (named, SOUP_STATUS_INTERNAL_SERVER_ERROR);
  g_error_free (error);

  return named;
}

static char *
build_url (Negotiation *self)
{
  g_autoptr (GString) query = g_string_new (NULL);

  if (self->classic)
    signalr_query_add (query, "clientProtocol", "2.1");

  signalr_query_append (query, self->query);

  if (self->classic && self->connection_data != NULL)
    signalr_query_add (query, "connectionData", self->connection_data);
  if (!self->classic)
    signalr_query_add (query, "negotiateVersion", "1");
  if (!self->classic && self->setup.stateful)
    signalr_query_add (query, "useStatefulReconnect", "true");

  return signalr_url_build (self->url, "negotiate", query->str);
}

/* Redirections are not followed. But once libsoup 3.2 was asked by a proxy on the way
 * to a plain server who asks, it puts the question to the proxy itself. By then it
 * knows what to say with the next one.
 */
static gboolean
has_strayed (Negotiation *self)
{
  g_autofree char *url = build_url (self);
  g_autofree char *asked = g_uri_to_string (soup_message_get_uri (self->message));

  return !signalr_url_same_origin (url, asked);
}

static void
ask_again (GTask *task)
{
  Negotiation *self = g_task_get_task_data (task);

  if (self->asked_again)
    {
      fail_here (task, SIGNALR_ERROR_UNAUTHORIZED,
                 "cannot be reached: the proxy on the way wants to know who asks");
      return;
    }

  self->asked_again = TRUE;
  ask (task);
}

static void
fetch_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Negotiation *self = g_task_get_task_data (task);
  g_autoptr (GBytes) body = NULL;
  g_autoptr (JsonNode) root = NULL;
  GError *error = NULL;

  body = signalr_http_fetch_finish (result, &error);
  if (has_strayed (self))
    {
      g_clear_error (&error);
      ask_again (task);
      return;
    }

  if (body == NULL && !g_error_matches (error, SIGNALR_ERROR, SIGNALR_ERROR_TOO_LARGE))
    {
      fail (task, error);
      return;
    }

  g_clear_error (&error);
  if (follow_redirect (self))
    {
      ask (task);
      return;
    }

  error = signalr_http_check_status (self->message, body);
  if (error != NULL && !self->classic && self->setup.dialect == SIGNALR_DIALECT_AUTO)
    {
      ask_classic (task, error);
      return;
    }
  if (error != NULL)
    {
      fail (task, name_hubs (self, error));
      return;
    }

  if (body != NULL)
    root = signalr_json_parse (g_bytes_get_data (body, NULL), g_bytes_get_size (body), NULL);
  take_answer (task, root);
}

static void
ask (GTask *task)
{
  Negotiation *self = g_task_get_task_data (task);
  g_autofree char *url = NULL;
  GError *error = NULL;

  if (g_task_return_error_if_cancelled (task))
    return;

  if (self->n_requests++ == MAX_REQUESTS)
    {
      fail_here (task, SIGNALR_ERROR_PROTOCOL, "redirects without end");
      return;
    }

  url = build_url (self);
  g_clear_object (&self->message);
  self->message = signalr_http_message_new (self->classic ? "GET" : "POST", url, &error);
  if (self->message == NULL)
    {
      fail (task, error);
      return;
    }

  /* To negotiate twice does no harm. */
  soup_message_add_flags (self->message, SOUP_MESSAGE_IDEMPOTENT);
  if (!self->classic)
    soup_message_headers_set_content_length (soup_message_get_request_headers (self->message), 0);
  self->setup.dress (self->message, url, self->token, self->setup.user_data);
  self->setup.request (self->setup.user_data);

  signalr_http_fetch_async (self->session, self->message, MAX_ANSWER_SIZE,
                            g_task_get_cancellable (task), fetch_cb, g_object_ref (task));
}

/* A server that is not asked gives the connection a name that nobody is told. */
static void
skip (GTask *task)
{
  Negotiation *self = g_task_get_task_data (task);
  const char * const *names = self->setup.transports;
  SignalrNegotiated *negotiated;

  if (self->setup.dialect == SIGNALR_DIALECT_ASPNET)
    {
      g_task_return_new_error (task, SIGNALR_ERROR, SIGNALR_ERROR_PROTOCOL,
                               "Classic SignalR cannot be spoken without negotiation");
      return;
    }

  if (names == NULL || g_strv_length ((char **) names) != 1 ||
      signalr_transport_from_string (names[0]) != SIGNALR_TRANSPORT_WEB_SOCKETS)
    {
      g_task_return_new_error (task, SIGNALR_ERROR, SIGNALR_ERROR_PROTOCOL,
                               "Negotiation can only be skipped where webSockets is the one "
                               "transport allowed");
      return;
    }

  negotiated = negotiated_new (self, &signalr_aspnetcore_dialect);
  negotiated->transports = negotiated->binary_transports = 1 << SIGNALR_TRANSPORT_WEB_SOCKETS;
  g_task_return_pointer (task, negotiated, (GDestroyNotify) signalr_negotiated_free);
}

/*< private >
 * signalr_negotiate_async:
 * @setup: copied; what it points to stays valid until the answer
 *
 * Asks a server what it speaks: ASP.NET Core first, which a classic server
 * answers too, unless the dialect is known. Follows redirects.
 */
void
signalr_negotiate_async (const SignalrNegotiateSetup *setup,
                         SoupSession                 *session,
                         GCancellable                *cancellable,
                         GAsyncReadyCallback          callback,
                         gpointer                     user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Negotiation *self = g_new0 (Negotiation, 1);
  g_autoptr (GUri) uri = NULL;
  GError *error = NULL;

  self->setup = *setup;
  self->session = g_object_ref (session);
  self->classic = setup->dialect == SIGNALR_DIALECT_ASPNET;
  if (setup->hubs != NULL)
    self->connection_data = signalr_aspnet_connection_data (setup->hubs);
  g_task_set_source_tag (task, signalr_negotiate_async);
  g_task_set_task_data (task, self, (GDestroyNotify) negotiation_free);

  uri = signalr_url_parse (setup->url, &error);
  if (uri == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  take_start (self);
  if (setup->skip)
    skip (task);
  else
    ask (task);
}

SignalrNegotiated *
signalr_negotiate_finish (GAsyncResult  *result,
                          GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
