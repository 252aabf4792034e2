/* tertulia-settings.h: what the user has chosen
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A typed object over the GSettings schema org.tertulia.Tertulia. Properties,
 * with the keys of the same names: `server`, `name` (strings);
 * `use-server-timeouts` (boolean); `slow-after`, `keep-alive-timeout`,
 * `disconnect-timeout` (seconds, double; of the client); `retry` (boolean);
 * `server-keep-alive`, `server-disconnect-timeout`, `server-connection-timeout`
 * (seconds, double; of the built-in server); `notify-after` (seconds, double).
 */
#define TERTULIA_TYPE_SETTINGS (tertulia_settings_get_type ())
G_DECLARE_FINAL_TYPE (TertuliaSettings, tertulia_settings, TERTULIA, SETTINGS, GObject)

TertuliaSettings *tertulia_settings_new           (void);
GSettings        *tertulia_settings_get_gsettings (TertuliaSettings *self);

/* The rules of spec/lifetime.md §5 for the built-in server, and slow < keep-alive
 * timeout for the client, on a value the user is typing. Pure. NULL where @value
 * is good, else one untranslated sentence that names the rule (mark: N_()).
 */
typedef struct {
  double slow_after;
  double keep_alive_timeout;
  double disconnect_timeout;
  double server_keep_alive;
  double server_disconnect_timeout;
  double server_connection_timeout;
} TertuliaTimeouts;

const char *tertulia_timeouts_check (const TertuliaTimeouts *timeouts,
                                     const char             *key);

G_END_DECLS
