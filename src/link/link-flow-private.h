/* link-flow-private.h: one direction of a connection: what goes on when; no socket, no clock
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define LINK_NEVER G_MAXINT64

/* How much is held before no more is read. */
#define LINK_FLOW_LIMIT (256 * 1024)

typedef struct {
  gboolean silent;
  gint64   latency;            /* µs */
  guint    rate;               /* bytes a second; 0 is no limit */
} LinkConditions;

typedef struct {
  GQueue   chunks;
  gsize    held;               /* bytes */
  gsize    sent;               /* of the first chunk, bytes */
  gint64   free_at;            /* when the rate allows more, µs */
} LinkFlow;

typedef enum {
  LINK_FLOW_WAIT,
  LINK_FLOW_DATA,
  LINK_FLOW_END,
} LinkFlowStep;

void         link_flow_init    (LinkFlow             *flow);
void         link_flow_clear   (LinkFlow             *flow);

/* No bytes at all are the end of the stream. */
void         link_flow_push    (LinkFlow             *flow,
                                const guint8         *data,
                                gsize                 size,
                                gint64                now);
gboolean     link_flow_is_full (const LinkFlow       *flow);

/* What to do now: send @size bytes at @data, or end the stream, or wait until
 * @wake, which may be LINK_NEVER.
 */
LinkFlowStep link_flow_next    (const LinkFlow       *flow,
                                const LinkConditions *conditions,
                                gint64                now,
                                const guint8        **data,
                                gsize                *size,
                                gint64               *wake);
void         link_flow_sent    (LinkFlow             *flow,
                                const LinkConditions *conditions,
                                gsize                 size,
                                gint64                now);

G_END_DECLS
