/* dialect.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "dialect-private.h"

#include "lifetime-private.h"

const SignalrDialectTable *
signalr_dialect_get_table (SignalrDialect dialect)
{
  return dialect == SIGNALR_DIALECT_ASPNET ? &signalr_aspnet_dialect : &signalr_aspnetcore_dialect;
}

SignalrNegotiated *
signalr_negotiated_new (const SignalrDialectTable *dialect)
{
  SignalrNegotiated *self = g_new0 (SignalrNegotiated, 1);

  self->dialect = dialect;
  self->keep_alive = dialect->keep_alive;
  self->disconnect = dialect->disconnect;
  self->connection = SIGNALR_NEVER;
  self->transport_connect = SIGNALR_NEVER;

  return self;
}

void
signalr_negotiated_free (SignalrNegotiated *self)
{
  g_free (self->url);
  g_free (self->query);
  g_free (self->access_token);
  g_free (self->connection_id);
  g_free (self->connection_token);
  g_free (self);
}

void
signalr_request_clear (SignalrRequest *self)
{
  g_clear_pointer (&self->url, g_free);
  g_clear_pointer (&self->body, g_bytes_unref);
}

/*< private >
 * signalr_incoming_push:
 *
 * Returns: (transfer none): a new element at the end of @queue, to be filled in
 */
SignalrIncoming *
signalr_incoming_push (GQueue              *queue,
                       SignalrIncomingKind  kind)
{
  SignalrIncoming *self = g_new0 (SignalrIncoming, 1);

  self->kind = kind;
  g_queue_push_tail (queue, self);

  return self;
}

void
signalr_incoming_free (SignalrIncoming *self)
{
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self->hub);
  g_free (self->method);
  g_free (self->id);
  g_clear_pointer (&self->value, json_node_unref);
  g_clear_pointer (&self->state, json_node_unref);
  g_clear_error (&self->error);
  g_free (self);
}
