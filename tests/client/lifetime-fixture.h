/* lifetime-fixture.h: the lifetime machine, on a clock that a test moves
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "client/lifetime-private.h"

G_BEGIN_DECLS

#define SECOND G_USEC_PER_SEC

/* A machine, its clock, and a policy that says what the test wants. */
typedef struct {
  SignalrLifetime       machine;
  gint64                now;
  double                random;
  gint64                delay;     /* what the policy answers, ms */
  guint                 attempt;   /* what it was asked for */
  gint64                elapsed;
  gboolean              first;
  gint64                least;     /* of what happens next */
  gboolean              spared;
  SignalrLifetimeOutput output;
} Fixture;

void                   fixture_init     (Fixture              *self);
SignalrLifetimeActions happen           (Fixture              *self,
                                         SignalrLifetimeEvent  event);
/* Goes to the next deadline, which has to be @after from now. */
SignalrLifetimeActions wait_until_due   (Fixture              *self,
                                         gint64                after);

/* A new machine: connected for so long that all losses before are forgotten; lost
 * after that; in @state.
 */
void                   connect_for_long (Fixture              *self);
void                   lose             (Fixture              *self);
void                   enter            (Fixture              *self,
                                         SignalrLifetimeState  state);

/* What is true of a machine at any time. */
void                   check_timers     (Fixture              *self);

G_END_DECLS
