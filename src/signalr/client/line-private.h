/* line-private.h: one SignalR connection, being made, carried and re-established
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "connection-private.h"
#include "dialect-private.h"

G_BEGIN_DECLS

/* Errors and what comes are the line's. */
typedef struct {
  /* The next step of an attempt has begun; it may take @limit, in µs. */
  void (*step)         (gint64           limit,
                        gpointer         user_data);

  /* @resumed: it is the SignalR connection that it was before */
  void (*ready)        (gboolean         resumed,
                        gpointer         user_data);

  /* The SignalR connection that was to be taken up again is gone; a new one is made. */
  void (*renewed)      (gpointer         user_data);

  /* An attempt failed, or the transport of one that was ready. */
  void (*failed)       (const GError    *error,
                        gpointer         user_data);
  void (*shutdown)     (const GError    *error,
                        gpointer         user_data);
  void (*ended)        (const GError    *error,
                        gpointer         user_data);
  void (*activity)     (gsize            n_bytes,
                        gpointer         user_data);

  /* A probe was answered, though not on the way that messages come. */
  void (*probed)       (gpointer         user_data);
  void (*sent)         (gsize            n_bytes,
                        gpointer         user_data);
  void (*incoming)     (SignalrIncoming *incoming,
                        gpointer         user_data);
  void (*said_goodbye) (gpointer         user_data);
} SignalrLineEvents;

/* @settings: read at each attempt; valid until the line is hung up */
SignalrLine             *signalr_line_new            (const SignalrConnectionSettings *settings,
                                                      GMainContext                    *context,
                                                      const SignalrLineEvents         *events,
                                                      gpointer                         user_data);

/* Drops everything and frees the line; nothing is told any more. */
void                     signalr_line_hang_up        (SignalrLine                     *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignalrLine, signalr_line_hang_up)

/* @hubs: (nullable): for classic SignalR; none is a raw connection */
void                     signalr_line_dial           (SignalrLine                     *self,
                                                      const char * const              *hubs);
void                     signalr_line_redial         (SignalrLine                     *self);
void                     signalr_line_cut_step_short (SignalrLine                     *self);

/* Gives up the transport and the attempt under way, without a word. */
void                     signalr_line_drop           (SignalrLine                     *self);

/* And the SignalR connection with it. */
void                     signalr_line_forget         (SignalrLine                     *self);
void                     signalr_line_say_goodbye    (SignalrLine                     *self);
void                     signalr_line_ping           (SignalrLine                     *self);
void                     signalr_line_probe          (SignalrLine                     *self);

/* Fails where something is wrong with @outgoing, or too much is waiting. @held:
 * (out) (optional): it waits for the transport to be re-established
 */
gboolean                 signalr_line_send           (SignalrLine                     *self,
                                                      const SignalrOutgoing           *outgoing,
                                                      gboolean                        *held,
                                                      GError                         **error);

/* Whether calls may be made, and answered, while the transport is lost. */
gboolean                 signalr_line_keeps_calls    (SignalrLine                     *self);

/* Of connections that were given up since: the calls without an answer that may not have
 * arrived; (transfer full) (nullable) of SignalrUnheard
 */
GPtrArray               *signalr_line_steal_unheard  (SignalrLine                     *self);

/* @keep_alive, or how long the transport may be silent without being lost */
gint64                   signalr_line_get_silence    (SignalrLine                     *self,
                                                      gint64                           keep_alive);

/* NULL before negotiate was answered. */
const SignalrNegotiated *signalr_line_get_negotiated (SignalrLine                     *self);
SignalrTransport         signalr_line_get_transport  (SignalrLine                     *self);

G_END_DECLS
