/* server-door.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "server-door-private.h"

#define MAX_TOTAL 100000
#define MAX_PER_ADDRESS 20000
#define MIN_SWEEP 1024
/* How many seconds' worth of requests may come at once. */
#define BURST G_USEC_PER_SEC
/* Who has one address of IPv6 has this many bits of others. */
#define IPV6_PREFIX 8

typedef struct {
  guint  counts[SIGNALR_DOOR_N_KINDS];
  gint64 served;       /* until when the address has used up its requests, µs */
} SignalrVisitor;

SignalrDoor *
signalr_door_new (void)
{
  SignalrDoor *self = g_rc_box_new0 (SignalrDoor);

  self->max_total = MAX_TOTAL;
  self->max_per_address = MAX_PER_ADDRESS;
  self->visitors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  return self;
}

SignalrDoor *
signalr_door_ref (SignalrDoor *self)
{
  return g_rc_box_acquire (self);
}

static void
signalr_door_clear (gpointer data)
{
  SignalrDoor *self = data;

  g_hash_table_unref (self->visitors);
}

void
signalr_door_unref (SignalrDoor *self)
{
  g_rc_box_release_full (self, signalr_door_clear);
}

char *
signalr_door_key (GSocketAddress *address)
{
  g_autoptr (GInetAddress) network = NULL;
  GInetAddress *inet;
  guint8 bytes[16] = { 0 };

  if (!G_IS_INET_SOCKET_ADDRESS (address))
    return g_strdup ("");

  inet = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address));
  if (g_inet_address_get_family (inet) != G_SOCKET_FAMILY_IPV6)
    return g_inet_address_to_string (inet);

  memcpy (bytes, g_inet_address_to_bytes (inet), IPV6_PREFIX);
  network = g_inet_address_new_from_bytes (bytes, G_SOCKET_FAMILY_IPV6);

  return g_inet_address_to_string (network);
}

static gboolean
is_forgotten (SignalrVisitor *visitor,
              gint64          now)
{
  for (guint kind = 0; kind < SIGNALR_DOOR_N_KINDS; kind++)
    {
      if (visitor->counts[kind] > 0)
        return FALSE;
    }

  return visitor->served <= now;
}

/* Who has left is remembered while that tells how many requests it may make. */
static void
signalr_door_sweep (SignalrDoor *self,
                    gint64       now)
{
  GHashTableIter iter;
  gpointer visitor;

  if (g_hash_table_size (self->visitors) < MAX (MIN_SWEEP, 2 * self->n_swept))
    return;

  g_hash_table_iter_init (&iter, self->visitors);
  while (g_hash_table_iter_next (&iter, NULL, &visitor))
    {
      if (is_forgotten (visitor, now))
        g_hash_table_iter_remove (&iter);
    }
  self->n_swept = g_hash_table_size (self->visitors);
}

static SignalrVisitor *
signalr_door_ensure (SignalrDoor *self,
                     const char  *key)
{
  SignalrVisitor *visitor = g_hash_table_lookup (self->visitors, key);

  if (visitor == NULL)
    {
      visitor = g_new0 (SignalrVisitor, 1);
      g_hash_table_insert (self->visitors, g_strdup (key), visitor);
    }

  return visitor;
}

gboolean
signalr_door_has_room (SignalrDoor     *self,
                       const char      *key,
                       SignalrDoorKind  kind)
{
  SignalrVisitor *visitor = g_hash_table_lookup (self->visitors, key);

  return self->totals[kind] < self->max_total &&
         (visitor == NULL || visitor->counts[kind] < self->max_per_address);
}

void
signalr_door_enter (SignalrDoor     *self,
                    const char      *key,
                    SignalrDoorKind  kind)
{
  self->totals[kind]++;
  signalr_door_ensure (self, key)->counts[kind]++;
}

void
signalr_door_leave (SignalrDoor     *self,
                    const char      *key,
                    SignalrDoorKind  kind)
{
  SignalrVisitor *visitor = g_hash_table_lookup (self->visitors, key);

  self->totals[kind]--;
  visitor->counts[kind]--;
  if (is_forgotten (visitor, 0))
    g_hash_table_remove (self->visitors, key);
}

gboolean
signalr_door_take_request (SignalrDoor *self,
                           const char  *key,
                           gint64       now)
{
  SignalrVisitor *visitor;
  gint64 served;

  if (self->request_interval == 0)
    return TRUE;

  signalr_door_sweep (self, now);
  visitor = signalr_door_ensure (self, key);
  served = MAX (visitor->served, now) + self->request_interval;
  if (served > now + BURST)
    return FALSE;

  visitor->served = served;

  return TRUE;
}
