/* tool-connect-options.h: what signalr-cli connect is asked to do
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <signalr.h>

#include "tool-options.h"

G_BEGIN_DECLS

/* Times are in milliseconds, as SignalrConnection has them. */
typedef struct {
  char            *url;
  SignalrDialect   dialect;
  SignalrEncoding  encoding;
  GPtrArray       *transports;       /* char* */
  GPtrArray       *hubs;             /* char* */
  GPtrArray       *headers;          /* char*, name and value by turns */
  GPtrArray       *query;            /* the same */
  char            *bearer;           /* secret */
  GTlsDatabase    *trusted;          /* (nullable) who may vouch for a server; NULL: the system's */
  gboolean         stateful;
  gboolean         skip_negotiation;
  guint            retry;
  gboolean         retry_initial;
  guint            slow_after;
  guint            keep_alive_timeout;
  guint            disconnect_timeout;
  guint            ping_interval;
  guint            max_message_size; /* bytes; 0: as the library has it */
} ToolConnectOptions;

extern const ToolProgram tool_connect_program;

/* Returns: (nullable): the options; NULL where the tool ends with *status */
ToolConnectOptions *tool_connect_options_parse (int                        argc,
                                                char                     **argv,
                                                ToolExit                  *status);
void                tool_connect_options_free  (ToolConnectOptions        *self);

/* Returns: (transfer full): a connection as the options say, not started */
SignalrConnection  *tool_connect_options_apply (const ToolConnectOptions  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ToolConnectOptions, tool_connect_options_free)

G_END_DECLS
