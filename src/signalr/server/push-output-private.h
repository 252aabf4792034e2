/* push-output-private.h: what libsoup says in one turn, in one packet
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "idle-input-private.h"
#include "turn-private.h"

G_BEGIN_DECLS

/* libsoup writes the head of an answer and its body one after the other, and each
 * would leave by itself. And it answers the goodbye of an idle input, when nobody is
 * there to hear.
 */
#define SIGNALR_TYPE_PUSH_OUTPUT (signalr_push_output_get_type ())
G_DECLARE_FINAL_TYPE (SignalrPushOutput, signalr_push_output, SIGNALR, PUSH_OUTPUT, GOutputStream)

GOutputStream *signalr_push_output_new (GSocketConnection *connection,
                                        SignalrIdleInput  *input,
                                        SignalrTurn       *turn);

G_END_DECLS
