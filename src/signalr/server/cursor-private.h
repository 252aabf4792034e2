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

/* How far a client has come in a stream that servers share, where it has had nothing. */
#define SIGNALR_CURSOR_BEGINNING G_MAXUINT64

typedef enum {
  SIGNALR_CURSOR_HERE,      /* of this process, or of the stream that servers share */
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

/* The same for a stream that servers share: the id of the last message had. */
void              signalr_cursor_append_shared (GString        *text,
                                                guint64         id);
SignalrCursorKind signalr_cursor_parse_shared  (const char     *text,
                                                guint64        *id);

G_END_DECLS
