/* tertulia-farm-private.h: several servers that are one chat; no clock, no network
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tertulia-history-private.h"
#include "tertulia-roster-private.h"
#include "tertulia-word-private.h"

G_BEGIN_DECLS

/* What one server knows of the others. Each tells them what its own clients say and
 * who of them is there, and numbers both; and every five seconds how far it is. Who
 * sees that something is missing asks for it. So whatever is lost between servers,
 * be it for hours, comes as long as they live.
 */
typedef struct _TertuliaFarm TertuliaFarm;

#define TERTULIA_FARM_BEAT    (5 * G_USEC_PER_SEC)
#define TERTULIA_FARM_SILENCE (15 * G_USEC_PER_SEC)   /* then its people are lost */

/* Others, and how many of their people in rooms. */
#define TERTULIA_FARM_MAX_SERVERS 64
#define TERTULIA_FARM_MAX_PEOPLE  10000

/* How much is taken of a server that was never heard before, and of one that was. */
#define TERTULIA_FARM_FIRST_MESSAGES 200
#define TERTULIA_FARM_MAX_MESSAGES   10000

typedef struct {
  /* To all others; @value (transfer full). Where it is known not to have gone out, that
   * is for tertulia_farm_fail ().
   */
  void     (*tell)     (gpointer             owner,
                        JsonNode            *value);
  /* Somebody said something elsewhere; @entry has the number that it has here. */
  void     (*message)  (gpointer             owner,
                        const char          *room,
                        const TertuliaEntry *entry);
  void     (*typing)   (gpointer             owner,
                        const char          *room,
                        const char          *name);
  /* Whether there may be such a room. */
  gboolean (*has_room) (gpointer             owner,
                        const char          *room);
} TertuliaFarmFuncs;

/* @history and @people, those of all servers, are borrowed. */
TertuliaFarm *tertulia_farm_new   (TertuliaHistory          *history,
                                   TertuliaRoster           *people,
                                   const TertuliaFarmFuncs  *funcs,
                                   gpointer                  owner,
                                   GError                  **error);
void          tertulia_farm_free  (TertuliaFarm             *self);

/* What another server told; who it is, is true, and what it says may be anything. */
void          tertulia_farm_hear  (TertuliaFarm             *self,
                                   const char               *server,
                                   JsonNode                 *value,
                                   gint64                    now);
/* Something that was told did not go out. */
void          tertulia_farm_fail  (TertuliaFarm             *self,
                                   gint64                    now);

/* What own clients do. @entry is in the history. */
void          tertulia_farm_said  (TertuliaFarm             *self,
                                   const char               *room,
                                   const TertuliaEntry      *entry);
void          tertulia_farm_typed (TertuliaFarm             *self,
                                   const char               *room,
                                   const char               *name);
/* The people of this server alone: what is done to it is told. */
TertuliaRoster *tertulia_farm_get_own (TertuliaFarm         *self);

/* Tells what is due, also of the own people, and when something will be. Of @people,
 * who is told as lost is for tertulia_roster_step () of the owner, afterwards.
 */
gint64        tertulia_farm_step  (TertuliaFarm             *self,
                                   gint64                    now);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TertuliaFarm, tertulia_farm_free)

G_END_DECLS
