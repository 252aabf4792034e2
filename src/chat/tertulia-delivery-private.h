/* tertulia-delivery-private.h: how far a message of ours has come; no clock, no source
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tertulia-message.h"

G_BEGIN_DECLS

typedef enum {
  TERTULIA_DELIVERY_SEND,         /* it is its turn */
  TERTULIA_DELIVERY_ACCEPTED,     /* the server says that it has it */
  TERTULIA_DELIVERY_SEEN,         /* it was told in the room */
  TERTULIA_DELIVERY_NOT_SENT,     /* it never left */
  TERTULIA_DELIVERY_UNANSWERED,   /* it left, and no answer came */
  TERTULIA_DELIVERY_REFUSED,      /* the server will not have it */
  TERTULIA_DELIVERY_RETRY,        /* the user wants it sent */
  TERTULIA_DELIVERY_RESTARTED,    /* the program ended meanwhile */
  TERTULIA_DELIVERY_N_EVENTS,
} TertuliaDeliveryEvent;

TertuliaMessageState tertulia_delivery_step     (TertuliaMessageState  state,
                                                 TertuliaDeliveryEvent event);

/* Whether it may go out by itself. A message that may have arrived may only to a
 * server that refuses duplicates.
 */
gboolean             tertulia_delivery_may_send (TertuliaMessageState  state,
                                                 gboolean              refuses_duplicates);

G_END_DECLS
