/* poster-private.h: messages to the server, each in a request of its own
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "courier-private.h"

G_BEGIN_DECLS

typedef struct _SignalrPoster SignalrPoster;

typedef struct {
  /* An answer that says something. */
  void (*answered) (GBytes       *answer,
                    gpointer      user_data);

  /* @id: (nullable): of the message that was not accepted */
  void (*failed)   (const char   *id,
                    const GError *error,
                    gpointer      user_data);
} SignalrPosterEvents;

/* @dialogue lives as long as the poster. @limit: µs that a server may take to take
 * what is posted, where taking it is all that it does
 */
SignalrPoster *signalr_poster_new        (SignalrCourier            *courier,
                                          SignalrDialogue           *dialogue,
                                          SignalrTransport           transport,
                                          GMainContext              *context,
                                          gint64                     limit,
                                          const SignalrPosterEvents *events,
                                          gpointer                   user_data);

/* Nothing is told any more. */
void           signalr_poster_free       (SignalrPoster             *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignalrPoster, signalr_poster_free)

/* @id: (nullable): what `failed` calls the message */
void           signalr_poster_post       (SignalrPoster             *self,
                                          GBytes                    *message,
                                          const char                *id);
gsize          signalr_poster_get_unsent (SignalrPoster             *self,
                                          guint                     *n_messages);

G_END_DECLS
