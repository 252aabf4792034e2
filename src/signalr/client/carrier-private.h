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

  /* A byte or more came. */
  void         (*activity) (gpointer            user_data);
  void         (*message)  (GBytes             *message,
                            gpointer            user_data);

  /* @error: (transfer none) (nullable): NULL after `close` */
  void         (*closed)   (const GError       *error,
                            gpointer            user_data);

  /* (transfer full): the request of that kind, with all its headers */
  SoupMessage *(*request)  (SignalrRequestKind  kind,
                            GBytes             *payload,
                            GError            **error,
                            gpointer            user_data);
} SignalrCarrierEvents;

typedef struct {
  SoupSession                *session;
  GMainContext               *context;
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
  void  (*send)       (SignalrCarrier     *self,
                       GBytes             *message);
  void  (*close)      (SignalrCarrier     *self);
  void  (*drop)       (SignalrCarrier     *self);
  void  (*probe)      (SignalrCarrier     *self);
  gsize (*get_unsent) (SignalrCarrier     *self,
                       guint              *n_messages);
};

SignalrCarrier *signalr_carrier_new        (SignalrTransport           transport,
                                            const SignalrCarrierSetup *setup);

/* Once. @kind: RECEIVE or RESUME. `opened` or `closed` follows. */
void            signalr_carrier_open       (SignalrCarrier            *self,
                                            SignalrRequestKind         kind);
void            signalr_carrier_send       (SignalrCarrier            *self,
                                            GBytes                    *message);

/* Ends it in an orderly way; `closed` follows. */
void            signalr_carrier_close      (SignalrCarrier            *self);

/* Ends it at once, without a word to either end. */
void            signalr_carrier_drop       (SignalrCarrier            *self);

/* Sends what a living server answers. */
void            signalr_carrier_probe      (SignalrCarrier            *self);

/* How many bytes were handed over that have not arrived at the server. */
gsize           signalr_carrier_get_unsent (SignalrCarrier            *self,
                                            guint                     *n_messages);

/* For the carriers themselves. */
const SignalrCarrierSetup *signalr_carrier_get_setup    (SignalrCarrier     *self);
gboolean                   signalr_carrier_is_live      (SignalrCarrier     *self);
SoupMessage               *signalr_carrier_request      (SignalrCarrier     *self,
                                                         SignalrRequestKind  kind,
                                                         GBytes             *payload,
                                                         GError            **error);
void                       signalr_carrier_tell_opened  (SignalrCarrier     *self);
void                       signalr_carrier_tell_active  (SignalrCarrier     *self);
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

G_END_DECLS
