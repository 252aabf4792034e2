/* topic-private.h: what was published about one thing, as long as it is kept
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "heartbeat-private.h"
#include "message-private.h"

G_BEGIN_DECLS

typedef struct _SignalrBus SignalrBus;

/* What a topic of a stream that servers share has besides. */
typedef struct {
  guint64 *ids;                /* a ring, like the messages */
  guint64  floor;              /* the first place whose id is of the stream as it counts now */
  GList    idle;               /* among those that nobody listens to */
} SignalrTopicShare;

typedef struct {
  SignalrBus        *bus;
  char              *name;
  guint64            number;
  GPtrArray         *subscriptions;

  guint              n_keeping;   /* of the subscribers, those that keep their place */
  SignalrMessage   **kept;        /* a ring: a message lies at its place modulo the capacity */
  guint64            capacity;
  guint64            first;       /* the place of the oldest that is kept */
  guint64            next;        /* the place of the next that comes */
  gsize              kept_bytes;
  SignalrTopicShare *share;       /* NULL where the stream is our own */
  SignalrTimer       expiry;      /* set while nobody listens */
} SignalrTopic;

/* Places count the messages of one topic, from 0. */
SignalrTopic *signalr_topic_new        (SignalrBus       *bus,
                                        const char       *name,
                                        gboolean          shared);
void          signalr_topic_free       (SignalrTopic     *self);
/* Forgets the oldest where there is no room. @id: 0 where the stream is our own. */
void          signalr_topic_keep       (SignalrTopic     *self,
                                        SignalrMessage   *message,
                                        guint64           id);
SignalrMessage *signalr_topic_get      (SignalrTopic     *self,
                                        guint64           place);

/* For those of a shared stream. */
guint64       signalr_topic_get_id     (SignalrTopic     *self,
                                        guint64           place);
/* The place of the first that came behind @id. */
guint64       signalr_topic_behind     (SignalrTopic     *self,
                                        guint64           id);
/* Ids begin again with the next. */
void          signalr_topic_begin_again (SignalrTopic    *self);
/* What it needs, about, in bytes. */
gsize         signalr_topic_weigh      (SignalrTopic     *self);

G_END_DECLS
