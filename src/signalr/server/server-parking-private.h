/* server-parking-private.h: a request that waits long for its answer, outside of HTTP
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "server-admission-private.h"
#include "stream-private.h"

G_BEGIN_DECLS

/* How long a client may take to read its answer, wherever that is written. */
#define SIGNALR_ANSWER_TIMEOUT (120 * G_USEC_PER_SEC)

typedef struct _SignalrParking SignalrParking;

/* The client goes, or says what it should not: then the parking is to be freed. */
typedef void (*SignalrParkingGoneFunc) (gpointer user_data);

/* Takes the connection from @message, which has not been answered, or (@begun) of whose
 * answer in chunks the head has left, and nothing else. NULL where it cannot be had: then
 * the client has gone.
 */
SignalrParking *signalr_parking_new    (SignalrHost            *host,
                                        SoupServerMessage      *message,
                                        gboolean                begun,
                                        SignalrParkingGoneFunc  gone,
                                        gpointer                user_data);
/* The client gets nothing more. */
void            signalr_parking_free   (SignalrParking         *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignalrParking, signalr_parking_free)

/* The whole answer. Then the connection goes back to HTTP; @self is gone. */
void            signalr_parking_answer (SignalrParking         *self,
                                        guint                   status,
                                        const char             *type,
                                        GBytes                 *body);
/* The same for an answer that has begun: a piece of it, and the last, which may be empty. */
void            signalr_parking_write  (SignalrParking         *self,
                                        const void             *data,
                                        gsize                   length);
void            signalr_parking_end    (SignalrParking         *self,
                                        const void             *data,
                                        gsize                   length);

G_END_DECLS
