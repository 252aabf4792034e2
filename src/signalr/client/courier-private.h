/* courier-private.h: requests of a SignalR connection, with all they carry
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "connection-private.h"
#include "dialect-private.h"

G_BEGIN_DECLS

typedef struct _SignalrCourier SignalrCourier;

/* @settings: read with each request; valid until the last reference of the owner
 * is gone, who cancels what is under way before.
 */
SignalrCourier *signalr_courier_new          (const SignalrConnectionSettings *settings);
SignalrCourier *signalr_courier_ref          (SignalrCourier                  *self);
void            signalr_courier_unref        (SignalrCourier                  *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignalrCourier, signalr_courier_unref)

SoupSession    *signalr_courier_get_session  (SignalrCourier                  *self);

/* Of a message of the server. */
gsize           signalr_courier_get_max_size (SignalrCourier                  *self);

/* Headers and token. @token: (nullable): that of a redirect, which wins */
void            signalr_courier_dress        (SignalrCourier                  *self,
                                              SoupMessage                     *message,
                                              const char                      *url,
                                              const char                      *token);

/* Whether the application gives tokens on demand. */
gboolean        signalr_courier_can_renew    (SignalrCourier                  *self);

/* Asks the application for a token; it is used from then on. */
void            signalr_courier_renew_async  (SignalrCourier                  *self,
                                              GCancellable                    *cancellable,
                                              GAsyncReadyCallback              callback,
                                              gpointer                         user_data);
gboolean        signalr_courier_renew_finish (SignalrCourier                  *self,
                                              GAsyncResult                    *result,
                                              GError                         **error);

/* NULL with an error, also where the dialect has no such request. */
SoupMessage    *signalr_courier_make         (SignalrCourier                  *self,
                                              SignalrDialogue                 *dialogue,
                                              SignalrRequestKind               kind,
                                              SignalrTransport                 transport,
                                              GBytes                          *payload,
                                              GError                         **error);

/* An answer that is not 2xx is an error. The callback never runs inside. */
void            signalr_courier_fetch_async  (SignalrCourier                  *self,
                                              SoupMessage                     *message,
                                              gsize                            max_size,
                                              GCancellable                    *cancellable,
                                              GAsyncReadyCallback              callback,
                                              gpointer                         user_data);
GBytes         *signalr_courier_fetch_finish (SignalrCourier                  *self,
                                              GAsyncResult                    *result,
                                              GError                         **error);

G_END_DECLS
