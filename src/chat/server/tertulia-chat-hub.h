/* tertulia-chat-hub.h: the hub that a Tertulia room is
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <signalr.h>

G_BEGIN_DECLS

/* Signals, for a program that tells about its clients: `client-connected
 * (SignalrCaller *)`, `client-reconnected (SignalrCaller *)`,
 * `client-disconnected (SignalrCaller *, gboolean stop_called)`.
 */
#define TERTULIA_TYPE_CHAT_HUB (tertulia_chat_hub_get_type ())
G_DECLARE_FINAL_TYPE (TertuliaChatHub, tertulia_chat_hub, TERTULIA, CHAT_HUB, SignalrHub)

TertuliaChatHub *tertulia_chat_hub_new       (const char       *history,
                                              GError          **error);

/* One chat with the hubs of other servers; before it is served. */
gboolean         tertulia_chat_hub_share     (TertuliaChatHub  *self,
                                              GError          **error);

/* Adds the hub to @server under its name (ChatHub) and maps it: classic at
 * /signalr, Core at /chatHub and /chat.
 */
gboolean         tertulia_chat_hub_serve     (TertuliaChatHub  *self,
                                              SignalrServer    *server,
                                              GError          **error);

/* Says @text in @room, as somebody who is not connected. */
gboolean         tertulia_chat_hub_say       (TertuliaChatHub  *self,
                                              const char       *room,
                                              const char       *name,
                                              const char       *text,
                                              GError          **error);

/* How long a Core client may be away, in ms, before the others are told that it
 * lost the connection (5,000). A classic one has had its disconnect timeout.
 */
void             tertulia_chat_hub_set_grace (TertuliaChatHub  *self,
                                              guint             milliseconds);

G_END_DECLS
