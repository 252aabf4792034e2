/* tool-record.h: one JSON object, to be printed as one line
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <signalr.h>

G_BEGIN_DECLS

/* Written member by member, in the order in which they shall stand. */
typedef GString ToolRecord;

ToolRecord *tool_record_new         (void);
ToolRecord *tool_record_new_event   (const char   *event);
void        tool_record_free        (ToolRecord   *self);

void        tool_record_add_string  (ToolRecord   *self,
                                     const char   *name,
                                     const char   *value);      /* (nullable): null */
void        tool_record_add_integer (ToolRecord   *self,
                                     const char   *name,
                                     gint64        value);
void        tool_record_add_boolean (ToolRecord   *self,
                                     const char   *name,
                                     gboolean      value);
void        tool_record_add_seconds (ToolRecord   *self,
                                     const char   *name,
                                     gint64        microseconds);
void        tool_record_add_node    (ToolRecord   *self,
                                     const char   *name,
                                     JsonNode     *value);      /* (nullable): null */

/* Where there is no error, nothing is added. */
void        tool_record_add_error   (ToolRecord   *self,
                                     const GError *error);      /* (nullable) */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ToolRecord, tool_record_free)

G_END_DECLS
