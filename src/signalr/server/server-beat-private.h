/* server-beat-private.h: when a transport connection is pinged, missed or renewed; no clock, no source
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "heartbeat-private.h"

G_BEGIN_DECLS

typedef enum {
  SIGNALR_SERVER_BEAT_NOTHING,
  SIGNALR_SERVER_BEAT_PING,       /* write something: nothing has been written for an interval */
  SIGNALR_SERVER_BEAT_SILENT,     /* the client has not been heard for longer than it may */
  SIGNALR_SERVER_BEAT_EXPIRED,    /* the transport connection has lasted as long as it may */
} SignalrServerBeatTell;

/* Times in µs; SIGNALR_NEVER is none. */
typedef struct {
  gint64   interval;       /* between two writes */
  gint64   patience;       /* between two things heard */
  gint64   lease;          /* of the whole transport connection */

  gint64   opened;
  gint64   written;
  gint64   heard;          /* SIGNALR_NEVER while nobody listens for silence */
} SignalrServerBeat;

void                  signalr_server_beat_init    (SignalrServerBeat *self,
                                                   gint64             interval,
                                                   gint64             patience,
                                                   gint64             lease,
                                                   gint64             now);
void                  signalr_server_beat_written (SignalrServerBeat *self,
                                                   gint64             now);
void                  signalr_server_beat_listen  (SignalrServerBeat *self,
                                                   gint64             now);
void                  signalr_server_beat_deafen  (SignalrServerBeat *self);
gint64                signalr_server_beat_next    (SignalrServerBeat *self);
SignalrServerBeatTell signalr_server_beat_due     (SignalrServerBeat *self,
                                                   gint64             now);

G_END_DECLS
