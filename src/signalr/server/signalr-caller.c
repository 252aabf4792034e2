/* signalr-caller.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "signalr-caller-private.h"

#include <libsoup/soup.h>

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
signalr_caller_set_transport (SignalrCaller    *self,
                              SignalrTransport  transport)
{
  self->transport = transport;
}

/**
 * signalr_caller_get_connection_id:
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
 * signalr_caller_get_query:
 * @name: of a parameter
 *
 * What the client's address says behind the question mark, in the request that
 * began the connection.
 *
 * Returns: (nullable): the value, decoded; the last one where there are several
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
    self->decoded = soup_form_decode (self->query);

  return g_hash_table_lookup (self->decoded, name);
}
