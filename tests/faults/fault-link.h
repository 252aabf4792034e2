/* fault-link.h: a relay that breaks one connection behind one byte
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum {
  FAULT_RESET,                 /* both ends get RST */
  FAULT_CLOSE,                 /* both ends get FIN */
  FAULT_STALL,                 /* nothing gets through any more, on no connection */
} FaultKind;

/* Behind byte @at of one direction of the connection with that number, from 1,
 * counted since the plan was made. 0 is before its first byte.
 */
typedef struct {
  guint     connection;
  gboolean  upwards;           /* from the client to the server */
  guint64   at;
} FaultPlace;

typedef struct _FaultLink FaultLink;

FaultLink *fault_link_new    (guint16           port);
void       fault_link_free   (FaultLink        *self);
guint16    fault_link_port   (FaultLink        *self);

/* Counts anew; @place may be NULL. What is open stays, and is never broken.
 * @struck: called behind the fault
 */
void       fault_link_plan   (FaultLink        *self,
                              const FaultPlace *place,
                              FaultKind         kind,
                              void            (*struck) (gpointer user_data),
                              gpointer          user_data);
gboolean   fault_link_struck (FaultLink        *self);

/* Nothing gets through; then what was held goes on, or everything is reset. */
void       fault_link_stall  (FaultLink        *self);
void       fault_link_heal   (FaultLink        *self);
void       fault_link_reset  (FaultLink        *self);

/* Where what was passed on at once began and ended, since a plan without a place:
 * FaultPlace.
 */
GArray    *fault_link_marks  (FaultLink        *self);

G_END_DECLS
