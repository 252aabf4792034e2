/* bus.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "bus-private.h"

#include "server-key-private.h"

/* What is kept of topics that nobody listens to, where servers share the stream. */
#define MAX_IDLE 1000
#define MAX_IDLE_BYTES (64 * 1024 * 1024)

typedef struct {
  SignalrTopic      *topic;
  SignalrSubscriber *subscriber;
  guint              place;      /* in the topic's list */
  guint64            next;       /* the place of the message that is wanted next */
  guint64            joined;     /* the first that it may have */
} SignalrSubscription;

struct _SignalrBus {
  SignalrHeartbeat *heartbeat;
  gint64            time_to_live;
  GHashTable       *topics;      /* by name */
  GHashTable       *numbers;     /* by number */
  guint64           n_topics;    /* ever */
  guint32           process;
  SignalrBusWatchFunc watch;     /* NULL for none */
  gpointer          watch_data;

  /* Where servers share the stream. */
  gboolean          shared;
  guint64           newest;      /* the last id; 0 for none */
  guint64           beginning;   /* what it was before that, if that is known */
  guint64           before;      /* the highest before ids began again */
  guint32           epoch;       /* how often they did */
  GQueue            idle;        /* of SignalrTopic, the one longest unused first */
  gsize             idle_bytes;
};

static gboolean
is_idle (SignalrTopic *topic)
{
  return topic->share != NULL && topic->subscriptions->len == 0;
}

static void
signalr_bus_add_idle (SignalrBus   *self,
                      SignalrTopic *topic)
{
  g_queue_push_tail_link (&self->idle, &topic->share->idle);
  self->idle_bytes += signalr_topic_weigh (topic);
  signalr_heartbeat_set (self->heartbeat, &topic->expiry,
                         signalr_heartbeat_now (self->heartbeat) + self->time_to_live);
}

static void
signalr_bus_remove_idle (SignalrBus   *self,
                         SignalrTopic *topic)
{
  g_queue_unlink (&self->idle, &topic->share->idle);
  self->idle_bytes -= signalr_topic_weigh (topic);
}

static void
topic_free (gpointer data)
{
  SignalrTopic *topic = data;
  SignalrBus *self = topic->bus;

  if (is_idle (topic))
    signalr_bus_remove_idle (self, topic);
  signalr_heartbeat_set (self->heartbeat, &topic->expiry, SIGNALR_NEVER);
  g_hash_table_remove (self->numbers, &topic->number);
  signalr_topic_free (topic);
}

static void
expire_cb (SignalrTimer *timer,
           gint64        now)
{
  SignalrTopic *self = (SignalrTopic *) ((guint8 *) timer - G_STRUCT_OFFSET (SignalrTopic, expiry));

  g_hash_table_remove (self->bus->topics, self->name);
}

static SignalrTopic *
signalr_bus_ensure_topic (SignalrBus *self,
                          const char *name,
                          gboolean    shared)
{
  SignalrTopic *topic = g_hash_table_lookup (self->topics, name);

  if (topic != NULL)
    return topic;

  topic = signalr_topic_new (self, name, shared);
  topic->number = self->n_topics++;
  topic->expiry.func = expire_cb;
  g_hash_table_insert (self->topics, topic->name, topic);
  g_hash_table_insert (self->numbers, &topic->number, topic);
  if (shared)
    signalr_bus_add_idle (self, topic);

  return topic;
}

SignalrBus *
signalr_bus_new (SignalrHeartbeat *heartbeat,
                 gint64            time_to_live)
{
  SignalrBus *self = g_new0 (SignalrBus, 1);
  SignalrServerKey random;

  self->heartbeat = heartbeat;
  self->time_to_live = time_to_live;
  self->beginning = SIGNALR_CURSOR_BEGINNING;
  self->topics = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, topic_free);
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

void
signalr_bus_share (SignalrBus *self)
{
  g_return_if_fail (g_hash_table_size (self->topics) == 0);

  self->shared = TRUE;
}

/*< private >
 * signalr_bus_advance:
 *
 * Who listens has a place, not an id: so whoever is here hears everything, whatever
 * the ids do. Those of before tell nothing any more.
 */
void
signalr_bus_advance (SignalrBus *self,
                     guint64     id)
{
  GHashTableIter iter;
  gpointer topic;

  if (id < self->newest)
    {
      self->before = MAX (self->before, self->newest);
      self->epoch++;
      g_hash_table_iter_init (&iter, self->topics);
      while (g_hash_table_iter_next (&iter, NULL, &topic))
        {
          if (((SignalrTopic *) topic)->share != NULL)
            signalr_topic_begin_again (topic);
        }
    }

  self->newest = id;
}

void
signalr_bus_begin_at (SignalrBus *self,
                      guint64     id)
{
  self->beginning = id;
}

guint64
signalr_bus_get_newest (SignalrBus *self)
{
  return self->newest;
}

static void
deliver (SignalrTopic   *topic,
         SignalrMessage *message)
{
  for (guint i = 0; i < topic->subscriptions->len; i++)
    {
      SignalrSubscription *subscription = g_ptr_array_index (topic->subscriptions, i);

      subscription->subscriber->deliver (subscription->subscriber, message);
    }
}

void
signalr_bus_set_watch (SignalrBus          *self,
                       SignalrBusWatchFunc  func,
                       gpointer             user_data)
{
  self->watch = func;
  self->watch_data = user_data;
}

/* How many are handed each message as it comes. */
static guint
count_passing (SignalrTopic *topic)
{
  return topic->subscriptions->len - topic->n_keeping;
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

  if (topic == NULL || topic->share != NULL)
    return;

  if (topic->n_keeping > 0 || topic->expiry.place != 0)
    signalr_topic_keep (topic, message, 0);
  deliver (topic, message);
}

/*< private >
 * signalr_bus_hear:
 *
 * It is kept for who may come from another server, but not without end.
 */
void
signalr_bus_hear (SignalrBus     *self,
                  const char     *topic_name,
                  SignalrMessage *message)
{
  SignalrTopic *topic = signalr_bus_ensure_topic (self, topic_name, TRUE);
  gboolean idle = is_idle (topic);

  if (topic->share == NULL)
    return;

  if (idle)
    signalr_bus_remove_idle (self, topic);
  signalr_topic_keep (topic, message, self->newest);
  if (idle)
    signalr_bus_add_idle (self, topic);

  while (self->idle.length > MAX_IDLE || self->idle_bytes > MAX_IDLE_BYTES)
    g_hash_table_remove (self->topics, ((SignalrTopic *) self->idle.head->data)->name);

  deliver (topic, message);
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
  SignalrTopic *topic = signalr_bus_ensure_topic (self, topic_name, self->shared && subscriber->keeps_place);
  SignalrSubscription *subscription;

  if (signalr_subscriber_find (subscriber, topic) != NULL)
    return FALSE;

  if (is_idle (topic))
    signalr_bus_remove_idle (self, topic);

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

  if (self->watch != NULL && !subscriber->keeps_place && count_passing (topic) == 1)
    self->watch (self->watch_data, topic_name, TRUE);

  return TRUE;
}

gboolean
signalr_bus_subscribe_behind (SignalrBus        *self,
                              const char        *topic_name,
                              SignalrSubscriber *subscriber,
                              guint64            id)
{
  SignalrSubscription *subscription;

  g_return_val_if_fail (self->shared, FALSE);

  if (!signalr_bus_subscribe (self, topic_name, subscriber))
    return FALSE;

  subscription = g_ptr_array_index (subscriber->subscriptions, subscriber->subscriptions->len - 1);
  subscription->next = subscription->joined = signalr_topic_behind (subscription->topic, id);

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
  else if (self->watch != NULL && count_passing (topic) == 0)
    self->watch (self->watch_data, topic->name, FALSE);

  if (topic->subscriptions->len > 0)
    return;

  /* Somebody who keeps their place may come back for what is published now. */
  if (topic->share != NULL)
    signalr_bus_add_idle (self, topic);
  else if (kept_place)
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

/* Whether it has had what has this place, on another server. */
static gboolean
signalr_subscription_has_had (SignalrSubscription *self,
                              guint64              place)
{
  SignalrSubscriber *subscriber = self->subscriber;
  SignalrTopic *topic = self->topic;

  return topic->share != NULL && signalr_topic_get_id (topic, place) <= subscriber->had &&
         (subscriber->epoch == topic->bus->epoch || place < topic->share->floor);
}

/* How far it has come in the shared stream: to before the first that it has not had. */
static guint64
signalr_bus_find_cursor (SignalrBus        *self,
                         SignalrSubscriber *subscriber)
{
  guint64 cursor = self->newest != 0 ? self->newest : self->beginning;

  if (subscriber->epoch == self->epoch && subscriber->had > self->newest)
    cursor = subscriber->had;

  for (guint i = 0; subscriber->subscriptions != NULL && i < subscriber->subscriptions->len; i++)
    {
      SignalrSubscription *subscription = g_ptr_array_index (subscriber->subscriptions, i);
      guint64 place = MAX (subscription->next, subscription->topic->first);

      if (place < subscription->topic->next && !signalr_subscription_has_had (subscription, place))
        cursor = MIN (cursor, signalr_topic_get_id (subscription->topic, place) - 1);
    }

  return cursor;
}

void
signalr_bus_append_cursor (SignalrBus        *self,
                           SignalrSubscriber *subscriber,
                           GString           *text)
{
  guint n = subscriber->subscriptions != NULL ? subscriber->subscriptions->len : 0;
  g_autofree SignalrPosition *positions = NULL;

  if (self->shared)
    {
      signalr_cursor_append_shared (text, signalr_bus_find_cursor (self, subscriber));
      return;
    }

  positions = g_new (SignalrPosition, n);
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
  guint64 id;

  return self->shared ? signalr_cursor_parse_shared (cursor, &id)
                      : signalr_cursor_parse (cursor, self->process, &positions);
}

/* An id beyond the newest is of before ids began again, and then everything since is
 * missing; or it is of a server that is ahead of this one, and what it has had comes
 * yet.
 */
static void
signalr_bus_rewind_shared (SignalrBus        *self,
                           SignalrSubscriber *subscriber,
                           guint64            id,
                           gboolean           known)
{
  if (id == SIGNALR_CURSOR_BEGINNING || (id > self->newest && id <= self->before))
    id = 0;

  subscriber->had = id;
  subscriber->epoch = self->epoch;

  for (guint i = 0; subscriber->subscriptions != NULL && i < subscriber->subscriptions->len; i++)
    {
      SignalrSubscription *subscription = g_ptr_array_index (subscriber->subscriptions, i);

      subscription->next = MAX (signalr_topic_behind (subscription->topic, id), known ? subscription->joined : 0);
    }
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
  SignalrCursorKind kind;
  guint64 id;

  if (self->shared)
    {
      kind = signalr_cursor_parse_shared (cursor, &id);
      if (kind == SIGNALR_CURSOR_HERE)
        signalr_bus_rewind_shared (self, subscriber, id, known);
      return kind;
    }

  kind = signalr_cursor_parse (cursor, self->process, &positions);
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

/* Takes the next one. Returns how many bytes that were. */
static gsize
signalr_subscription_take (SignalrSubscription *self,
                           const char          *connection_id,
                           GPtrArray           *taken,
                           GArray              *commands)
{
  guint64 place = self->next++;
  SignalrMessage *message = signalr_topic_get (self->topic, place);
  GBytes *bytes;

  if (signalr_subscription_has_had (self, place))
    return 0;

  if (signalr_message_get_command (message) != NULL && commands != NULL)
    {
      SignalrBusCommand command = { signalr_topic_get_id (self->topic, place), signalr_message_ref (message) };

      g_array_append_val (commands, command);
    }

  bytes = signalr_message_get (message, SIGNALR_FORM_ASPNET);
  if (bytes == NULL || !signalr_message_is_for (message, connection_id))
    return 0;

  g_ptr_array_add (taken, bytes);

  return g_bytes_get_size (bytes);
}

/* What is next of the topics of a shared stream, by id; NULL where there is nothing.
 * Those of before ids began again come first.
 */
static SignalrSubscription *
signalr_subscriber_find_next (SignalrSubscriber *self)
{
  SignalrSubscription *best = NULL;
  gboolean best_is_old = FALSE;
  guint64 best_id = 0;

  for (guint i = 0; i < self->subscriptions->len; i++)
    {
      SignalrSubscription *subscription = g_ptr_array_index (self->subscriptions, i);
      SignalrTopic *topic = subscription->topic;
      gboolean is_old = subscription->next < topic->share->floor;
      guint64 id;

      if (subscription->next == topic->next)
        continue;

      id = signalr_topic_get_id (topic, subscription->next);
      if (best == NULL || is_old > best_is_old || (is_old == best_is_old && id < best_id))
        {
          best = subscription;
          best_is_old = is_old;
          best_id = id;
        }
    }

  return best;
}

/*< private >
 * signalr_subscriber_collect:
 *
 * The order within a topic is that of publishing; between topics there is none,
 * unless servers share the stream: there one number says how far a client has come.
 * A command is the last of what is collected at once, for it may change what is next.
 */
GPtrArray *
signalr_subscriber_collect (SignalrSubscriber *self,
                            const char        *connection_id,
                            gsize              max_bytes,
                            GArray            *commands)
{
  GPtrArray *taken = g_ptr_array_new ();
  GPtrArray *subscriptions = self->subscriptions;
  gboolean shared = FALSE;
  SignalrSubscription *subscription;
  gsize n_bytes = 0;

  for (guint i = 0; subscriptions != NULL && i < subscriptions->len && n_bytes < max_bytes; i++)
    {
      subscription = g_ptr_array_index (subscriptions, i);
      subscription->next = MAX (subscription->next, subscription->topic->first);
      shared = subscription->topic->share != NULL;

      while (!shared && subscription->next < subscription->topic->next && n_bytes < max_bytes)
        n_bytes += signalr_subscription_take (subscription, connection_id, taken, NULL);
    }

  while (shared && n_bytes < max_bytes && (commands == NULL || commands->len == 0) &&
         (subscription = signalr_subscriber_find_next (self)) != NULL)
    n_bytes += signalr_subscription_take (subscription, connection_id, taken, commands);

  return taken;
}
