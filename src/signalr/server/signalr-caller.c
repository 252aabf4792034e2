/* signalr-caller.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "signalr-caller-private.h"

/**
 * SignalrCaller:
 *
 * One SignalR connection, as a hub sees it.
 *
 * It is the same object for as long as the SignalR connection lives, whatever
 * its transport does, and what it tells stays true after its end.
 *
 * Since: 1.0
 */
struct _SignalrCaller {
  GObject           parent_instance;

  char             *connection_id;
  char             *user;
  char             *query;      /* as it came */
  GHashTable       *decoded;    /* made when first asked for */
  SignalrDialect    dialect;
  SignalrTransport  transport;
  SignalrEncoding   encoding;

  /* Of the request, where they are kept. */
  char               *path;
  SoupMessageHeaders *headers;
  GSocketAddress     *local;
  GSocketAddress     *remote;

  SignalrInvocation  *current;   /* while its method runs */
};

G_DEFINE_FINAL_TYPE (SignalrCaller, signalr_caller, G_TYPE_OBJECT)

static void
signalr_caller_finalize (GObject *object)
{
  SignalrCaller *self = SIGNALR_CALLER (object);

  g_free (self->connection_id);
  g_free (self->user);
  g_free (self->query);
  g_clear_pointer (&self->decoded, g_hash_table_unref);
  g_free (self->path);
  g_clear_pointer (&self->headers, soup_message_headers_unref);
  g_clear_object (&self->local);
  g_clear_object (&self->remote);

  G_OBJECT_CLASS (signalr_caller_parent_class)->finalize (object);
}

static void
signalr_caller_class_init (SignalrCallerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = signalr_caller_finalize;
}

static void
signalr_caller_init (SignalrCaller *self)
{
}

SignalrCaller *
signalr_caller_new (const char     *connection_id,
                    SignalrDialect  dialect)
{
  SignalrCaller *self = g_object_new (SIGNALR_TYPE_CALLER, NULL);

  self->connection_id = g_strdup (connection_id);
  self->dialect = dialect;

  return self;
}

void
signalr_caller_set_request (SignalrCaller *self,
                            const char    *user,
                            const char    *query)
{
  g_free (self->user);
  self->user = g_strdup (user);

  g_free (self->query);
  self->query = g_strdup (query);
  g_clear_pointer (&self->decoded, g_hash_table_unref);
}

void
signalr_caller_set_details (SignalrCaller      *self,
                            const char         *path,
                            SoupMessageHeaders *headers,
                            GSocketAddress     *local,
                            GSocketAddress     *remote)
{
  g_free (self->path);
  self->path = g_strdup (path);
  g_clear_pointer (&self->headers, soup_message_headers_unref);
  self->headers = soup_message_headers_ref (headers);
  g_set_object (&self->local, local);
  g_set_object (&self->remote, remote);
}

void
signalr_caller_set_encoding (SignalrCaller   *self,
                             SignalrEncoding  encoding)
{
  self->encoding = encoding;
}

void
signalr_caller_set_transport (SignalrCaller    *self,
                              SignalrTransport  transport)
{
  self->transport = transport;
}

SignalrInvocation *
signalr_caller_swap_current (SignalrCaller     *self,
                             SignalrInvocation *invocation)
{
  SignalrInvocation *before = self->current;

  self->current = invocation;

  return before;
}

SignalrInvocation *
signalr_caller_get_current (SignalrCaller *self)
{
  return self->current;
}

/**
 * signalr_caller_get_connection_id:
 *
 * The name of the SignalR connection, by which hubs send to it and close it. It stays
 * the same over the loss of a transport, and is never used again.
 *
 * Returns: the connection id, which names the SignalR connection to everybody;
 *   unlike the token that the client proves itself with, it is no secret
 *
 * Since: 1.0
 */
const char *
signalr_caller_get_connection_id (SignalrCaller *self)
{
  g_return_val_if_fail (SIGNALR_IS_CALLER (self), NULL);

  return self->connection_id;
}

/**
 * signalr_caller_get_user:
 *
 * Who the client is. It stays the same as long as the connection: requests of somebody
 * else with its token are refused (but see #SignalrMapOptions:allow-user-change).
 *
 * Returns: (nullable): the user that the server's #SignalrAuthenticateFunc named
 *
 * Since: 1.0
 */
const char *
signalr_caller_get_user (SignalrCaller *self)
{
  g_return_val_if_fail (SIGNALR_IS_CALLER (self), NULL);

  return self->user;
}

/**
 * signalr_caller_get_dialect:
 *
 * Tells the clients of the two generations apart, where a hub that serves both has to.
 *
 * Returns: which generation of the protocol the client speaks
 *
 * Since: 1.0
 */
SignalrDialect
signalr_caller_get_dialect (SignalrCaller *self)
{
  g_return_val_if_fail (SIGNALR_IS_CALLER (self), SIGNALR_DIALECT_AUTO);

  return self->dialect;
}

/**
 * signalr_caller_get_transport:
 *
 * What carries the connection. A classic client may come back with another transport
 * than it left with; a client of ASP.NET Core SignalR stays with the first.
 *
 * Returns: the transport in use, or the last one while it is lost
 *
 * Since: 1.0
 */
SignalrTransport
signalr_caller_get_transport (SignalrCaller *self)
{
  g_return_val_if_fail (SIGNALR_IS_CALLER (self), SIGNALR_TRANSPORT_NONE);

  return self->transport;
}

/**
 * signalr_caller_get_encoding:
 *
 * How records are written for this client, which it has asked for in the handshake.
 * What a method is given and returns is the same in both.
 *
 * Returns: how the client wants its records; classic clients know JSON alone
 *
 * Since: 1.0
 */
SignalrEncoding
signalr_caller_get_encoding (SignalrCaller *self)
{
  g_return_val_if_fail (SIGNALR_IS_CALLER (self), SIGNALR_ENCODING_JSON);

  return self->encoding;
}

/**
 * signalr_caller_get_headers:
 *
 * The headers of the request, such as its cookies, where the mapping keeps them (see
 * #SignalrMapOptions:keep-requests). Whatever is in them the client may have made up.
 *
 * Returns: (transfer none) (nullable): those of the request that
 *   signalr_caller_get_query () tells of, or %NULL where they are not kept
 *
 * Since: 1.0
 */
SoupMessageHeaders *
signalr_caller_get_headers (SignalrCaller *self)
{
  g_return_val_if_fail (SIGNALR_IS_CALLER (self), NULL);

  return self->headers;
}

/**
 * signalr_caller_get_path:
 *
 * At which address the client came in, where a hub is mapped to several and the mapping
 * keeps requests (see #SignalrMapOptions:keep-requests).
 *
 * Returns: (nullable): the path of the request that signalr_caller_get_query ()
 *   tells of, decoded, or %NULL where it is not kept
 *
 * Since: 1.0
 */
const char *
signalr_caller_get_path (SignalrCaller *self)
{
  g_return_val_if_fail (SIGNALR_IS_CALLER (self), NULL);

  return self->path;
}

/**
 * signalr_caller_get_local_address:
 *
 * The server's own end of the connection, where the mapping keeps requests (see
 * #SignalrMapOptions:keep-requests).
 *
 * Returns: (transfer none) (nullable): where the client reached the server, or
 *   %NULL where it is not kept
 *
 * Since: 1.0
 */
GSocketAddress *
signalr_caller_get_local_address (SignalrCaller *self)
{
  g_return_val_if_fail (SIGNALR_IS_CALLER (self), NULL);

  return self->local;
}

/**
 * signalr_caller_get_remote_address:
 *
 * The client's end of the connection, where the mapping keeps requests (see
 * #SignalrMapOptions:keep-requests).
 *
 * Returns: (transfer none) (nullable): where the client is, or a proxy before it,
 *   or %NULL where it is not kept
 *
 * Since: 1.0
 */
GSocketAddress *
signalr_caller_get_remote_address (SignalrCaller *self)
{
  g_return_val_if_fail (SIGNALR_IS_CALLER (self), NULL);

  return self->remote;
}

/* The decoder lets the last value of a name win: so they come backwards. */
static GHashTable *
decode_first (const char *query)
{
  g_auto (GStrv) pairs = g_strsplit (query, "&", -1);
  g_autoptr (GString) backwards = g_string_new (NULL);

  for (gsize i = g_strv_length (pairs); i > 0; i--)
    g_string_append_printf (backwards, "%s%s", pairs[i - 1], i > 1 ? "&" : "");

  return soup_form_decode (backwards->str);
}

/**
 * signalr_caller_get_query:
 * @name: of a parameter
 *
 * What the client's address says behind the question mark: in the request that
 * brought the transport, or, of classic clients that call by requests of their
 * own, in the last one.
 *
 * Returns: (nullable): the value, decoded; the first one where there are several
 *
 * Since: 1.0
 */
const char *
signalr_caller_get_query (SignalrCaller *self,
                          const char    *name)
{
  g_return_val_if_fail (SIGNALR_IS_CALLER (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  if (self->query == NULL)
    return NULL;

  if (self->decoded == NULL)
    self->decoded = decode_first (self->query);

  return g_hash_table_lookup (self->decoded, name);
}
