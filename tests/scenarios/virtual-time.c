/* virtual-time.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "virtual-time.h"

#include <poll.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* How long, in ms, bytes may be on their way through this machine, which may be
 * busy: too short, and time runs meanwhile. Longer where something is waited for,
 * which comes before any deadline does.
 */
#define GRACE 25
#define LONG_GRACE 500

static gint64 base;       /* µs; 0 while the clock is the real one */
static gint64 now;
static gint64 limit;
static int grace = GRACE;

static gint64
read_real (clockid_t clock)
{
  struct timespec spec;

  syscall (SYS_clock_gettime, clock, &spec);

  return (gint64) spec.tv_sec * G_USEC_PER_SEC + spec.tv_nsec / 1000;
}

/* In place of the C library's, for GLib as well as for us. */
int
clock_gettime (clockid_t        clock,
               struct timespec *spec)
{
  if (base == 0 || clock != CLOCK_MONOTONIC)
    return syscall (SYS_clock_gettime, clock, spec);

  /* As if asking took a moment: some count on it. */
  now++;
  spec->tv_sec = now / G_USEC_PER_SEC;
  spec->tv_nsec = now % G_USEC_PER_SEC * 1000;

  return 0;
}

/* Where nobody has anything to do before a deadline, it comes at once. */
static gint
virtual_poll (GPollFD *fds,
              guint    n_fds,
              gint     timeout)
{
  int n_ready = poll ((struct pollfd *) fds, n_fds, timeout == 0 ? 0 : grace);

  if (n_ready == 0 && timeout != 0)
    now = timeout < 0 ? limit : MIN (limit, now + (gint64) timeout * 1000);

  return n_ready;
}

void
virtual_time_begin (void)
{
  base = now = limit = read_real (CLOCK_MONOTONIC);
  g_main_context_set_poll_func (NULL, virtual_poll);
  g_assert_cmpint (g_get_monotonic_time (), ==, base + 1);
}

void
virtual_time_jump (double seconds)
{
  now += (gint64) (seconds * G_USEC_PER_SEC);
}

double
virtual_time_get (void)
{
  return (now - base) / (double) G_USEC_PER_SEC;
}

void
virtual_time_run (double     until,
                  gboolean (*done) (gpointer data),
                  gpointer   data)
{
  limit = base + (gint64) (until * G_USEC_PER_SEC);
  grace = done != NULL ? LONG_GRACE : GRACE;

  while (now < limit && (done == NULL || !done (data)))
    g_main_context_iteration (NULL, TRUE);

  while (g_main_context_iteration (NULL, FALSE))
    ;
}
