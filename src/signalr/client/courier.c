/* courier.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "courier-private.h"

#include "http-private.h"
#include "token-request-private.h"

struct _SignalrCourier {
  const SignalrConnectionSettings *settings;
  SoupSession                     *session;
  char                            *token;     /* (nullable): what the application gave last */
};

SignalrCourier *
signalr_courier_new (const SignalrConnectionSettings *settings)
{
  SignalrCourier *self = g_rc_box_new0 (SignalrCourier);

  self->settings = settings;
  self->session = g_object_ref (settings->session);

  return self;
}

static void
signalr_courier_clear (SignalrCourier *self)
{
  g_object_unref (self->session);
  g_free (self->token);
}

SignalrCourier *
signalr_courier_ref (SignalrCourier *self)
{
  return g_rc_box_acquire (self);
}

void
signalr_courier_unref (SignalrCourier *self)
{
  g_rc_box_release_full (self, (GDestroyNotify) signalr_courier_clear);
}

SoupSession *
signalr_courier_get_session (SignalrCourier *self)
{
  return self->session;
}

gsize
signalr_courier_get_max_size (SignalrCourier *self)
{
  return self->settings->max_message_size;
}

/* The token of the application is for its own server, that of a redirect for
 * where it leads; headers that the application set may be secret as well.
 */
void
signalr_courier_dress (SignalrCourier *self,
                       SoupMessage    *message,
                       const char     *url,
                       const char     *token)
{
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);
  gboolean at_home = signalr_url_same_origin (url, self->settings->url);
  SoupMessageHeadersIter iter;
  const char *name, *value;

  soup_message_headers_replace (headers, "X-Requested-With", "XMLHttpRequest");

  soup_message_headers_iter_init (&iter, self->settings->headers);
  while (soup_message_headers_iter_next (&iter, &name, &value))
    {
      if (at_home || (g_ascii_strcasecmp (name, "Authorization") != 0 &&
                      g_ascii_strcasecmp (name, "Cookie") != 0))
        soup_message_headers_replace (headers, name, value);
    }

  if (token == NULL && at_home)
    token = self->token != NULL ? self->token : self->settings->access_token;
  if (token != NULL && *token != '\0')
    {
      g_autofree char *bearer = g_strconcat ("Bearer ", token, NULL);

      soup_message_headers_replace (headers, "Authorization", bearer);
    }
}

gboolean
signalr_courier_can_renew (SignalrCourier *self)
{
  return self->settings->token_func != NULL;
}

/* The settings are there for as long as nobody cancelled. */
static gboolean
renew_idle_cb (gpointer user_data)
{
  GTask *task = user_data;
  SignalrCourier *self = g_task_get_task_data (task);
  g_autoptr (SignalrTokenRequest) request = NULL;

  if (g_task_return_error_if_cancelled (task))
    return G_SOURCE_REMOVE;

  request = signalr_token_request_new (g_object_ref (task));
  if (self->settings->token_func != NULL)
    self->settings->token_func (request, self->settings->token_data);

  return G_SOURCE_REMOVE;
}

/* An application is not asked inside its own call. */
void
signalr_courier_renew_async (SignalrCourier      *self,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  g_autoptr (GSource) source = g_idle_source_new ();
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, signalr_courier_renew_async);
  g_task_set_task_data (task, signalr_courier_ref (self), (GDestroyNotify) signalr_courier_unref);

  g_source_set_static_name (source, "[signalr] ask for a token");
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, renew_idle_cb, task, g_object_unref);
  g_source_attach (source, g_task_get_context (task));
}

gboolean
signalr_courier_renew_finish (SignalrCourier  *self,
                              GAsyncResult    *result,
                              GError         **error)
{
  char *token = g_task_propagate_pointer (G_TASK (result), error);

  if (token == NULL)
    return FALSE;

  g_free (self->token);
  self->token = token;

  return TRUE;
}

SoupMessage *
signalr_courier_make (SignalrCourier      *self,
                      SignalrDialogue     *dialogue,
                      SignalrRequestKind   kind,
                      SignalrTransport     transport,
                      GBytes              *payload,
                      GError             **error)
{
  g_auto (SignalrRequest) request = { 0 };
  SoupMessage *message;

  if (!dialogue->dialect->request (dialogue, kind, transport, payload, &request))
    {
      g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_PROTOCOL,
                           "The protocol has no such request");
      return NULL;
    }

  message = signalr_http_message_new (request.method, request.url, error);
  if (message == NULL)
    return NULL;

  if (request.body != NULL)
    soup_message_set_request_body_from_bytes (message, request.content_type, request.body);
  else if (g_strcmp0 (request.method, "POST") == 0)
    soup_message_headers_set_content_length (soup_message_get_request_headers (message), 0);
  signalr_courier_dress (self, message, request.url, dialogue->negotiated->access_token);

  return message;
}

static void
fetch_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GBytes) body = NULL;
  GError *error = NULL;

  body = signalr_http_fetch_finish (result, &error);
  if (body != NULL)
    error = signalr_http_check_status (g_task_get_task_data (task), body);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_steal_pointer (&body), (GDestroyNotify) g_bytes_unref);
}

void
signalr_courier_fetch_async (SignalrCourier      *self,
                             SoupMessage         *message,
                             gsize                max_size,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, signalr_courier_fetch_async);
  g_task_set_task_data (task, g_object_ref (message), g_object_unref);
  signalr_http_fetch_async (self->session, message, max_size, cancellable, fetch_cb, task);
}

GBytes *
signalr_courier_fetch_finish (SignalrCourier  *self,
                              GAsyncResult    *result,
                              GError         **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
