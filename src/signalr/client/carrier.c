/* carrier.c: what all transports have in common
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "carrier-private.h"

typedef struct {
  SignalrCarrierSetup setup;
  gboolean            live;   /* the owner still listens */
  gboolean            ended;  /* by the other end, in an orderly way */
} SignalrCarrierPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (SignalrCarrier, signalr_carrier, G_TYPE_OBJECT)

static void
signalr_carrier_finalize (GObject *object)
{
  SignalrCarrierPrivate *priv = signalr_carrier_get_instance_private (SIGNALR_CARRIER (object));

  g_clear_object (&priv->setup.session);
  g_clear_pointer (&priv->setup.context, g_main_context_unref);

  G_OBJECT_CLASS (signalr_carrier_parent_class)->finalize (object);
}

static void
signalr_carrier_class_init (SignalrCarrierClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = signalr_carrier_finalize;
}

static void
signalr_carrier_init (SignalrCarrier *self)
{
  SignalrCarrierPrivate *priv = signalr_carrier_get_instance_private (self);

  priv->live = TRUE;
}

static GType
type_of (SignalrTransport transport)
{
  switch (transport)
    {
    case SIGNALR_TRANSPORT_WEB_SOCKETS:
      return signalr_websocket_carrier_get_type ();

    case SIGNALR_TRANSPORT_SERVER_SENT_EVENTS:
    case SIGNALR_TRANSPORT_FOREVER_FRAME:
      return signalr_stream_carrier_get_type ();

    case SIGNALR_TRANSPORT_LONG_POLLING:
      return signalr_poll_carrier_get_type ();

    case SIGNALR_TRANSPORT_NONE:
    default:
      g_return_val_if_reached (G_TYPE_INVALID);
    }
}

SignalrCarrier *
signalr_carrier_new (const SignalrCarrierSetup *setup)
{
  SignalrCarrier *self = g_object_new (type_of (setup->transport), NULL);
  SignalrCarrierPrivate *priv = signalr_carrier_get_instance_private (self);

  priv->setup = *setup;
  g_object_ref (priv->setup.session);
  g_main_context_ref (priv->setup.context);

  return self;
}

void
signalr_carrier_open (SignalrCarrier     *self,
                      SignalrRequestKind  kind)
{
  SIGNALR_CARRIER_GET_CLASS (self)->open (self, kind);
}

void
signalr_carrier_send (SignalrCarrier *self,
                      GBytes         *message)
{
  if (signalr_carrier_is_live (self))
    SIGNALR_CARRIER_GET_CLASS (self)->send (self, message);
}

void
signalr_carrier_go_on (SignalrCarrier *self)
{
  if (signalr_carrier_is_live (self))
    SIGNALR_CARRIER_GET_CLASS (self)->go_on (self);
}

void
signalr_carrier_close (SignalrCarrier *self)
{
  if (signalr_carrier_is_live (self))
    SIGNALR_CARRIER_GET_CLASS (self)->close (self);
}

void
signalr_carrier_drop (SignalrCarrier *self)
{
  SignalrCarrierPrivate *priv = signalr_carrier_get_instance_private (self);

  priv->live = FALSE;
  SIGNALR_CARRIER_GET_CLASS (self)->drop (self);
}

void
signalr_carrier_probe (SignalrCarrier *self)
{
  if (signalr_carrier_is_live (self))
    SIGNALR_CARRIER_GET_CLASS (self)->probe (self);
}

gsize
signalr_carrier_get_unsent (SignalrCarrier *self,
                            guint          *n_messages)
{
  return SIGNALR_CARRIER_GET_CLASS (self)->get_unsent (self, n_messages);
}

const SignalrCarrierSetup *
signalr_carrier_get_setup (SignalrCarrier *self)
{
  SignalrCarrierPrivate *priv = signalr_carrier_get_instance_private (self);

  return &priv->setup;
}

void
signalr_carrier_set_ended (SignalrCarrier *self)
{
  SignalrCarrierPrivate *priv = signalr_carrier_get_instance_private (self);

  priv->ended = TRUE;
}

gboolean
signalr_carrier_is_ended (SignalrCarrier *self)
{
  SignalrCarrierPrivate *priv = signalr_carrier_get_instance_private (self);

  return priv->ended;
}

gboolean
signalr_carrier_is_live (SignalrCarrier *self)
{
  SignalrCarrierPrivate *priv = signalr_carrier_get_instance_private (self);

  return priv->live;
}

SoupMessage *
signalr_carrier_request (SignalrCarrier      *self,
                         SignalrRequestKind   kind,
                         GBytes              *payload,
                         GError             **error)
{
  SignalrCarrierPrivate *priv = signalr_carrier_get_instance_private (self);

  return priv->setup.events->request (kind, payload, error, priv->setup.user_data);
}

void
signalr_carrier_tell_opened (SignalrCarrier *self)
{
  SignalrCarrierPrivate *priv = signalr_carrier_get_instance_private (self);
  g_autoptr (SignalrCarrier) alive = g_object_ref (self);

  if (priv->live)
    priv->setup.events->opened (priv->setup.user_data);
}

void
signalr_carrier_tell_active (SignalrCarrier *self,
                             gsize           n_bytes)
{
  SignalrCarrierPrivate *priv = signalr_carrier_get_instance_private (self);
  g_autoptr (SignalrCarrier) alive = g_object_ref (self);

  if (priv->live)
    priv->setup.events->activity (n_bytes, priv->setup.user_data);
}

void
signalr_carrier_tell_message (SignalrCarrier *self,
                              GBytes         *message)
{
  SignalrCarrierPrivate *priv = signalr_carrier_get_instance_private (self);
  g_autoptr (SignalrCarrier) alive = g_object_ref (self);

  if (priv->live)
    priv->setup.events->message (message, priv->setup.user_data);
}

void
signalr_carrier_tell_closed (SignalrCarrier *self,
                             const GError   *error)
{
  SignalrCarrierPrivate *priv = signalr_carrier_get_instance_private (self);
  g_autoptr (SignalrCarrier) alive = g_object_ref (self);

  if (!priv->live)
    return;

  priv->live = FALSE;
  priv->setup.events->closed (error, priv->setup.user_data);
}

typedef struct {
  SignalrCarrier *carrier;
  GError         *error;
} Closed;

static void
closed_free (Closed *closed)
{
  g_object_unref (closed->carrier);
  g_clear_error (&closed->error);
  g_free (closed);
}

static gboolean
closed_idle_cb (gpointer user_data)
{
  Closed *closed = user_data;

  signalr_carrier_tell_closed (closed->carrier, closed->error);

  return G_SOURCE_REMOVE;
}

void
signalr_carrier_post_closed (SignalrCarrier *self,
                             GError         *error)
{
  SignalrCarrierPrivate *priv = signalr_carrier_get_instance_private (self);
  g_autoptr (GSource) source = g_idle_source_new ();
  Closed *closed = g_new (Closed, 1);

  closed->carrier = g_object_ref (self);
  closed->error = error;

  g_source_set_static_name (source, "[signalr] carrier closed");
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, closed_idle_cb, closed, (GDestroyNotify) closed_free);
  g_source_attach (source, priv->setup.context);
}
