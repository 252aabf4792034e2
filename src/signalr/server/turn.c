/* turn.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "turn-private.h"

/* Everything that one event causes for one client is gathered and leaves in
 * one write: so whoever has something to write asks for a turn, and gets it
 * when the event has been handled.
 */
struct _SignalrTurn {
  GSource  *source;
  GQueue    tasks;
  gboolean  running;
};

typedef struct {
  GSource      source;
  SignalrTurn *turn;
} SignalrTurnSource;

static gboolean
signalr_turn_prepare (GSource *source,
                      int     *timeout)
{
  *timeout = -1;

  return !g_queue_is_empty (&((SignalrTurnSource *) source)->turn->tasks);
}

static gboolean
signalr_turn_check (GSource *source)
{
  return !g_queue_is_empty (&((SignalrTurnSource *) source)->turn->tasks);
}

static gboolean
signalr_turn_dispatch (GSource     *source,
                       GSourceFunc  callback,
                       gpointer     user_data)
{
  signalr_turn_run (((SignalrTurnSource *) source)->turn);

  return G_SOURCE_CONTINUE;
}

static GSourceFuncs signalr_turn_funcs = {
  .prepare = signalr_turn_prepare,
  .check = signalr_turn_check,
  .dispatch = signalr_turn_dispatch,
};

SignalrTurn *
signalr_turn_new (GMainContext *context)
{
  SignalrTurn *self = g_rc_box_new0 (SignalrTurn);

  g_queue_init (&self->tasks);
  self->source = g_source_new (&signalr_turn_funcs, sizeof (SignalrTurnSource));
  ((SignalrTurnSource *) self->source)->turn = self;
  g_source_set_static_name (self->source, "[signalr] turn");
  g_source_attach (self->source, context);

  return self;
}

static void
signalr_turn_clear (gpointer data)
{
  SignalrTurn *self = data;

  g_source_destroy (self->source);
  g_source_unref (self->source);
}

SignalrTurn *
signalr_turn_ref (SignalrTurn *self)
{
  return g_rc_box_acquire (self);
}

void
signalr_turn_unref (SignalrTurn *self)
{
  g_rc_box_release_full (self, signalr_turn_clear);
}

/*< private >
 * signalr_turn_add:
 * @task: borrowed until it has run or is removed; once however often it is added
 */
void
signalr_turn_add (SignalrTurn *self,
                  SignalrTask *task)
{
  if (task->link.data != NULL)
    return;

  task->link.data = task;
  g_queue_push_tail_link (&self->tasks, &task->link);
}

void
signalr_turn_remove (SignalrTurn *self,
                     SignalrTask *task)
{
  if (task->link.data == NULL)
    return;

  g_queue_unlink (&self->tasks, &task->link);
  task->link.data = NULL;
}

/*< private >
 * signalr_turn_run:
 *
 * Runs what waits, and what that makes wait in its turn. The source does it by
 * itself; who has just handled an event does it sooner.
 */
void
signalr_turn_run (SignalrTurn *self)
{
  GList *link;

  if (self->running)
    return;

  g_rc_box_acquire (self);
  self->running = TRUE;
  while ((link = g_queue_pop_head_link (&self->tasks)) != NULL)
    {
      SignalrTask *task = link->data;

      link->data = NULL;
      task->func (task);
    }
  self->running = FALSE;
  signalr_turn_unref (self);
}
