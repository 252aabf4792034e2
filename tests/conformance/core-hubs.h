/* core-hubs.h: hubs of ASP.NET Core SignalR, and its echo without any
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <signalr.h>

G_BEGIN_DECLS

SignalrHub      *core_test_hub_new        (void);
/* `Echo` alone. */
SignalrHub      *core_echo_hub_new        (void);
/* Lets nobody in. */
SignalrHub      *core_uncreatable_hub_new (void);
/* Of part 3. */
SignalrHub      *core2_test_hub_new       (void);
/* Bytes come back as they went. */
SignalrEndpoint *core_raw_echo_new        (void);

G_END_DECLS
