/* transport-choice.c
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport-choice-private.h"

/* The order of the official clients; the forever frame, which is for browsers
 * without event streams, only where it is asked for.
 */
static const char * const official_order[] = {
  "webSockets", "serverSentEvents", "longPolling", NULL
};

guint
signalr_transport_choose (const char * const  *names,
                          guint                offered,
                          SignalrTransport     chosen[SIGNALR_N_TRANSPORTS],
                          GError             **error)
{
  guint n_chosen = 0;

  if (names == NULL)
    names = official_order;

  for (guint i = 0; names[i] != NULL; i++)
    {
      SignalrTransport transport = signalr_transport_from_string (names[i]);

      if (transport == SIGNALR_TRANSPORT_NONE)
        {
          g_set_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA,
                       "There is no transport “%s”", names[i]);
          return 0;
        }

      if (offered & 1u << transport)
        {
          chosen[n_chosen++] = transport;
          offered &= ~(1u << transport);
        }
    }

  if (n_chosen == 0)
    g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_PROTOCOL,
                         "The server offers none of the transports that may be used");

  return n_chosen;
}
