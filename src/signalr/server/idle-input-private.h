/* idle-input-private.h: what a client says, and that it is gone, in a way that libsoup hears
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

#include "turn-private.h"

G_BEGIN_DECLS

/* A SoupServer older than 3.3 forgets a connection that ends before a request has
 * begun, instead of closing it: its descriptor is lost. One that sends what is no
 * request it closes, so such an end is told behind a byte that is none.
 */
#define SIGNALR_TYPE_IDLE_INPUT (signalr_idle_input_get_type ())
G_DECLARE_FINAL_TYPE (SignalrIdleInput, signalr_idle_input, SIGNALR, IDLE_INPUT, GInputStream)

/* (transfer full): @stream with such an input; and where it is a socket's, what is
 * written in one turn leaves together.
 */
GIOStream        *signalr_idle_input_wrap     (GIOStream         *stream,
                                               SignalrTurn       *turn,
                                               SignalrIdleInput **input);

/* (transfer none): what is under @stream, where that was wrapped */
GIOStream        *signalr_idle_input_unwrap   (GIOStream        *stream);

/* Whether no request is under way. It is so at first. */
void              signalr_idle_input_set_idle (SignalrIdleInput *self,
                                               gboolean          idle);

/* Whether libsoup has been told of the end. */
gboolean          signalr_idle_input_is_gone  (SignalrIdleInput *self);

G_END_DECLS
