/* topic.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "topic-private.h"

/* What a topic keeps for those who come back, at most. */
#define MAX_KEPT 1000
#define MAX_KEPT_BYTES (4 * 1024 * 1024)

/* What a topic, and a message in it, need besides their texts, about. */
#define TOPIC_WEIGHT 500
#define MESSAGE_WEIGHT 250

static gsize
size_of (SignalrMessage *message)
{
  GBytes *bytes = signalr_message_get (message, SIGNALR_FORM_ASPNET);

  return bytes != NULL ? g_bytes_get_size (bytes) : 0;
}

SignalrTopic *
signalr_topic_new (SignalrBus *bus,
                   const char *name,
                   gboolean    shared)
{
  SignalrTopic *self = g_new0 (SignalrTopic, 1);

  self->bus = bus;
  self->name = g_strdup (name);
  self->subscriptions = g_ptr_array_new ();
  if (shared)
    {
      self->share = g_new0 (SignalrTopicShare, 1);
      self->share->idle.data = self;
    }

  return self;
}

static void
signalr_topic_drop_oldest (SignalrTopic *self)
{
  SignalrMessage **oldest = &self->kept[self->first % self->capacity];

  self->kept_bytes -= size_of (*oldest);
  g_clear_pointer (oldest, signalr_message_unref);
  self->first++;
}

void
signalr_topic_free (SignalrTopic *self)
{
  while (self->first < self->next)
    signalr_topic_drop_oldest (self);

  if (self->share != NULL)
    g_free (self->share->ids);
  g_free (self->share);
  g_ptr_array_unref (self->subscriptions);
  g_free (self->kept);
  g_free (self->name);
  g_free (self);
}

static void
signalr_topic_grow (SignalrTopic *self)
{
  guint64 capacity = CLAMP (self->capacity * 4, 16, MAX_KEPT);
  g_autofree SignalrMessage **before = self->kept;
  g_autofree guint64 *ids = NULL;

  self->kept = g_new0 (SignalrMessage *, capacity);
  if (self->share != NULL)
    {
      ids = self->share->ids;
      self->share->ids = g_new (guint64, capacity);
    }

  for (guint64 place = self->first; place < self->next; place++)
    {
      self->kept[place % capacity] = before[place % self->capacity];
      if (ids != NULL)
        self->share->ids[place % capacity] = ids[place % self->capacity];
    }

  self->capacity = capacity;
}

void
signalr_topic_keep (SignalrTopic   *self,
                    SignalrMessage *message,
                    guint64         id)
{
  gsize size = size_of (message);
  guint64 n_kept = self->next - self->first;

  if (n_kept == self->capacity && n_kept < MAX_KEPT)
    signalr_topic_grow (self);
  while (self->next > self->first &&
         (self->next - self->first == self->capacity || self->kept_bytes + size > MAX_KEPT_BYTES))
    signalr_topic_drop_oldest (self);

  self->kept[self->next % self->capacity] = signalr_message_ref (message);
  if (self->share != NULL)
    self->share->ids[self->next % self->capacity] = id;
  self->kept_bytes += size;
  self->next++;
}

SignalrMessage *
signalr_topic_get (SignalrTopic *self,
                   guint64       place)
{
  return self->kept[place % self->capacity];
}

guint64
signalr_topic_get_id (SignalrTopic *self,
                      guint64       place)
{
  return self->share->ids[place % self->capacity];
}

guint64
signalr_topic_behind (SignalrTopic *self,
                      guint64       id)
{
  guint64 low = MAX (self->first, self->share->floor);
  guint64 high = self->next;

  while (low < high)
    {
      guint64 middle = low + (high - low) / 2;

      if (signalr_topic_get_id (self, middle) <= id)
        low = middle + 1;
      else
        high = middle;
    }

  return low;
}

void
signalr_topic_begin_again (SignalrTopic *self)
{
  self->share->floor = self->next;
}

gsize
signalr_topic_weigh (SignalrTopic *self)
{
  return TOPIC_WEIGHT + self->kept_bytes + (self->next - self->first) * MESSAGE_WEIGHT;
}
