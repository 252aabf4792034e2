/* tool-lines.h: JSON lines, out to those who read and in from those who command
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "tool-record.h"

G_BEGIN_DECLS

/* Of a tool that serves others, what may wait for somebody who reads: ten thousand events. */
#define TOOL_LINES_LIMIT (1024 * 1024)

#define TOOL_TYPE_LINES (tool_lines_get_type ())
G_DECLARE_FINAL_TYPE (ToolLines, tool_lines, TOOL, LINES, GObject)

/* Signals: `command (char *name, JsonObject *command)`: the name is that of its
 * member `do`, in lower case; `ended ()`: no more commands will come;
 * `unheard ()`: nobody reads what is written.
 */
ToolLines  *tool_lines_new             (GInputStream *input,
                                        int           output,
                                        gboolean      timed);
void        tool_lines_set_limit       (ToolLines    *self,
                                        gsize         limit);
void        tool_lines_listen          (ToolLines    *self);
void        tool_lines_write           (ToolLines    *self,
                                        ToolRecord   *record);   /* (transfer full) */
void        tool_lines_write_error     (ToolLines    *self,
                                        const char   *format,
                                        ...) G_GNUC_PRINTF (2, 3);

/* Members of a command. Where @name is absent, *value stays as it is. */
gboolean    tool_command_read_string   (JsonObject   *command,
                                        const char   *name,
                                        const char  **value,
                                        GError      **error);
gboolean    tool_command_read_boolean  (JsonObject   *command,
                                        const char   *name,
                                        gboolean     *value,
                                        GError      **error);
gboolean    tool_command_read_number   (JsonObject   *command,
                                        const char   *name,
                                        double       *value,
                                        GError      **error);
gboolean    tool_command_read_array    (JsonObject   *command,
                                        const char   *name,
                                        JsonNode    **value,
                                        GError      **error);

G_END_DECLS
