/* heartbeat.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "heartbeat-private.h"

/* How often everything else comes first, once a deadline has passed. */
#define ROUNDS 3
/* A loop that is so late stood still: with the whole machine, in a debugger, or in
 * something that blocked it. Who was kept waiting comes before anybody is judged by
 * a deadline of that time.
 */
#define STANDSTILL (1 * G_USEC_PER_SEC)
#define GRACE (3 * G_USEC_PER_SEC)

struct _SignalrHeartbeat {
  GSource   *source;
  GSource   *overdue;   /* for a loop that is never done with the rest */
  guint      n_rounds;  /* that it has been so */
  gint64     grace;     /* until when nothing fires, after a standstill; 0 for none */
  GPtrArray *heap;      /* of SignalrTimer; the earliest deadline at index 0 */
  gboolean   frozen;
  gint64     time;      /* while frozen */
};

typedef struct {
  GSource           source;
  SignalrHeartbeat *heartbeat;
} SignalrHeartbeatSource;

static void signalr_heartbeat_fire (SignalrHeartbeat *self);

static gboolean
signalr_heartbeat_is_due (GSource *source)
{
  SignalrHeartbeat *self = ((SignalrHeartbeatSource *) source)->heartbeat;
  gint64 now = g_source_get_time (source);
  gint64 late = now - signalr_heartbeat_next (self);

  if (late < 0)
    self->grace = 0;
  else if (self->grace == 0 && late > STANDSTILL)
    self->grace = now + GRACE;

  if (self->frozen || late < 0)
    return FALSE;

  return now >= self->grace;
}

/* Asked for when the loop is about to wait: a ready time would wake it up each time
 * that it changes.
 */
static gboolean
signalr_heartbeat_prepare (GSource *source,
                           int     *timeout)
{
  SignalrHeartbeat *self = ((SignalrHeartbeatSource *) source)->heartbeat;
  gint64 next = signalr_heartbeat_next (self);

  *timeout = -1;
  if (signalr_heartbeat_is_due (source))
    return TRUE;

  if (!self->frozen && next != SIGNALR_NEVER)
    *timeout = MIN ((MAX (next, self->grace) - g_source_get_time (source) + 999) / 1000, G_MAXINT);

  return FALSE;
}

static gboolean
signalr_heartbeat_dispatch (GSource     *source,
                            GSourceFunc  callback,
                            gpointer     user_data)
{
  signalr_heartbeat_fire (((SignalrHeartbeatSource *) source)->heartbeat);

  return G_SOURCE_CONTINUE;
}

static GSourceFuncs signalr_heartbeat_funcs = {
  .prepare = signalr_heartbeat_prepare,
  .check = signalr_heartbeat_is_due,
  .dispatch = signalr_heartbeat_dispatch,
};

static gboolean
signalr_heartbeat_overdue_prepare (GSource *source,
                                   int     *timeout)
{
  SignalrHeartbeat *self = ((SignalrHeartbeatSource *) source)->heartbeat;

  *timeout = -1;
  self->n_rounds = signalr_heartbeat_is_due (source) ? self->n_rounds + 1 : 0;

  return self->n_rounds > ROUNDS;
}

static gboolean
signalr_heartbeat_overdue_check (GSource *source)
{
  return ((SignalrHeartbeatSource *) source)->heartbeat->n_rounds > ROUNDS;
}

static GSourceFuncs signalr_heartbeat_overdue_funcs = {
  .prepare = signalr_heartbeat_overdue_prepare,
  .check = signalr_heartbeat_overdue_check,
  .dispatch = signalr_heartbeat_dispatch,
};

static SignalrTimer *
signalr_heartbeat_at (SignalrHeartbeat *self,
                      guint             place)
{
  return g_ptr_array_index (self->heap, place - 1);
}

static void
signalr_heartbeat_put (SignalrHeartbeat *self,
                       guint             place,
                       SignalrTimer     *timer)
{
  g_ptr_array_index (self->heap, place - 1) = timer;
  timer->place = place;
}

static void
signalr_heartbeat_rise (SignalrHeartbeat *self,
                        SignalrTimer     *timer)
{
  while (timer->place > 1)
    {
      guint place = timer->place;
      SignalrTimer *parent = signalr_heartbeat_at (self, place / 2);

      if (parent->deadline <= timer->deadline)
        break;

      signalr_heartbeat_put (self, place, parent);
      signalr_heartbeat_put (self, place / 2, timer);
    }
}

static void
signalr_heartbeat_sink (SignalrHeartbeat *self,
                        SignalrTimer     *timer)
{
  for (;;)
    {
      guint place = timer->place;
      guint child = 2 * place;
      SignalrTimer *earlier;

      if (child > self->heap->len)
        break;

      earlier = signalr_heartbeat_at (self, child);
      if (child < self->heap->len &&
          signalr_heartbeat_at (self, child + 1)->deadline < earlier->deadline)
        earlier = signalr_heartbeat_at (self, ++child);

      if (timer->deadline <= earlier->deadline)
        break;

      signalr_heartbeat_put (self, place, earlier);
      signalr_heartbeat_put (self, child, timer);
    }
}

static void
signalr_heartbeat_remove (SignalrHeartbeat *self,
                          SignalrTimer     *timer)
{
  guint place = timer->place;
  SignalrTimer *last = signalr_heartbeat_at (self, self->heap->len);

  g_ptr_array_set_size (self->heap, self->heap->len - 1);
  timer->place = 0;

  if (last == timer)
    return;

  signalr_heartbeat_put (self, place, last);
  signalr_heartbeat_rise (self, last);
  signalr_heartbeat_sink (self, last);
}

static void
signalr_heartbeat_fire (SignalrHeartbeat *self)
{
  gint64 now = signalr_heartbeat_now (self);

  self->n_rounds = 0;
  self->grace = 0;

  /* What fires may let go of the whole server. */
  g_rc_box_acquire (self);
  while (signalr_heartbeat_next (self) <= now)
    {
      SignalrTimer *timer = signalr_heartbeat_at (self, 1);

      signalr_heartbeat_remove (self, timer);
      timer->func (timer, now);
    }
  signalr_heartbeat_unref (self);
}

static GSource *
signalr_heartbeat_attach (SignalrHeartbeat *self,
                          GMainContext     *context,
                          GSourceFuncs     *funcs,
                          int               priority)
{
  GSource *source = g_source_new (funcs, sizeof (SignalrHeartbeatSource));

  ((SignalrHeartbeatSource *) source)->heartbeat = self;
  g_source_set_static_name (source, "[signalr] heartbeat");
  g_source_set_priority (source, priority);
  g_source_attach (source, context);

  return source;
}

/*< private >
 * signalr_heartbeat_new:
 * @context: where the deadlines fire
 *
 * The deadlines fire behind everything of default priority: bytes that have
 * arrived are read before silence is judged. Where there is always something of
 * that, be it one client's flood, they fire among it, some rounds late.
 */
SignalrHeartbeat *
signalr_heartbeat_new (GMainContext *context)
{
  SignalrHeartbeat *self = g_rc_box_new0 (SignalrHeartbeat);

  self->heap = g_ptr_array_new ();
  self->source = signalr_heartbeat_attach (self, context, &signalr_heartbeat_funcs, G_PRIORITY_DEFAULT + 1);
  self->overdue = signalr_heartbeat_attach (self, context, &signalr_heartbeat_overdue_funcs, G_PRIORITY_DEFAULT);

  return self;
}

static void
signalr_heartbeat_clear (gpointer data)
{
  SignalrHeartbeat *self = data;

  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_source_destroy (self->overdue);
  g_source_unref (self->overdue);
  g_ptr_array_unref (self->heap);
}

void
signalr_heartbeat_unref (SignalrHeartbeat *self)
{
  g_rc_box_release_full (self, signalr_heartbeat_clear);
}

/*< private >
 * signalr_heartbeat_stop:
 *
 * Nothing fires any more, also where this is called by what fires.
 */
void
signalr_heartbeat_stop (SignalrHeartbeat *self)
{
  for (guint i = 1; i <= self->heap->len; i++)
    signalr_heartbeat_at (self, i)->place = 0;
  g_ptr_array_set_size (self->heap, 0);

  g_source_destroy (self->source);
  g_source_destroy (self->overdue);
}

/*< private >
 * signalr_heartbeat_now:
 *
 * Returns: the time in µs that deadlines are read on, which is
 *   g_get_monotonic_time () outside of tests
 */
gint64
signalr_heartbeat_now (SignalrHeartbeat *self)
{
  return self->frozen ? self->time : g_get_monotonic_time ();
}

/*< private >
 * signalr_heartbeat_set:
 * @timer: borrowed until it fires or is set to %SIGNALR_NEVER
 *
 * A deadline in the past fires in the next iteration, never in this call.
 */
void
signalr_heartbeat_set (SignalrHeartbeat *self,
                       SignalrTimer     *timer,
                       gint64            deadline)
{
  if (timer->place != 0 && timer->deadline == deadline)
    return;

  if (timer->place != 0)
    signalr_heartbeat_remove (self, timer);

  timer->deadline = deadline;
  if (deadline != SIGNALR_NEVER)
    {
      g_ptr_array_add (self->heap, timer);
      timer->place = self->heap->len;
      signalr_heartbeat_rise (self, timer);
    }
}

/*< private >
 * signalr_heartbeat_next:
 *
 * Returns: the earliest deadline that is set, or %SIGNALR_NEVER
 */
gint64
signalr_heartbeat_next (SignalrHeartbeat *self)
{
  return self->heap->len > 0 ? signalr_heartbeat_at (self, 1)->deadline : SIGNALR_NEVER;
}

void
signalr_heartbeat_freeze (SignalrHeartbeat *self)
{
  self->time = signalr_heartbeat_now (self);
  self->frozen = TRUE;
}

void
signalr_heartbeat_advance (SignalrHeartbeat *self,
                           gint64            microseconds)
{
  gint64 until = self->time + microseconds;

  g_return_if_fail (self->frozen);

  while (signalr_heartbeat_next (self) <= until)
    {
      self->time = MAX (self->time, signalr_heartbeat_next (self));
      signalr_heartbeat_fire (self);
    }

  self->time = until;
}
