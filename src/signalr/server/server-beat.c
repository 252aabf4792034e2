/* server-beat.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "server-beat-private.h"

static gint64
after (gint64 start,
       gint64 duration)
{
  return start == SIGNALR_NEVER || duration == SIGNALR_NEVER ? SIGNALR_NEVER : start + duration;
}

/*< private >
 * signalr_server_beat_init:
 *
 * A transport connection has been opened. Nobody listens for silence before
 * signalr_server_beat_listen ().
 */
void
signalr_server_beat_init (SignalrServerBeat *self,
                          gint64             interval,
                          gint64             patience,
                          gint64             lease,
                          gint64             now)
{
  *self = (SignalrServerBeat) {
    .interval = interval,
    .patience = patience,
    .lease = lease,
    .opened = now,
    .written = now,
    .heard = SIGNALR_NEVER,
  };
}

void
signalr_server_beat_written (SignalrServerBeat *self,
                             gint64             now)
{
  self->written = now;
}

/*< private >
 * signalr_server_beat_listen:
 *
 * The client has been heard, or the server is ready to hear it again: its
 * silence counts from now.
 */
void
signalr_server_beat_listen (SignalrServerBeat *self,
                            gint64             now)
{
  self->heard = now;
}

/*< private >
 * signalr_server_beat_deafen:
 *
 * The server does not read for now, so silence is not the client's fault.
 */
void
signalr_server_beat_deafen (SignalrServerBeat *self)
{
  self->heard = SIGNALR_NEVER;
}

gint64
signalr_server_beat_next (SignalrServerBeat *self)
{
  gint64 next = after (self->written, self->interval);

  next = MIN (next, after (self->heard, self->patience));
  next = MIN (next, after (self->opened, self->lease));

  return next;
}

/*< private >
 * signalr_server_beat_due:
 *
 * Returns: what the time calls for; the gravest where it is several
 */
SignalrServerBeatTell
signalr_server_beat_due (SignalrServerBeat *self,
                         gint64             now)
{
  if (now >= after (self->heard, self->patience))
    return SIGNALR_SERVER_BEAT_SILENT;

  if (now >= after (self->opened, self->lease))
    return SIGNALR_SERVER_BEAT_EXPIRED;

  if (now >= after (self->written, self->interval))
    return SIGNALR_SERVER_BEAT_PING;

  return SIGNALR_SERVER_BEAT_NOTHING;
}
