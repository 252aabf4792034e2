/* carrier-private.h: what carries a SignalR connection for a while, of any transport
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

#include "message-private.h"

G_BEGIN_DECLS

typedef struct _SignalrCarrier SignalrCarrier;

/* What its owner hears. Each may close it. */
typedef struct {
  /* A message of the client, or a piece of one, as it came. */
  void (*received) (gpointer      owner,
                    gboolean      binary,
                    const guint8 *data,
                    gsize         length);
  /* It is over: the client said goodbye, or (with or without an error) it broke.
   * Once; what remains is to close it.
   */
  void (*closed)   (gpointer      owner,
                    gboolean      goodbye,
                    const GError *error);
  /* The client does not take what it is sent: to be closed. */
  void (*overflow) (gpointer      owner);
  /* (nullable) What had to wait has all been sent. */
  void (*drained)  (gpointer      owner);
} SignalrCarrierFuncs;

typedef struct {
  SignalrTransport transport;
  /* In which form it takes what is for many, for each encoding; only Core's. */
  SignalrForm      forms[2];

  void    (*write)        (SignalrCarrier *self,
                           gboolean        binary,
                           const void     *data,
                           gsize           length);
  void    (*send)         (SignalrCarrier *self,
                           GBytes         *form);
  void    (*close)        (SignalrCarrier *self,
                           guint           code,
                           const char     *reason);
  void    (*free)         (SignalrCarrier *self);
  void    (*set_reading)  (SignalrCarrier *self,
                           gboolean        reading);
  gsize   (*get_unsent)   (SignalrCarrier *self);
  void    (*clear_unsent) (SignalrCarrier *self);
} SignalrCarrierClass;

/* The first member of each kind's own struct. */
struct _SignalrCarrier {
  const SignalrCarrierClass *klass;
};

/* A whole message for this client alone. */
static inline void
signalr_carrier_write (SignalrCarrier *self,
                       gboolean        binary,
                       const void     *data,
                       gsize           length)
{
  self->klass->write (self, binary, data, length);
}

/* @form is what is for many, in the form that this carrier takes; only Core's. */
static inline void
signalr_carrier_send (SignalrCarrier *self,
                      GBytes         *form)
{
  self->klass->send (self, form);
}

/* Says goodbye, then frees, in its own time. Its owner hears nothing any more.
 * @code and @reason are those of WebSockets; others have no word for them.
 */
static inline void
signalr_carrier_close (SignalrCarrier *self,
                       guint           code,
                       const char     *reason)
{
  self->klass->close (self, code, reason);
}

/* At once, without a goodbye. */
static inline void
signalr_carrier_free (SignalrCarrier *self)
{
  self->klass->free (self);
}

static inline void
signalr_carrier_set_reading (SignalrCarrier *self,
                             gboolean        reading)
{
  self->klass->set_reading (self, reading);
}

/* In bytes. */
static inline gsize
signalr_carrier_get_unsent (SignalrCarrier *self)
{
  return self->klass->get_unsent (self);
}

/* Forgets what waits, so that what is sent next comes soon. */
static inline void
signalr_carrier_clear_unsent (SignalrCarrier *self)
{
  self->klass->clear_unsent (self);
}

G_END_DECLS
