/* link-flow.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "link-flow-private.h"

#include <string.h>

/* A rate is kept to in pieces of a twentieth of a second. */
#define PIECES_A_SECOND 20

typedef struct {
  gint64 arrived;
  gsize  size;
  guint8 data[];
} LinkChunk;

void
link_flow_init (LinkFlow *flow)
{
  *flow = (LinkFlow) { .chunks = G_QUEUE_INIT };
}

void
link_flow_clear (LinkFlow *flow)
{
  g_queue_clear_full (&flow->chunks, g_free);
  link_flow_init (flow);
}

void
link_flow_push (LinkFlow     *flow,
                const guint8 *data,
                gsize         size,
                gint64        now)
{
  LinkChunk *chunk = g_malloc (sizeof (LinkChunk) + size);

  chunk->arrived = now;
  chunk->size = size;
  if (size > 0)
    memcpy (chunk->data, data, size);

  g_queue_push_tail (&flow->chunks, chunk);
  flow->held += size;
}

/* A chunk counts too: a peer may send single bytes. */
gboolean
link_flow_is_full (const LinkFlow *flow)
{
  return flow->held + flow->chunks.length * sizeof (LinkChunk) >= LINK_FLOW_LIMIT;
}

LinkFlowStep
link_flow_next (const LinkFlow        *flow,
                const LinkConditions  *conditions,
                gint64                 now,
                const guint8         **data,
                gsize                 *size,
                gint64                *wake)
{
  const LinkChunk *chunk = g_queue_peek_head ((GQueue *) &flow->chunks);
  gint64 due;

  *wake = LINK_NEVER;
  if (conditions->silent || chunk == NULL)
    return LINK_FLOW_WAIT;

  due = chunk->arrived + conditions->latency;
  if (conditions->rate > 0)
    due = MAX (due, flow->free_at);

  if (now < due)
    {
      *wake = due;
      return LINK_FLOW_WAIT;
    }

  if (chunk->size == 0)
    return LINK_FLOW_END;

  *data = chunk->data + flow->sent;
  *size = chunk->size - flow->sent;
  if (conditions->rate > 0)
    *size = MIN (*size, MAX (1, conditions->rate / PIECES_A_SECOND));

  return LINK_FLOW_DATA;
}

void
link_flow_sent (LinkFlow             *flow,
                const LinkConditions *conditions,
                gsize                 size,
                gint64                now)
{
  LinkChunk *chunk = g_queue_peek_head (&flow->chunks);

  g_return_if_fail (chunk != NULL && size <= chunk->size - flow->sent);

  flow->sent += size;
  flow->held -= size;
  if (flow->sent == chunk->size)
    {
      g_free (g_queue_pop_head (&flow->chunks));
      flow->sent = 0;
    }

  if (conditions->rate > 0)
    flow->free_at = now + (gint64) size * G_USEC_PER_SEC / conditions->rate;
}
