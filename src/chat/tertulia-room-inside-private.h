/* tertulia-room-inside-private.h: what the files of TertuliaRoom share
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tertulia-log-private.h"
#include "tertulia-outbox-private.h"
#include "tertulia-people-private.h"
#include "tertulia-room-private.h"
#include "tertulia-sequence-private.h"
#include "tertulia-typing-private.h"

G_BEGIN_DECLS

/**
 * TertuliaRoom:
 *
 * A room as its people see it: what was said, each message once and in the
 * server's order; below it what is written here and on its way; who is there.
 *
 * What was missed is shown before what is told now, so a room that is `live`
 * shows all that was said.
 */
struct _TertuliaRoom {
  GObject           parent_instance;

  char             *name;
  char             *own_name;
  TertuliaStore    *store;
  TertuliaLog      *log;
  TertuliaPeople   *people;
  TertuliaOutbox   *outbox;

  TertuliaGateway  *gateway;      /* (nullable): while there is a connection */
  guint             epoch;        /* counts the connections */
  gboolean          tutorial;
  gboolean          live;
  TertuliaSequence  sequence;
  char             *history;      /* (nullable): the id of the server's */
  GHashTable       *known;        /* (nullable): what was said in another history before */

  guint             unread;
  gint64            last_read;
  gint64            typed_at;     /* when the others were told last that we write */
  TertuliaTyping   *typing;
};

/* tertulia-room.c */
void             tertulia_room_set_live     (TertuliaRoom        *self,
                                             gboolean             live);
void             tertulia_room_set_unread   (TertuliaRoom        *self,
                                             guint                unread);

/* tertulia-room-hub.c */
TertuliaMessage *tertulia_room_make_message (TertuliaRoom        *self,
                                             const TertuliaEntry *entry,
                                             gboolean             own);

G_END_DECLS
