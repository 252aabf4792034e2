/* carrier-private.h: one transport connection, which carries messages it does not understand
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "dialect-private.h"

G_BEGIN_DECLS

/* What a carrier tells its owner, and asks of it. Nothing is told inside a call
 * of the owner; nothing comes after @closed, nor once the owner has dropped it.
 */
typedef struct {
  void         (*opened)   (gpointer            user_data);

  /* Something came, if it be but headers. */
  void         (*activity) (gsize               n_bytes,
                            gpointer            user_data);
  void         (*message)  (GBytes             *message,
                            gpointer            user_data);

  /* @error: (transfer none) (nullable): NULL after `close` */
  void         (*closed)   (const GError       *error,
                            gpointer            user_data);

  /* White space came while a poll waits: the server gives signs of life there. */
  void         (*beat)     (gpointer            user_data);

  /* µs that the server wants between two polls */
  gint64       (*poll_delay) (gpointer          user_data);

  /* A request was answered with 401. Whether `go_on` follows, with another token. */
  gboolean     (*renew)    (gpointer            user_data);

  /* (transfer full): the request of that kind, with all its headers */
  SoupMessage *(*request)  (SignalrRequestKind  kind,
                            GBytes             *payload,
                            GError            **error,
                            gpointer            user_data);
} SignalrCarrierEvents;

typedef struct {
  SoupSession                *session;
  GMainContext               *context;
  SignalrTransport            transport;
  gsize                       max_size;   /* of a message that comes */
  gboolean                    binary;
  const SignalrCarrierEvents *events;
  gpointer                    user_data;
} SignalrCarrierSetup;

#define SIGNALR_TYPE_CARRIER (signalr_carrier_get_type ())
G_DECLARE_DERIVABLE_TYPE (SignalrCarrier, signalr_carrier, SIGNALR, CARRIER, GObject)

struct _SignalrCarrierClass {
  GObjectClass parent_class;

  void  (*open)       (SignalrCarrier     *self,
                       SignalrRequestKind  kind);

  /* NULL where messages are posted, each in a request of its own. */
  void  (*send)       (SignalrCarrier     *self,
                       GBytes             *message);
  gsize (*get_unsent) (SignalrCarrier     *self,
                       guint              *n_messages);
  void  (*close)      (SignalrCarrier     *self);
  void  (*drop)       (SignalrCarrier     *self);
  void  (*probe)      (SignalrCarrier     *self);

  /* NULL where nothing is asked again. */
  void  (*go_on)      (SignalrCarrier     *self);
};

SignalrCarrier *signalr_carrier_new        (const SignalrCarrierSetup *setup);

/* Once. @kind: RECEIVE or RESUME. `opened` or `closed` follows. */
void            signalr_carrier_open       (SignalrCarrier            *self,
                                            SignalrRequestKind         kind);
void            signalr_carrier_send       (SignalrCarrier            *self,
                                            GBytes                    *message);

/* Another token is there: what was answered with 401 is asked once more. */
void            signalr_carrier_go_on      (SignalrCarrier            *self);

/* Ends it in an orderly way; `closed` follows. */
void            signalr_carrier_close      (SignalrCarrier            *self);

/* Ends it at once, without a word to either end. */
void            signalr_carrier_drop       (SignalrCarrier            *self);

/* Sends what a living server answers. */
void            signalr_carrier_probe      (SignalrCarrier            *self);

/* How many bytes were handed over that have not arrived at the server. */
gsize           signalr_carrier_get_unsent (SignalrCarrier            *self,
                                            guint                     *n_messages);

/* Whether the other end has ended it in an orderly way: it may be about to stop. */
gboolean        signalr_carrier_is_ended   (SignalrCarrier            *self);

/* For the carriers themselves. */
void                       signalr_carrier_set_ended    (SignalrCarrier     *self);
const SignalrCarrierSetup *signalr_carrier_get_setup    (SignalrCarrier     *self);
gboolean                   signalr_carrier_is_live      (SignalrCarrier     *self);
SoupMessage               *signalr_carrier_request      (SignalrCarrier     *self,
                                                         SignalrRequestKind  kind,
                                                         GBytes             *payload,
                                                         GError            **error);
void                       signalr_carrier_tell_opened  (SignalrCarrier     *self);
void                       signalr_carrier_tell_active  (SignalrCarrier     *self,
                                                         gsize               n_bytes);
void                       signalr_carrier_tell_message (SignalrCarrier     *self,
                                                         GBytes             *message);
void                       signalr_carrier_tell_closed  (SignalrCarrier     *self,
                                                         const GError       *error);

/* In the next iteration, for what happens inside a call of the owner. @error:
 * (transfer full) (nullable)
 */
void                       signalr_carrier_post_closed  (SignalrCarrier     *self,
                                                         GError             *error);

GType signalr_websocket_carrier_get_type (void);
GType signalr_stream_carrier_get_type    (void);
GType signalr_poll_carrier_get_type      (void);

G_END_DECLS
