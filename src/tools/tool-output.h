/* tool-output.h: what a tool writes, whether or not somebody reads it
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _ToolOutput ToolOutput;

ToolOutput *tool_output_new       (int            fd);
void        tool_output_free      (ToolOutput    *self);
void        tool_output_set_limit (ToolOutput    *self,
                                   gsize          limit);
gboolean    tool_output_write     (ToolOutput    *self,
                                   const GString *line);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ToolOutput, tool_output_free)

G_END_DECLS
