/* connection-facts.c: what a connection tells of itself
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "connection-private.h"

/**
 * signalr_connection_get_url: (get-property url)
 *
 * Gets the address without `/negotiate`.
 *
 * Returns: where the server is
 *
 * Since: 1.0
 */
const char *
signalr_connection_get_url (SignalrConnection *self)
{
  g_return_val_if_fail (SIGNALR_IS_CONNECTION (self), NULL);

  return self->settings.url;
}

/**
 * signalr_connection_get_dialect: (get-property dialect)
 *
 * Gets which generation of the protocol is spoken; while it is to be found out,
 * that.
 *
 * Returns: the generation of the protocol that is spoken; auto where that is not
 *   known yet
 *
 * Since: 1.0
 */
SignalrDialect
signalr_connection_get_dialect (SignalrConnection *self)
{
  g_return_val_if_fail (SIGNALR_IS_CONNECTION (self), SIGNALR_DIALECT_AUTO);

  return self->settings.dialect != SIGNALR_DIALECT_AUTO ? self->settings.dialect : self->dialect;
}

/**
 * signalr_connection_get_transport: (get-property transport)
 *
 * Gets the transport in use.
 *
 * Returns: the transport in use, or none
 *
 * Since: 1.0
 */
SignalrTransport
signalr_connection_get_transport (SignalrConnection *self)
{
  g_return_val_if_fail (SIGNALR_IS_CONNECTION (self), SIGNALR_TRANSPORT_NONE);

  return self->transport;
}

/**
 * signalr_connection_get_state: (get-property state)
 *
 * Gets where the connection is in its life.
 *
 * Returns: where the connection stands
 *
 * Since: 1.0
 */
SignalrConnectionState
signalr_connection_get_state (SignalrConnection *self)
{
  g_return_val_if_fail (SIGNALR_IS_CONNECTION (self), SIGNALR_CONNECTION_STATE_DISCONNECTED);

  return self->state;
}

/**
 * signalr_connection_get_quality: (get-property quality)
 *
 * Gets whether the server has been heard of lately.
 *
 * Returns: whether the server was heard lately
 *
 * Since: 1.0
 */
SignalrQuality
signalr_connection_get_quality (SignalrConnection *self)
{
  g_return_val_if_fail (SIGNALR_IS_CONNECTION (self), SIGNALR_QUALITY_GOOD);

  return self->quality;
}

/**
 * signalr_connection_get_connection_id: (get-property connection-id)
 *
 * Gets the name the server gave this connection. It changes with each start, and
 * with each reconnect of ASP.NET Core that is not a resume.
 *
 * Returns: (nullable): the name that the server gave the connection
 *
 * Since: 1.0
 */
const char *
signalr_connection_get_connection_id (SignalrConnection *self)
{
  g_return_val_if_fail (SIGNALR_IS_CONNECTION (self), NULL);

  return self->connection_id;
}

/**
 * signalr_connection_get_last_error: (get-property last-error)
 *
 * Gets why the transport, a start or the connection was lost last.
 *
 * Returns: (nullable) (transfer none): what went wrong last, since this object was made
 *
 * Since: 1.0
 */
const GError *
signalr_connection_get_last_error (SignalrConnection *self)
{
  g_return_val_if_fail (SIGNALR_IS_CONNECTION (self), NULL);

  return self->last_error;
}

/**
 * signalr_connection_get_last_received: (get-property last-received)
 *
 * Gets when the server was heard of last.
 *
 * Returns: when the server was last heard, in microseconds as
 *   g_get_monotonic_time() counts them; 0 where it was not
 *
 * Since: 1.0
 */
gint64
signalr_connection_get_last_received (SignalrConnection *self)
{
  g_return_val_if_fail (SIGNALR_IS_CONNECTION (self), 0);

  return self->last_received;
}

/**
 * signalr_connection_get_retry_at: (get-property retry-at)
 *
 * Gets when the next start is due, after a `disconnected`.
 *
 * Returns: when the connection is started again by itself, in microseconds as
 *   g_get_monotonic_time() counts them; 0 where it is not
 *
 * Since: 1.0
 */
gint64
signalr_connection_get_retry_at (SignalrConnection *self)
{
  g_return_val_if_fail (SIGNALR_IS_CONNECTION (self), 0);

  return self->retry_at;
}

/**
 * signalr_connection_get_round_trip_time: (get-property round-trip-time)
 *
 * Gets how far away the server is.
 *
 * Returns: how long a word to the server and one back took lately, in
 *   microseconds; 0 where that is not known
 *
 * Since: 1.0
 */
gint64
signalr_connection_get_round_trip_time (SignalrConnection *self)
{
  gint64 quickest = 0;

  g_return_val_if_fail (SIGNALR_IS_CONNECTION (self), 0);

  /* A method takes its time: the quickest of several answers waited for it least. */
  for (guint i = 0; i < MIN (self->n_round_trips, SIGNALR_N_ROUND_TRIPS); i++)
    {
      if (quickest == 0 || self->round_trips[i] < quickest)
        quickest = self->round_trips[i];
    }

  return quickest;
}

/*< private >
 * signalr_connection_note_round_trip:
 * @time: how long an answer took, in microseconds
 */
void
signalr_connection_note_round_trip (SignalrConnection *self,
                                    gint64             time)
{
  self->round_trips[self->n_round_trips++ % SIGNALR_N_ROUND_TRIPS] = MAX (time, 1);
}

/**
 * signalr_connection_get_bytes_received: (get-property bytes-received)
 *
 * Gets how much was received since this object was made.
 *
 * Returns: how many bytes came on the transport's way down
 *
 * Since: 1.0
 */
guint64
signalr_connection_get_bytes_received (SignalrConnection *self)
{
  g_return_val_if_fail (SIGNALR_IS_CONNECTION (self), 0);

  return self->bytes_received;
}

/**
 * signalr_connection_get_bytes_sent: (get-property bytes-sent)
 *
 * Gets how much was sent since this object was made.
 *
 * Returns: how many bytes of messages were handed to the transport
 *
 * Since: 1.0
 */
guint64
signalr_connection_get_bytes_sent (SignalrConnection *self)
{
  g_return_val_if_fail (SIGNALR_IS_CONNECTION (self), 0);

  return self->bytes_sent;
}
