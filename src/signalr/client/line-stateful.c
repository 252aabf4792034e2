/* line-stateful.c: a line whose two ends count their messages
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "line-inside-private.h"

#include "lifetime-private.h"
#include "stateful-private.h"

static void watch (SignalrLine *self);

void
signalr_line_stop_watching (SignalrLine *self)
{
  if (self->due != NULL)
    g_source_destroy (self->due);
  g_clear_pointer (&self->due, g_source_unref);
}

static gboolean
due_cb (gpointer user_data)
{
  SignalrLine *self = user_data;
  SignalrStateful *stateful = self->dialogue->stateful;
  gint64 now = g_get_monotonic_time ();
  g_autoptr (GError) error = NULL;

  g_rc_box_acquire (self);
  g_clear_pointer (&self->due, g_source_unref);
  while (error == NULL && signalr_stateful_get_deadline (stateful) <= now)
    {
      g_autoptr (GBytes) record = signalr_stateful_tick (stateful, now, &error);

      if (record != NULL)
        signalr_line_send_bytes (self, record, NULL);
    }

  if (error != NULL)
    signalr_line_tell_failed (self, error);
  else
    watch (self);
  signalr_line_unref (self);

  return G_SOURCE_REMOVE;
}

static void
watch (SignalrLine *self)
{
  gint64 deadline = signalr_stateful_get_deadline (self->dialogue->stateful);
  gint64 wait;

  if (self->due != NULL && self->due_at == deadline)
    return;

  signalr_line_stop_watching (self);
  if (!self->ready || deadline == SIGNALR_NEVER)
    return;

  wait = MAX (0, deadline - g_get_monotonic_time ());
  self->due_at = deadline;
  self->due = g_timeout_source_new ((wait + 999) / 1000);
  g_source_set_static_name (self->due, "[signalr] acknowledgement");
  g_source_set_priority (self->due, G_PRIORITY_DEFAULT);
  g_source_set_callback (self->due, due_cb, self, NULL);
  g_source_attach (self->due, self->context);
}

/*< private >
 * signalr_line_flush:
 *
 * Sends what may be sent by now, and sees to what is due.
 */
void
signalr_line_flush (SignalrLine *self)
{
  GBytes *bytes;

  if (self->dialogue == NULL || self->dialogue->stateful == NULL || !self->opened || self->closing)
    return;

  while ((bytes = signalr_stateful_next (self->dialogue->stateful)) != NULL)
    {
      signalr_line_send_bytes (self, bytes, NULL);
      g_bytes_unref (bytes);
    }

  watch (self);
}
