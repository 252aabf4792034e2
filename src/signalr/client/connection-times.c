/* connection-times.c: the times that an application sets on a connection
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "connection-private.h"

/* The times in force, in milliseconds as the application sees them. */
static guint
get_time (SignalrConnection *self,
          gsize              offset)
{
  SignalrLifetimeLimits limits = { 0 };
  gint64 time;

  signalr_connection_find_limits (self, &limits);
  time = G_STRUCT_MEMBER (gint64, &limits, offset);

  return time == SIGNALR_NEVER ? SIGNALR_TIMEOUT_NONE : (guint) (time / 1000);
}

static void
set_time (SignalrConnection         *self,
          guint                     *field,
          guint                      milliseconds,
          SignalrConnectionProperty  property)
{
  if (*field == milliseconds)
    return;

  *field = milliseconds;
  signalr_connection_handle (self, SIGNALR_LIFETIME_RETIMED);
  signalr_connection_notify (self, property);
}

/**
 * signalr_connection_get_slow_after: (get-property slow-after)
 *
 * Gets after how much silence [signal@Connection::slow] is told.
 *
 * Returns: after how many milliseconds of silence the connection is slow
 *
 * Since: 1.0
 */
guint
signalr_connection_get_slow_after (SignalrConnection *self)
{
  g_return_val_if_fail (SIGNALR_IS_CONNECTION (self), 0);

  return get_time (self, G_STRUCT_OFFSET (SignalrLifetimeLimits, slow));
}

/**
 * signalr_connection_set_slow_after: (set-property slow-after)
 * @milliseconds: a time, %SIGNALR_TIMEOUT_DEFAULT or %SIGNALR_TIMEOUT_NONE
 *
 * Counts from the last sign of life on, also in a silence that has begun.
 *
 * Since: 1.0
 */
void
signalr_connection_set_slow_after (SignalrConnection *self,
                                   guint              milliseconds)
{
  g_return_if_fail (SIGNALR_IS_CONNECTION (self));

  set_time (self, &self->settings.slow_after, milliseconds,
            SIGNALR_CONNECTION_PROP_SLOW_AFTER);
}

/**
 * signalr_connection_get_keep_alive_timeout: (get-property keep-alive-timeout)
 *
 * Gets after how much silence the transport counts as lost.
 *
 * Returns: after how many milliseconds of silence the transport counts as lost
 *
 * Since: 1.0
 */
guint
signalr_connection_get_keep_alive_timeout (SignalrConnection *self)
{
  g_return_val_if_fail (SIGNALR_IS_CONNECTION (self), 0);

  return get_time (self, G_STRUCT_OFFSET (SignalrLifetimeLimits, keep_alive));
}

/**
 * signalr_connection_set_keep_alive_timeout: (set-property keep-alive-timeout)
 * @milliseconds: a time, %SIGNALR_TIMEOUT_DEFAULT or %SIGNALR_TIMEOUT_NONE
 *
 * Counts from the last sign of life on, also in a silence that has begun.
 *
 * Since: 1.0
 */
void
signalr_connection_set_keep_alive_timeout (SignalrConnection *self,
                                           guint              milliseconds)
{
  g_return_if_fail (SIGNALR_IS_CONNECTION (self));

  set_time (self, &self->settings.keep_alive_timeout, milliseconds,
            SIGNALR_CONNECTION_PROP_KEEP_ALIVE_TIMEOUT);
}

/**
 * signalr_connection_get_disconnect_timeout: (get-property disconnect-timeout)
 *
 * Gets how long a lost transport is re-established before the connection ends.
 *
 * Returns: for how many milliseconds a lost transport is tried to be
 *   re-established before the connection has ended
 *
 * Since: 1.0
 */
guint
signalr_connection_get_disconnect_timeout (SignalrConnection *self)
{
  g_return_val_if_fail (SIGNALR_IS_CONNECTION (self), 0);

  return get_time (self, G_STRUCT_OFFSET (SignalrLifetimeLimits, disconnect));
}

/**
 * signalr_connection_set_disconnect_timeout: (set-property disconnect-timeout)
 * @milliseconds: a time, %SIGNALR_TIMEOUT_DEFAULT or %SIGNALR_TIMEOUT_NONE
 *
 * Counts from the loss on, also of one that is under way.
 *
 * Since: 1.0
 */
void
signalr_connection_set_disconnect_timeout (SignalrConnection *self,
                                           guint              milliseconds)
{
  g_return_if_fail (SIGNALR_IS_CONNECTION (self));

  set_time (self, &self->settings.disconnect_timeout, milliseconds,
            SIGNALR_CONNECTION_PROP_DISCONNECT_TIMEOUT);
}

/**
 * signalr_connection_get_ping_interval: (get-property ping-interval)
 *
 * Gets how long nothing may be sent before a ping is (ASP.NET Core only).
 *
 * Returns: after how many milliseconds without sending anything a ping is sent
 *
 * Since: 1.0
 */
guint
signalr_connection_get_ping_interval (SignalrConnection *self)
{
  g_return_val_if_fail (SIGNALR_IS_CONNECTION (self), 0);

  return get_time (self, G_STRUCT_OFFSET (SignalrLifetimeLimits, ping));
}

/**
 * signalr_connection_set_ping_interval: (set-property ping-interval)
 * @milliseconds: a time, %SIGNALR_TIMEOUT_DEFAULT or %SIGNALR_TIMEOUT_NONE
 *
 * Counts from what was sent last on.
 *
 * Since: 1.0
 */
void
signalr_connection_set_ping_interval (SignalrConnection *self,
                                      guint              milliseconds)
{
  g_return_if_fail (SIGNALR_IS_CONNECTION (self));

  set_time (self, &self->settings.ping_interval, milliseconds,
            SIGNALR_CONNECTION_PROP_PING_INTERVAL);
}

/**
 * signalr_connection_get_attempt_timeout: (get-property attempt-timeout)
 *
 * Gets the limit of each attempt to negotiate, connect and reconnect.
 *
 * Returns: how many milliseconds each step of making a connection may take
 *
 * Since: 1.0
 */
guint
signalr_connection_get_attempt_timeout (SignalrConnection *self)
{
  g_return_val_if_fail (SIGNALR_IS_CONNECTION (self), 0);

  return get_time (self, G_STRUCT_OFFSET (SignalrLifetimeLimits, attempt));
}

/**
 * signalr_connection_set_attempt_timeout: (set-property attempt-timeout)
 * @milliseconds: a time, %SIGNALR_TIMEOUT_DEFAULT or %SIGNALR_TIMEOUT_NONE
 *
 * Counts from the next attempt on.
 *
 * Since: 1.0
 */
void
signalr_connection_set_attempt_timeout (SignalrConnection *self,
                                        guint              milliseconds)
{
  g_return_if_fail (SIGNALR_IS_CONNECTION (self));

  set_time (self, &self->settings.attempt_timeout, milliseconds,
            SIGNALR_CONNECTION_PROP_ATTEMPT_TIMEOUT);
}
