/* fault-hub.h: a hub that counts what reached it
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <signalr.h>

G_BEGIN_DECLS

#define FAULT_TYPE_HUB (fault_hub_get_type ())
G_DECLARE_FINAL_TYPE (FaultHub, fault_hub, FAULT, HUB, SignalrHub)

struct _FaultHub {
  SignalrHub  parent_instance;

  GHashTable *notes;           /* what Note (text) was called with, to how often */
  GHashTable *stories;         /* of each connection: GString of c, r, d */
};

FaultHub *fault_hub_new        (void);
guint     fault_hub_count      (FaultHub   *self,
                                const char *note);

/* All clients' `tick (number)`. */
void      fault_hub_tick       (FaultHub   *self,
                                guint       number);

/* Each connection has begun at most once, ended once, and nothing came behind it. */
void      fault_hub_assert_stories (FaultHub *self);

/* All of it. */
void      fault_hub_forget     (FaultHub   *self);

G_END_DECLS
