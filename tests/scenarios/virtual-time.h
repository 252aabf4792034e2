/* virtual-time.h: a clock for all of a process, that goes on when nothing is left to do
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* From now on the monotonic clock stands still, but while virtual_time_run () lets
 * the default main context's deadlines come. Everything in the process sees it.
 */
void    virtual_time_begin (void);
/* Seconds since then. */
double  virtual_time_get   (void);
/* Until that time, or until @done says so (nullable). */
void    virtual_time_run   (double     until,
                            gboolean (*done) (gpointer data),
                            gpointer   data);
/* So much later all of a sudden: nobody was let do anything meanwhile. */
void    virtual_time_jump  (double     seconds);

G_END_DECLS
