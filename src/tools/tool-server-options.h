/* tool-server-options.h: how tertulia-server shall serve
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <signalr.h>

#include "tool-options.h"

G_BEGIN_DECLS

/* Times are in milliseconds; 0 is not set. */
typedef struct {
  char       *address;
  guint16     port;
  char       *history;              /* NULL: in memory */
  char       *key;
  gboolean    no_keep_alive;
  guint       keep_alive;
  guint       disconnect_timeout;
  guint       connection_timeout;
  gboolean    admit_late_clients;
  char       *redis;
  GHashTable *tokens;               /* value, which is secret, to name */
  char       *tls_certificate;
  char       *tls_key;
  GPtrArray  *origins;              /* char* */
} ToolServerOptions;

extern const ToolProgram tool_server_program;

/* Returns: (nullable): the options; NULL where the tool ends with *status */
ToolServerOptions *tool_server_options_parse        (int                       argc,
                                                     char                    **argv,
                                                     ToolExit                 *status);
void               tool_server_options_free         (ToolServerOptions        *self);

/* What fails here was asked for wrongly. */
gboolean           tool_server_options_apply_times  (const ToolServerOptions  *self,
                                                     SignalrServer            *server,
                                                     GError                  **error);
gboolean           tool_server_options_apply_access (const ToolServerOptions  *self,
                                                     SignalrServer            *server,
                                                     GError                  **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ToolServerOptions, tool_server_options_free)

G_END_DECLS
