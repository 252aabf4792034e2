/* test-monitor.h: a network of which a test says how it is
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define TEST_TYPE_MONITOR (test_monitor_get_type ())
G_DECLARE_FINAL_TYPE (TestMonitor, test_monitor, TEST, MONITOR, GObject)

/* Tells that the network changed, too. */
void test_monitor_set (TestMonitor          *self,
                       gboolean              available,
                       GNetworkConnectivity  connectivity);

G_END_DECLS
