/* pending.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "pending-private.h"

/* Counted atomically: a cancellable may be cancelled in any thread. */
struct _SignalrPending {
  GTask                   *task;
  GMainContext            *context;
  gulong                   cancelled_id;
  SignalrPendingCancelled  cancelled;
  gpointer                 user_data;

  gboolean                 answered;
  gboolean                 boolean;
  gpointer                 pointer;
  GDestroyNotify           destroy;
  GError                  *error;
};

static void
signalr_pending_clear (SignalrPending *self)
{
  g_object_unref (self->task);
  g_main_context_unref (self->context);
  g_clear_error (&self->error);
  if (self->pointer != NULL)
    self->destroy (self->pointer);
}

static void
signalr_pending_unref (SignalrPending *self)
{
  g_atomic_rc_box_release_full (self, (GDestroyNotify) signalr_pending_clear);
}

static void
signalr_pending_post (SignalrPending *self,
                      GSourceFunc     func)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_static_name (source, "[signalr] answer");
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, func, g_atomic_rc_box_acquire (self),
                         (GDestroyNotify) signalr_pending_unref);
  g_source_attach (source, self->context);
}

static gboolean
cancelled_idle_cb (gpointer user_data)
{
  SignalrPending *self = user_data;

  if (!self->answered)
    self->cancelled (self, self->user_data);

  return G_SOURCE_REMOVE;
}

static void
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  signalr_pending_post (user_data, cancelled_idle_cb);
}

SignalrPending *
signalr_pending_new (GTask                   *task,
                     GMainContext            *context,
                     SignalrPendingCancelled  cancelled,
                     gpointer                 user_data)
{
  SignalrPending *self = g_atomic_rc_box_new0 (SignalrPending);
  GCancellable *cancellable = g_task_get_cancellable (task);

  self->task = task;
  self->context = g_main_context_ref (context);
  self->cancelled = cancelled;
  self->user_data = user_data;
  if (cancellable != NULL)
    self->cancelled_id = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb),
                                                g_atomic_rc_box_acquire (self),
                                                (GDestroyNotify) signalr_pending_unref);

  return self;
}

static gboolean
answer_idle_cb (gpointer user_data)
{
  SignalrPending *self = user_data;

  if (self->error != NULL)
    g_task_return_error (self->task, g_steal_pointer (&self->error));
  else if (self->pointer != NULL)
    g_task_return_pointer (self->task, g_steal_pointer (&self->pointer), self->destroy);
  else
    g_task_return_boolean (self->task, self->boolean);

  return G_SOURCE_REMOVE;
}

static void
signalr_pending_answer (SignalrPending *self)
{
  self->answered = TRUE;
  g_cancellable_disconnect (g_task_get_cancellable (self->task), self->cancelled_id);
  signalr_pending_post (self, answer_idle_cb);
  signalr_pending_unref (self);
}

void
signalr_pending_return_boolean (SignalrPending *self,
                                gboolean        value)
{
  self->boolean = value;
  signalr_pending_answer (self);
}

void
signalr_pending_return_pointer (SignalrPending *self,
                                gpointer        value,
                                GDestroyNotify  destroy)
{
  self->pointer = value;
  self->destroy = destroy;
  signalr_pending_answer (self);
}

void
signalr_pending_return_error (SignalrPending *self,
                              GError         *error)
{
  self->error = error;
  signalr_pending_answer (self);
}
