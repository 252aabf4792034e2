/* core-methods.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "core-methods.h"

void
core_echo_cb (SignalrHub        *hub,
              SignalrInvocation *invocation,
              gpointer           user_data)
{
  JsonNode *value = json_array_get_element (signalr_invocation_get_args (invocation), 0);

  signalr_invocation_return_value (invocation, json_node_ref (value));
}

void
core_get_caller_id_cb (SignalrHub        *hub,
                       SignalrInvocation *invocation,
                       gpointer           user_data)
{
  SignalrCaller *caller = signalr_invocation_get_caller (invocation);

  signalr_invocation_return_value (invocation, host_string (signalr_caller_get_connection_id (caller)));
}

/* As .NET calls them. */
const char *
core_transport_name (SignalrCaller *caller)
{
  switch (signalr_caller_get_transport (caller))
    {
    case SIGNALR_TRANSPORT_WEB_SOCKETS:
      return "WebSockets";

    case SIGNALR_TRANSPORT_SERVER_SENT_EVENTS:
      return "ServerSentEvents";

    case SIGNALR_TRANSPORT_LONG_POLLING:
      return "LongPolling";

    case SIGNALR_TRANSPORT_NONE:
    case SIGNALR_TRANSPORT_FOREVER_FRAME:
    default:
      return "None";
    }
}

void
core_get_transport_cb (SignalrHub        *hub,
                       SignalrInvocation *invocation,
                       gpointer           user_data)
{
  signalr_invocation_return_value (invocation,
                                   host_string (core_transport_name (signalr_invocation_get_caller (invocation))));
}

const char *
core_get_header (SignalrInvocation *invocation,
                 const char        *name)
{
  SoupMessageHeaders *headers = signalr_caller_get_headers (signalr_invocation_get_caller (invocation));

  return name != NULL && headers != NULL ? soup_message_headers_get_one (headers, name) : NULL;
}

char *
core_get_cookie (SignalrInvocation *invocation,
                 const char        *name)
{
  const char *header = core_get_header (invocation, "Cookie");
  GHashTable *cookies;
  char *value;

  if (header == NULL || name == NULL)
    return NULL;

  cookies = soup_header_parse_semi_param_list (header);
  value = g_strdup (g_hash_table_lookup (cookies, name));
  soup_header_free_param_list (cookies);

  return value;
}

typedef struct {
  void           (*item) (SignalrInvocation *invocation,
                          JsonNode          *item,
                          gpointer           data);
  void           (*end)  (SignalrInvocation *invocation,
                          GError            *error,
                          gpointer           data);
  gpointer         data;
  GDestroyNotify   destroy;
} Upload;

static void
upload_read_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (SignalrInvocation) invocation = SIGNALR_INVOCATION (source);
  Upload *upload = user_data;
  g_autoptr (JsonNode) item = NULL;
  GError *error = NULL;

  item = signalr_invocation_read_finish (invocation, result, &error);
  if (item != NULL)
    {
      upload->item (invocation, item, upload->data);
      signalr_invocation_read_async (g_object_ref (invocation), 0, NULL, upload_read_cb, upload);
      return;
    }

  upload->end (invocation, error, upload->data);
  if (upload->destroy != NULL)
    upload->destroy (upload->data);
  g_free (upload);
}

void
core_read_upload (SignalrInvocation  *invocation,
                  void              (*item) (SignalrInvocation *invocation,
                                             JsonNode          *item,
                                             gpointer           data),
                  void              (*end)  (SignalrInvocation *invocation,
                                             GError            *error,
                                             gpointer           data),
                  gpointer            data,
                  GDestroyNotify      destroy)
{
  Upload *upload = g_new (Upload, 1);

  *upload = (Upload) { item, end, data, destroy };
  signalr_invocation_read_async (g_object_ref (invocation), 0, NULL, upload_read_cb, upload);
}

typedef struct {
  SignalrHub         *hub;
  SignalrInvocation  *invocation;
  void              (*cancelled) (SignalrHub        *hub,
                                  SignalrInvocation *invocation);
} Waiting;

static gboolean
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  Waiting *waiting = user_data;

  waiting->cancelled (waiting->hub, waiting->invocation);

  return G_SOURCE_REMOVE;
}

static void
waiting_free (gpointer user_data)
{
  Waiting *waiting = user_data;

  g_object_unref (waiting->hub);
  g_object_unref (waiting->invocation);
  g_free (waiting);
}

void
core_on_cancelled (SignalrHub         *hub,
                   SignalrInvocation  *invocation,
                   void              (*cancelled) (SignalrHub        *hub,
                                                   SignalrInvocation *invocation))
{
  Waiting *waiting = g_new (Waiting, 1);
  g_autoptr (GSource) source = NULL;

  *waiting = (Waiting) { g_object_ref (hub), g_object_ref (invocation), cancelled };
  source = g_cancellable_source_new (signalr_invocation_get_cancellable (invocation));
  g_source_set_static_name (source, "[conformance] cancelled");
  g_source_set_callback (source, G_SOURCE_FUNC (cancelled_cb), waiting, waiting_free);
  g_source_attach (source, NULL);
}

typedef struct {
  SignalrInvocation *invocation;
  gint64             next;
  gint64             count;
} Counter;

static void
counter_free (gpointer user_data)
{
  Counter *counter = user_data;

  g_object_unref (counter->invocation);
  g_free (counter);
}

static gboolean
counter_cb (gpointer user_data)
{
  Counter *counter = user_data;

  if (counter->next < counter->count &&
      !g_cancellable_is_cancelled (signalr_invocation_get_cancellable (counter->invocation)) &&
      signalr_invocation_send_item (counter->invocation, host_int (counter->next)))
    {
      counter->next++;
      return G_SOURCE_CONTINUE;
    }

  signalr_invocation_return_value (counter->invocation, NULL);

  return G_SOURCE_REMOVE;
}

void
core_stream_numbers (SignalrInvocation *invocation,
                     gint64             count,
                     guint              milliseconds)
{
  Counter *counter = g_new (Counter, 1);
  g_autoptr (GSource) source = g_timeout_source_new (milliseconds);
  g_autoptr (GSource) cancelled = g_cancellable_source_new (signalr_invocation_get_cancellable (invocation));

  *counter = (Counter) { g_object_ref (invocation), 0, count };
  g_source_set_static_name (source, "[conformance] counter");
  g_source_set_dummy_callback (cancelled);
  g_source_add_child_source (source, cancelled);
  g_source_set_callback (source, counter_cb, counter, counter_free);
  g_source_attach (source, NULL);
}
