/* bus.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "bus-private.h"

#include "server-key-private.h"

/* What a topic keeps for those who come back, at most. */
#define MAX_KEPT 1000
#define MAX_KEPT_BYTES (4 * 1024 * 1024)

typedef struct {
  SignalrBus      *bus;
  char            *name;
  guint64          number;
  GPtrArray       *subscriptions;

  guint            n_keeping;    /* of the subscribers, those that keep their place */
  SignalrMessage **kept;         /* a ring: a message lies at its id modulo the capacity */
  guint64          capacity;
  guint64          first;        /* the id of the oldest that is kept */
  guint64          next;         /* the id of the next that comes */
  gsize            kept_bytes;
  SignalrTimer     expiry;       /* set while nobody listens */
} SignalrTopic;

typedef struct {
  SignalrTopic      *topic;
  SignalrSubscriber *subscriber;
  guint              place;      /* in the topic's list */
  guint64            next;       /* the id of the message that is wanted next */
  guint64            joined;     /* the first that it may have */
} SignalrSubscription;

struct _SignalrBus {
  SignalrHeartbeat *heartbeat;
  gint64            time_to_live;
  GHashTable       *topics;      /* by name */
  GHashTable       *numbers;     /* by number */
  guint64           n_topics;    /* ever */
  guint32           process;
};

static gsize
size_of (SignalrMessage *message)
{
  GBytes *bytes = signalr_message_get (message, SIGNALR_FORM_ASPNET);

  return bytes != NULL ? g_bytes_get_size (bytes) : 0;
}

static void
signalr_topic_drop_oldest (SignalrTopic *self)
{
  SignalrMessage **oldest = &self->kept[self->first % self->capacity];

  self->kept_bytes -= size_of (*oldest);
  g_clear_pointer (oldest, signalr_message_unref);
  self->first++;
}

static void
signalr_topic_free (gpointer data)
{
  SignalrTopic *self = data;

  while (self->first < self->next)
    signalr_topic_drop_oldest (self);

  signalr_heartbeat_set (self->bus->heartbeat, &self->expiry, SIGNALR_NEVER);
  g_hash_table_remove (self->bus->numbers, &self->number);
  g_ptr_array_unref (self->subscriptions);
  g_free (self->kept);
  g_free (self->name);
  g_free (self);
}

static void
signalr_topic_expire_cb (SignalrTimer *timer,
                         gint64        now)
{
  SignalrTopic *self = (SignalrTopic *) ((guint8 *) timer - G_STRUCT_OFFSET (SignalrTopic, expiry));

  g_hash_table_remove (self->bus->topics, self->name);
}

static SignalrTopic *
signalr_bus_ensure_topic (SignalrBus *self,
                          const char *name)
{
  SignalrTopic *topic = g_hash_table_lookup (self->topics, name);

  if (topic != NULL)
    return topic;

  topic = g_new0 (SignalrTopic, 1);
  topic->bus = self;
  topic->name = g_strdup (name);
  topic->number = self->n_topics++;
  topic->subscriptions = g_ptr_array_new ();
  topic->expiry.func = signalr_topic_expire_cb;
  g_hash_table_insert (self->topics, topic->name, topic);
  g_hash_table_insert (self->numbers, &topic->number, topic);

  return topic;
}

/* Makes room for one more, by growing or else by forgetting. */
static void
signalr_topic_make_room (SignalrTopic *self,
                         gsize         size)
{
  guint64 n_kept = self->next - self->first;

  if (n_kept == self->capacity && n_kept < MAX_KEPT)
    {
      guint64 capacity = CLAMP (self->capacity * 4, 16, MAX_KEPT);
      SignalrMessage **kept = g_new0 (SignalrMessage *, capacity);

      for (guint64 id = self->first; id < self->next; id++)
        kept[id % capacity] = self->kept[id % self->capacity];

      g_free (self->kept);
      self->kept = kept;
      self->capacity = capacity;
    }

  while (self->next > self->first &&
         (self->next - self->first == self->capacity || self->kept_bytes + size > MAX_KEPT_BYTES))
    signalr_topic_drop_oldest (self);
}

static void
signalr_topic_keep (SignalrTopic   *self,
                    SignalrMessage *message)
{
  gsize size = size_of (message);

  signalr_topic_make_room (self, size);
  self->kept[self->next % self->capacity] = signalr_message_ref (message);
  self->kept_bytes += size;
  self->next++;
}

SignalrBus *
signalr_bus_new (SignalrHeartbeat *heartbeat,
                 gint64            time_to_live)
{
  SignalrBus *self = g_new0 (SignalrBus, 1);
  SignalrServerKey random;

  self->heartbeat = heartbeat;
  self->time_to_live = time_to_live;
  self->topics = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, signalr_topic_free);
  self->numbers = g_hash_table_new (g_int64_hash, g_int64_equal);

  /* A cursor from before a restart is recognised as foreign. */
  signalr_server_key_init_random (&random);
  self->process = *(guint32 *) random.bytes;

  return self;
}

void
signalr_bus_free (SignalrBus *self)
{
  g_hash_table_unref (self->topics);
  g_hash_table_unref (self->numbers);
  g_free (self);
}

/*< private >
 * signalr_bus_publish:
 *
 * What nobody listens to, and nobody may come back to, is gone.
 */
void
signalr_bus_publish (SignalrBus     *self,
                     const char     *topic_name,
                     SignalrMessage *message)
{
  SignalrTopic *topic = g_hash_table_lookup (self->topics, topic_name);

  if (topic == NULL)
    return;

  if (topic->n_keeping > 0 || topic->expiry.place != 0)
    signalr_topic_keep (topic, message);

  for (guint i = 0; i < topic->subscriptions->len; i++)
    {
      SignalrSubscription *subscription = g_ptr_array_index (topic->subscriptions, i);

      subscription->subscriber->deliver (subscription->subscriber, message);
    }
}

static SignalrSubscription *
signalr_subscriber_find (SignalrSubscriber *self,
                         SignalrTopic      *topic)
{
  for (guint i = 0; self->subscriptions != NULL && i < self->subscriptions->len; i++)
    {
      SignalrSubscription *subscription = g_ptr_array_index (self->subscriptions, i);

      if (subscription->topic == topic)
        return subscription;
    }

  return NULL;
}

/*< private >
 * signalr_bus_subscribe:
 *
 * Returns: whether @subscriber did not listen to @topic_name before
 */
gboolean
signalr_bus_subscribe (SignalrBus        *self,
                       const char        *topic_name,
                       SignalrSubscriber *subscriber)
{
  SignalrTopic *topic = signalr_bus_ensure_topic (self, topic_name);
  SignalrSubscription *subscription;

  if (signalr_subscriber_find (subscriber, topic) != NULL)
    return FALSE;

  subscription = g_new0 (SignalrSubscription, 1);
  subscription->topic = topic;
  subscription->subscriber = subscriber;
  subscription->next = subscription->joined = topic->next;
  subscription->place = topic->subscriptions->len;
  g_ptr_array_add (topic->subscriptions, subscription);
  if (subscriber->keeps_place)
    topic->n_keeping++;
  signalr_heartbeat_set (self->heartbeat, &topic->expiry, SIGNALR_NEVER);

  if (subscriber->subscriptions == NULL)
    subscriber->subscriptions = g_ptr_array_new ();
  g_ptr_array_add (subscriber->subscriptions, subscription);

  return TRUE;
}

static void
signalr_bus_drop (SignalrBus          *self,
                  SignalrSubscription *subscription)
{
  SignalrTopic *topic = subscription->topic;
  gboolean kept_place = subscription->subscriber->keeps_place;

  g_ptr_array_remove_index_fast (topic->subscriptions, subscription->place);
  if (subscription->place < topic->subscriptions->len)
    {
      SignalrSubscription *moved = g_ptr_array_index (topic->subscriptions, subscription->place);

      moved->place = subscription->place;
    }
  g_free (subscription);

  if (kept_place)
    topic->n_keeping--;

  if (topic->subscriptions->len > 0)
    return;

  /* Somebody who keeps their place may come back for what is published now. */
  if (kept_place)
    signalr_heartbeat_set (self->heartbeat, &topic->expiry,
                           signalr_heartbeat_now (self->heartbeat) + self->time_to_live);
  else if (topic->next == 0)
    g_hash_table_remove (self->topics, topic->name);
}

gboolean
signalr_bus_unsubscribe (SignalrBus        *self,
                         const char        *topic_name,
                         SignalrSubscriber *subscriber)
{
  SignalrTopic *topic = g_hash_table_lookup (self->topics, topic_name);
  SignalrSubscription *subscription = NULL;

  if (topic != NULL)
    subscription = signalr_subscriber_find (subscriber, topic);
  if (subscription == NULL)
    return FALSE;

  g_ptr_array_remove (subscriber->subscriptions, subscription);
  signalr_bus_drop (self, subscription);

  return TRUE;
}

void
signalr_bus_unsubscribe_all (SignalrBus        *self,
                             SignalrSubscriber *subscriber)
{
  g_autoptr (GPtrArray) subscriptions = g_steal_pointer (&subscriber->subscriptions);

  for (guint i = 0; subscriptions != NULL && i < subscriptions->len; i++)
    signalr_bus_drop (self, g_ptr_array_index (subscriptions, i));
}

void
signalr_bus_append_cursor (SignalrBus        *self,
                           SignalrSubscriber *subscriber,
                           GString           *text)
{
  guint n = subscriber->subscriptions != NULL ? subscriber->subscriptions->len : 0;
  g_autofree SignalrPosition *positions = g_new (SignalrPosition, n);

  for (guint i = 0; i < n; i++)
    {
      SignalrSubscription *subscription = g_ptr_array_index (subscriber->subscriptions, i);

      positions[i].topic = subscription->topic->number;
      positions[i].next = subscription->next;
    }

  signalr_cursor_append (text, self->process, positions, n);
}

SignalrCursorKind
signalr_bus_check_cursor (SignalrBus *self,
                          const char *cursor)
{
  g_autoptr (GArray) positions = NULL;

  return signalr_cursor_parse (cursor, self->process, &positions);
}

/*< private >
 * signalr_bus_rewind:
 * @known: whether @subscriber has listened since it joined: then nothing of
 *   before that is for it, whatever it says
 *
 * Goes back to where the client says that it is. A topic that it does not name
 * it joined after the last envelope that reached it: it has had nothing of it.
 * One that is gone by now, or that it may not hear, is passed over.
 */
SignalrCursorKind
signalr_bus_rewind (SignalrBus        *self,
                    SignalrSubscriber *subscriber,
                    const char        *cursor,
                    gboolean           known)
{
  g_autoptr (GArray) positions = NULL;
  SignalrCursorKind kind = signalr_cursor_parse (cursor, self->process, &positions);

  if (kind != SIGNALR_CURSOR_HERE || subscriber->subscriptions == NULL)
    return kind;

  for (guint i = 0; i < subscriber->subscriptions->len; i++)
    {
      SignalrSubscription *subscription = g_ptr_array_index (subscriber->subscriptions, i);

      subscription->next = subscription->joined;
    }

  for (guint i = 0; i < positions->len; i++)
    {
      SignalrPosition *position = &g_array_index (positions, SignalrPosition, i);
      SignalrTopic *topic = g_hash_table_lookup (self->numbers, &position->topic);
      SignalrSubscription *subscription = NULL;

      if (topic != NULL)
        subscription = signalr_subscriber_find (subscriber, topic);
      if (subscription != NULL)
        subscription->next = CLAMP (position->next, known ? subscription->joined : 0, topic->next);
    }

  return kind;
}

gboolean
signalr_subscriber_has_more (SignalrSubscriber *self)
{
  for (guint i = 0; self->subscriptions != NULL && i < self->subscriptions->len; i++)
    {
      SignalrSubscription *subscription = g_ptr_array_index (self->subscriptions, i);

      if (subscription->next < subscription->topic->next)
        return TRUE;
    }

  return FALSE;
}

gboolean
signalr_subscriber_has_missed (SignalrSubscriber *self)
{
  for (guint i = 0; self->subscriptions != NULL && i < self->subscriptions->len; i++)
    {
      SignalrSubscription *subscription = g_ptr_array_index (self->subscriptions, i);

      if (subscription->next < subscription->topic->first)
        return TRUE;
    }

  return FALSE;
}

/* Returns the bytes that were taken. */
static gsize
signalr_subscription_take (SignalrSubscription *self,
                           const char          *connection_id,
                           gsize                max_bytes,
                           GPtrArray           *taken)
{
  SignalrTopic *topic = self->topic;
  gsize n_bytes = 0;

  while (self->next < topic->next && n_bytes < max_bytes)
    {
      SignalrMessage *message = topic->kept[self->next++ % topic->capacity];
      GBytes *bytes = signalr_message_get (message, SIGNALR_FORM_ASPNET);

      if (bytes == NULL || !signalr_message_is_for (message, connection_id))
        continue;

      g_ptr_array_add (taken, bytes);
      n_bytes += g_bytes_get_size (bytes);
    }

  return n_bytes;
}

/*< private >
 * signalr_subscriber_collect:
 *
 * The order within a topic is that of publishing; between topics there is none.
 */
GPtrArray *
signalr_subscriber_collect (SignalrSubscriber *self,
                            const char        *connection_id,
                            gsize              max_bytes)
{
  GPtrArray *taken = g_ptr_array_new ();
  gsize n_bytes = 0;

  for (guint i = 0; self->subscriptions != NULL && i < self->subscriptions->len && n_bytes < max_bytes; i++)
    {
      SignalrSubscription *subscription = g_ptr_array_index (self->subscriptions, i);

      subscription->next = MAX (subscription->next, subscription->topic->first);
      n_bytes += signalr_subscription_take (subscription, connection_id, max_bytes - n_bytes, taken);
    }

  return taken;
}
