/* signalr-deadline-private.h: how all deadlines of the library are told
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A deadline is a time of a monotonic clock in microseconds, or this. */
#define SIGNALR_NEVER G_MAXINT64

G_END_DECLS
