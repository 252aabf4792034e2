/* aspnetcore-negotiate-private.h: the answer to negotiate of ASP.NET Core SignalR
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "signalr-error.h"

G_BEGIN_DECLS

typedef struct {
  guint     version;
  char     *connection_id;
  char     *connection_token;   /* secret; equals the id in version 0 */
  char     *url;                /* a redirect */
  char     *access_token;
  char     *error;
  gboolean  stateful;
  guint     transports;         /* bits: 1 << SignalrTransport */
  guint     binary_transports;  /* those that offer Binary */
} SignalrAspnetcoreNegotiate;

void                        signalr_aspnetcore_negotiate_free   (SignalrAspnetcoreNegotiate *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignalrAspnetcoreNegotiate, signalr_aspnetcore_negotiate_free)

/* Whether a parsed answer has the shape of one (§4 of the design). */
gboolean                    signalr_aspnetcore_negotiate_fits   (JsonNode                         *root);
SignalrAspnetcoreNegotiate *signalr_aspnetcore_negotiate_decode (JsonNode                         *root,
                                                                 GError                          **error);
char                       *signalr_aspnetcore_negotiate_encode (const SignalrAspnetcoreNegotiate *self);

G_END_DECLS
