/* tool-options.h: what the command line says, and how a tool ends
 *
 * SPDX-FileCopyrightText: 2026 The Tertulia authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The exit codes of all tools. */
typedef enum {
  TOOL_EXIT_DONE,
  TOOL_EXIT_FAILED,
  TOOL_EXIT_USAGE,
} ToolExit;

typedef struct {
  const char         *name;
  const char         *parameters;   /* as shown behind the options */
  const char         *summary;
  const GOptionEntry *entries;
} ToolProgram;

/* Option entries fill @options: their callbacks get it as data. What stands
 * behind the options goes to @arguments.
 *
 * Returns: whether to go on; otherwise the tool ends with *status.
 */
gboolean tool_options_parse          (const ToolProgram  *program,
                                      int                 argc,
                                      char              **argv,
                                      gpointer            options,
                                      GStrv              *arguments,   /* (out) */
                                      ToolExit           *status);     /* (out) */

/* Says on standard error what is wrong with how the tool was called. */
ToolExit tool_options_refuse         (const ToolProgram  *program,
                                      const char         *format,
                                      ...) G_GNUC_PRINTF (2, 3);
void     tool_say                    (const ToolProgram  *program,
                                      const char         *sentence);

/* For the callbacks of entries. Names are compared without regard to case. The first
 * says what is @wanted instead, and returns FALSE.
 */
gboolean tool_options_refuse_value   (const char         *option,
                                      const char         *value,
                                      const char         *wanted,
                                      GError            **error);
gboolean tool_options_read_seconds   (const char         *option,
                                      const char         *value,
                                      guint              *milliseconds,
                                      GError            **error);
gboolean tool_options_read_bytes     (const char         *option,
                                      const char         *value,
                                      guint              *size,
                                      GError            **error);
gboolean tool_options_read_port      (const char         *option,
                                      const char         *value,
                                      guint16            *port,
                                      GError            **error);
gboolean tool_options_read_choice    (const char         *option,
                                      const char         *value,
                                      const char * const *choices,
                                      guint              *index,
                                      GError            **error);
gboolean tool_options_read_text      (const char         *option,
                                      const char         *value,
                                      char              **text,
                                      GError            **error);
gboolean tool_options_read_pair      (const char         *option,
                                      const char         *value,
                                      char                separator,
                                      char              **name,
                                      char              **content,
                                      GError            **error);

/* What GOption makes of an option with a value for a callback: the bytes, which
 * need not be of the locale's character set.
 */
#define TOOL_OPTION(long_name, callback, description, value) \
  { long_name, 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, callback, description, value }
#define TOOL_SWITCH(long_name, callback, description) \
  { long_name, 0, G_OPTION_FLAG_NO_ARG, G_OPTION_ARG_CALLBACK, callback, description, NULL }

G_END_DECLS
