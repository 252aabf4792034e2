/* tertulia-gateway-private.h: a chat hub, in whichever shape it is
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <signalr.h>

#include "tertulia-wire-private.h"

G_BEGIN_DECLS

/* Signals: `message (char *room, TertuliaEntry *entry)`,
 * `person (char *room, char *name, char *event)`, `typing (char *room, char *name)`;
 * `said (char *name, char *text)`: in the shape of a tutorial
 */
#define TERTULIA_TYPE_GATEWAY (tertulia_gateway_get_type ())
G_DECLARE_FINAL_TYPE (TertuliaGateway, tertulia_gateway, TERTULIA, GATEWAY, GObject)

TertuliaGateway *tertulia_gateway_new            (SignalrConnection   *connection);

/* Joins a room. Where there is neither an answer nor an error, the hub is not one
 * of ours: then tertulia_gateway_say_async() is what it understands.
 */
void             tertulia_gateway_join_async     (TertuliaGateway     *self,
                                                  const char          *room,
                                                  const char          *name,
                                                  const char          *history,
                                                  gint64               after,
                                                  GCancellable        *cancellable,
                                                  GAsyncReadyCallback  callback,
                                                  gpointer             user_data);
TertuliaJoined  *tertulia_gateway_join_finish    (TertuliaGateway     *self,
                                                  GAsyncResult        *result,
                                                  GError             **error);

void             tertulia_gateway_history_async  (TertuliaGateway     *self,
                                                  const char          *room,
                                                  gint64               after,
                                                  GCancellable        *cancellable,
                                                  GAsyncReadyCallback  callback,
                                                  gpointer             user_data);
TertuliaPage    *tertulia_gateway_history_finish (TertuliaGateway     *self,
                                                  GAsyncResult        *result,
                                                  GError             **error);

/* Both finish the same: @number and @time are 0 where the hub has none. */
void             tertulia_gateway_post_async     (TertuliaGateway     *self,
                                                  const char          *room,
                                                  const char          *key,
                                                  const char          *text,
                                                  GCancellable        *cancellable,
                                                  GAsyncReadyCallback  callback,
                                                  gpointer             user_data);
void             tertulia_gateway_say_async      (TertuliaGateway     *self,
                                                  const char          *name,
                                                  const char          *text,
                                                  GCancellable        *cancellable,
                                                  GAsyncReadyCallback  callback,
                                                  gpointer             user_data);
gboolean         tertulia_gateway_send_finish    (TertuliaGateway     *self,
                                                  GAsyncResult        *result,
                                                  gint64              *number,
                                                  gint64              *time,
                                                  SignalrDelivery     *delivery,
                                                  GError             **error);

/* Nobody waits for these. */
void             tertulia_gateway_leave          (TertuliaGateway     *self,
                                                  const char          *room);
void             tertulia_gateway_type           (TertuliaGateway     *self,
                                                  const char          *room);

G_END_DECLS
