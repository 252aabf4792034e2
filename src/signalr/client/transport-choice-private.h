/* transport-choice-private.h: which transport to try
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "dialect-private.h"

G_BEGIN_DECLS

/* What both ends can, as bits: 1 << SignalrTransport. */
guint            signalr_transport_offered (const SignalrNegotiated  *negotiated,
                                            SignalrEncoding           encoding);

/* @names: (nullable): what the application allows, in its order. @left: what may
 * still be tried, bits. @preferred: comes first, where it may be used at all.
 * Returns: NONE with an error
 */
SignalrTransport signalr_transport_choose  (const char * const       *names,
                                            guint                     left,
                                            SignalrTransport          preferred,
                                            GError                  **error);

G_END_DECLS
