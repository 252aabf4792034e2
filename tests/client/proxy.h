/* proxy.h: a proxy that wants to know who asks
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Whatever host is asked for, it goes to @port of this machine. */
typedef struct {
  GSocketService *service;
  guint16         port;
  guint           n_open;        /* connections of clients */
  guint           n_refused;     /* without a name, or with the wrong one */
  guint           n_tunnels;     /* by CONNECT */
  guint           n_forwarded;   /* connections that ask for a whole address */
} Proxy;

Proxy          *proxy_new          (guint16     port);
void            proxy_free         (Proxy      *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Proxy, proxy_free)

/* The way to it, for the user `ana`. */
GProxyResolver *proxy_get_resolver (Proxy      *self,
                                    const char *password);

/* What it wants. */
#define PROXY_PASSWORD "open sesame"

G_END_DECLS
