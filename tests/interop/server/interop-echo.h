/* interop-echo.h: a raw connection that sends back what it receives
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <signalr.h>

G_BEGIN_DECLS

G_DECLARE_FINAL_TYPE (InteropEcho, interop_echo, INTEROP, ECHO, SignalrEndpoint)

SignalrEndpoint *interop_echo_new (void);

G_END_DECLS
