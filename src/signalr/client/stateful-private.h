/* stateful-private.h: what both ends of a stateful connection count, seen from the client
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "dialect-private.h"
#include "../protocol/aspnetcore-records-private.h"

G_BEGIN_DECLS

/* ASP.NET Core's stateful reconnect without a socket and without a clock: what was
 * sent and not acknowledged, what was received and not sent an acknowledgement for.
 * Times are microseconds.
 */
typedef struct _SignalrStateful SignalrStateful;

/* @limit: how many bytes may be sent and not acknowledged; more waits */
SignalrStateful *signalr_stateful_new             (SignalrEncoding         encoding,
                                                   gsize                   limit);
void             signalr_stateful_free            (SignalrStateful        *self);

/* The connection cannot be taken up again: one of both ends said goodbye, or they
 * do not count alike any more.
 */
void             signalr_stateful_spoil           (SignalrStateful        *self);
gboolean         signalr_stateful_is_spoilt       (SignalrStateful        *self);

/* Takes what is to be sent; next is to be asked for what may be sent now. */
void             signalr_stateful_push            (SignalrStateful        *self,
                                                   GBytes                 *bytes,
                                                   const SignalrOutgoing  *outgoing);

/* (transfer full) (nullable) */
GBytes          *signalr_stateful_next            (SignalrStateful        *self);

/* What waits behind the limit. */
gsize            signalr_stateful_get_waiting     (SignalrStateful        *self,
                                                   guint                  *n_messages);

/* A call that wanted no answer, and that the server has not said to have. */
typedef struct {
  char     *method;
  JsonNode *args;
  gboolean  sent;
} SignalrUnheard;

/* Appends them to @list, which frees them. */
GPtrArray       *signalr_unheard_list_new         (void);
void             signalr_stateful_list_unheard    (SignalrStateful        *self,
                                                   GPtrArray              *list);

/* A new socket is there: our Sequence record; what was sent before is next again. */
GBytes          *signalr_stateful_resume          (SignalrStateful        *self,
                                                   gint64                  now);

/* Whether @record is for the application: new, and no record of these numbers. */
gboolean         signalr_stateful_take            (SignalrStateful        *self,
                                                   const SignalrRecord    *record,
                                                   gsize                   size,
                                                   gint64                  now,
                                                   GError                **error);

/* After a resume, until the server has said where it goes on. */
gboolean         signalr_stateful_is_resuming     (SignalrStateful        *self);

/* When tick is wanted, or SIGNALR_NEVER. */
gint64           signalr_stateful_get_deadline    (SignalrStateful        *self);

/* What is due: (transfer full) (nullable) a record to be sent; NULL with an error
 * where the connection has to be given up.
 */
GBytes          *signalr_stateful_tick            (SignalrStateful        *self,
                                                   gint64                  now,
                                                   GError                **error);

G_END_DECLS
