/* aspnet-negotiate-private.h: the answer to negotiate of classic SignalR, and its versions
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "signalr-error.h"

G_BEGIN_DECLS

/* Versions as 100 * major + minor: 1.5 is 105. */
typedef struct {
  char     *url;
  char     *connection_token;
  char     *connection_id;
  double    keep_alive_timeout;        /* s; negative is null: keep-alive is off */
  double    disconnect_timeout;        /* s */
  double    connection_timeout;        /* s */
  double    transport_connect_timeout; /* s */
  double    long_poll_delay;           /* s */
  gboolean  try_web_sockets;
  char     *protocol_version;
  guint     version;
  char     *redirect_url;
  char     *access_token;
  char     *error;
} SignalrAspnetNegotiate;

void                    signalr_aspnet_negotiate_free   (SignalrAspnetNegotiate *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignalrAspnetNegotiate, signalr_aspnet_negotiate_free)

gboolean                signalr_aspnet_negotiate_fits   (JsonNode                     *root);
SignalrAspnetNegotiate *signalr_aspnet_negotiate_decode (JsonNode                     *root,
                                                         GError                      **error);
char                   *signalr_aspnet_negotiate_encode (const SignalrAspnetNegotiate *self);

/* What a server answers to `clientProtocol` (NULL: absent); the text is echoed
 * in @text (transfer full). Section 1.2 of the specification.
 */
guint                   signalr_aspnet_version_resolve  (const char  *client_protocol,
                                                         char       **text);

G_END_DECLS
