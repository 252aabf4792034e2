/* poller.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "poller-private.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "signalr-wake-private.h"

#define BATCH 256

/* A GMainContext looks at every source it has in every iteration, so a
 * thousand idle sockets would slow each event: they share this one.
 */
struct _SignalrPoller {
  GSource            *source;
  SignalrTurn        *turn;
  int                 fd;
  gpointer            tag;
  gboolean            handling;
  gboolean            paused;

  struct epoll_event  events[BATCH];
  int                 n_events;      /* while they are handled */
};

static gboolean
signalr_poller_source_cb (gpointer user_data)
{
  SignalrPoller *self = signalr_poller_ref (user_data);

  /* Somebody runs the loop inside of what is handled here: the rest has to wait. */
  if (self->handling)
    {
      g_source_modify_unix_fd (self->source, self->tag, 0);
      self->paused = TRUE;
      signalr_poller_unref (self);
      return G_SOURCE_CONTINUE;
    }

  self->handling = TRUE;
  self->n_events = epoll_wait (self->fd, self->events, BATCH, 0);

  for (int i = 0; i < self->n_events; i++)
    {
      SignalrPolled *polled = self->events[i].data.ptr;

      if (polled != NULL)
        polled->func (polled, self->events[i].events);
    }
  self->n_events = 0;

  signalr_turn_run (self->turn);

  self->handling = FALSE;
  if (self->paused && !g_source_is_destroyed (self->source))
    g_source_modify_unix_fd (self->source, self->tag, G_IO_IN);
  self->paused = FALSE;
  signalr_poller_unref (self);

  return G_SOURCE_CONTINUE;
}

SignalrPoller *
signalr_poller_new (GMainContext  *context,
                    SignalrTurn   *turn,
                    GError       **error)
{
  SignalrPoller *self;
  int fd;

  fd = epoll_create1 (EPOLL_CLOEXEC);
  if (fd < 0)
    {
      int saved = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved),
                   "No epoll descriptor: %s", g_strerror (saved));
      return NULL;
    }

  self = g_rc_box_new0 (SignalrPoller);
  self->fd = fd;
  self->turn = signalr_turn_ref (turn);
  self->source = signalr_wake_new ("[signalr] poller", signalr_poller_source_cb, self);
  self->tag = g_source_add_unix_fd (self->source, fd, G_IO_IN);
  /* One that cannot is taken out of the poll while it is dispatched, and put back:
   * that wakes the loop up twice, with a write each.
   */
  g_source_set_can_recurse (self->source, TRUE);
  g_source_attach (self->source, context);

  return self;
}

SignalrPoller *
signalr_poller_ref (SignalrPoller *self)
{
  return g_rc_box_acquire (self);
}

static void
signalr_poller_clear (gpointer data)
{
  SignalrPoller *self = data;

  g_source_destroy (self->source);
  g_source_unref (self->source);
  signalr_turn_unref (self->turn);
  close (self->fd);
}

void
signalr_poller_unref (SignalrPoller *self)
{
  g_rc_box_release_full (self, signalr_poller_clear);
}

static int
signalr_poller_control (SignalrPoller *self,
                        SignalrPolled *polled,
                        int            operation,
                        guint32        events)
{
  struct epoll_event event = { .events = events, .data.ptr = polled };

  polled->events = events;

  return epoll_ctl (self->fd, operation, polled->fd, &event);
}

/*< private >
 * signalr_poller_add:
 * @polled: with its function and descriptor; borrowed until it is removed
 *
 * Returns: whether the system had room for it
 */
gboolean
signalr_poller_add (SignalrPoller *self,
                    SignalrPolled *polled,
                    guint32        events)
{
  return signalr_poller_control (self, polled, EPOLL_CTL_ADD, events) == 0;
}

void
signalr_poller_change (SignalrPoller *self,
                       SignalrPolled *polled,
                       guint32        events)
{
  if (polled->events != events)
    signalr_poller_control (self, polled, EPOLL_CTL_MOD, events);
}

/*< private >
 * signalr_poller_remove:
 *
 * To be called before the descriptor is closed. Nothing that has been told of
 * @polled already is handled any more.
 */
void
signalr_poller_remove (SignalrPoller *self,
                       SignalrPolled *polled)
{
  signalr_poller_control (self, polled, EPOLL_CTL_DEL, 0);

  for (int i = 0; i < self->n_events; i++)
    {
      if (self->events[i].data.ptr == polled)
        self->events[i].data.ptr = NULL;
    }
}
