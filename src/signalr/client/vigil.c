/* vigil.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "vigil-private.h"

#include <errno.h>
#include <glib-unix.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "lifetime-private.h"
#include "signalr-wake-private.h"

typedef struct {
  SignalrVigilFunc func;
  gpointer         user_data;
} Guest;

struct _SignalrVigil {
  GMainContext    *context;
  GArray          *guests;       /* Guest */
  SignalrOutlook   outlook;
  GSource         *source;
  int              timer;        /* its descriptor, or -1 */
  gpointer         timer_tag;
  GNetworkMonitor *monitor;
  gulong           changed_id;
  int              changed;      /* atomic: the monitor may speak on another thread */
};

/* By context; those of other threads are in it, too. */
G_LOCK_DEFINE_STATIC (vigils);
static GHashTable *vigils;

static gint64
read_clock (clockid_t clock)
{
  struct timespec time;

  clock_gettime (clock, &time);

  return time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

static gint64
measure_sleep (void)
{
  return read_clock (CLOCK_BOOTTIME) - read_clock (CLOCK_MONOTONIC);
}

/* A time that never comes: what the timer tells is that the clock was set. */
static void
arm_timer (SignalrVigil *self)
{
  struct itimerspec never = { .it_value.tv_sec = G_MAXINT32 };

  timerfd_settime (self->timer, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL);
}

static gboolean
timer_was_cancelled (SignalrVigil *self)
{
  guint64 n;

  if (self->timer_tag == NULL || g_source_query_unix_fd (self->source, self->timer_tag) == 0)
    return FALSE;

  if (read (self->timer, &n, sizeof n) >= 0 || errno != ECANCELED)
    return FALSE;

  arm_timer (self);

  return TRUE;
}

static void
tell_guests (SignalrVigil *self)
{
  gboolean online = self->monitor == NULL || g_network_monitor_get_network_available (self->monitor);
  g_autoptr (GArray) guests = g_array_copy (self->guests);

  for (guint i = 0; i < guests->len; i++)
    {
      Guest *guest = &g_array_index (guests, Guest, i);

      for (guint j = 0; j < self->guests->len; j++)
        {
          if (g_array_index (self->guests, Guest, j).user_data == guest->user_data)
            {
              guest->func (online, guest->user_data);
              break;
            }
        }
    }
}

static void
wait_until_due (SignalrVigil *self)
{
  g_source_set_ready_time (self->source,
                           self->outlook.due == SIGNALR_NEVER ? -1 : self->outlook.due);
}

static void vigil_unref (SignalrVigil *self);

static gboolean
vigil_cb (gpointer user_data)
{
  SignalrVigil *self = g_atomic_rc_box_acquire (user_data);
  gint64 now = g_get_monotonic_time ();

  if (timer_was_cancelled (self))
    signalr_outlook_clock (&self->outlook, measure_sleep (), now);
  if (g_atomic_int_compare_and_exchange (&self->changed, TRUE, FALSE))
    signalr_outlook_network (&self->outlook, now);

  if (signalr_outlook_take (&self->outlook, now))
    tell_guests (self);
  if (!g_source_is_destroyed (self->source))
    wait_until_due (self);
  vigil_unref (self);

  return G_SOURCE_CONTINUE;
}

static void
network_changed_cb (GNetworkMonitor *monitor,
                    gboolean         available,
                    SignalrVigil    *self)
{
  g_atomic_int_set (&self->changed, TRUE);
  g_source_set_ready_time (self->source, 0);
}

static void
vigil_clear (SignalrVigil *self)
{
  g_array_unref (self->guests);
  g_source_unref (self->source);
  g_clear_object (&self->monitor);
  g_main_context_unref (self->context);
}

static void
vigil_unref (SignalrVigil *self)
{
  g_atomic_rc_box_release_full (self, (GDestroyNotify) vigil_clear);
}

static SignalrVigil *
vigil_new (GMainContext *context)
{
  SignalrVigil *self = g_atomic_rc_box_new0 (SignalrVigil);

  self->context = g_main_context_ref (context);
  self->guests = g_array_new (FALSE, FALSE, sizeof (Guest));
  signalr_outlook_init (&self->outlook, measure_sleep ());

  self->source = signalr_wake_new ("[signalr] vigil", vigil_cb, self);
  self->timer = timerfd_create (CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
  if (self->timer >= 0)
    {
      arm_timer (self);
      self->timer_tag = g_source_add_unix_fd (self->source, self->timer, G_IO_IN);
    }
  g_source_attach (self->source, context);

  g_set_object (&self->monitor, g_network_monitor_get_default ());
  self->changed_id = g_signal_connect_data (self->monitor, "network-changed",
                                            G_CALLBACK (network_changed_cb),
                                            g_atomic_rc_box_acquire (self),
                                            (GClosureNotify) (GCallback) vigil_unref,
                                            G_CONNECT_DEFAULT);

  return self;
}

static void
vigil_end (SignalrVigil *self)
{
  g_hash_table_remove (vigils, self->context);
  g_clear_signal_handler (&self->changed_id, self->monitor);
  g_source_destroy (self->source);
  if (self->timer >= 0)
    close (self->timer);
  vigil_unref (self);
}

SignalrVigil *
signalr_vigil_join (GMainContext     *context,
                    SignalrVigilFunc  func,
                    gpointer          user_data)
{
  Guest guest = { func, user_data };
  SignalrVigil *self;

  G_LOCK (vigils);
  if (vigils == NULL)
    vigils = g_hash_table_new (NULL, NULL);
  self = g_hash_table_lookup (vigils, context);
  if (self == NULL)
    {
      self = vigil_new (context);
      g_hash_table_insert (vigils, context, self);
    }
  g_array_append_val (self->guests, guest);
  G_UNLOCK (vigils);

  return self;
}

void
signalr_vigil_leave (SignalrVigil *self,
                     gpointer      user_data)
{
  G_LOCK (vigils);
  for (guint i = 0; i < self->guests->len; i++)
    {
      if (g_array_index (self->guests, Guest, i).user_data == user_data)
        {
          g_array_remove_index_fast (self->guests, i);
          break;
        }
    }
  if (self->guests->len == 0)
    vigil_end (self);
  G_UNLOCK (vigils);
}

void
signalr_vigil_clock_was_set (SignalrVigil *self,
                             gint64        slept)
{
  signalr_outlook_clock (&self->outlook, self->outlook.asleep + slept, g_get_monotonic_time ());
  wait_until_due (self);
}
