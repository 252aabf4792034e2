/* connection-incoming.c: what the server says over a connection
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "connection-private.h"

#include "hub-proxy-private.h"

/* ASP.NET Core has one hub behind an address, whatever the client calls it. */
static GPtrArray *
find_proxies (SignalrConnection *self,
              const char        *hub)
{
  GPtrArray *proxies = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer proxy;

  g_hash_table_iter_init (&iter, self->hubs);
  while (g_hash_table_iter_next (&iter, NULL, &proxy))
    {
      if (hub == NULL || g_ascii_strcasecmp (hub, signalr_hub_proxy_get_name (proxy)) == 0)
        g_ptr_array_add (proxies, g_object_ref (proxy));
    }

  return proxies;
}

/* What the official clients answer. */
static void
refuse (SignalrConnection *self,
        const char        *id)
{
  SignalrOutgoing outgoing = {
    .kind = SIGNALR_OUTGOING_RESULT,
    .id = id,
    .error = "Client didn't provide a result.",
  };

  signalr_connection_send_outgoing (self, &outgoing, NULL);
}

static void
take_invocation (SignalrConnection *self,
                 SignalrIncoming   *incoming)
{
  g_autoptr (GPtrArray) proxies = find_proxies (self, incoming->hub);
  gboolean is_answered = incoming->id == NULL;

  for (guint i = 0; i < proxies->len && !is_answered && !signalr_connection_is_abandoned (self); i++)
    is_answered = signalr_hub_proxy_take_client_call (proxies->pdata[i], incoming->id,
                                                      incoming->method, incoming->value);

  if (!is_answered)
    refuse (self, incoming->id);

  for (guint i = 0; i < proxies->len && !signalr_connection_is_abandoned (self); i++)
    {
      if (incoming->state != NULL)
        signalr_hub_proxy_merge_state (proxies->pdata[i], incoming->state);
      signalr_hub_proxy_take_invocation (proxies->pdata[i], incoming->method, incoming->value);
    }
}

void
signalr_connection_take (SignalrConnection *self,
                         SignalrIncoming   *incoming)
{
  switch (incoming->kind)
    {
    case SIGNALR_INCOMING_INVOCATION:
      take_invocation (self, incoming);
      break;

    case SIGNALR_INCOMING_RESULT:
      signalr_connection_take_result (self, incoming);
      break;

    case SIGNALR_INCOMING_ITEM:
      signalr_connection_take_item (self, incoming);
      break;

    case SIGNALR_INCOMING_PROGRESS:
      signalr_connection_take_progress (self, incoming);
      break;

    case SIGNALR_INCOMING_MESSAGE:
      g_signal_emit (self, signalr_connection_signals[SIGNALR_SIGNAL_RECEIVED], 0,
                     incoming->value);
      break;

    case SIGNALR_INCOMING_REPLY:
    case SIGNALR_INCOMING_START:
    case SIGNALR_INCOMING_READY:
    case SIGNALR_INCOMING_SHUTDOWN:
    case SIGNALR_INCOMING_END:
    default:
      break;
    }
}
