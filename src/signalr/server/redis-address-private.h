/* redis-address-private.h: where Redis is, and what is agreed there
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _SignalrRedisAddress SignalrRedisAddress;

struct _SignalrRedisAddress {
  char         *host;
  guint16       port;
  gboolean      tls;
  GTlsDatabase *authorities;  /* that vouch for it; NULL for those of the system */
  char         *user;         /* NULL for the default one */
  char         *password;     /* NULL where none is asked for */
  guint         database;     /* holds the counter of classic SignalR */
  char         *name;         /* for people: without the password */

  /* What all servers of a farm have to have the same. */
  char         *channel_prefix;   /* of the channels of ASP.NET Core SignalR; "" for none */
  char         *event_key;        /* of classic SignalR */
  char         *hub_namespace;    /* before the names of hubs; NULL for none */
};

/* Of `redis[s]://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE][?channelPrefix=…&eventKey=…&hubNamespace=…&tlsCa=FILE]`;
 * the error is SIGNALR_ERROR_INVALID_DATA, and does not tell the password.
 */
SignalrRedisAddress *signalr_redis_address_parse (const char           *uri,
                                                  GError              **error);
SignalrRedisAddress *signalr_redis_address_ref   (SignalrRedisAddress  *self);
void                 signalr_redis_address_unref (SignalrRedisAddress  *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignalrRedisAddress, signalr_redis_address_unref)

G_END_DECLS
