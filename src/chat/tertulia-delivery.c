/* tertulia-delivery.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "tertulia-delivery-private.h"

#define QUEUED  TERTULIA_MESSAGE_QUEUED
#define SENDING TERTULIA_MESSAGE_SENDING
#define SENT    TERTULIA_MESSAGE_SENT
#define UNKNOWN TERTULIA_MESSAGE_UNKNOWN
#define FAILED  TERTULIA_MESSAGE_FAILED

/* Every pair of state and event. Once sent is sent, whatever a late answer says;
 * and only the user brings back what has failed, or the room that shows it.
 */
static const TertuliaMessageState transitions[][TERTULIA_DELIVERY_N_EVENTS] = {
  [QUEUED] = {
    [TERTULIA_DELIVERY_SEND]       = SENDING,
    [TERTULIA_DELIVERY_ACCEPTED]   = QUEUED,
    [TERTULIA_DELIVERY_SEEN]       = SENT,
    [TERTULIA_DELIVERY_NOT_SENT]   = QUEUED,
    [TERTULIA_DELIVERY_UNANSWERED] = QUEUED,
    [TERTULIA_DELIVERY_REFUSED]    = QUEUED,
    [TERTULIA_DELIVERY_RETRY]      = QUEUED,
    [TERTULIA_DELIVERY_RESTARTED]  = QUEUED,
  },
  [SENDING] = {
    [TERTULIA_DELIVERY_SEND]       = SENDING,
    [TERTULIA_DELIVERY_ACCEPTED]   = SENT,
    [TERTULIA_DELIVERY_SEEN]       = SENT,
    [TERTULIA_DELIVERY_NOT_SENT]   = QUEUED,
    [TERTULIA_DELIVERY_UNANSWERED] = UNKNOWN,
    [TERTULIA_DELIVERY_REFUSED]    = FAILED,
    [TERTULIA_DELIVERY_RETRY]      = SENDING,
    [TERTULIA_DELIVERY_RESTARTED]  = UNKNOWN,
  },
  [SENT] = {
    [TERTULIA_DELIVERY_SEND]       = SENT,
    [TERTULIA_DELIVERY_ACCEPTED]   = SENT,
    [TERTULIA_DELIVERY_SEEN]       = SENT,
    [TERTULIA_DELIVERY_NOT_SENT]   = SENT,
    [TERTULIA_DELIVERY_UNANSWERED] = SENT,
    [TERTULIA_DELIVERY_REFUSED]    = SENT,
    [TERTULIA_DELIVERY_RETRY]      = SENT,
    [TERTULIA_DELIVERY_RESTARTED]  = SENT,
  },
  [UNKNOWN] = {
    [TERTULIA_DELIVERY_SEND]       = SENDING,
    [TERTULIA_DELIVERY_ACCEPTED]   = SENT,
    [TERTULIA_DELIVERY_SEEN]       = SENT,
    [TERTULIA_DELIVERY_NOT_SENT]   = UNKNOWN,
    [TERTULIA_DELIVERY_UNANSWERED] = UNKNOWN,
    [TERTULIA_DELIVERY_REFUSED]    = UNKNOWN,
    [TERTULIA_DELIVERY_RETRY]      = QUEUED,
    [TERTULIA_DELIVERY_RESTARTED]  = UNKNOWN,
  },
  [FAILED] = {
    [TERTULIA_DELIVERY_SEND]       = FAILED,
    [TERTULIA_DELIVERY_ACCEPTED]   = SENT,
    [TERTULIA_DELIVERY_SEEN]       = SENT,
    [TERTULIA_DELIVERY_NOT_SENT]   = FAILED,
    [TERTULIA_DELIVERY_UNANSWERED] = FAILED,
    [TERTULIA_DELIVERY_REFUSED]    = FAILED,
    [TERTULIA_DELIVERY_RETRY]      = QUEUED,
    [TERTULIA_DELIVERY_RESTARTED]  = FAILED,
  },
};

/*< private >
 * tertulia_delivery_step:
 * @state: of a message of our own
 *
 * Returns: its next state
 */
TertuliaMessageState
tertulia_delivery_step (TertuliaMessageState  state,
                        TertuliaDeliveryEvent event)
{
  g_return_val_if_fail (state >= QUEUED && state <= FAILED, state);
  g_return_val_if_fail (event < TERTULIA_DELIVERY_N_EVENTS, state);

  return transitions[state][event];
}

gboolean
tertulia_delivery_may_send (TertuliaMessageState state,
                            gboolean             refuses_duplicates)
{
  return state == QUEUED || (state == UNKNOWN && refuses_duplicates);
}
