/* tertulia-sequence-private.h: every message once, in order; no clock, no source
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tertulia-wire-private.h"

G_BEGIN_DECLS

#define TERTULIA_SEQUENCE_MAX_HELD 1000

/* What was missed is shown before what is told now: until it is known, the
 * latter is held.
 */
typedef struct {
  gint64     last;       /* the last number shown */
  gboolean   live;       /* nothing is missing up to it */
  gboolean   overflow;   /* more was told than could be held */
  GPtrArray *held;       /* TertuliaEntry */
} TertuliaSequence;

void     tertulia_sequence_init  (TertuliaSequence *self,
                                  gint64            last);
void     tertulia_sequence_clear (TertuliaSequence *self);

/* The connection is lost: what comes now may leave something out. */
void     tertulia_sequence_pause (TertuliaSequence *self);
/* The numbers begin anew. */
void     tertulia_sequence_reset (TertuliaSequence *self);

/* Both append what is to be shown, TertuliaEntry, to @shown, and answer whether
 * what follows `last` must be asked for.
 */
gboolean tertulia_sequence_hear  (TertuliaSequence *self,
                                  TertuliaEntry    *entry,   /* (transfer full) */
                                  GPtrArray        *shown);
gboolean tertulia_sequence_fill  (TertuliaSequence *self,
                                  TertuliaPage     *page,    /* (transfer full) */
                                  GPtrArray        *shown);

G_END_DECLS
