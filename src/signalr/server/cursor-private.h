/* cursor-private.h: how far a client has come in the topics it listens to, as text
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  guint64 topic;     /* the number of a topic of this process */
  guint64 next;      /* the id of the message that is wanted next */
} SignalrPosition;

typedef enum {
  SIGNALR_CURSOR_HERE,      /* of this process */
  SIGNALR_CURSOR_FOREIGN,   /* of another: it means from now on */
  SIGNALR_CURSOR_BROKEN,
} SignalrCursorKind;

void              signalr_cursor_append (GString               *text,
                                         guint32                process,
                                         const SignalrPosition *positions,
                                         gsize                  n_positions);
SignalrCursorKind signalr_cursor_parse  (const char            *text,
                                         guint32                process,
                                         GArray               **positions);

G_END_DECLS
