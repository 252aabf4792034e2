/* world.h: our server with a hub, the link to it, and the ways to talk over that
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <signalr.h>

#include "fault-hub.h"
#include "fault-link.h"

G_BEGIN_DECLS

typedef struct {
  const char      *name;
  SignalrDialect   dialect;
  const char      *path;
  const char      *transport;
  SignalrEncoding  encoding;
  gboolean         resumes;      /* a lost transport is made again for the same connection */
} Way;

extern const Way   world_ways[];
extern const guint world_n_ways;

/* The server's clock stands still. */
typedef struct {
  SignalrServer *server;
  FaultHub      *hub;
  FaultLink     *link;
  const Way     *way;
  guint          n_ticks;      /* pushed so far */
} World;

/* @way may be NULL. */
void               world_begin             (World      *world,
                                            const Way  *way);
void               world_end               (World      *world);

/* Not started: the hub of the world is asked for, nothing else is set. */
SignalrConnection *world_connection_new    (World      *world,
                                            const Way  *way);

guint              world_count_descriptors (void);

G_END_DECLS
