/* played-line.h: a connection's line without a network
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "client/line-private.h"

G_BEGIN_DECLS

/* It stands in for the library's: it does what it is told, and what it tells by itself
 * a test says.
 */
typedef enum {
  PHASE_NOTHING,
  PHASE_TRYING,
  PHASE_READY,
  PHASE_CLOSING,
} Phase;

struct _SignalrLine {
  const SignalrLineEvents *events;
  gpointer                 user_data;
  Phase                    phase;
  gboolean                 again;       /* it was there before */
  gboolean                 keeps_calls;
  SignalrNegotiated       *negotiated;
  GPtrArray               *sent;        /* ids of calls that went out */
};

/* The one that there is, or NULL. */
extern SignalrLine *the_line;

/* Has what a server and it may have agreed on, of either dialect. */
void played_line_agree (SignalrLine *self);

G_END_DECLS
