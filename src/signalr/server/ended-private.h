/* ended-private.h: the connections that have ended lately
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _SignalrEnded SignalrEnded;

SignalrEnded *signalr_ended_new   (void);
void          signalr_ended_free  (SignalrEnded *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignalrEnded, signalr_ended_free)

void          signalr_ended_add   (SignalrEnded *self,
                                   const char   *connection_id,
                                   gboolean      polls,
                                   gint64        now);
gboolean      signalr_ended_holds (SignalrEnded *self,
                                   const char   *connection_id,
                                   gint64        now);
/* Whether its next poll is to be expected, which may be on its way already. */
gboolean      signalr_ended_polls (SignalrEnded *self,
                                   const char   *connection_id);
/* Whether this is the first time that it is told so. */
gboolean      signalr_ended_tell  (SignalrEnded *self,
                                   const char   *connection_id);

G_END_DECLS
