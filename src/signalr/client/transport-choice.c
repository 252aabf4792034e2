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
signalr_transport_offered (const SignalrNegotiated *negotiated,
                           SignalrEncoding          encoding)
{
  guint offered = negotiated->transports & negotiated->dialect->transports;

  return encoding == SIGNALR_ENCODING_MESSAGEPACK ? offered & negotiated->binary_transports
                                                  : offered;
}

SignalrTransport
signalr_transport_choose (const char * const  *names,
                          guint                left,
                          SignalrTransport     preferred,
                          GError             **error)
{
  SignalrTransport first = SIGNALR_TRANSPORT_NONE;

  if (names == NULL)
    names = official_order;

  for (guint i = 0; names[i] != NULL; i++)
    {
      SignalrTransport transport = signalr_transport_from_string (names[i]);

      if (transport == SIGNALR_TRANSPORT_NONE)
        {
          g_set_error (error, SIGNALR_ERROR, SIGNALR_ERROR_INVALID_DATA,
                       "There is no transport “%s”", names[i]);
          return SIGNALR_TRANSPORT_NONE;
        }

      if (left & 1u << transport &&
          (first == SIGNALR_TRANSPORT_NONE || transport == preferred))
        first = transport;
    }

  if (first == SIGNALR_TRANSPORT_NONE)
    g_set_error_literal (error, SIGNALR_ERROR, SIGNALR_ERROR_PROTOCOL,
                         "The server offers none of the transports that may be used");

  return first;
}
