/* server-handshakes-private.h: TLS handshakes, of which each address has only so many at once
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

#include "loop-private.h"

G_BEGIN_DECLS

typedef struct _SignalrHandshakes SignalrHandshakes;

/* @error is NULL where it is done. */
typedef void (*SignalrShakenFunc) (GIOStream    *tls,
                                   const GError *error,
                                   gpointer      user_data);

SignalrHandshakes *signalr_handshakes_new  (SignalrLoop       *loop);
/* Nobody is called any more. */
void               signalr_handshakes_free (SignalrHandshakes *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignalrHandshakes, signalr_handshakes_free)

/* @address is whose it is. @func is called at most once, and not in this call; @destroy
 * always. A client that goes before it has begun is not told of.
 */
void               signalr_handshakes_add  (SignalrHandshakes *self,
                                            GIOStream         *tls,
                                            const char        *address,
                                            SignalrShakenFunc  func,
                                            gpointer           user_data,
                                            GDestroyNotify     destroy);

G_END_DECLS
