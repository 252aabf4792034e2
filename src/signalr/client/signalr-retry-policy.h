/* signalr-retry-policy.h
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined (SIGNALR_INSIDE) && !defined (SIGNALR_COMPILATION)
#error "Only <signalr.h> can be included directly."
#endif

#include "signalr-error.h"

G_BEGIN_DECLS

/**
 * SIGNALR_RETRY_STOP:
 *
 * What a policy answers when there shall be no further try.
 *
 * Since: 1.0
 */
#define SIGNALR_RETRY_STOP (-1)

#define SIGNALR_TYPE_RETRY_POLICY (signalr_retry_policy_get_type ())
SIGNALR_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (SignalrRetryPolicy, signalr_retry_policy, SIGNALR, RETRY_POLICY, GObject)

/**
 * SignalrRetryFunc:
 * @attempt: which try would come next, from 1
 * @elapsed: ms since the connection was lost
 * @error: (nullable): why the last one ended
 * @user_data: as given
 *
 * Decides on the next try of a policy made by
 * [ctor@RetryPolicy.new_custom].
 *
 * Returns: how long to wait for the next try, in milliseconds, or
 *   %SIGNALR_RETRY_STOP
 *
 * Since: 1.0
 */
typedef gint64 (*SignalrRetryFunc) (guint         attempt,
                                    gint64        elapsed,
                                    const GError *error,
                                    gpointer      user_data);

SIGNALR_AVAILABLE_IN_1_0
SignalrRetryPolicy *signalr_retry_policy_new_never         (void);
SIGNALR_AVAILABLE_IN_1_0
SignalrRetryPolicy *signalr_retry_policy_new_default       (void);
SIGNALR_AVAILABLE_IN_1_0
SignalrRetryPolicy *signalr_retry_policy_new_forever       (void);
SIGNALR_AVAILABLE_IN_1_0
SignalrRetryPolicy *signalr_retry_policy_new_custom        (SignalrRetryFunc    func,
                                                            gpointer            user_data,
                                                            GDestroyNotify      destroy);
SIGNALR_AVAILABLE_IN_1_0
gboolean            signalr_retry_policy_get_retry_initial (SignalrRetryPolicy *self);
SIGNALR_AVAILABLE_IN_1_0
void                signalr_retry_policy_set_retry_initial (SignalrRetryPolicy *self,
                                                            gboolean            retry_initial);

G_END_DECLS
