/* link-simulator.h: a loopback TCP relay with a bad-link switch
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * LinkMode:
 * @LINK_MODE_GOOD: forwards
 * @LINK_MODE_SLOW: adds `latency` and limits to `rate`
 * @LINK_MODE_SILENT: accepts and forwards nothing, but loses nothing: on good
 *   what was held goes on
 * @LINK_MODE_RESET: resets all open connections once, then is good
 * @LINK_MODE_GONE: resets them, and refuses new ones until another mode
 */
typedef enum {
  LINK_MODE_GOOD,
  LINK_MODE_SLOW,
  LINK_MODE_SILENT,
  LINK_MODE_RESET,
  LINK_MODE_GONE,
} LinkMode;

#define LINK_TYPE_MODE (link_mode_get_type ())
GType link_mode_get_type (void);

#define LINK_TYPE_SIMULATOR (link_simulator_get_type ())
G_DECLARE_FINAL_TYPE (LinkSimulator, link_simulator, LINK, SIMULATOR, GObject)

/* Properties: `mode`, `latency` (ms, 5,000), `rate` (bytes a second, 0 is no
 * limit). Signals: `opened (guint n)`, `closed (guint n, char *by)` with by
 * `client`, `server` or `link`.
 */
LinkSimulator *link_simulator_new         (const char     *host,
                                           guint16         port);
gboolean       link_simulator_listen      (LinkSimulator  *self,
                                           guint16         port,
                                           GError        **error);
guint16        link_simulator_get_port    (LinkSimulator  *self);
LinkMode       link_simulator_get_mode    (LinkSimulator  *self);
void           link_simulator_set_mode    (LinkSimulator  *self,
                                           LinkMode        mode);
void           link_simulator_set_latency (LinkSimulator  *self,
                                           guint           milliseconds);
void           link_simulator_set_rate    (LinkSimulator  *self,
                                           guint           bytes_per_second);

G_END_DECLS
