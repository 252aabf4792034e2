/* retry-policy-private.h: what a connection asks its policy
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "signalr-retry-policy.h"

G_BEGIN_DECLS

gint64   signalr_retry_policy_ask       (SignalrRetryPolicy *self,
                                         guint               attempt,
                                         gint64              elapsed,
                                         const GError       *error,
                                         double              random);
gboolean signalr_error_is_permanent     (const GError       *error);

gint64   signalr_retry_delay_forever    (guint               attempt,
                                         double              random);

/* @delay, give or take a fifth; @random is from 0 up to 1. */
gint64   signalr_retry_delay_spread     (gint64              delay,
                                         double              random);

G_END_DECLS
