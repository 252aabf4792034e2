/* signalr-version-macros.h
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined (SIGNALR_INSIDE) && !defined (SIGNALR_COMPILATION)
#error "Only <signalr.h> can be included directly."
#endif

#include <glib.h>

/**
 * SIGNALR_AVAILABLE_IN_1_0:
 *
 * Marks a function that is there since version 1.0, and makes it visible.
 *
 * Since: 1.0
 */
#define SIGNALR_AVAILABLE_IN_1_0 __attribute__ ((visibility ("default"))) extern
