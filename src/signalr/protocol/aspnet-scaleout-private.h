/* aspnet-scaleout-private.h: what servers of classic SignalR tell one another
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * On a backplane every server hears everything: calls of clients, commands to the
 * server that has a connection, and their acknowledgements.
 */

#pragma once

#include "signalr-error.h"

G_BEGIN_DECLS

/* The key of acknowledgements. */
#define SIGNALR_SCALEOUT_SERVERS "__SIGNALR__SERVER__"

typedef struct {
  char     *source;         /* the connection id of the sender, or what stands for it */
  char     *key;            /* to whom: a topic, such as h-Hub or c-ID */
  GBytes   *value;          /* JSON; empty where it is an acknowledgement */
  char     *command_id;     /* NULL where it is neither a command nor an acknowledgement */
  gboolean  wait_for_ack;
  gboolean  is_ack;
  char     *filter;         /* topics left out, joined by '|'; NULL for none */
} SignalrScaleoutMessage;

typedef struct {
  guint64    id;
  GPtrArray *messages;      /* of SignalrScaleoutMessage */
  gint64     ticks;         /* when it was sent, by the sender's clock: 100 ns since the year 1 */
} SignalrScaleoutPayload;

typedef enum {
  SIGNALR_SCALEOUT_INITIALIZE,
  SIGNALR_SCALEOUT_ADD_TO_GROUP,
  SIGNALR_SCALEOUT_REMOVE_FROM_GROUP,
  SIGNALR_SCALEOUT_ABORT,
  SIGNALR_SCALEOUT_N_COMMANDS,
} SignalrScaleoutCommandType;

/* The value of an initialization that is also the client's start, which came to another
 * server than its transport; one of our own, that the official ones pass over.
 */
#define SIGNALR_SCALEOUT_START "start"

/* The value of a command. */
typedef struct {
  char                       *id;
  gboolean                    wait_for_ack;
  SignalrScaleoutCommandType  type;
  char                       *value;      /* the topic of a group; NULL for none */
} SignalrScaleoutCommand;

void                    signalr_scaleout_message_free   (SignalrScaleoutMessage        *self);
void                    signalr_scaleout_payload_free   (SignalrScaleoutPayload        *self);
void                    signalr_scaleout_command_free   (SignalrScaleoutCommand        *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignalrScaleoutMessage, signalr_scaleout_message_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignalrScaleoutPayload, signalr_scaleout_payload_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignalrScaleoutCommand, signalr_scaleout_command_free)

/* @real_time: µs since 1970 */
gint64                  signalr_scaleout_ticks          (gint64                         real_time);
/* What a script puts an id and a space before, and publishes. */
GBytes                 *signalr_scaleout_encode         (const SignalrScaleoutMessage  *message,
                                                         gint64                         ticks);
/* What comes over the channel, with its id. */
SignalrScaleoutPayload *signalr_scaleout_decode         (GBytes                        *bytes,
                                                         GError                       **error);

GBytes                 *signalr_scaleout_command_encode (const SignalrScaleoutCommand  *self);
SignalrScaleoutCommand *signalr_scaleout_command_decode (GBytes                        *value,
                                                         GError                       **error);

G_END_DECLS
