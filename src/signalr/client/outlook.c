/* outlook.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "vigil-private.h"

#include "lifetime-private.h"

/* A network that comes up tells of it in several steps, one that flaps for ever. */
#define INTERVAL    (1 * G_USEC_PER_SEC)

/* The two clocks are not read at the same moment. */
#define NO_SLEEP    (G_USEC_PER_SEC / 10)

void
signalr_outlook_init (SignalrOutlook *self,
                      gint64          asleep)
{
  *self = (SignalrOutlook) { .asleep = asleep, .looked = -INTERVAL, .due = SIGNALR_NEVER };
}

/* After a sleep nothing that was known before counts. */
void
signalr_outlook_clock (SignalrOutlook *self,
                       gint64          asleep,
                       gint64          now)
{
  gboolean slept = asleep - self->asleep > NO_SLEEP;

  self->asleep = asleep;
  if (slept)
    self->due = now;
  else
    signalr_outlook_network (self, now);
}

void
signalr_outlook_network (SignalrOutlook *self,
                         gint64          now)
{
  self->due = MIN (self->due, MAX (now, self->looked + INTERVAL));
}

gboolean
signalr_outlook_take (SignalrOutlook *self,
                      gint64          now)
{
  if (now < self->due)
    return FALSE;

  self->looked = now;
  self->due = SIGNALR_NEVER;

  return TRUE;
}
