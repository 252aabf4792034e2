/* tool-calls.h: what signalr-cli was told to call, and is asked by the server
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <signalr.h>

#include "tool-lines.h"

G_BEGIN_DECLS

typedef enum {
  TOOL_CALL_INVOKE,
  TOOL_CALL_STREAM,   /* its answer is a stream */
  TOOL_CALL_UPLOAD,   /* it takes a stream */
  TOOL_CALL_BOTH,
} ToolCallKind;

typedef struct _ToolCalls ToolCalls;

/* @ended: a call was answered */
ToolCalls *tool_calls_new         (ToolLines         *lines,
                                   void             (*ended) (gpointer user_data),
                                   gpointer           user_data);
void       tool_calls_free        (ToolCalls         *self);

/* How many wait for their answer. */
guint      tool_calls_count       (ToolCalls         *self);

/* @id: (nullable): of the command, and of its answer */
void       tool_calls_make        (ToolCalls         *self,
                                   ToolCallKind       kind,
                                   SignalrHubProxy   *hub,
                                   const char        *method,
                                   JsonNode          *args,   /* (nullable) */
                                   JsonNode          *id);
void       tool_calls_send_data   (ToolCalls         *self,
                                   SignalrConnection *connection,
                                   JsonNode          *data,
                                   JsonNode          *id);
void       tool_calls_write_error (ToolCalls         *self,
                                   JsonNode          *id,
                                   const GError      *error,
                                   SignalrDelivery    delivery);

/* The commands about a call that was made. */
void       tool_calls_item        (ToolCalls         *self,
                                   JsonObject        *command);
void       tool_calls_complete    (ToolCalls         *self,
                                   JsonObject        *command);
void       tool_calls_cancel      (ToolCalls         *self,
                                   JsonObject        *command);

/* The server wants an answer, which a command gives. */
void       tool_calls_keep        (ToolCalls         *self,
                                   SignalrClientCall *call);
void       tool_calls_return      (ToolCalls         *self,
                                   JsonObject        *command);

/* Those that asked are gone. */
void       tool_calls_forget      (ToolCalls         *self);

G_END_DECLS
