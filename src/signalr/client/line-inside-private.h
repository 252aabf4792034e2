/* line-inside-private.h: the inside of a line, for the files that it is made of
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "line-private.h"

#include "carrier-private.h"
#include "courier-private.h"
#include "poster-private.h"

G_BEGIN_DECLS

#define SIGNALR_LINE_MAX_ANSWER_SIZE  65536

typedef void (*SignalrLineStep) (SignalrLine *self);

struct _SignalrLine {
  const SignalrConnectionSettings *settings;
  GMainContext                    *context;
  const SignalrLineEvents         *events;       /* NULL once hung up */
  gpointer                         user_data;

  SignalrCourier                  *courier;
  GStrv                            hubs;         /* NULL: a raw connection */
  char                            *query;
  GCancellable                    *cancellable;  /* of what is under way */
  SignalrLineStep                  next_step;    /* once a token is there */
  SignalrDialogue                 *dialogue;     /* NULL before negotiate was answered */
  SignalrTransport                 transport;    /* the one in use, or that was */
  guint                            tried;        /* those that failed in this attempt, bits */
  SignalrTransport                 preferred;    /* the one that worked last */
  SignalrCarrier                  *carrier;
  SignalrPoster                   *poster;       /* where the carrier does not send */
  GQueue                           held;         /* what came before the line was ready */
  GSource                         *settling;     /* answered; a host that stops would say so now */
  gint64                           lost_at;      /* the transport that was ready last */
  GPtrArray                       *unheard;      /* of SignalrUnheard, since it was last taken; NULL: none */
  GSource                         *due;          /* what a stateful connection has to do next */
  gint64                           due_at;
  guint                            epoch;        /* changes when the owner gives something up */
  gboolean                         opened;
  gboolean                         starting;     /* too late for another transport */
  gboolean                         resuming;
  gboolean                         ready;
  gboolean                         shut_down;    /* by the server, since it was ready last */
  gboolean                         renewed;      /* the token, once more for this request */
  gboolean                         beats;        /* a poll that waits gives signs of life */
  gboolean                         outgrown;     /* a message was too large: not to be resumed */
  gboolean                         known;        /* the server may have heard of the connection */
  gboolean                         closing;      /* to say goodbye */
  gboolean                         telling;      /* so by a request */
};

/* line.c */
void         signalr_line_unref            (SignalrLine          *self);

/* Whether the server is told by a request of its own. */
gboolean     signalr_line_send_farewell    (SignalrLine          *self,
                                            GCancellable         *cancellable);
void         signalr_line_tell_failed      (SignalrLine          *self,
                                            const GError         *error);
void         signalr_line_tell_step        (SignalrLine          *self,
                                            gint64                limit);
void         signalr_line_tell_said_goodbye (SignalrLine         *self);
/* Behind the last word. */
void         signalr_line_close_carrier    (SignalrLine          *self);
SoupMessage *signalr_line_make_request     (SignalrLine          *self,
                                            SignalrRequestKind    kind,
                                            GError              **error);
void         signalr_line_fetch            (SignalrLine          *self,
                                            SoupMessage          *message,      /* (transfer full) */
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback);
void         signalr_line_send_bytes       (SignalrLine          *self,
                                            GBytes               *bytes,
                                            const char           *id);

/* line-incoming.c */
void         signalr_line_stop_settling    (SignalrLine          *self);

extern const SignalrCarrierEvents signalr_line_carrier_events;
extern const SignalrPosterEvents  signalr_line_poster_events;

/* line-stateful.c */
void         signalr_line_flush            (SignalrLine          *self);
void         signalr_line_stop_watching    (SignalrLine          *self);

/* line-attempt.c */
gint64       signalr_line_attempt_limit    (SignalrLine          *self);
gboolean     signalr_line_can_resume       (SignalrLine          *self);
void         signalr_line_begin_anew       (SignalrLine          *self);
/* Makes another transport, to say goodbye. */
void         signalr_line_take_leave       (SignalrLine          *self);
void         signalr_line_next_transport   (SignalrLine          *self,
                                            const GError         *error);

/* Whether the attempt goes on, with another token; or another poll does. */
gboolean     signalr_line_renew_and        (SignalrLine          *self,
                                            const GError         *error,
                                            SignalrLineStep       next_step);
gboolean     signalr_line_renew_and_open   (SignalrLine          *self,
                                            const GError         *error);
gboolean     signalr_line_renew_and_go_on  (SignalrLine          *self);

G_END_DECLS
