/* tertulia-chat-hub-private.h: what the chat hub is made of
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tertulia-chat-hub.h"

#include "tertulia-farm-private.h"
#include "tertulia-history-private.h"
#include "tertulia-roster-private.h"

G_BEGIN_DECLS

#define TERTULIA_GROUP_ROOM     "room:"      /* and its name: who has joined it */
#define TERTULIA_GROUP_TUTORIAL "tutorial"   /* who has joined nothing */

struct _TertuliaChatHub {
  SignalrHub       parent_instance;

  TertuliaHistory *history;
  TertuliaRoster  *roster;
  guint            grace;         /* ms */
  GHashTable      *typed_at;      /* connection -> gint64, of the last Typing */
  GSource         *wake;          /* for the roster and the farm */
  TertuliaFarm    *farm;          /* NULL where this server is the chat alone */
};

/* tertulia-chat-calls.c */
void    tertulia_chat_hub_add_calls (TertuliaChatHub     *self);

/* Whether there is such a room, or place for another. */
gboolean tertulia_chat_hub_has_room (TertuliaChatHub     *self,
                                     const char          *room);
/* Somebody comes into a room, or goes out. */
void    tertulia_chat_hub_enter     (TertuliaChatHub     *self,
                                     const char          *connection,
                                     const char          *name,
                                     const char          *room);
void    tertulia_chat_hub_exit      (TertuliaChatHub     *self,
                                     const char          *connection,
                                     const char          *room);
/* @value (transfer full) goes to whoever has joined @room. */
void    tertulia_chat_hub_call_room (TertuliaChatHub     *self,
                                     const char          *room,
                                     const char          *method,
                                     JsonNode            *value,
                                     const char          *except);
/* Keeps what somebody said, and tells everybody; 0 where it cannot be kept. */
gint64  tertulia_chat_hub_add       (TertuliaChatHub     *self,
                                     const char          *room,
                                     const char          *name,
                                     const char          *text,
                                     const char          *key,
                                     gint64              *time,
                                     GError             **error);

G_END_DECLS
