/* server-front-private.h: accepts connections, and gives each request to whom it is for
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

#include "server-host-private.h"

G_BEGIN_DECLS

typedef struct _SignalrFront SignalrFront;

/* @certificate (nullable) makes it https. The host has been started. */
SignalrFront *signalr_front_new       (SignalrHost      *host,
                                       GTlsCertificate  *certificate);
void          signalr_front_free      (SignalrFront     *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignalrFront, signalr_front_free)

/* The address it can be reached at, (transfer full), or NULL. */
char         *signalr_front_listen    (SignalrFront     *self,
                                       const char       *address,
                                       guint             port,
                                       GError          **error);
/* What is open stays open. */
void          signalr_front_unlisten  (SignalrFront     *self);

G_END_DECLS
