/* server-door-private.h: how much there may be of everything, in all and from each address
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What is counted; each by itself, up to the same numbers. */
typedef enum {
  SIGNALR_DOOR_SOCKET,
  SIGNALR_DOOR_CONNECTION,     /* of SignalR, from its negotiation to its end */
  SIGNALR_DOOR_N_KINDS,
} SignalrDoorKind;

typedef struct _SignalrDoor SignalrDoor;

struct _SignalrDoor {
  guint       max_total;
  guint       max_per_address;
  gint64      request_interval;    /* µs between two requests of one address; 0 for no limit */

  guint       totals[SIGNALR_DOOR_N_KINDS];
  GHashTable *visitors;            /* by address */
  guint       n_swept;             /* how many were left the last time */
};

SignalrDoor *signalr_door_new    (void);
SignalrDoor *signalr_door_ref    (SignalrDoor     *self);
void         signalr_door_unref  (SignalrDoor     *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignalrDoor, signalr_door_unref)

/* What counts as one address; (transfer full). */
char        *signalr_door_key    (GSocketAddress  *address);

gboolean     signalr_door_has_room (SignalrDoor     *self,
                                    const char      *key,
                                    SignalrDoorKind  kind);
void         signalr_door_enter  (SignalrDoor     *self,
                                  const char      *key,
                                  SignalrDoorKind  kind);
void         signalr_door_leave  (SignalrDoor     *self,
                                  const char      *key,
                                  SignalrDoorKind  kind);
/* Whether one more request may be answered at @now; then it counts. */
gboolean     signalr_door_take_request (SignalrDoor *self,
                                        const char  *key,
                                        gint64       now);

G_END_DECLS
