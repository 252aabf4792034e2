/* tertulia-peer-private.h: another server of the same chat, and its people
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tertulia-roster-private.h"

G_BEGIN_DECLS

/* Its people are in the roster like connections of our own: each is one. */
typedef struct {
  char           *server;
  char           *history;          /* id; NULL before its first beat */
  TertuliaRoster *roster;
  gint64          last;             /* running number of what was said there last */
  gint64          version;          /* of its people, as far as known; -1 for not at all */
  GHashTable     *people;           /* by room and name */

  gboolean        silent;           /* for so long that its people are lost */
  gint64          heard_at;
  gint64          ask_messages_at;  /* not before then */
  gint64          ask_people_at;

  gint64          list_version;     /* of the list that comes in parts */
  gint64          list_part;        /* the next one */
} TertuliaPeer;

/* @roster is borrowed. */
TertuliaPeer *tertulia_peer_new         (const char           *server,
                                         TertuliaRoster       *roster);
/* Its people stay in the roster as they are. */
void          tertulia_peer_free        (TertuliaPeer         *self);
void          tertulia_peer_set_history (TertuliaPeer         *self,
                                         const char           *history);
/* It was heard. */
void          tertulia_peer_wake        (TertuliaPeer         *self,
                                         gint64                now);
void          tertulia_peer_fall_silent (TertuliaPeer         *self,
                                         gint64                now);
void          tertulia_peer_apply       (TertuliaPeer         *self,
                                         TertuliaRosterEvent   event,
                                         const char           *room,
                                         const char           *name,
                                         gint64                now);
/* The list of all its people: parts from 0, FALSE where one is not the next; and who
 * is not in it when it ends has left.
 */
gboolean      tertulia_peer_begin_part  (TertuliaPeer         *self,
                                         gint64                version,
                                         gint64                part);
void          tertulia_peer_list        (TertuliaPeer         *self,
                                         const char           *room,
                                         const char           *name,
                                         gboolean              lost,
                                         gint64                now);
void          tertulia_peer_end_part    (TertuliaPeer         *self,
                                         gboolean              more);
/* Whether others are to be told that somebody is writing. */
gboolean      tertulia_peer_types       (TertuliaPeer         *self,
                                         const char           *room,
                                         const char           *name,
                                         gint64                now);

G_END_DECLS
