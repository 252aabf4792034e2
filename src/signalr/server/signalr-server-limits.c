/* signalr-server-limits.c: how much a client, an address and all of them may have
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "signalr-server-private.h"

#include "signalr-error.h"

static gboolean
signalr_server_check_limit (SignalrServer  *self,
                            guint           limit,
                            GError        **error)
{
  if (!signalr_server_is_open (self, error))
    return FALSE;

  if (limit == 0)
    g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA, "A limit must be more than nothing");

  return limit > 0;
}

/**
 * signalr_server_set_max_connections:
 * @total: in all; 100,000 by default
 * @per_address: from one address; 20,000 by default
 *
 * How many sockets may be open, and as many SignalR connections, each from its
 * negotiation to its end. A socket too many is closed as soon as it is accepted, and
 * a SignalR connection too many refused with status 503. All addresses of a network
 * of IPv6 (/64) count as one; clients behind a proxy have the address of the proxy.
 *
 * Returns: %FALSE where one of them is 0 (`SIGNALR_ERROR_INVALID_DATA`), or it is too
 *   late (`SIGNALR_ERROR_BUSY`)
 *
 * Since: 1.0
 */
gboolean
signalr_server_set_max_connections (SignalrServer  *self,
                                    guint           total,
                                    guint           per_address,
                                    GError        **error)
{
  g_return_val_if_fail (SIGNALR_IS_SERVER (self), FALSE);

  if (!signalr_server_check_limit (self, MIN (total, per_address), error))
    return FALSE;

  self->host->door->max_total = total;
  self->host->door->max_per_address = per_address;

  return TRUE;
}

/**
 * signalr_server_set_max_unsent:
 * @bytes: 1 MiB by default
 *
 * How much may wait for one client that does not read as fast as it is sent. With
 * more its connection is ended, and it is told why: a Close record or an envelope
 * with an error, then, on a WebSocket, the code 1008. Hubs hear `disconnected` with
 * `SIGNALR_ERROR_QUEUE_FULL`.
 *
 * Returns: %FALSE where it is 0 (`SIGNALR_ERROR_INVALID_DATA`), or it is too late
 *   (`SIGNALR_ERROR_BUSY`)
 *
 * Since: 1.0
 */
gboolean
signalr_server_set_max_unsent (SignalrServer  *self,
                               guint           bytes,
                               GError        **error)
{
  g_return_val_if_fail (SIGNALR_IS_SERVER (self), FALSE);

  if (!signalr_server_check_limit (self, bytes, error))
    return FALSE;

  self->host->max_unsent = bytes;

  return TRUE;
}

/**
 * signalr_server_set_max_calls:
 * @calls: 1,000 by default
 *
 * How many calls of one client may be under way, that is, not answered by their
 * methods. One more is answered with an error.
 *
 * Returns: %FALSE where it is 0 (`SIGNALR_ERROR_INVALID_DATA`), or it is too late
 *   (`SIGNALR_ERROR_BUSY`)
 *
 * Since: 1.0
 */
gboolean
signalr_server_set_max_calls (SignalrServer  *self,
                              guint           calls,
                              GError        **error)
{
  g_return_val_if_fail (SIGNALR_IS_SERVER (self), FALSE);

  if (!signalr_server_check_limit (self, calls, error))
    return FALSE;

  self->host->max_calls = calls;

  return TRUE;
}

static gint64
interval_of (guint per_second)
{
  return per_second > 0 ? MAX (G_USEC_PER_SEC / per_second, 1) : 0;
}

/**
 * signalr_server_set_rate_limits:
 * @requests: of one address in a second, or 0 for any number (the default)
 * @messages: of one client in a second, or 0 for any number (the default)
 *
 * How often clients may ask. As many as in one second may come at once.
 *
 * A request too many is answered with status 429. A client that says more than it
 * may is not read for as long as it takes to make up for that; where each message is
 * a request, one too many is answered with status 429.
 *
 * Returns: %FALSE where it is too late (`SIGNALR_ERROR_BUSY`)
 *
 * Since: 1.0
 */
gboolean
signalr_server_set_rate_limits (SignalrServer  *self,
                                guint           requests,
                                guint           messages,
                                GError        **error)
{
  g_return_val_if_fail (SIGNALR_IS_SERVER (self), FALSE);

  if (!signalr_server_is_open (self, error))
    return FALSE;

  self->host->door->request_interval = interval_of (requests);
  self->host->message_interval = interval_of (messages);

  return TRUE;
}
