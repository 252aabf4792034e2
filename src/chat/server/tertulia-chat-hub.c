/* tertulia-chat-hub.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-chat-hub.h"

struct _TertuliaChatHub {
  SignalrHub parent_instance;
};

G_DEFINE_FINAL_TYPE (TertuliaChatHub, tertulia_chat_hub, SIGNALR_TYPE_HUB)

static void
tertulia_chat_hub_class_init (TertuliaChatHubClass *klass)
{
}

static void
tertulia_chat_hub_init (TertuliaChatHub *self)
{
}

TertuliaChatHub *
tertulia_chat_hub_new (const char  *history,
                       GError     **error)
{
  return g_object_new (TERTULIA_TYPE_CHAT_HUB, NULL);
}

gboolean
tertulia_chat_hub_serve (TertuliaChatHub  *self,
                         SignalrServer    *server,
                         GError          **error)
{
  signalr_server_add_hub (server, "ChatHub", SIGNALR_HUB (self));

  return signalr_server_map_hubs (server, "/signalr", NULL, error) &&
         signalr_server_map_hub (server, "/chatHub", "ChatHub", NULL, error) &&
         signalr_server_map_hub (server, "/chat", "ChatHub", NULL, error);
}
