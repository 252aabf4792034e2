/* tertulia-roster-private.h: who is in which room; no clock, no source
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define TERTULIA_ROSTER_NEVER G_MAXINT64

/* Who lost the connection stays in the list for so long, and no more than so many. */
#define TERTULIA_ROSTER_FORGET     (600 * G_USEC_PER_SEC)
#define TERTULIA_ROSTER_MAX_ABSENT 1000

typedef enum {
  TERTULIA_ROSTER_JOINED,
  TERTULIA_ROSTER_LEFT,      /* said so */
  TERTULIA_ROSTER_LOST,      /* the connection was lost: no word of leaving */
  TERTULIA_ROSTER_BACK,      /* after it was told as lost */
  TERTULIA_ROSTER_GONE,      /* lost for so long that the list forgets them */
  TERTULIA_ROSTER_N_EVENTS,
} TertuliaRosterEvent;

/* How they are called, to clients and to other servers. */
extern const char * const tertulia_roster_words[TERTULIA_ROSTER_N_EVENTS];

typedef void (*TertuliaRosterFunc) (TertuliaRosterEvent  event,
                                    const char          *room,
                                    const char          *name,
                                    gpointer             user_data);

typedef struct {
  const char *name;
  gboolean    lost;
} TertuliaRosterEntry;

typedef struct _TertuliaRoster TertuliaRoster;

TertuliaRoster *tertulia_roster_new             (TertuliaRosterFunc  func,
                                                 gpointer            user_data);
void            tertulia_roster_free            (TertuliaRoster     *self);

/* A connection is somebody from its first room to its end. */
const char     *tertulia_roster_get_name        (TertuliaRoster     *self,
                                                 const char         *connection);
gboolean        tertulia_roster_is_in           (TertuliaRoster     *self,
                                                 const char         *connection,
                                                 const char         *room);
guint           tertulia_roster_count_rooms     (TertuliaRoster     *self,
                                                 const char         *connection);
guint           tertulia_roster_count           (TertuliaRoster     *self,
                                                 const char         *room);
guint           tertulia_roster_count_all_rooms (TertuliaRoster     *self);
GStrv           tertulia_roster_list_rooms      (TertuliaRoster     *self);
GArray         *tertulia_roster_list            (TertuliaRoster     *self,
                                                 const char         *room);

void            tertulia_roster_join            (TertuliaRoster     *self,
                                                 const char         *connection,
                                                 const char         *name,
                                                 const char         *room);
void            tertulia_roster_leave           (TertuliaRoster     *self,
                                                 const char         *connection,
                                                 const char         *room);
void            tertulia_roster_drop            (TertuliaRoster     *self,
                                                 const char         *connection,
                                                 gboolean            stop_called,
                                                 gint64              grace,
                                                 gint64              now);

/* For people who are on another server. */
void            tertulia_roster_lose            (TertuliaRoster     *self,
                                                 const char         *connection,
                                                 const char         *room,
                                                 gint64              now);
void            tertulia_roster_add_lost        (TertuliaRoster     *self,
                                                 const char         *name,
                                                 const char         *room,
                                                 gint64              now);
void            tertulia_roster_forget          (TertuliaRoster     *self,
                                                 const char         *name,
                                                 const char         *room);

/* Tells what is due, and when something will be. Times in µs. */
gint64          tertulia_roster_step            (TertuliaRoster     *self,
                                                 gint64              now);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TertuliaRoster, tertulia_roster_free)

G_END_DECLS
