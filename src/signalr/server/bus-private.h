/* bus-private.h: topics, who listens to them, and what they missed
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "cursor-private.h"
#include "message-private.h"
#include "topic-private.h"

G_BEGIN_DECLS

typedef struct _SignalrSubscriber SignalrSubscriber;

/* What another server asks of a connection, which is for the server to do. */
typedef struct {
  guint64         id;          /* where in the stream it came */
  SignalrMessage *message;
} SignalrBusCommand;

/* Part of what listens. One that keeps its place reads when it is ready, with
 * signalr_subscriber_collect (), and @deliver only tells that there is
 * something; any other is handed each message as it comes. @deliver does not
 * subscribe or unsubscribe.
 */
struct _SignalrSubscriber {
  void       (*deliver)     (SignalrSubscriber *self,
                             SignalrMessage    *message);
  gboolean     keeps_place;
  guint32      epoch;          /* of the shared stream, in which … */
  guint64      had;            /* … it has had what has this id or a lower one */
  GPtrArray   *subscriptions;
};

SignalrBus        *signalr_bus_new                 (SignalrHeartbeat   *heartbeat,
                                                    gint64              time_to_live);
void               signalr_bus_free                (SignalrBus         *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignalrBus, signalr_bus_free)

/* The first who keeps no place begins to listen to a topic, or the last does not any
 * more. It does not change the bus.
 */
typedef void (*SignalrBusWatchFunc) (gpointer    user_data,
                                     const char *topic,
                                     gboolean    listened);
void               signalr_bus_set_watch           (SignalrBus         *self,
                                                    SignalrBusWatchFunc func,
                                                    gpointer            user_data);

void               signalr_bus_publish             (SignalrBus         *self,
                                                    const char         *topic,
                                                    SignalrMessage     *message);

/* From now on those who keep their place listen to a stream that servers share: each
 * message in it has an id, which rises and is the same on all of them, so that a
 * cursor of one is good for the others. Its topics are kept though nobody listens
 * here: a client may come. Those of others are as ever, and have names of their own.
 * Before anything is published or listened to.
 */
void               signalr_bus_share               (SignalrBus         *self);
/* The next of the stream is @id. Where ids begin again, nobody starves for it. */
void               signalr_bus_advance             (SignalrBus         *self,
                                                    guint64             id);
/* One of the messages that have that id. */
void               signalr_bus_hear                (SignalrBus         *self,
                                                    const char         *topic,
                                                    SignalrMessage     *message);
/* As long as nothing has come, a cursor says that everything up to @id has been had:
 * what was said before is for nobody who comes now, wherever they go.
 */
void               signalr_bus_begin_at            (SignalrBus         *self,
                                                    guint64             id);
/* The highest id so far; 0 for none. */
guint64            signalr_bus_get_newest          (SignalrBus         *self);

/* From now on; nothing where it listens to that already. */
gboolean           signalr_bus_subscribe           (SignalrBus         *self,
                                                    const char         *topic,
                                                    SignalrSubscriber  *subscriber);
/* The same from what came behind @id on, where the stream is shared. */
gboolean           signalr_bus_subscribe_behind    (SignalrBus         *self,
                                                    const char         *topic,
                                                    SignalrSubscriber  *subscriber,
                                                    guint64             id);
gboolean           signalr_bus_unsubscribe         (SignalrBus         *self,
                                                    const char         *topic,
                                                    SignalrSubscriber  *subscriber);
void               signalr_bus_unsubscribe_all     (SignalrBus         *self,
                                                    SignalrSubscriber  *subscriber);

/* For those that keep their place. */
void               signalr_bus_append_cursor       (SignalrBus         *self,
                                                    SignalrSubscriber  *subscriber,
                                                    GString            *text);
SignalrCursorKind  signalr_bus_check_cursor        (SignalrBus         *self,
                                                    const char         *cursor);
SignalrCursorKind  signalr_bus_rewind              (SignalrBus         *self,
                                                    SignalrSubscriber  *subscriber,
                                                    const char         *cursor,
                                                    gboolean            known);
/* The next messages, until they are @max_bytes: (transfer container) of GBytes.
 * What is not kept any more is passed over. @commands (nullable) gets what are
 * commands, as SignalrBusCommand.
 */
GPtrArray         *signalr_subscriber_collect      (SignalrSubscriber  *self,
                                                    const char         *connection_id,
                                                    gsize               max_bytes,
                                                    GArray             *commands);
gboolean           signalr_subscriber_has_more     (SignalrSubscriber  *self);
/* Whether there is something that is not kept any more. */
gboolean           signalr_subscriber_has_missed   (SignalrSubscriber  *self);

G_END_DECLS
